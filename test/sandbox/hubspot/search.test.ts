import { describe, expect, test } from "vitest";
import { install, type Json, OBJECTS, START, world } from "./kit.ts";

async function ready() {
  const made = world({ rateLimits: false });
  return { ...made, call: await install(made) };
}

type Filter = Record<string, unknown>;

function body(filters: Filter[], more: Record<string, unknown> = {}) {
  return {
    filterGroups: filters.length > 0 ? [{ filters }] : [],
    sorts: [],
    properties: ["dealname"],
    limit: 200,
    after: "0",
    ...more,
  };
}

describe("filters", () => {
  test.each<[string, Filter, string[]]>([
    ["equality without case", { propertyName: "dealname", operator: "EQ", value: "ALPHA" }, ["Alpha"]],
    ["numbers as numbers", { propertyName: "amount", operator: "GT", value: "9" }, ["Beta", "Gamma"]],
    ["up to and with", { propertyName: "amount", operator: "LTE", value: "10" }, ["Alpha", "Beta"]],
    ["between", { propertyName: "amount", operator: "BETWEEN", value: "5", highValue: "50" }, ["Beta"]],
    [
      "not equal takes the empty ones",
      { propertyName: "amount", operator: "NEQ", value: "10" },
      ["Alpha", "Gamma", "Delta"],
    ],
    ["has a value", { propertyName: "amount", operator: "HAS_PROPERTY" }, ["Alpha", "Beta", "Gamma"]],
    ["has none", { propertyName: "amount", operator: "NOT_HAS_PROPERTY" }, ["Delta"]],
    [
      "one of, lower case",
      { propertyName: "dealname", operator: "IN", values: ["alpha", "gamma"] },
      ["Alpha", "Gamma"],
    ],
    ["one of, upper case finds nothing", { propertyName: "dealname", operator: "IN", values: ["Alpha"] }, []],
    ["none of", { propertyName: "dealname", operator: "NOT_IN", values: ["alpha"] }, ["Beta", "Gamma", "Delta"]],
    ["a token with a star", { propertyName: "dealname", operator: "CONTAINS_TOKEN", value: "*eta" }, ["Beta"]],
    ["instants", { propertyName: "closedate", operator: "LT", value: String(START) }, ["Alpha"]],
    ["instants as ISO", { propertyName: "closedate", operator: "GTE", value: "2026-11-02T09:00:00Z" }, ["Beta"]],
    ["derived values", { propertyName: "hs_is_closed_won", operator: "EQ", value: "true" }, ["Gamma"]],
  ])("%s", async (_, filter, names) => {
    const { call, portal, sandbox } = await ready();
    portal.importRecords("deal", [
      { properties: { dealname: "Alpha", amount: "2", closedate: String(START - 1) } },
      { properties: { dealname: "Beta", amount: "10", closedate: String(START) } },
      { properties: { dealname: "Gamma", amount: "300", dealstage: "closedwon", closedate: "" } },
      { properties: { dealname: "Delta" } },
    ]);
    const answer = await call("POST", `${OBJECTS}/deals/search`, body([filter]));
    expect(answer.status).toBe(200);
    expect(answer.body.results.map((result: Json) => result.properties.dealname)).toEqual(names);
    expect(answer.body.total).toBe(names.length);
    expect(sandbox.violations).toEqual([]);
  });

  test("groups are alternatives, and links can be asked for", async () => {
    const { call, portal } = await ready();
    const company = portal.create("company", { name: "C" }, [], { settled: true });
    const to = [{ objectType: "company", id: company.id }];
    portal.importRecords("deal", [
      { properties: { dealname: "A" } },
      { properties: { dealname: "B" }, associations: to },
    ]);
    const group = (propertyName: string, value: string) => ({ filters: [{ propertyName, operator: "EQ", value }] });
    const filterGroups = [group("dealname", "a"), group("associations.company", company.id)];
    expect((await call("POST", `${OBJECTS}/deals/search`, body([], { filterGroups }))).body.total).toBe(2);
    expect(
      (await call("POST", `${OBJECTS}/deals/search`, body([], { filterGroups: filterGroups.slice(1) }))).body.total,
    ).toBe(1);
  });
});

