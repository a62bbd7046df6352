import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientColumns, ClientFacts, DecideConfig, Decision } from "../decision.ts";
import { type Desired, type DesiredFields, PRIORITY } from "../desired.ts";
import { escalationFields } from "../escalate/fields.ts";
import { fieldsOn } from "../fields.ts";
import { type ClientKey, parseRef, type RecordRef, type TextRef } from "../model.ts";
import { traceWishes } from "../outside/wishes.ts";
import type { PlanAnswer } from "../plan/types.ts";
import { standOn } from "../play/decision.ts";
import { questionWishes } from "../question/wishes.ts";
import { holderOf } from "./acts.ts";
import { packBasis } from "./basis.ts";
import { decisionField, heedCrmDecision } from "./crm-decision.ts";
import { firstValueField, heedCrmFirstValue } from "./first-value.ts";
import { type HealthAnswer, judgeHealth } from "./health.ts";
import { kpiClient } from "./kpi-client.ts";
import { climbLadders } from "./ladders.ts";
import { clientRecord, recordsOf, text } from "./plan-facts.ts";
import { pageFields, planFields } from "./plan-fields.ts";
import { isAllGone, planLinks, planWishes } from "./plan-tasks.ts";
import { advancePlans } from "./plans.ts";
import { NO_PLAYS, playOn } from "./plays.ts";
import type { PortalBook } from "./portal-book.ts";
import { judgeSigns } from "./signs.ts";
import { type ClientState, loadState } from "./state.ts";
import { voiceFields } from "./voice.ts";

/** Signs look back this far where no plan tells the beginning, days. */
const SIGN_HISTORY_DAYS = 400;

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
  const plans = advancePlans(key, state, isMerged, facts, config, now);
  const current = currentPlan(plans.answers);
  const isGone = isAllGone(key, facts);
  const asked = (wishes: readonly Desired[]) => (isGone ? wishes.filter((wish) => "keep" in wish) : wishes);
  const desired: Desired[] = plans.answers.flatMap((answer) => [
    ...asked(planWishes(key, answer.plan, answer.desired, facts, config, now, state.outside)),
  ]);
  const health = judgeHealth({ key, state, current, facts, book, config, now });
  const red = redOf(health, config);
  const letGo = standOn(state.acts?.decision, today).stand === "let_go";
  const firstDay = current?.plan.startDay ?? today - SIGN_HISTORY_DAYS;
  const signs = judgeSigns(state, current, facts, config, firstDay, now);
  const plays = playOn({
    key: plans.plans[0]?.client ?? key,
    before: state.plays ?? NO_PLAYS,
    zone: health.result?.zone ?? "learning",
    zoneSince: health.result?.zoneSince ?? 0,
    firing: signs.firing,
    isLetGo: letGo,
    ownerId: current?.view.ownerId ?? holderOf(state.acts, text(clientRecord(key, facts)?.facts.ownerId)),
    links: planLinks(key, current?.plan, facts),
    facts,
    config,
    now,
  });
  desired.push(...asked(plays.wishes));
  if (current) {
    const links = planLinks(key, current.plan, facts);
    const questions = state.outside?.questions ?? [];
    desired.push(...asked(questionWishes(questions, current.view.ownerId, links, facts, config, now)));
  }
  const ladders =
    current && !isGone
      ? climbLadders({ key, state, current, facts, config, class: health.class, isLetGo: letGo, red, now })
      : null;
  if (ladders) desired.push(...ladders.wishes);
  desired.push(...zoneNote(key, health, facts, config), ...traceWishes(key, state.outside, facts));
  const escalation = ladders?.climbed.escalation ?? null;
  const ofPlan = current && {
    ...planFields(current.plan, current.view),
    ...pageFields(current.plan, state.outside, config.settings.pages),
    ...escalationFields(escalation, config.language),
  };
  const said = {
    ...voiceFields(facts, state.outside),
    ...decisionField(key, state.acts, facts, today),
    ...firstValueField(state.acts),
    ...(plays.supportLevel !== null && { support_level: plays.supportLevel }),
  };
  desired.push(...fieldWishes(key, { ...ofPlan, ...health.fields, ...said }, current, facts, config));
  const wakes = [
    ...plans.answers.map((answer) => answer.wakeAt),
    plans.wakeAt,
    ladders?.climbed.wakeAt ?? null,
    dayAt(health.untilDay, config, now),
    dayAt(signs.nextDay, config, now),
    dayAt(plays.nextDay, config, now),
    letGo ? dayAt(state.acts?.decision?.reviewDay ?? null, config, now) : null,
  ];
  const next = wakes.filter((at) => at !== null);
  const ladder = ladders?.climbed.state ?? state.ladder;
  const kpi = current ? kpiClient(key, state, current, facts, config, today) : undefined;
  return {
    state: {
      ...state,
      plans: plans.plans,
      past: plans.past,
      // A wish for a plan is answered by this decision, whatever came of it.
      ...(state.acts?.start && { acts: { ...state.acts, start: null } }),
      ladder,
      health: health.state,
      signs: signs.firing,
      plays: isGone ? (state.plays ?? NO_PLAYS) : plays.state,
      ...(kpi && { kpi }),
    },
    desired,
    wakeAt: next.length === 0 ? null : Math.min(...next),
    scoreAt: health.wakeAt,
    basis: packBasis(health.basis),
    columns: {
      ...columnsOf(key, state.acts, facts, current),
      ...healthColumns(health, config),
      escalationOwnerId: escalation?.ownerId ?? null,
    },
    deeds: isGone ? plans.deeds : [...plans.deeds, ...plays.deeds],
    scored: health.scored,
  };
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

/** The plan that speaks for the client: one that runs, else the newest. */
function currentPlan(answers: readonly PlanAnswer[]): PlanAnswer | null {
  return answers.find((one) => one.plan.state === "running" || one.plan.state === "paused") ?? answers.at(-1) ?? null;
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
  key: ClientKey,
  acts: ClientState["acts"],
  facts: ClientFacts,
  current: PlanAnswer | null,
): Pick<ClientColumns, "ownerId" | "phase" | "overdue" | "touchpointDay"> {
  return {
    ownerId: current?.view.ownerId ?? holderOf(acts, text(clientRecord(key, facts)?.facts.ownerId)),
    phase: current?.view.stage ?? null,
    overdue: current?.view.overdue ?? 0,
    touchpointDay: current?.view.nextTouchpointDay ?? null,
  };
}
