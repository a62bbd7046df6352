import { afterEach, describe, expect, test } from "vitest";
import { expectClean, firstDue } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE, START } from "../support/house.ts";
import { companyProperty, setCompany } from "../support/outside.ts";
import { told as toldOf } from "../support/story.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

/** Minutes of working time instead of days, so that a ladder is climbed within one morning. */
const RUNGS = [
  { id: "owner", after: { workMinutes: 10 }, who: "owner", action: "notify" },
  { id: "manager", after: { workMinutes: 20 }, who: "manager", action: "notify" },
  { id: "head", after: { workMinutes: 30 }, who: "head", action: "notify" },
];
const NO_LADDERS = { task: [], phase: [], plan: [], silence: [], zone: [], no_contact: [], owner_missing: [] };

let house: House;
let world: World;
let owner: string;
let manager: string;
let head: string;
let company: string;
let deal: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** Where the CRM has a structure it says who leads; elsewhere the settings do. */
function team(): Record<string, unknown> {
  if (!(world instanceof Bitrix24PortalWorld)) {
    [owner, manager, head] = [world.owner("Aigul"), world.owner("Marta"), world.owner("Hanna")];
    return { managerOf: { [owner]: manager }, headIds: [head] };
  }
  const { portal } = world;
  const user = (name: string, departmentIds: readonly number[]) =>
    String(portal.addUser({ name, lastName: "Testova", email: `${name}@team.example`, departmentIds }).id);
  head = user("Hanna", [1]);
  portal.setHead(1, Number(head));
  const sales = portal.addDepartment({ name: "Success", parent: 1 }).id;
  [owner, manager] = [user("Aigul", [sales]), user("Marta", [sales])];
  portal.setHead(sales, Number(manager));
  return {};
}

async function scene(
  vendor: (typeof VENDORS)[number],
  ladders: Partial<Record<keyof typeof NO_LADDERS, readonly object[]>>,
  more: (team: { manager: string; head: string }) => Record<string, unknown> = () => ({}),
  hasOwner = true,
): Promise<void> {
  house = new House();
  world = addPortal(house, vendor);
  const structure = team();
  await world.install();
  await house.runFor(15 * MINUTE);
  const settings = {
    ladders: { ladders: { ...NO_LADDERS, ...ladders } },
    people: { ...structure, ...more({ manager, head }) },
    ...(!hasOwner && { plan: { fallbackOwnerId: owner } }),
  };
  await house.host.ask(world.id, "publish", [settings, "user:test"]);
  company = world.company(hasOwner ? { ownerId: owner } : {});
  deal = world.deal({ companyId: company, outcome: "won", ...(hasOwner && { ownerId: owner }) });
  await house.runFor(15 * MINUTE);
}

/** One task becomes due now. */
async function late(): Promise<{ id: string; subject: string; dueAt: number }> {
  const task = firstDue(world.tasksOf(deal));
  const dueAt = house.clock.now() + MINUTE;
  world.editTask(task.id, { dueAt });
  await house.runFor(5 * MINUTE);
  return { id: task.id, subject: task.subject, dueAt };
}

/** What stands on the deal and on the company; both say the same. */
function escalation(): { owner: string | undefined; level: number; reason: string; since: boolean; due: boolean } {
  const [ofDeal, ofCompany] = [
    world.fields({ kind: "deal", id: deal }),
    world.fields({ kind: "company", id: company }),
  ];
  const shown = (fields: Readonly<Record<string, string>>) => ({
    owner: fields.escalation_owner,
    level: Number(fields.escalation_level ?? 0),
    reason: fields.escalation_reason ?? "",
    since: Boolean(fields.escalation_since),
    due: Boolean(fields.escalation_due),
  });
  expect(shown(ofDeal)).toEqual(shown(ofCompany));
  return shown(ofCompany);
}

/** Who was told of something that begins so, in order. */
const told = (start: string) => toldOf(world, start).map(({ ownerId }) => ownerId);

const on = (since: { dueAt: number }, minutes: number) => house.run(since.dueAt + minutes * MINUTE);

