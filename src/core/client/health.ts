/** The health of one client: observed, scored, shown with steady hands, and said in words by reference. */
import { addMonths } from "../calendar/day.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientFacts, DecideConfig } from "../decide.ts";
import type { DesiredFields } from "../desired.ts";
import type { Language } from "../model.ts";
import type { PlanAnswer } from "../plan/types.ts";
import { configFor } from "../score/config.ts";
import { sayChange, sayMainReason, sayReasons } from "../score/explain.ts";
import type { ReportedFact, Risk, ScoreInput, ScoreMemory, ScoreResult } from "../score/input.ts";
import { riskFeatures, sayRisk } from "../score/risk.ts";
import { scoreClient } from "../score/score.ts";
import { type ClientClass, criticalPeriod, lifeStage, nextClass } from "../score/segment.ts";
import { FACT_NATS } from "../signal/fact.ts";
import type { SignalState } from "../signal/state.ts";
import { overrideOn } from "./acts.ts";
import { type SeenProperties, watchMapped } from "./mapped.ts";
import { observe } from "./observe.ts";
import { number, recordsOf } from "./plan-facts.ts";
import type { PortalBook } from "./portal-book.ts";
import { allSignals, segmentOf } from "./score-settings.ts";
import type { ClientState } from "./state.ts";

/** The shown score moves on a change of zone, of this many tenths, or with a new week: a number that twitches is not believed. */
const SHOW_TENTHS = 50;
/** How far back a client's own history may begin without a known first day, days. */
export const HISTORY_DAYS = 400;

/** What the score remembers of a client. */
export interface HealthState {
  memory: ScoreMemory | null;
  class: ClientClass | null;
  /** what stands on the record, and since which week */
  shown: Shown | null;
  /** the states as last observed, for the portal's book */
  signals: Readonly<Record<string, SignalState>>;
  /** days after the start on which onboarding steps were done */
  stepDays: readonly number[];
  /** CRM properties mapped to signals, as seen so far; absent where none is */
  seen?: SeenProperties;
}

export interface Shown {
  tenths: number;
  zone: ScoreResult["zone"];
  week: number;
  /** sentences in the portal's language: numbers and codes, no names */
  main: string;
  all: string;
  risk: number | null;
  trend: ScoreResult["trend"];
  confidence: ScoreResult["confidenceLevel"];
  ledger: ScoreResult["ledger"];
  /** the last change of zone, as told on the timeline when it happened */
  change: { sinceDay: number; text: string } | null;
}

export interface HealthAnswer {
  state: HealthState;
  result: ScoreResult | null;
  class: ClientClass | null;
  /** sum of won deals, portal currency */
  value: number;
  fields: DesiredFields;
  shown: Shown | null;
  wakeAt: number | null;
  scored: { inputs: unknown; result: unknown } | null;
}

export interface HealthInput {
  key: string;
  state: ClientState;
  current: PlanAnswer | null;
  facts: ClientFacts;
  book: PortalBook | null;
  config: DecideConfig;
  now: number;
}

export function judgeHealth(input: HealthInput): HealthAnswer {
  const { state, facts, book, config, now } = input;
  const today = dayOf(now, config.zone);
  const sinceDay = firstDay(facts, config.zone);
  const fromDay = sinceDay ?? today - HISTORY_DAYS;
  const { score: settings } = config.settings;
  const mapped = watchMapped(state.health?.seen, facts, settings.mapped, config.zone, fromDay, today);
  const signals = allSignals(settings);
  const observed = observe(facts, signals, book?.views ?? null, config.zone, fromDay, today, mapped);
  const seen = settings.mapped.length > 0 ? { seen: mapped.seen } : {};
  const value = revenueOf(facts);
  const abc = book ? nextClass(state.health?.class ?? null, value, book.cuts) : (state.health?.class ?? null);
  const stepDays = doneDays(input.current);
  const base = { class: abc, value, ...stageFields(sinceDay, today, abc, value) };
  if (!book) {
    const kept: HealthState = {
      memory: null,
      shown: null,
      ...state.health,
      class: abc,
      signals: observed.signals,
      stepDays,
      ...seen,
    };
    return {
      state: kept,
      result: null,
      class: abc,
      value,
      fields: base.fields,
      shown: null,
      wakeAt: null,
      scored: null,
    };
  }
  const segment = segmentOf(settings, input.current?.plan.templateId ?? null, abc);
  const scoreConfig = configFor(config.scores, segment);
  const own = inputOf(input, sinceDay, observed.signals, observed.openInvoices, stepDays, today);
  const scoreInput = { ...own, segment, facts: [...own.facts, ...mapped.facts] };
  const { result: scored, evidence } = scoreClient(scoreInput, book.score, book.views, scoreConfig, today);
  const risk = book.risk ? sayRisk(book.risk, riskFeatures(scoreInput, evidence, scoreConfig, today)) : null;
  const result = { ...scored, risk };
  const shownBefore = state.health?.shown ?? null;
  const shown = show(shownBefore, result, risk && shownRisk(risk), book.score.week, config.language);
  const isChanged =
    result.healthTenths !== state.health?.memory?.trail[0]?.[1] || result.zone !== state.health?.memory?.zone;
  return {
    state: { memory: result.memory, class: abc, shown, signals: observed.signals, stepDays, ...seen },
    result,
    class: abc,
    value,
    fields: { ...base.fields, ...scoreFields(shown, result, config) },
    shown,
    wakeAt: wakeOf(result, sinceDay, today, config),
    scored: isChanged
      ? {
          inputs: { day: today, input: scoreInput },
          result: { tenths: result.healthTenths, zone: result.zone, ledger: result.ledger },
        }
      : null,
  };
}

