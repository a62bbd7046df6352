/** Minimises a function of a few variables without derivatives (Nelder, Mead 1965; standard coefficients). Deterministic. */
import { finished } from "./portions.ts";

export interface Minimum {
  x: number[];
  value: number;
  evaluations: number;
}

interface Simplex {
  points: number[][];
  values: number[];
}

/** @param step first edge length, @param maxIterations hard stop, @param tolerance spread of values at which it is done */
export function minimise(
  f: (x: readonly number[]) => number,
  start: readonly number[],
  options: { step?: number; maxIterations?: number; tolerance?: number } = {},
): Minimum {
  return finished(minimiseSteps(f, start, options));
}

/** The same in portions: yields after each evaluation of `f`. */
export function* minimiseSteps(
  f: (x: readonly number[]) => number,
  start: readonly number[],
  { step = 0.5, maxIterations = 400, tolerance = 1e-6 }: Parameters<typeof minimise>[2] = {},
): Generator<null, Minimum> {
  let evaluations = 0;
  function* measure(x: readonly number[]): Generator<null, number> {
    evaluations += 1;
    const value = f(x);
    yield null;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  }
  const points = [[...start], ...start.map((_, i) => start.map((v, j) => (i === j ? v + step : v)))];
  const simplex: Simplex = { points, values: [] };
  for (const point of points) simplex.values.push(yield* measure(point));
  for (let i = 0; i < maxIterations; i++) {
    sort(simplex);
    if (simplex.values.at(-1)! - simplex.values[0]! < tolerance) break;
    yield* improve(simplex, measure);
  }
  sort(simplex);
  return { x: simplex.points[0]!, value: simplex.values[0]!, evaluations };
}

type Measure = (x: readonly number[]) => Generator<null, number>;

function* improve(simplex: Simplex, measure: Measure): Generator<null, void> {
  const { points, values } = simplex;
  const last = points.length - 1;
  const worst = points[last]!;
  const centre = worst.map((_, j) => points.slice(0, last).reduce((sum, p) => sum + p[j]!, 0) / last);
  const along = (t: number): number[] => centre.map((c, j) => c + t * (worst[j]! - c));
  const put = (x: number[], value: number): void => {
    points[last] = x;
    values[last] = value;
  };
  const reflected = along(-1);
  const atReflected = yield* measure(reflected);
  if (atReflected < values[0]!) {
    const expanded = along(-2);
    const atExpanded = yield* measure(expanded);
    if (atExpanded < atReflected) put(expanded, atExpanded);
    else put(reflected, atReflected);
    return;
  }
  if (atReflected < values[last - 1]!) {
    put(reflected, atReflected);
    return;
  }
  const contracted = along(atReflected < values[last]! ? -0.5 : 0.5);
  const atContracted = yield* measure(contracted);
  if (atContracted < Math.min(atReflected, values[last]!)) {
    put(contracted, atContracted);
    return;
  }
  for (let i = 1; i <= last; i++) {
    points[i] = points[i]!.map((v, j) => points[0]![j]! + 0.5 * (v - points[0]![j]!));
    values[i] = yield* measure(points[i]!);
  }
}

function sort(simplex: Simplex): void {
  const order = simplex.values.map((_, i) => i).sort((a, b) => simplex.values[a]! - simplex.values[b]!);
  simplex.points = order.map((i) => simplex.points[i]!);
  simplex.values = order.map((i) => simplex.values[i]!);
}
