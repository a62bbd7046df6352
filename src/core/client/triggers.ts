/** What makes a record's client one that we onboard: the portal's triggers (A2.1). */
import type { RecordFacts } from "../model.ts";
import { isSameValue } from "../same-value.ts";
import type { Settings } from "../settings.ts";

type Trigger = Settings["triggers"][number];

/** A trigger that the client's own record fires, other than a deal. */
export type ClientTrigger = Exclude<Trigger, { on: "deal_won" }>;

export function clientTriggers(settings: Settings): readonly ClientTrigger[] {
  return settings.triggers.filter((one): one is ClientTrigger => one.on !== "deal_won");
}

export function fires(trigger: ClientTrigger, record: Pick<RecordFacts, "facts">): boolean {
  if (trigger.on === "lifecycle") return record.facts.lifecycle === trigger.value;
  return isSameValue(record.facts[`x.${trigger.name}`], trigger.value);
}

/** Does this record make its client one that we look after? Every customer is scored; whether a plan starts is decided later. */
export function startsClient(record: RecordFacts, settings: Settings): boolean {
  if (record.ref.kind === "deal") return record.facts.outcome === "won";
  if (record.ref.kind !== "company" && record.ref.kind !== "contact") return false;
  return clientTriggers(settings).some((trigger) => fires(trigger, record));
}
