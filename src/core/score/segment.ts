/** Who a client is to us: class by revenue (A0.8, A7.1), life stage (A7.2), critical period (A7.7). Pure functions of amounts and days. */
import { addMonths } from "../calendar/day.ts";

export type ClientClass = "A" | "B" | "C";
export type LifeStage = "new" | "mature" | "loyal";
export type CriticalPeriod = "none" | "first_30_days" | "months_3_6" | "months_9_12";

export interface Revenue {
  id: string;
  /** in the portal's currency */
  revenue: number;
}

const A_SHARE = 0.2;
const B_SHARE = 0.5;
/** A client keeps its class until its revenue is this far beyond the cut, so that neighbours do not swap places every month. */
const CLASS_DEAD_BAND = 0.1;

/**
 * A = top 20 %, B = next 30 %, C = the rest, cut at ⌈.20 n⌉ and ⌈.50 n⌉ by revenue; ties at a cut stay together upward;
 * revenue of zero or less is always C.
 */
export function classify(clients: readonly Revenue[]): Map<string, ClientClass> {
  const cuts = classCuts(clients.map((one) => one.revenue));
  return new Map(clients.map(({ id, revenue }) => [id, classOf(revenue, cuts)]));
}

/** The lowest revenue that still is A, and B; the largest number there is where nobody can be. Safe as JSON. */
export interface ClassCuts {
  a: number;
  b: number;
}

export function classCuts(revenues: readonly number[]): ClassCuts {
  const ascending = Float64Array.from(revenues).sort();
  const cut = (share: number): number => {
    const last = ascending[ascending.length - Math.ceil(share * ascending.length)];
    if (last === undefined) return Number.MAX_VALUE;
    // With zeros inside the cut, the class ends at the smallest positive revenue.
    return last > 0 ? last : Number.MIN_VALUE;
  };
  return { a: cut(A_SHARE), b: cut(B_SHARE) };
}

export function classOf(revenue: number, cuts: ClassCuts): ClientClass {
  if (revenue <= 0) return "C";
  if (revenue >= cuts.a) return "A";
  return revenue >= cuts.b ? "B" : "C";
}

/** The class with hysteresis: it changes only when the revenue is 10 % beyond the cut between the two classes. */
export function nextClass(previous: ClientClass | null, revenue: number, cuts: ClassCuts): ClientClass {
  const plain = classOf(revenue, cuts);
  if (previous === null || plain === previous || revenue <= 0) return plain;
  const isRise = plain < previous;
  const stretched = {
    a: cuts.a * (isRise ? 1 + CLASS_DEAD_BAND : 1 - CLASS_DEAD_BAND),
    b: cuts.b * (isRise ? 1 + CLASS_DEAD_BAND : 1 - CLASS_DEAD_BAND),
  };
  const careful = classOf(revenue, stretched);
  // Stretching the cuts may stop a move, and never turns it round.
  if (isRise) return careful < previous ? careful : previous;
  return careful > previous ? careful : previous;
}

/** Whole calendar months from `startDay` to `nowDay`; the 31st counts as reached on the last day of a shorter month. */
export function monthsBetween(startDay: number, nowDay: number): number {
  let months = Math.floor((nowDay - startDay) / 31);
  while (addMonths(startDay, months + 1) <= nowDay) months += 1;
  return months;
}

/** new < 3 ≤ mature < 12 ≤ loyal, in calendar months since the contract's start. */
export function lifeStage(startDay: number, nowDay: number): LifeStage {
  const months = monthsBetween(startDay, nowDay);
  return months < 3 ? "new" : months < 12 ? "mature" : "loyal";
}

/** The first 30 days (25 % of losses), months 3-6 (35 %), months 9-12 (30 %). */
export function criticalPeriod(startDay: number, nowDay: number): CriticalPeriod {
  const age = nowDay - startDay;
  if (age < 0) return "none";
  if (age < 30) return "first_30_days";
  const months = monthsBetween(startDay, nowDay);
  if (months >= 3 && months < 6) return "months_3_6";
  return months >= 9 && months < 12 ? "months_9_12" : "none";
}

/** The coming days on which stage or critical period change, in order; empty after the first year. */
export function criticalPeriodChanges(startDay: number, nowDay: number): number[] {
  if (nowDay - startDay > 400) return [];
  const changes = [startDay, startDay + 30, ...[3, 6, 9, 12].map((months) => addMonths(startDay, months))];
  return changes.filter((day) => day > nowDay);
}
