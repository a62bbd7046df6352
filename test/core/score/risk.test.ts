import { describe, expect, it } from "vitest";
import { auc } from "../../../src/core/score/metrics.ts";
import { finished } from "../../../src/core/score/portions.ts";
import {
  fitCalibrated,
  type LabelledRow,
  packFeatures,
  renewalsAhead,
  riskFeatures,
  riskOf,
  sayRisk,
  shownWith,
} from "../../../src/core/score/risk.ts";
import { expit } from "../../../src/core/signal/special.ts";
import { config, input, NOW, random, score, steadyBook, WEEKS, weekly } from "./build.ts";
import { calibrate, correctDrift, fitRisk, lossOn } from "./whole.ts";

const next = random(21);
/** Clients whose loss hangs on usage and on a renewal ahead. */
function rows(count: number, tilt = 0): LabelledRow[] {
  return Array.from({ length: count }, (_, i) => {
    const usage = 5 * next() - 1;
    const ahead = next() < 0.5 ? 1 : 0;
    const lost = next() < expit(-4 + tilt + 0.8 * usage + 2 * ahead);
    return {
      clientId: `c${i}`,
      cutDay: 400,
      lost,
      features: packFeatures({ usage, renewal_ahead: ahead, ln_renewals: Math.log(ahead + 0.5), ln_tenure: 6 }),
    };
  });
}

describe("risk (scoring 3.10)", () => {
  it.each([
    [0, "rank"],
    [9, "rank"],
    [10, "band"],
    [49, "band"],
    [50, "percent"],
    [400, "percent"],
  ])("with %i losses it is shown as %s", (lost, show) => {
    expect(shownWith(lost)).toBe(show);
  });

  it("below ten losses nothing is learned from outcomes", () => {
    const few = rows(60).map((row, i) => ({ ...row, lost: i < 9 }));
    const turned = few.map((row, i) => ({ ...row, lost: i >= 51 }));
    expect(fitRisk(few, 1, 1, []).beta).toEqual(fitRisk(turned, 1, 1, []).beta);
  });

  it("with 10 to 49 losses only the base rate is", () => {
    const some = rows(200).map((row, i) => ({ ...row, lost: i % 8 === 0 }));
    const model = fitRisk(some, 1, 1, []);
    const plain = fitRisk([], 1, 1, some);
    model.beta.slice(1).forEach((b, j) => {
      expect(b).toBeCloseTo(plain.beta[j + 1]!, 2);
    });
    const mean = some.reduce((sum, row) => sum + riskOf(model, row), 0) / some.length;
    expect(Math.abs(mean - 25 / 200)).toBeLessThan(0.05);
  });

  it("with many losses it learns, ranks new clients and is calibrated on them", () => {
    const model = fitRisk(rows(1500), 1, 1, []);
    const fresh = rows(1500);
    const p = fresh.map((row) => riskOf(model, row));
    const y = fresh.map((row) => (row.lost ? 1 : 0));
    expect(auc(p, y)!).toBeGreaterThan(0.8);
    const observed = y.reduce((a: number, b) => a + b, 0) / y.length;
    expect(Math.abs(p.reduce((a, b) => a + b, 0) / p.length - observed)).toBeLessThan(0.03);
    expect(model.lost).toBeGreaterThan(100);
  });

  it("shuffled outcomes teach nothing", () => {
    const train = rows(1200);
    const labels = train.map((row) => row.lost).reverse();
    const model = fitRisk(
      train.map((row, i) => ({ ...row, lost: labels[i]! })),
      1,
      1,
      [],
    );
    const fresh = rows(1500);
    const plain = fitRisk([], 1, 1, train);
    const value = (m: typeof model): number =>
      auc(
        fresh.map((row) => riskOf(m, row)),
        fresh.map((row) => (row.lost ? 1 : 0)),
      )!;
    expect(value(model)).toBeLessThan(value(plain) + 0.02);
  });

  it("drift moves the mean forecast towards what was observed, by n / (n + 100)", () => {
    const model = fitRisk(rows(1500), 1, 1, []);
    const worse = rows(500, 1.5);
    const mean = (m: typeof model): number => worse.reduce((sum, row) => sum + riskOf(m, row), 0) / worse.length;
    const observed = worse.filter((row) => row.lost).length / worse.length;
    const moved = correctDrift(model, worse);
    expect(Math.abs(mean(moved) - observed)).toBeLessThan(Math.abs(mean(model) - observed) / 2);
    expect(correctDrift(model, [])).toBe(model);
    expect(Math.abs(mean(calibrate(model, worse)) - observed)).toBeLessThan(0.05);
  });

  it("the band holds the chance", () => {
    const model = fitRisk(rows(1500), 1, 1, []);
    const said = sayRisk(model, rows(1)[0]!);
    expect(said.low).toBeLessThan(said.chance);
    expect(said.high).toBeGreaterThan(said.chance);
    expect(said.show).toBe("percent");
  });
});

