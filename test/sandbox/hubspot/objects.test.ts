import { describe, expect, test } from "vitest";
import type { HubSpotSandboxOptions, PortalOptions } from "../../../src/sandbox/hubspot/index.ts";
import { install, type Json, OBJECTS, START, world } from "./kit.ts";

const DUE = "2026-12-21T09:00:00Z";

async function ready(options: Partial<HubSpotSandboxOptions> = {}, portal: PortalOptions = {}) {
  const made = world(options, portal);
  return { ...made, call: await install(made) };
}

function task(more: Record<string, string> = {}) {
  return { properties: { hs_timestamp: DUE, hs_task_subject: "Check-in", ...more }, associations: [] };
}

describe("values come back as HubSpot keeps them", () => {
  test.each([
    ["tasks", "hs_timestamp", "1797843600000", "2026-12-21T09:00:00Z"],
    ["tasks", "hs_timestamp", "2026-12-21T11:00:00.123+02:00", "2026-12-21T09:00:00.123Z"],
    ["tasks", "hs_task_subject", "  Kickoff  ", "Kickoff"],
    ["tasks", "hs_task_body", "plain & simple", "<p>plain &amp; simple</p>"],
    ["tasks", "hs_task_body", '<P class="x" data-key="k">a<br/><!-- k --><script>1</script></P>', "<p>a<br></p>"],
    [
      "tasks",
      "hs_task_body",
      "<a href='https://x.example/?a=1&amp;b=2'>x</a>",
      '<a href="https://x.example/?a=1&amp;b=2">x</a>',
    ],
    ["deals", "amount", "0100.50", "100.5"],
    ["deals", "amount", "0.12345678", "0.123457"],
    ["contacts", "email", " Ann@Example.COM ", "ann@example.com"],
    ["contacts", "hs_email_optout", "TRUE", "true"],
    ["contacts", "hs_buying_role", "CHAMPION;END_USER", "CHAMPION;END_USER"],
    ["companies", "domain", "Acme.Example", "acme.example"],
  ])("%s.%s %s", async (type, name, raw, kept) => {
    const { call } = await ready();
    const properties = type === "tasks" ? { hs_timestamp: DUE, [name]: raw } : { [name]: raw };
    const { status, body } = await call("POST", `${OBJECTS}/${type}`, { properties, associations: [] });
    expect(status).toBe(201);
    expect(body.properties[name]).toBe(kept);
  });

  test.each([
    ["tasks", "hs_timestamp", "tomorrow", "INVALID_DATE", true],
    ["tasks", "hs_task_status", "DONE", "INVALID_OPTION", true],
    ["tasks", "hs_task_reminders", "2026-12-21", "INVALID_LONG", true],
    ["tasks", "hs_task_is_overdue", "true", "READ_ONLY_VALUE", true],
    ["tasks", "no_such_thing", "x", "PROPERTY_DOESNT_EXIST", false],
    ["tasks", "hubspot_owner_id", "1", "INVALID_OWNER_ID", false],
    ["deals", "amount", "1,000", "INVALID_DECIMAL", true],
    ["deals", "dealtype", "someothertype", "INVALID_OPTION", false],
    ["deals", "dealstage", "nowhere", "INVALID_OPTION", false],
    ["contacts", "email", "not-an-email", "INVALID_EMAIL", false],
    ["contacts", "hs_email_optout", "maybe", "INVALID_BOOLEAN", true],
  ])("%s.%s = %s is refused with %s; wrong in every account: %s", async (type, name, raw, code, stranger) => {
    const { call, sandbox } = await ready();
    const properties = type === "tasks" ? { hs_timestamp: DUE, [name]: raw } : { [name]: raw };
    const { status, body } = await call("POST", `${OBJECTS}/${type}`, { properties, associations: [] });
    expect([status, body.category, body.errors[0].code]).toEqual([400, "VALIDATION_ERROR", code]);
    expect(body.errors[0].context.propertyName).toEqual([name]);
    expect(sandbox.violations.length > 0).toBe(stranger);
  });

  test("an unknown property may be ignored instead", async () => {
    const { call } = await ready({ switches: { unknownPropertyIgnored: true } });
    const { status, body } = await call("POST", `${OBJECTS}/tasks`, task({ no_such_thing: "x" }));
    expect(status).toBe(201);
    expect(body.properties).not.toHaveProperty("no_such_thing");
  });

  test("a task needs its due date", async () => {
    const { call } = await ready();
    const { status, body } = await call("POST", `${OBJECTS}/tasks`, {
      properties: { hs_task_subject: "x" },
      associations: [],
    });
    expect([status, body.errors[0].code]).toEqual([400, "MISSING_REQUIRED_PROPERTY"]);
  });

  test.each([
    [true, ""],
    [false, null],
  ])("a cleared value reads as empty text: %s", async (clearedReadsAsEmpty, shown) => {
    const { call, portal } = await ready({ switches: { clearedReadsAsEmpty } });
    const deal = portal.create("deal", { dealname: "D", amount: "5" });
    await call("PATCH", `${OBJECTS}/deals/${deal.id}`, { properties: { amount: "" } });
    const { body } = await call("GET", `${OBJECTS}/deals/${deal.id}?properties=amount,closedate,no_such_thing`);
    expect(body.properties.amount).toBe(shown);
    expect(body.properties.closedate).toBeNull();
    expect(body.properties).not.toHaveProperty("no_such_thing");
  });

  test("options are appended with a leading semicolon", async () => {
    const { call, portal } = await ready();
    const contact = portal.create("contact", { email: "a@b.example", hs_buying_role: "CHAMPION" });
    const { body } = await call("PATCH", `${OBJECTS}/contacts/${contact.id}`, {
      properties: { hs_buying_role: ";END_USER" },
    });
    expect(body.properties.hs_buying_role).toBe("CHAMPION;END_USER");
  });

  test.each([
    ["2026-02-28", "2026-02-28", 201],
    [String(Date.UTC(2026, 1, 28)), "2026-02-28", 201],
    [String(Date.UTC(2026, 1, 28, 5)), undefined, 400],
  ])("a date property takes %s", async (raw, kept, status) => {
    const { call, portal } = await ready();
    portal.addProperty("deal", { name: "go_live", label: "Go live", type: "date", fieldType: "date" });
    const answer = await call("POST", `${OBJECTS}/deals`, { properties: { go_live: raw }, associations: [] });
    expect(answer.status).toBe(status);
    if (kept) expect(answer.body.properties.go_live).toBe(kept);
  });

  test("owners: an archived one is refused, unless the switch says otherwise", async () => {
    for (const archivedOwnerAccepted of [false, true]) {
      const { call, portal } = await ready({ switches: { archivedOwnerAccepted } });
      const owner = portal.addOwner();
      portal.archiveOwner(owner.id);
      const { status } = await call("POST", `${OBJECTS}/tasks`, task({ hubspot_owner_id: owner.id }));
      expect(status).toBe(archivedOwnerAccepted ? 201 : 400);
    }
  });
});

