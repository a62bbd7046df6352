/** HubSpot's numbers in one place: version, batch sizes, rate limits. Section numbers are those of the facts sheet. */
import { Bucket, type BucketOptions } from "../budget.ts";
import { CrmFailure } from "../failure.ts";
import type { BudgetLeft } from "../port.ts";

/** Dated API version of every path (1). Each is supported for 18 months. */
export const API_VERSION = "2026-09";

/** Inputs of one object batch call (4.3). */
export const OBJECT_BATCH = 100;
/** Inputs of a batch read that asks for property history: the documentation allows half a batch. */
export const HISTORY_BATCH = 50;
/** Inputs of one associations batch read (4.3); batch create takes 2,000. */
export const ASSOCIATION_BATCH = 1000;
/** Results of one search page (4.3). */
export const SEARCH_PAGE = 200;
/** Owners of one page (5.8). */
export const OWNER_PAGE = 100;
/** Longest value of a text property (7). */
export const LONGEST_TEXT = 65_536;

export type LimitName = "general" | "search" | "associations";
/** Calls that something needs, per limit. */
export type Needs = Readonly<Partial<Record<LimitName, number>>>;

/**
 * What we allow ourselves. A bucket lets at most `burst + perSecond * window` calls go out in any window:
 * - general: 110 per 10 s per installing account (4.1); 10 + 98 = 108
 * - search: 5 per second per account, shared with every other app (4.1); 1 + 4 = 5
 * - associations: 100 per 10 s on the smaller plans (4.1), and the API does not say which plan it is; 6 + 92 = 98
 */
export const BUDGETS: Readonly<Record<LimitName, BucketOptions>> = {
  general: { burst: 10, perSecond: 9.8 },
  search: { burst: 1, perSecond: 4 },
  associations: { burst: 6, perSecond: 9.2 },
};

const LIMIT_NAMES = Object.keys(BUDGETS) as LimitName[];

/** The budgets of one portal. Starts empty: what went out before a restart is not remembered. */
export class Budgets {
  readonly #buckets: Readonly<Record<LimitName, Bucket>>;

  constructor(nowMs: number) {
    this.#buckets = {
      general: new Bucket(BUDGETS.general, nowMs),
      search: new Bucket(BUDGETS.search, nowMs),
      associations: new Bucket(BUDGETS.associations, nowMs),
    };
  }

  /** The earliest moment at which all of `needs` may go out together, epoch ms. */
  readyAt(needs: Needs, nowMs: number): number {
    let at = nowMs;
    for (const name of LIMIT_NAMES) {
      const calls = needs[name] ?? 0;
      if (calls > 0) at = Math.max(at, this.#buckets[name].readyAt(calls, nowMs));
    }
    return at;
  }

  /** @throws CrmFailure `limited`, with nothing counted, when not all of `needs` may go out now */
  check(needs: Needs, nowMs: number): void {
    const retryAt = this.readyAt(needs, nowMs);
    if (retryAt > nowMs) throw ownLimit(retryAt);
  }

  /** Counts one call. @throws CrmFailure `limited`, with nothing counted, when it may not go out now */
  take(name: LimitName, nowMs: number): void {
    if (!this.#buckets[name].take(nowMs)) throw ownLimit(this.#buckets[name].readyAt(1, nowMs));
  }

  /** HubSpot said "too many": nothing more of this kind before `untilMs`. */
  park(name: LimitName, untilMs: number): void {
    this.#buckets[name].park(untilMs);
  }

  /** Calls of one kind that may go out now. */
  leftOf(name: LimitName, nowMs: number): number {
    return this.#buckets[name].left(nowMs);
  }

  left(nowMs: number): BudgetLeft[] {
    return LIMIT_NAMES.map((limit) => ({
      limit,
      left: this.#buckets[limit].left(nowMs),
      readyAt: this.#buckets[limit].readyAt(1, nowMs),
    }));
  }
}

function ownLimit(retryAt: number): CrmFailure {
  return new CrmFailure("limited", "Our own budget for this portal is used up for the moment; nothing was sent.", {
    code: "OWN_BUDGET",
    retryAt,
  });
}
