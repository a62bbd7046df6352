import { describe, expect, test } from "vitest";
import type { HubSpotSandboxOptions } from "../../../src/sandbox/hubspot/index.ts";
import { install, type Json, OBJECTS, START, world } from "./kit.ts";

const BATCH = "/crm/associations/2026-09";

async function ready(options: Partial<HubSpotSandboxOptions> = {}) {
  const made = world({ rateLimits: false, ...options });
  return { ...made, call: await install(made) };
}

function types(body: Json): Json[] {
  return body.results[0].to[0].associationTypes;
}

test("reading lags behind linking, and a primary link shows its unlabelled twin", async () => {
  const { call, portal, clock } = await ready();
  const company = portal.create("company", { name: "C" });
  const deal = portal.create("deal", { dealname: "D" }, [{ objectType: "company", id: company.id }]);
  const read = () => call("POST", `${BATCH}/deals/companies/batch/read`, { inputs: [{ id: deal.id }] });
  const early = await read();
  expect([early.status, early.body.results, early.body.errors[0].subCategory]).toEqual([
    207,
    [],
    "crm.associations.NO_ASSOCIATIONS_FOUND",
  ]);
  await clock.advance(2_000);
  const { status, body } = await read();
  expect(status).toBe(200);
  expect(body.results[0]).toMatchObject({ from: { id: deal.id }, to: [{ toObjectId: company.id }] });
  expect(types(body)).toEqual([
    { category: "HUBSPOT_DEFINED", typeId: 5, label: "Primary" },
    { category: "HUBSPOT_DEFINED", typeId: 341, label: null },
  ]);
  const back = await call("POST", `${BATCH}/companies/deals/batch/read`, { inputs: [{ id: company.id }] });
  expect(types(back.body).map((type) => type.typeId)).toEqual([6, 342]);
});

test.each([
  ["tasks", "contacts", 204, 203],
  ["tasks", "companies", 192, 191],
  ["tasks", "deals", 216, 215],
  ["tasks", "tickets", 230, 229],
  ["notes", "contacts", 202, 201],
  ["meetings", "deals", 212, 211],
  ["emails", "companies", 186, 185],
  ["calls", "tickets", 220, 219],
  ["deals", "contacts", 3, 4],
  ["deals", "tickets", 27, 28],
  ["contacts", "invoices", 178, 177],
])("the default link from %s to %s is %i, and back %i", async (from, to, there, back) => {
  const { call, portal } = await ready();
  const values: Record<string, Record<string, string>> = {
    tickets: { hs_pipeline_stage: "1" },
    contacts: { email: "a@b.example" },
    deals: { dealname: "D" },
    companies: { name: "C" },
    invoices: { hs_invoice_status: "open" },
  };
  const [left, right] = [from, to].map((type) => portal.create(type, values[type] ?? { hs_timestamp: String(START) }));
  const writable = to !== "invoices";
  const path = `${OBJECTS}/${from}/${left!.id}/associations/default/${to}/${right!.id}`;
  const { status, body } = await call("PUT", path);
  expect(status).toBe(writable ? 200 : 403);
  if (!writable) return;
  expect(body.results.map((result: Json) => result.associationSpec.associationTypeId)).toEqual([there, back]);
  expect(portal.associationsOf(to, right!.id, from)[0]!.types).toContain(back);
  // the same again changes nothing
  const before = portal.get(from, left!.id)!.updatedAt;
  expect((await call("PUT", path)).status).toBe(200);
  expect(portal.get(from, left!.id)!.updatedAt).toBe(before);
});

test("each result pages on its own", async () => {
  const { call, portal } = await ready();
  const company = portal.create("company", { name: "C" });
  const to = [{ objectType: "company", id: company.id }];
  const ids = portal.importRecords(
    "contact",
    Array.from({ length: 1_200 }, (_, index) => ({
      properties: { email: `c${index}@x.example` },
      associations: to,
    })),
  );
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const inputs = [{ id: company.id, ...(after ? { after } : {}) }];
    const { body } = await call("POST", `${BATCH}/companies/contacts/batch/read`, { inputs });
    seen.push(...body.results[0].to.map((entry: Json) => entry.toObjectId));
    after = body.results[0].paging?.next.after;
  } while (after);
  expect(seen).toEqual(ids);
});

