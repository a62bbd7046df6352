/**
 * Who still buys, and who will stay silent for the next H days: the MBG/CNBD-k model of repeat buying
 * (Batislam et al. 2007; Platzer 2016, BTYDplus; Platzer, Reutterer 2016), which is BG/NBD with two changes: a customer may also leave
 * after the first order, and gaps between orders are Erlang-k, so that regular buyers are told from irregular ones. Regularity k differs
 * between customers: a mixture over six values whose weights are the portal's.
 *
 * gap ~ Erlang(k, λ), λ ~ Gamma(r, α/k), leaving after each order with chance p ~ Beta(a, b).
 */

import type { Rhythm } from "../signal/orders.ts";
import { logBeta, logGamma } from "../signal/special.ts";
import { minimiseSteps } from "./nelder-mead.ts";

export const REGULARITIES = [1, 2, 3, 4, 6, 9] as const;

export interface BuyModel {
  r: number;
  /** in days */
  alpha: number;
  a: number;
  b: number;
  /** share of customers per regularity, in the order of REGULARITIES */
  mix: readonly number[];
}

/** ln likelihoods of one customer under one regularity, apart from what all regularities share. */
interface Halves {
  /** bought as seen and still buys */
  alive: number;
  /** bought as seen and left after the last order */
  left: number;
}

function halvesOf(model: BuyModel, k: number, c: Rhythm, leaving: { stay: number; leave: number }): Halves {
  const alpha = model.alpha / k;
  const shape = model.r + k * c.x;
  const base =
    logGamma(shape) - logGamma(model.r) + model.r * Math.log(alpha) + (k - 1) * c.logGaps - c.x * logGamma(k);
  return {
    alive:
      base +
      leaving.stay +
      Math.log(noOrder(shape, k, (c.age - c.tx) / (alpha + c.age))) -
      shape * Math.log(alpha + c.age),
    left: base + leaving.leave - shape * Math.log(alpha + c.tx),
  };
}

/** Σ over j < k of the chance factors that only j stages of the next Erlang gap have passed; `q` = waited / (α + age). */
function noOrder(shape: number, k: number, q: number): number {
  let term = 1;
  let sum = 1;
  for (let j = 1; j < k; j++) {
    term *= ((shape + j - 1) / j) * q;
    sum += term;
  }
  return sum;
}

function leavingOf(model: BuyModel, x: number): { stay: number; leave: number } {
  const whole = logBeta(model.a, model.b);
  return { stay: logBeta(model.a, model.b + x + 1) - whole, leave: logBeta(model.a + 1, model.b + x) - whole };
}

export interface Outlook {
  /** ln odds of having left already */
  logOddsLeft: number;
  /** chance of no order within the next `horizonDays` */
  silentChance: number;
}

/** What the model says of one customer. `horizonDays` > 0. */
export function outlookOf(model: BuyModel, c: Rhythm, horizonDays: number): Outlook {
  const leaving = leavingOf(model, c.x);
  const halves = REGULARITIES.map((k) => halvesOf(model, k, c, leaving));
  const top = Math.max(...halves.map((h) => Math.max(h.alive, h.left)));
  let alive = 0;
  let left = 0;
  let quiet = 0;
  halves.forEach((h, i) => {
    const weight = model.mix[i]!;
    const aliveHere = weight * Math.exp(h.alive - top);
    alive += aliveHere;
    left += weight * Math.exp(h.left - top);
    quiet += aliveHere * stillQuiet(model, REGULARITIES[i]!, c, horizonDays);
  });
  const logOddsLeft = Math.log(Math.max(left, 1e-300)) - Math.log(Math.max(alive, 1e-300));
  return { logOddsLeft, silentChance: (left + quiet) / (left + alive) };
}

/** P(no order for another `days` | alive, silent so far). */
function stillQuiet(model: BuyModel, k: number, c: Rhythm, days: number): number {
  const alpha = model.alpha / k;
  const shape = model.r + k * c.x;
  const now = noOrder(shape, k, (c.age - c.tx) / (alpha + c.age));
  const then = noOrder(shape, k, (c.age + days - c.tx) / (alpha + c.age + days));
  return (then / now) * Math.exp(shape * Math.log((alpha + c.age) / (alpha + c.age + days)));
}

