/** From the records we hold to the signals of the score: state = fold(events), so that the same records always give the same state. */
import { dayOf } from "../calendar/zone.ts";
import type { ClientFacts, ClientRecord, Sight } from "../decision.ts";
import { viewOf } from "../score/book.ts";
import type { OpenInvoice } from "../score/input.ts";
import type { SignalDefinition } from "../signal/definition.ts";
import { addEvents, newSignalState, rollTo, type SignalState } from "../signal/state.ts";
import { MAX_LAG_WEEKS, type PortalView } from "../signal/stretch.ts";
import { weekOf } from "../signal/week.ts";
import { number, recordsOf } from "./plan-facts.ts";

/** The scoring calendar's weeks begin on Mondays: 1970-01-05 was one. */
export const ANCHOR_DAY = 4;
/** A message of ours counts as unanswered when nothing came back within this many days. */
export const ANSWER_DAYS = 7;
/** A reply later than this is a new conversation, ms. */
const REPLY_MAX_MS = 30 * 86_400_000;
/** Days late that count for one invoice, both ways: outliers are bookkeeping. */
const LATE_MIN = -10;
const LATE_MAX = 90;
const HOUR_MS = 3_600_000;

/** One dated thing that the client did, as a signal counts it. */
export interface Observation {
  signal: string;
  day: number;
  cases: number;
  sum: number;
  /** the day from which it could be known, where that is a later one */
  knownDay?: number;
}

/** What does not come from records of its own: mapped properties. */
export interface Besides {
  observations: readonly Observation[];
  /** by signal: the day from which its source shows this client */
  fromDays: Readonly<Record<string, number>>;
}

const NOTHING: Besides = { observations: [], fromDays: {} };

export interface Observed {
  signals: Readonly<Record<string, SignalState>>;
  /** the day on which something known already begins to count; null = nothing waits */
  untilDay: number | null;
  openInvoices: readonly OpenInvoice[];
}

/** @param views the book's, null before the first @param today the client's present day */
export function observe(
  facts: ClientFacts,
  definitions: readonly SignalDefinition[],
  views: ReadonlyMap<string, PortalView> | null,
  zone: string,
  sight: Sight,
  today: number,
  besides: Besides = NOTHING,
): Observed {
  const byId = indexOf(definitions);
  const signals: Record<string, SignalState> = {};
  for (const signal of sourcesOf(facts)) {
    const shownDay = signal in facts.usage ? sight.usageDay : sight.recordsDay;
    if (byId.has(signal)) signals[signal] = newSignalState(Math.max(sight.clientDay, shownDay), ANCHOR_DAY);
  }
  for (const [signal, day] of Object.entries(besides.fromDays))
    if (byId.has(signal)) signals[signal] = newSignalState(day, ANCHOR_DAY);
  let untilDay: number | null = null;
  for (const [signal, events] of bySignal([eventsOf(facts, zone), besides.observations])) {
    const definition = byId.get(signal);
    if (!definition) continue;
    const view = views?.get(signal) ?? neutralView(definition.kind);
    // Of what the listing did not go back to a stray record may be known, because somebody touched it: it is no sight of its time.
    const firstDay = signal in besides.fromDays || signal in facts.usage ? 0 : sight.recordsDay;
    const isKnown = ({ day, knownDay = day }: Observation) => knownDay <= today && day >= firstDay;
    if (events.every(isKnown)) addEvents(signals[signal]!, events, ANCHOR_DAY, view);
    else {
      addEvents(signals[signal]!, events.filter(isKnown), ANCHOR_DAY, view);
      for (const { day, knownDay = day } of events)
        if (knownDay > today && (untilDay === null || knownDay < untilDay)) untilDay = knownDay;
    }
  }
  const week = weekOf(today, ANCHOR_DAY);
  for (const [id, state] of Object.entries(signals)) {
    // What lags is brought near here, once, and not by every scoring.
    const view = views?.get(id) ?? neutralView(byId.get(id)!.kind);
    if (state.week < week - MAX_LAG_WEEKS) rollTo(state, week, ANCHOR_DAY, view);
  }
  return { signals, untilDay, openInvoices: openInvoices(recordsOf(facts, "invoice")) };
}

/** The same for every client of a portal. */
const indexes = new WeakMap<readonly SignalDefinition[], ReadonlyMap<string, SignalDefinition>>();

