import { asc, desc, eq, lte, sql } from "drizzle-orm";
import type { ClientKey, Hint } from "../core/model.ts";
import { Clients } from "./clients.ts";
import { type Db, late, transact } from "./db.ts";
import { Findings } from "./findings.ts";
import { Held } from "./held.ts";
import { Journal } from "./journal.ts";
import { Meta } from "./meta.ts";
import { Mirror } from "./mirror.ts";
import { Records } from "./records.ts";
import { book, config, hint, usage } from "./schema.ts";
import { Scores } from "./scores.ts";

/** A configuration as it was published. */
export interface Published {
  version: number;
  publishedAt: number;
  author: string;
  body: unknown;
}

/** What a runtime with a log of its own lends to long work. */
export interface Log {
  /** runs a commit without waiting for the disk */
  unhurried<T>(commit: () => T): T;
  /** brings what was committed into the file */
  fold(): void;
}

/** Commits of a long work from one folding to the next: a few hundred pages, and some milliseconds. */
const FOLD_EVERY = 3;

/** One portal's database, by table group. Everything is synchronous; `transaction` commits all or nothing. */
export class Store {
  readonly db: Db;
  readonly meta: Meta;
  readonly records: Records;
  readonly scores: Scores;
  readonly clients: Clients;
  readonly mirror: Mirror;
  readonly held: Held;
  readonly findings: Findings;
  readonly journal: Journal;

  readonly #usageOf;
  readonly #deliveries;
  readonly #oldestDelivery;
  readonly #bookVersion;
  readonly #configVersion;
  readonly #log: Log | null;
  #isSettled = true;
  #unfolded = 0;
  #config: Published | null = null;

