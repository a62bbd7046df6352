/** A world: many portals of both CRMs, their people, one connector, one clock. The same parameters make the same world. */

import { DAY, HOUR, House, MINUTE } from "../../test/support/house.ts";
import { Killed } from "../../test/support/life.ts";
import { addPortal, type World } from "../../test/support/world.ts";
import { Chance } from "./chance.ts";
import * as check from "./invariants.ts";
import { type Found, INVARIANTS, type Invariant } from "./invariants.ts";
import type { Parameters } from "./parameters.ts";
import { People } from "./people.ts";
import { type Disaster, Weather } from "./weather.ts";

export interface Outcome {
  turns: number;
  calls: number;
  writes: number;
  /** how often each invariant was checked, over all portals */
  checked: Readonly<Record<Invariant, number>>;
  /** which disasters struck, and how often */
  disasters: Readonly<Partial<Record<Disaster, number>>>;
  broken: readonly string[];
}

/** Hours at which people work, UTC. */
const WORK_HOURS = [7, 9, 11, 13, 15] as const;
/** How often changes are listed: rarer than in life, where a quiet day of a portal is half a thousand looks. */
const LIST_EVERY_MS = HOUR;
/** Longer than two listings of changes and two look-ups of what may have arrived. */
const REST_MS = 150 * MINUTE;
/** Rest comes after this many days, and at the end. */
const REST_EVERY = 5;
/** A world that is broken is not looked at for ever. */
const BROKEN_MAX = 25;
const BROKEN_EVENTS = new Set(["turn-failed", "client-undecided", "idle-turn", "wake-in-the-past", "finding-lost"]);
const DISK_FULL = "database or disk is full";
/** Failures that the simulation itself made: a full disk, and the last breath of a process that it killed. */
const STRUCK = [DISK_FULL, "Error: killed"];

interface Place {
  world: World;
  people: People;
  /** installed again at this instant; null: installed now */
  awayUntil: number | null;
  /** an earlier state of its database */
  copy: Buffer | null;
}

export class Simulation {
  readonly #parameters: Parameters;
  readonly #house: House;
  readonly #chance: Chance;
  readonly #weather: Weather;
  readonly #places: Place[] = [];
  readonly #broken: string[] = [];
  readonly #checked = Object.fromEntries(Object.keys(INVARIANTS).map((name) => [name, 0])) as Record<Invariant, number>;
  readonly #disasters: Partial<Record<Disaster, number>> = {};
  #turns = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #killIn = 0;
  #isDiskFull = false;
  #day = 0;
  #seenViolations = 0;
  #seenLimited = 0;
  #logs = "";

  constructor(parameters: Parameters) {
    this.#parameters = parameters;
    const { seed } = parameters;
    this.#chance = new Chance(seed * 7 + 1);
    this.#weather = new Weather(new Chance(seed * 7 + 2), parameters.faults);
    this.#house = new House({
      listEveryMs: LIST_EVERY_MS,
      seed: seed * 7 + 3,
      onStep: (step, when) => {
        if (this.#isDiskFull && step === "commit" && when === "before") throw new Error(DISK_FULL);
        if (this.#killIn > 0 && --this.#killIn === 0) throw new Killed();
      },
    });
    this.#oneByOne();
    this.#weather.setOn(this.#house.faults);
  }

