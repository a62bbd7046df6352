/** What the plan engine wants to know of a client, from the records we hold. */
import type { ClientFacts, ClientRecord, DecideConfig } from "../decision.ts";
import type { ThingFacts } from "../desired.ts";
import type { FactValue, RecordKind } from "../model.ts";
import { callFacts, contactFacts, formCompleted, messageFacts } from "../outside/wishes.ts";
import type { Plan, PlanFacts, TaskFact } from "../plan/types.ts";
import { FIRST_VALUE } from "../usage/settings.ts";
import { externalDoneOf } from "./acts.ts";
import { firstValueSaid } from "./first-value.ts";
import type { ClientState } from "./state.ts";

/** The key of everything that a plan keeps in the CRM. */
export function planKey(plan: Pick<Plan, "client">, key: string): string {
  return `plan:${plan.client}:${key}`;
}

/** The records that were asked for last, by kind: a decision asks dozens of times for those of its one client. */
let known: readonly ClientRecord[] = [];
let byKind: ReadonlyMap<RecordKind, readonly ClientRecord[]> = new Map();

const NONE: readonly ClientRecord[] = [];

/** Those of one kind that were not deleted, in the order given. */
export function recordsOf({ records }: ClientFacts, kind: RecordKind): readonly ClientRecord[] {
  if (records !== known) {
    byKind = Map.groupBy(
      records.filter((one) => !one.gone),
      (one) => one.ref.kind,
    );
    known = records;
  }
  return byKind.get(kind) ?? NONE;
}

/** The record that is the client: its company, else its contact, else its deal. */
export function clientRecord(key: string, facts: ClientFacts): ClientRecord | null {
  return facts.records.find((one) => `${one.ref.kind}:${one.ref.id}` === key) ?? null;
}

