/** What the program does in portions, done in one go. */
import { fitIsotonicSteps } from "../../../src/core/score/isotonic.ts";
import {
  blankObservations,
  costSteps,
  derivativeSteps,
  fitLogisticSteps,
  type Observations,
  type Prior,
} from "../../../src/core/score/logistic.ts";
import { bootstrapSteps, calibrationSteps } from "../../../src/core/score/metrics.ts";
import { judgeSteps, reportSteps } from "../../../src/core/score/past/report.ts";
import { trialSteps, weightSteps } from "../../../src/core/score/past/weights.ts";
import { finished } from "../../../src/core/score/portions.ts";
import {
  calibrateBestSteps,
  calibrateSteps,
  driftSteps,
  fitRiskSteps,
  isotonicSteps,
  lossSteps,
} from "../../../src/core/score/risk.ts";

const whole =
  <A extends unknown[], T>(steps: (...given: A) => Generator<unknown, T>) =>
  (...given: A): T =>
    finished(steps(...given));

/** One observation, as tests write it. */
export interface Observation {
  x: readonly number[];
  y: number;
}

function observations(rows: readonly Observation[]): Observations {
  const blank = blankObservations(rows.length, rows[0]!.x.length, 1);
  blank.x.set(rows.flatMap((row) => row.x));
  blank.y.set(rows.map((row) => row.y));
  return blank;
}

export const fitLogistic = (rows: readonly Observation[], priors: readonly Prior[]): number[] =>
  finished(fitLogisticSteps(observations(rows), priors));
export const penalisedCost = (rows: readonly Observation[], priors: readonly Prior[], beta: readonly number[]) =>
  finished(costSteps(observations(rows), priors, beta));
export const derivatives = (rows: readonly Observation[], priors: readonly Prior[], beta: readonly number[]) =>
  finished(derivativeSteps(observations(rows), priors, beta));
export const calibration = whole(calibrationSteps);
export const bootstrap = whole(bootstrapSteps);
export const fitIsotonic = whole(fitIsotonicSteps);
export const fitRisk = whole(fitRiskSteps);
export const calibrate = whole(calibrateSteps);
export const calibrateBest = whole(calibrateBestSteps);
export const calibrateBySteps = whole(isotonicSteps);
export const correctDrift = whole(driftSteps);
export const lossOn = whole(lossSteps);
export const judge = whole(judgeSteps);
export const reportOf = whole(reportSteps);
export const learnWeights = whole(weightSteps);
export const tryWeights = whole(trialSteps);
