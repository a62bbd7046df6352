/**
 * Escalations of managers and heads, and digests, also go to the channels of the settings. Each at most once per channel: what may have
 * arrived is not sent again, and an admin sees it.
 */

import { type ChannelMessage, channelBody } from "../core/channel/format.ts";
import { CHANNEL_LEVEL, type ChannelEvent, type ChannelHook } from "../core/channel/settings.ts";
import { PRIORITY } from "../core/desired.ts";
import type { FindingCode } from "../core/finding.ts";
import { type ClientKey, parseRef, type TextRef } from "../core/model.ts";
import { type CrmFailure, isFailure } from "../crm/failure.ts";
import { POSTS, type Thing } from "../store/mirror.ts";
import { type Engine, isCurrent } from "./engine.ts";
import { begun, delayed, newRow } from "./mirror-row.ts";
import type { Parts } from "./parts.ts";
import { Names } from "./resolve.ts";

/** Messages of one turn. */
const PER_TURN = 10;
/** Waits before further attempts of what certainly did not arrive, ms; then it is given up. */
const WAITS_MS = [60_000, 300_000, 1_800_000, 7_200_000] as const;

/** What is to be told, as the mirror keeps it: texts by reference, no name. */
interface Post {
  hook: string;
  event: ChannelEvent;
  level: number;
  client: ClientKey | null;
  ownerId: string;
  /** why it escalates; of a digest the title */
  text: TextRef;
  lines: readonly string[];
  /** what it stands on: gone before it went out, it is not told */
  because: string | null;
}

export type Told = Omit<Post, "hook">;

/** Wishes one message per channel that takes this sort of event; what was wished before stays as it is. */
export function wishPosts(engine: Engine, key: string, told: Told): void {
  if (told.event === "escalation" && told.level < CHANNEL_LEVEL) return;
  const hooks = hooksOf(engine).filter(({ events }) => events.includes(told.event));
  const keys = hooks.map(({ id }) => `channel:${id}:${key}`);
  const known = new Set(engine.store.mirror.byKeys(keys).map((row) => row.key));
  const fresh = hooks.flatMap(({ id }, at) => {
    if (known.has(keys[at]!)) return [];
    const wish = { key: keys[at]!, target: null, priority: PRIORITY.escalation, notBefore: 0 };
    return [
      { ...newRow("", { ...wish, kind: "post" }), desired: JSON.stringify({ ...told, hook: id } satisfies Post) },
    ];
  });
  engine.store.mirror.put(fresh);
}

function hooksOf(engine: Engine): readonly ChannelHook[] {
  return engine.config().settings.channels.webhooks;
}

/** Sends what waits. Returns how many messages were handled. */
export async function sendPosts(engine: Engine): Promise<number> {
  const waiting = engine.store.mirror.next("dirty", POSTS, engine.now(), PER_TURN);
  for (const row of waiting) {
    if (!isCurrent(engine)) break;
    await sendOne(engine, row, JSON.parse(row.desired!) as Post);
  }
  return waiting.length;
}

/** When the next message may go out, epoch ms; null when none waits. */
export function nextPostAt(engine: Engine, parts: Parts): number | null {
  const at = engine.store.mirror.soonest("dirty", POSTS, engine.now());
  return at === null ? null : Math.max(at, parts.readyAt("channels"));
}

async function sendOne(engine: Engine, row: Thing, post: Post): Promise<void> {
  const { mirror } = engine.store;
  const hook = hooksOf(engine).find(({ id }) => id === post.hook);
  const isOver = post.because !== null && (mirror.byKeys([post.because])[0]?.desired ?? null) === null;
  if (!hook || isOver) {
    mirror.remove([row.key]);
    return;
  }
  const call = engine.outside?.post ?? null;
  if (!call) {
    ended(engine, row, hook, "channel-failed", "NO_OUTBOUND");
    return;
  }
  const body = bodyOf(engine, hook, await messageOf(engine, row, hook, post), post);
  if (!isCurrent(engine)) return;
  engine.store.transaction(() => mirror.put([begun(row, {})]));
  try {
    await call(hook.url, engine.hash(`post:${row.key}`), body);
    engine.store.transaction(() => {
      keep(engine, { ...row, state: "clean", sent: row.desired, externalId: hook.id, ours: { at: engine.now() } });
      engine.store.findings.close(`channel:${hook.id}`, engine.now());
    });
  } catch (error) {
    if (!isFailure(error)) throw error;
    failed(engine, row, hook, error);
  }
}

