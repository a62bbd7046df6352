/**
 * One bounded turn: fold, settle, write what is urgent, read, decide, write, reconcile. Node's loop, the alarm on Workers, tests
 * and the simulation call this same function. Errors end inside it; it says when it wants to be called again.
 */
import { PRIORITY } from "../core/desired.ts";
import { isFailure } from "../crm/failure.ts";
import { holdAlarms, nextAlarmAt } from "./alarms.ts";
import { makeBookWhenDue, nextBookAt } from "./book.ts";
import { enterCareful, isCareful, isLooking, leaveCareful } from "./careful.ts";
import { nextPostAt, sendPosts } from "./channels.ts";
import { noteTime, noticeSetBack } from "./clock.ts";
import { decideDue } from "./decider.ts";
import { drain, nextDrainAt } from "./drain.ts";
import { type Bounds, DEFAULT_BOUNDS, type Engine } from "./engine.ts";
import { foldHints } from "./fold.ts";
import { nextPastAt, type PastWork, workOnPast } from "./learn.ts";
import { nextLetterAt, sendLetters } from "./letters.ts";
import { endNeedless } from "./needless.ts";
import { nextOptOutAt, tellOptOuts } from "./opt-outs.ts";
import { makeOutCalls, nextOutCallAt } from "./out-calls.ts";
import { attempt, Parts } from "./parts.ts";
import { nextPruneAt, prune } from "./prune.ts";
import { nextReadsAt, readStale } from "./reader.ts";
import { isBehind, nextReconcileAt, reconcile } from "./reconcile.ts";
import { Names } from "./resolve.ts";
import { nextReviewAt, reviewWhenDue } from "./review.ts";
import { nextLookAt, recover, settleUnknown } from "./settle.ts";
import { nextSweepAt, sweep } from "./sweep.ts";
import { nextWriteAt, type WriterMemory, writeDirty } from "./writer.ts";

/** What a turn remembers for the next one, in memory only; losing it costs nothing but a little time. */
export interface TurnMemory extends WriterMemory {
  past: PastWork;
  /** what happened before this process was there is known */
  isCaughtUp: boolean;
  /** turns in a row that did nothing and wanted to be called again at once */
  idle: number;
}

export function newTurnMemory(): TurnMemory {
  return { parts: new Parts(), names: new Names(), past: { job: null }, isCaughtUp: false, atOnce: 4, idle: 0 };
}

export interface Turn {
  /** when to call again, epoch ms; null = only when a hint arrives */
  wakeAt: number | null;
  /** until then nothing but looks for changes, also into the CRM's own queue, is due, epoch ms */
  quietUntil: number;
  /** the install is gone: no more turns */
  revoked: boolean;
  did: { folded: number; read: number; decided: number; wrote: number; looked: number; reconciled: number };
}

/** A turn that wants another at once without having done anything is a mistake of ours: it costs a look every so often, ms. */
const IDLE_WAIT_MS = 1_000;
const IDLE_TURNS = 3;
/** How far the noted wake may be from the real one, ms. */
const NOTED_WITHIN_MS = 60_000;

export async function tick(engine: Engine, memory: TurnMemory, bounds: Bounds = DEFAULT_BOUNDS): Promise<Turn> {
  const did: Turn["did"] = { folded: 0, read: 0, decided: 0, wrote: 0, looked: 0, reconciled: 0 };
  try {
    await work(engine, memory, bounds, did);
  } catch (error) {
    // The only failure that is not one part's own.
    if (!isFailure(error, "revoked")) throw error;
    return { wakeAt: null, quietUntil: 0, revoked: true, did };
  }
  const all = wakes(engine, memory);
  const quietUntil = memory.isCaughtUp ? earliest({ ...all, reconcile: null, drain: null }) : 0;
  const soonest = Math.max(engine.now(), memory.parts.readyAt("begin"), earliest(all));
  const wakeAt = patient(engine, memory, did, soonest);
  await attempt(engine, memory.parts, "note-wake", undefined, () => noteWake(engine, wakeAt));
  return { wakeAt, quietUntil, revoked: false, did };
}

/** Kept for telling later whether this copy was away; a few seconds more or less are not worth a commit. */
function noteWake(engine: Engine, wakeAt: number): void {
  const noted = engine.store.meta.get<number>("nextWake");
  if (noted !== null && Math.abs(noted - wakeAt) <= NOTED_WITHIN_MS) return;
  engine.store.transaction(() => {
    engine.store.meta.set("nextWake", wakeAt);
    noteTime(engine);
  });
}

