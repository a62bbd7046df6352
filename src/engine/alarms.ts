/**
 * The alarm budget of a portal: a few escalations and reminders a day reach a person one by one, the rest waits for one daily digest that
 * says what was held back. Rungs stay wishes of their clients; here it is only decided which of them go out alone.
 */
import type { DesiredNotice, DesiredTask } from "../core/desired.ts";
import { type Digest, type DigestEvent, digest, digestAt } from "../core/escalate/digest.ts";
import { type LadderKind, levelOf } from "../core/escalate/ladder.ts";
import { parseRef, type TextRef } from "../core/model.ts";
import type { HeldBack } from "../store/held.ts";
import type { Thing } from "../store/mirror.ts";
import { carefully } from "./careful.ts";
import { said, type Told, wishPosts } from "./channels.ts";
import type { Engine } from "./engine.ts";
import { isFlood } from "./flood.ts";
import { newRow, wished } from "./mirror-row.ts";
import { examples, standIn } from "./portal-tasks.ts";

/** What goes out alone is remembered until its day is over wherever a person lives, ms. */
const REMEMBER_MS = 48 * 3_600_000;
/** How long a rung waits for a task that a flood keeps from being made, ms, if nobody lets it pass before. */
const UNMADE_WAIT_MS = 24 * 3_600_000;
/** Lines of a digest: nobody reads more, and what the CRMs keep of a text has an end. */
const LINES_MAX = 50;

interface Alarms {
  /** what went out alone: it takes up the budget of its day */
  events: readonly DigestEvent[];
  /** digests that went out, by key */
  told: readonly string[];
}

const NONE: Alarms = { events: [], told: [] };

/** Sorts what is about to be told into single notifications and digests. Returns how many rows it held back. */
export function holdAlarms(engine: Engine): number {
  const held = holdBack(engine, untilMade(engine, engine.store.mirror.fresh(engine.now())));
  tellDigests(engine);
  return held;
}

/** While a flood is held nobody is told of a task that it keeps from being made: those rungs wait. Returns the others. */
function untilMade(engine: Engine, rungs: readonly Thing[]): readonly Thing[] {
  if (rungs.length === 0 || !isFlood(engine)) return rungs;
  const { store } = engine;
  const tasks = store.mirror.byKeys(rungs.flatMap((row) => taskKeyOf(row) ?? []));
  const unmade = new Set(tasks.filter((task) => task.externalId === null).map(({ key }) => key));
  const waiting = new Set(rungs.filter((row) => unmade.has(taskKeyOf(row) ?? "")));
  const notBefore = engine.now() + UNMADE_WAIT_MS;
  store.transaction(() => store.mirror.put([...waiting].map((row) => ({ ...row, notBefore }))));
  return rungs.filter((row) => !waiting.has(row));
}

/** The task of a plan that a rung is about; null when it is about something else. */
function taskKeyOf({ key }: Thing): string | null {
  const { path } = pathOf(key);
  const [client, cycle, kind, ...step] = path.slice(0, -1);
  return kind === "task" ? `plan:${client}:${cycle}/${step.join("/")}` : null;
}

