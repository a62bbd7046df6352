import { afterEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** The source's own example: a task with a title, a due date and a name, instead of "somebody should call". */
describe.each(VENDORS)("%s: the check-in call of the source", (vendor) => {
  test.each([
    ["an ordinary fortnight", "UA", Date.UTC(2026, 2, 2, 9), Date.UTC(2026, 2, 16, 16)],
    ["the change to summer time", "UA", Date.UTC(2026, 2, 20, 9), Date.UTC(2026, 3, 3, 15)],
    ["New Year, a day off", "UA", Date.UTC(2025, 11, 18, 9), Date.UTC(2026, 0, 2, 16)],
    ["Nauryz, five days off", "KZ", Date.UTC(2026, 2, 7, 9), Date.UTC(2026, 2, 26, 16)],
  ])("A2.5 Check-in звонок, 14-й день после подписания, Айгуль: across %s", async (_, country, signedAt, dueAt) => {
    house = new House({ startAt: signedAt - 3 * HOUR });
    world = await installed(house, vendor);
    const aigul = world.owner("Айгуль");
    const seller = world.owner("Boris");
    await house.runFor(2 * HOUR);
    const roles = { check_in: { ownerIds: [aigul], pick: "first" } };
    await house.host.ask(world.id, "publish", [
      { language: "ru", calendar: { countries: [country] }, plan: { roles } },
      "user:1",
    ]);
    const deal = world.deal({ companyId: world.company({ ownerId: seller }), ownerId: seller });
    await house.runFor(10 * MINUTE);
    world.win(deal);
    await house.runFor(HOUR);
    const found = world.tasksOf(deal).filter((one) => one.subject === "Check-in звонок");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ ownerId: aigul, dueAt, done: false });
  });
});
