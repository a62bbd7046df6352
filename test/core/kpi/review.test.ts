import { describe, expect, test } from "vitest";
import type { KpiClient } from "../../../src/core/kpi/client.ts";
import { kpiConfigSchema } from "../../../src/core/kpi/measure.ts";
import { monthlyReview } from "../../../src/core/kpi/review.ts";
import { client, day, many, month } from "./fixture.ts";

const JUNE = month(2026, 6);
const config = kpiConfigSchema.parse({});

function signed(key: string, more: Partial<KpiClient> = {}): KpiClient {
  return client(key, { signedDay: day("2026-05-01"), ...more });
}

const phase = (key: string, entered: string, left: string | null) => ({
  key,
  enteredDay: day(entered),
  leftDay: left === null ? null : day(left),
});

function sent(text: string, opened: number, count: number): KpiClient["messages"] {
  return Array.from({ length: count }, (_, n) => ({
    text,
    day: day("2026-06-10"),
    isOpened: n < opened,
    isAnswered: false,
  }));
}

describe("the monthly review", () => {
  const clients = [
    signed("a", {
      phases: [phase("setup", "2026-05-01", "2026-06-05"), phase("training", "2026-06-05", "2026-06-15")],
      reopened: [
        { step: "integrations", day: day("2026-06-02") },
        { step: "integrations", day: day("2026-06-30") },
        { step: "kickoff", day: day("2026-06-04") },
        { step: "kickoff", day: day("2026-07-01") },
      ],
      questions: [{ topic: "import", day: day("2026-06-03") }],
      messages: [...sent("welcome", 8, 10), ...sent("day_7", 1, 5)],
    }),
    signed("b", {
      phases: [phase("setup", "2026-05-06", "2026-06-01"), phase("training", "2026-06-01", "2026-07-20")],
      reopened: [{ step: "integrations", day: day("2026-06-12") }],
      questions: [
        { topic: "import", day: day("2026-06-05") },
        { topic: "rights", day: day("2026-06-05") },
      ],
      messages: [...sent("rare", 0, 4), ...sent("day_3", 6, 10)],
    }),
    signed("c", { phases: [phase("setup", "2026-05-10", null)] }),
    signed("withdrawn", {
      isWithdrawn: true,
      reopened: many(9, () => signed("x")).map(() => ({ step: "kickoff", day: day("2026-06-01") })),
    }),
    signed("july", { signedDay: day("2026-07-02"), questions: [{ topic: "rights", day: day("2026-07-03") }] }),
  ];
  const review = monthlyReview(clients, JUNE, config, { setup: 14, training: 21 });

  test("A10.14: names the stage with the longest dwell, with those who are still in it", () => {
    // setup: 35 days, 26 days, and 52 so far: half are through after 35. Training: 10 days, and 30 so far
    expect(review.stage).toEqual({ phase: "setup", days: 35, isAtLeast: false, n: 3, plannedDays: 14 });
  });

  test("A10.14: names the most re-opened task, the repeated question and the weakest e-mail", () => {
    expect(review.task).toEqual({ code: "integrations", count: 3, clients: 2 });
    expect(review.question).toEqual({ code: "import", count: 2, clients: 2 });
    // 15 of 29 were opened; "rare" went out too seldom to be judged
    expect(review.message).toEqual({ text: "day_7", share: 20, measure: "opened", sent: 5, usual: 1500 / 29 });
  });

  test("A10.14: suggests a change for each, with the numbers behind it", () => {
    expect(review.changes).toEqual([
      { id: "kpi.review.subject", params: { text: "day_7", share: 20, sent: 5, usual: 1500 / 29 } },
      { id: "kpi.review.timing", params: { phase: "setup", days: 35, n: 3, isAtLeast: false, planned: 14, over: 21 } },
      { id: "kpi.review.task", params: { code: "integrations", count: 3, clients: 2 } },
      { id: "kpi.review.question", params: { topic: "import", count: 2, clients: 2 } },
    ]);
    const unplanned = monthlyReview(clients, JUNE, config);
    expect(unplanned.changes[1]).toMatchObject({
      id: "kpi.review.simplify",
      params: { phase: "setup", days: 35, n: 3 },
    });
  });

  test("A10.14: where the CRM tells no opens, answers are compared", () => {
    const mail = (text: string, answered: number) =>
      many(5, () => signed("m")).map((_, n) => ({
        text,
        day: day("2026-06-10"),
        isOpened: null,
        isAnswered: n < answered,
      }));
    const one = monthlyReview([signed("a", { messages: [...mail("x", 2), ...mail("y", 4)] })], JUNE, config);
    expect(one.message).toEqual({ text: "x", share: 40, measure: "answered", sent: 5, usual: 60 });
    expect(one.changes).toEqual([{ id: "kpi.review.message", params: { text: "x", share: 40, sent: 5, usual: 60 } }]);
  });

  test("an empty month has nothing to say", () => {
    const empty = monthlyReview([], JUNE, config);
    expect(empty).toMatchObject({ stage: null, task: null, question: null, message: null, changes: [] });
    expect(empty.figures.every(({ value }) => value === null)).toBe(true);
  });
});
