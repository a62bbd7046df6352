/** What a back-test says, as numbers: ranking, calibration, zones, lead time, each beside the simple rivals. */

import type { Risk } from "../input.ts";
import {
  auc,
  aucOfSamples,
  bootstrapSteps,
  brier,
  brierSkill,
  type Calibration,
  calibrationSteps,
  type Interval,
  lift,
  precisionAt,
} from "../metrics.ts";
import { gathered, mapSteps, piecesOf } from "../portions.ts";
import { fitRiskSteps, type LabelledRow, type RiskModel, riskOf, shownWith } from "../risk.ts";
import { type History, isAlive, outcomeOf } from "./history.ts";
import { type Intervals, intervalSteps } from "./intervals.ts";
import { classicSigns, recencyOf, renewalNearness } from "./rivals.ts";
import type { BackTest, ClientScore } from "./types.ts";

/** Lost clients below which no ranking is spoken of, and nothing is concluded. */
export const MIN_LOST = 20;
const PERMUTATIONS = 20;
/** Clients whose events are looked through in one portion: a few milliseconds. */
const CLIENTS = 50;
/** Drawn clients of resamples in one portion, a whole resample at the least: a few milliseconds. */
const DRAWS = 20_000;
export const UNSAID: Interval = { value: null, low: null, high: null };

export interface ZoneShare {
  count: number;
  share: number;
  /** share of them that was lost; absent without outcomes */
  lost?: number;
}

export interface ZoneShares {
  yellowOrWorse: ZoneShare;
  red: ZoneShare;
  green: ZoneShare;
  learning: ZoneShare;
}

export type RivalName = "recency" | "classicRules" | "renewalDateOnly";

/** A simple rule beside the score: its AUC, and by how much ours is above it (paired bootstrap). */
export interface Rival {
  auc: number | null;
  healthMinusThis: Interval;
  riskMinusThis: Interval;
}

export interface Report {
  n: number;
  lost: number;
  baseRate: number;
  /** there are too few lost to speak of prediction; absent otherwise */
  tooFew?: { lost: number; needed: number };
  /** a ranking above `most` is more often a leak than a forecast: something known only afterwards stands in the data before the cut; absent otherwise */
  tooGood?: { auc: number; most: number };
  auc: { health: Interval; risk: Interval };
  liftTopDecile: { health: number | null; risk: number | null };
  precisionAtCapacity: { capacity: number; health: number | null; risk: number | null };
  brier: number;
  /** against always saying the base rate of the training windows */
  brierSkill: number | null;
  trainBaseRate: number | null;
  calibration: Calibration | null;
  zones: ZoneShares;
  /** yellow or worse taken as the forecast "will be lost"; and what "nobody leaves" would have scored */
  asForecast: {
    accuracy: number;
    accuracyOfNobodyLeaves: number;
    balancedAccuracy: number | null;
    precision: number | null;
    recall: number | null;
  };
  /** the bar for going live: red loses three times the base, two thirds of the leavers were below green, not everybody is green */
  bar: {
    redIsThreeTimesBase: boolean;
    leaversBelowGreen: number;
    twoThirdsBelowGreen: boolean;
    atMost80PercentGreen: boolean;
    isPassed: boolean;
  };
  alarms: { per100KeptClientsAndYear: number; zoneChangesPerClientAndYear: number; flapsPerClientAndYear: number };
  leadTime: { seenBefore: number; medianDays: number | null };
  /** the renewal date only where there are contracts */
  beside: Readonly<Partial<Record<RivalName, Rival>>>;
  classicZones: ZoneShares;
  leakCheck: { permutedLabels: number | null };
  /** how sure lift, precision, Brier skill, calibration and lead time are; null with too few lost, absent in reports from before */
  intervals?: Intervals | null;
}

export interface ReportOptions {
  history: History;
  /** clients that the team can look after at once; for precision at capacity */
  capacity: number;
  /** uniform 0..1, seeded: the same run prints the same intervals */
  random: () => number;
}

export interface Judged {
  scores: readonly ClientScore[];
  y: number[];
}

