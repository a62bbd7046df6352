/** Builds a history out of CSV files: events, and where there are any clients, invoices and renewals. */
import { formatDay } from "../../src/core/calendar/day.ts";
import type { Dated, History, PastClient, PastInvoice, PastRenewal } from "../../src/core/score/past/history.ts";
import { latenessOf } from "../../src/core/score/past/replay.ts";
import { CLIENTS, EVENTS, INVOICES, RENEWALS } from "./columns.ts";
import { HAS_COLUMN, roleOf } from "./kinds.ts";
import { dayOf, numberOf, type Row, readCsv } from "./read.ts";
import {
  type RawEvent,
  rawEvent,
  takeBad,
  takeCounts,
  takeDurations,
  takeGood,
  type Values,
  valuesOf,
} from "./take.ts";

export interface HistoryFiles {
  events: string;
  clients: string | null;
  invoices: string | null;
  renewals: string | null;
  /** the kind whose absence means lost, where there are no renewals; null = chosen from the data */
  kind: string | null;
  /** what happened after this day is kept for judging only */
  cutDay: number;
}

export interface LoadedHistory {
  history: History;
  kinds: Readonly<Record<string, number>>;
  /** the kind that a client must show to count as kept; null with renewals */
  kind: string | null;
  /** the day as of which everything is scored: the cut that was asked for, or the last known day where all files end well before it */
  cutDay: number;
  /** last day that any file speaks of */
  lastDay: number;
  /** of the newest event up to the cut */
  newestDay: number;
  /** files most of whose clients have no event at all, and how many */
  strangers: readonly { file: string; clients: number; of: number }[];
  /** rows that could not be used, by reason */
  skipped: Readonly<Record<string, number>>;
}

/** Further from the cut than 15 years a date is a slip of the pen; taken in, it would be replayed week by week. */
const MOST_DAYS = 15 * 366;

/** A cut so long after the last event is a slip of the pen, or of a history that ended. */
const MOST_SILENT_DAYS = 366;

interface Raw {
  cutDay: number;
  /** kind -> client -> events up to the cut */
  events: Map<string, Map<string, RawEvent[]>>;
  /** kind -> client -> events after the cut */
  later: Map<string, Map<string, RawEvent[]>>;
  clients: Map<string, Row>;
  invoices: Map<string, PastInvoice[]>;
  renewals: Map<string, PastRenewal[]>;
  firstDay: number;
  lastDay: number;
  /** of the newest event up to the cut */
  newestDay: number;
  skipped: Record<string, number>;
  /** the first cell of its kind that could not be read */
  examples: Map<string, string>;
}

/** Events between two times that `told` hears how many were read. */
const TELL_EVERY_ROWS = 10_000;

/** @throws Error when a file cannot be read, or there is no event in it */
export async function loadHistory(
  files: HistoryFiles,
  told: (rows: number) => void = () => {},
): Promise<LoadedHistory> {
  const raw: Raw = {
    cutDay: files.cutDay,
    events: new Map(),
    later: new Map(),
    clients: new Map(),
    invoices: new Map(),
    renewals: new Map(),
    firstDay: Number.POSITIVE_INFINITY,
    lastDay: Number.NEGATIVE_INFINITY,
    newestDay: Number.NEGATIVE_INFINITY,
    skipped: {},
    examples: new Map(),
  };
  await readEvents(files.events, raw, told);
  if (files.clients) await readClients(files.clients, raw);
  if (files.invoices) await readInvoices(files.invoices, raw);
  if (files.renewals) await readRenewals(files.renewals, raw);
  if (raw.events.size === 0) throw new Error(`${files.events}: no event on or before the cut${reasons(raw)}.`);
  if (raw.newestDay < files.cutDay - MOST_SILENT_DAYS) {
    const days = files.cutDay - raw.newestDay;
    throw new Error(
      `${files.events}: the last event is of ${formatDay(raw.newestDay)}, ${days} days before the cut; nothing is known of that day.`,
    );
  }
  for (const byClient of raw.events.values()) dropDoubles(byClient);
  raw.cutDay = knownUntil(raw);
  // A file of renewals makes it a book of contracts, even if it tells no outcome.
  const hasRenewals = files.renewals !== null;
  const kind = hasRenewals ? null : chooseKind(files.kind, raw);
  for (const name of raw.events.keys()) if (name === kind || roleOf(name).as === "order") dropReturned(name, raw);
  const strangers = strangersOf(files, raw);
  const kinds = Object.fromEntries([...raw.events].map(([name, byClient]) => [name, size(byClient)]));
  const values = new Map([...raw.events].map(([name, byClient]) => [name, valuesOf(name, byClient, name === kind)]));
  const clients = clientIds(raw).map((id) => {
    const client = pastClient(id, raw, kind, values);
    letGo(raw, id);
    return client;
  });
  return {
    history: { clients, firstDay: raw.firstDay, hasRenewals },
    kinds,
    kind,
    cutDay: raw.cutDay,
    lastDay: raw.lastDay,
    newestDay: raw.newestDay,
    strangers,
    skipped: raw.skipped,
  };
}

