import { describe, expect, test } from "vitest";
import { type CallFault, ConnectionCut } from "../../../src/sandbox/faults.ts";
import { authorizeUrl, type Caller, exchange, install, link, OBJECTS, world } from "./kit.ts";

const READ = { inputs: [{ id: "1" }], properties: [], propertiesWithHistory: [] };
const SEARCH = { filterGroups: [], sorts: [], properties: [], limit: 1, after: "0" };

async function statuses(call: Caller, count: number, method: string, path: string, body?: unknown): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await call(method, path, body)).status);
  return found;
}

describe("rate limits", () => {
  test("110 calls in any ten seconds of an account, then 429 with the documented body", async () => {
    const made = world();
    const call = await install(made);
    const { clock, sandbox } = made;
    expect(await statuses(call, 50, "GET", "/crm/owners/2026-09")).not.toContain(429);
    await clock.advance(6_000);
    expect(await statuses(call, 60, "GET", "/crm/owners/2026-09")).not.toContain(429);
    const full = await call("GET", "/crm/owners/2026-09");
    expect(full.status).toBe(429);
    expect(full.body).toMatchObject({
      status: "error",
      errorType: "RATE_LIMIT",
      policyName: "TEN_SECONDLY_ROLLING",
      message: "You have reached your ten_secondly_rolling limit.",
    });
    expect(full.headers.get("retry-after")).toBeNull();
    expect(full.headers.get("x-hubspot-ratelimit-max")).toBe("110");
    expect(full.headers.get("x-hubspot-ratelimit-remaining")).toBe("0");
    expect(full.headers.get("x-hubspot-ratelimit-interval-milliseconds")).toBe("10000");
    await clock.advance(3_999);
    expect((await call("GET", "/crm/owners/2026-09")).status).toBe(429);
    await clock.advance(1);
    expect(await statuses(call, 51, "GET", "/crm/owners/2026-09")).toEqual([...Array(50).fill(200), 429]);
    expect(sandbox.calls.limited).toBe(3);
    expect(sandbox.calls.limitedBy).toEqual({ TEN_SECONDLY_ROLLING: 3 });
  });

  test("each account has its own window", async () => {
    const made = world();
    const call = await install(made);
    const other = await install({ ...made, portal: made.sandbox.addPortal({ hubId: 777 }) });
    await statuses(call, 110, "GET", "/crm/owners/2026-09");
    expect((await call("GET", "/crm/owners/2026-09")).status).toBe(429);
    expect((await other("GET", "/crm/owners/2026-09")).status).toBe(200);
  });

  test("search: five a second, apart from the rest, without rate headers", async () => {
    const made = world({ switches: { retryAfterOn429: true } });
    const call = await install(made);
    expect(await statuses(call, 6, "POST", `${OBJECTS}/deals/search`, SEARCH)).toEqual([200, 200, 200, 200, 200, 429]);
    const full = await call("POST", `${OBJECTS}/contacts/search`, SEARCH);
    expect([full.body.policyName, full.headers.get("retry-after")]).toEqual(["SECONDLY", "1"]);
    expect(full.headers.get("x-hubspot-ratelimit-max")).toBeNull();
    await made.clock.advance(1_000);
    expect((await call("POST", `${OBJECTS}/deals/search`, SEARCH)).status).toBe(200);
    expect(made.sandbox.calls.byPolicy).toMatchObject({ search: 6, general: 0 });
  });

  test.each([
    ["free", 100],
    ["pro", 150],
  ] as const)("associations on %s: %i in ten seconds, apart from the rest", async (plan, limit) => {
    const made = world({}, { plan });
    const call = await install(made);
    const path = "/crm/associations/2026-09/deals/contacts/batch/read";
    const found = await statuses(call, limit + 1, "POST", path, { inputs: [{ id: "1" }] });
    expect(found.indexOf(429)).toBe(limit);
    expect((await call("GET", "/crm/owners/2026-09")).status).toBe(200);
  });

  test("token calls do not count", async () => {
    const made = world();
    const call = await install(made);
    for (let index = 0; index < 20; index++) await install(made);
    expect((await call("GET", "/crm/owners/2026-09")).headers.get("x-hubspot-ratelimit-remaining")).toBe("109");
  });
});

