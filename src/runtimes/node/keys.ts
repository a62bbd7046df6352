/** Rotation of the keys that seal tokens and waiting texts. */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { PortalId } from "../../ports.ts";
import { type Db, transact } from "../../store/db.ts";
import * as schema from "../../store/schema.ts";
import { TABLES } from "../move.ts";
import { type KeyRing, makeVault, replaceSealed } from "../vault.ts";
import { lockFolder } from "./locks.ts";

export interface KeyUse {
  portals: number;
  /** sealed texts by the name of the key that sealed them */
  sealed: Readonly<Record<string, number>>;
  /** portals whose access none of these keys opens */
  closed: readonly PortalId[];
}

/**
 * Seals everything with the newest key. Afterwards every other key may go, the oldest too once ENCRYPTION_KEYS has the entry `hash`
 * (`KeyRing.hashEntry`), with which the hashes are made by which our own texts are recognised.
 * @param keys ENCRYPTION_KEYS, newest first
 * @returns what was sealed with which key before
 * @throws FolderInUse while a connector works there
 */
export function rotateKeys(dataDir: string, keys: string): KeyUse {
  const release = lockFolder(dataDir);
  try {
    return eachPortal(dataDir, keys, true);
  } finally {
    release();
  }
}

/** Which keys are in use, without changing anything; also while the connector works. */
export function keysInUse(dataDir: string, keys: string): KeyUse {
  return eachPortal(dataDir, keys, false);
}

function eachPortal(dataDir: string, keys: string, isChanging: boolean): KeyUse {
  const ring = makeVault(keys);
  const sealed: Record<string, number> = Object.fromEntries(ring.names.map((name) => [name, 0]));
  const ids = portalIds(dataDir);
  const closed: PortalId[] = [];
  for (const id of ids) {
    const client = new Database(join(dataDir, "portals", `${id}.sqlite`), {
      readonly: !isChanging,
      fileMustExist: true,
    });
    try {
      const db = drizzle(client, { schema });
      transact(db, () => reseal(db, ring, sealed, isChanging));
      if (!opensAccess(db, ring)) closed.push(id);
    } finally {
      client.close();
    }
  }
  return { portals: ids.length, sealed, closed };
}

function opensAccess(db: Db, ring: KeyRing): boolean {
  const row = db.get<{ value: string } | undefined>(sql`select value from meta where key = 'grant'`);
  if (!row) return true;
  try {
    ring.open(JSON.parse(row.value) as string);
    return true;
  } catch {
    return false;
  }
}

function portalIds(dataDir: string): PortalId[] {
  const folder = join(dataDir, "portals");
  if (!existsSync(folder)) throw new Error(`${dataDir} holds no data of Tenure.`);
  const names = readdirSync(folder).filter((name) => name.endsWith(".sqlite"));
  return names.map((name) => basename(name, ".sqlite"));
}

/** Wherever a sealed text stands: alone, or inside JSON. Counts by key; changes those that are not under the newest. */
function reseal(db: Db, ring: KeyRing, sealed: Record<string, number>, isChanging: boolean): void {
  const newest = ring.names[0]!;
  const replace = (plain: string, found: string) => {
    const name = found.slice(0, found.indexOf("."));
    sealed[name] = (sealed[name] ?? 0) + 1;
    return name === newest ? found : ring.seal(plain);
  };
  for (const { name: table, columns } of TABLES) {
    for (const column of columns) {
      const value = sql.identifier(column);
      const mayHold = sql.join(
        ring.names.map((name) => sql`instr(${value}, ${`${name}.`}) > 0`),
        sql` or `,
      );
      const rows = db.values<[number, string]>(
        sql`select rowid, ${value} from ${sql.identifier(table)} where typeof(${value}) = 'text' and (${mayHold})`,
      );
      for (const [rowid, before] of rows) {
        const after = replaceSealed(before, ring, replace);
        if (isChanging && after !== before)
          db.run(sql`update ${sql.identifier(table)} set ${value} = ${after} where rowid = ${rowid}`);
      }
    }
  }
}
