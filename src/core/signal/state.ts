/**
 * What is kept of one signal of one client: weekly sums of the last half year and one slow aggregate of everything older.
 * Plain arrays and numbers, safe as JSON, about a hundred bytes; an event is O(1), a quiet week costs nothing until the next touch.
 */
import { isTailBeyond, sizeOf } from "./neg-bin.ts";
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
const BAD_WEEK_CHANCE = Math.exp(-BAD_WEEK_NATS);
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

/** One thing that happened, as `addEvent` takes it. */
export interface StateEvent {
  day: number;
  cases: number;
  sum: number;
}

/** Weeks laid out at once: twenty years. */
const MOST_LAID = 1_040;
const laidCases = new Float64Array(MOST_LAID);
const laidSums = new Float64Array(MOST_LAID);

/**
 * Adds what happened, in order of day: the same as one `addEvent` after the other, to the last digit. The weeks lie side by side while time
 * goes by, instead of moving with every event.
 */
export function addEvents(state: SignalState, events: readonly StateEvent[], anchorDay: number, view: WeekView): void {
  if (events.length === 0) return;
  const start = state.week - RING_WEEKS + 1;
  const weeks = weekOf(events.at(-1)!.day, anchorDay) - start + 1;
  const isNew = state.c.length === 0 && state.s.length === 0 && weekOf(events[0]!.day, anchorDay) >= state.week;
  if (!isNew || weeks > MOST_LAID || events[0]!.day < state.from || events.some((one) => one.cases === 0)) {
    for (const { day, cases, sum } of events) addEvent(state, day, cases, sum, anchorDay, view);
    return;
  }
  laidCases.fill(0, 0, weeks);
  laidSums.fill(0, 0, weeks);
  let filled = start - 1;
  let hasSum = false;
  for (const { day, cases, sum } of events) {
    const week = weekOf(day, anchorDay);
    if (week > state.week) passWeeks(state, week, start, filled, anchorDay, view);
    const at = week - start;
    laidCases[at] = round(laidCases[at]! + cases);
    if (sum !== 0) laidSums[at] = round(laidSums[at]! + sum);
    hasSum = (week === filled && hasSum) || sum !== 0;
    filled = week;
  }
  const last = events.at(-1)!.day;
  if (state.last === null || last > state.last) state.last = last;
  state.c = slotsOf(laidCases, weeks - 1, 1);
  state.s = slotsOf(laidSums, weeks - 1, hasSum ? 1 : 0);
}

/** Makes `week` the newest one. @param start the week that is laid out first @param filled the newest in which something happened */
function passWeeks(
  state: SignalState,
  week: number,
  start: number,
  filled: number,
  anchorDay: number,
  view: WeekView,
): void {
  const firstWeek = weekOf(state.from, anchorDay);
  for (; state.week < week; state.week++) {
    const oldest = state.week - RING_WEEKS + 1;
    if (filled < oldest && state.n === 0) {
      rollEmpty(state, week, anchorDay, view);
      return;
    }
    if (oldest < firstWeek) continue;
    const at = oldest - start;
    const count = laidCases[at]! + laidCases[at + 1]! + laidCases[at + 2]! + laidCases[at + 3]!;
    learn(state, laidCases[at]!, laidSums[at]!, count, anchorDay, view);
  }
}

/** The slots of a ring whose newest week lies at `newest`, without the empty ones at its end. @param least so many there are in any case */
function slotsOf(laid: Float64Array, newest: number, least: number): number[] {
  let oldest = newest - RING_WEEKS + 1;
  while (oldest <= newest - least && laid[oldest] === 0) oldest += 1;
  const slots: number[] = [];
  for (let at = newest; at >= oldest; at--) slots.push(laid[at]!);
  return slots;
}

/** Makes `week` the newest slot, in place. Weeks that leave the ring enter the aggregate, each with its weight. */
export function rollTo(state: SignalState, week: number, anchorDay: number, view: WeekView): void {
  if (state.week >= week) return;
  const { c, s } = state;
  const firstWeek = weekOf(state.from, anchorDay);
  // The slots stand still while the weeks go by, and move once, at the end.
  const newest = Math.min(firstFilled(c), firstFilled(s));
  let moved = 0;
  for (; state.week < week; moved++) {
    const isOver = moved === 0 ? c.length === 0 && s.length === 0 : newest + moved >= RING_WEEKS;
    if (isOver && state.n === 0) {
      rollEmpty(state, week, anchorDay, view);
      break;
    }
    if (state.week - RING_WEEKS + 1 >= firstWeek) retire(state, moved, anchorDay, view);
    state.week += 1;
  }
  shift(c, moved);
  shift(s, moved);
}

