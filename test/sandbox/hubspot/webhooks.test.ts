import { describe, expect, test } from "vitest";
import vectors from "../../../src/sandbox/contracts/hubspot/signature-vectors.json" with { type: "json" };
import {
  type HubSpotSandboxOptions,
  signV1,
  signV2,
  signV3,
  subscriptionsOf,
} from "../../../src/sandbox/hubspot/index.ts";
import { HOOK, install, link, OBJECTS, SECRET, START, type World, world } from "./kit.ts";

async function listening(options: Partial<HubSpotSandboxOptions> = {}) {
  const made = world(options);
  const call = await install(made);
  return { ...made, made, call };
}

function events(made: World) {
  return made.deliveries.flatMap((delivery) => delivery.events);
}

function kinds(made: World): string[] {
  return events(made).map((event) =>
    [event.subscriptionType, event.objectTypeId, event.propertyName].filter((part) => part !== undefined).join(" "),
  );
}

describe("signatures", () => {
  test.each(vectors.v1)("v1 as published ($origin)", async ({ secret, body, signature }) => {
    expect(await signV1(secret, body)).toBe(signature);
  });
  test.each(vectors.v2)("v2 as published ($origin)", async ({ secret, method, uri, body, signature }) => {
    expect(await signV2(secret, method, uri, body)).toBe(signature);
  });
  test.each(vectors.v3)(
    "v3 as published ($origin, $uri)",
    async ({ secret, method, uri, body, timestamp, signature }) => {
      expect(await signV3(secret, method, uri, body, timestamp)).toBe(signature);
    },
  );

  test("deliveries carry v3 over the raw body and v1 beside it", async () => {
    const { made, portal, clock } = await listening();
    portal.create("company", { name: "Zoë ✓" });
    await clock.advance(1_000);
    const { request, body } = made.deliveries[0]!;
    const timestamp = Number(request.headers.get("x-hubspot-request-timestamp"));
    expect(timestamp).toBe(START + 1_000);
    expect(request.headers.get("x-hubspot-signature-v3")).toBe(await signV3(SECRET, "POST", HOOK, body, timestamp));
    expect(request.headers.get("x-hubspot-signature")).toBe(await signV1(SECRET, body));
    expect(request.headers.get("x-hubspot-signature-version")).toBe("v1");
  });
});

