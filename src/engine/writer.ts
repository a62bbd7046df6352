/** Writes what differs: most urgent first, in full batches, within the budget, with an outcome for every item. */
import type { Language, RecordKind, RecordRef } from "../core/model.ts";
import { CrmFailure, decideRetry, isFailure } from "../crm/failure.ts";
import type { Batch, Outcome, ThingKind, Verb } from "../crm/port.ts";
import type { Thing, Values } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { floodCheck } from "./flood.ts";
import { hashTexts } from "./reader.ts";
import { type Names, namesNeeded, type Resolved, resolve } from "./resolve.ts";
import { SETTLE_WAIT_MS } from "./settle.ts";
import { restingState } from "./three-way.ts";

/** Calls under way at once: with a usual answer time of 300 ms this is enough to use the whole budget. */
const CALLS_AT_ONCE = 4;
/** Rows looked at when names are missing: the clients behind them ride along in the same read. */
const NAMES_AHEAD = 2_500;

interface Group {
  kind: ThingKind;
  verb: Verb;
  on: RecordKind | null;
}

/** Makes at most `calls` write calls, led by rows of at most `urgency` (a full batch takes later ones along). Returns how many. */
export async function writeDirty(engine: Engine, names: Names, calls: number, urgency: number): Promise<number> {
  let made = 0;
  while (made < calls) {
    const batches = await nextBatches(engine, names, Math.min(CALLS_AT_ONCE, calls - made), urgency);
    if (batches.length === 0) break;
    await Promise.all(batches.map((batch) => send(engine, batch.group, batch.resolved)));
    made += batches.length;
  }
  return made;
}

function groupOf(thing: Thing): Group {
  const kind = thing.kind as ThingKind;
  const verb = thing.desired === null ? "delete" : thing.externalId === null && kind !== "fields" ? "create" : "update";
  return { kind, verb, on: kind === "fields" ? (thing.target?.kind ?? null) : null };
}

function groupKey(group: Group): string {
  return `${group.kind}/${group.verb}/${group.on}`;
}

/** Picks up to `count` batches, resolves them and commits them as sending before anything goes out. */
async function nextBatches(
  engine: Engine,
  names: Names,
  count: number,
  urgency: number,
): Promise<readonly { group: Group; resolved: readonly Resolved[] }[]> {
  const now = engine.now();
  const rows = engine.store.mirror.inState("dirty", now, count * 110);
  if ((rows[0]?.priority ?? Number.POSITIVE_INFINITY) > urgency) return [];
  const picked = pick(engine, floodCheck(engine, rows), count, urgency);
  if (picked.length === 0) return [];
  const language = engine.config().language;
  const needed = picked.flatMap((batch) => batch.rows.flatMap((thing) => namesNeeded(engine, thing, language)));
  if (names.lacks(engine, needed)) await names.fetch(engine, needed, aheadOf(engine, picked, language));
  const batches = picked.map((batch) => ({ group: batch.group, resolved: resolveAll(engine, batch.rows, names) }));
  const ready = batches.filter((batch) => batch.resolved.length > 0);
  engine.store.transaction(() => {
    for (const batch of ready) {
      engine.store.mirror.put(
        batch.resolved.map(({ thing, values }) => ({
          ...thing,
          state: "sending",
          sending: { desired: thing.desired, values },
        })),
      );
    }
  });
  return ready;
}

/** A row whose text cannot be made (a merge field without a value) is refused by us, with a finding, and holds nobody up. */
function resolveAll(engine: Engine, rows: readonly Thing[], names: Names): readonly Resolved[] {
  const language = engine.config().language;
  const resolved: Resolved[] = [];
  for (const thing of rows) {
    try {
      resolved.push(resolve(engine, thing, names, language));
    } catch (error) {
      refuse(engine, thing, "text-unresolved", (error as Error).message, []);
    }
  }
  return resolved;
}

