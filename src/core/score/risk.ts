/**
 * Risk: the chance of loss within the horizon, learned per portal (scoring 3.10). Behaviour, level, term and renewal date together; kept apart
 * from health. A percentage is shown only once the portal's own outcomes have earned it.
 */
import { clamp, expit, logit } from "../signal/special.ts";
import type { ScoreConfig } from "./config.ts";
import type { Evidence } from "./evidence.ts";
import type { Risk, ScoreInput } from "./input.ts";
import { fitIsotonicSteps, type Isotonic, isotonicChance } from "./isotonic.ts";
import { blankObservations, fitLogisticSteps, type Observations, type Prior, predictor } from "./logistic.ts";
import { addLogLoss } from "./metrics.ts";
import { filterSteps, gathered, mapSteps, piecesOf, rangesOf } from "./portions.ts";

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

const ALL: readonly Feature[] = [...COMMON, ...CONTRACT, ...ORDERS];
const PLACES: ReadonlyMap<string, number> = new Map(ALL.map(({ name }, place) => [name, place]));

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
  features: Features;
}

/** In the order of `ALL`, NaN or beyond the end where there is none: plain numbers side by side, of a large book there are a million rows. */
export type Features = readonly number[];

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
  return { features: packFeatures(features) };
}

const LENGTHS = [COMMON.length, COMMON.length + CONTRACT.length, ALL.length];
const BLANKS = LENGTHS.map((length) => new Array<number>(length).fill(Number.NaN));

/** By name, as rows hold them. */
export function packFeatures(named: Readonly<Record<string, number>>): Features {
  let last = 0;
  for (const name in named) last = Math.max(last, PLACES.get(name)!);
  // A copy has no room to spare, as one that has grown would.
  const features = BLANKS[LENGTHS.findIndex((length) => length > last)]!.slice();
  for (const name in named) features[PLACES.get(name)!] = named[name]!;
  return features;
}

/** What a row tells under this name; null = nothing. */
export function featureOf({ features }: RiskRow, name: string): number | null {
  return valueAt(features, PLACES.get(name) ?? ALL.length);
}

