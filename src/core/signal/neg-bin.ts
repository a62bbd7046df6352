/**
 * Tails of the negative binomial, the law of a count whose rate is itself uncertain (own baseline known only from
 * `n0` events, and behaviour that is burstier than Poisson). Parametrised by size r and mean mu: variance mu + mu²/r.
 */
import { negLogUpperNormal } from "./special.ts";

/** Above this mean the tail is taken from a normal law on the cube-root scale. */
const NORMAL_ABOVE_MEAN = 500;
/** Evidence is cut here (p about 1e-13), so that rounding in 1 - sum never shows. */
const MAX_NATS = 30;

/** Size of the negative binomial for a baseline of `n0` events; `kappa` limits it: the rate is never surer than 1/√kappa. */
export function sizeOf(n0: number, kappa: number): number {
  const alpha = n0 + 1;
  return alpha / (1 + alpha / kappa);
}

/** -ln P(N <= count), in nats. `count` is a whole number >= 0, `mean` > 0, `size` > 0. */
export function lowerTailNats(count: number, mean: number, size: number): number {
  if (mean > NORMAL_ABOVE_MEAN) return negLogUpperNormal(-rootScore(count + 0.5, mean, size));
  return Math.min(MAX_NATS, -Math.log(Math.min(1, sumThrough(count, mean, size))));
}

/** Room for the last digits between a chance and its logarithm: inside it the nats themselves are compared. */
const CLOSE = 1e-9;
/** The same room between a mean and the nats. */
const NEAR = 1e-6;

/** Is `lowerTailNats` above `nats`? Says the same, mostly without the logarithm. @param chance e to the power of -nats */
export function isTailBeyond(count: number, mean: number, size: number, nats: number, chance: number): boolean {
  if (mean > NORMAL_ABOVE_MEAN) return lowerTailNats(count, mean, size) > nats;
  // Not even nothing at all would be: its evidence is at most the mean.
  if (mean < nats * (1 - NEAR)) return false;
  const below = sumThrough(count, mean, size);
  if (below > chance * (1 + CLOSE)) return false;
  if (below < chance * (1 - CLOSE)) return true;
  return lowerTailNats(count, mean, size) > nats;
}

/** -ln P(N >= count), in nats. */
export function upperTailNats(count: number, mean: number, size: number): number {
  if (count <= 0) return 0;
  if (mean > NORMAL_ABOVE_MEAN) return negLogUpperNormal(rootScore(count - 0.5, mean, size));
  const below = sumThrough(count - 1, mean, size);
  return below >= 1 ? MAX_NATS : Math.min(MAX_NATS, -Math.log(1 - below));
}

/**
 * Evidence of one count against its expectation: positive when there are fewer than expected (bad), negative when there
 * are as many or more (good), held inside [-1, 3.5]. In nats: 1.6 = p .20, 3.0 = p .05.
 */
export function countEvidence(count: number, mean: number, size: number): number {
  if (mean <= 0) return 0;
  const nats = count < mean ? lowerTailNats(count, mean, size) : -upperTailNats(count, mean, size);
  return Math.max(-1, Math.min(3.5, nats));
}

function sumThrough(last: number, mean: number, size: number): number {
  let p = Math.exp(-size * Math.log1p(mean / size));
  const ratio = mean / (size + mean);
  let sum = p;
  for (let j = 0; j < last; j++) {
    p *= ((size + j) / (j + 1)) * ratio;
    sum += p;
  }
  return sum;
}

/**
 * Standard score of a count: a gamma law of the same mean and variance, made normal by Wilson and Hilferty's cube root. The square root
 * of scoring 3.3 is right for Poisson counts only; with size 8 it is off by a factor of two in the lower tail.
 */
function rootScore(count: number, mean: number, size: number): number {
  const shape = 1 / (1 / mean + 1 / size);
  const spread = 1 / (9 * shape);
  return (Math.cbrt(Math.max(0, count) / mean) - (1 - spread)) / Math.sqrt(spread);
}
