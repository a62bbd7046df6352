/** What goes wrong, by level: on the way of events, on calls, and with the machine. */
import type { CallFault, CallSeen, DeliveryFault, Faults } from "../../src/sandbox/faults.ts";
import { VENDORS, type VendorName } from "../../test/support/world.ts";
import type { Chance } from "./chance.ts";
import type { Tally } from "./tally.ts";

const DELIVERY: readonly DeliveryFault[] = ["drop", "double", "delay", "reorder"];
const CALL: readonly CallFault[] = ["limited", "unavailable", "cut-before", "cut-after", "late-write"];
/** How much of everything goes wrong on a bad day. */
const BAD_EVENTS = 0.2;
const BAD_CALLS = [0.02, 0.1, 0.3] as const;

/** On every runtime. */
const DISASTERS = ["kill", "jump", "restore", "disk", "move", "clock"];

export class Weather {
  readonly #chance: Chance;
  readonly #level: number;
  readonly #tally: Tally;
  readonly #disasters: readonly string[];
  readonly #disasterChance: Chance;
  /** faults of calls that are possible now, and how often they come */
  #kinds: readonly CallFault[] = [];
  #rate = 0;
  #isCalm = true;
  /** calls answered "over a limit" by the dial, and not by the CRM's own count, by dial */
  readonly limited = { hubspot: 0, bitrix24: 0 };
  /** writes that land later than they were counted, and clocks that were set: the CRM's limits may be met through no doing of ours */
  late = 0;

  /** @param disasters their own stream, and those that only this runtime knows */
  constructor(chance: Chance, level: number, tally: Tally, disasters: { chance: Chance; own: readonly string[] }) {
    this.#chance = chance;
    this.#disasterChance = disasters.chance;
    this.#disasters = [...DISASTERS, ...disasters.own];
    this.#tally = tally;
    this.#level = level;
  }

  /** Another day; one in three has good calls. */
  newDay(): void {
    this.#isCalm = false;
    const isBad = this.#level >= 2 && !this.#chance.is(1 / 3);
    this.#kinds = isBad ? CALL.filter(() => this.#chance.is(0.5)) : [];
    this.#rate = this.#chance.of(BAD_CALLS)!;
  }

  /** Everything works, so that what is left over is ours. */
  calm(): void {
    this.#isCalm = true;
  }

  /** An admin who installs tries until it works: meanwhile nothing goes wrong. */
  async spare(work: () => Promise<void>): Promise<void> {
    const wasCalm = this.#isCalm;
    this.#isCalm = true;
    await work();
    this.#isCalm = wasCalm;
  }

  /** A disaster for today, or none: one day in three has one. */
  disaster(): string | null {
    if (this.#level < 3 || !this.#disasterChance.is(1 / 3)) return null;
    return this.#disasterChance.of(this.#disasters)!;
  }

  /** Sets the dials of both sandboxes. */
  setOn(dials: Readonly<Record<VendorName, Faults>>): void {
    for (const vendor of VENDORS) {
      dials[vendor].delivery = () => this.#delivery();
      dials[vendor].call = (call) => this.#call(call, vendor);
    }
  }

  #delivery(): DeliveryFault | null {
    if (this.#isCalm || this.#level < 1 || !this.#chance.is(BAD_EVENTS)) return null;
    const kind = this.#chance.of(DELIVERY)!;
    this.#tally.add(`event: ${kind}`);
    return kind;
  }

  #call({ write }: CallSeen, vendor: VendorName): CallFault | null {
    if (this.#isCalm || this.#kinds.length === 0 || !this.#chance.is(this.#rate)) return null;
    const kind = this.#chance.of(this.#kinds)!;
    if (kind === "late-write" && !write) return null;
    this.#tally.add(`call: ${kind}`);
    if (kind === "limited") this.limited[vendor] += 1;
    if (kind === "late-write") this.late += 1;
    return kind;
  }
}
