/** How much of a long work is done between two breaths. */
import type { Engine } from "./engine.ts";

/** Work of one slice, ms. What it wrote is committed on top of that, and together they stay under 20 ms. */
const WORK_MS = 8;
/** The part of it that the next slice is made for. */
const AIM_MS = 7;

export interface PaceBounds {
  /** how many the first slice takes, and any at most */
  first: number;
  most: number;
  /** how many are done between two looks at the clock: a look costs a microsecond */
  lookEvery: number;
}

/**
 * The slice of a long work: it ends when its time is over, and the next one begins as small or as large as this one turned out. Where
 * nothing tells the time while it passes (Workers), the number alone is the bound.
 */
export class Pace {
  readonly #worked: () => number;
  readonly #most: number;
  readonly #lookEvery: number;
  #size: number;
  #startedAt = 0;

  constructor(engine: Pick<Engine, "worked">, { first, most, lookEvery }: PaceBounds) {
    this.#worked = () => engine.worked?.() ?? 0;
    this.#most = most;
    this.#lookEvery = lookEvery;
    this.#size = Math.min(first, most);
  }

  /** Begins a slice. @returns how many it may take */
  begin(left: number): number {
    this.#startedAt = this.#worked();
    return Math.min(this.#size, left);
  }

  /** Is the time of this slice over? One is done in any case. @param done how many it took so far */
  isOver(done: number): boolean {
    return done % this.#lookEvery === 0 && this.#worked() - this.#startedAt >= WORK_MS;
  }

  /** @param done how many it took */
  end(done: number): void {
    const spent = this.#worked() - this.#startedAt;
    const fitting = spent > 0 ? Math.floor((done * AIM_MS) / spent) : this.#most;
    this.#size = Math.max(1, Math.min(fitting, 2 * this.#size, this.#most));
  }
}
