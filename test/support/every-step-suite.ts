/** The sentence that has to hold at every step, on every runtime. */
import { describe, expect, test } from "vitest";
import { differences, type OnStep, play, type StepHouse, stepsToKill } from "./every-step.ts";
import { VENDORS } from "./world.ts";

/** @param every `1` = every step (minutes), `10` = every tenth; empty = some of them, as in the usual run */
export function everyStep(make: (onStep: OnStep) => StepHouse, every: string): void {
  describe.each(VENDORS)("G2 %s: killed at any step and started again", (vendor) => {
    test("the CRM ends up exactly as without the kill", { timeout: 14_400_000 }, async () => {
      const { outcome, steps, broken } = await play(make, vendor, null);
      expect(outcome.tasks).toHaveLength(13);
      expect(broken).toEqual([]);
      const kills = stepsToKill(steps, every === "" ? null : Number(every));
      for (const at of kills) {
        const played = await play(make, vendor, at);
        expect(played.killedAt, `step ${at} of ${steps}`).not.toBeNull();
        const where = `killed at step ${at} of ${steps}, ${played.killedAt}`;
        expect(differences(played.outcome, outcome), where).toEqual([]);
        const { violations, limited } = played;
        expect({ violations, limited, broken: played.broken }, where).toEqual({
          violations: [],
          limited: 0,
          broken: [],
        });
      }
      expect(kills.length).toBeGreaterThanOrEqual(8);
      if (every !== "") console.log(`${vendor}: killed at ${kills.length} of ${steps} steps`);
    });
  });
}
