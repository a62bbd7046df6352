/** One client as the key figures see it, kept with its state so that a page over all clients reads no record. */
import { addMonths } from "../calendar/day.ts";
import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts, DecideConfig } from "../decision.ts";
import { CHURN_REASONS, type ChurnReason, type KpiClient, type Month, monthOf } from "../kpi/client.ts";
import { isTopic } from "../kpi/topics.ts";
import { messageKey } from "../outside/wishes.ts";
import { own } from "../own.ts";
import { CLIENT_LEFT, isUnderWay, isWithdrawn } from "../plan/life-cycle.ts";
import type { Plan, PlanAnswer } from "../plan/types.ts";
import { featuresOf } from "../usage/settings.ts";
import { leftDayOf } from "./left.ts";
import { clientRecord, number, recordsOf, text } from "./plan-facts.ts";
import type { ClientState } from "./state.ts";

/** Months of revenue that are kept: two years compare a year with the one before. */
const REVENUE_MONTHS = 24;
/** What a monthly review may still ask for, days. */
const KEEP_DAYS = 100;
/** The days from signing in which use of a feature counts as adoption (A10.7). */
const ADOPTION_DAYS = 30;
const DAY_MS = 86_400_000;
/** An answer later than this is a new conversation, ms. */
const ANSWER_MS = 7 * DAY_MS;

/**
 * The onboarding that key figures speak of: the first that goes on or was completed, so that a later one does not put another in its place. Of
 * a client that left it is the one that the leaving ended.
 */
function onboardingOf(answers: readonly PlanAnswer[], current: PlanAnswer, churnedDay: number | null): PlanAnswer {
  const counts = ({ plan }: PlanAnswer) =>
    (churnedDay !== null && plan.stateReason === CLIENT_LEFT) ||
    (!isWithdrawn(plan) && (isUnderWay(plan) || plan.graduatedDay !== null));
  return answers.find(counts) ?? current;
}

/** @param answers all plans of the client, the earliest first; `current` speaks for it today */
export function kpiClient(
  key: string,
  state: ClientState,
  answers: readonly PlanAnswer[],
  current: PlanAnswer,
  facts: ClientFacts,
  config: DecideConfig,
  today: number,
): KpiClient {
  const { zone } = config;
  const client = clientRecord(key, facts);
  const churnedDay = leftDayOf(
    key,
    answers.map((answer) => answer.plan),
    facts,
  );
  const { plan, view } = onboardingOf(answers, current, churnedDay);
  const reason = text(client?.facts["f.churn_reason"]);
  // The CRM has one field for first value: a later onboarding's day takes the place of the first one's there.
  const known = plan !== current.plan && state.kpi?.signedDay === plan.startDay ? state.kpi.firstValueDay : null;
  return {
    key,
    state: plan.state,
    isWithdrawn: isWithdrawn(plan),
    signedDay: plan.startDay,
    pausedDay: plan.pausedDay,
    firstValueDay: known ?? view.firstValueDay,
    goLiveDay: view.goLiveDay,
    completedAllStages: view.graduatedDay !== null,
    windowEndsDay: windowEnd(plan),
    churnedDay,
    churnReason: CHURN_REASONS.includes(reason as ChurnReason) ? (reason as ChurnReason) : null,
    segment: plan.templateId,
    nps: surveys("nps", state, facts, zone),
    ces: surveys("ces", state, facts, zone),
    revenue: revenueByMonth(facts, zone, monthOf(addMonths(today, -REVENUE_MONTHS))),
    features: featuresUsed(state, plan, facts, config, today),
    phases: plan.phases.flatMap(({ key: phase, enteredDay, leftDay }) =>
      enteredDay === null ? [] : [{ key: phase, enteredDay, leftDay }],
    ),
    reopened: reopenedSteps(state, current, today),
    messages: sentLetters(current.plan, facts, zone, today),
    questions: questions(state, facts, zone, today),
  };
}

/**
 * Null where usage could not be seen from the signing on. When the days are over, what was known stays: a feature that the admin names
 * later was not counted then.
 */
function featuresUsed(
  { kpi }: ClientState,
  { startDay }: Plan,
  { usage }: ClientFacts,
  { settings, sight }: DecideConfig,
  today: number,
): KpiClient["features"] {
  if (today > startDay + ADOPTION_DAYS) return kpi?.signedDay === startDay ? kpi.features : null;
  const features = featuresOf(settings.usage);
  if (features.length === 0 || sight.usageDay > startDay) return null;
  const isUsed = (feature: string) =>
    (own(usage, feature) ?? []).some(([day, n]) => n > 0 && day >= startDay && day < startDay + ADOPTION_DAYS);
  return { used: features.filter(isUsed).length, total: features.length };
}

