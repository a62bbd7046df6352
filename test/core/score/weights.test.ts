import { describe, expect, it } from "vitest";
import { runBackTest } from "../../../src/core/score/past/back-test.ts";
import type { History, PastClient } from "../../../src/core/score/past/history.ts";
import { type LabelledRow, packFeatures } from "../../../src/core/score/risk.ts";
import { config, random } from "./build.ts";
import { book, CUT } from "./leavers.ts";
import { learnWeights, tryWeights } from "./whole.ts";

/** Of every client: evidence of use, of money and of meetings; who is lost follows from them as told. */
function rows(count: number, chance: (usage: number, money: number) => number): LabelledRow[] {
  const next = random(3);
  return Array.from({ length: count }, (_, n) => {
    const [usage, money] = [next() < 0.3 ? 2 : 0, next() < 0.3 ? 2 : 0];
    return {
      clientId: `${n}`,
      cutDay: 100,
      lost: next() < chance(usage, money),
      features: packFeatures({ usage, money, meetings: 0, ln_tenure: 6 }),
    };
  });
}

describe("weights of the groups learnt from outcomes", () => {
  it("the group that foretells more weighs more, within half and double; one that never speaks has none", () => {
    const learnt = learnWeights(
      rows(2_000, (usage, money) => 0.05 + 0.3 * usage + 0.01 * money),
      1,
    )!;
    expect(learnt.usage!).toBeGreaterThan(1.3);
    expect(learnt.money!).toBeLessThan(0.7);
    expect(Math.min(...Object.values(learnt))).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...Object.values(learnt))).toBeLessThanOrEqual(2);
    expect(learnt).not.toHaveProperty("meetings");
  });

  it("groups that foretell alike weigh alike", () => {
    const learnt = learnWeights(
      rows(4_000, (usage, money) => 0.05 + 0.15 * (usage + money)),
      1,
    )!;
    expect(learnt.usage! / learnt.money!).toBeGreaterThan(0.8);
    expect(learnt.usage! / learnt.money!).toBeLessThan(1.25);
  });

  it("with fewer than fifty lost there is nothing to learn from", () => {
    expect(
      learnWeights(
        rows(100, () => 0.2),
        1,
      ),
    ).toBeNull();
  });
});

function trialOf(history: History) {
  const test = runBackTest({ history, config, cutDay: CUT, useLabels: true });
  return tryWeights(test, { history, overlap: 28 / 90, configOf: () => config, random: random(4) });
}

describe("the trial on a later time slice (A8.22)", () => {
  it("weights are better where one group tells and another only makes noise", () => {
    const trial = trialOf(book(true));
    expect(trial.learnt!.usage!).toBeGreaterThan(trial.learnt!.communication!);
    expect(trial.auc!.learnt.value!).toBeGreaterThan(trial.auc!.usual.value!);
    expect(trial).toMatchObject({ verdict: "better", usual: { usage: 1, communication: 1 } });
    expect(trial.auc!.learntMinusUsual.low!).toBeGreaterThan(0);
    const { count, better, judgedBy, learntMinusUsual } = trial.months!;
    expect([count, better]).toEqual([7, 7]);
    expect(judgedBy).toBeGreaterThan(trial.judgedBy);
    expect(learntMinusUsual.low!).toBeGreaterThan(0);
    // Seven months tell more than one.
    const width = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;
    expect(width(learntMinusUsual)).toBeLessThan(width(trial.auc!.learntMinusUsual));
  });

  it("a month learns from nothing that had not closed before it", () => {
    const history = book(true);
    const test = runBackTest({ history, config, cutDay: CUT, useLabels: true });
    const days = test.months.slices.map((slice) => slice.cutDay);
    expect(days).toEqual([5, 4, 3, 2, 1, 0].map((back) => CUT - 91 - 28 * back));
    const late = test.rows.filter((row) => row.cutDay + 91 > days.at(-1)!);
    const options = { history, overlap: 28 / 90, configOf: () => config, random: random(4) };
    const trial = tryWeights({ ...test, rows: late }, options);
    expect(trial.learnt).not.toBeNull();
    expect(trial.months).toBeNull();
  });

  it("of a large book the months look at a sample of at most 2,000", () => {
    const one = book(true).clients[0]!;
    const many = Array.from({ length: 4_500 }, (_, n): PastClient => ({ ...one, signals: {}, id: `${n}` }));
    const history: History = { clients: many, firstDay: CUT - 200, hasRenewals: true };
    const { months } = runBackTest({ history, config, cutDay: CUT, useLabels: true });
    expect(months.clients.size).toBe(1_500);
    for (const { clients } of months.slices) expect(clients.length).toBeLessThanOrEqual(1_500);
  });

  it("where the groups tell alike the usual ones stay, and the difference says how near it was", () => {
    const trial = trialOf(book(false));
    expect(trial.verdict).toBe("not_better");
    expect(trial.auc!.learntMinusUsual.low!).toBeLessThanOrEqual(0);
  });

  it("with few losses nothing is concluded, and the numbers are said", () => {
    const history = book(true);
    const few = { ...history, clients: history.clients.slice(0, 50) };
    const trial = trialOf(few);
    expect(trial).toMatchObject({ verdict: "too_few", learnt: null, auc: null });
    expect(trial.learntFrom).toBeLessThan(50);
  });
});
