import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { instantOf } from "../../../src/core/calendar/zone.ts";
import { NO_ACTS } from "../../../src/core/client/acts.ts";
import { planFacts } from "../../../src/core/client/plan-facts.ts";
import { judgeSigns } from "../../../src/core/client/signs.ts";
import { loadState } from "../../../src/core/client/state.ts";
import type { ClientRecord } from "../../../src/core/decision.ts";
import type { Plan, PlanAnswer } from "../../../src/core/plan/types.ts";
import { clientFacts, decideConfigFor, record } from "../../support/decide-config.ts";

const ZONE = "Europe/Bucharest";
const TODAY = parseDay("2026-03-20");

function firing(records: readonly ClientRecord[], now = instantOf(TODAY, 600, ZONE)): readonly string[] {
  const config = decideConfigFor(now, {}, { zone: ZONE });
  return Object.keys(judgeSigns(loadState(null).state, null, clientFacts(records), config, TODAY - 400, now).firing);
}

describe("14 days without a login are days of the portal (A8.7)", () => {
  test.each([
    ["in winter", "2026-02-02"],
    ["over the night in which the clocks go forward", "2026-03-20"],
    ["over the night in which they go back", "2026-10-16"],
  ])(
    "%s: at the midnight after the fourteenth, not a minute before, and that midnight is foretold",
    (_when, lastLogin) => {
      const last = parseDay(lastLogin);
      const facts = clientFacts([], { usage: { logins: [[last, 3]] } });
      const look = (now: number) =>
        judgeSigns(loadState(null).state, null, facts, decideConfigFor(now, {}, { zone: ZONE }), last - 400, now);
      const midnight = instantOf(last + 15, 0, ZONE);
      expect(look(midnight - 1).firing).toEqual({});
      expect(look(midnight).firing).toEqual({ no_login: last + 15 });
      for (const minute of [0, 600, 1439]) expect(look(instantOf(last + 1, minute, ZONE)).nextDay).toBe(last + 15);
    },
  );
});

describe("what was paid is not late (A8.12)", () => {
  const invoice = (status: string, balance: number | null) =>
    record("invoice", "i", { status, dueDay: TODAY - 30, issuedDay: null, paidDay: null, amount: null, balance });

  test.each([
    ["open, of which no balance is told", invoice("open", null), true],
    ["open, with a balance", invoice("open", 40), true],
    ["paid, of which no balance is told", invoice("paid", null), false],
    ["paid, with nothing left", invoice("paid", 0), false],
    ["paid in part", invoice("paid", 40), true],
    ["void", invoice("void", 40), false],
  ])("%s", (_what, one, isLate) => {
    expect(firing([one]).includes("payment_delay")).toBe(isLate);
  });
});

describe("what cannot be read any more is neither late nor less", () => {
  const late = record("invoice", "i", { status: "open", dueDay: TODAY - 8, balance: 40 });
  const now = instantOf(TODAY, 600, ZONE);
  const judge = (brokenSince: Readonly<Record<string, number>>, signs: Readonly<Record<string, number>>) => {
    const config = { ...decideConfigFor(now, {}, { zone: ZONE }), brokenSince };
    const state = { ...loadState(null).state, signs };
    return judgeSigns(state, null, clientFacts([late]), config, TODAY - 400, now);
  };

  test("what waits for its source is looked at every day, what does not on its own day", () => {
    expect(judge({ invoices: TODAY - 9 }, {}).nextDay).toBe(TODAY + 1);
    expect(judge({}, {}).nextDay).toBeNull();
  });

  test.each([
    ["an invoice fell due while invoices can be read", {}, {}, { payment_delay: TODAY }],
    ["it fell due while they cannot: nobody knows whether it was paid", { invoices: TODAY - 9 }, {}, {}],
    [
      "it was late before: it stays so",
      { invoices: TODAY - 9 },
      { payment_delay: TODAY - 10 },
      { payment_delay: TODAY - 10 },
    ],
    ["meetings cannot be read: that says nothing of invoices", { meetings: TODAY - 9 }, {}, { payment_delay: TODAY }],
  ])("%s", (_what, brokenSince, signs, firing) => {
    expect(judge(brokenSince, signs).firing).toEqual(firing);
  });

  test("contacts do not fall because letters cannot be read (A8.6)", () => {
    const letters = Array.from({ length: 12 }, (_, week) =>
      record("email", `m${week}`, { at: instantOf(TODAY - 40 - 5 * week, 600, ZONE), direction: "in" }),
    );
    const fires = (brokenSince: Readonly<Record<string, number>>) => {
      const config = { ...decideConfigFor(now, {}, { zone: ZONE }), brokenSince };
      return judgeSigns(loadState(null).state, null, clientFacts(letters), config, TODAY - 400, now).firing;
    };
    expect(Object.keys(fires({}))).toEqual(["interaction_drop"]);
    expect(fires({ mail: TODAY - 39 })).toEqual({});
  });
});

