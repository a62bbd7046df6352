/** What a book lays over the published configuration: the rules it was made under, and what the portal's own outcomes have taught. */
import { GROUPS, type Group } from "../signal/definition.ts";
import type { ScoreConfig } from "./config.ts";

/**
 * The rules that books are made under now; a book without a number is of rules 1. What was scored with an older book comes out again by the
 * rules of then (G7).
 * - 2: thresholds fall further with every month that the next renewal lies beyond the horizon, and an onboarding that stands still lasts
 */
export const SCORE_RULES = 2;

/** Learnt from the portal's own outcomes, once a month at most. */
export interface Tuning {
  /** thresholds by segment, `default` for everybody else */
  zones: Readonly<Record<string, { yellow: number; red: number }>>;
  /** factor on the weight of a group; absent = 1 */
  weights: Readonly<Partial<Record<Group, number>>>;
}

/** The part of a book that changes how its clients are judged. */
export interface Ruled {
  rules?: number;
  tuning?: Tuning | null;
}

const laid = new WeakMap<Ruled, WeakMap<ScoreConfig, Map<string | null, ScoreConfig>>>();

/** The configuration as it counts with this book; made once per book, configuration and segment. */
export function configUnder(book: Ruled, config: ScoreConfig, segment: string | null): ScoreConfig {
  const isNow = book.rules === SCORE_RULES;
  const tuning = book.tuning ?? null;
  if (isNow && tuning === null) return config;
  const byConfig = laid.get(book) ?? new WeakMap<ScoreConfig, Map<string | null, ScoreConfig>>();
  laid.set(book, byConfig);
  const bySegment = byConfig.get(config) ?? new Map<string | null, ScoreConfig>();
  byConfig.set(config, bySegment);
  const known = bySegment.get(segment);
  if (known) return known;
  const ruled = isNow ? config : { ...config, farMonthShift: 0, delayLasts: false };
  const made = tuning === null ? ruled : tuned(ruled, tuning, segment);
  bySegment.set(segment, made);
  return made;
}

/** A configuration with what was learnt laid over it. */
export function tuned(config: ScoreConfig, { zones, weights }: Tuning, segment: string | null): ScoreConfig {
  const own = zones[segment ?? "default"] ?? zones.default;
  const groups = GROUPS.map((group) => {
    const { weight, cap } = config.groups[group];
    return [group, { weight: weight * (weights[group] ?? 1), cap }] as const;
  });
  return {
    ...config,
    zones: { ...config.zones, ...own },
    groups: Object.fromEntries(groups) as ScoreConfig["groups"],
  };
}
