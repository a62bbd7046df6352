import { and, asc, eq, getTableColumns, gt, isNotNull, lte, type SQL, sql } from "drizzle-orm";
import {
  type ClientKey,
  type Facts,
  type RecordFacts,
  type RecordKind,
  type RecordRef,
  refKey,
} from "../core/model.ts";
import { type Db, late } from "./db.ts";
import { merged, record } from "./schema.ts";

/** A record that has to be read, with the mark that tells whether it was marked again while it was being read. */
export interface Stale {
  id: string;
  staleAt: number;
}

/** What a read brought, ready to store. */
export interface Fresh {
  kind: RecordKind;
  id: string;
  client: ClientKey | null;
  facts: Facts;
  links: readonly RecordRef[];
  readAt: number;
  modifiedAt: number | null;
}

export interface StoredRecord extends RecordFacts {
  client: ClientKey | null;
  readAt: number;
  modifiedAt: number | null;
  gone: boolean;
}

type Row = typeof record.$inferSelect;

/** A row as a list. */
type Cells = [
  kind: string,
  id: string,
  client: string | null,
  facts: string | null,
  links: string | null,
  readAt: number | null,
  modifiedAt: number | null,
  goneAt: number | null,
];

function toRecord(row: Omit<Row, "staleAt">): StoredRecord {
  return {
    ref: { kind: row.kind as RecordKind, id: row.id },
    facts: row.facts ? (JSON.parse(row.facts) as Facts) : {},
    links: row.links ? (JSON.parse(row.links) as RecordRef[]) : [],
    client: row.client,
    readAt: row.readAt ?? 0,
    modifiedAt: row.modifiedAt,
    gone: row.goneAt !== null,
  };
}

/** A mark always changes the value, so that a read that is under way does not settle it; a read that was put off is brought forward. */
const MARKED = sql`case when stale_at is null or stale_at > excluded.stale_at then excluded.stale_at
  else max(stale_at + 1, excluded.stale_at) end`;

/** The record table: what is stale, what is known. */
export class Records {
  readonly #db: Db;
  readonly #mark;
  readonly #schedule;
  readonly #stale;
  readonly #nextStale;
  readonly #put;
  readonly #clear;
  readonly #ofClients;
  readonly #byIds;
  readonly #anyMerged;

