/**
 * The portal's statistics, as a versioned document: what one decision may know of the other clients. Made from all clients' states at most
 * once a day, JSON-safe; a score is a function of (inputs, book, config) and never of who was scored when.
 */
import type { SignalDefinition } from "../signal/definition.ts";
import { type OrderState, type Rhythm, rhythmOf } from "../signal/orders.ts";
import { clamp, logit } from "../signal/special.ts";
import { exposureAt, RING_WEEKS, type SignalState, type WeekView } from "../signal/state.ts";
import type { PortalView } from "../signal/stretch.ts";
import { firstDayOf, lastFullWeek, weekOf } from "../signal/week.ts";
import { type BuyModel, fitBuyModel, outlookOf } from "./repeat-buy.ts";
import { type Ruled, SCORE_RULES, type Tuning } from "./tuning.ts";

/** Weeks of season that a book remembers. */
const SEASON_WEEKS = 130;
/** Accounts that a week's season needs (scoring 3.5). */
const MIN_ACCOUNTS = 30;
/** A week this far below expectation is a broken source, not a season. */
const BROKEN_BELOW = 0.3;
const SEASON_MAX = 2;
/** Expected events a week that a source needs before its silence is called a break. */
const BREAK_NEEDS_EVENTS = 20;

export interface SignalBook {
  /** accounts with this signal */
  accounts: number;
  /** events per exposed account and day */
  rate: number;
  /** mean value per case, or share of bad cases */
  mean: number;
  /** variance of a value around the client's own mean */
  variance: number;
  /** the week of season[0] */
  firstWeek: number;
  /** per week: activity against expectation, .3 .. 2; 0 = the source was broken and the week says nothing */
  season: readonly number[];
  /** newest weeks in a row in which the source was broken */
  brokenWeeks: number;
}

export interface OrderBook {
  model: BuyModel;
  /** median strain of the live customers, so that the usual customer has none */
  median: number;
}

export interface Book extends Ruled {
  version: number;
  /** the morning it was made on */
  madeDay: number;
  anchorDay: number;
  /** the newest full week it knows */
  week: number;
  signals: Readonly<Record<string, SignalBook>>;
  orders: OrderBook | null;
  /** day after the start by which four of five clients had done their first, second, … onboarding step */
  stepDays: readonly number[];
}

/** What a book is made from: one client's states. */
export interface BookClient {
  signals: Readonly<Record<string, SignalState>>;
  orders: OrderState | null;
  /** days after the start on which onboarding steps were done, ascending */
  stepDays: readonly number[];
}

export interface BookOptions {
  definitions: readonly SignalDefinition[];
  version: number;
  nowDay: number;
  anchorDay: number;
  /** the book before this one: its season is carried on, its fits are starting points */
  previous: Book | null;
  /** days that a forecast of orders looks ahead */
  horizonDays: number;
  /** fit the buying model anew; otherwise the previous one serves */
  refit: boolean;
  /** what the portal's outcomes have taught; absent = nothing */
  tuning?: Tuning | null;
}

/** Values around which a habit spreads before the portal has taught its own: reply_hours in ln hours, days_late in days. */
const FIRST_MEAN: Readonly<Record<string, number>> = { mean: 2.2, lateness: 3, share: 0.13 };
/** Events per day that an account is taken for before the portal has shown its own rate. */
const FIRST_RATE = 0.05;
const FIRST_VARIANCE: Readonly<Record<string, number>> = { mean: 1, lateness: 36 };

/** Makes a book. One pass per signal over all clients, plus the fit of the buying model. */
export function makeBook(clients: readonly BookClient[], options: BookOptions): Book {
  const week = lastFullWeek(options.nowDay, options.anchorDay);
  const signals: Record<string, SignalBook> = {};
  for (const definition of options.definitions) {
    const states = clients.map((c) => c.signals[definition.id]).filter((s) => s !== undefined);
    if (states.length > 0) signals[definition.id] = signalBook(definition, states, week, options);
  }
  const orders = clients.map((c) => c.orders).filter((o) => o !== null);
  return {
    version: options.version,
    rules: SCORE_RULES,
    ...(options.tuning ? { tuning: options.tuning } : {}),
    madeDay: options.nowDay,
    anchorDay: options.anchorDay,
    week,
    signals,
    orders: orderBook(orders, options),
    stepDays: stepBook(clients.map((c) => c.stepDays)),
  };
}

