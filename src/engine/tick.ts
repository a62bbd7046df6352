/**
 * One bounded turn: fold, settle, write what is urgent, read, decide, write, reconcile. Node's loop, the alarm on Workers, tests
 * and the simulation call this same function. Errors end inside it; it says when it wants to be called again.
 */
import { PRIORITY } from "../core/desired.ts";
import { CrmFailure, decideRetry, isFailure } from "../crm/failure.ts";
import { makeBookWhenDue, nextBookAt } from "./book.ts";
import { enterCareful, leaveCareful } from "./careful.ts";
import { decideDue } from "./decider.ts";
import { type Bounds, DEFAULT_BOUNDS, type Engine } from "./engine.ts";
import { foldHints } from "./fold.ts";
import { readStale } from "./reader.ts";
import { nextReconcileAt, reconcile } from "./reconcile.ts";
import type { Names } from "./resolve.ts";
import { settleUnknown } from "./settle.ts";
import { writeDirty } from "./writer.ts";

/** What a turn remembers for the next one, in memory only; losing it costs nothing but a little time. */
export interface TurnMemory {
  names: Names;
  /** failures in a row, for the back-off */
  failures: number;
  /** the CRM is not asked anything before, epoch ms */
  restUntil: number;
  /** a turn broke on our side: nothing at all is tried before, epoch ms */
  brokenUntil: number;
}

export interface Turn {
  /** when to call again, epoch ms; null = only when a hint arrives */
  wakeAt: number | null;
  /** the install is gone: no more turns */
  revoked: boolean;
  did: { folded: number; read: number; decided: number; wrote: number; looked: number; reconciled: number };
}

/** A bug or an answer we do not understand: tried again after this long, ms. */
const AFTER_BUG_MS = 60_000;

export async function tick(engine: Engine, memory: TurnMemory, bounds: Bounds = DEFAULT_BOUNDS): Promise<Turn> {
  const did: Turn["did"] = { folded: 0, read: 0, decided: 0, wrote: 0, looked: 0, reconciled: 0 };
  let revoked = false;
  try {
    enterCareful(engine);
    did.folded = foldDeliveries(engine, bounds.deliveries);
    did.decided = decideDue(engine, bounds.clients);
    if (engine.now() >= memory.restUntil) await talk(engine, memory, bounds, did);
    leaveCareful(engine);
    if (makeBookWhenDue(engine)) did.decided += decideDue(engine, bounds.clients);
  } catch (error) {
    revoked = onError(engine, memory, error);
  }
  const wakeAt = revoked ? null : nextWake(engine, memory);
  engine.store.meta.set("nextWake", wakeAt);
  return { wakeAt, revoked, did };
}

function foldDeliveries(engine: Engine, limit: number): number {
  const waiting = engine.store.deliveries(limit);
  const last = waiting.at(-1);
  if (!last) return 0;
  engine.store.transaction(() => {
    for (const one of waiting) foldHints(engine, one.hints, one.at);
    engine.store.dropDeliveries(last.seq);
  });
  return waiting.length;
}

async function talk(engine: Engine, memory: TurnMemory, bounds: Bounds, did: Turn["did"]): Promise<void> {
  const isLive = engine.store.meta.get<string>("mode") === "live";
  if (isLive) did.looked = await settleUnknown(engine, bounds.lookUps);
  if (isLive) did.wrote = await writeDirty(engine, memory.names, bounds.writes, PRIORITY.soon);
  did.read = await readStale(engine, bounds.reads);
  did.decided += decideDue(engine, bounds.clients);
  if (isLive) did.wrote += await writeDirty(engine, memory.names, bounds.writes - did.wrote, PRIORITY.backfill);
  did.reconciled = await reconcile(engine, bounds.reads);
  memory.failures = 0;
}

/** Errors end here. Returns true when the install is gone. */
function onError(engine: Engine, memory: TurnMemory, error: unknown): boolean {
  const now = engine.now();
  if (isFailure(error, "revoked")) return true;
  memory.failures += 1;
  if (!(error instanceof CrmFailure)) {
    engine.log("turn-failed", {
      error: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    engine.store.findings.raise("turn-failed", "turn-failed", { failures: memory.failures }, now);
    memory.brokenUntil = now + AFTER_BUG_MS;
    return false;
  }
  if (error.failure === "unauthorised")
    engine.store.findings.raise(
      "unauthorised",
      "unauthorised",
      { code: error.code, about: error.about.join(", ") },
      now,
    );
  const answer = decideRetry({
    failure: error.failure === "unauthorised" || error.failure === "refused" ? "unavailable" : error.failure,
    write: false,
    attempts: memory.failures,
    retryAt: error.retryAt,
    now,
    chance: engine.chance(),
  });
  engine.log("crm-failure", { failure: error.failure, code: error.code, status: error.status, advice: error.message });
  memory.restUntil = answer.again ? answer.at : now + AFTER_BUG_MS;
  return false;
}

/** The earliest moment at which a turn could do something, computed from the rows. */
export function nextWake(engine: Engine, memory: TurnMemory): number | null {
  const { store, crm } = engine;
  const now = engine.now();
  if (memory.brokenUntil > now) return memory.brokenUntil;
  const wakes: number[] = [];
  if (store.oldestDeliveryAt() !== null) wakes.push(now);
  const due = store.clients.nextDueAt();
  if (due !== null) wakes.push(due);
  const bookAt = nextBookAt(engine);
  if (bookAt !== null) wakes.push(bookAt);
  const talks: number[] = [];
  const stale = store.records.nextStaleAt();
  if (stale !== null) talks.push(Math.max(stale, readReadyAt(engine)));
  if (store.meta.get<string>("mode") === "live") talks.push(...writeWakes(engine));
  talks.push(Math.max(nextReconcileAt(engine), crm.readyAt({ do: "changes" })));
  wakes.push(...talks.map((at) => Math.max(at, memory.restUntil)));
  return Math.max(now, Math.min(...wakes));
}

function readReadyAt(engine: Engine): number {
  const kinds = engine.store.records
    .staleKinds(Number.MAX_SAFE_INTEGER)
    .filter((one) => engine.crm.kinds().includes(one.kind));
  return Math.min(...kinds.map(({ kind }) => engine.crm.readyAt({ do: "read", kind })));
}

function writeWakes(engine: Engine): number[] {
  const { store, crm } = engine;
  const wakes: number[] = [];
  for (const group of store.mirror.waitingGroups(store.meta.get("flood") !== null)) {
    const ready = crm.readyAt({ do: "write", kind: group.kind, verb: group.verb });
    wakes.push(Math.max(group.at, ready));
  }
  const lookAt = store.mirror.nextUnknownAt();
  if (lookAt !== null) wakes.push(Math.max(lookAt, crm.readyAt({ do: "find" })));
  return wakes;
}
