import { and, asc, eq, getTableColumns, gt, isNotNull, lte, sql } from "drizzle-orm";
import { openHealth, type ScoreMemory } from "../core/client/packed-health.ts";
import type { ClientState } from "../core/client/state.ts";
import type { ClientColumns } from "../core/decision.ts";
import type { ClientKey } from "../core/model.ts";
import { type Db, excluded, late, placeholders } from "./db.ts";
import type { Meta } from "./meta.ts";
import { client, clientState, health } from "./schema.ts";
import type { Scores } from "./scores.ts";

export interface StoredClient extends ClientColumns {
  key: ClientKey;
  state: unknown;
  dueAt: number | null;
}

/** A client as the decider leaves it. */
export interface DecidedClient extends ClientColumns {
  key: ClientKey;
  state: unknown;
  dueAt: number | null;
}

/** A row as a list. */
type Cells = [
  key: string,
  dueAt: number | null,
  zone: string | null,
  score: number | null,
  zoneSince: number | null,
  ownerId: string | null,
  escalationOwnerId: string | null,
  phase: string | null,
  clientClass: string | null,
  overdue: number,
  value: number | null,
  touchpointDay: number | null,
  state: string | null,
  health: string | null,
];

function toClient(cells: Cells): StoredClient {
  return {
    key: cells[0],
    dueAt: cells[1],
    zone: cells[2],
    score: cells[3],
    zoneSince: cells[4],
    ownerId: cells[5],
    escalationOwnerId: cells[6],
    phase: cells[7],
    class: cells[8],
    overdue: cells[9],
    value: cells[10],
    touchpointDay: cells[11],
    state: whole(cells[12], cells[13]),
  };
}

/** What the score remembers stands in a row of its own and is a part of the state all the same. */
function whole(own: string | null, remembered: string | null): Partial<ClientState> | null {
  const state = own === null ? null : (JSON.parse(own) as Partial<ClientState>);
  if (remembered === null) return state;
  return { ...state, health: { ...state?.health, ...openHealth(remembered) } } as Partial<ClientState>;
}

/** A state as it is kept, in two rows: what decisions remember, and what the score does. */
export function split(state: Partial<ClientState>): { own: object; remembered: ScoreMemory | null } {
  if (!state.health) return { own: state, remembered: null };
  const { seen, ...remembered } = state.health;
  return { own: { ...state, health: seen === undefined ? undefined : { seen } }, remembered };
}

const isUndecided = sql`not exists (select 1 from client_state where client_state.client = client.key)`;

/** Everybody becomes due, in order of key; those up to `after` are already. */
interface Spread {
  at: number;
  after: ClientKey;
}

const SPREAD = "allDue";

/** What lists show. */
const SHOWN = Object.keys(getTableColumns(client)).filter(
  (name) => name !== "key" && name !== "dueAt",
) as readonly (keyof ClientColumns)[];

const WHOLE = { ...getTableColumns(client), state: clientState.state, health: health.state };

/** The client table: who is due, and what was decided. */
export class Clients {
  readonly #db: Db;
  readonly #ensure;
  readonly #due;
  readonly #get;
  readonly #put;
  readonly #postpone;
  readonly #remember;
  readonly #undecided;
  readonly #nextDue;
  readonly #everybody;
  readonly #scores: Scores;
  readonly #meta: Meta;

