import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ClosingPlace, folderPlace, remotePlace } from "../../src/runtimes/node/place.ts";

/**
 * A place as a command line names it: the address of a connector that works, or a data folder whose connector is stopped. MOVE_KEY (base64 of 32 bytes)
 * is the same on both sides; a folder also needs its ENCRYPTION_KEYS.
 * @param mayBeNew a folder in which nothing lives yet will do
 * @throws Error that says what is missing
 */
export function openPlace(named: string, mayBeNew = false): ClosingPlace {
  const { MOVE_KEY, ENCRYPTION_KEYS } = process.env;
  if (!MOVE_KEY || !/^[A-Za-z0-9+/_-]{43}=?$/.test(MOVE_KEY))
    throw new Error("Set MOVE_KEY to the base64 of 32 bytes: openssl rand -base64 32");
  if (/^https?:\/\//.test(named)) return remotePlace(named.replace(/\/+$/, ""), MOVE_KEY, (request) => fetch(request));
  if (!ENCRYPTION_KEYS) throw new Error(`Set ENCRYPTION_KEYS to those of ${named}.`);
  // A folder that was mistyped is not to be made.
  if (!mayBeNew && !existsSync(join(named, "portals"))) throw new Error(`${named} holds no data of Tenure.`);
  return folderPlace(named, ENCRYPTION_KEYS, MOVE_KEY, Date.now);
}
