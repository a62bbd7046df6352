/** Seldom looks: what a lost event hides is found within the hour, and a portal in which nothing happens is left alone. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DeliveryFault } from "../../src/sandbox/faults.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";

let house: House;
let fault: DeliveryFault | null;
let isAway: boolean;

beforeEach(() => {
  fault = null;
  isAway = false;
  const faults = { delivery: () => fault };
  const call = async (request: Request, send: () => Promise<Response>) =>
    isAway && !request.url.includes("/oauth/") ? new Response("away", { status: 503 }) : send();
  house = new House({ looks: "seldom", faults: { hubspot: faults, bitrix24: faults }, call });
});
afterEach(() => house.close());

async function installed(vendor: World["vendor"]): Promise<World> {
  const world = addPortal(house, vendor);
  await world.install();
  await house.runFor(HOUR);
  return world;
}

function won(world: World): string {
  const companyId = world.company({ ownerId: world.owner("Aigul") });
  return world.deal({ companyId, outcome: "won" });
}

test.each(VENDORS)("%s: a won deal whose events are all lost has its plan an hour later", async (vendor) => {
  const world = await installed(vendor);
  await house.runFor(3 * HOUR);
  fault = "drop";
  const deal = won(world);
  await house.runFor(30 * MINUTE);
  expect(world.tasksOf(deal)).toEqual([]);
  await house.runFor(45 * MINUTE);
  expect(world.tasksOf(deal).length).toBeGreaterThan(0);
});

test.each(VENDORS)("%s: also when the process is killed before it could look", async (vendor) => {
  const world = await installed(vendor);
  fault = "drop";
  const deal = won(world);
  await house.runFor(10 * MINUTE);
  house.restart();
  await house.runFor(20 * MINUTE);
  expect(world.tasksOf(deal).length).toBeGreaterThan(0);
});

test.each(VENDORS)("%s: also when the way back to the CRM takes longer than a look", async (vendor) => {
  const world = await installed(vendor);
  await house.runFor(3 * HOUR);
  fault = "drop";
  const deal = won(world);
  await world.install();
  isAway = true;
  await house.runFor(20 * MINUTE);
  isAway = false;
  await house.runFor(20 * MINUTE);
  expect(world.tasksOf(deal).length).toBeGreaterThan(0);
});

test.each(VENDORS)("%s: somebody who left is known to have left within hours", async (vendor) => {
  const world = await installed(vendor);
  const owner = world.owner("Bogdan");
  await house.runFor(2 * HOUR);
  world.deactivate(owner);
  await house.runFor(2 * HOUR);
  const known = house.host
    .portal(world.id)
    .about()!
    .owners.find(({ id }) => id === owner);
  expect(known?.active ?? false).toBe(false);
});

test.each(VENDORS)(
  "%s: a quiet half day costs a tenth of the calls of one that is looked at all the time",
  async (vendor) => {
    const calls = async (world: World) => {
      await world.house.runFor(4 * HOUR);
      const before = world.calls();
      await world.house.runFor(12 * HOUR);
      return world.calls() - before;
    };
    const seldom = await calls(await installed(vendor));
    house.close();
    house = new House();
    expect(seldom).toBeLessThan((await calls(await installed(vendor))) / 10);
  },
);
