import type { Day } from "../calendar/calendar.ts";
import { stepKey } from "./absorb.ts";
import { milestoneState } from "./condition.ts";
import { datePlan, isFrozen, type PlanDates } from "./dates.ts";
import { isMeetingMissing } from "./desired.ts";
import { chooseOwner, ownerReason } from "./owners.ts";
import { currentPhase, requiredSteps } from "./phases.ts";
import type { SettleContext } from "./settle.ts";
import { stepTitle } from "./texts.ts";
import { nextTouchDay } from "./touchpoints.ts";
import type { Plan, PlanFacts, PlanSignal, PlanStep, PlanView, StageCode } from "./types.ts";

/** The stage of a plan (A3.1): by calendar days since the start while it runs, else what became of it. */
export function stageOf(plan: Plan, today: Day): StageCode {
  if (plan.state === "paused" || plan.state === "closed" || plan.state === "graduated") return plan.state;
  const day = today - plan.startDay;
  if (day <= 30) return "days_0_30";
  return day <= 60 ? "days_31_60" : "days_61_90";
}

/** Share of required steps that are done, 0–100, rounded down; steps that were skipped or deleted do not count. */
function progressOf(
  plan: Plan,
  context: Pick<SettleContext, "template">,
): { done: number; total: number; percent: number } {
  const counted = requiredSteps(plan, context.template).filter(({ state }) => state !== "skipped" && state !== "gone");
  const done = counted.filter(({ state }) => state === "done").length;
  const total = counted.length;
  return { done, total, percent: total === 0 ? 100 : Math.floor((100 * done) / total) };
}

/** Open steps a person works on, earliest due first; ties keep the template's order. */
function openSteps(plan: Plan, context: Pick<SettleContext, "template">): PlanStep[] {
  return plan.steps
    .filter((step, at) => step.state === "open" && context.template.steps[at]!.kind !== "message")
    .sort((a, b) => a.dueDay - b.dueDay);
}

/** Open steps whose due day has passed; none while the plan does not run. */
function overdueSteps(plan: Plan, context: Pick<SettleContext, "template">, today: Day): PlanStep[] {
  if (plan.state !== "running") return [];
  return openSteps(plan, context).filter(({ dueDay }) => dueDay < today);
}

/** The day on which the last step may be expected to be finished; of a finished plan, the day it was. */
export function forecastDay(plan: Plan, dates: PlanDates): Day {
  let last = plan.startDay;
  plan.steps.forEach((step, at) => {
    if (step.state === "gone" || step.state === "skipped") return;
    last = Math.max(last, step.state === "done" ? (step.doneDay ?? step.dueDay) : dates.finish[at]!);
  });
  return last;
}

/** True where a step that was planned up to day 30 may be expected only after it, or is still open once it has passed. */
function isDay30AtRisk(plan: Plan, dates: PlanDates, context: SettleContext): boolean {
  if (plan.state !== "running") return false;
  const day30 = plan.startDay + 30;
  const limit = Math.max(day30, context.calendar.rollForward(day30));
  return plan.steps.some((step, at) => {
    const definition = context.template.steps[at]!;
    if (isFrozen(step) || !definition.required || definition.kind === "message") return false;
    return step.plannedDay <= limit && dates.finish[at]! > limit;
  });
}

/** The day on which the last of a milestone's steps was done; null while one is not, or where it has no steps. */
function doneDayOf(key: string, plan: Plan, { template }: Pick<SettleContext, "template">): Day | null {
  const milestone = template.milestones.find((one) => one.key === key);
  const own = (milestone?.steps ?? []).map((name) => plan.steps.find((step) => step.key === name));
  if (own.length === 0 || !own.every((step) => step?.state === "done")) return null;
  return Math.max(...own.map((step) => step?.doneDay ?? 0));
}

/** First value: what the CRM or usage says, else the day on which the milestone's last step was done. */
export function firstValueDay(
  plan: Plan,
  facts: Pick<PlanFacts, "client">,
  context: Pick<SettleContext, "template">,
): Day | null {
  return facts.client.firstValueDay ?? doneDayOf("first_value", plan, context);
}

/** Fixed steps and people's own dates that now lie before something they wait for; they stay, and somebody should know. */
function conflicts(plan: Plan, dates: PlanDates, context: SettleContext): PlanStep[] {
  const indexOf = new Map(plan.steps.map((step, at) => [step.key, at]));
  return plan.steps.filter((step, at) => {
    const definition = context.template.steps[at]!;
    if (isFrozen(step) || !(definition.fixed || step.pinnedAt !== null)) return false;
    return definition.after.some((key) => {
      const before = indexOf.get(key);
      return before !== undefined && dates.finish[before]! > step.dueDay;
    });
  });
}

function collectSignals(plan: Plan, facts: PlanFacts, dates: PlanDates, context: SettleContext): PlanView["signals"] {
  const signals: { code: PlanSignal; key: string | null; day: Day }[] = [];
  if (plan.state !== "running") return signals;
  const { today, template } = context;
  const hasMilestone = template.milestones.some(({ key }) => key === "first_value");
  if (hasMilestone && today >= plan.startDay + 60 && firstValueDay(plan, facts, context) === null) {
    signals.push({ code: "first_value_missing", key: null, day: plan.startDay + 60 });
  }
  for (const phase of plan.phases) {
    if (phase.leftDay === null && phase.isLateRaised && today > phase.latestDay) {
      signals.push({ code: "phase_late", key: phase.key, day: phase.latestDay + 1 });
    }
  }
  plan.steps.forEach((step, at) => {
    const definition = template.steps[at]!;
    const key = stepKey(plan, step.key);
    if (isMeetingMissing(step, definition, plan, facts, context)) {
      signals.push({ code: "meeting_missing", key: step.key, day: step.dueDay });
    }
    if (facts.calls[key]?.state === "failed" && step.state === "open") {
      signals.push({ code: "provisioning_failed", key: step.key, day: step.dueDay });
    }
    const outcome = facts.messages[key]?.outcome;
    if (outcome === "unknown" && facts.tasks[`${key}/check`]?.status !== "done") {
      signals.push({ code: "message_unknown", key: step.key, day: step.dueDay });
    }
  });
  for (const step of conflicts(plan, dates, context))
    signals.push({ code: "conflict", key: step.key, day: step.dueDay });
  return signals;
}

