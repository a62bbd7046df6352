/** How good a forecast was: ranking, lift, calibration, each with its uncertainty. `y` is 1 for lost, 0 for kept. */
import { logit, softplus } from "../signal/special.ts";
import { blankObservations, fitLogisticSteps } from "./logistic.ts";

/** Chance that a lost client ranks above a kept one (ties count half); null without both. */
export function auc(scores: readonly number[], y: readonly number[]): number | null {
  return aucOfSamples(scores, y)(scores.map((_, i) => i));
}

/** The same for resamples, given as indices: put in order once, only counted for each. */
export function aucOfSamples(
  scores: readonly number[],
  y: readonly number[],
): (indices: readonly number[]) => number | null {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const times = new Uint32Array(scores.length);
  return (indices) => {
    times.fill(0);
    for (const i of indices) times[i]! += 1;
    let lost = 0;
    let kept = 0;
    let won = 0;
    for (let i = 0; i < order.length; ) {
      const score = scores[order[i]!]!;
      let lostHere = 0;
      let keptHere = 0;
      for (; i < order.length && scores[order[i]!] === score; i++) {
        if (y[order[i]!] === 1) lostHere += times[order[i]!]!;
        else keptHere += times[order[i]!]!;
      }
      won += lostHere * (kept + keptHere / 2);
      lost += lostHere;
      kept += keptHere;
    }
    return lost === 0 || kept === 0 ? null : won / (lost * kept);
  };
}

export interface Interval {
  value: number | null;
  low: number | null;
  high: number | null;
}

/**
 * A statistic with its 95 % interval by bootstrap over clients; each resample is a step. @param random uniform 0..1, seeded by the caller
 * @param measure gets the indices of one resample, in a list that the next one is written over
 */
export function* bootstrapSteps(
  size: number,
  measure: (indices: readonly number[]) => number | null,
  random: () => number,
  rounds = 400,
): Generator<number, Interval> {
  const value = measure(Array.from({ length: size }, (_, i) => i));
  const values: number[] = [];
  const drawn = new Array<number>(size).fill(0);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < size; i++) drawn[i] = Math.floor(random() * size);
    const v = measure(drawn);
    if (v !== null) values.push(v);
    yield size;
  }
  values.sort((a, b) => a - b);
  const at = (q: number): number | null => values[Math.round(q * (values.length - 1))] ?? null;
  return { value, low: at(0.025), high: at(0.975) };
}

/** Share of lost among the `take` highest scores; ties are shared out evenly. */
export function precisionAt(scores: readonly number[], y: readonly number[], take: number): number | null {
  return precisionOfSamples(scores, y)([...scores.keys()], take);
}

/** The same for resamples, given as indices: put in order once, only counted for each. */
export function precisionOfSamples(
  scores: readonly number[],
  y: readonly number[],
): (indices: readonly number[], take: number) => number | null {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  const times = new Uint32Array(scores.length);
  return (indices, take) => {
    const count = Math.min(take, indices.length);
    if (count < 1) return null;
    times.fill(0);
    for (const i of indices) times[i]! += 1;
    let hits = 0;
    for (let i = 0, left = count; left > 0; ) {
      const score = scores[order[i]!]!;
      let [tied, lost] = [0, 0];
      for (; i < order.length && scores[order[i]!] === score; i++) {
        tied += times[order[i]!]!;
        lost += y[order[i]!]! * times[order[i]!]!;
      }
      hits += tied <= left ? lost : (lost * left) / tied;
      left -= tied;
    }
    return hits / count;
  };
}

/** Share of lost in the tenth with the highest scores, against the share among all; null where nobody was lost. */
export function lift(scores: readonly number[], y: readonly number[]): number | null {
  return liftOfSamples(scores, y)([...scores.keys()]);
}

/** The same for resamples, given as indices. */
export function liftOfSamples(
  scores: readonly number[],
  y: readonly number[],
): (indices: readonly number[]) => number | null {
  const top = precisionOfSamples(scores, y);
  return (indices) => {
    let lost = 0;
    for (const i of indices) lost += y[i]!;
    const precision = top(indices, Math.ceil(indices.length / 10));
    return lost === 0 || precision === null ? null : (precision * indices.length) / lost;
  };
}

/** Mean squared distance between forecast and outcome. */
export function brier(p: readonly number[], y: readonly number[]): number {
  return p.reduce((sum, v, i) => sum + (v - y[i]!) ** 2, 0) / Math.max(1, p.length);
}

/** 1 - Brier / Brier of always saying `baseRate`. */
export function brierSkill(p: readonly number[], y: readonly number[], baseRate: number): number | null {
  return brierSkillOfSamples(p, y, baseRate)([...p.keys()]);
}

/** The same for resamples, given as indices. */
export function brierSkillOfSamples(
  p: readonly number[],
  y: readonly number[],
  baseRate: number,
): (indices: readonly number[]) => number | null {
  return skillOfSamples(
    p.map((one, i) => (one - y[i]!) ** 2),
    y.map((one) => (baseRate - one) ** 2),
  );
}

/** 1 - the summed squared errors of a forecast / those of a plain one, of resamples given as indices; null where the plain one has none. */
export function skillOfSamples(
  ours: ArrayLike<number>,
  plain: ArrayLike<number>,
): (indices: readonly number[]) => number | null {
  return (indices) => {
    let [mine, theirs] = [0, 0];
    for (const i of indices) {
      mine += ours[i]!;
      theirs += plain[i]!;
    }
    return theirs === 0 ? null : 1 - mine / theirs;
  };
}

/** A sum of log losses with one more, in nats. */
export function addLogLoss(sum: number, p: number, y: number): number {
  return sum + softplus(logit(p)) - y * logit(p);
}

export interface Calibration {
  /** of ln odds: 0 and 1 when right */
  intercept: number;
  slope: number;
  /** five groups of equal size, by forecast */
  bars: { count: number; forecast: number; observed: number }[];
}

/** Logistic recalibration of the forecasts on their own outcomes, nearly without a prior. */
export function* calibrationSteps(p: readonly number[], y: readonly number[]): Generator<number, Calibration> {
  const loose = { mean: 0, sd: 100 };
  const rows = { ...blankObservations(p.length, 1, 1), x: Float64Array.from(p, logit), y: Uint8Array.from(y) };
  const [intercept, slope] = yield* fitLogisticSteps(rows, [loose, { mean: 1, sd: 100 }]);
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]! || a - b);
  const bars = [0, 1, 2, 3, 4].map((bar) => {
    const group = order.slice(Math.round((bar * order.length) / 5), Math.round(((bar + 1) * order.length) / 5));
    const mean = (f: (i: number) => number): number =>
      group.reduce((sum, i) => sum + f(i), 0) / Math.max(1, group.length);
    return { count: group.length, forecast: mean((i) => p[i]!), observed: mean((i) => y[i]!) };
  });
  return { intercept: intercept!, slope: slope!, bars };
}
