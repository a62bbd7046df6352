/** What has to hold. Each check answers with a sentence per thing that is broken; the CRM is counted through the sandbox, never through our own mirror. */
import { sql } from "drizzle-orm";
import type { Day } from "../../src/core/calendar/calendar.ts";
import { parseDay } from "../../src/core/calendar/day.ts";
import type { ClientState } from "../../src/core/client/state.ts";
import { FIELDS, type FieldDefinition } from "../../src/core/fields.ts";
import { CLIENT_LEFT, isUnderWay } from "../../src/core/plan/life-cycle.ts";
import { requiredSteps } from "../../src/core/plan/phases.ts";
import type { Template } from "../../src/core/plan/template.ts";
import type { Plan } from "../../src/core/plan/types.ts";
import { amissKey } from "../../src/engine/mirror-row.ts";
import type { StoredClient } from "../../src/store/clients.ts";
import type { Thing } from "../../src/store/mirror.ts";
import type { Store } from "../../src/store/store.ts";
import type { Crms, World } from "../../test/support/world.ts";
import { shownIn } from "./by-hand.ts";
import type { Noted } from "./clients.ts";
import { keyedTasks, notices, recordIsThere, type SentNotice } from "./eye.ts";
import type { People } from "./people.ts";
import type { Overruled } from "./screens.ts";
import { textsWithin } from "./within.ts";

/** What is checked, and the guarantee it belongs to. */
export const INVARIANTS = {
  "no task twice": "G2",
  "rules of the CRM kept": "G5",
  "no limit met": "G5",
  "no failure of ours": "G2",
  "one plan per cycle": "A2",
  "no deleted task made again": "G4",
  "at rest": "G2",
  "no task missing": "G2",
  "no plan missing": "G2",
  "no edit lost": "G4",
  "fields as decided": "G2",
  "open client has an owner": "A3",
  "graduated client has a touchpoint": "A6",
  "each rung once": "A3",
  "no digest missing": "A3",
  "a plan graduates once": "A6",
  "a graduated plan asks for nothing": "A6",
  "a client that left is left alone": "A8",
  "a client that left is told nothing": "A8",
  "a client that stays is served again": "A8",
  "people's notes stay": "G4",
  "a zone that a person set counts": "A8",
  "a flood is held": "A12",
  "quiet means quiet": "G3",
  "no name kept": "G8",
} as const;
export type Invariant = keyof typeof INVARIANTS;

/** Everybody that a portal looks after, and everything it keeps. */
function clientsOf(store: Store): readonly StoredClient[] {
  return store.clients.page("", 1_000_000);
}

export function thingsOf(store: Store): readonly Thing[] {
  return store.mirror.page("", 10_000_000);
}

// ------------------------------------------------------------------ at any time

export function taskTwice(world: World<Crms>): readonly string[] {
  const seen = new Map<string, string>();
  const broken: string[] = [];
  for (const { key, id } of keyedTasks(world)) {
    const first = seen.get(key);
    if (first !== undefined) broken.push(`${key} is task ${first} and task ${id}`);
    seen.set(key, id);
  }
  return broken;
}

export function deletedAgain(people: People): readonly string[] {
  return keyedTasks(people.world)
    .filter(({ key }) => people.deleted.has(key))
    .map(({ key, id }) => `${key} was deleted by a person and is there as task ${id}`);
}

export function plansTwice(store: Store): readonly string[] {
  return clientsOf(store).flatMap(({ key, state }) => {
    const plans = (state as Partial<ClientState> | null)?.plans ?? [];
    const seen = new Set<string>();
    return plans.flatMap((plan) => {
      const name = `${plan.client}/${plan.cycle}`;
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      return [`${key} holds two plans ${name}`];
    });
  });
}

/** What was written since then, with the values that changed by it. */
export function writtenSince(store: Store, sinceMs: number): readonly string[] {
  const rows = thingsOf(store).filter(({ wroteAt }) => wroteAt !== null && wroteAt >= sinceMs);
  return rows.map(({ key, ours, before }) => {
    const names = Object.keys(ours ?? {}).filter((name) => ours?.[name] !== before?.[name]);
    return `${key} (${names.map((name) => `${name} ${before?.[name]} → ${ours?.[name]}`).join(", ")})`;
  });
}

