/**
 * Long work over many rows, in portions: it yields after each, so that whoever drives it may let others go first. The numbers do not depend on
 * where it is cut. Inner work yields how many rows it has just seen, `gathered` makes portions of a few milliseconds of it.
 */

/** Rows worked on between two yields: a few milliseconds where a row is a step of a fit. */
export const PORTION = 4_000;
/** Rows that are never parted. */
const PIECE = 1_000;

/** Runs to the end in one go, for callers that nobody waits beside. */
export function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Yields once for every `most` rows that were seen, however small the steps are. */
export function* gathered<T>(steps: Generator<number, T>, most = PORTION): Generator<null, T> {
  let seen = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    seen += step.value;
    if (seen < most) continue;
    seen = 0;
    yield null;
  }
}

/** The list in pieces, in order. */
export function* piecesOf<T>(list: readonly T[], size = PIECE): Generator<readonly T[], void> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** So many numbers from 0 on in pieces, in order: each from … to before. */
export function* rangesOf(count: number, size = PIECE): Generator<readonly [from: number, to: number], void> {
  for (let from = 0; from < count; from += size) yield [from, Math.min(count, from + size)];
}

/** As `filter`. */
export function* filterSteps<T>(list: readonly T[], is: (one: T, index: number) => boolean): Generator<number, T[]> {
  const kept: T[] = [];
  let index = 0;
  for (const piece of piecesOf(list)) {
    for (const one of piece) if (is(one, index++)) kept.push(one);
    yield piece.length;
  }
  return kept;
}

/** As `map`. */
export function* mapSteps<T, R>(
  list: readonly T[],
  of: (one: T, index: number) => R,
  size = PIECE,
): Generator<number, R[]> {
  const out: R[] = [];
  for (const piece of piecesOf(list, size)) {
    for (const one of piece) out.push(of(one, out.length));
    yield piece.length;
  }
  return out;
}

/** As `toSorted`: pieces are sorted, then merged two by two. */
export function* sortSteps<T>(list: readonly T[], compare: (a: T, b: T) => number): Generator<number, T[]> {
  let runs: T[][] = [];
  for (const piece of piecesOf(list)) {
    runs.push(piece.toSorted(compare));
    yield piece.length;
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) longer.push(yield* mergeSteps(runs[i]!, runs[i + 1] ?? [], compare));
    runs = longer;
  }
  return runs[0] ?? [];
}

function* mergeSteps<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): Generator<number, T[]> {
  const out: T[] = [];
  let [i, j] = [0, 0];
  while (out.length < a.length + b.length) {
    const isFirst = j >= b.length || (i < a.length && compare(a[i]!, b[j]!) <= 0);
    out.push(isFirst ? a[i++]! : b[j++]!);
    if (out.length % PIECE === 0) yield PIECE;
  }
  return out;
}
