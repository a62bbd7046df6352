import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { amountRatio } from "../../../src/core/signal/amounts.ts";

const day = (year: number, month: number, of: number) =>
  parseDay(
    new Date(Date.UTC(year, month, Math.min(of, new Date(Date.UTC(year, month + 1, 0)).getUTCDate())))
      .toISOString()
      .slice(0, 10),
  );
/** An invoice a month from January 2024 on. */
const monthly = (months: number, amountOf: (month: number) => number, dayOf: (month: number) => number) =>
  Array.from({ length: months }, (_, at) => [day(2024, at, dayOf(at)), amountOf(at)] as const);
/** Ratios at the ends of all weeks from one day to another; what is not judged is left out. */
function ratios(amounts: Parameters<typeof amountRatio>[0], from: number, to: number): { at: number; value: number }[] {
  return Array.from({ length: Math.floor((to - from) / 7) + 1 }, (_, k) => from + 7 * k).flatMap((at) => {
    const found = amountRatio(amounts, at);
    return typeof found === "string" ? [] : [{ at, value: found.value }];
  });
}

describe("turnover against the own habit (A8.11)", () => {
  test.each([
    ["on the first of each month", () => 1],
    ["on the last of each month", () => 31],
    ["in the middle, up to ten days to and fro", (at: number) => 15 + [0, 5, -5, 3, -4][at % 5]!],
    ["once two weeks later than ever", (at: number) => (at === 20 ? 15 : 1)],
  ])("steady invoices %s never fall, in no week of two years", (_when, dayOf) => {
    const found = ratios(
      monthly(24, () => 400, dayOf),
      day(2024, 0, 1),
      day(2025, 11, 28),
    );
    expect(found.length).toBeGreaterThan(70);
    expect(Math.min(...found.map(({ value }) => value))).toBeGreaterThan(0.7);
  });

  test.each([
    ["half as much", (at: number) => (at < 18 ? 400 : 200), 6],
    ["nothing any more", (at: number) => (at < 18 ? 400 : 0), 3],
    ["a third more", (at: number) => (at < 18 ? 400 : 530), null],
    ["a quarter less", (at: number) => (at < 18 ? 400 : 300), null],
  ])("%s from July 2025 on shows within so many weeks, or not", (_what, amountOf, weeks) => {
    const july = day(2025, 6, 1);
    const falls = ratios(
      monthly(24, amountOf, () => 1),
      day(2024, 0, 1),
      day(2025, 11, 28),
    ).find((one) => one.value <= 0.7);
    expect(falls === undefined ? null : Math.ceil((falls.at - july) / 7)).toBe(weeks);
  });

  test("invoices that stop show too", () => {
    const falls = ratios(
      monthly(
        18,
        () => 400,
        () => 1,
      ),
      day(2024, 0, 1),
      day(2026, 0, 1),
    ).filter((one) => one.value <= 0.7);
    expect(falls[0]!.at - day(2025, 5, 1)).toBeLessThan(31 + 28);
  });

  test.each([
    ["half a year of every 28 days", 6, 28, 168, "number"],
    ["a day less", 6, 28, 167, "no_history"],
    ["three days with an invoice", 3, 60, 300, "too_few"],
    ["four of them", 4, 60, 300, "number"],
    ["once a quarter", 6, 92, 500, "number"],
    ["less often", 6, 93, 500, "too_few"],
  ])("%s", (_what, many, gap, since, says) => {
    const amounts = Array.from({ length: many }, (_, at) => [1000 + gap * at, 50] as const);
    const found = amountRatio(amounts, 1000 + since);
    expect(typeof found === "string" ? found : "number").toBe(says);
  });

  test("exactly, in an order of its own", () => {
    const amounts = [280, 0, 28, 56, 84, 112, 140, 168, 196, 224, 252].map((at) => [at, at >= 252 ? 50 : 100] as const);
    expect(amountRatio(amounts, 308)).toEqual({ value: 0.5, usual: 200 });
    expect(amountRatio(amounts, 280)).toEqual({ value: 0.75, usual: 200 });
  });
});
