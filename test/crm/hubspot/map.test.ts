import { describe, expect, it } from "vitest";
import { fieldById } from "../../../src/core/fields.ts";
import { factsOf, type MapContext } from "../../../src/crm/hubspot/map.ts";
import { dayOfValue, instantOf, numberOf, toHubSpot } from "../../../src/crm/hubspot/values.ts";
import { hubspotWorld, START } from "./world.ts";

const HOUR_MS = 3_600_000;
/** 2026-11-02 as a day: 56 years of 365 days, 14 leap days, 305 days before 2 November. */
const START_DAY = 56 * 365 + 14 + 305;

const BARE: MapContext = { stages: { outcome: () => undefined, won: () => [] }, history: {} };

describe("HubSpot's properties as facts", () => {
  it("ticket: state from the pipeline, sentiment from −1 to 1, first reply from its duration (5.4)", async () => {
    const world = await hubspotWorld();
    const ticket = world.portal.create("tickets", {
      subject: "Broken",
      hs_pipeline_stage: "1",
      hs_ticket_priority: "URGENT",
      hs_ticket_category: "BILLING_ISSUE;PRODUCT_ISSUE",
      hs_last_visitor_message_sentiment_score: "25",
    });
    const closed = world.portal.create("tickets", { subject: "Done", hs_pipeline_stage: "4" });
    await world.advance(120_000);
    const crm = world.connect();
    await world.advance(1000);
    const { records } = await crm.read("ticket", [ticket.id, closed.id]);
    const facts = new Map(records.map(({ ref, facts: found }) => [ref.id, found]));
    expect(facts.get(ticket.id)).toMatchObject({
      status: "open",
      openedAt: START,
      closedAt: null,
      priority: "high",
      topic: "billing_issue",
      sentiment: -0.5,
      firstReplyAt: null,
    });
    expect(facts.get(closed.id)).toMatchObject({ status: "closed", closedAt: START });
  });

  it("ticket: the label where there is no score, and the reply after the opening", () => {
    const raw = {
      createdate: "2026-11-02T09:00:00Z",
      time_to_first_agent_reply: String(2 * HOUR_MS),
      hs_last_visitor_message_sentiment: "Negative",
    };
    expect(factsOf("ticket", raw, BARE)).toMatchObject({ sentiment: -1, firstReplyAt: START + 2 * HOUR_MS });
  });

  it("meeting: every change of the start counts as a move, though nobody looked in between (A8.12)", async () => {
    const world = await hubspotWorld();
    const at = (hours: number) => String(START + hours * HOUR_MS);
    const { id } = world.portal.create("meetings", {
      hs_timestamp: at(1),
      hs_meeting_start_time: at(1),
      hs_meeting_end_time: at(2),
      hs_meeting_outcome: "SCHEDULED",
    });
    for (const hours of [5, 9]) {
      await world.advance(60_000);
      world.portal.update("meetings", id, { hs_meeting_start_time: at(hours) });
    }
    world.portal.update("meetings", id, { hs_meeting_outcome: "NO_SHOW" });
    await world.advance(60_000);
    const crm = world.connect();
    await world.advance(1000);
    const [record] = (await crm.read("meeting", [id])).records;
    expect(record!.facts).toMatchObject({
      startAt: START + 9 * HOUR_MS,
      endAt: START + 2 * HOUR_MS,
      outcome: "no_show",
      moves: 2,
    });
  });

  it.each([
    ["COMPLETED", "held"],
    ["RESCHEDULED", "moved"],
    ["CANCELED", "cancelled"],
    ["CANCELLED", "cancelled"],
    ["", "scheduled"],
  ])("meeting outcome %s is %s", (raw, outcome) => {
    expect(factsOf("meeting", { hs_meeting_outcome: raw }, BARE)).toMatchObject({ outcome, moves: 0 });
  });

  it("call, mail, invoice, subscription, survey (5.5, 5.6)", async () => {
    const when = "2026-11-02T09:00:00Z";
    const call = {
      hs_timestamp: when,
      hs_call_direction: "INBOUND",
      hs_call_duration: "61000",
      hs_call_status: "NO_ANSWER",
    };
    const mail = { hs_timestamp: when, hs_email_direction: "INCOMING_EMAIL", hs_email_status: "BOUNCED" };
    const invoice = {
      hs_invoice_status: "voided",
      hs_invoice_date: "2026-11-02T00:00:00Z",
      hs_due_date: "2026-11-12",
      hs_amount_billed: "12.5",
      hs_balance_due: "0",
    };
    const subscription = {
      hs_status: "canceled",
      hs_recurring_billing_start_date: "2026-11-02",
      hs_last_payment_amount: "9",
    };
    const survey = { hs_survey_type: "CES", hs_value: "6", hs_submission_timestamp: when };
    expect(factsOf("call", call, BARE)).toMatchObject({
      at: START,
      direction: "in",
      durationMs: 61_000,
      answered: false,
    });
    expect(factsOf("email", mail, BARE)).toMatchObject({ at: START, direction: "in", bounced: true });
    expect(factsOf("invoice", invoice, BARE)).toEqual({
      status: "void",
      issuedDay: START_DAY,
      dueDay: START_DAY + 10,
      paidDay: null,
      amount: 12.5,
      balance: 0,
    });
    expect(factsOf("subscription", subscription, BARE)).toMatchObject({
      status: "cancelled",
      startDay: START_DAY,
      amount: 9,
    });
    expect(factsOf("survey", survey, BARE)).toEqual({ kind: "ces", score: 4.33, at: START });
    expect(factsOf("survey", { hs_survey_type: "CUSTOM" }, BARE)).toMatchObject({ kind: null });
  });

  it.each([
    ["0", null],
    ["1", 1],
    ["3", 2.33],
    ["4", 3],
    ["7", 5],
    ["8", null],
  ])("A10.5 HubSpot asks for ease on 1 to 7, we count on 1 to 5: %s of 7 is %s of 5", (raw, ces) => {
    expect(factsOf("contact", { hs_feedback_last_ces_survey_rating: raw }, BARE).ces).toBe(ces);
    expect(factsOf("survey", { hs_survey_type: "CES", hs_value: raw }, BARE).score).toBe(ces);
    expect(factsOf("survey", { hs_survey_type: "NPS", hs_value: raw }, BARE).score).toBe(Number(raw));
  });

  it("contact: survey answers, opt-out and bounces (5.3)", () => {
    const raw = {
      hs_feedback_last_nps_rating: "9",
      hs_feedback_last_survey_date: "2026-11-02T09:00:00Z",
      hs_email_optout: "true",
      hs_email_hard_bounce_reason_enum: "UNKNOWN_USER",
      hs_sales_email_last_replied: "2026-11-02T09:00:00Z",
      hs_email_last_reply_date: "2026-11-01T09:00:00Z",
    };
    expect(factsOf("contact", raw, BARE)).toMatchObject({
      nps: 9,
      npsAt: START,
      ces: null,
      cesAt: null,
      csatAt: null,
      optedOut: true,
      bounced: true,
      lastReplyAt: START,
    });
  });

  it.each([
    {
      what: "HubSpot's conversion first",
      raw: { amount: "10", amount_in_home_currency: "49.7", deal_currency_code: "USD" },
      amount: 49.7,
    },
    {
      what: "the plain amount of a deal without a currency",
      raw: { amount: "10", deal_currency_code: "" },
      amount: 10,
    },
    {
      what: "nothing while a foreign amount is not converted",
      raw: { amount: "10", deal_currency_code: "USD" },
      amount: null,
    },
  ])("deal amount: $what (A0.8)", ({ raw, amount }) => {
    expect(factsOf("deal", raw, BARE)).toMatchObject({ amount });
  });

  it.each([
    {
      what: "entry into the stage",
      raw: { hs_v2_date_entered_w: "2026-11-02T09:00:00Z", hs_closed_won_date: "2020-01-01" },
    },
    { what: "else the won date", raw: { hs_closed_won_date: "2026-11-02T09:00:00Z", closedate: "2030-01-01" } },
    { what: "else the close date", raw: { closedate: "2026-11-02T09:00:00Z" } },
  ])("deal won at: $what", ({ raw }) => {
    const stages: MapContext["stages"] = {
      outcome: (_, stage) => (stage === "w" ? "won" : undefined),
      won: () => ["w"],
    };
    expect(factsOf("deal", { dealstage: "w", ...raw }, { ...BARE, stages })).toMatchObject({
      outcome: "won",
      wonAt: START,
    });
    expect(factsOf("deal", { dealstage: "x", ...raw }, { ...BARE, stages })).toMatchObject({
      outcome: "open",
      wonAt: null,
    });
  });

  it("task: only COMPLETED is done (6)", () => {
    for (const status of ["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED"]) {
      expect(factsOf("task", { hs_task_status: status }, BARE)).toMatchObject({ status: "open" });
    }
    expect(factsOf("task", { hs_task_status: "COMPLETED" }, BARE)).toMatchObject({ status: "done" });
  });

  it("gives null for whatever an account does not have", () => {
    for (const kind of ["company", "invoice", "subscription", "email"] as const) {
      for (const [name, value] of Object.entries(factsOf(kind, {}, BARE))) {
        if (typeof value !== "string" && typeof value !== "boolean") expect(value, `${kind}.${name}`).toBeNull();
      }
    }
  });
});

