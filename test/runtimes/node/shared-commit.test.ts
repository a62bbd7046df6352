import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SharedCommit } from "../../../src/runtimes/node/shared-commit.ts";
import { inLife } from "../../support/guard.ts";
import { Life } from "../../support/life.ts";

const disk = vi.hoisted(() => ({ syncs: [] as ((error: Error | null) => void)[], isHeld: false }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const fdatasync = (file: number, done: (error: Error | null) => void) =>
    disk.isHeld ? void disk.syncs.push(done) : fs.fdatasync(file, done);
  return { ...fs, fdatasync };
});

let folder: string;
let db: Database.Database;
let commits: number;
let shared: SharedCommit<number>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenure-commit-"));
  db = new Database(join(folder, "x.sqlite"));
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("create table kept (n integer not null check (n < 100))");
  const insert = db.prepare("insert into kept values (?)");
  commits = 0;
  const life = new Life((_step, when) => {
    if (when === "after") commits += 1;
  });
  shared = new SharedCommit(inLife(db, life), (n: number) => void insert.run(n));
  disk.isHeld = false;
  disk.syncs.length = 0;
});

afterEach(() => {
  shared.close();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const kept = () => (db.prepare("select n from kept order by n").all() as { n: number }[]).map((row) => row.n);
const turns = async (n: number) => {
  for (let at = 0; at < n; at++) await new Promise((done) => setImmediate(done));
};

test("what waits at the same moment shares one commit", async () => {
  await Promise.all([1, 2, 3].map((n) => shared.add(n)));
  expect([kept(), commits]).toEqual([[1, 2, 3], 1]);
  await shared.add(4);
  expect([kept(), commits]).toEqual([[1, 2, 3, 4], 2]);
});

test("G1 nobody is told before the disk has it, and what comes meanwhile goes with the next commit", async () => {
  disk.isHeld = true;
  const told: number[] = [];
  void shared.add(1).then(() => told.push(1));
  await turns(5);
  void shared.add(2).then(() => told.push(2));
  void shared.add(3).then(() => told.push(3));
  await turns(5);
  expect([told, kept(), disk.syncs.length]).toEqual([[], [1], 1]);
  disk.syncs[0]!(null);
  await turns(5);
  expect([told, kept(), disk.syncs.length]).toEqual([[1], [1, 2, 3], 2]);
  disk.syncs[1]!(null);
  await turns(1);
  expect([told, commits]).toEqual([[1, 2, 3], 2]);
});

test("a disk that does not take it is told to everybody who waited for that commit, and the next one is tried", async () => {
  disk.isHeld = true;
  const first = Promise.allSettled([shared.add(1), shared.add(2)]);
  await turns(3);
  disk.syncs[0]!(new Error("EIO"));
  expect((await first).map((one) => one.status)).toEqual(["rejected", "rejected"]);
  disk.isHeld = false;
  await shared.add(3);
  expect(kept()).toContain(3);
});

test("one that cannot be stored fails its commit as a whole", async () => {
  const answers = await Promise.allSettled([shared.add(1), shared.add(100)]);
  expect(answers.map((one) => one.status)).toEqual(["rejected", "rejected"]);
  await shared.add(2);
  expect(kept()).toEqual([2]);
});

test("every other write to the same database stays fully durable by itself", async () => {
  await shared.add(1);
  expect(db.pragma("synchronous", { simple: true })).toBe(2);
  await Promise.allSettled([shared.add(100)]);
  expect(db.pragma("synchronous", { simple: true })).toBe(2);
});

test("a database in memory has nothing to wait for", async () => {
  const memory = new Database(":memory:");
  memory.exec("create table kept (n integer)");
  const insert = memory.prepare("insert into kept values (?)");
  const there = new SharedCommit(memory, (n: number) => void insert.run(n));
  await there.add(1);
  expect(memory.prepare("select n from kept").all()).toEqual([{ n: 1 }]);
  there.close();
  memory.close();
});
