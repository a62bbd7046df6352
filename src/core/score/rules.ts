/** The rules that a book was made under: what was scored with an older book comes out again by the rules of then (G7). */
import type { ScoreConfig } from "./config.ts";

/**
 * The rules that books are made under now; a book without a number is of rules 1.
 * - 5: what is uncertain of a short baseline stands behind all that is judged by it
 * - 4: yellow begins at 72 where nobody set it; who would not be given a zone any more leaves it after four weeks; an absence is known by its
 *   first day, and no ceiling either; who has renewed is red no longer
 * - 3: a chain in time has to show in the older half of its four weeks and in the newest one
 * - 2: thresholds fall further with every month that the next renewal lies beyond the horizon, and an onboarding that stands still lasts
 */
export const SCORE_RULES = 5;

/** The part of a book that changes how its clients are judged. */
export interface Ruled {
  rules?: number;
}

/** What the rules of then did without, the newest first: each did without all that came later. */
const BEFORE: readonly ((config: ScoreConfig) => Partial<ScoreConfig>)[] = [
  // Nothing of the configuration: how counts are judged stands in the views of the book.
  () => ({}),
  ({ zones, isYellowSet }) => ({
    absenceIsAbrupt: false,
    calmDays: 0,
    farEndsRed: false,
    zones: isYellowSet ? zones : { ...zones, yellow: 75 },
  }),
  () => ({ lastingShows: false }),
  () => ({ farMonthShift: 0, delayLasts: false }),
];

const ofBefore = new WeakMap<ScoreConfig, ScoreConfig[]>();

/** The configuration as it counts with this book. */
export function configUnder(book: Ruled, config: ScoreConfig): ScoreConfig {
  const { rules = 1 } = book;
  if (rules === SCORE_RULES) return config;
  let known = ofBefore.get(config);
  if (!known) {
    known = [];
    let then = config;
    for (const without of BEFORE) {
      then = { ...then, ...without(then) };
      known.push(then);
    }
    ofBefore.set(config, known);
  }
  return known[SCORE_RULES - 1 - rules]!;
}
