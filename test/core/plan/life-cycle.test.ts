import { describe, expect, test } from "vitest";
import { addMonths } from "../../../src/core/calendar/day.ts";
import { closePlan, mergePlans, startDecision } from "../../../src/core/plan/life-cycle.ts";
import type { Plan, PlanFacts } from "../../../src/core/plan/types.ts";
import {
  advance,
  at,
  complete,
  day,
  due,
  edit,
  facts,
  iso,
  plain,
  small,
  template,
  type World,
  world,
} from "./help.ts";

const dealAs = (outcome: "open" | "won" | "lost" | "gone", wonAt: number | null): PlanFacts["deal"] => ({
  outcome,
  wonAt,
  ownerId: "7",
});

const three = () =>
  world(
    small([
      { key: "a", when: { days: 2 } },
      { key: "b", when: { days: 10 } },
      { key: "review", when: { days: 30 }, fixed: true },
    ]),
    "2026-06-01",
  );

describe("A2.8: a deal that leaves the won stage", () => {
  test("pauses the plan; coming back moves the open steps by the days lost and doubles nothing", () => {
    const w = three();
    const won = w.facts.deal;
    advance(w, "2026-06-01");
    complete(w, "1/a", "2026-06-02");
    advance(w, "2026-06-02");
    const paused = advance(w, "2026-06-08", { deal: dealAs("open", null) });
    expect([paused.plan.state, paused.plan.stateReason, paused.view.stage]).toEqual(["paused", "deal_open", "paused"]);
    const quiet = advance(w, "2026-06-20");
    expect([quiet.view.overdue, quiet.log.length, quiet.desired.tasks.length]).toEqual([0, 0, 3]);
    expect(quiet.view.forecastDay).toBe(paused.view.forecastDay);
    const back = advance(w, "2026-06-22", { deal: dealAs("won", at("2026-06-22")) });
    expect(back.plan.state).toBe("running");
    // b was due on Thursday 11 June, 14 days were lost; the milestone stays.
    expect([due(back.plan, "b"), due(back.plan, "review"), iso(back.plan.startDay)]).toEqual([
      "2026-06-25",
      "2026-07-01",
      "2026-06-01",
    ]);
    expect(back.desired.tasks.map(({ key }) => key)).toEqual(["1/a", "1/b", "1/review"]);
    expect(advance(w, "2026-06-22 13:00").log).toEqual([]);
    expect(won?.wonAt).toBe(at("2026-06-01"));
  });

  test("a milestone that falls into the pause comes due on the day the plan goes on", () => {
    const w = three();
    advance(w, "2026-06-01");
    advance(w, "2026-06-29", { deal: dealAs("open", null) });
    const { plan } = advance(w, "2026-07-06", { deal: dealAs("won", at("2026-07-06")) });
    expect(due(plan, "review")).toBe("2026-07-06");
  });

  test("a lost deal closes the plan and withdraws its open tasks; done ones stay; winning it again goes on", () => {
    const w = three();
    advance(w, "2026-06-01");
    complete(w, "1/a", "2026-06-02");
    advance(w, "2026-06-02");
    const closed = advance(w, "2026-06-08", { deal: dealAs("lost", null) });
    expect(closed.plan.state).toBe("closed");
    expect(closed.desired.tasks.map(({ key, status }) => [key, status])).toEqual([["1/a", "done"]]);
    expect(closed.wakeAt).toBeNull();
    const back = advance(w, "2026-06-15", { deal: dealAs("won", at("2026-06-15")) });
    expect([back.plan.state, back.plan.cycle, due(back.plan, "b")]).toEqual(["running", 1, "2026-06-18"]);
  });

  test("a plan that a lost deal closed waits while another plan of the client is under way", () => {
    const w = three();
    advance(w, "2026-06-01");
    advance(w, "2026-06-08", { deal: dealAs("lost", null) });
    const won = { deal: dealAs("won", at("2026-06-15")) };
    const waits = advance(w, "2026-06-15", { ...won, isOtherUnderWay: true });
    expect([waits.plan.state, waits.log]).toEqual(["closed", []]);
    expect(advance(w, "2026-06-16", { ...won, isOtherUnderWay: false }).plan.state).toBe("running");
  });

  test("A8.25 a client that left closes the plan, won deal or not; when that is taken back it goes on as its deal says", () => {
    const w = three();
    advance(w, "2026-06-01");
    complete(w, "1/a", "2026-06-02");
    const left = advance(w, "2026-06-08", { hasLeft: true });
    expect([left.plan.state, left.plan.stateReason]).toEqual(["closed", "client_left"]);
    expect(left.log.at(-1)).toMatchObject({ code: "client_left", params: { reason: "client_left" } });
    expect(left.desired.tasks.map(({ key, status }) => [key, status])).toEqual([["1/a", "done"]]);
    expect([left.desired.messages, left.wakeAt, advance(w, "2026-06-09").log]).toEqual([[], null, []]);
    const waits = advance(w, "2026-06-15", { hasLeft: false, isOtherUnderWay: true });
    expect([waits.plan.state, waits.log]).toEqual(["closed", []]);
    const lost = { ...w, plan: w.plan };
    const back = advance(w, "2026-06-15", { isOtherUnderWay: false });
    expect([back.plan.state, back.log.map(({ code }) => code), due(back.plan, "b")]).toEqual([
      "running",
      ["client_stays"],
      "2026-06-18",
    ]);
    expect(advance(w, "2026-06-15 13:00").log).toEqual([]);
    const both = advance(lost, "2026-06-15", { deal: dealAs("lost", null), isOtherUnderWay: false });
    expect([both.plan.state, both.plan.stateReason]).toEqual(["closed", "deal_lost"]);
  });

  test("A8.25 a lost deal that is won again starts nothing for a client that left, and a graduated plan keeps its graduation", () => {
    const w = three();
    advance(w, "2026-06-08", { deal: dealAs("lost", null) });
    const won = { deal: dealAs("won", at("2026-06-15")) };
    expect(advance(w, "2026-06-15", { ...won, hasLeft: true }).plan.stateReason).toBe("deal_lost");
    expect(advance(w, "2026-06-16", { hasLeft: false }).plan.state).toBe("running");
    w.plan = { ...w.plan, state: "graduated", graduatedDay: day("2026-06-17") };
    const left = advance(w, "2026-06-18", { hasLeft: true });
    expect([left.plan.state, left.view.nextTouchpointDay]).toEqual(["closed", null]);
    expect(advance(w, "2026-06-19", { hasLeft: false }).plan).toMatchObject({
      state: "graduated",
      graduatedDay: day("2026-06-17"),
      closedDay: null,
    });
  });

  test("a plan that was closed during a pause moves by all the days since the pause began", () => {
    const w = three();
    advance(w, "2026-06-01");
    advance(w, "2026-06-08", { deal: dealAs("open", null) });
    advance(w, "2026-06-15", { hasLeft: true });
    const back = advance(w, "2026-06-22", { hasLeft: false, deal: dealAs("won", at("2026-06-22")) });
    expect([back.plan.pausedDay, due(back.plan, "b")]).toEqual([null, "2026-06-25"]);
  });

  test("a deleted deal closes the plan whatever the rules say", () => {
    const w = three();
    expect(advance(w, "2026-06-08", { deal: dealAs("gone", null) }).plan.stateReason).toBe("deal_gone");
  });

  test("a pause by a person does not end because the deal is still won", () => {
    const w = three();
    w.plan = { ...w.plan, state: "paused", stateReason: "by_person", pausedDay: day("2026-06-03") };
    expect(advance(w, "2026-06-10").plan.state).toBe("paused");
  });

  test("a changed won date moves what is open; done steps, people's dates and the order stay", () => {
    const w = three();
    advance(w, "2026-06-01");
    complete(w, "1/a", "2026-06-01 15:00");
    const { plan, log } = advance(w, "2026-06-02", { deal: dealAs("won", at("2026-06-08")) });
    expect([iso(plan.startDay), due(plan, "b"), due(plan, "review")]).toEqual([
      "2026-06-08",
      "2026-06-18",
      "2026-07-08",
    ]);
    expect(plan.steps[0]).toMatchObject({ state: "done", dueDay: day("2026-06-03") });
    expect(log.map(({ code }) => code)).toContain("start_moved");
    expect(advance(w, "2026-06-02 13:00").log).toEqual([]);
  });

  test("a won date moved into the past makes nothing overdue that was not", () => {
    const w = three();
    advance(w, "2026-06-01");
    const { plan, view } = advance(w, "2026-06-02", { deal: dealAs("won", at("2026-04-01")) });
    expect(view.overdue).toBe(0);
    expect(plan.steps.map(({ dueDay }) => iso(dueDay))).toEqual(["2026-06-02", "2026-06-02", "2026-06-02"]);
  });
});

