import { describe, expect, it } from "vitest";
import { isFailure } from "../../../src/crm/failure.ts";
import type { Batch, WriteItem } from "../../../src/crm/port.ts";
import { COSTS_S } from "../../../src/sandbox/bitrix24/limits.ts";
import { Scene } from "../contract/scene.ts";
import { type Bitrix24World, bitrix24World } from "./world.ts";

/** Seconds that a method with this much run time takes at least: 480 s in each ten minutes, the first 480 s at once. */
const operatingFloorS = (spentS: number): number => Math.max(0, Math.ceil(spentS / 480) - 1) * 600;

/** Does `work` as soon as the budget has room for it. */
async function asap<T>(world: Bitrix24World, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isFailure(error, "limited")) throw error;
      await world.advance(error.retryAt! - world.now());
    }
  }
}

/** The shape of a big portal at a tenth of its size; the same figures at full size are the benchmark's. */
const RECORDS = 8_500;

describe("a big portal", () => {
  it("is listed and read within a tenth of what its limits allow at best", async () => {
    const world = await bitrix24World();
    world.portal.bulkImport(
      "company",
      Array.from({ length: RECORDS }, (_, index) => ({ title: `Company ${index}` })),
    );
    const crm = world.connect();
    await asap(world, () => crm.account());
    await world.advance(60_000);
    const [started, before] = [world.now(), world.calls()];
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const page = await asap(world, () => crm.changedSince("company", 0, after));
      ids.push(...page.ids);
      ({ after } = page);
    } while (after !== null);
    expect(new Set(ids).size).toBe(RECORDS);
    let read = 0;
    for (let at = 0; at < ids.length; at += crm.readSize()) {
      const chunk = ids.slice(at, at + crm.readSize());
      read += (await asap(world, () => crm.read("company", chunk))).records.length;
    }
    expect(read).toBe(RECORDS);
    const calls = world.calls() - before;
    expect(calls).toBeLessThanOrEqual(2 * Math.ceil(RECORDS / 500) + 6);
    const spent = (world.sandbox.commandCounts.get("crm.item.list") ?? 0) * COSTS_S["crm.item.list"]!;
    const floorS = Math.max(calls / 2, operatingFloorS(spent));
    expect((world.now() - started) / 1000).toBeLessThanOrEqual(Math.max(floorS, 1) * 1.1 + 10);
    expect(world.limitedByUs()).toBe(0);
    expect(world.violations()).toEqual([]);
  });

  // What a command costs differs between portals; the budget learns it.
  it.each([0.02, COSTS_S["crm.item.update"]!, 0.4])(
    "gets its field writes within a tenth of the operating floor, by full batches, at %d s each",
    async (costS) => {
      const world = await bitrix24World({ sandbox: { costs: { "crm.item.update": costS } } });
      const scene = new Scene(world);
      await scene.ensureSchema();
      const ids = world.portal.bulkImport(
        "company",
        Array.from({ length: RECORDS }, (_, index) => ({ title: `Company ${index}` })),
      );
      const { crm } = scene;
      await world.advance(660_000);
      const [started, before] = [world.now(), world.calls()];
      for (let at = 0; at < ids.length; at += 50) {
        const items: WriteItem[] = ids.slice(at, at + 50).map((id) => ({
          key: `f${id}`,
          id: String(id),
          target: { kind: "company", id: String(id) },
          fields: { score: id % 101, zone: "green" },
        }));
        const batch: Batch = { kind: "fields", verb: "update", on: "company", items };
        const outcomes = await asap(world, () => crm.write(batch));
        expect(outcomes.every(({ done }) => done)).toBe(true);
      }
      const calls = world.calls() - before;
      expect(calls).toBe(RECORDS / 50);
      const floorS = Math.max(calls / 2, operatingFloorS(RECORDS * costS));
      const tookS = (world.now() - started) / 1000;
      expect(tookS).toBeLessThanOrEqual(floorS * 1.1 + 20);
      expect(world.limitedByUs()).toBe(0);
    },
  );
});