describe.each(VENDORS)("%s: escalation", (vendor) => {
  test("A4.1 A4.4 a late task climbs from its owner to the manager to the head, each told once, and stands on deal and company", async () => {
    await scene(vendor, { task: RUNGS });
    const task = await late();
    expect(escalation()).toMatchObject({ owner: undefined, level: 0 });
    await on(task, 15);
    expect(escalation()).toMatchObject({ owner, level: 1, since: true, due: true });
    expect(escalation().reason).toContain(task.subject.split(":")[0]!.trim());
    const since = world.fields({ kind: "company", id: company }).escalation_since;
    await on(task, 25);
    expect(escalation()).toMatchObject({ owner: manager, level: 2, due: true });
    await on(task, 35);
    expect(escalation()).toMatchObject({ owner: head, level: 3, due: false });
    expect(world.fields({ kind: "company", id: company }).escalation_since).toBe(since);
    await on(task, 60);
    expect(told("Task is late")).toEqual([owner, manager, head]);
  });

  test("A4.1 closed in between: the next rung is never reached, and the fields are emptied", async () => {
    await scene(vendor, { task: RUNGS });
    const task = await late();
    await on(task, 15);
    expect(escalation()).toMatchObject({ owner, level: 1 });
    world.editTask(task.id, { done: true });
    await on(task, 45);
    expect(escalation()).toEqual({ owner: undefined, level: 0, reason: "", since: false, due: false });
    const left = told("Task is late");
    // What was a notification has been read; what was a task is taken back.
    expect(left).toEqual(vendor === "bitrix24" ? [owner] : []);
  });

  test("A4.3 a manager who is away is passed over for the head, and the reason is noted", async () => {
    const away = ({ manager: id }: { manager: string }) => ({
      absences: [{ ownerId: id, from: "2026-03-01", to: "2026-03-31" }],
    });
    await scene(vendor, { task: RUNGS }, away);
    const task = await late();
    await on(task, 25);
    expect(escalation()).toMatchObject({ owner: head, level: 2 });
    expect(escalation().reason).toContain(`manager ${manager} is away`);
    expect(told("Task is late")).toEqual([owner, head]);
  });

  test("A4.3 who joins for a segment and a region is told by the client's properties, under whatever name the CRM has them", async () => {
    let [segment, region] = ["", ""];
    await scene(vendor, { task: RUNGS }, (team) => {
      [segment, region] = [
        companyProperty(world, "care", ["key", "small"]),
        companyProperty(world, "area", ["1", "2"]),
      ];
      return {
        segmentProperty: segment,
        regionProperty: region,
        rules: [
          { who: "manager", segment: "small", ownerId: owner },
          { who: "manager", region: "1", ownerId: owner },
          { who: "manager", segment: "key", region: "2", ownerId: team.head },
        ],
      };
    });
    setCompany(world, company, segment, "key");
    setCompany(world, company, region, "2");
    await house.runFor(30 * MINUTE);
    const task = await late();
    await on(task, 25);
    expect(escalation()).toMatchObject({ owner: head, level: 2 });
  });

  test("A4.3 a manager who was deactivated is passed over, and it is said who and why", async () => {
    await scene(vendor, { task: RUNGS });
    world.deactivate(manager);
    // The team is looked at once an hour.
    await house.runFor(65 * MINUTE);
    const task = await late();
    await on(task, 25);
    expect(escalation()).toMatchObject({ owner: head, level: 2 });
    // A structure names no head who is gone; settings do.
    if (vendor === "hubspot") expect(escalation().reason).toContain(`manager ${manager} is deactivated`);
    expect(told("Task is late")).toEqual([owner, head]);
  });

  test("A4.3 what stands again at night, when its manager has left, is begun for nobody; in the morning it reaches whoever stands in", async () => {
    await scene(vendor, { task: RUNGS.slice(1, 2) });
    const task = await late();
    await on(task, 25);
    expect(told("Task is late")).toEqual([manager]);
    world.editTask(task.id, { dueAt: task.dueAt + 3 * DAY });
    await on(task, 60);
    world.deactivate(manager);
    await house.run(START + 12 * HOUR);
    world.editTask(task.id, { dueAt: task.dueAt });
    await house.runFor(3 * HOUR);
    const { mirror, findings } = house.host.portal(world.id).store;
    expect(findings.open().filter(({ code }) => code === "write-refused")).toEqual([]);
    expect(mirror.page("", 10_000).filter(({ state }) => state === "refused")).toEqual([]);
    await house.run(START + DAY);
    expect(escalation()).toMatchObject({ owner: head, level: 2 });
    expect(told("Task is late")).toContain(head);
    expect(findings.open().filter(({ code }) => code === "write-refused")).toEqual([]);
  });

  test("A4.1 while the client is paused no rung is reached", async () => {
    await scene(vendor, { task: RUNGS });
    const task = await late();
    world.reopen(deal);
    await on(task, 45);
    expect(escalation()).toMatchObject({ owner: undefined, level: 0 });
    expect(told("Task is late")).toEqual([]);
  });

  test("A4.5 a phase past its latest finish escalates by itself, with every task of it on time", async () => {
    const phase = [{ id: "manager", after: { workMinutes: -28_800 }, who: "manager", action: "notify" }];
    await scene(vendor, { phase });
    expect(escalation()).toMatchObject({ owner: manager, level: 2 });
    expect(escalation().reason).toContain("Phase is late");
    // What is told before its time says until when there is time.
    expect(told("To be finished by 1 April 2026: Quick wins")).toEqual([manager]);
  });

  test("A1.5 a client whom nobody owns goes to whoever leads", async () => {
    const missing = [{ id: "head", after: { days: 0 }, who: "head", action: "notify" }];
    await scene(vendor, { owner_missing: missing }, ({ head: id }) => ({ headIds: [id] }), false);
    if (vendor === "hubspot") {
      expect(escalation()).toMatchObject({ owner: head, level: 3 });
      expect(escalation().reason).toContain("The client has no owner");
      world.assign({ kind: "company", id: company }, owner);
      await house.runFor(10 * MINUTE);
    }
    // There every company has somebody responsible from the start.
    expect(escalation()).toMatchObject({ owner: undefined, level: 0 });
  });
});

test("bitrix24: without notifications a rung is a task; granted later, what was told stays told and the next rung is a notification", async () => {
  await scene("bitrix24", { task: RUNGS });
  const { portal } = world as Bitrix24PortalWorld;
  const whole = portal.scopes;
  portal.scopes = whole.filter((scope) => scope !== "im");
  await world.install();
  await house.runFor(5 * MINUTE);
  const task = await late();
  await on(task, 15);
  const asTasks = () => world.tasks().filter(({ subject }) => subject.startsWith("Task is late"));
  expect(asTasks().map(({ ownerId }) => ownerId)).toEqual([owner]);
  portal.scopes = whole;
  await world.install();
  await on(task, 25);
  expect(asTasks().map(({ ownerId }) => ownerId)).toEqual([owner]);
  expect(told("Task is late")).toEqual([owner, manager]);
});