function holdBack(engine: Engine, rungs: readonly Thing[]): number {
  if (rungs.length === 0) return 0;
  const { store } = engine;
  const now = engine.now();
  const before = store.meta.get<Alarms>("alarms") ?? NONE;
  const fresh = new Map(rungs.filter((row) => isTelling(row)).map((row) => [row.key, row]));
  const known = before.events.filter((one) => one.at > now - REMEMBER_MS || fresh.has(one.key));
  const heldBefore = store.held.known([...fresh.keys()]);
  const counted = new Set([...heldBefore, ...known.map(({ key }) => key)]);
  const news = [...fresh.values()].filter(({ key }) => !counted.has(key)).map((row) => eventOf(engine, row, now));
  const { settings, calendarOf } = engine.config();
  const answer = digest([...known, ...news], settings.digest, calendarOf, now);
  const [single, held] = [new Set(answer.single), new Set([...answer.held, ...heldBefore])];
  const events = [...known, ...news];
  store.transaction(() => {
    // The digest tells it: by itself it is never made.
    store.mirror.put([...fresh.values()].filter((row) => held.has(row.key)).map((row) => ({ ...row, state: "gone" })));
    const later = events.filter(({ key }) => !single.has(key));
    store.held.put(
      later.map(({ cancelledAt: _, ...one }) => ({ ...one, dueAt: digestAt(one, settings.digest, calendarOf) })),
    );
    for (const row of rungs) if (!held.has(row.key)) wishPosts(engine, row.key, escalationOf(engine, row, now));
    store.meta.set("alarms", { ...before, events: events.filter(({ key }) => single.has(key)) } satisfies Alarms);
  });
  return held.size;
}

/** Digests that are due, a person at a time. */
function tellDigests(engine: Engine): void {
  const { store } = engine;
  const now = engine.now();
  if ((nextAlarmAt(engine) ?? Number.POSITIVE_INFINITY) > now) return;
  for (const ownerId of store.held.dueOwners(now)) store.transaction(() => tellDigestsOf(engine, ownerId));
}

function tellDigestsOf(engine: Engine, ownerId: string): void {
  const { store } = engine;
  const now = engine.now();
  const { settings, calendarOf } = engine.config();
  const waiting = Map.groupBy(store.held.dueOf(ownerId, now), (one) =>
    Math.max(now, digestAt(one, settings.digest, calendarOf)),
  );
  // Where digests go out later than they did, it waits on.
  for (const [at, later] of waiting) {
    const keys = later.map(({ key }) => key);
    store.held.due(keys, at > now ? at : null);
  }
  const events = settledOf(engine, waiting.get(now) ?? []);
  const everything = { ...settings.digest, escalationsPerDay: 0, remindersPerDay: 0 };
  const { due } = digest(events, everything, calendarOf, now);
  const before = store.meta.get<Alarms>("alarms") ?? NONE;
  const keyOf = (one: Digest) => `digest:${one.key}`;
  const news = due.filter((one) => !before.told.includes(one.key));
  // A copy from before it was made meets it as another copy's.
  const made = new Set(store.mirror.byKeys(due.map(keyOf)).map(({ key }) => key));
  for (const one of news.filter((one) => !made.has(keyOf(one)))) {
    store.mirror.put([digestRow(engine, one)]);
    wishPosts(engine, keyOf(one), { ...digestTold(engine, one), event: "digest", level: 0, client: null });
  }
  const told = [...before.told, ...news.map((one) => one.key)].slice(-200);
  store.meta.set("alarms", { ...before, told } satisfies Alarms);
}

/** What is not wished any more before its digest goes out does not have to be heard of. */
function settledOf({ store }: Engine, held: readonly HeldBack[]): readonly DigestEvent[] {
  const rows = new Map(store.mirror.byKeys(held.map((one) => one.key)).map((row) => [row.key, row]));
  return held.map(({ dueAt: _, ...one }) => {
    const isWished = (rows.get(one.key)?.desired ?? null) !== null;
    return { ...one, cancelledAt: isWished ? null : one.at };
  });
}

/** When the next digest goes out, epoch ms. */
export function nextAlarmAt(engine: Engine): number | null {
  return engine.store.held.nextDueAt();
}

/** Work that a person has to do (a task, the offer of a pause) is never held back. */
function isTelling(row: Thing): boolean {
  const { action } = rungOf(row);
  return action === "notify" || action === "remind";
}

/** `ladder:<client>/<cycle>/<kind>/<reason>/<rung>`, and for a handover `…/to/<owner>` */
function pathOf(key: string): { path: readonly string[]; isHandover: boolean } {
  const parts = key.slice("ladder:".length).split("/");
  const isHandover = parts.at(-2) === "to";
  return { path: isHandover ? parts.slice(0, -2) : parts, isHandover };
}

