import { and, asc, eq, isNotNull, lte, min, sql } from "drizzle-orm";
import type { DigestEvent } from "../core/escalate/digest.ts";
import type { TextRef } from "../core/model.ts";
import { type Db, late, placeholders } from "./db.ts";
import { heldBack } from "./schema.ts";

/** Something that a person hears of in a digest; `at` is when it was held back. */
export interface HeldBack extends Omit<DigestEvent, "cancelledAt"> {
  /** when its digest is due, epoch ms; null = nothing is to be told of it any more */
  dueAt: number | null;
}

/** What was held back for digests: a row each, so that a portal may have any number of them. */
export class Held {
  readonly #db: Db;
  readonly #put;
  readonly #nextDueAt;

  constructor(db: Db) {
    this.#db = db;
    this.#put = late(() => db.insert(heldBack).values(placeholders(heldBack)).onConflictDoNothing().prepare());
    this.#nextDueAt = late(() =>
      db
        .select({ at: min(heldBack.dueAt) })
        .from(heldBack)
        .where(isNotNull(heldBack.dueAt))
        .prepare(),
    );
  }

  /** What is known already stays as it is. */
  put(rows: readonly HeldBack[]): void {
    for (const row of rows) this.#put.run({ ...row, text: JSON.stringify(row.text) });
  }

  nextDueAt(): number | null {
    return (this.#nextDueAt.get() as { at: number | null } | undefined)?.at ?? null;
  }

  /** Everybody to whom something is due. */
  dueOwners(nowMs: number): readonly string[] {
    const rows = this.#db
      .selectDistinct({ ownerId: heldBack.ownerId })
      .from(heldBack)
      .where(lte(heldBack.dueAt, nowMs))
      .all();
    return rows.map(({ ownerId }) => ownerId).sort();
  }

  dueOf(ownerId: string, nowMs: number): readonly HeldBack[] {
    return this.#db
      .select()
      .from(heldBack)
      .where(and(lte(heldBack.dueAt, nowMs), eq(heldBack.ownerId, ownerId)))
      .orderBy(asc(heldBack.key))
      .all()
      .map((row) => ({ ...row, text: JSON.parse(row.text) as TextRef }));
  }

  /** Moves what was held back to another digest, or to none. */
  due(keys: readonly string[], dueAt: number | null): void {
    const list = JSON.stringify(keys);
    this.#db.update(heldBack).set({ dueAt }).where(sql`key in (select value from json_each(${list}))`).run();
  }

  /** Those of these keys that were held back within the last weeks. */
  known(keys: readonly string[]): ReadonlySet<string> {
    const list = JSON.stringify(keys);
    const rows = this.#db
      .select({ key: heldBack.key })
      .from(heldBack)
      .where(sql`key in (select value from json_each(${list}))`)
      .all();
    return new Set(rows.map(({ key }) => key));
  }

  /** Some of what was told before then goes. @returns how many went */
  prune(beforeMs: number, limit: number): number {
    return this.#db.all(
      sql`delete from held_back where key in
        (select key from held_back where at < ${beforeMs} and due_at is null limit ${limit}) returning key`,
    ).length;
  }
}
