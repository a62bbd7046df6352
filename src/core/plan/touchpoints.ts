import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import { addMonths } from "../calendar/day.ts";
import { chooseOwner, chooseStepOwner } from "./owners.ts";
import type { Template, Touchpoint } from "./template.ts";
import type { Plan, PlanConfig, PlanFacts, Touch } from "./types.ts";

/** What every graduated client gets where its template names nothing: a check-in every three months. */
export const DEFAULT_TOUCHPOINT: Touchpoint = {
  key: "check_in",
  title: { en: "Check-in call", ru: "Check-in звонок", uk: "Check-in дзвінок", ro: "Apel de check-in" },
  everyMonths: 3,
  type: "call",
  priority: "medium",
  owner: ["account_manager", "client_owner", "deal_owner"],
};

/** Recurring contacts for a class; an unknown class is treated as C. Never empty: the last resort recurs without end. */
function touchpointsFor(template: Template, clientClass: "A" | "B" | "C" | null): readonly Touchpoint[] {
  const own = template.touchpoints[clientClass ?? "C"];
  const isEndless = own.some(({ toMonth }) => toMonth === undefined);
  return isEndless ? own : [...own, DEFAULT_TOUCHPOINT];
}

interface Occurrence {
  number: number;
  day: Day;
}

/** The first occurrence numbered above `after` on or after `from`; null once its months are over. */
function nextOccurrence(
  plan: Plan,
  rule: Touchpoint,
  after: number,
  from: Day,
  calendar: WorkCalendar,
): Occurrence | null {
  const graduated = plan.graduatedDay ?? from;
  for (let number = after + 1; number <= after + 600; number++) {
    const plain = addMonths(graduated, number * rule.everyMonths);
    if (rule.toMonth !== undefined && plain > addMonths(plan.startDay, rule.toMonth)) return null;
    if (rule.fromMonth !== undefined && plain < addMonths(plan.startDay, rule.fromMonth)) continue;
    const day = calendar.rollForward(plain);
    if (day >= from) return { number, day };
  }
  return null;
}

const lastNumber = (plan: Plan, key: string) =>
  Math.max(0, ...plan.touches.filter((touch) => touch.key === key).map(({ number }) => number));

/** Finished touches kept per plan; older ones are dropped from the plan, their tasks stay in the CRM. */
const KEPT = 12;

interface TouchContext {
  template: Template;
  calendar: WorkCalendar;
  config: PlanConfig;
  today: Day;
}

/** Adds the touchpoints that come up within the window, never a second one of a kind that is still open (A3.5, A7.6). */
export function scheduleTouches(
  plan: Plan,
  facts: Pick<PlanFacts, "deal" | "client" | "owners">,
  context: TouchContext,
): Plan {
  if (plan.state !== "graduated") return plan;
  const { today, calendar, config, template } = context;
  const added: Touch[] = [];
  for (const rule of touchpointsFor(template, facts.client.class)) {
    if (plan.touches.some((touch) => touch.key === rule.key && touch.state === "open")) continue;
    const next = nextOccurrence(plan, rule, lastNumber(plan, rule.key), today, calendar);
    if (!next || next.day - config.touchpointAheadDays > today) continue;
    const owner = chooseOwner(rule.owner, plan, facts, config);
    added.push({ key: rule.key, number: next.number, dueDay: next.day, state: "open", owner, pinnedAt: null });
  }
  if (added.length === 0) return plan;
  const finished = plan.touches.filter(({ state }) => state !== "open");
  const dropped = new Set(finished.slice(0, Math.max(0, finished.length - KEPT)));
  // The newest of a kind carries its count and is never dropped.
  const keep = (touch: Touch) => !dropped.has(touch) || touch.number === lastNumber(plan, touch.key);
  return { ...plan, touches: [...plan.touches.filter(keep), ...added] };
}

/** Open touchpoints follow a change of owner and leave a day that became a day off; done ones keep both. */
export function reassignTouches(
  plan: Plan,
  facts: Pick<PlanFacts, "deal" | "client" | "owners">,
  context: TouchContext,
): Plan {
  const rules = Object.values(context.template.touchpoints).flat();
  let isChanged = false;
  const touches = plan.touches.map((touch) => {
    if (touch.state !== "open") return touch;
    const rule = rules.find(({ key }) => key === touch.key) ?? DEFAULT_TOUCHPOINT;
    const owner = chooseStepOwner(touch.pickedOwnerId ?? null, rule.owner, plan, facts, context.config);
    const dueDay = touch.pinnedAt === null ? context.calendar.rollForward(touch.dueDay) : touch.dueDay;
    const isSameOwner = owner.ownerId === touch.owner.ownerId && owner.role === touch.owner.role;
    if (isSameOwner && dueDay === touch.dueDay) return touch;
    isChanged = true;
    return { ...touch, owner, dueDay };
  });
  return isChanged ? { ...plan, touches } : plan;
}

/** The next contact day of a graduated client, open touches that are not overdue included. There always is one. */
export function nextTouchDay(plan: Plan, facts: Pick<PlanFacts, "client">, context: TouchContext): Day {
  const { today, calendar, template } = context;
  const days = plan.touches
    .filter(({ state, dueDay }) => state === "open" && dueDay >= today)
    .map(({ dueDay }) => dueDay);
  for (const rule of touchpointsFor(template, facts.client.class)) {
    const next = nextOccurrence(plan, rule, lastNumber(plan, rule.key), today, calendar);
    if (next) days.push(next.day);
  }
  return Math.min(...days);
}

/** Days on which the answer about touchpoints changes by itself. */
export function touchWakeDays(plan: Plan, facts: Pick<PlanFacts, "client">, context: TouchContext): Day[] {
  if (plan.state !== "graduated") return [];
  const days = plan.touches.filter(({ state }) => state === "open").map(({ dueDay }) => dueDay + 1);
  for (const rule of touchpointsFor(context.template, facts.client.class)) {
    const next = nextOccurrence(plan, rule, lastNumber(plan, rule.key), context.today, context.calendar);
    if (next) days.push(next.day - context.config.touchpointAheadDays, next.day + 1);
  }
  return days.filter((day) => day > context.today);
}
