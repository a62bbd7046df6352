import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  happenedBy,
  mean,
  median,
  percentile,
  shareOf,
  survival,
  survivalMedian,
} from "../../../src/core/kpi/stats.ts";

describe("small statistics", () => {
  test("of nothing there is nothing, never NaN", () => {
    expect([mean([]), median([]), percentile([], 90), shareOf(0, 0)]).toEqual([null, null, null, null]);
    expect(survivalMedian(survival([]))).toBeNull();
    expect(happenedBy(survival([]), 90)).toBeNull();
  });

  test.each([
    [[5], 5, 5],
    [[1, 2], 1.5, 2],
    [[10, 2, 9, 4, 5], 5, 10],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5.5, 9],
  ])("median and P90 of %j", (values, middle, p90) => {
    expect(median(values)).toBe(middle);
    expect(percentile(values, 90)).toBe(p90);
  });

  test("Kaplan–Meier: the textbook example of Freireich's 6-MP group", () => {
    // 6, 6, 6, 6+, 7, 9+, 10, 10+, 11+, 13, 16, 17+, 19+, 20+, 22, 23, 25+, 32+, 32+, 34+, 35+
    const events = [6, 6, 6, 7, 10, 13, 16, 22, 23].map((days) => ({ days, isEvent: true }));
    const open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((days) => ({ days, isEvent: false }));
    const curve = survival([...open, ...events]);
    const shares = curve.steps.map(({ days, share }) => [days, share.toFixed(4)]);
    expect(shares).toEqual([
      [6, "0.8571"],
      [7, "0.8067"],
      [10, "0.7529"],
      [13, "0.6902"],
      [16, "0.6275"],
      [22, "0.5378"],
      [23, "0.4482"],
    ]);
    expect(survivalMedian(curve)).toBe(23);
    expect(happenedBy(curve, 15)).toBeCloseTo(30.98, 2);
    expect(happenedBy(curve, 36)).toBeNull();
  });

  test("half is half in spite of rounding in the product", () => {
    const waits = Array.from({ length: 24 }, (_, n) => ({ days: n + 1, isEvent: true }));
    expect(survivalMedian(survival(waits))).toBe(12);
  });

  test("without censoring it is the plain share, and half is reached at the lower median", () => {
    const days = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 40 }), (all, at) => {
        const curve = survival(all.map((one) => ({ days: one, isEvent: true })));
        expect(happenedBy(curve, at)).toBeCloseTo((all.filter((one) => one <= at).length * 100) / all.length, 8);
        const sorted = [...all].sort((a, b) => a - b);
        expect(survivalMedian(curve)).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
      }),
    );
  });
});
