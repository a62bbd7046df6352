import type { Day } from "../calendar/calendar.ts";
import { dayOf } from "../calendar/zone.ts";
import type { PlanDeed } from "../deed.ts";
import { anchorKey } from "./compile.ts";
import { type DatingContext, datePlan, isFrozen, redatePlan } from "./dates.ts";
import type { Plan, PlanConfig, PlanContext, PlanFacts, PlanLog, PlanStep } from "./types.ts";

/** Stops the clock: nothing new is created, nothing is late, until the plan resumes. */
export function pausePlan(plan: Plan, today: Day, reason: string): Plan {
  if (plan.state !== "running") return plan;
  return { ...plan, state: "paused", stateReason: reason, pausedDay: today };
}

/** Ends a plan without graduation; its open tasks are withdrawn. */
export function closePlan(plan: Plan, today: Day, reason: string): Plan {
  if (plan.state === "closed") return plan;
  return { ...plan, state: "closed", stateReason: reason, closedDay: today };
}

function resumeStep(plan: Plan, context: DatingContext, step: PlanStep, at: number, pausedDays: number): PlanStep {
  if (isFrozen(step) || step.pinnedAt !== null) return step;
  const definition = context.template.steps[at]!;
  if (definition.fixed) {
    const fellInside = step.dueDay >= context.today - pausedDays && step.dueDay < context.today;
    return fellInside ? { ...step, notBeforeDay: context.today } : step;
  }
  const anchor = anchorKey(definition);
  const anchorStep = anchor === null ? undefined : plan.steps.find(({ key }) => key === anchor);
  // A step that hangs on a moving one moves with it.
  if (anchorStep && !isFrozen(anchorStep)) return step;
  return { ...step, shiftDays: step.shiftDays + pausedDays };
}

/**
 * Goes on after a pause or after a close: every open step moves by the days that were lost, fixed milestones and people's own dates stay;
 * a milestone that fell into the pause comes due at once. A plan that had graduated before it was closed is graduated again, and nothing of it moves.
 */
export function resumePlan(plan: Plan, context: DatingContext): Plan {
  const isStopped = plan.state === "paused" || plan.state === "closed";
  // What was closed during a pause has stood still since the pause began.
  const since = isStopped ? (plan.pausedDay ?? plan.closedDay) : null;
  if (since === null) return plan;
  if (plan.graduatedDay !== null) return { ...plan, state: "graduated", stateReason: null, closedDay: null };
  const pausedDays = Math.max(0, context.today - since);
  const resumed: Plan = {
    ...plan,
    state: "running",
    stateReason: null,
    pausedDay: null,
    closedDay: null,
    steps: plan.steps.map((step, at) => resumeStep(plan, context, step, at, pausedDays)),
    phases: plan.phases.map((phase) =>
      phase.leftDay === null ? { ...phase, latestDay: phase.latestDay + pausedDays } : phase,
    ),
  };
  return redatePlan(resumed, context);
}

/** Moves day 0. Done steps and people's own dates stay; a step that was not late does not become late by the move. */
export function moveStart(plan: Plan, startAt: number, context: DatingContext): Plan {
  const startDay = dayOf(startAt, context.calendar.zone);
  const by = startDay - plan.startDay;
  if (by === 0) return { ...plan, startAt };
  const moved: Plan = {
    ...plan,
    startAt,
    startDay,
    phases: plan.phases.map((phase) =>
      phase.leftDay === null ? { ...phase, latestDay: phase.latestDay + by } : phase,
    ),
  };
  const { due } = datePlan(moved, context);
  const steps = moved.steps.map((step, at) => {
    const becomesLate = !isFrozen(step) && step.dueDay >= context.today && due[at]! < context.today;
    return becomesLate ? { ...step, notBeforeDay: context.today } : step;
  });
  return redatePlan({ ...moved, steps }, context);
}

/** Reasons with which the deal itself stopped a plan; only these end when the deal is won again. */
const DEAL_REASONS: readonly string[] = ["deal_open", "deal_lost", "deal_gone"];

function stopByDeal(plan: Plan, outcome: "open" | "lost" | "gone", today: Day, config: PlanConfig): Plan {
  if (plan.state === "graduated" && outcome === "open") return plan;
  const rule = outcome === "gone" ? "close" : outcome === "lost" ? config.onLost : config.onReopened;
  if (rule === "ignore" || plan.state === "closed") return plan;
  if (rule === "close" || plan.state === "graduated") return closePlan(plan, today, `deal_${outcome}`);
  return pausePlan(plan, today, `deal_${outcome}`);
}

