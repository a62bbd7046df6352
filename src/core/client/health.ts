/** The health of one client: observed, scored, shown with steady hands, and said in words by reference. */
import { addMonths } from "../calendar/day.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientFacts, ClientRecord, DecideConfig } from "../decision.ts";
import type { DesiredFields } from "../desired.ts";
import type { Language } from "../model.ts";
import { own } from "../own.ts";
import type { PlanAnswer } from "../plan/types.ts";
import { configFor } from "../score/config.ts";
import { sayChange, sayMainReason, sayReasons } from "../score/explain.ts";
import type { ReportedFact, Risk, ScoreInput, ScoreResult } from "../score/input.ts";
import { openLedger, packLedger } from "../score/ledger.ts";
import { riskFeatures, sayRisk } from "../score/risk.ts";
import { scoreClient } from "../score/score.ts";
import { type ClientClass, criticalPeriod, lifeStage, nextClass } from "../score/segment.ts";
import { FACT_NATS } from "../signal/fact.ts";
import { firstDayOf, weekOf } from "../signal/week.ts";
import { overrideOn } from "./acts.ts";
import { type Basis, inputOf } from "./basis.ts";
import type { KeptInputs, KeptResult } from "./derive.ts";
import { type HealthState, NO_HEALTH, type Shown } from "./health-state.ts";
import { watchMapped } from "./mapped.ts";
import { withMoneyChain } from "./money-chain.ts";
import { ANCHOR_DAY, observe } from "./observe.ts";
import { orderDays, orderStateOf, ordersBy, ordersChangeDay } from "./orders.ts";
import { number, recordsOf } from "./plan-facts.ts";
import type { PortalBook } from "./portal-book.ts";
import { learntDay } from "./reported.ts";
import { allSignals, segmentOf } from "./score-settings.ts";
import type { SeenText } from "./seen.ts";
import type { ClientState } from "./state.ts";
import { lowAnswers } from "./voice.ts";

/**
 * The shown score moves on a change of zone, of this many tenths, with a new week, or with a step of the plan, which stands on the same record and
 * which its reason counts: a number that twitches is not believed, and neither is a reason that the record contradicts.
 */
const SHOW_TENTHS = 50;
/** How far back a client's own history may begin without a known first day, weeks. */
const HISTORY_WEEKS = 57;

export interface HealthAnswer {
  state: HealthState;
  basis: Basis;
  result: ScoreResult | null;
  class: ClientClass | null;
  fields: DesiredFields;
  shown: Shown | null;
  /** when the score may change from the same basis */
  wakeAt: number | null;
  scored: { inputs: KeptInputs; result: KeptResult } | null;
}

export interface HealthInput {
  key: string;
  state: ClientState;
  current: PlanAnswer | null;
  facts: ClientFacts;
  book: PortalBook | null;
  config: DecideConfig;
  now: number;
  /** signs that fire, with the day since when */
  firing: Readonly<Record<string, number>>;
}

export function judgeHealth(input: HealthInput): HealthAnswer & { untilDay: number | null } {
  const { key, state, book, config, now } = input;
  const { basis, seen, untilDay } = gather(input);
  const before = { ...NO_HEALTH, ...state.health, ...(seen !== null && { seen }) };
  return { ...scoreBasis(key, basis, before, book, config, now), untilDay };
}

/** @returns beside the basis, the day on which the same facts would give another one; null = never */
export function gather({ state, current, facts, book, config, now, firing }: HealthInput): {
  basis: Basis;
  seen: SeenText | null;
  untilDay: number | null;
} {
  const today = dayOf(now, config.zone);
  const sinceDay = firstDay(facts, config.zone);
  const fromDay = sinceDay ?? historyStart(today);
  const { score: settings } = config.settings;
  const mapped = watchMapped(state.health?.seen, facts, settings.mapped, config.zone, fromDay, today);
  const signals = allSignals(settings);
  const sight = { clientDay: fromDay, ...config.sight };
  const observed = observe(facts, signals, book?.views ?? null, config.zone, sight, today, mapped);
  const orders = orderDays(facts, config.zone, settings);
  const reported = [...reportedFacts(state, facts, config.zone), ...mapped.facts];
  const money = withMoneyChain(reported, firing, facts, config, today);
  const basis: Basis = {
    sinceDay,
    value: revenueOf(facts),
    templateId: current?.plan.templateId ?? null,
    stepDays: doneDays(current, sinceDay),
    expectedDays: expectedDays(current, sinceDay),
    signals: observed.signals,
    orders: orderStateOf(ordersBy(orders, today)),
    openInvoices: observed.openInvoices,
    facts: money.facts,
    contract: contractOf(facts),
    override: overrideOf(state, config.zone, today),
  };
  const days = [observed.untilDay, mapped.untilDay, ordersChangeDay(orders, today), money.untilDay];
  const until = days.filter((day) => day !== null);
  return {
    basis,
    seen: settings.mapped.length > 0 ? mapped.seen : null,
    untilDay: until.length === 0 ? null : Math.min(...until),
  };
}

