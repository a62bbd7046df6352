/** What a drafted configuration would change for the portal's real clients: decided twice, written nowhere. */

import { openBook } from "../core/client/portal-book.ts";
import { allSignals } from "../core/client/score-settings.ts";
import { loadState } from "../core/client/state.ts";
import { type DecideConfig, type Decision, decide } from "../core/decide.ts";
import type { ClientKey } from "../core/model.ts";
import type { Settings } from "../core/settings.ts";
import type { Portal } from "../portal.ts";
import { decideConfig } from "../portal-config.ts";
import { type ClientReading, readClients } from "./client-reading.ts";

/** Clients looked at: enough for a team to see what happens, few enough to answer at once. */
export const EFFECT_CLIENTS = 200;

export interface Effect {
  looked: number;
  of: number;
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

/** @param settings the drafted configuration */
export function effectOf(portal: Portal, settings: Settings, nowMs: number): Effect {
  const about = portal.about();
  if (!about) throw new Error("The portal was not looked at yet.");
  const { store } = portal;
  const keys = store.clients.page("", EFFECT_CLIENTS).map((one) => one.key);
  const readings = readClients(portal, keys, nowMs);
  const now = portal.engine().config();
  const drafted = decideConfig(store, about, settings, now.canNotify);
  const [book, draftedBook] = [portal.engine().book(), openBook(store.newestBook(), allSignals(settings.score))];
  const zones: Record<string, [number, number]> = {};
  const clients: { key: ClientKey; tasks: number; zone: readonly [string | null, string | null] }[] = [];
  const signs: Record<string, [number, number]> = {};
  const sums = { tasks: [0, 0] as [number, number], told: [0, 0] as [number, number], moved: 0, failed: 0 };
  let failure: string | null = null;
  for (const reading of readings) {
    try {
      const before = decideWith(reading, book, now, nowMs);
      const after = decideWith(reading, draftedBook, drafted, nowMs);
      const [a, b] = [tasksOf(before), tasksOf(after)];
      const changed = countChanged(a, b);
      sums.tasks[0] += a.size;
      sums.tasks[1] += b.size;
      sums.told[0] += toldBy(before);
      sums.told[1] += toldBy(after);
      sums.moved += changed.moved;
      for (const [at, decision] of [before, after].entries())
        for (const id of signsOf(decision)) {
          const counts = signs[id] ?? [0, 0];
          counts[at as 0 | 1] += 1;
          signs[id] = counts;
        }
      const zone = [before.columns.zone, after.columns.zone] as const;
      zone.forEach((name, at) => {
        const counts = zones[name ?? "none"] ?? [0, 0];
        counts[at as 0 | 1] += 1;
        zones[name ?? "none"] = counts;
      });
      if (changed.all > 0 || zone[0] !== zone[1]) clients.push({ key: reading.stored.key, tasks: changed.all, zone });
    } catch (error) {
      sums.failed += 1;
      failure ??= (error as Error).message;
    }
  }
  const most = clients
    .sort((a, b) => Number(b.zone[0] !== b.zone[1]) - Number(a.zone[0] !== a.zone[1]) || b.tasks - a.tasks)
    .slice(0, 20);
  return {
    looked: readings.length,
    of: store.clients.count(),
    zones,
    tasks: sums.tasks,
    told: sums.told,
    moved: sums.moved,
    signs,
    clients: most,
    failed: sums.failed,
    failure,
  };
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