/** ln likelihood of one customer, and how much each regularity took part in it (written into `shares`). */
export function logLikelihood(model: BuyModel, c: Rhythm, shares: number[]): number {
  const leaving = leavingOf(model, c.x);
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < REGULARITIES.length; i++) {
    const h = halvesOf(model, REGULARITIES[i]!, c, leaving);
    const more = Math.max(h.alive, h.left);
    shares[i] = more + Math.log1p(Math.exp(Math.min(h.alive, h.left) - more)) + Math.log(model.mix[i]!);
    if (shares[i]! > top) top = shares[i]!;
  }
  let sum = 0;
  for (let i = 0; i < REGULARITIES.length; i++) {
    shares[i] = Math.exp(shares[i]! - top);
    sum += shares[i]!;
  }
  for (let i = 0; i < REGULARITIES.length; i++) shares[i]! /= sum;
  return top + Math.log(sum);
}

/** Customers that a fit looks at; more add time and no accuracy. */
const FIT_CUSTOMERS = 1_500;
/** Repeat orders in all that a fit needs. */
const MIN_REPEATS = 60;
/** Turns of the two steps from nothing, and from the portal's last fit. */
const FIRST_ROUNDS = 3;
const LATER_ROUNDS = 1;

/**
 * Fits the model by maximum likelihood: Nelder-Mead for the four parameters, expectation-maximisation for the mixture, in turns; in portions
 * of a few milliseconds.
 * @param start the portal's last fit, from which it goes on quickly @returns null with too few repeat orders to learn from
 */
export function* fitBuyModelSteps(
  customers: readonly Rhythm[],
  start: BuyModel | null,
): Generator<null, BuyModel | null> {
  if (customers.reduce((sum, c) => sum + c.x, 0) < MIN_REPEATS) return null;
  const stride = Math.max(1, customers.length / FIT_CUSTOMERS);
  const sample: Rhythm[] = [];
  for (let i = 0; i < customers.length; i += stride) sample.push(customers[Math.floor(i)]!);
  let model: BuyModel = start ?? {
    r: 1,
    alpha: 30,
    a: 0.5,
    b: 1,
    mix: REGULARITIES.map(() => 1 / REGULARITIES.length),
  };
  const rounds = start ? LATER_ROUNDS : FIRST_ROUNDS;
  for (let round = 0; round < rounds; round++) {
    const isFirst = start === null && round === 0;
    const group = isFirst ? sample.filter((_, i) => i % 3 === 0) : sample;
    model = yield* fitShape(model, group, isFirst ? 90 : 30, isFirst ? 0.5 : 0.15);
    for (let i = 0; i < 4; i++) {
      model = fitMix(model, group);
      yield null;
    }
  }
  return roundModel(model);
}

/** How strongly ln r, ln α, ln a and ln b are pulled towards 0: it keeps them finite where the data do not speak of them. */
const PULL = [0.001, 0.001, 0.03, 0.03];

function* fitShape(
  model: BuyModel,
  customers: readonly Rhythm[],
  maxIterations: number,
  step: number,
): Generator<null, BuyModel> {
  const shares = REGULARITIES.map(() => 0);
  const at = (x: readonly number[]): BuyModel => ({
    r: Math.exp(x[0]!),
    alpha: Math.exp(x[1]!),
    a: Math.exp(x[2]!),
    b: Math.exp(x[3]!),
    mix: model.mix,
  });
  const start = [model.r, model.alpha, model.a, model.b].map(Math.log);
  // Where nobody has left yet, leaving must not become impossible: the longest silence would then speak for the next order.
  const cost = (x: readonly number[]): number =>
    x.reduce((sum, v, i) => sum + PULL[i]! * v * v, 0) -
    lnLeaving(at(x)) -
    customers.reduce((sum, c) => sum + logLikelihood(at(x), c, shares), 0);
  const { x } = yield* minimiseSteps(cost, start, { step, maxIterations, tolerance: 1e-3 });
  return at(x);
}

/** ln likelihood of ten imagined orders, one of which was the last, at the portal's mean chance of leaving. */
function lnLeaving({ a, b }: BuyModel): number {
  return Math.log(a / (a + b)) + 9 * Math.log(b / (a + b));
}

function fitMix(model: BuyModel, customers: readonly Rhythm[]): BuyModel {
  const shares = REGULARITIES.map(() => 0);
  const sums = REGULARITIES.map(() => 1);
  for (const c of customers) {
    logLikelihood(model, c, shares);
    for (let i = 0; i < sums.length; i++) sums[i]! += shares[i]!;
  }
  return { ...model, mix: sums.map((s) => s / (customers.length + REGULARITIES.length)) };
}

function roundModel(model: BuyModel): BuyModel {
  const five = (x: number): number => Number(x.toPrecision(8));
  return { r: five(model.r), alpha: five(model.alpha), a: five(model.a), b: five(model.b), mix: model.mix.map(five) };
}
