import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blankObservations, costSteps, derivativeSteps } from "../../../src/core/score/logistic.ts";
import type { PastClient } from "../../../src/core/score/past/history.ts";
import { reportSteps } from "../../../src/core/score/past/report.ts";
import type { BackTest } from "../../../src/core/score/past/types.ts";
import { weekTrail } from "../../../src/core/score/past/week-trail.ts";
import { trialSteps } from "../../../src/core/score/past/weights.ts";
import { filterSteps, finished, gathered, mapSteps, PORTION, sortSteps } from "../../../src/core/score/portions.ts";
import { fitCalibrated, fitRiskSteps, type LabelledRow, packFeatures, riskOf } from "../../../src/core/score/risk.ts";
import { config, random } from "./build.ts";
import { fitRisk } from "./whole.ts";

/** Twenty windows of monthly looks at clients whose loss hangs on their usage and on a renewal ahead. */
function rowsOf(count: number): LabelledRow[] {
  const next = random(9);
  return Array.from({ length: count }, (_, i) => {
    const usage = 4 * next() - 1;
    const ahead = next() < 0.5 ? 1 : 0;
    const lost = next() < 1 / (1 + Math.exp(3 - 0.7 * usage - ahead));
    const features = packFeatures({ usage, renewal_ahead: ahead, ln_tenure: 6 });
    return { clientId: `${i % (count / 4)}`, cutDay: 28 * Math.floor((20 * i) / count), lost, features };
  });
}

/** The same rows; `seen` is told of every one that is looked at anew. */
function watched(rows: readonly LabelledRow[], seen: () => void): LabelledRow[] {
  let last: LabelledRow | null = null;
  return rows.map((row) => ({
    clientId: row.clientId,
    cutDay: row.cutDay,
    lost: row.lost,
    get features() {
      if (last !== row) seen();
      last = row;
      return row.features;
    },
  }));
}

/** Runs to the end. @returns the most that `seen` was called between two yields, and in all */
function counted(run: (seen: () => void) => Generator<null, unknown>): { most: number; all: number } {
  let [here, most, all] = [0, 0, 0];
  const steps = run(() => {
    here += 1;
    all += 1;
  });
  for (let isDone = false; !isDone; here = 0) {
    isDone = steps.next().done === true;
    most = Math.max(most, here);
  }
  return { most, all };
}

describe("work in portions", () => {
  it("sorts, filters and maps as the language does, ties in their order", () => {
    const lists = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 0, maxLength: 6_000, size: "max" });
    fc.assert(
      fc.property(lists, (list) => {
        const places = [...list.keys()];
        const compare = (a: number, b: number) => list[a]! - list[b]!;
        expect(finished(sortSteps(places, compare))).toEqual(places.toSorted(compare));
        expect(finished(filterSteps(list, (one, i) => (one + i) % 3 === 0))).toEqual(
          list.filter((one, i) => (one + i) % 3 === 0),
        );
        expect(finished(mapSteps(list, (one, i) => one * i))).toEqual(list.map((one, i) => one * i));
      }),
      { numRuns: 20 },
    );
  });

  it("ends a portion when enough was seen, however small or large the steps", () => {
    function* steps(sizes: readonly number[]): Generator<number, string> {
      for (const size of sizes) yield size;
      return "done";
    }
    const portions = (sizes: readonly number[]) => [...gathered(steps(sizes), 10)].length;
    expect([portions([]), portions([9]), portions([4, 5]), portions([4, 6, 9]), portions([10, 30, 1])]).toEqual([
      0, 0, 0, 1, 2,
    ]);
    expect(finished(gathered(steps([30]), 10))).toBe("done");
  });
});

