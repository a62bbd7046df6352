/** Opens gates, asks conditions that fell due, settles messages: everything that changes a step's state without a person. */

import type { Day } from "../calendar/calendar.ts";
import type { PlanDeed } from "../deed.ts";
import { holds } from "./condition.ts";
import { redatePlan } from "./dates.ts";
import { decideMessage } from "./mail.ts";
import type { Template, TemplateStep } from "./template.ts";
import type { Plan, PlanContext, PlanFacts, PlanLog, PlanStep } from "./types.ts";

export interface SettleContext extends PlanContext {
  template: Template;
  today: Day;
}

interface Settling {
  plan: Plan;
  facts: PlanFacts;
  context: SettleContext;
  log: PlanLog[];
}

function note(at: Settling, code: PlanDeed, key: string, params: PlanLog["params"] = {}): void {
  at.log.push({ code, key, day: at.context.today, params });
}

const conditionContext = (at: Settling) => ({
  plan: at.plan,
  template: at.context.template,
  facts: at.facts,
  today: at.context.today,
});

function settleWaiting(at: Settling, step: PlanStep, definition: TemplateStep): PlanStep {
  let next = step;
  if (definition.gate && step.gateDay === null) {
    if (!holds(definition.gate, conditionContext(at))) return step;
    note(at, "gate_opened", step.key);
    next = { ...next, gateDay: at.context.today };
  }
  if (!definition.condition || definition.kind === "message") return { ...next, state: "open" };
  // Dated again first: an opened gate may have moved the day on which the condition is asked.
  if (next !== step || step.dueDay > at.context.today) return next;
  const isTrue = holds(definition.condition, conditionContext(at));
  note(at, isTrue ? "condition_true" : "condition_false", step.key);
  return { ...next, state: isTrue ? "open" : "skipped" };
}

function settleMessage(at: Settling, step: PlanStep, definition: TemplateStep): PlanStep {
  const decision = decideMessage(step, definition, at.plan, at.facts, at.context, []);
  if (decision?.do !== "skip") return step;
  note(at, "message_skipped", step.key, { reason: decision.reason });
  return { ...step, state: "skipped" };
}

function settleOnce(at: Settling): Plan {
  let plan = at.plan;
  plan.steps.forEach((step, index) => {
    const definition = at.context.template.steps[index]!;
    let next = step;
    if (step.state === "waiting") next = settleWaiting(at, step, definition);
    else if (step.state === "open" && definition.kind === "message") next = settleMessage(at, step, definition);
    if (next === step) return;
    plan = { ...plan, steps: plan.steps.map((one, i) => (i === index ? next : one)) };
    at.plan = plan;
  });
  return plan;
}

/** Settles until nothing changes any more (a step that opens may open another), with dates kept up along the way. */
export function settlePlan(plan: Plan, facts: PlanFacts, context: SettleContext): { plan: Plan; log: PlanLog[] } {
  const at: Settling = { plan: redatePlan(plan, context), facts, context, log: [] };
  for (let round = 0; round <= 2 * plan.steps.length; round++) {
    const before = at.plan;
    at.plan = redatePlan(settleOnce(at), context);
    if (at.plan === before) break;
  }
  return { plan: at.plan, log: at.log };
}
