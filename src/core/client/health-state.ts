import type { FactValue } from "../model.ts";
import type { ScoreMemory, ScoreResult } from "../score/input.ts";
import type { LedgerText } from "../score/ledger.ts";
import type { ClientClass } from "../score/segment.ts";

/** What the score remembers of a client. */
export interface HealthState {
  memory: ScoreMemory | null;
  class: ClientClass | null;
  /** what stands on the record, and since which week */
  shown: Shown | null;
  /** CRM properties mapped to signals, as seen so far; absent where none is */
  seen?: SeenProperties;
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

/** One property of one record, as it was seen so far. */
export interface SeenProperty {
  value: FactValue;
  /** the first day on which it was seen at all, and with a value that counts */
  fromDay: number;
  matchedDay: number | null;
  /** the week of the last sample */
  week: number;
  /** newest last */
  days: readonly (readonly [day: number, cases: number, sum: number])[];
}

/** By `<signal>/<record>`. */
export type SeenProperties = Readonly<Record<string, SeenProperty>>;

/** What the score remembers of whom it has not seen yet. */
export const NO_HEALTH: HealthState = { memory: null, class: null, shown: null };
