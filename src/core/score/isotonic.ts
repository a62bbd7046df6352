/** Isotonic calibration: forecasts to chances by pooling neighbours that are in the wrong order (PAV). Needs many labels (scoring 3.10). */
import { clamp } from "../signal/special.ts";
import { piecesOf, sortSteps } from "./portions.ts";

/** Forecasts, ascending, and the chance at each; between two the line, beyond the ends nothing is extrapolated. Plain JSON. */
export interface Isotonic {
  at: readonly number[];
  chance: readonly number[];
}

interface Block {
  count: number;
  lost: number;
  forecasts: number;
}

/** The ends are at least this part of all rows: a handful of rows makes no certainty. */
const END_PART = 0.1;

/** In pieces. @param y 1 = lost, 0 = kept, in the order of the forecasts @returns null without both */
export function* fitIsotonicSteps(
  forecasts: readonly number[],
  y: readonly number[],
): Generator<number, Isotonic | null> {
  const lost = y.reduce((sum, v) => sum + v, 0);
  if (lost === 0 || lost === y.length) return null;
  const order = yield* sortSteps([...forecasts.keys()], (a, b) => forecasts[a]! - forecasts[b]! || a - b);
  const blocks: Block[] = [];
  for (const piece of piecesOf(order)) {
    for (const i of piece) {
      blocks.push({ count: 1, lost: y[i]!, forecasts: forecasts[i]! });
      while (blocks.length > 1 && shareOf(blocks.at(-2)!) >= shareOf(blocks.at(-1)!)) joinLast(blocks);
    }
    yield piece.length;
  }
  widenEnds(blocks, END_PART * y.length);
  return { at: blocks.map((b) => b.forecasts / b.count), chance: blocks.map((b) => (b.lost + 0.5) / (b.count + 1)) };
}

/** The chance that belongs to a forecast. */
export function isotonicChance({ at, chance }: Isotonic, forecast: number): number {
  const next = at.findIndex((edge) => edge >= forecast);
  if (next === 0) return chance[0]!;
  if (next < 0) return chance.at(-1)!;
  const width = at[next]! - at[next - 1]!;
  const part = clamp((forecast - at[next - 1]!) / width, 0, 1);
  return chance[next - 1]! + part * (chance[next]! - chance[next - 1]!);
}

function shareOf({ lost, count }: Block): number {
  return lost / count;
}

function joinLast(blocks: Block[]): void {
  const last = blocks.pop()!;
  const into = blocks.at(-1)!;
  into.count += last.count;
  into.lost += last.lost;
  into.forecasts += last.forecasts;
}

function widenEnds(blocks: Block[], least: number): void {
  while (blocks.length > 1 && blocks.at(-1)!.count < least) joinLast(blocks);
  while (blocks.length > 1 && blocks[0]!.count < least) {
    const first = blocks.shift()!;
    const into = blocks[0]!;
    into.count += first.count;
    into.lost += first.lost;
    into.forecasts += first.forecasts;
  }
}