describe("the fit in portions", () => {
  it("is the one that was made in one stretch, to the last digit", () => {
    // As the fit gave it before it was cut into portions.
    expect(finished(fitCalibrated(rowsOf(6_000), 1, 28 / 90, [])).fresh).toEqual({
      version: 1,
      names: ["usage", "ln_tenure", "renewal_ahead"],
      means: [1.010184655563285, 6, 0.5],
      scales: [1.147584115227199, 1, 0.5],
      beta: [-1.7992953380883512, 0.7981364686079142, -0.1, 0.46765867626533053],
      platt: { intercept: 0, slope: 1 },
      lost: 814,
      kept: 686,
    });
  });

  it.each([8_000, 24_000])("sees a bounded number of rows between two yields: of %i", (size) => {
    const rows = rowsOf(size);
    const { most, all } = counted((seen) => fitCalibrated(watched(rows, seen), 1, 28 / 90, []));
    expect(all).toBeGreaterThan(5 * size);
    expect(most).toBeLessThan(PORTION + 1_000);
  });

  it("goes over a bounded number of observations between two yields", () => {
    const [count, priors] = [8_500, [{ mean: 0, sd: 1 }]];
    for (const steps of [costSteps, derivativeSteps]) {
      const seen = [...steps(blankObservations(count, 0, 1), priors, [0])];
      expect(seen.reduce((sum, one) => sum + one, 0)).toBe(count);
      expect(Math.max(...seen)).toBeLessThanOrEqual(1_000);
    }
  });

  it("begun again after it was dropped half-way, or with another between its portions, it comes out the same", () => {
    const rows = rowsOf(6_000);
    const model = fitRisk(rows, 1, 0.3, []);
    const dropped = fitRiskSteps(rows, 1, 0.3, []);
    for (let n = 0; n < 40; n++) expect(dropped.next().done).toBe(false);
    const [one, other] = [fitRiskSteps(rows, 1, 0.3, []), fitRiskSteps(rows.slice(0, 3_000), 1, 0.3, [])];
    for (let n = 0; n < 30; n++) {
      one.next();
      other.next();
    }
    expect(finished(one)).toEqual(model);
    expect(finished(other)).not.toEqual(model);
  });
});

describe("the report in portions", () => {
  const CLIENTS = 500;
  const HISTORY = { clients: [], firstDay: 0, hasRenewals: true };

  /** A back-test whose events and training rows tell `seen` when they are looked at. */
  function testOf(seenRow: () => void, seenClient: () => void): BackTest {
    const rows = watched(rowsOf(8_000), seenRow);
    const model = fitRisk(rowsOf(8_000), 1, 0.3, []);
    const next = random(4);
    const scores = rowsOf(8_000)
      .slice(0, CLIENTS)
      .map((row, n) => {
        const past = {
          id: `${n}`,
          sinceDay: 0,
          firstDay: 0,
          orders: null,
          invoices: [],
          stepDays: null,
          termDays: 365,
          renewals: row.lost ? [{ day: 640, lost: true }] : [],
          get signals() {
            seenClient();
            return { logins: [] };
          },
        } satisfies PastClient;
        const healthTenths = Math.floor(1_000 * next());
        const told = { signals: [], facts: [], orders: null, steps: null };
        return {
          clientId: `${n}`,
          healthTenths,
          zone: "green",
          risk: riskOf(model, row),
          row,
          past,
          segment: null,
          told,
        };
      });
    const weeks = weekTrail([], 0);
    return {
      cutDay: 600,
      horizonDays: 90,
      model,
      trainCuts: [],
      trainRows: rows.length,
      trainBase: 0.2,
      scores,
      weeks,
      rows,
      months: { clients: new Set(scores.map((one) => one.clientId)), slices: [] },
    };
  }
  const none = () => {};

  it("looks through the events of a bounded number of clients between two yields", () => {
    const { most, all } = counted((seen) =>
      reportSteps(testOf(none, seen), { history: HISTORY, capacity: 20, random: random(2) }),
    );
    expect(all).toBeGreaterThan(3 * CLIENTS);
    // Five looks at each client for the classic signs, one for its recency.
    expect(most).toBeLessThanOrEqual(5 * 50);
  });

  it("learns from a bounded number of training rows between two yields", () => {
    for (const run of [
      (seen: () => void) => reportSteps(testOf(seen, none), { history: HISTORY, capacity: 20, random: random(2) }),
      (seen: () => void) =>
        trialSteps(testOf(seen, none), { history: HISTORY, overlap: 0.3, configOf: () => config, random: random(2) }),
    ]) {
      const { most, all } = counted(run);
      expect(all).toBeGreaterThan(8_000);
      expect(most).toBeLessThan(PORTION + 1_000);
    }
  });

  it("draws a bounded number of clients between two yields", () => {
    const { most, all } = counted((seen) => {
      const next = random(2);
      const drawn = () => {
        seen();
        return next();
      };
      return reportSteps(testOf(none, none), { history: HISTORY, capacity: 20, random: drawn });
    });
    expect(all).toBeGreaterThan(1_000 * CLIENTS);
    // Two resamplings meet where one ends and the next begins.
    expect(most).toBeLessThanOrEqual(2 * (20_000 + CLIENTS));
  });
});
