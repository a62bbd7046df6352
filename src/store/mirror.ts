import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, type SQL, sql } from "drizzle-orm";
import { type OutsideKind, PRIORITY, type ThingKind, type Verb } from "../core/desired.ts";
import type { ClientKey, RecordKind, RecordRef } from "../core/model.ts";
import { type Db, excluded, late, placeholders } from "./db.ts";
import { type Cells, type Sending, type Thing, toThing, type Values } from "./mirror-cells.ts";
import { type MirrorState, mirror } from "./schema.ts";

export type { Sending, Thing, Values };

/** Rows that one call can bring forward together. */
export interface Work {
  kind: ThingKind;
  verb: Verb;
  /** for `fields`: on which records */
  on: RecordKind | null;
}

const VERBS = ["create", "update", "delete"] as const;
const FIELD_RECORDS = ["company", "deal", "contact"] as const;

/** Every sort of work there is. */
export const WORKS: readonly Work[] = [
  ...(["task", "note", "notice"] as const).flatMap((kind) => VERBS.map((verb) => ({ kind, verb, on: null }))),
  ...FIELD_RECORDS.map((on) => ({ kind: "fields" as const, verb: "update" as const, on })),
];

/** Rows of one sort, whoever brings them forward. */
export type AnyWork = Omit<Work, "kind"> & { kind: ThingKind | OutsideKind };

const NO_WORKS: ReadonlySet<string> = new Set();

/** What does not go to the CRM but past it; its own loop sends it. */
export const LETTERS: AnyWork = { kind: "message", verb: "create", on: null };
export const OUT_CALLS: AnyWork = { kind: "call", verb: "create", on: null };
export const POSTS: AnyWork = { kind: "post", verb: "create", on: null };

/** What tells a person something is one of these before it is there. */
const TELLING = ["task/create", "notice/create"];

export function workKey({ kind, verb, on }: AnyWork): string {
  return on === null ? `${kind}/${verb}` : `${kind}/${verb}/${on}`;
}

/** The sort of call that a row waits for, or would wait for. What may have arrived without an id is looked up by its key, wished or not. */
export function workOf(thing: Pick<Thing, "kind" | "desired" | "externalId" | "target">): Work {
  const kind = thing.kind as ThingKind;
  if (kind === "fields") return { kind, verb: "update", on: thing.target?.kind ?? null };
  return { kind, verb: thing.externalId === null ? "create" : thing.desired === null ? "delete" : "update", on: null };
}

function toRow(thing: Thing): Record<string, unknown> {
  const { target, ours, before, theirs, sending, ...rest } = thing;
  return {
    ...rest,
    work: workKey(workOf(thing)),
    targetKind: target?.kind ?? null,
    targetId: target?.id ?? null,
    ours: ours && JSON.stringify(ours),
    before: before && JSON.stringify(before),
    theirs: theirs && JSON.stringify(theirs),
    sending: sending && JSON.stringify(sending),
  };
}

const WISH = ["desired", "targetKind", "targetId", "state", "work", "priority", "notBefore", "attempts"] as const;

/** What a wish alone changes in a row. */
function wishColumns({ key, desired, target, state, priority, notBefore, attempts, ...rest }: Thing) {
  const work = workKey(workOf({ ...rest, desired, target }));
  const [targetKind, targetId] = [target?.kind ?? null, target?.id ?? null];
  return { key, desired, targetKind, targetId, state, work, priority, notBefore, attempts };
}

const IDENTITY = ["key", "client", "kind"] as const satisfies readonly (keyof Thing)[];

const HISTORY = [
  "externalId",
  "sent",
  "ours",
  "before",
  "theirs",
  "theirsAt",
  "wroteAt",
  "looks",
  "sending",
  "doubted",
  "fights",
  "foughtDay",
] as const satisfies readonly (keyof Thing)[];

/** Did no more change than what is wished? */
function isOtherWish(before: Thing, after: Thing): boolean {
  const isSame = (name: keyof Thing) => before[name] === after[name];
  return IDENTITY.every(isSame) && HISTORY.every(isSame);
}

