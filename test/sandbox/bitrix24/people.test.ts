import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

describe("people and messages", () => {
  test("users by activity and department, without system users and, with user_brief, without addresses", async () => {
    const held = await world();
    const department = held.portal.addDepartment({ name: "Success", headId: 2 });
    held.portal.addUser({ departmentIds: [department.id], timeZone: "Asia/Almaty" });
    held.portal.dismissUser(3, { preserve: true });
    const active = await held.call("user.get", { FILTER: { ACTIVE: true } });
    expect(active.body.result.map((user: { ID: string }) => user.ID)).toEqual(["1", "2", "4"]);
    const mine = await held.call("user.get", { FILTER: { UF_DEPARTMENT: department.id } });
    expect(mine.body.result[0]).toMatchObject({
      ID: "4",
      UF_DEPARTMENT: [department.id],
      TIME_ZONE: "Asia/Almaty",
      ACTIVE: true,
    });
    expect(mine.body.result[0]).not.toHaveProperty("EMAIL");
    expect(held.sandbox.violations).toEqual([]);
  });

  test("departments with their heads, by both ways", async () => {
    const held = await world();
    const department = held.portal.addDepartment({ name: "Success", headId: 2 });
    const { body } = await held.call("department.get", { ID: department.id });
    expect(body.result).toEqual([{ ID: "2", NAME: "Success", SORT: 500, PARENT: "1", UF_HEAD: "2" }]);
    expect((await held.call("department.get", { ID: 1 })).body.result[0]).not.toHaveProperty("UF_HEAD");
    const managers = await held.call("im.department.managers.get", { ID: [1, department.id] });
    expect(managers.body.result).toEqual({ "1": [], "2": [2] });
  });

  test("a notification with the same TAG replaces the earlier one; to a dismissed user it answers false", async () => {
    const held = await world();
    const notify = (USER_ID: number, MESSAGE: string) =>
      held.call("im.notify.system.add", { USER_ID, MESSAGE, TAG: "late|1" });
    await notify(2, "late");
    await notify(2, "later");
    expect(held.portal.notifications.map((each) => each.message)).toEqual(["later"]);
    held.portal.dismissUser(2);
    expect((await notify(2, "x")).body.result).toBe(false);
    expect((await held.call("im.notify.system.add", { MESSAGE: "x" })).body.error).toBe("USER_ID_EMPTY");
  });

  test("the working calendar", async () => {
    const held = await world();
    expect((await held.call("calendar.settings.get")).body.result).toMatchObject({
      week_holidays: ["SA", "SU"],
      work_time_start: "9",
    });
  });

  test("comments need lower-case `fields`, a known object and a text", async () => {
    const held = await world();
    held.portal.create("deal", { title: "A" });
    const fields = { ENTITY_ID: 1, ENTITY_TYPE: "deal", COMMENT: "Hello" };
    expect((await held.call("crm.timeline.comment.add", { fields })).body.result).toBe(1);
    expect((await held.call("crm.timeline.comment.add", { FIELDS: fields })).body.error).toBe("100");
    expect((await held.call("crm.timeline.comment.add", { fields: { ...fields, ENTITY_ID: 9 } })).body.error).toBe(
      "OWNER_NOT_FOUND",
    );
    const listed = await held.call("crm.timeline.comment.list", { filter: { ENTITY_TYPE: "deal", ENTITY_ID: 1 } });
    expect(listed.body.result[0]).toMatchObject({ ID: "1", COMMENT: "Hello", AUTHOR_ID: "1" });
    const line = { entityTypeId: 2, entityId: 1, title: "Health", text: "fell to 41", iconCode: "info" };
    expect((await held.call("crm.timeline.logmessage.add", { fields: line })).body.result.logMessage.id).toBe(1);
  });

  test("todos: planned, changed while open, closed for good", async () => {
    const held = await world();
    held.portal.create("deal", { title: "A" });
    const owner = { ownerTypeId: 2, ownerId: 1 };
    const made = await held.call("crm.activity.todo.add", {
      ...owner,
      deadline: "2026-03-05T10:00:00+01:00",
      title: "Nudge",
    });
    expect(made.body.result).toEqual({ id: 1 });
    const deadline = { id: 1, ...owner, value: "2026-03-06T10:00:00+01:00" };
    expect((await held.call("crm.activity.todo.updateDeadline", deadline)).body.result).toEqual({ id: 1 });
    await held.call("crm.activity.update", { id: 1, fields: { COMPLETED: "Y" } });
    expect((await held.call("crm.activity.todo.updateDeadline", deadline)).body.error).toBe(
      "CAN_NOT_UPDATE_COMPLETED_TODO",
    );
    const bad = await held.call("crm.activity.todo.add", { ...owner, deadline: "soon" });
    expect(bad.body.error).toBe("WRONG_DATETIME_FORMAT");
  });

  test("a snapshot holds the whole portal; strings holds what people wrote and not what our app wrote", async () => {
    const held = await world();
    held.portal.create("company", { title: "Grünwald Bäckerei" });
    held.portal.create("contact", {
      name: "Oksana",
      fm: [{ typeId: "PHONE", valueType: "WORK", value: "+49 30 1234567" }],
    });
    await held.call("tasks.task.add", {
      fields: { TITLE: "Written by the app", DESCRIPTION: "Why, as the app says", RESPONSIBLE_ID: 2 },
    });
    held.portal.create("task", { TITLE: "Written by Bruno", RESPONSIBLE_ID: 2 });
    const strings = held.portal.strings();
    expect(strings).toEqual(
      expect.arrayContaining(["Grünwald Bäckerei", "Oksana", "+49 30 1234567", "Written by Bruno"]),
    );
    expect(strings).not.toContain("Written by the app");
    held.portal.update("task", 1, { TITLE: "Edited by Bruno" });
    expect(held.portal.strings()).toContain("Edited by Bruno");
    expect(held.portal.strings()).not.toContain("Why, as the app says");
    const snapshot = held.portal.snapshot() as { records: Record<string, unknown[]>; tasks: unknown[] };
    expect([snapshot.records.COMPANY!.length, snapshot.tasks.length]).toEqual([1, 2]);
    expect(JSON.stringify(held.portal.snapshot())).toBe(JSON.stringify(snapshot));
  });
});
