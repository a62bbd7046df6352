import Database from "better-sqlite3";
import { beforeEach, describe, expect, it } from "vitest";
import type { Delivery, PortalId } from "../../../src/ports.ts";
import { Registry } from "../../../src/runtimes/node/registry.ts";

const idOf = (n: number): PortalId => `hubspot-${n}`;

let db: Database.Database;
let registry: Registry;

beforeEach(() => {
  db = new Database(":memory:");
  registry = new Registry(db);
  for (let n = 0; n < 60; n++) registry.add(idOf(n), 1_000);
});

const onDisk = (n: number) =>
  (db.prepare("select wake_at as at from portal where id = ?").get(idOf(n)) as { at: number | null }).at;

describe("deliveries that no turn has taken", () => {
  const delivery = (n: number): Delivery => ({
    portal: idOf(n),
    hints: [{ kind: "deal", id: "1", change: "changed" }],
  });

  it("are known of the portal that they are for until they are dropped, and again with the next", async () => {
    expect(registry.hasHints(idOf(0))).toBe(false);
    await registry.append([delivery(0)], 1);
    expect([registry.hasHints(idOf(0)), registry.hasHints(idOf(1))]).toEqual([true, false]);
    registry.drop(idOf(0), registry.take(idOf(0), 10).at(-1)!.seq, 2);
    expect(registry.hasHints(idOf(0))).toBe(false);
    await registry.append([delivery(0)], 3);
    expect(registry.hasHints(idOf(0))).toBe(true);
  });

  it("are known after a start, and its portal is due", async () => {
    await registry.append([delivery(1)], 2_000);
    const restarted = new Registry(db);
    expect([restarted.hasHints(idOf(1)), restarted.hasHints(idOf(0))]).toEqual([true, false]);
    expect(restarted.due(0)).toEqual([idOf(1)]);
  });
});

describe("wakes on disk", () => {
  it("an earlier wake is on disk at once, and so is that there is none", () => {
    registry.setWake(idOf(0), 500);
    registry.setWake(idOf(1), null);
    registry.setWake(idOf(1), 7_000);
    expect([onDisk(0), onDisk(1)]).toEqual([500, 7_000]);
    registry.setWake(idOf(0), null);
    expect(onDisk(0)).toBeNull();
  });

  it("a passing wake counts in memory alone while an earlier one stands on disk", () => {
    registry.moveWake(idOf(0), 9_000);
    expect([onDisk(0), registry.wakeAt(idOf(0))]).toEqual([1_000, 9_000]);
    expect(registry.due(1_000)).toHaveLength(59);
    registry.setWake(idOf(0), 20_000);
    expect([onDisk(0), registry.wakeAt(idOf(0))]).toEqual([20_000, 20_000]);
  });

  it("a passing wake that is earlier than the one on disk, or the only one, goes to disk", () => {
    registry.moveWake(idOf(0), 400);
    registry.setWake(idOf(1), null);
    registry.moveWake(idOf(1), 5_000);
    expect([onDisk(0), onDisk(1)]).toEqual([400, 5_000]);
  });

  it("what moved is written with the others, and once", () => {
    registry.moveWake(idOf(0), 9_000);
    registry.moveWake(idOf(1), 8_000);
    registry.keep();
    expect([onDisk(0), onDisk(1)]).toEqual([9_000, 8_000]);
    db.prepare("update portal set wake_at = 1 where id = ?").run(idOf(0));
    registry.keep();
    expect(onDisk(0)).toBe(1);
  });

  it("that a portal rests is on disk after the others were written, that it ended at once; the mark is told once", () => {
    const marks = () => db.prepare("select portal, mark from rest").all();
    registry.beginRest(idOf(0), 77);
    expect(marks()).toEqual([]);
    registry.keep();
    expect(marks()).toEqual([{ portal: idOf(0), mark: 77 }]);
    const later = new Registry(db);
    expect(later.endRest(idOf(0))).toEqual({ mark: 77, wakeAt: 1_000 });
    expect(marks()).toEqual([]);
    expect(later.endRest(idOf(0))).toBeNull();
  });

  it("a portal that was removed meanwhile does not come back", () => {
    registry.remove(idOf(0));
    registry.moveWake(idOf(0), 9_000);
    registry.setWake(idOf(0), 10);
    expect(db.prepare("select count(*) as n from portal where id = ?").get(idOf(0))).toEqual({ n: 0 });
    expect(registry.has(idOf(0))).toBe(false);
  });
});
