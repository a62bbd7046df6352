import { and, asc, eq, getTableColumns, gt, inArray, isNull, lte, sql } from "drizzle-orm";
import type { ThingKind, Verb } from "../core/desired.ts";
import type { ClientKey, FactValue, RecordKind, RecordRef } from "../core/model.ts";
import type { Db } from "./db.ts";
import { type MirrorState, mirror } from "./schema.ts";

export type Values = Readonly<Record<string, FactValue>>;

/** A write under way: the desired value it carries, and the values as they went out (texts as keyed hashes). */
export interface Sending {
  desired: string | null;
  values: Values;
}

/** One thing that we keep in the CRM. */
export interface Thing {
  key: string;
  client: ClientKey;
  kind: string;
  target: RecordRef | null;
  externalId: string | null;
  /** JSON of what we want; null = should not exist */
  desired: string | null;
  sent: string | null;
  ours: Values | null;
  before: Values | null;
  theirs: Values | null;
  theirsAt: number | null;
  wroteAt: number | null;
  state: MirrorState;
  priority: number;
  notBefore: number;
  attempts: number;
  looks: number;
  sending: Sending | null;
  doubted: number;
  fights: number;
  foughtDay: number | null;
}

type Row = typeof mirror.$inferSelect;

function parse(text: string | null): Values | null {
  return text === null ? null : (JSON.parse(text) as Values);
}

function toThing(row: Row): Thing {
  const { targetKind, targetId, ...rest } = row;
  return {
    ...rest,
    target: targetKind && targetId ? { kind: targetKind as RecordKind, id: targetId } : null,
    ours: parse(row.ours),
    before: parse(row.before),
    theirs: parse(row.theirs),
    sending: row.sending === null ? null : (JSON.parse(row.sending) as Sending),
  };
}

function toRow(thing: Thing): Record<string, unknown> {
  const { target, ours, before, theirs, sending, ...rest } = thing;
  return {
    ...rest,
    targetKind: target?.kind ?? null,
    targetId: target?.id ?? null,
    ours: ours && JSON.stringify(ours),
    before: before && JSON.stringify(before),
    theirs: theirs && JSON.stringify(theirs),
    sending: sending && JSON.stringify(sending),
  };
}

/** In the table's own order: an insert from a select names no columns. */
const COLUMNS = Object.keys(getTableColumns(mirror)) as readonly (keyof typeof mirror.$inferSelect)[];

/** The mirror table. Rules of moving between states live in the engine; this file only finds and stores rows. */
export class Mirror {
  readonly #db: Db;
  readonly #put;
  readonly #ofClients;
  readonly #work;
  readonly #byExternal;
  readonly #byKeys;

  constructor(db: Db) {
    this.#db = db;
    const pick = sql.join(
      COLUMNS.map((name) => sql.raw(`value->>'${name}'`)),
      sql`, `,
    );
    const set = Object.fromEntries(
      COLUMNS.filter((name) => name !== "key").map((name) => [name, sql.raw(`excluded.${mirror[name].name}`)]),
    );
    this.#put = db
      .insert(mirror)
      .select(sql`select ${pick} from json_each(${sql.placeholder("rows")}) where true`)
      .onConflictDoUpdate({ target: mirror.key, set })
      .prepare();
    this.#ofClients = db
      .select()
      .from(mirror)
      .where(sql`client in (select value from json_each(${sql.placeholder("keys")}))`)
      .prepare();
    this.#byKeys = db
      .select()
      .from(mirror)
      .where(sql`key in (select value from json_each(${sql.placeholder("keys")}))`)
      .prepare();
    this.#byExternal = db
      .select()
      .from(mirror)
      .where(
        and(
          eq(mirror.kind, sql.placeholder("kind")),
          sql`external_id in (select value from json_each(${sql.placeholder("ids")}))`,
        ),
      )
      .prepare();
    this.#work = db
      .select()
      .from(mirror)
      .where(and(eq(mirror.state, sql.placeholder("state")), lte(mirror.notBefore, sql.placeholder("now"))))
      .orderBy(asc(mirror.priority), asc(mirror.notBefore), asc(mirror.key))
      .limit(sql.placeholder("limit"))
      .prepare();
  }

  put(things: readonly Thing[]): void {
    if (things.length > 0) this.#put.run({ rows: JSON.stringify(things.map(toRow)) });
  }

  remove(keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.#db
      .delete(mirror)
      .where(sql`key in (select value from json_each(${JSON.stringify(keys)}))`)
      .run();
  }

  ofClients(keys: readonly ClientKey[]): ReadonlyMap<ClientKey, Thing[]> {
    const found = new Map<ClientKey, Thing[]>();
    for (const row of this.#ofClients.all({ keys: JSON.stringify(keys) }) as Row[]) {
      const list = found.get(row.client);
      if (list) list.push(toThing(row));
      else found.set(row.client, [toThing(row)]);
    }
    return found;
  }

  byKeys(keys: readonly string[]): readonly Thing[] {
    return (this.#byKeys.all({ keys: JSON.stringify(keys) }) as Row[]).map(toThing);
  }

  byExternal(kind: string, ids: readonly string[]): readonly Thing[] {
    return (this.#byExternal.all({ kind, ids: JSON.stringify(ids) }) as Row[]).map(toThing);
  }

  /** Rows in one state that may move now, most urgent first. */
  inState(state: MirrorState, nowMs: number, limit: number): readonly Thing[] {
    return (this.#work.all({ state, now: nowMs, limit }) as Row[]).map(toThing);
  }

  /** What waits to be written, by kind of call, with the earliest moment each may go; without creates while a flood is held. */
  waitingGroups(isFlood: boolean): readonly { kind: ThingKind; verb: Verb; at: number }[] {
    const verb = sql<Verb>`case when desired is null then 'delete' when external_id is null and kind <> 'fields' then 'create' else 'update' end`;
    const rows = this.#db
      .select({ kind: mirror.kind, verb, at: sql<number>`min(${mirror.notBefore})` })
      .from(mirror)
      .where(eq(mirror.state, "dirty"))
      .groupBy(mirror.kind, verb)
      .all() as { kind: ThingKind; verb: Verb; at: number }[];
    return isFlood ? rows.filter((row) => row.kind !== "task" || row.verb !== "create") : rows;
  }

  /** When the next unknown outcome may be looked up, or null. */
  nextUnknownAt(): number | null {
    return (
      this.#db
        .select({ at: sql<number | null>`min(${mirror.notBefore})` })
        .from(mirror)
        .where(eq(mirror.state, "unknown"))
        .get()?.at ?? null
    );
  }

  /** Creates that were not sent yet are looked up by their key first. */
  dirtyCreatesToUnknown(atMs: number): void {
    this.#db
      .update(mirror)
      .set({ state: "unknown", looks: 1, notBefore: atMs })
      .where(and(eq(mirror.state, "dirty"), inArray(mirror.kind, ["task", "note"]), isNull(mirror.externalId)))
      .run();
  }

  /** A restart: whatever was in a call that got no answer may have arrived. */
  sendingToUnknown(notBeforeMs: number): void {
    this.#db
      .update(mirror)
      .set({ state: "unknown", notBefore: notBeforeMs, looks: 0 })
      .where(eq(mirror.state, "sending"))
      .run();
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

  /** Rows that are in the CRM, in order of key, for adoption, leaving and comparing. */
  page(afterKey: string, limit: number): readonly Thing[] {
    return this.#db
      .select()
      .from(mirror)
      .where(gt(mirror.key, afterKey))
      .orderBy(asc(mirror.key))
      .limit(limit)
      .all()
      .map(toThing);
  }
}
