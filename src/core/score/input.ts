/** What a score is made from and what it gives. Plain JSON data; days are integers, shares 0..1, evidence in nats. */
import type { FactValue } from "../model.ts";
import type { Group } from "../signal/definition.ts";
import type { OrderState } from "../signal/orders.ts";
import type { SignalState } from "../signal/state.ts";

/** `learning`: not enough history, or too young to be judged. */
export type Zone = "green" | "yellow" | "red" | "learning";
export type Trend = "rising" | "steady" | "falling";
export type ConfidenceLevel = "low" | "medium" | "high";

/** Something reported by a person or a record: it is believed, and it fades. */
export interface ReportedFact {
  /** id of the record that says so */
  recordId: string;
  /** notice_given, contact_left, seats_cut, suppliers_reviewed, terms_asked, competitor_tried, restructuring, … */
  code: string;
  day: number;
  /** evidence on that day, nats: 6 for a notice of termination, 2 for most others */
  nats: number;
  /** part of a chain of money signs that records show: two different ones are one (A8.13). It counts in full for as long as the chain stands. */
  money?: MoneyKind;
}

/** However often a client pays late, that is one kind of money sign; a smaller package is another. */
export type MoneyKind = "late" | "volume" | "extras" | "turnover";

export interface OpenInvoice {
  recordId: string;
  dueDay: number;
}

export interface Override {
  zone: "green" | "yellow" | "red";
  /** why, in the words of the author's choice list */
  reasonCode: string;
  authorId: string;
  fromDay: number;
  /** the first day on which it no longer holds */
  untilDay: number;
}

export interface ScoreInput {
  clientId: string;
  segment: string | null;
  /** first day of the relation, null when unknown */
  sinceDay: number | null;
  /** by signal id; only signals whose source shows this client */
  signals: Readonly<Record<string, SignalState>>;
  /** by source: the first day on which this client's own connection was broken; absent = connected */
  brokenSince: Readonly<Record<string, number>>;
  orders: OrderState | null;
  openInvoices: readonly OpenInvoice[];
  /** days after the start on which onboarding steps were done, ascending; and what the client's own plan expected, when it has one */
  onboarding: { doneDays: readonly number[]; expectedDays: readonly number[] | null } | null;
  facts: readonly ReportedFact[];
  /** the next renewal as known today, and the term in days; null without a contract */
  contract: { termDays: number; nextRenewalDay: number | null } | null;
  override: Override | null;
  /** what the last score remembered; null for the first */
  memory: ScoreMemory | null;
}

/** What one score hands to the next. */
export interface ScoreMemory {
  zone: Zone;
  previousZone: Zone | null;
  zoneSince: number;
  /** since when every evaluation would have let the client into a better zone; null = not improving */
  betterSince: number | null;
  /** the reasons as they stood when the zone was entered */
  entryReasons: readonly Reason[];
  /** [week, health in tenths], newest first, at most nine weeks */
  trail: readonly (readonly [week: number, tenths: number])[];
}

/** One line of the account: what it is, how many tenths of points it adds or takes. The lines of a score add up to it exactly. */
export interface LedgerLine {
  /** base, signal, orders, onboarding, fact, scale_limit */
  code: string;
  /** signal id or fact code */
  name: string;
  group: Group | null;
  tenths: number;
}

/** A sentence by reference: `code` names the template, parameters fill it. Never free text. */
export interface Reason {
  code: string;
  tenths: number;
  params: Readonly<Record<string, FactValue>>;
}

/** One signal as it stands today. */
export interface SignalStanding {
  id: string;
  group: Group;
  /** share of the evidence for having turned away, nats; negative speaks for "as always" */
  nats: number;
  tenths: number;
  /** the last four full weeks, and what the client's own habit expects there */
  value: number;
  expected: number;
  /** expected number of events in 13 weeks: what this signal could tell at all */
  voice: number;
  isFrozen: boolean;
  /** the day its last event happened, null when never */
  lastDay: number | null;
  /** the present silence alone is worth a note; the day on which it will be */
  isSilent: boolean;
  silenceDueDay: number | null;
}

export interface NotJudged {
  id: string;
  /** not_connected, broken, no_history, too_few */
  why: string;
}

export interface Risk {
  /** chance of loss within the horizon, 0..1 */
  chance: number;
  low: number;
  high: number;
  /** rank: no number is shown; band: "about N in 10"; percent: with its band */
  show: "rank" | "band" | "percent";
}

export interface ScoreResult {
  /** 0..100 in tenths, the sum of the ledger */
  healthTenths: number;
  health: number;
  zone: Zone;
  previousZone: Zone | null;
  zoneSince: number;
  /** the zone was set by a person */
  isOverridden: boolean;
  trend: Trend;
  confidence: number;
  confidenceLevel: ConfidenceLevel;
  ledger: readonly LedgerLine[];
  /** evidence per group in nats, after the ceiling */
  groups: Readonly<Record<Group, number>>;
  chain: { isAcross: boolean; isLasting: boolean; isLong: boolean; sinceDay: number | null; names: readonly string[] };
  reasons: readonly Reason[];
  /** what would bring the client back, as a reason; null when green */
  wayBack: Reason | null;
  /** weak signs that take part in no zone */
  notes: readonly Reason[];
  risk: Risk | null;
  /** health of the onboarding in tenths, in the first 90 days; null later or without a plan */
  onboardingTenths: number | null;
  signals: readonly SignalStanding[];
  notJudged: readonly NotJudged[];
  /** the first day on which the score could change without new facts */
  nextCheckDay: number | null;
  memory: ScoreMemory;
}
