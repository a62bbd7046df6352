/** What a portal may still call, per limit. Pure state machines: time is handed in, nothing sleeps. */

/**
 * A token bucket that keeps every rolling window of a limit: within `windowMs` at most `burst + rate * windowMs` calls go out.
 * It starts empty after a restart, because what went out just before is not remembered.
 */
export interface BucketOptions {
  /** calls that may go out at once */
  burst: number;
  /** calls per second that refill it */
  perSecond: number;
}

export class Bucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens = 0;
  #at: number;
  #parkedUntil = 0;

  constructor(options: BucketOptions, nowMs: number) {
    this.#burst = options.burst;
    this.#perMs = options.perSecond / 1000;
    this.#at = nowMs;
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#at) {
      this.#at = Math.min(this.#at, nowMs);
      return;
    }
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#at) * this.#perMs);
    this.#at = nowMs;
  }

  /** Calls that could go out at `nowMs`. */
  left(nowMs: number): number {
    this.#refill(nowMs);
    return nowMs < this.#parkedUntil ? 0 : Math.floor(this.#tokens + 1e-9);
  }

  /** The earliest moment at which `calls` calls may go out together, epoch ms. More than the burst counts as the burst. */
  readyAt(calls: number, nowMs: number): number {
    this.#refill(nowMs);
    const missing = Math.min(calls, this.#burst) - this.#tokens;
    const filledAt = missing <= 1e-9 ? nowMs : nowMs + Math.ceil(missing / this.#perMs);
    return Math.max(filledAt, this.#parkedUntil);
  }

  /** Counts one call that goes out now. Returns false, and counts nothing, when it may not. */
  take(nowMs: number): boolean {
    if (this.left(nowMs) < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** The CRM said "too many": nothing goes out before `untilMs`. */
  park(untilMs: number): void {
    this.#parkedUntil = Math.max(this.#parkedUntil, untilMs);
    this.#tokens = 0;
  }
}
