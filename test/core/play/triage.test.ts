import { describe, expect, it } from "vitest";
import { contactTime, type LocalMoment } from "../../../src/core/play/contact-time.ts";
import { type Stand, standOn } from "../../../src/core/play/decision.ts";
import { type ActionMoment, DEFAULT_ACTIONS, gapRule, nextActions } from "../../../src/core/play/next-action.ts";
import { type TriageClient, triage, turnable } from "../../../src/core/play/triage.ts";

function client(clientId: string, more: Partial<TriageClient> = {}): TriageClient {
  return {
    clientId,
    zone: "red",
    healthTenths: 400,
    risk: 0.5,
    yearlyValue: 1000,
    strategic: null,
    stand: "undecided",
    isBusy: false,
    ...more,
  };
}

describe("triage (A8.20): your team can take on N, these N save most", () => {
  it("weighs value, strategic importance and what can still be turned", () => {
    const { take, next, savesTaken, savesAll } = triage(
      [
        client("small"),
        client("large", { yearlyValue: 5000 }),
        client("lost anyway", { risk: 0.99 }),
        client("safe", { risk: 0.02 }),
        client("strategic", { strategic: "high" }),
      ],
      2,
    );
    expect(take.map((r) => r.clientId)).toEqual(["large", "strategic"]);
    expect(next.map((r) => r.clientId)).toEqual(["small", "safe", "lost anyway"]);
    expect(take[0]!.why).toEqual(["value", "red", "can_be_turned"]);
    expect(savesTaken).toBeCloseTo(
      take.reduce((s, r) => s + r.saves, 0),
      9,
    );
    expect(savesAll).toBeGreaterThan(savesTaken);
  });

  it("no other choice of N saves more (brute force over all pairs)", () => {
    const clients = [0.1, 0.3, 0.5, 0.8, 0.95].map((risk, i) =>
      client(`c${i}`, { risk, yearlyValue: 700 + 400 * ((i * 7) % 5) }),
    );
    const saves = (c: TriageClient): number => c.yearlyValue! * turnable(c.risk!);
    let best = 0;
    for (const a of clients) for (const b of clients) if (a !== b) best = Math.max(best, saves(a) + saves(b));
    expect(triage(clients, 2).savesTaken).toBeCloseTo(best, 9);
  });

  it("leaves out those let go, those already looked after, and the green", () => {
    const list = [
      client("a", { stand: "let_go" }),
      client("b", { isBusy: true }),
      client("c", { zone: "green" }),
      client("d"),
    ];
    expect(triage(list, 5).take.map((r) => r.clientId)).toEqual(["d"]);
  });

  it("without an earned percentage health stands in, without a value the usual one", () => {
    const { take } = triage(
      [
        client("worse", { risk: null, healthTenths: 300 }),
        client("better", { risk: null, healthTenths: 700 }),
        client("unknown", { risk: null, healthTenths: 300, yearlyValue: null }),
      ],
      3,
    );
    expect(take.map((r) => r.clientId)).toEqual(["unknown", "worse", "better"]);
  });

  it("the same order for the same clients, ties by id", () => {
    expect(triage([client("b"), client("a")], 1).take[0]!.clientId).toBe("a");
  });
});

describe("fight or let go (A8.21)", () => {
  const decided = (choice: Stand) => ({ choice, reviewDay: 190 });

  it.each([
    ["a let-go holds until its day of review", decided("let_go"), 189, "let_go", false],
    ["a let-go past it is undecided again", decided("let_go"), 190, "undecided", true],
    ["a fight past it goes on, and is due for review", decided("fight"), 190, "fight", true],
    ["a let-go without a day of review stays", { choice: "let_go", reviewDay: null }, 900, "let_go", false],
    ["nothing anywhere is undecided", null, 150, "undecided", false],
  ] as const)("%s", (_name, decision, day, stand, reviewDue) => {
    expect(standOn(decision, day)).toEqual({ stand, reviewDue });
  });
});

describe("next best action (A11.2)", () => {
  const moment: ActionMoment = {
    signs: { usage_drop: 190, no_login: 195, complaint: 199 },
    uses: ["sales"],
    lacks: ["telephony"],
    answers: [],
    nowDay: 200,
  };
  const rules = [...DEFAULT_ACTIONS, gapRule("sales", "telephony")];

  it("ranks what the signs call for, each with its reason", () => {
    const actions = nextActions(rules, moment);
    expect(actions.map((a) => a.actionId)).toEqual(["solve_complaint", "check_in", "train_telephony"]);
    expect(actions[1]!.reason).toEqual({ code: "sign", names: ["usage_drop", "no_login"], sinceDay: 190 });
    expect(actions[2]!.reason).toEqual({ code: "gap", names: ["sales", "telephony"], sinceDay: null });
  });

  it("what was rejected stays away for 60 days, what was accepted for 30", () => {
    const answered = (answer: "accepted" | "rejected", day: number): boolean =>
      nextActions(rules, { ...moment, answers: [{ actionId: "solve_complaint", day, answer }] }).every(
        (a) => a.actionId !== "solve_complaint",
      );
    expect(answered("rejected", 141)).toBe(true);
    expect(answered("rejected", 140)).toBe(false);
    expect(answered("accepted", 171)).toBe(true);
    expect(answered("accepted", 170)).toBe(false);
  });

  it("proposes three at most and nothing without a reason", () => {
    const signs = Object.fromEntries(DEFAULT_ACTIONS.flatMap((r) => r.signs).map((s) => [s, 100]));
    expect(nextActions(rules, { ...moment, signs })).toHaveLength(3);
    expect(nextActions(rules, { ...moment, signs: {}, lacks: [] })).toEqual([]);
  });
});

describe("best time to contact (A11.3)", () => {
  const hours = { fromHour: 9, toHour: 17, weekdays: [1, 2, 3, 4, 5] };
  const times = (weekday: number, hour: number, count: number): LocalMoment[] =>
    Array.from({ length: count }, () => ({ weekday, hour }));

  it("is where the client is active", () => {
    const moments = [...times(2, 15, 8), ...times(4, 10, 3), ...times(2, 14, 2)];
    expect(contactTime(moments, hours)).toEqual({ weekday: 2, hour: 15, source: "activity", count: 13 });
  });

  it("with fewer than twelve events falls back to the working hours", () => {
    expect(contactTime(times(2, 15, 11), hours)).toEqual({ weekday: 1, hour: 10, source: "working_hours", count: 11 });
  });

  it("an even spread tells nothing", () => {
    const even = hours.weekdays.flatMap((weekday) => Array.from({ length: 9 }, (_, i) => ({ weekday, hour: 9 + i })));
    expect(contactTime(even, hours).source).toBe("working_hours");
  });

  it("never suggests the night or the weekend", () => {
    expect(contactTime([...times(6, 12, 30), ...times(3, 23, 30), ...times(3, 11, 12)], hours)).toMatchObject({
      weekday: 3,
      hour: 11,
      source: "activity",
    });
  });
});
