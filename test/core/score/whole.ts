/** What the program does in portions, done in one go. */
import { fitIsotonicSteps } from "../../../src/core/score/isotonic.ts";
import { costSteps, derivativeSteps, fitLogisticSteps } from "../../../src/core/score/logistic.ts";
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

export const fitLogistic = whole(fitLogisticSteps);
export const penalisedCost = whole(costSteps);
export const derivatives = whole(derivativeSteps);
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