describe("implementation is stuck (A8.3)", () => {
  const look = (since: number, usage: Record<string, [number, number][]>) => {
    const now = instantOf(TODAY, 600, ZONE);
    const config = decideConfigFor(now, {}, { zone: ZONE, sight: { recordsDay: 0, usageDay: since } });
    const current = { plan: { state: "running", startDay: TODAY - 100, steps: [] } } as unknown as PlanAnswer;
    return judgeSigns(loadState(null).state, current, clientFacts([], { usage }), config, TODAY - 100, now);
  };

  test.each([
    ["never used, and use would have been seen all the time", TODAY - 200, {}, true],
    ["never used, 61 days since use can be seen", TODAY - 61, {}, true],
    ["never used, 60 days since use can be seen", TODAY - 60, {}, false],
    ["used once", TODAY - 200, { logins: [[TODAY - 99, 1]] as [number, number][] }, false],
    ["no use is connected", TODAY, {}, false],
  ])("%s", (_what, since, usage, isSign) => {
    expect(Object.keys(look(since, usage).firing).includes("implementation_stuck")).toBe(isSign);
  });

  test("the day on which it will be is foretold", () => {
    expect(look(TODAY - 60, {}).nextDay).toBe(TODAY + 1);
  });
});

test("A8.9 a sign that counts cases counts those that are reported by its name", () => {
  const reported = (days: readonly number[]) => {
    const signals = days.map((day) => ({
      id: "agreed_step_overdue",
      value: null,
      at: instantOf(TODAY - day, 600, ZONE),
      by: `user:${day}`,
    }));
    const now = instantOf(TODAY, 600, ZONE);
    const state = { ...loadState(null).state, acts: { ...NO_ACTS, signals } };
    const config = decideConfigFor(now, {}, { zone: ZONE });
    return Object.keys(judgeSigns(state, null, clientFacts([]), config, TODAY - 400, now).firing);
  };
  expect(reported([3])).toEqual([]);
  expect(reported([3, 9])).toEqual(["agreed_step_overdue"]);
});

test("A9.2 a plan's steps may ask which signs fire", () => {
  const state = { ...loadState(null).state, signs: { no_login: TODAY } };
  const config = decideConfigFor(instantOf(TODAY, 600, ZONE), {}, { zone: ZONE });
  const plan = { client: "company:1", cycle: 1, dealId: null } as Plan;
  const facts = clientFacts([record("company", "1", {})]);
  expect(planFacts("company:1", plan, state, facts, config).values).toMatchObject({ "signal.no_login": true });
});

describe("moved, cancelled and missed meetings (A8.9)", () => {
  const meeting = (id: string, outcome: string, moves: number | null) =>
    record("meeting", id, { startAt: instantOf(TODAY - 3, 600, ZONE), outcome, moves });

  test.each([
    ["moved once", [meeting("a", "held", 1)], false],
    ["moved once, and marked as moved", [meeting("a", "moved", 1)], false],
    ["missed once", [meeting("a", "no_show", null)], false],
    ["moved once, and missed then", [meeting("a", "no_show", 1)], true],
    ["moved once, and cancelled then", [meeting("a", "cancelled", 1)], true],
    ["moved twice", [meeting("a", "held", 2)], true],
    ["one moved, another missed", [meeting("a", "moved", null), meeting("b", "no_show", 0)], true],
  ])("%s", (_what, meetings, isSign) => {
    expect(firing(meetings).includes("meetings_moved")).toBe(isSign);
  });
});

