import { expect } from "vitest";
import type { RecordRef } from "../../../src/core/model.ts";
import { type Behaviour, doneOf } from "./scene.ts";

/** Notes on a record's timeline, and messages to people. */
export const NOTES: readonly Behaviour[] = [
  {
    name: "writes a note on a record and finds it again by key",
    async run(scene) {
      const company: RecordRef = { kind: "company", id: await scene.people.company() };
      const item = {
        key: "company:1/note/1",
        id: null,
        target: company,
        note: { text: "Plan started.\nNine steps.", at: scene.world.now() },
      };
      const { id } = doneOf((await scene.write("note", "create", [item])).get(item.key));
      await scene.settle();
      scene.reconnect();
      const wanted = [item.key, "company:1/note/2"].map((key) => ({ key, kind: "note" as const, targets: [company] }));
      expect(await scene.patiently(() => scene.crm.find(wanted))).toEqual([{ key: item.key, id }]);
    },
  },
  {
    name: "notifies a person, or says in the capabilities why it cannot",
    async run(scene) {
      const item = {
        key: "notice/1",
        id: null,
        target: null,
        notice: { ownerId: scene.people.owners.anna, text: "Two steps are overdue." },
      };
      const able = scene.crm.capabilities().notices;
      const outcome = (await scene.write("notice", "create", [item])).get(item.key)!;
      if (able === true) expect(outcome.done).toBe(true);
      else expect(outcome).toMatchObject({ done: false, failure: "refused", advice: able });
    },
  },
];
