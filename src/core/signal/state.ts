/**
 * What is kept of one signal of one client: weekly sums of the last half year and one slow aggregate of everything older.
 * Plain arrays and numbers, safe as JSON, about a hundred bytes; an event is O(1), a quiet week costs nothing until the next touch.
 */
import { lowerTailNats, sizeOf } from "./neg-bin.ts";
import { weekOf } from "./week.ts";

/** Full weeks that evidence may look back on. */
export const WINDOW_WEEKS = 26;
/** One more slot for the week that is not over. */
export const RING_WEEKS = WINDOW_WEEKS + 1;
/** Weight per week of age in the slow aggregate: half-life 52 weeks. */
const KEEP_PER_WEEK = 0.5 ** (1 / 52);
/** A week that looked bad when it left the ring teaches this much of the baseline: long slides do not become the norm. */
const BAD_WEEK_WEIGHT = 0.2;
/** 28-day evidence above which a week counts as bad, nats (p .20). */
const BAD_WEEK_NATS = 1.6;
const KAPPA = 8;

export interface SignalState {
  /** the day from which the source could have shown this client */
  from: number;
  /** the week of slot 0 */
  week: number;
  /** newest first: events; for mean, share and lateness the number of cases */
  c: number[];
  /** newest first: sum of the values (mean, lateness) or of the bad cases (share); empty for counts */
  s: number[];
  /** aggregate of the weeks that left the ring: cases, their sum, exposure in days */
  n: number;
  t: number;
  b: number;
  /** day of the last event */
  last: number | null;
}

/** The portal's view that a roll needs: days of exposure that a week was worth, and the portal's rate per such day. */
export interface WeekView {
  exposureDays(week: number): number;
  rate: number;
}

/** A new signal of a client whose source has been connected since `fromDay`. */
export function newSignalState(fromDay: number, anchorDay: number): SignalState {
  return { from: fromDay, week: weekOf(fromDay, anchorDay), c: [], s: [], n: 0, t: 0, b: 0, last: null };
}

/**
 * Adds `cases` on `day` (and `sum` beside them) in place. Late events find their own week or, older than the ring, the aggregate.
 * Doubles are the caller's to drop, by source id. @param view of this signal, for weeks that roll out on the way
 */
export function addEvent(
  state: SignalState,
  day: number,
  cases: number,
  sum: number,
  anchorDay: number,
  view: WeekView,
): void {
  const week = weekOf(day, anchorDay);
  if (week > state.week) rollTo(state, week, anchorDay, view);
  const slot = state.week - week;
  if (slot < RING_WEEKS) {
    bump(state.c, slot, cases);
    if (sum !== 0) bump(state.s, slot, sum);
  } else {
    state.n += cases;
    state.t += sum;
  }
  if (state.last === null || day > state.last) state.last = day;
  if (day < state.from) state.from = day;
}

/** Makes `week` the newest slot, in place. Weeks that leave the ring enter the aggregate, each with its weight. */
export function rollTo(state: SignalState, week: number, anchorDay: number, view: WeekView): void {
  while (state.week < week) {
    if (isEmpty(state)) {
      rollEmpty(state, week, anchorDay, view);
      return;
    }
    if (state.week - RING_WEEKS + 1 >= weekOf(state.from, anchorDay)) retire(state, anchorDay, view);
    state.week += 1;
    state.c.unshift(0);
    if (state.s.length > 0) state.s.unshift(0);
    trim(state.c);
    trim(state.s);
  }
}

/** Cases of the slot `age` full weeks before `week`; 0 where nothing was seen. */
export function casesAt(state: SignalState, week: number): number {
  return state.c[state.week - week] ?? 0;
}

/** Sum of the slot of `week`. */
export function sumAt(state: SignalState, week: number): number {
  return state.s[state.week - week] ?? 0;
}

/** How many days of `week` the source could have shown this client, season included. */
export function exposureAt(state: SignalState, week: number, anchorDay: number, view: WeekView): number {
  const before = state.from - (anchorDay + 7 * week);
  if (before >= 7) return 0;
  const days = view.exposureDays(week);
  return before <= 0 ? days : (days * (7 - before)) / 7;
}

function retire(state: SignalState, anchorDay: number, view: WeekView): void {
  const slot = RING_WEEKS - 1;
  const week = state.week - slot;
  const exposure = exposureAt(state, week, anchorDay, view);
  const weight = isBad(state, slot, anchorDay, view) ? BAD_WEEK_WEIGHT : 1;
  state.n = round(state.n * KEEP_PER_WEEK + weight * (state.c[slot] ?? 0));
  state.t = round(state.t * KEEP_PER_WEEK + weight * (state.s[slot] ?? 0));
  state.b = round(state.b * KEEP_PER_WEEK + weight * exposure);
  state.c.length = Math.min(state.c.length, slot);
  state.s.length = Math.min(state.s.length, slot);
}

/** Was the leaving week, with the three after it, clearly below the baseline of before? */
function isBad(state: SignalState, slot: number, anchorDay: number, view: WeekView): boolean {
  if (state.b < 42) return false;
  let count = 0;
  let exposure = 0;
  for (let i = slot; i > slot - 4; i--) {
    count += state.c[i] ?? 0;
    exposure += exposureAt(state, state.week - i, anchorDay, view);
  }
  const mean = ownRate(state.n, state.b, view.rate) * exposure;
  return count < mean && lowerTailNats(count, mean, sizeOf(state.n, KAPPA)) > BAD_WEEK_NATS;
}

/** Own rate per exposed day, shrunk by one pseudo-event at the portal's rate. */
export function ownRate(n: number, b: number, portalRate: number): number {
  return (n + 1) / (b + 1 / Math.max(portalRate, 1e-6));
}

/** A client who has never shown anything costs one step, however long it was. */
function rollEmpty(state: SignalState, week: number, anchorDay: number, view: WeekView): void {
  const first = Math.max(state.week - RING_WEEKS + 1, weekOf(state.from, anchorDay));
  for (let w = first; w <= week - RING_WEEKS; w++) {
    state.b = round(state.b * KEEP_PER_WEEK + exposureAt(state, w, anchorDay, view));
  }
  state.week = week;
}

function isEmpty(state: SignalState): boolean {
  return state.c.length === 0 && state.s.length === 0 && state.n === 0;
}

function bump(slots: number[], slot: number, by: number): void {
  while (slots.length <= slot) slots.push(0);
  slots[slot] = round((slots[slot] ?? 0) + by);
}

function trim(slots: number[]): void {
  while (slots.length > 0 && slots.at(-1) === 0) slots.pop();
}

/** Six decimals are far below what evidence can tell, and keep the stored state short. */
function round(x: number): number {
  return Number.isInteger(x) ? x : Math.round(x * 1e6) / 1e6;
}
