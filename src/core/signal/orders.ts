/** What is kept of one client's orders: the rhythm of buying. Days of orders count, not their lines. */

/** Order days that are kept one by one; older ones live on in the sums. */
const KEPT_DAYS = 25;

export interface OrderState {
  /** day of the first order */
  first: number;
  /** repeat order days (all but the first) */
  repeats: number;
  /** sum of ln(days between neighbouring order days) */
  logGaps: number;
  /** the newest order days, newest first */
  days: number[];
}

export function newOrderState(firstDay: number): OrderState {
  return { first: firstDay, repeats: 0, logGaps: 0, days: [firstDay] };
}

/** Adds an order day in place; a day already there changes nothing. Late orders find their own place. */
export function addOrder(state: OrderState, day: number): void {
  const { days } = state;
  const at = days.findIndex((d) => d <= day);
  if (at >= 0 && days[at] === day) return;
  const newer = at < 0 ? days.at(-1) : days[at - 1];
  const older = at < 0 ? null : days[at]!;
  const isOlderThanKept = at < 0 && day > state.first;
  state.repeats += 1;
  if (day < state.first) {
    state.logGaps = round(state.logGaps + Math.log(state.first - day));
    state.first = day;
  } else if (!isOlderThanKept && older !== null) {
    const added = Math.log(day - older) + (newer === undefined ? 0 : Math.log(newer - day) - Math.log(newer - older));
    state.logGaps = round(state.logGaps + added);
  }
  if (at >= 0) days.splice(at, 0, day);
  else if (days.length < KEPT_DAYS) days.push(day);
  if (days.length > KEPT_DAYS) days.length = KEPT_DAYS;
}

export interface Rhythm {
  /** repeat order days */
  x: number;
  /** days from the first to the last order */
  tx: number;
  /** days from the first order to now */
  age: number;
  logGaps: number;
}

/** The four numbers that the repeat-buying model needs, as of the morning of `nowDay`; `nowDay` must not be before the last order. */
export function rhythmOf(state: OrderState, nowDay: number): Rhythm {
  return {
    x: state.repeats,
    tx: state.days[0]! - state.first,
    age: nowDay - 1 - state.first,
    logGaps: state.logGaps,
  };
}

export interface OrderShape {
  /** days since the last order */
  recency: number;
  /** order days within the last 182 days (as far as kept) */
  halfYear: number;
  /** ln of the mean of the last three gaps over the mean gap: positive = slowing down */
  slowing: number;
  /** share of own gaps that were at least as long as the present silence, with one pseudo-gap on either side */
  usual: number;
  /** standard deviation of the gaps over their mean */
  irregularity: number;
  /** days of the longest kept gap */
  longestGap: number;
}

/** How the present silence looks beside the client's own gaps; null with fewer than two repeat orders. */
export function shapeOf(state: OrderState, nowDay: number): OrderShape | null {
  const { days } = state;
  if (days.length < 3) return null;
  const recency = nowDay - 1 - days[0]!;
  const gaps = days.slice(0, -1).map((day, i) => day - days[i + 1]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  const recent = gaps.slice(0, 3);
  return {
    recency,
    halfYear: days.filter((day) => day > nowDay - 1 - 182).length,
    slowing: Math.log(recent.reduce((sum, gap) => sum + gap, 0) / recent.length / mean),
    usual: (gaps.filter((gap) => gap >= recency).length + 1) / (gaps.length + 2),
    irregularity: Math.sqrt(variance) / mean,
    longestGap: Math.max(...gaps),
  };
}

function round(x: number): number {
  return Math.round(x * 1e9) / 1e9;
}
