import { desc, eq, getTableColumns, gte, lt, sql } from "drizzle-orm";
import type { DeedCode } from "../core/deed.ts";
import type { ClientKey } from "../core/model.ts";
import { type Db, late, placeholders } from "./db.ts";
import { basis, callLog, history, scoreChange } from "./schema.ts";

export interface Deed {
  seq: number;
  at: number;
  /** `user:<id>`, `tenure`, `crm` */
  actor: string;
  client: ClientKey | null;
  code: string;
  params: Readonly<Record<string, unknown>>;
}

export interface ScoreChange<B = string> {
  client: ClientKey;
  at: number;
  config: number;
  book: number;
  /** what it was made from: its number when it is written, its text when it is read; null in changes whose inputs hold everything */
  basis: B | null;
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

type ChangeRow = Omit<typeof scoreChange.$inferSelect, "basis"> & { basis: string | null };

function toChange(row: ChangeRow): ScoreChange & { seq: number } {
  return { ...row, inputs: JSON.parse(row.inputs), result: JSON.parse(row.result) };
}

/** What happened: deeds of people and of ours, score changes with their inputs, calls to the CRM. Append only; `prune.ts` takes the oldest. */
export class Journal {
  readonly #db: Db;
  readonly #calls;
  readonly #scores;
  readonly #did;

  constructor(db: Db) {
    this.#db = db;
    this.#calls = late(() =>
      db
        .insert(callLog)
        .select(
          sql`select null, value->>'at', value->>'method', value->>'path', value->>'status', value->>'items' from json_each(${sql.placeholder("rows")}) where true`,
        )
        .prepare(),
    );
    this.#did = late(() =>
      db
        .insert(history)
        .values({ ...placeholders(history), seq: undefined })
        .prepare(),
    );
    this.#scores = late(() =>
      db
        .insert(scoreChange)
        .values({ ...placeholders(scoreChange), seq: undefined })
        .prepare(),
    );
  }

  did(deed: Omit<Deed, "seq" | "code"> & { code: DeedCode }): void {
    this.#did.run({ ...deed, params: JSON.stringify(deed.params) });
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

  scored(changes: readonly ScoreChange<number>[]): void {
    for (const one of changes)
      this.#scores.run({ ...one, inputs: JSON.stringify(one.inputs), result: JSON.stringify(one.result) });
  }

  scoresOf(key: ClientKey, limit: number): readonly (ScoreChange & { seq: number })[] {
    return this.#changes()
      .where(eq(scoreChange.client, key))
      .orderBy(desc(scoreChange.seq))
      .limit(limit)
      .all()
      .map(toChange);
  }

  /** Score changes, newest first; those older than `before` where one is named. */
  scores(limit: number, before = Number.MAX_SAFE_INTEGER): readonly (ScoreChange & { seq: number })[] {
    return this.#changes()
      .where(lt(scoreChange.seq, before))
      .orderBy(desc(scoreChange.seq))
      .limit(limit)
      .all()
      .map(toChange);
  }

  #changes() {
    return this.#db
      .select({ ...getTableColumns(scoreChange), basis: basis.body })
      .from(scoreChange)
      .leftJoin(basis, eq(basis.seq, scoreChange.basis));
  }

  /** Calls, as they were made; kept at least three days, as Bitrix24's Market asks (reference, section 15). */
  called(calls: readonly LoggedCall[]): void {
    if (calls.length > 0) this.#calls.run({ rows: JSON.stringify(calls) });
  }

  /** The newest calls to the CRM, newest first: method, path and answer, no values. */
  newestCalls(limit: number): readonly LoggedCall[] {
    return this.#db.select().from(callLog).orderBy(desc(callLog.seq)).limit(limit).all();
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
