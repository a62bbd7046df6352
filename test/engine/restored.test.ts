/** Copies that are older than the CRM, and tasks in it that another copy made or missed. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { firstDue, planOf } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import type { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: World;
let owner: string;

afterEach(() => {
  expect(world.violations()).toEqual([]);
  expect(house.logs.filter(({ event }) => event === "idle-turn" || event === "turn-failed")).toEqual([]);
  house.close();
});

const mirror = () => house.host.portal(world.id).store.mirror;

async function restore(copy: Buffer): Promise<void> {
  house.restore(world.id, copy);
  // Its refresh token was used since: an administrator opens the application.
  if (world instanceof Bitrix24PortalWorld) await world.install();
  await house.runFor(HOUR);
}

describe.each(VENDORS)("%s: an older copy", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  });

  test("G4 knows tasks that a younger copy made before it comes to wish them: what a person deletes of them stays deleted, the rest is not made twice", async () => {
    const copy = house.files.bytes(world.id);
    await house.runFor(10 * MINUTE);
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    planOf(world.tasksOf(deal));
    house.kill();
    world.reopen(deal);
    await restore(copy);
    const made = world.tasksOf(deal);
    expect(
      mirror()
        .byExternal(
          "task",
          made.map(({ id }) => id),
        )
        .map(({ state, desired }) => [state, desired]),
    ).toEqual(made.map(() => ["clean", null]));
    const deleted = firstDue(made);
    world.deleteTask(deleted.id);
    await house.runFor(HOUR);
    world.win(deal);
    await house.runFor(DAY);
    const left = made.filter(({ id }) => id !== deleted.id).map(({ id }) => id);
    const after = world.tasksOf(deal);
    expect(after.map(({ subject }) => subject)).not.toContain(deleted.subject);
    expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(left));
    expect(new Set(after.map(({ subject }) => subject)).size).toBe(after.length);
  });

  test("G4 looks at once whether what it holds is still there, also what it had read a moment before it was made", async () => {
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const [deleted, ...left] = world.tasksOf(deal);
    const copy = house.files.bytes(world.id);
    world.deleteTask(deleted!.id);
    await house.runFor(HOUR);
    await restore(copy);
    const stateOf = (id: string) => mirror().byExternal("task", [id])[0]?.state;
    expect(stateOf(deleted!.id)).toBe("gone");
    expect(left.map(({ id }) => stateOf(id))).toEqual(left.map(() => "clean"));
    expect(world.tasksOf(deal)).toHaveLength(left.length);
  });

  test("G4 what a person deleted since stays deleted where its deal was lost since as well, and is won again later", async () => {
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const deleted = firstDue(world.tasksOf(deal));
    const copy = house.files.bytes(world.id);
    house.kill();
    house.faults[vendor].delivery = () => "drop";
    world.deleteTask(deleted.id);
    world.lose(deal);
    await restore(copy);
    expect(world.tasksOf(deal).filter(({ done }) => !done)).toEqual([]);
    world.win(deal);
    await house.runFor(DAY);
    const subjects = world.tasksOf(deal).map(({ subject }) => subject);
    expect(subjects).not.toContain(deleted.subject);
    // On HubSpot an escalation is a task beside the plan's.
    expect(subjects.length).toBeGreaterThanOrEqual(13);
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  test("G4 sees by the next day that a task of a younger copy was deleted, also when nobody was told", async () => {
    const company = world.company({ ownerId: owner });
    const first = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    world.lose(first);
    await house.runFor(HOUR);
    const copy = house.files.bytes(world.id);
    const second = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    house.kill();
    world.reopen(second);
    await restore(copy);
    const deleted = firstDue(world.tasksOf(second));
    house.faults[vendor].delivery = () => "drop";
    world.deleteTask(deleted.id);
    await house.runFor(2 * DAY);
    expect(mirror().byExternal("task", [deleted.id])[0]).toMatchObject({ state: "gone" });
  });

  test("G4 that knows that a person deleted a task takes it back when another copy made it anew", async () => {
    const before = house.files.bytes(world.id);
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const deleted = firstDue(world.tasksOf(deal));
    world.deleteTask(deleted.id);
    await house.runFor(HOUR);
    const after = house.files.bytes(world.id);
    const { key } = mirror().byExternal("task", [deleted.id])[0]!;
    expect(mirror().byKeys([key])[0]).toMatchObject({ state: "gone" });
    await restore(before);
    const anew = world.tasksOf(deal).find(({ subject }) => subject === deleted.subject)!;
    await restore(after);
    await house.runFor(DAY);
    expect(world.task(anew.id)).toBeNull();
    expect(world.tasksOf(deal).map(({ subject }) => subject)).not.toContain(deleted.subject);
    expect(world.tasksOf(deal).length).toBeGreaterThanOrEqual(13);
  });
});

describe("hubspot: an older copy from before a merge", () => {
  test("G4 finds tasks that a younger copy made anew, also where their deal and their company live on as others since, which is read last", async () => {
    let isAway = false;
    house = new House({
      call: async (request, send) => {
        const isCompany = /companies\/batch\/read/.test(request.url);
        return isAway && isCompany ? new Response("away", { status: 503 }) : send();
      },
    });
    world = await installed(house, "hubspot");
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const copy = house.files.bytes(world.id);
    const before = world.tasksOf(deal).map(({ id }) => id);
    world.reopen(deal);
    await house.runFor(HOUR);
    world.win(deal);
    await house.runFor(HOUR);
    const other = world.deal({ companyId: company, ownerId: owner });
    const survivor = (world as HubSpotPortalWorld).portal.merge("deals", deal, other).id;
    world.mergeCompanies(company, world.company({ ownerId: owner }));
    await house.runFor(HOUR);
    const anew = world.tasksOf(survivor).map(({ id }) => id);
    expect(anew).toHaveLength(before.length);
    expect(before.filter((id) => anew.includes(id))).toEqual([]);
    isAway = true;
    house.restore(world.id, copy);
    await house.runFor(2 * MINUTE);
    isAway = false;
    await house.runFor(2 * HOUR);
    expect(
      mirror()
        .byExternal("task", anew)
        .map(({ state }) => state),
    ).toEqual(anew.map(() => "clean"));
    expect(world.tasksOf(survivor).map(({ id }) => id)).toEqual(anew);
  });
});

describe.each(VENDORS)("%s: while the CRM cannot be asked what changed", (vendor) => {
  let isAway: boolean;

  beforeEach(async () => {
    isAway = false;
    house = new House({
      call: async (request, send) => {
        const isListing = /\/search\{|updatedTime/.test(request.url + (await request.clone().text()));
        return isAway && isListing ? new Response("away", { status: 503 }) : send();
      },
    });
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  });

  const wonDeal = () => world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });

  test("a copy that has arrived stays careful", async () => {
    const { meta } = house.host.portal(world.id).store;
    const since = house.clock.now();
    isAway = true;
    meta.set("restored", true);
    house.registry.setWake(world.id, since);
    await house.runFor(4 * MINUTE);
    expect(meta.get("careful")).toEqual({ since });
    isAway = false;
    await house.runFor(10 * MINUTE);
    expect(meta.get("careful")).toBeNull();
  });

  test("a process that has started decides nothing by what was known before it", async () => {
    wonDeal();
    await house.runFor(HOUR);
    house.kill();
    await house.clock.advanceTo(house.clock.now() + MINUTE);
    house.start();
    isAway = true;
    const tasks = world.taskCount();
    const deal = wonDeal();
    await house.runFor(3 * MINUTE);
    expect([world.tasksOf(deal).length, world.taskCount()]).toEqual([0, tasks]);
    isAway = false;
    await house.runFor(30 * MINUTE);
    expect(world.tasksOf(deal)).toHaveLength(14);
  });
});
