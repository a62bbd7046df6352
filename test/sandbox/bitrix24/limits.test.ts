import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

describe("limits", () => {
  test.each([
    ["standard", 50, 2],
    ["enterprise", 250, 5],
  ] as const)("on %s the bucket takes %i requests at once and drains %i a second", async (plan, size, drain) => {
    const { call, clock } = await world({}, { plan });
    const answers = [];
    for (let index = 0; index <= size; index++) answers.push((await call("server.time")).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(size);
    expect(answers.at(-1)).toBe(503);
    await clock.advance(1000);
    const after = [];
    for (let index = 0; index <= drain; index++) after.push((await call("server.time")).status);
    expect(after.filter((status) => status === 200)).toHaveLength(drain);
  });

  test("a method that used its 480 seconds answers 429 until its oldest basket leaves; other methods go on", async () => {
    const { call, clock, portal } = await world({ costs: { "crm.item.get": 100 } });
    portal.create("deal", { title: "x" });
    const get = () => call("crm.item.get", { entityTypeId: 2, id: 1 });
    for (let index = 0; index < 4; index++) expect((await get()).status).toBe(200);
    const fifth = await get();
    expect(fifth.body.time.operating).toBe(500);
    const blocked = await get();
    expect([blocked.status, blocked.body.error]).toEqual([429, "OPERATION_TIME_LIMIT"]);
    expect((await call("profile")).status).toBe(200);
    const resetAt = fifth.body.time.operating_reset_at * 1000;
    expect(resetAt - clock.now()).toBe(600_000);
    await clock.advanceTo(resetAt - 1);
    expect((await get()).status).toBe(429);
    await clock.advanceTo(resetAt);
    expect((await get()).status).toBe(200);
  });

  test("inside a batch every command pays for itself, and a parked one fails alone", async () => {
    const { batch, portal } = await world({ costs: { "crm.item.get": 300 } });
    portal.create("deal", { title: "x" });
    const get = "crm.item.get?entityTypeId=2&id=1";
    const { status, body } = await batch({ a: get, b: get, c: get, d: "profile" });
    expect(status).toBe(200);
    expect(body.result.result_error).toEqual({
      c: { error: "OPERATION_TIME_LIMIT", error_description: "Method is blocked due to operation time limit." },
    });
    expect(Object.keys(body.result.result)).toEqual(["a", "b", "d"]);
    expect(body.result.result_time.b.operating).toBe(600);
  });

  test("self-hosted portals have no operating limit", async () => {
    const { call, portal } = await world({ costs: { profile: 1000 } }, { selfHosted: true });
    for (let index = 0; index < 3; index++) expect((await call("profile")).status).toBe(200);
    expect(portal.tasksModuleV3).toBe(false);
  });

  test("85,000 records listed by keyset and written in batches cost a few seconds of processor time", async () => {
    const held = await world({ operatingLimitS: 1e9 }, { plan: "enterprise" });
    const { portal, batch, clock, sandbox } = held;
    portal.addUserField({
      entityId: "CRM_COMPANY",
      fieldName: "UF_CRM_CS_HEALTH",
      userTypeId: "double",
      settings: { PRECISION: 1 },
    });
    portal.bulkImport(
      "company",
      Array.from({ length: 85_000 }, (_, index) => ({ title: `Company ${index}` })),
    );
    const before = process.cpuUsage();
    let listed = 0;
    for (let last = 0; listed < 85_000; ) {
      const commands: Record<string, string> = {};
      for (let index = 0; index < 50; index++) {
        const from = index === 0 ? String(last) : `%24result%5Bl${index - 1}%5D%5Bitems%5D%5B49%5D%5Bid%5D`;
        commands[`l${index}`] = `crm.item.list?entityTypeId=4&select[]=id&order[id]=ASC&filter[%3Eid]=${from}&start=-1`;
      }
      await clock.advance(200);
      const { body } = await batch(commands);
      const pages = Object.values(body.result.result) as { items: { id: number }[] }[];
      listed += pages.reduce((sum, page) => sum + page.items.length, 0);
      last = pages.at(-1)!.items.at(-1)!.id;
    }
    expect(listed).toBe(85_000);
    for (let start = 0; start < 85_000; start += 50) {
      const commands: string[] = [];
      for (let id = start + 1; id <= start + 50; id++) {
        commands.push(
          `crm.item.update?entityTypeId=4&id=${id}&useOriginalUfNames=Y&fields[UF_CRM_CS_HEALTH]=${id % 100}.25`,
        );
      }
      await clock.advance(200);
      const { body } = await batch(commands);
      if (body.result.result_error.length !== 0) throw new Error(JSON.stringify(body.result.result_error));
    }
    const used = process.cpuUsage(before);
    expect(portal.crm.get(4, 84_999).UF_CRM_CS_HEALTH).toBe(99.3);
    expect(sandbox.violations).toEqual([]);
    expect((used.user + used.system) / 1e6).toBeLessThan(20);
  });
});
