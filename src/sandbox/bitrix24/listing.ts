import type { Query } from "./filter.ts";
import type { Table } from "./table.ts";

export const PAGE = 50;

export interface Page<R> {
  rows: R[];
  total: number;
  next?: number;
  /** rows that had to be looked at, for the cost of counting */
  counted: number;
}

export interface Sort<R> {
  get(row: R): unknown;
  down: boolean;
}

function comparator<R extends { id: number }>(sorts: readonly Sort<R>[]): (a: R, b: R) => number {
  return (a, b) => {
    for (const sort of sorts) {
      const left = sort.get(a) as string | number | null | undefined;
      const right = sort.get(b) as string | number | null | undefined;
      if (left === right) continue;
      if (left === null || left === undefined) return sort.down ? 1 : -1;
      if (right === null || right === undefined) return sort.down ? -1 : 1;
      return left < right === sort.down ? 1 : -1;
    }
    return a.id - b.id;
  };
}

function* candidates<R extends { id: number }>(table: Table<R>, query: Query<R>): Generator<R> {
  if (query.ids === null) {
    yield* table.after(query.afterId);
    return;
  }
  for (const id of [...new Set(query.ids)].sort((a, b) => a - b)) {
    const row = table.get(id);
    if (row && row.id > query.afterId) yield row;
  }
}

/**
 * One page of 50, as the vendor's lists do it. `start` -1 skips the count (total 0, no `next`); otherwise the whole match is counted.
 * `sorts` null = by rising id.
 */
export function page<R extends { id: number }>(
  table: Table<R>,
  query: Query<R>,
  sorts: readonly Sort<R>[] | null,
  start: number,
  visible: (row: R) => boolean,
): Page<R> {
  const uncounted = start < 0;
  const offset = uncounted ? 0 : start;
  const rows: R[] = [];
  let total = 0;
  if (sorts === null) {
    for (const row of candidates(table, query)) {
      if (!query.test(row) || !visible(row)) continue;
      if (total >= offset && rows.length < PAGE) rows.push(row);
      total++;
      if (uncounted && rows.length === PAGE) break;
    }
  } else {
    const all: R[] = [];
    for (const row of candidates(table, query)) if (query.test(row) && visible(row)) all.push(row);
    all.sort(comparator(sorts));
    total = all.length;
    rows.push(...all.slice(offset, offset + PAGE));
  }
  if (uncounted) return { rows, total: 0, counted: 0 };
  const more = offset + PAGE < total;
  return { rows, total, counted: total, ...(more ? { next: offset + PAGE } : {}) };
}
