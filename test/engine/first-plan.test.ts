import { afterEach, expect, test } from "vitest";
import { DAY, HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";

let world: HubSpotWorld;
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  expect(world.sandbox.calls.limited).toBe(0);
  world.close();
});

async function wonDeal(): Promise<{ owner: string; company: string; deal: string }> {
  const owner = world.portal.addOwner({ firstName: "Айгуль" }).id;
  expect((await world.install()).status).toBe(200);
  await world.runFor(10 * MINUTE);
  const company = world.portal.create("companies", { name: "Acme", hubspot_owner_id: owner }).id;
  const values = {
    dealname: "Acme deal",
    pipeline: "default",
    dealstage: "appointmentscheduled",
    hubspot_owner_id: owner,
  };
  const deal = world.portal.create("deals", values, [{ objectType: "companies", id: company }]).id;
  await world.runFor(5 * MINUTE);
  expect(world.portal.list("tasks")).toEqual([]);
  world.portal.update("deals", deal, { dealstage: "closedwon" });
  await world.runFor(HOUR);
  return { owner, company, deal };
}

test("A2.2 A2.3 a won deal becomes a plan of dated, owned, linked tasks, and fields on the company and the deal", async () => {
  world = new HubSpotWorld();
  const { owner, company, deal } = await wonDeal();
  const tasks = world.portal.list("tasks");
  expect(tasks).toHaveLength(14);
  for (const task of tasks) {
    expect(task.properties.hubspot_owner_id).toBe(owner);
    expect(task.properties.hs_task_subject).not.toBe("");
    expect(world.portal.associationsOf("tasks", task.id, "deals").map((one) => one.id)).toEqual([deal]);
    expect(world.portal.associationsOf("tasks", task.id, "companies").map((one) => one.id)).toEqual([company]);
  }
  for (const [type, id] of [
    ["companies", company],
    ["deals", deal],
  ] as const) {
    const { properties } = world.portal.get(type, id)!;
    expect(properties).toMatchObject({
      tenure_phase: "days_0_30",
      tenure_progress: "0",
      tenure_plan_started: "2026-03-02",
      tenure_overdue: "0",
    });
  }
});

test("G3 quiet means quiet: a day in which nothing is due makes no write", async () => {
  world = new HubSpotWorld({ startAt: Date.UTC(2026, 2, 6, 23) });
  await wonDeal();
  await world.runFor(HOUR);
  const before = world.sandbox.calls.writes;
  // from Saturday to Sunday: no step falls due, none becomes late
  await world.runFor(DAY);
  expect(world.sandbox.calls.writes).toBe(before);
});