function indexOf(definitions: readonly SignalDefinition[]): ReadonlyMap<string, SignalDefinition> {
  const known = indexes.get(definitions) ?? new Map(definitions.map((one) => [one.id, one]));
  indexes.set(definitions, known);
  return known;
}

/** What each signal counts, by day. Most comes in that order, one signal after the other: asking costs less than looking up and sorting. */
function bySignal(observed: readonly (readonly Observation[])[]): ReadonlyMap<string, readonly Observation[]> {
  const lists = new Map<string, Observation[]>();
  let list: Observation[] = [];
  let signal: string | null = null;
  for (const observations of observed)
    for (const one of observations) {
      if (one.signal !== signal) {
        signal = one.signal;
        list = lists.get(signal) ?? [];
        lists.set(signal, list);
      }
      list.push(one);
    }
  for (const one of lists.values()) if (!isInOrder(one)) one.sort(inOrder);
  return lists;
}

function isInOrder(list: readonly Observation[]): boolean {
  for (let at = 1; at < list.length; at++) if (inOrder(list[at - 1]!, list[at]!) > 0) return false;
  return true;
}

function inOrder(a: Observation, b: Observation): number {
  return a.day - b.day || a.sum - b.sum;
}

const neutral = new Map<SignalDefinition["kind"], PortalView>();

/** What a portal without a book is taken for. */
function neutralView(kind: SignalDefinition["kind"]): PortalView {
  const known = neutral.get(kind) ?? viewOf(null, kind);
  neutral.set(kind, known);
  return known;
}

/** Everything dated that the records show, and what is planned. Invoices still open are not among them: they count with their days so far. */
export function eventsOf(facts: ClientFacts, zone: string): Observation[] {
  return [
    ...usageEvents(facts),
    ...mailEvents(recordsOf(facts, "email"), zone),
    ...callEvents(recordsOf(facts, "call"), zone),
    ...meetingEvents(recordsOf(facts, "meeting"), zone),
    ...ticketEvents(recordsOf(facts, "ticket"), zone),
    ...invoiceEvents(recordsOf(facts, "invoice")),
  ];
}

/** Which signals this client's records can speak to at all; the others are "not connected", never "nothing happened". */
export function sourcesOf(facts: ClientFacts): readonly string[] {
  const has = (kind: Parameters<typeof recordsOf>[1]) => recordsOf(facts, kind).length > 0;
  return [
    ...(has("email") ? ["messages_in", "reply_hours", "unanswered"] : []),
    ...(has("call") ? ["calls_answered"] : []),
    ...(has("meeting") ? ["meetings_held", "meetings_moved"] : []),
    ...(has("ticket") ? ["tickets", "tickets_bad"] : []),
    ...(has("invoice") ? ["days_late"] : []),
    ...Object.keys(facts.usage),
  ];
}

function usageEvents(facts: ClientFacts): Observation[] {
  const events: Observation[] = [];
  for (const signal of Object.keys(facts.usage))
    for (const [day, cases] of facts.usage[signal]!) events.push({ signal, day, cases, sum: 0 });
  return events;
}

interface Mail {
  id: string;
  at: number;
  isIn: boolean;
}

/** Oldest first, whatever order they were read in: at one instant the client's comes first, as nothing is answered before it was sent. */
function mailsInOrder(mails: readonly ClientRecord[]): readonly Mail[] {
  return mails
    .flatMap((one) => {
      const at = number(one.facts.at);
      return at === null ? [] : [{ id: one.ref.id, at, isIn: one.facts.direction === "in" }];
    })
    .sort((a, b) => a.at - b.at || Number(b.isIn) - Number(a.isIn) || (a.id < b.id ? -1 : 1));
}

/** Each answer of the client to a mail of ours: which mail, on which local day, after how many hours. */
export function replies(
  mails: readonly ClientRecord[],
  zone: string,
): readonly { id: string; day: number; hours: number }[] {
  const dated = mailsInOrder(mails);
  return dated.flatMap((mail, index) => {
    const next = dated[index + 1];
    if (mail.isIn || !next?.isIn || next.at - mail.at > REPLY_MAX_MS) return [];
    return [{ id: next.id, day: dayOf(next.at, zone), hours: (next.at - mail.at) / HOUR_MS }];
  });
}

