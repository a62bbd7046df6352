import { describe, expect, test } from "vitest";
import { isActiveOn, type KpiClient, monthOf, startOfMonth } from "../../../src/core/kpi/client.ts";
import { kpi, kpis } from "../../../src/core/kpi/kpis.ts";
import { KPI_IDS, kpiConfigSchema } from "../../../src/core/kpi/measure.ts";
import { churnHistogram, churnPeriod, churnReasons, monthlyChurn } from "../../../src/core/kpi/retention.ts";
import { client, day, many, month } from "./fixture.ts";

const config = kpiConfigSchema.parse({});
const TODAY = day("2026-07-10");

function signed(key: string, date: string, more: Partial<KpiClient> = {}): KpiClient {
  return client(key, { signedDay: day(date), ...more });
}

describe("answers", () => {
  const answered = (score: number, after: number) =>
    client(`${score}/${after}`, { nps: [{ day: 100 + after, score }] });

  test("A10.4: promoters minus detractors; 7 and 8 are neither, exactly 50 is not above 50", () => {
    const scores = [10, 9, 9, 8, 7, 6, 0, 10, 9, 9];
    const value = kpi(
      "nps_day_30",
      scores.map((score) => answered(score, 30)),
      200,
      config,
    );
    expect(value).toMatchObject({ value: 40, n: 10, colour: "yellow" });
    expect(value.beside).toEqual({ promoters: 6, passives: 2, detractors: 2 });
    const half = [10, 10, 10, 6].map((score) => answered(score, 30));
    expect(kpi("nps_day_30", half, 200, config)).toMatchObject({ value: 50, colour: "yellow" });
  });

  test("A10.4: the first answer between day 14 and 60 counts; silence is shown", () => {
    const twice = client("twice", {
      nps: [
        { day: 130, score: 10 },
        { day: 125, score: 3 },
        { day: 105, score: 10 },
      ],
    });
    const all = [twice, answered(10, 13), answered(10, 61), client("young", { signedDay: 170 })];
    const value = kpi("nps_day_30", all, 200, config);
    expect(value).toMatchObject({ value: -100, n: 1 });
    expect(value.apart).toEqual({ unanswered: 2, running: 1, withdrawn: 0 });
  });

  test("A10.8: the book's NPS takes each client's latest answer of a year", () => {
    const all = [
      signed("a", "2025-01-01", {
        nps: [
          { day: day("2026-01-01"), score: 2 },
          { day: day("2026-06-01"), score: 9 },
        ],
      }),
      signed("b", "2025-01-01", { nps: [{ day: day("2025-07-10"), score: 1 }] }),
      signed("c", "2025-01-01", { nps: [{ day: day("2025-07-11"), score: 7 }] }),
    ];
    expect(kpi("nps", all, TODAY, config)).toMatchObject({ value: 50, n: 2 });
  });

  test("A10.5: CES is the mean of the latest answers; exactly 4 is not above 4", () => {
    const effort = (key: string, ...scores: number[]) =>
      client(key, { ces: scores.map((score, n) => ({ day: 110 + n, score })) });
    expect(kpi("ces", [effort("a", 1, 5), effort("b", 3), client("c")], 200, config)).toMatchObject({
      value: 4,
      n: 2,
      colour: "yellow",
      apart: { unanswered: 1 },
    });
    expect(kpi("ces", [effort("a", 5), effort("b", 4)], 200, config)).toMatchObject({ value: 4.5, colour: "green" });
  });
});

