/** Judges the signs of one client from plain observations. Pure: the same observations and day give the same verdict, whoever looks. */
import { AMOUNT_WEEKS, amountRatio } from "./amounts.ts";
import type { SignDefinition } from "./signs.ts";

const HOUR_MS = 3_600_000;
const WINDOW_DAYS = 28;
const WINDOW_WEEKS = WINDOW_DAYS / 7;
const BASELINE_WEEKS = 8;
const REPEAT_DAYS = 30;
const REPORT_DAYS = 90;
/** Values before the window that a shift needs. */
const MIN_VALUES = 4;

/** Events, or an amount, of each day. `fromDay`: since when the source could have shown them. */
export interface DailyCounts {
  fromDay: number;
  /** in any order; a day may stand there more than once */
  days: readonly (readonly [day: number, count: number])[];
}

export interface DatedItem {
  recordId: string;
  day: number;
}

export interface MeasuredItem extends DatedItem {
  value: number;
}

/** Something that should be done by a day. `doneDay` null = still open; `balance` = what is still owed, where money is (0 = settled). */
export interface DueItem {
  recordId: string;
  dueDay: number;
  doneDay: number | null;
  balance?: number;
}

/** All a sign may read, by the name in its `of` column; what is absent is not connected. */
export interface SignFacts {
  counts: Readonly<Record<string, DailyCounts>>;
  /** instant of the last event, epoch ms */
  lastAt: Readonly<Record<string, number | null>>;
  due: Readonly<Record<string, readonly DueItem[]>>;
  cases: Readonly<Record<string, readonly DatedItem[]>>;
  values: Readonly<Record<string, readonly MeasuredItem[]>>;
}

export interface SignVerdict {
  id: string;
  fired: boolean;
  /** what was measured, in the sign's unit; null when it could not be */
  value: number | null;
  /** the client's own habit beside it, where there is one */
  baseline: number | null;
  threshold: number;
  /** the first day of this firing; null while it does not fire */
  sinceDay: number | null;
  /** ids of the records that show it, at most ten, newest first */
  evidence: readonly string[];
  /** not_connected, no_history, too_few, unreadable; null when judged */
  notJudged: string | null;
}

export interface SignMoment {
  nowMs: number;
  /** the local day of `nowMs` */
  nowDay: number;
  /** the first day of the running week; ratios and shifts look at the full weeks before it, so they move once a week */
  weekDay: number;
  /** sinceDay of the signs that fired at the last look */
  since: Readonly<Record<string, number>>;
}

interface Measured {
  value: number;
  baseline: number | null;
  evidence: readonly string[];
  /** the day on which the threshold was crossed, where the observations tell it */
  crossedDay: number | null;
}

/** Judges every sign of the table. */
export function checkSigns(signs: readonly SignDefinition[], facts: SignFacts, moment: SignMoment): SignVerdict[] {
  return signs.map((sign) => checkSign(sign, facts, moment));
}

export function checkSign(sign: SignDefinition, facts: SignFacts, moment: SignMoment): SignVerdict {
  const measured = measure(sign, facts, moment);
  const { id, threshold } = sign;
  if (typeof measured === "string") {
    return {
      id,
      fired: false,
      value: null,
      baseline: null,
      threshold,
      sinceDay: null,
      evidence: [],
      notJudged: measured,
    };
  }
  const { value, baseline, evidence, crossedDay } = measured;
  const fired = isBeyond(sign, value);
  const sinceDay = fired ? (crossedDay ?? moment.since[id] ?? moment.nowDay) : null;
  return { id, fired, value, baseline, threshold, sinceDay, evidence: evidence.slice(0, 10), notJudged: null };
}

/** At the threshold exactly: at_most and at_least fire, above does not. A billionth forgives binary fractions such as 0.7 · 40. */
function isBeyond({ compare, threshold }: SignDefinition, value: number): boolean {
  if (compare === "at_most") return value <= threshold + 1e-9;
  if (compare === "at_least") return value >= threshold - 1e-9;
  return value > threshold + 1e-9;
}

function measure(sign: SignDefinition, facts: SignFacts, moment: SignMoment): Measured | string {
  switch (sign.kind) {
    case "ratio":
      return ratio(facts.counts[sign.of], moment.weekDay);
    case "amount":
      return amount(facts.counts[sign.of], moment.weekDay);
    case "gap":
      return gap(facts.lastAt[sign.of], sign.threshold, moment);
    case "overdue":
      return overdue(facts.due[sign.of], sign.threshold, moment.nowDay);
    case "repeat":
      return repeat(facts.cases[sign.of], sign.threshold, REPEAT_DAYS, moment.nowDay);
    case "report":
      return repeat(facts.cases[sign.of], sign.threshold, REPORT_DAYS, moment.nowDay);
    case "shift":
      return shift(facts.values[sign.of], moment.weekDay);
    case "step":
      return step(facts.values[sign.of], moment.nowDay);
  }
}

