/** What failed is told as long as something waits for it, and no longer. */
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { endNeedless } from "../../src/engine/needless.ts";
import { attempt, Parts } from "../../src/engine/parts.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";
import { fieldsRow, taskRow } from "../support/rows.ts";

const NOW = 1_790_000_000_000;

let client: Database.Database;
let store: Store;
let engine: Engine;
let parts: Parts;

beforeEach(() => {
  client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  store = new Store(db);
  engine = { store, now: () => NOW, chance: () => 0.5, log: () => {} } as unknown as Engine;
  parts = new Parts();
});

afterEach(() => {
  client.close();
});

async function refuse(part: string): Promise<void> {
  await attempt(engine, parts, part, null, () => {
    throw new CrmFailure("unauthorised", "no", { code: "MISSING_SCOPES" });
  });
}

const told = () =>
  store.findings
    .open()
    .map(({ key }) => key)
    .sort();

const PARTS = ["find/task", "names", "read/ticket", "settle/company", "settle/task", "write/task/create"];

test("reads, look-ups and writes that were refused are told while something waits for them, and end with it", async () => {
  store.mirror.put([
    taskRow({ key: "made?", externalId: null, sent: null, ours: null, state: "unknown" }),
    taskRow({ key: "changed?", externalId: "2", state: "unknown" }),
    fieldsRow({ state: "unknown" }),
    taskRow({ key: "new", externalId: null, sent: null, ours: null, state: "dirty" }),
  ]);
  store.records.schedule([{ kind: "ticket", id: "1" }], NOW + 1);
  for (const part of PARTS) await refuse(part);
  endNeedless(engine, parts);
  expect(told()).toEqual(PARTS.map((part) => `part:${part}`));
  store.mirror.remove(["made?", "changed?", "new", fieldsRow().key]);
  store.records.erase("ticket", "1");
  endNeedless(engine, parts);
  expect(told()).toEqual([]);
});

test("they end also where the connector was started anew in between; what is tried anyway is left alone", async () => {
  for (const part of [...PARTS, "changes/deal", "letters"]) await refuse(part);
  parts = new Parts();
  parts.recall({ store, crm: { kinds: () => ["deal", "ticket"] } as never, now: () => NOW });
  endNeedless(engine, parts);
  expect(told()).toEqual(["part:changes/deal", "part:letters"]);
});
