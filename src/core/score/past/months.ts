/**
 * Risk learnt anew for each month from what had closed before it, as the portal would have had it then: what it is worth on days that it was
 * not made from, over more losses than one cut has.
 */
import {
  aucOfSamples,
  bootstrapSteps,
  brier,
  type Calibration,
  calibrationSteps,
  type Interval,
  skillOfSamples,
} from "../metrics.ts";
import { filterSteps, gathered, mapSteps } from "../portions.ts";
import { fitCalibrated, type LabelledRow, riskOf } from "../risk.ts";
import { gapOf } from "./gather.ts";
import type { History } from "./history.ts";
import { judgeSteps, MIN_LOST, rounded, UNSAID } from "./report.ts";
import type { BackTest } from "./types.ts";

export interface RiskMonths {
  /** months judged, the cut among them, and lost clients in them */
  count: number;
  judgedBy: number;
  /** mean of the months; the interval by client, who may stand in several */
  auc: Interval;
  brier: number;
  /** over all of them, against always saying the share lost that was known before each */
  brierSkill: Interval;
  /** of all forecasts together; null with too few lost */
  calibration: Calibration | null;
}

export interface MonthOptions {
  history: History;
  overlap: number;
  random: () => number;
}

/** The clients of one month, what was foretold of each, and what came. */
interface Month {
  ids: readonly string[];
  y: readonly number[];
  risk: readonly number[];
  /** share lost in what it was learnt from */
  base: number;
}

/** In portions. @returns null where no month has anything closed before it */
export function* riskMonthSteps(test: BackTest, options: MonthOptions): Generator<null, RiskMonths | null> {
  const months = yield* foretoldSteps(test, options.overlap);
  if (months.length === 0) return null;
  months.push(yield* atCutSteps(test, options.history));
  const p = months.flatMap((month) => month.risk);
  const y = months.flatMap((month) => month.y);
  const lost = new Set(months.flatMap((month) => month.ids.filter((_, i) => month.y[i] === 1)));
  const isSpoken = lost.size >= MIN_LOST && y.includes(0);
  const ids = [...test.months.clients];
  const aucs = months.map((month) => ofDrawn(month.ids, ids, aucOfSamples(month.risk, month.y)));
  return rounded({
    count: months.length,
    judgedBy: lost.size,
    auc: isSpoken ? yield* meanSteps(aucs, ids.length, options.random) : UNSAID,
    brier: brier(p, y),
    brierSkill: isSpoken ? yield* skillSteps(months, ids, options.random) : UNSAID,
    calibration: isSpoken ? yield* gathered(calibrationSteps(p, y)) : null,
  });
}

function* foretoldSteps({ rows, months, horizonDays }: BackTest, overlap: number): Generator<null, Month[]> {
  const gap = gapOf(horizonDays);
  const known = yield* gathered(filterSteps(rows, (row) => months.clients.has(row.clientId)));
  const foretold: Month[] = [];
  for (const { cutDay } of months.slices) {
    const closed = yield* gathered(filterSteps(known, (row) => row.cutDay + gap <= cutDay));
    if (closed.length === 0) continue;
    const { fresh } = yield* fitCalibrated(closed, 1, overlap, []);
    const looked: LabelledRow[] = yield* gathered(filterSteps(known, (row) => row.cutDay === cutDay));
    foretold.push({
      ids: looked.map((row) => row.clientId),
      y: looked.map((row) => (row.lost ? 1 : 0)),
      risk: yield* gathered(mapSteps(looked, (row) => riskOf(fresh, row))),
      base: closed.filter((row) => row.lost).length / closed.length,
    });
  }
  return foretold;
}

/** The cut itself, of the clients of the sample. */
function* atCutSteps(test: BackTest, history: History): Generator<null, Month> {
  const { scores, y } = yield* judgeSteps(test, history);
  const inside = <T>(list: readonly T[]): T[] => list.filter((_, i) => test.months.clients.has(scores[i]!.clientId));
  return {
    ids: inside(scores.map((one) => one.clientId)),
    y: inside(y),
    risk: inside(scores.map((one) => one.risk)),
    base: test.trainBase!,
  };
}

function* skillSteps(
  months: readonly Month[],
  ids: readonly string[],
  random: () => number,
): Generator<null, Interval> {
  const places = new Map(ids.map((id, place) => [id, place]));
  const ours = new Float64Array(ids.length);
  const plain = new Float64Array(ids.length);
  for (const month of months)
    month.ids.forEach((id, i) => {
      ours[places.get(id)!]! += (month.risk[i]! - month.y[i]!) ** 2;
      plain[places.get(id)!]! += (month.base - month.y[i]!) ** 2;
    });
  return yield* gathered(bootstrapSteps(ids.length, skillOfSamples(ours, plain), random, ROUNDS), DRAWS);
}

/** Resamples of the clients. */
const ROUNDS = 200;
/** Drawn clients of resamples in one portion: a few milliseconds. */
const DRAWS = 10_000;

/** A measure of a month's own clients (`own`), of those who are drawn out of all: as indices into `ids`. */
export function ofDrawn(
  own: readonly string[],
  ids: readonly string[],
  measure: (indices: readonly number[]) => number | null,
): (indices: readonly number[]) => number | null {
  const places = new Map(own.map((id, i) => [id, i]));
  const at = ids.map((id) => places.get(id) ?? -1);
  return (indices) => measure(indices.map((i) => at[i]!).filter((i) => i >= 0));
}

/** Mean of the months that have one; the interval by client: a resample is drawn once and counted in every month. In portions. */
export function* meanSteps(
  months: readonly ((indices: readonly number[]) => number | null)[],
  clients: number,
  random: () => number,
): Generator<null, Interval> {
  const mean = (indices: readonly number[]): number | null => {
    const values = months.map((one) => one(indices)).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return yield* gathered(mapEach(bootstrapSteps(clients, mean, random, ROUNDS), months.length), DRAWS);
}

/** The same steps, each so many times as large. */
function* mapEach<T>(steps: Generator<number, T>, times: number): Generator<number, T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield step.value * times;
  }
}