describe("events", () => {
  test("a creation comes with one event per initial value that somebody listens to", async () => {
    const { made, portal, clock } = await listening();
    const deal = portal.create("deal", { dealname: "D", dealstage: "contractsent" });
    await clock.advance(1_000);
    expect(kinds(made)).toEqual([
      "object.creation 0-3",
      "object.propertyChange 0-3 dealname",
      "object.propertyChange 0-3 dealstage",
      "object.propertyChange 0-3 pipeline",
    ]);
    expect(events(made)[0]).toMatchObject({
      portalId: 62_515,
      appId: 424_242,
      occurredAt: START,
      attemptNumber: 0,
      objectId: Number(deal.id),
      changeFlag: "CREATED",
      changeSource: "CRM_UI",
      sourceId: "userId:9100423",
    });
  });

  test("nothing is sent for what nobody subscribed to, nor before the install", async () => {
    const { made, portal, clock } = await listening({
      subscriptions: [{ subscriptionType: "object.propertyChange", objectType: "deal", propertyName: "dealstage" }],
    });
    const other = made.sandbox.addPortal({ hubId: 777 });
    other.create("deal", { dealname: "not installed" });
    const deal = portal.create("deal", { dealname: "D" });
    portal.update("deal", deal.id, { dealname: "E" });
    portal.update("deal", deal.id, { dealstage: "closedwon" });
    await clock.advance(1_000);
    expect(events(made).map((event) => [event.portalId, event.propertyValue])).toEqual([
      [62_515, "appointmentscheduled"],
      [62_515, "closedwon"],
    ]);
  });

  test("own writes come back as INTEGRATION with the app id", async () => {
    const { made, call, portal, clock } = await listening();
    const company = portal.create("company", { name: "A" }, [], { quiet: true });
    const properties = { hs_timestamp: String(START), hs_task_subject: "x" };
    await call("POST", `${OBJECTS}/tasks`, { properties, associations: [link(company.id, 192)] });
    await clock.advance(1_000);
    expect(new Set(events(made).map((event) => `${event.changeSource} ${event.sourceId}`))).toEqual(
      new Set(["INTEGRATION 424242"]),
    );
  });

  test("an association has an event per direction, a primary one two of each", async () => {
    const { made, portal, clock } = await listening();
    const company = portal.create("company", { name: "A" }, [], { quiet: true });
    const deal = portal.create("deal", { dealname: "D" }, [], { quiet: true });
    portal.associate("deal", deal.id, "company", company.id);
    portal.dissociate("deal", deal.id, "company", company.id);
    await clock.advance(1_000);
    const seen = events(made).map((event) => [
      event.associationType,
      event.isPrimaryAssociation,
      event.associationRemoved,
    ]);
    expect(seen).toHaveLength(8);
    expect(seen).toEqual(
      expect.arrayContaining([
        ["DEAL_TO_COMPANY", true, false],
        ["DEAL_TO_COMPANY", false, false],
        ["COMPANY_TO_DEAL", true, false],
        ["COMPANY_TO_DEAL", false, false],
        ["DEAL_TO_COMPANY", false, true],
        ["COMPANY_TO_DEAL", true, true],
      ]),
    );
    expect(events(made).find((event) => event.associationType === "COMPANY_TO_DEAL")).toMatchObject({
      fromObjectId: Number(company.id),
      toObjectId: Number(deal.id),
      objectTypeId: "0-2",
    });
  });

  test.each([
    [true, false],
    [false, true],
  ])("a merge names the survivor, a new record: %s", async (mergeMakesNewId, survives) => {
    const { made, portal, clock } = await listening({ switches: { mergeMakesNewId } });
    const [first, second] = ["A", "B"].map((dealname) => portal.create("deal", { dealname }, [], { quiet: true }));
    const survivor = portal.merge("deal", first!.id, second!.id);
    await clock.advance(1_000);
    expect(events(made)).toHaveLength(1);
    expect(events(made)[0]).toMatchObject({
      subscriptionType: "object.merge",
      primaryObjectId: Number(first!.id),
      mergedObjectIds: [Number(second!.id)],
      newObjectId: Number(survivor.id),
    });
    expect(survivor.id === first!.id).toBe(survives);
    expect(survivor.properties.hs_merged_object_ids).toBe(survives ? second!.id : `${first!.id};${second!.id}`);
  });

  test("deletion, restore and privacy deletion", async () => {
    const { made, portal, clock } = await listening();
    const contact = portal.create("contact", { email: "a@b.example" }, [], { quiet: true });
    portal.remove("contact", contact.id);
    portal.restore("contact", contact.id);
    portal.privacyDelete(contact.id);
    await clock.advance(1_000);
    expect(kinds(made)).toEqual([
      "object.deletion 0-1",
      "object.restore 0-1",
      "contact.privacyDeletion",
      "object.deletion 0-1",
    ]);
    expect(portal.get("contact", contact.id)).toBeNull();
  });

  test("a change to the same value is no change", async () => {
    const { made, portal, clock } = await listening();
    const deal = portal.create("deal", { dealname: "D" }, [], { quiet: true });
    portal.update("deal", deal.id, { dealname: " D " });
    await clock.advance(1_000);
    expect(events(made)).toEqual([]);
  });

  test("the subscriptions of a project's manifest are taken as they are", async () => {
    const subscriptions = subscriptionsOf({
      config: {
        subscriptions: {
          crmObjects: [{ subscriptionType: "object.creation", objectType: "meeting event", active: true }],
          legacyCrmObjects: [{ subscriptionType: "deal.propertyChange", propertyName: "dealstage", active: true }],
          hubEvents: [{ subscriptionType: "contact.privacyDeletion", active: false }],
        },
      },
    });
    const { made, portal, clock } = await listening({ subscriptions });
    portal.create("meeting", { hs_timestamp: String(START) });
    portal.create("deal", { dealname: "D" });
    portal.privacyDelete(portal.create("contact", { email: "a@b.example" }).id);
    await clock.advance(1_000);
    expect(kinds(made)).toEqual(["object.creation 0-47", "deal.propertyChange dealstage"]);
  });

  test.each([
    { subscriptionType: "deal.gone" },
    { subscriptionType: "object.creation", objectType: "unicorn" },
    { subscriptionType: "object.propertyChange", objectType: "deal", propertyName: "hs_lastmodifieddate" },
    { subscriptionType: "object.propertyChange", objectType: "deal" },
  ])("HubSpot would not take the subscription %o", (subscription) => {
    expect(() => world({ subscriptions: [subscription] })).toThrow();
  });
});

