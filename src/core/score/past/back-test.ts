/**
 * The honest back-test (scoring 3.13): what health and risk would have said on a past day, judged by what came after. Trained only on
 * earlier cuts whose label window closed before that day; nothing after it is read for features.
 */
import type { ScoreConfig } from "../config.ts";
import { finished } from "../portions.ts";
import { fitCalibrated, type LabelledRow, type RiskModel, type RiskRow, riskFeatures, riskOf } from "../risk.ts";
import { type History, isAlive, outcomeOf } from "./history.ts";
import { type ReplayedScore, type ReplayWeek, replay } from "./replay.ts";

/** Days between training cuts. */
export const SPACING_DAYS = 28;

export interface BackTestOptions {
  history: History;
  config: ScoreConfig;
  cutDay: number;
  /** learn from earlier outcomes; otherwise the label-free model */
  useLabels: boolean;
}

export interface ClientScore {
  clientId: string;
  healthTenths: number;
  zone: string;
  risk: number;
  row: RiskRow;
  scored: ReplayedScore;
}

export interface BackTest {
  cutDay: number;
  horizonDays: number;
  model: RiskModel;
  /** training cuts used, oldest first */
  trainCuts: readonly number[];
  trainRows: number;
  /** share lost among the training rows; null without labels */
  trainBase: number | null;
  /** every client that could be scored on the evening of the cut, in the order of the history */
  scores: readonly ClientScore[];
  weeks: WeekTrail;
  /** the training rows, for the leak check */
  rows: readonly LabelledRow[];
}

/** Zones week by week, for flaps, alarms and lead time. */
export interface WeekTrail {
  /** last complete day of each week */
  days: number[];
  zones: Map<string, string[]>;
}

/** Runs it. O(weeks × clients × signals). */
export function runBackTest({ history, config, cutDay, useLabels }: BackTestOptions): BackTest {
  const horizonDays = config.horizonDays;
  const gap = Math.ceil(horizonDays / 7) * 7;
  const rows: LabelledRow[] = [];
  const trainCuts: number[] = [];
  const trail: WeekTrail = { days: [], zones: new Map() };
  let last: ReplayWeek | null = null;
  replay(history, config, cutDay, (week) => {
    // Weeks are let go of: each holds the evidence of every client.
    if (week.cutDay === cutDay) last = week;
    noteZones(trail, week);
    const before = cutDay - gap - week.cutDay;
    if (!useLabels || before < 0 || before % SPACING_DAYS !== 0) return;
    const added = labelledRows(week, history, config);
    if (added.length === 0) return;
    trainCuts.push(week.cutDay);
    for (const row of added) rows.push(row);
  });
  const final = last as ReplayWeek | null;
  const scored = history.clients.flatMap((past) => {
    const score = final?.scores.get(past.id);
    return score ? [score] : [];
  });
  const features = scored.map((s) => riskFeatures(s.input, s.evidence, config, cutDay + 1));
  const overlap = Math.min(1, SPACING_DAYS / horizonDays);
  const model = finished(fitCalibrated(rows, 1, overlap, features)).fresh;
  const scores = scored.map((s, i) => clientScore(s, model, features[i]!));
  const lost = rows.filter((row) => row.lost).length;
  const trainBase = rows.length === 0 ? null : lost / rows.length;
  return { cutDay, horizonDays, model, trainCuts, trainRows: rows.length, trainBase, scores, weeks: trail, rows };
}

function clientScore(scored: ReplayedScore, model: RiskModel, row: RiskRow): ClientScore {
  const { result } = scored;
  return {
    clientId: scored.past.id,
    healthTenths: result.healthTenths,
    zone: result.zone,
    risk: riskOf(model, row),
    row,
    scored,
  };
}

function labelledRows(week: ReplayWeek, history: History, config: ScoreConfig): LabelledRow[] {
  const rows: LabelledRow[] = [];
  for (const scored of week.scores.values()) {
    if (!isAlive(scored.past, history, week.cutDay)) continue;
    const outcome = outcomeOf(scored.past, history, week.cutDay, config.horizonDays);
    const { features } = riskFeatures(scored.input, scored.evidence, config, week.cutDay + 1);
    rows.push({ clientId: scored.past.id, cutDay: week.cutDay, lost: outcome.lost, features });
  }
  return rows;
}

function noteZones(trail: WeekTrail, week: ReplayWeek): void {
  const index = trail.days.length;
  trail.days.push(week.cutDay);
  for (const [id, { result }] of week.scores) {
    let zones = trail.zones.get(id);
    if (!zones) {
      zones = [];
      trail.zones.set(id, zones);
    }
    while (zones.length < index) zones.push("");
    zones.push(result.zone);
  }
}
