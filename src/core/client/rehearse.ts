/**
 * The fake client (A12.1): one imagined client through the portal's real calendar, owners, templates and rules, decided by the same function
 * that decides real ones, on an imagined clock. Every write is listed at the moment it would be made; nothing is written anywhere.
 */
import { dayOf, instantOf } from "../calendar/zone.ts";
import { decide } from "../decide.ts";
import type { ClientFacts, ClientRecord, DecideConfig, Decision } from "../decision.ts";
import { bodyOf, type Desired, type ThingFacts, type Wish } from "../desired.ts";
import type { FactValue, RecordRef, TextRef } from "../model.ts";
import { lastFullWeek } from "../signal/week.ts";
import { ANCHOR_DAY, observe } from "./observe.ts";
import { makePortalBook, openBook, type PortalBook } from "./portal-book.ts";
import { allSignals } from "./score-settings.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Decisions at one moment: what a letter or call brings about is decided at once, and comes to rest in a few. */
const ROUNDS_MAX = 8;
/** Steps of the imagined clock; far more than a client ever needs. */
const STEPS_MAX = 5_000;
/** Clients in the imagined portfolio, where the portal has no statistics of its own yet. */
const NEIGHBOURS = 40;
/** What the fake client does every day until it begins to fade. */
const LOGINS_A_DAY = 6;

const COMPANY: RecordRef = { kind: "company", id: "fake" };
const DEAL: RecordRef = { kind: "deal", id: "fake" };
const CONTACT: RecordRef = { kind: "contact", id: "fake" };
const FAKE_CLIENT = "company:fake";

export interface Rehearsal {
  /** epoch ms: the deal is won */
  startAt: number;
  days: number;
  ownerId: string;
  /** facts of the fake company and deal, so that any rule can be tried: `headcount`, `x.region` */
  company?: Readonly<Record<string, FactValue>>;
  deal?: Readonly<Record<string, FactValue>>;
  /** every so many tasks one is left lying, to see who hears of it; 0 = none */
  lateEvery: number;
  /** how long such a task lies beyond its due date, days */
  lateDays: number;
  /** from this day on the client logs in no more; null = never */
  fadesOnDay: number | null;
  /** from this day on nobody does anything for him: tasks lie, and no word is exchanged; null = never */
  silentOnDay: number | null;
  /** on this day he answers a letter; null = never */
  repliesOnDay: number | null;
  /** on this day his setup form is complete, where the settings name the property that says so; null = never */
  formOnDay: number | null;
}

export const USUAL_REHEARSAL = {
  days: 90,
  lateEvery: 5,
  lateDays: 6,
  fadesOnDay: 60,
  silentOnDay: null,
  repliesOnDay: null,
  formOnDay: 2,
} as const;

export type PlannedVerb = "create" | "update" | "withdraw";

/** One write, before it happens. */
export interface PlannedWrite {
  /** epoch ms */
  at: number;
  /** days since the start */
  day: number;
  kind: Desired["kind"];
  verb: PlannedVerb;
  key: string;
  /** who gets it; null where it belongs to a record */
  ownerId: string | null;
  title: TextRef | null;
  /** epoch ms, of a task */
  dueAt: number | null;
  /** a rung of a ladder */
  isEscalation: boolean;
  /** of fields: what they are set to */
  fields: Readonly<Record<string, unknown>>;
}

export interface ScoreStep {
  at: number;
  day: number;
  zone: string;
  score: number;
}

export interface Rehearsed {
  writes: readonly PlannedWrite[];
  scores: readonly ScoreStep[];
  /** as the record would show them, each from its day on */
  phases: readonly { day: number; phase: string }[];
  /** moments at which the client was decided */
  decisions: number;
}

interface Held {
  wish: Wish;
  text: string;
  facts: ThingFacts;
}

interface Stage {
  rehearsal: Rehearsal;
  config: DecideConfig;
  book: PortalBook;
  state: unknown;
  held: Map<string, Held>;
  /** tasks that wait to be done by the imagined team: key -> epoch ms */
  doneAt: Map<string, number>;
  tasksSeen: number;
  lastContactAt: number | null;
  writes: PlannedWrite[];
  scores: ScoreStep[];
  phases: { day: number; phase: string }[];
  decisions: number;
}

