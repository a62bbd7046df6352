/**
 * A portal as plain rows, so that it can move between runtimes: leave, rows of every table, begin, take, finish. Sealed texts travel
 * under a transport key that both sides know; the copy left behind is marked and writes nothing any more.
 */
import { createHash } from "node:crypto";
import { getTableColumns, getTableName, is, type SQL, sql } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { PortalId } from "../ports.ts";
import { type Db, transact } from "../store/db.ts";
import { MIGRATIONS } from "../store/migrations.gen.ts";
import * as schema from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { type KeyRing, makeVault, replaceSealed } from "./vault.ts";

export type Cell = string | number | null;
export type Row = readonly Cell[];

export interface RowPage {
  rows: readonly Row[];
  /** hand in again for the next page; null at the end */
  next: number | null;
}

/** What a portal's copy holds, comparable between runtimes. */
export interface Digest {
  /** schema version */
  version: number;
  /** equal where texts are hashed alike: only then are our own texts recognised after the move */
  hashes: string;
  /** counts moves; null for a portal that never moved */
  epoch: number | null;
  tables: Readonly<Record<string, { rows: number; hash: string }>>;
}

/** Where a portal can live, as a move sees it. */
export interface Place {
  /** from here on the copy at this place writes nothing; hints that it had taken are in the copy */
  leave(id: PortalId): Promise<void>;
  digest(id: PortalId): Promise<Digest>;
  rows(id: PortalId, table: string, after: number): Promise<RowPage>;
  begin(id: PortalId): Promise<void>;
  take(id: PortalId, table: string, rows: readonly Row[]): Promise<void>;
  finish(id: PortalId, sent: Digest): Promise<void>;
}

/** Rows of one page together stay below this, characters: a bound parameter of a Durable Object ends at 2 MB. */
const PAGE_CHARS = 400_000;
const PAGE_ROWS = 2_000;
/** What differs between two copies of one portal without meaning anything. */
const OWN_META = new Set(["movedAt", "epoch", "restored", "careful", "nextWake", "upkeepDay"]);

/** `movedAt` of a copy that is on its way in; the copy that left brings the moment at which it left. */
const ARRIVING = 0;

interface Table {
  name: string;
  columns: readonly string[];
}

/** `meta` last: with it arrives the grant, and a portal with a grant is a portal. */
export const TABLES: readonly Table[] = Object.values(schema)
  .filter((one) => is(one, SQLiteTable))
  .map((table) => ({
    name: getTableName(table),
    columns: Object.values(getTableColumns(table)).map((column) => column.name),
  }))
  .sort((a, b) => Number(a.name === "meta") - Number(b.name === "meta"));

/** @param moveKey base64 of 32 bytes, the same on both sides */
export function transportKey(moveKey: string): KeyRing {
  return makeVault(`move:${moveKey}`);
}

function tableOf(name: string): Table {
  const table = TABLES.find((one) => one.name === name);
  if (!table) throw new Error(`A portal has no table "${name}".`);
  return table;
}

function names(columns: readonly string[]): SQL {
  return sql.join(
    columns.map((column) => sql.identifier(column)),
    sql`, `,
  );
}

/** Rows in order of rowid, after one, with their texts as they are. */
function rawPage(db: Db, table: Table, after: number): { rows: [number, Cell[]][]; isLast: boolean } {
  const found = db.values<[number, string]>(
    sql`select rowid, json_array(${names(table.columns)}) from ${sql.identifier(table.name)} where rowid > ${after} order by rowid limit ${PAGE_ROWS}`,
  );
  const rows: [number, Cell[]][] = [];
  let chars = 0;
  for (const [rowid, cells] of found) {
    if (rows.length > 0 && chars + cells.length > PAGE_CHARS) return { rows, isLast: false };
    chars += cells.length;
    rows.push([rowid, JSON.parse(cells) as Cell[]]);
  }
  return { rows, isLast: found.length < PAGE_ROWS };
}

function inTexts(cells: readonly Cell[], change: (text: string) => string): Cell[] {
  return cells.map((cell) => (typeof cell === "string" ? change(cell) : cell));
}

/** A page of a table, sealed texts under the transport key. @param after `next` of the page before; 0 for the first */
export function rowsOf(db: Db, tableName: string, after: number, vault: KeyRing, transport: KeyRing): RowPage {
  const { rows, isLast } = rawPage(db, tableOf(tableName), after);
  const travelling = (text: string) => replaceSealed(text, vault, (plain) => transport.seal(plain));
  return {
    rows: rows.map(([, cells]) => inTexts(cells, travelling)),
    next: isLast ? null : (rows.at(-1)?.[0] ?? null),
  };
}

/** Stores a page; sealed texts come under the newest key of this side. */
export function takeRows(db: Db, tableName: string, rows: readonly Row[], vault: KeyRing, transport: KeyRing): void {
  if (rows.length === 0) return;
  const { name, columns } = tableOf(tableName);
  const ours = (text: string) => replaceSealed(text, transport, (plain) => vault.seal(plain));
  const json = JSON.stringify(rows.map((cells) => inTexts(cells, ours)));
  const values = sql.join(
    columns.map((_, index) => sql`value->>${sql.raw(String(index))}`),
    sql`, `,
  );
  const insert = name === "meta" ? sql`insert or replace` : sql`insert`;
  db.run(
    sql`${insert} into ${sql.identifier(name)} (${names(columns)}) select ${values} from json_each(${json}) where true`,
  );
}

