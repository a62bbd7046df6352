/**
 * Risk: the chance of loss within the horizon, learned per portal (scoring 3.10). Behaviour, level, term and renewal date together; kept apart
 * from health. A percentage is shown only once the portal's own outcomes have earned it.
 */
import { clamp, expit, logit } from "../signal/special.ts";
import type { ScoreConfig } from "./config.ts";
import type { Evidence } from "./evidence.ts";
import type { Risk, ScoreInput } from "./input.ts";
import { fitIsotonic, type Isotonic, isotonicChance } from "./isotonic.ts";
import { fitLogistic, type Observation, type Prior, predictor } from "./logistic.ts";
import { logLoss } from "./metrics.ts";

interface Feature {
  name: string;
  /** prior of the coefficient per unit of the feature */
  mean: number;
  sd: number;
}

/** What is known of every client, whatever its contract. */
const COMMON: readonly Feature[] = [
  { name: "usage", mean: 0.25, sd: 0.15 },
  { name: "communication", mean: 0.25, sd: 0.15 },
  { name: "meetings", mean: 0.25, sd: 0.15 },
  { name: "money", mean: 0.25, sd: 0.15 },
  { name: "support", mean: 0.25, sd: 0.15 },
  { name: "onboarding", mean: 0.25, sd: 0.15 },
  { name: "facts", mean: 0.5, sd: 0.25 },
  { name: "ln_tenure", mean: -0.1, sd: 0.3 },
];

/** What a contract adds: a client without a renewal in the horizon can hardly be lost in it. */
const CONTRACT: readonly Feature[] = [
  { name: "renewal_ahead", mean: 3, sd: 1 },
  { name: "ln_renewals", mean: 0.5, sd: 0.5 },
  { name: "ln_term", mean: 0, sd: 0.5 },
  { name: "turned", mean: 0.5, sd: 0.5 },
  { name: "turned_ahead", mean: 1.5, sd: 1 },
];

/** What the rhythm of orders adds to the model's own forecast. */
const ORDERS: readonly Feature[] = [
  { name: "logit_silent", mean: 0.8, sd: 0.3 },
  { name: "ln_recency", mean: 0, sd: 0.3 },
  { name: "ln_repeats", mean: 0, sd: 0.3 },
  { name: "ln_half_year", mean: 0, sd: 0.3 },
  { name: "slowing", mean: 0, sd: 0.5 },
  { name: "ln_usual", mean: 0, sd: 0.3 },
  { name: "irregularity", mean: 0, sd: 0.5 },
  { name: "ln_beyond", mean: 0, sd: 0.3 },
];

export interface RiskModel {
  version: number;
  names: readonly string[];
  /** label-free centre and scale of each feature */
  means: readonly number[];
  scales: readonly number[];
  /** intercept first */
  beta: readonly number[];
  /** where there were labels enough for it: the chance by steps, before the last step */
  isotonic?: Isotonic;
  /** last step: logit(p) → intercept + slope · logit(p) */
  platt: { intercept: number; slope: number };
  /** lost and kept clients it was learned from */
  lost: number;
  kept: number;
}

export interface RiskRow {
  features: Readonly<Record<string, number>>;
}

export interface LabelledRow extends RiskRow {
  clientId: string;
  /** when it was looked at; the newest window judges a new fit */
  cutDay: number;
  lost: boolean;
}

/** Renewals expected within the horizon, as far as the contract tells today; a fraction when the date is unknown. */
export function renewalsAhead(input: ScoreInput, nowDay: number, horizonDays: number): number {
  if (!input.contract) return 0;
  const { termDays, nextRenewalDay } = input.contract;
  if (nextRenewalDay === null) return horizonDays / termDays;
  const left = nowDay + horizonDays - 1 - nextRenewalDay;
  return left < 0 ? 0 : 1 + Math.floor(left / termDays);
}

