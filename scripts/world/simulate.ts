/**
 * A world: many portals of both CRMs, their people, one connector, one clock. The same parameters make the same world.
 *
 * | what befalls it | where |
 * | --- | --- |
 * | deals won, lost, opened again, merged, deleted, brought back; companies merged, handed over, renamed, deleted | `people.ts` |
 * | tasks completed, dated, given away, rewritten, deleted; fields of ours overwritten; contacts erased for privacy | `people.ts` |
 * | clients that leave, and stay after all; surveys, meetings missed and moved, letters without an answer, requests that stay open | `clients.ts` |
 * | what people note in fields of ours, and say on our screens: fight or let go, another zone for a while; signals that automations report | `clients.ts`, `screens.ts` |
 * | onboardings that end, and what comes after graduation | `people.ts`, from day 1 on; touchpoints need more than 90 days |
 * | customers imported; earlier ones adopted; a flood that is held, undone or let pass | `troubles.ts` (of 50,000: `--flood 50000`) |
 * | removed, tokens dead, narrower scopes, smaller plan, staff that leaves | `troubles.ts` |
 * | events late, doubled, shuffled, lost; 429, 5xx, connections cut before and after a write, writes that land late | `weather.ts` |
 * | killed and started again, a full disk, a machine that slept, an older backup restored, a move to the other runtime and back | `weather.ts`, below |
 * | a machine whose clock is wrong by hours for a while and is set right, forward or back, while it works or at a restart | `weather.ts`, below |
 *
 * The connector lives in a house (`house.ts`), which says how portals are killed, copied and moved there: on Node (`node-house.ts`), or in
 * the Workers runtime (`test/workers/world-house.ts`), which has disasters of its own besides.
 */

import { nextAlarmAt } from "../../src/engine/alarms.ts";
import { nextBookAt } from "../../src/engine/book.ts";
import { nextReviewAt } from "../../src/engine/review.ts";
import type { Portal } from "../../src/portal.ts";
import { isWrite } from "../../src/sandbox/hubspot/sandbox.ts";
import type { Store } from "../../src/store/store.ts";
import { Killed } from "../../test/support/life.ts";
import { DAY, HOUR, MINUTE } from "../../test/support/times.ts";
import { addPortal } from "../../test/support/world.ts";
import { Chance } from "./chance.ts";
import { Clients } from "./clients.ts";
import { keyedTasks } from "./eye.ts";
import type { MakeHouse, WorldHouse } from "./house.ts";
import * as check from "./invariants.ts";
import { INVARIANTS, type Invariant } from "./invariants.ts";
import type { Parameters } from "./parameters.ts";
import { People } from "./people.ts";
import { type Copy, isAway, type Place } from "./place.ts";
import { checksAtRest } from "./rest.ts";
import { Screens } from "./screens.ts";
import { Tally } from "./tally.ts";
import { Troubles } from "./troubles.ts";
import { Weather } from "./weather.ts";

export interface Outcome {
  /** how many were simulated */
  days: number;
  turns: number;
  calls: number;
  writes: number;
  /** how often each invariant was checked, over all portals */
  checked: Readonly<Record<Invariant, number>>;
  /** what went wrong, and how often */
  faults: Readonly<Record<string, number>>;
  /** customers whose onboarding ended well, at the end */
  graduated: number;
  broken: readonly string[];
}

/** Hours at which people work, UTC. */
const WORK_HOURS = [7, 9, 11, 13, 15] as const;
/** How long a call takes: enough for the narrowest budget to fill up again. */
const CALL_MS = 250;
/** Longer than two listings of changes and two look-ups of what may have arrived. */
const REST_MS = 150 * MINUTE;
/** Rest comes after this many days, and at the end. */
const REST_EVERY = 5;
/** A world that is broken is not looked at for ever. */
const BROKEN_MAX = 25;
/** Old customers were won this long before the install. */
const OLD_MS = 200 * DAY;
/** A process that is to be killed lives for so many steps (commits and calls) at most: about half of what a day has. */
const KILL_WITHIN = 150;
/** A clock is wrong by so much at most, either way; by the end of the day it is right again, and everything it stamped is past. */
const WRONG_MINUTES = 180;
/** Copies of a database that people keep: the oldest is days old. */
const COPIES = 4;
/** Chance of clients is apart from that of the people, of whom there are as many as portals. */
const CLIENTS_STREAM = 500;
const BROKEN_EVENTS = new Set(["turn-failed", "client-undecided", "idle-turn", "wake-in-the-past", "finding-lost"]);
const DISK_FULL = "database or disk is full";
/** Failures that the simulation itself made: a full disk, and the last breath of a process that it killed. */
const STRUCK = [DISK_FULL, "Error: killed"];

