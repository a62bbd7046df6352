/** What only a Bitrix24 portal does to us, end to end. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

let house: House;
let world: Bitrix24PortalWorld;
let owner: string;

beforeEach(() => {
  house = new House();
  world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  owner = world.owner("Aigul");
});
afterEach(() => house.close());

describe("several pipelines", () => {
  test("a won deal that goes on to the success stage of another pipeline is not won anew: no plan starts, none moves", async () => {
    const { id: pipeline } = world.portal.catalog.addCategory(2, "Renewals");
    const old = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(DAY);
    await world.install();
    await house.runFor(HOUR);
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const due = () => world.tasksOf(deal).map(({ id, dueAt }) => [id, dueAt]);
    expect(due()).toHaveLength(14);
    await house.runFor(DAY);
    const before = due();
    for (const one of [old, deal]) world.portal.moveDealToCategory(Number(one), pipeline, `C${pipeline}:WON`);
    await house.runFor(20 * MINUTE);
    expect(world.tasksOf(old)).toEqual([]);
    expect(due()).toEqual(before);
    expectClean(house, world);
  });
});
