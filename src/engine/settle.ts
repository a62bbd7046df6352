/** Settles unknown outcomes: looks in the CRM for what may have arrived, before anything is sent again. */
import { type RecordKind, refKey } from "../core/model.ts";
import type { ReadRecord } from "../crm/port.ts";
import { type Thing, type Values, WORKS, type Work, workKey } from "../store/mirror.ts";
import type { Store } from "../store/store.ts";
import { closeMended } from "./amiss.ts";
import { hasForgotten } from "./careful.ts";
import type { Engine } from "./engine.ts";
import { amissKey, found, isStuck, lost, notFound, readBack } from "./mirror-row.ts";
import { attempt, type Parts } from "./parts.ts";
import { findStrays, missedOrStray, readStrays, targetsOf } from "./strays.ts";
import { hashTexts, taskValues } from "./values.ts";

/** Rows per look-up call. */
const PER_CALL = 100;

/** A call that was under way when a process, or a turn, ended may have arrived. Called before anything new goes out. */
export function recover(store: Store, nowMs: number): void {
  const left = store.mirror.sending();
  if (left.length === 0) return;
  store.transaction(() => {
    store.mirror.put(left.map((row) => lost(row, nowMs)));
    for (const row of left) if (row.kind === "notice" || row.kind === "post") unsure(store, row, nowMs);
    const letters = left.filter((row) => row.kind === "message").map((row) => row.client);
    store.clients.bringForward([...new Set(letters)], nowMs);
  });
}

/** What may not have arrived is one finding however much it was: a long outage is one thing for a person to look at. */
const UNSURE = "notices-unsure";
/** Clients that it names at most. */
const UNSURE_NAMED = 5;

/** A message without a key: sent at most once, and shown. */
export function unsure(store: Store, row: Thing, nowMs: number): void {
  if (row.kind === "post") {
    const channel = row.key.split(":")[1] ?? "";
    store.findings.raise(`channel:${channel}`, "channel-unsure", { channel, code: "RESTARTED" }, nowMs);
    return;
  }
  const known = String(store.findings.opened(UNSURE)?.params.client ?? "").split(",");
  const clients = new Set([row.client, ...known].filter((one) => one !== ""));
  const named = [...clients].slice(0, UNSURE_NAMED).join(",");
  store.findings.raise(UNSURE, "notice-unsure", { client: named || null }, nowMs);
}

/** Makes at most `calls` look-up calls. Returns how many. */
export async function settleUnknown(engine: Engine, parts: Parts, calls: number): Promise<number> {
  let made = 0;
  while (made < calls) {
    const did = (await settleCreates(engine, parts)) || (await settleOthers(engine, parts));
    if (!did) break;
    made += 1;
  }
  return made;
}

/** When the next look-up of an unknown outcome makes sense, epoch ms; null when nothing is unknown. */
export function nextLookAt(engine: Engine, parts: Parts): number | null {
  const now = engine.now();
  const looks: number[] = [];
  for (const work of unknownWorks(engine)) {
    const at = engine.store.mirror.soonest("unknown", work, now);
    if (at === null) continue;
    const ready = engine.crm.readyAt(work.verb === "create" ? { do: "find" } : { do: "read", kind: readOf(work) });
    looks.push(Math.max(at, ready, parts.readyAt(lookPartOf(work))));
  }
  return looks.length === 0 ? null : Math.min(...looks);
}

/** The kind of record that shows whether an update, or delete, arrived. */
function readOf(work: Work): RecordKind {
  return work.kind === "fields" ? work.on! : "task";
}

function lookPartOf(work: Work): string {
  return work.verb === "create" ? `find/${work.kind}` : `settle/${readOf(work)}`;
}

/** Parts of which something waits to be looked up. */
export function lookPartsOf(engine: Engine): readonly string[] {
  return unknownWorks(engine).map(lookPartOf);
}

/** Sorts of work of which some outcome is unknown. */
function unknownWorks(engine: Engine): readonly Work[] {
  const unknown = engine.store.mirror.works("unknown");
  return unknown.size === 0 ? [] : WORKS.filter((work) => unknown.has(workKey(work)));
}

