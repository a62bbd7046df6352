import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addMonths, civilOfDay, dayOfCivil, formatDay, parseDay, weekdayOf } from "../../../src/core/calendar/day.ts";

describe("days as integers", () => {
  test("agree with the platform's calendar on any day from year 1 to 9999", () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (day) => {
        const date = new Date(day * 86_400_000);
        const civil = civilOfDay(day);
        expect(civil).toEqual({
          year: date.getUTCFullYear(),
          month: date.getUTCMonth() + 1,
          dayOfMonth: date.getUTCDate(),
        });
        expect(dayOfCivil(civil.year, civil.month, civil.dayOfMonth)).toBe(day);
        expect(formatDay(day)).toBe(date.toISOString().slice(0, 10));
        expect(weekdayOf(day)).toBe(date.getUTCDay() || 7);
      }),
    );
  });

  test.each(["2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", "", "2026-02-28T00:00"])("refuse %j", (text) => {
    expect(() => parseDay(text)).toThrow(RangeError);
  });

  test.each([
    ["2026-01-31", 1, "2026-02-28"],
    ["2028-01-31", 1, "2028-02-29"],
    ["2026-12-15", 1, "2027-01-15"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2026-05-10", 12, "2027-05-10"],
    ["2026-01-10", -13, "2024-12-10"],
  ])("%s plus %d months is %s", (from, months, to) => {
    expect(formatDay(addMonths(parseDay(from), months))).toBe(to);
  });
});
