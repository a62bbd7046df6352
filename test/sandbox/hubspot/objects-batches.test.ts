import { describe, expect, test } from "vitest";
import type { HubSpotSandboxOptions, PortalOptions } from "../../../src/sandbox/hubspot/index.ts";
import { install, type Json, link, OBJECTS, world } from "./kit.ts";

const DUE = "2026-12-21T09:00:00Z";

async function ready(options: Partial<HubSpotSandboxOptions> = {}, portal: PortalOptions = {}) {
  const made = world(options, portal);
  return { ...made, call: await install(made) };
}

function task(more: Record<string, string> = {}) {
  return { properties: { hs_timestamp: DUE, hs_task_subject: "Check-in", ...more }, associations: [] };
}

describe("batches", () => {
  test("without trace ids one bad input refuses the whole batch", async () => {
    const { call, portal } = await ready();
    const inputs = [task(), task({ hs_task_status: "DONE" })];
    expect((await call("POST", `${OBJECTS}/tasks/batch/create`, { inputs })).status).toBe(400);
    expect(portal.list("task")).toEqual([]);
  });

  test("with a trace id each, the good ones are made and the bad ones named", async () => {
    const { call, portal } = await ready();
    const inputs = [task(), task({ hubspot_owner_id: "5" }), task()].map((input, index) => ({
      ...input,
      objectWriteTraceId: `t${index}`,
    }));
    const { status, body } = await call("POST", `${OBJECTS}/tasks/batch/create`, { inputs });
    expect([status, body.numErrors]).toEqual([207, 1]);
    expect(body.errors[0]).toMatchObject({ category: "VALIDATION_ERROR", context: { objectWriteTraceId: ["t1"] } });
    expect(body.results.map((result: Json) => result.objectWriteTraceId).sort()).toEqual(["t0", "t2"]);
    expect(portal.list("task")).toHaveLength(2);
  });

  test("a trace id that is used twice gives no partial answer", async () => {
    const { call } = await ready();
    const inputs = [task(), task({ hubspot_owner_id: "5" })].map((input) => ({ ...input, objectWriteTraceId: "same" }));
    expect((await call("POST", `${OBJECTS}/tasks/batch/create`, { inputs })).status).toBe(400);
  });

  test("results come in another order, and trace ids may stay away", async () => {
    const { call } = await ready({ switches: { traceIdEchoedIn207: false } });
    const inputs = Array.from({ length: 20 }, (_, index) => ({
      ...task({ hs_task_subject: `S${index}` }),
      objectWriteTraceId: `t${index}`,
    }));
    const { body } = await call("POST", `${OBJECTS}/tasks/batch/create`, { inputs });
    const order = body.results.map((result: Json) => Number(result.properties.hs_task_subject.slice(1)));
    expect(order).not.toEqual(inputs.map((_, index) => index));
    expect([...order].sort((a, b) => a - b)).toEqual(inputs.map((_, index) => index));
    expect(body.results[0]).not.toHaveProperty("objectWriteTraceId");
  });

  test.each(["create", "read", "update", "upsert", "archive"])("batch/%s takes no more than 100", async (verb) => {
    const { call, sandbox } = await ready();
    const one: Record<string, Json> = {
      create: task(),
      read: { id: "1" },
      update: { id: "1", properties: {} },
      upsert: { id: "1", properties: {} },
      archive: { id: "1" },
    };
    const extra = verb === "read" ? { properties: [], propertiesWithHistory: [] } : {};
    const inputs = Array.from({ length: 101 }, (_, index) =>
      one[verb].id ? { ...one[verb], id: String(index) } : one[verb],
    );
    const { status } = await call("POST", `${OBJECTS}/tasks/batch/${verb}`, { inputs, ...extra });
    expect(status).toBe(400);
    expect(sandbox.violations[0]!.rule).toContain("at most 100");
  });

  test.each([
    [true, 207, 1],
    [false, 200, undefined],
  ])("reading what is gone is named: %s", async (batchReadMissing207, status, numErrors) => {
    const { call, portal } = await ready({ switches: { batchReadMissing207 } });
    const deal = portal.create("deal", { dealname: "D" });
    const inputs = [{ id: deal.id }, { id: "99" }];
    const answer = await call("POST", `${OBJECTS}/deals/batch/read`, {
      inputs,
      properties: [],
      propertiesWithHistory: [],
    });
    expect([answer.status, answer.body.numErrors, answer.body.results.length]).toEqual([status, numErrors, 1]);
    if (numErrors)
      expect(answer.body.errors[0]).toMatchObject({ category: "OBJECT_NOT_FOUND", context: { ids: ["99"] } });
  });

  test("updates: missing ids are named, doubles refused, values kept", async () => {
    const { call, portal, sandbox } = await ready();
    const deal = portal.create("deal", { dealname: "D" });
    const inputs = [
      { id: deal.id, properties: { amount: "7.0" } },
      { id: "99", properties: { amount: "8" } },
    ];
    const { status, body } = await call("POST", `${OBJECTS}/deals/batch/update`, { inputs });
    expect([status, body.results[0].properties.amount, body.errors[0].context.ids]).toEqual([207, "7", ["99"]]);
    const doubled = await call("POST", `${OBJECTS}/deals/batch/update`, { inputs: [inputs[0], inputs[0]] });
    expect(doubled.body.message).toContain("Duplicate IDs");
    expect(sandbox.violations).toHaveLength(1);
  });

  test("upsert by a unique property makes once and changes after", async () => {
    const { call, portal } = await ready();
    portal.addProperty("task", {
      name: "tenure_key",
      label: "Key",
      type: "string",
      fieldType: "text",
      hasUniqueValue: true,
    });
    const inputs = [{ id: "k1", idProperty: "tenure_key", properties: { hs_timestamp: DUE, hs_task_subject: "one" } }];
    const first = await call("POST", `${OBJECTS}/tasks/batch/upsert`, { inputs });
    inputs[0]!.properties.hs_task_subject = "two";
    const second = await call("POST", `${OBJECTS}/tasks/batch/upsert`, { inputs });
    expect([first.body.results[0].new, second.body.results[0].new]).toEqual([true, false]);
    expect(portal.list("task").map((made) => [made.properties.tenure_key, made.properties.hs_task_subject])).toEqual([
      ["k1", "two"],
    ]);
    const found = await call("POST", `${OBJECTS}/tasks/batch/read`, {
      inputs: [{ id: "k1" }],
      idProperty: "tenure_key",
      properties: ["tenure_key"],
      propertiesWithHistory: [],
    });
    expect(found.body.results).toHaveLength(1);
    const twice = [{ ...task({ tenure_key: "k1" }) }];
    const clash = await call("POST", `${OBJECTS}/tasks/batch/create`, { inputs: twice });
    expect([clash.status, clash.body.errors[0].code]).toEqual([400, "CONFLICTING_UNIQUE_VALUE"]);
    const inside = await call("POST", `${OBJECTS}/tasks/batch/create`, {
      inputs: [task({ tenure_key: "n" }), task({ tenure_key: "n" })],
    });
    expect(inside.status).toBe(400);
    portal.remove("task", portal.list("task")[0]!.id);
    expect((await call("POST", `${OBJECTS}/tasks/batch/upsert`, { inputs })).body.results[0].new).toBe(true);
  });

  test("a property that is not unique identifies nothing", async () => {
    const { call } = await ready();
    const inputs = [{ id: "x", idProperty: "hs_task_subject", properties: {} }];
    expect((await call("POST", `${OBJECTS}/tasks/batch/update`, { inputs })).status).toBe(400);
  });

  test("archive answers 204, also for what is gone already", async () => {
    const { call, portal } = await ready();
    const deal = portal.create("deal", { dealname: "D" });
    const inputs = [{ id: deal.id }, { id: "99" }];
    for (let round = 0; round < 2; round++) {
      expect((await call("POST", `${OBJECTS}/deals/batch/archive`, { inputs })).status).toBe(204);
    }
    expect(portal.get("deal", deal.id)?.archived).toBe(true);
  });
});

