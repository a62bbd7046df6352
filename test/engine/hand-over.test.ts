/** A1.2 One owner's clients go to others in one go, and come back in one go; seen in the CRM itself. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HandOverAnswer, HandOverView, HandOverWish } from "../../src/acts/hand-over.ts";
import { DEFAULT_SETTINGS } from "../../src/core/settings.ts";
import type { DeedPage } from "../../src/views/history.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

const ADMIN = { userId: "1", ownerId: null, isAdmin: true, records: [] };

let house: House;
let world: World;
let ann: string;
let bob: string;
let eve: string;
let deals: readonly string[];
let companies: readonly string[];

const look = (wish: HandOverWish | null) =>
  house.host.ask(world.id, "handOverView", [wish, "en"]) as Promise<HandOverView>;
const give = (wish: HandOverWish, seen: string, once = "click-1") =>
  house.host.ask(world.id, "handOver", [ADMIN, wish, seen, once]) as Promise<HandOverAnswer>;
const wishOf = (fromOwnerId: string, toOwnerId: string, others = {}): HandOverWish => ({
  fromOwnerId,
  toOwnerId,
  others,
});
const open = (deal: string) => world.tasksOf(deal).filter((task) => !task.done);
const ownersOf = (deal: string) => [...new Set(open(deal).map((task) => task.ownerId))];
const key = (at: number) => `company:${companies[at]}`;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

describe.each(VENDORS)("%s: handing clients over", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    [ann, bob, eve] = [world.owner("Ann"), world.owner("Bob"), world.owner("Eve")];
    await house.runFor(2 * HOUR);
    companies = ["One", "Two", "Three"].map((name) => world.company({ name, ownerId: ann }));
    deals = companies.map((companyId) => world.deal({ companyId, ownerId: ann, outcome: "won" }));
    await house.runFor(HOUR);
  });

  test("the preview counts clients and open steps, and changes nothing", async () => {
    const view = await look(wishOf(ann, bob));
    expect(view.clients.map((one) => one.key).sort()).toEqual([0, 1, 2].map(key).sort());
    const [first] = view.clients;
    expect(first!.steps).toBeGreaterThanOrEqual(open(deals[0]!).length);
    expect(view.steps).toBe(view.clients.reduce((sum, one) => sum + one.steps, 0));
    await house.runFor(DAY);
    expect(deals.flatMap(ownersOf)).toEqual([ann, ann, ann]);
  });

  test("every open task changes hands once, one client goes elsewhere, and done work stays", async () => {
    const before = deals.map((deal) => world.tasksOf(deal).map((task) => task.id));
    const done = open(deals[0]!)[0]!;
    world.editTask(done.id, { done: true });
    await house.runFor(10 * MINUTE);
    const wish = wishOf(ann, bob, { [key(2)]: eve });
    const view = await look(wish);
    expect(await give(wish, view.seen)).toEqual({ ok: true, clients: 3, isRepeated: false });
    expect(await give(wish, view.seen)).toEqual({ ok: true, clients: 0, isRepeated: true });
    await house.runFor(HOUR);
    expect(deals.map(ownersOf)).toEqual([[bob], [bob], [eve]]);
    expect(world.task(done.id)).toMatchObject({ done: true, ownerId: ann });
    for (const [at, deal] of deals.entries())
      expect(world.tasksOf(deal).map((task) => task.id)).toEqual(expect.arrayContaining(before[at]!));
    // Later tasks of the same plans belong to the new owners too: nothing comes back to the old one.
    await house.runFor(4 * DAY);
    expect(deals.flatMap(ownersOf)).not.toContain(ann);
    expect(deals.map((deal) => ownersOf(deal).includes(deal === deals[2] ? eve : bob))).toEqual([true, true, true]);
    expect((await look(wishOf(ann, bob))).total).toBe(0);
  });

  test("taken back in one go: the tasks return, and nobody else's clients are touched", async () => {
    const wish = wishOf(ann, bob);
    await give(wish, (await look(wish)).seen);
    await house.runFor(HOUR);
    expect((await look(wishOf(bob, eve))).total).toBe(3);
    const other = world.deal({ companyId: world.company({ ownerId: eve }), ownerId: eve, outcome: "won" });
    expect(await house.host.ask(world.id, "undoHandOver", ["user:1"])).toBe(3);
    await house.runFor(HOUR);
    expect(deals.map(ownersOf)).toEqual([[ann], [ann], [ann]]);
    expect(ownersOf(other)).toEqual([eve]);
    expect((await look(null)).last).toBeNull();
    expect(await house.host.ask(world.id, "undoHandOver", ["user:1"])).toBe(0);
  });

  test("what changed since it was looked at is looked at again first", async () => {
    const wish = wishOf(ann, bob);
    const { seen } = await look(wish);
    world.deal({ companyId: world.company({ ownerId: ann }), ownerId: ann, outcome: "won" });
    await house.runFor(HOUR);
    expect(await give(wish, seen)).toEqual({ ok: false, why: "changed" });
    expect(deals.map(ownersOf)).toEqual([[ann], [ann], [ann]]);
    expect(await give(wishOf(ann, ann), seen)).toEqual({ ok: false, why: "invalid" });
    expect(await give(wishOf(ann, "31337"), seen)).toEqual({ ok: false, why: "invalid" });
  });

  test("whoever left the CRM or is away is suggested, and what a person gave by hand in the CRM stays", async () => {
    const [task] = open(deals[0]!);
    world.editTask(task!.id, { ownerId: eve });
    const absences = [{ ownerId: ann, from: "2026-03-01", to: "2026-03-20" }];
    await house.host.ask(world.id, "publish", [
      { ...DEFAULT_SETTINGS, people: { ...DEFAULT_SETTINGS.people, absences } },
      "user:1",
    ]);
    await house.runFor(HOUR);
    expect((await look(null)).suggested).toMatchObject([{ ownerId: ann, why: "away", clients: 3 }]);
    world.deactivate(ann);
    await house.runFor(2 * HOUR);
    expect((await look(null)).suggested).toMatchObject([{ ownerId: ann, why: "gone", untilDay: null, clients: 3 }]);
    const wish = wishOf(ann, bob);
    await give(wish, (await look(wish)).seen);
    await house.runFor(HOUR);
    expect(world.task(task!.id)!.ownerId).toBe(eve);
    const rest = deals.flatMap(open).filter((one) => one.id !== task!.id);
    expect([...new Set(rest.map((one) => one.ownerId))]).toEqual([bob]);
    expect((await look(null)).suggested).toEqual([]);
  });

  test("the history names who handed what to whom", async () => {
    const wish = wishOf(ann, bob);
    await house.host.ask(world.id, "people", []);
    await give(wish, (await look(wish)).seen);
    const page = (await house.host.ask(world.id, "history", [ADMIN, null, "en"])) as DeedPage;
    const texts = page.deeds.slice(0, 4).map((one) => one.text);
    expect(texts[0]).toMatch(/^Clients handed over: 3, with \d+ open steps$/);
    expect(texts[1]).toMatch(/^Handed over from .*Ann.* to .*Bob.*$/);
  });
});
