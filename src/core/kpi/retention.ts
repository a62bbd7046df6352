/** Figures of the whole book: monthly and yearly churn, first-year retention, lifetime value (A10.8, A10.9), and how clients left (A7.7, A8.25). */
import { addMonths, type Day } from "../calendar/day.ts";
import {
  anniversaryOf,
  CHURN_REASONS,
  isActiveOn,
  type KpiClient,
  type Month,
  monthOf,
  startOfMonth,
} from "./client.ts";
import { CLV_BAND, type Measured } from "./measure.ts";
import { spellsOfStay, standing } from "./onboarding.ts";
import { happenedBy, shareOf, survival } from "./stats.ts";

/** Clients on the morning of `fromDay`, and those of them that left before `toDay`. */
function lostBetween(clients: readonly KpiClient[], fromDay: Day, toDay: Day) {
  const base = clients.filter((client) => isActiveOn(client, fromDay));
  const lost = base.filter(({ churnedDay }) => churnedDay !== null && churnedDay < toDay);
  const came = clients.filter(({ signedDay }) => signedDay >= fromDay && signedDay < toDay);
  return { base, lost, lostNew: came.filter(({ churnedDay }) => churnedDay !== null && churnedDay < toDay).length };
}

/** A10.8: per cent of the clients on the first morning of a month that left in it. Who came and left within the month is told apart. */
export function monthlyChurn(all: readonly KpiClient[], month: Month): Measured {
  const { clients, withdrawn } = standing(all);
  const { base, lost, lostNew } = lostBetween(clients, startOfMonth(month), startOfMonth(month + 1));
  return {
    value: shareOf(lost.length, base.length),
    n: base.length,
    apart: { lostNew, withdrawn },
    beside: { lost: lost.length },
  };
}

/** A10.9: per cent of the clients of a year ago that left since, today included. */
export function churn12Months(all: readonly KpiClient[], today: Day): Measured {
  const { clients, withdrawn } = standing(all);
  const { base, lost, lostNew } = lostBetween(clients, addMonths(today, -12), today + 1);
  return {
    value: shareOf(lost.length, base.length),
    n: base.length,
    apart: { lostNew, withdrawn },
    beside: { lost: lost.length },
  };
}

/**
 * A10.8: per cent that were still there on their first anniversary, of those whose first year ended in the last 12 months (`isWhole`: ever).
 * Beside it the estimate that also uses younger clients.
 */
export function firstYearRetention(all: readonly KpiClient[], today: Day, isWhole: boolean): Measured {
  const { clients, withdrawn } = standing(all);
  const from = isWhole ? Number.NEGATIVE_INFINITY : addMonths(today, -12);
  const ripe = clients.filter((client) => anniversaryOf(client) <= today && anniversaryOf(client) > from);
  const kept = ripe.filter((client) => client.churnedDay === null || client.churnedDay >= anniversaryOf(client));
  const lost = happenedBy(survival(spellsOfStay(clients, today)), 365);
  return {
    value: shareOf(kept.length, ripe.length),
    n: ripe.length,
    apart: { running: clients.filter((client) => anniversaryOf(client) > today).length, withdrawn },
    beside: { estimate: lost === null ? null : 100 - lost },
  };
}

/** Lifetime value in the 12 months before a month: revenue per client ÷ yearly churn, which is the revenue of the year's first clients ÷ the lost of them. */
function lifetimeValue(clients: readonly KpiClient[], endMonth: Month) {
  const { base, lost } = lostBetween(clients, startOfMonth(endMonth - 12), startOfMonth(endMonth));
  const revenue = base
    .flatMap((client) => client.revenue)
    .filter(({ month }) => month >= endMonth - 12 && month < endMonth)
    .reduce((sum, { amount }) => sum + amount, 0);
  return { value: lost.length === 0 ? null : revenue / lost.length, n: base.length };
}

/** A10.8: growth of the lifetime value against a year earlier, per cent, over whole months. No data where nobody left: the lifetime is then unknown. */
export function clvGrowth(all: readonly KpiClient[], today: Day): Measured {
  const { clients, withdrawn } = standing(all);
  const now = lifetimeValue(clients, monthOf(today));
  const before = lifetimeValue(clients, monthOf(today) - 12);
  const isKnown = now.value !== null && before.value !== null && before.value > 0;
  return {
    value: isKnown ? ((now.value! - before.value!) * 100) / before.value! : null,
    n: isKnown ? now.n : 0,
    apart: { withdrawn },
    beside: { now: now.value, before: before.value, stretch: CLV_BAND.to },
  };
}

/** A share of the portal beside the one the sources name, per cent. */
export interface MixRow {
  code: string;
  count: number;
  /** null: nobody left */
  share: number | null;
  reference: number | null;
}

export interface Mix {
  rows: readonly MixRow[];
  /** clients that left and are in the rows */
  n: number;
  /** left, but the reason is not known */
  unknown: number;
}

/** A0.11: the sources' shares add up to 90; the other 10 are other months. */
const PERIOD_SHARES = { first_30_days: 25, months_3_6: 35, months_9_12: 30, other: 10 } as const;

/** A8.25. */
const REASON_SHARES: Readonly<Record<string, number>> = { service: 68, product: 14, competitor: 9, price: 9 };

/** Critical period of a leaving: day 0 to 30; from 3 to under 6 and from 9 to under 12 calendar months; else other. */
export function churnPeriod(signedDay: Day, churnedDay: Day): keyof typeof PERIOD_SHARES {
  if (churnedDay - signedDay <= 30) return "first_30_days";
  const isIn = (from: number, to: number) =>
    churnedDay >= addMonths(signedDay, from) && churnedDay < addMonths(signedDay, to);
  if (isIn(3, 6)) return "months_3_6";
  return isIn(9, 12) ? "months_9_12" : "other";
}

function countBy(
  codes: readonly string[],
  all: readonly string[],
  reference: (code: string) => number | null,
): MixRow[] {
  return all.map((code) => {
    const count = codes.filter((one) => one === code).length;
    return { code, count, share: shareOf(count, codes.length), reference: reference(code) };
  });
}

/** A7.7: when clients left, beside 25 / 35 / 30 and 10 other. */
export function churnHistogram(all: readonly KpiClient[]): Mix {
  const codes = standing(all).clients.flatMap(({ signedDay, churnedDay }) =>
    churnedDay === null ? [] : [churnPeriod(signedDay, churnedDay)],
  );
  const periods = Object.keys(PERIOD_SHARES) as (keyof typeof PERIOD_SHARES)[];
  const rows = countBy(codes, periods, (code) => PERIOD_SHARES[code as keyof typeof PERIOD_SHARES]);
  return { rows, n: codes.length, unknown: 0 };
}

/** A8.25: why clients left, beside 68 / 14 / 9 / 9. Shares are of the known reasons. */
export function churnReasons(all: readonly KpiClient[]): Mix {
  const left = standing(all).clients.filter(({ churnedDay }) => churnedDay !== null);
  const codes = left.flatMap(({ churnReason }) => churnReason ?? []);
  const rows = countBy(codes, CHURN_REASONS, (code) => REASON_SHARES[code] ?? null);
  return { rows, n: codes.length, unknown: left.length - codes.length };
}
