/** What befalls a whole portal now and then: people leave, the app is removed, an admin grants less, the plan shrinks, customers are imported or adopted. */
import { OPTIONAL_SCOPES, REQUIRED_SCOPES } from "../../src/crm/hubspot/index.ts";
import { DEFAULT_SCOPES } from "../../src/sandbox/bitrix24/types.ts";
import type { AdoptionAnswer } from "../../src/views/adoption.ts";
import { HOUR } from "../../test/support/times.ts";
import { Bitrix24PortalWorld } from "../../test/support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../../test/support/world-hubspot.ts";
import type { Chance } from "./chance.ts";
import type { WorldHouse } from "./house.ts";
import { type Hindrance, isAway, type Place } from "./place.ts";
import type { Tally } from "./tally.ts";

const ADMIN = "user:admin";
/**
 * Without these nothing works at all; an admin cannot leave them out. Whether there are robots (bizproc) is asked of every portal, which the
 * sandbox takes for a breach where it was not granted.
 */
const BITRIX24_NEEDED = new Set(["crm", "task", "tasks", "user_brief", "placement", "userfieldconfig", "bizproc"]);
/** How likely, per portal and time at which people work (five a day). */
const ODDS = {
  away: 0.006,
  narrow: 0.002,
  smaller: 0.002,
  staff: 0.01,
  imported: 0.004,
  adopt: 0.003,
  flood: 0.002,
} as const;
/** How likely an administrator looks at a flood that is held, per time at which people work. */
const LOOKS_AT_FLOOD = 0.3;
/** How many plans an hour may start before the rest is held: so few that a small world can have a flood, more than its everyday has. */
const PLANS_PER_HOUR = { least: 8, perClient: 2 } as const;

export class Troubles {
  readonly #house: WorldHouse;
  readonly #chance: Chance;
  readonly #tally: Tally;
  /** grants and plans change as well */
  readonly #isHard: boolean;
  readonly #clients: number;

  constructor(
    house: WorldHouse,
    chance: Chance,
    tally: Tally,
    { faults, clients }: { faults: number; clients: number },
  ) {
    this.#house = house;
    this.#chance = chance;
    this.#tally = tally;
    this.#isHard = faults >= 3;
    this.#clients = clients;
  }

