import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import {
  classCuts,
  classify,
  criticalPeriod,
  criticalPeriodChanges,
  lifeStage,
  monthsBetween,
  nextClass,
} from "../../../src/core/score/segment.ts";

const book = (...revenues: number[]): { id: string; revenue: number }[] =>
  revenues.map((revenue, i) => ({ id: `c${String(i).padStart(3, "0")}`, revenue }));
const letters = (...revenues: number[]): string => [...classify(book(...revenues)).values()].join("");

describe("class by revenue (A0.8, A7.1)", () => {
  it.each([
    ["ten different", [100, 90, 80, 70, 60, 50, 40, 30, 20, 10], "AABBBCCCCC"],
    ["one client is A", [5], "A"],
    ["three: ⌈.6⌉ and ⌈1.5⌉", [30, 20, 10], "ABC"],
    ["ties at the first cut stay together upward", [100, 90, 90, 70, 60, 50, 40, 30, 20, 10], "AAABBCCCCC"],
    ["ties at the second cut stay together upward", [100, 90, 80, 70, 60, 60, 60, 30, 20, 10], "AABBBBBCCC"],
    ["zero and negative revenue is always C", [0, 0, -5], "CCC"],
    ["zeros inside the cut do not become A", [10, 0, 0, 0, 0, 0, 0, 0, 0, 0], "ACCCCCCCCC"],
    ["all equal are all A", [7, 7, 7, 7], "AAAA"],
    ["nobody", [], ""],
  ] as const)("%s", (_name, revenues, expected) => {
    expect(letters(...revenues)).toBe(expected);
  });

  it("obeys the cut rule on any portfolio", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 30 }), { minLength: 1, maxLength: 60 }), (revenues) => {
        const classes = classify(book(...revenues));
        const sorted = [...revenues].sort((a, b) => b - a);
        revenues.forEach((revenue, i) => {
          const above = sorted.filter((r) => r > revenue).length;
          const n = revenues.length;
          const expected =
            revenue <= 0 ? "C" : above < Math.ceil(0.2 * n) ? "A" : above < Math.ceil(0.5 * n) ? "B" : "C";
          expect(classes.get(`c${String(i).padStart(3, "0")}`)).toBe(expected);
        });
      }),
    );
  });

  it("keeps a client's class until its revenue is a tenth beyond the cut", () => {
    const cuts = classCuts([100, 90, 80, 70, 60, 50, 40, 30, 20, 10]);
    expect(cuts).toEqual({ a: 90, b: 60 });
    expect(nextClass("B", 95, cuts)).toBe("B");
    expect(nextClass("B", 99.5, cuts)).toBe("A");
    expect(nextClass("A", 85, cuts)).toBe("A");
    expect(nextClass("A", 80, cuts)).toBe("B");
    expect(nextClass("A", 10, cuts)).toBe("C");
    expect(nextClass("C", 200, cuts)).toBe("A");
    expect(nextClass("B", 0, cuts)).toBe("C");
    expect(nextClass(null, 61, cuts)).toBe("B");
  });
});

describe("life stage (A7.2) and critical period (A7.7)", () => {
  const start = parseDay("2025-01-31");

  it.each([
    ["2025-01-31", 0],
    ["2025-02-27", 0],
    ["2025-02-28", 1],
    ["2025-04-29", 2],
    ["2025-04-30", 3],
    ["2026-01-30", 11],
    ["2026-01-31", 12],
  ])("%s is month %i after 31 January", (date, months) => {
    expect(monthsBetween(start, parseDay(date))).toBe(months);
  });

  it.each([
    ["2025-04-29", "new"],
    ["2025-04-30", "mature"],
    ["2026-01-30", "mature"],
    ["2026-01-31", "loyal"],
  ])("on %s the client is %s", (date, stage) => {
    expect(lifeStage(start, parseDay(date))).toBe(stage);
  });

  it.each([
    ["2025-03-01", "first_30_days"],
    ["2025-03-02", "none"],
    ["2025-04-30", "months_3_6"],
    ["2025-07-30", "months_3_6"],
    ["2025-07-31", "none"],
    ["2025-10-31", "months_9_12"],
    ["2026-01-30", "months_9_12"],
    ["2026-01-31", "none"],
    ["2025-01-30", "none"],
  ])("on %s the critical period is %s", (date, period) => {
    expect(criticalPeriod(start, parseDay(date))).toBe(period);
  });

  it("changes only on the days that are foretold", () => {
    for (let day = start - 5; day < start + 410; day++) {
      const changed =
        criticalPeriod(start, day) !== criticalPeriod(start, day - 1) ||
        lifeStage(start, Math.max(start, day)) !== lifeStage(start, Math.max(start, day - 1));
      if (changed) expect(criticalPeriodChanges(start, day - 1)).toContain(day);
    }
  });
});
