import { expect } from "vitest";
import type { RecordRef } from "../../../src/core/model.ts";
import { isFailure } from "../../../src/crm/failure.ts";
import { type Behaviour, fieldsItem, type Scene, taskItem } from "./scene.ts";

async function company(scene: Scene): Promise<RecordRef> {
  return { kind: "company", id: await scene.people.company() };
}

/** Waits until the budgets are full, so that what follows meets the mishap and not our own budget. */
async function rested(scene: Scene): Promise<RecordRef> {
  const target = await company(scene);
  await scene.patiently(() => scene.crm.account());
  await scene.settle();
  return target;
}

/** Limits, outages, cut connections, tokens. */
export const FAILURES: readonly Behaviour[] = [
  {
    name: "calls a create unknown whose answer was lost, and finds what arrived (no task twice, none missing)",
    async run(scene) {
      const target = await rested(scene);
      const items = ["c/1/a", "c/1/b"].map((key) => taskItem(key, target, scene.world.now()));
      for (const mishap of ["cut-before", "cut-after"] as const) {
        scene.world.mishap(mishap, "write");
        for (const outcome of (await scene.writeOnce("task", "create", items)).values()) {
          expect(outcome).toMatchObject({ done: false, failure: "unknown" });
        }
        await scene.settle();
        const wanted = items.map(({ key }) => ({ key, kind: "task" as const, targets: [target] }));
        const found = await scene.patiently(() => scene.crm.find(wanted));
        const there = (await scene.people.tasksOn(target)).map(({ id }) => id).sort();
        expect(found.map(({ id }) => id).sort()).toEqual(there);
        expect(there).toHaveLength(mishap === "cut-after" ? items.length : 0);
      }
    },
  },
  {
    name: "calls an update unknown whose answer was lost",
    async run(scene) {
      await scene.ensureSchema();
      const target = await rested(scene);
      const item = fieldsItem(target, { score: 5 });
      scene.world.mishap("cut-after", "write");
      const outcomes = await scene.writeOnce("fields", "update", [item], "company");
      expect(outcomes.get(item.key)).toMatchObject({ done: false, failure: "unknown" });
      await scene.settle();
      expect((await scene.readOne("company", target.id)).fields).toMatchObject({ score: 5 });
    },
  },
  {
    name: "calls a write limited when the CRM says so, waits as told, and then it goes through",
    async run(scene) {
      const target = await rested(scene);
      const item = taskItem("c/1/c", target, scene.world.now());
      scene.world.mishap("limited", "write");
      const outcome = (await scene.writeOnce("task", "create", [item])).get(item.key)!;
      expect(outcome).toMatchObject({ done: false, failure: "limited" });
      const { retryAt } = outcome as { retryAt: number };
      expect(retryAt).toBeGreaterThan(scene.world.now());
      expect(scene.crm.readyAt({ do: "write", kind: "task", verb: "create" })).toBeGreaterThanOrEqual(retryAt);
      const before = scene.world.calls();
      await expect(scene.crm.write({ kind: "task", verb: "create", on: null, items: [item] })).rejects.toSatisfy(
        (error) => isFailure(error, "limited"),
      );
      expect(scene.world.calls()).toBe(before);
      await scene.createTasks([item]);
      expect(await scene.people.tasksOn(target)).toHaveLength(1);
    },
  },
  {
    name: "never calls a write done or refused when the CRM was down",
    async run(scene) {
      const target = await rested(scene);
      const item = taskItem("c/1/d", target, scene.world.now());
      scene.world.mishap("unavailable", "write");
      const outcome = (await scene.writeOnce("task", "create", [item])).get(item.key)!;
      expect(outcome.done).toBe(false);
      expect(["unknown", "unavailable"]).toContain((outcome as { failure: string }).failure);
    },
  },
  {
    name: "throws a failed read as unavailable or limited, never as an empty answer",
    async run(scene) {
      const target = await rested(scene);
      for (const mishap of ["unavailable", "cut-before", "cut-after", "limited"] as const) {
        scene.world.mishap(mishap, "read");
        await expect(scene.crm.read("company", [target.id])).rejects.toSatisfy(
          (error) => isFailure(error, "unavailable") || isFailure(error, "limited"),
        );
        await scene.settle();
        expect((await scene.readOne("company", target.id)).ref.id).toBe(target.id);
      }
    },
  },
  {
    name: "stays under every limit however hard it is driven (G5)",
    async run(scene) {
      await scene.ensureSchema();
      const targets: RecordRef[] = [];
      for (let index = 0; index < 20; index += 1) targets.push(await company(scene));
      const started = scene.world.now();
      const before = scene.world.calls();
      for (let round = 0; round < 8; round += 1) {
        for (const [index, target] of targets.entries()) {
          const item = fieldsItem(target, { score: (round * 7 + index) % 101 });
          await scene.write("fields", "update", [item], "company");
          if (index % 5 === 0) await scene.read("company", [target.id]);
          if (index % 10 === 0) await scene.patiently(() => scene.crm.changedSince("company", started, null));
        }
      }
      expect(scene.world.calls() - before).toBeGreaterThan(150);
    },
  },
  {
    name: "says beforehand when a call may go out, and keeps its word (G5)",
    async run(scene) {
      const target = await rested(scene);
      for (let index = 0; index < 60; index += 1) {
        const readyAt = scene.crm.readyAt({ do: "read", kind: "company" });
        await scene.world.advance(Math.max(0, readyAt - scene.world.now()));
        expect((await scene.crm.read("company", [target.id])).records).toHaveLength(1);
      }
    },
  },
  {
    name: "goes on with a fresh token when the old one has died",
    async run(scene) {
      const target = await rested(scene);
      await scene.world.advance(6 * 3_600_000);
      expect((await scene.readOne("company", target.id)).ref.id).toBe(target.id);
    },
  },
];