// ------------------------------------------------------------------ at rest

/** Rows that wait although nothing holds them up. */
export function waiting(store: Store, nowMs: number): readonly string[] {
  const rows = thingsOf(store).filter(
    ({ state, notBefore, kind }) =>
      ["dirty", "sending", "unknown"].includes(state) && notBefore <= nowMs && kind !== "message",
  );
  return rows.map(({ key, state, attempts }) => `${key} is ${state} after ${attempts} attempts`);
}

/** What goes out alone or waits for a digest. An older copy is looked at too: what its digest told may be forgotten at the next look. */
export function noteTold(store: Store, people: People): void {
  for (const { key } of alarmsOf(store).events) people.told.add(key);
  for (const { key } of store.db.all<{ key: string }>(sql`select key from held_back`)) people.told.add(key);
}

export function tasksMissing(store: Store, people: People): readonly string[] {
  const there = new Map(keyedTasks(people.world).map(({ key, id }) => [key, id]));
  noteTold(store, people);
  return thingsOf(store)
    .filter(({ kind, desired, key }) => kind === "task" && desired !== null && !people.deleted.has(key))
    .flatMap((thing) => taskProblem(thing, there, people));
}

/** What went out alone in the last days, and the digests that went out. */
function alarmsOf(store: Store): { events: readonly { key: string }[]; told: readonly string[] } {
  return store.meta.get("alarms") ?? { events: [], told: [] };
}

/** Digests that are known to have gone out and that nothing was made for. */
export function digestsMissing(store: Store): readonly string[] {
  const keys = alarmsOf(store).told.map((key) => `digest:${key}`);
  const made = new Set(store.mirror.byKeys(keys).map(({ key }) => key));
  return keys.filter((key) => !made.has(key)).map((key) => `${key} is told and was never made`);
}

function taskProblem(thing: Thing, there: ReadonlyMap<string, string>, people: People): string[] {
  const { world, told, lost } = people;
  const { key, state, target, externalId } = thing;
  const id = there.get(key);
  if (state === "gone") {
    // Told in a digest: it never stood there by itself.
    const isHeld = id === undefined && externalId === null && key.startsWith("ladder:");
    if (isHeld) return told.has(key) ? [] : [`${key} never stood there and was held back for no digest`];
    if (id === undefined && lost.has(key)) return [];
    const isHere = target !== null && recordIsThere(world, target.kind, target.id);
    if (id !== undefined) return [`${key} is taken for deleted and is there as task ${id}`];
    return isHere ? [`${key} is taken for deleted, which no person did`] : [];
  }
  if (state === "refused") return [`${key} was refused`];
  if (state !== "clean") return [];
  if (id === undefined) return [`${key} (task ${externalId}) is wanted and not there`];
  return id === externalId ? [] : [`${key} is known as task ${externalId} and there as task ${id}`];
}

/** Every customer with a won deal has had a plan. */
export function plansMissing(store: Store, people: People): readonly string[] {
  const { world } = people;
  return people.customers
    .filter(({ company, deals }) => {
      if (!recordIsThere(world, "company", company)) return false;
      return deals.some(({ id, outcome }) => outcome === "won" && recordIsThere(world, "deal", id));
    })
    .filter(({ company }) => {
      const state = store.clients.get(`company:${company}`)?.state as Partial<ClientState> | null | undefined;
      return (state?.plans ?? []).length === 0;
    })
    .map(
      ({ company, deals }) => `company ${company} has no plan for won deals ${deals.map(({ id }) => id).join(", ")}`,
    );
}

export function editsLost(people: People): readonly string[] {
  const { world } = people;
  return [...people.edits].flatMap(([id, edit]) => {
    const task = world.task(id);
    if (!task) return edit.done ? [`task ${id} was completed by a person and is not there`] : [];
    if (edit.done && !task.done) return [`task ${id} was completed by a person and is open`];
    if (task.done) return [];
    const broken: string[] = [];
    if (edit.dueAt !== undefined && task.dueAt !== edit.dueAt)
      broken.push(`task ${id} was dated ${iso(edit.dueAt)} by a person and is due ${iso(task.dueAt)}`);
    if (edit.ownerId !== undefined && people.owners.includes(edit.ownerId) && task.ownerId !== edit.ownerId)
      broken.push(`task ${id} was given to ${edit.ownerId} by a person and belongs to ${task.ownerId}`);
    return broken;
  });
}

