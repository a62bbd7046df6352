import { dayOf } from "../calendar/zone.ts";
import { absorbFacts } from "./absorb.ts";
import { selectSteps } from "./compile.ts";
import { followComplexity } from "./complexity.ts";
import { isFrozen, redatePlan } from "./dates.ts";
import { collectDesired, isDueToAppear } from "./desired.ts";
import { closePlan, followDeal, followLeaving } from "./life-cycle.ts";
import { chooseStepOwner } from "./owners.ts";
import { isReadyToGraduate, trackPhases } from "./phases.ts";
import { type SettleContext, settlePlan } from "./settle.ts";
import { reassignTouches, scheduleTouches } from "./touchpoints.ts";
import type { Plan, PlanAnswer, PlanContext, PlanFacts, PlanLog } from "./types.ts";
import { viewPlan } from "./view.ts";
import { planWakeAt } from "./wake.ts";

/** Open steps follow their role's owner (A1.2); closed ones keep theirs. */
function assignOwners(plan: Plan, facts: PlanFacts, context: SettleContext): { plan: Plan; log: PlanLog[] } {
  const log: PlanLog[] = [];
  const steps = plan.steps.map((step, at) => {
    if (isFrozen(step)) return step;
    const owner = chooseStepOwner(step.pickedOwnerId, context.template.steps[at]!.owner, plan, facts, context.config);
    const isSame = owner.role === step.owner.role && owner.missed.join() === step.owner.missed.join();
    if (owner.ownerId === step.owner.ownerId && isSame) return step;
    if (owner.ownerId !== step.owner.ownerId) {
      const params = { from: step.owner.ownerId, to: owner.ownerId, role: owner.role };
      log.push({ code: "owner_changed", key: step.key, day: context.today, params });
    }
    return { ...step, owner };
  });
  return log.length === 0 && steps.every((step, at) => step === plan.steps[at])
    ? { plan, log }
    : { plan: { ...plan, steps }, log };
}

/** Remembers which tasks were asked for, so that create-ahead never takes one back. */
function askForTasks(plan: Plan, facts: PlanFacts, context: SettleContext): Plan {
  const steps = plan.steps.map((step, at) => {
    if (step.isAsked || !isDueToAppear(step, context.template.steps[at]!, plan, facts, context)) return step;
    return { ...step, isAsked: true };
  });
  return steps.every((step, at) => step === plan.steps[at]) ? plan : { ...plan, steps };
}

function graduate(plan: Plan, context: SettleContext): { plan: Plan; log: PlanLog[] } {
  if (!isReadyToGraduate(plan, context.template)) return { plan, log: [] };
  if (!context.template.graduates) {
    const log: PlanLog[] = [{ code: "plan_closed", key: null, day: context.today, params: { reason: "completed" } }];
    return { plan: closePlan(plan, context.today, "completed"), log };
  }
  return {
    plan: { ...plan, state: "graduated", graduatedDay: context.today },
    log: [
      {
        code: "graduated",
        key: null,
        day: context.today,
        params: { startDay: plan.startDay, cycle: plan.cycle, deal: plan.dealId },
      },
    ],
  };
}

/**
 * The one door for the decider: a plan and what the CRM says now, in; the plan as it is from now on, what the CRM should hold, what people
 * see, what happened and when to look again, out. Pure; the same call again changes nothing and logs nothing.
 * @throws Error where `context.template` is not the plan's own version
 */
export function advancePlan(plan: Plan, facts: PlanFacts, context: PlanContext): PlanAnswer {
  if (context.template.id !== plan.templateId || context.template.version !== plan.templateVersion) {
    const wanted = `${plan.templateId}@${plan.templateVersion}`;
    throw new Error(
      `plan ${plan.client}/${plan.cycle} runs on ${wanted}, got ${context.template.id}@${context.template.version}`,
    );
  }
  const today = dayOf(context.now, context.calendar.zone);
  const inner: SettleContext = { ...context, template: selectSteps(context.template, plan.options), today };
  const log: PlanLog[] = [];
  let now = plan;
  const take = (result: { plan: Plan; log: readonly PlanLog[] }) => {
    now = result.plan;
    log.push(...result.log);
  };
  take(absorbFacts(now, facts, inner));
  take(followLeaving(now, facts, inner));
  take(followDeal(now, facts, inner));
  // What happened while the plan was closed counts as soon as it goes on.
  if (plan.state === "closed" && now.state !== "closed") take(absorbFacts(now, facts, inner));
  if (now.state === "running") {
    take(followComplexity(now, facts, inner));
    take(assignOwners(now, facts, inner));
    take(settlePlan(now, facts, inner));
    take(trackPhases(now, inner.template, inner.calendar, today));
    now = askForTasks(now, facts, inner);
    take(graduate(now, inner));
  } else if (now.state === "paused") {
    take(assignOwners(now, facts, inner));
  }
  if (now.state === "graduated") {
    now = scheduleTouches(reassignTouches(now, facts, inner), facts, inner);
  }
  const desired = collectDesired(now, facts, inner);
  return { plan: now, desired, view: viewPlan(now, facts, inner), log, wakeAt: planWakeAt(now, facts, inner) };
}

/** Dates a plan once and once more with its first step late: what benchmarks call. Returns the sum of due days, so that nothing is optimised away. */
export function dateAndRepair(plan: Plan, context: Parameters<typeof redatePlan>[1]): number {
  const dated = redatePlan(plan, context);
  const late = redatePlan(dated, { ...context, today: (dated.steps[0]?.dueDay ?? context.today) + 5 });
  return late.steps.reduce((sum, { dueDay }) => sum + dueDay, 0);
}
