import type { Day } from "../calendar/calendar.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientColumns, ClientFacts, DecideConfig, Decision } from "../decision.ts";
import { type Desired, type DesiredFields, PRIORITY } from "../desired.ts";
import { escalationFields } from "../escalate/fields.ts";
import { fieldsOn } from "../fields.ts";
import { type ClientKey, parseRef, type RecordRef, type TextRef } from "../model.ts";
import { traceWishes } from "../outside/wishes.ts";
import { currentPlan } from "../plan/life-cycle.ts";
import type { PlanAnswer } from "../plan/types.ts";
import { standOn } from "../play/decision.ts";
import { questionWishes } from "../question/wishes.ts";
import { holderOf } from "./acts.ts";
import { packBasis } from "./basis.ts";
import { decisionField, heedCrmDecision } from "./crm-decision.ts";
import { firstValueField, heedCrmFirstValue } from "./first-value.ts";
import { type HealthAnswer, judgeHealth } from "./health.ts";
import { kpiClient } from "./kpi-client.ts";
import { climbLadders, type LadderAnswer, whoClient } from "./ladders.ts";
import { isClientLost, notedLeaving } from "./left.ts";
import { clientRecord, recordsOf, text } from "./plan-facts.ts";
import { pageFields, planFields } from "./plan-fields.ts";
import { isAllGone, planLinks, planWishes } from "./plan-tasks.ts";
import { advancePlans, NEXT_PLAN_MS, type PlansAnswer } from "./plans.ts";
import { NO_PLAYS, type PlaysAnswer, playOn } from "./plays.ts";
import type { PortalBook } from "./portal-book.ts";
import { judgeSigns, type SignsAnswer, signsFrom } from "./signs.ts";
import { type ClientState, loadState } from "./state.ts";
import { voiceFields } from "./voice.ts";

/** Whom a decision is about, and what it is told. */
interface Case {
  key: ClientKey;
  state: ClientState;
  facts: ClientFacts;
  config: DecideConfig;
  now: number;
  today: Day;
  /** nothing of the client is there any more: what was asked for is withdrawn */
  isGone: boolean;
}

/** What each part of the house makes of it. */
interface Parts {
  plans: PlansAnswer;
  /** the plan that speaks for the client */
  current: PlanAnswer | null;
  health: ReturnType<typeof judgeHealth>;
  isLetGo: boolean;
  signs: SignsAnswer;
  plays: PlaysAnswer;
  /** null without a plan, or a client */
  ladders: LadderAnswer | null;
}

/** See `Decide`. Carries the plans on, then says what the records of the client should show. */
export function decideClient(
  client: { key: ClientKey; state: unknown },
  facts: ClientFacts,
  book: PortalBook | null,
  config: DecideConfig,
  now: number,
): Decision {
  const { key } = client;
  const { state: known, isMerged } = loadState(client.state);
  const today = dayOf(now, config.zone);
  const state = heedCrmFirstValue(key, heedCrmDecision(key, known, facts, now, today), facts);
  const one: Case = { key, state, facts, config, now, today, isGone: isAllGone(key, facts) };
  const parts = judge(one, isMerged, book);
  const { plans, current, health, plays, ladders } = parts;
  return {
    state: stateAfter(one, parts),
    desired: wishesOf(one, parts),
    wakeAt: nextWake(one, parts),
    scoreAt: health.wakeAt,
    basis: packBasis(health.basis),
    columns: {
      ...columnsOf(one, current),
      ...healthColumns(health, config),
      escalationOwnerId: ladders?.climbed.escalation?.ownerId ?? null,
    },
    deeds: one.isGone ? plans.deeds : [...plans.deeds, ...plays.deeds],
    scored: health.scored,
  };
}

