/**
 * Takes a portal away from where it lives: node scripts/export-portal.ts <place> <portal> <file>
 * <place> is a data folder or the address of a connector, <portal> such as hubspot-8800001. From then on the copy left behind writes nothing;
 * importing the file at the same place again takes that back. Needs MOVE_KEY, for a folder also ENCRYPTION_KEYS.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { exportPortal } from "../src/runtimes/node/place.ts";
import { openPlace } from "./move/open-place.ts";

const [named, id, path, ...rest] = process.argv.slice(2);
if (!named || !id || !path || rest.length > 0) {
  console.error("Usage: node scripts/export-portal.ts <data folder or https://address> <portal> <file>");
  process.exit(2);
}
try {
  const place = openPlace(named);
  // Only for the owner: what is sealed is sealed, but the rest is a customer's data.
  const file = openSync(path, "wx", 0o600);
  try {
    for await (const line of exportPortal(place, id, true)) writeSync(file, `${line}\n`);
  } finally {
    closeSync(file);
    place.close();
  }
  console.log(`${id} is in ${path}. Now: node scripts/import-portal.ts <place> ${path}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
