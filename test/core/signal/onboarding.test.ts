import { describe, expect, it } from "vitest";
import { FACT_NATS, fadedNats } from "../../../src/core/signal/fact.ts";
import { judgeSteps } from "../../../src/core/signal/onboarding.ts";

describe("onboarding as evidence (A8.3, A8.8)", () => {
  const plan = [5, 15, 30, 45, 60];

  it.each([
    ["on time", 20, [3, 14], { expected: 2, done: 2, nats: 0, lateWeeks: 0, nextDay: 30 }],
    ["ahead of the plan", 20, [3, 14, 18], { expected: 2, done: 3, nats: 0, nextDay: 30 }],
    ["one behind since ten days", 25, [3], { expected: 2, done: 1, nats: 0.6, lateWeeks: 1, nextDay: 29 }],
    ["all behind is limited", 149, [], { expected: 5, done: 0, nats: 3, lateWeeks: 20, nextDay: 152 }],
    ["after day 150 nothing is expected", 150, [], { expected: 0, nats: 0, nextDay: null }],
    ["a step on the very day counts", 5, [], { expected: 1, nats: 0.6, lateWeeks: 0, nextDay: 12 }],
    ["what will be done later is not known yet", 10, [3, 14], { expected: 1, done: 1, nats: 0 }],
  ] as const)("%s", (_name, age, done, expected) => {
    expect(judgeSteps(age, done, plan, 150)).toMatchObject(expected);
  });
});

describe("reported facts", () => {
  it("weigh what is written down and fade by half in 90 days", () => {
    expect(FACT_NATS).toMatchObject({ notice_given: 6, contact_left: 2, seats_cut: 2 });
    expect(fadedNats(6, 0, 90)).toBe(6);
    expect(fadedNats(6, 90, 90)).toBeCloseTo(3, 12);
    expect(fadedNats(6, -4, 90)).toBe(6);
  });
});
