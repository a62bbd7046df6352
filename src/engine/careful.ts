/**
 * An older copy creates nothing. A database that was away (restored, copied back, a process that was down) may not know what it
 * made meanwhile: until everything was looked at again, every create is looked up by its key first.
 */
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { type Cursor, reconcileFrom } from "./reconcile.ts";

/** A turn that comes this much later than it was asked for was away, ms. A running process is never this late. */
const AWAY_MS = 600_000;

interface Careful {
  since: number;
}

/** Begins to be careful when the last turn is longer ago than it should be. */
export function enterCareful(engine: Engine): void {
  const { meta, mirror } = engine.store;
  const now = engine.now();
  const expected = meta.get<number>("nextWake");
  const isAway = expected !== null && now > expected + AWAY_MS;
  if (!isAway && !meta.get<boolean>("restored")) return;
  engine.store.transaction(() => {
    meta.set("careful", { since: now } satisfies Careful);
    meta.remove("restored");
    meta.set("nextWake", now);
    mirror.dirtyCreatesToUnknown(now);
    reconcileFrom(engine, (expected ?? now) - AWAY_MS);
  });
}

/** Ends it when every kind was looked at since, and nothing is stale any more. */
export function leaveCareful(engine: Engine): void {
  const careful = engine.store.meta.get<Careful>("careful");
  if (!careful) return;
  const looked = engine.crm
    .kinds()
    .every((kind) => (engine.store.meta.get<Cursor>(`cursor:${kind}`)?.endedAt ?? 0) >= careful.since);
  const next = engine.store.records.nextStaleAt();
  if (looked && (next === null || next > engine.now())) engine.store.meta.remove("careful");
}

/** A new thing in careful times: one look by its key before it is made. */
export function carefully(engine: Engine, thing: Thing): Thing {
  if (!engine.store.meta.get("careful") || (thing.kind !== "task" && thing.kind !== "note")) return thing;
  return { ...thing, state: "unknown", looks: 1, notBefore: engine.now(), sending: null };
}
