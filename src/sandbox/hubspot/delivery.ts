import type { Clock } from "../clock.ts";
import type { Faults } from "../faults.ts";
import type { HubEvent } from "./events.ts";
import { signV1, signV3 } from "./signature.ts";

export interface DeliveryWiring {
  clock: Clock;
  random: () => number;
  secret: string;
  url: string;
  deliver: (request: Request) => Promise<Response>;
  faults: () => Faults | undefined;
  maxConcurrentRequests: number;
  batchWindowMs: number;
  mixPortals: boolean;
}

export interface DeliveryCounts {
  /** requests sent, retries included */
  requests: number;
  events: number;
  retries: number;
  /** events given up after the last retry */
  lost: number;
}

const ARRAY_LIMIT = 100;
const TIMEOUT_MS = 5_000;
const MINUTE = 60_000;
/** waits between attempts: ten retries within 24 hours, shortened by up to a fifth */
const RETRY_WAITS = [1, 5, 15, 30, 60, 120, 180, 240, 360, 420].map((minutes) => minutes * MINUTE);

interface Lane {
  waiting: HubEvent[];
  batches: { events: HubEvent[]; attempt: number }[];
  inFlight: number;
  armed: boolean;
}

/** Gathers events for a moment, sends them in arrays of up to 100, retries what was not answered 2xx (facts sheet 3.2, 3.3). */
export class Deliveries {
  readonly counts: DeliveryCounts = { requests: 0, events: 0, retries: 0, lost: 0 };
  readonly #wiring: DeliveryWiring;
  readonly #lanes = new Map<number, Lane>();
  #seen = 0;

  constructor(wiring: DeliveryWiring) {
    this.#wiring = wiring;
  }

  push(event: HubEvent): void {
    const { clock } = this.#wiring;
    const faults = this.#wiring.faults();
    const fault = faults?.delivery?.(++this.#seen) ?? null;
    const lane = this.#lane(event.portalId);
    if (fault === "drop") return;
    if (fault === "delay") {
      clock.after(faults?.delayMs ?? 60_000, () => this.#add(lane, event));
      return;
    }
    this.#add(lane, event, fault === "reorder");
    if (fault === "double") this.#add(lane, event);
  }

  /** Events that have not been answered yet. */
  get pending(): number {
    let pending = 0;
    for (const lane of this.#lanes.values()) {
      pending += lane.waiting.length + lane.inFlight;
      for (const batch of lane.batches) pending += batch.events.length;
    }
    return pending;
  }

  #lane(portalId: number): Lane {
    const key = this.#wiring.mixPortals ? 0 : portalId;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = { waiting: [], batches: [], inFlight: 0, armed: false };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #add(lane: Lane, event: HubEvent, first = false): void {
    if (first) lane.waiting.unshift(event);
    else lane.waiting.push(event);
    if (lane.armed) return;
    lane.armed = true;
    this.#wiring.clock.after(this.#wiring.batchWindowMs, () => {
      lane.armed = false;
      const events = lane.waiting;
      lane.waiting = [];
      for (let index = 0; index < events.length; index += ARRAY_LIMIT) {
        lane.batches.push({ events: events.slice(index, index + ARRAY_LIMIT), attempt: 0 });
      }
      return this.#pump(lane);
    });
  }

  /** Sends as much at a time as the app allows, until nothing waits. Signs one after the other, so that the order is the same in every run. */
  async #pump(lane: Lane): Promise<void> {
    const sent: Promise<void>[] = [];
    while (lane.batches.length > 0 && lane.inFlight < this.#wiring.maxConcurrentRequests) {
      const batch = lane.batches.shift()!;
      lane.inFlight++;
      const request = await this.#request(batch.events, batch.attempt);
      sent.push(
        answeredInTime(this.#wiring.clock, this.#wiring.deliver, request).then((accepted) => {
          lane.inFlight--;
          if (!accepted) this.#retry(lane, batch.events, batch.attempt);
          return this.#pump(lane);
        }),
      );
    }
    await Promise.all(sent);
  }

  #retry(lane: Lane, events: HubEvent[], attempt: number): void {
    const wait = RETRY_WAITS[attempt];
    if (wait === undefined) {
      this.counts.lost += events.length;
      return;
    }
    this.counts.retries++;
    this.#wiring.clock.after(Math.round(wait * (1 - 0.2 * this.#wiring.random())), () => {
      lane.batches.push({ events, attempt: attempt + 1 });
      return this.#pump(lane);
    });
  }

  async #request(events: readonly HubEvent[], attempt: number): Promise<Request> {
    const { clock, secret, url } = this.#wiring;
    const body = JSON.stringify(attempt === 0 ? events : events.map((event) => ({ ...event, attemptNumber: attempt })));
    const timestamp = clock.now();
    const headers = {
      "content-type": "application/json",
      "user-agent": "HubSpot Connect 2.0 (sandbox)",
      "x-hubspot-signature-v3": await signV3(secret, "POST", url, body, timestamp),
      "x-hubspot-request-timestamp": String(timestamp),
      "x-hubspot-signature": await signV1(secret, body),
      "x-hubspot-signature-version": "v1",
    };
    this.counts.requests++;
    this.counts.events += events.length;
    return new Request(url, { method: "POST", headers, body });
  }
}

/**
 * True for a 2xx within five seconds. Measured on the sandbox's clock, and for an answer that never comes on the
 * machine's own.
 */
async function answeredInTime(clock: Clock, deliver: DeliveryWiring["deliver"], request: Request): Promise<boolean> {
  const startedAt = clock.now();
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const timeout = new Promise<false>((resolve) => {
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
  try {
    const answer = deliver(new Request(request, { signal })).then(async (response) => {
      // whoever answered may have read the body already
      await response.body?.cancel().catch(() => undefined);
      return response.ok && clock.now() - startedAt <= TIMEOUT_MS;
    });
    return await Promise.race([answer, timeout]);
  } catch {
    return false;
  }
}
