/**
 * Weights of the groups learnt from outcomes, tried against the usual ones on a later time slice (scoring 3.10). Few labels teach little, so
 * the usual ones stay unless the learnt ones clearly rank better on clients and days that they were not made from.
 */
import { GROUPS, type Group } from "../../signal/definition.ts";
import { clamp } from "../../signal/special.ts";
import type { ScoreConfig } from "../config.ts";
import { makeAccount } from "../ledger.ts";
import type { Interval } from "../metrics.ts";
import { filterSteps, gathered, mapSteps } from "../portions.ts";
import { fitRiskSteps, type LabelledRow } from "../risk.ts";
import type { BackTest } from "./back-test.ts";
import type { History } from "./history.ts";
import { aucSteps, differenceSteps, each, judgeSteps } from "./report.ts";

/** Lost clients from which weights are learnt, and from which a slice may judge them. */
const LEARN_FROM = 50;
const JUDGE_FROM = 20;
/** However plain the labels, no group counts less than half or more than twice as much as usual. */
const LEAST = 0.5;
const MOST = 2;
/** Spread of a group's evidence among the clients below which there is nothing to learn from, nats. */
const SILENT_BELOW = 0.05;

export type GroupWeights = Readonly<Record<Group, number>>;

export interface WeightTrial {
  /** too_few: nothing may be concluded; better: the learnt ones rank better, the lower end of the difference being above zero */
  verdict: "too_few" | "better" | "not_better";
  /** lost clients behind the weights, and in the slice that judged them */
  learntFrom: number;
  judgedBy: number;
  /** the groups of which there was something to learn; null with too few losses */
  learnt: Readonly<Partial<GroupWeights>> | null;
  usual: GroupWeights;
  /** AUC of the health on the later slice; null without learnt weights */
  auc: { usual: Interval; learnt: Interval; learntMinusUsual: Interval } | null;
}

/**
 * What one nat of a group tells beside one nat of the others, with renewal and tenure held apart; 1 = as much as on average. In pieces.
 * @returns null with too few losses
 */
export function* weightSteps(
  rows: readonly LabelledRow[],
  overlap: number,
): Generator<number, Partial<GroupWeights> | null> {
  // The forecast of orders would take what the group of their rhythm tells.
  const plain = yield* filterSteps(rows, (row) => row.features.logit_silent === undefined);
  const model = yield* fitRiskSteps(plain, 0, overlap, []);
  if (model.lost < LEARN_FROM) return null;
  const told: { group: Group; perNat: number }[] = [];
  for (const group of GROUPS) {
    const at = model.names.indexOf(group);
    if (at < 0) continue;
    const values = yield* mapSteps(plain, (row) => row.features[group] ?? 0);
    if (spreadOf(values) < SILENT_BELOW) continue;
    told.push({ group, perNat: model.beta[at + 1]! / model.scales[at]! });
  }
  const usual = told.reduce((sum, one) => sum + one.perNat, 0) / Math.max(1, told.length);
  if (usual <= 0) return null;
  return Object.fromEntries(
    told.map(({ group, perNat }) => [group, Math.round(clamp(perNat / usual, LEAST, MOST) * 20) / 20]),
  );
}

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
}

export interface TrialOptions {
  history: History;
  overlap: number;
  /** as published: what judges clients of this segment, null = of none */
  configOf: (segment: string | null) => ScoreConfig;
  random: () => number;
}

/** Learns from the training rows, judges on the cut: its window closed after theirs. In portions. */
export function* trialSteps(
  test: BackTest,
  { history, overlap, configOf, random }: TrialOptions,
): Generator<null, WeightTrial> {
  const { scores, y } = yield* judgeSteps(test, history);
  const usual = weightsOf(configOf(null));
  const judgedBy = y.reduce((sum, lost) => sum + lost, 0);
  const learntFrom = new Set(test.rows.filter((row) => row.lost).map((row) => row.clientId)).size;
  const learnt = yield* gathered(weightSteps(test.rows, overlap));
  if (!learnt) return { verdict: "too_few", learntFrom, judgedBy, learnt, usual, auc: null };
  const healthWith = (change: (config: ScoreConfig) => ScoreConfig): Generator<null, number[]> =>
    each(scores, ({ told, segment }) => {
      const { healthTenths } = makeAccount(told, change(configOf(segment)));
      return 1000 - healthTenths;
    });
  const asUsual = yield* healthWith((config) => config);
  const asLearnt = yield* healthWith((config) => weighted(config, learnt));
  const learntMinusUsual = yield* differenceSteps(asLearnt, asUsual, y, random);
  const isBetter = judgedBy >= JUDGE_FROM && (learntMinusUsual.low ?? 0) > 0;
  return {
    verdict: judgedBy < JUDGE_FROM ? "too_few" : isBetter ? "better" : "not_better",
    learntFrom,
    judgedBy,
    learnt,
    usual,
    auc: {
      usual: yield* aucSteps(asUsual, y, random),
      learnt: yield* aucSteps(asLearnt, y, random),
      learntMinusUsual,
    },
  };
}

function weightsOf({ groups }: ScoreConfig): GroupWeights {
  return Object.fromEntries(GROUPS.map((group) => [group, groups[group].weight])) as GroupWeights;
}

function weighted(config: ScoreConfig, weights: Readonly<Partial<GroupWeights>>): ScoreConfig {
  const groups = GROUPS.map(
    (group) => [group, { ...config.groups[group], weight: weights[group] ?? config.groups[group].weight }] as const,
  );
  return { ...config, groups: Object.fromEntries(groups) as ScoreConfig["groups"] };
}
