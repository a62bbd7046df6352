/** Replays a history week by week: the states, books and scores as they would have been, each from what was known by then. */
import type { SignalDefinition } from "../../signal/definition.ts";
import { addOrder, newOrderState, type OrderState } from "../../signal/orders.ts";
import { clamp } from "../../signal/special.ts";
import { addEvent, newSignalState, type SignalState } from "../../signal/state.ts";
import type { PortalView } from "../../signal/stretch.ts";
import { type Book, type BookClient, makeBook, viewsOf } from "../book.ts";
import type { ScoreConfig } from "../config.ts";
import type { ScoreInput, ScoreMemory } from "../input.ts";
import { type Scored, scoreClient } from "../score.ts";
import { fitThresholds } from "../tune.ts";
import type { ZoneInput } from "../zone.ts";
import { type Dated, type History, isAlive, nextRenewalDay, type PastClient, type PastInvoice } from "./history.ts";

/** Full weeks after the start of the data before anything is scored. */
const WARM_UP_WEEKS = 8;
/** The buying model is fitted anew this often; between, the last fit serves. */
const FIT_EVERY_WEEKS = 4;

interface Runner {
  past: PastClient;
  signals: Record<string, SignalState>;
  orders: OrderState | null;
  memory: ScoreMemory | null;
  /** how much of each list has been taken in */
  taken: Record<string, number>;
}

export interface ReplayedScore extends Scored {
  past: PastClient;
  input: ScoreInput;
}

export interface ReplayWeek {
  /** the last complete day */
  cutDay: number;
  book: Book;
}

export interface Visitor {
  /** Once a week for each client that was alive on that evening, in the order of the history. Who is shown is let go of afterwards. */
  see(scored: ReplayedScore, week: ReplayWeek): void;
  weekEnds(week: ReplayWeek): void;
}

/**
 * Shows every week that ends on `cutDay - 7k`, oldest first, up to `cutDay` itself.
 * Pure apart from the visitor; reads nothing that was known only after the week it shows.
 */
export function replay(history: History, config: ScoreConfig, cutDay: number, visitor: Visitor): void {
  const anchorDay = cutDay + 1;
  const runners = history.clients.map((past) => startRunner(past));
  const weeks = Math.floor((cutDay - history.firstDay + 1) / 7) - WARM_UP_WEEKS;
  let book: Book | null = null;
  let zones = config.zones;
  for (let back = Math.max(0, weeks); back >= 0; back--) {
    const evening = cutDay - 7 * back;
    const views = viewsOf(book, config.signals);
    const known = runners.filter((runner) => takeIn(runner, config, evening, anchorDay, views));
    book = makeBook(
      known.map((runner) => bookClient(runner, evening)),
      {
        definitions: config.signals,
        version: weeks - back + 1,
        nowDay: evening + 1,
        anchorDay,
        previous: book,
        horizonDays: config.horizonDays,
        refit: back % FIT_EVERY_WEEKS === 0,
      },
    );
    const week = { cutDay: evening, book };
    const isFitting = back % FIT_EVERY_WEEKS === 0;
    const judged: ZoneInput[] = [];
    const weekViews = viewsOf(book, config.signals);
    const fitted = { ...config, zones };
    for (const runner of known) {
      const scored = scoreOne(runner, history, fitted, book, weekViews, evening);
      if (!scored) continue;
      visitor.see(scored, week);
      if (isFitting && isJudged(scored, history, evening)) judged.push(scored.zoneInput);
    }
    visitor.weekEnds(week);
    if (isFitting) zones = fitThresholds(judged, config.zones);
  }
}

/** Has it a zone, and does it count as the book? Thresholds are fitted to these, without looking at outcomes. */
function isJudged({ result, past }: ReplayedScore, history: History, evening: number): boolean {
  return result.zone !== "learning" && isAlive(past, history, evening);
}

function startRunner(past: PastClient): Runner {
  return { past, signals: {}, orders: null, memory: null, taken: {} };
}