function rungOf(row: Thing): { kind: LadderKind; rung: string; action: string } {
  const { path, isHandover } = pathOf(row.key);
  const body = row.kind === "task" ? (JSON.parse(row.desired!) as DesiredTask).body.id : "";
  const action = isHandover || row.kind === "notice" ? "notify" : body.replace(/^rung\./, "");
  return { kind: path[2] as LadderKind, rung: path.at(-1) ?? "", action };
}

function eventOf(engine: Engine, row: Thing, now: number): DigestEvent {
  const wish = JSON.parse(row.desired!) as DesiredTask | DesiredNotice;
  const { kind, rung } = rungOf(row);
  const known = engine.config().settings.ladders.ladders[kind]?.find((one) => one.id === rung);
  const text = "text" in wish ? wish.text : wish.subject;
  return {
    key: row.key,
    ownerId: wish.ownerId ?? "",
    client: row.client,
    level: known ? levelOf(known) : 1,
    at: now,
    text,
    cancelledAt: null,
  };
}

function escalationOf(engine: Engine, row: Thing, now: number): Told {
  const { client, level, ownerId, text } = eventOf(engine, row, now);
  return { event: "escalation", client, level, ownerId, text, lines: [], because: row.key };
}

/** What a digest says, wherever it goes. */
function digestTold(
  engine: Engine,
  { ownerId, items, settled }: Digest,
): Pick<Told, "ownerId" | "text" | "lines" | "because"> {
  const { language } = engine.config();
  const lines = items.slice(0, LINES_MAX).map((one) => `• ${lineOf(engine, one)}`);
  const more = items.length - lines.length;
  if (more > 0) lines.push(engine.texts.render({ id: "digest.more", params: { count: more } }, language, {}));
  if (settled > 0) lines.push(engine.texts.render({ id: "digest.settled", params: { count: settled } }, language, {}));
  return { ownerId, text: { id: "digest.title", params: { count: items.length } }, lines, because: null };
}

/**
 * One thing for one person and day: how many were held back, and which, each with a link to its record. A task that could be tied to nobody who is
 * there is not made.
 */
function digestRow(engine: Engine, one: Digest): Thing {
  const { key, at, items } = one;
  const ownerId = standIn(engine, one.ownerId);
  const config = engine.config();
  const links = examples(
    engine,
    `digest:${key}`,
    items.map(({ client }) => parseRef(client)),
  );
  const { text: title, lines } = digestTold(engine, one);
  const body: TextRef = { id: "said", params: { said: lines.join("\n") } };
  const text = config.canNotify
    ? JSON.stringify({
        ownerId,
        text: { id: "said", params: { said: [engine.texts.render(title, config.language, {}), ...lines].join("\n") } },
      } satisfies DesiredNotice)
    : JSON.stringify({
        subject: title,
        body,
        dueAt: at,
        reminderAt: null,
        ownerId,
        priority: "medium",
        type: "todo",
        status: "open",
        links,
      } satisfies DesiredTask);
  const wish = {
    key: `digest:${key}`,
    kind: config.canNotify ? ("notice" as const) : ("task" as const),
    target: config.canNotify ? null : (links[0] ?? null),
    priority: 10,
    notBefore: 0,
  };
  const row = carefully(engine, newRow("", wish));
  if (wish.kind === "task" && wish.target === null) return { ...row, state: "gone" };
  return wished(row, { text, target: wish.target, priority: wish.priority, notBefore: 0 }, engine.now()).row;
}

/** Why, without any name: the link leads to the record. */
function lineOf(engine: Engine, event: DigestEvent): string {
  const url = engine.crm.recordUrl(parseRef(event.client));
  const why = said(engine, event.text);
  return why === "" ? url : `${why} — ${url}`;
}
