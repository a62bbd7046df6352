import type { ClientColumns, ClientFacts, DecideConfig, Decision } from "../decide.ts";
import { type Desired, type DesiredFields, PRIORITY } from "../desired.ts";
import { escalationFields } from "../escalate/fields.ts";
import { fieldsOn } from "../fields.ts";
import { type ClientKey, parseRef, type RecordRef } from "../model.ts";
import type { PlanAnswer } from "../plan/types.ts";
import { climbLadders } from "./ladders.ts";
import { clientRecord, number, recordsOf, text } from "./plan-facts.ts";
import { planFields } from "./plan-fields.ts";
import { planWishes } from "./plan-tasks.ts";
import { advancePlans } from "./plans.ts";
import { type ClientState, loadState } from "./state.ts";

/** See `Decide`. Carries the plans on, then says what the records of the client should show. */
export function decideClient(
  client: { key: ClientKey; state: unknown },
  facts: ClientFacts,
  _book: unknown,
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
  const ladders =
    current &&
    climbLadders({
      key,
      state,
      current,
      facts,
      config,
      class: null,
      isLetGo: isLetGo(key, state, facts),
      red: null,
      now,
    });
  if (ladders) desired.push(...ladders.wishes);
  const escalation = ladders?.climbed.escalation ?? null;
  const fields = current ? { ...planFields(current.plan, current.view), ...escalationFields(escalation) } : {};
  desired.push(...fieldWishes(key, fields, current, facts, config));
  const wakes = [...plans.answers.map((answer) => answer.wakeAt), ladders?.climbed.wakeAt ?? null].filter(
    (at) => at !== null,
  );
  return {
    state: { ...state, plans: plans.plans, past: plans.past, ladder: ladders?.climbed.state ?? state.ladder },
    desired,
    wakeAt: wakes.length === 0 ? null : Math.min(...wakes),
    columns: { ...columnsOf(key, facts, current), escalationOwnerId: escalation?.ownerId ?? null },
    deeds: plans.deeds,
    scored: null,
    findings: [],
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

function columnsOf(key: ClientKey, facts: ClientFacts, current: PlanAnswer | null): ClientColumns {
  const amounts = recordsOf(facts, "deal")
    .filter((one) => one.facts.outcome === "won")
    .map((one) => number(one.facts.amount) ?? 0);
  return {
    zone: null,
    score: null,
    zoneSince: null,
    ownerId: current?.view.ownerId ?? text(clientRecord(key, facts)?.facts.ownerId),
    escalationOwnerId: null,
    phase: current?.view.stage ?? null,
    class: null,
    overdue: current?.view.overdue ?? 0,
    value: amounts.length === 0 ? null : amounts.reduce((sum, one) => sum + one, 0),
    touchpointDay: current?.view.nextTouchpointDay ?? null,
  };
}
