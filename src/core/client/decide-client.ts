import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientColumns, ClientFacts, DecideConfig, Decision } from "../decide.ts";
import { type Desired, type DesiredFields, PRIORITY } from "../desired.ts";
import { escalationFields } from "../escalate/fields.ts";
import { fieldsOn } from "../fields.ts";
import { type ClientKey, parseRef, type RecordRef, type TextRef } from "../model.ts";
import type { PlanAnswer } from "../plan/types.ts";
import { type HealthAnswer, judgeHealth } from "./health.ts";
import { kpiClient } from "./kpi-client.ts";
import { climbLadders } from "./ladders.ts";
import { clientRecord, recordsOf, text } from "./plan-facts.ts";
import { planFields } from "./plan-fields.ts";
import { planWishes } from "./plan-tasks.ts";
import { advancePlans } from "./plans.ts";
import type { PortalBook } from "./portal-book.ts";
import { type ClientState, loadState } from "./state.ts";
import { voiceFields } from "./voice.ts";

/** See `Decide`. Carries the plans on, then says what the records of the client should show. */
export function decideClient(
  client: { key: ClientKey; state: unknown },
  facts: ClientFacts,
  book: PortalBook | null,
  config: DecideConfig,
  now: number,
): Decision {
  const { key } = client;
  const { state, isMerged } = loadState(client.state);
  const plans = advancePlans(key, state, isMerged, facts, config, now);
  const current = currentPlan(plans.answers);
  const desired: Desired[] = plans.answers.flatMap((answer) => [
    ...planWishes(key, answer.plan, answer.desired, facts, config, now),
  ]);
  const health = judgeHealth({ key, state, current, facts, book, config, now });
  const red = redOf(health, config);
  const letGo = isLetGo(key, state, facts);
  const ladders =
    current && climbLadders({ key, state, current, facts, config, class: health.class, isLetGo: letGo, red, now });
  if (ladders) desired.push(...ladders.wishes);
  desired.push(...zoneNote(key, health, facts, config));
  const escalation = ladders?.climbed.escalation ?? null;
  const ofPlan = current && { ...planFields(current.plan, current.view), ...escalationFields(escalation) };
  desired.push(...fieldWishes(key, { ...ofPlan, ...health.fields, ...voiceFields(facts) }, current, facts, config));
  const wakes = [...plans.answers.map((answer) => answer.wakeAt), ladders?.climbed.wakeAt ?? null, health.wakeAt];
  const next = wakes.filter((at) => at !== null);
  const ladder = ladders?.climbed.state ?? state.ladder;
  const kpi = current ? kpiClient(key, state, current, facts, config.zone, dayOf(now, config.zone)) : undefined;
  return {
    state: { ...state, plans: plans.plans, past: plans.past, ladder, health: health.state, ...(kpi && { kpi }) },
    desired,
    wakeAt: next.length === 0 ? null : Math.min(...next),
    columns: {
      ...columnsOf(key, facts, current),
      ...healthColumns(health, config),
      escalationOwnerId: escalation?.ownerId ?? null,
    },
    deeds: plans.deeds,
    scored: health.scored,
    findings: [],
  };
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
    value: health.value,
  };
}

/** "Let go", by a person on our screens or in the CRM's own field. */
function isLetGo(key: ClientKey, state: ClientState, facts: ClientFacts): boolean {
  return (state.acts?.decision?.choice ?? clientRecord(key, facts)?.facts["f.decision"]) === "let_go";
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
  const mine = fieldsOn(target.kind).filter(
    (field) => ready.has(field.id) && field.policy === "ours" && field.id in fields,
  );
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
  facts: ClientFacts,
  current: PlanAnswer | null,
): Pick<ClientColumns, "ownerId" | "phase" | "overdue" | "touchpointDay"> {
  return {
    ownerId: current?.view.ownerId ?? text(clientRecord(key, facts)?.facts.ownerId),
    phase: current?.view.stage ?? null,
    overdue: current?.view.overdue ?? 0,
    touchpointDay: current?.view.nextTouchpointDay ?? null,
  };
}