export function text(value: FactValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function number(value: FactValue | undefined): number | null {
  return typeof value === "number" ? value : null;
}

/** The facts for one plan. `dealId` is the plan's deal under its present id. */
export function planFacts(
  key: string,
  plan: Plan,
  state: ClientState,
  facts: ClientFacts,
  config: DecideConfig,
): PlanFacts {
  const client = clientRecord(key, facts);
  const contacts = recordsOf(facts, "contact");
  const reach = contactFacts(plan, facts, state.outside);
  const deal =
    plan.dealId === null
      ? undefined
      : facts.records.find((one) => one.ref.kind === "deal" && one.ref.id === plan.dealId);
  return {
    deal: plan.dealId === null ? null : dealFact(deal),
    client: {
      ownerId: text(client?.facts.ownerId),
      // As of the decision before: a class that changes in this one asks for another decision.
      class: state.health?.class ?? null,
      firstValueDay: firstValueIn(plan, state, firstValueSaid(key, state.acts, facts), facts),
      lastReplyAt: latest([
        ...[client, ...contacts].map((one) => number(one?.facts.lastReplyAt)),
        // A CRM that keeps no such date still shows the client's letters.
        ...recordsOf(facts, "email").map((one) => (one.facts.direction === "in" ? number(one.facts.at) : null)),
      ]),
      ...reach,
      ...(state.acts?.heldBy && { heldBy: state.acts.heldBy }),
    },
    owners: config.ownerTable,
    tasks: taskFacts(plan, facts.things),
    ...messageFacts(plan, facts.things, reach.isBounced),
    calls: callFacts(plan, facts.things),
    externalDone: externalDoneOf(state.acts, plan.cycle),
    meetings: recordsOf(facts, "meeting").flatMap((one) => meetingFact(one)),
    values: {
      ...valuesOf(client, deal, config.settings),
      ...outsideValues(state, facts, config),
      ...signValues(state),
    },
  };
}

/**
 * First value of this plan: what people say, else what usage shows. What came before the start counts for the first plan only, and what came
 * after the start of the next plan is that one's.
 */
function firstValueIn(plan: Plan, state: ClientState, said: number | null, facts: ClientFacts): number | null {
  const next = state.plans.find(({ cycle }) => cycle > plan.cycle);
  const isOwn = (day: number) => (plan.cycle === 1 || day >= plan.startDay) && (!next || day < next.startDay);
  const days = [...(said === null ? [] : [said]), ...(facts.usage[FIRST_VALUE] ?? []).map(([day]) => day)];
  return days.find(isOwn) ?? null;
}

/** What templates may ask about the setup form and the surveys: `form.completed`, `survey.nps`, `survey.ces`. */
function outsideValues(
  state: ClientState,
  facts: ClientFacts,
  config: DecideConfig,
): Readonly<Record<string, FactValue>> {
  const answers = (state.outside?.answers ?? []).map((one) => [`survey.${one.kind}`, one.score] as const);
  return { "form.completed": formCompleted(facts, config), ...Object.fromEntries(answers) };
}

/** The signs that fired when the client was last decided, as templates ask for them: `signal.<id>`. */
function signValues({ signs = {} }: ClientState): Readonly<Record<string, FactValue>> {
  return Object.fromEntries(Object.keys(signs).map((id) => [`signal.${id}`, true]));
}

function dealFact(deal: ClientRecord | undefined): PlanFacts["deal"] {
  if (!deal || deal.gone) return { outcome: "gone", wonAt: null, ownerId: null };
  return {
    outcome: (text(deal.facts.outcome) as "open" | "won" | "lost" | null) ?? "open",
    wonAt: number(deal.facts.wonAt),
    ownerId: text(deal.facts.ownerId),
  };
}

function latest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((one) => one !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function meetingFact(one: ClientRecord): PlanFacts["meetings"] {
  const startAt = number(one.facts.startAt);
  const { outcome } = one.facts;
  return startAt !== null && (outcome === "scheduled" || outcome === "held") ? [{ startAt, outcome }] : [];
}

/**
 * Facts that templates and rules may ask for: `company.headcount`, `deal.amount`, `x.region`. A property that both deal and client have is the
 * client's; the deal's where the client holds nothing there. A headcount of the customer's own counts before the CRM's field.
 */
export function valuesOf(
  client: ClientRecord | null,
  deal: ClientRecord | undefined,
  { headcountProperty }: Pick<DecideConfig["settings"], "headcountProperty">,
): Readonly<Record<string, FactValue>> {
  const values: Record<string, FactValue> = {};
  for (const record of [deal, client]) {
    for (const [name, value] of Object.entries(record?.facts ?? {})) {
      if (name.startsWith("x.") && value === null && name in values) continue;
      values[name.startsWith("x.") ? name : `${record!.ref.kind}.${name}`] = value;
      if (record === client && record?.ref.kind === "contact" && !name.startsWith("x."))
        values[`company.${name}`] ??= value;
    }
  }
  const headcount = headcountProperty === null ? null : number(client?.facts[`x.${headcountProperty}`]);
  if (headcount !== null) values["company.headcount"] = headcount;
  return values;
}

/** What the CRM holds of the plan's tasks, and what we last wrote there. */
function taskFacts(plan: Plan, things: readonly ThingFacts[]): Readonly<Record<string, TaskFact>> {
  const prefix = planKey(plan, "");
  const tasks: Record<string, TaskFact> = {};
  for (const thing of things) {
    if (thing.kind !== "task" || !thing.key.startsWith(prefix) || (!thing.there && !thing.gone)) continue;
    tasks[thing.key.slice(prefix.length)] = taskFact(thing);
  }
  return tasks;
}

function taskFact(thing: ThingFacts): TaskFact {
  const holds = thing.holds ?? {};
  const wrote = thing.wrote ?? {};
  return {
    status: holds.status === "done" ? "done" : "open",
    completedAt: number(holds.completedAt),
    dueAt: number(holds.dueAt),
    ownerId: text(holds.ownerId),
    gone: thing.gone,
    wrote: thing.wrote ? { dueAt: number(wrote.dueAt), ownerId: text(wrote.ownerId) } : null,
  };
}
