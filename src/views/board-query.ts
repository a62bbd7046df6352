/** The board's questions to the client table. They use the columns of one covering index, so that nobody's state is touched. */
import { type SQL, sql } from "drizzle-orm";
import type { ClientKey } from "../core/model.ts";
import type { Store } from "../store/store.ts";

export interface BoardFilter {
  /** null: every client. Else only clients of these owners, or escalated to them */
  owners: readonly string[] | null;
  zone: string | null;
  /** one owner among them */
  ownerId: string | null;
  phase: string | null;
  only: "overdue" | "changed" | null;
  /** for `changed`: epoch ms */
  since: number;
}

function conditions(filter: BoardFilter): SQL {
  const parts: SQL[] = [sql`1 = 1`];
  if (filter.owners !== null) {
    const ids = JSON.stringify(filter.owners);
    parts.push(
      sql`(owner_id in (select value from json_each(${ids})) or escalation_owner_id in (select value from json_each(${ids})))`,
    );
  }
  if (filter.zone === "none") parts.push(sql`zone is null`);
  else if (filter.zone !== null) parts.push(sql`zone = ${filter.zone}`);
  if (filter.ownerId !== null) parts.push(sql`owner_id = ${filter.ownerId}`);
  if (filter.phase !== null) parts.push(sql`phase = ${filter.phase}`);
  if (filter.only === "overdue") parts.push(sql`overdue > 0`);
  if (filter.only === "changed") parts.push(sql`zone_since >= ${filter.since}`);
  return sql.join(parts, sql` and `);
}

export function countClients(store: Store, filter: BoardFilter): number {
  return store.db.get<{ n: number }>(sql`select count(*) as n from client where ${conditions(filter)}`).n;
}

export function zoneCounts(store: Store, filter: BoardFilter): Readonly<Record<string, number>> {
  const rows = store.db.all<{ zone: string | null; n: number }>(
    sql`select zone, count(*) as n from client where ${conditions({ ...filter, zone: null })} group by zone`,
  );
  return Object.fromEntries(rows.map((row) => [row.zone ?? "none", row.n]));
}

/** Worst first; clients without a score last. */
export function worstFirst(store: Store, filter: BoardFilter, limit: number, offset: number): readonly ClientKey[] {
  return store.db
    .all<{ key: string }>(
      sql`select key from client where ${conditions(filter)} order by score is null, score, overdue desc, key limit ${limit} offset ${offset}`,
    )
    .map((row) => row.key);
}

/**
 * Red and yellow clients by what a contact may save, as `core/play/triage.ts` reckons it: value × chance × (1 − chance). Money unknown counts as
 * `usual`; the chance is what the health says, or with `isLearned` the client's own risk where one is shown (that reads every score).
 */
export function byStake(
  store: Store,
  filter: BoardFilter,
  usual: number,
  isLearned: boolean,
  limit: number,
): readonly { key: ClientKey; stake: number }[] {
  const fromHealth = sql`min(0.8, max(0.02, 0.05 + (85.0 - coalesce(score, 85)) / 85.0 * 0.75))`;
  const chance = isLearned
    ? sql`coalesce((select risk from health where client = client.key) / 100.0, ${fromHealth})`
    : fromHealth;
  return store.db.all<{ key: string; stake: number }>(
    sql`select key, coalesce(nullif(value, 0), ${usual}) * 1.2 * ${chance} * (1 - ${chance}) as stake from client
        where ${conditions(filter)} and zone in ('red', 'yellow') order by stake desc, score, key limit ${limit}`,
  );
}

/** The median value of red and yellow clients whose value is known; 1 where none is. */
export function usualValue(store: Store, filter: BoardFilter): number {
  const known = sql`from client where ${conditions(filter)} and zone in ('red', 'yellow') and value > 0`;
  const { n } = store.db.get<{ n: number }>(sql`select count(*) as n ${known}`);
  if (n === 0) return 1;
  return store.db.get<{ value: number }>(sql`select value ${known} order by value limit 1 offset ${n >> 1}`).value;
}
