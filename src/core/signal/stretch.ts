/** What one signal says about each stretch of recent weeks, per kind of signal. */
import type { SignalDefinition } from "./definition.ts";
import { clamp } from "./special.ts";
import {
  bookDays,
  exposureAt,
  ownRate,
  RING_WEEKS,
  type SignalState,
  slotOf,
  type WeekView,
  WINDOW_WEEKS,
} from "./state.ts";
import { EDGES, STARTS, STRETCHES, type StretchNats } from "./turning.ts";
import { weekOf } from "./week.ts";

/** Behaviour is burstier than Poisson: one week's rate is uncertain by about 35 %, until the portal's own weeks have told better. */
export const USUAL_STEADINESS = 8;
/** Days of exposure that a baseline needs before a signal is judged. */
export const MIN_BASELINE_DAYS = 42;
const MIN_BASELINE_WEEKS = 6;
/** Own earlier cases that a mean needs (scoring 3.4). */
const MIN_CASES = 4;
/** Invoices that a payment habit needs. */
const MIN_INVOICES = 2;
/** Pseudo-cases at the portal's mean (own habit) and at the portal's share. */
const MEAN_PSEUDO_CASES = 2;
const SHARE_PSEUDO_CASES = 6;

/**
 * The stretches since the onset share one baseline: what is uncertain of it does not average out over them, as what is uncertain of each does.
 * Counted as each stretch's own it has to count for about as many as there are.
 */
export const BASELINE_DOUBTS = 3;

/** A state may lag behind by so many weeks; older ones must be rolled first, so that long slides are not taken for the norm. */
export const MAX_LAG_WEEKS = 2;
const MOST_HELD = RING_WEEKS + MAX_LAG_WEEKS;

/** What the portal as a whole says about one signal; part of the book. */
export interface PortalView extends WeekView {
  /** exposure of the weeks from `firstWeek` on, in days; 7 outside */
  firstWeek: number;
  days: Float64Array;
  /** mean value per case (mean, lateness), or share of bad cases (share) */
  mean: number;
  /** variance of a value around the client's own habit (mean, lateness) */
  variance: number;
  /** how steady one week's rate is (counts): it is uncertain by 1/√steadiness */
  steadiness: number;
  /** how often what is uncertain of the baseline stands behind a stretch; 0 = once, and the baseline's weeks are taken for even (rules 1 to 4) */
  doubts: number;
}

/** How a signal stands, for the explanation. `expected` and `seen` over the last four and thirteen full weeks. */
export interface Standing {
  seen28: number;
  expected28: number;
  seen91: number;
  expected91: number;
  /** own habit: rate per exposed day, mean value, or share */
  habit: number;
  /** size of the negative binomial around the own rate (counts) */
  size: number;
}

/**
 * Fills `out` for a signal as of the full week `week` (the newest one that is over). Where the source was broken in the newest
 * `frozenWeeks`, the signal stays exactly as it was before: a source that breaks raises and lowers nobody's health. @returns how the signal stands, or null where there is no history to judge it by.
 */
export function judgeStretches(
  definition: SignalDefinition,
  state: SignalState,
  view: PortalView,
  week: number,
  frozenWeeks: number,
  anchorDay: number,
  out: StretchNats,
): Standing | null {
  for (let j = 0; j < STRETCHES; j++) out.full[j] = out.half[j] = 0;
  out.showChance = definition.showChance;
  const newest = week - frozenWeeks;
  const history = newest - weekOf(state.from + 6, anchorDay) + 1;
  if (history < MIN_BASELINE_WEEKS + 1) return null;
  // A young history keeps ten weeks for its baseline where it can, six at the least.
  const held = Math.min(MOST_HELD, newest - state.week + RING_WEEKS);
  const window = Math.min(WINDOW_WEEKS, held, Math.max(1, history - 10));
  if (window < 1) return null;
  runSums(definition, state, view, newest, held, anchorDay);
  const scope = { definition, state, view, window, held, out };
  if (definition.kind === "count") return judgeCount(scope);
  if (definition.kind === "share") return judgeShare(scope);
  return judgeMean(scope);
}

