/** One client as the decision would see it now: its state, facts and plan, put together for screens and acts. Reads only. */
import { dayOf } from "../core/calendar/zone.ts";
import { type Acts, NO_ACTS } from "../core/client/acts.ts";
import { heedCrmDecision } from "../core/client/crm-decision.ts";
import { heedCrmFirstValue } from "../core/client/first-value.ts";
import { isClientLost } from "../core/client/left.ts";
import { clientRecord, planFacts, text } from "../core/client/plan-facts.ts";
import { contextOf } from "../core/client/plans.ts";
import { type ClientState, loadState } from "../core/client/state.ts";
import type { ClientFacts, DecideConfig } from "../core/decision.ts";
import type { ClientKey, RecordRef } from "../core/model.ts";
import { advancePlan } from "../core/plan/advance.ts";
import { selectSteps } from "../core/plan/compile.ts";
import type { SettleContext } from "../core/plan/settle.ts";
import type { Plan, PlanAnswer, PlanFacts, PlanView } from "../core/plan/types.ts";
import { dealContactsOf } from "../engine/deal-contacts.ts";
import { thingFacts } from "../engine/three-way.ts";
import type { Portal } from "../portal-open.ts";
import type { StoredClient } from "../store/clients.ts";
import type { Thing } from "../store/mirror.ts";

export interface ClientReading {
  stored: StoredClient;
  state: ClientState;
  acts: Acts;
  facts: ClientFacts;
  things: readonly Thing[];
  config: DecideConfig;
  today: number;
}

/** Known clients of `keys`, in their order. @throws Error before the portal was looked at for the first time */
export function readClients(portal: Portal, keys: readonly ClientKey[], nowMs: number): readonly ClientReading[] {
  const { store } = portal;
  const config = portal.engine().config();
  const today = dayOf(nowMs, config.zone);
  const records = store.records.ofClients(keys);
  const dealContacts = dealContactsOf(store, records);
  const things = store.mirror.ofClients(keys);
  const usage = store.usageOf(keys);
  const isCareful = store.meta.get("careful") !== null;
  return keys.flatMap((key): ClientReading[] => {
    const stored = store.clients.get(key);
    if (!stored) return [];
    const own = records.get(key) ?? [];
    const deals = own.filter((one) => one.ref.kind === "deal").map((one) => one.ref.id);
    const facts: ClientFacts = {
      records: own,
      dealContacts: dealContacts.get(key) ?? [],
      things: (things.get(key) ?? []).map((thing) => thingFacts(thing, isCareful)),
      survivors: store.records.mergedInto("deal", deals),
      usage: usage.get(key) ?? {},
    };
    const heard = heedCrmDecision(key, loadState(stored.state).state, facts, nowMs, today);
    const state = heedCrmFirstValue(key, heard, facts);
    return [{ stored, state, acts: state.acts ?? NO_ACTS, facts, things: things.get(key) ?? [], config, today }];
  });
}

/** Null for a client that is not known. @throws Error before the portal was looked at for the first time */
export function readClient(portal: Portal, key: ClientKey, nowMs: number): ClientReading | null {
  return readClients(portal, [key], nowMs)[0] ?? null;
}

/** How important a person called the client in the CRM's field; null where nobody did. */
export function strategicOf({ stored, facts }: Pick<ClientReading, "stored" | "facts">): string | null {
  return text(clientRecord(stored.key, facts)?.facts["f.importance_strategic"]);
}

/** Has the client left, with nothing under way that is to win it back? Nobody is asked to look after it then. */
export function isLost({ stored, state, facts, today }: ClientReading): boolean {
  return isClientLost(stored.key, state.plans, facts, today);
}

export interface PlanReading {
  /** as the next decision will leave it */
  plan: Plan;
  facts: PlanFacts;
  /** with the steps that this plan really has */
  context: SettleContext;
  view: PlanView;
  answer: PlanAnswer;
}

/** The plan as of now: what people did since the last decision is taken in, so that a click shows at once. Stores nothing. */
export function readPlan(reading: ClientReading, plan: Plan, nowMs: number): PlanReading {
  const { config, today, stored } = reading;
  const facts = planFacts(stored.key, plan, reading.state, reading.facts, config);
  const whole = contextOf(plan, config, nowMs);
  const context = { ...whole, template: selectSteps(whole.template, plan.options), today };
  const answer = advancePlan(plan, facts, whole);
  return { plan: answer.plan, facts, context, view: answer.view, answer };
}

/** The task of a plan's step in the CRM; null where there is none, or no more. */
export function taskRef({ things }: Pick<ClientReading, "things">, plan: Plan, step: string): RecordRef | null {
  const thing = things.find((one) => one.key === `plan:${plan.client}:${plan.cycle}/${step}`);
  const isThere = thing?.kind === "task" && thing.state !== "gone" && thing.externalId;
  return isThere ? { kind: "task", id: thing.externalId! } : null;
}
