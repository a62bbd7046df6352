/** Writes what differs: most urgent first, in full batches, within the budget, with an outcome for every item. */

import { PRIORITY } from "../core/desired.ts";
import { type RecordRef, refKey } from "../core/model.ts";
import { CrmFailure, decideRetry, isFailure } from "../crm/failure.ts";
import type { Batch, Outcome } from "../crm/port.ts";
import { type Thing, WORKS, type Work, workKey } from "../store/mirror.ts";
import { type Engine, isCurrent } from "./engine.ts";
import { isHeld } from "./flood.ts";
import { begun, kept, PERSONAL } from "./mirror-row.ts";
import { Outcomes } from "./outcomes.ts";
import { attempt, failed, type Parts, worked } from "./parts.ts";
import { readTasks } from "./reader.ts";
import { type Names, namesNeeded, needsPeople, type Resolved, resolve } from "./resolve.ts";
import { differing, holds, same } from "./three-way.ts";

/** Calls under way at once: with a usual answer time of 300 ms to 1 s this is enough to use the whole budget. */
const CALLS_AT_ONCE = 8;
/** Rows looked at to fill up a read of names: the clients behind them ride along. */
const NAMES_AHEAD = 1_500;

/** How old the last look at a task may be when the task is deleted, or gets another date or owner, ms. */
const LOOK_LIVES_MS = 15_000;

/** What the writer remembers between turns. */
export interface WriterMemory {
  parts: Parts;
  names: Names;
  /** batches sent side by side: doubled while the budget takes them, one again when it does not */
  atOnce: number;
}

interface Picked {
  work: Work;
  rows: readonly Thing[];
}

interface Ready {
  work: Work;
  resolved: readonly Resolved[];
}

const PART = "write/";

/** @param work or its key */
export function partOf(work: Work | string): string {
  return `${PART}${typeof work === "string" ? work : workKey(work)}`;
}

/** Makes at most `calls` write calls, led by rows of at most `urgency` (a full batch takes later ones along). Returns how many. */
export async function writeDirty(
  engine: Engine,
  memory: WriterMemory,
  calls: number,
  urgency: number,
): Promise<number> {
  let made = 0;
  while (made < calls && isCurrent(engine)) {
    const picked = pick(engine, memory.parts, Math.min(memory.atOnce, calls - made), urgency);
    if (picked.length === 0) break;
    const pickedAt = engine.now();
    const isNamed = await attempt(engine, memory.parts, "names", false, async () => {
      await lookFirst(engine, picked);
      return ensureNames(engine, memory.names, picked);
    });
    // Somebody paused, or left, while they were read: what was picked may not be wished any more.
    if (!isNamed || !isCurrent(engine)) break;
    // The names may have taken the last call that the budget had room for.
    if (!picked.some(({ work }) => engine.crm.readyAt({ do: "write", ...work }) <= engine.now())) break;
    const ready = begin(engine, picked, memory.names, pickedAt);
    const isLimited = await sendAll(engine, memory.parts, ready);
    made += ready.length;
    memory.atOnce = isLimited ? 1 : Math.min(CALLS_AT_ONCE, memory.atOnce * 2);
    if (isLimited) break;
  }
  return made;
}

/** Sorts of work that wait and may go out now. */
function openWorks(engine: Engine, parts: Parts): readonly Work[] {
  const now = engine.now();
  const waiting = engine.store.mirror.works("dirty");
  return WORKS.filter(
    (work) =>
      waiting.has(workKey(work)) &&
      parts.isReady(partOf(work), now) &&
      !isHeld(engine, work) &&
      engine.crm.readyAt({ do: "write", ...work }) <= now,
  );
}

/** When the next write makes sense, epoch ms; null when nothing waits. */
export function nextWriteAt(engine: Engine, parts: Parts): number | null {
  const now = engine.now();
  const wakes: number[] = [];
  const waiting = engine.store.mirror.works("dirty");
  for (const work of WORKS.filter((one) => waiting.has(workKey(one)))) {
    const at = isHeld(engine, work) ? null : engine.store.mirror.soonest("dirty", work, now);
    if (at === null) continue;
    wakes.push(
      Math.max(at, engine.crm.readyAt({ do: "write", ...work }), parts.readyAt(partOf(work)), parts.readyAt("names")),
    );
  }
  return wakes.length === 0 ? null : Math.min(...wakes);
}

/** Up to `count` batches, the most urgent first. While clients are still being decided a part of a batch waits for the rest. */
function pick(engine: Engine, parts: Parts, count: number, urgency: number): readonly Picked[] {
  const { mirror, clients } = engine.store;
  const now = engine.now();
  const dueAt = clients.nextDueAt();
  const isMoreComing = dueAt !== null && dueAt <= now;
  const taken = new Map<Work, number>(openWorks(engine, parts).map((work) => [work, 0]));
  const picked: Picked[] = [];
  while (picked.length < count) {
    let best: Picked | null = null;
    for (const [work, offset] of taken) {
      const [head] = mirror.next("dirty", work, now, 1, offset);
      if (!head || head.priority > urgency) taken.delete(work);
      else if (best === null || head.priority < best.rows[0]!.priority) best = { work, rows: [head] };
    }
    if (best === null) break;
    const { work } = best;
    const size = engine.crm.batchSize(work.kind, work.verb);
    const offset = taken.get(work)!;
    const rows = mirror.next("dirty", work, now, size, offset);
    if (isMoreComing && rows.length < size && rows[0]!.priority > PRIORITY.escalation) taken.delete(work);
    else {
      picked.push({ work, rows });
      taken.set(work, offset + rows.length);
    }
  }
  return picked;
}