/** Fewer clients may all have left. As many as a season is told from (scoring 3.5). */
const EVERYBODY_FROM = 30;
/** So long without an event of anybody, a source is taken for broken (scoring 3.9). */
const STALE_DAYS = 7;

/**
 * The cut, or the last known day where the files end before it: nobody of many shows anything up to the cut or after it, for more than twice as long
 * as ever before. Scored as of the cut, everybody would have fallen silent.
 */
function knownUntil({ events, invoices, cutDay, lastDay }: Raw): number {
  const clients = new Set([...events.values()].flatMap((byClient) => [...byClient.keys()]));
  if (clients.size < EVERYBODY_FROM) return cutDay;
  let last = lastDay;
  for (const { issuedDay, paidDay } of [...invoices.values()].flat())
    last = Math.max(last, issuedDay, paidDay ?? issuedDay);
  return cutDay - last > Math.max(STALE_DAYS, 2 * longestSilence(events)) ? last : cutDay;
}

/** Between two days on which anybody showed anything. */
function longestSilence(events: Raw["events"]): number {
  const seen = new Set<number>();
  for (const byClient of events.values())
    for (const list of byClient.values()) for (const { day } of list) seen.add(day);
  const days = [...seen].sort((a, b) => a - b);
  return days.reduce((longest, day, at) => Math.max(longest, day - (days[at - 1] ?? day)), 0);
}

/** What a client is made of is not held twice: in a large book it is most of the memory. */
function letGo(raw: Raw, id: string): void {
  for (const byClient of [...raw.events.values(), ...raw.later.values()]) byClient.delete(id);
}

function size(byClient: ReadonlyMap<string, readonly unknown[]>): number {
  let sum = 0;
  for (const list of byClient.values()) sum += list.length;
  return sum;
}

async function readEvents(path: string, raw: Raw, told: (rows: number) => void): Promise<void> {
  let rows = 0;
  await readCsv(path, EVENTS, (row) => {
    if (++rows % TELL_EVERY_ROWS === 0) told(rows);
    const day = dayOf(row.at);
    if (!row.client) return skip(raw, "event without client");
    if (day === null) return skipUnread(raw, "event with a date that cannot be read", row.at);
    if (Math.abs(day - raw.cutDay) > MOST_DAYS) return skip(raw, "event more than 15 years from the cut");
    const kind = row.kind || "event";
    raw.lastDay = Math.max(raw.lastDay, day);
    const event = rawEvent(day, numberOf(row.value));
    if (day > raw.cutDay) return push(inner(raw.later, kind), row.client, event);
    push(inner(raw.events, kind), row.client, event);
    raw.firstDay = Math.min(raw.firstDay, day);
    raw.newestDay = Math.max(raw.newestDay, day);
  });
}

async function readClients(path: string, raw: Raw): Promise<void> {
  await readCsv(path, CLIENTS, (row) => {
    if (row.client) raw.clients.set(row.client, row);
  });
}

