import { describe, expect, it } from "vitest";
import { fromMarkup } from "../../../src/crm/bitrix24/text.ts";
import type { WriteItem } from "../../../src/crm/port.ts";
import { doneOf, Scene, taskItem } from "../contract/scene.ts";
import { type Bitrix24World, bitrix24World, type WorldOptions } from "./world.ts";

async function setUp(options: WorldOptions = {}) {
  const world = await bitrix24World(options);
  const scene = new Scene(world);
  const target = { kind: "company" as const, id: await world.people.company() };
  await world.advance(30_000);
  return { world, scene, target };
}

function checklistOf(world: Bitrix24World, taskId: string): string[] {
  const items = world.portal.tasks.checklist.all().filter((item) => item.taskId === Number(taskId));
  const heads = items.filter(({ parentId }) => parentId === 0);
  expect(heads).toHaveLength(items.length === 0 ? 0 : 1);
  return items
    .filter(({ parentId }) => parentId !== 0)
    .sort((a, b) => a.sortIndex - b.sortIndex || a.id - b.id)
    .map(({ title }) => fromMarkup(title));
}

describe("tasks as the template says", () => {
  it("creates checklist, accomplices and auditors in the task's own batch", async () => {
    const { world, scene, target } = await setUp();
    const { anna, boris } = world.people.owners;
    const checklist = ["Portal access", "Welcome <letter> & [notes]", "Team intro"];
    const item = taskItem("c/1/a", target, world.now(), {
      ownerId: anna,
      checklist,
      accomplices: [boris],
      auditors: [String(world.adminId)],
    });
    const before = world.calls();
    const { id } = doneOf((await scene.writeOnce("task", "create", [item])).get(item.key));
    expect(world.calls() - before).toBe(1);
    expect(checklistOf(world, id)).toEqual(checklist);
    expect(world.portal.tasks.tasks.get(Number(id))).toMatchObject({
      accomplices: [Number(boris)],
      auditors: [world.adminId],
    });
    expect(world.violations()).toEqual([]);
  });

  it("gives a task without an owner to the administrator whose token writes", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now());
    expect(doneOf((await scene.writeOnce("task", "create", [item])).get(item.key)).echo.ownerId).toBe(
      String(world.adminId),
    );
  });

  it("creates tasks with long checklists over several requests, and each once", async () => {
    const { world, scene, target } = await setUp();
    const checklist = Array.from({ length: 20 }, (_, index) => `Entry ${index}`);
    const items = Array.from({ length: 7 }, (_, index) => taskItem(`c/1/${index}`, target, world.now(), { checklist }));
    const ids = await scene.createTasks(items);
    expect(world.portal.tasks.tasks.all()).toHaveLength(7);
    for (const id of ids.values()) expect(checklistOf(world, id)).toEqual(checklist);
    expect(world.limitedByUs()).toBe(0);
  });

  it("tells of the tasks that were made when the portal shuts us out in the middle, so that none is made twice", async () => {
    let batches = 0;
    const { world, scene, target } = await setUp({
      between: (fetch) => async (request) => {
        if (!request.url.endsWith("/batch") || !(await request.clone().text()).includes("tasks.task.add"))
          return fetch(request);
        batches += 1;
        return batches === 2 ? Response.json({ error: "ACCESS_DENIED" }, { status: 403 }) : fetch(request);
      },
    });
    const checklist = Array.from({ length: 20 }, (_, index) => `Entry ${index}`);
    const items = Array.from({ length: 7 }, (_, index) => taskItem(`c/1/${index}`, target, world.now(), { checklist }));
    const outcomes = await scene.writeOnce("task", "create", items);
    expect(outcomes.size).toBe(7);
    const made = [...outcomes.values()].filter(({ done }) => done).map(({ key }) => key);
    expect(made.length).toBeGreaterThan(0);
    expect(world.portal.tasks.tasks.all()).toHaveLength(made.length);
    const waiting = items.filter(({ key }) => !made.includes(key));
    expect(waiting.map(({ key }) => outcomes.get(key))).toEqual(
      waiting.map(({ key }) => expect.objectContaining({ key, done: false, failure: "unavailable" })),
    );
  });

  it("completes a checklist that came only in part, before it calls the task done", async () => {
    const { world, scene, target } = await setUp();
    world.portal.requireConfirmation("task.checklistitem.add");
    const item = taskItem("c/1/a", target, world.now(), { checklist: ["One", "Two"] });
    expect((await scene.writeOnce("task", "create", [item])).get(item.key)).toMatchObject({
      done: false,
      failure: "unknown",
    });
    world.portal.decideConfirmation("task.checklistitem.add", true);
    const [{ id } = { id: "" }] = await scene.patiently(() =>
      scene.crm.find([{ key: item.key, kind: "task", targets: [target] }]),
    );
    const again: WriteItem = { key: item.key, id, target, task: { checklist: ["One", "Two"] } };
    for (let twice = 0; twice < 2; twice += 1) doneOf((await scene.write("task", "update", [again])).get(item.key));
    expect(checklistOf(world, id)).toEqual(["One", "Two"]);
    expect(world.portal.tasks.tasks.all()).toHaveLength(1);
  });

  it("keeps an entry that a person ticked or added", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now(), { checklist: ["One", "Two"] });
    const id = (await scene.createTasks([item])).get(item.key)!;
    const task = world.portal.tasks.tasks.get(Number(id))!;
    const one = world.portal.tasks.checklist.all().find(({ title }) => title === "One")!;
    world.portal.tasks.toggleChecklistItem(task, one, true, world.portal.actor());
    world.portal.tasks.addChecklistItem(task, { TITLE: "Mine", PARENT_ID: one.parentId }, world.portal.actor());
    await scene.write("task", "update", [{ key: item.key, id, target, task: { checklist: ["One", "Two", "Three"] } }]);
    expect(checklistOf(world, id).sort()).toEqual(["Mine", "One", "Three", "Two"]);
    expect(world.portal.tasks.checklist.get(one.id)?.complete).toBe(true);
  });

  it("calls a completion done that a person made first", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now());
    const id = (await scene.createTasks([item])).get(item.key)!;
    await world.people.editTask(id, { done: true });
    const done: WriteItem = { key: item.key, id, target, task: { status: "done" } };
    expect(doneOf((await scene.write("task", "update", [done])).get(item.key)).echo).toMatchObject({ status: "done" });
  });

  it("reports of an update only what it wrote, so that a person's edit stays one", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now());
    const id = (await scene.createTasks([item])).get(item.key)!;
    await world.people.editTask(id, { dueAt: world.now() + 3_600_000, subject: "Theirs" });
    const outcome = doneOf(
      (await scene.write("task", "update", [{ key: item.key, id, target, task: { priority: "high" } }])).get(item.key),
    );
    expect(outcome.echo).toEqual({ priority: "high" });
    expect(outcome.texts ?? {}).toEqual({});
    expect(outcome.modifiedAt ?? null).toBeNull();
  });

  it("refuses one task that the portal does not take, and writes the others", async () => {
    const { world, scene, target } = await setUp();
    const good = taskItem("c/1/a", target, world.now());
    const bad = taskItem("c/1/b", target, world.now(), { ownerId: "99999" });
    const outcomes = await scene.write("task", "create", [good, bad]);
    expect(outcomes.get(good.key)).toMatchObject({ done: true });
    expect(outcomes.get(bad.key)).toMatchObject({ done: false, failure: "refused" });
  });

  it("keeps what a task is tied to besides our records", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now());
    const id = (await scene.createTasks([item])).get(item.key)!;
    world.portal.update("task", Number(id), { UF_CRM_TASK: [`CO_${target.id}`, "T80_4", "L_9"] });
    const deal = { kind: "deal" as const, id: await world.people.deal({}) };
    await scene.write("task", "update", [{ key: item.key, id, target, task: { links: [target, deal] } }]);
    expect(world.portal.tasks.tasks.get(Number(id))?.crm).toEqual([`CO_${target.id}`, "T80_4", "L_9", `D_${deal.id}`]);
  });
});

