/**
 * Money against the client's own habit (A8.11). Invoices come once a month, some weeks apart or a few days late, so that plain sums of weeks say
 * nothing: each amount is laid evenly over the days until the next one is usual, and what lies in the last 56 days is compared with what lay in
 * as many days before.
 */

const WINDOW_DAYS = 56;
/** Windows of before begin so many days apart, and end before the present one begins. */
const STEP_DAYS = 28;
const FIRST_BEFORE = WINDOW_DAYS / STEP_DAYS;
const MOST_BEFORE = 12;
/** Half a year of history in all. */
const LEAST_BEFORE = 3;
const LEAST_DAYS = 4;
/** Who is invoiced less often than each quarter has no turnover that a month could tell. */
const LONGEST_GAP = 92;

/** Weeks after which nothing that is known lies in any window. */
export const AMOUNT_WEEKS = Math.ceil((WINDOW_DAYS + STEP_DAYS * (FIRST_BEFORE + MOST_BEFORE) + LONGEST_GAP) / 7) + 1;

export type Amounts = readonly (readonly [day: number, amount: number])[];

/**
 * The amount of the 56 days before `weekDay` over the median of up to twelve windows of 56 days before them, 28 days apart, of which at least
 * three must begin after the first amount. An amount counts on the days from its own on, as many as three of four gaps between days with one
 * are no longer than. @param amounts in any order
 * @returns `no_history` where there are no three windows, `too_few` with fewer than four days or gaps above 92
 */
export function amountRatio(amounts: Amounts, weekDay: number): { value: number; usual: number } | string {
  const known = amounts.filter(([day]) => day < weekDay);
  const days = [...new Set(known.map(([day]) => day))].sort((a, b) => a - b);
  if (days.length < LEAST_DAYS) return "too_few";
  const gap = usualGap(days);
  if (gap > LONGEST_GAP) return "too_few";
  const before: number[] = [];
  for (let at = FIRST_BEFORE; at < FIRST_BEFORE + MOST_BEFORE; at++) {
    const end = weekDay - STEP_DAYS * at;
    if (end - WINDOW_DAYS < days[0]!) break;
    before.push(amountIn(known, gap, end));
  }
  if (before.length < LEAST_BEFORE) return "no_history";
  const usual = median(before);
  return usual > 0 ? { value: amountIn(known, gap, weekDay) / usual, usual } : "too_few";
}

function usualGap(days: readonly number[]): number {
  const gaps = days
    .slice(1)
    .map((day, at) => day - days[at]!)
    .sort((a, b) => a - b);
  return gaps[Math.ceil(0.75 * gaps.length) - 1]!;
}

/** What lies in the window that ends before the day `end`. */
function amountIn(amounts: Amounts, gap: number, end: number): number {
  let sum = 0;
  for (const [day, amount] of amounts) {
    const inside = Math.min(day + gap, end) - Math.max(day, end - WINDOW_DAYS);
    if (inside > 0) sum += (amount * inside) / gap;
  }
  return sum;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
