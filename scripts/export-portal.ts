/**
 * Takes a portal away from where it lives: node scripts/export-portal.ts <place> <portal> <file>
 * <place> is a data folder or the address of a connector, <portal> such as hubspot-8800001. From then on the copy left behind writes nothing;
 * importing the file at the same place again takes that back. Needs MOVE_KEY, for a folder also ENCRYPTION_KEYS.
 */
import { closeSync, existsSync, openSync, rmSync, writeSync } from "node:fs";
import { exportPortal } from "../src/runtimes/move-lines.ts";
import type { ClosingPlace } from "../src/runtimes/node/place.ts";
import { openPlace } from "./move/open-place.ts";

async function write(place: ClosingPlace, portal: string, target: string): Promise<void> {
  if (existsSync(target)) throw new Error(`${target} exists already: give the portal a file of its own.`);
  // Only for the owner: what is sealed is sealed, but the rest is a customer's data.
  const file = openSync(target, "wx", 0o600);
  try {
    for await (const line of exportPortal(place, portal, true)) writeSync(file, `${line}\n`);
    closeSync(file);
  } catch (error) {
    closeSync(file);
    // Half of a portal is none; the same export may be made again.
    rmSync(target);
    throw error;
  }
}

const [named, id, path, ...rest] = process.argv.slice(2);
if (!named || !id || !path || rest.length > 0) {
  console.error("Usage: node scripts/export-portal.ts <data folder or https://address> <portal> <file>");
  process.exit(2);
}
try {
  const place = openPlace(named);
  try {
    await write(place, id, path);
  } finally {
    place.close();
  }
  console.log(`${id} is in ${path}. Now: node scripts/import-portal.ts <place> ${path}`);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
