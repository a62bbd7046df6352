/** The rules that a book was made under: what was scored with an older book comes out again by the rules of then (G7). */
import type { ScoreConfig } from "./config.ts";

/**
 * The rules that books are made under now; a book without a number is of rules 1.
 * - 2: thresholds fall further with every month that the next renewal lies beyond the horizon, and an onboarding that stands still lasts
 */
export const SCORE_RULES = 2;

/** The part of a book that changes how its clients are judged. */
export interface Ruled {
  rules?: number;
}

const ofBefore = new WeakMap<ScoreConfig, ScoreConfig>();

/** The configuration as it counts with this book. */
export function configUnder(book: Ruled, config: ScoreConfig): ScoreConfig {
  if (book.rules === SCORE_RULES) return config;
  const made = ofBefore.get(config) ?? { ...config, farMonthShift: 0, delayLasts: false };
  ofBefore.set(config, made);
  return made;
}
