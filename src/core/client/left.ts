/** Clients that left, by the day that a person noted on their record: what of theirs has ended (A8.25). */
import type { Day } from "../calendar/calendar.ts";
import type { ClientFacts } from "../decision.ts";
import { CLIENT_LEFT, isUnderWay, isWithdrawn } from "../plan/life-cycle.ts";
import type { Plan } from "../plan/types.ts";
import { clientRecord, number } from "./plan-facts.ts";

/** The template that tries to win a client back: it begins while the client is lost. */
const WIN_BACK = "win-back";

/** The day a person noted, which may lie ahead. */
export function notedLeaving(key: string, facts: ClientFacts): Day | null {
  return number(clientRecord(key, facts)?.facts["f.churned_on"]);
}

/** The day a person noted; null also where an onboarding began after it: the client came back. */
export function leftDayOf(key: string, plans: readonly Plan[], facts: ClientFacts): Day | null {
  const left = notedLeaving(key, facts);
  const isBack = (plan: Plan) => plan.templateId !== WIN_BACK && !isWithdrawn(plan) && plan.startDay > left!;
  return left === null || plans.some(isBack) ? null : left;
}

/** Has the leaving ended this plan? A client that came back goes on with its new one. */
export function isEndedByLeaving(plan: Plan, plans: readonly Plan[], left: Day | null, today: Day): boolean {
  const isFollowed = plans.some((other) => other.cycle > plan.cycle && other.templateId !== WIN_BACK);
  if (plan.stateReason === CLIENT_LEFT && isFollowed) return true;
  if (left === null || left > today) return false;
  return plan.templateId === WIN_BACK ? plan.startDay < left : plan.startDay <= left;
}

/** Is the client lost today, with nothing under way that is to win it back? */
export function isClientLost(key: string, plans: readonly Plan[], facts: ClientFacts, today: Day): boolean {
  const left = leftDayOf(key, plans, facts);
  return left !== null && left <= today && !plans.some((plan) => isUnderWay(plan) || plan.state === "graduated");
}