describe("labels", () => {
  async function labelled() {
    const set = await ready();
    const { call, portal } = set;
    const [one, two] = ["Escalation", "Sponsor"].map((label) =>
      portal.addLabel("deal", "contact", label.toLowerCase(), label),
    );
    const deal = portal.create("deal", { dealname: "D" });
    const contact = portal.create("contact", { email: "a@b.example" });
    const path = `${OBJECTS}/deals/${deal.id}/associations/contacts/${contact.id}`;
    const put = (...ids: number[]) =>
      call(
        "PUT",
        path,
        ids.map((associationTypeId) => ({ associationCategory: "USER_DEFINED", associationTypeId })),
      );
    const ids = () => portal.associationsOf("deal", deal.id, "contact")[0]?.types;
    return { ...set, one: one!.id, two: two!.id, put, ids, path, deal, contact };
  }

  test("the ones that are sent replace the ones that are there", async () => {
    const { put, ids, one, two } = await labelled();
    expect((await put(one)).body.labels).toEqual(["Escalation"]);
    expect(ids()).toEqual([3, one]);
    expect((await put(two)).body.labels).toEqual(["Sponsor"]);
    expect(ids()).toEqual([3, two]);
    await put(one, two);
    expect(ids()).toEqual([3, one, two]);
  });

  test("taking away the unlabelled kind takes all", async () => {
    const { call, put, ids, one, deal, contact } = await labelled();
    await put(one);
    const types = [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 3 }];
    const inputs = [{ from: { id: deal.id }, to: { id: contact.id }, types }];
    await call("POST", `${BATCH}/deals/contacts/batch/labels/archive`, { inputs });
    expect(ids()).toBeUndefined();
  });

  test("are made, listed, renamed and removed by the API, ten at most", async () => {
    const { call } = await ready();
    const path = `${BATCH}/deals/companies/labels`;
    const made = await call("POST", path, { name: "buyer", label: "Buyer", inverseLabel: "Bought by" });
    const [there] = made.body.results;
    expect((await call("POST", path, { name: "buyer", label: "Again" })).status).toBe(409);
    await call("PUT", path, { associationTypeId: there.typeId, label: "Purchaser" });
    const labels = async () => (await call("GET", path)).body.results.map((type: Json) => type.label);
    expect(await labels()).toEqual([null, "Primary", "Purchaser"]);
    expect((await call("DELETE", `${path}/${there.typeId}`)).status).toBe(204);
    expect(await labels()).toEqual([null, "Primary"]);
    for (let index = 0; index < 10; index++) await call("POST", path, { name: `l${index}`, label: `L${index}` });
    expect((await call("POST", path, { name: "l10", label: "L10" })).status).toBe(400);
  });
});

test("the first company is the primary one, and there is only one", async () => {
  const { portal } = await ready();
  const [first, second] = ["A", "B"].map((name) => portal.create("company", { name }));
  const deal = portal.create("deal", { dealname: "D" });
  for (const company of [first!, second!]) portal.associate("deal", deal.id, "company", company.id);
  expect(portal.get("deal", deal.id)!.properties.hs_primary_associated_company).toBe(first!.id);
  portal.associate("deal", deal.id, "company", second!.id, "Primary");
  expect(portal.get("deal", deal.id)!.properties.hs_primary_associated_company).toBe(second!.id);
  expect(portal.associationsOf("deal", deal.id, "company")).toEqual([
    { id: first!.id, types: [341] },
    { id: second!.id, types: [5, 341] },
  ]);
});

test("batches make, answer per pair and remove", async () => {
  const { call, portal } = await ready();
  const deal = portal.create("deal", { dealname: "D" });
  const contact = portal.create("contact", { email: "a@b.example" });
  const types = [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: 3 }];
  const inputs = [
    { from: { id: deal.id }, to: { id: contact.id }, types },
    { from: { id: deal.id }, to: { id: "99" }, types },
  ];
  const made = await call("POST", `${BATCH}/deals/contacts/batch/create`, { inputs });
  expect([made.status, made.body.results.length, made.body.numErrors]).toEqual([207, 1, 1]);
  expect(made.body.errors[0].context).toEqual({ fromObjectId: [deal.id], toObjectId: ["99"] });
  const pairs = [{ from: { id: deal.id }, to: [{ id: contact.id }] }];
  expect((await call("POST", `${BATCH}/deals/contacts/batch/archive`, { inputs: pairs })).status).toBe(200);
  expect(portal.associationsOf("deal", deal.id, "contact")).toEqual([]);
  const plain = inputs.map(({ from, to }) => ({ from, to }));
  const linked = await call("POST", `${BATCH}/deals/contacts/batch/associate/default`, { inputs: plain });
  expect([linked.status, linked.body.results.length]).toEqual([207, 2]);
});

test.each([
  ["batch/read", 1_000, { id: "1" }],
  ["batch/create", 2_000, { from: { id: "1" }, to: { id: "1" }, types: [] }],
])("%s takes no more than %i", async (verb, limit, input) => {
  const { call, sandbox } = await ready();
  const inputs = Array.from({ length: limit + 1 }, () => input);
  expect((await call("POST", `${BATCH}/deals/contacts/${verb}`, { inputs })).status).toBe(400);
  expect(sandbox.violations).toHaveLength(1);
});

test("there is no list for one record on the dated API; on the older one there is", async () => {
  const { call, portal, sandbox } = await ready({ switches: { associationLagMs: 0 } });
  const company = portal.create("company", { name: "C" });
  const deal = portal.create("deal", { dealname: "D" }, [{ objectType: "company", id: company.id }]);
  expect((await call("GET", `${OBJECTS}/deals/${deal.id}/associations/companies`)).status).toBe(404);
  const older = await call("GET", `/crm/v4/objects/deals/${deal.id}/associations/companies`);
  expect(older.body.results[0].toObjectId).toBe(Number(company.id));
  expect(sandbox.violations.map((violation) => violation.rule)).toEqual(["no such path", "older path"]);
});