function pick(
  engine: Engine,
  rows: readonly Thing[],
  count: number,
  urgency: number,
): { group: Group; rows: Thing[] }[] {
  const groups = Map.groupBy(rows, (thing) => groupKey(groupOf(thing)));
  const picked: { group: Group; rows: Thing[] }[] = [];
  const taken = new Set<string>();
  for (const first of rows) {
    if (picked.length >= count || first.priority > urgency) break;
    if (taken.has(first.key)) continue;
    const group = groupOf(first);
    const operation = { do: "write", kind: group.kind, verb: group.verb } as const;
    if (engine.crm.readyAt(operation) > engine.now()) continue;
    const batch: Thing[] = [];
    const size = engine.crm.batchSize(group.kind, group.verb);
    for (const thing of groups.get(groupKey(group)) ?? []) {
      if (batch.length >= size) break;
      if (taken.has(thing.key)) continue;
      batch.push(thing);
      taken.add(thing.key);
    }
    picked.push({ group, rows: batch });
  }
  return picked;
}

/** Records whose names the next batches will ask for. */
function aheadOf(engine: Engine, picked: readonly { rows: Thing[] }[], language: Language): readonly RecordRef[] {
  const clients = new Set(picked.flatMap((batch) => batch.rows.map((thing) => thing.client)));
  const ahead: RecordRef[] = [];
  for (const thing of engine.store.mirror.inState("dirty", engine.now(), NAMES_AHEAD)) {
    if (clients.has(thing.client)) continue;
    clients.add(thing.client);
    ahead.push(...namesNeeded(engine, thing, language));
  }
  return ahead;
}

async function send(engine: Engine, group: Group, resolved: readonly Resolved[]): Promise<void> {
  const batch: Batch = { ...group, items: resolved.map((one) => one.item) };
  let outcomes: readonly Outcome[];
  try {
    outcomes = await engine.crm.write(batch);
  } catch (error) {
    return engine.store.transaction(() => failed(engine, resolved, error));
  }
  engine.store.transaction(() => {
    const byKey = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
    for (const one of current(engine, resolved)) {
      settle(engine, one, byKey.get(one.thing.key) ?? { key: one.thing.key, done: false, failure: "unknown" });
    }
  });
}

/** The rows as they stand after the call: a person's click may have changed a wish while the call was under way. */
function current(engine: Engine, resolved: readonly Resolved[]): readonly Resolved[] {
  const rows = new Map(
    engine.store.mirror.byKeys(resolved.map((one) => one.thing.key)).map((thing) => [thing.key, thing]),
  );
  return resolved.flatMap((one) => {
    const thing = rows.get(one.thing.key);
    return thing ? [{ ...one, thing }] : [];
  });
}

/** The call as a whole failed: nothing was sent, or nobody knows. */
function failed(engine: Engine, resolved: readonly Resolved[], error: unknown): void {
  const known = error instanceof CrmFailure ? error : null;
  const sent = known === null || known.failure === "unknown";
  for (const one of current(engine, resolved)) {
    if (sent) settle(engine, one, { key: one.thing.key, done: false, failure: "unknown" });
    else if (known.failure === "refused") {
      settle(engine, one, {
        key: one.thing.key,
        done: false,
        failure: "refused",
        code: known.code,
        advice: known.message,
        about: known.about,
      });
    } else
      settle(engine, one, {
        key: one.thing.key,
        done: false,
        failure: "unavailable",
        retryAt: retryAt(engine, one.thing, known),
      });
  }
  if (!known) throw error;
  if (isFailure(known, "revoked") || isFailure(known, "unauthorised")) throw known;
}

function retryAt(engine: Engine, thing: Thing, failure: CrmFailure): number {
  const now = engine.now();
  const answer = decideRetry({
    failure: failure.failure === "unauthorised" || failure.failure === "revoked" ? "unavailable" : failure.failure,
    write: true,
    attempts: thing.attempts + 1,
    retryAt: failure.retryAt,
    now,
    chance: engine.chance(),
  });
  return answer.again ? answer.at : now;
}