/** Counts and hashes of every table; the same on both sides when nothing was lost or changed on the way. */
export function digestOf(db: Db, vault: KeyRing, transport: KeyRing): Digest {
  const tables: Record<string, { rows: number; hash: string }> = {};
  for (const table of TABLES) tables[table.name] = digestTable(db, table, vault, transport);
  return { version: MIGRATIONS.length, hashes: vault.hash("the same text"), epoch: metaNumber(db, "epoch"), tables };
}

/** Order does not matter: row hashes are added up. */
function digestTable(db: Db, table: Table, vault: KeyRing, transport: KeyRing): { rows: number; hash: string } {
  const opened = (text: string) => replaceSealed(text, vault, (plain) => `sealed:${transport.hash(plain)}`);
  let sum = 0n;
  let count = 0;
  for (let after = 0, isLast = false; !isLast; ) {
    const page = rawPage(db, table, after);
    for (const [rowid, cells] of page.rows) {
      after = rowid;
      if (table.name === "meta" && OWN_META.has(String(cells[0]))) continue;
      const hash = createHash("sha256")
        .update(JSON.stringify(inTexts(cells, opened)))
        .digest("hex");
      sum = (sum + BigInt(`0x${hash}`)) & ((1n << 256n) - 1n);
      count += 1;
    }
    isLast = page.isLast;
  }
  return { rows: count, hash: sum.toString(16).padStart(64, "0") };
}

function metaNumber(db: Db, key: string): number | null {
  const row = db.get<{ value: string } | undefined>(sql`select value from meta where key = ${key}`);
  return row ? Number(JSON.parse(row.value)) : null;
}

function setMeta(db: Db, key: string, value: unknown): void {
  db.run(
    sql`insert into meta (key, value) values (${key}, ${JSON.stringify(value)}) on conflict (key) do update set value = excluded.value`,
  );
}

/** A copy that somebody may have open: what is written here past its store is not to be remembered otherwise. */
type Copy = Pick<Store, "db" | "forget">;

/** Marks this copy as left behind: from the next turn on it makes no call and writes nothing. */
export function leave(copy: Copy, nowMs: number): void {
  if (metaNumber(copy.db, "movedAt") === null) setMeta(copy.db, "movedAt", nowMs);
  copy.forget();
}

/**
 * Makes room for a portal that arrives. A copy that was left behind here before is replaced.
 * @throws Error when a portal lives here
 */
export function begin(copy: Copy): void {
  const { db } = copy;
  if (lives(db)) throw new Error("This portal lives here already: it can only move away from here.");
  transact(db, () => {
    for (const { name } of TABLES) db.run(sql`delete from ${sql.identifier(name)}`);
    // Whatever arrives and however it ends: until `finish` nothing lives here.
    setMeta(db, "movedAt", ARRIVING);
  });
  copy.forget();
}

function lives(db: Db): boolean {
  const grant = db.get<{ found: number }>(sql`select exists (select 1 from meta where key = 'grant') as found`);
  return grant?.found === 1 && metaNumber(db, "movedAt") === null;
}

/**
 * Ends an arrival: what arrived has to be what left. From here on this copy is the portal; it looks in the CRM before it makes anything.
 * @throws Error that names the tables that differ
 */
export function finish(db: Db, sent: Digest, vault: KeyRing, transport: KeyRing): void {
  const differences = compare(sent, digestOf(db, vault, transport));
  if (differences.length > 0) throw new Error(`The portal did not arrive whole: ${differences.join("; ")}.`);
  if (metaNumber(db, "movedAt") === ARRIVING)
    throw new Error("The other side has not been told to leave: two copies would write.");
  transact(db, () => {
    setMeta(db, "epoch", (metaNumber(db, "epoch") ?? sent.epoch ?? 0) + 1);
    setMeta(db, "restored", true);
    db.run(sql`delete from meta where key = 'movedAt'`);
  });
}

/** What differs between two copies, in words; empty = the same. */
export function compare(one: Digest, other: Digest): string[] {
  const found: string[] = [];
  if (one.version !== other.version)
    found.push(`schema version ${one.version} and ${other.version}: start the same release on both sides`);
  if (one.hashes !== other.hashes)
    found.push(
      "texts are hashed with another key: both sides need the same entry hash, or without one the same oldest key, in ENCRYPTION_KEYS",
    );
  for (const name of new Set([...Object.keys(one.tables), ...Object.keys(other.tables)])) {
    const a = one.tables[name];
    const b = other.tables[name];
    if (a?.rows !== b?.rows) found.push(`${name}: ${a?.rows ?? 0} and ${b?.rows ?? 0} rows`);
    else if (a?.hash !== b?.hash) found.push(`${name}: other contents`);
  }
  return found;
}
