import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { dayOf, instantOf, isZone, minuteOfDay, zoneOffsetMs } from "../../../src/core/calendar/zone.ts";

const ZONES = [
  "Asia/Almaty",
  "Europe/Kyiv",
  "Europe/Bucharest",
  "Europe/Chisinau",
  "Europe/Moscow",
  "America/New_York",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "Asia/Kathmandu",
  "UTC",
];

describe("zones", () => {
  test("give the same offset, day and minute as luxon at any instant from 1990 to 2037", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2037, 0, 1) }),
        (zone, instantMs) => {
          const local = DateTime.fromMillis(instantMs, { zone });
          expect(zoneOffsetMs(instantMs, zone)).toBe(local.offset * 60_000);
          expect(dayOf(instantMs, zone)).toBe(parseDay(local.toISODate() ?? ""));
          expect(minuteOfDay(instantMs, zone)).toBe(local.hour * 60 + local.minute);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("turn a wall-clock time into its instant and back, except for times the clocks skip", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 7305, max: 24_472 }),
        fc.integer({ min: 0, max: 1439 }),
        (zone, day, minute) => {
          const instantMs = instantOf(day, minute, zone);
          if (minuteOfDay(instantMs, zone) !== minute) {
            // Skipped: luxon, too, moves on by the length of the gap.
            const moved = DateTime.fromMillis(day * 86_400_000 + minute * 60_000, { zone: "UTC" }).setZone(zone, {
              keepLocalTime: true,
            });
            expect(instantMs).toBe(moved.toMillis());
          } else {
            expect(dayOf(instantMs, zone)).toBe(day);
            expect(dayOf(instantMs - 1, zone) * 1440 + minuteOfDay(instantMs - 1, zone)).not.toBe(day * 1440 + minute);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a time that the clocks skip moves on by an hour, a time that comes twice is the first", () => {
    // Kyiv 2026: 29 March 03:00 -> 04:00, 25 October 04:00 -> 03:00.
    expect(instantOf(parseDay("2026-03-29"), 3 * 60 + 30, "Europe/Kyiv")).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(minuteOfDay(Date.UTC(2026, 2, 29, 1, 30), "Europe/Kyiv")).toBe(4 * 60 + 30);
    expect(instantOf(parseDay("2026-10-25"), 3 * 60 + 30, "Europe/Kyiv")).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });

  test("Almaty left UTC+6 on 1 March 2024", () => {
    expect(zoneOffsetMs(Date.UTC(2024, 1, 29, 17, 59), "Asia/Almaty")).toBe(6 * 3_600_000);
    expect(zoneOffsetMs(Date.UTC(2024, 1, 29, 18, 0), "Asia/Almaty")).toBe(5 * 3_600_000);
  });

  test("unknown names are told apart", () => {
    expect(isZone("Europe/Bucharest")).toBe(true);
    expect(isZone("Mars/Olympus")).toBe(false);
    expect(() => dayOf(0, "Mars/Olympus")).toThrow(RangeError);
  });
});
