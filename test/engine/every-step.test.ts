import { describe, expect, test } from "vitest";
import { play } from "../support/every-step.ts";
import { VENDORS } from "../support/world.ts";

/** Every step takes minutes; `TENURE_EVERY_STEP=1 npm test every-step` plays them all, the usual run some of them, evenly spread. */
const isFull = process.env.TENURE_EVERY_STEP === "1";
/** Plays per CRM in the usual run. */
const PLAYS = 9;

describe.each(VENDORS)("G2 %s: killed at any step and started again", (vendor) => {
  test("the CRM ends up exactly as without the kill", { timeout: 3_600_000 }, async () => {
    const { outcome, steps } = await play(vendor, null);
    expect(outcome.tasks).toHaveLength(13);
    const stride = isFull ? 1 : Math.ceil(steps / PLAYS);
    let kills = 0;
    for (let at = 1; at <= steps + stride; at += stride) {
      const played = await play(vendor, at);
      if (played.killedAt === null) break;
      kills += 1;
      const where = `step ${at}, ${played.killedAt}`;
      expect({ where, ...played.outcome }).toEqual({ where, ...outcome });
      expect({ where, violations: played.violations, broken: played.broken, limited: played.limited }).toEqual({
        where,
        violations: [],
        broken: [],
        limited: 0,
      });
    }
    expect(kills).toBeGreaterThanOrEqual(isFull ? 200 : PLAYS - 1);
  });
});
