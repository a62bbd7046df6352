import { afterEach, expect, test } from "vitest";
import { dayOf } from "../../src/core/calendar/zone.ts";
import { DAY, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";

let world: HubSpotWorld;
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

test("a person hears of three escalations a day one by one; the rest is one digest that says what was held back", async () => {
  world = new HubSpotWorld();
  const owner = world.portal.addOwner({}).id;
  await world.install();
  await world.runFor(10 * MINUTE);
  for (let n = 0; n < 6; n++) {
    const company = world.portal.create("companies", { name: `Client ${n}`, hubspot_owner_id: owner }).id;
    const values = { dealname: `Deal ${n}`, pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
    world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  }
  await world.runFor(3 * DAY);

  const told = world.portal
    .list("tasks")
    .filter((task) => String(task.properties.hs_task_subject).startsWith("Task is late"));
  const perDay = Map.groupBy(told, (task) => dayOf(Date.parse(String(task.properties.hs_createdate)), "Europe/Kyiv"));
  expect(told).toHaveLength(3);
  for (const tasks of perDay.values()) expect(tasks.length).toBeLessThanOrEqual(3);
  const digests = world.portal
    .list("tasks")
    .filter((task) => String(task.properties.hs_task_subject).startsWith("Held back today"));
  expect(digests.length).toBeGreaterThan(0);
  expect(String(digests[0]!.properties.hs_task_body)).toContain("Task is late");
});

test("a digest that names clients whose records are gone, of which no event told, goes out without them", async () => {
  world = new HubSpotWorld();
  const owner = world.portal.addOwner({}).id;
  await world.install();
  await world.runFor(10 * MINUTE);
  await world.host.ask(world.id, "publish", [{ digest: { escalationsPerDay: 0, remindersPerDay: 0 } }, "user:test"]);
  const companies = [0, 1, 2].map((n) => {
    const company = world.portal.create("companies", { name: `Client ${n}`, hubspot_owner_id: owner }).id;
    const values = { dealname: `Deal ${n}`, pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
    world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
    return company;
  });
  const { store } = world.host.portal(world.id);
  while (store.held.nextDueAt() === null) await world.runFor(10 * MINUTE);
  await world.run(store.held.nextDueAt()! - MINUTE);
  world.faults.delivery = () => "drop";
  for (const company of companies.slice(0, 2)) world.portal.remove("companies", company);
  await world.runFor(30 * MINUTE);
  const digests = world.portal
    .list("tasks")
    .filter((task) => String(task.properties.hs_task_subject).startsWith("Held back today"));
  expect(digests).toHaveLength(1);
  const tied = world.portal.associationsOf("tasks", digests[0]!.id, "companies").map(({ id }) => id);
  expect(tied).toEqual([companies[2]]);
  expect(store.findings.open().map(({ code }) => code)).not.toContain("write-refused");
});

test("A12.5 of many that are held back for one person the digest names the first and counts the rest, and no row of the database grows with them", async () => {
  world = new HubSpotWorld();
  const owner = world.portal.addOwner({}).id;
  await world.install();
  await world.runFor(10 * MINUTE);
  const alone = { escalationsPerDay: 1, remindersPerDay: 1 };
  await world.host.ask(world.id, "publish", [{ digest: alone }, "user:test"]);
  for (let n = 0; n < 70; n++) {
    const company = world.portal.create("companies", { name: `Client ${n}`, hubspot_owner_id: owner }).id;
    const values = { dealname: `Deal ${n}`, pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
    world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  }
  await world.runFor(3 * DAY);
  const { store } = world.host.portal(world.id);
  const bodies = world.portal
    .list("tasks")
    .filter(({ properties }) => String(properties.hs_task_subject) === "Held back today: 69")
    .map(({ properties }) => String(properties.hs_task_body));
  expect(bodies.length).toBeGreaterThan(0);
  for (const body of bodies) {
    expect(body.match(/•/g)).toHaveLength(50);
    expect(body).toContain("And more: 19");
  }
  const longest = (table: string, column: string) =>
    store.db.get<{ n: number }>(`select max(length(${column})) as n from ${table}`).n;
  expect(longest("meta", "value")).toBeLessThan(5_000);
  expect(longest("mirror", "desired")).toBeLessThan(10_000);
});
