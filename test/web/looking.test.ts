import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { QUIET_DOORS } from "../../src/doors/quiet.ts";
import { portalDoor } from "../../src/portal-door.ts";
import type { Surroundings } from "../../src/ports.ts";
import { HOUR, HubSpotWorld } from "../support/hubspot-world.ts";
import { hidden, openIn, type Scene, wonScene } from "./visit.ts";

let world: HubSpotWorld;
let scene: Scene;
beforeEach(async () => {
  world = new HubSpotWorld();
  scene = await wonScene(world);
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const PAGES = ["board", "board?order=triage", "kpi", "review", "history", "status", "status/calls", "settings"];
const SETTINGS = ["signs", "changes", "file", "file/download", "templates", "access", "back-test", "leave/history"];

describe("whoever only looks", () => {
  test("wakes nobody: the portal's next turn stays where it was; a click brings it forward", async () => {
    const { browser } = await openIn(world, scene.admin.userId, "board");
    const home = browser.url.split("/").slice(0, 5).join("/");
    const wake = world.registry.nextWakeAt();
    expect(wake).toBeGreaterThan(world.clock.now());
    for (const path of [...PAGES, ...SETTINGS.map((one) => `settings/${one}`), `client/company:${scene.company}`])
      expect((await browser.get(`${home}/${path}`)).status, path).toBe(200);
    expect(world.registry.nextWakeAt()).toBe(wake);
    const page = await (await browser.get(`${home}/client/company:${scene.company}`)).text();
    const fields = { token: hidden(page, "token"), once: "1", act: "pause", cycle: "1" };
    await browser.post(`${home}/client/company:${scene.company}/act`, fields);
    expect(world.registry.nextWakeAt()).toBe(world.clock.now());
  });

  test("every quiet door is one of the portal's", () => {
    const doors = Object.keys(portalDoor(world.host.portal(world.id), {} as Surroundings));
    expect([...QUIET_DOORS].filter((name) => !doors.includes(name))).toEqual([]);
  });
});

describe("who leads whom", () => {
  test("a leader that only the settings name sees the clients of those led, however deep", async () => {
    const card = `client/company:${scene.company}`;
    expect((await openIn(world, scene.other.userId, card)).response.status).toBe(403);
    const middle = world.portal.addOwner({ firstName: "Mid" });
    await world.runFor(2 * HOUR);
    const managerOf = { [scene.owner.id]: middle.id, [middle.id]: scene.other.id };
    world.host.portal(world.id).publish({ people: { managerOf } }, "user:1");
    expect((await openIn(world, middle.userId, card)).response.status).toBe(200);
    expect((await openIn(world, scene.other.userId, card)).response.status).toBe(200);
    expect(await (await openIn(world, scene.other.userId, "board")).response.text()).toContain("1 client");
  });

  test("whom the settings make lead himself sees nothing more by that", async () => {
    const managerOf = { [scene.other.id]: scene.other.id };
    world.host.portal(world.id).publish({ people: { managerOf } }, "user:1");
    expect((await openIn(world, scene.other.userId, `client/company:${scene.company}`)).response.status).toBe(403);
  });
});