/** Steps that were done and opened again, seen once each: remembered with the client for as long as a review may ask. */
function reopenedSteps({ kpi }: ClientState, { plan, log }: PlanAnswer, today: number): KpiClient["reopened"] {
  const before = (kpi?.reopened ?? []).filter((one) => one.day >= Math.max(plan.startDay, today - KEEP_DAYS));
  const now = log.flatMap(({ code, key, day }) => (code === "step_reopened" && key ? [{ step: key, day }] : []));
  return now.length === 0 ? before : [...before, ...now];
}

/**
 * The plan's letters that went out, by step. Whether one was opened no CRM tells for letters that it did not send itself; answered is one
 * after which the client wrote within a week. Null while the week lasts, and where nothing tells of the client's letters.
 */
function sentLetters(plan: Plan, facts: ClientFacts, zone: string, today: number): KpiClient["messages"] {
  const prefix = messageKey(plan, "");
  const replies = [
    ...recordsOf(facts, "email").flatMap((one) => (one.facts.direction === "in" ? [number(one.facts.at)] : [])),
    ...facts.records.map((one) => number(one.facts.lastReplyAt)),
  ].filter((at) => at !== null);
  const isTold = replies.length > 0 || recordsOf(facts, "email").length > 0;
  return facts.things.flatMap((thing) => {
    const at = number(thing.wrote?.at);
    if (thing.kind !== "message" || !thing.there || at === null || !thing.key.startsWith(prefix)) return [];
    const day = dayOf(at, zone);
    if (day < today - KEEP_DAYS) return [];
    const isAnswered = replies.some((reply) => reply > at && reply <= at + ANSWER_MS);
    const isOver = day + ANSWER_MS / DAY_MS < today;
    const text = thing.key.slice(thing.key.lastIndexOf("/") + 1);
    return [{ text, day, isOpened: null, isAnswered: isAnswered || (isOver && isTold ? false : null) }];
  });
}

/**
 * Tickets by the category that the help desk gave them; letters by their intent, where an admin consented to their being read; questions on
 * the plan page by the topic that answered them.
 */
function questions({ outside }: ClientState, facts: ClientFacts, zone: string, today: number): KpiClient["questions"] {
  const asked = (at: number | null, topic: string | null): KpiClient["questions"] => {
    if (at === null || topic === null) return [];
    const day = dayOf(at, zone);
    return day < today - KEEP_DAYS ? [] : [{ topic, day }];
  };
  const intents = recordsOf(facts, "email").filter((one) => one.facts.direction === "in");
  return [
    ...recordsOf(facts, "ticket").flatMap((one) => asked(number(one.facts.openedAt), text(one.facts.topic))),
    ...intents.flatMap(({ facts: letter }) => {
      const intent = text(letter.intent);
      return asked(number(letter.at), intent !== null && isTopic(intent) ? intent : null);
    }),
    ...(outside?.questions ?? []).flatMap((one) => asked(one.at, one.topic)),
  ];
}

/** The latest finish of the last phase; a plan without phases ends with its length. */
function windowEnd(plan: Plan): number {
  return plan.phases.length === 0
    ? plan.startDay + plan.lengthDays
    : Math.max(...plan.phases.map((phase) => phase.latestDay));
}

function surveys(
  kind: "nps" | "ces",
  { outside }: ClientState,
  facts: ClientFacts,
  zone: string,
): { day: number; score: number }[] {
  const own = (outside?.answers ?? []).filter((one) => one.kind === kind);
  const found = own.map((one) => ({ day: dayOf(one.at, zone), score: one.score }));
  for (const { facts: survey } of recordsOf(facts, "survey")) {
    const score = number(survey.score);
    const at = number(survey.at);
    if (survey.kind === kind && score !== null && at !== null) found.push({ day: dayOf(at, zone), score });
  }
  for (const { facts: contact } of recordsOf(facts, "contact")) {
    const score = number(contact[kind]);
    const at = number(contact[`${kind}At`]);
    const day = at === null ? null : dayOf(at, zone);
    if (score !== null && day !== null && !found.some((one) => one.day === day && one.score === score))
      found.push({ day, score });
  }
  return found.sort((a, b) => a.day - b.day);
}

/** Won amounts by the month of winning, in the portal's currency. */
function revenueByMonth(facts: ClientFacts, zone: string, from: Month): { month: Month; amount: number }[] {
  const months = new Map<Month, number>();
  for (const { facts: deal } of recordsOf(facts, "deal")) {
    const wonAt = number(deal.wonAt);
    const amount = number(deal.amount);
    if (deal.outcome !== "won" || wonAt === null || amount === null) continue;
    const month = monthOf(dayOf(wonAt, zone));
    if (month >= from) months.set(month, (months.get(month) ?? 0) + amount);
  }
  return [...months].sort(([a], [b]) => a - b).map(([month, amount]) => ({ month, amount }));
}