async function readInvoices(path: string, raw: Raw): Promise<void> {
  const seen = new Map<string, PastInvoice>();
  await readCsv(path, INVOICES, (row) => {
    const dueDay = dayOf(row.due);
    if (!row.client) return skip(raw, "invoice without client");
    if (dueDay === null) return skipUnread(raw, "invoice with a due date that cannot be read", row.due);
    const id = row.invoice || `${row.client}/${row.due}`;
    const invoice = { id, issuedDay: dayOf(row.issued) ?? dueDay - 14, dueDay, paidDay: dayOf(row.paid) };
    const key = `${row.client}/${id}`;
    const known = seen.get(key);
    // The same invoice twice is one invoice; the later row knows more, but not that it was never paid.
    if (known) Object.assign(known, invoice, { paidDay: invoice.paidDay ?? known.paidDay });
    else {
      seen.set(key, invoice);
      push(raw.invoices, row.client, invoice);
    }
  });
}

async function readRenewals(path: string, raw: Raw): Promise<void> {
  await readCsv(path, RENEWALS, (row) => {
    const day = dayOf(row.at);
    if (!row.client) return skip(raw, "renewal without client");
    if (day === null) return skipUnread(raw, "renewal with a date that cannot be read", row.at);
    const lost = lostBy(row);
    if (lost === null) {
      const cell = row.outcome ?? row.lost ?? row.renewed;
      return skipUnread(raw, "renewal with an outcome that says neither lost nor renewed", cell);
    }
    push(raw.renewals, row.client, { day, lost });
    raw.lastDay = Math.max(raw.lastDay, day);
  });
  for (const [client, list] of raw.renewals) raw.renewals.set(client, oncePerDay(list));
}

const LOST =
  /^((lost|loss|churn|cancel|closed[ _-]?lost|terminat|expired|ended|left|not[ _-]?renewed|non[ _-]?renew)|no$)/i;
const KEPT = /^((renew|kept|keep|won|retain|active|extend|upgrad|downgrad|closed[ _-]?won)|yes$)/i;

const YES = /^(1|1\.0|true|t|yes|y)$/i;
const NO = /^(0|0\.0|false|f|no|n)$/i;

/** Was it lost? null = the row says neither: as an outcome, 1 and 0 may mean either, below the head "lost" or "renewed" they do not. */
function lostBy({ outcome, lost, renewed }: Row): boolean | null {
  if (outcome !== undefined) return LOST.test(outcome) ? true : KEPT.test(outcome) ? false : null;
  const cell = lost ?? renewed ?? "";
  const isSo = YES.test(cell) ? true : NO.test(cell) ? false : null;
  return isSo === null || lost !== undefined ? isSo : !isSo;
}

/** In order, each day once: a renewal that a file tells twice is one, and lost if either row says so. */
function oncePerDay(list: readonly PastRenewal[]): PastRenewal[] {
  const byDay = new Map<number, boolean>();
  for (const { day, lost } of list) byDay.set(day, lost || (byDay.get(day) ?? false));
  return [...byDay].map(([day, lost]) => ({ day, lost })).sort((a, b) => a.day - b.day);
}

/** Groups of equal rows from which it can be told that a kind was exported more than once. */
const DOUBLES_FROM = 20;

/** Where every row of a kind stands there n times, it was exported n times: each counts once. Two equal tickets on a day are two. */
function dropDoubles(byClient: Map<string, RawEvent[]>): void {
  let times = Number.POSITIVE_INFINITY;
  let groups = 0;
  const counted = new Map<string, Map<string, number>>();
  for (const [client, events] of byClient) {
    const counts = new Map<string, number>();
    for (const { day, value } of events) counts.set(`${day}/${value}`, (counts.get(`${day}/${value}`) ?? 0) + 1);
    for (const count of counts.values()) times = Math.min(times, count);
    groups += counts.size;
    if (times < 2) return;
    counted.set(client, counts);
  }
  if (groups < DOUBLES_FROM) return;
  for (const [client, events] of byClient) {
    const left = counted.get(client)!;
    for (const [key, count] of left) left.set(key, Math.max(1, Math.round(count / times)));
    byClient.set(
      client,
      events.filter(({ day, value }) => {
        const key = `${day}/${value}`;
        left.set(key, left.get(key)! - 1);
        return left.get(key)! >= 0;
      }),
    );
  }
}