describe("features of risk", () => {
  const at = (nextRenewalDay: number | null, termDays: number) => input({}, { contract: { termDays, nextRenewalDay } });

  it.each([
    ["tomorrow, yearly", NOW + 1, 365, 1],
    ["on the last day of the horizon", NOW + 89, 365, 1],
    ["one day later", NOW + 90, 365, 0],
    ["monthly from tomorrow", NOW + 1, 30, 3],
    ["unknown date, monthly", null, 30, 3],
  ] as const)("renewals ahead: %s", (_name, day, term, expected) => {
    expect(renewalsAhead(at(day, term), NOW, 90)).toBe(expected);
  });

  it("health does not know of the renewal date, risk does: two numbers, never mixed", () => {
    const book = steadyBook();
    const signals = { logins: weekly((week) => (week < WEEKS - 8 ? 6 : 2)) };
    const near = input(signals, { contract: { termDays: 365, nextRenewalDay: NOW + 20 } });
    const far = input(signals, { contract: { termDays: 365, nextRenewalDay: NOW + 300 } });
    const a = score(near, book);
    const b = score(far, book);
    expect(a.result.healthTenths).toBe(b.result.healthTenths);
    const model = fitRisk([], 1, 1, [
      riskFeatures(near, a.evidence, config, NOW),
      riskFeatures(far, b.evidence, config, NOW),
    ]);
    expect(riskOf(model, riskFeatures(near, a.evidence, config, NOW))).toBeGreaterThan(
      riskOf(model, riskFeatures(far, b.evidence, config, NOW)),
    );
  });
});

describe("the last step, on windows that closed before", () => {
  /** fourteen windows a month apart; every client shows evidence or none, and is lost by chance */
  const windows = (chance: (window: number, usage: number) => number): LabelledRow[] => {
    const next = random(21);
    return Array.from({ length: 14 * 150 }, (_, i): LabelledRow => {
      const window = Math.floor(i / 150);
      const usage = next() < 0.3 ? 3 : 0;
      const lost = next() < chance(window, usage);
      return { clientId: `${i}`, cutDay: 28 * window, lost, features: packFeatures({ usage, ln_tenure: 6 }) };
    });
  };
  const fit = (rows: readonly LabelledRow[]) => finished(fitCalibrated(rows, 1, 28 / 90, [])).fresh;

  it("is left out where the weights forecast well by themselves", () => {
    const { platt, isotonic } = fit(windows((_, usage) => (usage > 0 ? 0.4 : 0.1)));
    expect({ platt, isotonic }).toEqual({ platt: { intercept: 0, slope: 1 }, isotonic: undefined });
  });

  it("is taken where losses have doubled for half a year: windows four months apart agree on it", () => {
    const rows = windows((window, usage) => (window < 5 ? 0.5 : 1.6) * (usage > 0 ? 0.4 : 0.1));
    const model = fit(rows);
    expect(model.platt.intercept).toBeGreaterThan(0.1);
    const now = rows.filter((row) => row.cutDay === 28 * 13);
    expect(lossOn(model, now)).toBeLessThan(lossOn({ ...model, platt: { intercept: 0, slope: 1 } }, now));
  });
});
