/** A handful of small worlds that always run. Larger ones: `npm run world`. */
import { describe, expect, test } from "vitest";
import { INVARIANTS, type Invariant } from "../../scripts/world/invariants.ts";
import { NodeHouse } from "../../scripts/world/node-house.ts";
import { commandOf, DEFAULTS, LONG, type Parameters, parametersOf } from "../../scripts/world/parameters.ts";
import { lineAt } from "../../scripts/world/progress.ts";
import { shrink } from "../../scripts/world/shrink.ts";
import { Simulation } from "../../scripts/world/simulate.ts";

const WORLDS: readonly Parameters[] = [
  { seed: 11, portals: 2, clients: 6, days: 1, faults: 1 },
  { seed: 12, portals: 2, clients: 6, days: 1, faults: 2 },
  { seed: 23, portals: 2, clients: 6, days: 1, faults: 3 },
  { seed: 24, portals: 1, clients: 2, days: 2, faults: 1, flood: 40 },
];

describe("A12.5 small worlds of portals, people and faults", () => {
  test.each(WORLDS)(
    "seed $seed, faults $faults: nothing that has to hold is broken",
    async (parameters) => {
      const outcome = await outcomeOf(parameters);
      expect(outcome.broken, commandOf(parameters)).toEqual([]);
      expect(outcome.writes).toBeGreaterThan(0);
      for (const name of Object.keys(INVARIANTS) as Invariant[])
        expect(outcome.checked[name], `${name} was checked`).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe("a world that is broken can be looked at", () => {
  test("the same parameters make the same world", async () => {
    const parameters = { seed: 31, portals: 2, clients: 2, days: 1, faults: 3 };
    const [first, second] = [await outcomeOf(parameters), await outcomeOf(parameters)];
    expect(second).toEqual(first);
    expect(first.calls).toBeGreaterThan(0);
  }, 120_000);

  test("what is broken in a world is looked for in smaller ones", async () => {
    // "Writes at all" stands for whatever may be broken: it is so in the smallest world, too.
    const large = { seed: 32, portals: 2, clients: 2, days: 2, faults: 1 };
    const smallest = await shrink(large, async (one) => (await outcomeOf(one)).writes > 0);
    expect(smallest).toEqual({ seed: 32, portals: 1, clients: 1, days: 1, faults: 0 });
  }, 120_000);
});

const outcomeOf = (parameters: Parameters) =>
  new Simulation(parameters, (options) => new NodeHouse(options)).run(() => undefined);

describe("the command's options", () => {
  const ONE = { seeds: 1, shrink: false, workers: 2, out: null, runtime: "node" };

  test("what is not said is as in the help", () => {
    expect(parametersOf([], 2)).toEqual({ ...DEFAULTS, ...ONE });
  });

  test("every option that makes no sense is named", () => {
    expect(() => parametersOf(["--seed", "x", "--portals", "0", "--faults", "4", "--workers", "0"])).toThrow(
      "--seed is a whole number from 0; --portals is a whole number from 1; --workers is a whole number from 1; --faults is at most 3.",
    );
  });

  test("worlds in workerd follow one another, and what only Node can do with them is refused", () => {
    expect(parametersOf(["--runtime", "workers", "--seeds", "3"], 2)).toMatchObject({ runtime: "workers", seeds: 3 });
    expect(parametersOf(["--runtime", "workers", "--out", "w.jsonl"], 2).out).toBe("w.jsonl");
    expect(() => parametersOf(["--runtime", "bun"], 2)).toThrow("--runtime is node or workers.");
    expect(() => parametersOf(["--runtime", "workers", "--shrink"], 2)).toThrow("are for worlds on Node");
  });

  test("the command that is printed makes the same world", () => {
    const parameters = { seed: 7, portals: 3, clients: 5, days: 9, faults: 1 };
    for (const one of [parameters, { ...parameters, flood: 50_000 }])
      expect(parametersOf(commandOf(one).split(" ").slice(4), 2)).toEqual({ ...one, ...ONE });
  });

  test("years are as many worlds as it takes, with every fault", () => {
    // 200 · 365 days of a portal, 2 · 110 of them in a world
    expect(parametersOf(["--years", "200", "--seed", "5"], 2)).toEqual({ ...ONE, ...LONG, seed: 5, seeds: 332 });
    expect(parametersOf(["--years", "1", "--portals", "5", "--days", "73"]).seeds).toBe(1);
    expect(() => parametersOf(["--years", "1", "--seeds", "2"])).toThrow("--years and --seeds both say how many");
  });
});

test("a long run says how far it is, how fast it goes and how long it will still take", () => {
  expect(lineAt(50, 200, 25, "seed 3")).toBe(
    "████████░░░░░░░░░░░░░░░░░░░░░░ 25 % · 2.0 portal-days/s · 1:15 left · seed 3",
  );
});

describe("shrinking", () => {
  test("ends at the smallest world that is still broken", async () => {
    const tried: Parameters[] = [];
    const smallest = await shrink({ seed: 1, portals: 20, clients: 50, days: 90, faults: 3 }, async (one) => {
      tried.push(one);
      return one.clients >= 7 && one.days >= 12 && one.faults >= 2;
    });
    expect(smallest).toEqual({ seed: 1, portals: 1, clients: 7, days: 12, faults: 2 });
    expect(tried.length).toBeLessThan(60);
  });
});
