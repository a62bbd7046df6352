import { afterEach, expect, test } from "vitest";
import { DAY, HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";

let world: HubSpotWorld;
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

test("G10 leaving takes our open tasks, notes, fields and groups out, keeps what people worked on, and deletes the database", async () => {
  world = new HubSpotWorld();
  const owner = world.portal.addOwner({}).id;
  const groupsBefore = world.portal.groups("companies").map((group) => group.name);
  const propertiesBefore = world.portal.properties("companies").map((property) => property.name);
  await world.install();
  await world.runFor(10 * MINUTE);
  const company = world.portal.create("companies", { name: "Acme", hubspot_owner_id: owner }).id;
  const values = { dealname: "Acme deal", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
  world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  await world.runFor(2 * DAY);
  const [first, second] = world.portal.list("tasks");
  world.portal.update("tasks", first!.id, { hs_task_status: "COMPLETED" });
  world.portal.update("tasks", second!.id, { hs_task_subject: "My own words" });
  await world.runFor(HOUR);

  const handover = (await world.host.ask(world.id, "handover", [])) as { deeds: { code: string }[] };
  expect(handover.deeds.map((deed) => deed.code)).toContain("plan-started");
  await world.host.ask(world.id, "leave", ["user:1"]);
  await world.runFor(HOUR);

  expect(
    world.portal
      .list("tasks")
      .map((task) => task.id)
      .sort(),
  ).toEqual([first!.id, second!.id].sort());
  expect(world.portal.groups("companies").map((group) => group.name)).toEqual(groupsBefore);
  expect(world.portal.properties("companies").map((property) => property.name)).toEqual(propertiesBefore);
  expect(world.portal.list("notes")).toEqual([]);
  expect(world.host.has(world.id)).toBe(false);
  const calls = world.sandbox.calls.total;
  await world.runFor(DAY);
  expect(world.sandbox.calls.total).toBe(calls);
});
