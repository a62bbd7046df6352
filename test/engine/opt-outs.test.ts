import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { expect, test } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { nextOptOutAt, tellOptOuts, wishOptOut } from "../../src/engine/opt-outs.ts";
import { Parts } from "../../src/engine/parts.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";

const NOW = Date.UTC(2026, 2, 2, 9);

test("A5.7 opt-outs that the CRM refuses stand as a finding each, whatever it makes of the others", async () => {
  const client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  const store = new Store(db);
  const told: string[] = [];
  const stopLetters = async (id: string) => {
    if (id !== "3") throw new CrmFailure("refused", "This contact cannot be changed.", { code: "LOCKED" });
    told.push(id);
  };
  const engine = { store, crm: { readyAt: () => NOW, stopLetters }, now: () => NOW } as unknown as Engine;
  for (const id of ["1", "2", "3"]) wishOptOut(store, id);
  await tellOptOuts(engine);
  expect(told).toEqual(["3"]);
  const open = store.findings.open().filter(({ code }) => code === "opt-out-refused");
  expect(open.map(({ params }) => params.client).sort()).toEqual(["contact:1", "contact:2"]);
  expect(nextOptOutAt(engine, new Parts())).toBeNull();
  client.close();
});
