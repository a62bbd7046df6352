/** Small statistics, exact where integers allow. An empty sample gives null, never NaN. */

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The middle value, or half the sum of the two middle ones. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Nearest rank: the smallest value that at least `percent` per cent of the values do not exceed. */
export function percentile(values: readonly number[], percent: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1]!;
}

/** `part` of `whole` in per cent; null of nothing. Whole numbers give the exact share where it is a whole number. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : (part * 100) / whole;
}

/** How long something was watched, in days, and whether it happened at the end or the watching just stopped. */
export interface Spell {
  days: number;
  isEvent: boolean;
}

/** Where the curve steps down: the share for whom it has not happened after `days`. */
export interface SurvivalStep {
  days: number;
  share: number;
  atRisk: number;
  events: number;
}

export interface Survival {
  steps: readonly SurvivalStep[];
  /** longest watching, days; null: nobody was watched */
  longest: number | null;
}

/** Share ≤ a limit in spite of rounding in the product. */
const EPSILON = 1e-9;

/** Kaplan–Meier (JASA 53, 1958): spells that ended without the event count as long as they were watched, also on the day they ended. */
export function survival(spells: readonly Spell[]): Survival {
  if (spells.length === 0) return { steps: [], longest: null };
  const sorted = [...spells].sort((a, b) => a.days - b.days);
  const steps: SurvivalStep[] = [];
  let share = 1;
  for (let at = 0; at < sorted.length; ) {
    const { days } = sorted[at]!;
    let next = at;
    let events = 0;
    for (; next < sorted.length && sorted[next]!.days === days; next++) if (sorted[next]!.isEvent) events++;
    const atRisk = sorted.length - at;
    if (events > 0) {
      share *= (atRisk - events) / atRisk;
      steps.push({ days, share, atRisk, events });
    }
    at = next;
  }
  return { steps, longest: sorted.at(-1)!.days };
}

/** Days after which it has happened to half; null: not seen yet. */
export function survivalMedian(curve: Survival): number | null {
  return curve.steps.find(({ share }) => share <= 0.5 + EPSILON)?.days ?? null;
}

/** Per cent to whom it has happened by the end of day `days`; null: nobody was watched that long and it can still happen. */
export function happenedBy(curve: Survival, days: number): number | null {
  if (curve.longest === null) return null;
  const reached = curve.steps.filter((step) => step.days <= days).at(-1)?.share ?? 1;
  if (curve.longest < days && reached > EPSILON) return null;
  return 100 - 100 * reached;
}
