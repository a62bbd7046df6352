/**
 * Dating: the due day of every open step as a function of the plan's state, its template, the calendars and today. Nothing remembers how a
 * plan came to its dates, so the same facts give the same dates in whatever order they arrived, and a repair is nothing but dating again:
 * a step stands on the first working day that its own offset and everything it waits for allow, which is the smallest change against the
 * plan as agreed.
 */
import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import { dayOf } from "../calendar/zone.ts";
import { own } from "../own.ts";
import { type CompiledTemplate, compileTemplate } from "./compile.ts";
import type { Template, TemplatePhase, TemplateStep } from "./template.ts";
import type { Plan, PlanStep } from "./types.ts";

export interface DatingContext {
  template: Template;
  calendar: WorkCalendar;
  calendarOf?: (ownerId: string) => WorkCalendar;
  today: Day;
}

/** True where a step's state no longer changes by itself and its due day is history. */
export function isFrozen(step: PlanStep): boolean {
  return step.state === "done" || step.state === "skipped" || step.state === "gone";
}

/** Offset of a step in days after segment length and complexity, before pauses. Fixed steps and steps that hang on others keep theirs. */
function scaledOffset(plan: Plan, template: Template, step: TemplateStep): number {
  const { days, from } = step.when;
  if (step.fixed || typeof from === "object") return days;
  const scaled = step.scaled ? Math.round((days * plan.lengthDays) / template.lengthDays) : days;
  if (from === "target") return scaled;
  return scaled + extensionBefore(plan, template, step.phase, scaled);
}

/** Extra days that complexity adds to a point `offset` days after the start: all of earlier phases' days, and its share of its own phase's. */
function extensionBefore(plan: Plan, template: Template, phaseKey: string, offset: number): number {
  let extra = 0;
  for (const phase of template.phases) {
    const added = own(plan.extensions, phase.key) ?? 0;
    if (phase.key !== phaseKey) {
      extra += added;
      continue;
    }
    const from = phaseOffset(plan, template, phase, phase.fromDay);
    const length = Math.max(1, phaseOffset(plan, template, phase, phase.toDay) - from);
    return extra + Math.floor((added * Math.min(length, Math.max(0, offset - from))) / length);
  }
  return extra;
}

function phaseOffset(plan: Plan, template: Template, phase: TemplatePhase, days: number): number {
  return phase.fixed ? days : Math.round((days * plan.lengthDays) / template.lengthDays);
}

/** Latest finish of a phase: scaled by segment length unless it is fixed, moved by complexity. @throws Error for an unknown phase */
export function phaseLatestDay(plan: Plan, template: Template, phaseKey: string): Day {
  let extra = 0;
  for (const phase of template.phases) {
    extra += own(plan.extensions, phase.key) ?? 0;
    if (phase.key !== phaseKey) continue;
    return plan.startDay + phaseOffset(plan, template, phase, phase.toDay) + extra;
  }
  throw new Error(`template ${template.id} has no phase ${phaseKey}`);
}

/**
 * When an open step that was due on `dueDay` may be expected: itself until it is late, then as much later as it already is late, in strides of
 * 2, 4, 8, 16, 32, … working days, so that what waits for it moves a handful of times instead of every morning.
 */
export function expectedDay(dueDay: Day, today: Day, calendar: WorkCalendar): Day {
  if (today <= dueDay) return dueDay;
  for (let stride = 2; ; stride = stride < 16 ? stride * 2 : stride + 16) {
    const day = calendar.addWorkingDays(dueDay, stride);
    if (day >= today) return day;
  }
}

interface Dating {
  readonly plan: Plan;
  readonly compiled: CompiledTemplate;
  readonly context: DatingContext;
  readonly due: Int32Array;
  /** the day on which a step is, or may be expected to be, finished */
  readonly finish: Int32Array;
}

const calendarFor = (context: DatingContext, ownerId: string) => context.calendarOf?.(ownerId) ?? context.calendar;

