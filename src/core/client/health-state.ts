import type { ScoreMemory, ScoreResult } from "../score/input.ts";
import type { LedgerText } from "../score/ledger.ts";
import type { ClientClass } from "../score/segment.ts";
import type { SeenBefore, SeenText } from "./seen.ts";

/** What the score remembers of a client. */
export interface HealthState {
  memory: ScoreMemory | null;
  class: ClientClass | null;
  /** what stands on the record, and since which week */
  shown: Shown | null;
  /** CRM properties mapped to signals, as seen so far; absent where none is */
  seen?: SeenText | SeenBefore;
}

export interface Shown {
  tenths: number;
  zone: ScoreResult["zone"];
  week: number;
  /** steps of the plan done by then */
  steps: number;
  /** sentences in the portal's language: numbers and codes, no names */
  main: string;
  all: string;
  risk: number | null;
  trend: ScoreResult["trend"];
  confidence: ScoreResult["confidenceLevel"];
  /** as `packLedger` makes it */
  ledger: LedgerText | ScoreResult["ledger"];
  /** the last change of zone, as told on the timeline when it happened */
  change: { sinceDay: number; text: string } | null;
}

/** What the score remembers of whom it has not seen yet. */
export const NO_HEALTH: HealthState = { memory: null, class: null, shown: null };