/** The last 28 complete days against four times the median of the eight weeks before them. */
function ratio(counts: DailyCounts | undefined, weekDay: number): Measured | string {
  if (!counts) return "not_connected";
  const from = baselineFrom(weekDay);
  if (counts.fromDay > from) return "no_history";
  const { value, usual } = ratioOf(weeksFrom(counts, from, BASELINE_WEEKS + WINDOW_WEEKS), 0);
  if (usual <= 0) return "too_few";
  return { value, baseline: usual, evidence: [], crossedDay: null };
}

/** How turnover stands against the own habit, whatever the rhythm in which it is invoiced. */
function amount(counts: DailyCounts | undefined, weekDay: number): Measured | string {
  if (!counts) return "not_connected";
  const found = amountRatio(counts.days, weekDay);
  return typeof found === "string"
    ? found
    : { value: found.value, baseline: found.usual, evidence: [], crossedDay: null };
}

/** What was counted in each of so many weeks from the day `from` on. */
function weeksFrom({ days }: DailyCounts, from: number, many: number): Float64Array {
  const weeks = new Float64Array(many);
  const until = from + 7 * many;
  for (const [day, count] of days) if (day >= from && day < until) weeks[Math.floor((day - from) / 7)]! += count;
  return weeks;
}

/** @param first the first week of the baseline */
function ratioOf(weeks: Float64Array, first: number): { value: number; usual: number } {
  const window = first + BASELINE_WEEKS;
  const usual = (middle(weeks, first) * WINDOW_DAYS) / 7;
  let seen = 0;
  for (let at = window; at < window + WINDOW_WEEKS; at++) seen += weeks[at]!;
  return { value: seen / usual, usual };
}

const sortedWeeks = new Float64Array(BASELINE_WEEKS);

/** The median of a baseline: eight values are put in order sooner than a sort has begun. */
function middle(weeks: Float64Array, first: number): number {
  for (let i = 0; i < BASELINE_WEEKS; i++) {
    const value = weeks[first + i]!;
    let at = i;
    for (; at > 0 && sortedWeeks[at - 1]! > value; at--) sortedWeeks[at] = sortedWeeks[at - 1]!;
    sortedWeeks[at] = value;
  }
  return (sortedWeeks[BASELINE_WEEKS / 2 - 1]! + sortedWeeks[BASELINE_WEEKS / 2]!) / 2;
}

function baselineFrom(weekDay: number): number {
  return weekDay - WINDOW_DAYS - 7 * BASELINE_WEEKS;
}

function gap(
  lastAt: number | null | undefined,
  thresholdHours: number,
  { nowMs, nowDay }: SignMoment,
): Measured | string {
  if (lastAt === undefined) return "not_connected";
  if (lastAt === null) return "no_history";
  const hours = (nowMs - lastAt) / HOUR_MS;
  const crossedDay = nowDay - Math.floor(Math.max(0, hours - thresholdHours) / 24);
  return { value: hours, baseline: null, evidence: [], crossedDay };
}

/** Whole days past the due day of the worst item that is open or still owed; a part payment leaves it open. */
function overdue(items: readonly DueItem[] | undefined, thresholdDays: number, nowDay: number): Measured | string {
  if (!items) return "not_connected";
  const open = items.filter(isOpen).sort((a, b) => a.dueDay - b.dueDay);
  const worst = open[0];
  const late = open.filter((item) => nowDay - item.dueDay > thresholdDays);
  const value = worst ? Math.max(0, nowDay - worst.dueDay) : 0;
  const crossedDay = worst ? worst.dueDay + Math.floor(thresholdDays) + 1 : null;
  return { value, baseline: null, evidence: late.map((item) => item.recordId), crossedDay };
}

function isOpen({ balance, doneDay }: DueItem): boolean {
  return balance === undefined ? doneDay === null : balance > 0;
}

/** Different records only: the same meeting moved twice is one record with two cases, listed twice by the caller with two ids. */
function repeat(
  items: readonly DatedItem[] | undefined,
  needed: number,
  days: number,
  nowDay: number,
): Measured | string {
  if (!items) return "not_connected";
  const recent = items.filter((item) => item.day > nowDay - days && item.day <= nowDay).sort((a, b) => b.day - a.day);
  const oldestFirst = [...recent].reverse();
  const crossedDay = oldestFirst[Math.ceil(needed) - 1]?.day ?? null;
  return { value: recent.length, baseline: null, evidence: recent.map((item) => item.recordId), crossedDay };
}

/** Mean of the last 28 days over the own median of the half year before. */
function shift(items: readonly MeasuredItem[] | undefined, weekDay: number): Measured | string {
  if (!items) return "not_connected";
  const recent = items.filter((item) => item.day >= weekDay - WINDOW_DAYS && item.day < weekDay);
  const before = items.filter((item) => item.day < weekDay - WINDOW_DAYS && item.day >= weekDay - WINDOW_DAYS - 182);
  // Two at least: one slow answer is one occurrence, and one occurrence never fires.
  if (before.length < MIN_VALUES || recent.length < 2) return "too_few";
  const usual = median(before.map((item) => item.value));
  if (usual <= 0) return "too_few";
  const mean = recent.reduce((sum, item) => sum + item.value, 0) / recent.length;
  const evidence = recent.sort((a, b) => b.day - a.day).map((item) => item.recordId);
  return { value: mean / usual, baseline: usual, evidence, crossedDay: null };
}