/** @param book the portal's own statistics; null before it has any: then those of an even, imagined portfolio */
export function rehearse(rehearsal: Rehearsal, portal: DecideConfig, book: PortalBook | null): Rehearsed {
  const config: DecideConfig = {
    ...portal,
    startsFrom: Math.min(portal.startsFrom, rehearsal.startAt),
    liveSince: Math.min(portal.liveSince, rehearsal.startAt),
    importedAt: Math.min(portal.importedAt ?? rehearsal.startAt, rehearsal.startAt),
  };
  const stage: Stage = {
    rehearsal,
    config,
    book: book ?? evenBook(config, rehearsal.startAt),
    state: null,
    held: new Map(),
    doneAt: new Map(),
    tasksSeen: 0,
    lastContactAt: null,
    writes: [],
    scores: [],
    phases: [],
    decisions: 0,
  };
  const endAt = rehearsal.startAt + rehearsal.days * DAY_MS;
  let now = rehearsal.startAt;
  for (let steps = 0; now <= endAt && steps < STEPS_MAX; steps++) {
    finishTasks(stage, now);
    const decision = decideUntilCalm(stage, now);
    now = nextMoment(stage, decision, now);
  }
  const { writes, scores, phases, decisions } = stage;
  return { writes, scores, phases, decisions };
}

/** The next of: what the decision asked for, a task that the team does, and the next morning, when yesterday's usage is known. */
function nextMoment({ doneAt, config }: Stage, decision: Decision, now: number): number {
  const tomorrow = instantOf(dayOf(now, config.zone) + 1, 0, config.zone);
  const ahead = [decision.wakeAt, tomorrow, ...doneAt.values()].filter((at): at is number => at !== null && at > now);
  return Math.min(...ahead);
}

function decideUntilCalm(stage: Stage, now: number): Decision {
  for (let round = 1; ; round++) {
    const decision = decide(
      { key: FAKE_CLIENT, state: stage.state },
      factsOf(stage, now),
      bookOn(stage.book, dayOf(now, stage.config.zone)),
      stage.config,
      now,
    );
    stage.decisions += 1;
    stage.state = decision.state;
    const isCalm = !take(stage, decision, now);
    if (isCalm || round === ROUNDS_MAX) return decision;
  }
}

function factsOf({ rehearsal, held, config, lastContactAt }: Stage, now: number): ClientFacts {
  const { startAt, ownerId } = rehearsal;
  const record = (ref: RecordRef, facts: ClientRecord["facts"], links: readonly RecordRef[]): ClientRecord => ({
    ref,
    facts,
    links,
    gone: false,
  });
  const contact = { lastContactAt, lastReplyAt: momentOf(rehearsal, rehearsal.repliesOnDay, now) };
  return {
    records: [
      record(DEAL, { outcome: "won", wonAt: startAt, ownerId, createdAt: startAt, ...rehearsal.deal }, [
        COMPANY,
        CONTACT,
      ]),
      record(
        COMPANY,
        { ownerId, createdAt: startAt, ...contact, ...formFacts(rehearsal, config, now), ...rehearsal.company },
        [],
      ),
      record(CONTACT, { ownerId, createdAt: startAt, ...contact }, [COMPANY]),
    ],
    things: [...held.values()].map((one) => one.facts),
    survivors: new Map(),
    usage: { logins: usageUntil(rehearsal, config.zone, now) },
  };
}

/** The moment of the day on which something happens, once it has come, epoch ms. */
function momentOf({ startAt }: Rehearsal, day: number | null, now: number): number | null {
  const at = day === null ? null : startAt + day * DAY_MS;
  return at !== null && at <= now ? at : null;
}

/** The completed form, as the property of the settings says it. */
function formFacts(rehearsal: Rehearsal, { settings }: DecideConfig, now: number): ClientRecord["facts"] {
  const { property, value } = settings.form;
  if (property === null || momentOf(rehearsal, rehearsal.formOnDay, now) === null) return {};
  return { [`x.${property}`]: value ?? true };
}

