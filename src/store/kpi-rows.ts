/** What the key figures are computed from: one part of each client's state, read without the rest of it. */
import { sql } from "drizzle-orm";
import type { KpiClient } from "../core/kpi/client.ts";
import type { Store } from "./store.ts";

/** Clients read at once: a long text in memory, and a short stop of everything else. */
const PAGE = 1_000;

/** Every client that has had a plan, in order of key. */
export function kpiRows(store: Pick<Store, "db">): readonly KpiClient[] {
  const rows: KpiClient[] = [];
  for (let after = ""; ; ) {
    const page = store.db.all<{ key: string; kpi: string }>(
      sql`select client as key, json_extract(state, '$.kpi') as kpi from client_state
          where client > ${after} and json_extract(state, '$.kpi') is not null order by client limit ${PAGE}`,
    );
    for (const row of page) rows.push(JSON.parse(row.kpi) as KpiClient);
    if (page.length < PAGE) return rows;
    after = page.at(-1)!.key;
  }
}
