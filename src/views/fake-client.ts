/**
 * A fake client from the won deal through its ninety days on simulated time (A12.1): the portal's own decision, calendar and people, facts that exist only
 * here. Nothing is read from or written to the CRM, and nothing is kept, so there are no traces to remove.
 */
import { dayOf } from "../core/calendar/zone.ts";
import { type ClientFacts, type ClientRecord, type Decision, decide } from "../core/decide.ts";
import type { Desired, ThingFacts } from "../core/desired.ts";
import type { FieldValue } from "../core/fields.ts";
import type { FactValue, Language, TextRef } from "../core/model.ts";
import type { Portal } from "../portal.ts";
import { sayRef } from "./texts.ts";

const DAY_MS = 86_400_000;
/** The plan's ninety days, and the days off after the last one. */
export const FAKE_DAYS = 95;
/** More turns than ninety days of the largest template take; a decision that never rests ends here. */
const TURNS_MAX = 3_000;
/** How late a late team is. */
const LATE_MS = 4 * DAY_MS;

export const FAKE_BEHAVIOURS = ["on_time", "late", "nothing"] as const;
export type FakeBehaviour = (typeof FAKE_BEHAVIOURS)[number];

export interface FakeWish {
  ownerId: string;
  /** employees of the fake company, for the template rules; null: not filled in */
  headcount: number | null;
  /** what the team does with its tasks */
  behaviour: FakeBehaviour;
}

export interface FakeEvent {
  /** epoch ms, simulated */
  at: number;
  day: number;
  what: "task" | "done" | "told" | "field";
  text: string;
  ownerId: string | null;
  dueDay: number | null;
}

export interface FakeRun {
  events: readonly FakeEvent[];
  tasks: number;
  told: number;
  /** the fields that the fake company would show on day 90 */
  fields: readonly { id: string; value: string }[];
  startDay: number;
  zone: string;
}

/** Fields whose change is worth a line. */
const TOLD_FIELDS = ["phase", "zone", "escalation_level", "graduated_on"];

interface Run {
  portal: Portal;
  language: Language;
  wish: FakeWish;
  things: Map<string, ThingFacts>;
  /** when the client last answered: with every step that the team finishes, epoch ms */
  repliedAt: number;
  /** fields as last told */
  told: Map<string, FieldValue>;
  events: FakeEvent[];
  /** titles of tasks by key */
  titles: Map<string, string>;
  zone: string;
}

/** @throws Error before the portal was looked at for the first time */
export function fakeRun(portal: Portal, wish: FakeWish, language: Language, nowMs: number): FakeRun {
  const whole = { ...portal.engine().config(), startsFrom: nowMs };
  const { zone } = whole;
  const run: Run = {
    portal,
    language,
    wish,
    things: new Map(),
    repliedAt: nowMs,
    told: new Map(),
    events: [],
    titles: new Map(),
    zone,
  };
  const until = nowMs + FAKE_DAYS * DAY_MS;
  let state: unknown = null;
  let at = nowMs;
  for (let turns = 0; turns < TURNS_MAX && at <= until; turns++) {
    const facts: ClientFacts = {
      records: fakeRecords(wish, nowMs, run.repliedAt),
      things: [...run.things.values()],
      survivors: new Map(),
      usage: {},
    };
    const decision = decide({ key: "company:fake", state }, facts, portal.engine().book(), whole, at);
    state = decision.state;
    const isChanged = write(run, decision, at);
    const next = Math.min(decision.wakeAt ?? Number.POSITIVE_INFINITY, nextDone(run));
    // What was just written is a fact of the next decision, a second later.
    const then = isChanged ? at + 1000 : Math.max(next, at + 1000);
    finishDue(run, then);
    at = then;
  }
  const { things, events } = run;
  return {
    events: events.filter((one) => one.at <= until),
    tasks: events.filter((one) => one.what === "task").length,
    told: events.filter((one) => one.what === "told").length,
    fields: fieldsOf(run, things.get("fields:company:fake")?.holds ?? {}),
    startDay: dayOf(nowMs, zone),
    zone,
  };
}

function fakeRecords({ ownerId, headcount }: FakeWish, nowMs: number, repliedAt: number): readonly ClientRecord[] {
  const company: Record<string, FactValue> = {
    ownerId,
    headcount,
    createdAt: nowMs,
    lastContactAt: repliedAt,
    lastReplyAt: repliedAt,
  };
  const deal: Record<string, FactValue> = { ownerId, outcome: "won", wonAt: nowMs, amount: 1000, createdAt: nowMs };
  return [
    { ref: { kind: "company", id: "fake" }, facts: company, links: [], gone: false },
    { ref: { kind: "deal", id: "fake" }, facts: deal, links: [{ kind: "company", id: "fake" }], gone: false },
  ];
}

