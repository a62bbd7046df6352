import { describe, expect, test } from "vitest";
import type { DeliveryFault } from "../../../src/sandbox/faults.ts";
import { type World, world } from "./world.ts";

const HANDLER = "https://app.example/bitrix24/events";
const bind = (held: World, event: string, extra: Record<string, unknown> = {}) =>
  held.call("event.bind", { event, handler: HANDLER, ...extra });

/** Names and data of what arrived, after a minute. */
async function arrived(held: World) {
  await held.clock.advance(60_000);
  return held.received.map(({ form }) => [form.event, form.data] as const);
}

describe("online events", () => {
  test.each<[string, (held: World) => void, string, unknown]>([
    ["a new deal", ({ portal }) => portal.create("deal", { title: "B" }), "ONCRMDEALADD", { FIELDS: { ID: "2" } }],
    [
      "a stage change",
      ({ portal }) => portal.update("deal", 1, { stageId: "WON" }),
      "ONCRMDEALUPDATE",
      { FIELDS: { ID: "1" } },
    ],
    ["a deleted deal", ({ portal }) => portal.remove("deal", 1), "ONCRMDEALDELETE", { FIELDS: { ID: "1" } }],
    [
      "another pipeline",
      ({ portal }) => portal.moveDealToCategory(1, portal.catalog.addCategory(2, "Renewals").id),
      "ONCRMDEALMOVETOCATEGORY",
      { FIELDS: { ID: "1", CATEGORY_ID: "2", STAGE_ID: "C2:NEW" } },
    ],
    ["a company", ({ portal }) => portal.create("company", { title: "C" }), "ONCRMCOMPANYADD", { FIELDS: { ID: "1" } }],
    [
      "an invoice",
      ({ portal }) => portal.create("invoice", { title: "I" }),
      "ONCRMDYNAMICITEMADD",
      { FIELDS: { ID: "1", ENTITY_TYPE_ID: "31" } },
    ],
    [
      "a comment",
      ({ portal }) => portal.create("comment", { entityType: "deal", entityId: 1, comment: "Hi" }),
      "ONCRMTIMELINECOMMENTADD",
      { FIELDS: { ID: "1" } },
    ],
    [
      "an activity",
      ({ portal }) => portal.create("activity", { ownerTypeId: 2, ownerId: 1, subject: "Call" }),
      "ONCRMACTIVITYADD",
      { FIELDS: { ID: "1" } },
    ],
    [
      "a new task",
      ({ portal }) => portal.create("task", { TITLE: "T", RESPONSIBLE_ID: 2 }),
      "ONTASKADD",
      {
        FIELDS_BEFORE: "undefined",
        FIELDS_AFTER: { ID: "1" },
        IS_ACCESSIBLE_BEFORE: "N",
        IS_ACCESSIBLE_AFTER: "undefined",
      },
    ],
    [
      "a completed task",
      ({ portal }) => {
        portal.create("task", { TITLE: "T", RESPONSIBLE_ID: 2 });
        portal.update("task", 1, { STATUS: 5 });
      },
      "ONTASKUPDATE",
      {
        FIELDS_BEFORE: { ID: "1" },
        FIELDS_AFTER: { ID: "1" },
        IS_ACCESSIBLE_BEFORE: "undefined",
        IS_ACCESSIBLE_AFTER: "undefined",
      },
    ],
    [
      "a deleted task",
      ({ portal }) => {
        portal.create("task", { TITLE: "T", RESPONSIBLE_ID: 2 });
        portal.remove("task", 1);
      },
      "ONTASKDELETE",
      {
        FIELDS_BEFORE: { ID: "1" },
        FIELDS_AFTER: "undefined",
        IS_ACCESSIBLE_BEFORE: "undefined",
        IS_ACCESSIBLE_AFTER: "N",
      },
    ],
  ])("%s", async (_, act, event, data) => {
    const held = await world();
    held.portal.create("deal", { title: "A" });
    await bind(held, event);
    act(held);
    expect(await arrived(held)).toEqual([[event, data]]);
    expect(held.received[0]!.url).toBe(HANDLER);
  });

  test("moving a deal to another pipeline raises no ONCRMDEALUPDATE", async () => {
    const held = await world();
    held.portal.create("deal", { title: "A" });
    await bind(held, "ONCRMDEALUPDATE");
    held.portal.moveDealToCategory(1, held.portal.catalog.addCategory(2, "Renewals").id);
    expect(await arrived(held)).toEqual([]);
  });

  test("the body has the member, both endpoints, the application token, the actor's token and the time of sending", async () => {
    const held = await world();
    await bind(held, "onCrmDealAdd");
    held.portal.create("deal", { title: "A" }, 2);
    await arrived(held);
    const { ts, auth } = held.received[0]!.form as { ts: string; auth: Record<string, string> };
    expect(Number(ts) * 1000).toBeGreaterThan(held.clock.now() - 60_000);
    expect(auth).toMatchObject({
      member_id: held.portal.memberId,
      application_token: held.portal.app.applicationToken,
      client_endpoint: held.portal.clientEndpoint,
      server_endpoint: "http://oauth.bitrix24.sandbox/rest/",
      user_id: "2",
    });
    expect((await held.call("profile", {}, auth.access_token)).body.result.ID).toBe("2");
    expect(auth).not.toHaveProperty("refresh_token");
  });

  test("what a robot did arrives without tokens, unless the handler was bound with auth_type", async () => {
    const held = await world();
    await bind(held, "ONCRMDEALADD");
    await bind(held, "ONCRMDEALADD", { auth_type: 3 });
    held.portal.create("deal", { title: "A" }, null);
    await arrived(held);
    const tokens = held.received.map(({ form }) => (form.auth as Record<string, string>).access_token);
    expect(
      tokens.map((token) => (token === undefined ? null : held.sandbox.tokens.access(token)!.userId)).sort(),
    ).toEqual([3, null].sort());
  });

  test("camel-case names, flat comment ids and no user id are what some portals send", async () => {
    const held = await world({
      switches: { eventNameCase: "camel", timelineCommentIdShape: "data[ID]", userIdInEvents: false },
    });
    held.portal.create("deal", { title: "A" });
    await bind(held, "ONCRMTIMELINECOMMENTADD");
    await bind(held, "ONCRMDEALMOVETOCATEGORY");
    held.portal.create("comment", { entityType: "deal", entityId: 1, comment: "Hi" });
    held.portal.moveDealToCategory(1, held.portal.catalog.addCategory(2, "R").id);
    const names = (await arrived(held)).map(([name]) => name).sort();
    expect(names).toEqual(["onCrmDealMoveToCategory", "onCrmTimelineCommentAdd"]);
    const comment = held.received.find(({ form }) => form.event === "onCrmTimelineCommentAdd")!.form;
    expect(comment.data).toEqual({ ID: "1" });
    expect(comment.auth).not.toHaveProperty("user_id");
  });

  test("an update that changes nothing is silent, by default", async () => {
    for (const noopUpdateSilent of [true, false]) {
      const held = await world({ switches: { noopUpdateSilent } });
      held.portal.create("deal", { title: "A" });
      await bind(held, "ONCRMDEALUPDATE");
      held.portal.update("deal", 1, { title: "A" });
      expect(await arrived(held)).toHaveLength(noopUpdateSilent ? 0 : 1);
    }
  });

  test("a handler that answers 500 or not at all loses the event for good", async () => {
    for (const status of [500, 0]) {
      let events = 0;
      const held = await world();
      held.answer = async () => {
        events++;
        if (status === 0) throw new TypeError("no connection");
        return new Response("", { status });
      };
      await bind(held, "ONCRMDEALADD");
      held.portal.create("deal", { title: "A" });
      await held.clock.advance(86_400_000);
      expect(events).toBe(1);
      expect(held.sandbox.deliveries.at(-1)).toMatchObject({ event: "ONCRMDEALADD", status });
    }
  });

  test.each<[DeliveryFault, number[]]>([
    ["drop", [2]],
    ["double", [1, 2, 1]],
    ["reorder", [2, 1]],
    ["delay", [2, 1]],
  ])("the fault dial: %s of the first event", async (fault, expected) => {
    const held = await world({
      switches: { eventDelayMs: [500, 500] },
      faults: { delivery: (index) => (index === 1 ? fault : null), delayMs: 30_000 },
    });
    await bind(held, "ONCRMDEALADD");
    held.portal.create("deal", { title: "A" });
    held.portal.create("deal", { title: "B" });
    const ids = (await arrived(held)).map(([, data]) => Number((data as { FIELDS: { ID: string } }).FIELDS.ID));
    expect(ids).toEqual(expected);
  });
});

