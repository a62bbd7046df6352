/** Time as the sandbox sees it. Instants are milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Runs `job` once, `delayMs` from now. */
  after(delayMs: number, job: () => void | Promise<void>): void;
}

interface Timer {
  at: number;
  order: number;
  job: () => void | Promise<void>;
}

/** A clock that stands still until it is moved; jobs run in order of time, then of arming, and are awaited. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, job: () => void | Promise<void>): void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, job };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timers[middle]!.at <= timer.at) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }

  /** When the next job is due, or null when none is armed. */
  nextAt(): number | null {
    return this.#timers[0]?.at ?? null;
  }

  /** Moves time to `instantMs`, running every job that falls due on the way. Never moves back. */
  async advanceTo(instantMs: number): Promise<void> {
    for (;;) {
      const timer = this.#timers[0];
      if (!timer || timer.at > instantMs) break;
      this.#timers.shift();
      this.#now = Math.max(this.#now, timer.at);
      await timer.job();
    }
    this.#now = Math.max(this.#now, instantMs);
  }

  /** Time goes by, and jobs that fall due are late: they run when the clock is moved next. */
  pass(ms: number): void {
    this.#now += ms;
  }

  advance(byMs: number): Promise<void> {
    return this.advanceTo(this.#now + byMs);
  }
}

/** The machine's own clock, for `npm start`. Armed jobs do not keep the process alive. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, job) {
      const timer = setTimeout(() => void job(), delayMs) as unknown as { unref?: () => void };
      timer.unref?.();
    },
  };
}
