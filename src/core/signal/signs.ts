/**
 * The articles' signs (requirements A8.3-A8.17) as an editable table: what a person can see, explain and hang a play on. They fire at
 * exact thresholds and colour nobody by themselves; the score stands on the evidence beneath (scoring 1.2). Only different signs of money that
 * stand together are a chain that the score hears (A8.13).
 */
import type { Group } from "./definition.ts";

/**
 * How a sign is read.
 * - ratio: events of the last 28 days over four times the median of the eight weeks before; fires at or below the threshold
 * - amount: money of the last 56 days over the median of the windows of 56 days before, laid evenly over the usual gap between invoices, see
 *   `amountRatio`; fires at or below
 * - gap: hours since the last event; fires at or above
 * - overdue: whole days past the due date of the worst open item; fires above
 * - repeat: cases within 30 days; fires at or above: from two on one occurrence never does
 * - shift: mean of the last 28 days over the own median before; fires at or above (or at or below, for lengths)
 * - step: newest level over the highest of the last year; fires at or below
 * - report: something reported, or found in a text and confirmed, within 90 days; fires at or above
 */
export type SignKind = "ratio" | "amount" | "gap" | "overdue" | "repeat" | "shift" | "step" | "report";

export interface SignDefinition {
  id: string;
  row: string;
  layer: 1 | 2 | 3 | 4;
  group: Group;
  kind: SignKind;
  /** which observations it reads, see SignFacts */
  of: string;
  threshold: number;
  /** at_most: fires at the threshold and below; at_least: at it and above; above: only beyond it */
  compare: "at_most" | "at_least" | "above";
  /** ratio | hours | days | cases */
  unit: string;
  editable: boolean;
}

export const SIGNS: readonly SignDefinition[] = [
  // layer 1: use
  sign("usage_drop", "A8.5", 1, "usage", "ratio", "activity", 0.7, "at_most", "ratio"),
  sign("time_drop", "A8.3", 1, "usage", "ratio", "minutes", 0.7, "at_most", "ratio"),
  sign("core_unused", "A8.3", 1, "usage", "ratio", "core_uses", 0.1, "at_most", "ratio"),
  sign("implementation_stuck", "A8.3", 1, "onboarding", "overdue", "first_use", 60, "above", "days"),
  sign("no_login", "A8.7", 1, "usage", "gap", "logins", 14 * 24, "at_least", "hours"),
  sign("setup_unfinished", "A8.8", 1, "onboarding", "overdue", "setup", 0, "above", "days"),
  sign("deals_drop", "A8.16", 1, "usage", "ratio", "deals", 0.7, "at_most", "ratio"),
  // layer 2: communication
  sign("interaction_drop", "A8.6", 2, "communication", "ratio", "interactions", 0.6, "at_most", "ratio"),
  sign("meetings_moved", "A8.9", 2, "meetings", "repeat", "moves", 2, "at_least", "cases"),
  sign("no_show", "A4.6", 2, "meetings", "repeat", "no_shows", 1, "at_least", "cases"),
  sign("no_reply", "A4.6", 2, "communication", "repeat", "letters_unanswered", 3, "at_least", "cases"),
  sign("reply_slow", "A8.9", 2, "communication", "shift", "reply_hours", 2, "at_least", "ratio"),
  sign("reply_short", "A8.9", 2, "communication", "shift", "reply_length", 0.5, "at_most", "ratio"),
  sign("agreed_step_overdue", "A8.9", 2, "communication", "repeat", "agreed_steps", 2, "at_least", "cases"),
  sign("tone_change", "A8.10", 2, "communication", "repeat", "negative_texts", 2, "at_least", "cases"),
  sign("management_asked", "A8.10", 2, "communication", "report", "management_asked", 1, "at_least", "cases"),
  sign("termination_asked", "A8.10", 2, "communication", "report", "termination_asked", 1, "at_least", "cases"),
  sign("ticket_open", "A3.7", 2, "support", "overdue", "tickets", 3, "above", "days"),
  sign("complaint", "A8.15", 2, "support", "report", "complaints", 1, "at_least", "cases"),
  sign("terms_asked", "A8.15", 2, "communication", "report", "terms_asked", 1, "at_least", "cases"),
  // layer 3: money
  sign("payment_delay", "A8.12", 3, "money", "overdue", "invoices", 7, "above", "days"),
  sign("paying_later", "A8.11", 3, "money", "repeat", "late_payments", 2, "at_least", "cases"),
  sign("volume_down", "A8.11", 3, "money", "step", "volume", 0.67, "at_most", "ratio"),
  sign("extras_refused", "A8.11", 3, "money", "report", "extras_refused", 1, "at_least", "cases"),
  sign("turnover_drop", "A8.11", 3, "money", "amount", "turnover", 0.7, "at_most", "ratio"),
  // layer 4: inside the client
  sign("decision_maker_changed", "A8.14", 4, "facts", "report", "decision_maker_changed", 1, "at_least", "cases"),
  sign("contact_left", "A8.17", 4, "facts", "report", "contact_left", 1, "at_least", "cases"),
  sign("restructuring", "A8.14", 4, "facts", "report", "restructuring", 1, "at_least", "cases"),
  sign("suppliers_reviewed", "A8.14", 4, "facts", "report", "suppliers_reviewed", 1, "at_least", "cases"),
  sign("competitor_tried", "A8.14", 4, "facts", "report", "competitor_tried", 1, "at_least", "cases"),
];

function sign(
  id: string,
  row: string,
  layer: SignDefinition["layer"],
  group: Group,
  kind: SignKind,
  of: string,
  threshold: number,
  compare: SignDefinition["compare"],
  unit: string,
): SignDefinition {
  return { id, row, layer, group, kind, of, threshold, compare, unit, editable: true };
}

/** The table with a portal's own thresholds. @throws Error for an unknown sign, a fixed one, or a threshold that is no number >= 0 */
export function signsWith(thresholds: Readonly<Record<string, number>>): readonly SignDefinition[] {
  const known = tables.get(thresholds) ?? tableWith(thresholds);
  tables.set(thresholds, known);
  return known;
}

/** Asked for with every decision: made once per configuration. */
const tables = new WeakMap<Readonly<Record<string, number>>, readonly SignDefinition[]>();

function tableWith(thresholds: Readonly<Record<string, number>>): SignDefinition[] {
  for (const [id, value] of Object.entries(thresholds)) {
    const known = SIGNS.find((s) => s.id === id);
    if (!known?.editable) throw new Error(`There is no editable sign "${id}".`);
    if (!Number.isFinite(value) || value < 0)
      throw new Error(`The threshold of "${id}" must be a number of zero or more, not ${value}.`);
  }
  return SIGNS.map((s) => ({ ...s, threshold: thresholds[s.id] ?? s.threshold }));
}
