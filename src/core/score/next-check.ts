/** The first day on which a score could change without new facts (scoring 3.11), so that nothing is rescanned nightly. */
import { MIN_BASELINE_DAYS } from "../signal/stretch.ts";
import { firstDayOf } from "../signal/week.ts";
import type { ScoreConfig } from "./config.ts";
import type { Evidence } from "./evidence.ts";
import type { ScoreInput, ScoreMemory } from "./input.ts";
import { criticalPeriodChanges } from "./segment.ts";

/** Days by which the thresholds of a far renewal move in one step. */
export const FAR_STEP_DAYS = 30;

/**
 * Everything weekly is looked at on week boundaries only, so between two of them the evidence stands still; what has a day of its own
 * (a step that becomes expected, an improvement that has held, an override that ends, silence worth a note) is listed beside it.
 * @returns a day after `nowDay`, or null when nothing can change by itself
 */
export function nextCheckDay(
  input: ScoreInput,
  evidence: Evidence,
  memory: ScoreMemory,
  config: ScoreConfig,
  nowDay: number,
  anchorDay: number,
): number | null {
  let soonest: number | null = null;
  const add = (day: number | null): void => {
    if (day !== null && day > nowDay && (soonest === null || day < soonest)) soonest = day;
  };
  for (const { silenceDueDay } of evidence.signals) add(silenceDueDay);
  if (agesByWeek(input, evidence)) add(firstDayOf(evidence.week + 2, anchorDay));
  const { betterSince } = memory;
  if (betterSince !== null) {
    add(betterSince + config.zones.holdDays);
    add(betterSince + config.calmDays);
  }
  add(input.override?.untilDay ?? null);
  add(input.override?.fromDay ?? null);
  const renewal = input.contract?.nextRenewalDay ?? null;
  if (renewal !== null) {
    const inside = renewal - config.horizonDays + 1;
    const steps = Math.max(0, Math.ceil((inside - nowDay) / FAR_STEP_DAYS) - 1);
    add(inside - FAR_STEP_DAYS * steps);
    add(inside);
    add(renewal + 1);
  }
  if (input.sinceDay !== null) {
    const since = input.sinceDay;
    const next = evidence.steps?.nextDay ?? null;
    add(since + config.learningDays);
    add(since + config.onboardingDays);
    add(since + config.stepsUntilDay);
    add(next === null ? null : since + next);
    for (const day of criticalPeriodChanges(since, nowDay)) add(day);
  }
  return soonest;
}

/** Is there anything that the next week boundary could move? */
function agesByWeek(input: ScoreInput, evidence: Evidence): boolean {
  if (evidence.facts.some(({ nats }) => nats >= 0.01)) return true;
  if (input.openInvoices.length > 0 || input.orders !== null) return true;
  for (const id in input.signals) {
    const state = input.signals[id]!;
    if (state.c.length > 0 || state.n > 0 || state.b < MIN_BASELINE_DAYS) return true;
  }
  return false;
}
