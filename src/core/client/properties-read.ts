/** Which properties of the customer's own are read from the CRM: what anything in the settings asks for, mapped or not. */
import type { RecordKind } from "../model.ts";
import { factsIn } from "../plan/condition.ts";
import type { Condition } from "../plan/template.ts";
import type { Settings } from "../settings.ts";

type Properties = Readonly<Partial<Record<RecordKind, readonly string[]>>>;

/** A plan asks its deal and its client; the setup form may be kept on any of them. */
const OF_PLANS = ["deal", "company", "contact"] as const;

/** The client's own record. */
const OF_CLIENTS = ["company", "contact"] as const;

/**
 * Properties to be read per kind: the ones mapped as facts, the ones that signals are made of, and the ones that triggers, rules, templates, the
 * setup form, letters and product usage ask for. Nobody says whose property such a name is: unless it is mapped, it is looked for wherever it
 * would be asked.
 */
export function propertiesRead(settings: Settings): Properties {
  const { mapped } = settings;
  const all: Partial<Record<RecordKind, readonly string[]>> = { ...mapped };
  const add = (kind: RecordKind, name: string): void => {
    all[kind] = [...new Set([...(all[kind] ?? []), name])];
  };
  const ask = (kinds: readonly (typeof OF_PLANS)[number][], name: string | null): void => {
    if (name === null || name === "" || kinds.some((kind) => mapped[kind]?.includes(name))) return;
    for (const kind of kinds) add(kind, name);
  };
  for (const fact of conditionsOf(settings).flatMap((when) => factsIn(when)))
    if (fact.startsWith("x.")) ask(OF_PLANS, fact.slice("x.".length));
  ask(OF_PLANS, settings.form.property);
  for (const trigger of settings.triggers) if (trigger.on === "property") ask(OF_CLIENTS, trigger.name);
  const { rules, segmentProperty, regionProperty } = settings.people;
  if (rules.some(({ segment }) => segment !== undefined)) ask(OF_CLIENTS, segmentProperty);
  if (rules.some(({ region }) => region !== undefined)) ask(OF_CLIENTS, regionProperty);
  ask(OF_CLIENTS, settings.headcountProperty);
  ask(OF_CLIENTS, settings.messages.languageProperty);
  ask(["company"], settings.usage.clientProperty);
  for (const { on, property } of settings.score.mapped) add(on, property);
  return all;
}

function conditionsOf({ templateRules, templates }: Settings): Condition[] {
  const inTemplates = templates.flatMap(({ complexity, steps, milestones }) => [
    ...complexity.map(({ when }) => when),
    ...steps.flatMap(({ condition, gate }) => [condition, gate]),
    ...milestones.map(({ condition }) => condition),
  ]);
  return [...templateRules.map(({ when }) => when), ...inTemplates].filter((one) => one !== undefined);
}