/** Mails of the client, his time to reply (ln hours), and what of ours stayed without an answer. */
function mailEvents(mails: readonly ClientRecord[], zone: string): Observation[] {
  const dated = mailsInOrder(mails);
  const events: Observation[] = replies(mails, zone).map(({ day, hours }) => ({
    signal: "reply_hours",
    day,
    cases: 1,
    sum: Math.log(Math.max(0.1, hours)),
  }));
  let nextIn = Number.POSITIVE_INFINITY;
  for (const mail of dated.toReversed()) {
    const day = dayOf(mail.at, zone);
    if (mail.isIn) {
      nextIn = mail.at;
      events.push({ signal: "messages_in", day, cases: 1, sum: 0 });
    } else {
      const isAnswered = nextIn - mail.at <= ANSWER_DAYS * 24 * HOUR_MS;
      const dueDay = day + ANSWER_DAYS;
      // On that day itself the answer may still come.
      events.push({ signal: "unanswered", day: dueDay, cases: 1, sum: isAnswered ? 0 : 1, knownDay: dueDay + 1 });
    }
  }
  return events;
}

function callEvents(calls: readonly ClientRecord[], zone: string): Observation[] {
  return calls.flatMap((one) => {
    const at = number(one.facts.at);
    const isTalk = one.facts.answered === true || one.facts.direction === "in";
    return at === null || !isTalk ? [] : [{ signal: "calls_answered", day: dayOf(at, zone), cases: 1, sum: 0 }];
  });
}

/** Held meetings, and the share that was moved, cancelled or missed. A meeting moved twice is two cases. */
function meetingEvents(meetings: readonly ClientRecord[], zone: string): Observation[] {
  return meetings.flatMap((one): Observation[] => {
    const startAt = number(one.facts.startAt);
    if (startAt === null) return [];
    const day = dayOf(startAt, zone);
    const { outcome } = one.facts;
    const isMissed = outcome === "moved" || outcome === "cancelled" || outcome === "no_show";
    const moves = number(one.facts.moves) ?? 0;
    const bad = moves + (isMissed && moves === 0 ? 1 : 0);
    // Until its day is over it may still be moved.
    const knownDay = day + 1;
    const held: Observation[] =
      outcome === "held" || outcome === "scheduled"
        ? [{ signal: "meetings_held", day, cases: 1, sum: 0, knownDay }]
        : [];
    return [...held, { signal: "meetings_moved", day, cases: Math.max(1, bad), sum: bad, knownDay }];
  });
}

function ticketEvents(tickets: readonly ClientRecord[], zone: string): Observation[] {
  return tickets.flatMap((one): Observation[] => {
    const openedAt = number(one.facts.openedAt);
    if (openedAt === null) return [];
    const day = dayOf(openedAt, zone);
    const reopenedAt = number(one.facts.reopenedAt);
    const isBad = (number(one.facts.sentiment) ?? 0) < 0 || reopenedAt !== null;
    const known = reopenedAt === null ? {} : { knownDay: Math.max(day, dayOf(reopenedAt, zone)) };
    return [
      { signal: "tickets", day, cases: 1, sum: 0 },
      { signal: "tickets_bad", day, cases: 1, sum: isBad ? 1 : 0, ...known },
    ];
  });
}

/** Days late of each paid invoice, in the week it was due; an open one counts with its days so far, beside these. */
function invoiceEvents(invoices: readonly ClientRecord[]): Observation[] {
  return invoices.flatMap((one): Observation[] => {
    const dueDay = number(one.facts.dueDay);
    const paidDay = number(one.facts.paidDay);
    if (dueDay === null || paidDay === null || one.facts.status !== "paid") return [];
    const sum = Math.min(LATE_MAX, Math.max(LATE_MIN, paidDay - dueDay));
    return [{ signal: "days_late", day: dueDay, cases: 1, sum, knownDay: Math.max(dueDay, paidDay) }];
  });
}

/** Longest due first, whatever order they were read in. */
function openInvoices(invoices: readonly ClientRecord[]): readonly OpenInvoice[] {
  return invoices
    .flatMap((one) => {
      const dueDay = number(one.facts.dueDay);
      const isOpen = one.facts.status === "open" && (number(one.facts.balance) ?? 1) > 0;
      return isOpen && dueDay !== null ? [{ recordId: one.ref.id, dueDay }] : [];
    })
    .sort((a, b) => a.dueDay - b.dueDay || (a.recordId < b.recordId ? -1 : 1));
}
