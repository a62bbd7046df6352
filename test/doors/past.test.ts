import { afterEach, beforeEach, expect, test } from "vitest";
import type { BackTestView } from "../../src/views/back-test.ts";
import type { Derived } from "../../src/views/derive.ts";
import { HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";

let world: HubSpotWorld;
const USER = "user:1";

beforeEach(async () => {
  world = new HubSpotWorld();
  const owner = world.portal.addOwner({ firstName: "Айгуль" }).id;
  await world.install();
  await world.runFor(10 * MINUTE);
  for (let n = 1; n <= 3; n++) {
    const company = world.portal.create("companies", { name: `Acme ${n}`, hubspot_owner_id: owner }).id;
    const values = { dealname: "Acme", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
    world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  }
  await world.runFor(2 * HOUR);
});
afterEach(() => world.close());

const ask = (method: string, ...args: unknown[]) => world.host.ask(world.id, method as "status", args as never);

test("A8.22 a proof is asked for, worked off in turns, and kept; too few losses are said in numbers", async () => {
  const asked = (await ask("backTest", 90, USER)) as unknown as BackTestView;
  expect(asked.proof).toMatchObject({ state: "running", horizonDays: 90, by: USER, result: null, verdict: null });
  await world.runFor(10 * MINUTE);
  const { proof } = (await ask("pastProof")) as unknown as BackTestView;
  expect(proof).toMatchObject({ state: "done", verdict: "too_few", lost: 0, needed: 20, beats: [] });
  expect(proof?.result?.tooFew).toEqual({ lost: 0, needed: 20 });
});

test("the same proof asked for again while it runs is the same one; other days are refused", async () => {
  const first = (await ask("backTest", 90, USER)) as unknown as BackTestView;
  const again = (await ask("backTest", 90, "user:2")) as unknown as BackTestView;
  expect(again.proof?.askedAt).toBe(first.proof?.askedAt);
  expect(again.proof?.by).toBe(USER);
  expect(await ask("backTest", 7, USER)).toBeNull();
});

test("once there is a book the risk model is learnt, and without losses nothing is said in per cent", async () => {
  await world.runFor(HOUR);
  const { risk } = (await ask("pastProof")) as unknown as BackTestView;
  expect(risk).toMatchObject({ show: "rank", lost: 0, needed: 10, took: "first", version: 1 });
});

test("G7 score changes of a living portal come out the same again", async () => {
  await world.runFor(HOUR);
  const { checked, same } = (await ask("deriveAgain", 1_000)) as unknown as Derived;
  expect(checked).toBeGreaterThan(0);
  expect(same).toBe(checked);
});
