import { afterEach, expect, test } from "vitest";
import { playAdoption } from "../../scripts/bench/adoption.ts";
import { keyedTasks } from "../../scripts/world/eye.ts";
import { UNDO_SLICE } from "../../src/acts/portal.ts";
import { ADOPTION_SLICE, type AdoptionAnswer } from "../../src/views/adoption.ts";
import { DAY, HOUR, House } from "../support/house.ts";
import { addPortal, setMode } from "../support/world.ts";

const CLIENTS = ADOPTION_SLICE + 50;
let house: House | null = null;
afterEach(() => house?.close());

test("G5 G6 earlier clients adopted at once take hardly more calls than the fewest possible, and no 429 of ours", async () => {
  const played = await playAdoption(150);
  expect(played.tasks).toBeGreaterThan(150 * 10);
  expect(played.calls / played.fewest).toBeLessThanOrEqual(1.05);
  expect(played.limited).toBe(0);
});

test("G2 more earlier clients than are looked at in one go are counted in slices and let go in slices, also when the process is killed in between", async () => {
  house = new House();
  const { host, clock } = house;
  const world = addPortal(house, "hubspot");
  world.importWon(CLIENTS, world.owner("Aigul"), clock.now() - 10 * DAY);
  await world.install();
  await setMode(world, "observe");
  await house.runFor(HOUR);
  const preview = async (since: number) => (await host.ask(world.id, "previewAdoption", [since])) as AdoptionAnswer;
  const since = clock.now() - 30 * DAY;
  expect(await preview(since)).toMatchObject({ ok: false, progress: { done: ADOPTION_SLICE, total: CLIENTS } });
  // Another day is counted by itself.
  expect(await preview(since + DAY)).toMatchObject({ ok: false, progress: { done: ADOPTION_SLICE } });
  expect(await preview(since + DAY)).toMatchObject({ ok: true, view: { plans: CLIENTS } });
  await preview(since);
  const counted = await preview(since);
  if (!counted.ok) throw new Error("two slices are everybody");
  expect(counted.view).toEqual({ plans: CLIENTS, tasks: CLIENTS * 14 });

  await host.ask(world.id, "adopt", [since, "user:1", counted.view]);
  await house.runFor(HOUR);
  const store = () => house!.host.portal(world.id).store;
  const plans = (state: string) =>
    store()
      .clients.page("", CLIENTS + 1)
      .filter((one) => (one.state as { plans: { state: string }[] }).plans.some((plan) => plan.state === state)).length;
  expect(plans("closed")).toBe(0);
  expect(plans("running")).toBe(CLIENTS);

  await host.ask(world.id, "undoAdoption", ["user:1"]);
  await host.portal(world.id).tick();
  expect(plans("closed")).toBe(UNDO_SLICE);
  house.restart();
  await house.runFor(HOUR);
  expect(plans("closed")).toBe(CLIENTS);
  const undone = store()
    .journal.deeds(5_000)
    .filter(({ code }) => code === "adoption-undone");
  expect(undone.map(({ params }) => params)).toEqual([{ clients: CLIENTS }]);
}, 120_000);

test("an adoption is taken back also of clients that became one since", async () => {
  house = new House();
  const { host, clock } = house;
  const world = addPortal(house, "hubspot");
  const [one, other] = world.importWon(2, world.owner("Aigul"), clock.now() - 10 * DAY);
  await world.install();
  await house.runFor(HOUR);
  await host.ask(world.id, "adopt", [clock.now() - 30 * DAY, "user:1", { plans: 2, tasks: 28 }]);
  await house.runFor(HOUR);
  const planned = () => keyedTasks(world).filter(({ key }) => key.startsWith("plan:"));
  expect(planned().length).toBeGreaterThanOrEqual(2 * 14);
  world.mergeCompanies(one!.company, other!.company);
  await house.runFor(HOUR);
  await host.ask(world.id, "undoAdoption", ["user:1"]);
  await house.runFor(HOUR);
  expect(planned()).toEqual([]);
  const deeds = host.portal(world.id).store.journal.deeds(5_000);
  expect(deeds.find(({ code }) => code === "adoption-undone")?.params).toEqual({ clients: 1 });
});
