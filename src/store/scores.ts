import { eq, sql } from "drizzle-orm";
import type { HealthState } from "../core/client/health.ts";
import type { ClientKey } from "../core/model.ts";
import type { Db } from "./db.ts";
import { basis, client, health } from "./schema.ts";

/** What the score remembers, without what only a whole decision reads. */
export type ScoreMemory = Omit<HealthState, "seen">;

/** A client whose score alone is due. */
export interface DueScore {
  client: ClientKey;
  state: ScoreMemory;
  basis: number;
  body: string;
}

export interface Gathered {
  client: ClientKey;
  /** as `packBasis` makes it */
  body: string;
  scoreAt: number | null;
  book: number;
}

export interface Rescored {
  client: ClientKey;
  state: ScoreMemory;
  scoreAt: number | null;
  /** 0..100; absent where it stays */
  score?: number;
}

interface DueRow {
  client: string;
  state: string;
  basis: number;
  body: string;
}

/** The scores: what they are made from, what they remember, who is due. */
export class Scores {
  readonly #db: Db;
  readonly #addBasis;
  readonly #nextAt;
  readonly #rescored;
  readonly #moved;

  constructor(db: Db) {
    this.#db = db;
    this.#addBasis = db
      .insert(basis)
      .values({ body: sql.placeholder("body") })
      .returning({ seq: basis.seq })
      .prepare();
    const at = sql.placeholder("client");
    this.#rescored = db
      .update(health)
      .set({
        state: sql`${sql.placeholder("state")}`,
        risk: sql`${sql.placeholder("risk")}`,
        scoreAt: sql`${sql.placeholder("scoreAt")}`,
        book: sql`${sql.placeholder("book")}`,
      })
      .where(eq(health.client, at))
      .prepare();
    this.#moved = db
      .update(client)
      .set({ score: sql`${sql.placeholder("score")}` })
      .where(eq(client.key, at))
      .prepare();
    const isBehind = sql`exists (select 1 from health where book < (select max(version) from book) and basis is not null)`;
    this.#nextAt = db
      .select({ at: sql<number | null>`case when ${isBehind} then 0 else min(score_at) end` })
      .from(health)
      .where(sql`score_at is not null`)
      .prepare();
  }

  /** Keeps what the score remembers; what it is made from and when it is due stay. */
  remember(rows: readonly { client: ClientKey; state: ScoreMemory }[]): void {
    if (rows.length === 0) return;
    const packed = rows.map(({ client, state }) => [client, JSON.stringify(state), state.shown?.risk ?? null]);
    this.#db.run(sql`insert into health (client, state, risk)
      select value->>0, value->>1, value->>2 from json_each(${JSON.stringify(packed)}) where true
      on conflict (client) do update set state = excluded.state, risk = excluded.risk`);
  }

  /** Keeps what was gathered of clients that are remembered. @returns by client: under which number its basis is kept */
  gathered(rows: readonly Gathered[]): ReadonlyMap<ClientKey, number> {
    if (rows.length === 0) return new Map();
    const keys = JSON.stringify(rows.map((row) => row.client));
    const known = this.#db.all<{ client: string; seq: number; body: string; kept: number }>(
      sql`select h.client, b.seq, b.body, b.is_kept as kept from health h join basis b on b.seq = h.basis
          where h.client in (select value from json_each(${keys}))`,
    );
    const before = new Map(known.map((one) => [one.client, one]));
    const seqs = new Map<ClientKey, number>();
    for (const { client, body } of rows) seqs.set(client, this.#keepBasis(before.get(client), body));
    const packed = rows.map(({ client, scoreAt, book }) => [client, seqs.get(client), scoreAt, book]);
    this.#db.run(sql`update health set basis = value->>1, score_at = value->>2, book = value->>3
      from json_each(${JSON.stringify(packed)}) where client = value->>0`);
    return seqs;
  }

  /** A basis that a score change refers to stays as it is. */
  #keepBasis(before: { seq: number; body: string; kept: number } | undefined, body: string): number {
    if (before?.body === body) return before.seq;
    if (!before || before.kept) return (this.#addBasis.get({ body }) as { seq: number }).seq;
    this.#db.update(basis).set({ body }).where(eq(basis.seq, before.seq)).run();
    return before.seq;
  }

  /** Clients whose score was made with an earlier book, then those whose score may change with the day. */
  due(book: number, nowMs: number, limit: number): readonly DueScore[] {
    const select = sql`select h.client, h.state, h.basis, b.body from health h join basis b on b.seq = h.basis`;
    const behind = this.#db.all<DueRow>(sql`${select} where h.book < ${book} limit ${limit}`);
    const rows =
      behind.length > 0
        ? behind
        : this.#db.all<DueRow>(sql`${select} where h.score_at <= ${nowMs} order by h.score_at limit ${limit}`);
    return rows.map((row) => ({ ...row, state: JSON.parse(row.state) as ScoreMemory }));
  }

  /** When a score is due: 0 where a newer book waits for somebody; null when nobody is. */
  nextAt(): number | null {
    return this.#nextAt.get()?.at ?? null;
  }

  rescored(rows: readonly Rescored[], book: number): void {
    for (const { client, state, scoreAt, score } of rows) {
      this.#rescored.run({ client, state: JSON.stringify(state), risk: state.shown?.risk ?? null, scoreAt, book });
      if (score !== undefined) this.#moved.run({ client, score });
    }
  }

  /** Leaves these to whole decisions. */
  handOver(keys: readonly ClientKey[], book: number): void {
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
    if (seqs.length > 0)
      this.#db.run(sql`update basis set is_kept = 1 where is_kept = 0
        and seq in (select value from json_each(${JSON.stringify(seqs)}))`);
  }

  remove(key: ClientKey): void {
    this.#db.run(sql`delete from basis where is_kept = 0 and seq = (select basis from health where client = ${key})`);
    this.#db.delete(health).where(eq(health.client, key)).run();
  }

  restAll(): void {
    this.#db.run(sql`update health set score_at = null, book = coalesce((select max(version) from book), 0)`);
  }
}