/** Below zero stands what was taken back, where most stands above: that is no order. */
function dropReturned(name: string, raw: Raw): void {
  let [all, returned] = [0, 0];
  // What stands after the cut must not change what is taken in before it.
  for (const events of raw.events.get(name)!.values()) {
    all += events.length;
    returned += events.filter(isReturned).length;
  }
  if (2 * returned > all) return;
  for (const byClient of [raw.events, raw.later].flatMap((byKind) => byKind.get(name) ?? []))
    for (const [client, events] of byClient) {
      if (events.some(isReturned))
        byClient.set(
          client,
          events.filter((one) => !isReturned(one)),
        );
    }
  if (returned > 0) raw.skipped[`${name} with a value below zero, taken for returned`] = returned;
}

function isReturned({ value }: RawEvent): boolean {
  return value !== null && value < 0;
}

/** Clients of another file than the events, of whom there is no event: half of them and more are other ids, or other clients. */
function strangersOf(files: HistoryFiles, raw: Raw): LoadedHistory["strangers"] {
  const known = new Set([...raw.events.values(), ...raw.later.values()].flatMap((byClient) => [...byClient.keys()]));
  const others = [
    [files.clients, raw.clients],
    [files.invoices, raw.invoices],
    [files.renewals, raw.renewals],
  ] as const;
  return others.flatMap(([file, byClient]) => {
    const clients = [...byClient.keys()].filter((client) => !known.has(client)).length;
    return file !== null && 2 * clients > byClient.size ? [{ file, clients, of: byClient.size }] : [];
  });
}

/** The kind that was asked for; else orders; else the most frequent one. */
function chooseKind(asked: string | null, raw: Raw): string {
  const kinds = [...raw.events.keys()];
  if (asked !== null) {
    if (!raw.events.has(asked))
      throw new Error(`There is no event of kind "${asked}" (there are: ${kinds.join(", ")}).`);
    return asked;
  }
  const orders = kinds.find((kind) => roleOf(kind).as === "order");
  return orders ?? kinds.sort((a, b) => size(raw.events.get(b)!) - size(raw.events.get(a)!))[0]!;
}

/** Everybody who was there by the cut, sorted, so that the order of rows changes nothing. */
function clientIds(raw: Raw): string[] {
  const ids = new Set<string>();
  for (const [id, row] of raw.clients) if ((dayOf(row.since) ?? Number.NEGATIVE_INFINITY) <= raw.cutDay) ids.add(id);
  for (const byClient of raw.events.values()) for (const id of byClient.keys()) ids.add(id);
  for (const [id, list] of raw.renewals) if (list[0]!.day <= raw.cutDay) ids.add(id);
  for (const [id, list] of raw.invoices) if (list.some((i) => i.issuedDay <= raw.cutDay)) ids.add(id);
  return [...ids].sort();
}

function pastClient(id: string, raw: Raw, kind: string | null, values: ReadonlyMap<string, Values>): PastClient {
  const row = raw.clients.get(id);
  const invoices = raw.invoices.get(id) ?? [];
  const signals = signalsOf(id, raw, row, values);
  if (has(row, "invoices", raw.invoices.size > 0)) signals.days_late = latenessOf(invoices);
  const orders = ordersOf(id, raw, kind);
  const steps = [...raw.events]
    .filter(([name]) => roleOf(name).as === "step")
    .flatMap(([, byClient]) => byClient.get(id) ?? []);
  const hasSteps = [...raw.events.keys()].some((name) => roleOf(name).as === "step");
  const sinceDay = dayOf(row?.since);
  const renewals = raw.renewals.get(id) ?? [];
  return {
    id,
    sinceDay,
    firstDay: Math.max(raw.firstDay, sinceDay ?? firstTrace(signals, orders) ?? raw.firstDay),
    signals,
    orders,
    invoices,
    stepDays: hasSteps ? [...new Set(steps.map((e) => e.day))].sort((a, b) => a - b) : null,
    termDays: positive(numberOf(row?.term_days)) ?? usualTerm(renewals, raw.cutDay),
    renewals,
  };
}