function signalBook(
  definition: SignalDefinition,
  states: readonly SignalState[],
  week: number,
  options: BookOptions,
): SignalBook {
  const previous = options.previous?.signals[definition.id] ?? null;
  const view = viewOf(previous);
  const totals = { cases: 0, sum: 0, exposure: 0 };
  for (const state of states) {
    totals.cases += state.n + total(state.c);
    totals.sum += state.t + total(state.s);
    totals.exposure += state.b + ringExposure(state, week, options.anchorDay, view);
  }
  const firstMean = FIRST_MEAN[definition.kind] ?? 0;
  const pseudo = definition.kind === "share" ? 20 : 10;
  const seasons = seasonOf(states, previous, week, options);
  return {
    accounts: states.length,
    rate: six(totals.cases / Math.max(1, totals.exposure)),
    mean: six((totals.sum + pseudo * firstMean) / (totals.cases + pseudo)),
    variance: six(varianceOf(definition, states)),
    ...seasons,
  };
}

/** Activity per week against what the same accounts do on average; one pass over the ring. */
function seasonOf(
  states: readonly SignalState[],
  previous: SignalBook | null,
  week: number,
  options: BookOptions,
): Pick<SignalBook, "firstWeek" | "season" | "brokenWeeks"> {
  const oldest = week - RING_WEEKS + 2;
  const seen = new Array<number>(week - oldest + 1).fill(0);
  const expected = seen.slice();
  const accounts = seen.slice();
  const view = viewOf(previous);
  for (const state of states) {
    const firstFull = weekOf(state.from + 6, options.anchorDay);
    if (week - firstFull < 10) continue;
    const exposure = state.b + ringExposure(state, week, options.anchorDay, view);
    if (exposure <= 0) continue;
    const weekly = (7 * (state.n + total(state.c))) / exposure;
    for (let w = Math.max(oldest, firstFull); w <= week; w++) {
      const at = w - oldest;
      seen[at]! += state.c[state.week - w] ?? 0;
      expected[at]! += weekly;
      accounts[at]! += 1;
    }
  }
  const fresh = seen.map((count, i) => seasonAt(count, expected[i]!, accounts[i]!));
  let brokenWeeks = 0;
  for (let i = fresh.length - 1; i >= 0 && fresh[i] === 0 && expected[i]! >= BREAK_NEEDS_EVENTS; i--) brokenWeeks += 1;
  return { ...joinSeason(previous, oldest, fresh), brokenWeeks };
}

function seasonAt(seen: number, expected: number, accounts: number): number {
  if (accounts < MIN_ACCOUNTS || expected < BREAK_NEEDS_EVENTS) return 1;
  const ratio = seen / expected;
  return ratio < BROKEN_BELOW ? 0 : six(Math.min(SEASON_MAX, ratio));
}

/** Weeks that have left everybody's ring keep the season of the earlier book. */
function joinSeason(
  previous: SignalBook | null,
  oldest: number,
  fresh: number[],
): Pick<SignalBook, "firstWeek" | "season"> {
  if (!previous || previous.firstWeek >= oldest) return { firstWeek: oldest, season: fresh };
  const kept: number[] = [];
  for (let w = Math.max(previous.firstWeek, oldest + fresh.length - SEASON_WEEKS); w < oldest; w++) {
    kept.push(previous.season[w - previous.firstWeek] ?? 1);
  }
  return { firstWeek: oldest - kept.length, season: [...kept, ...fresh] };
}

