import { describe, expect, it } from "vitest";
import { auc } from "../../../src/core/score/metrics.ts";
import { runBackTest } from "../../../src/core/score/past/back-test.ts";
import {
  type Dated,
  type History,
  isAlive,
  nextRenewalDay,
  outcomeOf,
  type PastClient,
} from "../../../src/core/score/past/history.ts";
import { replay } from "../../../src/core/score/past/replay.ts";
import { classicSigns, recencyOf } from "../../../src/core/score/past/rivals.ts";
import { config, poisson, random } from "./build.ts";
import { judge, reportOf } from "./whole.ts";

const DAYS = 560;
const CUT = 460;

function client(id: string, more: Partial<PastClient>): PastClient {
  return {
    id,
    sinceDay: 0,
    firstDay: 0,
    signals: {},
    orders: null,
    invoices: [],
    stepDays: null,
    termDays: null,
    renewals: [],
    ...more,
  };
}

/** Contract clients: a fifth turns away at some time, use falls, and most of those leave at their next renewal. */
function contractBook(seed: number, size = 200): History {
  const next = random(seed);
  const clients = Array.from({ length: size }, (_, i): PastClient => {
    const termDays = [30, 91, 365][i % 3]!;
    const turns = next() < 0.45 ? Math.floor(100 + next() * 430) : Number.POSITIVE_INFINITY;
    const rate = 0.4 + next();
    const renewals: { day: number; lost: boolean }[] = [];
    for (let day = Math.floor(next() * termDays) + 5; day < DAYS; day += termDays) {
      const lost = day > turns + 20 ? next() < 0.7 : next() < 0.01;
      renewals.push({ day, lost });
      if (lost) break;
    }
    const end = renewals.findLast((r) => r.lost)?.day ?? DAYS;
    const logins: Dated[] = [];
    for (let day = 0; day < end; day++) {
      const count = poisson(day > turns ? 0.25 * rate : rate, next);
      if (count > 0) logins.push({ day, knownDay: day, cases: count, sum: 0 });
    }
    return client(`c${String(i).padStart(4, "0")}`, { signals: { logins }, termDays, renewals });
  });
  return { clients, firstDay: 0, hasRenewals: true };
}

/** Buyers with their own rhythm, some of whom stop. */
function buyers(seed: number, size = 150): History {
  const next = random(seed);
  const clients = Array.from({ length: size }, (_, i): PastClient => {
    const gap = 8 + 50 * next();
    const orders: number[] = [];
    for (let day = Math.floor(90 * next()); day < DAYS; day += Math.max(1, Math.round(gap * (0.4 + 1.2 * next())))) {
      orders.push(day);
      if (next() < 0.06) break;
    }
    return client(`b${String(i).padStart(4, "0")}`, { sinceDay: null, firstDay: orders[0]!, orders });
  });
  return { clients, firstDay: 0, hasRenewals: false };
}

const cutShort = (history: History, day: number): History => ({
  ...history,
  clients: history.clients.map((c) => ({
    ...c,
    orders: c.orders?.filter((d) => d <= day) ?? null,
    renewals: c.renewals.filter((r) => r.day <= day),
    signals: Object.fromEntries(
      Object.entries(c.signals).map(([id, list]) => [id, list.filter((e) => e.knownDay <= day)]),
    ),
  })),
});

const contract = contractBook(1);
const shop = buyers(2);

