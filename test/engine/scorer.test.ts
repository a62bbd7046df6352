import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, makeScoreStore, START } from "../../scripts/bench/score/clients.ts";
import { engineOf } from "../../scripts/bench/score.ts";
import { openHealth } from "../../src/core/client/packed-health.ts";
import type { ClientKey } from "../../src/core/model.ts";
import { makeBookWhenDue } from "../../src/engine/book.ts";
import { decideDue } from "../../src/engine/decider.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { Pace } from "../../src/engine/pace.ts";
import { scoreSome } from "../../src/engine/scorer.ts";
import { openClient } from "../../src/runtimes/node/portal-files.ts";
import type { Thing } from "../../src/store/mirror.ts";
import type { Store } from "../../src/store/store.ts";

const CLIENTS = 120;
const WHOLE = sql`select client.*, health.state as memory, score_at, basis, book
  from client join health on health.client = client.key order by key`;
const folder = mkdtempSync(join(tmpdir(), "tenure-scorer-"));
const clock = { now: START };
const nobody = { breathe() {} };
const close: (() => void)[] = [];
let scored: Store;
let decided: Store;
/** as the first book finds it */
let killed: Store;
let crowded: Store;
let unharmed: readonly Record<string, unknown>[];
let wholeDecisions = 0;
/** who was due by himself on that morning, and the statements that scoring the others took */
let dueAnyway = 0;
const statements: string[] = [];
let watched: Store;

function rowsOf(store: Store, query: SQL): readonly Record<string, unknown>[] {
  return store.db.all(query);
}

async function all(engine: Engine): Promise<number> {
  let count = 0;
  for (let done = -1; done !== 0; count += done) done = await decideDue(engine, 100);
  return count;
}

/** The same portal once more, as another process finds it. */
function copyOf(path: string, name: string, verbose?: (statement: unknown) => void): Store {
  const other = join(folder, name);
  copyFileSync(path, other);
  const file = openClient(new Database(other, { verbose }));
  close.push(() => file.close());
  return file.store;
}

/** A deal that was the client's once: its fields were emptied, and stay so. */
function leftBehind(store: Store, key: ClientKey): readonly Thing[] {
  return store.mirror.fieldsOf([key]).map((row) => {
    const wish = JSON.parse(row.desired!) as Record<string, unknown>;
    const desired = JSON.stringify(Object.fromEntries(Object.keys(wish).map((name) => [name, null])));
    const id = `left-by-${key}`;
    return { ...row, key: `fields:deal:${id}`, target: { kind: "deal", id }, desired, sent: desired, state: "clean" };
  });
}

/** Copies of a portal on the morning on which a week is over: one scores, another decides everybody whole. */
beforeAll(async () => {
  const path = join(folder, "scored.sqlite");
  const { file, client } = makeScoreStore(path, CLIENTS);
  const engine = engineOf(file.store, clock, nobody);
  await all(engine);
  expect(await makeBookWhenDue(engine)).toBe(true);
  client.pragma("wal_checkpoint(truncate)");
  killed = copyOf(path, "killed.sqlite");
  crowded = copyOf(path, "crowded.sqlite");
  await all(engine);
  unharmed = rowsOf(file.store, WHOLE);
  for (const { key } of file.store.clients.page("", CLIENTS)) file.store.mirror.put(leftBehind(file.store, key));
  clock.now += DAY_MS;
  expect(await makeBookWhenDue(engine)).toBe(true);
  client.pragma("wal_checkpoint(truncate)");
  close.push(() => file.close());
  decided = copyOf(path, "decided.sqlite");
  watched = copyOf(path, "watched.sqlite", (statement) => statements.push(String(statement)));
  dueAnyway = file.store.clients.due(clock.now, 2 * CLIENTS).length;
  const counting: Engine["decide"] = (...asked) => {
    wholeDecisions += 1;
    return engine.decide(...asked);
  };
  scored = file.store;
  await all({ ...engine, decide: counting });
  decided.clients.allDue(clock.now);
  await all(engineOf(decided, clock, nobody));
}, 120_000);

afterAll(() => {
  for (const one of close) one();
  rmSync(folder, { recursive: true, force: true });
});

