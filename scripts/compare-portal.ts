/**
 * Compares two copies of a portal, table by table: node scripts/compare-portal.ts <place> <place> <portal>
 * Exit 0 = the same, 1 = something differs, 2 = could not be compared. Needs MOVE_KEY, for folders also ENCRYPTION_KEYS.
 */
import { compare } from "../src/runtimes/move.ts";
import { openPlace } from "./move/open-place.ts";

const [one, other, id, ...rest] = process.argv.slice(2);
if (!one || !other || !id || rest.length > 0) {
  console.error("Usage: node scripts/compare-portal.ts <place> <place> <portal>");
  process.exit(2);
}

async function digestAt(named: string, portal: string) {
  const place = openPlace(named);
  try {
    return await place.digest(portal);
  } finally {
    place.close();
  }
}

try {
  const differences = compare(await digestAt(one, id), await digestAt(other, id));
  for (const line of differences) console.log(line);
  if (differences.length === 0) console.log("the same");
  process.exit(differences.length === 0 ? 0 : 1);
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
