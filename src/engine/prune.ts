/**
 * Nothing grows without end: once a day, in quiet turns and a page per turn, what has been kept long enough goes. Score changes with their
 * inputs stay for two years, what digests told for two weeks, deeds, letters, calls, meetings and product usage for three; deals, companies, contacts, invoices and plans stay.
 */
import type { RecordKind } from "../core/model.ts";
import { FIRST_VALUE } from "../core/usage/settings.ts";
import { pruneCounts, pruneFindings, pruneHistory, pruneRecords, pruneScores } from "../store/prune.ts";
import type { Engine } from "./engine.ts";
import { endFights } from "./take-text.ts";

const DAY_MS = 86_400_000;
const SCORES_DAYS = 730;
const HISTORY_DAYS = 1_096;
const FINDINGS_DAYS = 180;
/** A notice that may not have arrived is no news after a week: whoever had to be told was told, or heard of it otherwise. */
const NOTICE_UNSURE_DAYS = 7;
/** What was told in a digest is told no more: long weekends and holidays are over by then. */
const HELD_DAYS = 14;
/** What is older than this is no sight of a client any more, days. A habit's half-life is a year: an eighth of it is left by then. */
const SIGHT_DAYS = 1_096;
/** The edge of sight moves in steps of so many days: a score does not change because a day went by. */
const SIGHT_STEP_DAYS = 91;

/** Rows of one turn. */
const PAGE = 500;
/** Clients of one turn: each has some hundred counts. */
const CLIENTS = 50;

const KINDS: readonly RecordKind[] = ["email", "call", "meeting", "ticket", "task"];
const WALKS = [...KINDS, "usage"] as const;

interface Pruning {
  /** when the next page is due, epoch ms */
  nextAt: number;
  /** what lies before this day is gone of all records and counts */
  sightDay: number;
  /** inside a walk over what may lie before it: what is walked over, and the last place */
  walk: (typeof WALKS)[number] | null;
  after: string;
}

/** The first day of which records and counts are kept, on a day. */
export function sightDayOn(day: number): number {
  return Math.floor((day - SIGHT_DAYS) / SIGHT_STEP_DAYS) * SIGHT_STEP_DAYS;
}

function pruningOf({ store, now }: Engine): Pruning {
  const installedAt = store.meta.get<number>("installedAt") ?? now();
  const first: Pruning = { nextAt: installedAt + DAY_MS, sightDay: 0, walk: null, after: "" };
  return store.meta.get<Pruning>("pruning") ?? first;
}

/** The next page is due now at the latest. */
export function pruneByNow(engine: Engine): void {
  const pruning = pruningOf(engine);
  engine.store.meta.set("pruning", { ...pruning, nextAt: Math.min(pruning.nextAt, engine.now()) } satisfies Pruning);
}

/** When the next page is due, epoch ms. */
export function nextPruneAt(engine: Engine): number {
  return pruningOf(engine).nextAt;
}

/** One page, when it is time. Returns how many pages there were, 0 or 1. */
export function prune(engine: Engine): number {
  const { store } = engine;
  const now = engine.now();
  const before = pruningOf(engine);
  if (before.nextAt > now) return 0;
  store.transaction(() => {
    const scores = pruneScores(store.db, now - SCORES_DAYS * DAY_MS, PAGE);
    const deeds = pruneHistory(store.db, now - HISTORY_DAYS * DAY_MS, PAGE);
    const held = store.held.prune(now - HELD_DAYS * DAY_MS, PAGE);
    store.findings.closeSettled("notice-unsure", now - NOTICE_UNSURE_DAYS * DAY_MS, now);
    endFights(engine);
    pruneFindings(store.db, now - FINDINGS_DAYS * DAY_MS);
    const after = walkOn(engine, before, sightDayOn(Math.floor(now / DAY_MS)));
    const isMore = scores === PAGE || deeds === PAGE || held === PAGE || after.walk !== null;
    store.meta.set("pruning", { ...after, nextAt: isMore ? now : now + DAY_MS } satisfies Pruning);
  });
  return 1;
}

/** Once per step of the sight, over all that may lie before it. */
function walkOn({ store }: Engine, before: Pruning, sightDay: number): Pruning {
  if (before.walk === null && before.sightDay >= sightDay) return before;
  const walk = before.walk ?? WALKS[0];
  const place =
    walk === "usage"
      ? pruneCounts(store.db, before.after, sightDay, FIRST_VALUE, CLIENTS)
      : pruneRecords(store.db, walk, before.after, sightDay * DAY_MS, PAGE);
  if (place !== null) return { ...before, walk, after: place };
  const next = WALKS[WALKS.indexOf(walk) + 1] ?? null;
  return { ...before, walk: next, after: "", sightDay: next === null ? sightDay : before.sightDay };
}
