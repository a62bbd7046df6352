import { describe, expect, test } from "vitest";
import { type Answer, type World, world } from "./world.ts";

const add = async (held: World, fields: Record<string, unknown> = {}) =>
  (await held.call("tasks.task.add", { fields: { TITLE: "T", RESPONSIBLE_ID: 2, ...fields } })).body;

async function v3(held: World, method: string, params: Record<string, unknown>, key?: string) {
  const response = await held.sandbox.fetch(
    new Request(`${held.portal.clientEndpoint}api/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === undefined ? {} : { "idempotency-key": key }) },
      body: JSON.stringify({ ...params, auth: held.token }),
    }),
  );
  const body = (await response.json()) as Answer["body"];
  return { status: response.status, replayed: response.headers.get("idempotent-replayed"), body };
}

describe("tasks on REST v2", () => {
  test("a task comes back with ids as strings, the deadline in server time and the text as the portal writes it", async () => {
    const held = await world();
    held.portal.create("deal", { title: "D" });
    const { result } = await add(held, {
      TITLE: '  Call "Acme" & sons ',
      DESCRIPTION: "<b>Goal</b><br>ask",
      DEADLINE: "2026-10-01T18:00:00-04:00",
      ACCOMPLICES: [3],
      AUDITORS: [1],
      PRIORITY: "2",
      UF_CRM_TASK: ["D_1"],
      XML_ID: "plan:1",
    });
    expect(result.task).toMatchObject({
      id: "1",
      title: "Call &quot;Acme&quot; &amp; sons",
      description: "[B]Goal[/B]\nask",
      deadline: "2026-10-02T00:00:00+02:00",
      responsibleId: "2",
      createdBy: "1",
      priority: "2",
      status: "2",
      accomplices: ["3"],
      auditors: ["1"],
      xmlId: "plan:1",
    });
    expect(result.task).not.toHaveProperty("ufCrmTask");
    const got = await held.call("tasks.task.get", { taskId: 1, select: ["ID", "UF_CRM_TASK"] });
    expect(got.body.result.task).toMatchObject({ id: "1", ufCrmTask: ["D_1"] });
    expect(held.sandbox.violations).toEqual([]);
  });

  test.each([
    [{ TITLE: "" }, "ERROR_CORE"],
    [{ RESPONSIBLE_ID: 99 }, "ERROR_CORE"],
    [{ STATUS: 1 }, "ERROR_CORE"],
    [{ PARENT_ID: 5 }, "ERROR_CORE"],
    [{ DEADLINE: "soon" }, "ERROR_CORE"],
    [{ START_DATE_PLAN: "2026-03-05T10:00:00Z", END_DATE_PLAN: "2026-03-04T10:00:00Z" }, "ERROR_CORE"],
  ])("%j is refused with %s and a <br> tail", async (fields, error) => {
    const held = await world();
    const body = await add(held, fields);
    expect(body.error).toBe(error);
    expect(body.error_description).toMatch(/<br>$/);
    expect(held.portal.tasks.tasks.size).toBe(0);
  });

  test("unknown task fields are ignored and recorded", async () => {
    const held = await world();
    await add(held, { COLOUR: "red" });
    expect(held.sandbox.violations.map((each) => each.rule)).toEqual(["unknown field COLOUR of a task is ignored"]);
  });

  test("a task that is not there: an empty list from get, refusals from update and delete", async () => {
    const held = await world();
    expect((await held.call("tasks.task.get", { taskId: 7 })).body.result).toEqual([]);
    expect((await held.call("tasks.task.update", { taskId: 7, fields: { TITLE: "x" } })).body.error).toBe("0");
    expect((await held.call("tasks.task.delete", { taskId: 7 })).body.error).toBe("1048582");
    expect((await held.call("tasks.task.get", { taskId: 0 })).body.error).toBe("0");
  });

  test.each([
    [{ UF_CRM_TASK: "D_1" }, ["1"]],
    [{ RESPONSIBLE_ID: 3 }, ["2"]],
    [{ "!REAL_STATUS": 5 }, ["2", "1"]],
    [{ STATUS: -1 }, ["1"]],
    [{ ">=DEADLINE": "2026-03-10" }, ["2"]],
    [{ ">=CHANGED_DATE": "2026-03-03T10:00:00+01:00" }, ["3"]],
    [{ ">ID": 1 }, ["3", "2"]],
    [{ TAG: "onboarding" }, ["2"]],
    [{ AUDITOR: 3 }, ["1"]],
  ])("tasks.task.list by %j", async (filter, expected) => {
    const held = await world();
    held.portal.create("deal", { title: "D" });
    await add(held, { UF_CRM_TASK: ["D_1"], DEADLINE: "2026-03-03T09:00:00+01:00", AUDITORS: [3] });
    await add(held, { RESPONSIBLE_ID: 3, DEADLINE: "2026-03-20T09:00:00+01:00", TAGS: ["Onboarding"] });
    await add(held, {});
    await held.clock.advance(86_400_000);
    const token = held.sandbox.tokens.issueAccess(held.portal, 1).token;
    await held.call("tasks.task.complete", { taskId: 3 }, token);
    const { body } = await held.call("tasks.task.list", { filter, select: ["ID"] }, token);
    expect(body.result.tasks.map((task: { id: string }) => task.id)).toEqual(expected);
    expect(held.sandbox.violations).toEqual([]);
  });

  test.each([
    [true, [1], 0],
    [false, [1, 2], 1],
  ])(
    "XML_ID filters: %s; an unknown key is dropped, so everything comes back",
    async (xmlIdFilterable, ids, violations) => {
      const held = await world({ switches: { xmlIdFilterable } });
      await add(held, { XML_ID: "a" });
      await add(held, { XML_ID: "b" });
      const { body } = await held.call("tasks.task.list", {
        filter: { XML_ID: "a" },
        order: { ID: "asc" },
        select: ["ID"],
      });
      expect(body.result.tasks.map((task: { id: string }) => Number(task.id))).toEqual(ids);
      expect(held.sandbox.violations).toHaveLength(violations);
    },
  );

  test.each([
    [true, 0, undefined],
    [false, 60, 50],
  ])("start=-1 on tasks skips the count: %s", async (startMinusOneOnTasks, total, next) => {
    const held = await world({ switches: { startMinusOneOnTasks } });
    for (let index = 0; index < 60; index++) held.portal.create("task", { TITLE: "T", RESPONSIBLE_ID: 2 });
    const { body } = await held.call("tasks.task.list", { order: { ID: "asc" }, select: ["ID"], start: -1 });
    expect([body.result.tasks.length, body.total, body.next]).toEqual([50, total, next]);
  });

  test.each([
    [true, "4"],
    [false, "5"],
  ])("completing a controlled task of somebody else awaits acceptance: %s", async (controlledTaskAwaits, status) => {
    const held = await world({ switches: { controlledTaskAwaits } });
    await add(held, { TASK_CONTROL: "Y" });
    const token = held.sandbox.tokens.issueAccess(held.portal, 2).token;
    const { body } = await held.call("tasks.task.complete", { taskId: 1 }, token);
    expect(body.result.task.status).toBe(status);
  });

  test("the history tells who moved the deadline from when to when", async () => {
    const held = await world();
    await add(held, { DEADLINE: "2026-03-10T10:00:00Z" });
    held.portal.update("task", 1, { DEADLINE: "2026-03-12T10:00:00Z", STATUS: 3 }, 2);
    const { body } = await held.call("tasks.task.history.list", { taskId: 1 });
    const [, deadline, status] = body.result.list;
    expect(deadline).toMatchObject({
      field: "DEADLINE",
      value: { from: String(Date.UTC(2026, 2, 10, 10) / 1000), to: String(Date.UTC(2026, 2, 12, 10) / 1000) },
      user: { id: "2" },
    });
    expect(status).toMatchObject({ field: "STATUS", value: { from: "2", to: "3" } });
  });

  test("MATCH_WORK_TIME moves a deadline off the weekend", async () => {
    const held = await world();
    const { result } = await add(held, { DEADLINE: "2026-03-07T15:00:00+01:00", MATCH_WORK_TIME: "Y" });
    expect(result.task.deadline).toBe("2026-03-09T15:00:00+01:00");
  });

  test("a linked record shows the task as an activity that is completed and deleted with it", async () => {
    const held = await world();
    held.portal.create("deal", { title: "D" });
    await add(held, { UF_CRM_TASK: ["D_1"] });
    const list = () => held.call("crm.activity.list", { filter: { OWNER_TYPE_ID: 2, OWNER_ID: 1 } });
    expect((await list()).body.result[0]).toMatchObject({
      PROVIDER_ID: "CRM_TASKS_TASK",
      ASSOCIATED_ENTITY_ID: "1",
      COMPLETED: "N",
    });
    await held.call("tasks.task.complete", { taskId: 1 });
    expect((await list()).body.result[0].COMPLETED).toBe("Y");
    await held.call("tasks.task.delete", { taskId: 1 });
    expect((await list()).body.result).toEqual([]);
  });

  test("non-administrators see the tasks they take part in", async () => {
    const held = await world();
    const { id } = held.portal.addUser({ sees: "own" });
    await add(held, {});
    await add(held, { AUDITORS: [id] });
    const token = held.sandbox.tokens.issueAccess(held.portal, id).token;
    const { body } = await held.call("tasks.task.list", { select: ["ID"] }, token);
    expect(body.result.tasks.map((task: { id: string }) => task.id)).toEqual(["2"]);
  });
});

describe("positional checklist methods", () => {
  test("PARENT_ID 0 makes a headline, an item under it is completed", async () => {
    const held = await world();
    await add(held);
    const head = await held.call("task.checklistitem.add", { TASKID: 1, FIELDS: { TITLE: "Steps", PARENT_ID: 0 } });
    const item = await held.call("task.checklistitem.add", {
      TASKID: 1,
      FIELDS: { TITLE: "Call", PARENT_ID: head.body.result },
    });
    expect((await held.call("task.checklistitem.complete", { TASKID: 1, ITEMID: item.body.result })).body.result).toBe(
      true,
    );
    const { body } = await held.call("task.checklistitem.getlist", { TASKID: 1 });
    expect(body.result.map((each: Record<string, string>) => [each.TITLE, each.PARENT_ID, each.IS_COMPLETE])).toEqual([
      ["Steps", "0", "N"],
      ["Call", "1", "Y"],
    ]);
    expect(held.sandbox.violations).toEqual([]);
  });

  test("keys in another order, and telemetry in the query, break them", async () => {
    const held = await world();
    await add(held);
    const swapped = await held.call("task.checklistitem.add", { FIELDS: { TITLE: "x" }, TASKID: 1 });
    expect([swapped.status, swapped.body.error]).toEqual([400, "ERROR_CORE"]);
    const response = await held.sandbox.fetch(
      new Request(`${held.portal.clientEndpoint}task.checklistitem.getlist?bx24_request_id=1`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ TASKID: 1, auth: held.token }),
      }),
    );
    expect(((await response.json()) as { error: string }).error).toBe("ERROR_CORE");
    expect(held.sandbox.violations.length).toBeGreaterThan(1);
  });
});

describe("tasks on REST 3.0", () => {
  const fields = {
    title: "Day 30",
    creatorId: 1,
    responsibleId: 2,
    deadline: "2026-04-01T18:00:00+02:00",
    crmItemIds: ["D_1"],
    priority: "high",
    xmlId: "k",
  };

  test("numbers, words and one uniform shape", async () => {
    const held = await world();
    const { body } = await v3(held, "tasks.task.add", { fields });
    expect(body.result.item).toMatchObject({
      id: 1,
      priority: "high",
      status: "pending",
      xmlId: "k",
      crmItemIds: ["D_1"],
      deadline: "2026-04-01T18:00:00+02:00",
    });
    expect((await v3(held, "tasks.task.update", { id: 1, fields: { title: "Day 31" } })).body.result).toEqual({
      result: true,
    });
    expect((await v3(held, "tasks.task.get", { id: 1, select: ["id", "title"] })).body.result.item).toEqual({
      id: 1,
      title: "Day 31",
    });
    expect(
      (await v3(held, "tasks.task.list", { filter: [["id", "in", [1, 9]]], select: ["id"] })).body.result.items,
    ).toEqual([{ id: 1 }]);
  });

  test("an idempotency key replays the same body for 24 hours and refuses another one", async () => {
    const held = await world();
    const first = await v3(held, "tasks.task.add", { fields }, "plan:1:d30");
    const second = await v3(held, "tasks.task.add", { fields }, "plan:1:d30");
    expect([second.status, second.replayed, second.body.result.item.id]).toEqual([
      200,
      "true",
      first.body.result.item.id,
    ]);
    expect(held.portal.tasks.tasks.size).toBe(1);
    const other = await v3(held, "tasks.task.add", { fields: { ...fields, title: "Else" } }, "plan:1:d30");
    expect([other.status, other.body.error.code]).toEqual([
      422,
      "BITRIX_REST_V3_EXCEPTION_IDEMPOTENCYKEYREUSEDEXCEPTION",
    ]);
    const bad = await v3(held, "tasks.task.add", { fields }, "k".repeat(256));
    expect([bad.status, bad.body.error.code]).toEqual([400, "BITRIX_REST_V3_EXCEPTION_INVALIDIDEMPOTENCYKEYEXCEPTION"]);
    await held.clock.advance(86_400_000);
    held.token = held.sandbox.tokens.issueAccess(held.portal, 1).token;
    await v3(held, "tasks.task.add", { fields }, "plan:1:d30");
    expect(held.portal.tasks.tasks.size).toBe(2);
  });

  test("failures are not kept under the key", async () => {
    const held = await world();
    const failed = await v3(held, "tasks.task.add", { fields: { ...fields, responsibleId: 99 } }, "k1");
    expect(failed.body.error.code).toBe("BITRIX_REST_V3_EXCEPTION_VALIDATION_REQUESTVALIDATIONEXCEPTION");
    expect((await v3(held, "tasks.task.add", { fields }, "k1")).status).toBe(200);
  });

  test.each([
    [{ title: "x", responsibleId: 2 }, "creatorId"],
    [{ ...fields, priority: "urgent" }, "priority"],
  ])("%j is refused and names the field", async (given, field) => {
    const held = await world();
    const { status, body } = await v3(held, "tasks.task.add", { fields: given });
    expect([status, body.error.validation[0].field]).toEqual([400, field]);
    expect(held.sandbox.violations).toHaveLength(1);
  });

  test("an older tasks module has no REST 3.0", async () => {
    const held = await world({}, { tasksModuleV3: false });
    const { status, body } = await v3(held, "tasks.task.add", { fields });
    expect([status, body.error.code]).toEqual([404, "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION"]);
    expect(held.sandbox.violations).toEqual([]);
  });
});
