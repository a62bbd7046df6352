/**
 * Money: a single case, or a chain (A8.13). One late payment may be technical; a smaller package and late payments together are not. Each kind
 * of money sign that was seen within the window is dated from the records; two different kinds enter the score as facts, one enters it not at all.
 */
import type { ClientFacts, ClientRecord, DecideConfig } from "../decision.ts";
import { own } from "../own.ts";
import type { MoneyKind, ReportedFact } from "../score/input.ts";
import { signsWith } from "../signal/signs.ts";
import { number, recordsOf } from "./plan-facts.ts";

/** Signs that were seen within so many days of today stand together. */
export const MONEY_WINDOW_DAYS = 90;
/** Evidence of each kind in a chain, nats: two of them take as much as a notice of termination, and do not fade while the chain stands. */
export const MONEY_SIGN_NATS = 3;
/** Earlier invoices that make a habit of paying, and how far back they are looked for. */
const HABIT_INVOICES = 3;
const HABIT_DAYS = 365;
/** Two payments that are late by less than the sign's threshold are one sign when they lie within so many days. */
const REPEAT_DAYS = 30;

/** What a firing sign is a kind of. However many invoices are late: that is one kind. */
const KIND_OF: Readonly<Record<string, MoneyKind>> = {
  payment_delay: "late",
  paying_later: "late",
  volume_down: "volume",
  seats_cut: "volume",
  extras_refused: "extras",
  turnover_drop: "turnover",
};

/** Signs that last as long as they fire; the others happened on a day. */
const STANDING: readonly string[] = ["payment_delay", "turnover_drop"];

interface Seen {
  kind: MoneyKind;
  /** the sign, or the reported fact */
  code: string;
  recordId: string;
  day: number;
  /** the last day on which it was so */
  lastDay: number;
}

export interface MoneyChain {
  /** what was reported, with the chain in place of those of its kinds */
  facts: readonly ReportedFact[];
  /** the day on which the same records and signs give another chain; null = none is known */
  untilDay: number | null;
}

/** @param firing signs that fire today, with the day since when @param reported what people and mapped properties reported */
export function withMoneyChain(
  reported: readonly ReportedFact[],
  firing: Readonly<Record<string, number>>,
  facts: ClientFacts,
  config: Pick<DecideConfig, "settings" | "brokenSince">,
  today: number,
): MoneyChain {
  // What cannot be read any more looks unpaid: then only what fires counts, which stays as it was.
  const isRead = config.brokenSince.invoices === undefined;
  const { seen: late, nextDay } = isRead ? latePayments(facts, config, today) : { seen: [], nextDay: null };
  const all = [
    ...late,
    ...Object.entries(firing).flatMap(([code, day]) => firingSign(code, day, isRead, today)),
    ...reported.flatMap(({ code, recordId, day }): Seen[] => {
      const kind = own(KIND_OF, code);
      return kind ? [{ kind, code, recordId, day, lastDay: day }] : [];
    }),
  ].filter((one) => one.day <= today && one.lastDay > today - MONEY_WINDOW_DAYS);
  const kinds = new Map<MoneyKind, Seen>();
  for (const one of all.sort(inOrder)) if (!kinds.has(one.kind)) kinds.set(one.kind, one);
  if (kinds.size < 2) return { facts: reported, untilDay: nextDay };
  const chain = [...kinds.values()].map(
    ({ kind, code, recordId, day }): ReportedFact => ({ recordId, code, day, nats: MONEY_SIGN_NATS, money: kind }),
  );
  const isInChain = ({ code }: ReportedFact) => kinds.has(own(KIND_OF, code)!);
  // Of what has passed the newest of a kind holds it: the first of those days changes the chain.
  const ends = all.filter((one) => one.lastDay < today).map((one) => one.lastDay + MONEY_WINDOW_DAYS);
  const days = [...ends, ...(nextDay === null ? [] : [nextDay])];
  return {
    facts: [...reported.filter((one) => !isInChain(one)), ...chain],
    untilDay: days.length === 0 ? null : Math.min(...days),
  };
}

