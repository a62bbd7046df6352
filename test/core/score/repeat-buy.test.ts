import { beforeAll, describe, expect, it } from "vitest";
import { finished } from "../../../src/core/score/portions.ts";
import {
  type BuyModel,
  fitBuyModelSteps,
  logLikelihood,
  outlookOf,
  REGULARITIES,
} from "../../../src/core/score/repeat-buy.ts";
import type { Rhythm } from "../../../src/core/signal/orders.ts";
import { random } from "./build.ts";

const fit = (customers: readonly Rhythm[]) => finished(fitBuyModelSteps(customers, null));

const only = (k: number): number[] => REGULARITIES.map((value) => (value === k ? 1 : 1e-12));
const model = (k: number): BuyModel => ({ r: 1.3, alpha: 40, a: 0.6, b: 1.4, mix: only(k) });
const buyer: Rhythm = { x: 3, tx: 75, age: 130, logGaps: Math.log(20) + Math.log(25) + Math.log(30) };

/** ∫ f over (0, ∞) by Simpson's rule on a logarithmic axis. */
function integrate(f: (rate: number) => number): number {
  const from = Math.log(1e-6);
  const to = Math.log(20);
  const steps = 4000;
  const h = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const rate = Math.exp(from + i * h);
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * f(rate) * rate;
  }
  return (sum * h) / 3;
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** ∫ over the leaving chance p ~ Beta(a, b), midpoint rule. */
function overLeaving({ a, b }: BuyModel, f: (p: number) => number): number {
  let mass = 0;
  let sum = 0;
  for (let i = 0; i < 200_000; i++) {
    const p = (i + 0.5) / 200_000;
    const w = p ** (a - 1) * (1 - p) ** (b - 1);
    mass += w;
    sum += w * f(p);
  }
  return sum / mass;
}

/** Everything from the story itself: gamma rates, Erlang gaps, beta leaving, nothing in closed form. */
function slowly(m: BuyModel, k: number, c: Rhythm, horizon: number): { likelihood: number; silent: number } {
  const scale = m.alpha / k;
  const gammaNorm = integrate((rate) => rate ** (m.r - 1) * Math.exp(-rate * scale));
  const prior = (rate: number): number => (rate ** (m.r - 1) * Math.exp(-rate * scale)) / gammaNorm;
  const gaps = (rate: number): number =>
    (rate ** (k * c.x) * Math.exp(-rate * c.tx + (k - 1) * c.logGaps)) / factorial(k - 1) ** c.x;
  const quiet = (rate: number, days: number): number => {
    let sum = 0;
    for (let j = 0; j < k; j++) sum += (rate * days) ** j / factorial(j);
    return Math.exp(-rate * days) * sum;
  };
  const stay = overLeaving(m, (p) => (1 - p) ** (c.x + 1));
  const leave = overLeaving(m, (p) => p * (1 - p) ** c.x);
  const alive = stay * integrate((rate) => prior(rate) * gaps(rate) * quiet(rate, c.age - c.tx));
  const aliveAndQuiet = stay * integrate((rate) => prior(rate) * gaps(rate) * quiet(rate, c.age - c.tx + horizon));
  const left = leave * integrate((rate) => prior(rate) * gaps(rate));
  return { likelihood: Math.log(alive + left), silent: (left + aliveAndQuiet) / (left + alive) };
}

describe("model of repeat buying", () => {
  it.each([1, 2, 4])("with regularity %i is the one told in the story, integrated numerically", (k) => {
    const expected = slowly(model(k), k, buyer, 90);
    const shares = REGULARITIES.map(() => 0);
    expect(logLikelihood(model(k), buyer, shares)).toBeCloseTo(expected.likelihood, 3);
    expect(outlookOf(model(k), buyer, 90).silentChance).toBeCloseTo(expected.silent, 3);
  });

  it("silence costs a regular buyer more than an irregular one, and a frequent one more than a rare one", () => {
    const after = (k: number, c: Rhythm): number => outlookOf(model(k), c, 90).silentChance;
    expect(after(4, buyer)).toBeGreaterThan(after(1, buyer));
    const frequent: Rhythm = { x: 9, tx: 75, age: 130, logGaps: 9 * Math.log(75 / 9) };
    expect(after(2, frequent)).toBeGreaterThan(after(2, buyer));
  });

  it("odds of having left grow with every silent day", () => {
    const odds = [80, 100, 130, 200, 400].map((age) => outlookOf(model(2), { ...buyer, age }, 90).logOddsLeft);
    expect([...odds].sort((a, b) => a - b)).toEqual(odds);
  });
});