function iso(at: number | null): string {
  return at === null ? "never" : new Date(at).toISOString();
}

const BY_ID = new Map(FIELDS.map((field) => [field.id, field]));

/** Numbers, days and choices of our fields, as a person reads them in the CRM. What the CRM refused is shown to a person. */
export function fieldsOtherwise(store: Store, world: World<Crms>): readonly string[] {
  const shownAmiss = new Set(store.findings.open().map(({ key }) => key));
  return thingsOf(store)
    .filter(({ kind, desired }) => kind === "fields" && desired !== null)
    .flatMap((thing) => {
      const { key, target, desired, state } = thing;
      if (!target || !recordIsThere(world, target.kind, target.id)) return [];
      if (state === "gone") return [`${key} is taken for gone, and its record is there`];
      if (state === "refused")
        return shownAmiss.has(amissKey(thing)) ? [] : [`${key} was refused and no finding says so`];
      if (state !== "clean") return [];
      const shown = world.fields(target);
      return Object.entries(JSON.parse(desired!) as Record<string, unknown>)
        .filter(([id, value]) => !isShown(BY_ID.get(id)!, value, shown[id]))
        .map(([id, value]) => `${key}: ${id} should be ${JSON.stringify(value)} and is ${shown[id] ?? "empty"}`);
    });
}

function isShown(field: FieldDefinition, value: unknown, shown: string | undefined): boolean {
  if (typeof value === "object" && value !== null) return true;
  if (field.type === "number") {
    if (value === null) return shown === undefined;
    return Math.abs(Number(shown ?? 0) - Number(value)) <= 10 ** -(field.decimals ?? 0);
  }
  if (field.type === "date") {
    const day = shown === undefined ? null : new Date(/^\d{11,}$/.test(shown) ? Number(shown) : shown);
    return (day === null ? null : Math.floor(day.getTime() / 86_400_000)) === value;
  }
  if (field.type === "choice") {
    const option = field.options?.find(({ code }) => code === value);
    return shown === undefined ? value === null : shown === value || shown === option?.label.en;
  }
  return true;
}

function currentState({ state }: StoredClient): string | null {
  const plans = (state as Partial<ClientState> | null)?.plans ?? [];
  const running = plans.find((plan) => plan.state === "running" || plan.state === "paused");
  return (running ?? plans.at(-1))?.state ?? null;
}

/** How many customers ended their onboarding well. */
export function graduated(store: Store): number {
  return clientsOf(store).filter((client) => currentState(client) === "graduated").length;
}

export function ownerless(store: Store): readonly string[] {
  return clientsOf(store)
    .filter((client) => ["running", "paused"].includes(currentState(client) ?? "") && client.ownerId === null)
    .map(({ key }) => `${key} has an open plan and no owner`);
}

/** Steps that the customer's graduation waited for and that are open in the CRM after all. */
export function openAfterAll(
  store: Store,
  people: People,
  templates: ReadonlyMap<string, Template>,
): readonly string[] {
  const keyed = new Map(keyedTasks(people.world).map(({ key, id }) => [key, id]));
  return clientsOf(store).flatMap(({ key: client, state }) => {
    const plans = (state as Partial<ClientState> | null)?.plans ?? [];
    return plans
      .filter((plan) => plan.state === "graduated")
      .flatMap((plan) => {
        const template = templates.get(`${plan.templateId}@${plan.templateVersion}`);
        const needed = template ? requiredSteps(plan, template) : [];
        return needed.flatMap((step) => {
          const id = keyed.get(`plan:${plan.client}:${plan.cycle}/${step.key}`);
          const isOpen = id !== undefined && people.world.task(id)?.done === false;
          return isOpen ? [`${client} is graduated and its step ${step.key} is open as task ${id}`] : [];
        });
      });
  });
}

