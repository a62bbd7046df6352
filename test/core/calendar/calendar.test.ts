import Holidays from "date-holidays";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeCalendar } from "../../../src/core/calendar/calendar.ts";
import { formatDay, parseDay, weekdayOf } from "../../../src/core/calendar/day.ts";
import { holidayCalendar } from "../../../src/core/calendar/holidays.ts";

const monthDays = (country: string, year: number) =>
  holidayCalendar(country, year, year)
    .daysOff.map((day) => formatDay(day).slice(5))
    .join(" ");

describe("holidays", () => {
  test("Kazakhstan 2026 has five free days around Nauryz, as published by the state portal", () => {
    expect(monthDays("KZ", 2026)).toBe(
      "01-01 01-02 01-07 03-08 03-09 03-15 03-16 03-21 03-22 03-23 03-24 03-25 05-01 05-07 05-09 05-11 05-27 07-06 10-25 10-26 12-16",
    );
  });

  test("Kazakhstan 2025: 3 January is free, Sunday 5 January is worked, Nauryz lasts until 25 March", () => {
    const { daysOff, workdays } = holidayCalendar("KZ", 2025, 2025);
    expect(daysOff).toContain(parseDay("2025-01-03"));
    expect(workdays).toEqual([parseDay("2025-01-05")]);
    expect(daysOff).toContain(parseDay("2025-03-25"));
    expect(daysOff).toContain(parseDay("2025-10-27"));
  });

  test("Russia 2026 follows the decree on moved days", () => {
    expect(monthDays("RU", 2026)).toBe(
      "01-01 01-02 01-03 01-04 01-05 01-06 01-07 01-08 01-09 02-23 03-08 03-09 05-01 05-09 05-11 06-12 11-04 12-31",
    );
  });

  test("Russia 2025 works on Saturday 1 November", () => {
    const { daysOff, workdays } = holidayCalendar("RU", 2025, 2025);
    expect(workdays.map(formatDay)).toEqual(["2025-11-01"]);
    for (const day of ["2025-05-02", "2025-05-08", "2025-06-13", "2025-11-03", "2025-12-31"]) {
      expect(daysOff).toContain(parseDay(day));
    }
    expect(daysOff).not.toContain(parseDay("2025-02-24"));
  });

  test("Russia in a year without a known decree carries weekend holidays to the next working day", () => {
    // 2032: 8 March Monday; 1 May Saturday -> 3 May; 9 May Sunday -> 10 May; 12 June Saturday -> 14 June.
    const off = monthDays("RU", 2032);
    for (const day of ["05-03", "05-10", "06-14"]) expect(off).toContain(day);
  });

  test("Ukraine keeps 8 May, not 9 May and not 2 January, since 2024", () => {
    const off = monthDays("UA", 2026);
    expect(off).toContain("05-08");
    expect(off).not.toContain("05-09");
    expect(off).not.toContain("01-02");
    expect(off).toContain("04-13");
  });

  test("Romania and Moldova have Orthodox Easter Monday 2026", () => {
    expect(monthDays("RO", 2026)).toContain("04-13");
    expect(monthDays("MD", 2026)).toContain("04-13");
  });

  test("every country the library knows can be asked", () => {
    const daysOff = (country: string) => holidayCalendar(country, 2027, 2027).daysOff;
    const countries = Object.keys(new Holidays().getCountries("en")).sort();
    expect(countries).toEqual(expect.arrayContaining(["KZ", "UA", "RO", "RU", "MD", "US", "DE", "GB"]));
    for (const country of countries.slice(0, 40)) expect(daysOff(country)).toEqual([...new Set(daysOff(country))]);
    expect(daysOff("XX")).toEqual([]);
  });
});

const fromDay = parseDay("2025-01-01");
const toDay = parseDay("2027-12-31");

describe("work calendars", () => {
  const options = fc.record({
    weekend: fc.subarray([1, 2, 3, 4, 5, 6, 7], { maxLength: 5 }),
    extraHolidays: fc.array(fc.integer({ min: fromDay, max: toDay }), { maxLength: 40 }),
    extraWorkdays: fc.array(fc.integer({ min: fromDay, max: toDay }), { maxLength: 5 }),
    countries: fc.subarray(["KZ", "RO", "UA"]),
  });

  test("rolling and counting agree with walking day by day", () => {
    fc.assert(
      fc.property(
        options,
        fc.integer({ min: fromDay - 30, max: toDay + 30 }),
        fc.integer({ min: -40, max: 40 }),
        (chosen, day, n) => {
          const calendar = makeCalendar({ zone: "UTC", ...chosen, fromDay, toDay });
          let next = day;
          while (!calendar.isWorkingDay(next)) next++;
          expect(calendar.rollForward(day)).toBe(next);
          let last = day;
          while (!calendar.isWorkingDay(last)) last--;
          expect(calendar.rollBack(day)).toBe(last);
          let at = n === 0 ? next : day;
          for (let left = Math.abs(n); left > 0; ) {
            at += Math.sign(n);
            if (calendar.isWorkingDay(at)) left--;
          }
          expect(calendar.addWorkingDays(day, n)).toBe(at);
          let count = 0;
          for (let d = day + 1; d <= day + Math.abs(n); d++) if (calendar.isWorkingDay(d)) count++;
          expect(calendar.workingDaysBetween(day, day + Math.abs(n))).toBe(count);
          expect(calendar.workingDaysBetween(day + Math.abs(n), day)).toBe(0 - count);
        },
      ),
    );
  });

  test("an owner's absence and a portal's own day off are not worked, a worked Saturday is", () => {
    const calendar = makeCalendar({
      zone: "Asia/Almaty",
      countries: ["KZ"],
      extraHolidays: [parseDay("2026-06-10")],
      extraWorkdays: [parseDay("2026-06-13")],
      absences: [{ from: parseDay("2026-06-15"), to: parseDay("2026-06-19") }],
      fromDay,
      toDay,
    });
    expect(calendar.isWorkingDay(parseDay("2026-06-10"))).toBe(false);
    expect(calendar.isWorkingDay(parseDay("2026-06-13"))).toBe(true);
    expect(formatDay(calendar.rollForward(parseDay("2026-06-15")))).toBe("2026-06-22");
  });

  test("Israel rests on Friday and Saturday", () => {
    const calendar = makeCalendar({ zone: "Asia/Jerusalem", countries: ["IL"], fromDay, toDay });
    const week = [0, 1, 2, 3, 4, 5, 6].map((n) => parseDay("2026-06-01") + n);
    expect(week.filter((day) => !calendar.isWorkingDay(day)).map(weekdayOf)).toEqual([5, 6]);
  });

  test("impossible options are refused", () => {
    const base = { zone: "UTC", countries: [], fromDay, toDay };
    expect(() => makeCalendar({ ...base, weekend: [1, 2, 3, 4, 5, 6, 7] })).toThrow("week without a working day");
    expect(() => makeCalendar({ ...base, toDay: fromDay - 1 })).toThrow("empty");
    expect(() => makeCalendar({ ...base, startMinute: 600, endMinute: 600 })).toThrow("working hours");
  });
});