describe("A2.1: triggers", () => {
  const trigger = { dealId: "9", onSecondDeal: "new_cycle" as const };
  test.each([
    ["no plan yet", [], { start: true, cycle: 1 }],
    ["the same deal again", [{ cycle: 1, dealId: "9", state: "closed" }], { start: false, reason: "has_plan" }],
    [
      "a second deal while a plan runs",
      [{ cycle: 1, dealId: "5", state: "running" }],
      { start: false, reason: "is_running" },
    ],
    ["a second deal after graduation", [{ cycle: 1, dealId: "5", state: "graduated" }], { start: true, cycle: 2 }],
    ["a second deal after a closed plan", [{ cycle: 3, dealId: "5", state: "closed" }], { start: true, cycle: 4 }],
  ] as const)("%s", (_, plans, expected) => {
    expect(startDecision(plans, trigger)).toEqual(expected);
  });

  test("a trigger of the client itself starts another plan once the one that such a trigger started is over", () => {
    const of = (state: Plan["state"]) =>
      startDecision([{ cycle: 1, dealId: null, state }], { dealId: null, onSecondDeal: "new_cycle" });
    expect(of("closed")).toEqual({ start: true, cycle: 2 });
    expect(of("running")).toEqual({ start: false, reason: "is_running" });
  });

  test("a portal may keep one plan for all deals of a client", () => {
    const graduated = [{ cycle: 1, dealId: "5", state: "graduated" as const }];
    expect(startDecision(graduated, { dealId: "9", onSecondDeal: "same_plan" })).toEqual({
      start: false,
      reason: "same_plan",
    });
  });

  test("merged clients keep one running plan, the one that started first", () => {
    const early = { ...three().plan, cycle: 1 };
    const late = { ...world(template("internal"), "2026-06-10").plan, cycle: 2 };
    const merged = mergePlans([late, early], day("2026-06-15"));
    expect(merged.map(({ cycle, state, stateReason }) => [cycle, state, stateReason])).toEqual([
      [1, "running", null],
      [2, "closed", "merged"],
    ]);
    expect(closePlan(merged[1]!, day("2026-06-16"), "again")).toBe(merged[1]);
  });
});