describe("a single task by REST 3.0, under an idempotency key", () => {
  const addsByV3 = (world: Bitrix24World) =>
    world.sandbox.calls.filter(({ method }) => method === "tasks.task.add@v3").length;

  it("is created once, also when its answer was lost and it is sent again", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now(), {
      ownerId: world.people.owners.anna,
      priority: "high",
      type: "call",
    });
    world.mishap("cut-after", "write");
    expect((await scene.writeOnce("task", "create", [item])).get(item.key)).toMatchObject({ failure: "unknown" });
    await world.advance(600_000);
    const again = doneOf((await scene.writeOnce("task", "create", [item])).get(item.key));
    expect(addsByV3(world)).toBe(2);
    expect(world.portal.tasks.tasks.all()).toHaveLength(1);
    expect(again.echo).toMatchObject({
      status: "open",
      ownerId: world.people.owners.anna,
      priority: "high",
      type: "call",
      dueAt: item.task!.dueAt,
    });
    const read = await scene.readOne("task", again.id);
    expect(read).toMatchObject({ key: item.key, facts: again.echo, texts: again.texts! });
  });

  it("is found by its key after its answer was lost, and by nothing else", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now());
    world.mishap("cut-after", "write");
    expect((await scene.writeOnce("task", "create", [item])).get(item.key)).toMatchObject({ failure: "unknown" });
    expect(addsByV3(world)).toBe(1);
    const [made] = world.portal.tasks.tasks.all();
    const look = (key: string) => scene.patiently(() => scene.crm.find([{ key, kind: "task", targets: [target] }]));
    expect(await look(item.key)).toEqual([{ key: item.key, id: String(made!.id) }]);
    expect(await look("c/1/b")).toEqual([]);
  });

  describe("on a portal whose REST 3.0 leaves our key out", () => {
    const keyless = { switches: { xmlIdOnV3: false } };
    const xmlIds = (world: Bitrix24World) => world.portal.tasks.tasks.all().map(({ xmlId }) => xmlId);

    it("gets the key by REST v2 at once; the next one goes by REST v2 as a whole", async () => {
      const { world, scene, target } = await setUp(keyless);
      const items = ["c/1/a", "c/1/b"].map((key) => taskItem(key, target, world.now(), { type: "call" }));
      for (const item of items) await scene.createTasks([item]);
      expect(xmlIds(world)).toEqual(["tenure:call:c/1/a", "tenure:call:c/1/b"]);
      expect(addsByV3(world)).toBe(1);
      expect(world.violations()).toEqual([]);
    });

    it("whose answer was lost is answered from the first call, gets its key, and is there once", async () => {
      const { world, scene, target } = await setUp(keyless);
      const item = taskItem("c/1/a", target, world.now());
      world.mishap("cut-after", "write");
      expect((await scene.writeOnce("task", "create", [item])).get(item.key)).toMatchObject({ failure: "unknown" });
      expect(xmlIds(world)).toEqual([""]);
      // Another task shows meanwhile what this portal's REST 3.0 is like.
      await scene.createTasks([taskItem("c/1/b", target, world.now())]);
      await world.advance(600_000);
      const beside = taskItem("c/1/c", target, world.now());
      const again = doneOf((await scene.write("task", "create", [item, beside])).get(item.key));
      expect(xmlIds(world).sort()).toEqual(["a", "b", "c"].map((step) => `tenure:todo:c/1/${step}`));
      expect(again.echo).toMatchObject({ status: "open", type: "todo", dueAt: item.task!.dueAt });
    });

    it("that cannot get its key either is called done under its id", async () => {
      const { world, scene, target } = await setUp(keyless);
      world.portal.requireConfirmation("tasks.task.update");
      const item = taskItem("c/1/a", target, world.now());
      const { id } = doneOf((await scene.writeOnce("task", "create", [item])).get(item.key));
      expect(world.portal.tasks.tasks.all().map((task) => [String(task.id), task.xmlId])).toEqual([[id, ""]]);
    });
  });

  it("is looked for when it was sent again with other words", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now());
    world.mishap("cut-after", "write");
    await scene.writeOnce("task", "create", [item]);
    await world.advance(600_000);
    const other = taskItem("c/1/a", target, world.now(), { subject: "Another name" });
    expect((await scene.writeOnce("task", "create", [other])).get(item.key)).toMatchObject({ failure: "unknown" });
    expect(world.portal.tasks.tasks.all()).toHaveLength(1);
  });

  it("is created anew when it was deleted meanwhile and is wanted again", async () => {
    const { world, scene, target } = await setUp();
    const item = taskItem("c/1/a", target, world.now());
    const first = (await scene.createTasks([item])).get(item.key)!;
    await scene.write("task", "delete", [{ key: item.key, id: first, target }]);
    const second = (await scene.createTasks([item])).get(item.key)!;
    expect(second).not.toBe(first);
    expect(world.portal.tasks.tasks.all().map(({ id }) => String(id))).toEqual([second]);
  });

  it("goes by REST v2 where the portal has no REST 3.0 tasks, or did not grant them", async () => {
    const withoutModule = await setUp({ portal: { tasksModuleV3: false } });
    const withoutScope = await setUp({
      portal: { scopes: ["crm", "task", "user_brief", "department", "placement", "im", "bizproc"] },
    });
    for (const [{ world, scene, target }, tries] of [
      [withoutModule, 1],
      [withoutScope, 0],
    ] as const) {
      for (const key of ["c/1/a", "c/1/b"]) await scene.createTasks([taskItem(key, target, world.now())]);
      expect(addsByV3(world)).toBe(tries);
      expect(world.portal.tasks.tasks.all()).toHaveLength(2);
      expect(world.violations()).toEqual([]);
    }
  });
});