/** The features of one client; only those that its kind of data can have. */
export function riskFeatures(input: ScoreInput, evidence: Evidence, config: ScoreConfig, nowDay: number): RiskRow {
  const features: Record<string, number> = {};
  for (const { name } of COMMON.slice(0, 7)) features[name] = 0;
  for (const { definition, nats } of evidence.signals) features[definition.group]! += nats;
  features.onboarding! += evidence.steps?.nats ?? 0;
  for (const { nats } of evidence.facts) features.facts! += nats;
  for (const { name } of COMMON.slice(0, 7)) features[name] = clamp(features[name]!, -2, 5);
  features.ln_tenure = Math.log((input.sinceDay === null ? 365 : clamp(nowDay - input.sinceDay, 0, 1825)) + 30);
  if (input.contract) {
    const renewals = renewalsAhead(input, nowDay, config.horizonDays);
    const ahead = Math.min(1, renewals);
    features.renewal_ahead = ahead;
    features.ln_renewals = Math.log(renewals + 0.5);
    features.ln_term = Math.log(input.contract.termDays);
    features.turned = evidence.turning.chance;
    features.turned_ahead = evidence.turning.chance * ahead;
  }
  if (evidence.orders) addOrderFeatures(features, evidence.orders);
  return { features };
}

function addOrderFeatures(features: Record<string, number>, orders: NonNullable<Evidence["orders"]>): void {
  const { shape } = orders;
  features.logit_silent = logit(orders.silentChance);
  features.ln_recency = Math.log(orders.recency + 3);
  features.ln_repeats = Math.log(orders.repeats + 0.5);
  features.ln_half_year = Math.log((shape?.halfYear ?? 0) + 0.5);
  features.slowing = shape?.slowing ?? 0;
  features.ln_usual = Math.log(shape?.usual ?? 0.5);
  features.irregularity = shape?.irregularity ?? 0.7;
  features.ln_beyond = shape ? Math.log((orders.recency + 5) / (shape.longestGap + 5)) : 0;
}

/** Lost labels below which nothing is learned, only the base rate, weights with the usual prior, weights with a wide prior. */
const LEARN_BASE_FROM = 10;
const LEARN_WEIGHTS_FROM = 50;
const LEARN_FREELY_FROM = 300;
const DEFAULT_BASE_RATE = 0.1;

/** What may be shown after so many lost clients (scoring 3.10). */
export function shownWith(lost: number): Risk["show"] {
  return lost < LEARN_BASE_FROM ? "rank" : lost < LEARN_WEIGHTS_FROM ? "band" : "percent";
}

/**
 * Learns a model from closed windows. With too few losses it is the prior model, centred on the portal without looking at outcomes.
 * @param rows one per client and cut @param spacingDays days between cuts, against the horizon: overlapping windows count in part
 */
export function fitRisk(
  rows: readonly LabelledRow[],
  version: number,
  overlap: number,
  unlabelled: readonly RiskRow[],
): RiskModel {
  const all: readonly RiskRow[] = rows.length > 0 ? rows : unlabelled;
  const known = new Set(all.flatMap((row) => Object.keys(row.features)));
  const features = [...COMMON, ...CONTRACT, ...ORDERS].filter(({ name }) => known.has(name));
  // Whoever has no such feature (no contract, no rhythm of orders) stands at the middle of those who have.
  const columns = features.map(({ name }) => all.flatMap((row) => row.features[name] ?? []));
  const means = columns.map(mean);
  const scales = columns.map((column, j) => {
    const spread = Math.sqrt(mean(column.map((value) => (value - means[j]!) ** 2)));
    return spread > 1e-6 ? spread : 1;
  });
  const lostIds = new Set(rows.filter((row) => row.lost).map((row) => row.clientId));
  const lost = lostIds.size;
  const kept = new Set(rows.map((row) => row.clientId)).size - lost;
  const draft: RiskModel = {
    version,
    names: features.map(({ name }) => name),
    means,
    scales,
    beta: [],
    platt: { intercept: 0, slope: 1 },
    lost,
    kept,
  };
  const priors = priorsOf(features, scales, all.length === 0 ? [] : all, rows, lost);
  if (lost < LEARN_BASE_FROM) return { ...draft, beta: priors.map((p) => p.mean) };
  const observed = rows.map((row): Observation => ({ x: vector(draft, row), y: row.lost ? 1 : 0, weight: overlap }));
  const usable = lost < LEARN_WEIGHTS_FROM ? priors.map((p, j) => (j === 0 ? p : { ...p, sd: 1e-3 })) : priors;
  return { ...draft, beta: fitLogistic(observed, usable) };
}