describe("A3.5, A7.6: graduation", () => {
  function graduated(start = "2026-06-01", done = "2026-08-31 10:00"): World {
    const w = world(template("day-30-60-90"), start);
    advance(w, start);
    for (const key of Object.keys(w.facts.tasks)) complete(w, key, done);
    advance(w, done);
    return w;
  }

  test("when the last required step is done the client graduates, with an owner and a next touchpoint", () => {
    const w = graduated();
    expect(w.plan.state).toBe("graduated");
    const { view } = advance(w, "2026-08-31 10:01");
    expect([view.stage, view.progress, iso(view.graduatedDay ?? 0), view.ownerId]).toEqual([
      "graduated",
      100,
      "2026-08-31",
      "8",
    ]);
    expect(view.nextTouchpointDay).not.toBeNull();
  });

  test.each(["A", "B", "C", null] as const)(
    "a graduated client of class %s always has a future touchpoint, for ten years, whatever people do",
    (clientClass) => {
      const w = graduated();
      let acted = 0;
      for (let d = day("2026-09-01"); d < day("2036-09-01"); d += 11) {
        const answer = advance(w, `${iso(d)} 09:00`, { client: { ...w.facts.client, class: clientClass } });
        expect(answer.view.nextTouchpointDay).toBeGreaterThanOrEqual(d);
        for (const task of answer.desired.tasks.filter(
          ({ key, status }) => key.includes("touch") && status === "open",
        )) {
          if (acted++ % 3 === 0) complete(w, task.key, iso(d));
          else if (acted % 3 === 1) edit(w, task.key, { gone: true });
        }
      }
      expect(acted).toBeGreaterThan(20);
      expect(w.plan.touches.length).toBeLessThan(40);
    },
  );

  test("A clients get a monthly business review and a quarterly report", () => {
    const w = graduated();
    const seen = new Map<string, string>();
    for (let d = day("2026-09-01"); d < day("2027-09-01"); d++) {
      const { desired } = advance(w, `${iso(d)} 09:00`, { client: { ...w.facts.client, class: "A" } });
      for (const { key, dueDay, status } of desired.tasks) {
        if (!key.includes("touch") || status === "done") continue;
        seen.set(key, iso(dueDay));
        if (dueDay === d) complete(w, key, iso(d));
      }
    }
    const reviews = [...seen].filter(([key]) => key.includes("business_review")).map(([, when]) => when);
    const expected = Array.from({ length: 12 }, (_, k) => iso(plain.rollForward(addMonths(day("2026-08-31"), k + 1))));
    expect(reviews).toEqual(expected);
    expect([...seen.keys()].filter((key) => key.includes("achievement_report"))).toHaveLength(4);
  });

  test("A7.7: B and C clients are called monthly inside months 3–6 and 9–12 of the contract", () => {
    const w = graduated();
    const days: string[] = [];
    for (let d = day("2026-09-01"); d < day("2027-09-01"); d++) {
      const { desired } = advance(w, `${iso(d)} 09:00`, { client: { ...w.facts.client, class: "C" } });
      for (const { key, dueDay, status } of desired.tasks) {
        if (!key.includes("critical") || status === "done" || dueDay !== d) continue;
        days.push(iso(d));
        complete(w, key, iso(d));
      }
    }
    // Graduated on 31 August; months 3–6 are 1 September to 1 December, 9–12 are 1 March to 1 June.
    expect(days).toEqual(["2026-09-30", "2026-11-02", "2026-11-30", "2027-03-31", "2027-04-30", "2027-05-31"]);
  });

  test("a touchpoint that is still open is not doubled by the next", () => {
    const w = graduated();
    let most = 0;
    for (let d = day("2026-09-01"); d < day("2027-03-01"); d++) {
      const { desired } = advance(w, `${iso(d)} 09:00`, { client: { ...w.facts.client, class: "A" } });
      most = Math.max(
        most,
        desired.tasks.filter(({ key, status }) => key.includes("business_review") && status === "open").length,
      );
    }
    expect(most).toBe(1);
  });

  test("a touchpoint that a person gave to somebody stays with them while they are active, whoever else leaves", () => {
    const w = graduated();
    const review = (when: string) => advance(w, when).desired.tasks.find(({ key }) => key.includes("touch/"))!;
    const { key, ownerId } = review("2026-11-25 09:00");
    expect(ownerId).toBe("8");
    edit(w, key, { ownerId: "7" });
    expect(review("2026-11-25 10:00").ownerId).toBe("7");
    const leave = (id: string) => {
      w.facts = { ...w.facts, owners: { ...w.facts.owners, [id]: { isActive: false } } };
    };
    leave("8");
    expect(review("2026-11-26 09:00").ownerId).toBe("7");
    leave("7");
    expect(review("2026-11-27 09:00").ownerId).toBe("1");
  });

  test("a plan whose steps were all deleted does not graduate by that", () => {
    const w = world(template("internal"), "2026-06-01");
    advance(w, "2026-06-01");
    for (const key of Object.keys(w.facts.tasks)) edit(w, key, { gone: true });
    expect(advance(w, "2026-06-02").plan.state).toBe("running");
    expect(facts().deal?.outcome).toBe("won");
  });
});
