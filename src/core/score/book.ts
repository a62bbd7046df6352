/**
 * The portal's statistics, as a versioned document: what one decision may know of the other clients. Made from all clients' states at most
 * once a day, JSON-safe; a score is a function of (inputs, book, config) and never of who was scored when.
 */
import type { SignalDefinition } from "../signal/definition.ts";
import { type OrderState, type Rhythm, rhythmOf } from "../signal/orders.ts";
import { clamp, logit } from "../signal/special.ts";
import { bookDays, casesAt, exposureAt, RING_WEEKS, type SignalState, type WeekView } from "../signal/state.ts";
import { BASELINE_DOUBTS, type PortalView, USUAL_STEADINESS } from "../signal/stretch.ts";
import { lastFullWeek, weekOf } from "../signal/week.ts";
import { finished } from "./portions.ts";
import { type BuyModel, fitBuyModelSteps, outlookOf } from "./repeat-buy.ts";
import { type Ruled, SCORE_RULES } from "./rules.ts";

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
  /** counts: how steady a week's rate is, its variance being rate² / steadiness beyond chance; absent in older books, which took 8 for all */
  steadiness?: number;
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
}

/** Values around which a habit spreads before the portal has taught its own: reply_hours in ln hours, days_late in days. */
const FIRST_MEAN: Readonly<Record<string, number>> = { mean: 2.2, lateness: 3, share: 0.13 };
/** Events per day that an account is taken for before the portal has shown its own rate. */
const FIRST_RATE = 0.05;
const FIRST_VARIANCE: Readonly<Record<string, number>> = { mean: 1, lateness: 36 };
/** How much the usual steadiness weighs beside the portal's own weeks, in expected events squared; and between what it is held. */
const STEADINESS_PSEUDO = 200;
const LEAST_STEADINESS = 1;
/** Nobody speaks for the portal louder than an account with so many events a week, and no week for more than so many times the usual. */
const LOUD_PER_WEEK = 20;
const LOUD_TIMES = 5;
const MOST_STEADINESS = USUAL_STEADINESS;

/** A book in the making: everybody is added once, in any order, and nobody's states are held. */
export interface BookMaker {
  add(client: BookClient): void;
  finish(): Book;
  /** the same in portions of a few milliseconds: fitting the buying model is the slow part */
  finishSteps(): Generator<null, Book>;
}

/** Makes a book of clients that are at hand. */
export function makeBook(clients: Iterable<BookClient>, options: BookOptions): Book {
  const maker = bookMaker(options);
  for (const client of clients) maker.add(client);
  return maker.finish();
}

export function bookMaker(options: BookOptions): BookMaker {
  const week = lastFullWeek(options.nowDay, options.anchorDay);
  const sums = options.definitions.map((definition) => newSums(definition, week, options));
  const rhythms: Rhythm[] = [];
  const steps: StepCounts = [];
  function* finishSteps(): Generator<null, Book> {
    const known = sums.filter((one) => one.accounts > 0);
    return {
      version: options.version,
      rules: SCORE_RULES,
      madeDay: options.nowDay,
      anchorDay: options.anchorDay,
      week,
      signals: Object.fromEntries(known.map((one) => [one.definition.id, signalBook(one)])),
      orders: yield* orderBook(rhythms, options),
      stepDays: stepBook(steps),
    };
  }
  return {
    add(client) {
      for (const one of sums) {
        const state = client.signals[one.definition.id];
        if (state) addState(one, state, week, options.anchorDay);
      }
      // An order of this very day is known already: the rhythm is then as of its evening.
      if (client.orders) rhythms.push(rhythmOf(client.orders, Math.max(options.nowDay, client.orders.days[0]! + 1)));
      countSteps(steps, client.stepDays);
    },
    finish: () => finished(finishSteps()),
    finishSteps,
  };
}

/** What one signal adds up to over everybody. */
interface SignalSums {
  definition: SignalDefinition;
  previous: SignalBook | null;
  view: PortalView;
  accounts: number;
  cases: number;
  sum: number;
  exposure: number;
  /** per week from `oldest` on, loud accounts held: events, events expected, accounts that had a habit */
  oldest: number;
  seen: Float64Array;
  expected: Float64Array;
  weekAccounts: Float64Array;
  /** the same for steadiness: what chance would make of it, events squared, events × expected, expected squared */
  chance: Float64Array;
  seenSquares: Float64Array;
  products: Float64Array;
  expectedSquares: Float64Array;
  /** of single values around the client's own mean */
  squares: number;
  free: number;
}

