import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { expect, test } from "vitest";
import { PRIORITY } from "../../src/core/desired.ts";
import type { Batch } from "../../src/crm/port.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { newRow } from "../../src/engine/mirror-row.ts";
import { newTurnMemory } from "../../src/engine/tick.ts";
import { writeDirty } from "../../src/engine/writer.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";
import { decideConfigFor } from "../support/decide-config.ts";

/** Monday 2 March 2026, 11:00 in Kyiv */
const START = Date.UTC(2026, 2, 2, 9);

test("who pauses a portal, or publishes other settings, means now: the turn that is under way sends no further batch", async () => {
  const client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  const store = new Store(db);
  const wish = JSON.stringify({ ownerId: "o1", text: { id: "empty" } });
  const rows = Array.from({ length: 9 }, (_, n) => {
    const row = newRow("company:1", { key: `n${n}`, kind: "notice", target: null, priority: 10, notBefore: 0 });
    return { ...row, desired: wish };
  });
  store.mirror.put(rows);
  let isPaused = false;
  const write = async ({ items }: Batch) => {
    isPaused = true;
    return items.map(({ key }) => ({ key, done: true as const, id: key, echo: {} }));
  };
  const engine = {
    store,
    crm: { readyAt: () => 0, readSize: () => 100, batchSize: () => 1, write, capabilities: () => ({}) },
    texts: { needs: () => [], names: () => [], render: () => "" },
    config: () => decideConfigFor(START),
    now: () => START,
    hash: (text: string) => text,
    log: () => {},
    isCurrent: () => !isPaused,
  } as unknown as Engine;
  const memory = { ...newTurnMemory(), atOnce: 2 };
  expect(await writeDirty(engine, memory, 20, PRIORITY.backfill)).toBe(2);
  expect(store.mirror.countByState().find(({ state }) => state === "dirty")!.n).toBe(7);
  client.close();
});