interface Scope {
  definition: SignalDefinition;
  state: SignalState;
  view: PortalView;
  /** weeks that evidence looks back on; older ones are the baseline */
  window: number;
  /** weeks that the ring holds, counted from the newest one that says something */
  held: number;
  out: StretchNats;
}

interface Sums {
  weeks: number;
  cases: number;
  sum: number;
  exposure: number;
}

/** Running sums over ages: entry a holds the weeks 0 .. a - 1 before the newest one. Reused by every call. */
const casesTo = new Float64Array(MOST_HELD + 1);
const sumTo = new Float64Array(MOST_HELD + 1);
const ownExposureTo = new Float64Array(MOST_HELD + 1);
let exposureTo: Float64Array = ownExposureTo;

function runSums(
  definition: SignalDefinition,
  state: SignalState,
  view: PortalView,
  newest: number,
  held: number,
  anchorDay: number,
): void {
  const isOld = state.from <= anchorDay + 7 * (newest - held + 1);
  exposureTo = isOld ? exposureOf(view, newest) : runExposure(state, view, newest, held, anchorDay);
  const { c, s } = state;
  const offset = state.week - newest;
  // Of counts there is nothing but the cases.
  if (definition.kind === "count") {
    let cases = 0;
    for (let age = 0; age < held; age++) {
      // A week in which the whole portal went silent says nothing, not even what little came in.
      if (exposureTo[age + 1]! > exposureTo[age]!) cases += slotOf(c, offset + age);
      casesTo[age + 1] = cases;
    }
    return;
  }
  let cases = 0;
  let sum = 0;
  for (let age = 0; age < held; age++) {
    cases += slotOf(c, offset + age);
    sum += slotOf(s, offset + age);
    casesTo[age + 1] = cases;
    sumTo[age + 1] = sum;
  }
}

/** The exposure of those whom the source could have shown in all of the weeks: the same for all of them. */
const exposures = new WeakMap<PortalView, { newest: number; to: Float64Array }>();

function exposureOf(view: PortalView, newest: number): Float64Array {
  const known = exposures.get(view);
  if (known?.newest === newest) return known.to;
  const to = new Float64Array(MOST_HELD + 1);
  for (let age = 0; age < MOST_HELD; age++) to[age + 1] = to[age]! + bookDays(view.days, newest - age - view.firstWeek);
  exposures.set(view, { newest, to });
  return to;
}

function runExposure(
  state: SignalState,
  view: PortalView,
  newest: number,
  held: number,
  anchorDay: number,
): Float64Array {
  let exposed = 0;
  for (let age = 0; age < held; age++) {
    exposed += exposureAt(state, newest - age, anchorDay, view);
    ownExposureTo[age + 1] = exposed;
  }
  return ownExposureTo;
}

const scratch: Sums = { weeks: 0, cases: 0, sum: 0, exposure: 0 };

/** Sums over the weeks `from` .. `to` - 1 before the newest one; the same object every time. */
function sumWeeks(from: number, to: number): Sums {
  scratch.weeks = to - from;
  scratch.cases = casesTo[to]! - casesTo[from]!;
  scratch.sum = sumTo[to]! - sumTo[from]!;
  scratch.exposure = exposureTo[to]! - exposureTo[from]!;
  return scratch;
}

/** Everything older than the window: the aggregate and the rest of the ring. */
function baselineOf({ state, window, held }: Scope): Omit<Sums, "weeks"> {
  const ring = sumWeeks(window, held);
  return { cases: ring.cases + state.n, sum: ring.sum + state.t, exposure: ring.exposure + state.b };
}

