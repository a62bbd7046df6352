import { expect } from "vitest";
import type { Hint } from "../../../src/core/model.ts";
import type { Incoming } from "../../../src/crm/port.ts";
import { type Behaviour, fieldsItem, type Scene, taskItem } from "./scene.ts";

function about(hints: readonly Hint[], kind: Hint["kind"], id: string): Hint["change"][] {
  return hints.filter((hint) => hint.kind === kind && hint.id === id).map(({ change }) => change);
}

async function someDelivery(scene: Scene): Promise<Incoming> {
  await scene.people.deal({ outcome: "won" });
  await scene.settle();
  const [first] = await scene.world.deliveries();
  if (!first) throw new Error("no delivery came");
  return first;
}

function verify(scene: Scene, incoming: Incoming) {
  return scene.world.app.verify(incoming, scene.world.now(), (account) => scene.world.applicationTokenOf(account));
}

/** Webhooks: from raw bytes to hints. */
export const HINTS: readonly Behaviour[] = [
  {
    name: "hints at a deal that was won (A2.2)",
    async run(scene) {
      const dealId = await scene.people.deal({});
      await scene.hints();
      await scene.people.win(dealId);
      const { hints } = await scene.hints();
      expect(about(hints, "deal", dealId).length).toBeGreaterThan(0);
    },
  },
  {
    name: "hints at new deals, and at tasks that people completed or deleted (A4.1)",
    async run(scene) {
      const dealId = await scene.people.deal({});
      const deal = { kind: "deal" as const, id: dealId };
      const ids = await scene.createTasks(["c/1/a", "c/1/b"].map((key) => taskItem(key, deal, scene.world.now())));
      expect(about((await scene.hints()).hints, "deal", dealId).length).toBeGreaterThan(0);
      await scene.people.editTask(ids.get("c/1/a")!, { done: true });
      await scene.people.remove({ kind: "task", id: ids.get("c/1/b")! });
      const { hints } = await scene.hints();
      expect(about(hints, "task", ids.get("c/1/a")!)).toContain("changed");
      expect(about(hints, "task", ids.get("c/1/b")!)).toContain("deleted");
    },
  },
  {
    name: "hints at a deleted deal",
    async run(scene) {
      const dealId = await scene.people.deal({});
      await scene.hints();
      await scene.people.remove({ kind: "deal", id: dealId });
      expect(about((await scene.hints()).hints, "deal", dealId)).toContain("deleted");
    },
  },
  {
    name: "follows a merge from the losing records to the survivor (13.1)",
    async run(scene) {
      const [into, losing] = [await scene.people.company(), await scene.people.company()];
      await scene.hints();
      const survivor = await scene.people.merge("company", into, losing);
      const { hints } = await scene.hints();
      const merged = hints.filter(({ change }) => change === "merged");
      expect(merged).toHaveLength(1);
      expect(merged[0]).toMatchObject({ kind: "company", id: survivor });
      expect(merged[0]!.ids).toContain(losing);
      const read = await scene.readOne("company", survivor);
      expect(read.mergedIds).toContain(losing);
    },
  },
  {
    name: "hints at a deal that was linked to a company",
    async run(scene) {
      const dealId = await scene.people.deal({});
      const companyId = await scene.people.company();
      await scene.hints();
      await scene.people.linkDeal(dealId, companyId);
      const { hints } = await scene.hints();
      expect(about(hints, "deal", dealId).length).toBeGreaterThan(0);
    },
  },
  {
    name: "counts echoes of its own field writes instead of passing them on",
    async run(scene) {
      await scene.ensureSchema();
      const companyId = await scene.people.company();
      await scene.hints();
      await scene.write("fields", "update", [fieldsItem({ kind: "company", id: companyId }, { score: 1 })], "company");
      expect(about((await scene.hints()).hints, "company", companyId)).toEqual([]);
    },
  },
  {
    name: "refuses a delivery whose body was changed on the way (G9)",
    async run(scene) {
      const delivery = await someDelivery(scene);
      const text = new TextDecoder().decode(delivery.body);
      for (const body of [text.replace(/\d(?=[^\d]*$)/, (digit) => String((Number(digit) + 1) % 10)), `${text} `]) {
        const answer = await verify(scene, { ...delivery, body: new TextEncoder().encode(body) });
        expect(answer.ok).toBe(false);
      }
    },
  },
  {
    name: "refuses a delivery without proof of origin (G9)",
    async run(scene) {
      const delivery = await someDelivery(scene);
      const bare = {
        ...delivery,
        headers: new Headers({ "content-type": "application/json" }),
        body: new Uint8Array(),
      };
      expect(await verify(scene, bare)).toMatchObject({ ok: false });
    },
  },
  {
    name: "refuses noise without throwing (G9)",
    async run(scene) {
      const delivery = await someDelivery(scene);
      for (const noise of ["", "{", "[]]", "null", '[{"a":1}]', "a=b&c[d]=e", "\u0000\uffff"]) {
        expect((await verify(scene, { ...delivery, body: new TextEncoder().encode(noise) })).ok).toBe(false);
      }
    },
  },
];