function judge(one: Case, isMerged: boolean, book: PortalBook | null): Parts {
  const { key, state, facts, config, now, today } = one;
  const plans = advancePlans(key, state, isMerged, facts, config, now);
  const speaking = currentPlan(plans.plans);
  const current = plans.answers.find(({ plan }) => plan === speaking) ?? null;
  const isLetGo = standOn(state.acts?.decision, today).stand === "let_go";
  const hasLeft = isClientLost(key, plans.plans, facts, today);
  const signs = judgeSigns(state, current, facts, config, signsFrom(current, today), now);
  const health = judgeHealth({ key, state, current, facts, book, config, now, firing: signs.firing });
  const who = whoClient(key, ownerOf(one, current), health.class, facts, config);
  const plays = playOn({
    key: plans.plans[0]?.client ?? key,
    before: state.plays ?? NO_PLAYS,
    zone: health.result?.zone ?? "learning",
    zoneSince: health.result?.zoneSince ?? 0,
    why: health.shown?.main ?? "",
    firing: signs.firing,
    firedBefore: state.signs ?? {},
    verdicts: signs.verdicts,
    stoppedBy: hasLeft ? "client_left" : isLetGo ? "let_go" : null,
    who,
    links: planLinks(key, current?.plan, facts),
    facts,
    config,
    now,
  });
  const red = redOf(health, config);
  const isClimbing = current !== null || red !== null || Object.keys(state.ladder.reasons).length > 0;
  const ladders =
    isClimbing && !one.isGone
      ? climbLadders({ key, state, current, who, facts, config, isLetGo, hasLeft, red, now })
      : null;
  return { plans, current, health, isLetGo, signs, plays, ladders };
}

/** Everything that the CRM should hold for the client. */
function wishesOf(one: Case, parts: Parts): Desired[] {
  const { key, state, facts, config, now, isGone } = one;
  const { plans, current, health, plays, ladders } = parts;
  const asked = plans.answers.flatMap(({ plan, desired }) => [
    ...planWishes(key, plan, desired, facts, config, now, state.outside),
  ]);
  asked.push(...plays.wishes);
  if (current) {
    const links = planLinks(key, current.plan, facts);
    const questions = state.outside?.questions ?? [];
    asked.push(...questionWishes(questions, current.view.ownerId, links, facts, config, now));
  }
  return [
    ...(isGone ? asked.filter((wish) => "keep" in wish) : asked),
    ...(ladders?.wishes ?? []),
    ...zoneNote(key, health, facts, config),
    ...traceWishes(key, state.outside, facts),
    ...fieldWishes(key, fieldsOf(one, parts), current, facts, config),
  ];
}

/** What our fields on the client's records are to show. */
function fieldsOf(
  { key, state, facts, config, today }: Case,
  { current, health, plays, ladders }: Parts,
): DesiredFields {
  return {
    ...(current && {
      ...planFields(current.plan, current.view),
      ...pageFields(current.plan, state.outside, config.settings.pages),
    }),
    ...((current || ladders) && escalationFields(ladders?.climbed.escalation ?? null, config.language)),
    ...health.fields,
    ...voiceFields(facts, state.outside),
    ...decisionField(key, state.acts, facts, today),
    ...firstValueField(state.acts),
    ...(plays.supportLevel !== null && { support_level: plays.supportLevel }),
  };
}

/** The earliest moment at which the decision could change without new facts, epoch ms; null = never. */
function nextWake(
  { key, state, facts, config, now }: Case,
  { plans, current, ladders, health, signs, plays, isLetGo }: Parts,
): number | null {
  const wakes = [
    ...plans.answers.map((answer) => answer.wakeAt),
    plans.wakeAt,
    ladders?.climbed.wakeAt ?? null,
    dayAt(health.untilDay, config, now),
    dayAt(signs.nextDay, config, now),
    dayAt(plays.nextDay, config, now),
    plays.wakeAt,
    dayAt(notedLeaving(key, facts), config, now),
    isLetGo ? dayAt(state.acts?.decision?.reviewDay ?? null, config, now) : null,
    // The plan went on under the class of before.
    current?.plan.state === "graduated" && health.class !== (state.health?.class ?? null) ? now + NEXT_PLAN_MS : null,
  ].filter((at) => at !== null);
  return wakes.length === 0 ? null : Math.min(...wakes);
}

