/**
 * The clients of one portal, and what their people note of them in the CRM: they leave and come back, answer surveys, miss and move meetings, do
 * not answer letters, wait for help; somebody decides whether they are fought for. They know nothing of the connector.
 */
import type { RecordRef } from "../../src/core/model.ts";
import { DAY, HOUR } from "../../test/support/times.ts";
import type { Crms, World } from "../../test/support/world.ts";
import {
  answerSurvey,
  endMeeting,
  fill,
  type Meeting,
  moveMeeting,
  moveRequest,
  openRequest,
  planMeeting,
  type SurveyKind,
  shownIn,
} from "./by-hand.ts";
import type { Chance } from "./chance.ts";
import { recordIsThere } from "./eye.ts";
import type { Customer, People } from "./people.ts";
import type { Tally } from "./tally.ts";

/** How likely somebody does something with or for a client, and how likely a noted leaving is taken back, each time at which people work. */
const BUSY = 0.1;
const STAYS = 0.03;
/** Of those that leave so many do for good. */
const FOR_GOOD = 0.2;
const REASONS = ["service", "product", "competitor", "price", "other"] as const;

/** What people noted about a client and nobody else writes; a choice by its code, a day as "2026-03-02". */
export type Noted = Map<string, string>;

type Act = (customer: Customer, ref: RecordRef) => boolean;

export class Clients {
  /** by company, what stands in the fields that only people fill, as they filled them last */
  readonly noted = new Map<string, Noted>();
  readonly #people: People;
  readonly #world: World<Crms>;
  readonly #chance: Chance;
  readonly #tally: Tally;
  readonly #gone = new Set<string>();
  readonly #meetings = new Map<string, Meeting[]>();
  readonly #requests = new Map<string, string[]>();
  readonly #acts: readonly (readonly [number, string, Act])[];

