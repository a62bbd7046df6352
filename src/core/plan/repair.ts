/** Repairs on purpose: previewed, applied, undone. What happens by itself takes the same way through `advancePlan`. */
import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import { instantOf } from "../calendar/zone.ts";
import type { TextRef } from "../model.ts";
import { own } from "../own.ts";
import { selectSteps } from "./compile.ts";
import { type DatingContext, datePlan, isFrozen, redatePlan } from "./dates.ts";
import { moveStart, pausePlan, resumePlan } from "./life-cycle.ts";
import type { Template } from "./template.ts";
import type { Plan, PlanStep } from "./types.ts";

/** What somebody does, or asks "what if". Days are local days of the portal. */
export type PlanEvent =
  | { do: "done"; key: string; day: Day }
  /** a person's own date, also for a step that slips */
  | { do: "date"; key: string; day: Day }
  /** gives a pinned step back to the plan */
  | { do: "unpin"; key: string }
  | { do: "delete"; key: string }
  | { do: "start"; startAt: number }
  | { do: "target"; day: Day | null }
  | { do: "length"; lengthDays: number }
  /** a person's word on a phase's extra days, 0 included; from then on no property changes them */
  | { do: "extend"; phase: string; days: number }
  | { do: "hand_over"; fromOwnerId: string; toOwnerId: string }
  /** the calendar of the context differs from the one the plan was dated with: a new holiday, an absence */
  | { do: "calendar" }
  | { do: "pause"; reason: string }
  | { do: "resume" }
  /** another version, or another template: steps with the same key keep their history */
  | { do: "template"; template: Template };

export interface Move {
  key: string;
  fromDay: Day;
  toDay: Day;
}

export interface Repair {
  event: PlanEvent;
  moves: readonly Move[];
  /** steps that would have landed on a day off had they moved by plain days */
  metDayOff: number;
  /** fixed steps that stay where they are */
  fixed: readonly string[];
  summary: TextRef;
  before: Plan;
  after: Plan;
}

const changeStep = (plan: Plan, key: string, change: (step: PlanStep) => PlanStep): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => (step.key === key && !isFrozen(step) ? change(step) : step)),
});

function handOver(plan: Plan, fromOwnerId: string, toOwnerId: string): Plan {
  const steps = plan.steps.map((step) => {
    if (isFrozen(step) || step.owner.ownerId !== fromOwnerId) return step;
    return { ...step, pickedOwnerId: toOwnerId, owner: { ownerId: toOwnerId, role: "picked", missed: [] } };
  });
  return { ...plan, steps };
}

/** The plan on another template: known steps keep state, dates of people and owners; new ones begin open; vanished ones are dropped. */
function moveToTemplate(plan: Plan, template: Template): Plan {
  const chosen = selectSteps(template, plan.options);
  const owner = plan.steps.find((step) => !isFrozen(step))?.owner ?? plan.steps[0]!.owner;
  const steps = chosen.steps.map((definition): PlanStep => {
    const known = plan.steps.find(({ key }) => key === definition.key);
    if (known) return known;
    const isHidden =
      definition.gate !== undefined || (definition.condition !== undefined && definition.kind !== "message");
    return {
      key: definition.key,
      state: isHidden ? "waiting" : "open",
      plannedDay: plan.startDay,
      dueDay: plan.startDay,
      doneDay: null,
      pinnedAt: null,
      owner,
      pickedOwnerId: null,
      notBeforeDay: null,
      shiftDays: 0,
      gateDay: null,
      isAsked: false,
    };
  });
  const phases = chosen.phases.map(({ key, toDay }) => {
    const known = plan.phases.find((phase) => phase.key === key);
    return known ?? { key, enteredDay: null, leftDay: null, latestDay: plan.startDay + toDay, isLateRaised: false };
  });
  return { ...plan, templateId: template.id, templateVersion: template.version, steps, phases };
}

function happen(plan: Plan, event: PlanEvent, context: DatingContext): Plan {
  switch (event.do) {
    case "done":
      return changeStep(plan, event.key, (step) => ({ ...step, state: "done", doneDay: event.day }));
    case "delete":
      return changeStep(plan, event.key, (step) => ({ ...step, state: "gone" }));
    case "date":
      return changeStep(plan, event.key, (step) => {
        const calendar = context.calendarOf?.(step.owner.ownerId) ?? context.calendar;
        return { ...step, pinnedAt: instantOf(event.day, calendar.endMinute, calendar.zone) };
      });
    case "unpin":
      return changeStep(plan, event.key, (step) => ({ ...step, pinnedAt: null }));
    case "start":
      return moveStart(plan, event.startAt, context);
    case "target":
      return { ...plan, targetDay: event.day };
    case "length":
      return { ...plan, lengthDays: event.lengthDays };
    case "extend": {
      const byHand = [...new Set([...(plan.extendedByHand ?? []), event.phase])].sort();
      return { ...extend(plan, event.phase, event.days), extendedByHand: byHand };
    }
    case "hand_over":
      return handOver(plan, event.fromOwnerId, event.toOwnerId);
    case "pause":
      return pausePlan(plan, context.today, event.reason);
    case "resume":
      return resumePlan(plan, context);
    case "template":
      return moveToTemplate(plan, event.template);
    case "calendar":
      return plan;
  }
}

