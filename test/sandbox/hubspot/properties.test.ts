import { describe, expect, test } from "vitest";
import type { HubSpotSandboxOptions, PortalOptions } from "../../../src/sandbox/hubspot/index.ts";
import { install, type Json, OBJECTS, world } from "./kit.ts";

const BASE = "/crm/properties/2026-09/companies";
const SCORE = {
  groupName: "companyinformation",
  name: "oh_score",
  label: "Health",
  type: "number",
  fieldType: "number",
};

async function ready(options: Partial<HubSpotSandboxOptions> = {}, portal: PortalOptions = {}) {
  const made = world({ rateLimits: false, ...options }, portal);
  return { ...made, call: await install(made) };
}

const option = (value: string, displayOrder = 0) => ({ label: value, value, displayOrder, hidden: false });

describe("groups", () => {
  test("are made once, renamed, and removed when empty", async () => {
    const { call, portal } = await ready();
    const group = { name: "onboarding_health", label: "Onboarding health", displayOrder: -1 };
    expect((await call("POST", `${BASE}/groups`, group)).status).toBe(201);
    expect((await call("POST", `${BASE}/groups`, group)).status).toBe(409);
    const renamed = await call("PATCH", `${BASE}/groups/${group.name}`, { label: "Health" });
    expect(renamed.body).toEqual({ ...group, label: "Health", archived: false });
    await call("POST", BASE, { ...SCORE, groupName: group.name });
    expect((await call("DELETE", `${BASE}/groups/${group.name}`)).status).toBe(400);
    await call("DELETE", `${BASE}/oh_score`);
    expect((await call("DELETE", `${BASE}/groups/${group.name}`)).status).toBe(204);
    expect((await call("GET", `${BASE}/groups/${group.name}`)).status).toBe(404);
    expect(portal.groups("company").map(({ name }) => name)).toEqual(["companyinformation"]);
  });
});

