/** The one door of the score: (inputs, book, config, day) → health, zone, account, reasons. Pure and deterministic. */
import type { PortalView } from "../signal/stretch.ts";
import type { Book } from "./book.ts";
import { readChain } from "./chain.ts";
import { confidenceLevel, confidenceOf, voiceOf } from "./confidence.ts";
import type { ScoreConfig } from "./config.ts";
import { collectEvidence, type Evidence, type JudgedSignal, NOTE_NATS } from "./evidence.ts";
import type { ScoreInput, ScoreMemory, ScoreResult, SignalStanding, Trend, Zone } from "./input.ts";
import { type Account, makeAccount } from "./ledger.ts";
import { FAR_STEP_DAYS, nextCheckDay } from "./next-check.ts";
import { onboardingHealth } from "./onboarding-health.ts";
import { notesOf, reasonsOf, wayBackOf } from "./reasons.ts";
import { configUnder } from "./rules.ts";
import { criticalPeriod } from "./segment.ts";
import { nextZone, type ZoneInput } from "./zone.ts";

/** Weeks of health that the memory keeps. */
const TRAIL_WEEKS = 9;
/** Change against four weeks ago, in tenths of points, from which a trend is spoken of. */
const TREND_TENTHS = 50;
/** However far the renewal, who turns away in two groups at once is seen. */
const MOST_FAR_SHIFT = -45;

export interface Scored {
  result: ScoreResult;
  /** what a risk model is fed with */
  evidence: Evidence;
  /** what the zone was read from, for fitting thresholds to the team */
  zoneInput: ZoneInput;
}

/**
 * Scores one client on the morning of `nowDay` (all days before it are complete).
 * @param views made once per book by `viewsOf(book, config.signals)`
 */
export function scoreClient(
  input: ScoreInput,
  book: Book,
  views: ReadonlyMap<string, PortalView>,
  published: ScoreConfig,
  nowDay: number,
): Scored {
  const config = configUnder(book, published);
  const evidence = collectEvidence(input, book, views, config, nowDay);
  const account = makeAccount(evidence, config);
  const chain = readChain(evidence, account.groups, config, book.anchorDay);
  const confidence = confidenceOf(evidence);
  // Money signs are of now, however far away the renewal is.
  const farDays = chain.money.length > 0 ? null : daysBeyondHorizon(input, config, nowDay);
  const isFar = farDays !== null;
  const shift = thresholdShift(input, config, nowDay, farDays);
  const { healthTenths } = account;
  const zoneInput = {
    healthTenths,
    chain,
    confidence,
    redConfidence: config.redConfidence,
    thresholds: config.zones,
    shift,
    isFar,
    calmDays: config.calmDays,
    farEndsRed: config.farEndsRed,
  };
  const judged = judgeZone(input, evidence, account, zoneInput, nowDay);
  const reasons = reasonsOf(input, evidence, account.lines, chain);
  const memory = remember(input.memory, judged, reasons, account.healthTenths, evidence.week, nowDay);
  const result: ScoreResult = {
    healthTenths: account.healthTenths,
    health: account.healthTenths / 10,
    zone: memory.zone,
    previousZone: memory.previousZone,
    zoneSince: memory.zoneSince,
    isOverridden: judged.isOverridden,
    trend: trendOf(memory.trail),
    confidence,
    confidenceLevel: confidenceLevel(confidence),
    ledger: account.lines,
    groups: account.groups,
    chain: {
      isAcross: chain.isAcross,
      isLasting: chain.isLasting,
      isLong: chain.isLong,
      sinceDay: chain.sinceDay,
      names: chain.names,
    },
    reasons,
    wayBack: wayBackOf(memory.zone, reasons, config, shift),
    notes: notesOf(evidence, reasons, memory.zone),
    risk: null,
    onboardingTenths: onboardingHealth(input, evidence.steps, config, nowDay),
    signals: evidence.signals.map((signal, i) => standingOf(signal, account.signalTenths[i]!, evidence.week)),
    notJudged: evidence.notJudged,
    nextCheckDay: nextCheckDay(input, evidence, memory, config, nowDay, book.anchorDay),
    memory,
  };
  return { result, evidence, zoneInput };
}