function newSums(definition: SignalDefinition, week: number, options: BookOptions): SignalSums {
  const previous = options.previous?.signals[definition.id] ?? null;
  const oldest = week - RING_WEEKS + 2;
  const weeks = week - oldest + 1;
  return {
    definition,
    previous,
    view: viewOf(previous),
    accounts: 0,
    cases: 0,
    sum: 0,
    exposure: 0,
    oldest,
    seen: new Float64Array(weeks),
    expected: new Float64Array(weeks),
    weekAccounts: new Float64Array(weeks),
    chance: new Float64Array(weeks),
    seenSquares: new Float64Array(weeks),
    products: new Float64Array(weeks),
    expectedSquares: new Float64Array(weeks),
    squares: 0,
    free: 0,
  };
}

function addState(sums: SignalSums, state: SignalState, week: number, anchorDay: number): void {
  const cases = state.n + total(state.c);
  const exposure = state.b + ringExposure(state, week, anchorDay, sums.view);
  sums.accounts += 1;
  sums.cases += cases;
  sums.sum += state.t + total(state.s);
  sums.exposure += exposure;
  addSeason(sums, state, week, anchorDay, cases, exposure);
  if (sums.definition.kind in FIRST_VARIANCE) addSpread(sums, state);
}

/** Activity per week against what the same account does on average. */
function addSeason(
  sums: SignalSums,
  state: SignalState,
  week: number,
  anchorDay: number,
  cases: number,
  exposure: number,
): void {
  const firstFull = weekOf(state.from + 6, anchorDay);
  if (week - firstFull < 10 || exposure <= 0) return;
  const { oldest, seen, expected, weekAccounts, chance, seenSquares, products, expectedSquares } = sums;
  const usual = (7 * cases) / exposure;
  const weight = usual > LOUD_PER_WEEK ? LOUD_PER_WEEK / usual : 1;
  const weekly = weight * usual;
  for (let w = Math.max(oldest, firstFull); w <= week; w++) {
    const at = w - oldest;
    const events = weight * Math.min(casesAt(state, w), LOUD_TIMES * (usual + 1));
    seen[at]! += events;
    expected[at]! += weekly;
    weekAccounts[at]! += 1;
    chance[at]! += weight * weekly;
    seenSquares[at]! += events * events;
    products[at]! += events * weekly;
    expectedSquares[at]! += weekly * weekly;
  }
}

function addSpread(sums: SignalSums, { c, s }: SignalState): void {
  const weeks = c.filter((n) => n > 0).length;
  if (weeks < 2) return;
  const mean = total(s) / total(c);
  c.forEach((n, i) => {
    if (n > 0) sums.squares += n * ((s[i] ?? 0) / n - mean) ** 2;
  });
  sums.free += weeks - 1;
}

function signalBook(sums: SignalSums): SignalBook {
  const { definition, accounts, cases, sum, exposure } = sums;
  const firstMean = FIRST_MEAN[definition.kind] ?? 0;
  const pseudo = definition.kind === "share" ? 20 : 10;
  return {
    accounts,
    rate: six(cases / Math.max(1, exposure)),
    mean: six((sum + pseudo * firstMean) / (cases + pseudo)),
    variance: six(varianceOf(sums)),
    ...(definition.kind === "count" && { steadiness: six(steadinessOf(sums)) }),
    ...seasonOf(sums),
  };
}

function seasonOf({
  previous,
  oldest,
  seen,
  expected,
  weekAccounts,
}: SignalSums): Pick<SignalBook, "firstWeek" | "season" | "brokenWeeks"> {
  const fresh = Array.from(seen, (count, i) => seasonAt(count, expected[i]!, weekAccounts[i]!));
  let brokenWeeks = 0;
  for (let i = fresh.length - 1; i >= 0 && fresh[i] === 0 && expected[i]! >= BREAK_NEEDS_EVENTS; i--) brokenWeeks += 1;
  return { ...joinSeason(previous, oldest, fresh), brokenWeeks };
}

function seasonAt(seen: number, expected: number, accounts: number): number {
  if (accounts < MIN_ACCOUNTS || expected < BREAK_NEEDS_EVENTS) return 1;
  const ratio = seen / expected;
  return ratio < BROKEN_BELOW ? 0 : six(Math.min(SEASON_MAX, ratio));
}

