import { describe, expect, it } from "vitest";
import { countEvidence, isTailBeyond, lowerTailNats, sizeOf, upperTailNats } from "../../../src/core/signal/neg-bin.ts";

/** P(N = j), written out with factorial-free products from the definition: Γ(r+j)/(j! Γ(r)) · (r/(r+m))^r · (m/(r+m))^j. */
function mass(j: number, mean: number, size: number): number {
  let coefficient = 1;
  for (let i = 0; i < j; i++) coefficient *= (size + i) / (i + 1);
  return coefficient * (size / (size + mean)) ** size * (mean / (size + mean)) ** j;
}

function below(count: number, mean: number, size: number): number {
  let sum = 0;
  for (let j = 0; j <= count; j++) sum += mass(j, mean, size);
  return sum;
}

describe("tails of the negative binomial", () => {
  it("says whether a tail is beyond so many nats as the nats themselves do, at the edge too", () => {
    for (let k = 0; k < 2_000; k++) {
      const [count, mean, size] = [k % 7, 0.5 + (k % 97) / 6, 0.5 + (k % 31) / 4];
      const exact = lowerTailNats(count, mean, size);
      for (const nats of [1.6, exact, exact * (1 + 1e-12), exact * (1 - 1e-12), exact * (1 + 1e-6)])
        expect(isTailBeyond(count, mean, size, nats, Math.exp(-nats))).toBe(exact > nats);
    }
    expect(isTailBeyond(400, 600, 8, 1.6, Math.exp(-1.6))).toBe(lowerTailNats(400, 600, 8) > 1.6);
  });

  it.each([
    [0, 1, 1],
    [0, 8, 4.5],
    [3, 8, 4.5],
    [9, 27, 7.2],
    [40, 31, 2],
    [12, 12, 0.6],
    [80, 120, 7.9],
  ])("of %i events with mean %d and size %d are those of the brute-force sum", (count, mean, size) => {
    expect(lowerTailNats(count, mean, size)).toBeCloseTo(-Math.log(below(count, mean, size)), 9);
    expect(upperTailNats(count, mean, size)).toBeCloseTo(
      -Math.log(1 - (count === 0 ? 0 : below(count - 1, mean, size))),
      7,
    );
  });

  it("with mean 1 and size 1 the chance of nothing is one half, by hand", () => {
    expect(lowerTailNats(0, 1, 1)).toBeCloseTo(Math.LN2, 12);
  });

  it("go over smoothly to the normal law above a mean of 500", () => {
    const exact = lowerTailNats(380, 499, 7.9);
    const normal = lowerTailNats(381, 501, 7.9);
    expect(Math.abs(exact - normal)).toBeLessThan(0.08);
  });

  it("a single silent window with one expected event never gives more than one nat (scoring 3.3)", () => {
    expect(lowerTailNats(0, 1, sizeOf(1000, 8))).toBeLessThan(1);
  });

  it("a short baseline is less sure than a long one, and none is surer than kappa", () => {
    expect(sizeOf(0, 8)).toBeCloseTo(8 / 9, 12);
    expect(sizeOf(7, 8)).toBeCloseTo(4, 12);
    expect(sizeOf(1e9, 8)).toBeLessThan(8);
  });
});

describe("evidence of a count (A8.4)", () => {
  it("is bad below the expectation and good above it, held inside -1 and 3.5", () => {
    expect(countEvidence(0, 400, 7.9)).toBe(3.5);
    expect(countEvidence(4000, 400, 7.9)).toBe(-1);
    expect(countEvidence(9, 27, 7.2)).toBeGreaterThan(1.6);
    expect(countEvidence(27, 27, 7.2)).toBeLessThanOrEqual(0);
  });

  it("grows with every missing event", () => {
    const evidence = [20, 15, 10, 5, 0].map((count) => countEvidence(count, 25, 6));
    expect([...evidence].sort((a, b) => a - b)).toEqual(evidence);
  });
});
