import type { Day } from "../calendar/calendar.ts";
import type { FactValue } from "../model.ts";
import { own } from "../own.ts";
import { isSameValue, orderOf } from "../same-value.ts";
import type { Condition, Template } from "./template.ts";
import type { Plan, PlanFacts } from "./types.ts";

export interface ConditionContext {
  plan: Plan;
  template: Template;
  facts: Pick<PlanFacts, "values" | "client">;
  today: Day;
}

function compare(is: string, have: FactValue | undefined, want: string | number | boolean): boolean {
  if (is === "=") return isSameValue(have, want);
  if (is === "!=") return !isSameValue(have, want);
  const order = orderOf(have, want);
  if (order === null) return false;
  if (is === "<") return order < 0;
  if (is === "<=") return order <= 0;
  if (is === ">") return order > 0;
  return order >= 0;
}

/** reached: its steps are done, its condition holds, or the CRM says so (`first_value`) · missed: its day has passed · ahead: neither */
export function milestoneState(key: string, context: ConditionContext): "reached" | "missed" | "ahead" {
  const { plan, template, facts, today } = context;
  const milestone = template.milestones.find((one) => one.key === key);
  if (!milestone) return "ahead";
  if (key === "first_value" && facts.client.firstValueDay !== null) return "reached";
  const steps = milestone.steps.map((stepKey) => plan.steps.find((step) => step.key === stepKey));
  if (steps.length > 0 && steps.every((step) => step?.state === "done")) return "reached";
  if (milestone.condition && holds(milestone.condition, context)) return "reached";
  return today > plan.startDay + milestone.day ? "missed" : "ahead";
}

type FactQuestion = Extract<Condition, { fact: string }>;

/** The facts that a condition asks about, in its own order; `isMeant`: only of these questions. */
export function factsIn(condition: Condition, isMeant: (question: FactQuestion) => boolean = () => true): string[] {
  const inner = (one: Condition) => factsIn(one, isMeant);
  if ("fact" in condition) return isMeant(condition) ? [condition.fact] : [];
  if ("all" in condition) return condition.all.flatMap(inner);
  if ("any" in condition) return condition.any.flatMap(inner);
  return "not" in condition ? inner(condition.not) : [];
}

/** Whether a condition holds now. A fact that is missing equals nothing, is smaller and greater than nothing, and differs from everything. */
export function holds(condition: Condition, context: ConditionContext): boolean {
  if ("all" in condition) return condition.all.every((one) => holds(one, context));
  if ("any" in condition) return condition.any.some((one) => holds(one, context));
  if ("not" in condition) return !holds(condition.not, context);
  if ("milestone" in condition) return milestoneState(condition.milestone, context) === condition.is;
  if ("step" in condition) {
    const step = context.plan.steps.find(({ key }) => key === condition.step);
    if (!step) return false;
    if (condition.is === "overdue") return step.state === "open" && step.dueDay < context.today;
    if (condition.is === "open") return step.state === "open" || step.state === "waiting";
    return step.state === condition.is;
  }
  const have = own(context.facts.values, condition.fact);
  if (condition.is === "empty") return have === null || have === undefined || have === "";
  if (condition.is === "filled") return !(have === null || have === undefined || have === "");
  return "value" in condition && compare(condition.is, have, condition.value);
}
