/**
 * Tasks that are not there under the id that we know and stand under another one: what this copy holds was taken back, and made anew by a
 * younger one. They are looked up by their key before anybody is taken to have deleted them.
 */
import { type ClientKey, parseRef, type RecordRef, refKey } from "../core/model.ts";
import { isFailure } from "../crm/failure.ts";
import type { ReadRecord } from "../crm/port.ts";
import type { Thing } from "../store/mirror.ts";
import { closeMended } from "./amiss.ts";
import { forgotUntil, mayHaveForgotten } from "./careful.ts";
import type { Engine } from "./engine.ts";
import { found, metAgain, missed, stranger } from "./mirror-row.ts";
import { linksOf } from "./resolve.ts";

/** Things per look: with three records each it fits into the budget of the smallest plan behind the read that led to it. */
const PER_LOOK = 50;
/** Without room for the look both are made again after this long, ms: by then there is room for both. */
const ROOM_WAIT_MS = 15_000;

export interface Strays {
  /** ids by key, of what is not there under its known id */
  ids: ReadonlyMap<string, string>;
  /** keys of what could not be looked for now, and when it makes sense, epoch ms */
  later: ReadonlySet<string>;
  laterAt: number;
  /** until when another copy may have deleted things, epoch ms */
  forgotUntil: number;
}

/** Asks the CRM only where this copy may have forgotten something. @throws CrmFailure other than `limited` */
export async function findStrays(engine: Engine, missing: readonly Thing[]): Promise<Strays> {
  const doubtful = missing.filter(({ kind, state }) => kind === "task" && state !== "gone");
  const now = engine.now();
  const none = {
    ids: new Map<string, string>(),
    later: new Set<string>(),
    laterAt: now,
    forgotUntil: forgotUntil(engine),
  };
  if (doubtful.length === 0 || !mayHaveForgotten(engine)) return none;
  const keys = (things: readonly Thing[]) => new Set(things.map(({ key }) => key));
  const first = doubtful.slice(0, PER_LOOK);
  try {
    const wanted = first.map((thing) => ({ key: thing.key, kind: "task" as const, targets: targetsOf(engine, thing) }));
    const answer = await engine.crm.find(wanted);
    // A list may show for a moment what is not there any more.
    const old = new Map(first.map(({ key, externalId }) => [key, externalId]));
    const ids = new Map(answer.flatMap(({ key, id }) => (id === old.get(key) ? [] : [[key, id] as const])));
    return { ...none, ids, later: keys(doubtful.slice(PER_LOOK)) };
  } catch (error) {
    if (!isFailure(error, "limited")) throw error;
    return { ...none, later: keys(doubtful), laterAt: now + ROOM_WAIT_MS };
  }
}

/** What becomes of a thing that is not there under its known id. */
export function missedOrStray(thing: Thing, strays: Strays): Thing | null {
  if (strays.later.has(thing.key)) return { ...thing, notBefore: Math.max(thing.notBefore, strays.laterAt) };
  const id = strays.ids.get(thing.key);
  return id === undefined ? missed(thing, strays.forgotUntil) : found({ ...thing, theirs: null, theirsAt: null }, id);
}

/** What was found is read at once. */
export function readStrays(engine: Engine, { ids }: Strays): void {
  const refs: readonly RecordRef[] = [...ids.values()].map((id) => ({ kind: "task", id }));
  engine.store.records.mark(refs, engine.now());
}

/**
 * Tasks that carry our key and are none of those that this copy knows: a younger copy made them. They are known from now on, so that nothing
 * is made in their place when a person deletes them, nor beside them when a decision comes to wish them.
 */
export function meetStrangers(engine: Engine, records: readonly ReadRecord[]): void {
  if (!mayHaveForgotten(engine)) return;
  const { mirror } = engine.store;
  const ids = records.map(({ ref }) => ref.id);
  const known = new Set(mirror.byExternal("task", ids).map(({ externalId }) => externalId));
  const strangers = new Map<string, string>();
  // Of two with one key the older one is the one that counts.
  for (const { ref, key } of records) if (key && !known.has(ref.id) && !strangers.has(key)) strangers.set(key, ref.id);
  if (strangers.size === 0) return;
  const rows = new Map(mirror.byKeys([...strangers.keys()]).map((row) => [row.key, row]));
  const met = [...strangers].map(([key, id]) => {
    const row = rows.get(key);
    return row ? metAgain(row, id) : stranger(key, id, placeOf(engine, key));
  });
  mirror.put(met.filter((row) => row !== rows.get(row.key)));
  const again = met.map((after) => ({ thing: rows.get(after.key) ?? after, after }));
  closeMended(engine.store, again, engine.now());
}

/** Whose a task is, by its key (what it is tied to is not read everywhere), and the record that it was made for. */
function placeOf({ store }: Engine, key: string): { client: ClientKey; target: RecordRef | null } {
  const named = /^(?:plan|ladder|play):((?:company|contact|deal):[^:/]+)/.exec(key)?.[1];
  if (named === undefined) return { client: "", target: null };
  const target = store.records.survivor(parseRef(named));
  return { client: store.records.get(target)?.client ?? refKey(target), target };
}

/** Records that a thing is looked for on: where those that it is tied to were merged, they live on as others, and so do their links. */
export function targetsOf({ store }: Pick<Engine, "store">, thing: Thing): readonly RecordRef[] {
  const wish = thing.desired ?? thing.sending?.desired ?? thing.sent;
  const tied = [...(thing.target ? [thing.target] : []), ...linksOf({ ...thing, desired: wish })];
  return [...new Map(tied.map((ref) => store.records.survivor(ref)).map((ref) => [refKey(ref), ref])).values()];
}
