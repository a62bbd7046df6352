/** What a draft would change is told for all clients: a random part at once, with how far it may be off, then the rest by itself. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/core/settings.ts";
import { EFFECT_SLICE, type Effect, unsureOf } from "../../src/views/effect.ts";
import { HubSpotWorld } from "../support/hubspot-world.ts";
import { openIn, type Scene, wonScene } from "./visit.ts";

const MANY = 2 * EFFECT_SLICE + 50;

let world: HubSpotWorld;
let scene: Scene;
beforeEach(async () => {
  world = new HubSpotWorld();
  scene = await wonScene(world);
  const { clients } = world.host.portal(world.id).store;
  const like = clients.get(`company:${scene.company}`)!;
  const rows = Array.from({ length: MANY - 1 }, (_, at) => ({
    ...like,
    key: `company:${900_000 + at}`,
    state: null,
    dueAt: null,
  }));
  clients.put(rows);
  const draft = { ...DEFAULT_SETTINGS, calendar: { ...DEFAULT_SETTINGS.calendar, endMinute: 17 * 60 } };
  await world.host.ask(world.id, "saveDraft", [draft, "user:1"]);
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const effect = async () => ((await world.host.ask(world.id, "draftChanges", [])) as { effect: Effect }).effect;
const judged = ({ zones }: Effect) => Object.values(zones).reduce((sum, [before]) => sum + before, 0);

test("slice after slice everybody is decided once, and the doubt shrinks to nothing", async () => {
  const [first, second, third] = [await effect(), await effect(), await effect()];
  expect([first, second, third].map((one) => one.looked)).toEqual([EFFECT_SLICE, 2 * EFFECT_SLICE, MANY]);
  expect([first, second, third].map(judged)).toEqual([EFFECT_SLICE, 2 * EFFECT_SLICE, MANY]);
  expect(first.unsure).toBeGreaterThan(second.unsure);
  expect(third.unsure).toBe(0);
  expect(third.moved).toBeGreaterThan(0); // the one client with a plan was among them
});

test("another draft begins anew", async () => {
  await effect();
  await effect();
  const other = { ...DEFAULT_SETTINGS, calendar: { ...DEFAULT_SETTINGS.calendar, endMinute: 16 * 60 } };
  await world.host.ask(world.id, "saveDraft", [other, "user:1"]);
  expect((await effect()).looked).toBe(EFFECT_SLICE);
});

test("the page says how far it is and how sure, and goes on by itself until it is through", async () => {
  const { browser } = await openIn(world, scene.admin.userId, "settings");
  const page = async () => (await browser.get(browser.url.replace(/settings.*$/, "settings/changes"))).text();
  const first = await page();
  expect(first).toContain(`Decided for ${EFFECT_SLICE} of ${MANY} clients`);
  expect(first).toContain("may differ by up to 5.2 points");
  expect(first).toContain('http-equiv="refresh"');
  await page();
  const last = await page();
  expect(last).toContain(`Decided for ${MANY} of ${MANY} clients`);
  expect(last).not.toContain('http-equiv="refresh"');
});

test("the doubt is that of a random draw without putting back", () => {
  expect(unsureOf(100, 1_000_000)).toBeCloseTo(9.8, 1);
  expect(unsureOf(400, 1_000_000)).toBeCloseTo(4.9, 1);
  expect(unsureOf(200, 400)).toBeCloseTo(4.91, 1);
  expect(unsureOf(400, 400)).toBe(0);
});
