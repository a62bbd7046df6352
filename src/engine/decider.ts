/** Decides the clients that are due, in slices, and brings the mirror's wishes up to date. */
import { NO_HEALTH } from "../core/client/health-state.ts";
import type { ClientState } from "../core/client/state.ts";
import type { ClientFacts, Decision } from "../core/decision.ts";
import { bodyOf, type Desired, type Wish } from "../core/desired.ts";
import type { ClientKey } from "../core/model.ts";
import { type StoredClient, split } from "../store/clients.ts";
import type { ScoreChange } from "../store/journal.ts";
import type { Thing } from "../store/mirror.ts";
import type { StoredRecord } from "../store/records.ts";
import type { Gathered } from "../store/scores.ts";
import { decideBelieving } from "./believe.ts";
import { carefully, isCareful } from "./careful.ts";
import { dealContactsOf } from "./deal-contacts.ts";
import { type Engine, isCurrent } from "./engine.ts";
import { countStarts } from "./flood.ts";
import { amissKey, isMended, kept, newRow } from "./mirror-row.ts";
import { Pace } from "./pace.ts";
import { scoreSome } from "./scorer.ts";
import { takeNothing, takeText } from "./take-text.ts";

/** Clients per transaction, at first and at most: small enough that one slice stays under 20 ms, plans and all. */
const SLICE = { first: 8, most: 25, lookEvery: 1 };
/** Clients that become due per transaction, where everybody does: a few milliseconds. */
const SPREAD = 200;
/** Scores per transaction: enough that the commit counts for little. */
const SCORES = { first: 50, most: 150, lookEvery: 10 };
/** Scores cost so much less than whole decisions: this many stand for one of them in what a turn may do. */
const SCORES_FOR_ONE = 10;
/** A client that could not be decided is tried again after this long, ms. */
const ASIDE_MS = 3_600_000;
/** A wake that is not ahead is a mistake of a rule: it costs a look a minute instead of the whole turn, ms. */
const WAKE_MIN_MS = 60_000;

/**
 * Decides up to `limit` due clients, and scores those whose score alone is due, with room for others in between. Returns how many. Whoever
 * turns out to want more than a score is due by that, and comes next.
 */
export async function decideDue(engine: Engine, limit: number): Promise<number> {
  let [decided, scored] = [0, 0];
  const whole = new Pace(engine, SLICE);
  const scores = new Pace(engine, SCORES);
  while (isCurrent(engine)) {
    const left = limit - decided - Math.ceil(scored / SCORES_FOR_ONE);
    if (left <= 0) break;
    await spreadDue(engine);
    const taken = decideSome(engine, whole, left);
    const looked = taken > 0 ? 0 : scoreSome(engine, left * SCORES_FOR_ONE, scores);
    if (taken + looked === 0) break;
    decided += taken;
    scored += looked;
    await engine.breathe?.();
    if (engine.store.fold()) await engine.breathe?.();
  }
  // What hangs on it outside of this file, as when to wake, is told only then.
  if (isCurrent(engine)) engine.store.settle();
  return decided + scored;
}

async function spreadDue(engine: Engine): Promise<void> {
  const { store } = engine;
  if (!store.clients.isSpreading()) return;
  store.transaction(() => store.clients.spreadDue(SPREAD));
  await engine.breathe?.();
}

/** One slice of those who are due. @returns how many */
function decideSome(engine: Engine, pace: Pace, left: number): number {
  const size = pace.begin(left);
  const due = engine.store.clients.due(engine.now(), size);
  if (due.length === 0) return 0;
  const done = decideTogether(engine, due, pace, due.length === size);
  pace.end(done);
  return done;
}

/** Decides clients at once, whenever they are due: what is about to go past the CRM is asked for once more. */
export function decideNow(engine: Engine, keys: readonly ClientKey[]): void {
  const known = keys.flatMap((key) => engine.store.clients.get(key) ?? []);
  if (known.length > 0) decideTogether(engine, known);
}

/**
 * One client that cannot be decided (a bug, a template that is no longer known) must not hold up the others.
 * @param pace ends it early; whoever is left stays due @param isOneOfMany others come after it in the same turn @returns how many were decided
 */
function decideTogether(engine: Engine, slice: readonly StoredClient[], pace?: Pace, isOneOfMany = false): number {
  const { store } = engine;
  const work = () => decideSlice(engine, slice, pace);
  try {
    return isOneOfMany ? store.passing(work) : store.transaction(work);
  } catch (error) {
    if (slice.length === 1) putAside(engine, slice[0]!, error);
    else for (const one of slice) decideTogether(engine, [one]);
    return slice.length;
  }
}

/** The finding about a client that could not be decided; it ends with the next decision. */
function undecidedKey(client: ClientKey): string {
  return `undecided:${client}`;
}

/** @throws when the store itself is what failed */
function putAside(engine: Engine, one: StoredClient, error: unknown): void {
  const now = engine.now();
  const problem = error instanceof Error ? error.message : String(error);
  engine.store.transaction(() => {
    engine.store.clients.put([{ ...one, dueAt: now + ASIDE_MS }]);
    engine.store.findings.raise(undecidedKey(one.key), "turn-failed", { client: one.key, failures: 1 }, now);
  });
  engine.log("client-undecided", {
    client: one.key,
    error: problem,
    stack: error instanceof Error ? error.stack : undefined,
  });
}