/** What is remembered until the next decision. */
function stateAfter(one: Case, { plans, current, health, signs, plays, ladders }: Parts): ClientState {
  const { key, state, facts, config, today, isGone } = one;
  const kpi = current ? kpiClient(key, state, plans.answers, current, facts, config, today) : undefined;
  return {
    ...state,
    plans: plans.plans,
    past: plans.past,
    // A wish for a plan is answered by this decision, whatever came of it.
    ...(state.acts?.start && { acts: { ...state.acts, start: null } }),
    ladder: ladders?.climbed.state ?? state.ladder,
    health: health.state,
    signs: signs.firing,
    plays: isGone ? (state.plays ?? NO_PLAYS) : plays.state,
    ...(kpi && { kpi }),
  };
}

/** Who has the client: as the plan says, else whoever its own record names. */
function ownerOf({ key, state, facts }: Case, current: PlanAnswer | null): string | null {
  return current?.view.ownerId ?? holderOf(state.acts, text(clientRecord(key, facts)?.facts.ownerId));
}

/** The start of a day ahead, as an instant; null for none, or for one that has come. */
function dayAt(day: number | null, config: DecideConfig, now: number): number | null {
  if (day === null) return null;
  const at = instantOf(day, 0, config.zone);
  return at > now ? at : null;
}

function redOf(health: HealthAnswer, config: DecideConfig): { since: number; text: TextRef } | null {
  if (health.result?.zone !== "red") return null;
  const since = instantOf(health.result.zoneSince, 0, config.zone);
  const said = health.shown?.main ?? "";
  return { since, text: said === "" ? { id: "score.no_reason" } : { id: "said", params: { said } } };
}

/** One timeline entry per change of zone. */
function zoneNote(key: ClientKey, health: HealthAnswer, facts: ClientFacts, config: DecideConfig): Desired[] {
  const change = health.shown?.change ?? null;
  const target = clientRecord(key, facts);
  if (!change || !target || target.gone) return [];
  const note = {
    text: { id: "said", params: { said: change.text } },
    at: instantOf(change.sinceDay, config.calendar.startMinute, config.zone),
  };
  const name = `zone:${key}:${change.sinceDay}`;
  return [{ key: name, kind: "note", target: target.ref, priority: PRIORITY.field, notBefore: 0, note }];
}

function healthColumns(
  health: HealthAnswer,
  config: DecideConfig,
): Pick<ClientColumns, "zone" | "score" | "zoneSince" | "class" | "value"> {
  const { result } = health;
  return {
    zone: result?.zone ?? null,
    score: result ? result.healthTenths / 10 : null,
    zoneSince: result ? instantOf(result.zoneSince, 0, config.zone) : null,
    class: health.class,
    value: health.basis.value,
  };
}

/** Our fields go on the client's own record and on the deal of its plan, as far as they exist there. */
function fieldWishes(
  key: ClientKey,
  fields: DesiredFields,
  current: PlanAnswer | null,
  facts: ClientFacts,
  config: DecideConfig,
): Desired[] {
  const targets: RecordRef[] = [];
  const own = parseRef(key);
  if (clientRecord(key, facts)?.gone === false) targets.push(own);
  const deal = recordsOf(facts, "deal").find((one) => one.ref.id === current?.plan.dealId);
  if (deal && own.kind !== "deal") targets.push(deal.ref);
  return targets.flatMap((target) => fieldWish(target, fields, config));
}

function fieldWish(target: RecordRef, fields: DesiredFields, config: DecideConfig): Desired[] {
  const ready = config.fields[target.kind as "company"];
  if (!ready) return [];
  const mine = fieldsOn(target.kind).filter((field) => ready.has(field.id) && field.id in fields);
  if (mine.length === 0) return [];
  const values = Object.fromEntries(mine.map((field) => [field.id, fields[field.id]!]));
  return [
    {
      key: `fields:${target.kind}:${target.id}`,
      kind: "fields",
      target,
      priority: PRIORITY.field,
      notBefore: 0,
      fields: values,
    },
  ];
}

function columnsOf(
  one: Case,
  current: PlanAnswer | null,
): Pick<ClientColumns, "ownerId" | "phase" | "overdue" | "touchpointDay"> {
  return {
    ownerId: ownerOf(one, current),
    phase: current?.view.stage ?? null,
    overdue: current?.view.overdue ?? 0,
    touchpointDay: current?.view.nextTouchpointDay ?? null,
  };
}
