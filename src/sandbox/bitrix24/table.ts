import type { Row } from "./types.ts";

/** Rows by id, with ids in rising order for keyset listing. Deleted ids leave the order lazily. */
export class Table<R extends { id: number } = Row> {
  readonly rows = new Map<number, R>();
  #ids: number[] = [];
  #lastId: number;

  constructor(firstId = 1) {
    this.#lastId = firstId - 1;
  }

  nextId(): number {
    return ++this.#lastId;
  }

  get(id: number): R | undefined {
    return this.rows.get(id);
  }

  add(row: R): R {
    this.rows.set(row.id, row);
    this.#ids.push(row.id);
    return row;
  }

  delete(id: number): R | undefined {
    const row = this.rows.get(id);
    if (!row) return undefined;
    this.rows.delete(id);
    if (this.#ids.length > 2 * this.rows.size + 64) this.#ids = this.#ids.filter((each) => this.rows.has(each));
    return row;
  }

  get size(): number {
    return this.rows.size;
  }

  /** Rows with id > `afterId`, by rising id. */
  *after(afterId: number): Generator<R> {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle]! <= afterId) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < this.#ids.length; at++) {
      const row = this.rows.get(this.#ids[at]!);
      if (row) yield row;
    }
  }

  all(): R[] {
    return [...this.after(0)];
  }
}
