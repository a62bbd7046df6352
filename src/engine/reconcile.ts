/** Marks stale whatever changed since the last look, so that a lost webhook costs minutes and never the truth. */
import type { RecordKind } from "../core/model.ts";
import type { Crm } from "../crm/port.ts";
import type { Store } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import { isWritten, toRead } from "./listed.ts";
import { attempt, type Parts } from "./parts.ts";

/** Tasks from before the install are not ours; a minute covers a clock that is not quite the CRM's, ms. */
const CLOCK_SLACK_MS = 60_000;
/** How far back the first look goes for what is dated and grows without end, ms: two quarters make a baseline. */
export const HISTORY_MS = 400 * 86_400_000;

/** No CRM record of ours is older: 2000-01-01, epoch ms. */
const BEGINNING_MS = 946_684_800_000;

/** Kinds that are clients or make them are read from the beginning, everything else from `HISTORY_MS` ago, tasks from the install on. */
const FROM_BEGINNING: ReadonlySet<RecordKind> = new Set(["deal", "company", "contact", "subscription"]);

/** Kinds on which plans hang are always listed every `reconcileEveryMs`. */
const CORE: ReadonlySet<RecordKind> = new Set(["deal", "task", "company"]);
/** The others count in days: they are listed this many times more rarely, and more rarely still while looks find nothing that events had not told. */
const OTHERS_TIMES = 2;
const OTHERS_TIMES_MAX = 8;

/** Looks that fall due so soon one after another are made together: each kind by itself would cost a turn, ms. */
const TOGETHER_MS = 5_000;

/** A look, or a read, that has failed for this long holds nobody up any more, ms: a scope is missing, a call is broken. */
const GIVEN_UP_AFTER_MS = 300_000;

export interface Cursor {
  /** changes from here on are still to be listed, epoch ms */
  since: number;
  /** inside a look: the CRM's own place */
  after: string | null;
  /** when the next look begins */
  nextAt: number;
  /** records seen in the look that runs, for progress */
  seen: number;
  /** since when the process hears events that began the look that runs: what tells one process from another, whatever its clock says */
  startedBy?: number | null;
  /** the last look that ended, how many it marked, and since when its process hears events */
  endedAt: number | null;
  endedBy?: number | null;
  found: number;
  /** looks in a row that found nothing */
  calm: number;
}

function cursorOf(engine: Engine, kind: RecordKind): Cursor {
  const known = engine.store.meta.get<Cursor>(`cursor:${kind}`);
  if (known) return known;
  const installedAt = engine.store.meta.get<number>("installedAt") ?? engine.now();
  const since = FROM_BEGINNING.has(kind)
    ? BEGINNING_MS
    : kind === "task"
      ? installedAt - CLOCK_SLACK_MS
      : installedAt - HISTORY_MS;
  return { since, after: null, nextAt: 0, seen: 0, endedAt: null, found: 0, calm: 0 };
}

/** Was this process not there yet when the kind was last looked at? Then events about it may have been lost. */
function isUnheard(engine: Engine, kind: RecordKind): boolean {
  const { endedAt, endedBy } = cursorOf(engine, kind);
  return CORE.has(kind) && endedAt !== null && engine.hearsSince !== null && endedBy !== engine.hearsSince;
}

/** When the next look at a kind begins, or goes on, epoch ms. */
function dueAt(engine: Engine, kind: RecordKind): number {
  return isUnheard(engine, kind) ? 0 : cursorOf(engine, kind).nextAt;
}

/**
 * After a start: is what people did while nobody listened still to be listed, or read? What cannot be listed or read for a while is not
 * waited for.
 */
export function isBehind(engine: Engine, parts: Parts): boolean {
  const now = engine.now();
  const staleAt = engine.store.records.nextStale();
  return engine.crm.kinds().some((kind) => {
    if (isUnheard(engine, kind)) return isWaitedFor(parts, `changes/${kind}`, now);
    const isLooked = CORE.has(kind) && engine.hearsSince !== null && cursorOf(engine, kind).endedAt !== null;
    return isLooked && (staleAt.get(kind) ?? now + 1) <= now && isWaitedFor(parts, `read/${kind}`, now);
  });
}

/** Is what this look, or read, would tell still waited for? */
export function isWaitedFor(parts: Parts, part: `${"changes" | "read"}/${RecordKind}`, nowMs: number): boolean {
  const since = parts.failingSince(part);
  return since === null || nowMs < since + GIVEN_UP_AFTER_MS;
}

/** Makes at most `calls` calls to list changes. Returns how many. */
export async function reconcile(engine: Engine, parts: Parts, calls: number): Promise<number> {
  if (!engine.crm.kinds().some((kind) => dueAt(engine, kind) <= engine.now())) return 0;
  let made = 0;
  for (const kind of engine.crm.kinds()) {
    while (made < calls && dueAt(engine, kind) <= engine.now() + TOGETHER_MS) {
      if (engine.crm.readyAt({ do: "changes" }) > engine.now()) return made;
      const cursor = cursorOf(engine, kind);
      if (!(await attempt(engine, parts, `changes/${kind}`, false, () => look(engine, kind, cursor)))) break;
      made += 1;
    }
  }
  return made;
}

