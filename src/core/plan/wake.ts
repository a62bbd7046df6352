import type { Day } from "../calendar/calendar.ts";
import { instantOf } from "../calendar/zone.ts";
import { expectedDay, isFrozen } from "./dates.ts";
import { isTaskStep, meetingCheckDay } from "./desired.ts";
import { decideMessage, sendInstant } from "./mail.ts";
import type { SettleContext } from "./settle.ts";
import type { TemplateStep } from "./template.ts";
import { touchWakeDays } from "./touchpoints.ts";
import type { Plan, PlanFacts, PlanStep } from "./types.ts";
import { pauseReviewDay } from "./view.ts";

/** Days at whose beginning the answer about one open step changes by itself; days that have passed are left out by the caller. */
function stepDays(step: PlanStep, definition: TemplateStep, context: SettleContext): Day[] {
  const calendar = context.calendarOf?.(step.owner.ownerId) ?? context.calendar;
  const days = [step.dueDay, step.dueDay + 1, step.plannedDay, expectedDay(step.dueDay, context.today, calendar) + 1];
  if (!step.isAsked && context.config.createAheadDays !== null) days.push(step.dueDay - context.config.createAheadDays);
  if (definition.meeting) days.push(meetingCheckDay(step, context));
  return days;
}

/** When a message that may go out now may no longer: quiet hours begin, or the day ends. */
function closingInstants({ today, calendar, config }: SettleContext): number[] {
  const { fromMinute } = config.quietHours;
  return [instantOf(today, fromMinute, calendar.zone), instantOf(today + 1, 0, calendar.zone)];
}

function messageInstants(plan: Plan, facts: PlanFacts, context: SettleContext): number[] {
  const instants: number[] = [];
  plan.steps.forEach((step, at) => {
    const definition = context.template.steps[at]!;
    if (definition.kind !== "message" || step.state !== "open") return;
    const decision = decideMessage(step, definition, plan, facts, context, []);
    if (decision?.do === "hold") instants.push(decision.until);
    if (decision?.do === "send" && !isTaskStep(definition, context)) instants.push(...closingInstants(context));
    const sendAt = sendInstant(step, definition, plan, facts, context);
    // A message that may go out now is skipped as too late one day.
    if (sendAt !== null && !isTaskStep(definition, context)) {
      instants.push(sendAt + context.config.maxMessageLateDays * 86_400_000 + 1);
    }
  });
  return instants;
}

/** The earliest instant after now at which the answer changes without new facts; null where it never does. */
export function planWakeAt(plan: Plan, facts: PlanFacts, context: SettleContext): number | null {
  if (plan.state === "closed") return null;
  const { today, template, now } = context;
  const days: Day[] = touchWakeDays(plan, facts, context);
  const instants: number[] = [];
  if (plan.pausedDay !== null) days.push(pauseReviewDay(plan.pausedDay, today) + 1);
  if (plan.state === "running") {
    plan.steps.forEach((step, at) => {
      if (!isFrozen(step)) days.push(...stepDays(step, template.steps[at]!, context));
      else if (step.plannedDay > today) days.push(step.plannedDay);
    });
    for (const phase of plan.phases) {
      if (phase.leftDay === null) days.push(context.calendar.rollForward(phase.latestDay) + 1);
    }
    for (const phase of template.phases) days.push(plan.startDay + phase.fromDay);
    for (const milestone of template.milestones) days.push(plan.startDay + milestone.day + 1);
    days.push(plan.startDay + 31, plan.startDay + 60, plan.startDay + 61);
    instants.push(...messageInstants(plan, facts, context));
  }
  const next = days.filter((day) => day > today).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (next !== Number.POSITIVE_INFINITY) instants.push(instantOf(next, 0, context.calendar.zone));
  const ahead = instants.filter((at) => at > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}