describe("derived values", () => {
  test("a won deal: closed fields, close date, stage history", async () => {
    const { call, portal, clock } = await ready();
    const deal = portal.create("deal", { dealname: "D", amount: "70" });
    await clock.advance(90_000);
    portal.update("deal", deal.id, { dealstage: "closedwon" });
    await clock.advance(30_000);
    portal.update("deal", deal.id, { dealstage: "contractsent" });
    await clock.advance(10_000);
    portal.update("deal", deal.id, { dealstage: "closedwon" });
    const names = [
      "hs_is_closed",
      "hs_is_closed_won",
      "hs_deal_stage_probability",
      "hs_closed_amount",
      "hs_v2_date_entered_closedwon",
      "hs_v2_date_exited_contractsent",
      "hs_v2_cumulative_time_in_appointmentscheduled",
      "hs_v2_cumulative_time_in_closedwon",
      "hs_v2_date_entered_qualifiedtobuy",
      "closedate",
    ];
    const { body } = await call(
      "GET",
      `${OBJECTS}/0-3/${deal.id}?properties=${names.join()}&propertiesWithHistory=dealstage`,
    );
    expect(body.properties).toMatchObject({
      hs_is_closed: "true",
      hs_is_closed_won: "true",
      hs_deal_stage_probability: "1.0",
      hs_closed_amount: "70",
      hs_v2_date_entered_closedwon: "2026-11-02T09:02:10Z",
      hs_v2_date_exited_contractsent: "2026-11-02T09:02:10Z",
      hs_v2_cumulative_time_in_appointmentscheduled: "90",
      hs_v2_cumulative_time_in_closedwon: "30",
      hs_v2_date_entered_qualifiedtobuy: null,
    });
    expect(body.propertiesWithHistory.dealstage.map((entry: Json) => entry.value)).toEqual([
      "closedwon",
      "contractsent",
      "closedwon",
      "appointmentscheduled",
    ]);
  });

  test("closed fields may trail the stage", async () => {
    const { call, portal, clock } = await ready({ switches: { calculatedLagMs: 2_000 } });
    const deal = portal.create("deal", { dealname: "D" });
    await clock.advance(10_000);
    portal.update("deal", deal.id, { dealstage: "closedwon" });
    const won = async () =>
      (await call("GET", `${OBJECTS}/deals/${deal.id}?properties=hs_is_closed_won`)).body.properties.hs_is_closed_won;
    expect(await won()).toBe("false");
    await clock.advance(2_000);
    expect(await won()).toBe("true");
  });

  test("a task: completion and being overdue", async () => {
    const { call, portal, clock } = await ready({ accessTokenSeconds: 90_000 });
    const made = portal.create("task", { hs_timestamp: String(START + 3_600_000), hs_task_subject: "x" });
    const read = async () => {
      const names = "hs_task_is_overdue,hs_task_is_completed,hs_task_completion_date";
      return (await call("GET", `${OBJECTS}/tasks/${made.id}?properties=${names}`)).body.properties;
    };
    expect(await read()).toMatchObject({ hs_task_is_overdue: "false", hs_task_completion_date: null });
    await clock.advance(3_600_001);
    expect(await read()).toMatchObject({ hs_task_is_overdue: "true", hs_task_is_completed: "false" });
    await call("PATCH", `${OBJECTS}/tasks/${made.id}`, { properties: { hs_task_status: "COMPLETED" } });
    expect(await read()).toMatchObject({
      hs_task_is_overdue: "false",
      hs_task_is_completed: "true",
      hs_task_completion_date: "2026-11-02T10:00:00.001Z",
    });
    portal.update("task", made.id, { hs_task_status: "NOT_STARTED" });
    expect((await read()).hs_task_completion_date).toBe("");
  });

  test("records roll up what is linked to them, and their modification time moves", async () => {
    const { call, portal, clock } = await ready();
    const company = portal.create("company", { name: "A" });
    const contact = portal.create("contact", { email: "a@b.example" }, [{ objectType: "company", id: company.id }]);
    await clock.advance(1_000);
    const to = [{ objectType: "company", id: company.id }];
    portal.create("meeting", { hs_timestamp: String(START - 7_200_000), hs_meeting_outcome: "COMPLETED" }, to);
    portal.create("email", { hs_timestamp: String(START - 3_600_000), hs_email_direction: "INCOMING_EMAIL" }, to);
    portal.create("task", { hs_timestamp: String(START + 3_600_000) }, to);
    portal.create("task", { hs_timestamp: String(START - 1_000) }, to);
    const names = [
      "notes_last_contacted",
      "hs_latest_meeting_activity",
      "hs_sales_email_last_replied",
      "notes_next_activity_date",
      "hs_number_of_overdue_tasks",
      "num_associated_contacts",
      "hs_last_logged_call_date",
    ];
    const { body } = await call("GET", `${OBJECTS}/companies/${company.id}?properties=${names.join()}`);
    expect(body.properties).toMatchObject({
      notes_last_contacted: "2026-11-02T08:00:00Z",
      hs_latest_meeting_activity: "2026-11-02T07:00:00Z",
      hs_sales_email_last_replied: "2026-11-02T08:00:00Z",
      notes_next_activity_date: "2026-11-02T10:00:00Z",
      hs_number_of_overdue_tasks: "1",
      num_associated_contacts: "1",
      hs_last_logged_call_date: null,
      hs_lastmodifieddate: "2026-11-02T09:00:01Z",
    });
    const linked = await call("GET", `${OBJECTS}/contacts/${contact.id}?properties=associatedcompanyid`);
    expect(linked.body.properties.associatedcompanyid).toBe(company.id);
  });
});
