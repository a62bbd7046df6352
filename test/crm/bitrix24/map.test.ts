import { describe, expect, it } from "vitest";
import { fieldById } from "../../../src/core/fields.ts";
import { activityRecord, fromCrm, itemRecord, type KnownField, taskRecord } from "../../../src/crm/bitrix24/map.ts";
import { managerOf } from "../../../src/crm/bitrix24/owners.ts";
import { fromMarkup, toMarkup } from "../../../src/crm/bitrix24/text.ts";
import { flagOf, idOf, idsOf, instantOf, isoOf } from "../../../src/crm/bitrix24/values.ts";
import { toCrm } from "../../../src/crm/bitrix24/write.ts";

const context = {
  rates: new Map([
    ["EUR", 1],
    ["USD", 0.9],
  ]),
  fields: [],
  mapped: [],
};
/** 2026-03-21 as a day: 56 years of 365 days, 14 leap days, 79 days into 2026. */
const MARCH_21 = 56 * 365 + 14 + 79;

describe("Bitrix24's records as facts", () => {
  const deal = {
    id: 351,
    title: "Secret name",
    stageId: "C9:WON",
    stageSemanticId: "S",
    categoryId: 9,
    companyId: 12,
    contactIds: [5, 7],
    assignedById: 3,
    createdTime: "2026-03-01T10:00:00+03:00",
    updatedTime: "2026-03-21T12:00:01+03:00",
    movedTime: "2026-03-21T12:00:00+03:00",
    closedate: "2026-03-21T03:00:00+03:00",
    opportunity: 100,
    currencyId: "USD",
    typeId: "SALE",
  };

  it("maps a won deal, with its amount at the portal's rate (A0.8, A2.2)", () => {
    expect(itemRecord("deal", deal, context)).toEqual({
      ref: { kind: "deal", id: "351" },
      facts: {
        ownerId: "3",
        createdAt: Date.UTC(2026, 2, 1, 7),
        outcome: "won",
        stage: "C9:WON",
        pipeline: "9",
        wonAt: Date.UTC(2026, 2, 21, 9),
        closeAt: MARCH_21 * 86_400_000,
        amount: 90,
        type: "SALE",
      },
      links: [
        { kind: "company", id: "12" },
        { kind: "contact", id: "5" },
        { kind: "contact", id: "7" },
      ],
      modifiedAt: Date.UTC(2026, 2, 21, 9, 0, 1),
    });
  });

  it("believes no amount in a currency without a rate", () => {
    expect(itemRecord("deal", { ...deal, currencyId: "GBP" }, context)?.facts.amount).toBeNull();
  });

  it("takes text and number ids, empty lists and missing companies alike", () => {
    const record = itemRecord(
      "deal",
      { ...deal, id: "351", companyId: 0, contactIds: [], stageSemanticId: "P" },
      context,
    );
    expect(record).toMatchObject({ ref: { id: "351" }, links: [], facts: { outcome: "open", wonAt: null } });
  });

  const INVOICES: [string, string | undefined, string][] = [
    ["DT31_2:N", undefined, "draft"],
    ["DT31_2:S", undefined, "open"],
    ["DT31_2:UC_8XYZ", undefined, "open"],
    ["DT31_2:P", undefined, "paid"],
    ["DT31_2:D", undefined, "void"],
    ["DT31_7:UC_PAID", "S", "paid"],
    ["DT31_7:UC_LOST", "F", "void"],
  ];
  for (const [stageId, stageSemanticId, status] of INVOICES) {
    it(`calls an invoice in stage ${stageId}${stageSemanticId ? ` (${stageSemanticId})` : ""} ${status}`, () => {
      const invoice = {
        id: 4,
        stageId,
        stageSemanticId,
        opportunity: "50.00",
        currencyId: "EUR",
        begindate: "2026-03-21T03:00:00+03:00",
        closedate: "2026-03-22T03:00:00+03:00",
        movedTime: "2026-03-23T23:30:00+03:00",
      };
      expect(itemRecord("invoice", invoice, context)?.facts).toMatchObject({
        status,
        issuedDay: MARCH_21,
        dueDay: MARCH_21 + 1,
        paidDay: status === "paid" ? MARCH_21 + 2 : null,
        amount: 50,
        balance: status === "paid" || status === "void" ? 0 : 50,
      });
    });
  }

  it("says a headcount only where the whole range says something (A7.3)", () => {
    const headcount = (employees: string) => itemRecord("company", { id: 1, employees }, context)?.facts.headcount;
    expect(["EMPLOYEES_1", "EMPLOYEES_2", "EMPLOYEES_3", "EMPLOYEES_4", ""].map(headcount)).toEqual([
      null,
      null,
      250,
      500,
      null,
    ]);
  });

  it("keeps of mapped properties numbers, dates, flags and codes, and no text (G8)", () => {
    const item = {
      id: 1,
      UF_A: "12.5",
      UF_B: "2026-03-21T12:00:00+03:00",
      UF_C: "Y",
      UF_D: "SILVER-2",
      UF_E: "Call Mrs Lovelace back",
      UF_F: null,
    };
    const mapped = ["UF_A", "UF_B", "UF_C", "UF_D", "UF_E", "UF_F"];
    expect(itemRecord("company", item, { ...context, mapped })?.facts).toMatchObject({
      "x.UF_A": 12.5,
      "x.UF_B": Date.UTC(2026, 2, 21, 9),
      "x.UF_C": true,
      "x.UF_D": "SILVER-2",
      "x.UF_E": null,
      "x.UF_F": null,
    });
  });

  it("maps a task, with our key and type out of XML_ID", () => {
    const task = {
      id: "3711",
      title: "A &amp; B",
      description: "x",
      status: "5",
      deadline: "2026-03-21T18:00:00+02:00",
      responsibleId: "12",
      priority: "2",
      createdDate: "2026-03-01T00:00:00+00:00",
      changedDate: "2026-03-20T00:00:00+00:00",
      closedDate: "2026-03-20T08:00:00+00:00",
      xmlId: "tenure:call:company:4/1/check-in",
      ufCrmTask: ["D_123", "CO_4", "T80_9", "L_3"],
    };
    expect(taskRecord(task)).toEqual({
      ref: { kind: "task", id: "3711" },
      facts: {
        status: "done",
        completedAt: Date.UTC(2026, 2, 20, 8),
        dueAt: Date.UTC(2026, 2, 21, 16),
        ownerId: "12",
        priority: "high",
        type: "call",
        createdAt: Date.UTC(2026, 2, 1),
      },
      links: [
        { kind: "deal", id: "123" },
        { kind: "company", id: "4" },
      ],
      modifiedAt: Date.UTC(2026, 2, 20),
      texts: { subject: "A & B", body: "x" },
      key: "company:4/1/check-in",
    });
  });

  const STATUSES: [string, string][] = [
    ["2", "open"],
    ["3", "open"],
    ["4", "done"],
    ["5", "done"],
    ["6", "open"],
  ];
  for (const [status, said] of STATUSES) {
    it(`calls a task of status ${status} ${said}`, () =>
      expect(taskRecord({ id: 1, status })?.facts.status).toBe(said));
  }

  it("does not take another integration's XML_ID for our key", () => {
    expect(
      [null, "", "1c:77", "tenure:fax:x", "tenure:call:"].map((xmlId) => taskRecord({ id: 1, xmlId })?.key),
    ).toEqual([null, null, null, null, null]);
  });

  it("maps meetings, calls and e-mails, and nothing else", () => {
    const activity = {
      ID: "9",
      OWNER_ID: "5",
      OWNER_TYPE_ID: "2",
      RESPONSIBLE_ID: "3",
      START_TIME: "2026-03-21T12:00:00+03:00",
      END_TIME: "2026-03-21T12:30:00+03:00",
      COMPLETED: "Y",
      DIRECTION: "1",
    };
    expect(activityRecord({ ...activity, TYPE_ID: "1" })).toMatchObject({
      ref: { kind: "meeting", id: "9" },
      links: [{ kind: "deal", id: "5" }],
      facts: { outcome: "held", startAt: Date.UTC(2026, 2, 21, 9), endAt: Date.UTC(2026, 2, 21, 9, 30), ownerId: "3" },
    });
    expect(activityRecord({ ...activity, TYPE_ID: "2" })?.facts).toEqual({
      at: Date.UTC(2026, 2, 21, 9),
      direction: "in",
      durationMs: 1_800_000,
      answered: true,
    });
    expect(activityRecord({ ...activity, TYPE_ID: 4, DIRECTION: 2 })?.facts).toEqual({
      at: Date.UTC(2026, 2, 21, 9),
      direction: "out",
    });
    expect(activityRecord({ ...activity, TYPE_ID: "6" })).toBeNull();
  });

  it("a letter's words come without markup, whichever the mail program wrote; other activities bring none", () => {
    const html = "<style>p{color:red}</style><p>Hello &amp; thanks</p>Bye<br>&gt; quoted";
    const letter = { ID: "1", TYPE_ID: "4", OWNER_TYPE_ID: "4", OWNER_ID: "2", DIRECTION: "1" };
    expect(activityRecord({ ...letter, DESCRIPTION: html })?.texts).toEqual({ body: "Hello & thanks\nBye\n> quoted" });
    expect(activityRecord({ ...letter, DESCRIPTION: "[B]Stop[/B] it" })?.texts).toEqual({ body: "Stop it" });
    expect(activityRecord({ ...letter, TYPE_ID: "2", DESCRIPTION: html })?.texts).toBeUndefined();
    expect(activityRecord(letter)?.texts).toBeUndefined();
  });
});