/** A steady habit, until the day on which the client fades. */
function usageUntil({ startAt, fadesOnDay }: Rehearsal, zone: string, now: number): (readonly [number, number])[] {
  const first = dayOf(startAt, zone);
  const last = Math.min(dayOf(now, zone) - 1, fadesOnDay === null ? Number.POSITIVE_INFINITY : first + fadesOnDay - 1);
  const days: [number, number][] = [];
  for (let day = first; day <= last; day++) days.push([day, LOGINS_A_DAY]);
  return days;
}

// ---------------------------------------------------------------- the imagined CRM

/** Lists what the decision would write and holds it as written. True when something changed. */
function take(stage: Stage, decision: Decision, now: number): boolean {
  const before = stage.writes.length;
  noteScore(stage, decision, now);
  const wished = new Set<string>();
  for (const wish of decision.desired) {
    wished.add(wish.key);
    if ("keep" in wish) continue;
    takeWish(stage, wish, now);
  }
  for (const [key, one] of stage.held) {
    const isOpenTask = one.wish.kind === "task" && one.facts.holds?.status === "open";
    if (wished.has(key) || !isOpenTask) continue;
    stage.held.delete(key);
    stage.doneAt.delete(key);
    stage.writes.push(planned(stage, one.wish, "withdraw", {}, now));
  }
  return stage.writes.length > before;
}

function noteScore({ scores, phases, rehearsal }: Stage, { columns }: Decision, now: number): void {
  const day = dayIn(rehearsal, now);
  const last = scores.at(-1);
  const { zone, score, phase } = columns;
  if (zone !== null && score !== null && (last?.zone !== zone || Math.round(last.score) !== Math.round(score)))
    scores.push({ at: now, day, zone, score });
  if (phase !== null && phases.at(-1)?.phase !== phase) phases.push({ day, phase });
}

function takeWish(stage: Stage, wish: Wish, now: number): void {
  const known = stage.held.get(wish.key);
  const text = JSON.stringify(bodyOf(wish));
  const isFinal = wish.kind === "notice" || wish.kind === "message" || wish.kind === "call" || wish.kind === "note";
  if (known && (known.text === text || isFinal)) return;
  const changed = wish.kind === "fields" ? changedFields(known, wish) : {};
  if (wish.kind === "fields" && known && Object.keys(changed).length === 0) return;
  stage.writes.push(planned(stage, wish, known ? "update" : "create", changed, now));
  stage.held.set(wish.key, { wish, text, facts: written(wish, now) });
  if (wish.kind === "task" && wish.task.status === "open") schedule(stage, wish, known !== undefined, now);
}

/** What the fields of a first write hold, or what an update changes; empty values of a first write are no news. */
function changedFields(known: Held | undefined, wish: Desired & { kind: "fields" }): Readonly<Record<string, unknown>> {
  const before = known?.wish.kind === "fields" ? known.wish.fields : {};
  const isNews = ([name, value]: [string, unknown]) =>
    JSON.stringify(before[name] ?? null) !== JSON.stringify(value ?? null);
  return Object.fromEntries(Object.entries(wish.fields).filter(isNews));
}

/** What the imagined CRM returns for a write; letters arrive and calls succeed. */
function written(wish: Wish, now: number): ThingFacts {
  const values = valuesOf(wish, now);
  return {
    key: wish.key,
    kind: wish.kind,
    there: true,
    gone: false,
    refused: false,
    underWay: false,
    externalId: wish.key,
    holds: values,
    wrote: values,
    edited: [],
  };
}

function valuesOf(wish: Wish, now: number): Readonly<Record<string, FactValue>> {
  if (wish.kind === "task") {
    const { status, dueAt, ownerId } = wish.task;
    return { status, dueAt, ownerId, completedAt: null };
  }
  if (wish.kind !== "message") return { at: now };
  const { channel, subject, body, to } = wish.message;
  const texts = { subject: JSON.stringify(subject), body: JSON.stringify(body) };
  return { at: now, channel, ...texts, to: to ? `${to.kind}:${to.id}` : null };
}

