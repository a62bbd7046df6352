import { expect } from "vitest";
import type { RecordKind } from "../../../src/core/model.ts";
import { type Behaviour, type Scene, taskItem } from "./scene.ts";

/** Follows the pages to the end. */
async function listed(
  scene: Scene,
  kind: RecordKind,
  sinceMs: number,
): Promise<{ ids: string[]; through: number; pages: number }> {
  const ids: string[] = [];
  let after: string | null = null;
  let pages = 0;
  let through = 0;
  do {
    const page = await scene.patiently(() => scene.crm.changedSince(kind, sinceMs, after));
    expect(page.through).toBeGreaterThanOrEqual(through);
    ids.push(...page.ids);
    ({ after, through } = page);
    pages += 1;
  } while (after !== null);
  return { ids, through, pages };
}

/** Reconciliation: what changed since. */
export const CHANGES: readonly Behaviour[] = [
  {
    name: "lists what changed since an instant, and not what did not (reconciliation)",
    async run(scene) {
      const before = await scene.people.deal({});
      const touched = await scene.people.deal({});
      await scene.world.advance(3_600_000);
      const since = scene.world.now();
      await scene.world.advance(1000);
      await scene.people.win(touched);
      const created = await scene.people.deal({});
      await scene.settle();
      const { ids } = await listed(scene, "deal", since);
      expect(new Set(ids)).toEqual(new Set([touched, created]));
      expect(ids).not.toContain(before);
    },
  },
  {
    name: "lists more than one page without losing one",
    async run(scene) {
      const since = scene.world.now();
      const made = new Set<string>();
      for (let index = 0; index < 260; index += 1) made.add(await scene.people.deal({}));
      await scene.settle();
      const { ids, pages } = await listed(scene, "deal", since);
      expect(new Set(ids)).toEqual(made);
      expect(pages).toBeGreaterThan(1);
    },
  },
  {
    name: "goes on from where it stood, and misses nothing that the CRM's index showed late",
    async run(scene) {
      let since = scene.world.now();
      const made = new Set<string>();
      const seen = new Set<string>();
      for (let round = 0; round < 12; round += 1) {
        made.add(await scene.people.deal({}));
        await scene.world.advance(1500);
        made.add(await scene.people.deal({}));
        const { ids, through } = await listed(scene, "deal", since);
        for (const id of ids) seen.add(id);
        since = through;
      }
      await scene.settle();
      for (const id of (await listed(scene, "deal", since)).ids) seen.add(id);
      expect(seen).toEqual(made);
    },
  },
  {
    name: "lists changed tasks, companies and contacts too",
    async run(scene) {
      const since = scene.world.now();
      await scene.world.advance(1000);
      const companyId = await scene.people.company();
      const contactId = await scene.people.contact();
      const target = { kind: "company" as const, id: companyId };
      const ids = await scene.createTasks([taskItem("c/1/a", target, scene.world.now())]);
      await scene.settle();
      expect((await listed(scene, "company", since)).ids).toContain(companyId);
      expect((await listed(scene, "contact", since)).ids).toContain(contactId);
      expect((await listed(scene, "task", since)).ids).toContain(ids.get("c/1/a"));
    },
  },
];