/** Takes in what became known by `evening`. @returns false for clients that did not exist yet */
function takeIn(
  runner: Runner,
  config: ScoreConfig,
  evening: number,
  anchorDay: number,
  views: ReadonlyMap<string, PortalView>,
): boolean {
  const { past } = runner;
  const from = past.firstDay;
  if (from > evening) return false;
  for (const definition of config.signals) takeSignal(runner, definition, from, evening, anchorDay, views);
  for (const day of past.orders?.slice(runner.taken.orders ?? 0) ?? []) {
    if (day > evening) break;
    runner.taken.orders = (runner.taken.orders ?? 0) + 1;
    if (runner.orders) addOrder(runner.orders, day);
    else runner.orders = newOrderState(day);
  }
  return true;
}

function takeSignal(
  runner: Runner,
  definition: SignalDefinition,
  from: number,
  evening: number,
  anchorDay: number,
  views: ReadonlyMap<string, PortalView>,
): void {
  const list = runner.past.signals[definition.id];
  const view = views.get(definition.id);
  if (!list || !view) return;
  let state = runner.signals[definition.id];
  if (!state) {
    state = newSignalState(from, anchorDay);
    runner.signals[definition.id] = state;
  }
  let at = runner.taken[definition.id] ?? 0;
  for (; at < list.length && list[at]!.knownDay <= evening; at++) {
    const { day, cases, sum } = list[at]!;
    addEvent(state, day, cases, sum, anchorDay, view);
  }
  runner.taken[definition.id] = at;
}

function bookClient(runner: Runner, evening: number): BookClient {
  const { past } = runner;
  const since = past.sinceDay;
  const done = past.stepDays?.filter((day) => day <= evening) ?? [];
  const stepDays = since === null ? [] : done.map((day) => day - since);
  return { signals: runner.signals, orders: runner.orders, stepDays };
}

/** null for who was not there that evening. */
function scoreOne(
  runner: Runner,
  history: History,
  config: ScoreConfig,
  book: Book,
  views: ReadonlyMap<string, PortalView>,
  evening: number,
): ReplayedScore | null {
  const { past } = runner;
  const isKnown = history.hasRenewals ? isAlive(past, history, evening) : runner.orders !== null;
  if (!isKnown) return null;
  const input = inputOf(runner, history, evening);
  const scored = scoreClient(input, book, views, config, evening + 1);
  runner.memory = scored.result.memory;
  return { ...scored, past, input };
}

function inputOf(runner: Runner, history: History, evening: number): ScoreInput {
  const { past } = runner;
  const since = past.sinceDay;
  const open = past.invoices.filter((i) => i.issuedDay <= evening && (i.paidDay === null || i.paidDay > evening));
  const done = past.stepDays?.filter((day) => day <= evening) ?? [];
  return {
    clientId: past.id,
    segment: null,
    sinceDay: since,
    signals: runner.signals,
    brokenSince: {},
    orders: runner.orders,
    openInvoices: open.map((i) => ({ recordId: i.id, dueDay: i.dueDay })),
    onboarding:
      past.stepDays && since !== null && since >= history.firstDay
        ? { doneDays: done.map((day) => day - since), expectedDays: null }
        : null,
    facts: [],
    contract:
      past.termDays === null
        ? null
        : { termDays: past.termDays, nextRenewalDay: nextRenewalDay(past, history.firstDay, evening) },
    override: null,
    memory: runner.memory,
  };
}

/** Paid invoices as cases of lateness; each is known once it is both due and paid. */
export function latenessOf(invoices: readonly PastInvoice[]): Dated[] {
  return invoices
    .filter((i) => i.paidDay !== null)
    .map((i) => ({
      day: i.dueDay,
      knownDay: Math.max(i.dueDay, i.paidDay!),
      cases: 1,
      sum: clamp(i.paidDay! - i.dueDay, -10, 90),
    }))
    .sort((a, b) => a.knownDay - b.knownDay || a.day - b.day);
}
