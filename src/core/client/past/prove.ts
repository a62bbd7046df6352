/**
 * The proof on the portal's own past (scoring 3.13): what health and risk would have said on a past day, judged by what came after, beside
 * the simple rules. Trained only on looks whose window closed before that day.
 */
import { formatDay } from "../../calendar/day.ts";
import { configFor, type ScoreConfigs } from "../../score/config.ts";
import type { BackTest, ClientScore, WeekTrail } from "../../score/past/back-test.ts";
import { isAlive, outcomeOf } from "../../score/past/history.ts";
import type { ReplayWeek } from "../../score/past/replay.ts";
import { type ModelNote, modelNote, type Report, reportSteps } from "../../score/past/report.ts";
import { trialSteps, type WeightTrial } from "../../score/past/weights.ts";
import { fitCalibrated, type LabelledRow, riskFeatures, riskOf } from "../../score/risk.ts";
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
  /** absent in proofs from before it was tried */
  weights?: WeightTrial;
}

const TRAIN_EVERY_DAYS = 28;
const POPULATION =
  "clients that could still be lost at the cut; lost = left, a subscription that ended, or a renewal lost within the horizon";
const BUYERS =
  "live customers: at least 3 days with an order, the last within 180 days of the cut; lost = left, or no order within the horizon";

export function* prove(options: ProveOptions): Generator<null, Proof> {
  const { history, horizonDays, today, capacity } = options;
  const configs = withHorizon(options.configs, horizonDays);
  const cutDay = today - 1 - horizonDays;
  const gap = Math.ceil(horizonDays / 7) * 7;
  const trail: WeekTrail = { days: [], zones: new Map() };
  const rows: LabelledRow[] = [];
  const trainCuts: number[] = [];
  let last: ReplayWeek | null = null;
  for (const week of walkPast({ history, configs, signals: options.signals, cutDay, stepWeeks: 1 })) {
    if (week === null) {
      yield null;
      continue;
    }
    // Weeks are let go of: each holds the evidence of every client.
    if (week.cutDay === cutDay) last = week;
    note(trail, week);
    const before = cutDay - gap - week.cutDay;
    if (before < 0 || before % TRAIN_EVERY_DAYS !== 0) continue;
    trainCuts.push(week.cutDay);
    for (const row of rowsOf(week, history, configs, horizonDays)) rows.push(row);
  }
  yield null;
  const test = yield* testOf(last, rows, trainCuts, trail, configs, cutDay, horizonDays);
  yield null;
  const weights = yield* trialSteps(test, {
    history,
    overlap: Math.min(1, TRAIN_EVERY_DAYS / horizonDays),
    configOf: (segment) => configFor(configs, segment),
    random: seeded(cutDay),
  });
  yield null;
  return {
    cut: formatDay(cutDay),
    horizonDays,
    labels: true,
    population: history.hasRenewals ? POPULATION : BUYERS,
    scored: test.scores.length,
    ...(yield* reportSteps(test, { history, capacity, random: seeded(cutDay) })),
    model: modelNote(test),
    weights,
  };
}

function withHorizon(configs: ScoreConfigs, horizonDays: number): ScoreConfigs {
  const each = Object.entries(configs).map(([name, config]) => [name, { ...config, horizonDays }] as const);
  return Object.fromEntries(each) as unknown as ScoreConfigs;
}

function rowsOf(week: ReplayWeek, history: PortalHistory, configs: ScoreConfigs, horizonDays: number): LabelledRow[] {
  return [...week.scores.values()].flatMap(({ past, input, evidence }): LabelledRow[] => {
    if (!isAlive(past, history, week.cutDay)) return [];
    const { lost } = outcomeOf(past, history, week.cutDay, horizonDays);
    const { features } = riskFeatures(input, evidence, configFor(configs, input.segment), week.cutDay + 1);
    return [{ clientId: past.id, cutDay: week.cutDay, lost, features }];
  });
}

function* testOf(
  last: ReplayWeek | null,
  rows: readonly LabelledRow[],
  trainCuts: readonly number[],
  weeks: WeekTrail,
  configs: ScoreConfigs,
  cutDay: number,
  horizonDays: number,
): Generator<null, BackTest> {
  const scored = [...(last?.scores.values() ?? [])];
  const features = scored.map(({ input, evidence }) =>
    riskFeatures(input, evidence, configFor(configs, input.segment), cutDay + 1),
  );
  const overlap = Math.min(1, TRAIN_EVERY_DAYS / horizonDays);
  const { fresh: model } = yield* fitCalibrated(rows, 1, overlap, features);
  const lost = rows.filter((row) => row.lost).length;
  const scores = scored.map(
    (one, at): ClientScore => ({
      clientId: one.past.id,
      healthTenths: one.result.healthTenths,
      zone: one.result.zone,
      risk: riskOf(model, features[at]!),
      row: features[at]!,
      scored: one,
    }),
  );
  const trainBase = rows.length === 0 ? null : lost / rows.length;
  return { cutDay, horizonDays, model, trainCuts, trainRows: rows.length, trainBase, scores, weeks, rows };
}

function note(trail: WeekTrail, week: ReplayWeek): void {
  const at = trail.days.push(week.cutDay) - 1;
  for (const [id, { result }] of week.scores) {
    const zones = trail.zones.get(id) ?? [];
    trail.zones.set(id, zones);
    while (zones.length < at) zones.push("");
    zones.push(result.zone);
  }
}

/** A small generator of numbers in [0, 1), so that the same proof has the same intervals (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
