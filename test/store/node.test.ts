import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { describe, expect, test } from "vitest";
import { openClient } from "../../src/runtimes/node/portal-files.ts";
import { migrate } from "../../src/store/db.ts";
import * as schema from "../../src/store/schema.ts";
import { storeContract } from "./contract.ts";

describe("the store on Node", () => {
  storeContract(async (work) => {
    const client = new Database(":memory:");
    try {
      return work(drizzle(client, { schema }));
    } finally {
      client.close();
    }
  });

  test("long work does not wait for the disk in the middle, everything else does, and so does its end", () => {
    const folder = mkdtempSync(join(tmpdir(), "tenure-store-"));
    const client = new Database(join(folder, "portal.sqlite"));
    try {
      const { store } = openClient(client);
      const waits = () => client.pragma("synchronous", { simple: true });
      const [off, full] = [1, 2];
      store.passing(() => store.meta.set("a", 1));
      expect([waits(), store.passing(waits), store.transaction(waits)]).toEqual([full, off, full]);
      expect(() =>
        store.passing(() => {
          store.meta.set("a", 2);
          throw new Error("no");
        }),
      ).toThrow("no");
      expect([waits(), store.meta.get("a")]).toEqual([full, 1]);
      const writes = () => client.prepare("select total_changes() as n").pluck().get() as number;
      const before = writes();
      store.settle();
      store.settle();
      expect(writes()).toBe(before + 1);
    } finally {
      client.close();
      rmSync(folder, { recursive: true });
    }
  });

  test("what long work committed comes into the file between its slices, not within one", () => {
    const folder = mkdtempSync(join(tmpdir(), "tenure-store-"));
    const path = join(folder, "portal.sqlite");
    const client = new Database(path);
    try {
      const { store } = openClient(client);
      client.pragma("wal_checkpoint(truncate)");
      const inFile = () => readFileSync(path).includes("a-key-to-look-for");
      const slice = (n: number) => store.passing(() => store.meta.set("a-key-to-look-for", n));
      const folded = [1, 2, 3].map((n) => {
        slice(n);
        return [inFile(), store.fold()];
      });
      expect(folded).toEqual([...Array(2).fill([false, false]), [false, true]]);
      expect([inFile(), store.fold()]).toEqual([true, false]);
    } finally {
      client.close();
      rmSync(folder, { recursive: true });
    }
  });

  test("the questions of every turn are answered by an index", () => {
    const client = new Database(":memory:");
    migrate(drizzle(client, { schema }));
    const plan = (sql: string) =>
      (client.prepare(`explain query plan ${sql}`).all() as { detail: string }[]).map((row) => row.detail).join("; ");
    const stale = plan(
      "select id, stale_at from record where kind = 'deal' and stale_at is not null and stale_at <= 5 order by stale_at limit 100",
    );
    const due = plan("select * from client where due_at is not null and due_at <= 5 order by due_at limit 100");
    const work = plan(
      "select * from mirror where state = 'dirty' and work = 'task/create' and not_before <= 5 order by priority, not_before limit 100",
    );
    const board = plan(
      "select key from client where (owner_id in ('1') or escalation_owner_id in ('1')) and phase = 'p' and overdue > 0 and value > 0 and zone_since >= 5 order by score",
    );
    const rungs = plan(
      "select * from mirror where state = 'dirty' and key >= 'ladder:' and key < 'ladder<' and +work in ('task/create', 'notice/create') and +priority <= 2 and not_before <= 5 and external_id is null order by +key",
    );
    const behind = plan("select client from health where book < 5 limit 100");
    const fields = plan("select * from mirror where client in ('1') and +kind = 'fields' and desired is not null");
    client.close();
    expect(board).toContain("USING COVERING INDEX client_board");
    expect(behind).toContain("INDEX health_book");
    expect(fields).toContain("INDEX mirror_client");
    expect(rungs).toContain("INDEX mirror_rung (state=? AND not_before<?)");
    expect(stale).toMatch(/USING (COVERING )?INDEX record_stale/);
    expect(due).toContain("USING INDEX client_due");
    expect(work).toContain("USING INDEX mirror_work");
    expect(work).not.toContain("TEMP B-TREE");
    expect(due).not.toContain("TEMP B-TREE");
  });
});
