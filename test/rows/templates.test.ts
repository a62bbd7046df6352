/** Rows of the requirements as both CRMs show them: what each built-in template puts before the team. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR } from "../support/house.ts";
import { companyNumber, setCompany } from "../support/outside.ts";
import { beginStory, endStory, fieldsOf, type Story } from "../support/story.ts";
import { VENDORS } from "../support/world.ts";

/** 2 March, a Monday, on which the deals are won. */
const D0 = Date.UTC(2026, 2, 2);
const DAY = 86_400_000;

describe.each(VENDORS)("%s: built-in templates", (vendor) => {
  let story: Story;
  let people: string;
  /** why the templates were chosen, as the records say */
  const reasons: (string | undefined)[] = [];

  beforeAll(async () => {
    story = await beginStory(vendor);
    people = companyNumber(story.world, "people");
  });
  afterAll(() => endStory(story));

  /** Tasks of a plan on this template: title and days after the deal was won, those of one day together. */
  async function planOn(templateId: string, options: readonly string[] = []) {
    await publish({ templateRules: [{ name: "All", templateId, options }] });
    return plan();
  }
  const publish = (settings: object) =>
    story.house.host.ask(story.world.id, "publish", [{ ...settings } as never, "user:test"]);
  async function plan(headcount?: number) {
    const { house, world, owner } = story;
    const company = world.company({ ownerId: owner });
    if (headcount !== undefined) setCompany(world, company, people, headcount);
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR / 4);
    reasons.push(fieldsOf(world, { kind: "company", id: company }).template_reason);
    const days = new Map<string, number[]>();
    for (const { subject, dueAt } of world.tasksOf(deal)) {
      const day = Math.floor((dueAt! - D0) / DAY);
      days.set(
        subject,
        [...(days.get(subject) ?? []), day].sort((a, b) => a - b),
      );
    }
    return Object.fromEntries(days);
  }

  test("A3.2–A3.4 six steps in month one, four in each of the others, the check-in on day 14", async () => {
    const tasks = await planOn("day-30-60-90");
    expect(Object.keys(tasks)).toHaveLength(14);
    expect(tasks["Check-in call"]).toEqual([14]);
    const days = Object.values(tasks).flat();
    expect([30, 60, 92].map((until) => days.filter((day) => day <= until).length)).toEqual([6, 10, 14]);
  });

  test("A3.7 with weekly check-ins there is a call in each week of the first month", async () => {
    const tasks = await planOn("day-30-60-90", ["weekly_check_ins"]);
    const calls = [...tasks["Weekly check-in call"]!, ...tasks["Check-in call"]!].sort((a, b) => a - b);
    // Monday 9 March is a day off in Ukraine.
    expect(calls).toEqual([8, 14, 21, 28]);
  });

  test("A3.8 the internal list has its six tasks on days 1, 2, 3, 5, 10 and 30", async () => {
    expect(await planOn("internal")).toEqual({
      "Review setup form": [1],
      "Prepare custom config": [2],
      "Schedule kickoff": [3],
      // Day 5 is a Saturday, and the Monday after it a day off.
      "Setup integrations": [8],
      "Conduct training": [10],
      "30-day check-in call": [30],
    });
  });

  test("A3.10 the checklist has its sixteen entries in their windows", async () => {
    const tasks = await planOn("checklist");
    expect(Object.values(tasks).flat()).toHaveLength(16);
    const until = (day: number) =>
      Object.values(tasks)
        .flat()
        .filter((due) => due <= day).length;
    expect([0, 2, 8, 14, 30].map(until)).toEqual([3, 6, 10, 13, 16]);
  });

  test("A3.9, A6.3, A12.4 four phases hold what the source lists; the technical steps, security among them, have days of their own", async () => {
    await planOn("four-phases", ["technical"]);
    const bodies = story.world.tasks().map(({ subject, body }) => `${subject}\n${body}`);
    for (const item of ["Collect information", "Kickoff meeting", "Technical setup", "Structured training", "Go-live"])
      expect(
        bodies.some((text) => text.startsWith(item)),
        item,
      ).toBe(true);
    expect(bodies.some((text) => /security/i.test(text))).toBe(true);
  });

  test("A7.3, A7.5, A0.6 the number of people chooses eight, four or two weeks", async () => {
    reasons.length = 0;
    await publish({ headcountProperty: people });
    const [large, usual, small] = [await plan(101), await plan(100), await plan(19)];
    expect(Object.keys(large)).toEqual(
      expect.arrayContaining(["Meeting with the executive sponsor", "Custom training for the client's teams"]),
    );
    expect(large["Go-live review"]).toEqual([56]);
    expect(Object.keys(usual)).toHaveLength(14);
    expect(Object.keys(small).some((title) => /webinar/i.test(title))).toBe(true);
    expect(Object.keys(small).some((title) => /^Live training session/.test(title))).toBe(false);
    expect(reasons).toEqual([
      "Rule 1: Enterprise (> 100) (number of employees = 101)",
      "Rule 3: Standard (20–100)",
      "Rule 2: SMB (< 20) (number of employees = 19)",
    ]);
  });
});
