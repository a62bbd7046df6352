/** Learns the portal's risk model from its own outcomes (scoring 3.10), in portions; a fit that is worse is refused. */
import { configFor, type ScoreConfigs } from "../../score/config.ts";
import { isAlive, outcomeOf } from "../../score/past/history.ts";
import type { ReplayedScore, ReplayWeek } from "../../score/past/replay.ts";
import { gathered } from "../../score/portions.ts";
import {
  driftSteps,
  fitCalibrated,
  type LabelledRow,
  lossSteps,
  type RiskModel,
  type RiskRow,
  riskFeatures,
} from "../../score/risk.ts";
import { fitOf, type ThresholdFit } from "../../score/tune.ts";
import type { SignalDefinition } from "../../signal/definition.ts";
import { type PortalHistory, walkPast } from "./walk.ts";

/** Weeks between two looks at the same client; overlapping windows count in part. */
const STEP_WEEKS = 4;
const SPACING_DAYS = 7 * STEP_WEEKS;

export interface Learnt {
  model: RiskModel;
  /** the morning on which it was learnt */
  day: number;
  /** fitted: the new fit serves. kept: it lost against the running one, which serves on with its drift corrected. first: there was none */
  took: "first" | "fitted" | "kept";
  /** labelled rows and how many of them are of lost clients */
  rows: number;
  lostRows: number;
  /** mean log loss on the newest closed window, of the new fit and of the running one; null where there is nothing to compare */
  newest: { fitted: number; running: number | null } | null;
}

/** What a monthly pass comes to: the model, and thresholds that would fit the book better than those in force. */
export interface MonthlyFit extends Learnt {
  thresholds: readonly ThresholdFit[];
}

export interface LearnOptions {
  history: PortalHistory;
  configs: ScoreConfigs;
  signals: readonly SignalDefinition[];
  today: number;
  running: RiskModel | null;
  version: number;
}

export function* learnRisk(options: LearnOptions): Generator<null, MonthlyFit> {
  const { history, configs, signals, today, running, version } = options;
  const { horizonDays } = configs.default;
  const cutDay = today - 1;
  const rows: LabelledRow[] = [];
  const present: RiskRow[] = [];
  const judged: Judged[] = [];
  const see = (scored: ReplayedScore, week: ReplayWeek): void => {
    const { past, input, evidence, result } = scored;
    const day = week.cutDay;
    const isClosed = day + horizonDays < today;
    const isLast = day === cutDay;
    if ((!isClosed && !isLast) || !isAlive(past, history, day)) return;
    const { features } = riskFeatures(input, evidence, configFor(configs, input.segment), day + 1);
    if (isLast) {
      present.push({ features });
      if (result.zone !== "learning") judged.push({ segment: input.segment, zoneInput: scored.zoneInput });
    } else
      rows.push({ clientId: past.id, cutDay: day, lost: outcomeOf(past, history, day, horizonDays).lost, features });
  };
  for (const _ of walkPast({ history, configs, signals, cutDay, stepWeeks: STEP_WEEKS, see })) yield null;
  const thresholds = fitsOf(judged, configs);
  const overlap = Math.min(1, SPACING_DAYS / horizonDays);
  return { ...(yield* fitSteps(rows, present, { today, running, version, overlap })), thresholds };
}

/** Who has a zone and could still be lost. */
type Judged = Pick<ReplayedScore, "zoneInput"> & { segment: string | null };

/** Per segment, of everybody who is judged. */
function fitsOf(judged: readonly Judged[], configs: ScoreConfigs): ThresholdFit[] {
  return [...Map.groupBy(judged, (one) => one.segment)].flatMap(([segment, list]) => {
    const inputs = list.map((one) => one.zoneInput);
    return fitOf(segment, inputs, configFor(configs, segment)) ?? [];
  });
}

export interface FitOptions {
  today: number;
  running: RiskModel | null;
  version: number;
  /** how much of each row counts, where windows overlap */
  overlap: number;
}

/**
 * The newest closed window judges: a fit made without it has to do at least as well there as the running model. Then the weights are learnt
 * from everything; a running model that stays has its intercept moved to what the newest window showed.
 */
export function* fitSteps(
  rows: readonly LabelledRow[],
  present: readonly RiskRow[],
  { today, running, version, overlap }: FitOptions,
): Generator<null, Learnt> {
  const { fresh, trial, newest } = yield* fitCalibrated(rows, version, overlap, present);
  const about = { day: today, rows: rows.length, lostRows: rows.filter((row) => row.lost).length };
  if (running === null || newest.length === 0) return { model: fresh, took: "first", newest: null, ...about };
  const fitted = yield* gathered(lossSteps(trial, newest));
  const compared = { fitted, running: yield* gathered(lossSteps(running, newest)) };
  if (compared.fitted <= compared.running) return { model: fresh, took: "fitted", newest: compared, ...about };
  const corrected = yield* gathered(driftSteps(running, newest));
  // What may be shown follows the losses known today, whichever weights serve.
  const counted = { ...corrected, version, lost: fresh.lost, kept: fresh.kept };
  return { model: counted, took: "kept", newest: compared, ...about };
}