describe("mapped properties", () => {
  it("become numbers, days, instants, booleans and codes, and never free text (G8)", async () => {
    const world = await hubspotWorld();
    const add = (name: string, type: string, fieldType: string, options: string[] = []) =>
      world.portal.addProperty("companies", {
        name,
        label: name,
        type,
        fieldType,
        options: options.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
      });
    add("logins", "number", "number");
    add("signed", "date", "date");
    add("seen", "datetime", "date");
    add("vip", "bool", "booleancheckbox", ["true", "false"]);
    add("tier", "enumeration", "select", ["gold", "iron"]);
    add("remark", "string", "text");
    add("count_as_text", "string", "text");
    add("customer_id", "string", "text");
    add("surname", "string", "text");
    const values = {
      name: "C",
      logins: "17",
      signed: "2026-11-02",
      seen: "2026-11-02T09:00:00Z",
      vip: "true",
      tier: "gold",
      remark: "Ottilie likes tea",
      count_as_text: "42",
      customer_id: "acme-7",
      surname: "Ottilie",
    };
    const { id } = world.portal.create("companies", values);
    const mapped = {
      company: [
        "logins",
        "signed",
        "seen",
        "vip",
        "tier",
        "remark",
        "count_as_text",
        "customer_id",
        "surname",
        "not_there",
      ],
    };
    const crm = world.app.connect(world.wiring({ mapped }));
    await world.advance(10_000);
    const [record] = (await crm.read("company", [id])).records;
    expect(record!.facts).toMatchObject({
      "x.logins": 17,
      "x.signed": START_DAY,
      "x.seen": START,
      "x.vip": true,
      "x.tier": "gold",
      "x.remark": null,
      "x.count_as_text": 42,
      "x.customer_id": "acme-7",
      "x.surname": null,
      "x.not_there": null,
    });
  });
});