describe("event.bind", () => {
  test.each([
    ["ERROR_EVENT_BINDING_EXISTS", "ERROR_EVENT_BINDING_EXISTS"],
    ["Unable to set event handler", ""],
  ] as const)("the same pair twice fails with %s", async (duplicateBindError, code) => {
    const held = await world({ switches: { duplicateBindError } });
    expect((await bind(held, "ONCRMDEALADD")).body.result).toBe(true);
    const again = await bind(held, "ONCRMDEALADD");
    expect([again.status, again.body.error]).toEqual([400, code]);
    expect((await held.call("event.get")).body.result).toEqual([
      { event: "ONCRMDEALADD", handler: HANDLER, auth_type: "0", offline: 0 },
    ]);
    expect((await held.call("event.unbind", { event: "ONCRMDEALADD", handler: HANDLER })).body.result).toEqual({
      count: 1,
    });
  });

  test("an event that is not there is refused and recorded", async () => {
    const held = await world();
    expect((await bind(held, "ONMAGIC")).body.error).toBe("ERROR_EVENT_NOT_FOUND");
    expect(held.sandbox.violations).toHaveLength(1);
  });

  test("nothing is delivered before the installation is finished", async () => {
    const held = await world();
    held.portal.app.finished = false;
    await bind(held, "ONCRMDEALADD");
    held.portal.create("deal", { title: "A" });
    expect(await arrived(held)).toEqual([]);
  });
});

