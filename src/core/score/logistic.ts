/**
 * Logistic regression with a normal prior on every coefficient (maximum a posteriori), by damped Newton. Small: ten features, milliseconds.
 * Weakly informative priors are what keeps a fit on few losses sane (Gelman et al. 2008).
 */
import { expit, softplus } from "../signal/special.ts";
import { rangesOf } from "./portions.ts";

export interface Prior {
  mean: number;
  sd: number;
}

/** Observations side by side, the features of each (without the intercept) one after the other: of a large book there are a million. */
export interface Observations {
  count: number;
  /** features of each */
  size: number;
  x: Float64Array;
  /** outcomes, 0 or 1 */
  y: Uint8Array;
  /** what each counts, > 0: overlapping windows of one client count less */
  weight: number;
}

/** So many, all zero yet. */
export function blankObservations(count: number, size: number, weight: number): Observations {
  return { count, size, x: new Float64Array(count * size), y: new Uint8Array(count), weight };
}

/**
 * In pieces of the rows. @param priors one per coefficient, the intercept first @returns coefficients, the intercept first
 * @throws Error when a row has not as many features as there are priors
 */
export function* fitLogisticSteps(rows: Observations, priors: readonly Prior[]): Generator<number, number[]> {
  if (rows.size !== priors.length - 1)
    throw new Error(`A row has ${rows.size} features; the priors speak of ${priors.length - 1}.`);
  let beta = priors.map((p) => p.mean);
  let cost = yield* costSteps(rows, priors, beta);
  for (let round = 0; round < 60; round++) {
    const { gradient, hessian } = yield* derivativeSteps(rows, priors, beta);
    const step = solve(hessian, gradient);
    let scale = 1;
    let next = beta;
    let nextCost = cost;
    do {
      next = moved(beta, step, scale);
      nextCost = yield* costSteps(rows, priors, next);
      scale /= 2;
    } while (nextCost > cost && scale > 1e-6);
    const gain = cost - nextCost;
    if (gain <= 0) break;
    beta = next;
    cost = nextCost;
    if (gain < 1e-9) break;
  }
  return beta;
}

function moved(beta: readonly number[], step: readonly number[], scale: number): number[] {
  return beta.map((b, j) => b - scale * step[j]!);
}

/** Linear predictor of one row, whose features are the first `size` of `x`. */
export function predictor(beta: readonly number[], x: Float64Array, size: number): number {
  let z = beta[0]!;
  for (let j = 0; j < size; j++) z += beta[j + 1]! * x[j]!;
  return z;
}

/** Σ weight · [ln(1 + e^z) - y z] + Σ (β - β0)² / (2 sd²) */
export function* costSteps(
  rows: Observations,
  priors: readonly Prior[],
  beta: readonly number[],
): Generator<number, number> {
  let cost = 0;
  for (const [from, to] of rangesOf(rows.count)) {
    cost = costWith(rows, from, to, beta, cost);
    yield to - from;
  }
  return priors.reduce((sum, p, j) => sum + (beta[j]! - p.mean) ** 2 / (2 * p.sd * p.sd), cost);
}

function costWith(rows: Observations, from: number, to: number, beta: readonly number[], before: number): number {
  const { y, weight } = rows;
  let cost = before;
  for (let i = from; i < to; i++) {
    const z = predictorAt(rows, i, beta);
    cost += weight * (softplus(z) - y[i]! * z);
  }
  return cost;
}

/** As `predictor`, of one of them. */
function predictorAt({ x, size }: Observations, i: number, beta: readonly number[]): number {
  let z = beta[0]!;
  for (let j = 0, at = i * size; j < size; j++) z += beta[j + 1]! * x[at + j]!;
  return z;
}

interface Derivatives {
  gradient: number[];
  hessian: number[][];
}

/** Gradient and Hessian of the cost. */
export function* derivativeSteps(
  rows: Observations,
  priors: readonly Prior[],
  beta: readonly number[],
): Generator<number, Derivatives> {
  const size = priors.length;
  const gradient = priors.map((p, j) => (beta[j]! - p.mean) / (p.sd * p.sd));
  const hessian = priors.map((p, j) => priors.map((_, k) => (j === k ? 1 / (p.sd * p.sd) : 0)));
  for (const [from, to] of rangesOf(rows.count)) {
    addDerivatives(rows, from, to, beta, { gradient, hessian });
    yield to - from;
  }
  for (let j = 0; j < size; j++) for (let k = 0; k < j; k++) hessian[k]![j] = hessian[j]![k]!;
  return { gradient, hessian };
}

/** Adds what the rows say, in the lower half of the Hessian. */
function addDerivatives(
  rows: Observations,
  from: number,
  to: number,
  beta: readonly number[],
  { gradient, hessian }: Derivatives,
): void {
  const size = beta.length;
  const { x, y, weight } = rows;
  const row = new Float64Array(size);
  row[0] = 1;
  const slopes = Float64Array.from(gradient);
  const bends = Float64Array.from(hessian.flat());
  for (let i = from; i < to; i++) {
    for (let j = 1, at = i * (size - 1) - 1; j < size; j++) row[j] = x[at + j]!;
    const p = expit(predictorAt(rows, i, beta));
    const off = weight * (p - y[i]!);
    const bend = weight * p * (1 - p);
    for (let j = 0; j < size; j++) {
      const one = row[j]!;
      slopes[j]! += off * one;
      const line = j * size;
      const bent = bend * one;
      for (let k = 0; k <= j; k++) bends[line + k]! += bent * row[k]!;
    }
  }
  for (let j = 0; j < size; j++) {
    gradient[j] = slopes[j]!;
    for (let k = 0; k <= j; k++) hessian[j]![k] = bends[j * size + k]!;
  }
}

/** Solves A x = b for a symmetric positive definite A (Gauss-Jordan with pivoting; A is not kept). */
export function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  const size = b.length;
  const m = a.map((row, i) => [...row, b[i]!]);
  for (let i = 0; i < size; i++) {
    let best = i;
    for (let k = i + 1; k < size; k++) if (Math.abs(m[k]![i]!) > Math.abs(m[best]![i]!)) best = k;
    [m[i], m[best]] = [m[best]!, m[i]!];
    const pivot = m[i]![i]!;
    for (let k = 0; k < size; k++) {
      if (k === i || m[k]![i] === 0) continue;
      const factor = m[k]![i]! / pivot;
      for (let j = i; j <= size; j++) m[k]![j]! -= factor * m[i]![j]!;
    }
  }
  return m.map((row, i) => row[size]! / row[i]!);
}