function valueAt(features: Features, place: number): number | null {
  const value = place < features.length ? features[place]! : Number.NaN;
  return Number.isNaN(value) ? null : value;
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
export const LEARN_BASE_FROM = 10;
const LEARN_WEIGHTS_FROM = 50;
const LEARN_FREELY_FROM = 300;
const DEFAULT_BASE_RATE = 0.1;

/** What may be shown after so many lost clients (scoring 3.10). */
export function shownWith(lost: number): Risk["show"] {
  return lost < LEARN_BASE_FROM ? "rank" : lost < LEARN_WEIGHTS_FROM ? "band" : "percent";
}

/**
 * Learns a model from closed windows. With too few losses it is the prior model, centred on the portal without looking at outcomes. In pieces.
 * @param rows one per client and cut @param spacingDays days between cuts, against the horizon: overlapping windows count in part
 */
export function* fitRiskSteps(
  rows: readonly LabelledRow[],
  version: number,
  overlap: number,
  unlabelled: readonly RiskRow[],
): Generator<number, RiskModel> {
  const all: readonly RiskRow[] = rows.length > 0 ? rows : unlabelled;
  const features = yield* measureSteps(all);
  const counts = yield* countSteps(rows);
  const { lost } = counts;
  const draft: RiskModel = {
    version,
    names: features.map(({ name }) => name),
    means: features.map((one) => one.middle),
    scales: features.map((one) => one.scale),
    beta: [],
    platt: { intercept: 0, slope: 1 },
    lost,
    kept: counts.kept,
  };
  const learnt = (counts.lostRows + 2) / (rows.length + 20);
  const base = lost >= LEARN_BASE_FROM ? learnt : yield* ownBaseSteps(all);
  const priors = priorsOf(features, base, lost);
  if (lost < LEARN_BASE_FROM) return { ...draft, beta: priors.map((p) => p.mean) };
  const observed = yield* observeSteps(draft, rows, overlap);
  const usable = lost < LEARN_WEIGHTS_FROM ? priors.map((p, j) => (j === 0 ? p : { ...p, sd: 1e-3 })) : priors;
  return { ...draft, beta: yield* fitLogisticSteps(observed, usable) };
}

function* observeSteps(
  model: RiskModel,
  rows: readonly LabelledRow[],
  weight: number,
): Generator<number, Observations> {
  const observed = blankObservations(rows.length, model.names.length, weight);
  for (const [from, to] of rangesOf(rows.length)) {
    for (let i = from; i < to; i++) {
      fillVector(model, rows[i]!, observed.x, i * observed.size);
      observed.y[i] = rows[i]!.lost ? 1 : 0;
    }
    yield to - from;
  }
  return observed;
}

interface Measured extends Feature {
  middle: number;
  scale: number;
}

/** The features that any row has. Whoever has not one (no contract, no rhythm of orders) stands at the middle of those who have. */
function* measureSteps(rows: readonly RiskRow[]): Generator<number, Measured[]> {
  const counts = new Float64Array(ALL.length);
  const middles = new Float64Array(ALL.length);
  const squares = new Float64Array(ALL.length);
  for (const piece of piecesOf(rows)) {
    for (const { features } of piece)
      for (let place = 0; place < features.length; place++) {
        if (Number.isNaN(features[place]!)) continue;
        counts[place]! += 1;
        middles[place]! += features[place]!;
      }
    yield piece.length;
  }
  for (let place = 0; place < ALL.length; place++) middles[place]! /= counts[place]!;
  for (const piece of piecesOf(rows)) {
    for (const { features } of piece)
      for (let place = 0; place < features.length; place++) {
        if (!Number.isNaN(features[place]!)) squares[place]! += (features[place]! - middles[place]!) ** 2;
      }
    yield piece.length;
  }
  return ALL.flatMap((feature, place): Measured[] => {
    if (counts[place] === 0) return [];
    const spread = Math.sqrt(squares[place]! / counts[place]!);
    return [{ ...feature, middle: middles[place]!, scale: spread > 1e-6 ? spread : 1 }];
  });
}

/** Clients lost and kept, and the rows of losses. */
function* countSteps(
  rows: readonly LabelledRow[],
): Generator<number, { lost: number; kept: number; lostRows: number }> {
  const ids = new Set<string>();
  const lostIds = new Set<string>();
  let lostRows = 0;
  for (const piece of piecesOf(rows)) {
    for (const row of piece) {
      ids.add(row.clientId);
      if (!row.lost) continue;
      lostIds.add(row.clientId);
      lostRows += 1;
    }
    yield piece.length;
  }
  return { lost: lostIds.size, kept: ids.size - lostIds.size, lostRows };
}

/** The buying model is a forecast of its own: where it speaks of most clients, its mean is the base rate. */
function* ownBaseSteps(rows: readonly RiskRow[]): Generator<number, number> {
  let count = 0;
  let sum = 0;
  for (const piece of piecesOf(rows)) {
    for (const row of piece) {
      const silent = featureOf(row, "logit_silent");
      if (silent === null) continue;
      count += 1;
      sum += expit(silent);
    }
    yield piece.length;
  }
  return count > 0 && 2 * count >= rows.length ? sum / count : DEFAULT_BASE_RATE;
}

function priorsOf(features: readonly Measured[], base: number, lost: number): Prior[] {
  const wide = lost >= LEARN_FREELY_FROM ? 2 : 1;
  const slopes = features.map(({ mean, sd, scale }): Prior => ({ mean: mean * scale, sd: sd * scale * wide }));
  return [{ mean: logit(base), sd: lost >= LEARN_BASE_FROM ? 1 : 1e-3 }, ...slopes];
}

/** The model's chance of loss for one client, 0..1. */
export function riskOf(model: RiskModel, row: RiskRow): number {
  const z = predictor(model.beta, fillVector(model, row, sightOf(model).vector, 0), model.names.length);
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

/** Last step on outcomes that the weights have not seen: slope with prior 1 ± .5, intercept 0 ± .5. In pieces. */
export function* calibrateSteps(model: RiskModel, rows: readonly LabelledRow[]): Generator<number, RiskModel> {
  const plain = plainOf(model);
  const observed = blankObservations(rows.length, 1, 1);
  for (const [from, to] of rangesOf(rows.length)) {
    for (let i = from; i < to; i++) {
      observed.x[i] = logit(riskOf(plain, rows[i]!));
      observed.y[i] = rows[i]!.lost ? 1 : 0;
    }
    yield to - from;
  }
  const [intercept, slope] = yield* fitLogisticSteps(observed, [
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
 * it was not made from, else `calibrateSteps`. In pieces.
 */
export function* calibrateBestSteps(model: RiskModel, rows: readonly LabelledRow[]): Generator<number, RiskModel> {
  const smooth = yield* calibrateSteps(model, rows);
  if (rows.length < ISOTONIC_FROM_ROWS || model.lost < ISOTONIC_FROM_LOST) return smooth;
  const halves = [yield* filterSteps(rows, (_, i) => i % 2 === 0), yield* filterSteps(rows, (_, i) => i % 2 === 1)];
  const isByStepsBetter =
    (yield* crossLossSteps(isotonicSteps, model, halves)) < (yield* crossLossSteps(calibrateSteps, model, halves));
  return isByStepsBetter ? yield* isotonicSteps(model, rows) : smooth;
}

/** The loss on each half of a last step that was learnt from the other. */
function* crossLossSteps(
  fit: typeof calibrateSteps,
  model: RiskModel,
  halves: readonly (readonly LabelledRow[])[],
): Generator<number, number> {
  let sum = 0;
  for (const [i, half] of halves.entries()) {
    const fitted = yield* fit(model, halves[1 - i]!);
    sum += (yield* lossSteps(fitted, half)) * half.length;
  }
  return sum;
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
export function fitCalibrated(...given: Parameters<typeof calibratedSteps>): Generator<null, CalibratedFit> {
  return gathered(calibratedSteps(...given));
}

function* calibratedSteps(
  rows: readonly LabelledRow[],
  version: number,
  overlap: number,
  unlabelled: readonly RiskRow[],
): Generator<number, CalibratedFit> {
  const windows = yield* windowSteps(rows);
  const newest = windows[0]?.[1] ?? [];
  const earlier = yield* filterSteps(rows, (row) => row.cutDay < windows[0]![0]);
  const trial = yield* fitRiskSteps(earlier, version, overlap, unlabelled);
  const all = yield* fitRiskSteps(rows, version, overlap, unlabelled);
  const isTaken = all.lost >= CALIBRATE_FROM && (yield* stepHelps(rows, windows, version, overlap));
  const { platt, isotonic } = isTaken ? yield* calibrateBestSteps(trial, newest) : all;
  return { fresh: isotonic ? { ...all, platt, isotonic } : { ...all, platt }, trial, newest };
}

type Window = [cutDay: number, rows: LabelledRow[]];

/** The newest first. */
function* windowSteps(rows: readonly LabelledRow[]): Generator<number, Window[]> {
  const windows = new Map<number, LabelledRow[]>();
  for (const piece of piecesOf(rows)) {
    for (const row of piece) {
      const window = windows.get(row.cutDay);
      if (window) window.push(row);
      else windows.set(row.cutDay, [row]);
    }
    yield piece.length;
  }
  return [...windows].sort(([a], [b]) => b - a);
}

function* stepHelps(
  rows: readonly LabelledRow[],
  windows: readonly Window[],
  version: number,
  overlap: number,
): Generator<number, boolean> {
  const apart = Math.ceil(1 / overlap);
  for (let i = 0; i < STEP_TRIALS; i++) {
    const judging = windows[i]?.[1];
    const [learnDay, learning] = windows[i + apart] ?? [];
    if (!judging || learnDay === undefined || !learning) return false;
    const earlier = yield* filterSteps(rows, (row) => row.cutDay < learnDay);
    if (earlier.length === 0) return false;
    const without = yield* fitRiskSteps(earlier, version, overlap, []);
    const best = yield* calibrateBestSteps(without, learning);
    if ((yield* lossSteps(best, judging)) >= (yield* lossSteps(without, judging))) return false;
  }
  return true;
}

/** Isotonic alone; without both outcomes, nothing. In pieces. */
export function* isotonicSteps(model: RiskModel, rows: readonly LabelledRow[]): Generator<number, RiskModel> {
  const plain = plainOf(model);
  const forecasts = yield* mapSteps(rows, (row) => riskOf(plain, row));
  const y = yield* mapSteps(rows, (row) => (row.lost ? 1 : 0));
  const isotonic = yield* fitIsotonicSteps(forecasts, y);
  return isotonic ? { ...plain, isotonic } : plain;
}

/** Mean log loss on labelled rows. In pieces. */
export function* lossSteps(model: RiskModel, rows: readonly LabelledRow[]): Generator<number, number> {
  let sum = 0;
  for (const piece of piecesOf(rows)) {
    for (const row of piece) sum = addLogLoss(sum, riskOf(model, row), row.lost ? 1 : 0);
    yield piece.length;
  }
  return sum / Math.max(1, rows.length);
}

/** After a closed window: moves the intercept so that mean forecast = observed, shrunk by n / (n + 100). In pieces. */
export function* driftSteps(model: RiskModel, rows: readonly LabelledRow[]): Generator<number, RiskModel> {
  if (rows.length === 0) return model;
  let forecasts = 0;
  let lost = 0;
  for (const piece of piecesOf(rows)) {
    for (const row of piece) {
      forecasts += riskOf(model, row);
      if (row.lost) lost += 1;
    }
    yield piece.length;
  }
  const observed = (lost + 0.5) / (rows.length + 1);
  const shift = (logit(observed) - logit(forecasts / rows.length)) * (rows.length / (rows.length + 100));
  return { ...model, platt: { ...model.platt, intercept: model.platt.intercept + shift } };
}

/** Where the features of a model stand in a row, and room for what it sees of one, reused by every call. */
interface Sight {
  places: readonly number[];
  vector: Float64Array;
}

const sights = new WeakMap<RiskModel["names"], Sight>();

function sightOf({ names }: RiskModel): Sight {
  let sight = sights.get(names);
  if (!sight) {
    // What an older model knew and rows have no more stands at its middle.
    sight = {
      places: names.map((name) => PLACES.get(name) ?? ALL.length),
      vector: new Float64Array(names.length),
    };
    sights.set(names, sight);
  }
  return sight;
}

/** Writes what the model sees of a row from `at` on; who has not one of the features stands at its middle. */
function fillVector(model: RiskModel, { features }: RiskRow, into: Float64Array, at: number): Float64Array {
  const { means, scales } = model;
  const { places } = sightOf(model);
  for (let j = 0; j < places.length; j++) {
    const value = valueAt(features, places[j]!) ?? means[j]!;
    into[at + j] = (value - means[j]!) / scales[j]!;
  }
  return into;
}
