/** Collects what every signal of one client says, as of the newest full week that the book knows. */
import type { SignalDefinition } from "../signal/definition.ts";
import { fadedNats } from "../signal/fact.ts";
import { judgeSteps, type StepStanding } from "../signal/onboarding.ts";
import { type OrderShape, rhythmOf, shapeOf } from "../signal/orders.ts";
import { silenceDueDay, silenceNats } from "../signal/silence.ts";
import { clamp } from "../signal/special.ts";
import { casesAt, RING_WEEKS, rollTo, type SignalState } from "../signal/state.ts";
import { judgeStretches, MAX_LAG_WEEKS, type PortalView, type Standing } from "../signal/stretch.ts";
import { emptyStretches, poolTurning, type StretchNats, type Turning } from "../signal/turning.ts";
import { firstDayOf, lastFullWeek, weekOf } from "../signal/week.ts";
import { type Book, orderStrain } from "./book.ts";
import type { ScoreConfig } from "./config.ts";
import type { NotJudged, ReportedFact, ScoreInput } from "./input.ts";

/** Silence is worth a note from here (p .10). */
export const NOTE_NATS = 2.3;
const MIN_LATE = -10;
const MAX_LATE = 90;
/** Repeat orders from which a rhythm is evidence; before, only the forecast speaks. */
const MIN_REPEATS = 2;

export interface JudgedSignal {
  definition: SignalDefinition;
  standing: Standing;
  state: SignalState;
  nats: number;
  isFrozen: boolean;
  silenceNats: number;
  silenceDueDay: number | null;
}

export interface JudgedOrders {
  nats: number;
  /** days between orders as usual, days of silence now */
  usualGap: number;
  recency: number;
  shape: OrderShape | null;
  silentChance: number;
  lastDay: number;
  repeats: number;
}

export interface Evidence {
  week: number;
  /** the morning as of which everything weekly was looked at */
  asOfDay: number;
  signals: readonly JudgedSignal[];
  orders: JudgedOrders | null;
  turning: Turning;
  steps: StepStanding | null;
  facts: readonly { fact: ReportedFact; nats: number }[];
  notJudged: readonly NotJudged[];
}

const buffers: StretchNats[] = [];

/** @param views of this book, made once by `viewsOf` */
export function collectEvidence(
  input: ScoreInput,
  book: Book,
  views: ReadonlyMap<string, PortalView>,
  config: ScoreConfig,
  nowDay: number,
): Evidence {
  const week = Math.min(lastFullWeek(nowDay, book.anchorDay), book.week);
  const asOfDay = firstDayOf(week + 1, book.anchorDay);
  const age = input.sinceDay === null ? Number.POSITIVE_INFINITY : nowDay - input.sinceDay;
  const isLearning = age < config.learningDays;
  const signals: JudgedSignal[] = [];
  const notJudged: NotJudged[] = [];
  for (const definition of config.signals) {
    const state = input.signals[definition.id];
    if (!state) {
      if (isWeekly(definition)) notJudged.push({ id: definition.id, why: "not_connected" });
      continue;
    }
    const frozen = frozenWeeks(input, definition, book, week);
    if (frozen > 0) notJudged.push({ id: definition.id, why: "broken" });
    const judged = isLearning
      ? null
      : judge(definition, state, input, book, views, week, frozen, signals.length, nowDay);
    if (judged) signals.push(judged);
    else notJudged.push({ id: definition.id, why: isLearning ? "learning" : "no_history" });
  }
  const turning = poolTurning(buffers, signals.length);
  signals.forEach((signal, i) => {
    signal.nats = turning.shares[i]!;
  });
  return {
    week,
    asOfDay,
    signals,
    turning,
    orders: isLearning ? null : judgeOrders(input, book, config, asOfDay),
    steps: judgeOnboarding(input, book, config, age),
    facts: judgeFacts(input.facts, config, asOfDay),
    notJudged,
  };
}

function judge(
  definition: SignalDefinition,
  kept: SignalState,
  input: ScoreInput,
  book: Book,
  views: ReadonlyMap<string, PortalView>,
  week: number,
  frozen: number,
  slot: number,
  nowDay: number,
): JudgedSignal | null {
  const view = views.get(definition.id);
  if (!view) return null;
  buffers[slot] ??= emptyStretches(0);
  let state = rolled(kept, week + 1 - frozen, book.anchorDay, view);
  if (definition.kind === "lateness") state = withOpenInvoices(state, input, week, book.anchorDay, view);
  const standing = judgeStretches(definition, state, view, week, frozen, book.anchorDay, buffers[slot]!);
  if (!standing) return null;
  const { silenceNats, silenceDueDay } =
    definition.kind === "count" && frozen === 0 ? silenceOf(state, standing, nowDay) : NO_SILENCE;
  return { definition, standing, state, nats: 0, isFrozen: frozen > 0, silenceNats, silenceDueDay };
}