function isDelete({ work }: Picked): boolean {
  return work.kind === "task" && work.verb === "delete";
}

/** What a task is about to get although people may have given it another a moment ago: they work on what we move, just when we do. */
function overwritten(row: Thing): readonly (typeof PERSONAL)[number][] {
  if (row.kind !== "task" || row.desired === null || row.externalId === null) return [];
  const names = differing(row);
  return PERSONAL.filter((name) => names.includes(name));
}

/**
 * Tasks that are about to be deleted, or get another date or owner, are read once more: what somebody did with them a moment ago stays. A read
 * may take the last call that the budget had room for; then the next turn writes by it, instead of reading again for ever.
 */
async function lookFirst(engine: Engine, picked: readonly Picked[]): Promise<void> {
  const rows = picked.flatMap((one) =>
    isDelete(one) ? one.rows : one.rows.filter((row) => overwritten(row).length > 0),
  );
  const now = engine.now();
  const old = rows.filter((row) => !isSeenSince(row, now - LOOK_LIVES_MS, now));
  engine.store.mirror.put(old.filter((row) => isAhead(row, now)).map((row) => stampedBy(row, now)));
  await readTasks(
    engine,
    old.map(({ externalId }) => externalId!),
  );
}

/** A clock that was ahead when the task was read or written says nothing of how long ago that was. */
function isAhead({ theirsAt, wroteAt }: Thing, nowMs: number): boolean {
  return (theirsAt ?? 0) > nowMs || (wroteAt ?? 0) > nowMs;
}

/** By now it was written, and what was seen there is to be seen again. */
function stampedBy(row: Thing, nowMs: number): Thing {
  return { ...row, theirsAt: null, wroteAt: row.wroteAt === null ? null : Math.min(row.wroteAt, nowMs) };
}

function isSeenSince({ theirsAt }: Thing, sinceMs: number, nowMs: number): boolean {
  return theirsAt !== null && theirsAt >= sinceMs && theirsAt <= nowMs;
}

/**
 * Of the tasks that were looked at, those that are still to be deleted. What no look could be believed about waits for the next one.
 * @param pickedAt when they were picked, epoch ms: a look that took long is none the worse for it
 */
function stillToDelete(engine: Engine, rows: readonly Thing[], pickedAt: number): readonly Thing[] {
  const { mirror } = engine.store;
  const now = mirror.byKeys(rows.map(({ key }) => key)).filter(({ state, desired }) => state === "dirty" && !desired);
  const done = now.filter((row) => holds(row)?.status === "done");
  mirror.put(done.flatMap((row) => kept(row) ?? []));
  const open = now.filter((row) => !done.includes(row));
  const unseen = open.filter((row) => !isSeenSince(row, pickedAt - LOOK_LIVES_MS, engine.now()));
  mirror.put(unseen.map((row) => ({ ...row, notBefore: engine.now() + LOOK_LIVES_MS })));
  return open.filter((row) => !unseen.includes(row));
}

/** As they stand now. What somebody dated or gave away meanwhile, as the look showed, waits for the decision that takes it up. */
function stillToWrite(engine: Engine, rows: readonly Thing[]): readonly Thing[] {
  const { mirror } = engine.store;
  const keys = rows.filter((row) => overwritten(row).length > 0).map(({ key }) => key);
  if (keys.length === 0) return rows;
  const fresh = new Map(mirror.byKeys(keys).map((row) => [row.key, row]));
  const isGiven = (row: Thing) => {
    const now = holds(fresh.get(row.key) ?? row);
    return overwritten(row).some((name) => !same(now?.[name], holds(row)?.[name]));
  };
  const given = rows.filter(isGiven);
  mirror.put(given.map(({ key }) => ({ ...fresh.get(key)!, notBefore: engine.now() + LOOK_LIVES_MS })));
  const left = rows.filter((row) => !given.includes(row));
  return left.map((row) => fresh.get(row.key) ?? row).filter(({ state }) => state === "dirty");
}

/** Names for everything that was picked, in full batches. */
async function ensureNames(engine: Engine, names: Names, picked: readonly Picked[]): Promise<boolean> {
  const { language } = engine.config();
  const needed = picked.flatMap(({ rows }) => rows.flatMap((row) => namesNeeded(engine, row, language)));
  const missing = names.missing(needed, engine.now());
  if (missing.length > 0) await names.fetch(engine, missing, () => aheadOf(engine, picked));
  const { outside } = engine;
  const named = picked.flatMap(({ rows }) => rows.filter((row) => needsPeople(engine, row, language)));
  if (outside && named.length > 0) await outside.learnPeople(named);
  return true;
}