/** Is no more than the wished text another one? No index holds it: where it alone is written, they stay untouched. */
function isOtherText(before: Thing, after: Thing): boolean {
  const isSameTarget = before.target?.kind === after.target?.kind && before.target?.id === after.target?.id;
  const { state, priority, notBefore } = before;
  const isSame = state === after.state && priority === after.priority && notBefore === after.notBefore;
  return isSameTarget && isSame && before.desired !== null && after.desired !== null;
}

/** The mirror table. Rules of moving between states live in the engine; this file only finds and stores rows. */
export class Mirror {
  readonly #db: Db;
  readonly #put;
  readonly #remove;
  readonly #wish;
  readonly #text;
  readonly #ofClients;
  readonly #next;
  readonly #soonest;
  readonly #byExternal;
  readonly #byKeys;
  readonly #fieldsOf;
  readonly #any;
  /** states in which no row is; the same question comes a dozen times a turn */
  readonly #none = new Set<MirrorState>();
  readonly #works;
  readonly #nextUnknown;
  readonly #sending;
  readonly #fresh;

  constructor(db: Db) {
    this.#db = db;
    this.#put = late(() =>
      db
        .insert(mirror)
        .values(placeholders(mirror))
        .onConflictDoUpdate({ target: mirror.key, set: excluded(mirror, "key") })
        .prepare(),
    );
    this.#remove = late(() =>
      db
        .delete(mirror)
        .where(sql`key in (select value from json_each(${sql.placeholder("keys")}))`)
        .prepare(),
    );
    this.#wish = late(() =>
      db
        .update(mirror)
        .set(Object.fromEntries(WISH.map((name) => [name, sql`${sql.placeholder(name)}`])))
        .where(eq(mirror.key, sql.placeholder("key")))
        .prepare(),
    );
    this.#text = late(() =>
      db
        .update(mirror)
        .set({
          desired: sql`${sql.placeholder("desired")}`,
          attempts: sql`${sql.placeholder("attempts")}`,
        })
        .where(eq(mirror.key, sql`${sql.placeholder("key")}`))
        .prepare(),
    );
    this.#ofClients = late(() =>
      db
        .select()
        .from(mirror)
        .where(sql`client in (select value from json_each(${sql.placeholder("keys")}))`)
        .prepare(),
    );
    this.#fieldsOf = late(() =>
      db
        .select()
        .from(mirror)
        .where(
          // `+` keeps the planner off the index by kind, which holds everybody's fields.
          sql`client in (select value from json_each(${sql.placeholder("keys")})) and +kind = 'fields' and desired is not null`,
        )
        .prepare(),
    );
    this.#byKeys = late(() =>
      db
        .select()
        .from(mirror)
        .where(sql`key in (select value from json_each(${sql.placeholder("keys")}))`)
        .prepare(),
    );
    this.#byExternal = late(() =>
      db
        .select()
        .from(mirror)
        .where(
          and(
            eq(mirror.kind, sql.placeholder("kind")),
            sql`external_id in (select value from json_each(${sql.placeholder("ids")}))`,
          ),
        )
        .prepare(),
    );
    const state = sql.placeholder("state");
    const work = sql.placeholder("work");
    this.#next = late(() =>
      db
        .select()
        .from(mirror)
        .where(and(eq(mirror.state, state), eq(mirror.work, work), lte(mirror.notBefore, sql.placeholder("now"))))
        // Ties stay in the index's own order, that of making: a further column would have every row of a priority sorted.
        .orderBy(asc(mirror.priority), asc(mirror.notBefore))
        .limit(sql.placeholder("limit"))
        .offset(sql.placeholder("offset"))
        .prepare(),
    );
    this.#soonest = late(() =>
      db
        .select({ at: sql<number | null>`min(${mirror.notBefore})` })
        .from(mirror)
        .where(and(eq(mirror.state, state), eq(mirror.work, work)))
        .prepare(),
    );
    this.#any = late(() =>
      db.select({ key: mirror.key }).from(mirror).where(eq(mirror.state, state)).limit(1).prepare(),
    );
    // From sort to sort along the index, however many rows each has.
    const firstAfter = (rest: SQL) => sql`select min(work) as work from mirror where state = ${state} ${rest}`;
    this.#works = late(() =>
      db
        .select({ work: sql<string>`work` })
        .from(
          sql`(with recursive sort (work) as (${firstAfter(sql``)} union all
          select (${firstAfter(sql`and work > sort.work`)}) from sort where sort.work is not null)
          select work from sort where work is not null)`,
        )
        .prepare(),
    );
    this.#nextUnknown = late(() =>
      db
        .select({ at: sql<number | null>`min(${mirror.notBefore})` })
        .from(mirror)
        .where(eq(mirror.state, "unknown"))
        .prepare(),
    );
    this.#sending = late(() => db.select().from(mirror).where(eq(mirror.state, "sending")).prepare());
    this.#fresh = late(() =>
      db
        .select()
        .from(mirror)
        .where(
          and(
            // As its index says it, which holds nothing else; `+` keeps the planner off the index of all work.
            sql`state = 'dirty' and key >= 'ladder:' and key < 'ladder<'`,
            inArray(sql`+work`, TELLING),
            lte(sql`+priority`, PRIORITY.soon),
            lte(mirror.notBefore, sql.placeholder("now")),
            isNull(mirror.externalId),
            isNull(mirror.sent),
            isNotNull(mirror.desired),
          ),
        )
        .orderBy(sql`+key`)
        .prepare(),
    );
  }

  put(things: readonly Thing[]): void {
    this.forget();
    for (const thing of things) this.#put.run(toRow(thing));
  }

  /** Rows of which mostly another thing is wished: where nothing else changed, nothing else is written. */
  replace(rows: readonly (readonly [before: Thing, after: Thing])[]): void {
    this.forget();
    for (const [before, after] of rows) {
      if (!isOtherWish(before, after)) this.#put.run(toRow(after));
      else if (isOtherText(before, after)) {
        const { key, desired, attempts } = after;
        this.#text.run({ key, desired, attempts });
      } else this.#wish.run(wishColumns(after));
    }
  }

  remove(keys: readonly string[]): void {
    if (keys.length > 0) this.#remove.run({ keys: JSON.stringify(keys) });
  }

  ofClients(keys: readonly ClientKey[]): ReadonlyMap<ClientKey, Thing[]> {
    const found = new Map<ClientKey, Thing[]>();
    for (const cells of this.#ofClients.values({ keys: JSON.stringify(keys) }) as Cells[]) {
      const thing = toThing(cells);
      const list = found.get(thing.client);
      if (list) list.push(thing);
      else found.set(thing.client, [thing]);
    }
    return found;
  }

  /** Our fields on the records of these clients, as far as they are wished. */
  fieldsOf(keys: readonly ClientKey[]): readonly Thing[] {
    return (this.#fieldsOf.values({ keys: JSON.stringify(keys) }) as Cells[]).map(toThing);
  }

  byKeys(keys: readonly string[]): readonly Thing[] {
    return (this.#byKeys.values({ keys: JSON.stringify(keys) }) as Cells[]).map(toThing);
  }

  byExternal(kind: string, ids: readonly string[]): readonly Thing[] {
    return (this.#byExternal.values({ kind, ids: JSON.stringify(ids) }) as Cells[]).map(toThing);
  }

  /** Is a row in this state? In most turns there is none: asked before whatever costs more. */
  #isAny(state: MirrorState): boolean {
    if (this.#none.has(state)) return false;
    const isAny = this.#any.get({ state }) !== undefined;
    if (!isAny) this.#none.add(state);
    return isAny;
  }

  /** Rows may be in other states by now: some were stored, or a transaction was rolled back. */
  forget(): void {
    this.#none.clear();
  }

  /** The sorts of work, by `workKey`, for which rows in one state wait, now or later. */
  works(state: MirrorState): ReadonlySet<string> {
    return this.#isAny(state) ? new Set(this.#works.all({ state }).map((row) => row.work)) : NO_WORKS;
  }

  /** Rows in one state that wait for one sort of work and may move now, most urgent first. */
  next(state: MirrorState, work: AnyWork, nowMs: number, limit: number, offset = 0): readonly Thing[] {
    if (!this.#isAny(state)) return [];
    return (this.#next.values({ state, work: workKey(work), now: nowMs, limit, offset }) as Cells[]).map(toThing);
  }

  /** When the first of them may move, epoch ms: `nowMs` when one may already; null when there is none. */
  soonest(state: MirrorState, work: AnyWork, nowMs: number): number | null {
    if (!this.#isAny(state)) return null;
    const key = workKey(work);
    if (this.#next.all({ state, work: key, now: nowMs, limit: 1, offset: 0 }).length > 0) return nowMs;
    return (this.#soonest.get({ state, work: key }) as { at: number | null } | undefined)?.at ?? null;
  }

  /** When the next unknown outcome may be looked up, or null. */
  nextUnknownAt(): number | null {
    return this.#nextUnknown.get()?.at ?? null;
  }

  /** Creates that were not sent yet are looked up by their key first. */
  dirtyCreatesToUnknown(atMs: number): void {
    this.forget();
    this.#db
      .update(mirror)
      .set({ state: "unknown", looks: 1, notBefore: atMs })
      .where(and(eq(mirror.state, "dirty"), inArray(mirror.kind, ["task", "note"]), isNull(mirror.externalId)))
      .run();
  }

  /** Rows that were in a call; between turns there are none, unless a turn or a process ended in the middle. */
  sending(): readonly Thing[] {
    return (this.#sending.values() as Cells[]).map(toThing);
  }

  refusedOf(keys: readonly ClientKey[]): readonly Thing[] {
    if (keys.length === 0) return [];
    return this.#db
      .select()
      .from(mirror)
      .where(and(eq(mirror.state, "refused"), sql`client in (select value from json_each(${JSON.stringify(keys)}))`))
      .values()
      .map((cells) => toThing(cells as Cells));
  }

  /** Everything that carries our fields: whose it is, and the record. */
  carriers(): readonly { client: ClientKey | null; record: RecordRef }[] {
    return this.#db
      .select({ client: mirror.client, kind: mirror.targetKind, id: mirror.targetId })
      .from(mirror)
      .where(eq(mirror.kind, "fields"))
      .all()
      .flatMap(({ client, kind, id }) => (kind && id ? { client, record: { kind: kind as RecordKind, id } } : []));
  }

  waitingByPriority(): readonly { priority: number; n: number }[] {
    return this.#db
      .select({ priority: mirror.priority, n: sql<number>`count(*)` })
      .from(mirror)
      .where(inArray(mirror.state, ["dirty", "unknown", "sending"]))
      .groupBy(mirror.priority)
      .all();
  }

  countByState(): readonly { state: MirrorState; n: number }[] {
    return this.#db.select({ state: mirror.state, n: sql<number>`count(*)` }).from(mirror).groupBy(mirror.state).all();
  }

  /** Urgent tasks and notices of ladders that were never sent and may go out, in order of key. */
  fresh(nowMs: number): readonly Thing[] {
    if (!this.#isAny("dirty")) return [];
    return (this.#fresh.values({ now: nowMs }) as Cells[]).map(toThing);
  }

  /** Tasks and notices of ladders that would wait for longer wait until then. */
  rungsUntil(atMs: number): void {
    this.#db.run(
      sql`update mirror set not_before = ${atMs}
      where state = 'dirty' and key >= 'ladder:' and key < 'ladder<' and not_before > ${atMs} and external_id is null`,
    );
  }

  /**
   * The clock was set back by `byMs`: what waits for something technical waits as much less, a letter keeps the time of day that was chosen for
   * it. Nothing was written later than now, and how long ago something was read nobody knows.
   */
  setBack(nowMs: number, byMs: number): void {
    this.#db.run(
      sql`update mirror set not_before = max(${nowMs}, not_before - ${byMs}) where not_before > ${nowMs} and kind <> 'message'`,
    );
    this.#db.run(
      sql`update mirror set theirs_at = null, wrote_at = min(wrote_at, ${nowMs}) where theirs_at > ${nowMs} or wrote_at > ${nowMs}`,
    );
  }

  /** Rows in order of key, for leaving and comparing. */
  page(afterKey: string, limit: number): readonly Thing[] {
    return this.#db
      .select()
      .from(mirror)
      .where(gt(mirror.key, afterKey))
      .orderBy(asc(mirror.key))
      .limit(limit)
      .values()
      .map((cells) => toThing(cells as Cells));
  }
}
