import { afterEach, expect, test } from "vitest";
import { House } from "../support/house.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { Killed } from "../support/life.ts";
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

test("G10 killed while the leaving of many tasks is being written down, we leave after the restart all the same", async () => {
  let left = Number.POSITIVE_INFINITY;
  const house = new House({
    onStep: () => {
      left -= 1;
      if (left < 0) throw new Killed();
    },
  });
  const people = await installed(house, "hubspot");
  people.importWon(40, people.owner("Aigul"), house.clock.now());
  await house.runFor(HOUR);
  expect(people.taskCount()).toBeGreaterThan(500);
  // Past the history, the mark and the first page of rows.
  left = 6;
  await house.host.ask(people.id, "leave", ["user:1"]).catch(() => undefined);
  expect(house.isDead).toBe(true);
  left = Number.POSITIVE_INFINITY;
  house.start();
  await house.runFor(HOUR);
  expect(people.taskCount()).toBe(0);
  expect(house.host.has(people.id)).toBe(false);
  house.close();
});

for (const vendor of ["hubspot", "bitrix24"] as const) {
  test(`G10 ${vendor}: leaving while a turn reads the names for the tasks it is about to make: none of them is made any more`, async () => {
    let onNames = async () => {};
    const house = new House({
      call: async (request, send) => {
        if (/"domain"|select\[1\]=title/.test(await request.clone().text())) await onNames();
        return send();
      },
    });
    const people = await installed(house, vendor);
    const owner = people.owner("Aigul");
    await house.runFor(HOUR);
    let asked = 0;
    onNames = async () => {
      onNames = async () => {};
      asked += 1;
      await house.host.ask(people.id, "leave", ["user:1"]);
    };
    people.deal({ companyId: people.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    expect(asked).toBe(1);
    expect(people.taskCount()).toBe(0);
    expect(house.host.has(people.id)).toBe(false);
    house.close();
  });

  test(`G10 ${vendor}: killed at any of the last steps of leaving and started again, we have left, and nothing is kept`, async () => {
    /** Plays the leaving, and kills it at the `at`-th step. @returns how many steps it has, and whether anything is left of the portal */
    const leave = async (at: number | null) => {
      let steps = Number.NEGATIVE_INFINITY;
      const onStep = () => {
        steps += 1;
        if (steps === at) throw new Killed();
      };
      const house = new House({ onStep });
      const people = await installed(house, vendor);
      await house.runFor(HOUR);
      await house.host.ask(people.id, "leave", ["user:1"]);
      steps = 0;
      await house.runFor(10 * MINUTE);
      if (house.isDead) {
        house.start();
        await house.runFor(10 * MINUTE);
      }
      const isLeft = house.host.has(people.id) || house.files.exists(people.id) || people.taskCount() > 0;
      house.close();
      return { steps, isLeft };
    };
    const { steps, isLeft } = await leave(null);
    expect(isLeft).toBe(false);
    expect(steps).toBeGreaterThan(8);
    for (let at = steps - 7; at <= steps; at++)
      expect((await leave(at)).isLeft, `killed at ${at} of ${steps}`).toBe(false);
  });

  test(`G10 ${vendor}: an install that ends by itself while we leave is left all the same, and its database goes`, async () => {
    const house = new House();
    const people = await installed(house, vendor);
    const owner = people.owner("Aigul");
    people.deal({ companyId: people.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(30 * MINUTE);
    expect(people.taskCount()).toBe(14);
    await house.host.ask(people.id, "leave", ["user:1"]);
    people.revoke();
    await house.runFor(30 * MINUTE);
    expect(house.host.has(people.id)).toBe(false);
    expect(house.logs.filter(({ event }) => event === "turn-failed")).toEqual([]);
    house.close();
  });
}

for (const vendor of ["hubspot", "bitrix24"] as const) {
  test(`${vendor}: who installs again while we leave gets the plans back`, async () => {
    let onDelete = async () => {};
    const house = new House({
      call: async (request, send) => {
        if (/tasks\/batch\/archive|tasks\.task\.delete/.test(request.url + (await request.clone().text())))
          await onDelete();
        return send();
      },
    });
    const people = await installed(house, vendor);
    const owner = people.owner("Aigul");
    people.deal({ companyId: people.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(30 * MINUTE);
    let installs = 0;
    onDelete = async () => {
      onDelete = async () => {};
      installs += 1;
      await people.install();
    };
    await house.host.ask(people.id, "leave", ["user:1"]);
    await house.runFor(2 * HOUR);
    expect(installs).toBe(1);
    expect(house.host.portal(people.id).isInstalled()).toBe(true);
    expect(people.taskCount()).toBe(14);
    house.close();
  });
}

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