/**
 * How much more the weeks of one client differ than chance alone would have it, season apart: half of the usual is a sign where people log
 * in every morning, and an ordinary week where they come in campaigns. Never steadier than usual: habits drift too slowly to be seen here.
 */
function steadinessOf(sums: SignalSums): number {
  const { seen, expected, chance, seenSquares, products, expectedSquares, weekAccounts } = sums;
  let beyond = STEADINESS_PSEUDO / USUAL_STEADINESS;
  let whole = STEADINESS_PSEUDO;
  for (let i = 0; i < seen.length; i++) {
    const season = seasonAt(seen[i]!, expected[i]!, weekAccounts[i]!);
    if (season === 0) continue;
    const squares = season * season * expectedSquares[i]!;
    beyond += seenSquares[i]! - 2 * season * products[i]! + squares - season * chance[i]!;
    whole += squares;
  }
  return clamp(whole / Math.max(beyond, whole / MOST_STEADINESS), LEAST_STEADINESS, MOST_STEADINESS);
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
function varianceOf({ definition, squares, free }: SignalSums): number {
  const first = FIRST_VARIANCE[definition.kind] ?? 0;
  return first === 0 ? 0 : clamp((squares + 200 * first) / (free + 200), first / 4, first * 6);
}

/** Clients whose strain is looked at in one portion. */
const STRAIN_PORTION = 200;

function* orderBook(rhythms: readonly Rhythm[], options: BookOptions): Generator<null, OrderBook | null> {
  const previous = options.previous?.orders ?? null;
  if (!options.refit && previous) return previous;
  const model = yield* fitBuyModelSteps(rhythms, previous?.model ?? null);
  if (!model) return null;
  const live = rhythms.filter((c) => c.x >= 2 && c.age - c.tx <= 180);
  const strains: number[] = [];
  for (const rhythm of live) {
    strains.push(orderStrain(model, rhythm, options.horizonDays).nats);
    if (strains.length % STRAIN_PORTION === 0) yield null;
  }
  strains.sort((a, b) => a - b);
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

/** Per step: how many clients had done it on which day after their start. */
type StepCounts = Map<number, number>[];

function countSteps(steps: StepCounts, days: readonly number[]): void {
  days.forEach((day, k) => {
    steps[k] ??= new Map();
    steps[k].set(day, (steps[k].get(day) ?? 0) + 1);
  });
}

/** The day by which four of five had done their k-th step; steps that fewer than ten clients reached are not expected of anybody. */
function stepBook(steps: StepCounts): number[] {
  const out: number[] = [];
  for (const counts of steps) {
    const days = [...counts].sort(([a], [b]) => a - b);
    const clients = days.reduce((sum, [, n]) => sum + n, 0);
    if (clients < 10) return out;
    const before = Math.floor(0.8 * (clients - 1));
    let counted = 0;
    let at = 0;
    while (counted + days[at]![1] <= before) counted += days[at++]![1];
    out.push(Math.max(out.at(-1) ?? 0, days[at]![0]));
  }
  return out;
}

/** A signal of the book as judging wants it. Without a book: no season, a neutral portal. */
export function viewOf(
  book: SignalBook | null | undefined,
  kind?: SignalDefinition["kind"],
  rules: number = SCORE_RULES,
): PortalView {
  const doubts = rules < 5 ? 0 : BASELINE_DOUBTS;
  const firstWeek = book?.firstWeek ?? 0;
  const days = Float64Array.from(book?.season ?? [], (s) => 7 * s);
  const exposureDays = (week: number): number => bookDays(days, week - firstWeek);
  if (!book) {
    const mean = FIRST_MEAN[kind ?? ""] ?? 0;
    const variance = FIRST_VARIANCE[kind ?? ""] ?? 1;
    return { rate: FIRST_RATE, mean, variance, steadiness: USUAL_STEADINESS, doubts, firstWeek, days, exposureDays };
  }
  const { rate, mean, variance, steadiness = USUAL_STEADINESS } = book;
  return { rate: Math.max(1e-6, rate), mean, variance, steadiness, doubts, firstWeek, days, exposureDays };
}

/** All signals of a book as views, made once and shared by the scoring of all clients. */
export function viewsOf(book: Book | null, definitions: readonly SignalDefinition[]): ReadonlyMap<string, PortalView> {
  const rules = book ? (book.rules ?? 1) : SCORE_RULES;
  return new Map(definitions.map((d) => [d.id, viewOf(book?.signals[d.id], d.kind, rules)]));
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
