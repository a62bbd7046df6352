/** A quiet Bitrix24 portal rests like one of HubSpot; it has a queue of its own, and access that is replaced every three quarters of an hour. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { HOUR, House, MINUTE } from "../../support/house.ts";
import { Bitrix24PortalWorld } from "../../support/world-bitrix24.ts";

let folder: string;
let house: House;
let world: Bitrix24PortalWorld;
let isDeaf: boolean;

/** One client with its plan, and hours in which nothing happened. */
async function quietPortal(offlineEvents: boolean): Promise<void> {
  isDeaf = false;
  folder = mkdtempSync(join(tmpdir(), "tenure-rest-"));
  const lost = async () => (isDeaf ? new Response(null, { status: 200 }) : null);
  house = new House({ folder, intercept: lost });
  world = new Bitrix24PortalWorld(house, { offlineEvents });
  await world.install();
  await house.run(house.clock.now() + 30 * MINUTE);
  win();
  await house.run(house.clock.now() + 4 * HOUR);
  expect(world.taskCount()).toBe(TASKS);
  expect(house.host.openCount()).toBe(0);
}

/** Of one client's plan. */
const TASKS = 14;

function win(): string {
  const ownerId = world.owner("Aigul");
  const companyId = world.company({ ownerId });
  return world.deal({ companyId, ownerId, outcome: "won" });
}

afterEach(() => {
  expect(world.violations()).toEqual([]);
  house.close();
  rmSync(folder, { recursive: true, force: true });
});

const methods = (since: number) =>
  house.bitrix24.calls.filter(({ at }) => at >= since).map(({ kind, method }) => (kind === "rest" ? method : kind));

describe.each([true, false])("a quiet Bitrix24 portal, offline events: %s", (offlineEvents) => {
  test("is asked for changes while its file is closed, for hours and past the end of its access", async () => {
    await quietPortal(offlineEvents);
    const since = house.clock.now();
    let open = 0;
    for (let minute = 0; minute < 150; minute++) {
      await house.run(house.clock.now() + MINUTE);
      open += house.host.openCount();
    }
    // Once, for five minutes: a hundred calls are to be logged.
    expect(open).toBeLessThanOrEqual(6);
    const made = methods(since);
    const times = (method: string) => made.filter((one) => one === method).length;
    // Deals, companies and tasks every seven minutes; the queue as often; access every three quarters of an hour.
    expect(times("batch")).toBeGreaterThanOrEqual(3 * 21);
    expect(times("event.offline.list")).toBeGreaterThanOrEqual(offlineEvents ? 20 : 0);
    expect(times("event.offline.get")).toBeLessThanOrEqual(offlineEvents ? 1 : 0);
    expect(times("oauth")).toBeGreaterThanOrEqual(3);
  });

  test("a won deal of which no event came gets its tasks within eight minutes", async () => {
    await quietPortal(offlineEvents);
    isDeaf = true;
    win();
    await house.run(house.clock.now() + 8 * MINUTE);
    expect(world.taskCount()).toBe(2 * TASKS);
  });

  test("killed while it rests, it goes on with the access that was renewed meanwhile", async () => {
    await quietPortal(offlineEvents);
    await house.run(house.clock.now() + 3 * HOUR);
    expect(house.host.openCount()).toBe(0);
    house.kill();
    house.start();
    win();
    await house.run(house.clock.now() + 10 * MINUTE);
    expect(world.taskCount()).toBe(2 * TASKS);
    expect(house.host.portal(world.id).isInstalled()).toBe(true);
  });
});

test("a deletion that stands in the queue alone is known within eight minutes", async () => {
  await quietPortal(true);
  const [task] = world.tasks();
  isDeaf = true;
  world.deleteTask(task!.id);
  await house.run(house.clock.now() + 8 * MINUTE);
  const rows = house.host.portal(world.id).store.mirror.byExternal("task", [task!.id]);
  expect(rows.map(({ state }) => state)).toEqual(["gone"]);
});