/** One look-up of creates by key. */
async function settleCreates(engine: Engine, parts: Parts): Promise<boolean> {
  for (const work of unknownWorks(engine).filter((one) => one.verb === "create")) {
    const rows = engine.store.mirror.next("unknown", work, engine.now(), PER_CALL);
    if (rows.length === 0 || engine.crm.readyAt({ do: "find" }) > engine.now()) continue;
    if (await attempt(engine, parts, lookPartOf(work), false, () => findCreates(engine, rows))) return true;
  }
  return false;
}

/** One read of records whose update, or delete, may have arrived. */
async function settleOthers(engine: Engine, parts: Parts): Promise<boolean> {
  for (const work of unknownWorks(engine).filter((one) => one.verb !== "create")) {
    const kind = readOf(work);
    const rows = engine.store.mirror.next("unknown", work, engine.now(), engine.crm.readSize(kind));
    if (rows.length === 0 || engine.crm.readyAt({ do: "read", kind }) > engine.now()) continue;
    if (await attempt(engine, parts, lookPartOf(work), false, () => readUpdates(engine, kind, rows))) return true;
  }
  return false;
}

async function findCreates(engine: Engine, things: readonly Thing[]): Promise<boolean> {
  const answer = await engine.crm.find(
    things.map((thing) => ({ key: thing.key, kind: thing.kind as "task" | "note", targets: targetsOf(engine, thing) })),
  );
  const ids = new Map(answer.map((one) => [one.key, one.id]));
  // What stands there without this copy having sent it was sent by a younger one.
  const isForgotten = things.some((thing) => thing.sending === null && ids.has(thing.key));
  engine.store.transaction(() => {
    const now = engine.now();
    if (isForgotten) hasForgotten(engine);
    keep(engine, things, (thing) => {
      const id = ids.get(thing.key);
      return id === undefined ? notFound(thing, now) : found(thing, id);
    });
    const arrived = things.filter((thing) => thing.kind === "task" && ids.has(thing.key));
    engine.store.records.mark(
      arrived.map((thing) => ({ kind: "task", id: ids.get(thing.key)! })),
      now,
    );
  });
  return true;
}

/**
 * Stores what became of rows, as they stand after the look: whoever left meanwhile wishes them away. Has their clients decided again: what was
 * held up by the doubt may be out of date.
 */
function keep(engine: Engine, things: readonly Thing[], event: (thing: Thing) => Thing | null): void {
  const now = engine.store.mirror.byKeys(things.map(({ key }) => key)).filter(({ state }) => state === "unknown");
  const rows = now.map((thing) => ({ thing, after: event(thing) }));
  engine.store.mirror.put(rows.flatMap(({ after }) => after ?? []));
  engine.store.mirror.remove(rows.filter(({ after }) => after === null).map(({ thing }) => thing.key));
  tellStuck(engine, rows);
  engine.store.clients.bringForward([...new Set(things.map((thing) => thing.client))], engine.now());
}

/** What never gets there is shown to a person, until it does. */
function tellStuck({ store, now }: Engine, rows: readonly { thing: Thing; after: Thing | null }[]): void {
  closeMended(store, rows, now());
  for (const { after } of rows) {
    if (after === null || !isStuck(after)) continue;
    const { client, kind, target } = after;
    const params = { client, kind, record: target ? refKey(target) : null };
    store.findings.raise(amissKey(after), "write-unsure", params, now());
  }
}

async function readUpdates(engine: Engine, kind: RecordKind, things: readonly Thing[]): Promise<boolean> {
  const startedAt = engine.now();
  const idOf = (thing: Thing) => (thing.kind === "fields" ? thing.target!.id : thing.externalId!);
  const answer = await engine.crm.read(kind, [...new Set(things.map(idOf))]);
  const records = new Map(answer.records.map((one) => [one.ref.id, one]));
  const missing = things.filter((thing) => !records.has(idOf(thing)));
  const strays = await findStrays(engine, missing);
  engine.store.transaction(() => {
    keep(engine, things, (thing) => {
      const one = records.get(idOf(thing));
      return one ? readBack(thing, valuesOf(engine, one, kind), startedAt) : missedOrStray(thing, strays);
    });
    readStrays(engine, strays);
    const later = new Set(missing.filter(({ key }) => strays.later.has(key)).map(idOf));
    const gone = answer.missing.filter((id) => !later.has(id));
    engine.store.records.gone(kind, gone, startedAt);
  });
  return true;
}

function valuesOf(engine: Engine, one: ReadRecord, kind: RecordKind): Values {
  return kind === "task" ? taskValues(engine, one) : hashTexts(engine, one.fields ?? {});
}