/** Follows the deal: leaves the won stage, comes back, is lost or deleted, gets another won date (A2.8). */
export function followDeal(
  plan: Plan,
  facts: Pick<PlanFacts, "deal" | "isOtherUnderWay" | "hasLeft">,
  context: PlanContext & DatingContext,
): { plan: Plan; log: PlanLog[] } {
  const { deal } = facts;
  if (!deal) return { plan, log: [] };
  const { today, config } = context;
  if (deal.outcome !== "won") {
    const stopped = stopByDeal(plan, deal.outcome, today, config);
    if (stopped === plan) return { plan, log: [] };
    return entry(stopped.state === "closed" ? "plan_closed" : "plan_paused", stopped, today);
  }
  if (isWithdrawn(plan)) {
    if (facts.hasLeft || waitsForAnother(plan, facts)) return { plan, log: [] };
    return entry("plan_resumed", { ...resumePlan(plan, context), wonAt: deal.wonAt }, today);
  }
  if (deal.wonAt === null || deal.wonAt === plan.wonAt) return { plan, log: [] };
  if (plan.state !== "running" || !config.followDealDate || plan.wonAt === null) {
    return { plan: { ...plan, wonAt: deal.wonAt }, log: [] };
  }
  const moved = { ...moveStart(plan, deal.wonAt, context), wonAt: deal.wonAt };
  if (moved.startDay === plan.startDay) return { plan: moved, log: [] };
  const params = { fromDay: plan.startDay, toDay: moved.startDay };
  return { plan: moved, log: [{ code: "start_moved", key: null, day: today, params }] };
}

function entry(code: PlanDeed, plan: Plan, today: Day): { plan: Plan; log: PlanLog[] } {
  return { plan, log: [{ code, key: null, day: today, params: { reason: plan.stateReason } }] };
}

/** A client has one plan at a time. */
function waitsForAnother(plan: Plan, { isOtherUnderWay }: Pick<PlanFacts, "isOtherUnderWay">): boolean {
  return plan.state === "closed" && plan.graduatedDay === null && isOtherUnderWay === true;
}

/** Why a plan is closed whose client left, by a person's word. */
export const CLIENT_LEFT = "client_left";

/** Closes the plan of a client that left (A8.25), whatever its deal says; it goes on when the word is taken back. */
export function followLeaving(
  plan: Plan,
  facts: Pick<PlanFacts, "deal" | "hasLeft" | "isOtherUnderWay">,
  context: DatingContext,
): { plan: Plan; log: PlanLog[] } {
  const { today } = context;
  if (facts.hasLeft) {
    const isClosed = plan.state === "closed";
    return isClosed ? { plan, log: [] } : entry("client_left", closePlan(plan, today, CLIENT_LEFT), today);
  }
  const isEndedByIt = plan.state === "closed" && plan.stateReason === CLIENT_LEFT;
  if (!isEndedByIt || waitsForAnother(plan, facts)) return { plan, log: [] };
  // As when a deal is won again: the day of that moves nothing.
  const wonAt = facts.deal?.outcome === "won" ? facts.deal.wonAt : plan.wonAt;
  return entry("client_stays", { ...resumePlan(plan, context), wonAt }, today);
}

/** The deal left the won stage and has not come back. */
export function isWithdrawn({ state, stateReason }: Pick<Plan, "state" | "stateReason">): boolean {
  return (state === "paused" || state === "closed") && DEAL_REASONS.includes(stateReason ?? "");
}

/** Does it run, or is it paused? A client has one such plan at a time. */
export function isUnderWay({ state }: Pick<Plan, "state">): boolean {
  return state === "running" || state === "paused";
}

/** The plan that speaks for the client: one that is under way, else the newest. */
export function currentPlan(plans: readonly Plan[]): Plan | null {
  return plans.find(isUnderWay) ?? plans.at(-1) ?? null;
}

/** What starts a plan: a trigger seen on a deal, or on the client where there is no deal. */
export interface StartTrigger {
  dealId: string | null;
  /** the first plan of a client, or another one after it graduated */
  onSecondDeal: "same_plan" | "new_cycle";
}

/**
 * Whether a trigger starts a plan, as which cycle, or why not. The same deal any number of times starts one plan (A2.1); of a trigger on the
 * client itself the caller remembers that it fired.
 */
export function startDecision(
  plans: readonly Pick<Plan, "cycle" | "dealId" | "state">[],
  trigger: StartTrigger,
): { start: true; cycle: number } | { start: false; reason: "has_plan" | "is_running" | "same_plan" } {
  if (trigger.dealId !== null && plans.some(({ dealId }) => dealId === trigger.dealId))
    return { start: false, reason: "has_plan" };
  if (plans.some(isUnderWay)) return { start: false, reason: "is_running" };
  const cycle = 1 + Math.max(0, ...plans.map((plan) => plan.cycle));
  if (plans.some(({ state }) => state === "graduated") && trigger.onSecondDeal === "same_plan") {
    return { start: false, reason: "same_plan" };
  }
  return { start: true, cycle };
}

/** The plan that goes on after a merge before the others: running, graduated, paused, closed; then the earlier start; then more steps done. */
export function sortedToGoOn(plans: readonly Plan[]): Plan[] {
  const rank = { graduated: 1, running: 0, paused: 2, closed: 3 };
  const done = (plan: Plan) => plan.steps.filter(({ state }) => state === "done").length;
  return [...plans].sort(
    (a, b) => rank[a.state] - rank[b.state] || a.startAt - b.startAt || done(b) - done(a) || a.cycle - b.cycle,
  );
}

/** After two clients or deals were merged one plan goes on. Every other one is closed with the reason `merged`; its done tasks keep their keys. */
export function mergePlans(plans: readonly Plan[], today: Day): Plan[] {
  return sortedToGoOn(plans).map((plan, at) =>
    at === 0 || plan.state === "closed" ? plan : closePlan(plan, today, "merged"),
  );
}
