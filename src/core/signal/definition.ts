/** What a signal is: where it comes from, which group it speaks for, and how loudly. Data only; the table is editable in the configuration. */

/**
 * How a signal's weeks are read.
 * - count: events a week (logins, mails, meetings held)
 * - mean: the mean of something measured each time (log hours until the customer replied); more is worse
 * - share: cases out of tries (meetings moved out of all meetings); more is worse
 * - lateness: days after the due date, per invoice; more is worse
 * - orders: purchases, judged by the rhythm of buying
 * - steps: the onboarding plan, done against expected
 * - fact: reported by a person or a record (notice given, contact gone), never inferred
 */
export type SignalKind = "count" | "mean" | "share" | "lateness" | "orders" | "steps" | "fact";

export const GROUPS = ["usage", "communication", "meetings", "money", "support", "onboarding", "facts"] as const;
/** Signals of one group fall together and must not count twice, so each group has a ceiling. */
export type Group = (typeof GROUPS)[number];

export interface SignalDefinition {
  id: string;
  group: Group;
  /** which connected source it needs; when that breaks, the signal is frozen */
  source: string;
  kind: SignalKind;
  /** the articles' layers: 1 use, 2 communication, 3 money, 4 inside the client */
  layer: 1 | 2 | 3 | 4;
  /** chance that a customer who turns away shows it in this signal at all, 0..1; also its weight */
  showChance: number;
  /** count: what is left of the rate after turning away (0..1); mean: shift in the unit of the value; lateness: shift in days; share: share afterwards (0..1) */
  turned: number;
  /** ceiling of one week's evidence in nats, both ways */
  weekNats: number;
}

/** Signals of the default model, by id. Any CRM property can be mapped to one more. */
export const DEFAULT_SIGNALS: readonly SignalDefinition[] = [
  row("logins", "usage", "usage", "count", 1, 0.6, 0.5, 2.5),
  row("active_users", "usage", "usage", "count", 1, 0.6, 0.5, 2.5),
  row("core_uses", "usage", "usage", "count", 1, 0.8, 0.5, 2.5),
  row("messages_in", "communication", "mail", "count", 2, 0.5, 0.35, 2.5),
  row("calls_answered", "communication", "calls", "count", 2, 0.5, 0.35, 2.5),
  row("reply_hours", "communication", "mail", "mean", 2, 0.5, 1, 2.5),
  row("unanswered", "communication", "mail", "share", 2, 0.4, 0.5, 2.5),
  row("meetings_held", "meetings", "meetings", "count", 2, 0.6, 0.5, 2.5),
  row("meetings_moved", "meetings", "meetings", "share", 2, 0.3, 0.4, 2.5),
  row("days_late", "money", "invoices", "lateness", 3, 0.5, 10, 1.6),
  row("orders", "usage", "orders", "orders", 3, 1, 0, 6),
  row("turnover", "money", "orders", "count", 3, 0.5, 0.5, 2.5),
  row("tickets", "support", "tickets", "count", 2, 0.2, 0.35, 2.5),
  row("tickets_bad", "support", "tickets", "share", 2, 0.3, 0.4, 2.5),
  row("onboarding_steps", "onboarding", "plan", "steps", 1, 1, 0, 3),
  row("facts", "facts", "crm", "fact", 4, 1, 0, 6),
];

function row(
  id: string,
  group: Group,
  source: string,
  kind: SignalKind,
  layer: 1 | 2 | 3 | 4,
  showChance: number,
  turned: number,
  weekNats: number,
): SignalDefinition {
  return { id, group, source, kind, layer, showChance, turned, weekNats };
}
