/** What the articles' signs may read of a client, from the records we hold (A8.3–A8.17). */
import { dayOf, zoneOffsetMs } from "../calendar/zone.ts";
import type { ClientFacts, ClientRecord, DecideConfig } from "../decision.ts";
import type { FactValue } from "../model.ts";
import { own } from "../own.ts";
import type { PlanAnswer } from "../plan/types.ts";
import {
  checkSigns,
  type DailyCounts,
  type DatedItem,
  type DueItem,
  type MeasuredItem,
  nextSignDay,
  type SignFacts,
  type SignMoment,
  type SignVerdict,
} from "../signal/sign-check.ts";
import { SIGNS, signsWith } from "../signal/signs.ts";
import { firstDayOf, weekOf } from "../signal/week.ts";
import { ANCHOR_DAY, ANSWER_DAYS, replies } from "./observe.ts";
import { number, recordsOf } from "./plan-facts.ts";
import { learntDay } from "./reported.ts";
import type { ClientState } from "./state.ts";
import { isAngry } from "./text-facts.ts";
import { lowAnswers } from "./voice.ts";

const DAY_MS = 86_400_000;
/** What help desks call requests that are no fault in the product. */
const NOT_TECHNICAL = new Set<FactValue>(["billing_issue", "feature_request", "general_inquiry"]);

/** What signs would see fall, or become late, only because it cannot be read any more: by the observations that they read, the sources of those. */
const SOURCES_OF: Readonly<Record<string, readonly string[]>> = {
  invoices: ["invoices"],
  turnover: ["invoices"],
  interactions: ["mail", "calls", "meetings"],
  letters_unanswered: ["mail", "calls", "meetings"],
  tickets: ["tickets"],
};

export interface SignsAnswer {
  /** signs that fire, with the day since when */
  firing: Readonly<Record<string, number>>;
  /** the next day on which one may turn by itself */
  nextDay: number | null;
  /** of every sign; one that is held while its source is broken says `unreadable`, and no value */
  verdicts: readonly SignVerdict[];
}

/** Signs look back this far where no plan tells the beginning, days. */
const SIGN_HISTORY_DAYS = 400;

/** Since when a client's signs are read. */
export function signsFrom(current: PlanAnswer | null, today: number): number {
  return current?.plan.startDay ?? today - SIGN_HISTORY_DAYS;
}

export function judgeSigns(
  state: ClientState,
  current: PlanAnswer | null,
  facts: ClientFacts,
  config: DecideConfig,
  fromDay: number,
  now: number,
): SignsAnswer {
  const nowDay = dayOf(now, config.zone);
  const signs = signsWith(config.settings.signs);
  const read = signFacts(state, current, facts, config, fromDay, now);
  const weekDay = firstDayOf(weekOf(nowDay, ANCHOR_DAY), ANCHOR_DAY);
  const moment: SignMoment = { nowMs: now, nowDay, weekDay, since: state.signs ?? {} };
  let isHeld = false;
  const verdicts = checkSigns(signs, read, moment).map((verdict, at): SignVerdict => {
    const since = verdict.fired ? (verdict.sinceDay ?? nowDay) : undefined;
    // As with the score: while a source is broken, its signs stay as they were.
    if (!isBroken(signs[at]!.of, config)) return verdict;
    const known = moment.since[verdict.id];
    isHeld ||= since !== known;
    const held = { fired: known !== undefined, sinceDay: known ?? null, notJudged: "unreadable" };
    return { ...verdict, ...held, value: null, baseline: null, evidence: [] };
  });
  const firing = Object.fromEntries(
    verdicts.flatMap(({ id, fired, sinceDay }) => (fired ? [[id, sinceDay ?? nowDay]] : [])),
  );
  // Nothing tells when a source can be read again: what waits for it is looked at every day.
  return { firing, nextDay: isHeld ? nowDay + 1 : nextSignDay(signs, read, moment), verdicts };
}

function isBroken(of: string, { brokenSince }: DecideConfig): boolean {
  return SOURCES_OF[of]?.some((source) => brokenSince[source] !== undefined) === true;
}

