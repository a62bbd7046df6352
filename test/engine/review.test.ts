import { afterEach, describe, expect, test } from "vitest";
import { dayOfCivil } from "../../src/core/calendar/day.ts";
import type { Person } from "../../src/core/escalate/people.ts";
import { headOf, nextLookDay } from "../../src/engine/review.ts";
import { client } from "../core/kpi/fixture.ts";
import { expectClean, firstDue } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

describe("the days of a look", () => {
  const weekdays = { rollForward: (day: number) => ([5, 6].includes((day + 3) % 7) ? day + 7 - ((day + 3) % 7) : day) };
  test.each([
    // Monday 2 March 2026 → the next Monday; Monday 30 March → Wednesday 1 April; 1 April → Monday 6 April
    ["2026-03-02", [2026, 3, 2], [2026, 3, 9]],
    ["a week with a new month in it", [2026, 3, 30], [2026, 4, 1]],
    ["the month's first day", [2026, 4, 1], [2026, 4, 6]],
    // 1 August 2026 is a Saturday: the month's first working day is the Monday after it.
    ["a month that begins on a Saturday", [2026, 7, 27], [2026, 8, 3]],
  ] as const)("%s", (_name, from, to) => {
    expect(nextLookDay(dayOfCivil(from[0], from[1], from[2]), weekdays)).toBe(dayOfCivil(to[0], to[1], to[2]));
  });
});

describe("who hears of what concerns the whole portal", () => {
  const person = (id: string, managerId: string | null, more: Partial<Person> = {}): Person => ({
    id,
    isActive: true,
    managerId,
    teamIds: [],
    zone: null,
    absences: [],
    ...more,
  });
  const people = (persons: readonly Person[], headIds: readonly string[] = []) => ({
    byId: Object.fromEntries(persons.map((one) => [one.id, one])),
    rules: [],
    managerOf: {},
    managerOfTeam: {},
    headIds,
    executiveIds: [],
    fallbackOwnerId: "admin",
  });
  const team = [person("admin", null), person("top", null), person("m", "top"), person("a", "m"), person("b", "m")];
  const now = Date.UTC(2026, 3, 1, 9);
  test("the head of the settings comes first", () => {
    expect(headOf(people(team, ["b"]), now, "UTC")).toBe("b");
  });
  test("without one it is the top of the structure, also where a manager leads more people", () => {
    expect(headOf(people(team), now, "UTC")).toBe("top");
  });
  test("a top that was deactivated is passed over for the fallback admin", () => {
    const gone = team.map((one) => (one.id === "top" ? { ...one, isActive: false } : one));
    expect(headOf(people(gone), now, "UTC")).toBe("admin");
  });
});

describe.each(VENDORS)("%s: the portal as a whole", (vendor) => {
  let house: House;
  let world: World;
  afterEach(() => {
    expectClean(house, world);
    house.close();
  });

  async function portalAt(startAt: number, kpi: Readonly<Record<string, number>> = {}) {
    house = new House({ startAt });
    world = await installed(house, vendor);
    const owner = world.owner("Aigul");
    const head = world.owner("Hanna");
    await house.runFor(2 * HOUR);
    await house.host.ask(world.id, "publish", [{ people: { headIds: [head] }, kpi }, "user:test"]);
    return { owner, head, store: house.host.portal(world.id).store };
  }
  const named = (start: string) => world.tasks().filter((task) => task.subject.startsWith(start));

  test("A10.14 the first working day of a month brings one review to the head, with what really happened", async () => {
    // Tuesday, 31 March 2026, 08:00 in Kyiv
    const { owner, head } = await portalAt(Date.UTC(2026, 2, 31, 5));
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const task = firstDue(world.tasksOf(deal));
    world.editTask(task.id, { done: true });
    await house.runFor(10 * MINUTE);
    world.editTask(task.id, { done: false });
    await house.run(Date.UTC(2026, 3, 1, 5, 55));
    expect(named("Monthly review")).toEqual([]);
    // 09:00 in Kyiv on Wednesday, 1 April
    await house.run(Date.UTC(2026, 3, 1, 6, 5));
    const [review, ...others] = named("Monthly review");
    expect(others).toEqual([]);
    expect(review).toMatchObject({ subject: "Monthly review: March 2026", ownerId: head, done: false });
    expect(review!.body).toMatch(/Opened again most often: .*, 1 time for 1 client/);
    expect(review!.body).toContain("Clients stay longest in");
    expect(review!.links).toContain(`company:${company}`);
    await house.runFor(2 * HOUR);
    expect(named("Monthly review")).toHaveLength(1);
  });

  test("A10.14 a month after which nobody is in the slowest stage has its review as well, without names", async () => {
    const { owner } = await portalAt(Date.UTC(2026, 2, 31, 5));
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    world.lose(deal);
    await house.run(Date.UTC(2026, 3, 1, 6, 5));
    const [review] = named("Monthly review");
    expect(review!.body).toContain("No client was in a stage during the month");
    expect(review!.body).not.toContain("https://");
  });

  test("A10.13 a rising time to first value is one finding and one task a month, and ends when the figure is back", async () => {
    // Sunday evening; the look is on Monday, 30 March, 09:00 in Kyiv
    const { head, store } = await portalAt(Date.UTC(2026, 2, 29, 15), { trendDays: 7, trendSample: 1, trendRise: 10 });
    const monday = dayOfCivil(2026, 3, 30);
    const known = (signedDay: number, firstValueDay: number | null) => {
      const key = `company:${world.company()}`;
      const columns = { zone: null, score: null, zoneSince: null, ownerId: null, escalationOwnerId: null, phase: null };
      const kpi = client("x", { key, signedDay, firstValueDay });
      const rest = { class: null, overdue: 0, value: null, touchpointDay: null, dueAt: null };
      store.clients.put([{ key, state: { kpi }, ...columns, ...rest }]);
      return { key, kpi, columns: { ...columns, ...rest } };
    };
    known(monday - 10, monday - 9);
    const slow = known(monday - 5, null);
    await house.run(Date.UTC(2026, 2, 30, 6, 10));
    const tasks = named("Time to first value rose from 1 to ≥ 5 days (1 client)");
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({ ownerId: head });
    const findings = () => store.findings.open().map(({ key }) => key);
    expect(findings()).toContain("kpi:ttfv_rising");

    const look = async () => {
      store.meta.set("review", { day: monday - 1, month: null });
      await house.runFor(20 * MINUTE);
    };
    await look();
    expect(named("Time to first value")).toHaveLength(1);
    const kpi = { ...slow.kpi, firstValueDay: slow.kpi.signedDay + 1 };
    store.clients.put([{ key: slow.key, state: { kpi }, ...slow.columns }]);
    await look();
    expect(findings()).not.toContain("kpi:ttfv_rising");
    expect(named("Time to first value")).toHaveLength(1);
  });
});
