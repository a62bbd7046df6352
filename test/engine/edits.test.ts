import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectClean, expectPlanOnce, firstDue, planOf } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;
let owner: string;
let other: string;
let company: string;
let deal: string;
let plan: readonly string[];

afterEach(() => {
  expectClean(house, world);
  house.close();
});

describe.each(VENDORS)("G4 %s: what people do with our tasks", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    other = world.owner("Bogdan");
    await house.runFor(2 * HOUR);
    company = world.company({ ownerId: owner });
    deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    plan = planOf(world.tasksOf(deal));
  });

  test("a completed task counts at once, and nothing brings it back", async () => {
    const task = firstDue(world.tasksOf(deal));
    expect(world.fields({ kind: "company", id: company }).progress ?? "0").toBe("0");
    world.editTask(task.id, { done: true });
    await house.runFor(10 * MINUTE);
    expect(Number(world.fields({ kind: "company", id: company }).progress)).toBeGreaterThan(0);
    await house.runFor(2 * DAY);
    expect(world.task(task.id)).toMatchObject({ done: true });
    expectPlanOnce(world.tasksOf(deal), plan);
  });

  test("a task that somebody finished, of which no event told, stays when its deal is lost in the next moment", async () => {
    const task = firstDue(world.tasksOf(deal));
    house.faults[vendor].delivery = () => "drop";
    world.editTask(task.id, { done: true });
    await house.runFor(MINUTE);
    delete house.faults[vendor].delivery;
    world.lose(deal);
    await house.runFor(HOUR);
    expect(world.tasksOf(deal).map(({ id, done }) => [id, done])).toEqual([[task.id, true]]);
    await house.runFor(DAY);
    expect(world.task(task.id)).toMatchObject({ done: true });
  });

  test("a task opened again counts no longer as done", async () => {
    const task = firstDue(world.tasksOf(deal));
    world.editTask(task.id, { done: true });
    await house.runFor(10 * MINUTE);
    world.editTask(task.id, { done: false });
    await house.runFor(10 * MINUTE);
    expect(world.fields({ kind: "company", id: company }).progress ?? "0").toBe("0");
    expect(world.task(task.id)).toMatchObject({ done: false });
  });

  test("a person's date stays, over days, and the deal's other tasks are where they were", async () => {
    const before = world.tasksOf(deal);
    const task = firstDue(before);
    const dueAt = Date.UTC(2026, 2, 12, 11, 30);
    world.editTask(task.id, { dueAt });
    await house.runFor(4 * DAY);
    expect(world.task(task.id)).toMatchObject({ dueAt });
    expectPlanOnce(world.tasksOf(deal), plan);
  });

  test("a person's owner stays, also when the deal goes to somebody else", async () => {
    const task = firstDue(world.tasksOf(deal));
    const third = world.owner("Carmen");
    await house.runFor(2 * HOUR);
    world.editTask(task.id, { ownerId: third });
    await house.runFor(HOUR);
    world.assign({ kind: "deal", id: deal }, other);
    world.assign({ kind: "company", id: company }, other);
    await house.runFor(HOUR);
    expect(world.task(task.id)).toMatchObject({ ownerId: third });
  });

  test("A1.2 another owner takes the open tasks over, once; closed ones keep theirs", async () => {
    const task = firstDue(world.tasksOf(deal));
    world.editTask(task.id, { done: true });
    await house.runFor(10 * MINUTE);
    world.assign({ kind: "deal", id: deal }, other);
    world.assign({ kind: "company", id: company }, other);
    await house.runFor(15 * MINUTE);
    const owners = world.tasksOf(deal).map((one) => [one.done, one.ownerId]);
    expect(owners.filter(([done]) => done)).toEqual([[true, owner]]);
    expect(owners.filter(([done]) => !done)).toEqual(Array.from({ length: 13 }, () => [false, other]));
    const writes = world.writes();
    await house.runFor(3 * HOUR);
    expect(world.writes()).toBe(writes);
  });

  test("A2.1 a deleted task is never made again", async () => {
    const task = firstDue(world.tasksOf(deal));
    world.deleteTask(task.id);
    await house.runFor(3 * DAY);
    expect(world.task(task.id)).toBeNull();
    expectPlanOnce(
      world.tasksOf(deal),
      plan.filter((subject) => subject !== task.subject),
    );
    expect(world.tasksOf(deal).map(({ subject }) => subject)).not.toContain(task.subject);
  });

  test("a deletion of which nobody told is noticed within a day", async () => {
    const task = firstDue(world.tasksOf(deal));
    const faults = house.faults[vendor];
    faults.delivery = () => "drop";
    world.deleteTask(task.id);
    await house.runFor(10 * MINUTE);
    delete faults.delivery;
    await house.runFor(27 * HOUR);
    const row = house.host.portal(world.id).store.mirror.byExternal("task", [task.id])[0];
    expect(row?.state).toBe("gone");
    expectPlanOnce(
      world.tasksOf(deal),
      plan.filter((subject) => subject !== task.subject),
    );
  });

  test("a text that a person edited stays theirs when the task moves", async () => {
    const task = firstDue(world.tasksOf(deal));
    world.editTask(task.id, { subject: "Call Olena first" });
    await house.runFor(HOUR);
    world.assign({ kind: "deal", id: deal }, other);
    world.assign({ kind: "company", id: company }, other);
    await house.runFor(HOUR);
    expect(world.task(task.id)).toMatchObject({ subject: "Call Olena first", ownerId: other });
  });

  test("a value of ours that somebody overwrites is put back; kept up against us, it becomes a finding", async () => {
    const ref = { kind: "company", id: company } as const;
    const { next_step: ours } = world.fields(ref);
    expect(ours).toBeTruthy();
    world.setField(ref, "next_step", "something else");
    await house.runFor(HOUR);
    expect(world.fields(ref).next_step).toBe(ours);
    for (let times = 0; times < 3; times++) {
      world.setField(ref, "next_step", `again ${times}`);
      await house.runFor(HOUR);
    }
    expect(world.fields(ref).next_step).toBe("again 2");
    const findings = house.host.portal(world.id).store.findings.open();
    expect(findings.map(({ code }) => code)).toContain("field-fought");
  });

  describe("a fight over a field of ours", () => {
    const isTold = () => {
      const open = house.host.portal(world.id).store.findings.open();
      return open.some(({ code }) => code === "field-fought");
    };
    const ref = () => ({ kind: "company", id: company }) as const;

    beforeEach(async () => {
      for (let times = 0; times < 4; times++) {
        world.setField(ref(), "next_step", `mine ${times}`);
        await house.runFor(HOUR);
      }
      expect(isTold()).toBe(true);
    });

    test("is told until our value has stood there undisturbed for a week", async () => {
      await house.runFor(6 * DAY);
      expect(isTold()).toBe(true);
      await house.runFor(3 * DAY);
      expect(isTold()).toBe(false);
      expect(world.fields(ref()).next_step).not.toBe("mine 3");
    }, 120_000);

    test("ends with the record", async () => {
      world.remove({ kind: "deal", id: deal });
      world.remove(ref());
      await house.runFor(2 * DAY);
      expect(isTold()).toBe(false);
    });
  });
});