/** The first slot that holds something. */
function firstFilled(slots: readonly number[]): number {
  for (let i = 0; i < slots.length; i++) if (slots[i] !== 0) return i;
  return RING_WEEKS;
}

/** Moves the slots on by so many weeks, in place: what leaves the ring is dropped, and no empty slot stands at the end. */
function shift(slots: number[], weeks: number): void {
  let filled = Math.min(slots.length, RING_WEEKS - weeks);
  while (filled > 0 && slots[filled - 1] === 0) filled -= 1;
  if (filled <= 0) {
    slots.length = 0;
    return;
  }
  for (let i = slots.length; i < filled + weeks; i++) slots.push(0);
  for (let i = filled - 1; i >= 0; i--) slots[i + weeks] = slots[i]!;
  for (let i = 0; i < weeks; i++) slots[i] = 0;
  while (slots.length > filled + weeks) slots.pop();
}

/** What stands at a slot, 0 where there is none: a look beside an array costs a hundred times one into it. */
export function slotOf(slots: readonly number[], slot: number): number {
  return slot >= 0 && slot < slots.length ? slots[slot]! : 0;
}

/** Days of exposure of a week of the book's, 7 of any other. Apart from `slotOf`, so that each sees one sort of array. */
export function bookDays(days: Float64Array, at: number): number {
  return at >= 0 && at < days.length ? days[at]! : 7;
}

/** Cases of the slot `age` full weeks before `week`; 0 where nothing was seen. */
export function casesAt(state: SignalState, week: number): number {
  return slotOf(state.c, state.week - week);
}

/** How many days of `week` the source could have shown this client, season included. */
export function exposureAt(state: SignalState, week: number, anchorDay: number, view: WeekView): number {
  const before = state.from - (anchorDay + 7 * week);
  if (before >= 7) return 0;
  const days = view.exposureDays(week);
  return before <= 0 ? days : (days * (7 - before)) / 7;
}

/** @param moved weeks by which the slots lag behind the state's week */
function retire(state: SignalState, moved: number, anchorDay: number, view: WeekView): void {
  const slot = RING_WEEKS - 1 - moved;
  let count = 0;
  for (let i = 0; i < 4; i++) count += slotOf(state.c, slot - i);
  learn(state, slotOf(state.c, slot), slotOf(state.s, slot), count, anchorDay, view);
}

/** The oldest week of the ring enters the aggregate. @param count cases of that week and the three after it */
function learn(state: SignalState, cases: number, sum: number, count: number, anchorDay: number, view: WeekView): void {
  const exposure = exposureAt(state, state.week - RING_WEEKS + 1, anchorDay, view);
  const weight = isBad(state, count, exposure, anchorDay, view) ? BAD_WEEK_WEIGHT : 1;
  state.n = round(state.n * KEEP_PER_WEEK + weight * cases);
  state.t = round(state.t * KEEP_PER_WEEK + weight * sum);
  state.b = round(state.b * KEEP_PER_WEEK + weight * exposure);
}

/** Was the leaving week, with the three after it, clearly below the baseline of before? */
function isBad(state: SignalState, count: number, leaving: number, anchorDay: number, view: WeekView): boolean {
  if (state.b < 42) return false;
  const oldest = state.week - RING_WEEKS + 1;
  let exposure = leaving;
  for (let i = 1; i < 4; i++) exposure += exposureAt(state, oldest + i, anchorDay, view);
  const mean = ownRate(state.n, state.b, view.rate) * exposure;
  return count < mean && isTailBeyond(count, mean, sizeOf(state.n, KAPPA), BAD_WEEK_NATS, BAD_WEEK_CHANCE);
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

function bump(slots: number[], slot: number, by: number): void {
  while (slots.length <= slot) slots.push(0);
  slots[slot] = round((slots[slot] ?? 0) + by);
}

/** Six decimals are far below what evidence can tell, and keep the stored state short. */
function round(x: number): number {
  return Number.isInteger(x) ? x : Math.round(x * 1e6) / 1e6;
}