/** The whole report, in portions. Outcomes are read here and nowhere else. */
export function* reportSteps(test: BackTest, options: ReportOptions): Generator<null, Report> {
  const { history, capacity, random } = options;
  const judged = yield* judgeSteps(test, history);
  const { y } = judged;
  const lost = y.reduce((sum, v) => sum + v, 0);
  const health = judged.scores.map((s) => 1000 - s.healthTenths);
  const risk = judged.scores.map((s) => s.risk);
  const base = test.trainBase ?? mean(risk);
  // With a handful of losses every ranking is luck: it is not even computed.
  const isSpoken = lost >= MIN_LOST;
  const aucs = isSpoken
    ? { health: yield* aucSteps(health, y, random), risk: yield* aucSteps(risk, y, random) }
    : { health: UNSAID, risk: UNSAID };
  const calibration = isSpoken && lost < y.length ? yield* gathered(calibrationSteps(risk, y)) : null;
  const leadDays = leadDaysOf(test, judged, history);
  return {
    n: y.length,
    lost,
    baseRate: four(lost / Math.max(1, y.length)),
    ...(isSpoken ? {} : { tooFew: { lost, needed: MIN_LOST } }),
    ...tooGoodOf(aucs),
    auc: aucs,
    liftTopDecile: isSpoken
      ? { health: four(lift(health, y)), risk: four(lift(risk, y)) }
      : { health: null, risk: null },
    precisionAtCapacity: {
      capacity: Math.min(capacity, y.length),
      health: isSpoken ? four(precisionAt(health, y, capacity)) : null,
      risk: isSpoken ? four(precisionAt(risk, y, capacity)) : null,
    },
    brier: four(brier(risk, y)),
    brierSkill: isSpoken ? four(brierSkill(risk, y, base)) : null,
    trainBaseRate: four(test.trainBase),
    calibration: rounded(calibration),
    zones: zonesOf(judged.scores, judged),
    asForecast: asForecast(judged),
    bar: barOf(test, judged, history),
    alarms: yield* alarmSteps(test, judged),
    leadTime: {
      seenBefore: four(leadDays.length / Math.max(1, lost)),
      medianDays: leadDays[leadDays.length >> 1] ?? null,
    },
    ...(yield* rivalSteps(test, judged, options, isSpoken ? { health, risk } : null)),
    leakCheck: isSpoken ? yield* leakSteps(test, judged, random) : { permutedLabels: null },
    intervals: isSpoken
      ? rounded(yield* intervalSteps({ health, risk, y, base, capacity, calibration, leadDays, random }))
      : null,
  };
}

/** Of live customers from behaviour alone .70 to .83 are honest (scoring 1). */
const TOO_GOOD = 0.95;

function tooGoodOf({ health, risk }: Report["auc"]): Pick<Report, "tooGood"> {
  const auc = Math.max(health.value ?? 0, risk.value ?? 0);
  return auc > TOO_GOOD ? { tooGood: { auc, most: TOO_GOOD } } : {};
}

/** The clients that could still be lost at the cut, and whether they were. */
export function* judgeSteps(test: BackTest, history: History): Generator<null, Judged> {
  const { cutDay, horizonDays } = test;
  const judged = yield* each(test.scores, (score) => {
    const { past } = score;
    const isJudged = isAlive(past, history, cutDay);
    return isJudged ? { score, y: outcomeOf(past, history, cutDay, horizonDays).lost ? 1 : 0 } : null;
  });
  const alive = judged.filter((one) => one !== null);
  return { scores: alive.map((one) => one.score), y: alive.map((one) => one.y) };
}

/** What is looked up for each client, in portions of clients. */
export function each<T, R>(list: readonly T[], of: (one: T) => R): Generator<null, R[]> {
  return gathered(mapSteps(list, of, CLIENTS), CLIENTS);
}

/** Shares of the population per zone, and how many of them were lost. */
export function zonesOf(scores: readonly Pick<ClientScore, "zone">[], judged: Judged | null): ZoneShares {
  const of = (zones: readonly string[]): ZoneShare => {
    const inside = scores.map((s, i) => (zones.includes(s.zone) ? i : -1)).filter((i) => i >= 0);
    const share = four(inside.length / Math.max(1, scores.length));
    if (!judged) return { count: inside.length, share };
    return { count: inside.length, share, lost: four(mean(inside.map((i) => judged.y[i]!))) };
  };
  return { yellowOrWorse: of(["yellow", "red"]), red: of(["red"]), green: of(["green"]), learning: of(["learning"]) };
}

function asForecast({ scores, y }: Judged): Report["asForecast"] {
  const called = scores.map((s) => (s.zone === "yellow" || s.zone === "red" ? 1 : 0));
  const lost = y.reduce((sum, v) => sum + v, 0);
  const kept = y.length - lost;
  const hits = called.filter((c, i) => c === 1 && y[i] === 1).length;
  const alarms = called.filter((c) => c === 1).length;
  const calm = kept - (alarms - hits);
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : four(part / whole));
  const recall = share(hits, lost);
  const spared = share(calm, kept);
  return {
    accuracy: share(hits + calm, y.length) ?? 0,
    accuracyOfNobodyLeaves: share(kept, y.length) ?? 0,
    balancedAccuracy: recall === null || spared === null ? null : four((recall + spared) / 2),
    precision: share(hits, alarms),
    recall,
  };
}

/** Days before the loss between which a leaver has to have been seen. */
const SEEN_FROM_DAYS = 90;
const SEEN_TO_DAYS = 60;

