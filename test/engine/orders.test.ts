import { afterEach, describe, expect, test } from "vitest";
import type { BackTestView } from "../../src/views/back-test.ts";
import type { Derived } from "../../src/views/derive.ts";
import { DAY, HOUR, House, START } from "../support/house.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";

let house: House | null = null;
afterEach(() => house?.close());

const BUYERS = 80;

/** Forty customers who buy every 21 to 34 days; every fourth stopped, half of those before the day that a proof looks back to. */
async function shop(vendor: (typeof VENDORS)[number]): Promise<{ world: World; companies: readonly string[] }> {
  house = new House();
  const world = addPortal(house, vendor);
  const owner = world.owner("Marta");
  const companies = Array.from({ length: BUYERS }, (_, n) => {
    const id = world.company({ ownerId: owner });
    const gap = 21 + (n % 14);
    const until = START - (n % 4 !== 0 ? 1 : n % 8 === 0 ? 110 : 80) * DAY;
    const orders: number[] = [];
    for (let at = START - (420 - 3 * n) * DAY; at < until; at += (gap + ((orders.length * 7) % 5) - 2) * DAY)
      orders.push(at);
    world.importOrders(id, owner, orders);
    return id;
  });
  await world.install();
  await house.runFor(4 * HOUR);
  return { world, companies };
}

const ask = (world: World, method: string, ...args: unknown[]) =>
  world.house.host.ask(world.id, method as "status", args as never) as Promise<unknown>;

/** Turns until the proof is so far. @returns the most portions that were noted on the way */
async function workUntil(world: World, is: (proof: NonNullable<BackTestView["proof"]>) => boolean): Promise<number> {
  let most = 0;
  for (let turns = 0; turns < 5_000; turns++) {
    const { proof } = (await ask(world, "pastProof")) as BackTestView;
    if (is(proof!)) return most;
    most = Math.max(most, proof!.portions);
    await world.house.host.turnDue();
    await world.house.clock.advanceTo(world.house.clock.now() + 1_000);
  }
  throw new Error("The proof was never so far.");
}

describe.each(VENDORS)("a portal whose customers buy again and again, on %s", (vendor) => {
  test("A8.11 the rhythm of deals won is evidence, live and in the rebuilt past, and comes out the same again", async () => {
    const { world, companies } = await shop(vendor);
    const of = (n: number) => world.fields({ kind: "company", id: companies[n]! });
    expect(of(0)).toMatchObject({ main_reason: expect.stringMatching(/^No order for 1\d\d days; usual gap: 21 days/) });
    expect(Number(of(0).score)).toBeLessThan(Number(of(1).score) - 15);
    expect(of(1).reasons ?? "").not.toContain("No order");
    const derived = (await ask(world, "deriveAgain", 1_000)) as Derived;
    expect(derived.checked).toBeGreaterThan(0);
    expect(derived.same).toBe(derived.checked);

    await ask(world, "backTest", 60, "user:1");
    const portions = await workUntil(world, (proof) => proof.state === "done");
    const { proof } = (await ask(world, "pastProof")) as BackTestView;
    expect(proof?.result).toMatchObject({
      population: expect.stringContaining("at least 3 days with an order"),
      n: BUYERS,
      lost: BUYERS / 4,
    });
    // Half of those who bought nothing afterwards had been silent for longer than ever on that day.
    expect(proof!.result!.auc.health.value).toBeGreaterThan(0.6);

    // Killed soon after it began, and again in its last fits: each time it begins anew, and it comes out the same.
    await ask(world, "backTest", 60, "user:2");
    for (const until of [8, portions]) {
      await workUntil(world, (now) => now.state === "running" && now.portions >= until);
      world.house.restart();
    }
    await workUntil(world, (now) => now.state === "done");
    const again = (await ask(world, "pastProof")) as BackTestView;
    expect(again.proof).toMatchObject({ by: "user:2", result: proof!.result });
  }, 120_000);
});