function planned(
  { rehearsal }: Stage,
  wish: Wish,
  verb: PlannedVerb,
  fields: Readonly<Record<string, unknown>>,
  now: number,
): PlannedWrite {
  return {
    at: now,
    day: dayIn(rehearsal, now),
    kind: wish.kind,
    verb,
    key: wish.key,
    ownerId: ownerOf(wish),
    title: titleOf(wish),
    dueAt: wish.kind === "task" ? wish.task.dueAt : null,
    isEscalation: wish.key.startsWith("ladder:"),
    fields,
  };
}

function ownerOf(wish: Wish): string | null {
  if (wish.kind === "task") return wish.task.ownerId;
  if (wish.kind === "notice") return wish.notice.ownerId;
  if (wish.kind === "message") return wish.message.ownerId;
  return wish.kind === "call" ? wish.call.ownerId : null;
}

function titleOf(wish: Wish): TextRef | null {
  if (wish.kind === "task") return wish.task.subject;
  if (wish.kind === "note") return wish.note.text;
  if (wish.kind === "notice") return wish.notice.text;
  return wish.kind === "message" ? wish.message.subject : null;
}

function dayIn({ startAt }: Rehearsal, now: number): number {
  return Math.floor((now - startAt) / DAY_MS);
}

// ---------------------------------------------------------------- the imagined team

/** The team does each task in the hour before it is due, and leaves every so many lying. */
function schedule(stage: Stage, wish: Desired & { kind: "task"; task: object }, isKnown: boolean, now: number): void {
  const { lateEvery, lateDays } = stage.rehearsal;
  const { dueAt } = (wish as Extract<Desired, { task: unknown }>).task;
  if (!isKnown) stage.tasksSeen += 1;
  const isLate = lateEvery > 0 && stage.tasksSeen % lateEvery === 0 && wish.key.startsWith("plan:");
  const known = stage.doneAt.get(wish.key);
  if (isKnown && known !== undefined && known > dueAt) return;
  stage.doneAt.set(wish.key, Math.max(now + HOUR_MS, isLate ? dueAt + lateDays * DAY_MS : dueAt - HOUR_MS));
}

function finishTasks(stage: Stage, now: number): void {
  for (const [key, at] of stage.doneAt) {
    if (at > now || momentOf(stage.rehearsal, stage.rehearsal.silentOnDay, at) !== null) continue;
    stage.doneAt.delete(key);
    const one = stage.held.get(key);
    if (!one) continue;
    const holds = { ...one.facts.holds, status: "done", completedAt: at };
    stage.held.set(key, { ...one, facts: { ...one.facts, holds, edited: ["status"] } });
    stage.lastContactAt = at;
  }
}

// ---------------------------------------------------------------- the imagined portfolio

/** The book as it would be by then: weeks that have not come yet are taken for ordinary ones. */
function bookOn(book: PortalBook, day: number): PortalBook {
  const week = lastFullWeek(day, ANCHOR_DAY);
  return week <= book.score.week ? book : { ...book, score: { ...book.score, week, madeDay: day } };
}

/** Statistics of a portfolio in which everybody does what the fake client does while he is well. */
function evenBook(config: DecideConfig, startAt: number): PortalBook {
  const signals = allSignals(config.settings.score);
  const today = dayOf(startAt, config.zone);
  const fromDay = today - 300;
  const usage: [number, number][] = [];
  for (let day = fromDay; day < today; day++) usage.push([day, LOGINS_A_DAY]);
  const facts: ClientFacts = { records: [], things: [], survivors: new Map(), usage: { logins: usage } };
  const sight = { clientDay: fromDay, recordsDay: fromDay, usageDay: fromDay };
  const observed = observe(facts, signals, null, config.zone, sight, today);
  const entries = Array.from({ length: NEIGHBOURS }, (_, at) => ({
    value: 1_000 + at,
    signals: observed.signals,
    orders: null,
    stepDays: [],
  }));
  const body = makePortalBook(entries, { ...config.scores.default, signals }, today, 1, null, null);
  return openBook({ version: 1, body }, signals)!;
}