describe("does not answer, or does not come (A4.6)", () => {
  const at = (daysAgo: number) => instantOf(TODAY - daysAgo, 600, ZONE);
  const ours = (id: string, daysAgo: number) => record("email", id, { at: at(daysAgo), direction: "out" });
  const theirs = (daysAgo: number) => record("email", "in", { at: at(daysAgo), direction: "in" });
  const three = [ours("a", 20), ours("b", 14), ours("c", 8)];

  test.each([
    ["three letters, each with a week for an answer", three, true],
    ["the third has had seven days only", [ours("a", 20), ours("b", 14), ours("c", 7)], false],
    ["two letters", three.slice(1), false],
    ["an answer in between", [...three, theirs(15)], false],
    ["an answer before all of them", [...three, theirs(21)], true],
    ["an answer today", [...three, theirs(0)], false],
    ["they spoke on the phone", [...three, record("call", "k", { at: at(3), answered: true })], false],
    ["we called, and nobody answered", [...three, record("call", "k", { at: at(3), answered: false })], true],
    ["they met", [...three, record("meeting", "m", { startAt: at(3), outcome: "held" })], false],
    ["a meeting is planned", [...three, record("meeting", "m", { startAt: at(-3), outcome: "scheduled" })], true],
    ["three letters of two months ago", [ours("a", 70), ours("b", 65), ours("c", 60)], false],
  ])("%s", (_what, records, isSign) => {
    expect(firing(records).includes("no_reply")).toBe(isSign);
  });

  test("the day on which the third letter has waited long enough is foretold", () => {
    const now = instantOf(TODAY, 600, ZONE);
    const config = decideConfigFor(now, {}, { zone: ZONE });
    const facts = clientFacts([ours("a", 20), ours("b", 14), ours("c", 7)]);
    expect(judgeSigns(loadState(null).state, null, facts, config, TODAY - 400, now).nextDay).toBe(TODAY + 1);
  });

  test.each([
    ["missed yesterday", "no_show", 1, true],
    ["missed 29 days ago", "no_show", 29, true],
    ["missed 30 days ago", "no_show", 30, false],
    ["cancelled", "cancelled", 1, false],
    ["held", "held", 1, false],
  ])("one meeting %s", (_what, outcome, daysAgo, isSign) => {
    const found = firing([record("meeting", "m", { startAt: at(daysAgo), outcome })]);
    expect(found.includes("no_show")).toBe(isSign);
    expect(found).not.toContain("meetings_moved");
  });
});

describe("a technical request stays open (A3.7)", () => {
  const ticket = (daysAgo: number, more: Record<string, string | number> = {}) =>
    record("ticket", "t", { status: "open", openedAt: instantOf(TODAY - daysAgo, 600, ZONE), topic: null, ...more });

  test.each([
    ["for four days", ticket(4), true],
    ["for three", ticket(3), false],
    ["closed", ticket(4, { status: "closed" }), false],
    ["about an invoice", ticket(4, { topic: "billing_issue" }), false],
    ["about the product", ticket(4, { topic: "product_issue" }), true],
    ["opened again yesterday", ticket(40, { reopenedAt: instantOf(TODAY - 1, 600, ZONE) }), false],
  ])("%s", (_what, one, isSign) => {
    expect(firing([one]).includes("ticket_open")).toBe(isSign);
  });
});

describe("buys less (A8.11)", () => {
  const subscription = (id: string, status: string, startDay: number, seats: number) =>
    record("subscription", id, { status, startDay, nextDueDay: null, amount: null, seats });
  const main = subscription("main", "active", TODAY - 200, 30);

  test.each([
    [
      "a smaller one in its place",
      [subscription("old", "cancelled", TODAY - 200, 30), subscription("new", "active", TODAY - 9, 20)],
      true,
    ],
    ["a small one beside it", [main, subscription("more", "active", TODAY - 9, 5)], false],
    ["a small one beside it that ended", [main, subscription("more", "cancelled", TODAY - 9, 5)], false],
    [
      "a smaller one in its place on the very day",
      [subscription("new", "active", TODAY - 9, 20), subscription("old", "cancelled", TODAY - 9, 30)],
      true,
    ],
    ["one that begins tomorrow", [main, subscription("less", "scheduled", TODAY + 1, 5)], false],
  ])("%s, in whatever order they are read", (_what, subscriptions, isSign) => {
    expect(firing(subscriptions).includes("volume_down")).toBe(isSign);
    expect(firing(subscriptions.toReversed()).includes("volume_down")).toBe(isSign);
  });
});

test.each([
  ["A8.16 fewer deals in their system", "deals", "deals_drop"],
  ["A8.3 less time in the product", "minutes", "time_drop"],
])("%s fires at 70 % of what product usage told before, and not above", (_what, signal, id) => {
  const MONDAY = parseDay("2026-03-16");
  const fires = (newest: number) => {
    const weeks = Array.from({ length: 12 }, (_, at): [number, number] => [
      MONDAY - 7 * (12 - at),
      at < 8 ? 25 : newest,
    ]);
    const facts = clientFacts([], { usage: { [signal]: weeks } });
    const now = instantOf(TODAY, 600, ZONE);
    const config = decideConfigFor(now, {}, { zone: ZONE });
    return Object.keys(judgeSigns(loadState(null).state, null, facts, config, TODAY - 400, now).firing);
  };
  expect(fires(17.5)).toEqual([id]);
  expect(fires(17.75)).toEqual([]);
});