describe("values", () => {
  it.each([
    ["1790000000123", 1_790_000_000_123],
    ["2026-11-02T09:00:00Z", START],
    ["2026-11-02T09:00:00.000Z", START],
    ["", null],
    [null, null],
    ["soon", null],
  ])("instant %j is %j", (raw, instant) => {
    expect(instantOf(raw)).toBe(instant);
  });

  it.each([
    ["2026-11-02", START_DAY],
    ["2026-11-02T23:59:59Z", START_DAY],
    [String(START_DAY * 86_400_000), START_DAY],
    ["2026-02-30", null],
    ["", null],
  ])("day %j is %j", (raw, day) => {
    expect(dayOfValue(raw)).toBe(day);
  });

  it.each([
    ["12.5", 12.5],
    ["0", 0],
    ["", null],
    ["many", null],
    [undefined, null],
  ])("number %j is %j", (raw, value) => {
    expect(numberOf(raw)).toBe(value);
  });

  it("are sent in HubSpot's form, and null clears", () => {
    expect(toHubSpot(fieldById("score"), 72.6)).toBe("73");
    expect(toHubSpot(fieldById("next_step_due"), START_DAY)).toBe("2026-11-02");
    expect(toHubSpot(fieldById("zone_since"), START)).toBe(String(START));
    expect(toHubSpot(fieldById("completed"), false)).toBe("false");
    expect(toHubSpot(fieldById("next_step"), " two\n lines ")).toBe("two lines");
    expect(toHubSpot(fieldById("zone"), null)).toBe("");
  });
});
