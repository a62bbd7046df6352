/** One figure of a benchmark: what was measured, and beside what. Printed as one line of JSON. */
export interface BenchLine {
  /** which benchmark, as `--only` names it */
  bench: string;
  /** what was measured */
  metric: string;
  value: number;
  unit: string;
  /** the floor or ceiling measured or stated in the same run, in the same unit; null where there is none */
  limit: number | null;
  /** value ÷ limit, or of paired rounds the median; null where there is no limit */
  ratio: number | null;
}

/** A line whose ratio is its value against its limit, both rounded to what can be read. */
export function lineOf(
  bench: string,
  metric: string,
  value: number,
  unit: string,
  limit: number | null = null,
  ratio: number | null = null,
): BenchLine {
  const against = ratio ?? (limit === null || limit === 0 ? null : value / limit);
  return {
    bench,
    metric,
    value: round(value),
    unit,
    limit: limit === null ? null : round(limit),
    ratio: against === null ? null : round(against),
  };
}

/** Four significant digits; whole numbers from a thousand on. */
function round(x: number): number {
  return Math.abs(x) >= 1000 ? Math.round(x) : Number(x.toPrecision(4));
}
