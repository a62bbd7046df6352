/**
 * Once a day, a look at what changes do not list: a deleted record is in no search, so one whose event was lost would stand here
 * for ever. What belongs to our clients and was not read for most of a day is marked stale, a page per quiet turn. A restored copy looks at once.
 */
import { type RecordKind, refKey } from "../core/model.ts";
import type { StoredRecord } from "../store/records.ts";
import type { Engine } from "./engine.ts";

const EVERY_MS = 86_400_000;
/** Read since then: seen to be there. */
const FRESH_MS = 72_000_000;
/** Records looked at per turn. */
const PAGE = 500;
const KINDS: readonly RecordKind[] = ["deal", "company", "contact", "task"];

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

/** When the next page makes sense, epoch ms; null while something else is to be read. */
export function nextSweepAt(engine: Engine): number | null {
  const { nextAt } = sweepOf(engine);
  return nextAt <= engine.now() && isReading(engine) ? null : nextAt;
}

function isReading(engine: Engine): boolean {
  const readable = new Set(engine.crm.kinds());
  return [...engine.store.records.nextStale()].some(([kind, at]) => at <= engine.now() && readable.has(kind));
}

/** One page, when it is time and nothing else is to be read. Returns how many pages it looked at, 0 or 1. */
export function sweep(engine: Engine): number {
  const { records, meta } = engine.store;
  const now = engine.now();
  const at = sweepOf(engine);
  if (at.nextAt > now || isReading(engine)) return 0;
  const readable = KINDS.filter((kind) => engine.crm.kinds().includes(kind));
  const kind = at.kind !== null && readable.includes(at.kind) ? at.kind : readable[0];
  if (kind === undefined) return 0;
  engine.store.transaction(() => {
    const page = records.page(kind, kind === at.kind ? at.after : "", PAGE);
    const wanted = worthALook(engine, page, at.since ?? now - FRESH_MS);
    records.mark(
      wanted.map((one) => one.ref),
      now,
    );
    const isMore = page.length === PAGE;
    const next = isMore ? kind : readable[readable.indexOf(kind) + 1];
    meta.set("sweep", {
      nextAt: next === undefined ? now + EVERY_MS : now,
      kind: next ?? null,
      after: isMore ? page.at(-1)!.ref.id : "",
      ...(next !== undefined && at.since !== undefined && { since: at.since }),
    } satisfies Sweep);
  });
  return 1;
}

/**
 * Records of clients that we look after: their deals, the record that is the client, and their open tasks. And whatever task we hold in the
 * CRM: its record may still be filed under a client that another one took the place of.
 */
function worthALook(engine: Engine, page: readonly StoredRecord[], since: number): readonly StoredRecord[] {
  const { clients, mirror } = engine.store;
  const old = page.filter((one) => !one.gone && one.readAt < since && isConcern(one));
  const lookedAfter = clients.has([...new Set(old.flatMap(({ client }) => client ?? []))]);
  const tasks = old.filter(({ ref }) => ref.kind === "task").map(({ ref }) => ref.id);
  const held = new Set(mirror.byExternal("task", tasks).flatMap((row) => (row.state === "gone" ? [] : row.externalId)));
  return old.filter(
    ({ ref, client }) => (client !== null && lookedAfter.has(client)) || (ref.kind === "task" && held.has(ref.id)),
  );
}

function isConcern(one: StoredRecord): boolean {
  if (one.ref.kind === "task") return one.facts.status !== "done";
  return one.ref.kind === "deal" || refKey(one.ref) === one.client;
}