function signFacts(
  state: ClientState,
  current: PlanAnswer | null,
  facts: ClientFacts,
  config: DecideConfig,
  fromDay: number,
  now: number,
): SignFacts {
  const { zone } = config;
  const logins = facts.usage.logins;
  const lastLogin = logins?.at(-1)?.[0];
  return {
    counts: counts(facts, zone, fromDay),
    // Days are what is kept: a login counts until the end of its day, so that 14 days are never claimed too early. By the clock on the wall as
    // it goes now, so that 14 days are over at a midnight also where the clocks were changed meanwhile.
    lastAt: lastLogin === undefined ? {} : { logins: (lastLogin + 1) * DAY_MS - zoneOffsetMs(now, zone) },
    due: {
      ...dueInvoices(recordsOf(facts, "invoice")),
      ...dueTickets(facts, zone),
      ...duePlan(current, facts, config, dayOf(now, zone)),
    },
    cases: withReported({ ...cases(facts, zone), ...moods(facts, state, config) }, state, zone),
    values: {
      reply_hours: replies(recordsOf(facts, "email"), zone).map(({ id, day, hours }) => ({
        recordId: id,
        day,
        value: hours,
      })),
      ...volume(facts),
    },
  };
}

function counts(facts: ClientFacts, zone: string, fromDay: number): Record<string, DailyCounts> {
  const found: Record<string, DailyCounts> = {};
  for (const [signal, days] of Object.entries(facts.usage))
    found[signal] = { fromDay: Math.min(fromDay, days[0]?.[0] ?? fromDay), days };
  const used = [...(facts.usage.logins ?? []), ...(facts.usage.core_uses ?? [])];
  if (used.length > 0) found.activity = { fromDay, days: used };
  const talks = interactions(facts, zone);
  if (talks.length > 0) found.interactions = { fromDay, days: talks.map((day) => [day, 1] as const) };
  const sold = turnover(facts, zone);
  if (sold.length > 0) found.turnover = { fromDay, days: sold };
  return found;
}

/**
 * What was invoiced, paid or not, on the day of issue; without any invoice that tells its amount, what deals were won for. In order, so that sums of
 * fractions are the same in whatever order records were read.
 */
