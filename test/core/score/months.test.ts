import { describe, expect, it } from "vitest";
import { runBackTest } from "../../../src/core/score/past/back-test.ts";
import type { History } from "../../../src/core/score/past/history.ts";
import { type RiskMonths, riskMonthSteps } from "../../../src/core/score/past/months.ts";
import type { BackTest } from "../../../src/core/score/past/types.ts";
import { weekTrail } from "../../../src/core/score/past/week-trail.ts";
import { finished } from "../../../src/core/score/portions.ts";
import { config, random } from "./build.ts";
import { book, CUT } from "./leavers.ts";
import { reportOf } from "./whole.ts";

const tested = (history: History): BackTest => runBackTest({ history, config, cutDay: CUT, useLabels: true });
const monthsOf = (test: BackTest, history: History): RiskMonths | null =>
  finished(riskMonthSteps(test, { history, overlap: 28 / 90, random: random(4) }));
const HISTORY = book(true);
const TEST = tested(HISTORY);

describe("risk learnt anew for each month (A8.22)", () => {
  it("ranks on seven months, over more losses and in a narrower interval than at the cut alone", () => {
    const months = monthsOf(TEST, HISTORY)!;
    const report = reportOf(TEST, { history: HISTORY, capacity: 50, random: random(4) });
    expect(months.count).toBe(7);
    expect(months.judgedBy).toBeGreaterThan(report.lost);
    expect(months.auc.low!).toBeGreaterThan(0.6);
    expect(months.auc.high! - months.auc.low!).toBeLessThan(report.auc.risk.high! - report.auc.risk.low!);
    expect(months.brierSkill.low!).toBeGreaterThan(0);
    expect(months.calibration!.bars).toHaveLength(5);
  });

  it("a month learns from nothing that had not closed before it: with nothing else known there is none", () => {
    const newest = TEST.months.slices.at(-1)!.cutDay;
    const late = { ...TEST, rows: TEST.rows.filter((row) => row.cutDay + 91 > newest) };
    expect(monthsOf(late, HISTORY)).toBeNull();
  });

  it("what is learnt later cannot be seen in a month: only the outcomes before it count", () => {
    const first = TEST.months.slices[0]!.cutDay;
    // Whoever is looked at in between had not been lost or kept when the first month was foretold.
    const turned = TEST.rows.map((row) =>
      row.cutDay + 91 > first && row.cutDay < first ? { ...row, lost: !row.lost } : row,
    );
    const only = { ...TEST.months, slices: TEST.months.slices.slice(0, 1) };
    const [one, other] = [TEST.rows, turned].map((rows) => monthsOf({ ...TEST, rows, months: only }, HISTORY));
    expect(turned).not.toEqual(TEST.rows);
    expect(other).toEqual(one);
  });

  it("with outcomes that mean nothing it ranks nothing, and does no better than the base rate", () => {
    const next = random(6);
    const shuffled = <T>(list: readonly T[]): T[] =>
      list
        .map((one) => ({ one, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
    const labels = shuffled(TEST.rows.map(({ lost }) => lost));
    const rows = TEST.rows.map((row, i) => ({ ...row, lost: labels[i]! }));
    // At the cut the outcomes are those of the history: there the forecasts change places.
    const risks = shuffled(TEST.scores.map(({ risk }) => risk));
    const scores = TEST.scores.map((one, i) => ({ ...one, risk: risks[i]! }));
    const { auc, brierSkill } = monthsOf({ ...TEST, rows, scores }, HISTORY)!;
    expect(Math.abs(auc.value! - 0.5)).toBeLessThan(0.05);
    expect(brierSkill.value!).toBeLessThan(0.02);
  });

  it("with few losses no ranking is spoken of", () => {
    const few = { ...HISTORY, clients: HISTORY.clients.slice(0, 18) };
    const months = monthsOf(tested(few), few)!;
    expect(months.judgedBy).toBeLessThan(20);
    expect(months).toMatchObject({ auc: { value: null }, brierSkill: { value: null }, calibration: null });
  });
});

describe("the trail of zones", () => {
  it("tells each week, nothing where the client was not there, and nothing after its last", () => {
    const trail = weekTrail(["a", "b", "c"], 4);
    trail.note("a", "learning");
    trail.days.push(6);
    trail.note("a", "green");
    trail.note("b", "red");
    trail.days.push(13);
    trail.note("b", "yellow");
    trail.days.push(20);
    expect(trail.zonesOf("a")).toEqual(["learning", "green"]);
    expect(trail.zonesOf("b")).toEqual(["", "red", "yellow"]);
    expect(trail.zonesOf("c")).toEqual([]);
    expect(trail.zonesOf("nobody")).toEqual([]);
  });
});