/** Spread of single values around the client's own mean, from weekly means; the default until 200 weeks speak. */
function varianceOf(definition: SignalDefinition, states: readonly SignalState[]): number {
  const first = FIRST_VARIANCE[definition.kind] ?? 0;
  if (first === 0) return 0;
  let squares = 0;
  let free = 0;
  for (const { c, s } of states) {
    const cases = total(c);
    const weeks = c.filter((n) => n > 0).length;
    if (weeks < 2) continue;
    const mean = total(s) / cases;
    c.forEach((n, i) => {
      if (n > 0) squares += n * ((s[i] ?? 0) / n - mean) ** 2;
    });
    free += weeks - 1;
  }
  return clamp((squares + 200 * first) / (free + 200), first / 4, first * 6);
}

function orderBook(orders: readonly OrderState[], options: BookOptions): OrderBook | null {
  const previous = options.previous?.orders ?? null;
  if (!options.refit && previous) return previous;
  const rhythms = orders.map((state) => rhythmOf(state, options.nowDay));
  const model = fitBuyModel(rhythms, previous?.model ?? null);
  if (!model) return null;
  const live = rhythms.filter((c) => c.x >= 2 && c.age - c.tx <= 180);
  const strains = live.map((c) => orderStrain(model, c, options.horizonDays).nats).sort((a, b) => a - b);
  return { model, median: six(strains[strains.length >> 1] ?? 0) };
}

/**
 * How far the rhythm of buying speaks for having left, in nats: half of it the odds of having left already, half the odds of
 * staying silent for the horizon.
 */
export function orderStrain(
  model: BuyModel,
  rhythm: Rhythm,
  horizonDays: number,
): { nats: number; silentChance: number } {
  const { logOddsLeft, silentChance } = outlookOf(model, rhythm, horizonDays);
  return { nats: 0.5 * clamp(logOddsLeft, -15, 15) + logit(silentChance), silentChance };
}

/** The day by which four of five had done their k-th step; steps that fewer than ten clients reached are not expected of anybody. */
function stepBook(stepDays: readonly (readonly number[])[]): number[] {
  const out: number[] = [];
  for (let k = 0; ; k++) {
    const days = stepDays
      .map((list) => list[k])
      .filter((day) => day !== undefined)
      .sort((a, b) => a - b);
    if (days.length < 10) return out;
    out.push(Math.max(out.at(-1) ?? 0, days[Math.floor(0.8 * (days.length - 1))]!));
  }
}

/** A signal of the book as judging wants it. Without a book: no season, a neutral portal. */
export function viewOf(book: SignalBook | null | undefined, kind?: SignalDefinition["kind"]): PortalView {
  const firstWeek = book?.firstWeek ?? 0;
  const days = Float64Array.from(book?.season ?? [], (s) => 7 * s);
  const exposureDays = (week: number): number => days[week - firstWeek] ?? 7;
  if (!book) {
    const mean = FIRST_MEAN[kind ?? ""] ?? 0;
    return { rate: FIRST_RATE, mean, variance: FIRST_VARIANCE[kind ?? ""] ?? 1, firstWeek, days, exposureDays };
  }
  const { rate, mean, variance } = book;
  return { rate: Math.max(1e-6, rate), mean, variance, firstWeek, days, exposureDays };
}

/** All signals of a book as views, made once and shared by the scoring of all clients. */
export function viewsOf(book: Book | null, definitions: readonly SignalDefinition[]): ReadonlyMap<string, PortalView> {
  return new Map(definitions.map((d) => [d.id, viewOf(book?.signals[d.id], d.kind)]));
}

/** The first day that the newest full week of the book does not cover. */
export function bookEndDay(book: Book): number {
  return firstDayOf(book.week + 1, book.anchorDay);
}

function ringExposure(state: SignalState, week: number, anchorDay: number, view: WeekView): number {
  let days = 0;
  for (let w = state.week - RING_WEEKS + 1; w <= week; w++) days += exposureAt(state, w, anchorDay, view);
  return days;
}

function total(numbers: readonly number[]): number {
  let sum = 0;
  for (const n of numbers) sum += n;
  return sum;
}

function six(x: number): number {
  return Math.round(x * 1e6) / 1e6;
}
