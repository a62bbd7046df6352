/** The portal's own past, as it was known day by day; what a back-test replays. Days are integers, lists ascend. */

/** Never changed once made: histories share those that are alike. */
export interface Dated {
  /** the day it happened */
  readonly day: number;
  /** the day it became known; a late entry must not be used before */
  readonly knownDay: number;
  /** events, or cases */
  readonly cases: number;
  /** values or bad cases beside them */
  readonly sum: number;
}

export interface PastInvoice {
  id: string;
  issuedDay: number;
  dueDay: number;
  /** null = open to this day */
  paidDay: number | null;
}

export interface PastRenewal {
  day: number;
  lost: boolean;
}

export interface PastClient {
  id: string;
  sinceDay: number | null;
  /** the first day on which any source could have shown this client */
  firstDay: number;
  /** by signal id; a connected source without events is an empty list */
  signals: Readonly<Record<string, readonly Dated[]>>;
  /** order days, each once; null = this kind of data is not there */
  orders: readonly number[] | null;
  invoices: readonly PastInvoice[];
  /** days on which onboarding steps were done; null = no onboarding known */
  stepDays: readonly number[] | null;
  termDays: number | null;
  renewals: readonly PastRenewal[];
}

export interface History {
  clients: readonly PastClient[];
  /** the first day that any source covers */
  firstDay: number;
  /** losses are what was noted; otherwise a live customer is lost who orders nothing within the horizon */
  hasRenewals: boolean;
}

/** What the future said of a client after a cut; null = not in the population. */
export interface Outcome {
  lost: boolean;
  /** the day of the loss, null when kept */
  lostDay: number | null;
}

/** Order days and recency that make a client without contract a live one. */
export const LIVE_ORDER_DAYS = 3;
export const LIVE_RECENCY_DAYS = 180;

/** Is the client one that can still be lost on the evening of `cutDay`? Uses nothing after the cut. */
export function isAlive(client: PastClient, history: History, cutDay: number): boolean {
  if (client.sinceDay !== null && client.sinceDay > cutDay) return false;
  if (client.renewals.some((r) => r.lost && r.day <= cutDay)) return false;
  if (history.hasRenewals) return true;
  const before = (client.orders ?? []).filter((day) => day <= cutDay);
  return before.length >= LIVE_ORDER_DAYS && before.at(-1)! >= cutDay - LIVE_RECENCY_DAYS;
}

/** What happened within (cut, cut + horizon]. Only for judging, never for features. */
export function outcomeOf(client: PastClient, history: History, cutDay: number, horizonDays: number): Outcome {
  const isInside = (day: number): boolean => day > cutDay && day <= cutDay + horizonDays;
  const loss = client.renewals.find((r) => r.lost && isInside(r.day));
  if (history.hasRenewals || loss) return { lost: loss !== undefined, lostDay: loss?.day ?? null };
  const lost = !(client.orders ?? []).some(isInside);
  return { lost, lostDay: lost ? cutDay + horizonDays : null };
}

/** The next renewal as it could be foretold on the evening of `cutDay`: from the last one, else from the start; null = unknown. */
export function nextRenewalDay(client: PastClient, firstDay: number, cutDay: number): number | null {
  if (client.termDays === null || client.termDays <= 0) return null;
  const last = client.renewals.findLast((r) => r.day <= cutDay)?.day ?? null;
  const since = client.sinceDay;
  // A start long before the data tells no phase: earlier renewals were not seen and may have moved it.
  const anchor = last ?? (since !== null && since >= firstDay - client.termDays ? since : null);
  if (anchor === null) return null;
  const steps = Math.floor((cutDay - anchor) / client.termDays) + 1;
  return anchor + Math.max(1, steps) * client.termDays;
}
