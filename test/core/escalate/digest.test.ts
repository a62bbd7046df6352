import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeCalendar } from "../../../src/core/calendar/calendar.ts";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { type DigestEvent, digest, digestConfigSchema } from "../../../src/core/escalate/digest.ts";

const range = { fromDay: parseDay("2026-01-01"), toDay: parseDay("2026-12-31") };
const calendar = makeCalendar({ zone: "Asia/Almaty", countries: [], ...range });
const calendarOf = () => calendar;
const config = digestConfigSchema.parse({});

/** "06-15 09:00" of 2026, Almaty time; the 15th is a Monday, digests go out at 17:00. */
function at(text: string): number {
  return Date.parse(`2026-${text.replace(" ", "T")}:00+05:00`);
}

function event(key: string, when: string, more: Partial<DigestEvent> = {}): DigestEvent {
  return {
    key,
    ownerId: "marat",
    client: "company:1",
    level: 2,
    at: at(when),
    text: { id: "late.zone" },
    cancelledAt: null,
    ...more,
  };
}

const storm = [
  event("a", "06-15 09:00"),
  event("b", "06-15 09:00", { level: 3 }),
  event("c", "06-15 10:00"),
  event("d", "06-15 10:01"),
  event("e", "06-15 11:00", { level: 3 }),
  event("f", "06-15 18:30"),
];

describe("alarm budget and digest", () => {
  test("three notifications a day go out alone, the rest is listed in the digest, highest level first", () => {
    const answer = digest(storm, config, calendarOf, at("06-15 17:00"));
    expect(answer.single).toEqual(["b", "a", "c"]);
    expect(answer.held).toEqual(["d", "e"]);
    expect(answer.due).toHaveLength(1);
    expect(answer.due[0]).toMatchObject({ key: `marat/${parseDay("2026-06-15")}`, at: at("06-15 17:00"), settled: 0 });
    expect(answer.due[0]?.items.map(({ key }) => key)).toEqual(["e", "d"]);
  });

  test("before its time the digest waits and says until when", () => {
    const answer = digest(storm, config, calendarOf, at("06-15 12:00"));
    expect(answer.due).toEqual([]);
    expect(answer.wakeAt).toBe(at("06-15 17:00"));
  });

  test("what comes after the digest goes into the next working day's", () => {
    const friday = storm.map((one) => ({ ...one, at: one.at + 4 * 86_400_000 }));
    const answer = digest(friday, config, calendarOf, at("06-22 17:00"));
    expect(answer.due.map(({ at: when, items }) => [when, items.length])).toEqual([
      [at("06-19 17:00"), 2],
      [at("06-22 17:00"), 1],
    ]);
  });

  test("the budget starts anew each local day and counts per person", () => {
    const two = [
      ...["a", "b", "c", "d"].map((key) => event(key, "06-15 23:00")),
      event("next", "06-16 01:00"),
      event("other", "06-15 23:00", { ownerId: "hana" }),
    ];
    const answer = digest(two, config, calendarOf, at("06-16 02:00"));
    expect([...answer.single].sort()).toEqual(["a", "b", "c", "next", "other"]);
    expect(answer.held).toEqual(["d"]);
  });

  test("reminders have a budget of their own and cannot use up that of escalations", () => {
    const reminders = ["r1", "r2", "r3", "r4"].map((key) => event(key, "06-15 09:00", { level: 0 }));
    const answer = digest([...reminders, ...storm.slice(0, 3)], config, calendarOf, at("06-15 12:00"));
    expect(answer.held).toEqual(["r4"]);
  });

  test("what settled itself before the digest is counted and not listed; a digest with nothing left is not sent", () => {
    const settled = storm
      .slice(0, 5)
      .map((one) => (one.key === "d" ? { ...one, cancelledAt: at("06-15 16:00") } : one));
    const answer = digest(settled, config, calendarOf, at("06-15 17:00"));
    expect(answer.due[0]?.items.map(({ key }) => key)).toEqual(["e"]);
    expect(answer.due[0]?.settled).toBe(1);
    const all = settled.map((one) => ({ ...one, cancelledAt: at("06-15 16:00") }));
    expect(digest(all, config, calendarOf, at("06-15 17:00")).due).toEqual([]);
  });

  test("order and repetition of the events change nothing, and later ones do not change what was said", () => {
    const times = fc.integer({ min: at("06-15 08:00"), max: at("06-17 20:00") });
    const events = fc.array(
      fc.record({ when: times, level: fc.integer({ min: 0, max: 4 }), who: fc.constantFrom("x", "y") }),
    );
    fc.assert(
      fc.property(events, fc.integer(), times, (raw, seed, middle) => {
        const all = raw.map(({ when, level, who }, n) =>
          event(`k${n}`, "06-15 00:00", { at: when, level, ownerId: who }),
        );
        const shuffled = [...all, ...all].sort((a, b) => ((a.at * 31 + seed) % 97) - ((b.at * 31 + seed) % 97));
        const end = at("06-18 00:00");
        const whole = digest(all, config, calendarOf, end);
        expect(digest(shuffled, config, calendarOf, end)).toEqual(whole);
        expect(whole.single.length + whole.held.length).toBe(all.length);
        const early = digest(all, config, calendarOf, middle);
        for (const key of early.single) expect(whole.single).toContain(key);
        for (const key of early.held) expect(whole.held).toContain(key);
        for (const who of ["x", "y"]) {
          for (const day of ["15", "16", "17"]) {
            const own = all.filter(
              (one) =>
                one.ownerId === who &&
                one.level > 0 &&
                one.at >= at(`06-${day} 00:00`) &&
                one.at < at(`06-${day} 00:00`) + 86_400_000,
            );
            expect(own.filter(({ key }) => whole.single.includes(key)).length).toBe(Math.min(3, own.length));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
