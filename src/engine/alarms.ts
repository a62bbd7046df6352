/**
 * The alarm budget of a portal: a few escalations and reminders a day reach a person one by one, the rest waits for one daily digest that
 * says what was held back. Rungs stay wishes of their clients; here it is only decided which of them go out alone.
 */
import type { DesiredNotice, DesiredTask } from "../core/desired.ts";
import { type Digest, type DigestEvent, digest } from "../core/escalate/digest.ts";
import { type LadderKind, levelOf } from "../core/escalate/ladder.ts";
import { parseRef, type TextRef } from "../core/model.ts";
import type { Thing } from "../store/mirror.ts";
import { carefully } from "./careful.ts";
import { said, type Told, wishPosts } from "./channels.ts";
import type { Engine } from "./engine.ts";
import { newRow, wished } from "./mirror-row.ts";
import { examples, standIn } from "./portal-tasks.ts";

/** Events older than this have left every digest, ms: long weekends and holidays included. */
const REMEMBER_MS = 14 * 86_400_000;
/** Rows read at once. */
const PAGE = 500;

interface Alarms {
  events: readonly DigestEvent[];
  /** digests that went out, by key */
  told: readonly string[];
  wakeAt: number | null;
}

const NONE: Alarms = { events: [], told: [], wakeAt: null };

/** Sorts what is about to be told into single notifications and digests. Returns how many rows it held back. */
export function holdAlarms(engine: Engine): number {
  const { store } = engine;
  const now = engine.now();
  const before = store.meta.get<Alarms>("alarms") ?? NONE;
  const rungs = freshRungs(engine, now);
  const fresh = rungs.filter((row) => isTelling(row));
  if (rungs.length === 0 && (before.wakeAt === null || before.wakeAt > now)) return 0;
  const known = new Map(before.events.filter((one) => one.at > now - REMEMBER_MS).map((one) => [one.key, one]));
  for (const row of fresh) if (!known.has(row.key)) known.set(row.key, eventOf(engine, row, now));
  const events = cancelGone(engine, [...known.values()], now);
  const config = engine.config();
  const answer = digest(events, config.settings.digest, config.calendarOf, now);
  const held = new Set(answer.held);
  const keyOf = (one: Digest) => `digest:${one.key}`;
  // A copy from before it was made meets it as another copy's.
  const made = new Set(store.mirror.byKeys(answer.due.map(keyOf)).map(({ key }) => key));
  const news = answer.due.filter((one) => !before.told.includes(one.key));
  const due = news.filter((one) => !made.has(keyOf(one)));
  store.transaction(() => {
    // The digest tells it: by itself it is never made.
    store.mirror.put(fresh.filter((row) => held.has(row.key)).map((row) => ({ ...row, state: "gone" })));
    for (const row of rungs) if (!held.has(row.key)) wishPosts(engine, row.key, escalationOf(engine, row, now));
    for (const one of due) {
      store.mirror.put([digestRow(engine, one)]);
      wishPosts(engine, keyOf(one), { ...digestTold(engine, one), event: "digest", level: 0, client: null });
    }
    const told = [...before.told, ...news.map((one) => one.key)].slice(-200);
    store.meta.set("alarms", { events, told, wakeAt: answer.wakeAt } satisfies Alarms);
  });
  return held.size;
}

/** All that are about to go out: what is not looked at here goes out alone. */
function freshRungs({ store }: Engine, now: number): readonly Thing[] {
  const rungs: Thing[] = [];
  for (let page = store.mirror.fresh("ladder:", now, PAGE); ; ) {
    rungs.push(...page);
    if (page.length < PAGE) return rungs;
    page = store.mirror.fresh("ladder:", now, PAGE, page.at(-1)!.key);
  }
}

/** When the next digest goes out, epoch ms. */
export function nextAlarmAt(engine: Engine): number | null {
  return engine.store.meta.get<Alarms>("alarms")?.wakeAt ?? null;
}

/** Work that a person has to do (a task, the offer of a pause) is never held back. */
function isTelling(row: Thing): boolean {
  const { action } = rungOf(row);
  return action === "notify" || action === "remind";
}

/** `ladder:<client>/<cycle>/<kind>/<reason>/<rung>`, and for a handover `…/to/<owner>` */
function rungOf(row: Thing): { kind: LadderKind; rung: string; action: string } {
  const parts = row.key.slice("ladder:".length).split("/");
  const isHandover = parts.at(-2) === "to";
  const path = isHandover ? parts.slice(0, -2) : parts;
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

/** What is not wished any more before its digest goes out does not have to be heard of. */
function cancelGone(engine: Engine, events: readonly DigestEvent[], now: number): readonly DigestEvent[] {
  const rows = new Map(engine.store.mirror.byKeys(events.map((one) => one.key)).map((row) => [row.key, row]));
  return events.map((one) => {
    const isWished = (rows.get(one.key)?.desired ?? null) !== null;
    return isWished || one.cancelledAt !== null ? one : { ...one, cancelledAt: now };
  });
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
  const lines = items.map((one) => `• ${lineOf(engine, one)}`);
  if (settled > 0) lines.push(engine.texts.render({ id: "digest.settled", params: { count: settled } }, language, {}));
  return { ownerId, text: { id: "digest.title", params: { count: items.length } }, lines, because: null };
}

/** One thing for one person and day: how many were held back, and which, each with a link to its record. */
function digestRow(engine: Engine, one: Digest): Thing {
  const { key, at, items } = one;
  const ownerId = standIn(engine, one.ownerId);
  const config = engine.config();
  const links = examples(
    engine,
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
    target: config.canNotify ? null : links[0]!,
    priority: 10,
    notBefore: 0,
  };
  const row = carefully(engine, newRow("", wish));
  return wished(row, { text, target: wish.target, priority: wish.priority, notBefore: 0 }, engine.now()).row;
}

/** Why, without any name: the link leads to the record. */
function lineOf(engine: Engine, event: DigestEvent): string {
  const url = engine.crm.recordUrl(parseRef(event.client));
  const why = said(engine, event.text);
  return why === "" ? url : `${why} — ${url}`;
}
