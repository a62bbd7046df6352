/** The demo is what a newcomer judges by: its book has to be one that a team could have. Played by the sandbox's people, judged by us. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/core/seeded-random.ts";
import { fieldName } from "../../src/crm/bitrix24/shape.ts";
import { propertyOfField } from "../../src/crm/hubspot/values.ts";
import * as bitrix24 from "../../src/sandbox/bitrix24/demo.ts";
import * as hubspot from "../../src/sandbox/hubspot/demo.ts";
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

type Vendor = (typeof VENDORS)[number];

interface Book {
  all: BoardView;
  board(ask: Partial<BoardAsk>): Promise<BoardView>;
  cards: readonly CardAnswer[];
}

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

const houses: House[] = [];
const books = {} as Record<Vendor, Book>;

beforeAll(async () => {
  for (const vendor of VENDORS) books[vendor] = await play(vendor);
}, 240_000);
afterAll(() => {
  for (const house of houses) house.close();
});

async function play(vendor: Vendor): Promise<Book> {
  const house = new House();
  houses.push(house);
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
  const cards = all.rows.map(({ key }) => house.host.ask(world.id, "card", [ADMIN, key, "en"]));
  return { all, board, cards: (await Promise.all(cards)) as CardAnswer[] };
}

test("A10.16 of the demo's clients some are red, more yellow, most green", () => {
  // Of one book a share may come out otherwise by the seed; of both together not by so much.
  const both = VENDORS.map((vendor) => books[vendor].all);
  const share = (zone: string) => {
    const count = (of: (board: BoardView) => number) => both.reduce((sum, board) => sum + of(board), 0);
    return count(({ zones }) => zones[zone] ?? 0) / count(({ total }) => total);
  };
  expect(share("red")).toBeGreaterThan(0.02);
  expect(share("red")).toBeLessThan(0.12);
  expect(share("yellow")).toBeGreaterThan(share("red"));
  expect(share("green")).toBeGreaterThan(0.5);
  expect(share("green")).toBeLessThan(0.85);
});

test.each(VENDORS)("A10.16 %s: who is red says why, somebody is late, and the day's six are chosen", async (vendor) => {
  const { all, board } = books[vendor];
  const reds = await board({ zone: "red" });
  expect(reds.rows.length).toBeGreaterThan(0);
  expect(reds.rows.filter(({ reason }) => !reason)).toEqual([]);
  expect(new Set(all.rows.map(({ reason }) => reason?.split(":")[0])).size).toBeGreaterThan(5);
  expect(all.overdue).toBeGreaterThan(3);
  expect(all.rows.filter(({ escalationOwnerId }) => escalationOwnerId !== null).length).toBeGreaterThan(0);
  expect((await board({ phase: "days_61_90" })).rows.some(({ progress }) => (progress ?? 0) > 20)).toBe(true);
  expect((await board({ order: "triage" })).rows.filter(({ stake }) => stake?.isTaken)).toHaveLength(6);
  // Everybody was judged for the first time today: nobody has changed yet.
  expect(all.changed).toBe(0);
});

test("each point of a card's trend says what moved the score since the one before, and its points come to the difference", () => {
  const cards = VENDORS.flatMap((vendor) => books[vendor].cards);
  const trends = cards.map((answer) => (answer.ok ? answer.card.score.history : []));
  const moves = trends.flatMap((points) => points.slice(1).map((point, at) => ({ point, before: points[at]! })));
  expect(moves.length).toBeGreaterThan(5);
  for (const { point, before } of moves) {
    const points = [...point.moved.matchAll(/\(([+−])([\d.]+)\)/g)].map(([, sign, by]) =>
      Number(`${sign === "−" ? "-" : ""}${by}`),
    );
    const sum = points.reduce((total, one) => total + one, 0);
    expect(Math.abs(sum - (point.score - before.score)), point.moved).toBeLessThanOrEqual(1);
  }
});
