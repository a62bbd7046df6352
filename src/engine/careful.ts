/**
 * An older copy creates nothing. A database that was away (restored, copied back, a process that was down) may not know what it
 * wrote meanwhile: until everything was looked at again nothing is decided, so that what a person deleted is still wished when it is missed;
 * until that is decided nothing is written, no difference is taken for a person's edit, and every create is looked up by its key first. A restored copy looks first for good: what it forgot may stand there under a key that it comes to
 * wish only weeks later.
 *
 * What was made after the copy and deleted before it was restored is made again where it is still wished: Bitrix24's tasks leave nothing that
 * could be asked for, and HubSpot's recycle bin does not tell a person's deletion from the younger copy's own, so that believing it could cost
 * a whole plan that was taken back and won again.
 */
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { doubtful } from "./mirror-row.ts";
import type { Parts } from "./parts.ts";
import { type Cursor, isWaitedFor, reconcileFrom } from "./reconcile.ts";
import { isSweepingAll, sweepAll } from "./sweep.ts";

/** A turn that comes this much later than it was asked for was away, ms. A running process is never this late. */
const AWAY_MS = 600_000;

interface Careful {
  since: number;
}

/** Begins to be careful when the last turn is longer ago than it should be, or the copy is marked as restored. */
export function enterCareful(engine: Engine): void {
  const { meta, mirror } = engine.store;
  const now = engine.now();
  const expected = meta.get<number>("nextWake");
  const isAway = expected !== null && now > expected + AWAY_MS;
  if (!isAway && !meta.get<boolean>("restored")) return;
  engine.store.transaction(() => {
    meta.set("careful", { since: now } satisfies Careful);
    if (meta.get<boolean>("restored")) {
      hasForgotten(engine);
      sweepAll(engine);
    }
    meta.remove("restored");
    meta.set("nextWake", now);
    mirror.dirtyCreatesToUnknown(now);
    reconcileFrom(engine, Math.min(now, expected ?? now) - AWAY_MS);
  });
}

/** It began at the latest now, whatever the clock said then. */
export function carefulByNow({ store: { meta }, now }: Engine): void {
  const careful = meta.get<Careful>("careful");
  if (careful) meta.set("careful", { since: Math.min(careful.since, now()) } satisfies Careful);
}

export function isCareful(engine: Engine): boolean {
  return engine.store.meta.get("careful") !== null;
}

/**
 * Is something still to be looked at: a kind not listed since, a record found and not read, a page of the sweep? Kinds that cannot be asked
 * for a while are not waited for.
 */
export function isLooking(engine: Engine, parts: Parts): boolean {
  const { meta, records } = engine.store;
  const careful = meta.get<Careful>("careful");
  if (!careful) return false;
  const now = engine.now();
  const listed = engine.crm.kinds().filter((kind) => isWaitedFor(parts, `changes/${kind}`, now));
  if (!listed.every((kind) => (meta.get<Cursor>(`cursor:${kind}`)?.endedAt ?? 0) >= careful.since)) return true;
  // Also what is put off (a value in doubt, a link that may lag, a client that waits for its record) belongs to the look.
  const stale = records.nextStale();
  const isStale = engine.crm.kinds().some((kind) => stale.has(kind) && isWaitedFor(parts, `read/${kind}`, now));
  return isStale || isSweepingAll(engine);
}

/** Ends it when everything was looked at, every doubtful create was looked up and everybody was decided with it. */
export function leaveCareful(engine: Engine, parts: Parts): void {
  const { meta, clients, mirror } = engine.store;
  if (!isCareful(engine) || isLooking(engine, parts)) return;
  const now = engine.now();
  const isPast = (at: number | null) => at !== null && at <= now;
  if (clients.hasUndecided() || isPast(clients.nextDueAt()) || isPast(mirror.nextUnknownAt())) return;
  engine.store.transaction(() => {
    meta.remove("careful");
    clients.allDue(now);
  });
}

/** This copy is older than another one that worked after it, at the latest until now. */
export function hasForgotten(engine: Engine): void {
  engine.store.meta.set("forgetful", engine.now());
}

/** May something of ours stand in the CRM of which this copy knows nothing? */
export function mayHaveForgotten(engine: Engine): boolean {
  return isCareful(engine) || engine.store.meta.get("forgetful") !== null;
}

/**
 * Until when another copy may have deleted what this one holds, epoch ms: what was seen or written here since then nobody but this copy and
 * people deleted. 0 = there was no other copy.
 */
export function forgotUntil(engine: Engine): number {
  // `true` is from a program that did not note when.
  const forgetful = engine.store.meta.get<number | true>("forgetful");
  return isCareful(engine) || forgetful === true ? Number.POSITIVE_INFINITY : (forgetful ?? 0);
}

/** A new thing of a copy that may have made it already: one look by its key before it is made. */
export function carefully(engine: Engine, thing: Thing): Thing {
  return mayHaveForgotten(engine) ? doubtful(thing, engine.now()) : thing;
}