/** How often each plan graduated, by the history, which names its cycle and deal: two plans of a merged client may have begun on one day. */
export function graduatedTwice(store: Store): readonly string[] {
  const seen = new Set<string>();
  return store.journal.deeds(1_000_000).flatMap(({ code, client, params }) => {
    if (code !== "plan-graduated") return [];
    const name = `${client}/${JSON.stringify(params)}`;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [`${name} graduated twice`];
  });
}

/** While a flood is held none of its plans gets its first tasks. */
export function floodPassed(people: People): readonly string[] {
  const companies = new Set(people.flooded.map(({ company }) => `company:${company}`));
  const begun = new Set(
    keyedTasks(people.world).flatMap(({ key }) => {
      const client = /^plan:(company:[^:]+):/.exec(key)?.[1];
      return client !== undefined && companies.has(client) ? [client] : [];
    }),
  );
  const before = people.floodBegun ?? begun;
  people.floodBegun = begun;
  return [...begun].filter((client) => !before.has(client)).map((client) => `${client} got tasks while it was held`);
}

// ------------------------------------------------------------------ leaving, and what people note

/** Companies that are there and noted as left by today, with the day. */
export function leftOf(world: World<Crms>, companies: readonly string[], today: Day): ReadonlyMap<string, Day> {
  const left = new Map<string, Day>();
  for (const id of companies) {
    if (!recordIsThere(world, "company", id)) continue;
    const noted = shownIn(world, { kind: "company", id }, "churned_on");
    if (noted !== "" && parseDay(noted) <= today) left.set(id, parseDay(noted));
  }
  return left;
}

function plansOf(store: Store, company: string): readonly Plan[] {
  const state = store.clients.get(`company:${company}`)?.state as Partial<ClientState> | null | undefined;
  return state?.plans ?? [];
}

/** Whoever signed again after the day is a client like any other, with the plan of that. */
function isBack(plans: readonly Plan[], left: Day): boolean {
  return plans.some(({ startDay }) => startDay > left);
}

/** Open tasks of a client that left: of its plans, ladders and plays; a play that ended well before may leave its tasks to their owner. */
export function leftAndAsked(
  store: Store,
  { world, stray }: Pick<People, "world" | "stray">,
  left: ReadonlyMap<string, Day>,
): readonly string[] {
  const open = keyedTasks(world).filter(({ id, key }) => world.task(id)?.done === false && !stray.has(key));
  return [...left].flatMap(([company, day]) => {
    const plans = plansOf(store, company);
    const names = new Set([`company:${company}`, ...plans.map(({ client }) => client)]);
    const ended = new Set(
      plans.filter(({ startDay }) => startDay <= day).map((plan) => `${plan.client}:${plan.cycle}`),
    );
    const kept = keptPlays(store, company);
    return open.flatMap(({ key, id }) => {
      const [, kind, client, cycle] = /^(plan|ladder|play|win-back):(company:[^:/]+)[:/](?:(\d+)\/)?/.exec(key) ?? [];
      if (kind === undefined || !names.has(client!)) return [];
      const isAsked =
        kind === "plan"
          ? ended.has(`${client}:${cycle}`)
          : !isBack(plans, day) && !kept.some((play) => key.includes(play));
      return isAsked ? [`${key} is open as task ${id}, and company ${company} left`] : [];
    });
  });
}

function keptPlays(store: Store, company: string): readonly string[] {
  const state = store.clients.get(`company:${company}`)?.state as Partial<ClientState> | null | undefined;
  const ended = (state?.plays?.running ?? []).filter(({ endedBy }) => endedBy === "reason_gone");
  return ended.map(({ playId, sinceDay }) => `:${playId}:${sinceDay}:`);
}

