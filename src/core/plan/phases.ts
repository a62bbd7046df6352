import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import { isFrozen } from "./dates.ts";
import type { Template } from "./template.ts";
import type { PhaseState, Plan, PlanLog, PlanStep } from "./types.ts";

/** Steps that progress and graduation wait for. */
export function requiredSteps(plan: Plan, template: Template): PlanStep[] {
  return plan.steps.filter((_, at) => isRequired(template, at));
}

function isRequired(template: Template, at: number): boolean {
  const step = template.steps[at]!;
  return step.required && step.kind !== "message";
}

function lastDoneDay(steps: readonly PlanStep[]): Day | null {
  const days = steps.flatMap((step) => (step.doneDay === null ? [] : [step.doneDay]));
  return days.length === 0 ? null : Math.max(...days);
}

/**
 * Phases follow each other: the first is entered on day 0, each is left when all its required steps are settled, and the next is entered on
 * that day. Passing a phase's latest finish with steps open is logged once (A3.11); where that is a day off, so are its last steps due after it.
 */
export function trackPhases(
  plan: Plan,
  template: Template,
  calendar: WorkCalendar,
  today: Day,
): { plan: Plan; log: PlanLog[] } {
  const log: PlanLog[] = [];
  let enteredDay: Day | null = plan.startDay;
  const phases = plan.phases.map((phase): PhaseState => {
    const own = plan.steps.filter((_, at) => template.steps[at]!.phase === phase.key && isRequired(template, at));
    const isSettled: boolean = own.every(isFrozen);
    const entered: Day | null = enteredDay === null ? null : (phase.enteredDay ?? enteredDay);
    const left: Day | null =
      entered === null || !isSettled ? null : (phase.leftDay ?? Math.max(entered, lastDoneDay(own) ?? entered));
    enteredDay = left;
    const isLate = !isSettled && today > calendar.rollForward(phase.latestDay);
    if (isLate && !phase.isLateRaised) {
      log.push({ code: "phase_late", key: phase.key, day: today, params: { latestDay: phase.latestDay } });
    }
    const isLateRaised = phase.isLateRaised || isLate;
    if (entered === phase.enteredDay && left === phase.leftDay && isLateRaised === phase.isLateRaised) return phase;
    return { ...phase, enteredDay: entered, leftDay: left, isLateRaised };
  });
  if (phases.every((phase, at) => phase === plan.phases[at])) return { plan, log };
  return { plan: { ...plan, phases }, log };
}

/** The phase the plan is in: the first that is not left; the last one once all are. */
export function currentPhase(plan: Plan): PhaseState | null {
  return plan.phases.find(({ leftDay }) => leftDay === null) ?? plan.phases.at(-1) ?? null;
}

/** True where nothing required is open any more and at least one step was really done. */
export function isReadyToGraduate(plan: Plan, template: Template): boolean {
  if (plan.state !== "running") return false;
  const required = requiredSteps(plan, template);
  return required.every(isFrozen) && required.some(({ state }) => state === "done");
}