function decideSlice(engine: Engine, slice: readonly StoredClient[], pace?: Pace): number {
  const { store } = engine;
  const now = engine.now();
  const keys = slice.map((one) => one.key);
  const records = store.records.ofClients(keys);
  const things = store.mirror.ofClients(keys);
  const usage = store.usageOf(keys);
  const survivors = survivorsOf(engine, records);
  const dealContacts = dealContactsOf(store, records);
  const book = engine.book();
  const config = engine.config();
  const careful = isCareful(engine);
  const rows: Thing[] = [];
  const moved: [Thing, Thing][] = [];
  const dropped: string[] = [];
  const over: string[] = [];
  const gathered: Gathered[] = [];
  const scores: Omit<ScoreChange<number>, "basis">[] = [];
  let started = 0;
  for (const one of slice) {
    const own = things.get(one.key) ?? [];
    const facts = {
      records: records.get(one.key) ?? [],
      dealContacts: dealContacts.get(one.key) ?? [],
      survivors,
      usage: usage.get(one.key) ?? {},
    };
    const decision = decideBelieving(own, careful, (told, last) => {
      const client = { key: one.key, state: last ? last.state : one.state };
      return engine.decide(client, { ...facts, things: told }, book, config, now);
    });
    const { own: state, remembered } = split(decision.state as Partial<ClientState>);
    const dueAt = aheadOf(engine, one.key, decision.wakeAt);
    store.clients.decided(one, { key: one.key, state, dueAt, ...decision.columns });
    gathered.push({
      client: one.key,
      state: remembered ?? NO_HEALTH,
      body: decision.basis,
      scoreAt: aheadOf(engine, one.key, decision.scoreAt),
      book: book?.version ?? 0,
    });
    const plan = planRows(engine, one.key, own, decision.desired);
    rows.push(...plan.put);
    moved.push(...plan.moved);
    dropped.push(...plan.drop);
    over.push(...plan.mended);
    note(engine, one.key, decision, now);
    started += decision.deeds.filter((deed) => deed.code === "plan-started").length;
    if (decision.scored)
      scores.push({ client: one.key, at: now, config: config.version, book: book?.version ?? 0, ...decision.scored });
    if (pace?.isOver(gathered.length)) break;
  }
  store.findings.closeAll([...gathered.map(({ client }) => undecidedKey(client)), ...over], now);
  store.mirror.put(rows);
  store.mirror.replace(moved);
  store.mirror.remove(dropped);
  const bases = store.scores.gathered(gathered);
  store.scores.keep(scores.map((one) => bases.get(one.client)!));
  store.journal.scored(scores.map((one) => ({ ...one, basis: bases.get(one.client)! })));
  countStarts(engine, started);
  return gathered.length;
}

function aheadOf(engine: Engine, key: ClientKey, wakeAt: number | null): number | null {
  const now = engine.now();
  if (wakeAt === null || wakeAt > now) return wakeAt;
  engine.log("wake-in-the-past", { client: key, wakeAt });
  return now + WAKE_MIN_MS;
}

/** Where merged deals of these records live on. One look for the whole slice: a client only asks for its own. */
function survivorsOf(
  engine: Engine,
  records: ReadonlyMap<ClientKey, readonly StoredRecord[]>,
): ClientFacts["survivors"] {
  const deals: string[] = [];
  for (const own of records.values()) for (const one of own) if (one.ref.kind === "deal") deals.push(one.ref.id);
  return engine.store.records.mergedInto("deal", deals);
}

function note(engine: Engine, key: ClientKey, decision: Decision, now: number): void {
  for (const deed of decision.deeds) engine.store.journal.did({ at: now, actor: "tenure", client: key, ...deed });
}

/** The rows that a decision makes, changes and drops, and findings that are over with that. */
function planRows(
  engine: Engine,
  client: ClientKey,
  own: readonly Thing[],
  desired: readonly Desired[],
): Record<"drop" | "mended", readonly string[]> & {
  put: readonly Thing[];
  moved: readonly [before: Thing, after: Thing][];
} {
  const byKey = new Map(own.map((thing) => [thing.key, thing]));
  const put: Thing[] = [];
  const moved: [Thing, Thing][] = [];
  const drop: string[] = [];
  const mended: string[] = [];
  const keep = (before: Thing, after: Thing | null) => {
    if (after === null) drop.push(before.key);
    else if (after !== before) moved.push([before, after]);
    if (isMended(before, after)) mended.push(amissKey(before));
  };
  for (const wish of desired) {
    const before = byKey.get(wish.key);
    byKey.delete(wish.key);
    if (!("keep" in wish)) {
      // A rung is a task or a notification, as the portal can: when that changes, what was told stays as it was told.
      const isOther = before !== undefined && before.kind !== wish.kind;
      if (isOther && !wasNeverSent(before)) continue;
      const row = before && !isOther ? before : carefully(engine, newRow(client, wish));
      const after = takeWish(engine, row, wish);
      if (before) keep(before, after);
      else put.push(after);
    } else if (before) keep(before, kept(before));
  }
  for (const thing of byKey.values()) keep(thing, takeNothing(engine, thing));
  return { put, moved, drop, mended };
}

function wasNeverSent({ state, externalId }: Thing): boolean {
  return externalId === null && (state === "dirty" || state === "refused");
}

function takeWish(engine: Engine, before: Thing, wish: Wish): Thing {
  const { target, priority, notBefore } = wish;
  return takeText(engine, before, { text: JSON.stringify(bodyOf(wish)), target, priority, notBefore });
}
