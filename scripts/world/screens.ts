/** What people say on our own screens about a client, and what the CRM's automation reports of it. */
import { CHOICES, OVERRIDE_ZONES, type OverrideZone } from "../../src/core/client/acts.ts";
import type { ClientState } from "../../src/core/client/state.ts";
import { currentPlan } from "../../src/core/plan/life-cycle.ts";
import type { CardAnswer } from "../../src/views/client-card.ts";
import { DAY } from "../../test/support/times.ts";
import type { Chance } from "./chance.ts";
import type { WorldHouse } from "./house.ts";
import { isAway, type Place } from "./place.ts";
import type { Tally } from "./tally.ts";

const VIEWER = { userId: "900", ownerId: null, isAdmin: true, records: [] };
/** How likely somebody opens a client's card, and an automation reports something of it, each time at which people work. */
const OPENED = 0.04;
const REPORTED = 0.01;

const WHAT = [
  ...(["override", "override", "override_end", "decide", "answer", "undo"] as const),
  ...(["complete", "complete", "pause", "resume", "first_value"] as const),
];

/** A zone that a person set. */
export interface Overruled {
  zone: OverrideZone;
  /** epoch ms */
  at: number;
  /** counts until then at least, epoch ms */
  untilMs: number;
}

export class Screens {
  readonly #house: WorldHouse;
  readonly #chance: Chance;
  readonly #tally: Tally;
  #made = 0;

  constructor(house: WorldHouse, chance: Chance, tally: Tally) {
    this.#house = house;
    this.#chance = chance;
    this.#tally = tally;
  }

  async come(place: Place): Promise<void> {
    if (isAway(place)) return;
    for (const { company } of [...place.people.customers]) {
      if (this.#chance.is(REPORTED)) await this.#report(place, company);
      if (this.#chance.is(OPENED)) await this.#open(place, company);
    }
  }

  async #report({ world }: Place, id: string): Promise<void> {
    const signal = this.#chance.of(["complaint", "contact_left", "competitor_tried", "extras_refused"])!;
    const call = { code: "record_signal", record: { kind: "company", id }, inputs: { signal }, once: this.#once() };
    const answer = (await this.#house.ask(world.id, "workflow", [call])) as { ok: boolean };
    if (answer.ok) this.#tally.add("signal reported");
  }

  async #open(place: Place, company: string): Promise<void> {
    const { world, overruled, clients } = place;
    const now = this.#house.clock.now();
    const what = this.#chance.of(WHAT)!;
    const zone = this.#chance.of(OVERRIDE_ZONES)!;
    const days = this.#chance.whole(1, 30);
    const choice = this.#chance.of(CHOICES)!;
    const { cycle, step } = await this.#planOf(place, company);
    const wish = {
      override: { act: "override", zone, reason: "talked", days },
      override_end: { act: "override_end" },
      decide: { act: "decide", choice, reason: "other", days },
      answer: { act: "answer", id: await this.#suggested(place, company), answer: days > 15 ? "accepted" : "rejected" },
      complete: { act: "complete", step },
      pause: { act: "pause", cycle },
      resume: { act: "resume", cycle },
      first_value: { act: "first_value", day: new Date(now).toISOString().slice(0, 10) },
      undo: { act: "undo" },
    }[what];
    const answer = (await this.#house.ask(world.id, "act", [VIEWER, `company:${company}`, wish, this.#once()])) as {
      ok: boolean;
    };
    if (!answer.ok) return;
    this.#tally.add(`on screen: ${what}`);
    if (what === "override") overruled.set(company, { zone, at: now, untilMs: now + (days - 1) * DAY });
    if (what === "override_end" || what === "undo") overruled.delete(company);
    // It goes into the CRM's own field from there.
    if (what === "first_value" || what === "undo") clients.noted.get(company)?.delete("first_value_on");
  }

  /** The plan that goes on, and one of its open steps. */
  async #planOf({ world }: Place, company: string): Promise<{ cycle: number; step: string }> {
    const plan = await this.#house.inside(world.id, ({ store }) => {
      const state = store.clients.get(`company:${company}`)?.state as Partial<ClientState> | null | undefined;
      const found = currentPlan(state?.plans ?? []);
      const steps = found?.steps.filter(({ state }) => state === "open").map(({ key }) => key) ?? [];
      return { cycle: found?.cycle ?? 1, steps };
    });
    return { cycle: plan.cycle, step: `${plan.cycle}/${this.#chance.of(plan.steps) ?? "none"}` };
  }

  /** The first thing that the card suggests. */
  async #suggested({ world }: Place, company: string): Promise<string> {
    const answer = (await this.#house.ask(world.id, "card", [VIEWER, `company:${company}`, "en"])) as CardAnswer;
    return (answer.ok ? answer.card.suggestions[0]?.id : undefined) ?? "none";
  }

  #once(): string {
    this.#made += 1;
    return `world-${this.#made}`;
  }
}
