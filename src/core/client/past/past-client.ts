/**
 * A client's own past, from the records we hold: what happened on which day and from when it could be known, how it came to an end, and what
 * was reported. Only dated facts take part: a value without a date of its own (a headcount, a stage) would be today's, not the past's.
 */
import { dayOf } from "../../calendar/zone.ts";
import type { ClientFacts, DecideConfig } from "../../decision.ts";
import type { FactValue } from "../../model.ts";
import type { ReportedFact } from "../../score/input.ts";
import type { Dated, PastClient, PastInvoice, PastRenewal } from "../../score/past/history.ts";
import { contractOf, firstDay, historyStart, reportedFacts } from "../health.ts";
import { watchMapped } from "../mapped.ts";
import { eventsOf, sourcesOf } from "../observe.ts";
import { boughtDays, type OrderDays, orderDays } from "../orders.ts";
import { clientRecord, number, recordsOf, text } from "../plan-facts.ts";
import { isRenewal, segmentOf } from "../score-settings.ts";
import type { ClientState } from "../state.ts";

export interface PortalPastClient extends PastClient {
  /** the segment that it has today: which settings would have judged it */
  segment: string | null;
  /** what was known of its orders, day by day; `orders` is what it bought in the end, for judging */
  orderDays: OrderDays;
  reported: readonly ReportedFact[];
}

/** A subscription that began so soon around another's end goes on with it, days. */
const REPLACED_DAYS = 30;

export function pastClient(
  key: string,
  state: ClientState,
  facts: ClientFacts,
  config: DecideConfig,
  today: number,
): PortalPastClient {
  const { zone, settings } = config;
  const sinceDay = firstDay(facts, zone);
  const fromDay = sinceDay ?? historyStart(today);
  const mapped = watchMapped(state.health?.seen, facts, settings.score.mapped, zone, fromDay, today);
  const signals: Record<string, Dated[]> = {};
  for (const id of [...sourcesOf(facts), ...Object.keys(mapped.fromDays)]) signals[id] ??= [];
  let first = sinceDay ?? Number.POSITIVE_INFINITY;
  for (const { signal, day, knownDay, cases, sum } of [...eventsOf(facts, zone), ...mapped.observations]) {
    if (day >= today) continue;
    signals[signal] ??= [];
    signals[signal]!.push({ day, knownDay: knownDay ?? day, cases, sum });
    first = Math.min(first, day);
  }
  for (const list of Object.values(signals)) list.sort((a, b) => a.knownDay - b.knownDay || a.day - b.day);
  const ordered = orderDays(facts, zone, settings.score);
  const plan = state.plans.findLast((one) => one.startDay <= today);
  return {
    id: key,
    segment: segmentOf(settings.score, plan?.templateId ?? null, state.health?.class ?? null),
    sinceDay,
    firstDay: Number.isFinite(first) ? first : today,
    signals,
    orderDays: ordered,
    orders: boughtDays(ordered).filter((one) => one < today),
    invoices: recordsOf(facts, "invoice").flatMap(({ ref, facts: one }) => invoiceOf(ref.id, one)),
    stepDays: plan
      ? plan.steps
          .flatMap((step) => (step.state === "done" && step.doneDay !== null ? [step.doneDay] : []))
          .sort((a, b) => a - b)
      : null,
    termDays: contractOf(facts)?.termDays ?? termOfEnded(facts),
    renewals: endings(key, facts, config, today),
    reported: [...reportedFacts(state, facts, zone), ...mapped.facts],
  };
}

function invoiceOf(
  id: string,
  { dueDay, issuedDay, paidDay, status }: Readonly<Record<string, FactValue>>,
): PastInvoice[] {
  const due = number(dueDay);
  if (due === null || (status !== "open" && status !== "paid")) return [];
  const paid = number(paidDay);
  if (status === "paid" && paid === null) return [];
  return [{ id, issuedDay: number(issuedDay) ?? due, dueDay: due, paidDay: status === "paid" ? paid : null }];
}

function termOfEnded(facts: ClientFacts): number | null {
  for (const { facts: one } of recordsOf(facts, "subscription")) {
    const start = number(one.startDay);
    const next = number(one.nextDueDay);
    if (start !== null && next !== null && next > start) return Math.min(365, next - start);
  }
  return null;
}

/**
 * What became of the client, day by day: lost when a person noted the day of leaving, when a subscription ended and nothing took its place
 * within 30 days, or when a renewal deal was lost; kept at each renewal deal that was won. The first loss ends it.
 */
export function endings(key: string, facts: ClientFacts, config: DecideConfig, today: number): readonly PastRenewal[] {
  const left = number(clientRecord(key, facts)?.facts["f.churned_on"]);
  const found: PastRenewal[] = [
    ...(left === null ? [] : [{ day: left, lost: true }]),
    ...renewalDeals(facts, config),
    ...endedSubscriptions(facts),
  ].filter((one) => one.day < today);
  return found.sort((a, b) => a.day - b.day || Number(a.lost) - Number(b.lost));
}

function renewalDeals(facts: ClientFacts, { zone, settings }: DecideConfig): PastRenewal[] {
  return recordsOf(facts, "deal").flatMap(({ facts: deal }): PastRenewal[] => {
    if (!isRenewal(deal, settings.score)) return [];
    const at = deal.outcome === "won" ? number(deal.wonAt) : deal.outcome === "lost" ? number(deal.closeAt) : null;
    return at === null ? [] : [{ day: dayOf(at, zone), lost: deal.outcome === "lost" }];
  });
}

function endedSubscriptions(facts: ClientFacts): PastRenewal[] {
  const all = recordsOf(facts, "subscription").map(({ facts: one }) => ({
    status: text(one.status),
    startDay: number(one.startDay),
    // CRMs tell no day of ending: the payment that would have been next is the first one missing.
    endDay: number(one.nextDueDay),
  }));
  const goesOn = all.some((one) => one.status === "active" || one.status === "past_due");
  return all.flatMap((one): PastRenewal[] => {
    const { status, endDay } = one;
    if ((status !== "cancelled" && status !== "expired") || endDay === null) return [];
    const isReplaced = all.some(
      (other) =>
        other !== one &&
        other.startDay !== null &&
        other.startDay <= endDay + REPLACED_DAYS &&
        (other.endDay === null || other.endDay > endDay),
    );
    return isReplaced || goesOn ? [] : [{ day: endDay, lost: true }];
  });
}