/** Scores what was gathered, as of now. */
export function scoreBasis(
  key: string,
  basis: Basis,
  before: HealthState,
  book: PortalBook | null,
  config: DecideConfig,
  now: number,
): HealthAnswer {
  const today = dayOf(now, config.zone);
  const { sinceDay, value } = basis;
  const abc = book ? nextClass(before.class, value, book.cuts) : before.class;
  const fields = stageFields(sinceDay, today, abc, value);
  if (!book) {
    const state = { ...before, class: abc };
    return { state, basis, result: null, class: abc, fields, shown: null, wakeAt: null, scored: null };
  }
  const segment = segmentOf(config.settings.score, basis.templateId, abc);
  const scoreConfig = configFor(config.scores, segment);
  const moment = { segment, brokenSince: config.brokenSince, memory: before.memory };
  const input = inputOf(key, basis, moment);
  const { result, evidence } = scoreClient(input, book.score, book.views, scoreConfig, today);
  result.risk = book.risk ? sayRisk(book.risk, riskFeatures(input, evidence, scoreConfig, today)) : null;
  const ledger = packLedger(result.ledger);
  const { risk } = result;
  const standing = { ledger, risk: risk && shownRisk(risk), week: book.score.week, steps: basis.stepDays.length };
  const shown = show(before.shown, result, standing, config.language);
  const isChanged = result.healthTenths !== before.memory?.trail[0]?.[1] || result.zone !== before.memory?.zone;
  return {
    state: { ...before, memory: result.memory, class: abc, shown },
    basis,
    result,
    class: abc,
    fields: scoreFields(fields, shown, result, config),
    shown,
    wakeAt: wakeOf(result, sinceDay, today, config),
    scored: isChanged
      ? {
          inputs: { day: today, segment, brokenSince: config.brokenSince, memory: before.memory },
          result: { tenths: result.healthTenths, zone: result.zone, ledger },
        }
      : null,
  };
}

/** The score alone, from what was gathered before; null when more than numbers on the record hangs on what comes out. */
export function rescore(
  key: string,
  basis: Basis,
  before: HealthState,
  book: PortalBook,
  config: DecideConfig,
  now: number,
): HealthAnswer | null {
  const answer = scoreBasis(key, basis, before, book, config, now);
  const zone = answer.result?.zone;
  const isMore =
    zone !== before.memory?.zone ||
    answer.class !== before.class ||
    // Ladders of a red client quote the reason.
    (zone === "red" && answer.shown?.main !== before.shown?.main);
  return isMore ? null : answer;
}

/** Percent as it may stand on a record: none until ten were lost, "about N in 10" until fifty, then the number itself. */
function shownRisk({ show, chance }: Risk): number | null {
  if (show === "rank") return null;
  return show === "band" ? 10 * Math.round(10 * chance) : Math.round(100 * chance);
}

/**
 * From when on sources could have shown a client who won nothing yet: the beginning of a week, so that between two of them the same facts say the
 * same.
 */
export function historyStart(today: number): number {
  return firstDayOf(weekOf(today, ANCHOR_DAY) - HISTORY_WEEKS, ANCHOR_DAY);
}

/** The relation begins with the first deal won; null without one. */
export function firstDay(facts: ClientFacts, zone: string): number | null {
  const won = recordsOf(facts, "deal").flatMap((one) =>
    one.facts.outcome === "won" ? (number(one.facts.wonAt) ?? []) : [],
  );
  return won.length === 0 ? null : dayOf(Math.min(...won), zone);
}

function revenueOf(facts: ClientFacts): number {
  return recordsOf(facts, "deal").reduce(
    (sum, one) => sum + (one.facts.outcome === "won" ? (number(one.facts.amount) ?? 0) : 0),
    0,
  );
}

/** Days of steps count from the client's first day, as its age does: of a plan that began later each step is expected that much later. */
function doneDays(current: PlanAnswer | null, sinceDay: number | null): readonly number[] {
  if (!current) return [];
  const { startDay, steps } = current.plan;
  const first = sinceDay ?? startDay;
  return steps
    .flatMap((step) => (step.state === "done" && step.doneDay !== null ? [step.doneDay - first] : []))
    .sort((a, b) => a - b);
}

/** What the plan of an onboarding that counts expected, counted likewise. */
function expectedDays(current: PlanAnswer | null, sinceDay: number | null): readonly number[] | null {
  if (!current || (current.plan.state !== "running" && current.plan.state !== "graduated")) return null;
  const { startDay, steps } = current.plan;
  const first = sinceDay ?? startDay;
  return steps
    .filter((step) => step.state !== "gone" && step.state !== "skipped")
    .map((step) => step.plannedDay - first)
    .sort((a, b) => a - b);
}

