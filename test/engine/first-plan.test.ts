import { afterEach, describe, expect, test } from "vitest";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import type { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
afterEach(() => house.close());

/** The CRM found nothing wrong with what we did. */
function expectClean(world: World): void {
  expect(world.violations()).toEqual([]);
  expect(world.limited()).toBe(0);
  expect(house.logs.filter(({ level }) => level !== "info")).toEqual([]);
}

describe.each(VENDORS)("%s: the first plan", (vendor) => {
  test("A2.2 A2.3 a won deal becomes a plan of dated, owned, linked tasks, and fields on the company and the deal", async () => {
    house = new House();
    const world = await installed(house, vendor);
    const owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner });
    await house.runFor(10 * MINUTE);
    expect(world.tasks()).toEqual([]);
    world.win(deal);
    await house.runFor(HOUR);
    const tasks = world.tasksOf(deal);
    expect(tasks).toHaveLength(14);
    expect(world.tasks()).toHaveLength(14);
    for (const task of tasks) {
      expect(task).toMatchObject({ ownerId: owner, done: false, links: [`company:${company}`, `deal:${deal}`] });
      expect(task.subject).not.toBe("");
      expect(task.dueAt).toBeGreaterThan(house.clock.now());
    }
    for (const ref of [{ kind: "company", id: company } as const, { kind: "deal", id: deal } as const])
      expect(world.fields(ref)).toMatchObject({ plan_started: expect.stringContaining("2026-03-02") });
    expectClean(world);
  });

  test("G3 quiet means quiet: a weekend in which nothing falls due makes no write", async () => {
    house = new House({ startAt: Date.UTC(2026, 2, 6, 20) });
    const world = await installed(house, vendor);
    const owner = world.owner("Aigul");
    world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(3 * HOUR);
    const before = world.writes();
    // Saturday, 01:00 in the portal: no step falls due before Monday, none becomes late
    await house.runFor(DAY);
    expect(world.writes()).toBe(before);
    expectClean(world);
  });
});

test("A4.1 hubspot: where nobody can be sent a notice every task has a reminder in the morning of the working day before", async () => {
  house = new House();
  const world = (await installed(house, "hubspot")) as HubSpotPortalWorld;
  const owner = world.owner("Aigul");
  const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
  await house.runFor(2 * HOUR);
  const late = world.tasksOf(deal).filter(({ dueAt }) => dueAt! > house.clock.now() + 4 * DAY);
  expect(late.length).toBeGreaterThan(5);
  for (const { id, dueAt, subject } of late) {
    const reminderAt = Number(world.portal.get("tasks", id)!.properties.hs_task_reminders);
    expect(reminderAt, subject).toBeLessThan(dueAt!);
    expect(reminderAt, subject).toBeGreaterThan(house.clock.now() - DAY);
  }
});
