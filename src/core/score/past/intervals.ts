/** How sure the other figures of a report are: intervals of 95 %, by bootstrap over clients as those of the ranking. */
import { expit, logit } from "../../signal/special.ts";
import {
  bootstrapSteps,
  brierSkillOfSamples,
  type Calibration,
  type Interval,
  liftOfSamples,
  precisionOfSamples,
} from "../metrics.ts";
import { gathered } from "../portions.ts";

export interface Intervals {
  liftTopDecile: { health: Interval; risk: Interval };
  precisionAtCapacity: { health: Interval; risk: Interval };
  brierSkill: Interval;
  /** from the curvature of the fit; null where there is none */
  calibration: { intercept: Interval; slope: Interval } | null;
  /** of the median */
  leadTimeDays: Interval;
}

export interface ToMeasure {
  health: readonly number[];
  risk: readonly number[];
  y: readonly number[];
  /** share lost that was known before the cut */
  base: number;
  capacity: number;
  calibration: Calibration | null;
  /** of each that was lost and seen before: days of warning */
  leadDays: readonly number[];
  random: () => number;
}

/** Resamples, and drawn clients of them in one portion: a few milliseconds. */
const ROUNDS = 200;
const DRAWS = 20_000;

type Measure = (indices: readonly number[]) => number | null;

/** In portions. */
export function* intervalSteps(given: ToMeasure): Generator<null, Intervals> {
  const { health, risk, y, base, capacity, calibration, leadDays, random } = given;
  const of = (measure: Measure, size = y.length) => gathered(bootstrapSteps(size, measure, random, ROUNDS), DRAWS);
  const precision = (scores: readonly number[]): Measure => {
    const top = precisionOfSamples(scores, y);
    return (indices) => top(indices, capacity);
  };
  return {
    liftTopDecile: { health: yield* of(liftOfSamples(health, y)), risk: yield* of(liftOfSamples(risk, y)) },
    precisionAtCapacity: { health: yield* of(precision(health)), risk: yield* of(precision(risk)) },
    brierSkill: yield* of(brierSkillOfSamples(risk, y, base)),
    calibration: calibration && bendOf(risk, calibration),
    leadTimeDays: yield* of((indices) => medianOf(indices, leadDays), leadDays.length),
  };
}

function medianOf(indices: readonly number[], values: readonly number[]): number | null {
  const drawn = indices.map((i) => values[i]!).sort((a, b) => a - b);
  return drawn[drawn.length >> 1] ?? null;
}

const NORMAL_95 = 1.96;

function bendOf(p: readonly number[], { intercept, slope }: Calibration): Intervals["calibration"] {
  let [a, b, c] = [0, 0, 0];
  for (const one of p) {
    const x = logit(one);
    const q = expit(intercept + slope * x);
    const weight = q * (1 - q);
    a += weight;
    b += weight * x;
    c += weight * x * x;
  }
  const whole = a * c - b * b;
  if (!(whole > 0)) return null;
  const around = (value: number, variance: number): Interval => {
    const half = NORMAL_95 * Math.sqrt(variance);
    return { value, low: value - half, high: value + half };
  };
  return { intercept: around(intercept, c / whole), slope: around(slope, a / whole) };
}
