/** At most `limit` calls in any stretch of `lengthMs`: the exact rolling window, not a bucket. */
export class RollingWindow {
  readonly limit: number;
  readonly lengthMs: number;
  readonly #times: Float64Array;
  #next = 0;

  constructor(limit: number, lengthMs: number) {
    this.limit = limit;
    this.lengthMs = lengthMs;
    this.#times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  }

  /** Counts a call at `now`; false, and nothing counted, when the window is full. */
  take(now: number): boolean {
    if (this.#times[this.#next]! > now - this.lengthMs) return false;
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.limit;
    return true;
  }

  /** Calls that would still pass at `now`. */
  remaining(now: number): number {
    let left = 0;
    for (const time of this.#times) if (time <= now - this.lengthMs) left++;
    return left;
  }
}