function inOrder(a: Seen, b: Seen): number {
  return a.day - b.day || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

function firingSign(code: string, day: number, isRead: boolean, today: number): Seen[] {
  const kind = own(KIND_OF, code);
  // Invoices that can be read tell more of lateness than the sign does: the habit, and what was paid since.
  if (!kind || (kind === "late" && isRead)) return [];
  return [{ kind, code, recordId: code, day, lastDay: STANDING.includes(code) ? today : day }];
}

/**
 * Invoices that were, or are, late by more than the sign's threshold beyond the client's own habit, and two that were paid late within 30 days.
 * The habit is the median lateness of at least three invoices that were due and paid within the year before, never less than none.
 */
function latePayments(
  facts: ClientFacts,
  config: Pick<DecideConfig, "settings">,
  today: number,
): { seen: Seen[]; nextDay: number | null } {
  const invoices = recordsOf(facts, "invoice").flatMap(invoiceOf).sort(byDue);
  const threshold = Math.floor(signsWith(config.settings.signs).find(({ id }) => id === "payment_delay")!.threshold);
  const seen: Seen[] = [];
  const ahead: number[] = [];
  let paidLate: number | null = null;
  // One that nobody settled for a year is bookkeeping, and what was settled before the window has passed.
  const near = invoices.filter(({ dueDay, paidDay }) =>
    paidDay === null ? dueDay > today - HABIT_DAYS : paidDay > today - MONEY_WINDOW_DAYS - REPEAT_DAYS,
  );
  for (const { recordId, dueDay, paidDay } of near) {
    const habit = habitBefore(invoices, dueDay);
    const day = dueDay + habit + threshold + 1;
    if (day <= Math.min(today, paidDay ?? today))
      seen.push({ kind: "late", code: "payment_delay", recordId, day, lastDay: paidDay ?? today });
    else if (paidDay === null) ahead.push(day);
  }
  const late = near.filter(
    ({ dueDay, paidDay }) => paidDay !== null && paidDay > dueDay + habitBefore(invoices, dueDay),
  );
  for (const { recordId, paidDay } of late.sort((a, b) => a.paidDay! - b.paidDay! || byDue(a, b))) {
    if (paidLate !== null && paidDay! - paidLate < REPEAT_DAYS)
      seen.push({ kind: "late", code: "paying_later", recordId, day: paidDay!, lastDay: paidDay! });
    paidLate = paidDay!;
  }
  return { seen, nextDay: ahead.length === 0 ? null : Math.min(...ahead) };
}

interface Owed {
  recordId: string;
  dueDay: number;
  /** null while it is open, or owed in part */
  paidDay: number | null;
}

/** Of what is paid without a day of payment nobody knows whether it was late. */
function invoiceOf({ ref, facts }: ClientRecord): Owed[] {
  const dueDay = number(facts.dueDay);
  const paidDay = number(facts.paidDay);
  if (dueDay === null) return [];
  const isOwed = (number(facts.balance) ?? (facts.status === "open" ? 1 : 0)) > 0;
  if ((facts.status === "open" || facts.status === "paid") && isOwed)
    return [{ recordId: ref.id, dueDay, paidDay: null }];
  return facts.status === "paid" && paidDay !== null ? [{ recordId: ref.id, dueDay, paidDay }] : [];
}

function byDue(a: Owed, b: Owed): number {
  return a.dueDay - b.dueDay || (a.recordId < b.recordId ? -1 : 1);
}

function habitBefore(invoices: readonly Owed[], day: number): number {
  const late = invoices
    .flatMap(({ dueDay, paidDay }) =>
      dueDay < day && dueDay >= day - HABIT_DAYS && paidDay !== null && paidDay <= day ? [paidDay - dueDay] : [],
    )
    .sort((a, b) => a - b);
  if (late.length < HABIT_INVOICES) return 0;
  const middle = late.length >> 1;
  const usual = late.length % 2 === 1 ? late[middle]! : (late[middle - 1]! + late[middle]!) / 2;
  return Math.max(0, Math.floor(usual));
}
