/**
 * Weights of the groups learnt from outcomes, tried against the usual ones on a later time slice (scoring 3.10). Few labels teach little, so
 * the usual ones stay unless the learnt ones clearly rank better on clients and days that they were not made from.
 */
import { GROUPS, type Group } from "../../signal/definition.ts";
import { clamp } from "../../signal/special.ts";
import type { ScoreConfig } from "../config.ts";
import { makeAccount } from "../ledger.ts";
import { aucOfSamples, type Interval } from "../metrics.ts";
import { filterSteps, gathered, mapSteps } from "../portions.ts";
import { featureOf, fitRiskSteps, type LabelledRow } from "../risk.ts";
import { gapOf } from "./gather.ts";
import type { History } from "./history.ts";
import { meanSteps, ofDrawn } from "./months.ts";
import { aucSteps, differenceSteps, each, judgeSteps, rounded } from "./report.ts";
import type { BackTest, SliceClient } from "./types.ts";

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
  /** the same on the cut and the months before it; absent in trials from before it was tried, null where there was too little */
  months?: MonthTrial | null;
}

/** Weights learnt anew for each month from what had closed before it, as the portal would have had them then. */
export interface MonthTrial {
  /** months judged, and lost clients in them */
  count: number;
  judgedBy: number;
  /** months in which the learnt ones ranked better */
  better: number;
  /** AUC of the learnt less the usual ones, mean of the months; the interval by client, who may stand in several */
  learntMinusUsual: Interval;
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
  const plain = yield* filterSteps(rows, (row) => featureOf(row, "logit_silent") === null);
  const model = yield* fitRiskSteps(plain, 0, overlap, []);
  if (model.lost < LEARN_FROM) return null;
  const told: { group: Group; perNat: number }[] = [];
  for (const group of GROUPS) {
    const at = model.names.indexOf(group);
    if (at < 0) continue;
    const values = yield* mapSteps(plain, (row) => featureOf(row, group) ?? 0);
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

/**
 * Learns from the training rows, judges on the cut: its window closed after theirs. In portions. Better are weights that rank clearly better
 * over the months, each learnt anew, and no worse at the cut; where there are no months, those that rank clearly better at the cut.
 */
export function* trialSteps(test: BackTest, options: TrialOptions): Generator<null, WeightTrial> {
  const { history, overlap, configOf, random } = options;
  const { scores, y } = yield* judgeSteps(test, history);
  const usual = weightsOf(configOf(null));
  const judgedBy = y.reduce((sum, lost) => sum + lost, 0);
  const learntFrom = new Set(test.rows.filter((row) => row.lost).map((row) => row.clientId)).size;
  const learnt = yield* gathered(weightSteps(test.rows, overlap));
  if (!learnt) return { verdict: "too_few", learntFrom, judgedBy, learnt, usual, auc: null, months: null };
  const asUsual = yield* healthSteps(scores, configOf, null);
  const asLearnt = yield* healthSteps(scores, configOf, learnt);
  const learntMinusUsual = yield* differenceSteps(asLearnt, asUsual, y, random);
  const auc = {
    usual: yield* aucSteps(asUsual, y, random),
    learnt: yield* aucSteps(asLearnt, y, random),
    learntMinusUsual,
  };
  const atCut = { ids: scores.map((one) => one.clientId), y, asUsual, asLearnt };
  const months = yield* monthSteps(test, options, atCut);
  const isClear = months
    ? (months.learntMinusUsual.low ?? 0) > 0 && (learntMinusUsual.value ?? 0) >= 0
    : (learntMinusUsual.low ?? 0) > 0;
  const verdict = judgedBy < JUDGE_FROM ? "too_few" : isClear ? "better" : "not_better";
  return { verdict, learntFrom, judgedBy, learnt, usual, auc, months };
}

/** How bad the health is of each, with the usual weights or others. */
function healthSteps(
  clients: readonly Pick<SliceClient, "told" | "segment">[],
  configOf: TrialOptions["configOf"],
  weights: Readonly<Partial<GroupWeights>> | null,
): Generator<null, number[]> {
  return each(clients, ({ told, segment }) => {
    const config = configOf(segment);
    return 1000 - makeAccount(told, weights ? weighted(config, weights) : config).healthTenths;
  });
}

/** One month's clients and how they rank by either weights. */
interface Month {
  ids: readonly string[];
  y: readonly number[];
  asUsual: readonly number[];
  asLearnt: readonly number[];
}

function* monthSteps(
  { rows, months: { clients, slices }, horizonDays }: BackTest,
  { overlap, configOf, random }: TrialOptions,
  atCut: Month,
): Generator<null, MonthTrial | null> {
  const gap = gapOf(horizonDays);
  const known = yield* gathered(filterSteps(rows, (row) => clients.has(row.clientId)));
  const months: Month[] = [];
  for (const slice of slices) {
    const closed = yield* gathered(filterSteps(known, (row) => row.cutDay + gap <= slice.cutDay));
    const weights = yield* gathered(weightSteps(closed, overlap));
    if (!weights) continue;
    months.push({
      ids: slice.clients.map((one) => one.clientId),
      y: slice.clients.map((one) => (one.lost ? 1 : 0)),
      asUsual: yield* healthSteps(slice.clients, configOf, null),
      asLearnt: yield* healthSteps(slice.clients, configOf, weights),
    });
  }
  if (months.length === 0) return null;
  months.push(ofSample(atCut, clients));
  const ids = [...clients];
  const apart = months.map((month) => monthApart(month, ids));
  const interval = yield* meanSteps(apart, ids.length, random);
  const all = [...ids.keys()];
  const lost = new Set(months.flatMap((month) => month.ids.filter((_, i) => month.y[i] === 1)));
  return {
    count: months.length,
    judgedBy: lost.size,
    better: apart.filter((one) => (one(all) ?? 0) > 0).length,
    learntMinusUsual: rounded(interval),
  };
}

function ofSample({ ids, y, asUsual, asLearnt }: Month, sample: ReadonlySet<string>): Month {
  const inside = <T>(list: readonly T[]): T[] => list.filter((_, i) => sample.has(ids[i]!));
  return { ids: inside(ids), y: inside(y), asUsual: inside(asUsual), asLearnt: inside(asLearnt) };
}

/** By how much the learnt weights rank better in a month, of the clients that are drawn: as indices into `ids`. */
function monthApart(month: Month, ids: readonly string[]): (indices: readonly number[]) => number | null {
  const [usual, learnt] = [aucOfSamples(month.asUsual, month.y), aucOfSamples(month.asLearnt, month.y)];
  return ofDrawn(month.ids, ids, (drawn) => {
    const [a, b] = [learnt(drawn), usual(drawn)];
    return a === null || b === null ? null : a - b;
  });
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