/**
 * Thresholds fall while the next decision is far away, the more the further, and rise a little in the periods in which most clients are lost
 * (A7.7). Nobody is lost within the horizon whose renewal lies behind it, so such a yellow can only be early. Measured over 15 cuts of the
 * synthetic book (2024-09 to 2025-10) and over books of three other sizes and rates, beside the same 20 points however far: of those yellow or
 * worse 40.0 % were lost instead of 32.9, elsewhere 39.3, 41.3 and 26.7 instead of 33.7, 35.4 and 22.8; as many of the lost were seen.
 */
function thresholdShift(input: ScoreInput, config: ScoreConfig, nowDay: number, farDays: number | null): number {
  const isCritical = input.sinceDay !== null && criticalPeriod(input.sinceDay, nowDay) !== "none";
  return (farDays === null ? 0 : farShift(farDays, config)) + (isCritical ? config.criticalShift : 0);
}

function farShift(farDays: number, { farRenewalShift, farMonthShift }: ScoreConfig): number {
  return Math.max(MOST_FAR_SHIFT, farRenewalShift + farMonthShift * (1 + Math.floor(farDays / FAR_STEP_DAYS)));
}

/** By how many days the next renewal misses the horizon; null within it, and where none is known. */
function daysBeyondHorizon(input: ScoreInput, config: ScoreConfig, nowDay: number): number | null {
  const renewal = input.contract?.nextRenewalDay ?? null;
  return renewal === null || renewal < nowDay + config.horizonDays ? null : renewal - nowDay - config.horizonDays;
}

interface JudgedZone {
  zone: Zone;
  betterSince: number | null;
  isOverridden: boolean;
}

function judgeZone(
  input: ScoreInput,
  evidence: Evidence,
  account: Account,
  zoneInput: ZoneInput,
  nowDay: number,
): JudgedZone {
  const { override } = input;
  if (override && override.fromDay <= nowDay && nowDay < override.untilDay) {
    return { zone: override.zone, betterSince: null, isOverridden: true };
  }
  const isKnown = evidence.signals.length > 0 || evidence.orders !== null;
  const isSpoken = account.groups.facts > 0 || account.groups.onboarding > 0;
  // Once judged, a client does not fall back to learning between two due steps of its onboarding.
  const isJudged = input.memory !== null && input.memory.zone !== "learning";
  if (!isKnown && !isSpoken && !isJudged) return { zone: "learning", betterSince: null, isOverridden: false };
  return { ...nextZone(input.memory, zoneInput, nowDay), isOverridden: false };
}

function remember(
  before: ScoreMemory | null,
  judged: JudgedZone,
  reasons: ScoreResult["reasons"],
  healthTenths: number,
  week: number,
  nowDay: number,
): ScoreMemory {
  const trail = [[week, healthTenths] as const, ...(before?.trail ?? []).filter(([w]) => w < week)].slice(
    0,
    TRAIL_WEEKS,
  );
  if (before && before.zone === judged.zone) return { ...before, betterSince: judged.betterSince, trail };
  return {
    zone: judged.zone,
    previousZone: before?.zone ?? null,
    zoneSince: nowDay,
    betterSince: judged.betterSince,
    entryReasons: reasons.slice(0, 3),
    trail,
  };
}

function trendOf(trail: ScoreMemory["trail"]): Trend {
  const [now, ...earlier] = trail;
  const then = now ? earlier.find(([week]) => week <= now[0] - 4) : undefined;
  if (!now || !then) return "steady";
  const change = now[1] - then[1];
  return change >= TREND_TENTHS ? "rising" : change <= -TREND_TENTHS ? "falling" : "steady";
}

function standingOf(signal: JudgedSignal, tenths: number, week: number): SignalStanding {
  const { definition, standing, nats, isFrozen, silenceNats, silenceDueDay, state } = signal;
  return {
    id: definition.id,
    group: definition.group,
    nats: three(nats),
    tenths,
    value: three(standing.seen28),
    expected: three(standing.expected28),
    voice: three(voiceOf(signal, week)),
    isFrozen,
    lastDay: state.last,
    isSilent: silenceNats >= NOTE_NATS,
    silenceDueDay,
  };
}

function three(x: number): number {
  return Math.round(x * 1000) / 1000;
}
