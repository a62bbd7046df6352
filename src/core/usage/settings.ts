/** What the admin says about product usage: which events mean which signal, and how the client is named in them. */
import { z } from "zod";

/** Signals of the default score that usage feeds; others may be named too and are kept for mapped signals. */
const signal = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "key_form");
const eventName = z.string().trim().min(1).max(200);

/** What senders usually call it when a person signs in. */
const LOGIN_EVENTS = ["Logged In", "Login", "Signed In", "User Signed In", "User Logged In", "Session Started"];

export const usageSettings = z.strictObject({
  /** event name → signal; names are compared without regard to case */
  events: z.record(eventName, signal).default(Object.fromEntries(LOGIN_EVENTS.map((name) => [name, "logins"]))),
  /** events of the main function: each counts as `core_uses` */
  core: z.array(eventName).max(100).default([]),
  /** events that show the first value (A10.1): the first day of one is the day of first value, unless a person said otherwise */
  firstValue: z.array(eventName).max(20).default([]),
  /** a company property that holds the client's id in the product; null = events carry the CRM's own company id */
  clientProperty: z.string().max(100).nullable().default(null),
});
export type UsageSettings = z.output<typeof usageSettings>;

/** Days with this signal in the usage of a client show first value. */
export const FIRST_VALUE = "first_value";

/** Time inside the product (A8.3): an event that counts for it adds the minutes it tells, or one where it tells none. */
export const MINUTES = "minutes";

/** Signals of usage that are no features of the product: signs read them, `deals` for fewer deals created (A8.16). */
const NO_FEATURES = ["logins", "active_users", "core_uses", "deals", MINUTES, FIRST_VALUE];

/** The product's features: what else the admin has counted. */
export function featuresOf({ events }: UsageSettings): readonly string[] {
  return [...new Set(Object.values(events))].filter((one) => !NO_FEATURES.includes(one));
}

/** A feature inside a sentence: the admin's own word for it, `sales_reports` as “sales reports”. Screens and letters put it in quotation marks. */
export function featureName(feature: string): string {
  return feature.replaceAll("_", " ").trim();
}

/** Which signals one event counts for. Every event of a known user also counts for `active_users`, once per user and day. */
export function signalsOf(name: string, settings: UsageSettings): readonly string[] {
  const wanted = name.toLowerCase();
  const isOne = (names: readonly string[]) => names.some((one) => one.toLowerCase() === wanted);
  const mapped = Object.entries(settings.events).find(([event]) => event.toLowerCase() === wanted)?.[1];
  return [
    ...(mapped ? [mapped] : []),
    ...(isOne(settings.core) && mapped !== "core_uses" ? ["core_uses"] : []),
    ...(isOne(settings.firstValue) && mapped !== FIRST_VALUE ? [FIRST_VALUE] : []),
  ];
}
