/** Special functions that the scoring needs, each accurate enough that a score rounded to tenths never depends on it. */

/** ln Γ(x) for x > 0 (Stirling's series after shifting x above 7; relative error below 1e-12). */
export function logGamma(x: number): number {
  let shift = 1;
  let y = x;
  while (y < 7) {
    shift *= y;
    y += 1;
  }
  const z = 1 / (y * y);
  const series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.9189385332046727 + series - Math.log(shift);
}

/** ln of the Beta function B(a, b), a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** -ln P(Z > z) for a standard normal Z; stays finite for any z (asymptotic series beyond 8). */
export function negLogUpperNormal(z: number): number {
  if (z > 8) {
    const q = 1 / (z * z);
    return (z * z) / 2 + Math.log(z) + 0.9189385332046727 - Math.log(1 - q * (1 - 3 * q * (1 - 5 * q)));
  }
  return -Math.log(upperNormal(z));
}

/** P(Z > z) for a standard normal Z, by the Chebyshev fit of erfc (Numerical Recipes 6.2; relative error below 1.2e-7). */
export function upperNormal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  let poly = 0.17087277;
  for (const c of ERFC) poly = poly * t + c;
  const half = 0.5 * t * Math.exp(-x * x + poly);
  return z >= 0 ? half : 1 - half;
}

const ERFC = [
  -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
];

/** 1 / (1 + e^-z). */
export function expit(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}

/** ln(p / (1 - p)) with p held inside [1e-6, 1 - 1e-6]. */
export function logit(p: number): number {
  const q = clamp(p, 1e-6, 1 - 1e-6);
  return Math.log(q / (1 - q));
}

/** ln(1 + e^z) without overflow. */
export function softplus(z: number): number {
  return z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z));
}

/** x held inside [low, high]. */
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}