/** Only what certainly did not arrive (a limit, a connection that was never made) goes out again. */
function failed(engine: Engine, row: Thing, hook: ChannelHook, error: CrmFailure): void {
  const code = error.code ?? error.failure;
  const isNowhere = error.failure === "limited" || (error.failure === "unavailable" && error.status === undefined);
  const wait = WAITS_MS[row.attempts];
  if (!isNowhere || wait === undefined) {
    const isSaidNo = error.failure === "refused" || isNowhere;
    ended(engine, row, hook, isSaidNo ? "channel-failed" : "channel-unsure", code);
    return;
  }
  const later = delayed(row, Math.max(error.retryAt ?? 0, engine.now() + wait), engine.now());
  if (later) keep(engine, { ...later, state: "dirty" });
}

/** Unless it is not wished any more: whoever leaves tells nobody anything. */
function keep({ store }: Engine, row: Thing): void {
  if (store.mirror.byKeys([row.key]).length > 0) store.mirror.put([row]);
}

function ended(engine: Engine, row: Thing, hook: ChannelHook, finding: FindingCode, code: string): void {
  engine.store.transaction(() => {
    keep(engine, { ...row, state: finding === "channel-unsure" ? "gone" : "refused", sending: null });
    engine.store.findings.raise(`channel:${hook.id}`, finding, { channel: hook.id, code }, engine.now());
  });
}

// ---------------------------------------------------------------- what it says

async function messageOf(engine: Engine, row: Thing, hook: ChannelHook, post: Post): Promise<ChannelMessage> {
  const { language } = engine.config();
  const { event, level, client, text } = post;
  const open = engine.texts.render({ id: "channel.open" }, language, {});
  if (event === "digest") return { event, level, title: said(engine, text), lines: post.lines, url: null, open };
  const title = engine.texts.render(
    { id: "channel.escalation", params: { level, said: said(engine, text) } },
    language,
    {},
  );
  const url = client === null ? null : engine.crm.recordUrl(parseRef(client));
  const lines = hook.includeNames ? await namesOf(engine, row, post) : [];
  return { event, level, title, lines: [...post.lines, ...lines], url, open };
}

/** A text that cannot be said without a name is left out: the link says enough. */
export function said(engine: Engine, text: TextRef): string {
  const inner = text.params?.text;
  const ref: TextRef = typeof inner === "string" ? { id: inner, params: text.params ?? {} } : text;
  try {
    return engine.texts.render(ref, engine.config().language, {});
  } catch {
    return "";
  }
}

/** The client and who has it, read now and kept nowhere. */
async function namesOf(engine: Engine, row: Thing, { client, text }: Post): Promise<string[]> {
  const lines: string[] = [];
  if (client !== null) {
    const names = new Names();
    const ref = parseRef(client);
    await names.fetch(engine, [ref], () => []);
    const { name } = names.of(ref);
    if (name) lines.push(name);
  }
  await engine.outside?.learnPeople([row]);
  const person = engine.outside?.merge(row, text, ["owner.name"])["owner.name"];
  return person ? [...lines, `→ ${person}`] : lines;
}

/** Systems get ids beside the words; chats only the words. */
function bodyOf(engine: Engine, hook: ChannelHook, message: ChannelMessage, post: Post): unknown {
  const body = channelBody(hook.kind, message, hook.chat);
  if (hook.kind !== "generic") return body;
  const { client, ownerId } = post;
  const data = { portal: engine.outside?.portal ?? "", client, owner: ownerId, ...message };
  return { type: `tenure.${post.event}`, timestamp: new Date(engine.now()).toISOString(), data };
}