async function look(engine: Engine, kind: RecordKind, cursor: Cursor): Promise<boolean> {
  // The first look finds what is unknown anyway.
  const isShown = cursor.endedAt !== null && isWritten(kind);
  // A look from before the start may be past what changed since.
  const isOld = isUnheard(engine, kind) && cursor.startedBy !== engine.hearsSince;
  const from = isOld ? null : cursor.after;
  const startedBy = from === null ? engine.hearsSince : cursor.startedBy;
  const page = await engine.crm.changedSince(kind, Math.max(0, cursor.since), from, isShown);
  const now = engine.now();
  engine.store.transaction(() => {
    const wanted = toRead(engine, kind, page);
    engine.store.records.mark(
      wanted.map((id) => ({ kind, id })),
      now,
    );
    const seen = cursor.seen + page.ids.length;
    const found = cursor.found + wanted.length;
    const { after } = page;
    engine.store.meta.set(
      `cursor:${kind}`,
      after === null
        ? ended(kind, { ...cursor, endedBy: startedBy }, found, page.through, now, engine.crm.reconcileEveryMs)
        : { ...cursor, after, startedBy, seen, found },
    );
    if (after === null) engine.store.meta.set(`found:${kind}`, { at: now, seen, marked: found });
  });
  return true;
}

/** The place after a look that ended, with the time of the next one. */
function ended(
  kind: RecordKind,
  cursor: Cursor,
  found: number,
  throughMs: number,
  now: number,
  everyMs: number,
): Cursor {
  const calm = found > 0 ? 0 : cursor.calm + 1;
  const times = CORE.has(kind) ? 1 : Math.min(OTHERS_TIMES_MAX, OTHERS_TIMES * 2 ** Math.min(calm, 10));
  const nextAt = now + everyMs * times;
  const since = Math.max(cursor.since, throughMs);
  return { since, after: null, nextAt, seen: 0, endedAt: now, endedBy: cursor.endedBy ?? null, found: 0, calm };
}

// ---------------------------------------------------------------- while the database is closed

/** The places of all kinds but those whose looks wait for a person; null while one of them is listed or was never. */
export function restingCursors(engine: Engine, parts: Parts): ReadonlyMap<RecordKind, Cursor> | null {
  const kinds = engine.crm.kinds().filter((kind) => parts.isReady(`changes/${kind}`, engine.now()));
  const cursors = new Map(kinds.map((kind) => [kind, cursorOf(engine, kind)]));
  return [...cursors.values()].every((one) => one.after === null && one.endedAt !== null) ? cursors : null;
}

/** A look that needs no database as long as it finds nothing: times alone are listed. @returns the place after it; null = there is something to read */
export async function lookQuietly(
  crm: Crm,
  kind: RecordKind,
  cursor: Cursor,
  now: () => number,
): Promise<Cursor | null> {
  const page = await crm.changedSince(kind, Math.max(0, cursor.since), null);
  if (page.ids.length > 0 || page.after !== null) return null;
  return ended(kind, cursor, 0, page.through, now(), crm.reconcileEveryMs);
}

/** Notes the looks that were made while the database was closed; the caller opens the transaction. */
export function keepLooks(store: Store, cursors: ReadonlyMap<RecordKind, Cursor>): void {
  for (const [kind, cursor] of cursors) {
    if (store.meta.get<Cursor>(`cursor:${kind}`)?.endedAt === cursor.endedAt) continue;
    store.meta.set(`cursor:${kind}`, cursor);
    store.meta.set(`found:${kind}`, { at: cursor.endedAt, seen: 0, marked: 0 });
  }
}

// ---------------------------------------------------------------- when

/** When the next call to list changes makes sense, epoch ms. */
export function nextReconcileAt(engine: Engine, parts: Parts): number {
  const looks = engine.crm.kinds().map((kind) => Math.max(dueAt(engine, kind), parts.readyAt(`changes/${kind}`)));
  return Math.max(Math.min(...looks), engine.crm.readyAt({ do: "changes" }));
}

/** When deals were last listed to the end, epoch ms: it only ever grows, but in a copy that is older than what it was told from. */
export function lastLookAt({ meta }: Store): number | null {
  return meta.get<Cursor>("cursor:deal")?.endedAt ?? null;
}

/** Is a listing of this kind under way, so that more of it will be stale in a moment? */
export function isListing(engine: Engine, kind: RecordKind): boolean {
  return cursorOf(engine, kind).after !== null;
}

/** After an outage or a restore: look at once, from `sinceMs`. */
export function reconcileFrom(engine: Engine, sinceMs: number): void {
  for (const kind of engine.crm.kinds()) {
    const cursor = cursorOf(engine, kind);
    engine.store.meta.set(`cursor:${kind}`, {
      ...cursor,
      since: Math.min(cursor.since, sinceMs),
      after: null,
      nextAt: 0,
    });
  }
}

/** Has everything been looked at once since the install? */
export function isImported(engine: Engine): boolean {
  return engine.crm.kinds().every((kind) => cursorOf(engine, kind).endedAt !== null);
}
