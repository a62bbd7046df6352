import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectPlanOnce, firstDue, planOf } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: World;
let owner: string;

afterEach(() => {
  expect(world.violations()).toEqual([]);
  expect(house.logs.filter(({ event }) => event === "idle-turn" || event === "turn-failed")).toEqual([]);
  house.close();
});

const findings = () =>
  house.host
    .portal(world.id)
    .store.findings.open()
    .map(({ code }) => code);

function wonDeal(): string {
  return world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
}

describe.each(VENDORS)("%s: when the CRM does not do what we ask", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
  });

  test.each(["limited", "unavailable", "cut-before", "cut-after", "late-write"] as const)(
    "every fifth call met by %s: each task once, nothing missing",
    async (fault) => {
      const faults = house.faults[vendor];
      faults.call = ({ index }) => (index % 5 === 0 ? fault : null);
      const deals = Array.from({ length: 5 }, () => wonDeal());
      await house.runFor(3 * HOUR);
      delete faults.call;
      await house.runFor(HOUR);
      for (const deal of deals) planOf(world.tasksOf(deal));
      expect(world.taskCount()).toBe(5 * 14);
    },
  );

  test("a CRM that is away for six hours loses nothing", async () => {
    const faults = house.faults[vendor];
    faults.call = () => "unavailable";
    const deal = wonDeal();
    await house.runFor(6 * HOUR);
    expect(world.tasksOf(deal)).toEqual([]);
    delete faults.call;
    await house.runFor(30 * MINUTE);
    planOf(world.tasksOf(deal));
  });

  test("an offline hour, in which no event comes and every call is refused, loses nothing and doubles nothing", async () => {
    const before = wonDeal();
    await house.runFor(30 * MINUTE);
    const plan = planOf(world.tasksOf(before));
    const faults = house.faults[vendor];
    faults.call = () => "unavailable";
    faults.delivery = () => "drop";
    const during = wonDeal();
    const done = firstDue(world.tasksOf(before));
    world.editTask(done.id, { done: true });
    await house.runFor(HOUR);
    delete faults.call;
    delete faults.delivery;
    await house.runFor(HOUR);
    planOf(world.tasksOf(during));
    expectPlanOnce(world.tasksOf(before), plan);
    expect(world.task(done.id)?.done).toBe(true);
    expect(Number(world.fields({ kind: "deal", id: before }).progress)).toBeGreaterThan(0);
  });

  test("tokens that died without a word end all calls; installing again goes on where it was, and makes nothing twice", async () => {
    const deal = wonDeal();
    await house.runFor(HOUR);
    const plan = planOf(world.tasksOf(deal));
    world.revoke();
    await house.runFor(2 * HOUR);
    const calls = world.calls();
    await house.runFor(DAY);
    expect(world.calls()).toBe(calls);
    // On Bitrix24 its event may lend an access before anybody installs again.
    const second = wonDeal();
    await house.runFor(HOUR);
    if (vendor === "hubspot") expect(world.calls()).toBe(calls);
    await world.install();
    await house.runFor(2 * HOUR);
    expectPlanOnce(world.tasksOf(deal), plan);
    expect(world.tasksOf(second).length).toBeGreaterThanOrEqual(14);
    expect(new Set(world.tasksOf(second).map(({ subject }) => subject)).size).toBe(world.tasksOf(second).length);
  });

  test("a connector that was down for a day takes up what people did meanwhile", async () => {
    const deal = wonDeal();
    await house.runFor(HOUR);
    const plan = planOf(world.tasksOf(deal));
    const [done, moved] = world.tasksOf(deal);
    house.kill();
    world.editTask(done!.id, { done: true });
    world.editTask(moved!.id, { dueAt: house.clock.now() + 20 * DAY });
    const second = wonDeal();
    await house.clock.advance(DAY);
    house.start();
    await house.runFor(HOUR);
    expectPlanOnce(world.tasksOf(deal), plan);
    expect(world.task(moved!.id)!.dueAt).toBe(house.clock.now() - HOUR - DAY + 20 * DAY);
    expect(Number(world.fields({ kind: "deal", id: deal }).progress)).toBeGreaterThan(0);
    expect(world.tasksOf(second).length).toBeGreaterThanOrEqual(14);
  });

  test("a store restored from an hour ago makes nothing twice, and takes our own later writes for nobody's edit", async () => {
    const deals = [wonDeal(), wonDeal()];
    await house.runFor(HOUR);
    const copy = house.files.bytes(world.id);
    const other = world.owner("Bogdan");
    await house.runFor(10 * MINUTE);
    // In the hour that will be forgotten: our own writes, a person's edit, new plans.
    world.assign({ kind: "deal", id: deals[0]! }, other);
    const [moved] = world.tasksOf(deals[1]!);
    const dueAt = house.clock.now() + 20 * DAY;
    world.editTask(moved!.id, { dueAt });
    deals.push(wonDeal(), wonDeal());
    await house.runFor(50 * MINUTE);
    const before = deals.map((deal) => world.tasksOf(deal));
    house.restore(world.id, copy);
    if (world instanceof Bitrix24PortalWorld) await world.install();
    await house.runFor(HOUR);
    for (const [at, deal] of deals.entries()) expect(world.tasksOf(deal)).toEqual(before[at]);
    expect(world.taskCount()).toBe(4 * 14);
    expect(world.task(moved!.id)).toMatchObject({ dueAt });
    const pins = house.host
      .portal(world.id)
      .store.journal.deeds(10_000)
      .filter(({ code }) => code === "plan-date-edited");
    expect(pins.map(({ params }) => params.step)).toHaveLength(1);
  });

  test("G2 G4 a store from before a plan was taken back and made anew knows its tasks by their new ids, and takes none for deleted", async () => {
    const deal = wonDeal();
    await house.runFor(HOUR);
    const copy = house.files.bytes(world.id);
    world.lose(deal);
    await house.runFor(HOUR);
    expect(world.tasksOf(deal)).toEqual([]);
    world.win(deal);
    await house.runFor(HOUR);
    const plan = planOf(world.tasksOf(deal));
    const deleted = firstDue(world.tasksOf(deal));
    world.deleteTask(deleted.id);
    await house.runFor(10 * MINUTE);
    const anew = world.tasksOf(deal).map(({ id }) => id);
    house.restore(world.id, copy);
    if (world instanceof Bitrix24PortalWorld) await world.install();
    await house.runFor(2 * DAY);
    const left = plan.filter((subject) => subject !== deleted.subject);
    expectPlanOnce(world.tasksOf(deal), left);
    expect(world.tasksOf(deal).map(({ id }) => id)).toEqual(expect.arrayContaining(anew));
    const rows = house.host.portal(world.id).store.mirror.byExternal("task", anew);
    expect(rows.map(({ state }) => state)).toEqual(anew.map(() => "clean"));
  });
});

