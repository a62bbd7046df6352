import { expect } from "vitest";
import type { RecordRef } from "../../../src/core/model.ts";
import type { WriteItem } from "../../../src/crm/port.ts";
import { type Behaviour, doneOf, type Scene, taskItem } from "./scene.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

async function wonDeal(scene: Scene): Promise<{ deal: RecordRef; company: RecordRef; contact: RecordRef }> {
  const companyId = await scene.people.company();
  const contactId = await scene.people.contact({ companyId });
  const dealId = await scene.people.deal({ companyId, contactIds: [contactId], outcome: "won" });
  return {
    deal: { kind: "deal", id: dealId },
    company: { kind: "company", id: companyId },
    contact: { kind: "contact", id: contactId },
  };
}

function update(key: string, id: string, task: WriteItem["task"] & object): WriteItem {
  return { key, id, target: null, task };
}

/** Creating, updating, reading back, finding and deleting tasks. */
export const TASKS: readonly Behaviour[] = [
  {
    name: "creates tasks that people see with subject, text, due date, owner, priority and links (A2.3, A2.5)",
    async run(scene) {
      const { deal, company, contact } = await wonDeal(scene);
      const { anna } = scene.people.owners;
      const item = taskItem(`${company.kind}:${company.id}/1/checkin`, deal, scene.world.now(), {
        subject: "Check-in call",
        body: "Ask what is unclear.\nWrite it down & share <it>.",
        ownerId: anna,
        priority: "high",
        type: "call",
        links: [deal, company, contact],
      });
      const ids = await scene.createTasks([item]);
      await scene.settle();
      const seen = await scene.people.seeTask(ids.get(item.key)!);
      expect(seen).toMatchObject({
        subject: "Check-in call",
        body: "Ask what is unclear.\nWrite it down & share <it>.",
        dueAt: item.task!.dueAt,
        ownerId: anna,
        priority: "high",
        done: false,
      });
      expect([...seen!.links].sort((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([company, contact, deal]);
    },
  },
  {
    name: "reads back exactly what it reported as written, with its key and texts (three-way rule)",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const item = taskItem("company:1/1/kickoff", deal, scene.world.now(), {
        ownerId: scene.people.owners.boris,
        body: "First line\n\n  indented – “quoted” & ½ <b>not bold</b>",
        reminderAt: scene.world.now() + 5 * DAY_MS,
      });
      const outcome = doneOf((await scene.write("task", "create", [item])).get(item.key));
      await scene.settle();
      const read = await scene.readOne("task", outcome.id);
      expect(read.key).toBe(item.key);
      expect(read.facts).toMatchObject(outcome.echo);
      expect(Object.keys(outcome.echo)).toEqual(
        expect.arrayContaining(["status", "dueAt", "ownerId", "priority", "type"]),
      );
      if (outcome.texts) expect(read.texts).toMatchObject(outcome.texts);
      expect(read.texts?.subject).toBe(item.task!.subject);
      expect(JSON.stringify(read.facts)).not.toContain("kickoff");
    },
  },
  {
    name: "creates a full batch, each item once, answers matched to items",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const size = scene.crm.batchSize("task", "create");
      const items = Array.from({ length: size }, (_, index) => taskItem(`c/1/step-${index}`, deal, scene.world.now()));
      const ids = await scene.createTasks(items);
      await scene.settle();
      const seen = new Map((await scene.people.tasksOn(deal)).map((task) => [task.id, task]));
      expect(seen.size).toBe(size);
      for (const { key, task } of items) expect(seen.get(ids.get(key)!)?.subject).toBe(task!.subject);
    },
  },
  {
    name: "changes only what an update names, and reports it (A1.2)",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const { anna, boris } = scene.people.owners;
      const item = taskItem("c/1/a", deal, scene.world.now(), { ownerId: anna });
      const id = (await scene.createTasks([item])).get(item.key)!;
      const dueAt = item.task!.dueAt! + 2 * DAY_MS + HOUR_MS;
      const outcome = doneOf(
        (await scene.write("task", "update", [update(item.key, id, { ownerId: boris, dueAt })])).get(item.key),
      );
      await scene.settle();
      expect(outcome.echo).toMatchObject({ ownerId: boris, dueAt });
      const seen = await scene.people.seeTask(id);
      expect(seen).toMatchObject({
        ownerId: boris,
        dueAt,
        subject: item.task!.subject,
        priority: "medium",
        done: false,
      });
      const read = await scene.readOne("task", id);
      expect(read.key).toBe(item.key);
      expect(read.texts?.body).toBe("Agree on the goals.\nWrite them down.");
    },
  },
  {
    name: "rewrites a text without losing the key",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const item = taskItem("c/1/b", deal, scene.world.now());
      const id = (await scene.createTasks([item])).get(item.key)!;
      await scene.write("task", "update", [update(item.key, id, { subject: "Another", body: "Another text" })]);
      await scene.settle();
      const read = await scene.readOne("task", id);
      expect(read).toMatchObject({ key: item.key, texts: { subject: "Another", body: "Another text" } });
      expect(await scene.people.seeTask(id)).toMatchObject({ subject: "Another", body: "Another text" });
    },
  },
  {
    name: "completes and reopens a task",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const item = taskItem("c/1/c", deal, scene.world.now());
      const id = (await scene.createTasks([item])).get(item.key)!;
      await scene.write("task", "update", [update(item.key, id, { status: "done" })]);
      expect(await scene.people.seeTask(id)).toMatchObject({ done: true });
      await scene.write("task", "update", [update(item.key, id, { status: "open" })]);
      expect(await scene.people.seeTask(id)).toMatchObject({ done: false });
    },
  },
  {
    name: "reads what people did to a task: done, another day, another owner, other words (A4.1)",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const { anna, boris } = scene.people.owners;
      const item = taskItem("c/1/d", deal, scene.world.now(), { ownerId: anna });
      const id = (await scene.createTasks([item])).get(item.key)!;
      await scene.world.advance(DAY_MS);
      const dueAt = item.task!.dueAt! + DAY_MS;
      await scene.people.editTask(id, { subject: "Ours now", dueAt, ownerId: boris, done: true });
      const doneAt = scene.world.now();
      await scene.settle();
      const { facts, texts } = await scene.readOne("task", id);
      expect(facts).toMatchObject({ status: "done", dueAt, ownerId: boris });
      expect(Math.abs((facts.completedAt as number) - doneAt)).toBeLessThan(60_000);
      expect(texts?.subject).toBe("Ours now");
    },
  },
  {
    name: "reads a person's own task without taking it for ours",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const id = await scene.people.ownTask(deal);
      await scene.settle();
      expect((await scene.readOne("task", id)).key ?? null).toBeNull();
    },
  },
  {
    name: "deletes a task, and a second delete is no error",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const item = taskItem("c/1/e", deal, scene.world.now());
      const id = (await scene.createTasks([item])).get(item.key)!;
      const remove: WriteItem = { key: item.key, id, target: null };
      doneOf((await scene.write("task", "delete", [remove])).get(item.key));
      await scene.settle();
      expect(await scene.people.seeTask(id)).toBeNull();
      expect((await scene.read("task", [id])).missing).toEqual([id]);
      const again = (await scene.write("task", "delete", [remove])).get(item.key)!;
      expect(again.done || (again.failure === "refused" && again.gone)).toBe(true);
    },
  },
  {
    name: "says that a task is gone when it is to be updated after a person deleted it",
    async run(scene) {
      const { deal } = await wonDeal(scene);
      const [kept, lost] = [taskItem("c/1/f", deal, scene.world.now()), taskItem("c/1/g", deal, scene.world.now())];
      const ids = await scene.createTasks([kept, lost]);
      await scene.people.remove({ kind: "task", id: ids.get(lost.key)! });
      await scene.settle();
      const outcomes = await scene.write("task", "update", [
        update(kept.key, ids.get(kept.key)!, { priority: "high" }),
        update(lost.key, ids.get(lost.key)!, { priority: "high" }),
      ]);
      expect(outcomes.get(kept.key)).toMatchObject({ done: true, echo: { priority: "high" } });
      expect(outcomes.get(lost.key)).toMatchObject({ done: false, failure: "refused", gone: true });
    },
  },
  {
    name: "adds links that a task did not have, twice without harm (late link)",
    async run(scene) {
      const dealId = await scene.people.deal({ outcome: "won" });
      const deal: RecordRef = { kind: "deal", id: dealId };
      const item = taskItem("c/1/h", deal, scene.world.now());
      const id = (await scene.createTasks([item])).get(item.key)!;
      const company: RecordRef = { kind: "company", id: await scene.people.company() };
      for (let twice = 0; twice < 2; twice += 1) {
        doneOf((await scene.write("task", "update", [update(item.key, id, { links: [deal, company] })])).get(item.key));
      }
      await scene.settle();
      const { links } = (await scene.people.seeTask(id))!;
      expect([...links].sort((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([company, deal]);
    },
  },
  {
    name: "finds tasks by key on their records, also after people edited them, and nothing else (settling the unknown)",
    async run(scene) {
      const { deal, company } = await wonDeal(scene);
      const items = ["c/1/i", "c/1/j", "c/1/k"].map((key) => taskItem(key, deal, scene.world.now()));
      items.push(taskItem("c/1/l", company, scene.world.now()));
      const ids = await scene.createTasks(items);
      await scene.people.ownTask(deal);
      await scene.people.editTask(ids.get("c/1/j")!, { subject: "Renamed", done: true });
      await scene.settle();
      scene.reconnect();
      const wanted = [...items.map(({ key }) => key), "c/1/never"].map((key) => ({
        key,
        kind: "task" as const,
        targets: [deal, company],
      }));
      const found = await scene.patiently(() => scene.crm.find(wanted));
      expect(new Map(found.map(({ key, id }) => [key, id]))).toEqual(ids);
      expect(found).toHaveLength(items.length);
    },
  },
  {
    name: "lists the tasks of a record",
    async run(scene) {
      const { deal, company } = await wonDeal(scene);
      const items = ["c/1/m", "c/1/n"].map((key) => taskItem(key, deal, scene.world.now()));
      const ids = await scene.createTasks(items);
      const own = await scene.people.ownTask(deal);
      await scene.settle();
      const linked = await scene.patiently(() => scene.crm.linked("task", [deal, company]));
      expect([...(linked.get(`deal:${deal.id}`) ?? [])].sort()).toEqual([...ids.values(), own].sort());
      expect(linked.get(`company:${company.id}`) ?? []).toEqual([]);
    },
  },
];
