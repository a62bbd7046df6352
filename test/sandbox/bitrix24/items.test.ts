import { describe, expect, test } from "vitest";
import { world } from "./world.ts";

describe("crm.item.*", () => {
  test("a deal comes back in camelCase with numbers, server-time dates and its pipeline's first stage", async () => {
    const { call, sandbox } = await world();
    const { status, body } = await call("crm.item.add", {
      entityTypeId: 2,
      fields: { title: "Router rollout", opportunity: 999.999, closedate: "2026-07-30" },
    });
    expect(status).toBe(200);
    expect(body.result.item).toMatchObject({
      id: 1,
      title: "Router rollout",
      opportunity: 1000,
      stageId: "NEW",
      stageSemanticId: "P",
      categoryId: 0,
      closed: "N",
      assignedById: 1,
      contactIds: [],
      entityTypeId: 2,
      closedate: "2026-07-30T02:00:00+02:00",
      createdTime: "2026-03-02T10:00:00+01:00",
    });
    expect(body.time.operating).toBeCloseTo(0.25);
    expect(sandbox.violations).toEqual([]);
  });

  test("unknown fields are ignored and recorded, as are parameters outside the contract", async () => {
    const { call, sandbox } = await world();
    const { status, body } = await call("crm.item.add", {
      entityTypeId: 2,
      fields: { title: "A", nonsense: 1 },
      extra: 1,
    });
    expect(status).toBe(200);
    expect(body.result.item).not.toHaveProperty("nonsense");
    expect(sandbox.violations.map((each) => each.rule)).toEqual([
      "parameter extra is not part of crm.item.add",
      "unknown field nonsense of DEAL is ignored",
    ]);
  });

  test("a keyset list returns 50 rows without a total, a counted one 50 rows, the total and where to go on", async () => {
    const { call, portal } = await world();
    portal.bulkImport(
      "deal",
      Array.from({ length: 120 }, (_, index) => ({ title: `Deal ${index}` })),
    );
    const keyset = await call("crm.item.list", {
      entityTypeId: 2,
      select: ["id"],
      filter: { ">id": 60 },
      order: { id: "ASC" },
      start: -1,
    });
    expect(keyset.body.result.items).toHaveLength(50);
    expect(keyset.body.result.items[0]).toEqual({ id: 61 });
    expect(keyset.body.total).toBe(0);
    expect(keyset.body).not.toHaveProperty("next");
    const counted = await call("crm.item.list", { entityTypeId: 2, select: ["id"], order: { id: "DESC" } });
    expect(counted.body.total).toBe(120);
    expect(counted.body.next).toBe(50);
    expect(counted.body.result.items[0]).toEqual({ id: 120 });
  });
});