  constructor(db: Db) {
    this.#db = db;
    const kind = sql.placeholder("kind");
    const ids = sql.placeholder("ids");
    // `where true` keeps SQLite from reading "on conflict" as a join condition
    this.#mark = late(() =>
      db
        .insert(record)
        .select(
          sql`select value->>'kind', value->>'id', null, null, null, null, null, ${sql.placeholder("at")}, null from json_each(${sql.placeholder("rows")}) where true`,
        )
        .onConflictDoUpdate({
          target: [record.kind, record.id],
          set: { staleAt: MARKED },
        })
        .prepare(),
    );
    this.#schedule = late(() =>
      db
        .insert(record)
        .select(
          sql`select value->>'kind', value->>'id', null, null, null, null, null, ${sql.placeholder("at")}, null from json_each(${sql.placeholder("rows")}) where true`,
        )
        .onConflictDoUpdate({
          target: [record.kind, record.id],
          set: { staleAt: sql`min(coalesce(stale_at, excluded.stale_at), excluded.stale_at)` },
        })
        .prepare(),
    );
    this.#stale = late(() =>
      db
        .select({ id: record.id, staleAt: record.staleAt })
        .from(record)
        .where(and(eq(record.kind, kind), isNotNull(record.staleAt), lte(record.staleAt, sql.placeholder("now"))))
        .orderBy(asc(record.staleAt))
        .limit(sql.placeholder("limit"))
        .prepare(),
    );
    // From kind to kind along the index, however many records of each are stale.
    const firstAfter = (rest: SQL) => sql`select min(kind) as kind from record where stale_at is not null ${rest}`;
    this.#nextStale = late(() =>
      db
        .select({ kind: sql<RecordKind>`kind`, at: sql<number>`at` })
        .from(
          sql`(with recursive sort (kind) as (${firstAfter(sql``)} union all
          select (${firstAfter(sql`and kind > sort.kind`)}) from sort where sort.kind is not null)
          select kind, (select min(stale_at) from record where record.kind = sort.kind and stale_at is not null) as at
          from sort where kind is not null)`,
        )
        .prepare(),
    );
    this.#put = late(() =>
      db
        .insert(record)
        .select(
          sql`select ${kind}, value->>'id', value->>'client', value->>'facts', value->>'links', value->>'readAt', value->>'modifiedAt', null, null
            from json_each(${sql.placeholder("rows")}) where true`,
        )
        .onConflictDoUpdate({
          target: [record.kind, record.id],
          set: {
            client: sql`excluded.client`,
            facts: sql`excluded.facts`,
            links: sql`excluded.links`,
            readAt: sql`excluded.read_at`,
            modifiedAt: sql`excluded.modified_at`,
            goneAt: null,
          },
        })
        .prepare(),
    );
    this.#clear = late(() =>
      db
        .update(record)
        .set({ staleAt: null })
        .where(
          sql`kind = ${kind} and exists (select 1 from json_each(${sql.placeholder("rows")}) j where j.value->>0 = record.id and j.value->>1 = record.stale_at)
            and id in (select value->>0 from json_each(${sql.placeholder("rows")}))`,
        )
        .prepare(),
    );
    const { staleAt: _staleAt, ...known } = getTableColumns(record);
    this.#ofClients = late(() =>
      db
        .select(known)
        .from(record)
        .where(sql`client in (select value from json_each(${sql.placeholder("keys")}))`)
        .prepare(),
    );
    this.#anyMerged = late(() => db.select({ id: merged.id }).from(merged).limit(1).prepare());
    this.#byIds = late(() =>
      db
        .select()
        .from(record)
        .where(and(eq(record.kind, kind), sql`id in (select value from json_each(${ids}))`))
        .prepare(),
    );
  }

  /** Marks records as stale since `atMs`. Unknown ids become known. */
  mark(refs: readonly RecordRef[], atMs: number): void {
    if (refs.length > 0) this.#mark.run({ rows: JSON.stringify(refs), at: atMs });
  }

  /** Has records read at `atMs`, or earlier where they are stale already. */
  schedule(refs: readonly RecordRef[], atMs: number): void {
    if (refs.length > 0) this.#schedule.run({ rows: JSON.stringify(refs), at: atMs });
  }

  /** Up to `limit` stale records of one kind, longest stale first. */
  stale(kind: RecordKind, nowMs: number, limit: number): readonly Stale[] {
    return this.#stale.all({ kind, now: nowMs, limit }) as Stale[];
  }

  /** The earliest moment at which something of a kind is to be read, for every kind of which there is something. */
  nextStale(): ReadonlyMap<RecordKind, number> {
    return new Map(this.#nextStale.all().map(({ kind, at }) => [kind, at]));
  }

  /** Stores what was read. Does not touch the stale mark: see `settle`. */
  put(kind: RecordKind, rows: readonly Fresh[]): void {
    if (rows.length === 0) return;
    const lean = rows.map((row) => ({ ...row, facts: JSON.stringify(row.facts), links: JSON.stringify(row.links) }));
    this.#put.run({ kind, rows: JSON.stringify(lean) });
  }

  /** The clock was set back: nothing was read later than now, and what was put off is read now. */
  setBack(nowMs: number): void {
    this.#db.update(record).set({ readAt: nowMs }).where(gt(record.readAt, nowMs)).run();
    this.#db.update(record).set({ staleAt: nowMs }).where(gt(record.staleAt, nowMs)).run();
  }

  /** Takes the stale mark off records that were not marked again since `stale` was listed. */
  settle(kind: RecordKind, read: readonly Stale[]): void {
    if (read.length === 0) return;
    this.#clear.run({ kind, rows: JSON.stringify(read.map((one) => [one.id, one.staleAt])) });
  }

  /** Notes the modification time that our own write caused: what is listed with it is read back only where it stands otherwise than we know it. */
  wrote(kind: RecordKind, id: string, modifiedAt: number): void {
    this.#db
      .update(record)
      .set({ modifiedAt })
      .where(and(eq(record.kind, kind), eq(record.id, id)))
      .run();
  }

  gone(kind: RecordKind, ids: readonly string[], atMs: number): void {
    if (ids.length === 0) return;
    this.#db
      .update(record)
      .set({ goneAt: atMs, facts: null })
      .where(sql`kind = ${kind} and id in (select value from json_each(${JSON.stringify(ids)}))`)
      .run();
  }

  /** Forgets a record altogether, facts and links, as a privacy deletion asks. */
  erase(kind: RecordKind, id: string): void {
    this.#db
      .delete(record)
      .where(and(eq(record.kind, kind), eq(record.id, id)))
      .run();
  }

  byIds(kind: RecordKind, ids: readonly string[]): readonly StoredRecord[] {
    return (this.#byIds.all({ kind, ids: JSON.stringify(ids) }) as Row[]).map(toRecord);
  }

  get(ref: RecordRef): StoredRecord | null {
    return this.byIds(ref.kind, [ref.id])[0] ?? null;
  }

  /** Everything known of the given clients. */
  ofClients(keys: readonly ClientKey[]): ReadonlyMap<ClientKey, StoredRecord[]> {
    const found = new Map<ClientKey, StoredRecord[]>();
    for (const cells of this.#ofClients.values({ keys: JSON.stringify(keys) }) as Cells[]) {
      const [kind, id, client, facts, links, readAt, modifiedAt, goneAt] = cells;
      const one = toRecord({ kind, id, client, facts, links, readAt, modifiedAt, goneAt });
      const list = found.get(client!);
      if (list) list.push(one);
      else found.set(client!, [one]);
    }
    return found;
  }

  /** Records of one kind, in order of id, for passes over everything. */
  page(kind: RecordKind, afterId: string, limit: number): readonly StoredRecord[] {
    return this.#db
      .select()
      .from(record)
      .where(and(eq(record.kind, kind), sql`${record.id} > ${afterId}`))
      .orderBy(asc(record.id))
      .limit(limit)
      .all()
      .map(toRecord);
  }

  count(kind: RecordKind): number {
    return this.#db.select({ n: sql<number>`count(*)` }).from(record).where(eq(record.kind, kind)).get()?.n ?? 0;
  }

  staleCount(): number {
    return this.#db.select({ n: sql<number>`count(*)` }).from(record).where(isNotNull(record.staleAt)).get()?.n ?? 0;
  }

  /** Records whose client is this one's, for a fresh look after a merge. */
  linkedTo(ref: RecordRef): readonly RecordRef[] {
    const rows = this.#db
      .select({ kind: record.kind, id: record.id })
      .from(record)
      .where(eq(record.client, refKey(ref)))
      .all();
    return rows.filter((row) => row.kind !== ref.kind || row.id !== ref.id) as RecordRef[];
  }

  /** What belonged to one client belongs to another from now on. */
  moveClient(from: ClientKey, to: ClientKey): void {
    this.#db.update(record).set({ client: to }).where(eq(record.client, from)).run();
  }

  /** Remembers that `ids` live on as `into`. */
  merge(kind: RecordKind, ids: readonly string[], into: string): void {
    for (const id of ids) {
      if (id === into) continue;
      this.#db
        .insert(merged)
        .values({ kind, id, into })
        .onConflictDoUpdate({ target: [merged.kind, merged.id], set: { into } })
        .run();
      this.#db
        .update(merged)
        .set({ into })
        .where(and(eq(merged.kind, kind), eq(merged.into, id)))
        .run();
    }
  }

  /** The id under which a record lives on after merges. */
  survivor(ref: RecordRef): RecordRef {
    if (!this.#hasMerged()) return ref;
    const row = this.#db
      .select()
      .from(merged)
      .where(and(eq(merged.kind, ref.kind), eq(merged.id, ref.id)))
      .get();
    return row ? { kind: ref.kind, id: row.into } : ref;
  }

  /** Which ids were merged into the given ones: old id -> id it lives on as. */
  mergedInto(kind: RecordKind, ids: readonly string[]): ReadonlyMap<string, string> {
    if (ids.length === 0 || !this.#hasMerged()) return new Map();
    const rows = this.#db
      .select()
      .from(merged)
      .where(and(eq(merged.kind, kind), sql`into_id in (select value from json_each(${JSON.stringify(ids)}))`))
      .all();
    return new Map(rows.map((row) => [row.id, row.into]));
  }

  /** Most portals never merge anything: one cheap look spares the rest. */
  #hasMerged(): boolean {
    return this.#anyMerged.get() !== undefined;
  }
}