function turnover(facts: ClientFacts, zone: string): (readonly [day: number, amount: number])[] {
  return amounts(facts, zone).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

function amounts(facts: ClientFacts, zone: string): (readonly [day: number, amount: number])[] {
  const dated = (day: number | null, amount: number | null) =>
    day === null || amount === null ? [] : [[day, amount] as const];
  const invoiced = recordsOf(facts, "invoice").flatMap(({ facts: one }) =>
    one.status === "paid" || one.status === "open" ? dated(number(one.issuedDay), number(one.amount)) : [],
  );
  if (invoiced.length > 0) return invoiced;
  return recordsOf(facts, "deal").flatMap((one) =>
    one.facts.outcome === "won" ? at(one, "wonAt", zone).flatMap((day) => dated(day, number(one.facts.amount))) : [],
  );
}

function at(one: ClientRecord, name: string, zone: string): number[] {
  const instant = number(one.facts[name]);
  return instant === null ? [] : [dayOf(instant, zone)];
}

/** Days of contact with the client: his mails, calls, meetings held. */
function interactions(facts: ClientFacts, zone: string): number[] {
  return [
    ...recordsOf(facts, "email").flatMap((one) => (one.facts.direction === "in" ? at(one, "at", zone) : [])),
    ...recordsOf(facts, "call").flatMap((one) => at(one, "at", zone)),
    ...recordsOf(facts, "meeting").flatMap((one) => (one.facts.outcome === "held" ? at(one, "startAt", zone) : [])),
  ];
}

function dueInvoices(invoices: readonly ClientRecord[]): Record<string, readonly DueItem[]> {
  if (invoices.length === 0) return {};
  const items = invoices.flatMap((one): DueItem[] => {
    const dueDay = number(one.facts.dueDay);
    const isAsked = one.facts.status === "open" || one.facts.status === "paid";
    if (dueDay === null || !isAsked) return [];
    const isPaid = one.facts.status === "paid";
    return [
      {
        recordId: one.ref.id,
        dueDay,
        doneDay: isPaid ? (number(one.facts.paidDay) ?? dueDay) : null,
        balance: number(one.facts.balance) ?? (isPaid ? 0 : 1),
      },
    ];
  });
  return { invoices: items };
}

/** Technical requests, each due on the day it was opened, or opened again, so that it is overdue by the days it has been open. */
function dueTickets(facts: ClientFacts, zone: string): Record<string, readonly DueItem[]> {
  const tickets = recordsOf(facts, "ticket");
  if (tickets.length === 0) return {};
  const items = tickets.flatMap((one): DueItem[] => {
    const { topic, status } = one.facts;
    const openedDay = Math.max(...at(one, "openedAt", zone), ...at(one, "reopenedAt", zone));
    if (NOT_TECHNICAL.has(topic ?? null) || !Number.isFinite(openedDay)) return [];
    return [{ recordId: one.ref.id, dueDay: openedDay, doneDay: status === "open" ? null : openedDay }];
  });
  return { tickets: items };
}

/**
 * Set-up steps past their window (A8.8), and the first use after access was given (A8.3). Of a client of whom no use was ever seen it counts from
 * when it could have been seen.
 */
function duePlan(
  current: PlanAnswer | null,
  facts: ClientFacts,
  { sight }: DecideConfig,
  nowDay: number,
): Record<string, readonly DueItem[]> {
  if (current?.plan.state !== "running") return {};
  const { steps, startDay } = current.plan;
  const setup = steps
    .filter((step) => step.state === "open" || step.state === "done")
    .map((step) => ({ recordId: step.key, dueDay: step.dueDay, doneDay: step.doneDay }));
  const uses = facts.usage.core_uses ?? facts.usage.logins;
  if (!uses && sight.usageDay >= nowDay) return { setup };
  const dueDay = uses ? startDay : Math.max(startDay, sight.usageDay);
  return { setup, first_use: [{ recordId: "first_use", dueDay, doneDay: uses?.[0]?.[0] ?? null }] };
}

function cases(facts: ClientFacts, zone: string): Record<string, readonly DatedItem[]> {
  const meetings = recordsOf(facts, "meeting");
  const tickets = recordsOf(facts, "ticket");
  const invoices = recordsOf(facts, "invoice");
  const moved = meetings.flatMap((one) => {
    const { outcome } = one.facts;
    const moves = Math.max(number(one.facts.moves) ?? 0, outcome === "moved" ? 1 : 0);
    // Moved, and missed all the same, is twice.
    const times = moves + (outcome === "no_show" || outcome === "cancelled" ? 1 : 0);
    return at(one, "startAt", zone).flatMap((day) =>
      Array.from({ length: times }, () => ({ recordId: one.ref.id, day })),
    );
  });
  const missed = meetings.filter((one) => one.facts.outcome === "no_show");
  const angry = tickets.filter((one) => (number(one.facts.sentiment) ?? 0) < 0);
  const low = lowAnswers(facts, zone);
  const late = invoices.filter(
    (one) => (number(one.facts.paidDay) ?? 0) > (number(one.facts.dueDay) ?? Number.POSITIVE_INFINITY),
  );
  return {
    ...(meetings.length > 0 && {
      moves: moved,
      no_shows: missed.flatMap((one) => at(one, "startAt", zone).map((day) => ({ recordId: one.ref.id, day }))),
    }),
    ...(recordsOf(facts, "email").length > 0 && { letters_unanswered: lettersUnanswered(facts, zone) }),
    ...(tickets.length + low.length > 0 && {
      complaints: [
        ...angry.flatMap((one) => at(one, "openedAt", zone).map((day) => ({ recordId: one.ref.id, day }))),
        ...low,
      ],
    }),
    ...(invoices.length > 0 && {
      late_payments: late.map((one) => ({ recordId: one.ref.id, day: one.facts.paidDay as number })),
    }),
  };
}

/** Letters of ours since the client was last heard of, by whatever way, each on the first day after those that it had for an answer (A4.6). */
function lettersUnanswered(facts: ClientFacts, zone: string): readonly DatedItem[] {
  const letters = recordsOf(facts, "email");
  const heard = [
    ...letters.map((one) => (one.facts.direction === "in" ? number(one.facts.at) : null)),
    ...recordsOf(facts, "call").map(({ facts: one }) =>
      one.answered === true || one.direction === "in" ? number(one.at) : null,
    ),
    ...recordsOf(facts, "meeting").map(({ facts: one }) => (one.outcome === "held" ? number(one.startAt) : null)),
  ];
  const lastAt = Math.max(Number.NEGATIVE_INFINITY, ...heard.filter((one) => one !== null));
  return letters.flatMap((one) => {
    const sentAt = number(one.facts.at);
    if (one.facts.direction === "in" || sentAt === null || sentAt <= lastAt) return [];
    return [{ recordId: one.ref.id, day: dayOf(sentAt, zone) + ANSWER_DAYS + 1 }];
  });
}

/** Letters in an angry tone. What they ask for is no sign before a person has confirmed it. */
function moods(
  facts: ClientFacts,
  { acts }: ClientState,
  { settings, zone }: DecideConfig,
): Record<string, readonly DatedItem[]> {
  if (!settings.texts.consent) return {};
  const read = recordsOf(facts, "email").filter((one) => one.facts.mood !== undefined);
  if (read.length === 0) return {};
  const angry = read.filter((one) => isAngry(one, acts?.heard));
  return {
    negative_texts: angry.flatMap((one) => at(one, "at", zone).map((day) => ({ recordId: one.ref.id, day }))),
  };
}

/** What each sign that counts cases reads, by its own name: whoever reports a sign adds a case to it. */
const CASES_OF: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    SIGNS.filter(({ kind }) => kind === "repeat" || kind === "report").map(({ id, of }) => [id, of]),
  ),
  // A low answer on one of our own pages is negative feedback like one that the CRM holds (A8.15).
  low_survey: "complaints",
};

