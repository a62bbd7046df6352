/** The demo is what a newcomer judges by: its book has to be one that a team could have. Played by the sandbox's people, judged by us. */
import { expect, test } from "vitest";
import { fieldName } from "../../src/crm/bitrix24/shape.ts";
import { propertyOfField } from "../../src/crm/hubspot/values.ts";
import * as bitrix24 from "../../src/sandbox/bitrix24/demo.ts";
import * as hubspot from "../../src/sandbox/hubspot/demo.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import type { BoardAsk, BoardView } from "../../src/views/board.ts";
import type { CardAnswer } from "../../src/views/client-card.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal, VENDORS, type World } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import type { HubSpotPortalWorld } from "../support/world-hubspot.ts";

const ADMIN = { userId: "1", ownerId: null, isAdmin: true, records: [] };
const EVERYBODY: BoardAsk = {
  zone: null,
  ownerId: null,
  phase: null,
  only: null,
  order: "health",
  capacity: 6,
  page: 0,
};

function seed(world: World, now: number): void {
  const options = { clients: 150, managers: 5, random: seededRandom(20_261_121), now };
  if (world.vendor === "hubspot") hubspot.seedDemo((world as HubSpotPortalWorld).portal, options);
  else bitrix24.seedDemo((world as Bitrix24PortalWorld).portal, options);
}

function catchUp(world: World): void {
  const random = seededRandom(2);
  if (world.vendor === "hubspot")
    hubspot.catchUp((world as HubSpotPortalWorld).portal, propertyOfField("first_value_on"), random);
  else bitrix24.catchUp((world as Bitrix24PortalWorld).portal, fieldName("first_value_on"), random);
}

test.each(VENDORS)(
  "A10.16 %s: some clients of the demo are red and say why, more yellow, most green, somebody is late",
  async (vendor) => {
    const house = new House();
    const world = addPortal(house, vendor);
    seed(world, house.clock.now());
    await house.runFor(MINUTE);
    await world.install();
    await house.runFor(HOUR);
    await house.host.ask(world.id, "adopt", [house.clock.now() - 75 * DAY, "user:1", { plans: 150, tasks: 0 }]);
    await house.runFor(HOUR);
    catchUp(world);
    await house.runFor(2 * HOUR);
    const board = async (ask: Partial<BoardAsk>) =>
      (await house.host.ask(world.id, "board", [ADMIN, { ...EVERYBODY, ...ask }, "en"])) as BoardView;
    const all = await board({});
    const share = (zone: string) => (all.zones[zone] ?? 0) / all.total;
    expect(share("red")).toBeGreaterThan(0.02);
    expect(share("red")).toBeLessThan(0.12);
    expect(share("yellow")).toBeGreaterThan(share("red"));
    expect(share("green")).toBeGreaterThan(0.5);
    expect(share("green")).toBeLessThan(0.85);
    const reds = await board({ zone: "red" });
    expect(reds.rows.filter(({ reason }) => !reason)).toEqual([]);
    expect(new Set(all.rows.map(({ reason }) => reason?.split(":")[0])).size).toBeGreaterThan(5);
    expect(all.overdue).toBeGreaterThan(3);
    expect(all.rows.filter(({ escalationOwnerId }) => escalationOwnerId !== null).length).toBeGreaterThan(0);
    expect((await board({ phase: "days_61_90" })).rows.some(({ progress }) => (progress ?? 0) > 20)).toBe(true);
    expect((await board({ order: "triage" })).rows.filter(({ stake }) => stake?.isTaken)).toHaveLength(6);
    // Everybody was judged for the first time today: nobody has changed yet.
    expect(all.changed).toBe(0);
    await expectMovesExplained(house, world, all);
    house.close();
  },
  120_000,
);

/** Each point of a card's trend says what moved the score since the one before, and its points come to the difference. */
async function expectMovesExplained(house: House, world: World, { rows }: BoardView): Promise<void> {
  const cards = await Promise.all(rows.map(({ key }) => house.host.ask(world.id, "card", [ADMIN, key, "en"])));
  const trends = (cards as CardAnswer[]).map((answer) => (answer.ok ? answer.card.score.history : []));
  const moves = trends.flatMap((points) => points.slice(1).map((point, at) => ({ point, before: points[at]! })));
  expect(moves.length).toBeGreaterThan(5);
  for (const { point, before } of moves) {
    const points = [...point.moved.matchAll(/\(([+−])([\d.]+)\)/g)].map(([, sign, by]) =>
      Number(`${sign === "−" ? "-" : ""}${by}`),
    );
    const sum = points.reduce((total, one) => total + one, 0);
    expect(Math.abs(sum - (point.score - before.score)), point.moved).toBeLessThanOrEqual(1);
  }
}
