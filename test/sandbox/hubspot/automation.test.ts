import { describe, expect, test } from "vitest";
import { signV2, signV3 } from "../../../src/sandbox/hubspot/index.ts";
import { install, type Json, SECRET, world } from "./kit.ts";

const ACTION = "https://app.example.com/hubspot/actions/start";

describe("workflow actions", () => {
  async function fired(answer: (attempt: number) => Response, switches = {}) {
    const made = world({ switches });
    const call = await install(made);
    const deal = made.portal.create("deal", { dealname: "D" }, [], { quiet: true });
    made.answer = () => answer(made.deliveries.length);
    const result = await made.portal.fireAction({
      actionUrl: ACTION,
      objectType: "deal",
      objectId: deal.id,
      inputFields: { plan: "standard" },
      properties: ["dealname"],
    });
    return { ...made, call, deal, result };
  }

  test.each([false, true])("carry v2, and v3 when the switch says so: %s", async (signatureV3OnActions) => {
    const reply = { outputFields: { tasks_created: "9", hs_execution_state: "SUCCESS" } };
    const { deliveries, result, deal, clock } = await fired(() => Response.json(reply), { signatureV3OnActions });
    const { request, body, events } = deliveries[0]!;
    expect(request.headers.get("x-hubspot-signature")).toBe(await signV2(SECRET, "POST", ACTION, body));
    expect(request.headers.get("x-hubspot-signature-version")).toBe("v2");
    const v3 = signatureV3OnActions ? await signV3(SECRET, "POST", ACTION, body, clock.now()) : null;
    expect(request.headers.get("x-hubspot-signature-v3")).toBe(v3);
    expect(events).toMatchObject({
      callbackId: result.callbackId,
      origin: { portalId: 62_515 },
      context: { source: "WORKFLOWS" },
      object: { objectId: Number(deal.id), objectType: "DEAL", properties: { dealname: "D" } },
      inputFields: { plan: "standard" },
    });
    expect(result.outputFields).toEqual(reply.outputFields);
  });

  test.each([
    ["a 5xx is tried again with the same callback", 500, 2],
    ["a 429 too", 429, 2],
    ["a 4xx is not", 400, 1],
  ])("%s", async (_, status, attempts) => {
    const { deliveries, clock } = await fired(
      (attempt) => new Response("{}", { status: attempt === 1 ? status : 200 }),
    );
    await clock.advance(4 * 86_400_000);
    expect(deliveries).toHaveLength(attempts);
    expect(new Set(deliveries.map(({ events }) => (events as Json).callbackId)).size).toBe(1);
  });

  test("Retry-After counts milliseconds", async () => {
    const headers = { "retry-after": "250" };
    const { deliveries, clock } = await fired((attempt) =>
      attempt === 1 ? new Response("{}", { status: 429, headers }) : new Response("{}"),
    );
    await clock.advance(249);
    expect(deliveries).toHaveLength(1);
    await clock.advance(1);
    expect(deliveries).toHaveLength(2);
  });

  test("are completed later by callback, one or many", async () => {
    const { call, portal, result, sandbox } = await fired(() =>
      Response.json({ outputFields: { hs_execution_state: "ASYNC" } }),
    );
    const done = { outputFields: { hs_execution_state: "SUCCESS" }, typedOutputs: {} };
    const base = "/automation/actions/callbacks/2026-09";
    expect((await call("POST", `${base}/${result.callbackId}/complete`, done)).status).toBe(204);
    expect(portal.callbacks.get(result.callbackId)?.completed).toMatchObject(done);
    const inputs = [{ callbackId: result.callbackId, ...done }];
    expect((await call("POST", `${base}/complete`, { inputs })).status).toBe(204);
    expect((await call("POST", `${base}/unknown/complete`, done)).status).toBe(404);
    expect(sandbox.violations).toEqual([]);
    expect((await call("POST", `${base}/${result.callbackId}/complete`, { outputFields: {} })).status).toBe(400);
  });

  test("options of a field are asked for with a signature", async () => {
    const made = world();
    made.answer = () => Response.json({ options: [] });
    const response = await made.portal.fetchOptions("https://app.example.com/options", {
      inputFieldName: "plan",
      q: "st",
    });
    expect(await response.json()).toEqual({ options: [] });
    expect(made.deliveries[0]!.events).toMatchObject({ inputFieldName: "plan", fetchOptions: { q: "st" } });
  });
});

test("a card's call carries who is looking, signed over the whole URL", async () => {
  const { portal, clock } = world();
  const owner = portal.addOwner({ email: "ann@x.example" });
  const target = "https://app.example.com/hubspot/card?objectId=5";
  const request = await portal.cardRequest(target, { method: "POST", body: { note: "é" }, userId: owner.userId });
  const url = new URL(request.url);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    objectId: "5",
    userId: String(owner.userId),
    userEmail: "ann@x.example",
    portalId: "62515",
    appId: "424242",
  });
  const body = await request.text();
  expect(request.headers.get("x-hubspot-signature-v3")).toBe(
    await signV3(SECRET, "POST", request.url, body, clock.now()),
  );
});

describe("timeline events", () => {
  const event = (id: string, more = {}) => ({
    eventTypeName: "p1_health",
    id,
    objectId: "5",
    properties: { score: "7" },
    ...more,
  });
  const PATH = "/integrators/timeline/2026-03/events";

  test("are kept once by id", async () => {
    const made = world({ timelineEventTypes: ["p1_health"] });
    const call = await install(made);
    expect((await call("POST", PATH, event("e1"))).status).toBe(201);
    expect((await call("POST", PATH, event("e1"))).status).toBe(409);
    const batch = await call("POST", `${PATH}/batch`, { inputs: [event("e1"), event("e2")] });
    expect([batch.status, batch.body.results.length, batch.body.errors[0].category]).toEqual([200, 1, "CONFLICT"]);
    expect([...made.portal.timeline.keys()]).toEqual(["e1", "e2"]);
    expect((await call("POST", PATH, event("e3", { eventTypeName: "p1_other" }))).status).toBe(400);
  });
});

describe("sequences", () => {
  test("a contact is enrolled once, by somebody with an inbox", async () => {
    const made = world();
    const call = await install(made);
    const { portal } = made;
    const owner = portal.addOwner({ email: "ann@x.example" });
    const sequence = portal.addSequence("Win back", owner.userId);
    const contact = portal.create("contact", { email: "c@y.example" });
    const list = await call("GET", `/automation/sequences/2026-09?userId=${owner.userId}`);
    expect(list.body.results.map((each: Json) => each.name)).toEqual(["Win back"]);
    const enrol = (senderEmail: string, sequenceId = sequence.id) =>
      call("POST", `/automation/sequences/2026-09/enrollments?userId=${owner.userId}`, {
        sequenceId,
        contactId: contact.id,
        senderEmail,
      });
    expect((await enrol("other@x.example")).body.errors[0].code).toBe("SENDER_NOT_CONNECTED");
    expect((await enrol("ann@x.example", "1")).status).toBe(404);
    expect((await enrol("ann@x.example")).body.toEmail).toBe("c@y.example");
    expect((await enrol("ann@x.example")).body.errors[0].code).toBe("CONTACT_ALREADY_ENROLLED");
    const status = await call("GET", `/automation/sequences/2026-09/enrollments/contact/${contact.id}`);
    expect(status.body).toMatchObject({ sequenceName: "Win back", enrolledByEmail: "ann@x.example" });
  });
});
