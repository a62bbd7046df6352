/**
 * What a proof keeps of a past that is walked through week by week: the zones, the labelled rows of the training cuts, and the clients of the
 * last evening. Everything else is let go of client by client: a week's evidence of a large book is larger than all of this.
 */
import type { ScoreConfig } from "../config.ts";
import { toldBy } from "../ledger.ts";
import { fitCalibrated, type LabelledRow, type RiskRow, riskFeatures, riskOf } from "../risk.ts";
import { type History, isAlive, outcomeOf } from "./history.ts";
import type { ReplayedScore, Visitor } from "./replay.ts";
import type { BackTest, ClientScore, SliceClient } from "./types.ts";
import { weekTrail } from "./week-trail.ts";

/** Days between training cuts. */
export const SPACING_DAYS = 28;

/** Training cuts that are judged each by what was learnt before it, and the most clients of them. */
const MONTHS = 6;
const MONTH_CLIENTS = 2_000;

export interface GatherOptions {
  history: History;
  cutDay: number;
  horizonDays: number;
  /** learn from earlier outcomes; otherwise the label-free model */
  useLabels: boolean;
  /** what judges clients of this segment, null = of none */
  configOf: (segment: string | null) => ScoreConfig;
}

export interface Gathering extends Visitor {
  /** Fits the model and scores the last evening by it, in portions. After the walk. */
  finishSteps(): Generator<null, BackTest>;
}

/** How much of a row counts, where the windows of neighbouring cuts overlap. */
export function overlapOf(horizonDays: number): number {
  return Math.min(1, SPACING_DAYS / horizonDays);
}

/** Days from a cut until what happened after it may be learnt from: its window has to have closed, and weeks are whole. */
export function gapOf(horizonDays: number): number {
  return Math.ceil(horizonDays / 7) * 7;
}

export function gather({ history, cutDay, horizonDays, useLabels, configOf }: GatherOptions): Gathering {
  const gap = gapOf(horizonDays);
  const sample = sampleOf(history);
  const slices: { cutDay: number; clients: SliceClient[] }[] = [];
  const rows: LabelledRow[] = [];
  const trainCuts: number[] = [];
  const weeks = weekTrail(
    history.clients.map((one) => one.id),
    Math.max(0, Math.floor((cutDay - history.firstDay + 1) / 7)) + 1,
  );
  const last: Omit<ClientScore, "risk">[] = [];
  const featuresOf = ({ input, evidence }: ReplayedScore, day: number): RiskRow =>
    riskFeatures(input, evidence, configOf(input.segment), day + 1);
  const isTraining = (day: number): boolean => {
    const before = cutDay - gap - day;
    return useLabels && before >= 0 && before % SPACING_DAYS === 0;
  };
  return {
    see(scored, week) {
      const { past } = scored;
      weeks.note(past.id, scored.result.zone);
      if (week.cutDay === cutDay) last.push(scoreOf(scored, featuresOf(scored, cutDay)));
      if (!isTraining(week.cutDay) || !isAlive(past, history, week.cutDay)) return;
      const { lost } = outcomeOf(past, history, week.cutDay, horizonDays);
      const { features } = featuresOf(scored, week.cutDay);
      rows.push({ clientId: past.id, cutDay: week.cutDay, lost, features });
      const isSlice = cutDay - gap - week.cutDay < MONTHS * SPACING_DAYS;
      if (isSlice && sample.has(past.id)) addTo(slices, week.cutDay, sliceClientOf(scored, lost));
    },
    weekEnds({ cutDay: day }) {
      weeks.days.push(day);
      if (rows.at(-1)?.cutDay === day) trainCuts.push(day);
    },
    *finishSteps() {
      const present = last.map((one) => one.row);
      const { fresh: model } = yield* fitCalibrated(rows, 1, overlapOf(horizonDays), present);
      const lost = rows.filter((row) => row.lost).length;
      const scores = last.map((one): ClientScore => ({ ...one, risk: riskOf(model, one.row) }));
      const trainBase = rows.length === 0 ? null : lost / rows.length;
      const months = { clients: sample, slices };
      return { cutDay, horizonDays, model, trainCuts, trainRows: rows.length, trainBase, scores, weeks, rows, months };
    },
  };
}

/** Every n-th client, so that no more than `MONTH_CLIENTS` are left. */
function sampleOf({ clients }: History): ReadonlySet<string> {
  const every = Math.max(1, Math.ceil(clients.length / MONTH_CLIENTS));
  return new Set(clients.filter((_, i) => i % every === 0).map((one) => one.id));
}

function addTo(slices: { cutDay: number; clients: SliceClient[] }[], cutDay: number, client: SliceClient): void {
  const newest = slices.at(-1);
  if (newest?.cutDay === cutDay) newest.clients.push(client);
  else slices.push({ cutDay, clients: [client] });
}

function sliceClientOf({ past, input, evidence }: ReplayedScore, lost: boolean): SliceClient {
  return { clientId: past.id, segment: input.segment, told: toldBy(evidence), lost };
}

function scoreOf({ past, input, evidence, result }: ReplayedScore, row: RiskRow): Omit<ClientScore, "risk"> {
  const { healthTenths, zone } = result;
  return { clientId: past.id, healthTenths, zone, row, past, segment: input.segment, told: toldBy(evidence) };
}
