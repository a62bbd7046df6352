import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AdoptionAnswer } from "../../src/views/adoption.ts";
import { expectClean, expectPlanOnce, planOf } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal, installed, setMode, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let owner: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const ask = (method: string, ...args: unknown[]) => house.host.ask(world.id, method, args);

describe.each(VENDORS)("%s: observe, live, paused", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  });

  function wonDeal(): string {
    return world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
  }

  test("a portal that is paused writes nothing, goes on reading, and catches up once it is live again", async () => {
    await setMode(world, "paused");
    await house.runFor(10 * MINUTE);
    const before = world.writes();
    const deal = wonDeal();
    await house.runFor(DAY);
    expect(world.writes()).toBe(before);
    await setMode(world, "live");
    await house.runFor(HOUR);
    planOf(world.tasksOf(deal).slice(0, 14));
  });

  test("a portal that observes decides and shows what it would write, and writes nothing", async () => {
    await setMode(world, "observe");
    await house.runFor(10 * MINUTE);
    const before = world.writes();
    const deal = wonDeal();
    await house.runFor(2 * HOUR);
    expect(world.writes()).toBe(before);
    expect(world.tasksOf(deal)).toEqual([]);
    const waiting = house.host
      .portal(world.id)
      .store.mirror.page("", 100)
      .filter((row) => row.kind === "task" && row.state === "dirty");
    expect(waiting).toHaveLength(14);
  });
});

describe.each(VENDORS)("%s: the past stays past", (vendor) => {
  test("deals won before the install start nothing; adopting them is previewed, approved, and makes exactly that", async () => {
    house = new House();
    world = addPortal(house, vendor);
    owner = world.owner("Aigul");
    const old = world.importWon(30, owner, house.clock.now() - 200 * DAY);
    const recent = world.importWon(20, owner, house.clock.now() - 10 * DAY);
    await world.install();
    await house.runFor(2 * HOUR);
    expect(world.tasks()).toEqual([]);
    const since = house.clock.now() - 30 * DAY;
    const preview = (await ask("previewAdoption", since)) as AdoptionAnswer;
    if (!preview.ok) throw new Error("twenty clients are counted at once");
    expect(preview.view.plans).toBe(20);
    await house.runFor(HOUR);
    expect(world.tasks()).toEqual([]);
    await ask("adopt", since, "user:1", preview.view);
    await house.runFor(HOUR);
    for (const { deal } of recent)
      expect(new Set(world.tasksOf(deal).map(({ subject }) => subject)).size).toBe(world.tasksOf(deal).length);
    for (const { deal } of recent) expect(world.tasksOf(deal).length).toBeGreaterThan(0);
    for (const { deal } of old) expect(world.tasksOf(deal)).toEqual([]);
    // The same deals at another moment start no second plan.
    world.rename({ kind: "deal", id: recent[0]!.deal }, "Umbenannt");
    world.win(world.deal({ companyId: recent[1]!.company, ownerId: owner }));
    const before = world.tasksOf(recent[0]!.deal).length;
    await house.runFor(HOUR);
    expect(world.tasksOf(recent[0]!.deal)).toHaveLength(before);
  });

  test("a deal won in the second of the install is no past, though a CRM may date it to the whole second", async () => {
    house = new House({ startAt: Date.UTC(2026, 2, 2, 9) + 400 });
    world = addPortal(house, vendor);
    owner = world.owner("Aigul");
    await world.install();
    const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    planOf(world.tasksOf(deal));
  });
});

/** What an administrator says is never a flood. */
const PLANS_PER_HOUR = 60;

describe.each(VENDORS)("%s: while a flood of new plans is held", (vendor) => {
  test("nobody is reminded, or told in a digest, of tasks that were never made; whoever has made ones is", async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await ask("publish", { flood: { plansPerHour: 20 } }, "user:1");
    const known = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    expect(world.tasksOf(known)).not.toEqual([]);
    world.importWon(40, owner, house.clock.now());
    await house.runFor(4 * DAY);
    const { store } = house.host.portal(world.id);
    const rows = store.mirror.page("", 10_000);
    const made = new Set(rows.filter(({ externalId }) => externalId !== null).map(({ key }) => key));
    const taskOf = (key: string) =>
      key.replace(/^ladder:([^/]+)\/(.+?)\/task\/(.+?)\/[^/]+(\/to\/.+)?$/, "plan:$1:$2/$3");
    const rungs = rows.filter(({ key }) => /^ladder:[^/]+\/[^/]+\/task\//.test(key));
    const told = rungs.filter(({ state, notBefore }) => state !== "dirty" || notBefore <= house.clock.now());
    // Once a day they are looked at, not in every turn.
    const unmade = rungs.filter(({ state, key }) => state === "dirty" && !made.has(taskOf(key)));
    expect(Math.min(...unmade.map(({ notBefore }) => notBefore))).toBeGreaterThan(house.clock.now());
    expect(Math.max(...unmade.map(({ notBefore }) => notBefore))).toBeGreaterThan(house.clock.now() + 3 * HOUR);
    expect(rungs.filter(({ key }) => !made.has(taskOf(key))).length).toBeGreaterThan(40);
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ key }) => !made.has(taskOf(key)))).toEqual([]);
    // The CRM is looked at anew after such a change; an administrator may be quicker.
    await ask("setMode", "live", "user:1");
    await ask("releaseFlood", 100, "user:1");
    await house.runFor(3 * HOUR);
    expect(world.taskCount()).toBeGreaterThanOrEqual(41 * 14);
    const later = store.mirror.byKeys(rungs.map(({ key }) => key));
    expect(later.filter(({ state }) => state === "dirty")).toEqual([]);
  }, 60_000);
});

describe("a flood of new plans", () => {
  test("far beyond the portal's habit is held with a finding: no task is made, everything else goes on, and a person lets it pass", async () => {
    house = new House();
    world = await installed(house, "hubspot");
    owner = world.owner("Aigul");
    await ask("publish", { flood: { plansPerHour: PLANS_PER_HOUR } }, "user:1");
    await house.runFor(2 * HOUR);
    const company = world.company({ ownerId: owner });
    const known = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const plan = planOf(world.tasksOf(known));
    // An import of won deals that nobody announced: found by listing.
    world.importWon(PLANS_PER_HOUR + 60, owner, house.clock.now());
    await house.runFor(HOUR);
    const findings = () =>
      house.host
        .portal(world.id)
        .store.findings.open()
        .map(({ code }) => code);
    expect(findings()).toContain("flood");
    const held = world.taskCount();
    expect(held).toBeLessThan(PLANS_PER_HOUR * 14);
    // People's acts on what is there go on.
    const other = world.owner("Bogdan");
    await house.runFor(2 * HOUR);
    world.assign({ kind: "deal", id: known }, other);
    world.assign({ kind: "company", id: company }, other);
    await house.runFor(HOUR);
    for (const task of world.tasksOf(known)) expect(task.ownerId).toBe(other);
    const fresh = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    expect(world.tasksOf(fresh)).toEqual([]);
    expect(world.taskCount()).toBeLessThanOrEqual(held);
    await ask("releaseFlood", PLANS_PER_HOUR + 200, "user:1");
    await house.runFor(3 * HOUR);
    expect(findings()).not.toContain("flood");
    expectPlanOnce(world.tasksOf(fresh), plan);
    expect(world.taskCount()).toBeGreaterThanOrEqual((PLANS_PER_HOUR + 62) * 14);
  });
});
