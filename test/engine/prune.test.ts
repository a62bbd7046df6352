import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { nextPruneAt, prune, sightDayOn } from "../../src/engine/prune.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { Store } from "../../src/store/store.ts";

const DAY = 86_400_000;
const NOW = 20_600 * DAY;

let client: Database.Database;
let store: Store;
let engine: Engine;
let now: number;

beforeEach(() => {
  client = new Database(":memory:");
  const db = drizzle(client, { schema });
  migrate(db);
  store = new Store(db);
  now = NOW;
  store.meta.set("installedAt", NOW - 2_000 * DAY);
  engine = { store, now: () => now } as unknown as Engine;
});

afterEach(() => {
  client.close();
});

/** Turns until nothing more is due today. @returns how many there were */
function pruneAll(): number {
  let turns = 0;
  while (nextPruneAt(engine) <= now) turns += prune(engine);
  return turns;
}

const count = (table: string) => (client.prepare(`select count(*) as n from ${table}`).get() as { n: number }).n;

function scored(name: string, ageDays: number, basis: number, book: number): void {
  const at = NOW - ageDays * DAY;
  store.journal.scored([{ client: name, at, config: 1, book, basis, inputs: {}, result: {} }]);
}

test("score changes of more than two years go with the bases and books that nothing else needs", () => {
  for (let book = 1; book <= 4; book++) store.addBook({}, NOW);
  client.exec("insert into basis (seq, body, is_kept) values (1, 'a', 1), (2, 'b', 1), (3, 'c', 1)");
  client.exec("insert into health (client, basis, state) values ('company:1', 3, '{}')");
  scored("company:1", 800, 1, 1);
  scored("company:1", 790, 2, 2);
  scored("company:1", 780, 3, 2);
  scored("company:1", 731, 2, 2);
  scored("company:1", 729, 2, 3);
  pruneAll();
  expect(store.journal.scores(10).map(({ book }) => book)).toEqual([3]);
  expect(client.prepare("select seq from basis order by seq").pluck().all()).toEqual([2, 3]);
  expect(client.prepare("select version from book order by version").pluck().all()).toEqual([3, 4]);
});

test("many of them go in pages, one per turn, and then it rests for a day", () => {
  for (let n = 0; n < 1_200; n++) scored(`company:${n}`, 900, 0, 1);
  expect(pruneAll()).toBeGreaterThanOrEqual(3);
  expect(count("score_change")).toBe(0);
  expect(nextPruneAt(engine)).toBe(NOW + DAY);
  expect(prune(engine)).toBe(0);
});

test("deeds of more than three years go, and findings that have been over for half a year; open ones stay", () => {
  const did = (ageDays: number) =>
    store.journal.did({ at: NOW - ageDays * DAY, actor: "tenure", client: null, code: "mode", params: {} });
  for (const age of [1_100, 1_097, 1_095, 3]) did(age);
  for (const key of ["open", "over", "just-over"]) store.findings.raise(key, "turn-failed", {}, NOW - 900 * DAY);
  store.findings.close("over", NOW - 181 * DAY);
  store.findings.close("just-over", NOW - 179 * DAY);
  pruneAll();
  expect(store.journal.deeds(10)).toHaveLength(2);
  expect(client.prepare("select key from finding order by key").pluck().all()).toEqual(["just-over", "open"]);
});

test("that a notice may not have arrived is over a week after the last one, and nothing else ends by its age", () => {
  for (const [key, days] of [
    ["recent", 6],
    ["old", 8],
  ] as const)
    store.findings.raise(key, "notice-unsure", {}, NOW - days * DAY);
  store.findings.raise("again", "notice-unsure", {}, NOW - 30 * DAY);
  store.findings.raise("again", "notice-unsure", {}, NOW - DAY);
  store.findings.raise("other", "write-refused", {}, NOW - 30 * DAY);
  pruneAll();
  expect(
    store.findings
      .open()
      .map(({ key }) => key)
      .sort(),
  ).toEqual(["again", "other", "recent"]);
});

test("letters, calls and meetings before the edge of sight go, with what is over of tickets and tasks; what makes a client stays", () => {
  const edge = sightDayOn(NOW / DAY) * DAY;
  const put = (kind: Parameters<Store["records"]["put"]>[0], id: string, facts: object, modifiedAt: number) =>
    store.records.put(kind, [
      { kind, id, client: "company:1", facts: facts as never, links: [], readAt: 1, modifiedAt },
    ]);
  for (const kind of ["email", "call", "meeting", "deal", "company", "invoice"] as const) {
    put(kind, "old", {}, edge - 1);
    put(kind, "new", {}, edge);
  }
  put("ticket", "open", { status: "open" }, edge - 1);
  put("ticket", "closed", { status: "closed" }, edge - 1);
  put("task", "open", { status: "open" }, edge - 1);
  put("task", "done", { status: "done" }, edge - 1);
  put("email", "stale", {}, edge - 1);
  store.records.mark([{ kind: "email", id: "stale" }], NOW);
  pruneAll();
  const left = client.prepare("select kind || ' ' || id from record order by 1").pluck().all();
  expect(left).toEqual([
    "call new",
    "company new",
    "company old",
    "deal new",
    "deal old",
    "email new",
    "email stale",
    "invoice new",
    "invoice old",
    "meeting new",
    "task open",
    "ticket open",
  ]);
});

test("counts of usage before the edge go, the day of the first value stays; the edge moves four times a year", () => {
  const edge = sightDayOn(NOW / DAY);
  store.addUsage([
    { client: "company:1", signal: "logins", day: edge - 1, n: 1 },
    { client: "company:1", signal: "logins", day: edge, n: 1 },
    { client: "company:1", signal: "first_value", day: edge - 500, n: 1 },
  ]);
  pruneAll();
  expect(store.usageOf(["company:1"]).get("company:1")).toEqual({
    logins: [[edge, 1]],
    first_value: [[edge - 500, 1]],
  });
  const edges = new Set(Array.from({ length: 364 }, (_, at) => sightDayOn(20_000 + at)));
  expect(edges.size).toBeLessThanOrEqual(5);
  expect(NOW / DAY - edge).toBeGreaterThanOrEqual(1_096);
});

test("no page looks at more than its rows", () => {
  const plans: string[] = [];
  const made = client.prepare.bind(client);
  const seen = new Set<string>();
  client.prepare = ((sql: string) => {
    seen.add(sql);
    return made(sql);
  }) as typeof client.prepare;
  store.records.put("email", [
    { kind: "email", id: "1", client: null, facts: {}, links: [], readAt: 1, modifiedAt: 1 },
  ]);
  store.addUsage([{ client: "company:1", signal: "logins", day: 1, n: 1 }]);
  scored("company:1", 900, 0, 1);
  pruneAll();
  client.prepare = made;
  for (const sql of seen) {
    if (!/score_change|history|record|usage/.test(sql)) continue;
    const values = Array.from({ length: sql.match(/\?/g)?.length ?? 0 }, () => 0);
    plans.push(...(made(`explain query plan ${sql}`).all(values) as { detail: string }[]).map(({ detail }) => detail));
  }
  expect(plans.filter((one) => /^SCAN (record|usage)\b/.test(one))).toEqual([]);
});