function extend(plan: Plan, phaseKey: string, days: number): Plan {
  const by = days - (own(plan.extensions, phaseKey) ?? 0);
  const from = plan.phases.findIndex(({ key }) => key === phaseKey);
  return {
    ...plan,
    extensions: { ...plan.extensions, [phaseKey]: days },
    phases: plan.phases.map((phase, at) =>
      at >= from && from >= 0 && phase.leftDay === null ? { ...phase, latestDay: phase.latestDay + by } : phase,
    ),
  };
}

/** Gives every phase these extra days, none where it is not named, and dates the plan anew; done steps and people's own dates stay. */
export function extendPhases(plan: Plan, days: Readonly<Record<string, number>>, context: DatingContext): Plan {
  const keys = plan.phases.map(({ key }) => key);
  const extended = keys.reduce((one, key) => extend(one, key, own(days, key) ?? 0), plan);
  const extensions = Object.fromEntries(keys.map((key) => [key, own(days, key) ?? 0]).filter(([, by]) => by !== 0));
  return redatePlan(keepAhead(plan, { ...extended, extensions }, context), context);
}

/** A step that was not late does not become late by a repair; it comes due today instead. */
function keepAhead(before: Plan, after: Plan, context: DatingContext): Plan {
  const { due } = datePlan(after, context);
  let isChanged = false;
  const steps = after.steps.map((step, at) => {
    const was = before.steps.find(({ key }) => key === step.key);
    const wasLate = was !== undefined && was.dueDay < context.today;
    if (isFrozen(step) || step.pinnedAt !== null || wasLate || due[at]! >= context.today) return step;
    isChanged = true;
    return { ...step, notBeforeDay: context.today };
  });
  return isChanged ? { ...after, steps } : after;
}

/** The same context in a world without days off: shows on which days steps would have landed. */
function withoutDaysOff(context: DatingContext): DatingContext {
  const { zone, startMinute, endMinute } = context.calendar;
  const calendar: WorkCalendar = {
    zone,
    startMinute,
    endMinute,
    isWorkingDay: () => true,
    rollForward: (day) => day,
    rollBack: (day) => day,
    addWorkingDays: (day, n) => day + n,
    workingDaysBetween: (a, b) => b - a,
  };
  return { template: context.template, calendar, today: context.today };
}

function summarise(
  before: Plan,
  after: Plan,
  event: PlanEvent,
  context: DatingContext,
): Omit<Repair, "before" | "after"> {
  const moves: Move[] = [];
  const fixed: string[] = [];
  let metDayOff = 0;
  const plain = datePlan(after, withoutDaysOff(context)).due;
  after.steps.forEach((step, at) => {
    const was = before.steps.find(({ key }) => key === step.key);
    if (!was || isFrozen(step)) return;
    if (was.dueDay === step.dueDay) {
      if (context.template.steps[at]!.fixed) fixed.push(step.key);
      return;
    }
    moves.push({ key: step.key, fromDay: was.dueDay, toDay: step.dueDay });
    const calendar = context.calendarOf?.(step.owner.ownerId) ?? context.calendar;
    const isCounted = step.pinnedAt === null && context.template.steps[at]!.when.unit === "calendar";
    if (isCounted && !calendar.isWorkingDay(plain[at]!)) metDayOff++;
  });
  const params = { moved: moves.length, metDayOff: metDayOff || null, fixed: fixed.length || null };
  const summary: TextRef = moves.length === 0 ? { id: "plan.repair.none" } : { id: "plan.repair.summary", params };
  return { event, moves, metDayOff, fixed, summary };
}

/**
 * What an event would do to a plan: the moves, a summary for people, and the plan as it would be. Nothing is applied. Done steps, deleted
 * steps and people's own dates stay; fixed steps move only with the start.
 */
export function previewRepair(plan: Plan, event: PlanEvent, context: DatingContext): Repair {
  const template = selectSteps(event.do === "template" ? event.template : context.template, plan.options);
  const inner: DatingContext = { ...context, template };
  const happened = happen(plan, event, inner);
  const after = redatePlan(keepAhead(plan, happened, inner), inner);
  return { ...summarise(plan, after, event, inner), before: plan, after };
}