describe("single records", () => {
  test("contacts: a known e-mail is a conflict that names the record", async () => {
    const { call, portal } = await ready();
    const contact = portal.create("contact", { email: "a@b.example" });
    const properties = { email: "A@b.example" };
    const { status, body } = await call("POST", `${OBJECTS}/contacts`, { properties, associations: [] });
    expect([status, body.category, body.message]).toEqual([
      409,
      "CONFLICT",
      `Contact already exists. Existing ID: ${contact.id}`,
    ]);
    const found = await call("GET", `${OBJECTS}/contacts/a@b.example?idProperty=email`);
    expect(found.body.id).toBe(contact.id);
  });

  test("the recycle bin: gone from reads, there with archived=true, back after a restore", async () => {
    const { call, portal } = await ready();
    const company = portal.create("company", { name: "C" });
    const deal = portal.create("deal", { dealname: "D" }, [{ objectType: "company", id: company.id }]);
    const path = `${OBJECTS}/deals/${deal.id}`;
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).body.category).toBe("OBJECT_NOT_FOUND");
    expect((await call("GET", `${path}?archived=true`)).body.archived).toBe(true);
    expect(portal.associationsOf("company", company.id, "deal")).toEqual([]);
    portal.restore("deal", deal.id);
    expect((await call("GET", path)).status).toBe(200);
    expect(portal.associationsOf("company", company.id, "deal")).toHaveLength(1);
  });

  test.each([
    [true, 207],
    [false, 200],
  ])("merged-away ids: single reads follow; batches do when nothing says they do not: %s", async (strict, status) => {
    const { call, portal } = await ready({ switches: { batchReadResolvesMerged: !strict } });
    const company = portal.create("company", { name: "C" });
    const [first, second] = ["A", "B"].map((dealname) =>
      portal.create("deal", { dealname }, [{ objectType: "company", id: company.id }]),
    );
    portal.update("deal", second!.id, { amount: "5" });
    const merged = await call("POST", `${OBJECTS}/deals/merge`, {
      primaryObjectId: first!.id,
      objectIdToMerge: second!.id,
    });
    expect(merged.status).toBe(200);
    const old = await call("GET", `${OBJECTS}/deals/${second!.id}?properties=dealname,amount`);
    expect([old.body.id, old.body.properties.dealname, old.body.properties.amount]).toEqual([merged.body.id, "A", "5"]);
    expect((await call("PATCH", `${OBJECTS}/deals/${first!.id}`, { properties: { amount: "6" } })).body.id).toBe(
      merged.body.id,
    );
    const inputs = [{ id: second!.id }];
    const batch = await call("POST", `${OBJECTS}/deals/batch/read`, {
      inputs,
      properties: [],
      propertiesWithHistory: [],
    });
    expect(batch.status).toBe(status);
    const update = await call("POST", `${OBJECTS}/deals/batch/update`, {
      inputs: [{ id: second!.id, properties: {} }],
    });
    expect(update.body.errors[0].context.ids).toEqual([second!.id]);
    expect(portal.associationsOf("company", company.id, "deal").map(({ id }) => id)).toEqual([merged.body.id]);
  });

  test("privacy deletion leaves nothing", async () => {
    const { call, portal } = await ready();
    const contact = portal.create("contact", { email: "a@b.example" });
    expect((await call("POST", `${OBJECTS}/contacts/gdpr-delete`, { objectId: contact.id })).status).toBe(204);
    expect(portal.get("contact", contact.id)).toBeNull();
  });

  test("lists page by id, and show linked ids when asked", async () => {
    const { call, portal } = await ready();
    const company = portal.create("company", { name: "C" }, [], { settled: true });
    const to = [{ objectType: "company", id: company.id }];
    const ids = Array.from(
      { length: 25 },
      (_, index) => portal.create("deal", { dealname: `D${index}` }, to, { settled: true }).id,
    );
    const seen: string[] = [];
    let after = "";
    do {
      const { body } = await call(
        "GET",
        `${OBJECTS}/deals?limit=10&associations=companies${after && `&after=${after}`}`,
      );
      seen.push(...body.results.map((result: Json) => result.id));
      expect(body.results[0].associations.companies.results).toEqual([
        { id: company.id, type: "deal_to_company" },
        { id: company.id, type: "deal_to_company_unlabeled" },
      ]);
      after = body.paging?.next.after ?? "";
    } while (after);
    expect(seen).toEqual(ids);
  });

  test("ids of different object types may be the same number", async () => {
    const { portal } = await ready();
    const used = [portal.create("deal", { dealname: "D" }), portal.create("ticket", { hs_pipeline_stage: "1" })];
    expect(used.every((record) => Number(record.id) > 2 ** 32)).toBe(true);
  });

  test("links in a create: kinds and records have to exist", async () => {
    const { call, portal, sandbox } = await ready();
    const deal = portal.create("deal", { dealname: "D" });
    const create = (association: unknown) =>
      call("POST", `${OBJECTS}/tasks`, { ...task(), associations: [association] });
    expect((await create(link(deal.id, 216))).status).toBe(201);
    expect((await create(link("99", 216))).body.subCategory).toBe("crm.associations.INVALID_OBJECT_IDS");
    expect(sandbox.violations).toEqual([]);
    expect((await create(link(deal.id, 3))).body.errors[0].code).toBe("INVALID_ASSOCIATION_TYPE");
    expect(sandbox.violations).toHaveLength(1);
  });
});