describe("messages and notes", () => {
  it("shows a message once, however often it is sent", async () => {
    const { world, scene } = await setUp();
    const item: WriteItem = {
      key: "notice/1",
      id: null,
      target: null,
      notice: { ownerId: world.people.owners.anna, text: "Two steps [b]are[/b] overdue" },
    };
    for (let twice = 0; twice < 2; twice += 1) doneOf((await scene.write("notice", "create", [item])).get(item.key));
    expect(world.portal.notifications.map(({ userId, message }) => [userId, fromMarkup(message)])).toEqual([
      [Number(world.people.owners.anna), "Two steps [b]are[/b] overdue"],
    ]);
    doneOf((await scene.write("notice", "delete", [item])).get(item.key));
    expect(world.portal.notifications).toEqual([]);
  });

  it("says why where messages are not allowed", async () => {
    const scopes = ["crm", "task", "user_brief", "department", "placement", "bizproc"];
    const { world, scene } = await setUp({ portal: { scopes } });
    const item: WriteItem = {
      key: "notice/1",
      id: null,
      target: null,
      notice: { ownerId: world.people.owners.anna, text: "x" },
    };
    expect((await scene.write("notice", "create", [item])).get(item.key)).toMatchObject({
      failure: "refused",
      code: "NO_SCOPE",
    });
    expect(world.violations()).toEqual([]);
  });

  it("changes and deletes a note; a second deletion is no error", async () => {
    const { world, scene, target } = await setUp();
    const item: WriteItem = { key: "n/1", id: null, target, note: { text: "First", at: world.now() } };
    const { id } = doneOf((await scene.write("note", "create", [item])).get(item.key));
    doneOf(
      (await scene.write("note", "update", [{ ...item, id, note: { text: "Second", at: world.now() } }])).get(item.key),
    );
    expect(world.portal.timeline.comments.get(Number(id))?.comment).toMatch(/^Second\n#tenure-[a-z2-9]{12}$/);
    for (let twice = 0; twice < 2; twice += 1)
      doneOf((await scene.write("note", "delete", [{ ...item, id }])).get(item.key));
    expect(world.portal.timeline.comments.all()).toEqual([]);
  });

  it("says that a record is gone when a note is to be written on it", async () => {
    const { world, scene, target } = await setUp();
    await world.people.remove(target);
    const item: WriteItem = { key: "n/1", id: null, target, note: { text: "First", at: world.now() } };
    expect((await scene.write("note", "create", [item])).get(item.key)).toMatchObject({
      failure: "refused",
      gone: true,
    });
  });
});