  constructor(people: People, chance: Chance, tally: Tally) {
    this.#people = people;
    this.#world = people.world;
    this.#chance = chance;
    this.#tally = tally;
    this.#acts = [
      [3, "client left", (customer) => this.#leave(customer)],
      [2, "survey answered", (customer) => this.#answer(customer)],
      [3, "letter sent", ({ company }) => this.#write(company)],
      [3, "meeting planned", ({ company }) => this.#plan(company)],
      [2, "request opened", ({ company }) => this.#ask(company)],
      [1, "decision noted", ({ company }) => this.#fill(company, "decision", ["fight", "let_go", "undecided", ""])],
      [1, "importance noted", ({ company }) => this.#fill(company, "importance_strategic", ["low", "high", ""])],
      [
        0.5,
        "first value noted",
        ({ company }) => this.#fill(company, "first_value_on", [this.#day(0), this.#day(-5), ""]),
      ],
      [0.5, "letters declined", ({ contacts }) => this.#decline(contacts[0])],
    ];
  }

  #now(): number {
    return this.#world.house.clock.now();
  }

  /** Some hours of a day. */
  work(): void {
    // Which of two notes stays when two records become one is the CRM's to say.
    for (const company of this.#people.merged.splice(0)) this.noted.delete(company);
    for (const customer of this.#people.customers) {
      const { company } = customer;
      if (!recordIsThere(this.#world, "company", company)) continue;
      const ref = { kind: "company", id: company } as const;
      const hasLeft = shownIn(this.#world, ref, "churned_on") !== "";
      if (hasLeft && !this.#gone.has(company) && this.#chance.is(STAYS)) this.#stay(company);
      this.#meet(company);
      this.#help(company);
      if (!this.#chance.is(BUSY)) continue;
      const [name, act] = this.#chance.weighted(this.#acts.map(([weight, ...rest]) => [weight, rest] as const));
      if (act(customer, ref)) this.#tally.add(name);
    }
  }

  // ------------------------------------------------------------------ leaving

  #leave({ company }: Customer): boolean {
    const by = this.#chance.weighted([
      [6, 0],
      [2, -this.#chance.whole(1, 10)],
      [2, this.#chance.whole(1, 10)],
    ]);
    if (!this.#note(company, "churned_on", this.#day(by))) return false;
    this.#note(company, "churn_reason", this.#chance.of(REASONS)!);
    if (this.#chance.is(FOR_GOOD)) this.#gone.add(company);
    return true;
  }

  /** It was a mistake, or the client thought better of it. */
  #stay(company: string): void {
    this.#note(company, "churned_on", "");
    if (this.#chance.is(0.5)) this.#note(company, "churn_reason", "");
    this.#tally.add("leaving taken back");
  }

  // ------------------------------------------------------------------ what people note

  #note(company: string, field: string, value: string): boolean {
    if (!fill(this.#world, { kind: "company", id: company }, field, value)) return false;
    const noted = this.noted.get(company) ?? new Map();
    this.noted.set(company, noted.set(field, value));
    return true;
  }

  #fill(company: string, field: string, values: readonly string[]): boolean {
    return this.#note(company, field, this.#chance.of(values)!);
  }

  #decline(contact: string | undefined): boolean {
    if (contact === undefined || !recordIsThere(this.#world, "contact", contact)) return false;
    return fill(this.#world, { kind: "contact", id: contact }, "no_letters", this.#chance.is(0.5) ? "true" : "");
  }

  #day(by: number): string {
    return new Date(this.#now() + by * DAY).toISOString().slice(0, 10);
  }

  // ------------------------------------------------------------------ letters, meetings, requests, surveys

  #write(company: string): boolean {
    for (let letters = this.#chance.whole(1, 3); letters > 0; letters--)
      this.#world.letter(company, "out", "Wann passt es Irina?");
    return true;
  }

  #plan(company: string): boolean {
    const startAt = this.#now() + this.#chance.whole(1, 8) * DAY;
    this.#meetingsOf(company).push(planMeeting(this.#world, company, startAt));
    return true;
  }

  #meetingsOf(company: string): Meeting[] {
    const known = this.#meetings.get(company) ?? [];
    this.#meetings.set(company, known);
    return known;
  }

  /** Meetings that are ahead may be moved; of those whose time has come some are missed. */
  #meet(company: string): void {
    const now = this.#now();
    const meetings = this.#meetings.get(company) ?? [];
    for (const meeting of meetings.splice(0)) {
      if (now >= meeting.startAt + HOUR) {
        const outcome = this.#chance.weighted([
          [5, "COMPLETED"],
          [3, "NO_SHOW"],
          [1, "CANCELED"],
        ] as const);
        endMeeting(this.#world, meeting, outcome);
        if (outcome === "NO_SHOW") this.#tally.add("meeting missed");
      } else if (this.#chance.is(0.04)) {
        meetings.push(moveMeeting(this.#world, meeting, meeting.startAt + this.#chance.whole(1, 5) * DAY));
        this.#tally.add("meeting moved");
      } else meetings.push(meeting);
    }
  }

  /** Nobody meets any more: what the CRM itself says of the last contact would change when the time of a meeting comes. */
  callOff(): void {
    for (const meetings of this.#meetings.values())
      for (const meeting of meetings.splice(0)) endMeeting(this.#world, meeting, "CANCELED");
  }

  #ask(company: string): boolean {
    const id = openRequest(this.#world, company, this.#chance.is(0.7));
    if (id === null) return false;
    this.#requests.set(company, [...(this.#requests.get(company) ?? []), id]);
    return true;
  }

  /** A request stays open for days, some for weeks; now and then one is opened again. */
  #help(company: string): void {
    for (const id of this.#requests.get(company) ?? [])
      if (this.#chance.is(0.03)) moveRequest(this.#world, id, this.#chance.is(0.2));
  }

  #answer({ company, contacts }: Customer): boolean {
    const contact = contacts[0] ?? null;
    const isThere = contact !== null && recordIsThere(this.#world, "contact", contact);
    const kind = this.#chance.of<SurveyKind>(["NPS", "CES", "CSAT"])!;
    const at = this.#now() - (this.#chance.is(0.3) ? this.#chance.whole(1, 20) * DAY : 0);
    return answerSurvey(this.#world, { company, contact: isThere ? contact : null }, kind, this.#chance.is(0.5), at);
  }
}
