/** Which records the daily look takes, and how often: what stands open every day, what is over ever more rarely. */
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RECORD_KINDS, type RecordKind } from "../../src/core/model.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { Parts } from "../../src/engine/parts.ts";
import { nextSweepAt, sweep } from "../../src/engine/sweep.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";

const DAY = 86_400_000;
const START = 20_600 * DAY;

let client: Database.Database;
let store: Store;
let engine: Engine;
let parts: Parts;
let now: number;

beforeEach(() => {
  client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  store = new Store(db);
  now = START;
  parts = new Parts();
  store.meta.set("installedAt", START);
  engine = { store, now: () => now, crm: { kinds: () => RECORD_KINDS } } as unknown as Engine;
  store.clients.ensureDue(["company:1"], START);
});

afterEach(() => {
  client.close();
});

const put = (kind: RecordKind, id: string, facts: object, modifiedAt: number, owner = "company:1") =>
  store.records.put(kind, [{ kind, id, client: owner, facts: facts as never, links: [], readAt: now, modifiedAt }]);

/** Sweeps through, and has read what it wants; names of what it wanted. */
function day(): readonly string[] {
  now += DAY;
  const wanted: string[] = [];
  while (nextSweepAt(engine, parts) !== null && nextSweepAt(engine, parts)! <= now) {
    sweep(engine, parts);
    for (const kind of RECORD_KINDS) {
      const stale = store.records.stale(kind, now, 1_000);
      store.records.settle(kind, stale);
      for (const { id } of stale) {
        wanted.push(`${kind} ${id}`);
        const { facts, modifiedAt, client: owner } = store.records.get({ kind, id })!;
        put(kind, id, facts, modifiedAt!, owner!);
      }
    }
  }
  return wanted;
}

test("what stands open is looked at every day, however old; what nobody looks after is not", () => {
  const old = START - 300 * DAY;
  put("deal", "1", { outcome: "won" }, old);
  put("company", "1", {}, old);
  put("task", "1", { status: "open" }, old);
  put("ticket", "1", { status: "open" }, old);
  put("invoice", "1", { status: "open" }, old);
  put("subscription", "1", { status: "past_due" }, old);
  put("ticket", "2", { status: "closed" }, old);
  put("email", "1", { at: old }, old);
  put("contact", "1", {}, old);
  put("ticket", "3", { status: "open" }, old, "company:2");
  const open = ["deal 1", "company 1", "task 1", "ticket 1", "invoice 1", "subscription 1"];
  expect([day(), day()]).toEqual([open, open]);
});

test("what is over is looked at again when it is twice as old as it was the last time", () => {
  put("email", "1", { at: START }, START);
  put("ticket", "1", { status: "closed" }, START - 30 * DAY);
  const looks = new Map<string, number[]>([
    ["email 1", []],
    ["ticket 1", []],
  ]);
  for (let n = 1; n <= 130; n++) for (const name of day()) looks.get(name)!.push(n);
  expect([...looks]).toEqual([
    ["email 1", [1, 2, 4, 8, 16, 32, 64, 128]],
    ["ticket 1", [30, 90]],
  ]);
});

test("kinds of which there is little share a turn, and of many no more than a page is marked in one", () => {
  now += DAY;
  expect(sweep(engine, parts)).toBe(1);
  expect(nextSweepAt(engine, parts)).toBe(now + DAY);
  for (let n = 0; n < 1_100; n++) put("ticket", String(n), { status: "open" }, START);
  put("survey", "1", {}, START);
  now += DAY;
  const marked: number[] = [];
  while (nextSweepAt(engine, parts)! <= now) {
    sweep(engine, parts);
    marked.push(store.records.staleCount());
    for (const kind of RECORD_KINDS) store.records.settle(kind, store.records.stale(kind, now, 1_000));
  }
  expect(marked).toEqual([500, 500, 101]);
});