/** What was reported, beside the cases that records show of the same kind. */
function withReported(
  seen: Readonly<Record<string, readonly DatedItem[]>>,
  state: ClientState,
  zone: string,
): Record<string, readonly DatedItem[]> {
  const all: Record<string, readonly DatedItem[]> = { ...seen };
  for (const one of state.acts?.signals ?? []) {
    const kind = own(CASES_OF, one.id) ?? one.id;
    all[kind] = [...(own(all, kind) ?? []), { recordId: one.by, day: learntDay(one, zone) }];
  }
  return all;
}

interface Held extends MeasuredItem {
  isRunning: boolean;
}

/**
 * Seats, else the amount, of the client's subscriptions: each time one began, it together with those that run beside it. Of those that ended it is
 * not known when, so they stand beside nothing that came later.
 */
function volume(facts: ClientFacts): Record<string, readonly MeasuredItem[]> {
  const size = (value: FactValue | undefined, other: FactValue | undefined) => number(value) ?? number(other);
  const held = recordsOf(facts, "subscription").flatMap(({ ref, facts: one }): Held[] => {
    const day = number(one.startDay);
    const value = size(one.seats, one.amount);
    const isRunning = one.status === "active" || one.status === "past_due";
    return day === null || value === null ? [] : [{ recordId: ref.id, day, value, isRunning }];
  });
  // Of those that began on one day what still runs is the newest.
  const newestFirst = (a: Held, b: Held) =>
    b.day - a.day || Number(b.isRunning) - Number(a.isRunning) || (a.recordId < b.recordId ? -1 : 1);
  const items = held.sort(newestFirst).map((one): MeasuredItem => {
    const beside = held.filter(
      (other) => other !== one && other.isRunning && (one.isRunning ? other.day <= one.day : other.day < one.day),
    );
    return { recordId: one.recordId, day: one.day, value: beside.reduce((sum, { value }) => sum + value, one.value) };
  });
  return items.length === 0 ? {} : { volume: items };
}