function overrideOf(state: ClientState, zone: string, today: number): ScoreInput["override"] {
  const override = overrideOn(state.acts, today);
  return (
    override && {
      zone: override.zone,
      reasonCode: override.reason,
      authorId: override.by,
      fromDay: dayOf(override.at, zone),
      untilDay: override.untilDay + 1,
    }
  );
}

/** What people reported, and negative feedback that the CRM holds. */
export function reportedFacts(state: ClientState, facts: ClientFacts, zone: string): readonly ReportedFact[] {
  const reported = (state.acts?.signals ?? []).map((one) => ({
    recordId: one.by,
    code: one.id,
    day: learntDay(one, zone),
  }));
  const low = lowAnswers(facts, zone).map(({ recordId, day }) => ({ recordId, code: "low_survey", day }));
  return [...reported, ...low].map((one) => ({ ...one, nats: own(FACT_NATS, one.code) ?? 2 }));
}

/** What runs of the client's, as far as its next renewal goes: of several the one that is renewed first, in whatever order they were read. */
export function contractOf(facts: ClientFacts): ScoreInput["contract"] {
  const [running] = recordsOf(facts, "subscription")
    .filter((one) => one.facts.status === "active" || one.facts.status === "past_due")
    .sort((a, b) => renewedOn(a) - renewedOn(b) || (a.ref.id < b.ref.id ? -1 : 1));
  if (!running) return null;
  const start = number(running.facts.startDay);
  const next = number(running.facts.nextDueDay);
  return {
    termDays: start !== null && next !== null && next > start ? Math.min(365, next - start) : 365,
    nextRenewalDay: next,
  };
}

function renewedOn({ facts }: ClientRecord): number {
  return number(facts.nextDueDay) ?? Number.MAX_SAFE_INTEGER;
}

function show(
  before: Shown | null,
  result: ScoreResult,
  now: Pick<Shown, "ledger" | "risk" | "week" | "steps">,
  language: Language,
): Shown {
  const isSteady =
    before !== null &&
    before.zone === result.zone &&
    before.week === now.week &&
    before.steps === now.steps &&
    Math.abs(before.tenths - result.healthTenths) < SHOW_TENTHS;
  if (isSteady) return before;
  return {
    ledger: now.ledger,
    risk: now.risk,
    week: now.week,
    steps: now.steps,
    tenths: result.healthTenths,
    zone: result.zone,
    main: sayMainReason(result, language),
    all: sayReasons(result, language),
    trend: result.trend,
    confidence: result.confidenceLevel,
    change: changeOf(before, result, language),
  };
}

/** One line per change of zone, written when it happens, so that it does not change under the reader. */
function changeOf(before: Shown | null, result: ScoreResult, language: Language): Shown["change"] {
  if (before === null || before.zone === result.zone) return before?.change ?? null;
  if (before.zone === "learning" || result.zone === "learning") return null;
  const text = sayChange({ healthTenths: before.tenths, ledger: openLedger(before.ledger) }, result, language);
  return { sinceDay: result.zoneSince, text };
}

function stageFields(sinceDay: number | null, today: number, abc: ClientClass | null, value: number) {
  return {
    class: abc,
    life_stage: sinceDay === null ? null : lifeStage(sinceDay, today),
    critical_period: sinceDay === null ? null : criticalPeriod(sinceDay, today),
    importance_financial: Math.round(value),
  };
}

/** All that the score says on a record. Field by field: two objects spread into one cost as much as judging three signals. */
function scoreFields(
  stage: ReturnType<typeof stageFields>,
  shown: Shown,
  result: ScoreResult,
  config: DecideConfig,
): DesiredFields {
  return {
    class: stage.class,
    life_stage: stage.life_stage,
    critical_period: stage.critical_period,
    importance_financial: stage.importance_financial,
    score: Math.round(shown.tenths / 10),
    zone: shown.zone,
    zone_previous: result.previousZone,
    zone_since: instantOf(result.zoneSince, 0, config.zone),
    trend: shown.trend,
    confidence: shown.confidence,
    main_reason: shown.main === "" ? null : shown.main,
    reasons: shown.all === "" ? null : shown.all,
    risk: shown.risk,
  };
}

/** The score may change by itself on this day; so may the life stage. */
function wakeOf(result: ScoreResult, sinceDay: number | null, today: number, config: DecideConfig): number | null {
  const days = [result.nextCheckDay, ...(sinceDay === null ? [] : [addMonths(sinceDay, 3), addMonths(sinceDay, 12)])];
  const ahead = days.filter((day): day is number => day !== null && day > today);
  return ahead.length === 0 ? null : instantOf(Math.min(...ahead), 0, config.zone);
}