/** A paused client is looked at every two weeks: the first such day from today on. */
export function pauseReviewDay(pausedDay: Day, today: Day): Day {
  return pausedDay + 14 * Math.max(1, Math.ceil((today - pausedDay) / 14));
}

/** The next day on which somebody will be in touch: a graduated client always has one, a running one as long as a step is open. */
function nextContactDay(plan: Plan, facts: PlanFacts, dates: PlanDates, context: SettleContext): Day | null {
  if (plan.state === "closed") return null;
  if (plan.state === "graduated") return nextTouchDay(plan, facts, context);
  if (plan.pausedDay !== null) return context.calendar.rollForward(pauseReviewDay(plan.pausedDay, context.today));
  // Letters and calls between systems are no contact that somebody waits for.
  const days = plan.steps.flatMap((step, at) => {
    const { kind } = context.template.steps[at]!;
    return isFrozen(step) || kind === "provision" || kind === "message" ? [] : [dates.finish[at]!];
  });
  return days.length === 0 ? null : Math.min(...days);
}

/** Roles that answer for the client while the plan runs, and after graduation. */
const LEADING_ROLES = {
  running: ["deal_owner", "client_owner"],
  graduated: ["account_manager", "client_owner", "deal_owner"],
};

/** The plan as people see it in the CRM's fields; a function of the plan, the facts and today. */
export function viewPlan(plan: Plan, facts: PlanFacts, context: SettleContext): PlanView {
  const { today, template } = context;
  // A plan that does not run gets no later, so that nothing is written day by day.
  const seenDay = plan.pausedDay ?? plan.closedDay ?? plan.graduatedDay ?? today;
  const dates = datePlan(plan, { ...context, today: seenDay });
  const roles = plan.state === "graduated" ? LEADING_ROLES.graduated : LEADING_ROLES.running;
  const owner = chooseOwner(roles, plan, facts, context.config);
  const progress = progressOf(plan, context);
  const isRunning = plan.state === "running" || plan.state === "paused";
  const next = isRunning ? openSteps(plan, context)[0] : undefined;
  const overdue = overdueSteps(plan, context, today);
  const phase = currentPhase(plan);
  const signals = [...collectSignals(plan, facts, dates, context)];
  if (owner.role === "fallback" && plan.state !== "closed") {
    signals.push({ code: "owner_fallback", key: null, day: plan.startDay });
  }
  return {
    ownerId: owner.ownerId,
    ownerReason: ownerReason(owner),
    stage: stageOf(plan, today),
    phase: phase?.key ?? null,
    phases: plan.phases,
    startDay: plan.startDay,
    stage2Day: seenDay > plan.startDay + 30 ? plan.startDay + 31 : null,
    stage3Day: seenDay > plan.startDay + 60 ? plan.startDay + 61 : null,
    graduatedDay: plan.graduatedDay,
    progress: progress.percent,
    doneSteps: progress.done,
    totalSteps: progress.total,
    nextStep: next
      ? {
          key: next.key,
          title: stepTitle(template.steps[plan.steps.indexOf(next)]!, plan, template),
          dueDay: next.dueDay,
        }
      : null,
    overdue: overdue.length,
    oldestDueDay: overdue[0]?.dueDay ?? null,
    forecastDay: forecastDay(plan, dates),
    atRiskDay30: isDay30AtRisk(plan, dates, context),
    nextTouchpointDay: nextContactDay(plan, facts, dates, context),
    firstValueDay: firstValueDay(plan, facts, context),
    goLiveDay: doneDayOf("go_live", plan, context) ?? plan.graduatedDay,
    templateReason: plan.templateReason,
    signals,
    monitors: activeMonitors(plan, context),
    expectedSteps: requiredSteps(plan, template).filter(
      (step) => step.plannedDay <= seenDay && step.state !== "gone" && step.state !== "skipped",
    ).length,
  };
}

/** Signals that open steps ask to be watched from the day their phase begins on. */
function activeMonitors(plan: Plan, context: SettleContext): string[] {
  if (plan.state !== "running") return [];
  const monitors = new Set<string>();
  plan.steps.forEach((step, at) => {
    const { monitor, phase } = context.template.steps[at]!;
    const from = context.template.phases.find(({ key }) => key === phase)?.fromDay ?? 0;
    if (monitor && !isFrozen(step) && context.today >= plan.startDay + from) monitors.add(monitor);
  });
  return [...monitors];
}

/** Milestones with their day and whether they were reached. */
export function milestonesOf(
  plan: Plan,
  facts: PlanFacts,
  context: SettleContext,
): { key: string; day: Day; state: "reached" | "missed" | "ahead" }[] {
  const asked = { plan, template: context.template, facts, today: context.today };
  return context.template.milestones.map(({ key, day }) => ({
    key,
    day: plan.startDay + day,
    state: milestoneState(key, asked),
  }));
}
