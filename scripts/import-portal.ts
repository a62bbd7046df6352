/**
 * Brings an exported portal to a place: node scripts/import-portal.ts <place> <file>
 * <place> is a data folder or the address of a connector. What arrived is compared with what left; only then the portal lives there. Needs
 * MOVE_KEY, for a folder also ENCRYPTION_KEYS with the same oldest key as where it came from.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { importPortal } from "../src/runtimes/move-lines.ts";
import { openPlace } from "./move/open-place.ts";

const [named, path, ...rest] = process.argv.slice(2);
if (!named || !path || rest.length > 0) {
  console.error("Usage: node scripts/import-portal.ts <data folder or https://address> <file>");
  process.exit(2);
}
try {
  const place = openPlace(named, true);
  try {
    const id = await importPortal(
      place,
      createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY }),
    );
    console.log(`${id} lives at ${named} now, and looks in the CRM before it makes anything.`);
  } finally {
    place.close();
  }
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