  async come(place: Place): Promise<void> {
    const { hindered, people } = place;
    const now = this.#house.clock.now();
    if (hindered && now >= hindered.until) await this.end(place);
    if (!place.hindered) await this.#hinder(place, now);
    if (!place.adopted && this.#chance.is(ODDS.adopt)) place.adopted = { since: 0, at: null };
    await this.adopt(place);
    if (this.#chance.is(ODDS.staff)) {
      people.changeStaff();
      this.#tally.add("staff changed");
    }
    if (this.#chance.is(ODDS.imported)) {
      people.importNow(this.#clients);
      this.#tally.add("customers imported");
    }
    await this.#floods(place);
  }

  /** An administrator says what a flood is. */
  async prepare({ world }: Place): Promise<void> {
    const flood = { plansPerHour: this.plansPerHour, timesBusiest: 1 };
    await this.#house.ask(world.id, "publish", [{ flood }, ADMIN]);
  }

  private get plansPerHour(): number {
    return PLANS_PER_HOUR.least + PLANS_PER_HOUR.perClient * this.#clients;
  }

  async #floods(place: Place): Promise<void> {
    const { people } = place;
    if (await this.isHeld(place)) {
      if (this.#chance.is(LOOKS_AT_FLOOD)) await this.release(place);
    } else if (people.flooded.length > 0) {
      // Held nowhere (an older copy, or it was over before the connector saw it): an administrator looks all the same.
      if (this.#chance.is(LOOKS_AT_FLOOD / 10)) people.settleFlood();
    } else if (this.#isHard && !isAway(place) && this.#chance.is(ODDS.flood)) {
      people.flood(this.plansPerHour + this.#clients, this.#chance.is(0.7));
      this.#tally.add("flood");
    }
  }

  /** Far more customers than the portal ever had are moved to won, by mistake. */
  inundate({ people }: Place, count: number): void {
    people.settleFlood();
    people.flood(count, true);
    this.#tally.add("large flood");
  }

  isHeld({ world }: Place): Promise<boolean> {
    return this.#house.inside(world.id, ({ store }) => store.meta.get("flood") !== null);
  }

  /** An administrator looks at what is held, undoes in the CRM what was a mistake, and lets the rest pass. */
  async release({ world, people }: Place): Promise<void> {
    const waits = people.flooded.length;
    people.settleFlood();
    await this.#house.ask(world.id, "releaseFlood", [waits + this.plansPerHour, ADMIN]);
    this.#tally.add("flood let pass");
  }

  async #hinder(place: Place, now: number): Promise<void> {
    const { world } = place;
    const hinder = (by: Hindrance, mostHours: number) => {
      place.hindered = { by, until: now + this.#chance.whole(1, mostHours) * HOUR };
      this.#tally.add(by);
    };
    if (this.#chance.is(ODDS.away)) {
      const isTold = this.#chance.is(0.5);
      if (isTold) world.uninstall();
      else world.revoke();
      hinder(isTold ? "uninstalled" : "revoked", 60);
    } else if (this.#isHard && this.#chance.is(ODDS.narrow)) {
      await this.#installWithLess(place);
      hinder("narrower scopes", 240);
    } else if (this.#isHard && this.#chance.is(ODDS.smaller)) {
      if (world instanceof HubSpotPortalWorld) world.portal.plan = "starter";
      if (world instanceof Bitrix24PortalWorld) world.portal.plan = "free-no-rest";
      hinder("smaller plan", world.vendor === "hubspot" ? 240 : 48);
    }
  }

  /** An administrator opens the application again and grants only some of what it asks for. */
  async #installWithLess({ world }: Place): Promise<void> {
    if (world instanceof HubSpotPortalWorld) {
      const granted = OPTIONAL_SCOPES.filter(() => this.#chance.is(0.5));
      await world.installBy([...REQUIRED_SCOPES, ...granted]);
    } else if (world instanceof Bitrix24PortalWorld) {
      world.portal.scopes = DEFAULT_SCOPES.filter((scope) => BITRIX24_NEEDED.has(scope) || this.#chance.is(0.5));
      await world.install();
    }
  }

  /** Everything is as it was before: installed, with all that it asks for, on the plan that it had. */
  async end(place: Place): Promise<void> {
    const { world, hindered } = place;
    place.hindered = null;
    if (hindered?.by === "smaller plan") {
      if (world instanceof HubSpotPortalWorld) world.portal.plan = "pro";
      if (world instanceof Bitrix24PortalWorld) world.portal.plan = "standard";
      return;
    }
    if (world instanceof Bitrix24PortalWorld) world.portal.scopes = DEFAULT_SCOPES;
    await world.install();
  }

  /**
   * Bitrix24's refresh token is used up by an answer that did not arrive: an administrator reads the finding and opens the application once, as
   * the README says.
   */
  async reopen({ world }: Place): Promise<void> {
    if (world.vendor !== "bitrix24") return;
    const isLost = await this.#house.inside(
      world.id,
      (portal) => !portal.isInstalled() || portal.store.findings.open().some(({ code }) => code === "access-lent"),
    );
    if (!isLost) return;
    await world.install();
    this.#tally.add("refresh token lost");
  }

  /** An admin looks at the preview and agrees, where that was wanted and is not done, or was lost with a younger database. */
  async adopt(place: Place): Promise<void> {
    const { world, people, adopted } = place;
    const house = this.#house;
    if (!adopted || adopted.at !== null || isAway(place)) return;
    if (await house.inside(world.id, ({ store }) => store.meta.get("about") === null)) return;
    const look = async () => (await house.ask(world.id, "previewAdoption", [adopted.since])) as AdoptionAnswer;
    let preview = await look();
    while (!preview.ok) preview = await look();
    await house.ask(world.id, "adopt", [adopted.since, ADMIN, preview.view]);
    adopted.at = house.clock.now();
    people.takeOver();
    this.#tally.add("old customers adopted");
  }
}
