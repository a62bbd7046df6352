/** A clock that is set back: what a portal noted by the wrong time holds nothing up. */
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isCareful, leaveCareful } from "../../src/engine/careful.ts";
import { noteTime, noticeSetBack, SET_BACK_MS } from "../../src/engine/clock.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { Parts } from "../../src/engine/parts.ts";
import { nextPruneAt } from "../../src/engine/prune.ts";
import { nextSweepAt } from "../../src/engine/sweep.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";
import { fieldsRow, taskRow } from "../support/rows.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_790_000_000_000;

let client: Database.Database;
let store: Store;
let engine: Engine;
let now: number;
let logged: unknown[];

beforeEach(() => {
  client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  store = new Store(db);
  now = NOW + 3 * HOUR;
  logged = [];
  const log = (...line: unknown[]) => void logged.push(line);
  engine = { store, now: () => now, log, crm: { kinds: () => [] } } as unknown as Engine;
  store.meta.set("installedAt", NOW);
  noteTime(engine);
});

afterEach(() => {
  client.close();
});

const setBack = (toMs: number) => {
  now = toMs;
  noticeSetBack(engine);
};

test("what was put off waits as much less; a letter keeps its hour; what is due, or was written, keeps its time", () => {
  const wrong = NOW + 3 * HOUR;
  store.mirror.put([
    taskRow({ key: "unsure", externalId: "1", state: "unknown", notBefore: wrong + 5 * MINUTE, wroteAt: wrong }),
    taskRow({ key: "before", externalId: "2", state: "dirty", notBefore: NOW + HOUR, theirsAt: NOW - 1 }),
    taskRow({ key: "due", externalId: "3", state: "dirty", notBefore: NOW - 5, wroteAt: NOW - 5 }),
    { ...fieldsRow({ key: "letter", state: "dirty", notBefore: NOW + 20 * HOUR }), kind: "message" },
  ]);
  setBack(NOW);
  const rows = store.mirror.byKeys(["unsure", "before", "due", "letter"]);
  const times = rows.map(({ key, notBefore, wroteAt, theirsAt }) => [key, { notBefore, wroteAt, theirsAt }] as const);
  expect(Object.fromEntries(times)).toMatchObject({
    unsure: { notBefore: NOW + 5 * MINUTE, wroteAt: NOW, theirsAt: null },
    before: { notBefore: NOW, theirsAt: NOW - 1 },
    due: { notBefore: NOW - 5, wroteAt: NOW - 5 },
    letter: { notBefore: NOW + 20 * HOUR },
  });
});

test("reads that were put off are made now, nothing was read later than now, and the daily rounds come round", () => {
  const facts = { kind: "company", client: "company:1", facts: {}, links: [], modifiedAt: 1 } as const;
  store.records.put("company", [{ ...facts, id: "1", readAt: now }]);
  store.records.schedule([{ kind: "company", id: "2" }], now + HOUR);
  store.meta.set("sweep", { nextAt: now + 24 * HOUR, kind: null, after: "" });
  store.meta.set("pruning", { nextAt: now + 24 * HOUR, sightDay: 0, walk: null, after: "" });
  setBack(NOW);
  expect(store.records.get({ kind: "company", id: "1" })!.readAt).toBe(NOW);
  expect(store.records.nextStale().get("company")).toBe(NOW);
  expect([nextSweepAt(engine, new Parts()), nextPruneAt(engine)]).toEqual([NOW, NOW]);
});

test("what began to look around by the wrong time does not wait for that time to come", () => {
  store.meta.set("careful", { since: now });
  setBack(NOW);
  engine = { ...engine, crm: { kinds: () => ["deal"] } } as unknown as Engine;
  store.meta.set("cursor:deal", { endedAt: NOW + MINUTE });
  now = NOW + MINUTE;
  store.clients.restAll();
  leaveCareful(engine, new Parts());
  expect(isCareful(engine)).toBe(false);
});

test("a clock that is put right by seconds, or goes forward, changes nothing; one that was set back is noticed once", () => {
  store.records.schedule([{ kind: "company", id: "2" }], now + HOUR);
  for (const to of [now - SET_BACK_MS, now + HOUR - 1]) setBack(to);
  expect(store.records.nextStale().get("company")).toBe(NOW + 4 * HOUR);
  setBack(NOW);
  setBack(NOW);
  expect(logged).toEqual([["clock-set-back", { byMs: 3 * HOUR }]]);
});
