/** Which signal an event kind of a history feeds. Names are the vendor's of the data; unknown ones count as use. */

export interface KindRole {
  signal: string;
  /** count: events; duration: value = hours, more is worse; bad: a bad case of a share, of which `signal` is the whole */
  as: "count" | "duration" | "case" | "bad" | "step" | "order";
  source: string;
}

const RULES: readonly [RegExp, KindRole][] = [
  [/onboard|setup_step|plan_step/, { signal: "onboarding_steps", as: "step", source: "plan" }],
  [/meet.*(mov|cancel|resched|no_?show)|no_?show/, { signal: "meetings_moved", as: "bad", source: "meetings" }],
  [/meet|demo|visit/, { signal: "meetings_held", as: "count", source: "meetings" }],
  [
    /(ticket|case|complain|support).*(neg|bad|reopen|escal)|complain/,
    { signal: "tickets_bad", as: "bad", source: "tickets" },
  ],
  [/ticket|support|case/, { signal: "tickets", as: "count", source: "tickets" }],
  [/call/, { signal: "calls_answered", as: "count", source: "mail" }],
  [/mail|message|chat|reply|sms/, { signal: "messages_in", as: "count", source: "mail" }],
  [/order|purchase|buy|sale|transaction/, { signal: "orders", as: "order", source: "orders" }],
  [/login|log_in|session|active|visit|open/, { signal: "logins", as: "count", source: "usage" }],
  [/user|seat/, { signal: "active_users", as: "count", source: "usage" }],
];

/** The role of a kind by its name; what nothing matches is core use. */
export function roleOf(kind: string): KindRole {
  const name = kind.toLowerCase().replaceAll(/[\s-]+/g, "_");
  return RULES.find(([rule]) => rule.test(name))?.[1] ?? { signal: "core_uses", as: "count", source: "usage" };
}

/** Clients' columns that say whether a source is connected, by source. */
export const HAS_COLUMN: Readonly<Record<string, string>> = {
  usage: "has_usage",
  mail: "has_mail",
  invoices: "has_invoices",
  tickets: "has_tickets",
  meetings: "has_meetings",
};
