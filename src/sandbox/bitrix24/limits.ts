import type { Plan } from "./types.ts";

/** Leaky bucket per portal: 2/s with 50, on Enterprise 5/s with 250 (facts sheet section 5). */
export class Bucket {
  readonly drainPerSecond: number;
  readonly size: number;
  #level = 0;
  #at = 0;

  constructor(plan: Plan) {
    this.drainPerSecond = plan === "enterprise" ? 5 : 2;
    this.size = plan === "enterprise" ? 250 : 50;
  }

  /** Takes one request in, or refuses it. */
  admit(now: number): boolean {
    this.#level = Math.max(0, this.#level - ((now - this.#at) / 1000) * this.drainPerSecond);
    this.#at = now;
    if (this.#level + 1 > this.size) return false;
    this.#level++;
    return true;
  }
}

const MINUTE_MS = 60_000;
const BASKETS = 10;

interface Spent {
  /** minute number -> seconds */
  baskets: Map<number, number>;
}

/** The `operating` budget per method: seconds spent in ten baskets of a minute. */
export class Operating {
  readonly limitS: number | null;
  #methods = new Map<string, Spent>();

  /** @param limitS null = off, the default of self-hosted portals */
  constructor(limitS: number | null) {
    this.limitS = limitS;
  }

  /** Seconds spent in the window, and the unix second at which the oldest basket leaves it. */
  read(method: string, now: number): { operatingS: number; resetAtS: number } {
    const minute = Math.floor(now / MINUTE_MS);
    const spent = this.#methods.get(method);
    let total = 0;
    let oldest = minute;
    if (spent) {
      for (const [basket, seconds] of spent.baskets) {
        if (basket <= minute - BASKETS) spent.baskets.delete(basket);
        else {
          total += seconds;
          oldest = Math.min(oldest, basket);
        }
      }
    }
    return { operatingS: Math.round(total * 1e6) / 1e6, resetAtS: (oldest + BASKETS) * 60 };
  }

  /** Whether the next call of the method is refused. */
  exhausted(method: string, now: number): boolean {
    return this.limitS !== null && this.read(method, now).operatingS >= this.limitS;
  }

  charge(method: string, seconds: number, now: number): void {
    const minute = Math.floor(now / MINUTE_MS);
    let spent = this.#methods.get(method);
    if (!spent) {
      spent = { baskets: new Map() };
      this.#methods.set(method, spent);
    }
    spent.baskets.set(minute, (spent.baskets.get(minute) ?? 0) + seconds);
  }
}

/** Seconds of `operating` per command where the method is not in the table. */
export const DEFAULT_COST_S = 0.02;
/** Counting a match costs this much per row; the documentation's sample is 49.9 s for 2.39 million. */
export const COUNT_COST_S = 2.1e-5;

/**
 * Seconds of `operating` per command. Orders of magnitude from the samples in the documentation's `time` blocks; of crm.item.update the only
 * sample is a change of stage with its automation (3.2 s), and another application's 9 to 35 plain writes a second on a portal with the same
 * limit mean 0.02 to 0.09 s.
 */
export const COSTS_S: Record<string, number> = {
  "crm.item.list": 0.15,
  "crm.item.get": 0.03,
  "crm.item.add": 0.25,
  "crm.item.update": 0.08,
  "crm.item.delete": 0.2,
  "crm.item.import": 0.1,
  "crm.item.batchimport": 1.2,
  "crm.item.fields": 0.05,
  "crm.deal.add": 0.25,
  "crm.deal.update": 0.1,
  "crm.deal.list": 0.12,
  "crm.contact.add": 0.2,
  "crm.contact.update": 0.1,
  "crm.contact.list": 0.12,
  "crm.company.add": 0.2,
  "crm.company.update": 0.1,
  "crm.company.list": 0.12,
  "crm.stagehistory.list": 0.1,
  "crm.activity.list": 0.12,
  "crm.timeline.comment.add": 0.06,
  "tasks.task.add": 0.12,
  "tasks.task.update": 0.12,
  "tasks.task.complete": 0.12,
  "tasks.task.delete": 0.12,
  "tasks.task.list": 0.1,
  "tasks.task.get": 0.05,
  "task.checklistitem.add": 0.05,
  "user.get": 0.05,
  "department.get": 0.03,
};