/** Records whose names the next batches will ask for. */
function aheadOf(engine: Engine, picked: readonly Picked[]): readonly RecordRef[] {
  const { language } = engine.config();
  const ahead = new Map<string, RecordRef>();
  for (const work of new Set(picked.map((one) => one.work))) {
    for (const row of engine.store.mirror.next("dirty", work, engine.now(), NAMES_AHEAD))
      for (const ref of namesNeeded(engine, row, language)) ahead.set(refKey(ref), ref);
  }
  return [...ahead.values()];
}

function rowsOf(engine: Engine, picked: Picked, pickedAt: number): readonly Thing[] {
  return isDelete(picked) ? stillToDelete(engine, picked.rows, pickedAt) : stillToWrite(engine, picked.rows);
}

/** Resolves what was picked and commits it as sending, before anything goes out. */
function begin(engine: Engine, picked: readonly Picked[], names: Names, pickedAt: number): readonly Ready[] {
  return engine.store.transaction(() => {
    const ready: Ready[] = [];
    for (const one of picked) {
      const { work } = one;
      const resolved = resolveAll(engine, rowsOf(engine, one, pickedAt), names);
      engine.store.mirror.put(resolved.map(({ thing, values }) => begun(thing, values)));
      if (resolved.length > 0) ready.push({ work, resolved });
    }
    return ready;
  });
}

/** A row whose text cannot be made (a merge field without a value) is refused by us, with a finding, and holds nobody up. */
function resolveAll(engine: Engine, rows: readonly Thing[], names: Names): readonly Resolved[] {
  const { language } = engine.config();
  const resolved: Resolved[] = [];
  const outcomes = new Outcomes(engine);
  for (const thing of rows) {
    try {
      resolved.push(resolve(engine, thing, names, language));
    } catch (error) {
      outcomes.refuse(thing, { code: "text-unresolved", advice: (error as Error).message, about: [] });
    }
  }
  outcomes.store();
  return resolved;
}

/** Sends batches side by side. Returns whether our own budget held one back. @throws CrmFailure `revoked`, when all are back */
async function sendAll(engine: Engine, parts: Parts, ready: readonly Ready[]): Promise<boolean> {
  const answers = await Promise.allSettled(ready.map((batch) => send(engine, parts, batch)));
  const broken = answers.find((answer) => answer.status === "rejected");
  if (broken) throw broken.reason;
  return answers.some((answer) => answer.status === "fulfilled" && answer.value);
}

async function send(engine: Engine, parts: Parts, { work, resolved }: Ready): Promise<boolean> {
  const batch: Batch = { ...work, items: resolved.map((one) => one.item) };
  let outcomes: readonly Outcome[];
  try {
    outcomes = await engine.crm.write(batch);
  } catch (error) {
    engine.store.transaction(() => failedWhole(engine, resolved, error));
    if (isFailure(error, "revoked")) throw error;
    failed(engine, parts, partOf(work), error);
    return isFailure(error, "limited");
  }
  engine.store.transaction(() => {
    const byKey = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
    const gathered = new Outcomes(engine);
    for (const one of current(engine, resolved))
      gathered.take(one, byKey.get(one.thing.key) ?? { key: one.thing.key, done: false, failure: "unknown" });
    gathered.store();
  });
  worked(engine, parts, partOf(work));
  return false;
}

/** The rows as they stand after the call: a person's click may have changed a wish while the call was under way. */
function current(engine: Engine, resolved: readonly Resolved[]): readonly Resolved[] {
  const keys = resolved.map((one) => one.thing.key);
  const rows = new Map(engine.store.mirror.byKeys(keys).map((thing) => [thing.key, thing]));
  return resolved.flatMap((one) => {
    const thing = rows.get(one.thing.key);
    return thing ? [{ ...one, thing }] : [];
  });
}

/** The call as a whole failed: nothing was sent, or nobody knows. */
function failedWhole(engine: Engine, resolved: readonly Resolved[], error: unknown): void {
  const known = error instanceof CrmFailure ? error : null;
  const outcome = (thing: Thing): Outcome => {
    const { key } = thing;
    if (known === null || known.failure === "unknown") return { key, done: false, failure: "unknown" };
    if (known.failure === "refused")
      return { key, done: false, failure: "refused", code: known.code, advice: known.message, about: known.about };
    return { key, done: false, failure: "unavailable", retryAt: retryAt(engine, thing, known) };
  };
  const outcomes = new Outcomes(engine);
  for (const one of current(engine, resolved)) outcomes.take(one, outcome(one.thing));
  outcomes.store();
}

function retryAt(engine: Engine, thing: Thing, failure: CrmFailure): number {
  const now = engine.now();
  const isPersons = failure.failure === "unauthorised" || failure.failure === "revoked";
  const answer = decideRetry({
    failure: isPersons ? "unavailable" : failure.failure,
    write: true,
    attempts: thing.attempts + 1,
    retryAt: failure.retryAt,
    now,
    chance: engine.chance(),
  });
  return answer.again ? answer.at : now;
}
