/** The machine's clock was wrong and is set right: what people did meanwhile, of which no event told, is found by the lists, and nothing is doubled. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean, expectPlanOnce, firstDue, planOf } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let owner: string;
let first: string;
let second: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const setClock = (aheadMs: number, isRestarted: boolean) => {
  if (isRestarted) house.kill();
  house.setHostClock(aheadMs);
  if (isRestarted) house.start();
};

describe.each(VENDORS)("G2 %s: a clock that was wrong", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor, 15 * MINUTE, true);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    first = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    second = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner });
    await house.runFor(HOUR);
  }, 60_000);

  test.each([
    ["ahead by three hours", 3 * HOUR, false],
    ["ahead by three hours, set at restarts", 3 * HOUR, true],
    ["behind by three hours", -3 * HOUR, false],
    ["behind by three hours, set at restarts", -3 * HOUR, true],
  ])("%s", async (_name, aheadMs, isRestarted) => {
    const plan = planOf(world.tasksOf(first));
    house.faults[vendor].delivery = () => "drop";
    setClock(aheadMs, isRestarted);
    await house.runFor(20 * MINUTE);
    world.win(second);
    const task = firstDue(world.tasksOf(first));
    world.editTask(task.id, { done: true });
    await house.runFor(2 * HOUR);
    setClock(0, isRestarted);
    // What was put off until some time of the wrong clock waits for it.
    await house.runFor(4 * HOUR);
    const { mirror } = house.host.portal(world.id).store;
    expect(mirror.byExternal("task", [task.id])[0]!.theirs).toMatchObject({ status: "done" });
    for (const deal of [first, second]) expectPlanOnce(world.tasksOf(deal), plan);
  });

  test.each([
    ["while it runs", false],
    ["at a restart", true],
  ])("set back by three hours %s: what it put off does not wait for the wrong time", async (_name, isRestarted) => {
    const plan = planOf(world.tasksOf(first));
    setClock(3 * HOUR, false);
    await house.runFor(HOUR);
    house.faults[vendor].delivery = () => "drop";
    const task = firstDue(world.tasksOf(first));
    setClock(0, isRestarted);
    world.win(second);
    world.editTask(task.id, { done: true });
    await house.runFor(30 * MINUTE);
    const { mirror } = house.host.portal(world.id).store;
    expect(mirror.byExternal("task", [task.id])[0]!.theirs).toMatchObject({ status: "done" });
    for (const deal of [first, second]) expectPlanOnce(world.tasksOf(deal), plan);
  });

  test("ahead at a restart, and put right before what happened meanwhile was listed: that is listed, and not again and again without end", async () => {
    const plan = planOf(world.tasksOf(first));
    house.faults[vendor].delivery = () => "drop";
    house.kill();
    world.win(second);
    house.setHostClock(3 * HOUR);
    house.start();
    house.setHostClock(0);
    await house.runFor(4 * HOUR);
    for (const deal of [first, second]) expectPlanOnce(world.tasksOf(deal), plan);
  });

  test("what somebody finished is not deleted because it was read while the clock was ahead", async () => {
    setClock(3 * HOUR, false);
    world.win(second);
    await house.runFor(HOUR);
    setClock(0, false);
    house.faults[vendor].delivery = () => "drop";
    const task = firstDue(world.tasksOf(second));
    world.editTask(task.id, { done: true });
    await house.runFor(MINUTE);
    delete house.faults[vendor].delivery;
    world.lose(second);
    await house.runFor(6 * HOUR);
    expect(world.tasksOf(second).map(({ id, done }) => [id, done])).toEqual([[task.id, true]]);
  });
});