/** The newest level over the highest of the year before it; of one day the first that is listed. */
function step(items: readonly MeasuredItem[] | undefined, nowDay: number): Measured | string {
  if (!items) return "not_connected";
  const known = items.filter((item) => item.day <= nowDay && item.day > nowDay - 365).sort((a, b) => b.day - a.day);
  const [newest, ...earlier] = known;
  if (!newest || earlier.length === 0) return "no_history";
  const highest = Math.max(...earlier.map((item) => item.value));
  if (highest <= 0) return "too_few";
  return { value: newest.value / highest, baseline: highest, evidence: [newest.recordId], crossedDay: newest.day };
}

/** The first day after now on which a sign can turn without new facts; null when none can. */
export function nextSignDay(signs: readonly SignDefinition[], facts: SignFacts, moment: SignMoment): number | null {
  const ahead = signs.flatMap((sign) => turningDays(sign, facts, moment)).filter((day) => day > moment.nowDay);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** Weeks after which a ratio, and a shift, have nothing left to change from: their windows have passed everything that is known. */
const RATIO_WEEKS = BASELINE_WEEKS + WINDOW_WEEKS + 1;
const SHIFT_WEEKS = WINDOW_WEEKS + 1;

/** The first of the coming week boundaries at which the sign no longer says what it says now. @param fires so many weeks ahead */
function turningWeek(weekDay: number, weeks: number, fires: (week: number) => boolean): number[] {
  const now = fires(0);
  for (let k = 1; k <= weeks; k++) if (fires(k) !== now) return [weekDay + 7 * k];
  return [];
}

function turningDays(sign: SignDefinition, facts: SignFacts, { nowMs, nowDay, weekDay }: SignMoment): number[] {
  const { of, kind, threshold } = sign;
  switch (kind) {
    case "gap": {
      const last = facts.lastAt[of];
      if (last === null || last === undefined) return [];
      return [nowDay + Math.ceil((last + threshold * HOUR_MS - nowMs) / (24 * HOUR_MS))];
    }
    case "overdue":
      return (facts.due[of] ?? []).filter(isOpen).map((item) => item.dueDay + Math.floor(threshold) + 1);
    case "repeat":
      return turningCase(sign, facts.cases[of] ?? [], REPEAT_DAYS, nowDay);
    case "report":
      return turningCase(sign, facts.cases[of] ?? [], REPORT_DAYS, nowDay);
    case "ratio":
      return turningRatio(sign, facts.counts[of], weekDay);
    case "amount":
      return turningWeek(weekDay, AMOUNT_WEEKS, (k) => {
        const measured = amount(facts.counts[of], weekDay + 7 * k);
        return typeof measured !== "string" && isBeyond(sign, measured.value);
      });
    case "shift":
      return turningShift(sign, facts.values[of], weekDay);
    case "step":
      return (facts.values[of] ?? []).flatMap((item) => [item.day, item.day + 365]);
  }
}

/** The first day on which cases that come to their day, or are too long ago, make the sign fire, end it, or date it anew. */
function turningCase(sign: SignDefinition, items: readonly DatedItem[], days: number, nowDay: number): number[] {
  const saysOn = (day: number): number | null => {
    const measured = repeat(items, sign.threshold, days, day);
    return typeof measured === "string" || !isBeyond(sign, measured.value) ? null : measured.crossedDay;
  };
  const ahead = items.flatMap((item) => [item.day, item.day + days]).filter((day) => day > nowDay);
  const now = saysOn(nowDay);
  const next = ahead.sort((a, b) => a - b).find((day) => saysOn(day) !== now);
  return next === undefined ? [] : [next];
}

function turningRatio(sign: SignDefinition, counts: DailyCounts | undefined, weekDay: number): number[] {
  if (!counts) return [];
  // No later week looks further back than this one.
  const from = baselineFrom(weekDay);
  const weeks = weeksFrom(counts, from, BASELINE_WEEKS + WINDOW_WEEKS + RATIO_WEEKS);
  return turningWeek(weekDay, RATIO_WEEKS, (k) => {
    const { value, usual } = ratioOf(weeks, k);
    return counts.fromDay <= from + 7 * k && usual > 0 && isBeyond(sign, value);
  });
}

function turningShift(sign: SignDefinition, items: readonly MeasuredItem[] | undefined, weekDay: number): number[] {
  return turningWeek(weekDay, SHIFT_WEEKS, (k) => {
    const measured = shift(items, weekDay + 7 * k);
    return typeof measured !== "string" && isBeyond(sign, measured.value);
  });
}

function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
