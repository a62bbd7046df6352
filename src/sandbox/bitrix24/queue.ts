import type { Clock } from "../clock.ts";
import type { DeliveryFault } from "../faults.ts";
import type { DeliveryRecord } from "./types.ts";

export interface Parcel {
  portal: string;
  /** event name, or `robot:CODE` */
  event: string;
  url: string;
  /** made when it leaves the queue, so that `ts` and tokens are of that moment; null = it is no longer to be sent */
  body: (nowMs: number) => string | null;
}

interface Entry extends Parcel {
  at: number;
  asked: boolean;
}

export interface QueueWiring {
  clock: Clock;
  deliver: (request: Request) => Promise<Response>;
  fault: () => DeliveryFault | null;
  delayMs: number;
}

/** The vendor's queue server: sends once, later, and forgets. A time-out or a status other than 2xx loses the event for good. */
export class Queue {
  readonly sent: DeliveryRecord[] = [];
  #wiring: QueueWiring;
  #entries: Entry[] = [];
  #head = 0;
  #armedAt = Number.POSITIVE_INFINITY;
  #draining = false;

  constructor(wiring: QueueWiring) {
    this.#wiring = wiring;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#entries.length - this.#head;
  }

  push(parcel: Parcel, delayMs: number): void {
    this.#insert({ ...parcel, at: this.#wiring.clock.now() + delayMs, asked: false });
  }

  #insert(entry: Entry): void {
    let at = this.#entries.length;
    while (at > this.#head && this.#entries[at - 1]!.at > entry.at) at--;
    this.#entries.splice(at, 0, entry);
    this.#arm();
  }

  #arm(): void {
    const next = this.#entries[this.#head];
    if (!next || this.#draining || next.at >= this.#armedAt) return;
    this.#armedAt = next.at;
    this.#wiring.clock.after(next.at - this.#wiring.clock.now(), () => this.#drain());
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    this.#armedAt = Number.POSITIVE_INFINITY;
    try {
      for (;;) {
        const entry = this.#entries[this.#head];
        if (!entry || entry.at > this.#wiring.clock.now()) break;
        this.#head++;
        if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
          this.#entries.splice(0, this.#head);
          this.#head = 0;
        }
        await this.#handle(entry);
      }
    } finally {
      this.#draining = false;
    }
    this.#arm();
  }

  async #handle(entry: Entry): Promise<void> {
    const fault = entry.asked ? null : this.#wiring.fault();
    const now = this.#wiring.clock.now();
    if (fault === "drop") {
      this.sent.push({ at: now, portal: entry.portal, event: entry.event, url: entry.url, status: 0 });
      return;
    }
    if (fault === "delay") {
      this.#insert({ ...entry, at: now + this.#wiring.delayMs, asked: true });
      return;
    }
    if (fault === "reorder") {
      const follower = this.#entries[this.#head];
      this.#insert({ ...entry, at: (follower ? Math.max(now, follower.at) : now) + 1000, asked: true });
      return;
    }
    if (fault === "double") this.#insert({ ...entry, at: now + 1000, asked: true });
    await this.#send(entry, now);
  }

  async #send(entry: Entry, now: number): Promise<void> {
    const body = entry.body(now);
    if (body === null) return;
    const record = { at: now, portal: entry.portal, event: entry.event, url: entry.url, status: 0 };
    this.sent.push(record);
    try {
      const response = await this.#wiring.deliver(
        new Request(entry.url, {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": "Bitrix24 Webhook Engine" },
          body,
        }),
      );
      record.status = response.status;
      await response.arrayBuffer();
    } catch {
      record.status = 0;
    }
  }
}
