/** What a drafted configuration would change for the portal's real clients: decided twice, written nowhere. */

import { sql } from "drizzle-orm";
import { dayOf } from "../core/calendar/zone.ts";
import { openBook } from "../core/client/portal-book.ts";
import { allSignals } from "../core/client/score-settings.ts";
import { loadState } from "../core/client/state.ts";
import { decide } from "../core/decide.ts";
import type { DecideConfig, Decision } from "../core/decision.ts";
import type { ClientKey } from "../core/model.ts";
import type { Settings } from "../core/settings.ts";
import { decideConfig } from "../portal-config.ts";
import type { Portal } from "../portal-open.ts";
import { type ClientReading, readClients } from "./client-reading.ts";

/** Clients decided per question: few enough to answer at once. */
export const EFFECT_SLICE = 200;

export interface Effect {
  /** decided so far, taken at random; asked again, the next ones follow */
  looked: number;
  of: number;
  /** how far a share of all clients may be from the share of those looked at, 95 % sure, per cent; 0 when all were looked at */
  unsure: number;
  /** epoch ms */
  startedAt: number;
  /** by zone, before and after */
  zones: Readonly<Record<string, readonly [before: number, after: number]>>;
  /** open tasks that would be in the CRM, before and after */
  tasks: readonly [before: number, after: number];
  /** tasks that would be due on another day, or belong to somebody else */
  moved: number;
  /** people who would be told something, before and after */
  told: readonly [before: number, after: number];
  /** by sign: clients that show it, before and after */
  signs: Readonly<Record<string, readonly [before: number, after: number]>>;
  /** the clients for whom most changes */
  clients: readonly { key: ClientKey; tasks: number; zone: readonly [string | null, string | null] }[];
  /** clients that could not be decided with the draft, with the first reason */
  failed: number;
  failure: string | null;
}

type Pair = [before: number, after: number];

/** What was decided so far of one draft. */
interface Gathered {
  /** the draft, the version in force and the day */
  name: string;
  /** those not decided yet, in an order that is as good as chance */
  left: ClientKey[];
  of: number;
  looked: number;
  startedAt: number;
  zones: Record<string, Pair>;
  signs: Record<string, Pair>;
  tasks: Pair;
  told: Pair;
  moved: number;
  failed: number;
  failure: string | null;
  clients: Effect["clients"][number][];
}

const gathered = new WeakMap<Portal, Gathered>();

/** Clients kept for the page, at most. */
const SHOWN = 20;

/** Decides the next clients with the draft. @param settings the drafted configuration */
export function effectOf(portal: Portal, settings: Settings, nowMs: number): Effect {
  const about = portal.about();
  if (!about) throw new Error("The portal was not looked at yet.");
  const one = gatheringOf(portal, settings, nowMs);
  const { store } = portal;
  const now = portal.engine().config();
  const drafted = decideConfig(store, about, settings, now.canNotify);
  const books = [portal.engine().book(), openBook(store.newestBook(), allSignals(settings.score))] as const;
  const slice = one.left.splice(0, EFFECT_SLICE);
  for (const reading of readClients(portal, slice, nowMs)) {
    try {
      const before = decideWith(reading, books[0], now, nowMs);
      addTo(one, reading.stored.key, before, decideWith(reading, books[1], drafted, nowMs));
    } catch (error) {
      one.failed += 1;
      one.failure ??= (error as Error).message;
    }
  }
  one.looked += slice.length;
  one.clients = one.clients
    .sort((a, b) => Number(b.zone[0] !== b.zone[1]) - Number(a.zone[0] !== a.zone[1]) || b.tasks - a.tasks)
    .slice(0, SHOWN);
  const { name: _name, left: _left, ...effect } = one;
  return { ...effect, unsure: unsureOf(one.looked, one.of) };
}

/** Goes on where it stood as long as draft, configuration and day are the same. */
function gatheringOf(portal: Portal, settings: Settings, nowMs: number): Gathered {
  const config = portal.engine().config();
  const name = JSON.stringify([settings, portal.store.newestConfig()?.version, dayOf(nowMs, config.zone)]);
  const known = gathered.get(portal);
  if (known?.name === name && known.left.length > 0) return known;
  const keys = portal.store.db.all<{ key: string }>(sql`select key from client`).map((one) => one.key);
  const made: Gathered = {
    name,
    left: keys
      .map((key) => [mixed(key), key] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, key]) => key),
    of: keys.length,
    looked: 0,
    startedAt: nowMs,
    zones: {},
    signs: {},
    tasks: [0, 0],
    told: [0, 0],
    moved: 0,
    failed: 0,
    failure: null,
    clients: [],
  };
  gathered.set(portal, made);
  return made;
}

/** FNV-1a with a last stir: ids that follow each other are scattered, so that any first part stands for the whole. */
function mixed(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Half a 95 % interval of a share at its widest (one half), drawn without putting back, in per cent. */
export function unsureOf(looked: number, of: number): number {
  if (looked >= of || of < 2) return 0;
  return looked === 0 ? 100 : 100 * 1.96 * Math.sqrt((0.25 / looked) * ((of - looked) / (of - 1)));
}

function addTo(one: Gathered, key: ClientKey, before: Decision, after: Decision): void {
  const [a, b] = [tasksOf(before), tasksOf(after)];
  const changed = countChanged(a, b);
  one.tasks = [one.tasks[0] + a.size, one.tasks[1] + b.size];
  one.told = [one.told[0] + toldBy(before), one.told[1] + toldBy(after)];
  one.moved += changed.moved;
  [before, after].forEach((decision, at) => {
    for (const id of signsOf(decision)) count(one.signs, id, at);
    count(one.zones, decision.columns.zone ?? "none", at);
  });
  const zone = [before.columns.zone, after.columns.zone] as const;
  if (changed.all > 0 || zone[0] !== zone[1]) one.clients.push({ key, tasks: changed.all, zone });
}

function count(table: Record<string, Pair>, name: string, at: number): void {
  const pair = table[name] ?? [0, 0];
  pair[at as 0 | 1] += 1;
  table[name] = pair;
}

function decideWith(
  reading: ClientReading,
  book: Parameters<typeof decide>[2],
  config: DecideConfig,
  nowMs: number,
): Decision {
  return decide({ key: reading.stored.key, state: reading.stored.state }, reading.facts, book, config, nowMs);
}

/** The articles' signs that fire after a decision. */
function signsOf(decision: Decision): readonly string[] {
  return Object.keys(loadState(decision.state).state.signs ?? {});
}

/** Open tasks by key, as text that tells whether they changed. */
function tasksOf(decision: Decision): ReadonlyMap<string, string> {
  const tasks = new Map<string, string>();
  for (const wish of decision.desired)
    if (wish.kind === "task" && "task" in wish) tasks.set(wish.key, `${wish.task.dueAt}/${wish.task.ownerId}`);
  return tasks;
}

function toldBy(decision: Decision): number {
  return decision.desired.filter((wish) => wish.kind === "notice" || wish.key.startsWith("ladder:")).length;
}

function countChanged(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): { all: number; moved: number } {
  let moved = 0;
  let others = 0;
  for (const [key, value] of after) {
    const was = before.get(key);
    if (was === undefined) others += 1;
    else if (was !== value) moved += 1;
  }
  for (const key of before.keys()) if (!after.has(key)) others += 1;
  return { all: moved + others, moved };
}
