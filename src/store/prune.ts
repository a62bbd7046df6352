/** What has been kept long enough goes, a page at a time: each function touches few rows and says whether there may be more. */
import { sql } from "drizzle-orm";
import type { RecordKind } from "../core/model.ts";
import type { Db } from "./db.ts";

/** The oldest score changes, with the bases that nothing else refers to and the books that no change was made with. @returns how many changes went */
export function pruneScores(db: Db, beforeMs: number, limit: number): number {
  const oldest = db.all<{ seq: number; client: string; basis: number | null; at: number }>(
    sql`select seq, client, basis, at from score_change order by seq limit ${limit}`,
  );
  const gone = oldest.filter(({ at }) => at < beforeMs);
  if (gone.length === 0) return 0;
  const rows = JSON.stringify(gone);
  db.run(sql`delete from score_change where seq in (select value->>'seq' from json_each(${rows}))`);
  db.run(sql`delete from basis where seq in (
    select j.value->>'basis' from json_each(${rows}) j
    where not exists (select 1 from score_change c where c.client = j.value->>'client' and c.basis = j.value->>'basis')
      and not exists (select 1 from health h where h.client = j.value->>'client' and h.basis = j.value->>'basis'))`);
  db.run(sql`delete from book where version < (select max(version) from book)
    and version < coalesce((select book from score_change order by seq limit 1), (select max(version) from book))`);
  return gone.length;
}

/** The oldest deeds. @returns how many went */
export function pruneHistory(db: Db, beforeMs: number, limit: number): number {
  return db.all(
    sql`delete from history where at < ${beforeMs} and seq in (select seq from history order by seq limit ${limit}) returning seq`,
  ).length;
}

/** Findings that are over for so long. There are few. */
export function pruneFindings(db: Db, closedBeforeMs: number): void {
  db.run(sql`delete from finding where closed_at < ${closedBeforeMs}`);
}

/**
 * Letters, calls, meetings and what is over of tickets and tasks that nobody touched since, and what is gone that long, among the `limit` records after an id.
 * @returns where the next page begins; null = that was the last
 */
export function pruneRecords(
  db: Db,
  kind: RecordKind,
  afterId: string,
  beforeMs: number,
  limit: number,
): string | null {
  const page = db.all<{ id: string }>(
    sql`select id from record where kind = ${kind} and id > ${afterId} order by id limit ${limit}`,
  );
  const last = page.at(-1);
  if (!last) return null;
  const isOver = kind === "ticket" || kind === "task" ? sql`facts->>'status' in ('closed', 'done')` : sql`true`;
  db.run(sql`delete from record where kind = ${kind} and id > ${afterId} and id <= ${last.id} and stale_at is null
    and (gone_at < ${beforeMs} or (modified_at < ${beforeMs} and ${isOver}))`);
  return page.length === limit ? last.id : null;
}

/** Counts of days before `day`, of the `limit` clients after a key; a signal that is named stays. @returns as `pruneRecords` */
export function pruneCounts(db: Db, afterClient: string, day: number, keep: string, limit: number): string | null {
  const page = db.all<{ client: string }>(
    sql`select distinct client from usage where client > ${afterClient} order by client limit ${limit}`,
  );
  const last = page.at(-1);
  if (!last) return null;
  db.run(
    sql`delete from usage where client > ${afterClient} and client <= ${last.client} and day < ${day} and signal <> ${keep}`,
  );
  return page.length === limit ? last.client : null;
}