describe("what an account may refuse", () => {
  test.each([
    [["oauth"], "POST", `${OBJECTS}/deals/batch/read`, READ, ["crm.objects.deals.read"]],
    [
      ["oauth", "crm.objects.deals.read"],
      "PATCH",
      `${OBJECTS}/deals/1`,
      { properties: {} },
      ["crm.objects.deals.write"],
    ],
    [["oauth", "crm.objects.deals.write"], "POST", `${OBJECTS}/tasks/batch/read`, READ, ["crm.objects.contacts.read"]],
    [["oauth", "crm.objects.contacts.read"], "POST", `${OBJECTS}/emails/batch/read`, READ, ["sales-email-read"]],
    [["oauth"], "POST", `${OBJECTS}/0-5/batch/read`, READ, ["tickets"]],
    [["oauth"], "GET", "/crm/owners/2026-09", undefined, ["crm.objects.owners.read"]],
    [["oauth"], "GET", "/crm/pipelines/2026-09/deals", undefined, ["crm.objects.deals.read"]],
    [["oauth"], "GET", "/settings/users/2026-03", undefined, ["settings.users.read"]],
    [
      ["oauth"],
      "POST",
      "/crm/associations/2026-09/deals/contacts/batch/read",
      { inputs: [] },
      ["crm.objects.deals.read", "crm.objects.contacts.read"],
    ],
  ])("with %j, %s %s is refused and the scopes are named", async (scopes, method, path, body, missing) => {
    const made = world();
    const call = await install(made, scopes);
    const answer = await call(method, path, body);
    expect([answer.status, answer.body.category]).toEqual([403, "MISSING_SCOPES"]);
    expect(answer.body.errors[0].context.requiredGranularScopes).toEqual(missing);
    expect(made.sandbox.violations).toEqual([]);
  });

  test("a downgraded plan takes scopes away that were granted", async () => {
    const made = world();
    const call = await install(made);
    const path = "/automation/sequences/2026-09?userId=1";
    expect((await call("GET", path)).status).toBe(200);
    made.portal.plan = "starter";
    expect((await call("GET", path)).status).toBe(403);
  });

  test("423 while locked, 477 while it moves, and then as before", async () => {
    const made = world();
    const call = await install(made);
    made.portal.lockedUntil = made.clock.now() + 2_000;
    expect((await call("GET", "/crm/owners/2026-09")).status).toBe(423);
    made.portal.movingUntil = made.clock.now() + 10_000;
    expect((await call("GET", "/crm/owners/2026-09")).status).toBe(477);
    await made.clock.advance(10_000);
    expect((await call("GET", "/crm/owners/2026-09")).status).toBe(200);
  });

  test("a very long URL is 414", async () => {
    const made = world();
    const call = await install(made);
    const names = Array.from({ length: 700 }, (_, index) => `property_${index}`).join();
    expect((await call("GET", `${OBJECTS}/deals?properties=${names}`)).status).toBe(414);
  });
});

