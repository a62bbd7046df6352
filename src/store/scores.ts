import { asc, eq, lt, lte, sql } from "drizzle-orm";
import { openHealth, packHealth, type ScoreMemory } from "../core/client/packed-health.ts";
import type { ClientKey } from "../core/model.ts";
import { type Db, excluded, late, placeholders } from "./db.ts";
import { basis, client, health } from "./schema.ts";

/** A client whose score alone is due. */
export interface DueScore {
  client: ClientKey;
  state: ScoreMemory;
  basis: number;
  body: string;
  /** a score change refers to this basis already */
  isKept: boolean;
}

/** Its row as a list. */
type DueCells = [client: ClientKey, state: string, basis: number, body: string, isKept: 0 | 1];

export interface Gathered {
  client: ClientKey;
  state: ScoreMemory;
  /** as `packBasis` makes it */
  body: string;
  scoreAt: number | null;
  book: number;
}

export interface Rescored {
  client: ClientKey;
  state: ScoreMemory;
  scoreAt: number | null;
  /** 0..100; null where it stays */
  score: number | null;
}

/** The scores: what they are made from, what they remember, who is due. */
export class Scores {
  readonly #db: Db;
  readonly #addBasis;
  readonly #replaceBasis;
  readonly #keep;
  readonly #remember;
  readonly #known;
  readonly #gathered;
  readonly #behind;
  readonly #due;
  readonly #nextAt;
  readonly #rescored;
  readonly #moved;