function judgeCount(scope: Scope): Standing | null {
  const { definition, view, out } = scope;
  const base = baselineOf(scope);
  if (base.exposure < MIN_BASELINE_DAYS) return null;
  const rate = ownRate(base.cases, base.exposure, view.rate);
  const known = base.cases + 1;
  // A baseline of few weeks may hold a holiday or a campaign, however many events it has.
  const doubt = view.doubts === 0 ? 1 / known : view.doubts * (1 / known + 1 / (view.steadiness * (base.exposure / 7)));
  const { turned, weekNats } = definition;
  const half = 0.5 + 0.5 * turned;
  const logTurned = Math.log(turned);
  const logHalf = Math.log(half);
  for (let j = 0, end = stretchesIn(scope); j < end; j++) {
    const { cases, exposure, weeks } = sumStretch(scope, j);
    const mean = rate * exposure;
    if (mean <= 0) continue;
    const size = 1 / (doubt + 1 / (view.steadiness * weeks));
    const spread = size + mean;
    const shape = size + cases;
    out.full[j] = clamp(cases * logTurned - shape * Math.log((size + turned * mean) / spread), -weekNats, weekNats);
    out.half[j] = clamp(cases * logHalf - shape * Math.log((size + half * mean) / spread), -weekNats, weekNats);
  }
  return standingOf(scope, rate, known / (1 + known / view.steadiness));
}

/** Means and lateness: a normal law around the own habit against one shifted by `turned`. */
function judgeMean(scope: Scope): Standing | null {
  const { definition, view, out } = scope;
  const base = baselineOf(scope);
  const isLateness = definition.kind === "lateness";
  if (base.cases < (isLateness ? MIN_INVOICES : MIN_CASES)) return null;
  const habit = (base.sum + MEAN_PSEUDO_CASES * view.mean) / (base.cases + MEAN_PSEUDO_CASES);
  const variance = view.variance * (1 + 1 / (base.cases + MEAN_PSEUDO_CASES));
  const shift = definition.turned;
  const { weekNats } = definition;
  const low = isLateness ? -1 : -weekNats;
  for (let j = 0, end = stretchesIn(scope); j < end; j++) {
    const { cases, sum } = sumStretch(scope, j);
    if (cases === 0) continue;
    const above = sum - cases * habit;
    const nats = (shift * above - (cases * shift * shift) / 2) / variance;
    out.full[j] = clamp(nats, low, weekNats);
    out.half[j] = out.full[j]! / 2;
  }
  return standingOf(scope, habit, 0);
}

/** Shares: own earlier share (with six pseudo-cases at the portal's) against the share of those who turn away. */
function judgeShare(scope: Scope): Standing | null {
  const { definition, view, out } = scope;
  const base = baselineOf(scope);
  if (base.exposure < MIN_BASELINE_DAYS) return null;
  const habit = Math.min(0.5, (base.sum + SHARE_PSEUDO_CASES * view.mean) / (base.cases + SHARE_PSEUDO_CASES));
  // All or nothing would leave the other outcome no chance at all.
  const turned = clamp(clamp(2 * habit, definition.turned, 0.7), 1e-3, 1 - 1e-3);
  const logBad = Math.log(turned / Math.max(habit, 1e-3));
  const logGood = Math.log((1 - turned) / (1 - habit));
  const { weekNats } = definition;
  for (let j = 0, end = stretchesIn(scope); j < end; j++) {
    const { cases, sum } = sumStretch(scope, j);
    const nats = sum * logBad + (cases - sum) * logGood;
    out.full[j] = clamp(nats, -weekNats, weekNats);
    out.half[j] = out.full[j]! / 2;
  }
  return standingOf(scope, habit, 0);
}

/** How many stretches begin within the window. */
function stretchesIn({ window }: Scope): number {
  let count = 0;
  while (count < STRETCHES && STARTS[count]! < window) count += 1;
  return count;
}

/** Sums over one of them, as far as the window reaches. */
function sumStretch({ window }: Scope, j: number): Sums {
  return sumWeeks(STARTS[j]!, Math.min(window, EDGES[j]!));
}

function standingOf(scope: Scope, habit: number, size: number): Standing {
  const month = sumWeeks(0, Math.min(4, scope.window));
  const isCount = scope.definition.kind === "count";
  const seen28 = isCount ? month.cases : month.sum;
  const expected28 = habit * (isCount ? month.exposure : month.cases);
  const quarter = sumWeeks(0, Math.min(13, scope.window));
  const seen91 = isCount ? quarter.cases : quarter.sum;
  const expected91 = habit * (isCount ? quarter.exposure : quarter.cases);
  return { seen28, expected28, seen91, expected91, habit, size };
}