describe("back-test (A8.22, scoring 3.13)", () => {
  it.each([
    ["contract clients", contract],
    ["buyers", shop],
  ])(
    "of %s gives the same scores whether the history ends at the cut or goes on: nothing of the future is read",
    (_name, history) => {
      for (const useLabels of [true, false]) {
        const whole = runBackTest({ history, config, cutDay: CUT, useLabels });
        const short = runBackTest({ history: cutShort(history, CUT), config, cutDay: CUT, useLabels });
        const plain = (t: typeof whole): unknown =>
          t.scores.map(({ clientId, healthTenths, zone, risk }) => ({ clientId, healthTenths, zone, risk }));
        expect(plain(short)).toEqual(plain(whole));
      }
    },
  );

  it("trains only on cuts whose label window closed before the cut", () => {
    const test = runBackTest({ history: contract, config, cutDay: CUT, useLabels: true });
    expect(test.trainCuts.length).toBeGreaterThan(3);
    for (const day of test.trainCuts) expect(day + config.horizonDays).toBeLessThanOrEqual(CUT);
  });

  it("finds those who leave, better than recency and the bare thresholds, and is calibrated", () => {
    const test = runBackTest({ history: contract, config, cutDay: CUT, useLabels: true });
    const report = reportOf(test, { history: contract, capacity: 20, random: random(5) });
    expect(report.lost).toBeGreaterThan(10);
    expect(report.auc.risk.value!).toBeGreaterThan(0.8);
    expect(report.auc.risk.low!).toBeLessThan(report.auc.risk.value!);
    expect(report.auc.risk.value!).toBeGreaterThan(report.beside.recency!.auc!);
    expect(report.auc.risk.value!).toBeGreaterThan(report.beside.classicRules!.auc!);
    expect(report.brierSkill!).toBeGreaterThan(0.1);
    expect(report.zones.red.lost!).toBeGreaterThan(3 * report.baseRate);
    expect(report.beside.renewalDateOnly!.auc!).toBeGreaterThan(0.5);
    expect(Math.abs(report.leakCheck.permutedLabels! - 0.5)).toBeLessThan(0.1);
  });

  it("of buyers: risk and health rank without any label", () => {
    const test = runBackTest({ history: shop, config, cutDay: CUT, useLabels: false });
    const report = reportOf(test, { history: shop, capacity: 20, random: random(5) });
    expect(report.auc.risk.value!).toBeGreaterThan(0.8);
    expect(report.auc.health.value!).toBeGreaterThan(0.8);
  });

  it("with a shuffled future the AUC is one half: nothing leaks", () => {
    const values: number[] = [];
    for (const seed of [1, 2, 3]) {
      const history = contractBook(seed, 160);
      const next = random(seed + 40);
      const order = history.clients
        .map((_, i) => ({ i, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map((o) => o.i);
      const shuffled: History = {
        ...history,
        clients: history.clients.map((c, i) => {
          const other = history.clients[order[i]!]!;
          return { ...c, renewals: other.renewals, termDays: other.termDays };
        }),
      };
      const test = runBackTest({ history: shuffled, config, cutDay: CUT, useLabels: true });
      const { scores, y } = judge(test, shuffled);
      const health = scores.map((score) => -score.healthTenths);
      values.push(auc(health, y)!);
    }
    expect(Math.abs(values.reduce((a, b) => a + b, 0) / values.length - 0.5)).toBeLessThan(0.1);
  });

  it("features of the future do raise it: the test is not blind", () => {
    const honest = runBackTest({ history: contract, config, cutDay: CUT, useLabels: false });
    const late = runBackTest({
      history: {
        ...contract,
        clients: contract.clients.map((c) => ({ ...c, renewals: c.renewals.map((r) => ({ ...r, day: r.day + 60 })) })),
      },
      config,
      cutDay: CUT + 60,
      useLabels: false,
    });
    const y = honest.scores.map((s) => outcomeOf(s.past, contract, CUT, 90).lost);
    const peek = new Map(late.scores.map((s) => [s.clientId, s.healthTenths]));
    const meanOf = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
    const gap = (value: (i: number) => number): number =>
      meanOf(honest.scores.flatMap((_, i) => (y[i] ? [] : [value(i)]))) -
      meanOf(honest.scores.flatMap((_, i) => (y[i] ? [value(i)] : [])));
    expect(gap((i) => peek.get(honest.scores[i]!.clientId) ?? 850)).toBeGreaterThan(
      gap((i) => honest.scores[i]!.healthTenths),
    );
  });

  it("says so when there are too few losses to speak of prediction", () => {
    const few = contractBook(6, 30);
    const report = reportOf(runBackTest({ history: few, config, cutDay: CUT, useLabels: true }), {
      history: few,
      capacity: 5,
      random: random(1),
    });
    expect(report.tooFew).toEqual({ lost: report.lost, needed: 20 });
  });
});

describe("who counts, and what became of them", () => {
  it.each([
    ["three order days, the last in time", [10, 50, 300], true],
    ["two order days", [10, 300], false],
    ["the last 181 days ago", [10, 50, 279], false],
    ["orders after the cut do not count", [10, 300, 500], false],
  ] as const)("buyers: %s", (_name, orders, alive) => {
    expect(isAlive(client("x", { orders, sinceDay: null }), shop, CUT)).toBe(alive);
  });

  it("buyers are lost when nothing comes within the horizon, its last day included", () => {
    const lost = (orders: number[]): boolean => outcomeOf(client("x", { orders }), shop, CUT, 90).lost;
    expect(lost([1, 2, CUT])).toBe(true);
    expect(lost([1, 2, CUT + 90])).toBe(false);
    expect(lost([1, 2, CUT + 91])).toBe(true);
  });

  it("contract clients are lost by a renewal lost within the horizon, and gone afterwards", () => {
    const c = client("x", {
      renewals: [
        { day: 400, lost: false },
        { day: 500, lost: true },
      ],
    });
    expect(outcomeOf(c, contract, CUT, 90)).toEqual({ lost: true, lostDay: 500 });
    expect(outcomeOf(c, contract, CUT, 30).lost).toBe(false);
    expect(isAlive(c, contract, 500)).toBe(false);
    expect(isAlive(c, contract, 499)).toBe(true);
  });

  it("the next renewal is foretold from the last one, else from the start, never read from the future", () => {
    const c = client("x", {
      termDays: 91,
      renewals: [
        { day: 400, lost: false },
        { day: 470, lost: true },
      ],
    });
    expect(nextRenewalDay(c, 0, CUT)).toBe(491);
    expect(nextRenewalDay(client("x", { termDays: 365, sinceDay: 0 }), 0, CUT)).toBe(730);
    expect(nextRenewalDay(client("x", { termDays: 30, sinceDay: -400 }), 0, CUT)).toBeNull();
    expect(nextRenewalDay(client("x", {}), 0, CUT)).toBeNull();
  });
});

describe("replay", () => {
  it("visits every week once, oldest first, up to the cut", () => {
    const days: number[] = [];
    replay(cutShort(shop, 200), config, 200, { see() {}, weekEnds: (week) => days.push(week.cutDay) });
    expect(days.at(-1)).toBe(200);
    expect(days.every((day, i) => i === 0 || day === days[i - 1]! + 7)).toBe(true);
  });

  it("takes an invoice in when it is known to be paid, not when it was due", () => {
    const invoices = [{ id: "1", issuedDay: 100, dueDay: 114, paidDay: 150 }];
    const late: Dated[] = [{ day: 114, knownDay: 150, cases: 1, sum: 36 }];
    const history: History = {
      clients: [client("x", { invoices, signals: { days_late: late }, termDays: 365 })],
      firstDay: 0,
      hasRenewals: true,
    };
    const open: number[] = [];
    replay(history, config, 203, {
      see({ input }, week) {
        if (input.openInvoices.length > 0) open.push(week.cutDay);
      },
      weekEnds() {},
    });
    expect(open[0]).toBeGreaterThanOrEqual(100);
    expect(open.at(-1)).toBeLessThan(150);
  });
});

describe("rivals", () => {
  it("classic rules count the articles' bare signs (one is yellow, two are red)", () => {
    const logins: Dated[] = Array.from({ length: 150 }, (_, day) => ({
      day: 250 + day,
      knownDay: 250 + day,
      cases: 1,
      sum: 0,
    }));
    const quiet = client("x", { signals: { logins: logins.filter((e) => e.day < 380) } });
    expect(classicSigns(quiet, 399)).toBe(2);
    expect(classicSigns(client("x", { signals: { logins } }), 399)).toBe(0);
    expect(
      classicSigns(
        client("x", { signals: { logins }, invoices: [{ id: "1", issuedDay: 370, dueDay: 380, paidDay: 388 }] }),
        399,
      ),
    ).toBe(1);
    expect(recencyOf(quiet, 399)).toBe(20);
  });
});

describe("the bar for going live", () => {
  it("is told part by part, beside what 'nobody leaves' would have scored (A8.22)", () => {
    const test = runBackTest({ history: contract, config, cutDay: CUT, useLabels: false });
    const { bar, asForecast, zones, lost, n } = reportOf(test, { history: contract, capacity: 20, random: random(5) });
    expect(bar.isPassed).toBe(bar.redIsThreeTimesBase && bar.twoThirdsBelowGreen && bar.atMost80PercentGreen);
    expect(bar.redIsThreeTimesBase).toBe(zones.red.lost! >= (3 * lost) / n);
    expect(asForecast.accuracyOfNobodyLeaves).toBeCloseTo(1 - lost / n, 3);
    const hits = asForecast.recall! * lost;
    expect(asForecast.precision).toBeCloseTo(hits / zones.yellowOrWorse.count, 3);
    const right = hits + (n - lost - (zones.yellowOrWorse.count - hits));
    expect(asForecast.accuracy).toBeCloseTo(right / n, 3);
    expect(asForecast.balancedAccuracy!).toBeGreaterThan(0.6);
  });
});