describe("lag and order", () => {
  test("creates, changes and deletions show some seconds later; archived records never", async () => {
    const { call, portal, clock } = await ready();
    const names = async () => {
      const answer = await call("POST", `${OBJECTS}/deals/search`, body([]));
      return answer.body.results.map((result: Json) => result.properties.dealname);
    };
    const deal = portal.create("deal", { dealname: "first" });
    expect(await names()).toEqual([]);
    await clock.advance(8_000);
    expect(await names()).toEqual(["first"]);
    portal.update("deal", deal.id, { dealname: "second" });
    await clock.advance(4_000);
    portal.update("deal", deal.id, { dealname: "third" });
    expect(await names()).toEqual(["first"]);
    await clock.advance(4_000);
    expect(await names()).toEqual(["second"]);
    await clock.advance(4_000);
    expect(await names()).toEqual(["third"]);
    portal.remove("deal", deal.id);
    expect(await names()).toEqual(["third"]);
    await clock.advance(8_000);
    expect(await names()).toEqual([]);
  });

  test("changed since, in order of change", async () => {
    const { call, portal, clock } = await ready();
    const ids = portal.importRecords(
      "deal",
      Array.from({ length: 50 }, (_, index) => ({ properties: { dealname: `D${index}` }, at: START - index * 1_000 })),
    );
    await clock.advance(60_000);
    portal.update("deal", ids[30]!, { amount: "1" });
    await clock.advance(1_000);
    portal.update("deal", ids[10]!, { amount: "1" });
    await clock.advance(60_000);
    const since = { propertyName: "hs_lastmodifieddate", operator: "GTE", value: String(START - 2_000) };
    const answer = await call("POST", `${OBJECTS}/deals/search`, body([since], { sorts: ["hs_lastmodifieddate"] }));
    const found = answer.body.results.map((result: Json) => result.id);
    expect(found).toEqual([ids[2], ids[1], ids[0], ids[30], ids[10]]);
    const backwards = await call("POST", `${OBJECTS}/deals/search`, body([since], { sorts: ["-hs_lastmodifieddate"] }));
    expect(backwards.body.results.map((result: Json) => result.id)).toEqual(found.toReversed());
  });

  test("pages of up to 200, and nothing beyond 10,000", async () => {
    const { call, portal, sandbox } = await ready();
    portal.importRecords(
      "contact",
      Array.from({ length: 10_250 }, (_, index) => ({ properties: { email: `c${index}@x.example` } })),
    );
    const first = await call("POST", `${OBJECTS}/contacts/search`, body([], { properties: ["email"] }));
    expect([first.body.total, first.body.results.length, first.body.paging.next.after]).toEqual([10_250, 200, "200"]);
    const last = await call("POST", `${OBJECTS}/contacts/search`, body([], { properties: ["email"], after: "9800" }));
    expect([last.body.results.length, last.body.paging]).toEqual([200, undefined]);
    expect((await call("POST", `${OBJECTS}/contacts/search`, body([], { after: "9900" }))).status).toBe(400);
    expect(sandbox.violations).toHaveLength(1);
    const lastId = last.body.results.at(-1).id;
    const further = { propertyName: "hs_object_id", operator: "GT", value: lastId };
    const rest = await call("POST", `${OBJECTS}/contacts/search`, body([further], { sorts: ["hs_object_id"] }));
    expect(rest.body.total).toBe(250);
  });
});

describe("what a search may not be", () => {
  const filter = { propertyName: "dealname", operator: "HAS_PROPERTY" };
  test.each<[string, Record<string, unknown>]>([
    ["more than 200 a page", { limit: 201 }],
    ["six groups", { filterGroups: Array.from({ length: 6 }, () => ({ filters: [filter] })) }],
    ["seven filters in a group", { filterGroups: [{ filters: Array.from({ length: 7 }, () => filter) }] }],
    [
      "nineteen filters",
      { filterGroups: [6, 6, 6, 1].map((length) => ({ filters: Array.from({ length }, () => filter) })) },
    ],
    ["two sorts", { sorts: ["amount", "dealname"] }],
    ["a body over 3,000 characters", { properties: Array.from({ length: 300 }, (_, index) => `property_${index}`) }],
    [
      "an operator that is not there",
      { filterGroups: [{ filters: [{ propertyName: "amount", operator: "LIKE", value: "1" }] }] },
    ],
    ["values with EQ", { filterGroups: [{ filters: [{ propertyName: "amount", operator: "EQ", values: ["1"] }] }] }],
    ["a field of its own", { depth: 1 }],
  ])("%s", async (_, more) => {
    const { call, sandbox } = await ready();
    expect((await call("POST", `${OBJECTS}/deals/search`, body([], more))).status).toBe(400);
    expect(sandbox.violations).toHaveLength(1);
  });

  test("an unknown property is refused, but depends on the account", async () => {
    const { call, sandbox } = await ready();
    const unknown = { propertyName: "no_such_thing", operator: "EQ", value: "1" };
    expect((await call("POST", `${OBJECTS}/deals/search`, body([unknown]))).status).toBe(400);
    expect(sandbox.violations).toEqual([]);
  });
});