  /** Portals turn one after the other, so that the same seed makes the same world; counts the turns. */
  #oneByOne(): void {
    const { host } = this.#house;
    const turn = host.turn.bind(host);
    host.turn = (id) => {
      this.#turns += 1;
      const made = this.#queue.then(() => turn(id));
      this.#queue = made.catch(() => undefined);
      return made;
    };
  }

  /** @param progress told once per simulated week */
  async run(progress: (line: string) => void): Promise<Outcome> {
    const { days } = this.#parameters;
    await this.#open();
    for (this.#day = 1; this.#day <= days && this.#broken.length < BROKEN_MAX; this.#day++) {
      await this.#liveDay();
      this.#checkDay();
      if (this.#day % REST_EVERY === 0 || this.#day === days) await this.#rest();
      if (this.#day % 7 === 0)
        progress(`day ${this.#day} of ${days}: ${this.#turns} turns, ${this.#broken.length} broken`);
    }
    this.#day = days;
    if (this.#broken.length === 0) await this.#quiet();
    this.#checkNames();
    const outcome = this.#outcome();
    this.#house.close();
    return outcome;
  }

  /** What came out of a world that ended with an error. */
  fellOver(error: unknown): Outcome {
    this.#broken.push(`the world fell over, day ${this.#day}: ${error instanceof Error ? error.stack : String(error)}`);
    const outcome = this.#outcome();
    this.#house.close();
    return outcome;
  }

  #outcome(): Outcome {
    const { hubspot, bitrix24 } = this.#house;
    const rest = bitrix24.calls.filter(({ kind }) => kind === "rest");
    return {
      turns: this.#turns,
      calls: hubspot.calls.total + rest.length,
      writes: hubspot.calls.writes + rest.filter(({ write }) => write).length,
      checked: this.#checked,
      disasters: this.#disasters,
      broken: this.#broken,
    };
  }

  async #open(): Promise<void> {
    const { portals, clients, seed } = this.#parameters;
    for (let n = 0; n < portals; n++) {
      const world = addPortal(this.#house, n % 2 === 0 ? "hubspot" : "bitrix24");
      const people = new People(world, new Chance(seed * 1_009 + n), clients);
      await world.install();
      this.#places.push({ world, people, awayUntil: null, copy: null });
    }
    await this.#runFor(2 * HOUR);
  }

  // ------------------------------------------------------------------ a day

  async #liveDay(): Promise<void> {
    this.#weather.newDay();
    const { clock } = this.#house;
    const midnight = Math.floor(clock.now() / DAY) * DAY;
    const disaster = this.#weather.disaster();
    const disasterHour = this.#chance.of(WORK_HOURS)!;
    const isWeekend = [0, 6].includes(new Date(midnight).getUTCDay());
    for (const hour of WORK_HOURS) {
      await this.#runTo(midnight + hour * HOUR);
      await this.#comeAndGo();
      if (!isWeekend || this.#chance.is(0.2)) for (const { people } of this.#places) people.work();
      if (disaster && hour === disasterHour) await this.#strike(disaster);
    }
    if (this.#parameters.faults >= 3 && this.#chance.is(0.5)) this.#backUp();
    await this.#runTo(midnight + DAY);
    this.#isDiskFull = false;
    this.#killIn = 0;
  }

  /** Rarer things, per portal: the app is removed and comes back, people leave, old customers are imported. */
  async #comeAndGo(): Promise<void> {
    for (const place of this.#places) {
      const { world, people } = place;
      const now = this.#house.clock.now();
      if (place.awayUntil !== null) {
        if (now >= place.awayUntil) await this.#installAgain(place);
      } else if (this.#chance.is(0.006)) {
        if (this.#chance.is(0.5)) world.revoke();
        else world.uninstall();
        place.awayUntil = now + this.#chance.whole(1, 60) * HOUR;
      }
      if (this.#chance.is(0.01)) people.changeStaff();
      if (this.#chance.is(0.005)) people.importOld(this.#parameters.clients);
    }
  }

  async #installAgain(place: Place): Promise<void> {
    await place.world.install();
    place.awayUntil = null;
  }

  #backUp(): void {
    for (const place of this.#places)
      if (place.awayUntil === null && this.#chance.is(0.5)) place.copy = this.#house.files.bytes(place.world.id);
  }

  async #strike(disaster: Disaster): Promise<void> {
    if (disaster === "restore" && this.#places.every(({ copy }) => copy === null)) return;
    this.#disasters[disaster] = (this.#disasters[disaster] ?? 0) + 1;
    switch (disaster) {
      case "kill":
        this.#killIn = this.#chance.whole(1, 400);
        return;
      case "jump":
        await this.#house.clock.advance(this.#chance.whole(1, 240) * MINUTE);
        return;
      case "disk":
        this.#isDiskFull = true;
        await this.#runFor(this.#chance.whole(5, 90) * MINUTE);
        this.#isDiskFull = false;
        return;
      case "restore":
        await this.#restore();
    }
  }

  async #restore(): Promise<void> {
    const place = this.#chance.of(this.#places.filter(({ copy, awayUntil }) => copy !== null && awayUntil === null));
    if (!place) return;
    this.#house.restore(place.world.id, place.copy!);
    this.#oneByOne();
    // Its refresh token may have been used since: an administrator opens the application.
    await place.world.install();
  }

  // ------------------------------------------------------------------ time

  #runFor(ms: number): Promise<void> {
    return this.#runTo(this.#house.clock.now() + ms);
  }

  async #runTo(until: number): Promise<void> {
    const { clock } = this.#house;
    while (clock.now() < until) {
      try {
        await this.#house.run(until);
      } catch (error) {
        if (!this.#isDiskFull || !String(error).includes(DISK_FULL)) throw error;
        await clock.advance(MINUTE);
      }
      if (!this.#house.isDead) continue;
      await clock.advance(this.#chance.whole(5, 3_600) * 1_000);
      this.#house.start();
      this.#oneByOne();
    }
  }

  // ------------------------------------------------------------------ what has to hold

  #note(found: readonly Found[], place?: Place): void {
    for (const { invariant, what } of found) {
      const where = place ? ` in ${place.world.id}` : "";
      if (this.#broken.length < BROKEN_MAX) this.#broken.push(`${invariant}, day ${this.#day}${where}: ${what}`);
    }
  }

  #hold(invariant: Invariant, what: readonly string[], place?: Place): void {
    this.#checked[invariant] += 1;
    this.#note(
      what.slice(0, 3).map((one) => ({ invariant, what: one })),
      place,
    );
  }

  #checkDay(): void {
    for (const place of this.#places) {
      const store = this.#house.host.portal(place.world.id).store;
      this.#hold("no task twice", check.taskTwice(place.world), place);
      this.#hold("no deleted task made again", check.deletedAgain(place.people), place);
      this.#hold("one plan per cycle", check.plansTwice(store), place);
    }
    this.#checkCrm();
    this.#checkLogs();
  }

  #checkCrm(): void {
    const { hubspot, bitrix24 } = this.#house;
    const violations = [...hubspot.violations, ...bitrix24.violations].map(({ path, rule }) => `${path}: ${rule}`);
    this.#hold("rules of the CRM kept", violations.slice(this.#seenViolations));
    this.#seenViolations = violations.length;
    const refused = bitrix24.calls.filter(
      ({ error }) => error === "QUERY_LIMIT_EXCEEDED" || error === "OPERATION_TIME_LIMIT",
    ).length;
    const limited = hubspot.calls.limited + refused - this.#weather.limited.bitrix24;
    this.#hold("no limit met", this.#weather.late === 0 && limited > this.#seenLimited ? [`${limited} answers`] : []);
    this.#seenLimited = limited;
    this.#weather.late = 0;
  }

  #checkLogs(): void {
    const lines = this.#house.logs.splice(0);
    const broken = lines.filter(
      ({ level, event, details }) =>
        (level === "error" || BROKEN_EVENTS.has(event)) &&
        !STRUCK.some((what) => JSON.stringify(details).includes(what)),
    );
    this.#hold(
      "no failure of ours",
      broken.map((line) => JSON.stringify(line).slice(0, 300)),
    );
    this.#logs += lines.map((line) => JSON.stringify(line)).join("\n");
  }

  /** Faults end, everybody is installed, and what is left over is ours. */
  async #rest(): Promise<void> {
    this.#weather.calm();
    for (const place of this.#places) if (place.awayUntil !== null) await this.#installAgain(place);
    await this.#runFor(REST_MS);
    for (let more = 0; more < 6 && this.#places.some((place) => this.#waiting(place).length > 0); more++)
      await this.#runFor(HOUR);
    for (const place of this.#places) this.#checkRest(place);
    this.#checkDay();
  }

  #waiting({ world }: Place): readonly string[] {
    return check.waiting(this.#house.host.portal(world.id).store, this.#house.clock.now());
  }

  #checkRest(place: Place): void {
    const { world, people } = place;
    const { store } = this.#house.host.portal(world.id);
    this.#hold("at rest", this.#waiting(place), place);
    this.#hold("no task missing", check.tasksMissing(store, people), place);
    this.#hold("no plan missing", check.plansMissing(store, people), place);
    this.#hold("no edit lost", check.editsLost(people), place);
    this.#hold("fields as decided", check.fieldsOtherwise(store, world), place);
    this.#hold("open client has an owner", check.ownerless(store), place);
    this.#hold("graduated client has a touchpoint", check.untouched(store), place);
    this.#hold("each rung once", check.rungsTwice(world), place);
  }

  /** The longest of some stretches in which nobody has to be looked at: no write in it. */
  async #quiet(): Promise<void> {
    this.#weather.calm();
    for (let tries = 0; tries < 24; tries++) {
      const now = this.#house.clock.now();
      const next = Math.min(now + DAY, ...this.#places.map(({ world }) => this.#nextWake(world)));
      if (next - now < 2 * HOUR) {
        await this.#runTo(Math.max(now + 15 * MINUTE, next + 15 * MINUTE));
        continue;
      }
      const before = this.#outcome().writes;
      await this.#runTo(next - MINUTE);
      const made = this.#outcome().writes - before;
      this.#hold("quiet means quiet", made === 0 ? [] : [`${made} writes in ${Math.round((next - now) / HOUR)} h`]);
      return;
    }
  }

  /** When the portal has to look at a client, or to write something that was put off. */
  #nextWake(world: World): number {
    const { store } = this.#house.host.portal(world.id);
    const now = this.#house.clock.now();
    const putOff = check.thingsOf(store).filter(({ state }) => state === "dirty" || state === "unknown");
    return Math.min(
      store.clients.nextDueAt() ?? Number.POSITIVE_INFINITY,
      ...putOff.map(({ notBefore }) => Math.max(now, notBefore)),
    );
  }

  #checkNames(): void {
    const logs = Buffer.from(this.#logs).toString("latin1");
    for (const place of this.#places) {
      const bytes = this.#house.files.bytes(place.world.id).toString("latin1");
      this.#hold("no name kept", check.namesKept(place.world, [bytes, logs]), place);
    }
  }
}