describe("delivery", () => {
  async function flood(count: number, options: Partial<HubSpotSandboxOptions> = {}) {
    const set = await listening({
      subscriptions: [{ subscriptionType: "object.creation", objectType: "company" }],
      ...options,
    });
    for (let index = 0; index < count; index++) set.portal.create("company", { name: `C${index}` });
    return set;
  }

  test("arrays hold at most 100 events, gathered for a moment", async () => {
    const { made, clock } = await flood(250);
    await clock.advance(999);
    expect(made.deliveries).toEqual([]);
    await clock.advance(1);
    await expect
      .poll(() => made.deliveries.map(({ events }) => events.length).sort((a, b) => b - a))
      .toEqual([100, 100, 50]);
  });

  test("no more requests at a time than the app allows", async () => {
    const { made, clock } = await flood(1_000, { maxConcurrentRequests: 3 });
    let inFlight = 0;
    let most = 0;
    made.answer = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight--;
      return new Response();
    };
    await clock.advance(1_000);
    expect(made.deliveries).toHaveLength(10);
    expect(most).toBe(3);
  });

  test.each([401, 404, 500, 503])("a %i is tried again up to ten times within a day, then given up", async (status) => {
    const { made, clock, sandbox } = await flood(1);
    made.answer = () => new Response(null, { status });
    await clock.advance(3 * 86_400_000);
    expect(made.deliveries.map((delivery) => delivery.events[0].attemptNumber)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    const last = Number(made.deliveries.at(-1)!.request.headers.get("x-hubspot-request-timestamp"));
    expect(last - START).toBeLessThanOrEqual(86_400_000);
    expect(last - START).toBeGreaterThan(12 * 3_600_000);
    expect(sandbox.deliveries.counts).toMatchObject({ requests: 11, retries: 10, lost: 1 });
    expect(sandbox.deliveries.pending).toBe(0);
  });

  test("a cut connection is tried again and then accepted", async () => {
    const { made, clock } = await flood(1);
    made.answer = () => {
      if (made.deliveries.length === 1) throw new TypeError("fetch failed");
      return new Response();
    };
    await clock.advance(3_600_000);
    expect(made.deliveries).toHaveLength(2);
  });

  test("an answer after more than five seconds is none", async () => {
    const { made, clock } = await flood(1);
    made.answer = async () => {
      if (made.deliveries.length === 1) await clock.advance(5_001);
      return new Response();
    };
    await clock.advance(3_600_000);
    expect(made.deliveries).toHaveLength(2);
  });

  test.each([
    ["drop", [1, 3]],
    ["double", [1, 2, 2, 3]],
    ["delay", [1, 3, 2]],
    ["reorder", [2, 1, 3]],
  ] as const)("the dial can %s an event", async (fault, order) => {
    const set = await listening({
      subscriptions: [{ subscriptionType: "object.creation", objectType: "company" }],
      faults: { delivery: (index) => (index === 2 ? fault : null) },
    });
    const ids = [1, 2, 3].map((index) => Number(set.portal.create("company", { name: `C${index}` }).id));
    await set.clock.advance(120_000);
    expect(events(set.made).map((event) => ids.indexOf(event.objectId) + 1)).toEqual(order);
  });

  test.each([
    [true, [[62_515, 777]]],
    [false, [[62_515], [777]]],
  ])("one array may mix accounts: %s", async (arraysMixPortals, accounts) => {
    const { made, portal, clock, sandbox } = await listening({
      switches: { arraysMixPortals },
      subscriptions: [{ subscriptionType: "object.creation", objectType: "company" }],
    });
    const other = sandbox.addPortal({ hubId: 777 });
    await install({ ...made, portal: other });
    for (const each of [portal, other]) each.create("company", { name: "C" });
    await clock.advance(1_000);
    expect(made.deliveries.map((delivery) => delivery.events.map((event) => event.portalId))).toEqual(accounts);
  });
});