  constructor(db: Db, scores: Scores, meta: Meta) {
    this.#db = db;
    this.#scores = scores;
    this.#meta = meta;
    this.#everybody = late(() =>
      db
        .select({ key: client.key })
        .from(client)
        .where(gt(client.key, sql.placeholder("after")))
        .orderBy(asc(client.key))
        .limit(sql.placeholder("limit"))
        .prepare(),
    );
    this.#ensure = late(() =>
      db
        .insert(client)
        .select(
          sql`select value, ${sql.placeholder("at")}, null, null, null, null, null, null, null, 0, null, null
            from json_each(${sql.placeholder("keys")}) where true`,
        )
        .onConflictDoUpdate({
          target: client.key,
          set: { dueAt: sql`min(coalesce(due_at, excluded.due_at), excluded.due_at)` },
        })
        .prepare(),
    );
    this.#get = late(() =>
      db
        .select(WHOLE)
        .from(client)
        .leftJoin(clientState, eq(clientState.client, client.key))
        .leftJoin(health, eq(health.client, client.key))
        .where(eq(client.key, sql.placeholder("key")))
        .prepare(),
    );
    this.#due = late(() =>
      db
        .select(WHOLE)
        .from(client)
        .leftJoin(clientState, eq(clientState.client, client.key))
        .leftJoin(health, eq(health.client, client.key))
        .where(and(isNotNull(client.dueAt), lte(client.dueAt, sql.placeholder("now"))))
        .orderBy(asc(client.dueAt))
        .limit(sql.placeholder("limit"))
        .prepare(),
    );
    this.#nextDue = late(() =>
      db
        .select({ at: sql<number | null>`min(${client.dueAt})` })
        .from(client)
        .where(isNotNull(client.dueAt))
        .prepare(),
    );
    this.#undecided = late(() =>
      db
        .select({ key: client.key })
        .from(client)
        .where(sql`${isUndecided} and key in (select value from json_each(${sql.placeholder("keys")}))`)
        .prepare(),
    );
    this.#put = late(() =>
      db
        .insert(client)
        .values(placeholders(client))
        .onConflictDoUpdate({
          target: client.key,
          set: excluded(client, "key"),
        })
        .prepare(),
    );
    this.#postpone = late(() =>
      db
        .update(client)
        .set({ dueAt: sql`${sql.placeholder("dueAt")}` })
        .where(eq(client.key, sql`${sql.placeholder("key")}`))
        .prepare(),
    );
    this.#remember = late(() =>
      db
        .insert(clientState)
        .values(placeholders(clientState))
        .onConflictDoUpdate({
          target: clientState.client,
          set: { state: sql`excluded.state` },
          setWhere: sql`client_state.state <> excluded.state`,
        })
        .prepare(),
    );
  }

  /** Makes clients known and due at `atMs`; those already due earlier stay so. */
  ensureDue(keys: readonly ClientKey[], atMs: number): void {
    if (keys.length > 0) this.#ensure.run({ keys: JSON.stringify(keys), at: atMs });
  }

  /** Brings known clients forward; unknown ones stay unknown. */
  bringForward(keys: readonly ClientKey[], atMs: number): void {
    if (keys.length === 0) return;
    this.#db
      .update(client)
      .set({ dueAt: sql`min(coalesce(due_at, ${atMs}), ${atMs})` })
      .where(sql`key in (select value from json_each(${JSON.stringify(keys)}))`)
      .run();
  }

  /** Makes everybody due, as a new configuration asks. Noted at once and carried out by `spreadDue`: a large portal is not stopped for it. */
  allDue(atMs: number): void {
    const before = this.#meta.get<Spread>(SPREAD);
    this.#meta.set(SPREAD, { at: Math.min(atMs, before?.at ?? atMs), after: "" } satisfies Spread);
  }

  /** Is somebody still to become due because everybody shall? */
  isSpreading(): boolean {
    return this.#meta.get<Spread>(SPREAD) !== null;
  }

  /** Makes the next of everybody due. */
  spreadDue(limit: number): void {
    const spread = this.#meta.get<Spread>(SPREAD);
    if (!spread) return;
    const keys = this.#everybody.all({ after: spread.after, limit }).map((row) => row.key);
    this.bringForward(keys, spread.at);
    if (keys.length < limit) this.#meta.remove(SPREAD);
    else this.#meta.set(SPREAD, { ...spread, after: keys.at(-1)! } satisfies Spread);
  }

  /** Nobody is due any more: the portal leaves. */
  restAll(): void {
    this.#meta.remove(SPREAD);
    this.#db.update(client).set({ dueAt: null }).run();
    this.#scores.restAll();
  }

  due(nowMs: number, limit: number): readonly StoredClient[] {
    return (this.#due.values({ now: nowMs, limit }) as Cells[]).map(toClient);
  }

  /** When somebody is due, or somebody's score alone. */
  nextDueAt(): number | null {
    const spread = this.#meta.get<Spread>(SPREAD);
    if (spread) return spread.at;
    const at = this.#nextDue.get()?.at ?? null;
    const scoreAt = this.#scores.nextAt();
    return at === null || scoreAt === null ? (at ?? scoreAt) : Math.min(at, scoreAt);
  }

  put(rows: readonly DecidedClient[]): void {
    if (rows.length === 0) return;
    const remembered: { client: ClientKey; state: ScoreMemory }[] = [];
    for (const { state, ...columns } of rows) {
      this.#put.run(columns);
      if (state === null) continue;
      const parts = split(state as Partial<ClientState>);
      this.#remember.run({ client: columns.key, state: JSON.stringify(parts.own) });
      if (parts.remembered) remembered.push({ client: columns.key, state: parts.remembered });
    }
    this.#scores.remember(remembered);
  }

  /** What a decision made of a client: its columns are written where one moved. What the score remembers is kept by whoever keeps the score. */
  decided(before: StoredClient, { state, ...columns }: DecidedClient): void {
    if (SHOWN.every((name) => before[name] === columns[name]))
      this.#postpone.run({ key: columns.key, dueAt: columns.dueAt });
    else this.#put.run(columns);
    this.#remember.run({ client: columns.key, state: JSON.stringify(state) });
  }

  get(key: ClientKey): StoredClient | null {
    const [row] = this.#get.values({ key }) as Cells[];
    return row ? toClient(row) : null;
  }

  has(keys: readonly ClientKey[]): ReadonlySet<ClientKey> {
    const rows = this.#db
      .select({ key: client.key })
      .from(client)
      .where(sql`key in (select value from json_each(${JSON.stringify(keys)}))`)
      .all();
    return new Set(rows.map((row) => row.key));
  }

  /** Those of the given clients that were never decided yet. */
  undecided(keys: readonly ClientKey[]): ReadonlySet<ClientKey> {
    if (keys.length === 0) return new Set();
    const rows = this.#undecided.all({ keys: JSON.stringify(keys) }) as { key: string }[];
    return new Set(rows.map((row) => row.key));
  }

  /** Is somebody waiting for the first decision? */
  hasUndecided(): boolean {
    return (
      this.#db.select({ key: client.key }).from(client).where(sql`due_at is not null and ${isUndecided}`).limit(1).all()
        .length > 0
    );
  }

  remove(key: ClientKey): void {
    this.#db.delete(client).where(eq(client.key, key)).run();
    this.#db.delete(clientState).where(eq(clientState.client, key)).run();
    this.#scores.remove(key);
  }

  count(): number {
    return this.#db.select({ n: sql<number>`count(*)` }).from(client).get()?.n ?? 0;
  }

  /** Clients in order of key, for passes over everything. */
  page(afterKey: ClientKey, limit: number): readonly StoredClient[] {
    return this.#db
      .select(WHOLE)
      .from(client)
      .leftJoin(clientState, eq(clientState.client, client.key))
      .leftJoin(health, eq(health.client, client.key))
      .where(sql`${client.key} > ${afterKey}`)
      .orderBy(asc(client.key))
      .limit(limit)
      .values()
      .map((cells) => toClient(cells as Cells));
  }

  /** Without states, for boards and KPI pages. Worst first. */
  list(limit: number, offset = 0): readonly (ClientColumns & { key: ClientKey })[] {
    const { dueAt: _dueAt, ...columns } = getTableColumns(client);
    return this.#db
      .select(columns)
      .from(client)
      .orderBy(asc(client.score), asc(client.key))
      .limit(limit)
      .offset(offset)
      .all();
  }

  countByZone(): readonly { zone: string | null; n: number }[] {
    return this.#db.select({ zone: client.zone, n: sql<number>`count(*)` }).from(client).groupBy(client.zone).all();
  }
}