describe("the customer's own rules", () => {
  test("a property that a stage demands refuses the write that enters it", async () => {
    const { call, portal, sandbox } = await ready();
    portal.addProperty("deal", { name: "signed_by", label: "Signed by", type: "string", fieldType: "text" });
    portal.requireProperty("deal", "signed_by", { property: "dealstage", equals: "contractsent" });
    const deal = portal.create("deal", { dealname: "D" });
    const write = (properties: Record<string, string>) => call("PATCH", `${OBJECTS}/deals/${deal.id}`, { properties });
    const refused = await write({ dealstage: "contractsent" });
    expect([refused.status, refused.body.category]).toEqual([400, "VALIDATION_ERROR"]);
    expect(refused.body.errors[0].message).toBe("property signed_by required");
    expect((await write({ amount: "5" })).status).toBe(200);
    expect((await write({ dealstage: "contractsent", signed_by: "x" })).status).toBe(200);
    expect((await write({ signed_by: "" })).status).toBe(400);
    expect(sandbox.violations).toEqual([]);
  });

  test("a property that the create form demands", async () => {
    const { call, portal } = await ready();
    portal.requireProperty("task", "hubspot_owner_id");
    expect((await call("POST", `${OBJECTS}/tasks`, task())).status).toBe(400);
    expect((await call("POST", `${OBJECTS}/tasks`, task({ hubspot_owner_id: portal.addOwner().id }))).status).toBe(201);
  });

  test("stages belong to pipelines, and new pipelines have numeric ids", async () => {
    const { call, portal } = await ready();
    const renewals = portal.addPipeline("deals", "Renewals", [
      { label: "Talk", probability: "0.5" },
      { label: "Won", probability: "1.0" },
    ]);
    expect(renewals.id).toMatch(/^\d+$/);
    const won = renewals.stages[1]!.id;
    const create = (properties: Record<string, string>) =>
      call("POST", `${OBJECTS}/deals`, { properties, associations: [] });
    expect((await create({ dealname: "D", dealstage: won })).status).toBe(400);
    const { body } = await create({ dealname: "D", dealstage: won, pipeline: renewals.id });
    expect(portal.get("deal", body.id)?.properties.hs_is_closed_won).toBe("true");
  });
});