describe("values in Bitrix24's spelling", () => {
  it("reads ids and flags in every form", () => {
    expect([5, "5", 0, "0", "", null, undefined, "x", -1].map(idOf)).toEqual([
      "5",
      "5",
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect([[1, "2", 0], { 3: "3" }, "4", null, false].map(idsOf)).toEqual([["1", "2"], ["3"], ["4"], [], []]);
    expect([true, "Y", "1", 1, false, "N", "0", 0, "", null].map(flagOf)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      null,
      null,
    ]);
  });

  it("writes instants with an offset and reads any offset back", () => {
    expect(isoOf(Date.UTC(2026, 9, 1, 16, 5, 9, 700))).toBe("2026-10-01T16:05:09+00:00");
    expect(isoOf(-1)).toBe("1969-12-31T23:59:59+00:00");
    expect(instantOf("2026-10-01T18:05:09+02:00")).toBe(Date.UTC(2026, 9, 1, 16, 5, 9));
    expect(["2026-10-01", "2026-10-01T18:05:09", "", null, "yesterday"].map(instantOf)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("gives a text back as it was, whether the portal escapes it or not", () => {
    const text = "Ask & listen &amp; <b>not bold</b> [url=x]no link[/url] a[1] <3";
    const escaped = toMarkup(text)
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;");
    expect(fromMarkup(toMarkup(text))).toBe(text);
    expect(fromMarkup(escaped)).toBe(text);
    expect(toMarkup(text)).not.toMatch(/<b>|\[url/);
  });

  const field = (id: string, options: [string, string][] = []): KnownField => ({
    definition: fieldById(id),
    name: "UF",
    id: "1",
    options: new Map(options),
  });
  const ROUNDS: [KnownField, string | number | boolean | null, unknown, unknown][] = [
    [field("score"), 73, 73, 73],
    [field("score"), null, null, null],
    [field("zone", [["red", "45"]]), "red", "45", 45],
    [field("zone"), null, null, "0"],
    [field("next_step_due"), MARCH_21, "2026-03-21", "2026-03-21T03:00:00+03:00"],
    [field("zone_since"), Date.UTC(2026, 2, 21, 9), "2026-03-21T09:00:00+00:00", "2026-03-21T12:00:00+03:00"],
    [field("day30_at_risk"), true, "Y", "Y"],
    [field("day30_at_risk"), true, "Y", 1],
    [field("day30_at_risk"), false, "0", "N"],
    [field("escalation_owner"), "12", "12", 12],
    [field("reasons"), "a\nb", "a\nb", "a\nb"],
  ];
  for (const [known, ours, written, read] of ROUNDS) {
    it(`writes ${known.definition.type} ${JSON.stringify(ours)} as ${JSON.stringify(written)} and reads ${JSON.stringify(read)}`, () => {
      expect(toCrm(known, ours)).toBe(written);
      expect(fromCrm(known, read)).toBe(ours);
    });
  }

  it("cannot write an option that the portal does not have", () => expect(toCrm(field("zone"), "red")).toBeUndefined());
});

describe("managers in the company structure (A4.1)", () => {
  const departments = new Map([
    ["1", { parent: null, head: "100" }],
    ["2", { parent: "1", head: "20" }],
    ["3", { parent: "2", head: null }],
    ["4", { parent: "3", head: "40" }],
    ["8", { parent: "9", head: null }],
    ["9", { parent: "8", head: null }],
  ]);
  const active = new Set(["100", "20", "7"]);
  const CASES: [string, string, string[], string | null][] = [
    ["the head of the department", "7", ["2"], "20"],
    ["the head above, where the department has none", "7", ["3"], "20"],
    ["the head above, where the department's head was dismissed", "7", ["4"], "20"],
    ["the head above, for the head", "20", ["2"], "100"],
    ["nobody, for the head of all", "100", ["1"], null],
    ["the first of several departments", "7", ["1", "2"], "100"],
    ["nobody, where the tree runs in a circle", "7", ["8"], null],
    ["nobody, without a department", "7", [], null],
  ];
  for (const [name, userId, teams, manager] of CASES) {
    it(`is ${name}`, () => expect(managerOf(userId, teams, departments, active)).toBe(manager));
  }
});