async function work(engine: Engine, memory: TurnMemory, bounds: Bounds, did: Turn["did"]): Promise<void> {
  const { parts, names } = memory;
  const decide = async () => {
    if (!isLooking(engine, parts))
      did.decided += await attempt(engine, parts, "decide", 0, () => decideDue(engine, bounds.clients));
  };
  const isBegun = await attempt(engine, parts, "begin", false, () => {
    parts.recall(engine);
    noticeSetBack(engine);
    recover(engine.store, engine.now());
    enterCareful(engine);
    did.folded = foldDeliveries(engine, names, bounds.deliveries);
    return true;
  });
  // Without a store that takes commits nothing may go out: what was sent would be forgotten.
  if (!isBegun || !(await catchUp(engine, memory, bounds, did))) return;
  await decide();
  if (isLive(engine)) did.looked = await settleUnknown(engine, parts, bounds.lookUps);
  if (mayWrite(engine)) await attempt(engine, parts, "alarms", 0, () => holdAlarms(engine));
  if (mayWrite(engine)) did.wrote = await writeDirty(engine, memory, bounds.writes, PRIORITY.soon);
  did.read += await readStale(engine, parts, bounds.reads);
  await decide();
  if (!isLooking(engine, parts)) await attempt(engine, parts, "book", false, () => makeBookWhenDue(engine));
  if (mayWrite(engine)) did.decided += await attempt(engine, parts, "review", 0, () => reviewWhenDue(engine));
  if (mayWrite(engine)) await attempt(engine, parts, "alarms", 0, () => holdAlarms(engine));
  if (mayWrite(engine)) did.wrote += await writeDirty(engine, memory, bounds.writes - did.wrote, PRIORITY.backfill);
  if (mayWrite(engine)) {
    did.wrote += await attempt(engine, parts, "letters", 0, () => sendLetters(engine));
    did.wrote += await attempt(engine, parts, "opt-outs", 0, () => tellOptOuts(engine));
    did.wrote += await attempt(engine, parts, "out-calls", 0, () => makeOutCalls(engine));
    did.wrote += await attempt(engine, parts, "channels", 0, () => sendPosts(engine));
  }
  await attempt(engine, parts, "end-needless", undefined, () => endNeedless(engine, parts));
  did.reconciled += (await drain(engine, parts, names)) + (await reconcile(engine, parts, bounds.reads));
  did.read += await attempt(engine, parts, "sweep", 0, () => sweep(engine, parts));
  did.read += await attempt(engine, parts, "prune", 0, () => prune(engine));
  did.read += await attempt(engine, parts, "past", 0, () => workOnPast(engine, memory.past));
  await attempt(engine, parts, "leave-careful", undefined, () => leaveCareful(engine, parts));
}

/**
 * After a start, before anything is decided or written: what people did while nobody listened is listed and read, so that no decision goes
 * over it. @returns whether it is known
 */
async function catchUp(engine: Engine, memory: TurnMemory, bounds: Bounds, did: Turn["did"]): Promise<boolean> {
  if (memory.isCaughtUp) return true;
  const { parts } = memory;
  if (isBehind(engine, parts)) {
    did.reconciled += await reconcile(engine, parts, bounds.reads);
    did.read += await readStale(engine, parts, bounds.reads);
  }
  memory.isCaughtUp = !isBehind(engine, parts);
  return memory.isCaughtUp;
}

function isLive({ store }: Engine): boolean {
  return store.meta.get<string>("mode") === "live" && store.meta.get("leaving") === null;
}

function mayWrite(engine: Engine): boolean {
  return isLive(engine) && !isCareful(engine);
}

function foldDeliveries(engine: Engine, names: Names, limit: number): number {
  const waiting = engine.store.deliveries(limit);
  const last = waiting.at(-1);
  if (!last) return 0;
  engine.store.transaction(() => {
    for (const one of waiting) foldHints(engine, one.hints, one.at);
    engine.store.dropDeliveries(last.seq);
  });
  for (const one of waiting) names.forget(one.hints);
  return waiting.length;
}

/** When each part of a turn could do something, epoch ms, computed from the rows; null = it has nothing to do. */
function wakes(engine: Engine, memory: TurnMemory): Readonly<Record<string, number | null>> {
  const { store } = engine;
  const { parts } = memory;
  const after = (at: number | null, part: string) => (at === null ? null : Math.max(at, parts.readyAt(part)));
  const reads = nextReadsAt(engine, parts).map(([kind, at]) => [`read ${kind}`, at] as const);
  return {
    ...Object.fromEntries(reads),
    fold: after(store.oldestDeliveryAt() === null ? null : engine.now(), "begin"),
    reconcile: nextReconcileAt(engine, parts),
    ...(memory.isCaughtUp && laterWakes(engine, memory)),
  };
}

/** Of what waits until this process has caught up. */
function laterWakes(engine: Engine, memory: TurnMemory): Readonly<Record<string, number | null>> {
  const { store } = engine;
  const { parts } = memory;
  const after = (at: number | null, part: string) => (at === null ? null : Math.max(at, parts.readyAt(part)));
  return {
    ...(!isLooking(engine, parts) && {
      decide: after(store.clients.nextDueAt(), "decide"),
      book: after(nextBookAt(engine), "book"),
    }),
    look: isLive(engine) ? nextLookAt(engine, parts) : null,
    ...(mayWrite(engine) && {
      write: nextWriteAt(engine, parts),
      letters: nextLetterAt(engine, parts),
      optOuts: nextOptOutAt(engine, parts),
      calls: nextOutCallAt(engine, parts),
      channels: nextPostAt(engine, parts),
      alarms: after(nextAlarmAt(engine), "alarms"),
      review: after(nextReviewAt(engine), "review"),
    }),
    drain: nextDrainAt(engine, parts),
    sweep: after(nextSweepAt(engine, parts), "sweep"),
    prune: after(nextPruneAt(engine), "prune"),
    past: after(nextPastAt(engine, memory.past), "past"),
  };
}

function earliest(wakes: Readonly<Record<string, number | null>>): number {
  return Math.min(...Object.values(wakes).filter((at) => at !== null));
}

function patient(engine: Engine, memory: TurnMemory, did: Turn["did"], wakeAt: number): number {
  const now = engine.now();
  const isIdle = wakeAt <= now && Object.values(did).every((count) => count === 0);
  memory.idle = isIdle ? memory.idle + 1 : 0;
  if (memory.idle < IDLE_TURNS) return wakeAt;
  const wanting = Object.entries(wakes(engine, memory)).filter(([, at]) => at !== null && at <= now);
  engine.log("idle-turn", { wanting: wanting.map(([part]) => part) });
  return now + IDLE_WAIT_MS;
}
