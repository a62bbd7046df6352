/**
 * The machine's clock was ahead and is set back: what this portal put off, and what it noted as done, by the wrong time would hold it up until
 * then. A turn notices by the time of an earlier one, and takes all of that back at once.
 */
import { carefulByNow } from "./careful.ts";
import { keepDrainAt } from "./drain.ts";
import type { Engine } from "./engine.ts";
import { pruneByNow } from "./prune.ts";
import { reconcileFrom } from "./reconcile.ts";
import { sweepByNow } from "./sweep.ts";

/** Clocks differ by seconds and are put right by as much all the time, ms. */
export const SET_BACK_MS = 60_000;

const NOTED_AT = "notedAt";

/** Notes the time of a turn; the caller opens the transaction. */
export function noteTime({ store, now }: Engine): void {
  store.meta.set(NOTED_AT, now());
}

/** What waits for a time of a clock that was set back waits as much less, and what is said to have been then counts as of now. */
export function noticeSetBack(engine: Engine): void {
  const { store } = engine;
  const now = engine.now();
  const byMs = (store.meta.get<number>(NOTED_AT) ?? now) - now;
  if (byMs <= SET_BACK_MS) return;
  engine.log("clock-set-back", { byMs });
  store.transaction(() => {
    noteTime(engine);
    store.mirror.setBack(now, byMs);
    store.records.setBack(now);
    store.clients.allDue(now);
    reconcileFrom(engine, now);
    store.meta.set("nextWake", now);
    keepDrainAt(store, now);
    carefulByNow(engine);
    sweepByNow(engine);
    pruneByNow(engine);
  });
}