  constructor(db: Db) {
    this.#db = db;
    this.#addBasis = late(() =>
      db
        .insert(basis)
        .values({ body: sql.placeholder("body") })
        .returning({ seq: basis.seq })
        .prepare(),
    );
    const at = sql.placeholder("client");
    // Prepared, all of them: a statement made for one slice holds its long texts until the garbage is collected.
    this.#replaceBasis = late(() =>
      db
        .update(basis)
        .set({ body: sql`${sql.placeholder("body")}` })
        .where(eq(basis.seq, sql.placeholder("seq")))
        .prepare(),
    );
    this.#keep = late(() =>
      db
        .update(basis)
        .set({ isKept: true })
        .where(sql`is_kept = 0 and seq in (select value from json_each(${sql.placeholder("seqs")}))`)
        .prepare(),
    );
    this.#remember = late(() =>
      db
        .insert(health)
        .values({ client: at, state: sql.placeholder("state"), risk: sql.placeholder("risk") })
        .onConflictDoUpdate({ target: health.client, set: { state: sql`excluded.state`, risk: sql`excluded.risk` } })
        .prepare(),
    );
    this.#known = late(() =>
      db
        .select({ client: health.client, seq: basis.seq, body: basis.body, kept: basis.isKept })
        .from(health)
        .innerJoin(basis, eq(basis.seq, health.basis))
        .where(sql`${health.client} in (select value from json_each(${sql.placeholder("keys")}))`)
        .prepare(),
    );
    this.#gathered = late(() =>
      db
        .insert(health)
        .values(placeholders(health))
        .onConflictDoUpdate({
          target: health.client,
          set: excluded(health, "client"),
        })
        .prepare(),
    );
    const due = {
      client: health.client,
      state: health.state,
      basis: basis.seq,
      body: basis.body,
      isKept: basis.isKept,
    };
    this.#behind = late(() =>
      db
        .select(due)
        .from(health)
        .innerJoin(basis, eq(basis.seq, health.basis))
        .where(lt(health.book, sql.placeholder("book")))
        .limit(sql.placeholder("limit"))
        .prepare(),
    );
    this.#due = late(() =>
      db
        .select(due)
        .from(health)
        .innerJoin(basis, eq(basis.seq, health.basis))
        .where(lte(health.scoreAt, sql.placeholder("now")))
        .orderBy(asc(health.scoreAt))
        .limit(sql.placeholder("limit"))
        .prepare(),
    );
    this.#rescored = late(() =>
      db
        .update(health)
        .set({
          state: sql`${sql.placeholder("state")}`,
          risk: sql`${sql.placeholder("risk")}`,
          scoreAt: sql`${sql.placeholder("scoreAt")}`,
          book: sql`${sql.placeholder("book")}`,
        })
        .where(eq(health.client, at))
        .prepare(),
    );
    this.#moved = late(() =>
      db
        .update(client)
        .set({ score: sql`${sql.placeholder("score")}` })
        .where(eq(client.key, at))
        .prepare(),
    );
    const isBehind = sql`exists (select 1 from health where book < (select max(version) from book) and basis is not null)`;
    this.#nextAt = late(() =>
      db
        .select({ at: sql<number | null>`case when ${isBehind} then 0 else min(score_at) end` })
        .from(health)
        .where(sql`score_at is not null`)
        .prepare(),
    );
  }

  /** Keeps what the score remembers; what it is made from and when it is due stay. */
  remember(rows: readonly { client: ClientKey; state: ScoreMemory }[]): void {
    for (const { client, state } of rows)
      this.#remember.run({ client, state: packHealth(state), risk: state.shown?.risk ?? null });
  }

  /** Keeps what was gathered of clients, and what their scores remember. @returns by client: under which number its basis is kept */
  gathered(rows: readonly Gathered[]): ReadonlyMap<ClientKey, number> {
    if (rows.length === 0) return new Map();
    const known = this.#known.all({ keys: JSON.stringify(rows.map((row) => row.client)) });
    const before = new Map(known.map((one) => [one.client, one]));
    const seqs = new Map<ClientKey, number>();
    for (const { client, state, body, scoreAt, book } of rows) {
      const basis = this.#keepBasis(before.get(client), body);
      seqs.set(client, basis);
      const risk = state.shown?.risk ?? null;
      this.#gathered.run({ client, basis, state: packHealth(state), risk, scoreAt, book });
    }
    return seqs;
  }

  /** A basis that a score change refers to stays as it is. */
  #keepBasis(before: { seq: number; body: string; kept: boolean } | undefined, body: string): number {
    if (before?.body === body) return before.seq;
    if (!before || before.kept) return (this.#addBasis.get({ body }) as { seq: number }).seq;
    this.#replaceBasis.run({ seq: before.seq, body });
    return before.seq;
  }

  /** Clients whose score was made with an earlier book, then those whose score may change with the day. */
  due(book: number, nowMs: number, limit: number): readonly DueScore[] {
    const behind = this.#behind.values({ book, limit }) as DueCells[];
    const rows = behind.length > 0 ? behind : (this.#due.values({ now: nowMs, limit }) as DueCells[]);
    return rows.map(([client, state, basis, body, isKept]) => ({
      client,
      state: openHealth(state),
      basis,
      body,
      isKept: isKept === 1,
    }));
  }

  /** When a score is due: 0 where a newer book waits for somebody; null when nobody is. */
  nextAt(): number | null {
    return this.#nextAt.get()?.at ?? null;
  }

  rescored(rows: readonly Rescored[], book: number): void {
    for (const { client, state, scoreAt, score } of rows) {
      this.#rescored.run({ client, state: packHealth(state), risk: state.shown?.risk ?? null, scoreAt, book });
      if (score !== null) this.#moved.run({ client, score });
    }
  }

  /** Leaves these to whole decisions. */
  handOver(keys: readonly ClientKey[], book: number): void {
    if (keys.length === 0) return;
    this.#db.run(sql`update health set score_at = null, book = ${book}
      where client in (select value from json_each(${JSON.stringify(keys)}))`);
  }

  /** Every basis with its client's key, in order of key. */
  page(afterKey: ClientKey, limit: number): readonly { client: ClientKey; body: string }[] {
    return this.#db.all(
      sql`select h.client, b.body from health h join basis b on b.seq = h.basis where h.client > ${afterKey} order by h.client limit ${limit}`,
    );
  }

  /** A score change refers to these from now on. */
  keep(seqs: readonly number[]): void {
    if (seqs.length > 0) this.#keep.run({ seqs: JSON.stringify(seqs) });
  }

  remove(key: ClientKey): void {
    this.#db.run(sql`delete from basis where is_kept = 0 and seq = (select basis from health where client = ${key})`);
    this.#db.delete(health).where(eq(health.client, key)).run();
  }

  restAll(): void {
    this.#db.run(sql`update health set score_at = null, book = coalesce((select max(version) from book), 0)`);
  }
}
