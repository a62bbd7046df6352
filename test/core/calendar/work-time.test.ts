import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeCalendar } from "../../../src/core/calendar/calendar.ts";
import { parseDay } from "../../../src/core/calendar/day.ts";
import {
  addWorkingMinutes,
  afterQuiet,
  endOfWork,
  isQuiet,
  nextWorkingInstant,
  workingMinutesBetween,
} from "../../../src/core/calendar/work-time.ts";
import { dayOf, minuteOfDay } from "../../../src/core/calendar/zone.ts";

const range = { fromDay: parseDay("2025-06-01"), toDay: parseDay("2027-06-01") };
const almaty = makeCalendar({ zone: "Asia/Almaty", countries: ["KZ"], ...range });
const kyiv = makeCalendar({ zone: "Europe/Kyiv", countries: ["UA"], ...range });
const MINUTE_MS = 60_000;

describe("working time", () => {
  test("A4.2: an hour before closing on Friday plus two hours is Monday at ten, local time", () => {
    const fridayAt17 = Date.UTC(2026, 5, 12, 12, 0); // Almaty is UTC+5
    expect(addWorkingMinutes(fridayAt17, 120, almaty)).toBe(Date.UTC(2026, 5, 15, 5, 0));
  });

  test("A4.2: a timer stands still over Nauryz", () => {
    const fridayAt17 = Date.UTC(2026, 2, 20, 12, 0);
    expect(addWorkingMinutes(fridayAt17, 120, almaty)).toBe(Date.UTC(2026, 2, 26, 5, 0));
    expect(workingMinutesBetween(fridayAt17, Date.UTC(2026, 2, 26, 5, 0), almaty)).toBe(120);
  });

  test("what is told in working hours is due at their end, what is told in the evening or on a day off at that of the next day of work", () => {
    const mondayEnd = Date.UTC(2026, 5, 15, 13, 0); // Almaty is UTC+5
    expect(endOfWork(Date.UTC(2026, 5, 15, 4, 0), almaty)).toBe(mondayEnd);
    expect(endOfWork(mondayEnd - 1, almaty)).toBe(mondayEnd);
    expect(endOfWork(mondayEnd, almaty)).toBe(Date.UTC(2026, 5, 16, 13, 0));
    expect(endOfWork(Date.UTC(2026, 5, 13, 6, 0), almaty)).toBe(mondayEnd);
  });

  test("a deadline that fills the day is its end, not the next morning", () => {
    const mondayAt9 = Date.UTC(2026, 5, 15, 4, 0);
    expect(addWorkingMinutes(mondayAt9, 540, almaty)).toBe(Date.UTC(2026, 5, 15, 13, 0));
  });

  test("across the change to summer time a working day has as many minutes as any other", () => {
    const fridayAt9 = Date.UTC(2026, 2, 27, 7, 0); // Kyiv UTC+2
    const mondayAt9 = Date.UTC(2026, 2, 30, 6, 0); // Kyiv UTC+3
    expect(workingMinutesBetween(fridayAt9, mondayAt9, kyiv)).toBe(540);
    expect(addWorkingMinutes(fridayAt9, 541, kyiv)).toBe(mondayAt9 + MINUTE_MS);
  });

  test("agrees with counting minute by minute", () => {
    const start = Date.UTC(2026, 2, 18, 0, 0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4 * 1440 }), fc.integer({ min: 0, max: 9 * 1440 }), (offset, length) => {
        const from = start + offset * MINUTE_MS;
        let count = 0;
        for (let m = 0; m < length; m++) {
          const at = from + m * MINUTE_MS;
          const minute = minuteOfDay(at, almaty.zone);
          if (almaty.isWorkingDay(dayOf(at, almaty.zone)) && minute >= 540 && minute < 1080) count++;
        }
        expect(workingMinutesBetween(from, from + length * MINUTE_MS, almaty)).toBe(count);
        expect(workingMinutesBetween(from, addWorkingMinutes(from, count, almaty), almaty)).toBe(count);
      }),
      { numRuns: 40 },
    );
  });

  test("the next working instant is never in the past and is working time", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) }), (at) => {
        const next = nextWorkingInstant(at, kyiv);
        expect(next).toBeGreaterThanOrEqual(at);
        expect(kyiv.isWorkingDay(dayOf(next, kyiv.zone))).toBe(true);
        const minute = minuteOfDay(next, kyiv.zone);
        expect(minute >= 540 && minute < 1080).toBe(true);
      }),
    );
  });

  test("A5.7: quiet hours over midnight hold a message until morning", () => {
    const quiet = { fromMinute: 1200, toMinute: 480 };
    const at21 = Date.UTC(2026, 5, 15, 16, 0);
    const at3 = Date.UTC(2026, 5, 15, 22, 0);
    const at8 = Date.UTC(2026, 5, 16, 3, 0);
    expect(isQuiet(at21, quiet, "Asia/Almaty")).toBe(true);
    expect(afterQuiet(at21, quiet, "Asia/Almaty")).toBe(at8);
    expect(afterQuiet(at3, quiet, "Asia/Almaty")).toBe(at8);
    expect(afterQuiet(at8, quiet, "Asia/Almaty")).toBe(at8);
    expect(isQuiet(at21, { fromMinute: 0, toMinute: 0 }, "Asia/Almaty")).toBe(false);
  });
});