describe("churn of the book", () => {
  test("A10.8: lost in June ÷ clients on the first of June; who came in June is told apart", () => {
    const all = [
      ...many(37, (n) => signed(`s${n}`, "2026-01-10")),
      signed("lostFirst", "2026-01-10", { churnedDay: day("2026-06-01") }),
      signed("lostLast", "2026-01-10", { churnedDay: day("2026-06-30") }),
      signed("lostMay", "2026-01-10", { churnedDay: day("2026-05-31") }),
      signed("lostJuly", "2026-01-10", { churnedDay: day("2026-07-01") }),
      signed("newLost", "2026-06-02", { churnedDay: day("2026-06-20") }),
      signed("new", "2026-06-02"),
      signed("withdrawn", "2026-01-10", { isWithdrawn: true }),
    ];
    // 37 + lostFirst + lostLast + lostJuly were there on 1 June; two left in June
    const value = kpi("monthly_churn", all, TODAY, config);
    expect(value).toMatchObject({ value: 5, n: 40, colour: "yellow" });
    expect(value.apart).toEqual({ lostNew: 1, withdrawn: 1 });
    expect(monthlyChurn(all, month(2026, 5))).toMatchObject({ value: (1 * 100) / 41, n: 41 });
  });

  test.each([
    [19, 81, 19, "green"],
    [20, 80, 20, "red"],
    [1, 4, 20, "red"],
  ])("A10.9: %d lost and %d kept in 12 months are %d %%, %s", (lost, kept, value, colour) => {
    const all = [
      ...many(lost, (n) => signed(`l${n}`, "2024-01-10", { churnedDay: TODAY })),
      ...many(kept, (n) => signed(`k${n}`, "2024-01-10")),
      signed("young", "2025-07-10", { churnedDay: day("2026-01-01") }),
      signed("long gone", "2024-01-10", { churnedDay: day("2025-07-09") }),
    ];
    expect(kpi("churn_12_months", all, TODAY, config)).toMatchObject({ value, colour, n: lost + kept });
  });

  test("A10.8: first-year retention of those whose first year ended in the last 12 months", () => {
    const all = [
      ...many(6, (n) => signed(`k${n}`, "2025-07-10")), // anniversary is today
      signed("left before", "2024-08-01", { churnedDay: day("2025-07-31") }),
      signed("left on it", "2024-08-01", { churnedDay: day("2025-08-01") }),
      signed("too old", "2024-07-10", { churnedDay: day("2024-09-01") }),
      signed("too young", "2025-07-11"),
    ];
    const value = kpi("first_year_retention", all, TODAY, config);
    expect(value).toMatchObject({ value: 87.5, n: 8, colour: "green", apart: { running: 1, withdrawn: 0 } });
    const cohort = kpi("first_year_retention", all, TODAY, config, { cohort: "2024-07", segment: null });
    expect(cohort).toMatchObject({ value: 0, n: 1 });
  });

  test("A10.8: lifetime value is yearly revenue per client ÷ yearly churn, against a year earlier", () => {
    const monthly = (from: number, to: number, amount: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => ({ month: from + n, amount }));
    const paid = [...monthly(month(2024, 7), month(2025, 6), 100), ...monthly(month(2025, 7), month(2026, 7), 150)];
    const until = (last: number) => paid.filter((one) => one.month <= last);
    const all = [
      ...many(3, (n) => signed(`k${n}`, "2024-01-10", { revenue: paid })),
      signed("d", "2024-01-10", { churnedDay: day("2026-01-15"), revenue: until(month(2026, 1)) }),
      signed("e", "2024-01-10", { churnedDay: day("2024-12-31"), revenue: until(month(2024, 12)) }),
    ];
    // before: 4·12·100 + 6·100 = 5,400 of 5 clients, 1 lost; now: 3·12·150 + 7·150 = 6,450 of 4 clients, 1 lost
    const value = kpi("clv_growth", all, TODAY, config);
    expect(value.beside).toEqual({ now: 6450, before: 5400, stretch: 25 });
    expect(value.value).toBeCloseTo(19.4444, 4);
    expect(value).toMatchObject({ n: 4, colour: "green", isSmall: true });
  });

  test("A10.8: where nobody left, the lifetime is unknown, not endless", () => {
    const all = many(3, (n) => signed(`k${n}`, "2024-01-10", { revenue: [{ month: month(2026, 5), amount: 10 }] }));
    expect(kpi("clv_growth", all, TODAY, config)).toMatchObject({ value: null, n: 0, warning: { id: "kpi.no_data" } });
  });
});

