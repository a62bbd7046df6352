import { describe, expect, test } from "vitest";
import { kpiConfigSchema } from "../../../src/core/kpi/measure.ts";
import { monthlyReview } from "../../../src/core/kpi/review.ts";
import { sayKpi, sayMonth, sayReview, type Titles } from "../../../src/core/kpi/say.ts";
import { kpiAlerts } from "../../../src/core/kpi/trend.ts";
import { LANGUAGES } from "../../../src/core/model.ts";
import { client, day, many, month } from "./fixture.ts";

const USUAL = kpiConfigSchema.parse({});

const TITLES: Titles = {
  phase: (key) => ({ setup: "Setting up" })[key] ?? null,
  step: (key) => ({ kickoff: "Kickoff call" })[key] ?? null,
  letter: (id) => ({ welcome: "Welcome letter" })[id] ?? null,
};
const JUNE = month(2026, 6);

describe("the monthly review in words", () => {
  test.each([
    ["en", "Asked most often: “invoices and payment”, 2 questions from 1 client"],
    ["ru", "Чаще всего спрашивали: «счета и оплата», вопросов: 2, клиентов: 1"],
  ] as const)(
    "%s: what clients ask about by its name; a category that the portal made up as it is",
    (language, said) => {
      const about = (topic: string) => {
        const questions = [2, 3].map((n) => ({ topic, day: day(`2026-06-0${n}`) }));
        const asking = [client("a", { signedDay: day("2026-05-01"), questions })];
        return sayReview(monthlyReview(asking, JUNE, USUAL), TITLES, language).body;
      };
      expect(about("billing_issue")).toContain(said);
      expect(about("our_own_category")).toContain("our_own_category");
    },
  );

  const clients = [
    client("a", {
      signedDay: day("2026-05-01"),
      phases: [{ key: "setup", enteredDay: day("2026-05-01"), leftDay: day("2026-06-05") }],
      reopened: [
        { step: "kickoff", day: day("2026-06-02") },
        { step: "kickoff", day: day("2026-06-03") },
      ],
      messages: [
        ...Array.from({ length: 5 }, () => ({
          text: "welcome",
          day: day("2026-06-10"),
          isOpened: null,
          isAnswered: false,
        })),
        ...Array.from({ length: 5 }, () => ({
          text: "day_3",
          day: day("2026-06-10"),
          isOpened: null,
          isAnswered: true,
        })),
      ],
    }),
  ];
  const review = monthlyReview(clients, JUNE, USUAL, { setup: 14 });

  test("A10.14: stage, task and letter by their titles, and each suggestion with its numbers", () => {
    const { title, body } = sayReview(review, TITLES, "en");
    expect(title).toBe("Monthly review: June 2026");
    // 1 May to 5 June are 35 days, 21 more than the 14 of the template.
    expect(body).toContain("Clients stay longest in “Setting up”: 35 days (1 client)");
    expect(body).toContain("Opened again most often: “Kickoff call”, 2 times for 1 client");
    expect(body).toContain("Weakest letter: “Welcome letter”, answered 0\u00a0% of 5 (usual: 50\u00a0%)");
    expect(body).toContain(
      "• Adjust the timing of “Setting up”: it takes 35 days instead of 14 (1 client, 21 days over)",
    );
    expect(body).toContain("• Rewrite “Welcome letter”: 0\u00a0% of 5 were answered, usual is 50\u00a0%");
    expect(body).toContain("Figures at the end of the month:");
  });

  test("A10.14: a month in which nothing happened says so instead of leaving gaps", () => {
    const { body } = sayReview(monthlyReview([], JUNE, USUAL), TITLES, "en");
    expect(body).toBe(
      [
        "No client was in a stage during the month",
        "No finished task was opened again",
        "Too few letters went out to compare them",
        "",
        "What to change next:",
        "Nothing stands out this month",
        "",
        "Figures at the end of the month:",
        "No data",
      ].join("\n"),
    );
  });

  test("A10.14: every language has every sentence, with no parameter left open", () => {
    const said = LANGUAGES.map((language) => sayReview(review, TITLES, language));
    for (const { title, body } of said) expect(title + body).not.toMatch(/[{}]/);
    expect(new Set(said.map(({ title }) => title)).size).toBe(LANGUAGES.length);
    expect(sayMonth(JUNE, "uk")).toContain("2026");
  });

  test("a stage that half have not left yet is said as at least that long", () => {
    const waiting = [
      client("w", {
        signedDay: day("2026-06-01"),
        phases: [{ key: "setup", enteredDay: day("2026-06-01"), leftDay: null }],
      }),
    ];
    const { body } = sayReview(monthlyReview(waiting, JUNE, USUAL), TITLES, "en");
    expect(body).toContain("“Setting up”: ≥ 30 days");
  });
});

test("A10.9: an alert of churn names the share, the limit and the clients it rests on", () => {
  const today = day("2026-07-01");
  const clients = many(10, (n) =>
    client(`c${n}`, { signedDay: today - 500, ...(n < 2 && { churnedDay: today - 100 }) }),
  );
  const alert = kpiAlerts(clients, today, USUAL).find(({ id }) => id === "churn_systemic")!;
  expect(sayKpi(alert.text, TITLES, "en")).toBe(
    "20\u00a0% of the clients of a year ago have left (10 clients). From 20\u00a0% on it is systemic",
  );
});

test("A10.13: an alert of a rising time to first value names the stage that grew most", () => {
  const today = day("2026-07-01");
  const group = (name: string, signedDay: number, daysIn: number) =>
    many(10, (n) =>
      client(`${name}${n}`, {
        signedDay,
        firstValueDay: signedDay + daysIn,
        phases: [{ key: "setup", enteredDay: signedDay, leftDay: signedDay + daysIn }],
      }),
    );
  const clients = [...group("before", today - 150, 5), ...group("now", today - 60, 9)];
  const [alert] = kpiAlerts(clients, today, USUAL);
  expect(sayKpi(alert!.text, TITLES, "en")).toBe(
    "Time to first value rose from 5 to 9 days (10 clients). The stage that grew most: Setting up, 5 → 9 days",
  );
});

test.each([
  ["en", 1, "35 days (1 client, 1 day over)"],
  ["ru", 1, "35\u00a0дн. вместо 14 (клиентов: 1, сверх плана: 1\u00a0дн.)"],
  ["ro", 1, "durează 35 de zile în loc de 14 (1 client, cu 1 zi peste)"],
  ["ro", 20, "(20 de clienți, cu 20 de zile peste)"],
] as const)("%s: a count has its word's form (%i)", (language, n, said) => {
  const params = { phase: "setup", days: 35, planned: 14, n, over: n };
  const text = sayKpi({ id: "kpi.review.timing", params }, TITLES, language);
  expect(text.replace("35 days instead of 14", "35 days")).toContain(said);
});
