/** A2.1: a property of the client starts a plan, as an admin names it on the settings screen. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { companyFlag, companyProperty, setCompany } from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let owner: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** Nothing but these starts plans; nothing is mapped. */
async function publish(...triggers: readonly { name: string; value: string | number | boolean }[]): Promise<void> {
  const all = triggers.map((one) => ({ on: "property", ...one }));
  await house.host.ask(world.id, "publish", [{ triggers: all }, "user:1"]);
  await house.runFor(2 * HOUR);
}

const tasksOf = (company: string) => world.tasks().filter((one) => one.links.includes(`company:${company}`));

describe.each(VENDORS)("%s: A2.1 a property as trigger", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Boris");
  });

  test.each<[string | boolean]>([["true"], ["Yes"], [true]])("a tick, which the settings call %j", async (value) => {
    const property = companyFlag(world, "onboard");
    await publish({ name: property, value });
    const [ticked, unticked] = [world.company({ ownerId: owner }), world.company({ ownerId: owner })];
    setCompany(world, unticked, property, false);
    await house.runFor(30 * MINUTE);
    expect(world.tasks()).toEqual([]);
    setCompany(world, ticked, property, true);
    await house.runFor(30 * MINUTE);
    const { length } = tasksOf(ticked);
    expect(length).toBeGreaterThan(0);
    expect(tasksOf(unticked)).toEqual([]);
    // The same once more is no other plan.
    setCompany(world, ticked, property, false);
    await house.runFor(30 * MINUTE);
    setCompany(world, ticked, property, true);
    await house.runFor(30 * MINUTE);
    expect(tasksOf(ticked)).toHaveLength(length);
  });

  test("an option that looks like a number, which the screen saves as one", async () => {
    const property = companyProperty(world, "tier", ["1", "2"]);
    await publish({ name: property, value: 2 });
    const [first, second] = [world.company({ ownerId: owner }), world.company({ ownerId: owner })];
    setCompany(world, first, property, "1");
    setCompany(world, second, property, "2");
    await house.runFor(30 * MINUTE);
    expect(tasksOf(first)).toEqual([]);
    expect(tasksOf(second).length).toBeGreaterThan(0);
  });

  test("a won deal starts nothing where it is switched off", async () => {
    await publish({ name: companyFlag(world, "onboard"), value: true });
    world.win(world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner }));
    await house.runFor(30 * MINUTE);
    expect(world.tasks()).toEqual([]);
  });
});