/** Percent as it may stand on a record: none until ten were lost, "about N in 10" until fifty, then the number itself. */
function shownRisk({ show, chance }: Risk): number | null {
  if (show === "rank") return null;
  return show === "band" ? 10 * Math.round(10 * chance) : Math.round(100 * chance);
}

/** The relation begins with the first deal won; without one, with the record itself. */
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

function doneDays(current: PlanAnswer | null): readonly number[] {
  if (!current) return [];
  const { startDay, steps } = current.plan;
  return steps
    .flatMap((step) => (step.state === "done" && step.doneDay !== null ? [step.doneDay - startDay] : []))
    .sort((a, b) => a - b);
}

function inputOf(
  { key, state, current, facts, config }: HealthInput,
  sinceDay: number | null,
  signals: Readonly<Record<string, SignalState>>,
  openInvoices: ScoreInput["openInvoices"],
  stepDays: readonly number[],
  today: number,
): ScoreInput {
  const override = overrideOn(state.acts, today);
  const isOnboarding = current !== null && (current.plan.state === "running" || current.plan.state === "graduated");
  return {
    clientId: key,
    segment: null,
    sinceDay,
    signals,
    brokenSince: config.brokenSince,
    orders: null,
    openInvoices,
    onboarding: isOnboarding
      ? {
          doneDays: stepDays,
          expectedDays: current.plan.steps
            .filter((s) => s.state !== "gone" && s.state !== "skipped")
            .map((s) => s.plannedDay - current.plan.startDay)
            .sort((a, b) => a - b),
        }
      : null,
    facts: reportedFacts(state, config.zone),
    contract: contractOf(facts),
    override: override && {
      zone: override.zone,
      reasonCode: override.reason,
      authorId: override.by,
      fromDay: dayOf(override.at, config.zone),
      untilDay: override.untilDay + 1,
    },
    memory: state.health?.memory ?? null,
  };
}

export function reportedFacts(state: ClientState, zone: string): readonly ReportedFact[] {
  return (state.acts?.signals ?? []).map((one) => ({
    recordId: one.by,
    code: one.id,
    day: dayOf(one.at, zone),
    nats: FACT_NATS[one.id] ?? 2,
  }));
}

export function contractOf(facts: ClientFacts): ScoreInput["contract"] {
  const running = recordsOf(facts, "subscription").find(
    (one) => one.facts.status === "active" || one.facts.status === "past_due",
  );
  if (!running) return null;
  const start = number(running.facts.startDay);
  const next = number(running.facts.nextDueDay);
  return {
    termDays: start !== null && next !== null && next > start ? Math.min(365, next - start) : 365,
    nextRenewalDay: next,
  };
}

function show(before: Shown | null, result: ScoreResult, risk: number | null, week: number, language: Language): Shown {
  const isSteady =
    before !== null &&
    before.zone === result.zone &&
    before.week === week &&
    Math.abs(before.tenths - result.healthTenths) < SHOW_TENTHS;
  if (isSteady) return before;
  return {
    tenths: result.healthTenths,
    zone: result.zone,
    week,
    main: sayMainReason(result, language),
    all: sayReasons(result, language),
    risk,
    trend: result.trend,
    confidence: result.confidenceLevel,
    ledger: result.ledger,
    change: changeOf(before, result, language),
  };
}

/** One line per change of zone, written when it happens, so that it does not change under the reader. */
function changeOf(before: Shown | null, result: ScoreResult, language: Language): Shown["change"] {
  if (before === null || before.zone === result.zone) return before?.change ?? null;
  if (before.zone === "learning" || result.zone === "learning") return null;
  const text = sayChange({ healthTenths: before.tenths, ledger: before.ledger }, result, language);
  return { sinceDay: result.zoneSince, text };
}

function stageFields(
  sinceDay: number | null,
  today: number,
  abc: ClientClass | null,
  value: number,
): { fields: DesiredFields } {
  return {
    fields: {
      class: abc,
      life_stage: sinceDay === null ? null : lifeStage(sinceDay, today),
      critical_period: sinceDay === null ? null : criticalPeriod(sinceDay, today),
      importance_financial: Math.round(value),
    },
  };
}

function scoreFields(shown: Shown, result: ScoreResult, config: DecideConfig): DesiredFields {
  return {
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