/** The time between the last two renewals that were known by the cut; null with fewer. */
function usualTerm(renewals: readonly PastRenewal[], cutDay: number): number | null {
  const [last, before] = renewals.filter((r) => r.day <= cutDay).reverse();
  return last && before ? positive(last.day - before.day) : null;
}

function firstTrace(
  signals: Readonly<Record<string, readonly Dated[]>>,
  orders: readonly number[] | null,
): number | null {
  const days = Object.values(signals).flatMap((list) => (list[0] ? [list[0].day] : []));
  if (orders?.[0] !== undefined) days.push(orders[0]);
  return days.length === 0 ? null : Math.min(...days);
}

function ordersOf(id: string, raw: Raw, kind: string | null): number[] | null {
  const names = [...raw.events.keys()].filter(
    (name) => name === kind || (kind === null && roleOf(name).as === "order"),
  );
  if (names.length === 0) return null;
  const days = names.flatMap((name) => (raw.events.get(name)!.get(id) ?? []).map((e) => e.day));
  const later = names.flatMap((name) => (raw.later.get(name)?.get(id) ?? []).map((e) => e.day));
  return [...new Set([...days, ...later])].sort((a, b) => a - b);
}

/** Every kind in its role; sources that the clients' file calls unconnected give no signal at all. */
function signalsOf(
  id: string,
  raw: Raw,
  row: Row | undefined,
  values: ReadonlyMap<string, Values>,
): Record<string, Dated[]> {
  const signals: Record<string, Dated[]> = {};
  const list = (signal: string): Dated[] => (signals[signal] ??= []);
  for (const [name, byClient] of raw.events) {
    const role = roleOf(name);
    if (role.as === "step" || role.as === "order" || !has(row, role.source, true)) continue;
    const events = byClient.get(id) ?? [];
    if (role.as === "bad") takeBad(list(role.signal), events);
    else {
      takeCounts(list(role.signal), events, values.get(name)!);
      if (values.get(name) === "hours") takeDurations(list("reply_hours"), events);
      const share = SHARE_OF[role.signal];
      if (share && [...raw.events.keys()].some((other) => roleOf(other).signal === share))
        takeGood(list(share), events);
    }
  }
  // A sorted copy has no room to spare, as the list that grew has.
  return Object.fromEntries(
    Object.entries(signals).map(([id, events]) => [id, events.toSorted((a, b) => a.day - b.day)]),
  );
}

/** The share for which good cases of a count are the other side. */
const SHARE_OF: Readonly<Record<string, string>> = { meetings_held: "meetings_moved", tickets: "tickets_bad" };

function has(row: Row | undefined, source: string, fallback: boolean): boolean {
  const column = HAS_COLUMN[source];
  const value = column === undefined ? undefined : row?.[column];
  return value === undefined || value === "" ? fallback : !/^(0|false|no)$/i.test(value);
}

function inner<T>(map: Map<string, Map<string, T[]>>, key: string): Map<string, T[]> {
  let found = map.get(key);
  if (!found) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function skip(raw: Raw, reason: string): void {
  raw.skipped[reason] = (raw.skipped[reason] ?? 0) + 1;
}

/** The same with what the first such cell held, so that a wrong form is seen at once. */
function skipUnread(raw: Raw, reason: string, cell: string | undefined): void {
  if (!raw.examples.has(reason)) raw.examples.set(reason, (cell ?? "").slice(0, 40));
  skip(raw, `${reason}, such as "${raw.examples.get(reason)!}"`);
}

function reasons({ skipped, later, lastDay }: Raw): string {
  const known = later.size > 0 ? [`all are later, to ${formatDay(lastDay)}`] : [];
  const parts = [...known, ...Object.entries(skipped).map(([reason, count]) => `${count} × ${reason}`)];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

function positive(x: number | null): number | null {
  return x !== null && x > 0 ? x : null;
}