test("bitrix24: a disk that is full while the token is refreshed, which ends the old one, costs no install", async () => {
  let isFull = false;
  house = new House({
    onStep: (step, when) => {
      if (isFull && step === "commit" && when === "before") throw new Error("database or disk is full");
    },
  });
  world = await installed(house, "bitrix24");
  owner = world.owner("Aigul");
  await house.runFor(15 * MINUTE);
  isFull = true;
  await house.runFor(2 * HOUR);
  isFull = false;
  await house.runFor(HOUR);
  house.logs.splice(0);
  expect(house.host.portal(world.id).isInstalled()).toBe(true);
  const deal = wonDeal();
  await house.runFor(HOUR);
  planOf(world.tasksOf(deal));
  house.restart();
  await house.runFor(3 * HOUR);
  expect(house.host.portal(world.id).isInstalled()).toBe(true);
});

describe("hubspot: refusals, scopes, an uninstall that nobody tells of", () => {
  /** A portal that refuses urgent tasks, for want of a value that we know nothing of. */
  async function refusingUrgentTasks(): Promise<HubSpotPortalWorld["portal"]> {
    house = new House();
    world = await installed(house, "hubspot");
    const { portal } = world as HubSpotPortalWorld;
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    portal.addProperty("tasks", { name: "reason_code", label: "Reason", type: "string", fieldType: "text" });
    portal.requireProperty("tasks", "reason_code", { property: "hs_task_priority", equals: "HIGH" });
    return portal;
  }

  test("a refused write becomes a finding, holds nobody up, and goes out once its record has changed", async () => {
    const portal = await refusingUrgentTasks();
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const made = world.tasksOf(deal).length;
    expect(made).toBeLessThan(14);
    expect(findings()).toContain("write-refused");
    const calls = world.writes();
    await house.runFor(5 * HOUR);
    expect(world.writes()).toBe(calls);
    portal.crm.writeRules.length = 0;
    world.rename({ kind: "company", id: company }, "Neuer Name");
    await house.runFor(HOUR);
    planOf(world.tasksOf(deal));
    expect(findings()).not.toContain("write-refused");
  });

  test("what was refused and is not wished any more by the time it could go out is shown no longer", async () => {
    await refusingUrgentTasks();
    const deal = wonDeal();
    await house.runFor(HOUR);
    expect(findings()).toContain("write-refused");
    // Its deal has changed, which lets it go out once more, and takes the plan back.
    world.lose(deal);
    await house.runFor(2 * HOUR);
    expect(findings()).not.toContain("write-refused");
  });

  test("a task that names a contact who is gone, of which no event told, goes out without them", async () => {
    house = new House();
    world = await installed(house, "hubspot");
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    const company = world.company({ ownerId: owner });
    const contact = world.contact({ companyId: company });
    world.deal({ companyId: company, contactIds: [contact], ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    await house.runFor(DAY);
    const before = world.taskCount();
    house.faults.hubspot.delivery = () => "drop";
    world.privacyDelete(contact);
    await house.runFor(10 * HOUR);
    expect(world.taskCount()).toBeGreaterThan(before);
    expect(findings()).not.toContain("write-refused");
  });

  test("narrower scopes than asked: what they allow works, the rest is never called", async () => {
    house = new House();
    const narrow = new HubSpotPortalWorld(house);
    world = narrow;
    const needed = [
      "oauth",
      "crm.objects.deals.read",
      "crm.objects.deals.write",
      "crm.objects.companies.read",
      "crm.objects.companies.write",
      "crm.objects.contacts.read",
      "crm.objects.contacts.write",
      "crm.objects.owners.read",
      "crm.schemas.companies.read",
      "crm.schemas.companies.write",
      "crm.schemas.deals.read",
      "crm.schemas.deals.write",
      "crm.schemas.contacts.read",
      "crm.schemas.contacts.write",
    ];
    expect((await narrow.installBy(needed)).status).toBe(200);
    await house.runFor(15 * MINUTE);
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    const deal = wonDeal();
    await house.runFor(HOUR);
    planOf(world.tasksOf(deal));
    const paths = Object.keys(house.hubspot.calls.byPath).filter((path) =>
      /tickets|invoices|subscriptions|emails|feedback/.test(path),
    );
    expect(paths).toEqual([]);
  });

  test("a sort of write that may not be made is told as long as something of that sort waits", async () => {
    const no = {
      status: "error",
      category: "MISSING_SCOPES",
      message: "This app hasn't been granted all required scopes",
    };
    house = new House({
      call: async (request, send) =>
        /objects.*tasks.*create/.test(request.url) ? Response.json(no, { status: 403 }) : send(),
    });
    world = await installed(house, "hubspot");
    const company = world.company();
    const deal = world.deal({ companyId: company, ownerId: world.owner("Aigul") });
    await house.runFor(2 * HOUR);
    world.win(deal);
    await house.runFor(HOUR);
    const told = () =>
      house.host
        .portal(world.id)
        .store.findings.open()
        .map(({ key }) => key);
    expect(told()).toContain("part:write/task/create");
    world.remove({ kind: "deal", id: deal });
    world.remove({ kind: "company", id: company });
    await house.runFor(HOUR);
    expect(told()).not.toContain("part:write/task/create");
  });

  describe("a kind that may no longer be listed", () => {
    let isAllowed: boolean;
    let asked: number;
    const no = {
      status: "error",
      category: "MISSING_SCOPES",
      message: "This app hasn't been granted all required scopes",
    };
    const broken = () => house.host.portal(world.id).engine().config().brokenSince;

    beforeEach(async () => {
      isAllowed = true;
      asked = 0;
      house = new House({
        call: async (request, send) => {
          if (!/objects.*emails.*search/.test(request.url)) return send();
          asked += 1;
          return isAllowed ? send() : Response.json(no, { status: 403 });
        },
      });
      world = await installed(house, "hubspot");
      await house.runFor(2 * HOUR);
      expect(broken()).toEqual({});
      isAllowed = false;
      await house.runFor(5 * HOUR);
      expect(findings()).toContain("unauthorised");
      expect(broken()).toEqual({ mail: Math.floor(house.clock.now() / DAY) });
    }, 60_000);

    test("is a broken source from that day on, and a whole one when it may again, though the connector was started anew in between", async () => {
      house.restart();
      isAllowed = true;
      await house.runFor(5 * HOUR);
      expect(findings()).not.toContain("unauthorised");
      expect(broken()).toEqual({});
    });

    test("is asked for more and more rarely, also by a connector that was started anew", async () => {
      asked = 0;
      for (let hour = 0; hour < 12; hour++) {
        if (hour % 3 === 0) house.restart();
        await house.runFor(HOUR);
      }
      // Every two hours; it would be 144 times.
      expect(asked).toBeGreaterThanOrEqual(4);
      expect(asked).toBeLessThanOrEqual(7);
      expect(findings()).toContain("unauthorised");
    });

    test.each([
      ["a new install", () => world.install()],
      ["other settings", () => house.host.ask(world.id, "publish", [{}, "user:1"])],
    ])("is asked for at once after %s, and what was found stands until it is answered", async (_, change) => {
      await house.runFor(3 * HOUR);
      asked = 0;
      await change();
      await house.runFor(MINUTE);
      expect(asked).toBe(1);
      expect(findings()).toContain("unauthorised");
      isAllowed = true;
      await change();
      await house.runFor(MINUTE);
      expect(findings()).not.toContain("unauthorised");
    });
  });

  test("an uninstall is noticed by the next call after the token has died, and then nothing is called", async () => {
    house = new House();
    world = await installed(house, "hubspot");
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    wonDeal();
    await house.runFor(HOUR);
    world.uninstall();
    await house.runFor(2 * HOUR);
    const calls = world.calls();
    await house.runFor(DAY);
    expect(world.calls()).toBe(calls);
    expect(house.host.portal(world.id).isInstalled()).toBe(false);
  });

  test("a disk that is full for a while costs nothing but time", async () => {
    let isFull = false;
    house = new House({
      onStep: (step, when) => {
        if (isFull && step === "commit" && when === "before") throw new Error("database or disk is full");
      },
    });
    world = await installed(house, "hubspot");
    owner = world.owner("Aigul");
    await house.runFor(2 * HOUR);
    const first = wonDeal();
    isFull = true;
    await house.runFor(30 * MINUTE);
    isFull = false;
    await house.runFor(HOUR);
    house.logs.splice(0);
    planOf(world.tasksOf(first));
    const done = firstDue(world.tasksOf(first));
    world.editTask(done.id, { done: true });
    await house.runFor(20 * MINUTE);
    expect(Number(world.fields({ kind: "deal", id: first }).progress)).toBeGreaterThan(0);
  });
});