describe("scores after a new book, the facts being as they were (scoring 3.11)", () => {
  test("nobody is decided whole but who was due by himself", () => {
    expect(wholeDecisions).toBe(dueAnyway);
    expect(dueAnyway).toBeLessThan(CLIENTS / 4);
    expect(scored.clients.nextDueAt()).toBeGreaterThan(clock.now);
  });

  test("what is listed and wished is what whole decisions come to, but for how the newest book weighs weeks of long ago", () => {
    const clients = sql`select key, zone, zone_since, class, value, score from client order by key`;
    const [mine, theirs] = [rowsOf(scored, clients), rowsOf(decided, clients)];
    expect(mine).toHaveLength(CLIENTS);
    mine.forEach(({ score, ...rest }, at) => {
      const { score: other, ...others } = theirs[at]!;
      expect(rest).toEqual(others);
      expect(Math.abs((score as number) - (other as number))).toBeLessThan(0.5);
    });
    const shown = sql`select h.client, h.state,
      json_extract(m.desired, '$.score') as score, json_extract(m.desired, '$.zone') as zone
      from health h join mirror m on m.key = 'fields:' || h.client order by h.client`;
    const fields = rowsOf(scored, shown);
    expect(fields).toHaveLength(CLIENTS);
    for (const { score, state } of fields)
      expect(score).toBe(Math.round(openHealth(state as string).shown!.tenths / 10));
    expect(fields.map((one) => one.zone)).toEqual(rowsOf(decided, shown).map((one) => one.zone));
  });

  test("a record whose fields were emptied gets no score", () => {
    const left = sql`select key, json_extract(desired, '$.score') as score, state from mirror where key like 'fields:deal:left-by-%'`;
    const rows = rowsOf(scored, left);
    expect(rows.length).toBeGreaterThan(CLIENTS / 2);
    for (const one of rows) expect(one.score).toBeNull();
    expect(rows).toEqual(rowsOf(decided, left));
  });

  test("a process that ends right after a commit of scores leaves nobody without the whole decision that they want", async () => {
    const engine = engineOf(killed, { now: START }, nobody);
    while (scoreSome(engine, 100, new Pace(engine, { first: 50, most: 100, lookEvery: 1 })) > 0);
    expect(killed.clients.due(START, 2 * CLIENTS)).toHaveLength(CLIENTS);
    await all(engine);
    expect(rowsOf(killed, WHOLE)).toEqual(unharmed);
  });

  test("a turn makes no more whole decisions than it may, also when everybody's score asks for one", async () => {
    let made = 0;
    const engine = engineOf(crowded, { now: START }, nobody);
    const counting: Engine["decide"] = (...asked) => {
      made += 1;
      return engine.decide(...asked);
    };
    expect(await decideDue({ ...engine, decide: counting }, 40)).toBeGreaterThan(40);
    // The first slice of fifty scores counts for five.
    expect(made).toBe(35);
    await all(engine);
    expect(rowsOf(crowded, WHOLE)).toEqual(unharmed);
  });

  test("a slice takes as many statements as it writes rows, and a dozen more, however many the portal has", () => {
    const engine = engineOf(watched, clock, nobody);
    const pace = new Pace(engine, { first: 50, most: 50, lookEvery: 1 });
    engine.book();
    watched.scores.due(2, clock.now, 1);
    statements.length = 0;
    expect(scoreSome(engine, 50, pace)).toBe(50);
    const of = (start: string) => statements.filter((one) => one.toLowerCase().startsWith(start)).length;
    const rows = [
      of('update "health"'),
      of('update "client" set "score"'),
      of('insert into "score_change"'),
      of('update "mirror"'),
    ];
    expect(rows[0]).toBe(50);
    expect(Math.max(...rows)).toBe(50);
    expect(statements.length - rows.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(12);
  });

  test("score changes are kept with what they were made from, once for all changes of the same facts", () => {
    const changes = scored.journal.scores(10_000);
    expect(changes.filter((one) => one.book === 2).length).toBeGreaterThan(CLIENTS / 2);
    expect(changes.every((one) => one.basis !== null)).toBe(true);
    const [{ kept }] = scored.db.all<{ kept: number }>(sql`select count(*) as kept from basis`) as [{ kept: number }];
    expect(kept).toBeLessThan(changes.length);
  });
});
