/** What a walk through the past leaves behind, for the report. Data only. */
import type { Told } from "../ledger.ts";
import type { LabelledRow, RiskModel, RiskRow } from "../risk.ts";
import type { PastClient } from "./history.ts";
import type { WeekTrail } from "./week-trail.ts";

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
