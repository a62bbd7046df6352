/**
 * The honest back-test (scoring 3.13): what health and risk would have said on a past day, judged by what came after. Trained only on
 * earlier cuts whose label window closed before that day; nothing after it is read for features.
 */
import type { ScoreConfig } from "../config.ts";
import type { Told } from "../ledger.ts";
import { finished } from "../portions.ts";
import type { LabelledRow, RiskModel, RiskRow } from "../risk.ts";
import { gather } from "./gather.ts";
import type { History, PastClient } from "./history.ts";
import { replay } from "./replay.ts";
import type { WeekTrail } from "./week-trail.ts";

export interface BackTestOptions {
  history: History;
  config: ScoreConfig;
  cutDay: number;
  /** learn from earlier outcomes; otherwise the label-free model */
  useLabels: boolean;
  /** told after each week how much of the way is behind, 0..1 */
  onWay?: (share: number) => void;
}

export interface ClientScore {
  clientId: string;
  healthTenths: number;
  zone: string;
  risk: number;
  row: RiskRow;
  past: PastClient;
  segment: string | null;
  told: Told;
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
  months: Months;
}

/** The newest training cuts, to be judged each by what was learnt before it; of so many clients that it stays affordable. */
export interface Months {
  /** the clients of the sample; all where they are few */
  clients: ReadonlySet<string>;
  /** oldest first */
  slices: readonly Slice[];
}

export interface Slice {
  cutDay: number;
  clients: readonly SliceClient[];
}

export type SliceClient = Pick<ClientScore, "clientId" | "segment" | "told"> & { lost: boolean };

/** Runs it. O(weeks × clients × signals). */
export function runBackTest({ history, config, cutDay, useLabels, onWay }: BackTestOptions): BackTest {
  const { horizonDays } = config;
  const { see, weekEnds, finishSteps } = gather({ history, cutDay, horizonDays, useLabels, configOf: () => config });
  const days = Math.max(1, cutDay - history.firstDay);
  replay(history, config, cutDay, {
    see,
    weekEnds(week) {
      weekEnds(week);
      onWay?.((week.cutDay - history.firstDay) / days);
    },
  });
  return finished(finishSteps());
}
