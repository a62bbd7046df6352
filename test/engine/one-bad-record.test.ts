import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CrmFailure } from "../../src/crm/failure.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { Parts } from "../../src/engine/parts.ts";
import { readStale, readTasks } from "../../src/engine/reader.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";
import { decideConfigFor } from "../support/decide-config.ts";

const HOUR = 3_600_000;
const COMPANY = { kind: "company", id: "1" } as const;
/** Monday 2 March 2026, 11:00 in Kyiv */
const START = Date.UTC(2026, 2, 2, 9);

let client: Database.Database;
let store: Store;
let engine: Engine;
let now: number;
let calls: number;
let failing: (ids: readonly string[]) => Error | null;

beforeEach(() => {
  client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  store = new Store(db);
  [now, calls] = [START, 0];
  const read = async (kind: "email" | "task", ids: readonly string[]) => {
    calls += 1;
    const error = failing(ids);
    if (error) throw error;
    const records = ids.map((id) => ({ ref: { kind, id }, facts: { at: now }, links: [COMPANY], modifiedAt: now }));
    return { records, missing: [] };
  };
  engine = {
    store,
    crm: { kinds: () => ["email"], readSize: () => 100, readyAt: () => 0, read },
    config: () => decideConfigFor(START),
    startsClient: () => false,
    now: () => now,
    hearsSince: null,
    chance: () => 0.5,
    hash: (text: string) => text,
    log: () => {},
  } as unknown as Engine;
  const refs = Array.from({ length: 100 }, (_, n) => ({ kind: "email" as const, id: `m${n}` }));
  store.records.mark(refs, START);
  store.meta.set("cursor:email", { since: 0, after: null, nextAt: 0, seen: 0, endedAt: START, found: 0, calm: 0 });
});

afterEach(() => {
  client.close();
});

const unread = () => store.records.stale("email", now, 200).length;
const findings = () => store.findings.open().map(({ key }) => key);

test.each([
  ["whose answer nobody understands", () => new TypeError("of undefined")],
  ["that the CRM refuses", () => new CrmFailure("refused", "No.", { code: "X" })],
])("one record %s holds nobody up: the others are read, it is tried again in an hour", async (_, error) => {
  failing = (ids) => (ids.includes("m63") ? error() : null);
  await readStale(engine, new Parts(), 1);
  expect(unread()).toBe(0);
  expect(calls).toBeLessThanOrEqual(16);
  expect(findings()).toEqual(["unread:email:m63"]);
  now += HOUR;
  expect(unread()).toBe(1);
  failing = () => null;
  await readStale(engine, new Parts(), 1);
  expect([unread(), findings()]).toEqual([0, []]);
});

test("where nothing can be read, it is not the records: a few are tried alone, the rest waits as it is", async () => {
  failing = () => new CrmFailure("refused", "No.", { code: "X" });
  const parts = new Parts();
  await readStale(engine, parts, 1);
  expect(calls).toBeLessThanOrEqual(16);
  expect(unread()).toBeGreaterThanOrEqual(97);
  expect(parts.isReady("read/email", now)).toBe(false);
});

test("a CRM that is away is not asked again in halves", async () => {
  failing = () => new CrmFailure("unavailable", "Away.", { code: "X" });
  await readStale(engine, new Parts(), 1);
  expect([calls, unread(), findings()]).toEqual([1, 100, []]);
});

test("a task that cannot be read holds up nobody who looks at tasks before writing them", async () => {
  failing = (ids) => (ids.includes("7") ? new TypeError("odd answer") : null);
  await readTasks(engine, ["5", "6", "7", "8"]);
  expect(store.records.byIds("task", ["5", "6", "7", "8"]).filter(({ readAt }) => readAt === START)).toHaveLength(3);
  expect(findings()).toEqual(["unread:task:7"]);
});
