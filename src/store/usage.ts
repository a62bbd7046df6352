/** Counts of product usage whose client is not known yet, and which product user belongs to which client; keyed hashes only. */
import { sql } from "drizzle-orm";
import type { ClientKey } from "../core/model.ts";
import type { Db } from "./db.ts";
import type { Store } from "./store.ts";

/** Stands in the client column until the client is known. */
const PENDING = "pending:";
const WHO = "who:";

export function pendingKey(hash: string): string {
  return `${PENDING}${hash}`;
}

/** The client of each product user, by the user's hash; users who were never named with a client are left out. */
export function clientsOfUsers(db: Db, hashes: readonly string[]): ReadonlyMap<string, ClientKey> {
  const rows = db.all<{ what: string }>(sql`
    select seen.what from json_each(${JSON.stringify(hashes)}) asked
    join seen on seen.what >= ${WHO} || asked.value || ':' and seen.what < ${WHO} || asked.value || ';' order by seen.day`);
  return new Map(rows.map(({ what }) => what.slice(WHO.length)).map((rest) => split(rest)));
}

function split(rest: string): [hash: string, client: string] {
  const colon = rest.indexOf(":");
  return [rest.slice(0, colon), rest.slice(colon + 1)];
}

/** Remembers whose user this is; the newest word counts. */
export function keepUser(db: Db, hash: string, client: ClientKey, day: number): void {
  const own = `${WHO}${hash}:`;
  db.run(sql`delete from seen where what >= ${own} and what < ${`${WHO}${hash};`} and what <> ${own + client}`);
  db.run(
    sql`insert into seen (what, day) values (${own + client}, ${day}) on conflict (what) do update set day = excluded.day`,
  );
}

/** Users who were seen again are remembered longer; a write a month is enough. */
export function touchUsers(db: Db, hashes: readonly string[], day: number): void {
  db.run(sql`update seen set day = ${day} where day < ${day - 30} and what in (
    select seen.what from json_each(${JSON.stringify(hashes)}) asked
    join seen on seen.what >= ${WHO} || asked.value || ':' and seen.what < ${WHO} || asked.value || ';')`);
}

const SINCE = "usageSince";

/** The first day of which anybody's usage is known; null before the first delivery. */
export function usageSince({ meta }: Pick<Store, "meta">): number | null {
  return meta.get<number>(SINCE);
}

/** Usage of this day arrived. */
export function noteUsage(store: Pick<Store, "meta">, day: number): void {
  if (day < (usageSince(store) ?? Number.POSITIVE_INFINITY)) store.meta.set(SINCE, day);
}

/** Looked up once where usage was connected before that was noted. */
export function findUsageSince({ db, meta }: Pick<Store, "db" | "meta">): void {
  if (meta.get(SINCE) !== null) return;
  const day = db.get<{ day: number | null }>(sql`select min(day) as day from usage`)?.day ?? null;
  if (day !== null) meta.set(SINCE, day);
}

/** Counts move from one client to another: pending ones to the client they turned out to belong to, those of a merged client to the survivor. */
export function moveUsage(db: Db, from: string, to: ClientKey): boolean {
  const moved = db.all<{ n: number }>(
    sql`insert into usage (client, signal, day, n) select ${to}, signal, day, n from usage where client = ${from}
        on conflict (client, signal, day) do update set n = n + excluded.n returning n`,
  );
  if (moved.length > 0) db.run(sql`delete from usage where client = ${from}`);
  return moved.length > 0;
}

/** A client lives on under another key: its counts and its product users go along. A keyed hash has 22 characters. */
export function moveClientUsage(db: Db, from: ClientKey, to: ClientKey): void {
  moveUsage(db, from, to);
  const prefix = WHO.length + 22 + 1;
  const isTheirs = sql`what >= ${WHO} and what < 'who;' and substr(what, ${prefix + 1}) = ${from}`;
  db.run(sql`insert into seen (what, day) select substr(what, 1, ${prefix}) || ${to}, day from seen where ${isTheirs}
      on conflict (what) do update set day = max(day, excluded.day)`);
  db.run(sql`delete from seen where ${isTheirs}`);
}

/** Known clients by a mapped property of their company, for ids of the customer's own product. */
export function clientsByProperty(db: Db, name: string, values: readonly string[]): ReadonlyMap<string, ClientKey> {
  const path = `$."x.${name}"`;
  const rows = db.all<{ value: string; client: string }>(sql`
    select cast(facts->>${path} as text) as value, client from record
    where kind = 'company' and gone_at is null and client is not null
      and cast(facts->>${path} as text) in (select value from json_each(${JSON.stringify(values)}))`);
  return new Map(rows.map((row) => [row.value, row.client]));
}

/** Pending counts of days before `pendingDay` go, and are counted; hashes seen before `seenDay` go. Returns the pending events dropped. */
export function pruneUsage(db: Db, pendingDay: number, seenDay: number, userDay: number): number {
  const isOld = sql`client >= ${PENDING} and client < 'pending;' and day < ${pendingDay}`;
  const dropped = db.get<{ n: number | null }>(sql`select sum(n) as n from usage where ${isOld}`)?.n ?? 0;
  db.run(sql`delete from usage where ${isOld}`);
  db.run(sql`delete from seen where day < ${seenDay} and not (what >= ${WHO} and what < 'who;')`);
  db.run(sql`delete from seen where day < ${userDay}`);
  return dropped;
}
