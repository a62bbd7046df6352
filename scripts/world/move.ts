/** A portal moves to the other runtime and back: its rows travel under a transport key into an empty database, as the commands send them. */
import Database from "better-sqlite3";
import {
  begin,
  digestOf,
  finish,
  leave,
  type RowPage,
  rowsOf,
  TABLES,
  takeRows,
  transportKey,
} from "../../src/runtimes/move.ts";
import { openClient } from "../../src/runtimes/node/portal-files.ts";
import { makeVault } from "../../src/runtimes/vault.ts";
import { KEYS } from "../../test/support/house.ts";

const TRANSPORT = transportKey(Buffer.alloc(32, 9).toString("base64"));

/** @returns the database as it stands at the other place. @throws Error when it did not arrive whole */
export function moved(bytes: Buffer, nowMs: number): Buffer {
  const here = new Database(bytes);
  const there = new Database(":memory:");
  try {
    const [{ store: left }, { store: arriving }] = [openClient(here), openClient(there)];
    const vault = makeVault(KEYS);
    leave(left, nowMs);
    begin(arriving);
    for (const { name } of TABLES) {
      for (let after: number | null = 0; after !== null; ) {
        const page: RowPage = rowsOf(left.db, name, after, vault, TRANSPORT);
        takeRows(arriving.db, name, page.rows, vault, TRANSPORT);
        after = page.next;
      }
    }
    finish(arriving.db, digestOf(left.db, vault, TRANSPORT), vault, TRANSPORT);
    return there.serialize();
  } finally {
    here.close();
    there.close();
  }
}
