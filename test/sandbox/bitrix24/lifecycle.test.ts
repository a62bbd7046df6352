import { describe, expect, test } from "vitest";
import { type World, world } from "./world.ts";

const HANDLER = "https://app.example/bitrix24/events";

async function bindAll(held: World, ...events: string[]) {
  for (const event of events) await held.call("event.bind", { event, handler: HANDLER });
}

const last = (held: World) => held.received.at(-1)!.form as Record<string, Record<string, string>> & { event: string };

describe("the life of the app in a portal", () => {
  test("the installer frame carries the documented keys, in query and body", async () => {
    const held = await world();
    held.portal.uninstall();
    await held.portal.install(1);
    const { url, form } = held.received.at(-1)!;
    const query = new URL(url).searchParams;
    expect(url.startsWith("https://app.example/bitrix24/install?")).toBe(true);
    expect([query.get("DOMAIN"), query.get("PROTOCOL"), query.get("LANG")]).toEqual([
      "acme.bitrix24.sandbox",
      "1",
      "en",
    ]);
    expect(Object.keys(form)).toEqual([
      "AUTH_ID",
      "AUTH_EXPIRES",
      "REFRESH_ID",
      "SERVER_ENDPOINT",
      "APPLICATION_TOKEN",
      "APPLICATION_SCOPE",
      "member_id",
      "status",
      "PLACEMENT",
    ]);
    expect((await held.call("app.info", {}, String(form.AUTH_ID))).body.result.INSTALLED).toBe(false);
    held.portal.finishInstall();
    expect((await held.call("app.info", {}, String(form.AUTH_ID))).body.result.INSTALLED).toBe(true);
  });

  test("before the end only administrators get through, and always to the installer", async () => {
    const held = await world();
    held.portal.app.finished = false;
    expect((await held.portal.openFrame(2)).response.status).toBe(403);
    await held.portal.openFrame(1);
    expect(held.received.at(-1)!.url).toContain("/bitrix24/install?");
  });

  test("a placement opens its own handler with the record's id as a string", async () => {
    const held = await world();
    const handler = "https://app.example/bitrix24/app";
    await held.call("placement.bind", {
      PLACEMENT: "CRM_DEAL_DETAIL_TAB",
      HANDLER: `${handler}?tab=1`,
      TITLE: "Health",
    });
    const { windowName } = await held.portal.openFrame(2, "CRM_DEAL_DETAIL_TAB", { ID: "7" });
    const { url, form } = held.received.at(-1)!;
    expect(url).toContain("tab=1");
    expect(JSON.parse(String(form.PLACEMENT_OPTIONS))).toEqual({ ID: "7" });
    expect(windowName).toBe(`acme.bitrix24.sandbox|1|${new URL(url).searchParams.get("APP_SID")}`);
    expect((await held.call("profile", {}, String(form.AUTH_ID))).body.result.ID).toBe("2");
  });

  test.each([
    [true, true],
    [false, false],
  ])("ONAPPINSTALL reaches an app with UI without event.bind: %s", async (onAppInstallWithoutBind, expected) => {
    const held = await world({ switches: { onAppInstallWithoutBind } });
    await held.clock.advance(60_000);
    expect(held.received.some(({ form }) => form.event === "ONAPPINSTALL")).toBe(expected);
  });

  test("the shape without UI gets both tokens in ONAPPINSTALL", async () => {
    const held = await world();
    held.portal.uninstall();
    held.portal.installHeadless(1);
    await held.clock.advance(60_000);
    expect(last(held).event).toBe("ONAPPINSTALL");
    expect(last(held).data).toEqual({ VERSION: "1.0.0", ACTIVE: "Y", INSTALLED: "Y", LANGUAGE_ID: "en" });
    expect(last(held).auth!.refresh_token).toHaveLength(70);
    expect(held.received.at(-1)!.url).toBe("https://app.example/bitrix24/install");
  });

  test.each([
    [true, 0],
    [false, 2],
  ])("an update tells the old handler; bindings vanish: %s", async (bindingsVanishOnUpdate, left) => {
    const held = await world({ switches: { bindingsVanishOnUpdate, applicationTokenChangesOnUpdate: true } });
    await bindAll(held, "ONAPPUPDATE", "ONCRMDEALADD");
    const before = held.portal.app.applicationToken;
    held.portal.updateApp("2.0.0");
    await held.clock.advance(60_000);
    expect(last(held).data).toMatchObject({ VERSION: "2.0.0", PREVIOUS_VERSION: "1.0.0" });
    expect(last(held).auth!.application_token).not.toBe(before);
    expect(last(held).auth).toHaveProperty("refresh_token");
    expect((await held.call("event.get")).body.result).toHaveLength(left);
  });

  test("uninstalling kills tokens, bindings, placements and robots, keeps fields and tasks, and proves itself by the application token alone", async () => {
    const held = await world();
    await bindAll(held, "ONAPPUNINSTALL");
    await held.call("app.option.set", { options: { a: "1" } });
    await held.call("crm.deal.userfield.add", { fields: { FIELD_NAME: "X", USER_TYPE_ID: "string" } });
    held.portal.create("task", { TITLE: "T", RESPONSIBLE_ID: 2 });
    held.portal.uninstall({ clean: true });
    await held.clock.advance(60_000);
    expect(last(held).data!.CLEAN).toBe("1");
    expect(last(held).auth).not.toHaveProperty("access_token");
    expect(last(held).auth!.application_token).toBe(held.portal.app.applicationToken);
    expect((await held.call("profile")).body.error).toBe("ERROR_OAUTH");
    expect([held.portal.userFields.length, held.portal.tasks.tasks.size]).toEqual([1, 1]);
    expect(held.portal.app.options).toEqual({});
  });

  test("ONAPPPAYMENT carries no application token", async () => {
    const held = await world();
    await bindAll(held, "ONAPPPAYMENT");
    held.portal.setPayment("S", false, 28);
    await held.clock.advance(60_000);
    expect(last(held).data).toMatchObject({ STATUS: "S", PAYMENT_EXPIRED: "N", DAYS: "28" });
    expect(last(held).auth).not.toHaveProperty("application_token");
  });

  test("HEAD checks pass with 200, 301 and 302 only", async () => {
    const statuses: Record<string, number> = {
      "https://app.example/bitrix24/app": 200,
      "https://app.example/bitrix24/install": 405,
    };
    const held = await world();
    held.sandbox.options.deliver = async (request) => new Response(null, { status: statuses[request.url]! });
    expect((await held.sandbox.headChecks()).map((each) => each.passes)).toEqual([true, false]);
  });

  test("only an active administrator installs", async () => {
    const held = await world();
    await expect(held.portal.install(2)).rejects.toThrow("administrator");
  });

  test.each([
    ["LEFT_MENU", "https://app.example/x", undefined],
    ["NOWHERE", "https://app.example/x", "ERROR_PLACEMENT_NOT_FOUND"],
    ["USER_PROFILE_MENU", "https://app.example/x", "ERROR_PLACEMENT_NOT_FOUND"],
    ["LEFT_MENU", "x", "ERROR_WRONG_HANDLER_URL"],
    ["PAGE_BACKGROUND_WORKER", "https://app.example/x", "EMPTY_ERROR_HANDLER_URL"],
  ])("placement.bind of %s to %s", async (PLACEMENT, HANDLER_URL, error) => {
    const held = await world();
    expect((await held.call("placement.bind", { PLACEMENT, HANDLER: HANDLER_URL })).body.error).toBe(error);
  });
});

