import { describe, expect, test } from "vitest";
import { type World, world } from "./world.ts";

const add = async (held: World, entityTypeId: number, fields: Record<string, unknown>) =>
  (await held.call("crm.item.add", { entityTypeId, fields })).body.result.item;

describe("crm.item.*", () => {
  test("a deal comes back in camelCase with numbers, server-time dates and its pipeline's first stage", async () => {
    const held = await world();
    const item = await add(held, 2, { title: "Router rollout", opportunity: 999.999, closedate: "2026-07-30" });
    expect(item).toMatchObject({
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
      isWon: null,
    });
    expect(held.sandbox.violations).toEqual([]);
  });

  test("unknown and read-only fields are ignored and recorded, as are parameters outside the contract", async () => {
    const { call, sandbox } = await world();
    const fields = { title: "A", nonsense: 1, stageSemanticId: "S" };
    const { status, body } = await call("crm.item.add", { entityTypeId: 2, fields, extra: 1 });
    expect(status).toBe(200);
    expect(body.result.item).not.toHaveProperty("nonsense");
    expect(sandbox.violations.map((each) => each.rule)).toEqual([
      "parameter extra is not part of crm.item.add",
      "unknown field nonsense of DEAL is ignored",
      "read-only field stageSemanticId of DEAL is ignored",
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
    expect([counted.body.total, counted.body.next, counted.body.result.items[0].id]).toEqual([120, 50, 120]);
    const last = await call("crm.item.list", { entityTypeId: 2, select: ["id"], start: 100 });
    expect(last.body.result.items).toHaveLength(20);
    expect(last.body).not.toHaveProperty("next");
  });

  test.each([
    [{ "=title": "beta" }, [2]],
    [{ title: ["Alpha", "Beta"] }, [1, 2]],
    [{ "!=title": "Alpha" }, [2, 3]],
    [{ "%title": "a" }, [1, 2, 3]],
    [{ "=%title": "%ta" }, [2]],
    [{ "!%title": "et" }, [1, 3]],
    [{ "@id": [1, 3, 77] }, [1, 3]],
    [{ "!@id": [1] }, [2, 3]],
    [{ ">opportunity": 100, "<=opportunity": 300 }, [2, 3]],
    [{ "@stageId": ["WON", "LOSE"] }, [3]],
    [{ stageSemanticId: "S" }, [3]],
    [{ companyId: 1 }, [1]],
    [{ companyId: null }, [2, 3]],
    [{ contactIds: 1 }, [2]],
    [{ ">=movedTime": "2026-03-02T10:30:00+01:00" }, [3]],
    [{ closed: "Y" }, [3]],
    [{ "0": { logic: "OR", "0": { "=title": "Alpha" }, "1": { "=title": "Gamma" } } }, [1, 3]],
    [{ ">id": 1, "<id": 3 }, [2]],
  ])("filter %j", async (filter, expected) => {
    const { call, portal, clock, sandbox } = await world();
    const company = portal.create("company", { title: "C" });
    const contact = portal.create("contact", { name: "K" });
    portal.create("deal", { title: "Alpha", opportunity: 100, companyId: company });
    portal.create("deal", { title: "Beta", opportunity: 200, contactId: contact });
    portal.create("deal", { title: "Gamma", opportunity: 300 });
    await clock.advance(3_600_000 - 1);
    portal.update("deal", 3, { stageId: "WON" });
    const { body } = await call(
      "crm.item.list",
      { entityTypeId: 2, select: ["id"], filter, order: { id: "ASC" } },
      sandbox.tokens.issueAccess(portal, 1).token,
    );
    expect(body.result.items.map((item: { id: number }) => item.id)).toEqual(expected);
    expect(sandbox.violations).toEqual([]);
  });

  test("stageSemanticId as a filter is a switch", async () => {
    const { call } = await world({ switches: { stageSemanticIdFilterable: false } });
    const { body } = await call("crm.item.list", { entityTypeId: 2, filter: { stageSemanticId: "S" } });
    expect(body.error).toBe("INVALID_ARG_VALUE");
  });

  test("winning a deal closes it, dates it and writes its stage history", async () => {
    const held = await world();
    await add(held, 2, { title: "A" });
    await held.clock.advance(86_400_000);
    const token = held.sandbox.tokens.issueAccess(held.portal, 1).token;
    const { body } = await held.call("crm.item.update", { entityTypeId: 2, id: 1, fields: { stageId: "WON" } }, token);
    expect(body.result.item).toMatchObject({
      closed: "Y",
      stageSemanticId: "S",
      movedTime: "2026-03-03T10:00:00+01:00",
      closedate: "2026-03-03T01:00:00+01:00",
    });
    const history = await held.call(
      "crm.stagehistory.list",
      { entityTypeId: 2, filter: { OWNER_ID: 1 }, order: { ID: "ASC" } },
      token,
    );
    expect(
      history.body.result.items.map((each: Record<string, unknown>) => [
        each.TYPE_ID,
        each.STAGE_ID,
        each.STAGE_SEMANTIC_ID,
      ]),
    ).toEqual([
      [1, "NEW", "P"],
      [3, "WON", "S"],
    ]);
  });

  test("a stage of another pipeline needs the pipeline to change with it; then the history says 5", async () => {
    const held = await world();
    const category = held.portal.catalog.addCategory(2, "Renewals");
    await add(held, 2, { title: "A" });
    const stageId = `C${category.id}:WON`;
    const alone = await held.call("crm.item.update", { entityTypeId: 2, id: 1, fields: { stageId } });
    expect(alone.body.error).toBe("CRM_FIELD_ERROR_VALUE_NOT_VALID");
    const both = await held.call("crm.item.update", {
      entityTypeId: 2,
      id: 1,
      fields: { categoryId: category.id, stageId },
    });
    expect(both.body.result.item).toMatchObject({ categoryId: category.id, stageId, stageSemanticId: "S" });
    expect(held.portal.crm.stageHistory.all().at(-1)!.typeId).toBe(5);
    await held.call("crm.item.update", { entityTypeId: 2, id: 1, fields: { categoryId: 0 } });
    expect(held.portal.crm.get(2, 1).stageId).toBe("NEW");
  });

  test.each([
    [{ stageId: "NOPE" }],
    [{ assignedById: 99 }],
    [{ companyId: 99 }],
    [{ closedate: "tomorrow" }],
    [{ opportunity: "much" }],
    [{ currencyId: "XYZ" }],
    [{ opened: "perhaps" }],
  ])("the value %j is refused and nothing is saved", async (fields) => {
    const { call, portal } = await world();
    portal.create("deal", { title: "A" });
    const before = JSON.stringify(portal.crm.get(2, 1));
    const { status, body } = await call("crm.item.update", { entityTypeId: 2, id: 1, fields });
    expect([status, body.error]).toEqual([400, "CRM_FIELD_ERROR_VALUE_NOT_VALID"]);
    expect(JSON.stringify(portal.crm.get(2, 1))).toBe(before);
  });

  test("comments are rewritten as the card's editor does", async () => {
    const held = await world();
    const item = await add(held, 2, { title: "A", comments: "<b>Big</b><br>day <script>x</script>\r\nend  " });
    expect(item.comments).toBe("[B]Big[/B]\nday x\nend");
  });

  test.each([
    [true, [2]],
    [false, [1, 2]],
  ])("contactIds replaces the whole set: %s", async (contactIdsReplace, expected) => {
    const held = await world({ switches: { contactIdsReplace } });
    held.portal.create("contact", { name: "A" });
    held.portal.create("contact", { name: "B" });
    await add(held, 2, { title: "D", contactIds: [1] });
    const { body } = await held.call("crm.item.update", { entityTypeId: 2, id: 1, fields: { contactIds: [2] } });
    expect(body.result.item.contactIds).toEqual(expected);
  });

  test("a contact keeps phones and addresses as `fm`, which select cannot name", async () => {
    const held = await world();
    const item = await add(held, 3, {
      name: "Zoë",
      fm: [{ typeId: "EMAIL", valueType: "WORK", value: "zoe@customer.example" }],
    });
    expect(item).toMatchObject({
      hasEmail: "Y",
      hasPhone: "N",
      fm: [{ id: 1, typeId: "EMAIL", valueType: "WORK", value: "zoe@customer.example" }],
    });
    const listed = await held.call("crm.item.list", { entityTypeId: 3, select: ["id", "fm"] });
    expect(listed.body.result.items).toEqual([{ id: 1 }]);
    expect(held.sandbox.violations.at(-1)!.rule).toBe("select cannot name fm");
  });

  test("who may not see a record gets ACCESS_DENIED, and does not find it in lists", async () => {
    const held = await world();
    const { id } = held.portal.addUser({ sees: "own" });
    held.portal.create("deal", { title: "Not mine", assignedById: 1 });
    held.portal.create("deal", { title: "Mine", assignedById: id });
    const token = held.sandbox.tokens.issueAccess(held.portal, id).token;
    expect((await held.call("crm.item.get", { entityTypeId: 2, id: 1 }, token)).body.error).toBe("ACCESS_DENIED");
    const list = await held.call("crm.item.list", { entityTypeId: 2, select: ["id"] }, token);
    expect(list.body.result.items).toEqual([{ id: 2 }]);
    expect(list.body.total).toBe(1);
  });

  test("crm.item.delete moves to the recycle bin, batchImport takes 20", async () => {
    const held = await world();
    await add(held, 2, { title: "A" });
    expect((await held.call("crm.item.delete", { entityTypeId: 2, id: 1 })).body.result).toEqual([]);
    expect(held.portal.crm.recycleBin).toHaveLength(1);
    const many = Array.from({ length: 21 }, (_, index) => ({ title: `D${index}` }));
    const refused = await held.call("crm.item.batchImport", { entityTypeId: 2, data: many });
    expect(refused.body.error).toBe("MAX_IMPORT_BATCH_SIZE_EXCEEDED");
    const taken = await held.call("crm.item.batchImport", { entityTypeId: 2, data: many.slice(0, 20) });
    expect(taken.body.result.items[0]).toEqual({ item: { id: 2 } });
  });

  test("invoices are dynamic items with stages of their own", async () => {
    const held = await world();
    const category = held.portal.catalog.categoriesOf(31)[0]!.id;
    const item = await add(held, 31, { title: "INV-1", opportunity: 250, companyId: null });
    expect(item.stageId).toBe(`DT31_${category}:N`);
    const paid = await held.call("crm.item.update", {
      entityTypeId: 31,
      id: 1,
      fields: { stageId: `DT31_${category}:P` },
    });
    expect(paid.body.result.item.previousStageId).toBe(`DT31_${category}:N`);
    const stages = await held.call("crm.status.list", { filter: { ENTITY_ID: `SMART_INVOICE_STAGE_${category}` } });
    expect(stages.body.result.map((each: Record<string, unknown>) => [each.STATUS_ID, each.SEMANTICS])).toContainEqual([
      `DT31_${category}:P`,
      "S",
    ]);
  });
});

describe("the classic methods", () => {
  test("UPPER_CASE keys and strings, and no other pipeline", async () => {
    const { call, sandbox } = await world();
    expect((await call("crm.deal.add", { fields: { TITLE: "Old school", OPPORTUNITY: 10 } })).body.result).toBe(1);
    const { body } = await call("crm.deal.get", { id: 1 });
    expect(body.result).toMatchObject({
      ID: "1",
      TITLE: "Old school",
      OPPORTUNITY: "10.00",
      STAGE_ID: "NEW",
      CATEGORY_ID: "0",
      CLOSED: "N",
    });
    expect((await call("crm.deal.update", { id: 1, fields: { TITLE: "New" } })).body.result).toBe(true);
    expect(sandbox.violations).toEqual([]);
    await call("crm.deal.update", { id: 1, fields: { CATEGORY_ID: 4 } });
    expect(sandbox.violations).toHaveLength(1);
  });

  test("a refused value arrives with an empty code", async () => {
    const { call, portal } = await world();
    portal.create("deal", { title: "A" });
    const { status, body } = await call("crm.deal.update", { id: 1, fields: { STAGE_ID: "NOPE" } });
    expect([status, body.error]).toEqual([400, ""]);
    expect(body.error_description).toContain("stageId");
  });

  test("lists of companies and contacts with phones", async () => {
    const { call, portal } = await world();
    portal.create("contact", { name: "A", fm: [{ typeId: "PHONE", valueType: "WORK", value: "+49 1" }] });
    const { body } = await call("crm.contact.list", {
      select: ["ID", "NAME", "PHONE"],
      filter: { ">ID": 0 },
      start: -1,
    });
    expect(body.result).toEqual([
      { ID: "1", NAME: "A", PHONE: [{ ID: "1", VALUE_TYPE: "WORK", VALUE: "+49 1", TYPE_ID: "PHONE" }] },
    ]);
  });

  test("a deal's contacts", async () => {
    const { call, portal } = await world();
    for (const name of ["A", "B"]) portal.create("contact", { name });
    portal.create("deal", { title: "D", contactIds: [1] });
    await call("crm.deal.contact.add", { id: 1, fields: { CONTACT_ID: 2, IS_PRIMARY: "Y" } });
    expect((await call("crm.deal.contact.items.get", { id: 1 })).body.result).toEqual([
      { CONTACT_ID: 2, SORT: 10, ROLE_ID: 0, IS_PRIMARY: "Y" },
      { CONTACT_ID: 1, SORT: 20, ROLE_ID: 0, IS_PRIMARY: "N" },
    ]);
  });
});
