/**
 * What a Bitrix24 portal may still be asked (facts sheet section 5): a leaky bucket of requests per portal and caller, and
 * seconds of run time (`operating`) per method in ten one-minute baskets. Pure: time is handed in.
 */
import { Bucket } from "../budget.ts";
import { CrmFailure } from "../failure.ts";
import type { BudgetLeft } from "../port.ts";

/** How often a method runs in one request. */
export type Load = ReadonlyMap<string, number>;

/** Standard plans drain 2/s from a bucket of 50; a burst of 20 leaves room for the portal's other apps behind the same address. */
const STANDARD = { burst: 20, perSecond: 2 };
/** Enterprise drains 5/s from a bucket of 250. */
const ENTERPRISE = { burst: 100, perSecond: 5 };

/** The documentation's figure; the cloud's real one is "set by configuration", so an earlier refusal lowers it. */
const OPERATING_LIMIT_S = 480;
const MINUTE_MS = 60_000;
const BASKETS = 10;
/** Share of the limit that is planned for; the rest covers that costs vary from command to command. */
const PLANNED_SHARE = 0.99;
/** Assumed cost of a command before one was seen, seconds: a list in the documentation's samples takes 0.1–0.25 s. */
const FIRST_COST_S = 0.2;
/** Wait after a refusal whose reset time was never told, ms. */
const BLIND_PAUSE_MS = 60_000;

/** Run time of one method, as far as the portal has told. */
class Meter {
  /** minute number → seconds spent in it */
  readonly #baskets = new Map<number, number>();
  #costS = FIRST_COST_S;
  #limitS = OPERATING_LIMIT_S;
  #toldS: number | null = null;
  #parkedUntil = 0;
  /** commands under way, whose cost was not told yet */
  #underWay = 0;

  begin(count: number): void {
    this.#underWay += count;
  }

  end(count: number): void {
    this.#underWay = Math.max(0, this.#underWay - count);
  }

  spentS(nowMs: number): number {
    const oldest = Math.floor(nowMs / MINUTE_MS) - BASKETS;
    let sum = 0;
    for (const [minute, seconds] of this.#baskets) {
      if (minute <= oldest) this.#baskets.delete(minute);
      else sum += seconds;
    }
    return sum;
  }

  /** The portal told what its window holds after `count` more commands. The window may hold what another process of ours spent. */
  told(operatingS: number, resetAtMs: number | null, count: number, nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    const missing = operatingS - this.spentS(nowMs);
    if (missing > 0) {
      if (this.#toldS === null) this.#spread(missing, resetAtMs, minute);
      else this.#add(minute, missing);
      const each = missing / Math.max(1, count);
      if (this.#toldS !== null || missing < OPERATING_LIMIT_S / 10)
        this.#costS = each > this.#costS ? each : this.#costS * 0.9 + each * 0.1;
    } else this.#forget(-missing);
    this.#toldS = operatingS;
  }

  /** Seconds that were spent before we looked lie somewhere between the oldest basket and now. */
  #spread(seconds: number, resetAtMs: number | null, minute: number): void {
    const first =
      resetAtMs === null
        ? minute
        : Math.min(minute, Math.max(minute - BASKETS + 1, Math.floor(resetAtMs / MINUTE_MS) - BASKETS));
    const share = seconds / (minute - first + 1);
    for (let at = first; at <= minute; at += 1) this.#add(at, share);
  }

  #add(minute: number, seconds: number): void {
    this.#baskets.set(minute, (this.#baskets.get(minute) ?? 0) + seconds);
  }

  #forget(seconds: number): void {
    let left = seconds;
    for (const minute of [...this.#baskets.keys()].sort((a, b) => a - b)) {
      const held = this.#baskets.get(minute)!;
      const off = Math.min(held, left);
      this.#baskets.set(minute, held - off);
      left -= off;
      if (left <= 0) return;
    }
  }

