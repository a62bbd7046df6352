/** Each of the simulation's checks is able to fail: what it looks for is done by hand, and it says so. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fill, shownIn } from "../../scripts/world/by-hand.ts";
import { Chance } from "../../scripts/world/chance.ts";
import { keyedTasks } from "../../scripts/world/eye.ts";
import * as check from "../../scripts/world/invariants.ts";
import { People } from "../../scripts/world/people.ts";
import { objectTypeOf } from "../../src/sandbox/hubspot/object-types.ts";
import { DAY, HOUR, House } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

describe.each(VENDORS)("%s: what is broken is seen", (vendor) => {
  let house: House;
  let world: World;
  let people: People;
  let company: string;
  let deal: string;
  const store = () => house.host.portal(world.id).store;

  beforeAll(async () => {
    house = new House();
    world = await installed(house, vendor);
    people = new People(world, new Chance(1), 0);
    await house.runFor(2 * HOUR);
    const ownerId = people.owners[0]!;
    company = world.company({ ownerId });
    deal = world.deal({ companyId: company, ownerId, outcome: "won" });
    people.customers.push({ company, contacts: [], deals: [{ id: deal, outcome: "won" }] });
    await house.runFor(HOUR);
  });

  afterAll(() => house.close());

  test("a portal in order has nothing broken", () => {
    expect(keyedTasks(world)).toHaveLength(14);
    const found = [
      check.taskTwice(world),
      check.deletedAgain(people),
      check.plansTwice(store()),
      check.waiting(store(), house.clock.now()),
      check.tasksMissing(store(), people),
      check.plansMissing(store(), people),
      check.editsLost(people),
      check.fieldsOtherwise(store(), world),
      check.ownerless(store()),
      check.untouched(store()),
      check.rungsTwice(people),
      check.digestsMissing(store()),
      check.namesKept(world, [house.files.bytes(world.id), Buffer.from(JSON.stringify(house.logs))]),
    ];
    expect(found.flat()).toEqual([]);
  });

  test("G8 a name in what is kept", () => {
    expect(check.namesKept(world, [Buffer.from("… Aigul …")])).toContain("Aigul");
  });

  test("G2 a won deal of a client that has no plan", () => {
    const lost = { company: world.company(), contacts: [], deals: [{ id: deal, outcome: "won" as const }] };
    people.customers.push(lost);
    expect(check.plansMissing(store(), people)).toHaveLength(1);
    people.customers.pop();
  });

  test("G4 an edit that did not stay, and a deleted task that is there", () => {
    const [task] = world.tasksOf(deal);
    const { key } = keyedTasks(world).find(({ id }) => id === task!.id)!;
    people.edits.set(task!.id, { dueAt: task!.dueAt! + DAY });
    people.deleted.set(key, house.clock.now());
    expect(check.editsLost(people)).toHaveLength(1);
    expect(check.deletedAgain(people)).toHaveLength(1);
    people.edits.clear();
    people.deleted.clear();
  });

  test("G4 giving a task to whom it belongs is no edit that could get lost; giving it to somebody else is one", () => {
    const { id, ownerId } = world.tasksOf(deal)[0]!;
    people.edit(id, { ownerId: ownerId! });
    expect(people.edits.size).toBe(0);
    people.edit(id, { ownerId: people.owners.find((one) => one !== ownerId)! });
    expect(people.edits.size).toBe(1);
    world.editTask(id, { ownerId: ownerId! });
    expect(check.editsLost(people)).toHaveLength(1);
    people.edits.clear();
  });

  test("G4 a task that a person finished and that is not there", () => {
    people.edits.set("999", { done: true });
    expect(check.editsLost(people)).toEqual(["task 999 was completed by a person and is not there"]);
    people.edits.clear();
  });

  test("G2 a field that shows something else", () => {
    world.setField({ kind: "company", id: company }, "progress", "77");
    expect(check.fieldsOtherwise(store(), world).join()).toMatch(/progress should be .* and is 77/);
  });

  test("G2 fields that were refused and that no finding tells of, and ones that are taken for gone", () => {
    const { mirror, findings } = store();
    const before = check.fieldsOtherwise(store(), world).length;
    const row = mirror.page("", 1_000).find(({ kind, target }) => kind === "fields" && target?.kind === "deal")!;
    mirror.put([{ ...row, state: "refused" }]);
    expect(check.fieldsOtherwise(store(), world)).toHaveLength(before + 1);
    findings.raise(`refused:${row.key}`, "write-refused", {}, house.clock.now());
    expect(check.fieldsOtherwise(store(), world)).toHaveLength(before);
    findings.close(`refused:${row.key}`, house.clock.now());
    mirror.put([{ ...row, state: "gone" }]);
    expect(check.fieldsOtherwise(store(), world)).toHaveLength(before + 1);
    mirror.put([row]);
  });

  test("A3 a rung that was dropped and stands in no digest, and a digest that was never made", () => {
    const { mirror, meta, held } = store();
    const before = check.tasksMissing(store(), people).length;
    const [task] = mirror.page("", 1_000).filter(({ kind }) => kind === "task");
    const key = `ladder:company:${company}/1/silence/since-1/manager`;
    mirror.put([{ ...task!, key, externalId: null, state: "gone" }]);
    expect(check.tasksMissing(store(), people)).toHaveLength(before + 1);
    held.put([
      { key, ownerId: "1", client: `company:${company}`, level: 1, at: 1, text: { id: "late.zone" }, dueAt: 2 },
    ]);
    meta.set("alarms", { events: [], told: ["1/20000"] });
    expect(check.tasksMissing(store(), people)).toHaveLength(before);
    expect(check.digestsMissing(store())).toEqual(["digest:1/20000 is told and was never made"]);
    meta.remove("alarms");
    held.due([key], null);
    mirror.remove([key]);
  });

  test("A6 a plan that graduated twice, and one that graduated with a step still open", () => {
    const { clients, journal } = store();
    const templates = house.host.portal(world.id).engine().config().templates;
    const key = `company:${company}`;
    const client = clients.get(key)!;
    const state = client.state as { plans: { state: string }[] };
    clients.put([
      { ...client, state: { ...state, plans: state.plans.map((one) => ({ ...one, state: "graduated" })) } },
    ]);
    expect(check.openAfterAll(store(), people, templates).join()).toMatch(/is graduated and its step .* is open/);
    clients.put([client]);
    expect(check.openAfterAll(store(), people, templates)).toEqual([]);
    const deed = { at: house.clock.now(), actor: "tenure", client: key, code: "plan-graduated" as const, params: {} };
    journal.did(deed);
    expect(check.graduatedTwice(store())).toEqual([]);
    journal.did(deed);
    expect(check.graduatedTwice(store())).toEqual([`${key}/{} graduated twice`]);
  });

  test("A8.25 work for a client that left, what is sent about it, and a plan that stays closed when it stays", async () => {
    const ref = { kind: "company", id: company } as const;
    const today = Math.floor(house.clock.now() / DAY);
    const left = () => check.leftOf(world, [company], today);
    expect([...left()]).toEqual([]);
    expect(fill(world, ref, "churned_on", new Date(house.clock.now() + DAY).toISOString().slice(0, 10))).toBe(true);
    expect([...left()]).toEqual([]);
    fill(world, ref, "churned_on", new Date(house.clock.now()).toISOString().slice(0, 10));
    expect([...left()]).toEqual([[company, today]]);
    // Nobody turned yet: all of the plan is open still.
    expect(check.leftAndAsked(store(), people, left())).toHaveLength(14);
    people.stray.add(keyedTasks(world)[0]!.key);
    expect(check.leftAndAsked(store(), people, left())).toHaveLength(13);
    people.stray.clear();
    const { mirror, clients } = store();
    const [task] = mirror.page("", 1_000).filter(({ kind }) => kind === "task");
    const key = `ladder:company:${company}/1/silence/since-1/manager`;
    mirror.put([{ ...task!, key, kind: "message", externalId: null, wroteAt: house.clock.now() }]);
    const before = { at: house.clock.now() - HOUR, days: left() };
    expect(check.leftAndTold(store(), before, left())).toHaveLength(1);
    expect(check.leftAndTold(store(), { ...before, days: new Map() }, left())).toEqual([]);
    mirror.remove([key]);
    fill(world, ref, "churned_on", "");
    const client = clients.get(`company:${company}`)!;
    const state = client.state as { plans: object[] };
    const plans = state.plans.map((one) => ({ ...one, state: "closed", stateReason: "client_left" }));
    clients.put([{ ...client, state: { ...state, plans } }]);
    expect(check.stayedAndClosed(store(), world, [company])).toHaveLength(1);
    clients.put([client]);
    expect(check.stayedAndClosed(store(), world, [company])).toEqual([]);
  });

  test("G4 a note of people that somebody else changed, and a zone that a person set and that does not show", () => {
    const ref = { kind: "company", id: company } as const;
    fill(world, ref, "importance_strategic", "high");
    expect(shownIn(world, ref, "importance_strategic")).toBe("high");
    const noted = new Map([[company, new Map([["importance_strategic", "high"]])]]);
    expect(check.notesLost(people, noted)).toEqual([]);
    fill(world, ref, "importance_strategic", "");
    expect(check.notesLost(people, noted)).toHaveLength(1);
    fill(world, ref, "zone", "green");
    const overruled = { zone: "red", at: 0, untilMs: house.clock.now() } as const;
    expect(check.overruledLost(people, new Map([[company, overruled]]), house.clock.now())).toHaveLength(1);
    expect(check.overruledLost(people, new Map([[company, overruled]]), house.clock.now() + 1)).toEqual([]);
  });

  test("A3 a notice that two people got, unless an older copy took over in between", () => {
    if (!(world instanceof Bitrix24PortalWorld)) return;
    const { notifications } = world.portal;
    const notice = { message: "", subTag: "", type: "SYSTEM", createdAt: 0, tag: "TENURE|a" } as const;
    notifications.push({ ...notice, id: 901, userId: 1 }, { ...notice, id: 902, userId: 2 });
    expect(check.rungsTwice(people)).toEqual(["notice TENURE|a was told to 1 and to 2"]);
    people.noticesLost.push(901);
    expect(check.rungsTwice(people)).toEqual([]);
    people.noticesLost.pop();
    notifications.splice(-2);
  });

  test("a plan of a flood that gets its tasks while the flood is held", () => {
    people.flooded.push({ company, contacts: [], deals: [] });
    people.floodBegun = new Set();
    expect(check.floodPassed(people)).toEqual([`company:${company} got tasks while it was held`]);
    expect(check.floodPassed(people)).toEqual([]);
    people.flooded.pop();
  });

  test("G2 a task that is gone without anybody knowing", () => {
    world.deleteTask(world.tasksOf(deal)[0]!.id);
    expect(check.tasksMissing(store(), people)).toHaveLength(1);
  });

  test("G2 the same task twice", () => {
    const [first] = keyedTasks(world);
    if (world instanceof Bitrix24PortalWorld) {
      const tasks = world.portal.tasks.tasks.all();
      const [one, other] = tasks.filter(({ xmlId }) => xmlId !== "");
      other!.xmlId = one!.xmlId;
    } else if (world instanceof HubSpotPortalWorld) {
      const [one, other] = [...world.portal.crm.store(objectTypeOf("tasks")).all.values()].filter(
        ({ archivedAt }) => archivedAt === null,
      );
      other!.values.tenure_key = one!.values.tenure_key!;
    }
    expect(first).toBeDefined();
    expect(check.taskTwice(world)).toHaveLength(1);
  });
});
