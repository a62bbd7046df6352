/** The simulated world inside workerd: a handful of small worlds always run, `npm run world -- --runtime workers` plays others. */
import { describe, expect, test } from "vitest";
import type { Said } from "../../scripts/world/in-workerd.ts";
import { INVARIANTS, type Invariant } from "../../scripts/world/invariants.ts";
import type { Parameters } from "../../scripts/world/parameters.ts";
import { type Outcome, Simulation } from "../../scripts/world/simulate.ts";
import { env } from "./house.ts";
import { WorkersWorldHouse } from "./world-house.ts";

/** The first two have every disaster between them. */
const WORLDS: readonly Parameters[] = [
  { seed: 8855, portals: 2, clients: 3, days: 7, faults: 3 },
  { seed: 11970, portals: 1, clients: 3, days: 7, faults: 3 },
  { seed: 12, portals: 2, clients: 2, days: 1, faults: 2 },
  { seed: 24, portals: 1, clients: 2, days: 2, faults: 1, flood: 40 },
];
const BEFELL = [
  "taken away",
  "taken away in a turn",
  "alarm dropped",
  "alarms doubled",
  "move",
  "restore",
  "disk",
  "clock",
];
const asked = String(env.TENURE_WORLDS);
const worlds = asked === "" ? WORLDS : (JSON.parse(asked) as Parameters[]);

async function play(parameters: Parameters): Promise<Outcome & Pick<WorkersWorldHouse, "most">> {
  let house!: WorkersWorldHouse;
  const simulation = new Simulation(parameters, (options) => {
    house = new WorkersWorldHouse(options);
    return house;
  });
  const outcome = await simulation.run(() => undefined).catch((error: unknown) => simulation.fellOver(error));
  const { most } = house;
  if (asked !== "") console.log(JSON.stringify({ outcome, most } satisfies Said));
  return { ...outcome, most };
}

describe("G11 A12.5 worlds in workerd", () => {
  const befell = new Set<string>();

  test.each(worlds)(
    "seed $seed, faults $faults: nothing that has to hold is broken",
    { timeout: 3_600_000 },
    async (parameters) => {
      const { broken, writes, checked, faults, most } = await play(parameters);
      for (const name of Object.keys(faults)) befell.add(name);
      expect(broken, JSON.stringify(parameters)).toEqual([]);
      expect(writes).toBeGreaterThan(0);
      for (const name of Object.keys(INVARIANTS) as Invariant[])
        expect(checked[name], `${name} was checked`).toBeGreaterThan(0);
      // Subrequests of one invocation: 50 on the free plan. CPU is bounded by work, some microseconds a statement; 2 MB a parameter.
      expect(most.calls).toBeGreaterThan(0);
      expect(most.calls).toBeLessThanOrEqual(50);
      expect(most.statements).toBeGreaterThan(10);
      expect(most.statements).toBeLessThan(5_000);
      expect(most.parameterBytes).toBeLessThan(1_000_000);
    },
  );

  test.runIf(asked === "")("what only this runtime knows befell them, and a move to Node and back", () => {
    expect([...befell]).toEqual(expect.arrayContaining(BEFELL));
  });
});
