/** What a score has to beat: recency, the renewal date alone, and the articles' thresholds as bare alarms ("classic rules"). Higher = worse. */
import type { Dated, History, PastClient } from "./history.ts";
import { nextRenewalDay } from "./history.ts";

const WINDOW_DAYS = 30;
const BASELINE_DAYS = 90;

/** Days since the last event of any kind. */
export function recencyOf(client: PastClient, cutDay: number): number {
  let last = Number.NEGATIVE_INFINITY;
  const see = (day: number): void => {
    if (day <= cutDay && day > last) last = day;
  };
  for (const list of Object.values(client.signals))
    for (const event of list) if (event.knownDay <= cutDay) see(event.day);
  for (const day of client.orders ?? []) see(day);
  return last === Number.NEGATIVE_INFINITY ? 10_000 : cutDay - last;
}

/** The sooner the next renewal, the higher; unknown dates lie in the middle of the term. */
export function renewalNearness(client: PastClient, history: History, cutDay: number): number {
  const next = nextRenewalDay(client, history.firstDay, cutDay);
  return next === null ? -(client.termDays ?? 730) / 2 : -(next - cutDay);
}

/**
 * How many of the articles' signs fire: use -30 %, interaction -40 %, 14 days without a login, a payment more than 7 days late, two moved
 * meetings in 30 days, orders -30 %. Each over 30 days against the 90 before. One = yellow, two = red.
 */
export function classicSigns(client: PastClient, cutDay: number): number {
  const fired = [
    fell(client.signals.logins, cutDay, 0.7) || fell(client.signals.core_uses, cutDay, 0.7),
    fell(client.signals.messages_in, cutDay, 0.6),
    isSilent(client.signals.logins, cutDay, 14),
    isLate(client, cutDay),
    countIn(client.signals.meetings_moved, cutDay, 0, WINDOW_DAYS, "sum") >= 2,
    client.orders !== null && ordersFell(client.orders, cutDay),
  ];
  return fired.filter(Boolean).length;
}

function fell(list: readonly Dated[] | undefined, cutDay: number, ratio: number): boolean {
  if (!list || list.length === 0) return false;
  const before =
    (countIn(list, cutDay, WINDOW_DAYS, WINDOW_DAYS + BASELINE_DAYS, "cases") * WINDOW_DAYS) / BASELINE_DAYS;
  return before > 0 && countIn(list, cutDay, 0, WINDOW_DAYS, "cases") <= ratio * before;
}

function ordersFell(orders: readonly number[], cutDay: number): boolean {
  const inside = (from: number, to: number): number =>
    orders.filter((day) => day > cutDay - to && day <= cutDay - from).length;
  const before = (inside(WINDOW_DAYS, WINDOW_DAYS + BASELINE_DAYS) * WINDOW_DAYS) / BASELINE_DAYS;
  return inside(0, WINDOW_DAYS) <= 0.7 * before;
}

function isSilent(list: readonly Dated[] | undefined, cutDay: number, days: number): boolean {
  if (!list || list.length === 0) return false;
  return countIn(list, cutDay, 0, days, "cases") === 0;
}

/** Overdue more than seven days now, or paid so within the last 30. */
function isLate(client: PastClient, cutDay: number): boolean {
  return client.invoices.some((invoice) => {
    const until = invoice.paidDay === null || invoice.paidDay > cutDay ? cutDay : invoice.paidDay;
    const isRecent = until > cutDay - WINDOW_DAYS;
    return invoice.issuedDay <= cutDay && isRecent && until - invoice.dueDay > 7;
  });
}

/** Sum over (cut - to, cut - from]. */
function countIn(
  list: readonly Dated[] | undefined,
  cutDay: number,
  from: number,
  to: number,
  what: "cases" | "sum",
): number {
  let sum = 0;
  for (const event of list ?? []) if (event.day > cutDay - to && event.day <= cutDay - from) sum += event[what];
  return sum;
}
