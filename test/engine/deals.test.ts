import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { expectClean, expectPlanOnce, firstDue, planOf } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import type { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: World;
let owner: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** Deeds of one code in the portal's history. */
function deeds(code: string): number {
  const { journal } = house.host.portal(world.id).store;
  return journal.deeds(10_000).filter((deed) => deed.code === code).length;
}

describe.each(VENDORS)("%s: what happens to deals", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  });

  async function wonDeal(): Promise<{ company: string; deal: string; plan: readonly string[] }> {
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner });
    await house.runFor(5 * MINUTE);
    world.win(deal);
    await house.runFor(20 * MINUTE);
    return { company, deal, plan: planOf(world.tasksOf(deal)) };
  }

  test("A2.8 a lost deal that is won again while another plan runs goes on when that one has ended", async () => {
    const { company, deal, plan } = await wonDeal();
    world.lose(deal);
    await house.runFor(HOUR);
    const second = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    world.win(deal);
    await house.runFor(2 * HOUR);
    expect(deeds("plan-started")).toBe(2);
    expect(world.tasksOf(deal)).toEqual([]);
    expectPlanOnce(world.tasksOf(second), plan);
    world.lose(second);
    await house.runFor(HOUR);
    expectPlanOnce(world.tasksOf(deal), plan);
    expect(world.tasksOf(second)).toEqual([]);
  });

  test("G4 our fields on a deal whose plan another one took over are kept empty", async () => {
    const { company, deal } = await wonDeal();
    const ref = { kind: "deal", id: deal } as const;
    expect(world.fields(ref)).toHaveProperty("progress");
    world.lose(deal);
    await house.runFor(HOUR);
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    expect(world.fields(ref)).not.toHaveProperty("progress");
    world.setField(ref, "progress", "55");
    await house.runFor(2 * HOUR);
    expect(world.fields(ref)).not.toHaveProperty("progress");
  });

  test("the same trigger twice starts one plan", async () => {
    const { deal, plan } = await wonDeal();
    for (let times = 0; times < 3; times++) {
      world.win(deal);
      world.rename({ kind: "deal", id: deal }, `Vertrag ${times}`);
      await house.runFor(10 * MINUTE);
    }
    expectPlanOnce(world.tasksOf(deal), plan);
    expect(deeds("plan-started")).toBe(1);
  });

  test("A2.8 a deal that is opened again pauses its plan, and goes on when it is won again", async () => {
    const { deal, plan } = await wonDeal();
    const ids = world
      .tasksOf(deal)
      .map(({ id }) => id)
      .sort();
    world.reopen(deal);
    await house.runFor(HOUR);
    expect(deeds("plan-plan-paused")).toBe(1);
    world.win(deal);
    await house.runFor(HOUR);
    expect(deeds("plan-plan-resumed")).toBe(1);
    expectPlanOnce(world.tasksOf(deal), plan);
    expect(
      world
        .tasksOf(deal)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids);
    expect(deeds("plan-started")).toBe(1);
  });

  test("G4 a task that a person deleted unheard before its deal was lost stays deleted when the deal is won again", async () => {
    const { deal, plan } = await wonDeal();
    const deleted = firstDue(world.tasksOf(deal));
    house.faults[vendor].delivery = () => "drop";
    world.deleteTask(deleted.id);
    await house.runFor(5 * MINUTE);
    house.faults[vendor].delivery = () => null;
    world.lose(deal);
    await house.runFor(HOUR);
    expect(world.tasksOf(deal)).toEqual([]);
    world.win(deal);
    await house.runFor(HOUR);
    expect(deeds("plan-plan-resumed")).toBe(1);
    const subjects = world.tasksOf(deal).map(({ subject }) => subject);
    expect(subjects.sort()).toEqual(plan.filter((subject) => subject !== deleted.subject).sort());
  });

  test("a lost deal takes its open tasks back and leaves the done ones", async () => {
    const { deal } = await wonDeal();
    const done = firstDue(world.tasksOf(deal));
    world.editTask(done.id, { done: true });
    await house.runFor(20 * MINUTE);
    world.lose(deal);
    await house.runFor(HOUR);
    expect(world.tasksOf(deal).map(({ id, done: isDone }) => [id, isDone])).toEqual([[done.id, true]]);
  });

  test("A8.25 a client noted as left has its open tasks taken back, and again when the note is emptied", async () => {
    const { company, deal, plan } = await wonDeal();
    const done = firstDue(world.tasksOf(deal));
    world.editTask(done.id, { done: true });
    await house.runFor(20 * MINUTE);
    const ref = { kind: "company", id: company } as const;
    world.setField(ref, "churned_on", new Date(house.clock.now()).toISOString().slice(0, 10));
    await house.runFor(HOUR);
    expect(world.tasksOf(deal).map(({ id, done: isDone }) => [id, isDone])).toEqual([[done.id, true]]);
    expect(deeds("plan-client-left")).toBe(1);
    world.setField(ref, "churned_on", "");
    await house.runFor(HOUR);
    expectPlanOnce(world.tasksOf(deal), plan);
    expect([deeds("plan-client-stays"), deeds("plan-started")]).toEqual([1, 1]);
  });

  test("a deleted deal withdraws its tasks, and nothing is written to what is gone", async () => {
    const { deal } = await wonDeal();
    world.remove({ kind: "deal", id: deal });
    await house.runFor(2 * HOUR);
    expect(world.tasks().filter(({ done }) => !done)).toEqual([]);
    expect(house.host.portal(world.id).store.findings.open()).toEqual([]);
  });

  test("a second deal of a client whose plan runs starts no second plan", async () => {
    const { company, deal, plan } = await wonDeal();
    const second = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    expectPlanOnce(world.tasksOf(deal), plan);
    expect(world.tasksOf(second)).toEqual([]);
    expect(deeds("plan-started")).toBe(1);
  });

  test("a deal that gets its company late has one plan, and its tasks are tied to both", async () => {
    const deal = world.deal({ ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const plan = planOf(world.tasksOf(deal));
    const company = world.company({ ownerId: owner });
    await house.runFor(5 * MINUTE);
    world.linkDeal(deal, company);
    await house.runFor(HOUR);
    expectPlanOnce(world.tasksOf(deal), plan);
    expect(world.tasks()).toHaveLength(14);
    for (const { links } of world.tasksOf(deal)) expect(links).toEqual([`company:${company}`, `deal:${deal}`]);
    expect(world.fields({ kind: "company", id: company }).phase).toBeTruthy();
    expect(deeds("plan-started")).toBe(1);
  });

  test("a deal whose company comes a moment after it was won starts with its company", async () => {
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ ownerId: owner, outcome: "won" });
    await house.runFor(4_000);
    world.linkDeal(deal, company);
    await house.runFor(HOUR);
    planOf(world.tasksOf(deal));
    expect(world.tasks()).toHaveLength(14);
    const keys = house.host
      .portal(world.id)
      .store.mirror.page("", 100)
      .map(({ key }) => key);
    expect(
      keys.filter((key) => key.startsWith("plan:")).every((key) => key.startsWith(`plan:company:${company}:`)),
    ).toBe(true);
  });

  test("a deal whose contact comes a moment after it was won starts at once, and its tasks are soon tied to the contact", async () => {
    const company = world.company({ ownerId: owner });
    const contact = world.contact({ companyId: company });
    await house.runFor(5 * MINUTE);
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(4_000);
    expect(world.tasksOf(deal)).not.toEqual([]);
    world.linkContact(deal, contact);
    await house.runFor(10 * MINUTE);
    planOf(world.tasksOf(deal));
    for (const { links } of world.tasksOf(deal))
      expect(links).toEqual([`company:${company}`, `contact:${contact}`, `deal:${deal}`]);
  });

  test("a won deal that has no contact is read once or twice more than one that has, and its plan starts without", async () => {
    const reads = vi.spyOn(house.host.portal(world.id).crm(), "read");
    const readsOf = async (hasContact: boolean) => {
      const company = world.company({ ownerId: owner });
      const contactIds = hasContact ? [world.contact({ companyId: company })] : [];
      await house.runFor(5 * MINUTE);
      const deal = world.deal({ companyId: company, contactIds, ownerId: owner, outcome: "won" });
      await house.runFor(20 * MINUTE);
      planOf(world.tasksOf(deal));
      return reads.mock.calls.filter(([kind, ids]) => kind === "deal" && ids.includes(deal)).length;
    };
    const withContact = await readsOf(true);
    expect(withContact).toBeGreaterThan(0);
    expect((await readsOf(false)) - withContact).toBeLessThanOrEqual(2);
  });

  test("G3 after everything is quiet nothing is written, whatever was done before", async () => {
    const { deal } = await wonDeal();
    world.editTask(firstDue(world.tasksOf(deal)).id, { done: true });
    world.reopen(deal);
    await house.runFor(HOUR);
    world.win(deal);
    await house.runFor(2 * HOUR);
    const writes = world.writes();
    await house.runFor(5 * HOUR);
    expect(world.writes()).toBe(writes);
  });
});

