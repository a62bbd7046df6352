/** The rules that a book was made under: what was scored with an older book comes out again by the rules of then (G7). */
import type { ScoreConfig } from "./config.ts";

/**
 * The rules that books are made under now; a book without a number is of rules 1.
 * - 3: a chain in time has to show in the older half of its four weeks and in the newest one
 * - 2: thresholds fall further with every month that the next renewal lies beyond the horizon, and an onboarding that stands still lasts
 */
export const SCORE_RULES = 3;

/** The part of a book that changes how its clients are judged. */
export interface Ruled {
  rules?: number;
}

/** What the rules of then did without. */
const BEFORE: readonly Partial<ScoreConfig>[] = [
  { lastingShows: false, farMonthShift: 0, delayLasts: false },
  { lastingShows: false },
];

const ofBefore = new WeakMap<ScoreConfig, ScoreConfig[]>();

/** The configuration as it counts with this book. */
export function configUnder(book: Ruled, config: ScoreConfig): ScoreConfig {
  const { rules = 1 } = book;
  if (rules === SCORE_RULES) return config;
  const known = ofBefore.get(config) ?? BEFORE.map((without) => ({ ...config, ...without }));
  ofBefore.set(config, known);
  return known[rules - 1]!;
}
