/** How well the onboarding runs, in the first 90 days, when there is no own past to judge by (A11, scoring 3.4). */
import type { StepStanding } from "../signal/onboarding.ts";
import type { ScoreConfig } from "./config.ts";
import type { ScoreInput } from "./input.ts";

const FULL_TENTHS = 1000;
/** Points for each step behind the plan, and for each full week that the oldest of them is late. */
const PER_STEP_TENTHS = 120;
const PER_WEEK_TENTHS = 70;
const MOST_WEEKS = 4;

/** 0..1000 tenths: 100 minus 12 points per step behind and 7 per week of the oldest delay; null after the onboarding or without a plan. */
export function onboardingHealth(
  input: ScoreInput,
  steps: StepStanding | null,
  config: ScoreConfig,
  nowDay: number,
): number | null {
  if (!steps || input.sinceDay === null) return null;
  const age = nowDay - input.sinceDay;
  if (age < 0 || age >= config.onboardingDays) return null;
  const behind = Math.max(0, steps.expected - steps.done);
  const lost = PER_STEP_TENTHS * behind + (behind > 0 ? PER_WEEK_TENTHS * Math.min(MOST_WEEKS, steps.lateWeeks) : 0);
  return Math.max(0, FULL_TENTHS - lost);
}