  /** The portal refused: nothing of this method before a basket has left the window. */
  refused(nowMs: number): number {
    const spent = this.spentS(nowMs);
    if (this.#toldS !== null && spent > 1) this.#limitS = Math.min(this.#limitS, spent);
    const oldest = Math.min(...this.#baskets.keys(), Infinity);
    const leaves = (oldest + BASKETS) * MINUTE_MS;
    this.#parkedUntil = Number.isFinite(leaves) && leaves > nowMs ? leaves : nowMs + BLIND_PAUSE_MS;
    return this.#parkedUntil;
  }

  /** The earliest moment at which `count` commands fit, epoch ms. An empty window takes any number. */
  readyAt(count: number, nowMs: number): number {
    let at = Math.max(nowMs, this.#parkedUntil);
    const room = this.#limitS * PLANNED_SHARE - (count + this.#underWay) * this.#costS;
    for (let step = 0; step <= BASKETS; step += 1) {
      const spent = this.#spentAt(at);
      if ((spent <= 0 && this.#underWay === 0) || spent <= room) return at;
      at = (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS;
    }
    return at;
  }

  #spentAt(atMs: number): number {
    const oldest = Math.floor(atMs / MINUTE_MS) - BASKETS;
    let sum = 0;
    for (const [minute, seconds] of this.#baskets) if (minute > oldest) sum += seconds;
    return sum;
  }

  leftS(nowMs: number): number {
    return Math.max(0, this.#limitS - this.spentS(nowMs));
  }
}

/** The limits of one portal. Every request goes through `take`; every answer is told to `told`. */
export class Limits {
  #rate: Bucket;
  #enterprise = false;
  readonly #meters = new Map<string, Meter>();
  #refusals = 0;

  constructor(nowMs: number) {
    this.#rate = new Bucket(STANDARD, nowMs);
  }

  /** The plan became known: what was left of the old bucket is in the new one. */
  setEnterprise(enterprise: boolean, nowMs: number): void {
    if (enterprise === this.#enterprise) return;
    this.#enterprise = enterprise;
    const options = enterprise ? ENTERPRISE : STANDARD;
    this.#rate = new Bucket(options, nowMs - (this.#rate.left(nowMs) / options.perSecond) * 1000);
  }

  /** The earliest moment at which a request with this load may go out, epoch ms. */
  readyAt(load: Load, nowMs: number, requests = 1): number {
    let at = this.#rate.readyAt(requests, nowMs);
    for (const [method, count] of load) at = Math.max(at, this.#meters.get(method)?.readyAt(count, nowMs) ?? 0);
    return at;
  }

  /** @throws CrmFailure `limited` when `requests` requests with this load in each cannot go out now */
  require(load: Load, nowMs: number, requests = 1): void {
    const at = this.readyAt(load, nowMs, requests);
    if (at > nowMs)
      throw new CrmFailure("limited", "The portal's limits leave no room for this call yet.", {
        code: "OWN_LIMIT",
        retryAt: at,
      });
  }

  /**
   * Counts one request that goes out now, and its load as under way until the returned function is called.
   * @throws CrmFailure `limited`, and counts nothing, when it may not
   */
  take(load: Load, nowMs: number): () => void {
    this.require(load, nowMs);
    this.#rate.take(nowMs);
    for (const [method, count] of load) this.#meter(method).begin(count);
    return () => {
      for (const [method, count] of load) this.#meter(method).end(count);
    };
  }

  /** A second request for the same call: after a redirect or a renewed token. It goes out in any case and is counted. */
  takeAgain(nowMs: number): void {
    this.#rate.take(nowMs);
  }

  told(method: string, operatingS: number, resetAtMs: number | null, count: number, nowMs: number): void {
    this.#refusals = 0;
    this.#meter(method).told(operatingS, resetAtMs, count, nowMs);
  }

  /** 503 QUERY_LIMIT_EXCEEDED: back off, longer each time in a row. @returns when to go on, epoch ms */
  rateRefused(nowMs: number, chance: number): number {
    const wait = Math.min(60_000, 2_000 * 2 ** this.#refusals);
    this.#refusals += 1;
    const until = nowMs + Math.round(wait * (1 + chance / 2));
    this.#rate.park(until);
    return until;
  }

  /** 429 OPERATION_TIME_LIMIT: this method waits, the others go on. @returns when it goes on, epoch ms */
  methodRefused(method: string, nowMs: number): number {
    return this.#meter(method).refused(nowMs);
  }

  #meter(method: string): Meter {
    const known = this.#meters.get(method);
    if (known) return known;
    const meter = new Meter();
    this.#meters.set(method, meter);
    return meter;
  }

  /** Nothing at all goes out before `untilMs`: the portal is blocked by hand. */
  block(untilMs: number): void {
    this.#rate.park(untilMs);
  }

  left(nowMs: number): BudgetLeft[] {
    const rate = { limit: "requests", left: this.#rate.left(nowMs), readyAt: this.#rate.readyAt(1, nowMs) };
    const methods = [...this.#meters].map(([method, meter]) => ({
      limit: `operating seconds of ${method}`,
      left: Math.floor(meter.leftS(nowMs)),
      readyAt: meter.readyAt(1, nowMs),
    }));
    return [rate, ...methods];
  }
}
