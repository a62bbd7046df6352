import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { expect, test } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { nextOptOutAt, retryOptOuts, tellOptOuts, wishOptOut } from "../../src/engine/opt-outs.ts";
import { Parts } from "../../src/engine/parts.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";

const NOW = Date.UTC(2026, 2, 2, 9);
const DAY = 86_400_000;

test("A5.7 opt-outs that the CRM refuses stand as a finding each, whatever it makes of the others", async () => {
  const client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  const store = new Store(db);
  const told: string[] = [];
  let now = NOW;
  const locked = new Set(["1", "2"]);
  const stopLetters = async (id: string) => {
    if (locked.has(id)) throw new CrmFailure("refused", "This contact cannot be changed.", { code: "LOCKED" });
    told.push(id);
  };
  const engine = { store, crm: { readyAt: () => NOW, stopLetters }, now: () => now } as unknown as Engine;
  for (const id of ["1", "2", "3"]) wishOptOut(store, id);
  await tellOptOuts(engine);
  expect(told).toEqual(["3"]);
  const open = store.findings.open().filter(({ code }) => code === "opt-out-refused");
  expect(open.map(({ params }) => params.client).sort()).toEqual(["contact:1", "contact:2"]);
  expect(nextOptOutAt(engine, new Parts())).toBe(NOW + DAY);
  const facts = { kind: "contact" as const, client: null, facts: {}, links: [], readAt: NOW, modifiedAt: NOW };
  store.records.put("contact", [{ ...facts, id: "1" }]);
  locked.clear();
  retryOptOuts(store, ["1", "9"], NOW);
  await tellOptOuts(engine);
  expect(told).toEqual(["3", "1"]);
  expect(store.findings.open().map(({ params }) => params.client)).toEqual(["contact:2"]);
  // Of the other one nothing is left: nobody has to hear of it any more.
  now = NOW + DAY;
  await tellOptOuts(engine);
  expect(told).toEqual(["3", "1"]);
  expect(store.findings.open()).toEqual([]);
  expect(nextOptOutAt(engine, new Parts())).toBeNull();
  client.close();
});