describe("definitions", () => {
  test("are made, read, changed and archived", async () => {
    const { call, portal } = await ready();
    const made = await call("POST", BASE, SCORE);
    expect([made.status, made.body.hubspotDefined, made.body.modificationMetadata.archivable]).toEqual([
      201,
      false,
      true,
    ]);
    expect((await call("PATCH", `${BASE}/oh_score`, { label: "Score" })).body.label).toBe("Score");
    expect((await call("GET", `${BASE}/oh_score`)).body.label).toBe("Score");
    const company = portal.create("company", { name: "C", oh_score: "77" });
    expect((await call("DELETE", `${BASE}/oh_score`)).status).toBe(204);
    expect((await call("GET", `${BASE}/oh_score`)).status).toBe(404);
    expect((await call("GET", `${BASE}/oh_score?archived=true`)).body.archived).toBe(true);
    const read = await call("GET", `${OBJECTS}/companies/${company.id}?properties=oh_score`);
    expect(read.body.properties).not.toHaveProperty("oh_score");
    const write = await call("PATCH", `${OBJECTS}/companies/${company.id}`, { properties: { oh_score: "1" } });
    expect(write.body.errors[0].code).toBe("PROPERTY_DOESNT_EXIST");
  });

  test.each([
    [true, 409, "CONFLICT"],
    [false, 400, "VALIDATION_ERROR"],
  ])("an existing name: 409 is %s", async (existingPropertyAnswers409, status, category) => {
    const { call } = await ready({ switches: { existingPropertyAnswers409 } });
    await call("POST", BASE, SCORE);
    const again = await call("POST", BASE, SCORE);
    expect([again.status, again.body.category]).toEqual([status, category]);
    const batch = await call("POST", `${BASE}/batch/create`, { inputs: [SCORE, { ...SCORE, name: "oh_other" }] });
    expect([batch.status, batch.body.results.length, batch.body.errors[0].category]).toEqual([207, 1, category]);
  });

  test.each([
    [false, 409],
    [true, 201],
  ])("an archived name is restored: %s", async (archivedPropertyRestored, status) => {
    const { call, portal } = await ready({ switches: { archivedPropertyRestored } });
    await call("POST", BASE, SCORE);
    portal.archiveProperty("company", "oh_score");
    expect((await call("POST", BASE, SCORE)).status).toBe(status);
  });

  test.each<[string, Record<string, unknown>, boolean]>([
    ["a name with capitals", { name: "OhScore" }, true],
    ["a field type of another type", { fieldType: "text" }, true],
    ["a choice without options", { type: "enumeration", fieldType: "select" }, true],
    ["an option twice", { type: "enumeration", fieldType: "select", options: [option("a"), option("a", 1)] }, true],
    ["a yes/no without its options", { type: "bool", fieldType: "booleancheckbox" }, true],
    ["an empty label", { label: " " }, true],
    ["an unknown type", { type: "integer" }, true],
    ["an unknown field", { colour: "red" }, true],
    ["a group that is not there", { groupName: "nowhere" }, false],
  ])("%s is refused", async (_, more, stranger) => {
    const { call, sandbox } = await ready();
    expect((await call("POST", BASE, { ...SCORE, ...more })).status).toBe(400);
    expect(sandbox.violations.length > 0).toBe(stranger);
  });

  test("yes/no with options, choices and owner references are taken", async () => {
    const { call, sandbox } = await ready();
    const inputs = [
      {
        ...SCORE,
        name: "a",
        type: "bool",
        fieldType: "booleancheckbox",
        options: [option("true"), option("false", 1)],
      },
      { ...SCORE, name: "b", type: "enumeration", fieldType: "select", options: [option("healthy")] },
      {
        ...SCORE,
        name: "c",
        type: "enumeration",
        fieldType: "select",
        referencedObjectType: "OWNER",
        externalOptions: true,
      },
      { ...SCORE, name: "d", type: "datetime", fieldType: "date" },
      { ...SCORE, name: "e", type: "string", fieldType: "textarea" },
    ];
    const { status, body } = await call("POST", `${BASE}/batch/create`, { inputs });
    expect([status, body.results.length]).toEqual([201, 5]);
    expect(sandbox.violations).toEqual([]);
  });

  test.each([
    [true, 201],
    [false, 400],
  ])("unique values on tasks: %s", async (uniqueTaskPropertyAllowed, status) => {
    const { call, sandbox } = await ready({ switches: { uniqueTaskPropertyAllowed } });
    const unique = {
      ...SCORE,
      groupName: "task_information",
      name: "k",
      type: "string",
      fieldType: "text",
      hasUniqueValue: true,
    };
    expect((await call("POST", "/crm/properties/2026-09/tasks", unique)).status).toBe(status);
    expect(sandbox.violations).toEqual([]);
  });

  test("the account's room is limited and can be asked for", async () => {
    const { call, portal } = await ready({}, { propertyLimits: { perObject: 3, overall: 4, uniquePerObject: 1 } });
    const create = (name: string, more = {}, object = "companies", groupName = "companyinformation") =>
      call("POST", `/crm/properties/2026-09/${object}`, { ...SCORE, ...more, name, groupName });
    portal.addProperty("company", { name: "theirs", label: "Theirs", type: "string", fieldType: "text" });
    const unique = { type: "string", fieldType: "text", hasUniqueValue: true };
    expect((await create("a", unique)).status).toBe(201);
    expect((await create("b", unique)).body.errors[0].code).toBe("LIMIT_EXCEEDED");
    expect((await create("b")).status).toBe(201);
    expect((await create("c")).body.errors[0].code).toBe("LIMIT_EXCEEDED");
    expect((await create("d", {}, "deals", "dealinformation")).status).toBe(201);
    expect((await create("e", {}, "deals", "dealinformation")).status).toBe(400);
    const { body } = await call("GET", "/crm/limits/2026-09/custom-properties");
    expect([body.overallLimit, body.overallUsage]).toEqual([4, 4]);
    expect(body.byObjectType.find((entry: Json) => entry.objectTypeId === "0-2")).toMatchObject({ limit: 3, usage: 3 });
  });

  test("HubSpot's own are not for changing", async () => {
    const { call } = await ready();
    expect((await call("DELETE", `${BASE}/name`)).status).toBe(400);
    expect((await call("PATCH", `${BASE}/name`, { label: "x" })).status).toBe(400);
  });

  test("batch/read needs its three fields and names what is missing", async () => {
    const { call, sandbox } = await ready();
    const inputs = [{ name: "name" }, { name: "nope" }];
    const answer = await call("POST", `${BASE}/batch/read`, {
      inputs,
      archived: false,
      dataSensitivity: "non_sensitive",
    });
    expect([answer.status, answer.body.results.length, answer.body.errors[0].context.name]).toEqual([207, 1, ["nope"]]);
    expect((await call("POST", `${BASE}/batch/read`, { inputs })).status).toBe(400);
    expect(sandbox.violations).toHaveLength(1);
  });

  test("batch/archive answers 204 always", async () => {
    const { call } = await ready();
    await call("POST", BASE, SCORE);
    const inputs = [{ name: "oh_score" }, { name: "nope" }, { name: "name" }];
    expect((await call("POST", `${BASE}/batch/archive`, { inputs })).status).toBe(204);
    expect((await call("GET", `${BASE}/name`)).status).toBe(200);
    expect((await call("GET", `${BASE}/oh_score`)).status).toBe(404);
  });

  test("scopes: contacts alone may not define company properties", async () => {
    const made = world();
    const call = await install(made, ["oauth", "crm.objects.companies.read", "crm.schemas.contacts.write"]);
    expect((await call("GET", BASE)).status).toBe(200);
    const { status, body } = await call("POST", BASE, SCORE);
    expect([status, body.category, body.errors[0].context.requiredGranularScopes]).toEqual([
      403,
      "MISSING_SCOPES",
      ["crm.schemas.companies.write"],
    ]);
  });
});

test("a numeric rule refuses what lies outside", async () => {
  const { call, portal } = await ready();
  await call("POST", BASE, SCORE);
  const company = portal.create("company", { name: "C" });
  const rule = "/crm/property-validations/2026-09/0-2/oh_score/rule-type/MAX_NUMBER";
  expect((await call("PUT", rule, { ruleArguments: ["100"] })).status).toBe(204);
  expect((await call("GET", rule)).body).toMatchObject({ ruleType: "MAX_NUMBER", ruleArguments: ["100"] });
  const write = (oh_score: string) => call("PATCH", `${OBJECTS}/companies/${company.id}`, { properties: { oh_score } });
  expect((await write("100")).status).toBe(200);
  const refused = await write("101");
  expect([refused.status, refused.body.errors[0].code]).toEqual([400, "MAX_NUMBER"]);
});