describe("automation rules", () => {
  const ROBOT = {
    CODE: "start_plan",
    HANDLER: "https://app.example/bitrix24/robots/start",
    USE_SUBSCRIPTION: "Y",
    NAME: { en: "Start plan" },
    PROPERTIES: { template: { Name: "Template", Type: "select" } },
    RETURN_PROPERTIES: { planId: { Name: "Plan", Type: "string" } },
    DOCUMENT_TYPE: ["crm", "CCrmDocumentDeal", "DEAL"],
  };

  test("a rule runs, waits, and takes its answer once", async () => {
    const held = await world();
    held.portal.create("deal", { title: "A" });
    expect((await held.call("bizproc.robot.add", ROBOT)).body.result).toBe(true);
    expect((await held.call("bizproc.robot.add", ROBOT)).body.error).toBe("ERROR_ACTIVITY_ALREADY_INSTALLED");
    const token = held.portal.fireRobot("start_plan", 1, { template: "std" });
    await held.clock.advance(60_000);
    const form = held.received.at(-1)!.form as Record<string, unknown>;
    expect(form).toMatchObject({
      code: "start_plan",
      document_id: ["crm", "CCrmDocumentDeal", "DEAL_1"],
      event_token: token,
      properties: { template: "std" },
      use_subscription: "Y",
    });
    expect((form.auth as Record<string, string>).application_token).toBe(held.portal.app.applicationToken);
    expect((await held.call("bizproc.activity.log", { EVENT_TOKEN: token, LOG_MESSAGE: "working" })).body.result).toBe(
      true,
    );
    const answer = { EVENT_TOKEN: token, RETURN_VALUES: { planId: "p1" } };
    expect((await held.call("bizproc.event.send", answer)).body.result).toBe(true);
    expect(held.portal.app.runs[0]).toMatchObject({ returned: { planId: "p1" }, log: ["working"], waiting: false });
    const again = await held.call("bizproc.event.send", answer);
    expect([again.status, again.body.error]).toEqual([403, "ACCESS_DENIED"]);
    expect(held.sandbox.violations).toEqual([]);
  });

  test.each([
    [{ ...ROBOT, CODE: "bad code" }, "ERROR_ACTIVITY_VALIDATION_FAILURE"],
    [{ ...ROBOT, HANDLER: "https://elsewhere.example/x" }, "ERROR_WRONG_HANDLER_URL"],
    [{ ...ROBOT, PROPERTIES: { "1x": { Name: "x", Type: "string" } } }, "ERROR_ACTIVITY_VALIDATION_FAILURE"],
    [{ ...ROBOT, PROPERTIES: { x: { Name: "x", Type: "colour" } } }, "ERROR_ACTIVITY_VALIDATION_FAILURE"],
  ])("robot %# is refused", async (robot, error) => {
    const held = await world();
    expect((await held.call("bizproc.robot.add", robot)).body.error).toBe(error);
  });

  test("triggers", async () => {
    const held = await world();
    await held.call("crm.automation.trigger.add", { CODE: "health_red", NAME: "Health became red" });
    await held.call("crm.automation.trigger.add", { CODE: "health_red", NAME: "Red" });
    expect((await held.call("crm.automation.trigger.list")).body.result).toEqual([{ NAME: "Red", CODE: "health_red" }]);
    const params = { CODE: "health_red", OWNER_TYPE_ID: 2, OWNER_ID: 1 };
    expect((await held.call("crm.automation.trigger.execute", params)).body.result).toBe(true);
    expect(held.portal.app.triggered).toMatchObject([{ code: "health_red", ownerId: 1 }]);
  });
});