function settle(engine: Engine, { thing, values }: Resolved, outcome: Outcome): void {
  if (outcome.done) return done(engine, thing, values, outcome);
  const { mirror } = engine.store;
  if (outcome.failure === "unknown") return lost(engine, thing, values);
  if (outcome.failure === "refused") {
    if (outcome.gone) mirror.put([{ ...thing, state: "gone", sending: null }]);
    else refuse(engine, thing, outcome.code, outcome.advice, outcome.about ?? []);
    if (outcome.gone) engine.store.clients.bringForward([thing.client], engine.now());
    return;
  }
  mirror.put([
    {
      ...thing,
      state: "dirty",
      sending: null,
      attempts: thing.attempts + 1,
      notBefore: Math.max(engine.now(), outcome.retryAt),
    },
  ]);
}

/** A thing with a key is looked up before anything is sent again; a thing without one is shown as "may not have arrived". */
function lost(engine: Engine, thing: Thing, values: Values): void {
  if (thing.kind === "notice") {
    engine.store.mirror.put([{ ...thing, state: "gone", sending: null }]);
    engine.store.findings.raise(`unsure:${thing.key}`, "notice-unsure", { client: thing.client }, engine.now());
    return;
  }
  const sending = thing.sending ?? { desired: thing.desired, values };
  engine.store.mirror.put([
    { ...thing, state: "unknown", sending, looks: 0, notBefore: engine.now() + SETTLE_WAIT_MS },
  ]);
}

function done(engine: Engine, thing: Thing, values: Values, outcome: Outcome & { done: true }): void {
  const { mirror, findings, records } = engine.store;
  const now = engine.now();
  const went = thing.sending?.desired ?? null;
  if (went === null) {
    if (thing.desired === null) mirror.remove([thing.key]);
    else mirror.put([fresh(thing)]);
    return;
  }
  const echo: Record<string, Values[string]> = {
    ...(thing.kind === "fields" ? hashTexts(engine, outcome.echo) : outcome.echo),
  };
  for (const [name, text] of Object.entries(outcome.texts ?? {})) echo[name] = engine.hash(text);
  const ours: Values = { ...thing.ours, ...values, ...echo };
  const next: Thing = {
    ...thing,
    externalId: outcome.id,
    sent: went,
    ours,
    before: thing.ours,
    doubted: 0,
    wroteAt: now,
    state: "clean",
    sending: null,
    attempts: 0,
    looks: 0,
  };
  mirror.put([{ ...next, state: restingState(next) }]);
  if (outcome.modifiedAt && thing.kind === "fields" && thing.target)
    records.wrote(thing.target.kind, thing.target.id, outcome.modifiedAt);
  if (outcome.modifiedAt && thing.kind === "task") {
    records.put("task", [
      {
        kind: "task",
        id: outcome.id,
        client: thing.client,
        facts: taskFacts(ours),
        links: [],
        readAt: now,
        modifiedAt: outcome.modifiedAt,
      },
    ]);
  }
  findings.close(`refused:${thing.key}`, now);
}

/** What our own task is known by without reading it back. */
function taskFacts(ours: Values): Values {
  const { status, dueAt, ownerId, completedAt } = ours;
  return { status: status ?? "open", dueAt: dueAt ?? null, ownerId: ownerId ?? null, completedAt: completedAt ?? null };
}

/** A thing that was deleted and is wanted again meanwhile: it starts as if it had never been there. */
function fresh(thing: Thing): Thing {
  return {
    ...thing,
    externalId: null,
    sent: null,
    ours: null,
    before: null,
    theirs: null,
    sending: null,
    state: "dirty",
    attempts: 0,
  };
}

export function refuse(engine: Engine, thing: Thing, code: string, advice: string, about: readonly string[]): void {
  engine.store.mirror.put([{ ...thing, state: "refused", sending: null }]);
  engine.store.findings.raise(
    `refused:${thing.key}`,
    "write-refused",
    {
      code,
      advice,
      about: about.join(", "),
      client: thing.client,
      kind: thing.kind,
      record: thing.target ? `${thing.target.kind}:${thing.target.id}` : null,
    },
    engine.now(),
  );
  engine.store.clients.bringForward([thing.client], engine.now());
}