/** The day a step's own offset asks for, before calendars round it. */
function rawDay(dating: Dating, at: number, calendar: WorkCalendar): Day {
  const { plan, compiled, context } = dating;
  const step = compiled.template.steps[at]!;
  const offset = scaledOffset(plan, compiled.template, step);
  const { from, unit } = step.when;
  const shift = plan.steps[at]!.shiftDays;
  if (from === "target") {
    const target = (plan.targetDay ?? plan.startDay + plan.lengthDays) + shift;
    return unit === "business" ? calendar.addWorkingDays(target, -offset) : target - offset;
  }
  let base = plan.startDay;
  if (typeof from === "object" && "milestone" in from) {
    base += compiled.template.milestones.find(({ key }) => key === from.milestone)?.day ?? 0;
  } else if (dating.compiled.anchorOf[at]! >= 0) {
    base = dating.finish[dating.compiled.anchorOf[at]!]!;
  }
  if (unit === "business") return (offset === 0 ? base : context.calendar.addWorkingDays(base, offset)) + shift;
  return base + offset + shift;
}

/** The earliest day that everything the step waits for allows. */
function lowerBound(dating: Dating, at: number, calendar: WorkCalendar): Day {
  const step = dating.compiled.template.steps[at]!;
  let lower = dating.plan.steps[at]!.notBeforeDay ?? -0x7fffffff;
  for (const before of dating.compiled.waitsFor[at]!) {
    const finish = dating.finish[before]!;
    const ready = step.durationDays > 0 ? calendar.addWorkingDays(finish, step.durationDays) : finish;
    if (ready > lower) lower = ready;
  }
  return lower;
}

/** What a step that will never be done lets through: the finish of what it waited for. */
function passedOn(dating: Dating, at: number): Day {
  let finish = -0x7fffffff;
  for (const before of dating.compiled.waitsFor[at]!) finish = Math.max(finish, dating.finish[before]!);
  return finish;
}

function dateStep(dating: Dating, at: number): void {
  const { context, compiled, plan, due, finish } = dating;
  const state = plan.steps[at]!;
  const step = compiled.template.steps[at]!;
  const calendar = calendarFor(context, state.owner.ownerId);
  if (isFrozen(state)) {
    due[at] = state.dueDay;
    finish[at] =
      state.state === "done" ? (state.doneDay ?? state.dueDay) : Math.max(passedOn(dating, at), plan.startDay);
    return;
  }
  if (state.pinnedAt !== null) {
    due[at] = dayOf(state.pinnedAt, calendar.zone);
  } else if (step.fixed) {
    due[at] = calendar.rollForward(Math.max(rawDay(dating, at, calendar), state.notBeforeDay ?? -0x7fffffff));
  } else {
    const raw = rawDay(dating, at, calendar);
    const lower = lowerBound(dating, at, calendar);
    const isBack = step.when.from === "target";
    const alone = isBack ? calendar.rollBack(raw) : calendar.rollForward(raw);
    due[at] = alone >= lower ? alone : calendar.rollForward(lower);
    if (state.gateDay !== null && due[at]! < state.gateDay) {
      due[at] = calendar.addWorkingDays(state.gateDay, Math.max(1, step.durationDays));
    }
    // A closed gate keeps its step ahead of today instead of letting it fall overdue.
    if (step.gate && state.gateDay === null) due[at] = expectedDay(due[at]!, context.today, calendar);
  }
  finish[at] = step.kind === "message" ? due[at]! : expectedDay(due[at]!, context.today, calendar);
}

/** Due day and expected finish of every step, in template order. */
export interface PlanDates {
  readonly due: Int32Array;
  readonly finish: Int32Array;
}

/** Dates every step of a plan; the plan is not changed. Costs one pass over the steps. */
export function datePlan(plan: Plan, context: DatingContext): PlanDates {
  const compiled = compileTemplate(context.template);
  const size = plan.steps.length;
  const dating: Dating = { plan, compiled, context, due: new Int32Array(size), finish: new Int32Array(size) };
  for (const at of compiled.order) dateStep(dating, at);
  return dating;
}

/** The plan with its due days as `datePlan` gives them; the same object where nothing moved. */
export function redatePlan(plan: Plan, context: DatingContext): Plan {
  const { due } = datePlan(plan, context);
  if (plan.steps.every((step, at) => step.dueDay === due[at])) return plan;
  return {
    ...plan,
    steps: plan.steps.map((step, at) => (step.dueDay === due[at] ? step : { ...step, dueDay: due[at]! })),
  };
}