describe("when and why clients left", () => {
  test.each([
    ["2026-01-31", "2026-03-02", "first_30_days"],
    ["2026-01-31", "2026-03-03", "other"],
    ["2026-01-31", "2026-04-29", "other"],
    ["2026-01-31", "2026-04-30", "months_3_6"],
    ["2026-01-31", "2026-07-30", "months_3_6"],
    ["2026-01-31", "2026-07-31", "other"],
    ["2026-01-31", "2026-10-31", "months_9_12"],
    ["2026-01-31", "2027-01-30", "months_9_12"],
    ["2026-01-31", "2027-01-31", "other"],
  ])("A7.7: signed %s, left %s: %s", (from, to, period) => {
    expect(churnPeriod(day(from), day(to))).toBe(period);
  });

  test("A7.7, A0.11: the own histogram beside 25 / 35 / 30, and 10 for other months", () => {
    const left = (key: string, date: string) => signed(key, "2026-01-01", { churnedDay: day(date) });
    const all = [
      left("a", "2026-01-20"),
      left("b", "2026-04-10"),
      left("c", "2026-05-10"),
      left("d", "2026-03-10"),
      signed("e", "2026-01-01"),
    ];
    const mix = churnHistogram(all);
    expect(mix.rows.map(({ code, count, share, reference }) => [code, count, share, reference])).toEqual([
      ["first_30_days", 1, 25, 25],
      ["months_3_6", 2, 50, 35],
      ["months_9_12", 0, 0, 30],
      ["other", 1, 25, 10],
    ]);
    expect(mix.n).toBe(4);
  });

  test("A8.25: the reasons beside 68 / 14 / 9 / 9; unknown ones are counted apart", () => {
    const because = (churnReason: KpiClient["churnReason"], n: number) =>
      many(n, (i) => signed(`${churnReason}${i}`, "2026-01-01", { churnedDay: day("2026-02-01"), churnReason }));
    const mix = churnReasons([
      ...because("service", 3),
      ...because("price", 1),
      ...because(null, 2),
      signed("x", "2026-01-01"),
    ]);
    expect(mix).toMatchObject({ n: 4, unknown: 2 });
    expect(mix.rows.map(({ code, share, reference }) => [code, share, reference])).toEqual([
      ["service", 75, 68],
      ["product", 0, 14],
      ["competitor", 0, 9],
      ["price", 25, 9],
      ["other", 0, null],
    ]);
  });
});

describe("every figure", () => {
  test("an empty cohort gives no data everywhere, never NaN", () => {
    for (const value of kpis([], TODAY, config)) {
      expect(value).toMatchObject({
        value: null,
        n: 0,
        colour: "none",
        isSmall: false,
        warning: { id: "kpi.no_data" },
      });
      for (const beside of Object.values(value.beside)) expect(Number.isNaN(beside)).toBe(false);
    }
    expect(kpis([], TODAY, config).map(({ id }) => id)).toEqual([...KPI_IDS]);
    expect(churnReasons([]).rows.every(({ share }) => share === null)).toBe(true);
    expect(kpi("ttfv", [signed("a", "2026-01-01")], TODAY, config, { cohort: "2020-01", segment: null }).n).toBe(0);
  });

  test("a small sample carries a warning with its numbers", () => {
    const few = many(19, (n) => client(`${n}`, { firstValueDay: 103 }));
    const warning = { id: "kpi.small_sample", params: { n: 19, least: 20 } };
    expect(kpi("ttfv", few, 130, config)).toMatchObject({ isSmall: true, warning });
    expect(kpi("ttfv", [...few, client("20", { firstValueDay: 103 })], 130, config)).toMatchObject({
      isSmall: false,
      warning: null,
    });
  });

  test("months and days fit together", () => {
    expect(startOfMonth(monthOf(day("2026-12-31")))).toBe(day("2026-12-01"));
    expect(startOfMonth(monthOf(day("2026-12-31")) + 1)).toBe(day("2027-01-01"));
    expect(isActiveOn(client("a", { signedDay: 100, churnedDay: 110 }), 110)).toBe(true);
    expect(isActiveOn(client("a", { signedDay: 100, churnedDay: 110 }), 111)).toBe(false);
    expect(isActiveOn(client("a", { signedDay: 100 }), 100)).toBe(false);
  });
});