/** Three times the base; where that is more than there can be, half of the way from the base to all. */
function redNeeds(base: number): number {
  return Math.min(3 * base, (1 + base) / 2);
}

function barOf(test: BackTest, judged: Judged, history: History): Report["bar"] {
  const { scores, y } = judged;
  const zones = zonesOf(scores, judged);
  let leavers = 0;
  let below = 0;
  scores.forEach((score, i) => {
    const lostDay = y[i] === 1 ? outcomeOf(score.past, history, test.cutDay, test.horizonDays).lostDay! : null;
    if (lostDay === null) return;
    const trail = test.weeks.zonesOf(score.clientId);
    const inside = trail.filter(
      (_, w) => test.weeks.days[w]! >= lostDay - SEEN_FROM_DAYS && test.weeks.days[w]! <= lostDay - SEEN_TO_DAYS,
    );
    // A loss soon after the cut was 60 to 90 days away before it: that week is in the trail. A later one is judged at the cut.
    const seen = inside.length > 0 ? inside : [score.zone];
    leavers += 1;
    if (seen.some((zone) => zone === "yellow" || zone === "red")) below += 1;
  });
  const leaversBelowGreen = four(below / Math.max(1, leavers));
  const redIsThreeTimesBase = zones.red.count > 0 && (zones.red.lost ?? 0) >= redNeeds(mean(y));
  const twoThirdsBelowGreen = leaversBelowGreen >= 2 / 3;
  const atMost80PercentGreen = zones.green.share <= 0.8;
  const isPassed = leavers >= MIN_LOST && redIsThreeTimesBase && twoThirdsBelowGreen && atMost80PercentGreen;
  return { redIsThreeTimesBase, leaversBelowGreen, twoThirdsBelowGreen, atMost80PercentGreen, isPassed };
}

/** First turns to yellow or worse per 100 kept clients and year, zone changes and flaps per client and year. */
function* alarmSteps(test: BackTest, judged: Judged): Generator<null, Report["alarms"]> {
  const years = { all: 0, kept: 0 };
  let alarms = 0;
  let changes = 0;
  let flaps = 0;
  const trails = yield* each(judged.scores, (score) => {
    const zones = test.weeks.zonesOf(score.clientId).filter((zone) => zone !== "" && zone !== "learning");
    return { span: (zones.length * 7) / 365.25, moves: movesOf(zones) };
  });
  trails.forEach(({ span, moves }, i) => {
    years.all += span;
    changes += moves.length;
    flaps += moves.filter((m, k) => k > 0 && m.to === moves[k - 1]!.from && m.week - moves[k - 1]!.week <= 4).length;
    if (judged.y[i] === 1) return;
    years.kept += span;
    alarms += moves.filter((m) => m.from === "green").length;
  });
  return {
    per100KeptClientsAndYear: four((100 * alarms) / Math.max(1e-9, years.kept)),
    zoneChangesPerClientAndYear: four(changes / Math.max(1e-9, years.all)),
    flapsPerClientAndYear: four(flaps / Math.max(1e-9, years.all)),
  };
}

function movesOf(zones: readonly string[]): { week: number; from: string; to: string }[] {
  const moves: { week: number; from: string; to: string }[] = [];
  for (let i = 1; i < zones.length; i++)
    if (zones[i] !== zones[i - 1]) moves.push({ week: i, from: zones[i - 1]!, to: zones[i]! });
  return moves;
}

/** Days from the turn that still held at the cut to the loss, among those lost that were yellow or worse. */
function leadDaysOf(test: BackTest, judged: Judged, history: History): number[] {
  const days: number[] = [];
  judged.scores.forEach((score, i) => {
    if (judged.y[i] !== 1) return;
    if (score.zone !== "yellow" && score.zone !== "red") return;
    const { lostDay } = outcomeOf(score.past, history, test.cutDay, test.horizonDays);
    const zones = test.weeks.zonesOf(score.clientId);
    let week = zones.length - 1;
    while (week > 0 && (zones[week - 1] === "yellow" || zones[week - 1] === "red")) week--;
    days.push(lostDay! - test.weeks.days[week]!);
  });
  return days.sort((a, b) => a - b);
}

