/** The published configuration of the score: one document per segment, versioned, compared and rolled back. Everything has a default. */
import { own } from "../own.ts";
import type { ProblemCode } from "../problem.ts";
import { DEFAULT_SIGNALS, GROUPS, type Group, type SignalDefinition } from "../signal/definition.ts";

export interface ZoneThresholds {
  /** health below this is yellow, below `red` red; 0..100 */
  yellow: number;
  red: number;
  /** points above a threshold that a client must reach to leave its zone */
  deadBand: number;
  /** days that an improvement must hold */
  holdDays: number;
}

export interface ScoreConfig {
  version: number;
  signals: readonly SignalDefinition[];
  /** points of health per nat of evidence */
  pointsPerNat: number;
  /** health of a customer of whom nothing is known; what is seen adds or takes points, so that "unknown" is never 100 */
  base: number;
  /** per group: weight, and the most points it may take */
  groups: Readonly<Record<Group, { weight: number; cap: number }>>;
  /** the most points that a group may add */
  credit: number;
  /** evidence of a group above which it counts in a chain, nats */
  chainNats: number;
  /** evidence at which one group alone may turn a client yellow, nats */
  ceilingNats: number;
  zones: ZoneThresholds;
  /** the yellow threshold is one that a person set, not the usual one */
  isYellowSet: boolean;
  /** days after which a client leaves its zone who would not be given it any more, though still inside the dead band; 0 = never */
  calmDays: number;
  /** red ends with the renewal that it was about: what nothing could turn red any more does not stay red */
  farEndsRed: boolean;
  /** points by which thresholds fall while the next renewal is further away than the horizon; then nothing but a grave reported fact turns red */
  farRenewalShift: number;
  /** points by which they fall further with every 30 days begun beyond the horizon, to 45 in all */
  farMonthShift: number;
  /** points by which thresholds rise in a critical period (A7.7) */
  criticalShift: number;
  /** below this confidence nothing turns red without a reported fact */
  redConfidence: number;
  /** days that a forecast looks ahead */
  horizonDays: number;
  /** a client younger than this is learning: only onboarding and reported facts count */
  learningDays: number;
  /** a client younger than this has an onboarding health; steps are expected until `stepsUntilDay` */
  onboardingDays: number;
  stepsUntilDay: number;
  /** an onboarding that stands still for weeks is a chain in time, like any other group */
  delayLasts: boolean;
  /** a chain in time has to show in the older half of its four weeks and in the newest one; a holiday does not */
  lastingShows: boolean;
  /** an absence is known by its first day, one full week before it; without, by the older half of its four weeks, which slow declines share */
  absenceIsAbrupt: boolean;
  /** half-life of a reported fact, days */
  factHalfLifeDays: number;
}

export const DEFAULT_SCORE_CONFIG: ScoreConfig = {
  version: 1,
  signals: DEFAULT_SIGNALS,
  pointsPerNat: 6,
  base: 85,
  groups: {
    usage: { weight: 1, cap: 40 },
    communication: { weight: 1, cap: 25 },
    meetings: { weight: 1, cap: 15 },
    money: { weight: 1, cap: 30 },
    support: { weight: 1, cap: 20 },
    onboarding: { weight: 1, cap: 25 },
    facts: { weight: 1, cap: 40 },
  },
  credit: 12,
  chainNats: 1,
  ceilingNats: 4,
  zones: { yellow: 72, red: 50, deadBand: 8, holdDays: 7 },
  isYellowSet: false,
  calmDays: 28,
  farEndsRed: true,
  farRenewalShift: -20,
  farMonthShift: -10,
  criticalShift: 3,
  redConfidence: 0.35,
  horizonDays: 90,
  learningDays: 42,
  onboardingDays: 90,
  stepsUntilDay: 150,
  delayLasts: true,
  lastingShows: true,
  absenceIsAbrupt: true,
  factHalfLifeDays: 90,
};

/** Configurations per segment; a client of an unknown segment gets `default`. */
export type ScoreConfigs = Readonly<Record<string, ScoreConfig>> & { readonly default: ScoreConfig };

export function configFor(configs: ScoreConfigs, segment: string | null): ScoreConfig {
  return (segment === null ? undefined : own(configs, segment)) ?? configs.default;
}

/** What is wrong with a configuration, as codes with the offending name; empty when it may be published. */
export function configProblems(config: ScoreConfig): { code: ProblemCode; name: string }[] {
  const problems: { code: ProblemCode; name: string }[] = [];
  const check = (isRight: boolean, code: ProblemCode, name: string): void => {
    if (!isRight) problems.push({ code, name });
  };
  const ids = config.signals.map((s) => s.id);
  for (const id of new Set(ids)) check(ids.indexOf(id) === ids.lastIndexOf(id), "signal_twice", `signals.${id}`);
  for (const s of config.signals) {
    check(s.showChance >= 0 && s.showChance <= 1, "not_a_share", `signals.${s.id}.showChance`);
    check(s.weekNats > 0 && s.weekNats <= 10, "out_of_range", `signals.${s.id}.weekNats`);
    if (s.kind === "count") check(s.turned > 0 && s.turned < 1, "not_a_share", `signals.${s.id}.turned`);
  }
  for (const group of GROUPS) {
    const { weight, cap } = config.groups[group];
    check(weight >= 0 && weight <= 5, "out_of_range", `groups.${group}.weight`);
    check(cap >= 0 && cap <= 100, "out_of_range", `groups.${group}.cap`);
  }
  const { yellow, red, deadBand } = config.zones;
  check(red < yellow && red > 0 && yellow <= 100, "thresholds_cross", "zones.red");
  check(deadBand >= 0 && deadBand <= 25, "out_of_range", "zones.deadBand");
  check(config.base >= yellow && config.base <= 100, "base_below_yellow", "base");
  check(config.horizonDays >= 14 && config.horizonDays <= 365, "out_of_range", "horizonDays");
  return problems;
}
