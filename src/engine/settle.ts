/** Settles unknown outcomes: looks in the CRM for what may have arrived, before anything is sent again. */
import { type RecordKind, refKey } from "../core/model.ts";
import type { ReadRecord } from "../crm/port.ts";
import type { Thing, Values } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { hashTexts, taskValues } from "./reader.ts";
import { linksOf } from "./resolve.ts";
import { restingState, same } from "./three-way.ts";

/**
 * How long after the last sign of a call it may still land, ms. Our deadline for a call is 30 s and CRMs answer within 60 s
 * (Bitrix24 reference, section 5); shorter risks a double, longer only delays a task whose call was cut.
 */
export const SETTLE_WAIT_MS = 90_000;
/** Between the two look-ups that have to find nothing before a create is sent again, ms: associations lag by seconds. */
export const LOOK_GAP_MS = 120_000;
const LOOKS_NEEDED = 2;
/** Rows per look-up call. */
const PER_CALL = 100;

/** Makes at most `calls` look-up calls. Returns how many. */
export async function settleUnknown(engine: Engine, calls: number): Promise<number> {
  let made = 0;
  while (made < calls) {
    const rows = engine.store.mirror.inState("unknown", engine.now(), PER_CALL);
    if (rows.length === 0) break;
    const creates = rows.filter((thing) => thing.externalId === null && thing.kind !== "fields");
    if (creates.length > 0) {
      if (engine.crm.readyAt({ do: "find" }) > engine.now()) break;
      await findCreates(engine, creates);
    } else {
      const kind = recordKindOf(rows[0]!);
      if (engine.crm.readyAt({ do: "read", kind }) > engine.now()) break;
      await readUpdates(
        engine,
        kind,
        rows.filter((thing) => recordKindOf(thing) === kind).slice(0, engine.crm.readSize(kind)),
      );
    }
    made += 1;
  }
  return made;
}

async function findCreates(engine: Engine, things: readonly Thing[]): Promise<void> {
  const found = await engine.crm.find(
    things.map((thing) => ({ key: thing.key, kind: thing.kind as "task" | "note", targets: targetsOf(thing) })),
  );
  const ids = new Map(found.map((one) => [one.key, one.id]));
  engine.store.transaction(() => {
    const now = engine.now();
    const rows = things.map((thing) => {
      const id = ids.get(thing.key);
      return id === undefined ? notFound(thing, now) : arrived(thing, id, now);
    });
    engine.store.mirror.put(rows);
    engine.store.records.mark(
      rows
        .filter((thing) => thing.kind === "task" && thing.externalId !== null)
        .map((thing) => ({ kind: "task", id: thing.externalId! })),
      now,
    );
  });
}

function targetsOf(thing: Thing) {
  const wish = thing.desired ?? thing.sending?.desired ?? null;
  const links = linksOf({ ...thing, desired: wish });
  return thing.target ? [thing.target, ...links.filter((ref) => refKey(ref) !== refKey(thing.target!))] : links;
}

function arrived(thing: Thing, id: string, now: number): Thing {
  const next: Thing = {
    ...thing,
    externalId: id,
    sent: thing.sending?.desired ?? thing.desired,
    ours: null,
    before: null,
    sending: null,
    looks: 0,
    wroteAt: now,
    state: "clean",
  };
  return { ...next, state: next.desired === null ? "dirty" : restingState(next) };
}

function notFound(thing: Thing, now: number): Thing {
  if (thing.looks + 1 < LOOKS_NEEDED) return { ...thing, looks: thing.looks + 1, notBefore: now + LOOK_GAP_MS };
  return { ...thing, looks: 0, sending: null, state: "dirty", notBefore: now };
}

function recordKindOf(thing: Thing): RecordKind {
  return thing.kind === "fields" ? thing.target!.kind : "task";
}

async function readUpdates(engine: Engine, kind: RecordKind, things: readonly Thing[]): Promise<void> {
  const startedAt = engine.now();
  const idOf = (thing: Thing) => (thing.kind === "fields" ? thing.target!.id : thing.externalId!);
  const answer = await engine.crm.read(kind, [...new Set(things.map(idOf))]);
  const records = new Map(answer.records.map((one) => [one.ref.id, one]));
  engine.store.transaction(() => {
    const missing: string[] = [];
    for (const thing of things) {
      const one = records.get(idOf(thing));
      if (one) engine.store.mirror.put([settleUpdate(thing, valuesOf(engine, one, kind), startedAt)]);
      else if (thing.sending?.desired === null && thing.desired === null) engine.store.mirror.remove([thing.key]);
      else {
        engine.store.mirror.put([{ ...thing, state: "gone", sending: null }]);
        missing.push(idOf(thing));
      }
    }
    engine.store.records.gone(kind, missing, startedAt);
    engine.store.clients.bringForward([...new Set(things.map((thing) => thing.client))], engine.now());
  });
}

function valuesOf(engine: Engine, one: ReadRecord, kind: RecordKind): Values {
  return kind === "task" ? taskValues(engine, one) : hashTexts(engine, one.fields ?? {});
}

/**
 * Did an update arrive? It did when a property shows what went out and did not show it before. What shows neither the old
 * nor the new value was changed by a person, and stays visible as an edit.
 */
export function settleUpdate(thing: Thing, values: Values, startedAt: number): Thing {
  const before = thing.ours ?? {};
  const went = thing.sending?.values ?? {};
  const isText = (name: string) => name === "subject" || name === "body";
  const landed = Object.keys(went).some((name) =>
    isText(name)
      ? !same(values[name], before[name])
      : same(values[name], went[name]) && !same(before[name], went[name]),
  );
  const isDelete = thing.sending?.desired === null;
  if (!landed || isDelete) {
    const next: Thing = { ...thing, theirs: values, theirsAt: startedAt, sending: null, state: "clean" };
    return { ...next, state: thing.desired === null ? "dirty" : restingState(next) };
  }
  const ours: Record<string, Values[string]> = { ...before };
  for (const name of Object.keys(went)) ours[name] = isText(name) ? (values[name] ?? null) : (went[name] ?? null);
  const next: Thing = {
    ...thing,
    ours,
    sent: thing.sending!.desired,
    theirs: values,
    theirsAt: startedAt,
    before: null,
    wroteAt: startedAt,
    sending: null,
    state: "clean",
  };
  return { ...next, state: thing.desired === null ? "dirty" : restingState(next) };
}
