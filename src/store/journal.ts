import { asc, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { ClientKey } from "../core/model.ts";
import type { Db } from "./db.ts";
import { callLog, history, scoreChange } from "./schema.ts";

export interface Deed {
  seq: number;
  at: number;
  /** `user:<id>`, `tenure`, `crm` */
  actor: string;
  client: ClientKey | null;
  code: string;
  params: Readonly<Record<string, unknown>>;
}

export interface ScoreChange {
  client: ClientKey;
  at: number;
  config: number;
  book: number;
  inputs: unknown;
  result: unknown;
}

export interface LoggedCall {
  at: number;
  method: string;
  path: string;
  status: number;
  items: number;
}

/** What happened: deeds of people and of ours, score changes with their inputs, calls to the CRM. Append only, pruned by age. */
export class Journal {
  readonly #db: Db;
  readonly #calls;
  readonly #scores;

  constructor(db: Db) {
    this.#db = db;
    this.#calls = db
      .insert(callLog)
      .select(
        sql`select null, value->>'at', value->>'method', value->>'path', value->>'status', value->>'items' from json_each(${sql.placeholder("rows")}) where true`,
      )
      .prepare();
    this.#scores = db
      .insert(scoreChange)
      .select(
        sql`select null, value->>'client', value->>'at', value->>'config', value->>'book', value->>'inputs', value->>'result'
            from json_each(${sql.placeholder("rows")}) where true`,
      )
      .prepare();
  }

  did(deed: Omit<Deed, "seq">): void {
    this.#db
      .insert(history)
      .values({ ...deed, params: JSON.stringify(deed.params) })
      .run();
  }

  deeds(limit: number, clientKey?: ClientKey): readonly Deed[] {
    return this.#db
      .select()
      .from(history)
      .where(clientKey === undefined ? undefined : eq(history.client, clientKey))
      .orderBy(desc(history.seq))
      .limit(limit)
      .all()
      .map((row) => ({ ...row, params: JSON.parse(row.params) }));
  }

  scored(changes: readonly ScoreChange[]): void {
    if (changes.length === 0) return;
    const rows = changes.map((c) => ({ ...c, inputs: JSON.stringify(c.inputs), result: JSON.stringify(c.result) }));
    this.#scores.run({ rows: JSON.stringify(rows) });
  }

  scoresOf(key: ClientKey, limit: number): readonly (ScoreChange & { seq: number })[] {
    return this.#db
      .select()
      .from(scoreChange)
      .where(eq(scoreChange.client, key))
      .orderBy(desc(scoreChange.seq))
      .limit(limit)
      .all()
      .map((row) => ({ ...row, inputs: JSON.parse(row.inputs), result: JSON.parse(row.result) }));
  }

  /** Every score change, newest first. */
  scores(limit: number): readonly ScoreChange[] {
    return this.#db
      .select()
      .from(scoreChange)
      .orderBy(desc(scoreChange.seq))
      .limit(limit)
      .all()
      .map(({ seq: _seq, ...row }) => ({ ...row, inputs: JSON.parse(row.inputs), result: JSON.parse(row.result) }));
  }

  /** Calls, as they were made; kept at least three days, as Bitrix24's Market asks (reference, section 15). */
  called(calls: readonly LoggedCall[]): void {
    if (calls.length > 0) this.#calls.run({ rows: JSON.stringify(calls) });
  }

  callsSince(atMs: number, limit: number): readonly LoggedCall[] {
    return this.#db.select().from(callLog).where(gte(callLog.at, atMs)).orderBy(asc(callLog.seq)).limit(limit).all();
  }

  /** How many calls ended in each way since then; status 0 = no answer came. */
  answersSince(atMs: number): readonly { status: number; n: number }[] {
    return this.#db
      .select({ status: callLog.status, n: sql<number>`count(*)` })
      .from(callLog)
      .where(gte(callLog.at, atMs))
      .groupBy(callLog.status)
      .all();
  }

  prune(callsBeforeMs: number): void {
    this.#db.delete(callLog).where(lt(callLog.at, callsBeforeMs)).run();
  }
}