describe("hubspot: merges, the recycle bin, privacy", () => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, "hubspot");
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  });

  test.each(["told", "lost"] as const)(
    "two companies with a plan each become one client with one plan that runs; the event is %s",
    async (event) => {
      const [a, b] = [world.company({ ownerId: owner }), world.company({ ownerId: owner })];
      const first = world.deal({ companyId: a, ownerId: owner, outcome: "won" });
      const second = world.deal({ companyId: b, ownerId: owner, outcome: "won" });
      await house.runFor(HOUR);
      expect(world.tasks()).toHaveLength(28);
      if (event === "lost") house.faults.hubspot.delivery = () => "drop";
      const survivor = world.mergeCompanies(a, b)!;
      await house.runFor(MINUTE);
      delete house.faults.hubspot.delivery;
      await house.runFor(3 * HOUR);
      const open = world.tasks().filter(({ done }) => !done);
      expect(open).toHaveLength(14);
      const deals = new Set(open.flatMap(({ links }) => links.filter((link) => link.startsWith("deal:"))));
      expect([`deal:${first}`, `deal:${second}`]).toContain([...deals][0]);
      expect(deals.size).toBe(1);
      expect(world.fields({ kind: "company", id: survivor }).phase).toBeTruthy();
      const { clients } = house.host.portal(world.id).store;
      expect(clients.count()).toBe(1);
      expect(clients.get(`company:${survivor}`)).not.toBeNull();
    },
  );

  test("G2 an open deal that takes in a won one inherits its fields: what the paused plan says nothing about is emptied", async () => {
    const company = world.company({ ownerId: owner });
    const won = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    const open = world.deal({ companyId: company, ownerId: owner });
    await house.runFor(2 * HOUR);
    expect(world.fields({ kind: "deal", id: won })).toHaveProperty("forecast_finish");
    const id = (world as HubSpotPortalWorld).portal.merge("deals", open, won).id;
    await house.runFor(5 * HOUR);
    expect(world.fields({ kind: "deal", id })).toHaveProperty("plan");
    expect(world.fields({ kind: "deal", id })).not.toHaveProperty("forecast_finish");
  });

  test("a deal out of the recycle bin is followed again, and our fields on it are kept up", async () => {
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    world.remove({ kind: "deal", id: deal });
    await house.runFor(HOUR);
    world.restore({ kind: "deal", id: deal });
    await house.runFor(HOUR);
    const { mirror } = house.host.portal(world.id).store;
    expect(mirror.byKeys([`fields:deal:${deal}`])[0]?.state).toBe("clean");
    expect(deeds("plan-started")).toBe(1);
  });

  test("G8 a person who asked to be forgotten leaves nothing with us, and their company's plan goes on", async () => {
    const company = world.company({ ownerId: owner });
    const contact = world.contact({ companyId: company });
    const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const plan = planOf(world.tasksOf(deal));
    world.privacyDelete(contact);
    await house.runFor(2 * HOUR);
    expect(house.host.portal(world.id).store.records.get({ kind: "contact", id: contact })).toBeNull();
    expectPlanOnce(world.tasksOf(deal), plan);
    await house.runFor(DAY);
    expectPlanOnce(world.tasksOf(deal), plan);
  });
});