export class Simulation {
  readonly #parameters: Parameters;
  readonly #house: WorldHouse;
  readonly #chance: Chance;
  readonly #weather: Weather;
  readonly #places: Place[] = [];
  readonly #broken: string[] = [];
  /** what was noted, without its day: what stays broken is noted once, and does not end a world */
  readonly #noted = new Set<string>();
  readonly #checked = Object.fromEntries(Object.keys(INVARIANTS).map((name) => [name, 0])) as Record<Invariant, number>;
  readonly #tally = new Tally();
  readonly #troubles: Troubles;
  readonly #screens: Screens;
  readonly #bitrix24 = { calls: 0, writes: 0, refused: 0, writesBy: {} as Record<string, number> };
  #killIn = 0;
  #isDiskFull = false;
  /** a connector ended in the middle of a turn */
  #mayHaveLostAnswers = false;
  #day = 0;
  #seenViolations = 0;
  #seenLimited = 0;
  #logs = "";

  constructor(parameters: Parameters, make: MakeHouse) {
    this.#parameters = parameters;
    const { seed } = parameters;
    this.#chance = new Chance(seed * 7 + 1);
    this.#house = make({
      callMs: CALL_MS,
      seed: seed * 7 + 3,
      onStep: (step, when) => {
        if (this.#isDiskFull && step === "commit" && when === "before") throw new Error(DISK_FULL);
        if (this.#killIn > 0 && --this.#killIn === 0) throw new Killed();
      },
    });
    const own = Object.keys(this.#house.ownDisasters);
    const chance = new Chance(seed * 7 + 2);
    // Which disasters come does not depend on what the connector does; worlds on Node keep the one stream that they always had.
    const disasters = own.length > 0 ? { own, chance: new Chance(seed * 7 + 5) } : { own, chance };
    this.#weather = new Weather(chance, parameters.faults, this.#tally, disasters);
    this.#troubles = new Troubles(this.#house, new Chance(seed * 7 + 4), this.#tally, parameters);
    this.#screens = new Screens(this.#house, new Chance(seed * 7 + 6), this.#tally);
    this.#weather.setOn(this.#house.faults);
  }

  /** @param progress told after each simulated day, with how much is broken */
  async run(progress: (day: number, broken: number) => void): Promise<Outcome> {
    const { days } = this.#parameters;
    await this.#open();
    for (this.#day = 1; this.#day <= days && this.#broken.length < BROKEN_MAX; this.#day++) {
      await this.#liveDay();
      await this.#checkDay();
      if (this.#day % REST_EVERY === 0 || this.#day === days) await this.#rest();
      progress(this.#day, this.#broken.length);
    }
    this.#day -= 1;
    if (this.#broken.length === 0) await this.#quiet();
    await this.#checkNames();
    let graduated = 0;
    for (const place of this.#places) graduated += await this.#seen(place, check.graduated);
    const outcome = this.#outcome(graduated);
    await this.#house.close();
    return outcome;
  }

  /** What came out of a world that ended with an error. */
  async fellOver(error: unknown): Promise<Outcome> {
    this.#broken.push(`the world fell over, day ${this.#day}: ${error instanceof Error ? error.stack : String(error)}`);
    const outcome = this.#outcome(0);
    await this.#house.close();
    return outcome;
  }

  #writes(): number {
    this.#countCalls();
    return this.#house.hubspot.calls.writes + this.#bitrix24.writes;
  }

  /** Writing calls so far, by what was called. */
  #writesByCall(): ReadonlyMap<string, number> {
    this.#countCalls();
    const hubspot = Object.entries(this.#house.hubspot.calls.byPath).filter(([call]) => {
      const [method = "", path = ""] = call.split(" ");
      return isWrite(method, path);
    });
    return new Map([...hubspot, ...Object.entries(this.#bitrix24.writesBy)]);
  }

  #outcome(graduated: number): Outcome {
    const writes = this.#writes();
    return {
      days: this.#day,
      turns: this.#house.turns,
      calls: this.#house.hubspot.calls.total + this.#bitrix24.calls,
      writes,
      checked: this.#checked,
      faults: this.#tally.counts(),
      graduated,
      broken: this.#broken,
    };
  }

  async #open(): Promise<void> {
    const { portals, clients: count, seed } = this.#parameters;
    for (let n = 0; n < portals; n++) {
      const world = addPortal(this.#house, n % 2 === 0 ? "hubspot" : "bitrix24");
      const people = new People(world, new Chance(seed * 1_009 + n), count);
      people.hadBefore(Math.ceil(count / 2), this.#house.clock.now() - OLD_MS);
      await world.install();
      const clients = new Clients(people, new Chance(seed * 1_009 + CLIENTS_STREAM + n), this.#tally);
      const leftAtRest = { at: 0, days: new Map() };
      const overruled = new Map();
      this.#places.push({ world, people, clients, overruled, leftAtRest, hindered: null, copies: [], adopted: null });
    }
    for (const place of this.#places) await this.#troubles.prepare(place);
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
    const { flood } = this.#parameters;
    const inundated = flood ? this.#places[this.#day - 2] : undefined;
    if (inundated) this.#troubles.inundate(inundated, flood!);
    for (const hour of WORK_HOURS) {
      await this.#runTo(midnight + hour * HOUR);
      for (const place of this.#places)
        await this.#seen(place, ({ mirror }) => place.people.forgetWhatCannotBeTold(mirror));
      // An install that the killed process did not answer would be tried again by its admin: the world leaves that out.
      if (this.#killIn === 0)
        for (const place of this.#places) {
          await this.#weather.spare(() => this.#troubles.come(place));
          await this.#screens.come(place);
        }
      if (!isWeekend || this.#chance.is(0.2)) {
        for (const { people } of this.#places) people.work();
        // Nobody finishes a task and notes a leaving in one moment.
        await this.#runFor(MINUTE);
        for (const { clients } of this.#places) clients.work();
      }
      if (disaster && hour === disasterHour) await this.#strike(disaster);
    }
    if (this.#parameters.faults >= 3 && this.#chance.is(0.5)) await this.#backUp();
    await this.#runTo(midnight + DAY);
    this.#isDiskFull = false;
    this.#killIn = 0;
  }

  async #backUp(): Promise<void> {
    const at = this.#house.clock.now();
    for (const place of this.#places) {
      if (place.hindered || !this.#chance.is(0.5)) continue;
      place.copies = [...place.copies.slice(1 - COPIES), { at, restore: await this.#house.copy(place.world.id) }];
    }
  }

  async #strike(disaster: string): Promise<void> {
    const standing = this.#places.filter(({ hindered }) => hindered === null);
    switch (disaster) {
      case "kill":
        this.#killIn = this.#chance.whole(1, KILL_WITHIN);
        return;
      case "jump":
        await this.#house.clock.advance(this.#chance.whole(1, 240) * MINUTE);
        await this.#house.wasAway();
        break;
      case "disk":
        this.#isDiskFull = true;
        await this.#runFor(this.#chance.whole(5, 90) * MINUTE);
        this.#isDiskFull = false;
        break;
      case "restore": {
        const place = this.#chance.of(standing.filter(({ copies }) => copies.length > 0));
        if (!place) return;
        await this.#restore(place, this.#chance.of(place.copies)!);
        break;
      }
      case "clock":
        await this.#setClock(this.#chance.whole(-WRONG_MINUTES, WRONG_MINUTES) * MINUTE);
        await this.#runFor(this.#chance.whole(5, WRONG_MINUTES) * MINUTE);
        await this.#setClock(0);
        break;
      case "move": {
        const place = this.#chance.of(standing);
        if (!place) return;
        await this.#house.move(place.world.id);
        break;
      }
      default: {
        const place = this.#chance.of(standing);
        if (!place) return;
        await this.#house.ownDisasters[disaster]!(place.world.id);
        this.#mayHaveLostAnswers = true;
      }
    }
    this.#tally.add(disaster);
  }

  /** The machine's clock is set, at a restart or while the connector works. */
  async #setClock(aheadMs: number): Promise<void> {
    const isRestarted = this.#chance.is(0.5);
    if (isRestarted) this.#house.kill();
    this.#house.setHostClock(aheadMs);
    // Ahead of time a budget looks fuller than it is.
    this.#weather.late += 1;
    if (isRestarted) await this.#house.start();
  }

  async #restore(place: Place, copy: Copy): Promise<void> {
    const { world, people, overruled, adopted } = place;
    await copy.restore();
    people.floodBegun = null;
    for (const [company, { at }] of overruled) if (at > copy.at) overruled.delete(company);
    place.leftAtRest = { at: 0, days: new Map() };
    await this.#seen(place, (store) => {
      check.noteTold(store, people);
      people.forgetWhatIsLost(copy.at, store.mirror);
    });
    if (adopted?.at && adopted.at > copy.at) adopted.at = null;
    // Its refresh token may have been used since: an administrator opens the application.
    await this.#weather.spare(() => world.install());
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
      this.#tally.add("kill");
      this.#mayHaveLostAnswers = true;
      await clock.advance(this.#chance.whole(5, 3_600) * 1_000);
      await this.#house.start();
    }
  }

  // ------------------------------------------------------------------ what has to hold

  #hold(invariant: Invariant, what: readonly string[], place?: Place): void {
    this.#checked[invariant] += 1;
    const where = place ? ` in ${place.world.id}` : "";
    const news = what.filter((one) => !this.#noted.has(`${invariant}${where}: ${one}`)).slice(0, 3);
    for (const one of news.slice(0, BROKEN_MAX - this.#broken.length)) {
      this.#noted.add(`${invariant}${where}: ${one}`);
      this.#broken.push(`${invariant}, day ${this.#day}${where}: ${one}`);
    }
  }

  async #checkDay(): Promise<void> {
    for (const place of this.#places) {
      this.#hold("no task twice", check.taskTwice(place.world), place);
      this.#hold("no deleted task made again", check.deletedAgain(place.people), place);
      this.#hold("one plan per cycle", await this.#seen(place, check.plansTwice), place);
      const isHeld = await this.#troubles.isHeld(place);
      this.#hold("a flood is held", isHeld ? check.floodPassed(place.people) : [], place);
    }
    this.#checkCrm();
    this.#checkLogs();
  }

  #checkCrm(): void {
    const { hubspot, bitrix24 } = this.#house;
    const violations = [...hubspot.violations, ...bitrix24.violations].map(({ path, rule }) => `${path}: ${rule}`);
    this.#hold("rules of the CRM kept", violations.slice(this.#seenViolations));
    this.#seenViolations = violations.length;
    this.#countCalls();
    const limited = hubspot.calls.limited + this.#bitrix24.refused - this.#weather.limited.bitrix24;
    this.#hold("no limit met", this.#weather.late === 0 && limited > this.#seenLimited ? [`${limited} answers`] : []);
    this.#seenLimited = limited;
    this.#weather.late = 0;
  }

  /** Bitrix24's stand-in remembers every call: they are counted and let go. */
  #countCalls(): void {
    for (const { kind, method, write, error } of this.#house.bitrix24.calls.splice(0)) {
      if (error === "QUERY_LIMIT_EXCEEDED" || error === "OPERATION_TIME_LIMIT") this.#bitrix24.refused += 1;
      if (kind !== "rest") continue;
      this.#bitrix24.calls += 1;
      if (!write) continue;
      this.#bitrix24.writes += 1;
      this.#bitrix24.writesBy[method] = (this.#bitrix24.writesBy[method] ?? 0) + 1;
    }
  }

  /** What is seen in the database of a portal. */
  #seen<T>({ world }: Place, look: (store: Store) => T): Promise<T> {
    return this.#house.inside(world.id, ({ store }) => look(store));
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
    await this.#house.listOften(true);
    for (const place of this.#places) {
      if (isAway(place)) await this.#troubles.end(place);
      else if (this.#mayHaveLostAnswers) await this.#troubles.reopen(place);
    }
    await this.#runFor(HOUR);
    for (const place of this.#places) await this.#troubles.adopt(place);
    for (const place of this.#places) if (await this.#troubles.isHeld(place)) await this.#troubles.release(place);
    await this.#runFor(REST_MS);
    for (let more = 0; more < 6 && (await this.#isWaiting()); more++) await this.#runFor(HOUR);
    for (const place of this.#places)
      await this.#house.inside(place.world.id, (portal) => this.#checkRest(place, portal));
    await this.#checkDay();
    await this.#house.listOften(false);
  }

  async #isWaiting(): Promise<boolean> {
    for (const place of this.#places)
      if (await this.#seen(place, (store) => check.waiting(store, this.#house.clock.now()).length > 0)) return true;
    return false;
  }

  #checkRest(place: Place, portal: Portal): void {
    for (const [invariant, broken] of checksAtRest(place, portal, this.#house.clock.now()))
      this.#hold(invariant, broken, place);
  }

  /**
   * The longest of some stretches in which nobody has to be looked at: no write in it. Before, the daily sweep has gone round, and once more
   * over what it found: an association removed, or a task deleted, whose event was lost, is seen by nothing else.
   */
  async #quiet(): Promise<void> {
    this.#weather.calm();
    await this.#house.listOften(true);
    for (const { clients } of this.#places) clients.callOff();
    await this.#runFor(2 * DAY + 3 * HOUR);
    for (let tries = 0; tries < 24; tries++) {
      const now = this.#house.clock.now();
      let next = now + DAY;
      for (const { world } of this.#places)
        next = Math.min(next, await this.#house.inside(world.id, (portal) => this.#nextWake(portal)));
      if (next - now < 2 * HOUR) {
        await this.#runTo(Math.max(now + 15 * MINUTE, next + 15 * MINUTE));
        continue;
      }
      const before = this.#writesByCall();
      const there = new Map(this.#places.map(({ world }) => [world, keyedTasks(world)]));
      await this.#runTo(next - MINUTE);
      const made = [...this.#writesByCall()].filter(([call, times]) => times > (before.get(call) ?? 0));
      const keys: string[] = [];
      for (const place of this.#places) {
        const left = new Set(keyedTasks(place.world).map(({ id }) => id));
        keys.push(...there.get(place.world)!.flatMap(({ key, id }) => (left.has(id) ? [] : [`${key} (deleted)`])));
        keys.push(...(await this.#seen(place, (store) => check.writtenSince(store, now))));
      }
      this.#hold(
        "quiet means quiet",
        made.map(([call]) => `${call} within ${Math.round((next - now) / HOUR)} h: ${keys.join("; ")}`),
      );
      return;
    }
  }

  /** When the portal has to look at a client, to tell a digest or a review, to make a book, or to write something that was put off. */
  #nextWake(portal: Portal): number {
    const { store } = portal;
    const now = this.#house.clock.now();
    const parts = [nextAlarmAt, nextReviewAt, nextBookAt];
    const ofPortal = portal.isInstalled() ? parts.map((at) => at(portal.engine())) : [];
    const putOff = check.thingsOf(store).filter(({ state }) => state === "dirty" || state === "unknown");
    return Math.min(
      ...[store.clients.nextDueAt(), ...ofPortal].map((at) => at ?? Number.POSITIVE_INFINITY),
      ...putOff.map(({ notBefore }) => Math.max(now, notBefore)),
    );
  }

  async #checkNames(): Promise<void> {
    const logs = Buffer.from(this.#logs);
    for (const place of this.#places) {
      const kept = await this.#house.kept(place.world.id);
      this.#hold("no name kept", check.namesKept(place.world, [kept, logs]), place);
    }
  }
}
