import type { FactValue, TextRef } from "../model.ts";
import { own } from "../own.ts";
import { factsIn, holds } from "./condition.ts";
import type { Condition } from "./template.ts";
import type { Plan } from "./types.ts";

/** One line of the portal's rule list; the first whose condition holds decides. */
export interface TemplateRule {
  /** short name for people, as the admin wrote it: "Enterprise (> 100)" */
  name: string;
  /** absent: always holds */
  when?: Condition;
  templateId: string;
  /** default: the template's own */
  lengthDays?: number;
  options?: readonly string[];
}

/** What was chosen and why. */
export interface TemplateChoice {
  templateId: string;
  lengthDays: number | null;
  options: readonly string[];
  /** index in the rule list; -1 where none held */
  rule: number;
  reason: TextRef;
}

/** By headcount (A0.6, A7.3): over 100 Enterprise, under 20 SMB, 20–100 and unknown the standard plan. */
export const DEFAULT_RULES: readonly TemplateRule[] = [
  {
    name: "Enterprise (> 100)",
    when: { fact: "company.headcount", is: ">", value: 100 },
    templateId: "enterprise",
    lengthDays: 56,
  },
  { name: "SMB (< 20)", when: { fact: "company.headcount", is: "<", value: 20 }, templateId: "smb", lengthDays: 14 },
  { name: "Standard (20–100)", templateId: "day-30-60-90", lengthDays: 28 },
];

/** Rules and complexity are asked before there is a plan: plan state in them never holds. */
export function holdsBefore(condition: Condition, values: Readonly<Record<string, FactValue>>): boolean {
  const plan = { steps: [] as const, startDay: 0 } as unknown as Plan;
  const template = { milestones: [] } as never;
  const client = { firstValueDay: null } as never;
  return holds(condition, { plan, template, facts: { values, client }, today: 0 });
}

/** Chooses a template: the first rule that holds wins, the reason says which one and by which value. A portal without a matching rule gets `defaultId`. */
export function chooseTemplate(
  rules: readonly TemplateRule[],
  values: Readonly<Record<string, FactValue>>,
  defaultId: string,
): TemplateChoice {
  const have = (fact: string) => own(values, fact) ?? "";
  const isUnknown = (fact: string) => have(fact) === "";
  const unknown = new Set<string>();
  for (const [at, rule] of rules.entries()) {
    const asked = rule.when ? factsIn(rule.when, ({ is }) => is !== "empty") : [];
    if (rule.when && !holdsBefore(rule.when, values)) {
      for (const fact of asked.filter(isUnknown)) unknown.add(fact);
      continue;
    }
    const missing = [...unknown];
    const decisive = asked[0];
    const params: Record<string, FactValue> = { rule: at + 1, name: rule.name };
    if (decisive !== undefined && !isUnknown(decisive))
      Object.assign(params, { fact: decisive, value: have(decisive) });
    const id = missing.length > 0 && !decisive ? "plan.rule.unknown" : "plan.rule.matched";
    return {
      templateId: rule.templateId,
      lengthDays: rule.lengthDays ?? null,
      options: rule.options ?? [],
      rule: at,
      reason: { id, params: id === "plan.rule.unknown" ? { ...params, fact: missing[0]! } : params },
    };
  }
  const reason: TextRef = { id: "plan.rule.default" };
  return { templateId: defaultId, lengthDays: null, options: [], rule: -1, reason };
}
