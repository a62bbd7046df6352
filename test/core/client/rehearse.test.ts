import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { dayOf, instantOf } from "../../../src/core/calendar/zone.ts";
import { type Rehearsal, rehearse, USUAL_REHEARSAL } from "../../../src/core/client/rehearse.ts";
import { decideConfigFor } from "../../support/decide-config.ts";

/** Monday, 10:00 in Kyiv. */
const START = instantOf(parseDay("2026-03-02"), 600, "Europe/Kyiv");
const DAY = 86_400_000;
const usual = (more: Partial<Rehearsal> = {}): Rehearsal => ({
  startAt: START,
  ownerId: "o1",
  ...USUAL_REHEARSAL,
  ...more,
});

describe("A12.1 the fake client", () => {
  const config = decideConfigFor(START);
  const rehearsed = rehearse(usual(), config, null);
  const created = (kind: string) => rehearsed.writes.filter((one) => one.kind === kind && one.verb === "create");

  test("runs through the whole 90 days: every task of the template, on working days, for its owner", () => {
    const tasks = created("task").filter((one) => one.key.startsWith("plan:company:fake:1/"));
    const steps = new Set(tasks.map((one) => one.key));
    expect(steps.size).toBeGreaterThanOrEqual(14);
    expect(
      tasks
        .filter((one) => !one.isEscalation && !one.key.includes("/touch/"))
        .slice(0, 14)
        .map((one) => one.day),
    ).toEqual(Array(14).fill(0));
    for (const task of tasks) {
      expect(config.calendar.isWorkingDay(dayOf(task.dueAt!, "Europe/Kyiv"))).toBe(true);
      expect(task.ownerId).not.toBeNull();
      expect(task.title).not.toBeNull();
    }
    const checkIn = tasks.find((one) => one.key.endsWith("1/check_in"))!;
    expect(dayOf(checkIn.dueAt!, "Europe/Kyiv")).toBe(parseDay("2026-03-16"));
    expect(rehearsed.phases.map((one) => one.phase).slice(0, 3)).toEqual(["days_0_30", "days_31_60", "days_61_90"]);
    expect(rehearsed.phases.slice(0, 3).map((one) => one.day)).toEqual([0, 30, 60]);
  });

  test("what is left lying escalates, and without that nobody is bothered about it", () => {
    const late = (all: typeof rehearsed) => all.writes.filter((one) => one.isEscalation && one.key.includes("/task/"));
    expect(late(rehearsed).length).toBeGreaterThan(0);
    expect(late(rehearse(usual({ lateEvery: 0 }), config, null))).toEqual([]);
  });

  test("a client that stops using the product loses points; one that goes on does not turn", () => {
    const last = rehearsed.scores.at(-1)!;
    const steady = rehearse(usual({ fadesOnDay: null, lateEvery: 0 }), config, null);
    expect(rehearsed.scores.length).toBeGreaterThan(1);
    expect(last.score).toBeLessThan(steady.scores.at(-1)!.score);
    expect(steady.scores.at(-1)!.zone).toBe("green");
  });

  test("lists each write at the moment it would be made, in order, and the same again", () => {
    const at = rehearsed.writes.map((one) => one.at);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[0]).toBe(START);
    expect(at.at(-1)).toBeLessThanOrEqual(START + 90 * DAY);
    expect(rehearse(usual(), decideConfigFor(START), null)).toEqual(rehearsed);
    const first = rehearsed.writes.filter((one) => one.verb === "create").map((one) => one.key);
    // Nothing is made twice while it stands.
    const withdrawn = new Set(rehearsed.writes.filter((one) => one.verb === "withdraw").map((one) => one.key));
    const doubled = first.filter((key, index) => first.indexOf(key) !== index && !withdrawn.has(key));
    expect(doubled).toEqual([]);
  });

  test("goes through to the end: everything done on time, the plan graduates, and the next contact has a date and an owner", () => {
    const whole = rehearse(usual({ days: 110, lateEvery: 0, fadesOnDay: null }), config, null);
    expect(whole.phases.map((one) => one.phase)).toEqual(["days_0_30", "days_31_60", "days_61_90", "graduated"]);
    const touches = whole.writes.filter((one) => one.kind === "task" && one.key.includes("/touch/"));
    expect(touches.length).toBeGreaterThan(0);
    for (const touch of touches) {
      expect(touch.ownerId).toBe("o1");
      expect(touch.dueAt! > START + 90 * DAY).toBe(true);
      expect(config.calendar.isWorkingDay(dayOf(touch.dueAt!, "Europe/Kyiv"))).toBe(true);
    }
    const moved = whole.writes.find((one) => one.kind === "fields" && one.fields.phase === "graduated");
    expect(moved?.fields.next_touchpoint).toEqual(expect.any(Number));
  });

  test("A1.4 a client for whom nobody does anything: the silence is raised, and climbs to the manager", () => {
    const about = (all: typeof rehearsed) =>
      all.writes.filter((one) => one.isEscalation && one.key.includes("silence"));
    const still = { lateEvery: 0, fadesOnDay: null };
    const rungs = (all: ReturnType<typeof about>) => new Set(all.map((one) => one.key.split("/").at(-1)));
    // Weeks without a step in the plan are weeks without a word: the owner is nudged, and that is all.
    expect(rungs(about(rehearse(usual(still), config, null)))).toEqual(new Set(["nudge"]));
    const silent = about(rehearse(usual({ ...still, silentOnDay: 1 }), config, null));
    expect(silent[0]!.day).toBeGreaterThanOrEqual(7);
    expect(rungs(silent).has("manager")).toBe(true);
    expect(silent.find((one) => one.key.endsWith("/manager"))).toMatchObject({ ownerId: "boss" });
    expect(silent.find((one) => one.key.endsWith("/manager"))!.day).toBeLessThanOrEqual(21);
  });

  test("A5.7 an answer ends the sequence; A6.1 the completed form sets off the calls, and without it none is made", () => {
    const settings = {
      templateRules: [{ name: "all", templateId: "day-30-60-90", options: ["letters", "provisioning"] }],
      plan: { channels: { email: "send", sms: "off", push: "off" } },
      mapped: { company: ["setup_form"] },
      form: { property: "setup_form", value: "done" },
    };
    const tried = (more: Partial<Rehearsal>) => rehearse(usual(more), decideConfigFor(START, settings as never), null);
    const count = (all: typeof rehearsed, kind: string) => all.writes.filter((one) => one.kind === kind).length;
    const silent = tried({});
    const answering = tried({ repliesOnDay: 2 });
    expect(count(answering, "message")).toBeGreaterThan(0);
    expect(count(answering, "message")).toBeLessThan(count(silent, "message"));
    expect(count(silent, "call")).toBe(5);
    expect(silent.writes.find((one) => one.kind === "call")!.day).toBeGreaterThanOrEqual(2);
    expect(count(tried({ formOnDay: null }), "call")).toBe(0);
  });

  test("letters that are set to be sent are listed as letters, within the weekly cap, never as drafts too", () => {
    const settings = {
      templateRules: [{ name: "all", templateId: "day-30-60-90", options: ["letters"] }],
      plan: { channels: { email: "send", sms: "off", push: "off" } },
    };
    const withLetters = rehearse(usual(), decideConfigFor(START, settings as never), null);
    const letters = withLetters.writes.filter((one) => one.kind === "message");
    expect(letters.map((one) => one.key.split("/").at(-1))).toContain("check_in_mail");
    expect(letters.every((one) => one.verb === "create")).toBe(true);
    for (const letter of letters)
      expect(letters.filter((one) => one.at > letter.at - 7 * DAY && one.at <= letter.at).length).toBeLessThanOrEqual(
        3,
      );
    const drafts = withLetters.writes.filter((one) => one.kind === "task").map((one) => one.key);
    expect(drafts.filter((key) => key.endsWith("check_in_mail"))).toEqual([]);
  });
});
