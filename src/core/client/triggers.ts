/** What makes a record's client one that we onboard: the portal's triggers (A2.1). */
import type { FactValue, RecordFacts } from "../model.ts";
import { own } from "../own.ts";
import type { Settings } from "../settings.ts";

type Trigger = Settings["triggers"][number];

/** A trigger that the client's own record fires, other than a deal. */
export type ClientTrigger = Exclude<Trigger, { on: "deal_won" }>;

export function clientTriggers(settings: Settings): readonly ClientTrigger[] {
  return settings.triggers.filter((one): one is ClientTrigger => one.on !== "deal_won");
}

export function fires(trigger: ClientTrigger, record: Pick<RecordFacts, "facts">): boolean {
  if (trigger.on === "lifecycle") return record.facts.lifecycle === trigger.value;
  return isSame(record.facts[`x.${trigger.name}`], trigger.value);
}

/**
 * Is this the value that the settings name, however either of them spells it? A form gives text, numbers look like options and options like
 * numbers, and a tick is `true` in one CRM, `Y` or 1 in another. What is empty is no value.
 */
function isSame(have: FactValue | undefined, want: string | number | boolean): boolean {
  if (have === null || have === undefined || have === "") return false;
  return spelled(have) === spelled(want);
}

const TICKS: Readonly<Record<string, string>> = { true: "1", yes: "1", y: "1", false: "0", no: "0", n: "0" };

function spelled(value: string | number | boolean): string {
  const text = String(value).trim().toLowerCase();
  const tick = own(TICKS, text);
  if (tick !== undefined) return tick;
  // Numbers that lose digits on the way are codes.
  return text !== "" && Number.isSafeInteger(Math.trunc(Number(text))) ? String(Number(text)) : text;
}

/** Does this record make its client one that we look after? Every customer is scored; whether a plan starts is decided later. */
export function startsClient(record: RecordFacts, settings: Settings): boolean {
  if (record.ref.kind === "deal") return record.facts.outcome === "won";
  if (record.ref.kind !== "company" && record.ref.kind !== "contact") return false;
  return clientTriggers(settings).some((trigger) => fires(trigger, record));
}
