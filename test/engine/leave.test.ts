import { afterEach, expect, test } from "vitest";
import { House } from "../support/house.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { installed } from "../support/world.ts";

let world: HubSpotWorld | null = null;
afterEach(() => {
  expect(world?.sandbox.violations ?? []).toEqual([]);
  world?.close();
  world = null;
});

test("G10 leaving in the middle of a turn: what that turn still reads is decided no more, and all of ours goes at once", async () => {
  let onRead = async () => {};
  const house = new House({
    call: async (request, send) => {
      if (request.url.includes("deals/batch/read")) await onRead();
      return send();
    },
  });
  const people = await installed(house, "hubspot");
  const owner = people.owner("Aigul");
  const company = people.company({ ownerId: owner });
  people.deal({ companyId: company, ownerId: owner, outcome: "won" });
  await house.runFor(HOUR);
  expect(people.taskCount()).toBe(14);
  const creates = () => Object.entries(house.hubspot.calls.byPath).filter(([path]) => /tasks.*create/.test(path));
  const before = creates();
  onRead = async () => {
    onRead = async () => {};
    await house.host.ask(people.id, "leave", ["user:1"]);
  };
  people.deal({ companyId: company, ownerId: owner, outcome: "open" });
  await house.runFor(2 * MINUTE);
  expect(before).toHaveLength(1);
  expect(creates()).toEqual(before);
  expect(people.taskCount()).toBe(0);
  expect(house.host.has(people.id)).toBe(false);
  expect(house.hubspot.violations).toEqual([]);
  house.close();
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
