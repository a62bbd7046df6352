import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { env, HOUR, MINUTE, WorkersWorld } from "./world.ts";

let world: WorkersWorld | null = null;
afterEach(() => {
  if (world) {
    expect(world.sandbox.violations).toEqual([]);
    expect(world.sandbox.calls.limited).toBe(0);
  }
  world = null;
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("an object that was only asked about keeps nothing", async () => {
  const portal = env.PORTAL.getByName("hubspot-1");
  expect(await portal.isInstalled()).toBe(false);
  expect(await portal.receive([])).toBe(false);
  expect(await runDurableObjectAlarm(portal)).toBe(false);
  const tables = await runInDurableObject(
    portal,
    (_, state) => state.storage.sql.exec("select name from sqlite_master").toArray().length,
  );
  expect(tables).toBe(0);
});

test("A2.2 G11 a won deal becomes fourteen dated, owned, linked tasks inside workerd", async () => {
  world = new WorkersWorld({ hubId: 2 });
  expect((await world.install()).status).toBe(200);
  await world.runFor(10 * MINUTE);
  const { owner, company, deal } = await world.winDeal("Acme");
  await world.runFor(HOUR);
  const tasks = world.portal.list("tasks");
  expect(tasks).toHaveLength(14);
  for (const task of tasks) {
    expect(task.properties.hubspot_owner_id).toBe(owner);
    expect(world.portal.associationsOf("tasks", task.id, "deals").map((one) => one.id)).toEqual([deal]);
    expect(world.portal.associationsOf("tasks", task.id, "companies").map((one) => one.id)).toEqual([company]);
  }
  expect(world.portal.get("companies", company)!.properties).toMatchObject({
    tenure_phase: "days_0_30",
    tenure_progress: "0",
  });
});