  constructor(db: Db, log: Log | null = null) {
    this.db = db;
    this.#log = log;
    this.#deliveries = late(() =>
      db.select().from(hint).orderBy(asc(hint.seq)).limit(sql.placeholder("limit")).prepare(),
    );
    this.#oldestDelivery = late(() =>
      db
        .select({ at: sql<number | null>`min(${hint.at})` })
        .from(hint)
        .prepare(),
    );
    this.#bookVersion = late(() =>
      db
        .select({ version: sql<number>`coalesce(max(${book.version}), 0)` })
        .from(book)
        .prepare(),
    );
    this.#configVersion = late(() =>
      db
        .select({ version: sql<number>`coalesce(max(${config.version}), 0)` })
        .from(config)
        .prepare(),
    );
    this.#usageOf = late(() =>
      // A row per signal: one per day would cost more than the decision that reads it. Two lists take three quarters of what pairs do.
      db
        .select({
          client: usage.client,
          signal: usage.signal,
          days: sql<string>`json_group_array(${usage.day})`,
          counts: sql<string>`json_group_array(${usage.n})`,
        })
        .from(usage)
        .where(sql`client in (select value from json_each(${sql.placeholder("keys")}))`)
        .groupBy(usage.client, usage.signal)
        .orderBy(asc(usage.client), asc(usage.signal))
        .prepare(),
    );
    this.meta = new Meta(db);
    this.records = new Records(db);
    this.scores = new Scores(db);
    this.clients = new Clients(db, this.scores, this.meta);
    this.mirror = new Mirror(db);
    this.held = new Held(db);
    this.findings = new Findings(db);
    this.journal = new Journal(db);
  }

  /** @throws Error when `work` returns a promise: no call to a CRM inside a transaction */
  transaction<T>(work: () => T): T {
    try {
      return transact(this.db, work);
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /**
   * A transaction in the middle of a long work that is done again where it was lost: a power cut may take the last of these, from the newest
   * backwards, and each is there whole or not at all. Whatever else is committed puts them on disk before itself; `settle` does at the end.
   */
  passing<T>(work: () => T): T {
    if (!this.#log) return this.transaction(work);
    this.#isSettled = false;
    this.#unfolded += 1;
    return this.#log.unhurried(() => this.transaction(work));
  }

  /**
   * Brings what long work committed into the file, now and then. A slice by itself: left alone, it comes on top of a commit, and that slice
   * takes twice as long as the others. @returns whether there was enough of it
   */
  fold(): boolean {
    if (!this.#log || this.#unfolded < FOLD_EVERY) return false;
    this.#unfolded = 0;
    this.#log.fold();
    return true;
  }

  /** Waits until all that was committed is on disk. */
  settle(): void {
    if (this.#isSettled) return;
    // A commit like any other, which waits for what came before it.
    this.db.run(sql`update schema_version set version = version`);
    this.#isSettled = true;
  }

  /** The tables may hold something else than what is remembered of them: a transaction was rolled back, or somebody wrote past this store. */
  forget(): void {
    this.meta.forget();
    this.mirror.forget();
    this.#config = null;
  }

  // deliveries waiting in this database (Workers; on Node the shared journal takes their place)

  addDelivery(hints: readonly Hint[], atMs: number): void {
    this.db
      .insert(hint)
      .values({ at: atMs, body: JSON.stringify(hints) })
      .run();
  }

  deliveries(limit: number): readonly { seq: number; at: number; hints: readonly Hint[] }[] {
    return this.#deliveries
      .all({ limit })
      .map((row) => ({ seq: row.seq, at: row.at, hints: JSON.parse(row.body) as Hint[] }));
  }

  dropDeliveries(throughSeq: number): void {
    this.db.delete(hint).where(lte(hint.seq, throughSeq)).run();
  }

  oldestDeliveryAt(): number | null {
    return this.#oldestDelivery.get()?.at ?? null;
  }

  // product usage

  /** Adds counts to days; the caller has removed doubles. */
  addUsage(rows: readonly { client: ClientKey; signal: string; day: number; n: number }[]): void {
    this.db.run(sql`insert into usage (client, signal, day, n)
      select value->>'client', value->>'signal', value->>'day', value->>'n' from json_each(${JSON.stringify(rows)}) where true
      on conflict (client, signal, day) do update set n = n + excluded.n`);
  }

  /** Per client and signal, [day, count] in order of day. */
  usageOf(
    keys: readonly ClientKey[],
  ): ReadonlyMap<ClientKey, Readonly<Record<string, readonly (readonly [number, number])[]>>> {
    const found = new Map<ClientKey, Record<string, readonly (readonly [number, number])[]>>();
    const rows = this.#usageOf.values({ keys: JSON.stringify(keys) }) as [
      client: string,
      signal: string,
      days: string,
      counts: string,
    ][];
    for (const [client, signal, days, counts] of rows) {
      const own = found.get(client) ?? {};
      found.set(client, own);
      const each = JSON.parse(counts) as number[];
      own[signal] = inOrder((JSON.parse(days) as number[]).map((day, at) => [day, each[at]!]));
    }
    return found;
  }

  /** Keeps the hashes that were not seen yet and returns them. */
  unseen(hashes: readonly string[], day: number): ReadonlySet<string> {
    const rows = this.db.all<{ what: string }>(
      sql`insert into seen (what, day) select value, ${day} from json_each(${JSON.stringify(hashes)}) where true
          on conflict (what) do nothing returning what`,
    );
    return new Set(rows.map((row) => row.what));
  }

  // versioned documents

  /** The same object as long as there is no newer one. */
  newestConfig(): Published | null {
    const { version } = this.#configVersion.get() as { version: number };
    if (version === 0) return null;
    if (this.#config?.version !== version) this.#config = this.#configOf(version);
    return this.#config;
  }

  #configOf(version: number): Published | null {
    const row = this.db.select().from(config).where(eq(config.version, version)).get();
    return row ? { ...row, body: JSON.parse(row.body) } : null;
  }

  configs(): readonly Published[] {
    return this.db
      .select()
      .from(config)
      .orderBy(desc(config.version))
      .all()
      .map((row) => ({ ...row, body: JSON.parse(row.body) }));
  }

  publishConfig(body: unknown, author: string, atMs: number): number {
    const version = (this.newestConfig()?.version ?? 0) + 1;
    this.db
      .insert(config)
      .values({ version, publishedAt: atMs, author, body: JSON.stringify(body) })
      .run();
    return version;
  }

  newestBook(): { version: number; madeAt: number; body: unknown } | null {
    const row = this.db.select().from(book).orderBy(desc(book.version)).limit(1).get();
    return row ? { ...row, body: JSON.parse(row.body) } : null;
  }

  /** The body of an earlier book: score changes are derived again from it. Null when there is none of that number. */
  bookOf(version: number): unknown {
    const row = this.db.select({ body: book.body }).from(book).where(eq(book.version, version)).get();
    return row ? JSON.parse(row.body) : null;
  }

  /** 0 before the first book */
  bookVersion(): number {
    return this.#bookVersion.get()?.version ?? 0;
  }

  addBook(body: unknown, atMs: number): number {
    const version = (this.newestBook()?.version ?? 0) + 1;
    this.db
      .insert(book)
      .values({ version, madeAt: atMs, body: JSON.stringify(body) })
      .run();
    return version;
  }
}

/** Days come as the index has them, though nothing says so: looking costs a tenth of sorting. */
function inOrder(days: [day: number, count: number][]): [day: number, count: number][] {
  for (let at = 1; at < days.length; at++) if (days[at - 1]![0] > days[at]![0]) return days.sort((a, b) => a[0] - b[0]);
  return days;
}
