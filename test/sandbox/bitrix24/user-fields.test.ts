import { describe, expect, test } from "vitest";
import { camelUserField } from "../../../src/sandbox/bitrix24/crm-types.ts";
import { type World, world } from "./world.ts";

const LIST = [
  { VALUE: "Healthy", XML_ID: "healthy", SORT: 10 },
  { VALUE: "At risk", XML_ID: "risk", SORT: 20 },
];

async function add(held: World, fields: Record<string, unknown>): Promise<number> {
  return (await held.call("crm.company.userfield.add", { fields })).body.result;
}

async function write(held: World, name: string, value: unknown) {
  held.portal.create("company", { title: "C" });
  const { body } = await held.call("crm.item.update", {
    entityTypeId: 4,
    id: 1,
    useOriginalUfNames: "Y",
    fields: { [name]: value },
  });
  return body.error === undefined ? body.result.item[name] : body.error;
}

describe("custom fields", () => {
  test.each([
    ["double", { PRECISION: 1 }, 72.46, 72.5],
    ["double", undefined, 72.46, 72],
    ["double", { PRECISION: 2 }, "1.005", 1.01],
    ["double", { PRECISION: 1 }, -0.25, -0.3],
    ["double", { PRECISION: 1 }, "", null],
    ["double", { PRECISION: 1 }, "high", "CRM_FIELD_ERROR_VALUE_NOT_VALID"],
    ["integer", undefined, "41.9", 41],
    ["boolean", undefined, 1, "Y"],
    ["datetime", undefined, "2026-09-01T10:00:00+00:00", "2026-09-01T12:00:00+02:00"],
    ["datetime", undefined, "soon", "CRM_FIELD_ERROR_VALUE_NOT_VALID"],
    ["date", undefined, "2026-01-05", "2026-01-05T01:00:00+01:00"],
    ["money", undefined, "300|USD", "300|USD"],
    ["money", undefined, "300", "CRM_FIELD_ERROR_VALUE_NOT_VALID"],
    ["string", undefined, "Plan: <b>x</b>", "Plan: <b>x</b>"],
    ["string", undefined, { a: 1 }, "CRM_FIELD_ERROR_VALUE_NOT_VALID"],
  ])("a %s field with settings %j keeps %j as %j", async (type, SETTINGS, value, expected) => {
    const held = await world();
    await add(held, { FIELD_NAME: "CS_VALUE", USER_TYPE_ID: type, SETTINGS });
    expect(await write(held, "UF_CRM_CS_VALUE", value)).toEqual(expected);
  });

  test("an enumeration is written by option id, found by XML_ID, and a foreign id is refused", async () => {
    const held = await world();
    await add(held, { FIELD_NAME: "CS_TIER", USER_TYPE_ID: "enumeration", LIST, SHOW_FILTER: "Y", LABEL: "Tier" });
    const { body } = await held.call("crm.company.userfield.list", {
      filter: { FIELD_NAME: "UF_CRM_CS_TIER", LANG: "de" },
    });
    const [field] = body.result;
    expect(field).toMatchObject({ ENTITY_ID: "CRM_COMPANY", SHOW_FILTER: "E", EDIT_FORM_LABEL: "Tier" });
    const risk = field.LIST.find((each: { XML_ID: string }) => each.XML_ID === "risk").ID;
    expect(await write(held, "UF_CRM_CS_TIER", risk)).toBe(Number(risk));
    expect(await write(held, "UF_CRM_CS_TIER", 1)).toBe("CRM_FIELD_ERROR_VALUE_NOT_VALID");
    expect(held.sandbox.violations).toEqual([]);
  });

  test.each([
    [true, ["healthy", "risk", "lost"]],
    [false, ["healthy", "risk"]],
  ])("an option without id is added on update: %s", async (enumWithoutIdAdds, expected) => {
    const held = await world({ switches: { enumWithoutIdAdds } });
    const id = await add(held, { FIELD_NAME: "CS_TIER", USER_TYPE_ID: "enumeration", LIST });
    await held.call("crm.company.userfield.update", { id, fields: { LIST: [{ VALUE: "Lost", XML_ID: "lost" }] } });
    const { body } = await held.call("crm.company.userfield.get", { id });
    expect(body.result.LIST.map((each: { XML_ID: string }) => each.XML_ID)).toEqual(expected);
  });

  test.each([
    ["no name", { USER_TYPE_ID: "string" }, ""],
    ["no type", { FIELD_NAME: "A" }, ""],
    ["a strange type", { FIELD_NAME: "A", USER_TYPE_ID: "colour" }, "ERROR_CORE"],
    ["a name with small letters", { FIELD_NAME: "Health", USER_TYPE_ID: "string" }, "ERROR_CORE"],
    ["a long name", { FIELD_NAME: "A".repeat(60), USER_TYPE_ID: "string" }, "ERROR_CORE"],
    ["a name that is taken", { FIELD_NAME: "TAKEN", USER_TYPE_ID: "string" }, "ERROR_CORE"],
  ])("%s is refused", async (_, fields, error) => {
    const held = await world();
    await add(held, { FIELD_NAME: "TAKEN", USER_TYPE_ID: "string" });
    const { body } = await held.call("crm.company.userfield.add", { fields });
    expect(body.error).toBe(error);
  });

  test("only administrators create fields; a deleted field is gone from records", async () => {
    const held = await world();
    const plain = held.sandbox.tokens.issueAccess(held.portal, 2).token;
    const fields = { FIELD_NAME: "X", USER_TYPE_ID: "string" };
    expect((await held.call("crm.company.userfield.add", { fields }, plain)).status).toBe(403);
    const id = await add(held, fields);
    expect(await write(held, "UF_CRM_X", "kept")).toBe("kept");
    await held.call("crm.company.userfield.delete", { id });
    const { body } = await held.call("crm.item.get", { entityTypeId: 4, id: 1, useOriginalUfNames: "Y" });
    expect(body.result.item).not.toHaveProperty("UF_CRM_X");
    expect((await held.call("crm.company.userfield.get", { id })).body.error).toBe("ERROR_NOT_FOUND");
  });

  test("userfieldconfig has its own spelling, name rule and empty codes", async () => {
    const held = await world();
    const field = {
      entityId: "CRM_DEAL",
      fieldName: "UF_CRM_DEAL_CS_HEALTH",
      userTypeId: "double",
      settings: { PRECISION: 1 },
      showFilter: "Y",
      editFormLabel: { en: "Health" },
    };
    const made = await held.call("userfieldconfig.add", { moduleId: "crm", field });
    expect(made.body.result.field).toMatchObject({
      fieldName: "UF_CRM_DEAL_CS_HEALTH",
      settings: { PRECISION: 1 },
      editFormLabel: { en: "Health" },
    });
    const again = await held.call("userfieldconfig.add", { moduleId: "crm", field });
    expect([again.status, again.body.error]).toEqual([400, ""]);
    const listed = await held.call("userfieldconfig.list", { moduleId: "crm", filter: { entityId: "CRM_DEAL" } });
    expect(listed.body.result.fields).toHaveLength(1);
    expect(held.sandbox.violations).toEqual([]);
    await held.call("userfieldconfig.add", { moduleId: "crm", field: { ...field, fieldName: "UF_CRM_CS" } });
    expect(held.sandbox.violations).toHaveLength(1);
  });

  test("filters on a boolean field want 1 and 0; Y is refused and recorded", async () => {
    const held = await world();
    await add(held, { FIELD_NAME: "CS_ON", USER_TYPE_ID: "boolean" });
    await write(held, "UF_CRM_CS_ON", 1);
    held.portal.create("company", { title: "Off" });
    const ask = (value: unknown) =>
      held.call("crm.item.list", {
        entityTypeId: 4,
        select: ["id"],
        useOriginalUfNames: "Y",
        filter: { UF_CRM_CS_ON: value },
      });
    expect((await ask(1)).body.result.items).toEqual([{ id: 1 }]);
    expect((await ask(0)).body.result.items).toEqual([{ id: 2 }]);
    expect((await ask("Y")).body.error).toBe("INVALID_ARG_VALUE");
  });

  test.each([
    ["UF_CRM_3_DIGIT", "prefix", "ufCrm3Digit"],
    ["UF_CRM_3_1747309727", "prefix", "ufCrm3_1747309727"],
    ["UF_CRM_3_DIGIT10", "prefix", "ufCrm_3_DIGIT10"],
    ["UF_CRM_1747309879", "prefix", "ufCrm_1747309879"],
    ["UF_CRM_CS_HEALTH", "prefix", "ufCrm_CS_HEALTH"],
    ["UF_CRM_CS_HEALTH", "camel", "ufCrmCsHealth"],
  ] as const)("%s with plain letters by %s is %s in crm.item.*", (name, mode, expected) => {
    expect(camelUserField(name, mode)).toBe(expected);
  });

  test("crm.item.fields tells the original name beside the camel one", async () => {
    const held = await world({ switches: { ufCamelCase: "camel" } });
    await add(held, { FIELD_NAME: "CS_HEALTH", USER_TYPE_ID: "double", EDIT_FORM_LABEL: { en: "Health score" } });
    const { body } = await held.call("crm.item.fields", { entityTypeId: 4 });
    expect(body.result.fields.ufCrmCsHealth).toMatchObject({
      type: "double",
      isDynamic: true,
      upperName: "UF_CRM_CS_HEALTH",
    });
    expect(body.result.fields.assignedById.upperName).toBe("ASSIGNED_BY_ID");
  });
});
