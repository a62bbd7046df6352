/** One SQLite file per portal, a bounded number of them open. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import type { PortalId } from "../../ports.ts";
import { migrate } from "../../store/db.ts";
import * as schema from "../../store/schema.ts";
import { Store } from "../../store/store.ts";

export interface OpenFile {
  store: Store;
  /** gives back what SQLite holds of the file in memory; it is read again when it is needed */
  shrink(): void;
  backup(path: string): Promise<void>;
  close(): void;
}

/** Opens a portal's database, brought to the newest schema. @throws NewerDatabase with advice */
export function openFile(path: string): OpenFile {
  return openClient(new Database(path));
}

/** The same on a connection that is there already. @throws NewerDatabase with advice */
export function openClient(client: Database.Database): OpenFile {
  client.pragma("journal_mode = WAL");
  // What a turn decides can be decided again, but what it wrote to the CRM must not be forgotten: full durability.
  client.pragma("synchronous = FULL");
  // 2 MB of pages per open file: a thousand portals fit into memory.
  client.pragma("cache_size = -2000");
  const db = drizzle(client, { schema });
  migrate(db);
  return {
    store: new Store(db, {
      unhurried: (commit) => unhurried(client, commit),
      fold: () => void client.exec("pragma wal_checkpoint(passive)"),
    }),
    shrink: () => void client.exec("pragma shrink_memory"),
    backup: async (target) => void (await client.backup(target)),
    close: () => client.close(),
  };
}

/**
 * Commits into the log without waiting for the disk; the next other commit, or a checkpoint, waits for it as well. Run as they are: statements
 * that are prepared anew with every slice stay in memory until the garbage is collected.
 */
function unhurried<T>(client: Database.Database, commit: () => T): T {
  client.exec("pragma synchronous = normal");
  try {
    return commit();
  } finally {
    client.exec("pragma synchronous = full");
  }
}

function isName(id: PortalId): boolean {
  return /^[a-z0-9]+-[A-Za-z0-9_.]{1,80}$/.test(id) && !id.includes("..");
}

/** Where the portals' files lie. Account ids are checked, so that none can name a path. */
export class PortalFiles {
  readonly #folder: string | null;

  /** @param folder null = in memory, for tests */
  constructor(folder: string | null) {
    this.#folder = folder;
    if (folder) mkdirSync(folder, { recursive: true });
  }

  path(id: PortalId): string {
    if (!isName(id)) throw new Error(`"${id}" cannot be a portal's name.`);
    return this.#folder ? join(this.#folder, `${id}.sqlite`) : ":memory:";
  }

  /** May a database be closed and opened again? Not in memory. */
  get isLasting(): boolean {
    return this.#folder !== null;
  }

  exists(id: PortalId): boolean {
    return this.#folder !== null && isName(id) && existsSync(this.path(id));
  }

  open(id: PortalId): OpenFile {
    return openFile(this.path(id));
  }

  remove(id: PortalId): void {
    if (!this.#folder) return;
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${this.path(id)}${ending}`, { force: true });
  }
}
