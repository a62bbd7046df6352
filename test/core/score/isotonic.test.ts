import { describe, expect, it } from "vitest";
import { isotonicChance } from "../../../src/core/score/isotonic.ts";
import { type LabelledRow, packFeatures, riskOf } from "../../../src/core/score/risk.ts";
import { expit } from "../../../src/core/signal/special.ts";
import { random } from "./build.ts";
import { calibrate, calibrateBest, calibrateBySteps, fitIsotonic, fitRisk, lossOn } from "./whole.ts";

describe("isotonic calibration (scoring 3.10)", () => {
  it("pools neighbours in the wrong order, by hand", () => {
    const forecasts = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    // .2 and .3 stand the wrong way round, so do .5 and .6.
    const steps = fitIsotonic(forecasts, [0, 1, 0, 1, 1, 1])!;
    expect(steps.at.map((x) => Math.round(x * 100) / 100)).toEqual([0.1, 0.25, 0.5]);
    expect(steps.chance).toEqual([0.5 / 2, 1.5 / 3, 3.5 / 4]);
    expect(isotonicChance(steps, 0.175)).toBeCloseTo((0.25 + 0.5) / 2, 12);
  });

  it("extrapolates nothing beyond its ends, which hold a tenth of the rows at the least", () => {
    const forecasts = Array.from({ length: 100 }, (_, i) => i / 100);
    const steps = fitIsotonic(
      forecasts,
      forecasts.map((_, i) => (i >= 97 || i % 10 === 9 ? 1 : 0)),
    )!;
    expect(isotonicChance(steps, 5)).toBe(steps.chance.at(-1));
    expect(isotonicChance(steps, -5)).toBe(steps.chance[0]);
    expect(steps.chance.at(-1)!).toBeLessThan(0.5);
  });

  it("says nothing without both outcomes", () => {
    expect(fitIsotonic([0.1, 0.2], [0, 0])).toBeNull();
    expect(fitIsotonic([0.1, 0.2], [1, 1])).toBeNull();
  });
});

describe("the last step", () => {
  const next = random(8);
  /** The forecast's order is right; the chance jumps where `chance` says. */
  const rows = (count: number, chance: (usage: number) => number): LabelledRow[] =>
    Array.from({ length: count }, (_, i) => {
      const usage = 6 * next() - 2;
      return { clientId: `c${i}`, cutDay: 400, lost: next() < chance(usage), features: packFeatures({ usage }) };
    });
  const jump = (usage: number): number => (usage > 3 ? 0.9 : usage > 0 ? 0.45 : 0.02);
  const smooth = (usage: number): number => expit(usage - 1.5);

  it("goes by steps where the outcomes do, and there it is right on clients it has not seen", () => {
    const model = fitRisk(rows(2_000, jump), 1, 1, []);
    const best = calibrateBest(model, rows(2_000, jump));
    expect(best.isotonic).toBeDefined();
    const fresh = rows(2_000, jump);
    expect(lossOn(best, fresh)).toBeLessThan(lossOn(calibrate(model, fresh), fresh));
    const chances = [-2, 0, 1, 2, 4].map((usage) => riskOf(best, { features: packFeatures({ usage }) }));
    expect([...chances].sort((a, b) => a - b)).toEqual(chances);
  });

  it("stays smooth where the outcomes are, below a thousand labels, and below 300 lost", () => {
    const model = fitRisk(rows(2_000, smooth), 1, 1, []);
    expect(calibrateBest(model, rows(2_000, smooth)).isotonic).toBeUndefined();
    const jumpy = fitRisk(rows(2_000, jump), 1, 1, []);
    expect(calibrateBest(jumpy, rows(999, jump)).isotonic).toBeUndefined();
    expect(calibrateBest({ ...jumpy, lost: 299 }, rows(2_000, jump)).isotonic).toBeUndefined();
    expect(calibrateBySteps(jumpy, rows(999, jump)).isotonic).toBeDefined();
  });
});
