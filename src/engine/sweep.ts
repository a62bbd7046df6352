/**
 * Once a day, a look at what changes do not list: a deleted record is in no search, so one whose event was lost would stand here
 * for ever. What belongs to our clients, stands open and was not read for most of a day is marked stale, a page per quiet turn; what is over is
 * looked at ever more rarely. A restored copy looks at once at what stands open.
 */
import { type FactValue, RECORD_KINDS, type RecordKind, refKey } from "../core/model.ts";
import type { StoredRecord } from "../store/records.ts";
import type { Engine } from "./engine.ts";
import type { Parts } from "./parts.ts";
import { isWaitedFor } from "./reconcile.ts";

const EVERY_MS = 86_400_000;
/** Read since then: seen to be there. */
const FRESH_MS = 72_000_000;
/** Records looked at per turn. */
const PAGE = 500;
/** States of any kind of record after which little comes: done tasks, closed tickets, settled invoices, ended subscriptions. */
const OVER: ReadonlySet<FactValue | undefined> = new Set(["done", "closed", "paid", "void", "cancelled", "expired"]);

interface Sweep {
  /** when the next one begins, epoch ms */
  nextAt: number;
  /** inside one: the kind, and the last id looked at */
  kind: RecordKind | null;
  after: string;
  /** what was read since then is not looked at, epoch ms; default: for most of a day */
  since?: number;
}

function sweepOf(engine: Engine): Sweep {
  const installedAt = engine.store.meta.get<number>("installedAt") ?? engine.now();
  return engine.store.meta.get<Sweep>("sweep") ?? { nextAt: installedAt + EVERY_MS, kind: null, after: "" };
}

/** From now on everything is looked at once: what an older copy had read when it was made may be gone since. */
export function sweepAll({ store, now }: Engine): void {
  store.meta.set("sweep", { nextAt: now(), kind: null, after: "", since: now() } satisfies Sweep);
}

/** Is the look of a restored copy at everything still under way? */
export function isSweepingAll(engine: Engine): boolean {
  return sweepOf(engine).since !== undefined;
}

/** The next page is due now at the latest. */
export function sweepByNow(engine: Engine): void {
  const at = sweepOf(engine);
  engine.store.meta.set("sweep", { ...at, nextAt: Math.min(at.nextAt, engine.now()) } satisfies Sweep);
}

/** When the next page makes sense, epoch ms; null while something else is to be read. */
export function nextSweepAt(engine: Engine, parts: Parts): number | null {
  const { nextAt } = sweepOf(engine);
  return nextAt <= engine.now() && isReading(engine, parts) ? null : nextAt;
}

/** Kinds that cannot be read for long keep nobody from looking at the others. */
function isReading(engine: Engine, parts: Parts): boolean {
  const now = engine.now();
  const readable = new Set(engine.crm.kinds().filter((kind) => isWaitedFor(parts, `read/${kind}`, now)));
  return [...engine.store.records.nextStale()].some(([kind, at]) => at <= now && readable.has(kind));
}

/** One page, when it is time and nothing else is to be read. Returns how many pages it looked at, 0 or 1. */
export function sweep(engine: Engine, parts: Parts): number {
  const { records, meta } = engine.store;
  const now = engine.now();
  const at = sweepOf(engine);
  if (at.nextAt > now || isReading(engine, parts)) return 0;
  const kinds = engine.crm.kinds();
  const readable = RECORD_KINDS.filter((kind) => kinds.includes(kind));
  let kind = at.kind !== null && readable.includes(at.kind) ? at.kind : readable[0];
  if (kind === undefined) return 0;
  engine.store.transaction(() => {
    let after = kind === at.kind ? at.after : "";
    // Kinds of which there is little share a page.
    for (let room = PAGE; kind !== undefined && room > 0; ) {
      const page = records.page(kind, after, room);
      const wanted = worthALook(engine, page, at.since ?? now - FRESH_MS);
      records.mark(
        wanted.map((one) => one.ref),
        now,
      );
      after = page.length === room ? page.at(-1)!.ref.id : "";
      if (page.length < room) kind = readable[readable.indexOf(kind) + 1];
      room -= page.length;
    }
    meta.set("sweep", {
      nextAt: kind === undefined ? now + EVERY_MS : now,
      kind: kind ?? null,
      after,
      ...(kind !== undefined && at.since !== undefined && { since: at.since }),
    } satisfies Sweep);
  });
  return 1;
}

/**
 * Records of clients that we look after. And whatever task we hold in the CRM: its record may still be filed under a client that another
 * one took the place of.
 */
function worthALook(engine: Engine, page: readonly StoredRecord[], since: number): readonly StoredRecord[] {
  const { clients, mirror } = engine.store;
  const old = page.filter((one) => !one.gone && isDue(one, since, engine.now()));
  const lookedAfter = clients.has([...new Set(old.flatMap(({ client }) => client ?? []))]);
  const tasks = old.filter(({ ref }) => ref.kind === "task").map(({ ref }) => ref.id);
  const held = new Set(mirror.byExternal("task", tasks).flatMap((row) => (row.state === "gone" ? [] : row.externalId)));
  return old.filter(
    ({ ref, client }) => (client !== null && lookedAfter.has(client)) || (ref.kind === "task" && held.has(ref.id)),
  );
}

/** What stands open weighs until it is gone. What is over weighs less and less: it is looked at again when it is twice as old as it was the last time. */
function isDue(one: StoredRecord, since: number, now: number): boolean {
  if (isOpen(one)) return one.readAt < since;
  const seenMs = one.readAt - (one.modifiedAt ?? 0);
  return one.readAt < now - FRESH_MS && now - one.readAt >= seenMs;
}

/** A deal, the record that is the client, and everything with a state that is none of the last ones. */
function isOpen({ ref, client, facts }: StoredRecord): boolean {
  if (ref.kind === "deal" || refKey(ref) === client) return true;
  return facts.status !== undefined && facts.status !== null && !OVER.has(facts.status);
}
