/**
 * What a client ordered, day by day (scoring 3.6): the deals won with him, or, while there are not two of those, the invoices issued to him.
 * Not every CRM tells the day of payment, so an invoice counts on its day of issue, paid or not. Who is under
 * contract has no rhythm of his own: from the day on which a subscription began or a renewal was at stake there are no orders.
 */
import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts } from "../decision.ts";
import { addOrder, newOrderState, type OrderState } from "../signal/orders.ts";
import { number, recordsOf } from "./plan-facts.ts";
import { isRenewal, type ScoreSettings } from "./score-settings.ts";

/** Deals from which they, and not invoices, are the orders. */
const DEALS_SPEAK_FROM = 2;
/** Repeat orders from which there is a rhythm: three order days. */
const RHYTHM_FROM_REPEATS = 2;

export interface OrderDays {
  /** days of deals won, and of invoices issued, each ascending and once */
  deals: readonly number[];
  invoices: readonly number[];
  /** the first day under contract; null = never */
  contractDay: number | null;
}

export function orderDays(facts: ClientFacts, zone: string, settings: Pick<ScoreSettings, "renewals">): OrderDays {
  const deals = recordsOf(facts, "deal");
  const won = deals.flatMap(({ facts: deal }) => {
    const at = deal.outcome === "won" ? number(deal.wonAt) : null;
    return at === null ? [] : [dayOf(at, zone)];
  });
  const issued = recordsOf(facts, "invoice").flatMap(({ facts: invoice }) =>
    invoice.status === "paid" || invoice.status === "open" ? (number(invoice.issuedDay) ?? []) : [],
  );
  const renewals = deals.flatMap(({ facts: deal }) => {
    if (!isRenewal(deal, settings)) return [];
    const at = number(deal.wonAt) ?? (deal.outcome === "lost" ? number(deal.closeAt) : null) ?? number(deal.createdAt);
    return at === null ? [] : [dayOf(at, zone)];
  });
  // One without a day of beginning was always there.
  const subscriptions = recordsOf(facts, "subscription").map((one) => number(one.facts.startDay) ?? 0);
  const contracts = [...renewals, ...subscriptions];
  return {
    deals: eachOnce(won),
    invoices: eachOnce(issued),
    contractDay: contracts.length === 0 ? null : Math.min(...contracts),
  };
}

/** The order days as they were known on the evening of `day`; none under contract. */
export function ordersBy({ deals, invoices, contractDay }: OrderDays, day: number): readonly number[] {
  if (contractDay !== null && contractDay <= day) return [];
  const until = (days: readonly number[]) => days.filter((one) => one <= day);
  const won = until(deals);
  return won.length >= DEALS_SPEAK_FROM ? won : longer(won, until(invoices));
}

/** Everything that shows on which days the client still bought, the beginning of a contract included: for judging outcomes. */
export function boughtDays({ deals, invoices, contractDay }: OrderDays): number[] {
  const switchDay = deals[DEALS_SPEAK_FROM - 1] ?? Number.POSITIVE_INFINITY;
  const end = contractDay ?? Number.POSITIVE_INFINITY;
  const days = [...deals, ...invoices.filter((day) => day < switchDay)].filter((day) => day < end);
  return eachOnce(contractDay === null ? days : [...days, contractDay]);
}

/** The first day after `today` on which the orders known already come out as others; null = none. */
export function ordersChangeDay({ deals, invoices, contractDay }: OrderDays, today: number): number | null {
  const ahead = [...deals, ...invoices, ...(contractDay === null ? [] : [contractDay])].filter((day) => day > today);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** Null without any order. */
export function orderStateOf(days: readonly number[]): OrderState | null {
  const [first, ...rest] = days;
  if (first === undefined) return null;
  const state = newOrderState(first);
  for (const day of rest) addOrder(state, day);
  return state;
}

/** The orders that a score may read: one or two teach the portal's book, and say nothing of the client. */
export function rhythmic(state: OrderState | null): OrderState | null {
  return state !== null && state.repeats >= RHYTHM_FROM_REPEATS ? state : null;
}

function longer(a: readonly number[], b: readonly number[]): readonly number[] {
  return b.length > a.length ? b : a;
}

function eachOnce(days: readonly number[]): number[] {
  return [...new Set(days)].sort((a, b) => a - b);
}