function priorsOf(
  features: readonly Feature[],
  scales: readonly number[],
  all: readonly RiskRow[],
  rows: readonly LabelledRow[],
  lost: number,
): Prior[] {
  const wide = lost >= LEARN_FREELY_FROM ? 2 : 1;
  const slopes = features.map((f, j): Prior => ({ mean: f.mean * scales[j]!, sd: f.sd * scales[j]! * wide }));
  const silent = all.flatMap((row) => row.features.logit_silent ?? []);
  // The buying model is a forecast of its own: where it speaks of most clients, its mean is the base rate.
  const own = silent.length > 0 && 2 * silent.length >= all.length ? mean(silent.map(expit)) : DEFAULT_BASE_RATE;
  const labels = rows.filter((row) => row.lost).length;
  const base = lost >= LEARN_BASE_FROM ? (labels + 2) / (rows.length + 20) : own;
  return [{ mean: logit(base), sd: lost >= LEARN_BASE_FROM ? 1 : 1e-3 }, ...slopes];
}

/** The model's chance of loss for one client, 0..1. */
export function riskOf(model: RiskModel, row: RiskRow): number {
  const z = predictor(model.beta, vector(model, row));
  const step = model.isotonic ? logit(isotonicChance(model.isotonic, expit(z))) : z;
  return expit(model.platt.intercept + model.platt.slope * step);
}

/** What may be said of it: the chance with a band of one standard error of the base rate's estimate, and how it may be shown. */
export function sayRisk(model: RiskModel, row: RiskRow): Risk {
  const chance = riskOf(model, row);
  const n = Math.max(1, model.lost);
  const half = 1.28 * Math.sqrt(1 / n + 0.04);
  const z = logit(chance);
  return { chance, low: expit(z - half), high: expit(z + half), show: shownWith(model.lost) };
}

/** Last step on outcomes that the weights have not seen: slope with prior 1 ± .5, intercept 0 ± .5. */
export function calibrate(model: RiskModel, rows: readonly LabelledRow[]): RiskModel {
  const plain = plainOf(model);
  const observed = rows.map((row): Observation => ({ x: [logit(riskOf(plain, row))], y: row.lost ? 1 : 0, weight: 1 }));
  const [intercept, slope] = fitLogistic(observed, [
    { mean: 0, sd: 0.5 },
    { mean: 1, sd: 0.5 },
  ]);
  return { ...plain, platt: { intercept: intercept!, slope: slope! } };
}

/** The model without its last steps. */
function plainOf({ isotonic: _, ...model }: RiskModel): RiskModel {
  return { ...model, platt: { intercept: 0, slope: 1 } };
}

/** Labels, and lost clients behind the weights, from which isotonic calibration is tried (scoring 3.10). */
const ISOTONIC_FROM_ROWS = 1_000;
const ISOTONIC_FROM_LOST = LEARN_FREELY_FROM;

/**
 * The last step, on outcomes that the weights have not seen: isotonic where there are labels enough and it does better on clients that
 * it was not made from, else `calibrate`.
 */
export function calibrateBest(model: RiskModel, rows: readonly LabelledRow[]): RiskModel {
  const smooth = calibrate(model, rows);
  if (rows.length < ISOTONIC_FROM_ROWS || model.lost < ISOTONIC_FROM_LOST) return smooth;
  const halves = [0, 1].map((half) => rows.filter((_, i) => i % 2 === half));
  const lossOf = (fit: typeof calibrate): number =>
    halves.reduce((sum, half, i) => sum + lossOn(fit(model, halves[1 - i]!), half) * half.length, 0);
  return lossOf(calibrateBySteps) < lossOf(calibrate) ? calibrateBySteps(model, rows) : smooth;
}

/** Lost clients from which the last step is calibrated. */
const CALIBRATE_FROM = 50;

export interface CalibratedFit {
  /** weights learnt from all rows, last step from the newest window by the trial */
  fresh: RiskModel;
  /** learnt without the newest window, which can judge it therefore */
  trial: RiskModel;
  newest: readonly LabelledRow[];
}