function* rivalSteps(
  test: BackTest,
  judged: Judged,
  { history, random }: ReportOptions,
  ours: { health: readonly number[]; risk: readonly number[] } | null,
): Generator<null, Pick<Report, "beside" | "classicZones">> {
  const pasts = judged.scores.map((s) => s.past);
  const classic = yield* each(pasts, (past) => classicSigns(past, test.cutDay));
  const rivals: Partial<Record<RivalName, number[]>> = {
    recency: yield* each(pasts, (past) => recencyOf(past, test.cutDay)),
    classicRules: classic,
  };
  if (history.hasRenewals)
    rivals.renewalDateOnly = yield* each(pasts, (past) => renewalNearness(past, history, test.cutDay));
  const beside: Partial<Record<RivalName, Rival>> = {};
  for (const [name, scores] of Object.entries(rivals)) {
    beside[name as RivalName] = {
      auc: ours ? four(auc(scores, judged.y)) : null,
      healthMinusThis: ours ? yield* differenceSteps(ours.health, scores, judged.y, random) : UNSAID,
      riskMinusThis: ours ? yield* differenceSteps(ours.risk, scores, judged.y, random) : UNSAID,
    };
  }
  const colours = judged.scores.map((s, i) => ({
    ...s,
    zone: classic[i]! >= 2 ? "red" : classic[i] === 1 ? "yellow" : "green",
  }));
  return { beside, classicZones: zonesOf(colours, judged) };
}

/** Permuted outcomes must rank nothing: labels shuffled among the training rows, outcomes among the judged clients; mean of twenty. */
function* leakSteps(test: BackTest, judged: Judged, random: () => number): Generator<null, Report["leakCheck"]> {
  const values: number[] = [];
  const known = yield* gathered(mapSteps(test.rows, (row) => row.lost));
  let permuted = test.model;
  for (let round = 0; round < PERMUTATIONS; round++) {
    const labels = yield* gathered(shuffleSteps(known, random));
    // Fitting is the slow part: every fifth round learns anew, all shuffle what is judged.
    if (round % 5 === 0 && test.rows.length > 0) permuted = yield* gathered(permutedSteps(test.rows, labels));
    const outcomes = yield* gathered(shuffleSteps(judged.y, random));
    const value = auc(riskBy(permuted, judged.scores), outcomes);
    if (value !== null) values.push(value);
    yield null;
  }
  return { permutedLabels: values.length === 0 ? null : four(mean(values)) };
}

function riskBy(model: RiskModel, scores: readonly ClientScore[]): number[] {
  return scores.map((s) => riskOf(model, s.row));
}

function* permutedSteps(rows: readonly LabelledRow[], labels: readonly boolean[]): Generator<number, RiskModel> {
  const relabelled = yield* mapSteps(rows, (row, i): LabelledRow => ({ ...row, lost: labels[i]! }));
  return yield* fitRiskSteps(relabelled, 0, 0.3, []);
}

/** By how much one ranking is above another, paired by client. */
export function* differenceSteps(
  mine: readonly number[],
  theirs: readonly number[],
  y: readonly number[],
  random: () => number,
): Generator<null, Interval> {
  const [ofMine, ofTheirs] = [aucOfSamples(mine, y), aucOfSamples(theirs, y)];
  const difference = (indices: readonly number[]): number | null => {
    const a = ofMine(indices);
    const b = ofTheirs(indices);
    return a === null || b === null ? null : a - b;
  };
  return rounded(yield* gathered(bootstrapSteps(y.length, difference, random, 200), DRAWS));
}

/** AUC with its interval. */
export function* aucSteps(
  scores: readonly number[],
  y: readonly number[],
  random: () => number,
): Generator<null, Interval> {
  return rounded(yield* gathered(bootstrapSteps(y.length, aucOfSamples(scores, y), random), DRAWS));
}

function* shuffleSteps<T>(list: readonly T[], random: () => number): Generator<number, T[]> {
  const out = [...list];
  for (const piece of piecesOf([...list.keys()].slice(1).reverse())) {
    for (const i of piece) {
      const j = Math.floor(random() * (i + 1));
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    yield piece.length;
  }
  return out;
}

export interface ModelNote {
  trainedOnCuts: number;
  rows: number;
  lost: number;
  kept: number;
  show: Risk["show"];
  /** coefficient per standardised feature */
  weights: Readonly<Record<string, number>>;
}

/** Which model was used, and what may be shown with so many losses. */
export function modelNote(test: BackTest): ModelNote {
  const { model } = test;
  return {
    trainedOnCuts: test.trainCuts.length,
    rows: test.trainRows,
    lost: model.lost,
    kept: model.kept,
    show: shownWith(model.lost),
    weights: Object.fromEntries(model.names.map((name, j) => [name, four(model.beta[j + 1]!)])),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}

function four(x: number): number;
function four(x: number | null): number | null;
function four(x: number | null): number | null {
  // Adding zero turns -0 into 0, which JSON has not.
  return x === null || !Number.isFinite(x) ? null : Math.round(x * 10_000) / 10_000 + 0;
}

/** Every number of a plain structure, to four decimals. */
export function rounded<T>(value: T): T {
  if (typeof value === "number") return four(value) as T;
  if (Array.isArray(value)) return value.map(rounded) as T;
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)])) as T;
  }
  return value;
}
