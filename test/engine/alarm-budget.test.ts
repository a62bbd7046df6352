import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { expect, test } from "vitest";
import { holdAlarms } from "../../src/engine/alarms.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { newRow } from "../../src/engine/mirror-row.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";
import { decideConfigFor } from "../support/decide-config.ts";

/** Monday 2 March 2026, 11:00 in Kyiv */
const START = Date.UTC(2026, 2, 2, 9);

test("the budget holds also where more becomes late at once than one look takes in", () => {
  const client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  const store = new Store(db);
  const config = decideConfigFor(START);
  const notice = JSON.stringify({ ownerId: "o1", text: { id: "late.task" } });
  const rungs = Array.from({ length: 1_100 }, (_, n) => {
    const key = `ladder:company:${1_000 + n}/1/task/kickoff/manager`;
    const row = newRow(`company:${1_000 + n}`, { key, kind: "notice", target: null, priority: 10, notBefore: 0 });
    return { ...row, desired: notice };
  });
  store.mirror.put(rungs);
  holdAlarms({ store, config: () => config, now: () => START } as unknown as Engine);
  const waiting = store.mirror.countByState().find(({ state }) => state === "dirty")!.n;
  client.close();
  expect(waiting).toBe(3);
});