const NO_SILENCE = { silenceNats: 0, silenceDueDay: null };

function silenceOf(
  state: SignalState,
  standing: Standing,
  nowDay: number,
): Pick<JudgedSignal, "silenceNats" | "silenceDueDay"> {
  if (state.last === null) return NO_SILENCE;
  const nats = silenceNats(nowDay - 1 - state.last, standing.habit, standing.size);
  const due = nats >= NOTE_NATS ? null : silenceDueDay(state.last + 1, NOTE_NATS, standing.habit, standing.size);
  return { silenceNats: nats, silenceDueDay: due };
}

/** The state brought near `week`, as a copy where it lags: judging needs no roll, only the baseline of a long silence does. */
function rolled(state: SignalState, week: number, anchorDay: number, view: PortalView): SignalState {
  if (state.week >= week - MAX_LAG_WEEKS) return state;
  const copy = { ...state, c: state.c.slice(), s: state.s.slice() };
  rollTo(copy, week, anchorDay, view);
  return copy;
}

/** Open invoices count with their days so far, in the week they were due. */
function withOpenInvoices(
  state: SignalState,
  input: ScoreInput,
  week: number,
  anchorDay: number,
  view: PortalView,
): SignalState {
  const asOf = firstDayOf(week + 1, anchorDay);
  const overdue = input.openInvoices.filter((invoice) => invoice.dueDay < asOf - 1);
  if (overdue.length === 0) return state;
  const copy = { ...state, c: state.c.slice(), s: state.s.slice() };
  rollTo(copy, week + 1, anchorDay, view);
  for (const { dueDay } of overdue) {
    const slot = copy.week - weekOf(dueDay, anchorDay);
    if (slot < 0 || slot >= RING_WEEKS) continue;
    while (copy.c.length <= slot) copy.c.push(0);
    while (copy.s.length <= slot) copy.s.push(0);
    copy.c[slot]! += 1;
    copy.s[slot]! += clamp(asOf - 1 - dueDay, MIN_LATE, MAX_LATE);
  }
  return copy;
}

function judgeOrders(input: ScoreInput, book: Book, config: ScoreConfig, asOfDay: number): JudgedOrders | null {
  const state = input.orders;
  if (!state || !book.orders) return null;
  const lastDay = state.days[0]!;
  const at = Math.max(asOfDay, lastDay + 1);
  const rhythm = rhythmOf(state, at);
  const { model, median } = book.orders;
  const strain = orderStrain(model, rhythm, config.horizonDays);
  return {
    nats: state.repeats < MIN_REPEATS ? 0 : strain.nats - median,
    usualGap: rhythm.tx / Math.max(1, rhythm.x),
    recency: rhythm.age - rhythm.tx,
    shape: shapeOf(state, at),
    silentChance: strain.silentChance,
    lastDay,
    repeats: state.repeats,
  };
}

function judgeOnboarding(input: ScoreInput, book: Book, config: ScoreConfig, age: number): StepStanding | null {
  if (!input.onboarding || !Number.isFinite(age)) return null;
  const expected = input.onboarding.expectedDays ?? book.stepDays;
  return judgeSteps(age, input.onboarding.doneDays, expected, config.stepsUntilDay);
}

function judgeFacts(facts: readonly ReportedFact[], config: ScoreConfig, asOfDay: number): Evidence["facts"] {
  const fades = (fact: ReportedFact) => fadedNats(fact.nats, asOfDay - fact.day, config.factHalfLifeDays);
  return facts.map((fact) => ({ fact, nats: fact.money ? fact.nats : fades(fact) }));
}

function frozenWeeks(input: ScoreInput, definition: SignalDefinition, book: Book, week: number): number {
  const portal = book.signals[definition.id]?.brokenWeeks ?? 0;
  const since = input.brokenSince[definition.source];
  const own = since === undefined ? 0 : Math.max(0, week - weekOf(since, book.anchorDay) + 1);
  return Math.max(portal, own);
}

function isWeekly({ kind }: SignalDefinition): boolean {
  return kind === "count" || kind === "mean" || kind === "share" || kind === "lateness";
}

/** Cases of the 13 full weeks up to `week`. */
export function cases91(signal: JudgedSignal, week: number): number {
  let sum = 0;
  for (let i = 0; i < 13; i++) sum += casesAt(signal.state, week - i);
  return sum;
}
