/**
 * The proof on the portal's own past (scoring 3.13): what health and risk would have said on a past day, judged by what came after, beside
 * the simple rules. Trained only on looks whose window closed before that day.
 */

import { formatDay } from "../../calendar/day.ts";
import { configFor, type ScoreConfig, type ScoreConfigs } from "../../score/config.ts";
import { gather, overlapOf } from "../../score/past/gather.ts";
import { type RiskMonths, riskMonthSteps } from "../../score/past/months.ts";
import { type ModelNote, modelNote, type Report, reportSteps } from "../../score/past/report.ts";
import { trialSteps, type WeightTrial } from "../../score/past/weights.ts";
import { seededRandom } from "../../seeded-random.ts";
import type { SignalDefinition } from "../../signal/definition.ts";
import { type PortalHistory, walkPast } from "./walk.ts";

export interface ProveOptions {
  history: PortalHistory;
  configs: ScoreConfigs;
  signals: readonly SignalDefinition[];
  today: number;
  horizonDays: number;
  /** clients that the team can look after at once */
  capacity: number;
}

/** The same as `npm run backtest` prints. Plain JSON. */
export interface Proof extends Report {
  cut: string;
  horizonDays: number;
  labels: true;
  population: string;
  scored: number;
  model: ModelNote;
  /** risk learnt anew for each month; absent in proofs from before it was looked at */
  months?: RiskMonths | null;
  /** absent in proofs from before it was tried */
  weights?: WeightTrial;
}

const POPULATION =
  "clients that could still be lost at the cut; lost = left, a subscription that ended, or a renewal lost within the horizon";
const BUYERS =
  "live customers: at least 3 days with an order, the last within 180 days of the cut; lost = left, or no order within the horizon";

export function* prove(options: ProveOptions): Generator<null, Proof> {
  const { history, horizonDays, today, capacity } = options;
  const configs = withHorizon(options.configs, horizonDays);
  const cutDay = today - 1 - horizonDays;
  const configOf = (segment: string | null): ScoreConfig => configFor(configs, segment);
  const { see, weekEnds, finishSteps } = gather({ history, cutDay, horizonDays, useLabels: true, configOf });
  for (const week of walkPast({ history, configs, signals: options.signals, cutDay, stepWeeks: 1, see })) {
    if (week === null) yield null;
    else weekEnds(week);
  }
  yield null;
  const test = yield* finishSteps();
  yield null;
  const overlap = overlapOf(horizonDays);
  const months = yield* riskMonthSteps(test, { history, overlap, random: seededRandom(cutDay) });
  const weights = yield* trialSteps(test, { history, overlap, configOf, random: seededRandom(cutDay) });
  yield null;
  return {
    cut: formatDay(cutDay),
    horizonDays,
    labels: true,
    population: history.hasRenewals ? POPULATION : BUYERS,
    scored: test.scores.length,
    ...(yield* reportSteps(test, { history, capacity, random: seededRandom(cutDay) })),
    model: modelNote(test),
    months,
    weights,
  };
}

function withHorizon(configs: ScoreConfigs, horizonDays: number): ScoreConfigs {
  const each = Object.entries(configs).map(([name, config]) => [name, { ...config, horizonDays }] as const);
  return Object.fromEntries(each) as unknown as ScoreConfigs;
}