describe("fit to simulated buyers", () => {
  const next = random(4);
  const gamma = (shape: number): number => {
    // Marsaglia and Tsang for shape >= 1.
    const d = shape - 1 / 3;
    for (;;) {
      const normal = Math.sqrt(-2 * Math.log(next() || 1e-12)) * Math.cos(2 * Math.PI * next());
      const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(next() || 1e-12) < 0.5 * normal ** 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  const buyers: { c: Rhythm; silent: boolean }[] = [];
  let fitted: BuyModel;

  beforeAll(() => {
    for (let i = 0; i < 900; i++) {
      const k = i % 3 === 0 ? 4 : 1;
      const rate = gamma(1.5) / (45 / k);
      const u = gamma(1.2);
      const leaving = u / (u + gamma(4));
      const start = Math.floor(150 * next());
      const days = [start];
      let day = start;
      for (;;) {
        if (next() < leaving) break;
        let gap = 0;
        for (let j = 0; j < k; j++) gap += -Math.log(next() || 1e-12) / rate;
        day += Math.max(1, Math.round(gap));
        if (day > 600) break;
        days.push(day);
      }
      const known = days.filter((d) => d <= 500);
      const gaps = known.slice(1).map((d, j) => d - known[j]!);
      const c = {
        x: known.length - 1,
        tx: known.at(-1)! - start,
        age: 500 - start,
        logGaps: gaps.reduce((s, g) => s + Math.log(g), 0),
      };
      buyers.push({ c, silent: !days.some((d) => d > 500 && d <= 590) });
    }
    fitted = fit(buyers.map((b) => b.c))!;
  });

  it("forecasts as many silent ones as there are, in every third of the forecasts", () => {
    const judged = buyers
      .map(({ c, silent }) => ({ p: outlookOf(fitted, c, 90).silentChance, silent }))
      .sort((a, b) => a.p - b.p);
    for (const third of [judged.slice(0, 300), judged.slice(300, 600), judged.slice(600)]) {
      const forecast = third.reduce((sum, b) => sum + b.p, 0) / 300;
      const observed = third.filter((b) => b.silent).length / 300;
      expect(Math.abs(forecast - observed)).toBeLessThan(0.08);
    }
  });

  it("finds that some buy regularly", () => {
    const regular = fitted.mix[3]! + fitted.mix[4]! + fitted.mix[5]! + fitted.mix[2]!;
    expect(regular).toBeGreaterThan(0.15);
    expect(fitted.mix[0]! + fitted.mix[1]!).toBeGreaterThan(0.4);
  });

  it("is at a maximum: no parameter moved by a fifth is likelier", () => {
    const total = (m: BuyModel): number => {
      const shares = REGULARITIES.map(() => 0);
      return buyers.reduce((sum, b) => sum + logLikelihood(m, b.c, shares), 0);
    };
    const best = total(fitted);
    for (const name of ["r", "alpha", "a", "b"] as const) {
      for (const factor of [0.8, 1.25])
        expect(total({ ...fitted, [name]: fitted[name] * factor })).toBeLessThan(best + 0.5);
    }
  });

  it("refuses to learn from a handful of orders", () => {
    expect(fit(buyers.slice(0, 5).map((b) => b.c))).toBeNull();
  });
});

it("where nobody has left yet, a long silence speaks for leaving all the same, whatever the order of customers", () => {
  // Forty customers with a steady gap of three weeks and more, each bought within its own gap.
  const steady = Array.from({ length: 40 }, (_, n): Rhythm => {
    const gap = 21 + (n % 14);
    const x = 12 + (n % 5);
    return { x, tx: gap * x, age: gap * x + (n % gap), logGaps: x * Math.log(gap) };
  });
  const rotated = [...steady.slice(7), ...steady.slice(0, 7)];
  for (const customers of [steady, rotated, steady.toReversed()]) {
    const model = fit(customers)!;
    const waiting = (days: number) =>
      outlookOf(model, { x: 15, tx: 315, age: 315 + days, logGaps: 15 * Math.log(21) }, 60);
    expect(waiting(63).silentChance).toBeGreaterThan(0.5);
    expect(waiting(63).logOddsLeft).toBeGreaterThan(waiting(5).logOddsLeft + 5);
  }
});
