/** Decides the clients that are due, in slices, and brings the mirror's wishes up to date. */
import type { ClientFacts, Decision } from "../core/decide.ts";
import type { Desired } from "../core/desired.ts";
import { type ClientKey, refKey } from "../core/model.ts";
import type { DecidedClient, StoredClient } from "../store/clients.ts";
import type { ScoreChange } from "../store/journal.ts";
import type { Thing } from "../store/mirror.ts";
import type { StoredRecord } from "../store/records.ts";
import { carefully } from "./careful.ts";
import type { Engine } from "./engine.ts";
import { countStarts } from "./flood.ts";
import { reconcileEdits, restingState, thingFacts } from "./three-way.ts";

/** Clients per transaction: small enough to stay under 20 ms, large enough that the commit does not count. */
const SLICE = 100;

/** Decides up to `limit` due clients. Returns how many. */
export function decideDue(engine: Engine, limit: number): number {
  let done = 0;
  while (done < limit) {
    const slice = engine.store.clients.due(engine.now(), Math.min(SLICE, limit - done));
    if (slice.length === 0) break;
    engine.store.transaction(() => decideSlice(engine, slice));
    done += slice.length;
  }
  return done;
}

function decideSlice(engine: Engine, slice: readonly StoredClient[]): void {
  const { store } = engine;
  const now = engine.now();
  const keys = slice.map((one) => one.key);
  const records = store.records.ofClients(keys);
  const things = store.mirror.ofClients(keys);
  const usage = store.usageOf(keys);
  const book = engine.book();
  const config = engine.config();
  const decided: DecidedClient[] = [];
  const rows: Thing[] = [];
  const dropped: string[] = [];
  const scores: ScoreChange[] = [];
  let started = 0;
  for (const one of slice) {
    const own = things.get(one.key) ?? [];
    const facts = clientFacts(engine, records.get(one.key) ?? [], own, usage.get(one.key) ?? {});
    const decision = engine.decide({ key: one.key, state: one.state }, facts, book, config, now);
    decided.push({ key: one.key, state: decision.state, dueAt: decision.wakeAt, ...decision.columns });
    const plan = planRows(engine, one.key, own, decision.desired);
    rows.push(...plan.put);
    dropped.push(...plan.drop);
    note(engine, one.key, decision, now);
    started += decision.deeds.filter((deed) => deed.code === "plan-started").length;
    if (decision.scored)
      scores.push({ client: one.key, at: now, config: config.version, book: book?.version ?? 0, ...decision.scored });
  }
  store.clients.put(decided);
  store.mirror.put(rows);
  store.mirror.remove(dropped);
  store.journal.scored(scores);
  countStarts(engine, started);
}

function clientFacts(
  engine: Engine,
  records: readonly StoredRecord[],
  things: readonly Thing[],
  usage: ClientFacts["usage"],
): ClientFacts {
  const deals = records.filter((one) => one.ref.kind === "deal").map((one) => one.ref.id);
  return { records, things: things.map(thingFacts), survivors: engine.store.records.mergedInto("deal", deals), usage };
}

function note(engine: Engine, key: ClientKey, decision: Decision, now: number): void {
  for (const deed of decision.deeds) engine.store.journal.did({ at: now, actor: "tenure", client: key, ...deed });
  for (const one of decision.findings) engine.store.findings.raise(one.key, one.code, one.params, now);
}

/** The rows that a decision changes. */
export function planRows(
  engine: Engine,
  client: ClientKey,
  own: readonly Thing[],
  desired: readonly Desired[],
): { put: readonly Thing[]; drop: readonly string[] } {
  const byKey = new Map(own.map((thing) => [thing.key, thing]));
  const put: Thing[] = [];
  for (const wish of desired) {
    const before = byKey.get(wish.key);
    byKey.delete(wish.key);
    if ("keep" in wish) continue;
    const after = applyWish(engine, before ?? carefully(engine, newThing(client, wish)), wish);
    if (!before || after !== before) put.push(after);
  }
  const drop: string[] = [];
  for (const thing of byKey.values()) {
    const gone = unwish(engine, thing);
    if (gone === null) drop.push(thing.key);
    else if (gone !== thing) put.push(gone);
  }
  return { put, drop };
}

function newThing(client: ClientKey, wish: Desired): Thing {
  return {
    key: wish.key,
    client,
    kind: wish.kind,
    target: wish.target,
    externalId: null,
    desired: null,
    sent: null,
    ours: null,
    before: null,
    theirs: null,
    theirsAt: null,
    wroteAt: null,
    state: "dirty",
    priority: wish.priority,
    notBefore: wish.notBefore,
    attempts: 0,
    looks: 0,
    sending: null,
    doubted: 0,
    fights: 0,
    foughtDay: null,
  };
}

function wishText(wish: Exclude<Desired, { keep: true }>): string {
  if (wish.kind === "task") return JSON.stringify(wish.task);
  if (wish.kind === "fields") return JSON.stringify(wish.fields);
  return JSON.stringify(wish.kind === "note" ? wish.note : wish.notice);
}

function applyWish(engine: Engine, before: Thing, wish: Exclude<Desired, { keep: true }>): Thing {
  const text = wishText(wish);
  const isNew = before.desired !== text;
  const day = Math.floor(engine.now() / 86_400_000);
  let thing: Thing = isNew ? { ...before, desired: text, target: wish.target } : before;
  const followed = reconcileEdits(thing, day);
  thing = followed.thing;
  const key = `fought:${thing.key}`;
  if (followed.fought.length > 0) {
    engine.store.findings.raise(
      key,
      "field-fought",
      { record: refKey(wish.target!), fields: followed.fought.join(", ") },
      engine.now(),
    );
  }
  if (thing.state === "gone") return before;
  if (thing.state === "refused" && !isNew) return thing === before ? before : thing;
  const state = restingState(thing.state === "refused" ? { ...thing, state: "clean" } : thing);
  if (!isNew && state === before.state && thing === before) return before;
  if (state === "sending" || state === "unknown") return thing;
  const isFresh = isNew || (state === "dirty" && before.state !== "dirty");
  return {
    ...thing,
    state,
    priority: wish.priority,
    notBefore: isFresh ? wish.notBefore : thing.notBefore,
    attempts: isFresh ? 0 : thing.attempts,
  };
}

/** Nothing is wished any more: what stands in the CRM goes, what never got there is dropped (null). */
function unwish(engine: Engine, thing: Thing): Thing | null {
  if (thing.kind === "note" || thing.kind === "notice")
    return thing.state === "dirty" && thing.externalId === null ? null : thing;
  if (thing.state === "gone" || (thing.desired === null && thing.state !== "clean")) return thing;
  if (thing.state === "sending" || thing.state === "unknown")
    return thing.desired === null ? thing : { ...thing, desired: null };
  if (thing.externalId === null && thing.sent === null) return null;
  if (thing.kind === "fields") return clearFields(thing);
  return { ...thing, desired: null, state: "dirty", notBefore: engine.now(), attempts: 0 };
}

/** Our fields on a record that is no client's any more are emptied, not deleted. */
function clearFields(thing: Thing): Thing {
  const empty = Object.fromEntries(Object.keys(thing.ours ?? {}).map((name) => [name, null]));
  const desired = JSON.stringify(empty);
  if (thing.desired === desired) return thing;
  const next = { ...thing, desired, attempts: 0 };
  return { ...next, state: restingState(next) };
}
