/** Complexity (A7.4): properties of the deal or the client that give phases more days, when a plan begins and whenever they change. */
import type { FactValue, TextRef } from "../model.ts";
import { own } from "../own.ts";
import { holdsBefore } from "./choose.ts";
import { factsIn } from "./condition.ts";
import { extendPhases } from "./repair.ts";
import type { SettleContext } from "./settle.ts";
import type { Template } from "./template.ts";
import type { Plan, PlanFacts, PlanLog } from "./types.ts";

type Days = Readonly<Record<string, number>>;

/** What the properties come to. */
export interface Complexity {
  /** days per phase key; phases that keep their length are left out */
  extensions: Days;
  /** one per phase of each entry that holds */
  reasons: readonly TextRef[];
}

/**
 * The extra days that these properties ask for: a pure function of template and values, so that it gives the same however often it is asked.
 * @param byHand phases that are left out, because a person set their days
 */
export function complexityOf(
  template: Template,
  values: Readonly<Record<string, FactValue>>,
  byHand: readonly string[] = [],
): Complexity {
  const extensions: Record<string, number> = {};
  const reasons: TextRef[] = [];
  for (const { when, extends: phases } of template.complexity) {
    if (!holdsBefore(when, values)) continue;
    const fact = factsIn(when).find((one) => (own(values, one) ?? null) !== null);
    for (const [phase, days] of Object.entries(phases)) {
      if (byHand.includes(phase)) continue;
      extensions[phase] = (own(extensions, phase) ?? 0) + days;
      const title = `template:${template.id}:${template.version}:phase:${phase}`;
      const params = { phase: title, days, ...(fact !== undefined && { fact, value: own(values, fact) ?? null }) };
      reasons.push({ id: "plan.extended", params });
    }
  }
  return { extensions, reasons };
}

/** What the history keeps of phases that have other extra days than before. `property` names all that may change them. */
export function extensionLog(template: Template, before: Days, after: Days): Readonly<Record<string, FactValue>>[] {
  return template.phases.flatMap(({ key: phase }) => {
    const [wasDays, days] = [own(before, phase) ?? 0, own(after, phase) ?? 0];
    if (wasDays === days) return [];
    const asked = template.complexity
      .filter((one) => Object.hasOwn(one.extends, phase))
      .flatMap(({ when }) => factsIn(when));
    return [{ phase, days, wasDays, property: [...new Set(asked)].join(",") }];
  });
}

/**
 * Lets a running plan follow the properties: open steps move as by any repair, finished ones and people's own dates stay. A phase whose days a
 * person set keeps them, whatever the properties say.
 */
export function followComplexity(
  plan: Plan,
  { values }: Pick<PlanFacts, "values">,
  context: SettleContext,
): { plan: Plan; log: PlanLog[] } {
  const { template, today } = context;
  const byHand = plan.extendedByHand ?? [];
  const { extensions, reasons } = complexityOf(template, values, byHand);
  const kept = Object.fromEntries(byHand.map((phase) => [phase, own(plan.extensions, phase) ?? 0]));
  const changes = extensionLog(template, plan.extensions, { ...extensions, ...kept });
  if (changes.length === 0 && JSON.stringify(reasons) === JSON.stringify(plan.extendedFor ?? []))
    return { plan, log: [] };
  const moved = changes.length === 0 ? plan : extendPhases(plan, { ...extensions, ...kept }, context);
  const log = changes.map((params): PlanLog => ({ code: "phase_extended", key: null, day: today, params }));
  return { plan: { ...moved, extendedFor: reasons }, log };
}