/** Closed windows on each of which the last step has to have done better than none, learnt from a window that was over before. */
const STEP_TRIALS = 3;

/**
 * What the portal uses and every proof shows. The last step is learnt where the weights have not looked, and taken only where it would have
 * done better on each of the newest windows, learnt from those that had closed before them: neighbouring windows share their outcomes. Taken
 * always, from 50 losses on, it forecast worse in 30 of 41 tries (README). In portions.
 */
export function* fitCalibrated(
  rows: readonly LabelledRow[],
  version: number,
  overlap: number,
  unlabelled: readonly RiskRow[],
): Generator<null, CalibratedFit> {
  const newestDay = rows.reduce((day, row) => Math.max(day, row.cutDay), Number.NEGATIVE_INFINITY);
  const newest = rows.filter((row) => row.cutDay === newestDay);
  const earlier = rows.filter((row) => row.cutDay < newestDay);
  yield null;
  const trial = fitRisk(earlier, version, overlap, unlabelled);
  yield null;
  const all = fitRisk(rows, version, overlap, unlabelled);
  yield null;
  const isTaken = all.lost >= CALIBRATE_FROM && (yield* stepHelps(rows, version, overlap));
  const { platt, isotonic } = isTaken ? calibrateBest(trial, newest) : all;
  return { fresh: isotonic ? { ...all, platt, isotonic } : { ...all, platt }, trial, newest };
}

function* stepHelps(rows: readonly LabelledRow[], version: number, overlap: number): Generator<null, boolean> {
  const windows = [...Map.groupBy(rows, (row) => row.cutDay)].sort(([a], [b]) => b - a);
  const apart = Math.ceil(1 / overlap);
  for (let i = 0; i < STEP_TRIALS; i++) {
    const judging = windows[i]?.[1];
    const [learnDay, learning] = windows[i + apart] ?? [];
    if (!judging || learnDay === undefined || !learning) return false;
    const earlier = rows.filter((row) => row.cutDay < learnDay);
    if (earlier.length === 0) return false;
    const without = fitRisk(earlier, version, overlap, []);
    yield null;
    if (lossOn(calibrateBest(without, learning), judging) >= lossOn(without, judging)) return false;
    yield null;
  }
  return true;
}

/** Isotonic alone; without both outcomes, nothing. */
export function calibrateBySteps(model: RiskModel, rows: readonly LabelledRow[]): RiskModel {
  const plain = plainOf(model);
  const isotonic = fitIsotonic(
    rows.map((row) => riskOf(plain, row)),
    rows.map((row) => (row.lost ? 1 : 0)),
  );
  return isotonic ? { ...plain, isotonic } : plain;
}

/** Mean log loss on labelled rows. */
export function lossOn(model: RiskModel, rows: readonly LabelledRow[]): number {
  return logLoss(
    rows.map((row) => riskOf(model, row)),
    rows.map((row) => (row.lost ? 1 : 0)),
  );
}

/** After a closed window: moves the intercept so that mean forecast = observed, shrunk by n / (n + 100). */
export function correctDrift(model: RiskModel, rows: readonly LabelledRow[]): RiskModel {
  if (rows.length === 0) return model;
  const forecast = mean(rows.map((row) => riskOf(model, row)));
  const observed = (rows.filter((row) => row.lost).length + 0.5) / (rows.length + 1);
  const shift = (logit(observed) - logit(forecast)) * (rows.length / (rows.length + 100));
  return { ...model, platt: { ...model.platt, intercept: model.platt.intercept + shift } };
}

/** Guard rail of a re-fit: a new model is taken only if it does not lose on the newest closed window. */
export function better(challenger: RiskModel, running: RiskModel, newest: readonly LabelledRow[]): boolean {
  if (newest.length === 0) return false;
  return lossOn(challenger, newest) <= lossOn(running, newest);
}

function vector(model: RiskModel, row: RiskRow): number[] {
  return model.names.map((name, j) => ((row.features[name] ?? model.means[j]!) - model.means[j]!) / model.scales[j]!);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}
