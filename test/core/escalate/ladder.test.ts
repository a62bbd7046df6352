import { describe, expect, test } from "vitest";
import { makeCalendar } from "../../../src/core/calendar/calendar.ts";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { deadlineOf, settle, subtractWorkingMinutes } from "../../../src/core/escalate/deadline.ts";
import {
  LADDER_KINDS,
  ladderConfigSchema,
  levelOf,
  paceOf,
  RUNG_ACTIONS,
  type Rung,
  reminderDaysOf,
} from "../../../src/core/escalate/ladder.ts";
import { ESCALATION_WORDS } from "../../../src/core/escalate/words.ts";
import { LANGUAGES } from "../../../src/core/model.ts";

const USUAL = ladderConfigSchema.parse({});

const range = { fromDay: parseDay("2026-01-01"), toDay: parseDay("2026-12-31") };
const clock = makeCalendar({ zone: "Asia/Almaty", countries: [], ...range });

/** "06-15 09:00" of 2026, Almaty time; the 15th is a Monday. */
function at(text: string): number {
  return Date.parse(`2026-${text.replace(" ", "T")}:00+05:00`);
}

describe("ladders as data", () => {
  test("A4.1: the task ladder has a reminder before, one at due, and three levels", () => {
    expect(USUAL.ladders.task.map((rung) => [rung.id, levelOf(rung)])).toEqual([
      ["soon", 0],
      ["due", 0],
      ["owner", 1],
      ["manager", 2],
      ["head", 3],
    ]);
  });

  test.each([
    ["as we ship it: the working day before", USUAL.ladders.task, 1],
    [
      "ten working hours before: the second day before",
      [{ ...rung("a"), after: { workMinutes: -600 }, action: "remind" }],
      2,
    ],
    ["only when it is due", [{ ...rung("a"), after: { workMinutes: 0 }, action: "remind" }], null],
    ["an escalation before is none", [{ ...rung("a"), after: { workMinutes: -600 } }], null],
    ["switched off", [], null],
  ] as const)("A4.1 the reminder that a task carries itself: %s", (_what, rungs, days) => {
    expect(reminderDaysOf(rungs as readonly Rung[])).toBe(days);
  });

  test("a ladder can be changed alone and switched off; the others keep their defaults", () => {
    const config = ladderConfigSchema.parse({ ladders: { zone: [] }, pace: { vip: 25 } });
    expect(config.ladders.zone).toEqual([]);
    expect(config.ladders.silence).toEqual(USUAL.ladders.silence);
    expect(config.pace).toEqual({ vip: 25, A: 75, B: 100, C: 100 });
  });

  test.each([
    ["two rungs with one id", { ladders: { zone: [rung("a"), rung("a")] } }],
    ["half a minute", { ladders: { zone: [{ ...rung("a"), after: { workMinutes: 0.5 } }] } }],
    ["days back", { ladders: { zone: [{ ...rung("a"), after: { days: -1 } }] } }],
    ["an unknown receiver", { ladders: { zone: [{ ...rung("a"), who: "everybody" }] } }],
    ["an unknown ladder", { ladders: { moon: [] } }],
    ["a pace of zero", { pace: { vip: 0 } }],
  ])("refuses %s", (_, input) => {
    expect(() => ladderConfigSchema.parse(input)).toThrow();
  });

  test("A4.2: the smallest pace that applies wins", () => {
    const { pace } = USUAL;
    expect(paceOf({ isVip: false, class: null }, pace)).toBe(100);
    expect(paceOf({ isVip: false, class: "A" }, pace)).toBe(75);
    expect(paceOf({ isVip: true, class: "C" }, pace)).toBe(50);
  });

  test("every reason and action has words in four languages, with the same parameters", () => {
    for (const id of [
      ...LADDER_KINDS.map((kind) => `late.${kind}`),
      ...RUNG_ACTIONS.map((action) => `rung.${action}`),
    ]) {
      expect(Object.keys(ESCALATION_WORDS)).toContain(id);
    }
    for (const texts of Object.values(ESCALATION_WORDS)) {
      const params = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
      for (const language of LANGUAGES) expect(params(texts[language])).toEqual(params(texts.en));
    }
  });
});

function rung(id: string) {
  return { id, after: { workMinutes: 0 }, who: "manager", action: "notify" };
}

describe("deadlines", () => {
  test.each([
    ["06-15 12:00", 60, "06-15 11:00"],
    ["06-15 12:00", 180, "06-15 09:00"],
    ["06-15 12:00", 181, "06-12 17:59"],
    ["06-15 12:00", 720, "06-12 09:00"],
    ["06-15 18:00", 540, "06-15 09:00"],
    ["06-15 18:00", 1080, "06-12 09:00"],
    ["06-15 08:00", 1, "06-12 17:59"],
    ["06-14 12:00", 30, "06-12 17:30"],
    ["06-15 23:00", 60, "06-15 17:00"],
  ])("counting back from %s by %i working minutes gives %s", (due, minutes, expected) => {
    expect(subtractWorkingMinutes(at(due), minutes, clock)).toBe(at(expected));
  });

  const pause = (from: string, to: string | null) => ({ from: at(from), to: to === null ? null : at(to) });

  test.each([
    ["no pause", [], "06-16 12:00"],
    ["a pause before", [pause("06-10 09:00", "06-12 09:00")], "06-16 12:00"],
    ["a pause around the start", [pause("06-14 09:00", "06-15 15:00")], "06-16 15:00"],
    ["a pause inside", [pause("06-15 14:00", "06-15 16:00")], "06-16 14:00"],
    ["a pause over night costs nothing", [pause("06-15 18:00", "06-16 09:00")], "06-16 12:00"],
    ["two pauses", [pause("06-15 14:00", "06-15 15:00"), pause("06-16 10:00", "06-16 11:00")], "06-16 14:00"],
    ["a pause from the very deadline on", [pause("06-16 12:00", null)], "06-16 12:00"],
    ["a pause that lasts", [pause("06-16 11:59", null)], null],
  ])("nine working hours from Monday noon, %s", (_, pauses, expected) => {
    const found = deadlineOf({ workMinutes: 540 }, at("06-15 12:00"), pauses, clock, 100);
    expect(found).toBe(expected === null ? null : at(expected));
  });

  test("days are stretches of 24 hours without the paused ones, then the next working minute", () => {
    const days = (count: number, pauses: { from: number; to: number | null }[], pace = 100) =>
      deadlineOf({ days: count }, at("06-15 12:00"), pauses, clock, pace);
    expect(days(2, [])).toBe(at("06-17 12:00"));
    expect(days(2, [pause("06-16 00:00", "06-17 06:00")])).toBe(at("06-18 18:00") + 15 * 3_600_000);
    expect(days(5, [])).toBe(at("06-22 09:00"));
    expect(days(5, [], 50)).toBe(at("06-18 09:00"));
  });

  test("an instant inside a minute is never early", () => {
    expect(deadlineOf({ workMinutes: 60 }, at("06-15 12:00") + 1, [], clock, 100)).toBe(at("06-15 13:01"));
  });

  test("quiet hours that leave nothing of a working day do not hang", () => {
    const quiet = { fromMinute: 540, toMinute: 539 };
    expect(settle(at("06-15 12:00"), [], clock, quiet, "Asia/Almaty")).toBeGreaterThan(at("06-15 12:00"));
  });
});
