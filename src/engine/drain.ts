/** Fetches hints that the CRM itself kept for us, where it has such a queue: nothing in it is lost, however long we were away. */
import type { Store } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import { foldHints } from "./fold.ts";
import { attempt, type Parts } from "./parts.ts";
import type { Names } from "./resolve.ts";

/** Calls per turn; a queue that was filled by an import is emptied over several. */
const CALLS_PER_TURN = 5;
const PART = "drain";

function isQueued(engine: Engine): boolean {
  return engine.crm.drain !== undefined && engine.crm.capabilities()["offline-events"] === true;
}

/** When the queue is to be looked at, epoch ms; null where there is none. */
export function nextDrainAt(engine: Engine, parts: Parts): number | null {
  if (!isQueued(engine)) return null;
  return Math.max(
    engine.store.meta.get<number>("drainAt") ?? 0,
    parts.readyAt(PART),
    engine.crm.readyAt({ do: "changes" }),
  );
}

/** When the queue is to be looked at while the database is closed, epoch ms; null where there is none. */
export function restingDrainAt(engine: Engine, parts: Parts): number | null {
  return isQueued(engine) ? Math.max(engine.store.meta.get<number>("drainAt") ?? 0, parts.readyAt(PART)) : null;
}

/** Notes that it was looked at meanwhile; the caller opens the transaction. */
export function keepDrainAt(store: Store, at: number): void {
  if (at !== store.meta.get<number>("drainAt")) store.meta.set("drainAt", at);
}

/** Empties the queue when it is time. Confirmed only when the hints are on disk: unconfirmed ones come again. Returns calls made. */
export async function drain(engine: Engine, parts: Parts, names: Names): Promise<number> {
  let made = 0;
  while (made < CALLS_PER_TURN && (nextDrainAt(engine, parts) ?? Number.POSITIVE_INFINITY) <= engine.now()) {
    const isMore = await attempt(engine, parts, PART, false, () => drainOnce(engine, names));
    made += 1;
    if (!isMore) break;
  }
  return made;
}

async function drainOnce(engine: Engine, names: Names): Promise<boolean> {
  const drained = await engine.crm.drain!();
  const now = engine.now();
  const isMore = drained.hints.length > 0;
  engine.store.transaction(() => {
    foldHints(engine, drained.hints, now);
    if (!isMore) engine.store.meta.set("drainAt", now + engine.crm.reconcileEveryMs);
  });
  names.forget(drained.hints);
  if (isMore) await drained.confirm();
  return isMore;
}
