import { dayOf } from "../calendar/zone.ts";
import { selectSteps } from "./compile.ts";
import { complexityOf } from "./complexity.ts";
import { phaseLatestDay, redatePlan } from "./dates.ts";
import { chooseStepOwner } from "./owners.ts";
import type { Plan, PlanContext, PlanFacts, PlanInputs, PlanStep } from "./types.ts";

/**
 * A new plan, dated and owned. A pure function of its arguments: equal inputs give byte-equal plans (A2.7). Day 0 is the local day of
 * `inputs.startAt` in the portal's zone. @throws Error for a template with a circle of dependencies
 */
export function startPlan(
  inputs: PlanInputs,
  facts: Pick<PlanFacts, "deal" | "client" | "owners" | "values">,
  context: PlanContext,
): Plan {
  const template = selectSteps(context.template, inputs.options ?? []);
  const { extensions, reasons } = complexityOf(template, facts.values);
  const startDay = dayOf(inputs.startAt, context.calendar.zone);
  const bare: Plan = {
    client: inputs.client,
    cycle: inputs.cycle,
    dealId: inputs.dealId,
    templateId: template.id,
    templateVersion: template.version,
    templateReason: inputs.templateReason,
    state: "running",
    stateReason: null,
    startAt: inputs.startAt,
    startDay,
    wonAt: facts.deal?.wonAt ?? null,
    targetDay: inputs.targetDay ?? null,
    lengthDays: inputs.lengthDays ?? template.lengthDays,
    extensions,
    ...(reasons.length > 0 && { extendedFor: reasons }),
    options: [...(inputs.options ?? [])].sort(),
    sequence: inputs.sequence ?? 0,
    pausedDay: null,
    graduatedDay: null,
    closedDay: null,
    steps: [],
    phases: [],
    touches: [],
    raised: [],
  };
  const pickedOwnerId = inputs.ownerId ?? null;
  const steps = template.steps.map((step): PlanStep => {
    const isHidden = step.gate !== undefined || (step.condition !== undefined && step.kind !== "message");
    return {
      key: step.key,
      state: isHidden ? "waiting" : "open",
      plannedDay: startDay,
      dueDay: startDay,
      doneDay: null,
      pinnedAt: null,
      owner: chooseStepOwner(pickedOwnerId, step.owner, bare, facts, context.config),
      pickedOwnerId,
      notBeforeDay: null,
      shiftDays: 0,
      gateDay: null,
      isAsked: false,
    };
  });
  // Dated as of its start: a plan that begins in the past comes out as it would have on that day.
  const dated = redatePlan({ ...bare, steps }, { ...context, template, today: startDay });
  return {
    ...dated,
    steps: dated.steps.map((step) => ({ ...step, plannedDay: step.dueDay })),
    phases: template.phases.map(({ key }) => ({
      key,
      enteredDay: null,
      leftDay: null,
      latestDay: phaseLatestDay(dated, template, key),
      isLateRaised: false,
    })),
  };
}
