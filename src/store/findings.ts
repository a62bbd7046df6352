import { and, desc, eq, isNull, sql } from "drizzle-orm";
import type { FindingCode } from "../core/finding.ts";
import { type Db, late } from "./db.ts";
import { finding } from "./schema.ts";

export interface Finding {
  key: string;
  /** stable; its words are in src/core/text */
  code: string;
  /** ids, field names, CRM codes; no values */
  params: Readonly<Record<string, string | number | null>>;
  since: number;
  lastAt: number;
  count: number;
}

function toFinding({ closedAt: _closed, ...row }: typeof finding.$inferSelect): Finding {
  return { ...row, params: JSON.parse(row.params) };
}

/** Things that only a person can mend, as the status page shows them. */
export class Findings {
  readonly #db: Db;
  readonly #closeAll;

  constructor(db: Db) {
    this.#db = db;
    this.#closeAll = late(() =>
      db
        .update(finding)
        .set({ closedAt: sql`${sql.placeholder("at")}` })
        .where(sql`closed_at is null and key in (select value from json_each(${sql.placeholder("keys")}))`)
        .prepare(),
    );
  }

  /** Opens a finding, or counts it once more. */
  raise(key: string, code: FindingCode, params: Finding["params"], atMs: number): void {
    const body = JSON.stringify(params);
    this.#db
      .insert(finding)
      .values({ key, code, params: body, since: atMs, lastAt: atMs, count: 1, closedAt: null })
      .onConflictDoUpdate({
        target: finding.key,
        set: {
          code,
          params: body,
          since: sql`case when closed_at is null then since else ${atMs} end`,
          lastAt: atMs,
          count: sql`case when closed_at is null then count + 1 else 1 end`,
          closedAt: null,
        },
      })
      .run();
  }

  close(key: string, atMs: number): void {
    this.#db.update(finding).set({ closedAt: atMs }).where(sql`key = ${key} and closed_at is null`).run();
  }

  closeAll(keys: readonly string[], atMs: number): void {
    if (keys.length > 0) this.#closeAll.run({ keys: JSON.stringify(keys), at: atMs });
  }

  /** The open findings whose key begins so. */
  openOf(prefix: string): readonly Finding[] {
    const ofKey = sql`key >= ${prefix} and key < ${`${prefix}\uffff`}`;
    return this.#db
      .select()
      .from(finding)
      .where(and(ofKey, isNull(finding.closedAt)))
      .all()
      .map(toFinding);
  }

  open(): readonly Finding[] {
    return this.#db
      .select()
      .from(finding)
      .where(isNull(finding.closedAt))
      .orderBy(desc(finding.lastAt))
      .all()
      .map(toFinding);
  }

  /** The open finding of a key; null where there is none. */
  opened(key: string): Finding | null {
    const row = this.#db
      .select()
      .from(finding)
      .where(and(eq(finding.key, key), isNull(finding.closedAt)))
      .get();
    return row ? toFinding(row) : null;
  }

  /** Findings that nothing mends are over when they were not raised again since `beforeMs`. */
  closeSettled(code: FindingCode, beforeMs: number, atMs: number): void {
    this.#db
      .update(finding)
      .set({ closedAt: atMs })
      .where(sql`code = ${code} and closed_at is null and last_at < ${beforeMs}`)
      .run();
  }
}
