import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solve } from "../../../src/core/score/logistic.ts";
import { auc, brier, brierSkill, precisionAt } from "../../../src/core/score/metrics.ts";
import { minimise } from "../../../src/core/score/nelder-mead.ts";
import { expit, logGamma, negLogUpperNormal, upperNormal } from "../../../src/core/signal/special.ts";
import { random } from "./build.ts";
import { bootstrap, calibration, derivatives, fitLogistic, type Observation, penalisedCost } from "./whole.ts";

const next = random(7);
const rows: Observation[] = Array.from({ length: 400 }, () => {
  const x = [2 * next() - 1, 2 * next() - 1];
  return { x, y: next() < expit(-1 + 2 * x[0]! - 1 * x[1]!) ? 1 : 0 };
});
const loose = { mean: 0, sd: 100 };

describe("logistic regression with priors", () => {
  it("has the gradient and the curvature of its cost (finite differences)", () => {
    const priors = [loose, { mean: 0.5, sd: 0.3 }, { mean: 0, sd: 2 }];
    const beta = [0.3, -0.4, 0.9];
    const { gradient, hessian } = derivatives(rows, priors, beta);
    const h = 1e-5;
    beta.forEach((_, j) => {
      const moved = (by: number): number[] => beta.map((b, i) => (i === j ? b + by : b));
      const slope = (penalisedCost(rows, priors, moved(h)) - penalisedCost(rows, priors, moved(-h))) / (2 * h);
      expect(gradient[j]).toBeCloseTo(slope, 3);
      const up = derivatives(rows, priors, moved(h)).gradient;
      const down = derivatives(rows, priors, moved(-h)).gradient;
      for (const [k, g] of up.entries()) expect(hessian[j]![k]).toBeCloseTo((g - down[k]!) / (2 * h), 2);
    });
  });

  it("finds the truth it was drawn from, roughly, and ends where the gradient is zero", () => {
    const priors = [loose, loose, loose];
    const beta = fitLogistic(rows, priors);
    for (const g of derivatives(rows, priors, beta).gradient) expect(Math.abs(g)).toBeLessThan(1e-4);
    expect(Math.abs(beta[1]! - 2)).toBeLessThan(0.6);
    expect(Math.abs(beta[2]! + 1)).toBeLessThan(0.6);
  });

  it("without features and prior gives the log odds of the share, by hand", () => {
    const some = [1, 1, 0, 0, 0, 0, 0, 0].map((y) => ({ x: [], y }));
    expect(fitLogistic(some, [loose])[0]).toBeCloseTo(Math.log(2 / 6), 3);
  });

  it("stays finite on a separable handful, near its prior (few labels teach little)", () => {
    const few = [
      { x: [1], y: 1 },
      { x: [-1], y: 0 },
    ];
    const beta = fitLogistic(few, [
      { mean: 0, sd: 1 },
      { mean: 0.25, sd: 0.15 },
    ]);
    expect(beta[1]).toBeGreaterThan(0.25);
    expect(beta[1]).toBeLessThan(0.32);
  });

  it("solves what was multiplied", () => {
    const a = [
      [4, 1, 0.5],
      [1, 3, 0.2],
      [0.5, 0.2, 2],
    ];
    const x = [1, -2, 3];
    const b = a.map((row) => row.reduce((sum, v, j) => sum + v * x[j]!, 0));
    for (const [i, v] of solve(a, b).entries()) expect(v).toBeCloseTo(x[i]!, 10);
  });
});

describe("Nelder-Mead", () => {
  it("finds the bottom of Rosenbrock's valley", () => {
    const { x } = minimise(([a, b]) => (1 - a!) ** 2 + 100 * (b! - a! * a!) ** 2, [-1.2, 1], { tolerance: 1e-12 });
    expect(x[0]).toBeCloseTo(1, 3);
    expect(x[1]).toBeCloseTo(1, 3);
  });

  it("keeps away from where the function is not defined", () => {
    const { x } = minimise(([a]) => (a! <= 0 ? Number.NaN : a! - Math.log(a!)), [3]);
    expect(x[0]).toBeCloseTo(1, 2);
  });
});

describe("measures", () => {
  it("AUC is the share of pairs in the right order, ties half (brute force)", () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(list, (pairs) => {
        const lost = pairs.filter(([, y]) => y);
        const kept = pairs.filter(([, y]) => !y);
        let right = 0;
        for (const [a] of lost) for (const [b] of kept) right += a > b ? 1 : a === b ? 0.5 : 0;
        const value = auc(
          pairs.map(([s]) => s),
          pairs.map(([, y]) => (y ? 1 : 0)),
        );
        if (lost.length === 0 || kept.length === 0) expect(value).toBeNull();
        else expect(value).toBeCloseTo(right / (lost.length * kept.length), 10);
      }),
    );
  });

  it("precision shares ties evenly", () => {
    expect(precisionAt([3, 2, 2, 1], [1, 1, 0, 0], 2)).toBe(0.75);
    expect(precisionAt([3, 2, 2, 1], [1, 1, 0, 0], 100)).toBe(0.5);
    expect(precisionAt([], [], 5)).toBeNull();
  });

  it("Brier and its skill, by hand", () => {
    expect(brier([1, 0.5], [1, 0])).toBeCloseTo(0.125, 12);
    expect(brierSkill([1, 0.5], [1, 0], 0.5)).toBeCloseTo(0.5, 12);
    expect(brierSkill([0.5, 0.5], [1, 0], 0.5)).toBe(0);
  });

  it("calibration: right forecasts have slope 1, halved log odds have slope 2", () => {
    const p = rows.map(({ x }) => expit(-1 + 2 * x[0]! - x[1]!));
    const y = rows.map((r) => r.y);
    const right = calibration(p, y);
    const shy = calibration(
      p.map((v) => expit(Math.log(v / (1 - v)) / 2)),
      y,
    );
    expect(Math.abs(right.slope - 1)).toBeLessThan(0.3);
    expect(shy.slope).toBeCloseTo(2 * right.slope, 3);
    expect(right.bars.map((b) => b.count)).toEqual([80, 80, 80, 80, 80]);
  });

  it("the bootstrap interval holds the value and narrows with more clients", () => {
    const width = (n: number): number => {
      const scores = Array.from({ length: n }, (_, i) => i % 10);
      const y = scores.map((s, i) => (s + (i % 3) > 7 ? 1 : 0));
      const { value, low, high } = bootstrap(
        n,
        (ix) =>
          auc(
            ix.map((i) => scores[i]!),
            ix.map((i) => y[i]!),
          ),
        random(1),
        200,
      );
      expect(low!).toBeLessThanOrEqual(value!);
      expect(high!).toBeGreaterThanOrEqual(value!);
      return high! - low!;
    };
    expect(width(1000)).toBeLessThan(width(60));
  });
});

describe("special functions", () => {
  it("ln Γ: factorials and Γ(1/2) = √π", () => {
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 11);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 11);
    expect(logGamma(101) - logGamma(100)).toBeCloseTo(Math.log(100), 10);
  });

  it("the normal tail: table values, and far out", () => {
    expect(upperNormal(1.959964)).toBeCloseTo(0.025, 6);
    expect(upperNormal(-1)).toBeCloseTo(0.8413447, 6);
    expect(negLogUpperNormal(0)).toBeCloseTo(Math.LN2, 6);
    expect(negLogUpperNormal(7.999) - negLogUpperNormal(8.001)).toBeCloseTo(-0.0162, 3);
    expect(Number.isFinite(negLogUpperNormal(60))).toBe(true);
  });
});