describe("strictness", () => {
  const task = { properties: { hs_timestamp: "1797843600000" }, associations: [] };
  test.each<[string, string, string, unknown, number]>([
    ["a path that is not there", "GET", "/crm/objects/2026-09", undefined, 404],
    ["a method that is not there", "PUT", `${OBJECTS}/deals/1`, { properties: {} }, 404],
    ["an older path", "GET", "/crm/v3/owners", undefined, 200],
    ["an object that is not there", "GET", `${OBJECTS}/unicorns`, undefined, 400],
    ["an unknown query parameter", "GET", `${OBJECTS}/deals?colour=red`, undefined, 400],
    ["a number that is none", "GET", `${OBJECTS}/deals?limit=ten`, undefined, 400],
    ["a page that is too long", "GET", `${OBJECTS}/deals?limit=101`, undefined, 400],
    ["a missing query parameter", "GET", "/automation/sequences/2026-09", undefined, 400],
    ["an unknown body field", "POST", `${OBJECTS}/tasks`, { ...task, colour: "red" }, 400],
    ["a missing body field", "POST", `${OBJECTS}/tasks`, { properties: task.properties }, 400],
    [
      "a value that is no string",
      "POST",
      `${OBJECTS}/tasks`,
      { properties: { hs_timestamp: 1 }, associations: [] },
      400,
    ],
    [
      "an unknown category",
      "POST",
      `${OBJECTS}/tasks`,
      { ...task, associations: [{ to: { id: "1" }, types: [{ associationCategory: "MINE", associationTypeId: 1 }] }] },
      400,
    ],
    ["a list that is none", "POST", `${OBJECTS}/tasks/batch/create`, { inputs: {} }, 400],
    [
      "merging what cannot be merged",
      "POST",
      `${OBJECTS}/tasks/merge`,
      { primaryObjectId: "1", objectIdToMerge: "2" },
      400,
    ],
    [
      "writing what cannot be written",
      "POST",
      `${OBJECTS}/feedback_submissions`,
      { properties: {}, associations: [] },
      400,
    ],
  ])("%s is refused and recorded", async (_, method, path, body, status) => {
    const made = world();
    const call = await install(made);
    expect((await call(method, path, body)).status).toBe(status);
    expect(made.sandbox.violations).toHaveLength(1);
  });

  test.each([
    ["no JSON", "application/json", "{inputs"],
    ["of another kind", "text/plain", '{"inputs":[]}'],
  ])("a body that is %s", async (_, type, body) => {
    const made = world();
    const { portal, sandbox } = made;
    const { body: token } = await exchange(sandbox, new URL(portal.approve(authorizeUrl())).searchParams.get("code")!);
    const headers = { authorization: `Bearer ${token.access_token}`, "content-type": type };
    const request = new Request(`http://hubspot.sandbox${OBJECTS}/tasks/batch/create`, {
      method: "POST",
      headers,
      body,
    });
    expect((await sandbox.fetch(request)).status).toBe(400);
    expect(sandbox.violations).toHaveLength(1);
  });

  test("what is allowed is not recorded", async () => {
    const made = world();
    const call = await install(made);
    const deal = made.portal.create("deal", { dealname: "D" });
    const inputs = [{ ...task, associations: [link(deal.id, 216)], objectWriteTraceId: "t" }];
    expect((await call("POST", `${OBJECTS}/0-27/batch/create`, { inputs })).status).toBe(201);
    expect(made.sandbox.violations).toEqual([]);
    expect(made.sandbox.calls.byPath).toMatchObject({ "POST /crm/objects/2026-09/tasks/batch/create": 1 });
  });
});

describe("the fault dial", () => {
  const task = { inputs: [{ properties: { hs_timestamp: "1797843600000" }, associations: [] }] };

  async function spoiled(fault: CallFault) {
    const made = world({ faults: { call: (seen) => (seen.write ? fault : null), lateMs: 15_000 } });
    const call = await install(made);
    return { ...made, send: () => call("POST", `${OBJECTS}/tasks/batch/create`, task) };
  }

  test.each([
    ["limited", 429],
    ["unavailable", 503],
  ] as const)("%s answers %i and does nothing", async (fault, status) => {
    const { send, portal, sandbox } = await spoiled(fault);
    expect((await send()).status).toBe(status);
    expect(portal.list("task")).toEqual([]);
    expect([sandbox.calls.faulted, sandbox.calls.limited]).toEqual([1, 0]);
  });

  test.each([
    ["cut-before", 0],
    ["cut-after", 1],
  ] as const)("%s cuts the connection; done: %i", async (fault, made) => {
    const { send, portal } = await spoiled(fault);
    await expect(send()).rejects.toThrow(ConnectionCut);
    expect(portal.list("task")).toHaveLength(made);
  });

  test("late-write lands after the cut", async () => {
    const { send, portal, clock } = await spoiled("late-write");
    await expect(send()).rejects.toThrow(TypeError);
    await clock.advance(14_999);
    expect(portal.list("task")).toEqual([]);
    await clock.advance(1);
    expect(portal.list("task")).toHaveLength(1);
  });

  test("pages are left alone, token calls unless asked for", async () => {
    const made = world({ faults: { call: () => "unavailable" } });
    const call = await install(made);
    expect((await made.sandbox.fetch(new Request("http://hubspot.sandbox/"))).status).toBe(200);
    expect((await call("GET", "/crm/owners/2026-09")).status).toBe(503);
    made.sandbox.faults = { call: () => "unavailable", oauthToo: true };
    expect((await exchange(made.sandbox, "any")).status).toBe(503);
  });
});