describe("offline events", () => {
  const PRO = { plan: "professional" } as const;

  test("keep the latest per object, are deleted by get, and reserved by clear=0 until confirmed", async () => {
    const held = await world({}, PRO);
    await bind(held, "ONCRMDEALUPDATE", { event_type: "offline" });
    held.portal.create("deal", { title: "A" });
    held.portal.update("deal", 1, { title: "B" });
    held.portal.update("deal", 1, { title: "C" });
    const reserved = await held.call("event.offline.get", { clear: 0 });
    expect(reserved.body.result.events).toHaveLength(1);
    expect((await held.call("event.offline.get", { clear: 0 })).body.result.events).toEqual([]);
    const processId = reserved.body.result.process_id;
    held.portal.update("deal", 1, { title: "D" });
    expect(held.portal.events.offline).toHaveLength(2);
    await held.call("event.offline.clear", { process_id: processId });
    const rest = await held.call("event.offline.get");
    expect(rest.body.result.process_id).toBeNull();
    expect(rest.body.result.events[0]).toMatchObject({
      EVENT_NAME: "ONCRMDEALUPDATE",
      EVENT_DATA: { FIELDS: { ID: "1" } },
    });
    expect(held.portal.events.offline).toEqual([]);
    expect(held.sandbox.violations).toEqual([]);
  });

  test("changes under our own connector are not queued", async () => {
    const held = await world({}, PRO);
    await bind(held, "ONCRMDEALUPDATE", { event_type: "offline", auth_connector: "tenure" });
    held.portal.create("deal", { title: "A" });
    await held.call("crm.item.update", { entityTypeId: 2, id: 1, fields: { title: "ours" }, auth_connector: "tenure" });
    expect(held.portal.events.offline).toEqual([]);
    held.portal.update("deal", 1, { title: "theirs" });
    expect((await held.call("event.offline.list", { auth_connector: "tenure" })).body.total).toBe(1);
    expect(held.sandbox.violations).toEqual([]);
  });

  test("ONOFFLINEEVENT says that the queue is not empty", async () => {
    const held = await world({}, PRO);
    await bind(held, "ONOFFLINEEVENT", { options: { minTimeout: 10 } });
    await bind(held, "ONCRMDEALADD", { event_type: "offline" });
    held.portal.create("deal", { title: "A" });
    held.portal.create("deal", { title: "B" });
    expect((await arrived(held)).map(([name]) => name)).toEqual(["ONOFFLINEEVENT"]);
  });

  test("a plan without them refuses, and feature.get says so", async () => {
    const held = await world();
    expect((await held.call("feature.get", { CODE: "rest_offline_extended" })).body.result).toEqual({ value: "N" });
    const { status, body } = await bind(held, "ONCRMDEALUPDATE", { event_type: "offline" });
    expect([status, body.error]).toEqual([403, "ACCESS_DENIED"]);
  });
});