/** What was sent about a client that was noted as left at the last rest, and is still. */
export function leftAndTold(
  store: Store,
  before: { at: number; days: ReadonlyMap<string, Day> },
  left: ReadonlyMap<string, Day>,
): readonly string[] {
  const silent = [...left].filter(
    ([company, day]) => before.days.get(company) === day && !isBack(plansOf(store, company), day),
  );
  const names = new Set(
    silent.flatMap(([company]) => [`company:${company}`, ...plansOf(store, company).map(({ client }) => client)]),
  );
  return thingsOf(store)
    .filter(
      ({ kind, key, wroteAt }) =>
        kind === "message" && (wroteAt ?? 0) > before.at && names.has(/company:[^:/]+/.exec(key)?.[0] ?? ""),
    )
    .map(({ key, wroteAt }) => `${key} was sent at ${iso(wroteAt)}, long after the client left`);
}

/** A plan that a leaving closed stays so only as long as the leaving stands, or because another one took its place. */
export function stayedAndClosed(store: Store, world: World<Crms>, companies: readonly string[]): readonly string[] {
  return companies.flatMap((company) => {
    if (!recordIsThere(world, "company", company)) return [];
    if (shownIn(world, { kind: "company", id: company }, "churned_on") !== "") return [];
    const plans = plansOf(store, company);
    return plans
      .filter(({ state, stateReason }) => state === "closed" && stateReason === CLIENT_LEFT)
      .filter(({ cycle }) => !plans.some((other) => isUnderWay(other) || other.cycle > cycle))
      .map(
        ({ client, cycle }) => `plan ${client}:${cycle} is closed by a leaving that company ${company} no longer has`,
      );
  });
}

/** What stands in fields that only people fill is what they filled in. */
export function notesLost({ world }: Pick<People, "world">, noted: ReadonlyMap<string, Noted>): readonly string[] {
  return [...noted].flatMap(([id, values]) => {
    if (!recordIsThere(world, "company", id)) return [];
    return [...values].flatMap(([field, value]) => {
      const shown = shownIn(world, { kind: "company", id }, field);
      // A decision is said on our screens as well, and is to be made again after a while.
      const isKept = field === "decision" || shown === value;
      return isKept ? [] : [`company ${id}: people noted ${field} "${value}" and it is "${shown}"`];
    });
  });
}

/** Until its day the zone that a person set stands on the record. */
export function overruledLost(
  { world }: Pick<People, "world">,
  overruled: ReadonlyMap<string, Overruled>,
  nowMs: number,
): readonly string[] {
  return [...overruled].flatMap(([id, { zone, untilMs }]) => {
    if (nowMs > untilMs || !recordIsThere(world, "company", id)) return [];
    const shown = shownIn(world, { kind: "company", id }, "zone");
    return shown === zone || shown === "" ? [] : [`company ${id}: a person set ${zone} and the zone is ${shown}`];
  });
}

export function untouched(store: Store): readonly string[] {
  return clientsOf(store)
    .filter((client) => currentState(client) === "graduated" && client.touchpointDay === null)
    .map(({ key }) => `${key} is graduated and has no next touchpoint`);
}

/** What was told on a rung is told once, and to one person: tasks of a ladder and notices, counted in the CRM. */
export function rungsTwice({ world, noticesLost }: Pick<People, "world" | "noticesLost">): readonly string[] {
  const seen = new Set<string>();
  const tasks = keyedTasks(world)
    .filter(({ key }) => key.startsWith("ladder:"))
    .flatMap(({ key }) => {
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      return [`${key} was told twice`];
    });
  const told = new Map<string, SentNotice>();
  const repeated = notices(world).flatMap((one) => {
    const first = told.get(one.tag);
    told.set(one.tag, one);
    // A restored copy does not know whom the younger one told.
    const isLost = first !== undefined && noticesLost.some((id) => first.id <= id && id < one.id);
    return first && !isLost ? [`notice ${one.tag} was told to ${first.userId} and to ${one.userId}`] : [];
  });
  return [...tasks, ...repeated];
}

// ------------------------------------------------------------------ in what is kept

/** Words that stand in our own texts and codes as well. */
const COMMON = new Set(["admin", "tenure"]);
const SHORTEST = 5;

export function namesKept(world: World<Crms>, kept: readonly Uint8Array[]): readonly string[] {
  const names = world.strings().filter((text) => text.length >= SHORTEST && !COMMON.has(text.toLowerCase()));
  return textsWithin(names, kept);
}
