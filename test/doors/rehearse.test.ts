import { afterEach, describe, expect, test } from "vitest";
import type { RehearsalView } from "../../src/doors/rehearse.ts";
import { expectClean } from "../support/expect.ts";
import { HOUR, House } from "../support/house.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

let house: House;
let world: World;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const picture = () => JSON.stringify((world as unknown as { portal: { snapshot(): unknown } }).portal.snapshot());

describe.each(VENDORS)("%s: the fake client from the portal's settings", (vendor) => {
  test("A12.1 uses the portal's owners and texts, lists everything that would be written, and leaves nothing behind", async () => {
    house = new House();
    world = await installed(house, vendor);
    const owner = world.owner("Boris");
    await house.runFor(2 * HOUR);
    const before = { picture: picture(), writes: world.writes(), calls: world.calls() };
    const { store } = house.host.portal(world.id);
    const tables = ["client", "mirror", "record", "history", "usage", "seen", "finding", "score_change"];
    const stored = () => tables.map((table) => JSON.stringify(store.db.all(`select * from ${table}`))).join();
    const storedBefore = stored();
    const view = (await house.host.ask(world.id, "rehearse", [{ ownerId: owner }])) as RehearsalView;
    expect(stored()).toBe(storedBefore);
    expect(world.calls()).toBe(before.calls);
    await house.runFor(HOUR);
    expect(picture()).toBe(before.picture);
    expect(world.writes()).toBe(before.writes);
    const tasks = view.lines.filter((line) => line.kind === "task" && line.key.startsWith("plan:"));
    expect(tasks.length).toBeGreaterThanOrEqual(14);
    expect(new Set(tasks.map((line) => line.ownerId))).toEqual(new Set([owner]));
    expect(view.lines.some((line) => line.isEscalation)).toBe(true);
    expect(view.scores.length).toBeGreaterThan(1);
    for (const line of view.lines) {
      if (line.kind !== "fields" && line.kind !== "call") expect(line.text).not.toBe("");
      expect(line.text).not.toContain("{{");
      expect(line.text).not.toContain("There is no text");
    }
  });

  test("what cannot be tried is said", async () => {
    house = new House();
    world = await installed(house, vendor);
    await expect(house.host.ask(world.id, "rehearse", [{ days: 0 }])).rejects.toThrow();
    await expect(house.host.ask(world.id, "rehearse", [{ nonsense: 1 }])).rejects.toThrow();
  });
});
