/**
 * What the port promises, as tests that both adapters pass. An adapter's test file builds a `ContractWorld` over its sandbox
 * and calls `crmContract`. A behaviour that a CRM cannot have is listed by its exact name with the reason, and shown as skipped.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CHANGES } from "./contract/changes.ts";
import { FAILURES } from "./contract/failures.ts";
import { FIELD_BEHAVIOURS } from "./contract/fields.ts";
import { HINTS } from "./contract/hints.ts";
import { LEAVING } from "./contract/leaving.ts";
import { MESSAGES } from "./contract/messages.ts";
import { NOTES } from "./contract/notes.ts";
import { READING } from "./contract/reading.ts";
import { type Behaviour, Scene } from "./contract/scene.ts";
import { TASKS } from "./contract/tasks.ts";
import type { ContractWorld } from "./contract/world.ts";

export type { ContractWorld, Mishap, Outbox, People, SeenTask } from "./contract/world.ts";

const BEHAVIOURS: readonly Behaviour[] = [
  ...READING,
  ...TASKS,
  ...FIELD_BEHAVIOURS,
  ...NOTES,
  ...MESSAGES,
  ...HINTS,
  ...CHANGES,
  ...FAILURES,
  ...LEAVING,
];

/** Exact name of a behaviour → why this CRM cannot have it. */
export type Exceptions = Readonly<Record<string, string>>;

/** Runs every behaviour in a world of its own, and at the end of each: nothing we sent was wrong, and no limit was broken by us. */
export function crmContract(name: string, make: () => Promise<ContractWorld>, exceptions: Exceptions = {}): void {
  describe(name, () => {
    let world: ContractWorld;

    beforeEach(async () => {
      world = await make();
    });

    afterEach(async () => {
      const violations = world.violations();
      const limited = world.limitedByUs();
      await world.close();
      expect(violations).toEqual([]);
      expect(limited).toBe(0);
    });

    for (const behaviour of BEHAVIOURS) {
      const reason = exceptions[behaviour.name];
      if (reason === undefined) it(behaviour.name, () => behaviour.run(new Scene(world)));
      else it(`${behaviour.name} (not here: ${reason})`, (context) => context.skip(reason));
    }

    it("names only behaviours that exist as exceptions", () => {
      const known = new Set(BEHAVIOURS.map((behaviour) => behaviour.name));
      expect(Object.keys(exceptions).filter((exception) => !known.has(exception))).toEqual([]);
    });
  });
}
