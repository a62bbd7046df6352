/** Rows of the requirements as both CRMs show them: a client whom somebody calls red is won back in three steps. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../support/house.ts";
import { beginStory, endStory, fieldsOf, type Story, workOnTime } from "../support/story.ts";
import { type TaskSeen, VENDORS } from "../support/world.ts";

const ADMIN = { userId: "1", ownerId: null, isAdmin: true, records: [] };

describe.each(VENDORS)("%s: a win-back", (vendor) => {
  let story: Story;
  let boss: string;
  let company: string;
  let calledRedAt: number;
  /** the tasks a day after the client was called red */
  let begun: readonly TaskSeen[];
  const levels: { day: number; level: string | undefined; zone: string | undefined }[] = [];

  beforeAll(async () => {
    story = await beginStory(vendor);
    const { house, world, owner, head } = story;
    boss = world.owner("Elena");
    await house.runFor(2 * HOUR);
    const people = { headIds: [head], executiveIds: [boss] };
    await house.host.ask(world.id, "publish", [{ people } as never, "user:test"]);
    company = world.company({ name: "Romashka", ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    const plan = () => world.tasksOf(deal);
    await house.runFor(HOUR);
    for (const text of ["Hello", "Shall we speak?", "Are you there?"]) world.letter(company, "out", text);
    await workOnTime(story, plan, house.clock.now() + 9 * DAY);
    calledRedAt = house.clock.now();
    const wish = { act: "override", zone: "red", reason: "talked", days: 14, note: "" };
    const answer = await house.host.ask(world.id, "act", [ADMIN, `company:${company}`, wish, "1"] as never);
    expect(answer).toMatchObject({ ok: true });
    await house.runFor(DAY);
    begun = world.tasks();
    await workOnTime(story, world.tasks.bind(world), calledRedAt + 80 * DAY, (day) => {
      const { support_level: level, zone } = fieldsOf(world, { kind: "company", id: company });
      levels.push({ day: day + 2, level, zone });
    });
  }, 120_000);
  afterAll(() => endStory(story));

  const task = (start: string) => begun.filter(({ subject }) => subject.startsWith(start));

  test("A9.1 the top management is to meet the client within two working days, and the task says why", () => {
    const [meeting, ...others] = task("Personal meeting of the top management");
    expect(others).toEqual([]);
    expect(meeting).toMatchObject({ ownerId: boss, done: false });
    expect(meeting!.dueAt! - calledRedAt).toBeLessThan(3 * DAY);
    expect(meeting!.links).toContain(`company:${company}`);
    expect(meeting!.body).toContain("Several letters without an answer: cases in 30 days 3");
  });

  test("A9.2 what speaks against the client has an item of its own, with a date, an owner and what was measured", () => {
    const [item, ...others] = task("Agree on rhythm and format of contact");
    expect(others).toEqual([]);
    expect(item).toMatchObject({ ownerId: story.owner, dueAt: expect.any(Number) });
    expect(item!.body).toContain("Several letters without an answer");
  });

  test("A9.3 support is raised until four green weeks have passed, and then usual again by itself", () => {
    const red = levels.findLast(({ zone }) => zone === "red")!.day;
    const raised = levels.findLast(({ level }) => level === "raised")!.day;
    expect(red).toBeGreaterThanOrEqual(14);
    expect(levels[0]).toMatchObject({ level: "raised" });
    expect(levels.at(-1)).toMatchObject({ level: "standard", zone: "green" });
    expect(raised - red).toBeGreaterThanOrEqual(21);
    expect(raised).toBeLessThanOrEqual(60);
  });
});
