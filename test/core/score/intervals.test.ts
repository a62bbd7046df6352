import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Interval, precisionAt, precisionOfSamples } from "../../../src/core/score/metrics.ts";
import { runBackTest } from "../../../src/core/score/past/back-test.ts";
import { type Intervals, intervalSteps } from "../../../src/core/score/past/intervals.ts";
import { finished } from "../../../src/core/score/portions.ts";
import { expit } from "../../../src/core/signal/special.ts";
import { config, random } from "./build.ts";
import { book, CUT } from "./leavers.ts";
import { calibration, reportOf } from "./whole.ts";

const holds = ({ value, low, high }: Interval, what: number): boolean =>
  low! <= what && what <= high! && value === what;

describe("intervals of a report (A8.22)", () => {
  it("precision of a resample is that of its clients, ties shared out (brute force)", () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(list, fc.integer({ min: 0, max: 35 }), fc.nat(), (pairs, take, seed) => {
        const [scores, y] = [pairs.map(([s]) => s), pairs.map(([, lost]) => (lost ? 1 : 0))];
        const next = random(seed);
        const drawn = pairs.map(() => Math.floor(next() * pairs.length));
        const pick = (from: readonly number[]) => drawn.map((i) => from[i]!);
        const own = precisionOfSamples(scores, y)(drawn, take);
        const plain = precisionAt(pick(scores), pick(y), take);
        if (plain === null) expect(own).toBeNull();
        else expect(own).toBeCloseTo(plain, 12);
      }),
    );
  });

  it("each figure stands within its own, and the report's figures are the middles of them", () => {
    const history = book(true);
    const test = runBackTest({ history, config, cutDay: CUT, useLabels: true });
    const report = reportOf(test, { history, capacity: 30, random: random(4) });
    const { liftTopDecile, precisionAtCapacity, brierSkill, calibration, leadTimeDays } = report.intervals!;
    expect(holds(liftTopDecile.risk, report.liftTopDecile.risk!)).toBe(true);
    expect(holds(liftTopDecile.health, report.liftTopDecile.health!)).toBe(true);
    expect(holds(precisionAtCapacity.risk, report.precisionAtCapacity.risk!)).toBe(true);
    expect(holds(precisionAtCapacity.health, report.precisionAtCapacity.health!)).toBe(true);
    expect(holds(brierSkill, report.brierSkill!)).toBe(true);
    expect(holds(leadTimeDays, report.leadTime.medianDays!)).toBe(true);
    expect(holds(calibration!.slope, report.calibration!.slope)).toBe(true);
    expect(holds(calibration!.intercept, report.calibration!.intercept)).toBe(true);
    const few = { ...history, clients: history.clients.slice(0, 18) };
    const little = runBackTest({ history: few, config, cutDay: CUT, useLabels: true });
    expect(reportOf(little, { history: few, capacity: 30, random: random(4) }).intervals).toBeNull();
  });

  it("of a hundred right forecasts, about ninety-five hold the truth between their ends", () => {
    const next = random(17);
    const found = Array.from({ length: 100 }, () => {
      const p = Array.from({ length: 400 }, () => expit(3 * next() - 2.5));
      const y = p.map((one) => (next() < one ? 1 : 0));
      const given = { health: p, risk: p, y, base: 0.3, capacity: 20, leadDays: [], random: next };
      return finished(intervalSteps({ ...given, calibration: calibration(p, y) })).calibration!;
    });
    const right = (of: (one: NonNullable<Intervals["calibration"]>) => Interval, truth: number) =>
      found.filter((one) => of(one).low! <= truth && truth <= of(one).high!).length;
    for (const count of [right((one) => one.slope, 1), right((one) => one.intercept, 0)]) {
      expect(count).toBeGreaterThanOrEqual(90);
      expect(count).toBeLessThan(100);
    }
  });

  it("without anybody who was seen before there is no lead time to be sure of", () => {
    const y = [1, 0, 1, 0];
    const given = { health: [1, 2, 3, 4], risk: [0.1, 0.2, 0.3, 0.4], y, base: 0.5, capacity: 2, random: random(1) };
    const { leadTimeDays, calibration } = finished(intervalSteps({ ...given, calibration: null, leadDays: [] }));
    expect([leadTimeDays.value, leadTimeDays.low, calibration]).toEqual([null, null, null]);
  });
});
