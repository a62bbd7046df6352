/** G10: what was uninstalled and never asked for is not kept for ever. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KEPT_AFTER_LEAVING_DAYS } from "../../../src/portal.ts";
import { expectClean } from "../../support/expect.ts";
import { DAY, House, MINUTE, PUBLIC_URL } from "../../support/house.ts";
import { installed, VENDORS, type World } from "../../support/world.ts";
import type { Bitrix24PortalWorld } from "../../support/world-bitrix24.ts";

let house: House;
beforeEach(() => {
  house = new House({ looks: "seldom" });
});
afterEach(() => house.close());

/** As the nightly job does it. */
const upkeep = () => {
  for (const id of house.registry.ids()) house.host.keepUp(id);
};
const isKept = (world: World) => house.registry.ids().includes(world.id) && house.files.exists(world.id);

describe.each(VENDORS)("a portal of %s whose access was taken away", (vendor) => {
  let world: World;
  beforeEach(async () => {
    world = await installed(house, vendor);
    world.revoke();
    await house.runFor(2 * DAY);
    expect(house.host.portal(world.id).isInstalled()).toBe(false);
    upkeep();
    expect(isKept(world)).toBe(true);
  });

  test("G10 is deleted with all its rows in the first night after its time, and the log says so", async () => {
    await house.runFor((KEPT_AFTER_LEAVING_DAYS - 3) * DAY);
    upkeep();
    expect(isKept(world)).toBe(true);
    await house.runFor(3 * DAY);
    upkeep();
    expect(isKept(world)).toBe(false);
    expect(house.registry.nextWakeAt()).toBeNull();
    const told = house.logs.filter(({ event }) => event === "portal-forgotten");
    expect(told.map(({ details }) => details)).toEqual([{ portal: world.id, afterDays: KEPT_AFTER_LEAVING_DAYS }]);
  });

  test("stays when it comes back within its time", async () => {
    await house.runFor((KEPT_AFTER_LEAVING_DAYS - 3) * DAY);
    world.uninstall();
    await world.install();
    await house.runFor(DAY);
    await house.runFor(KEPT_AFTER_LEAVING_DAYS * DAY);
    upkeep();
    expect(isKept(world)).toBe(true);
    expect(house.host.portal(world.id).isInstalled()).toBe(true);
    expectClean(house, world);
  });

  test("is another's once it has moved", async () => {
    house.host.portal(world.id).store.meta.set("movedAt", house.clock.now());
    house.clock.pass(2 * KEPT_AFTER_LEAVING_DAYS * DAY);
    expect(house.host.portal(world.id).isOver()).toBe(false);
  });
});

test.each(VENDORS)("a portal of %s that is paused and does not answer for months is not deleted", async (vendor) => {
  const world = await installed(house, vendor);
  house.faults[vendor].call = () => "unavailable";
  house.host.portal(world.id).store.meta.set("mode", "paused");
  await house.runFor(10 * MINUTE);
  house.clock.pass(150 * DAY);
  await house.host.turn(world.id);
  upkeep();
  expect(isKept(world)).toBe(true);
  expect(house.host.portal(world.id).isInstalled()).toBe(true);
});

test("an unpaid portal of Bitrix24 is not deleted", async () => {
  const world = (await installed(house, "bitrix24")) as Bitrix24PortalWorld;
  world.portal.setPayment("S", true, 0);
  await house.runFor(2 * DAY);
  house.clock.pass(100 * DAY);
  await house.host.turn(world.id);
  upkeep();
  expect(isKept(world)).toBe(true);
  expect(house.host.portal(world.id).isInstalled()).toBe(true);
});

test("a portal of Bitrix24 that lost its access is heard of by its events: its time begins anew", async () => {
  const world = (await installed(house, "bitrix24")) as Bitrix24PortalWorld;
  world.revoke();
  await house.runFor(2 * DAY);
  await house.runFor((KEPT_AFTER_LEAVING_DAYS - 3) * DAY);
  const body = new URLSearchParams({
    event: "ONCRMDEALUPDATE",
    "data[FIELDS][ID]": "1",
    "auth[member_id]": world.portal.memberId,
    "auth[application_token]": world.portal.app.applicationToken,
  });
  await house.app.request(`${PUBLIC_URL}/bitrix24/events`, { method: "POST", body });
  expect(house.host.portal(world.id).isInstalled()).toBe(false);
  await house.runFor(10 * DAY);
  upkeep();
  expect(isKept(world)).toBe(true);
  await house.runFor(KEPT_AFTER_LEAVING_DAYS * DAY);
  upkeep();
  expect(isKept(world)).toBe(false);
});