/** Takes the wishes for written, and notes what is new. */
function write(run: Run, decision: Decision, at: number): boolean {
  let isChanged = false;
  const wished = new Set<string>();
  for (const desired of decision.desired) {
    wished.add(desired.key);
    if ("keep" in desired) continue;
    const values = valuesOf(desired);
    const known = run.things.get(desired.key);
    const text = JSON.stringify(values);
    if (known && JSON.stringify(known.wrote) === text) continue;
    isChanged = true;
    tell(run, desired, known, at);
    run.things.set(desired.key, {
      key: desired.key,
      kind: desired.kind,
      there: true,
      gone: false,
      refused: false,
      externalId: desired.key,
      holds: {
        ...values,
        ...(known?.holds?.status === "done" && { status: "done", completedAt: known.holds.completedAt ?? at }),
      },
      wrote: values,
      edited: [],
    });
  }
  for (const key of run.things.keys()) {
    if (wished.has(key)) continue;
    run.things.delete(key);
    isChanged = true;
  }
  return isChanged;
}

function valuesOf(desired: Exclude<Desired, { keep: true }>): Record<string, FieldValue> {
  if (desired.kind === "task") {
    const { dueAt, ownerId, status, priority, type, reminderAt } = desired.task;
    return { dueAt, ownerId, status, priority, type, reminderAt };
  }
  if (desired.kind !== "fields") return { text: JSON.stringify(desired) };
  return Object.fromEntries(
    Object.entries(desired.fields).map(([id, value]) => [
      id,
      typeof value === "object" && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}

function tell(run: Run, desired: Exclude<Desired, { keep: true }>, known: ThingFacts | undefined, at: number): void {
  const day = dayOf(at, run.zone);
  const say = (ref: TextRef) => sayRef(run.portal, ref, run.language);
  const add = (event: Omit<FakeEvent, "at" | "day">) => run.events.push({ at, day, ...event });
  if (desired.kind === "task") {
    if (known) return;
    const { subject, ownerId, dueAt } = desired.task;
    const what = desired.key.startsWith("ladder:") ? "told" : "task";
    const text = say(subject);
    run.titles.set(desired.key, text);
    add({ what, text, ownerId, dueDay: dayOf(dueAt, run.zone) });
  } else if (desired.kind === "message") {
    if (!known)
      add({ what: "told", text: say(desired.message.subject), ownerId: desired.message.ownerId, dueDay: null });
  } else if (desired.kind === "notice") {
    if (!known) add({ what: "told", text: say(desired.notice.text), ownerId: desired.notice.ownerId, dueDay: null });
  } else if (desired.kind === "fields" && desired.target.kind === "company") {
    for (const id of TOLD_FIELDS) {
      const value = desired.fields[id] ?? null;
      // A young client is "learning" between its steps: no news.
      if (value === null || typeof value === "object" || value === "learning" || value === run.told.get(id)) continue;
      run.told.set(id, value);
      add({ what: "field", text: `${id}=${value}`, ownerId: null, dueDay: null });
    }
  }
}

/** When the team finishes its next task. */
function nextDone(run: Run): number {
  let next = Number.POSITIVE_INFINITY;
  for (const thing of run.things.values()) next = Math.min(next, doneAt(run, thing));
  return next;
}

function doneAt({ wish }: Run, { kind, key, holds }: ThingFacts): number {
  if (wish.behaviour === "nothing" || kind !== "task" || holds?.status === "done" || typeof holds?.dueAt !== "number")
    return Number.POSITIVE_INFINITY;
  return key.startsWith("plan:") && wish.behaviour === "late" ? holds.dueAt + LATE_MS : holds.dueAt;
}

function finishDue(run: Run, at: number): void {
  for (const thing of run.things.values()) {
    const done = doneAt(run, thing);
    if (done > at) continue;
    run.things.set(thing.key, { ...thing, holds: { ...thing.holds, status: "done", completedAt: done } });
    if (thing.key.startsWith("plan:")) run.repliedAt = Math.max(run.repliedAt, done);
    const text = run.titles.get(thing.key) ?? thing.key;
    run.events.push({ at: done, day: dayOf(done, run.zone), what: "done", text, ownerId: null, dueDay: null });
  }
}

function fieldsOf(run: Run, holds: Readonly<Record<string, FieldValue>>): FakeRun["fields"] {
  return Object.entries(holds).flatMap(([id, value]) => {
    if (value === null || value === "") return [];
    const isText = typeof value === "string" && value.startsWith("{");
    return [{ id, value: isText ? sayRef(run.portal, JSON.parse(value) as TextRef, run.language) : String(value) }];
  });
}
