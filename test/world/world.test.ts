/** A handful of small worlds that always run. Larger ones: `npm run world`. */
import { describe, expect, test } from "vitest";
import { INVARIANTS, type Invariant } from "../../scripts/world/invariants.ts";
import { commandOf, DEFAULTS, type Parameters, parametersOf } from "../../scripts/world/parameters.ts";
import { lineAt } from "../../scripts/world/progress.ts";
import { shrink } from "../../scripts/world/shrink.ts";
import { Simulation } from "../../scripts/world/simulate.ts";

const WORLDS: readonly Parameters[] = [
  { seed: 11, portals: 2, clients: 6, days: 1, faults: 1 },
  { seed: 12, portals: 2, clients: 6, days: 1, faults: 2 },
  { seed: 23, portals: 2, clients: 6, days: 1, faults: 3 },
];

describe("A12.5 small worlds of portals, people and faults", () => {
  test.each(WORLDS)(
    "seed $seed, faults $faults: nothing that has to hold is broken",
    async (parameters) => {
      const outcome = await new Simulation(parameters).run(() => undefined);
      expect(outcome.broken, commandOf(parameters)).toEqual([]);
      expect(outcome.writes).toBeGreaterThan(0);
      for (const name of Object.keys(INVARIANTS) as Invariant[])
        expect(outcome.checked[name], `${name} was checked`).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe("the command's options", () => {
  test("what is not said is as in the help", () => {
    expect(parametersOf([])).toEqual({ ...DEFAULTS, seeds: 1, shrink: false });
  });

  test("every option that makes no sense is named", () => {
    expect(() => parametersOf(["--seed", "x", "--portals", "0", "--faults", "4"])).toThrow(
      "--seed is a whole number from 0; --portals is a whole number from 1; --faults is at most 3.",
    );
  });

  test("the command that is printed makes the same world", () => {
    const parameters = { seed: 7, portals: 3, clients: 5, days: 9, faults: 1 };
    expect(parametersOf(commandOf(parameters).split(" ").slice(4))).toEqual({ ...parameters, seeds: 1, shrink: false });
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
