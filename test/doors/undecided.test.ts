import { afterEach, beforeEach, expect, test } from "vitest";
import { parseDay } from "../../src/core/calendar/day.ts";
import { propertyOfField } from "../../src/crm/hubspot/values.ts";
import type { BoardView } from "../../src/views/board.ts";
import type { UndecidedRed } from "../../src/views/undecided.ts";
import { HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { openIn } from "../web/visit.ts";

let world: HubSpotWorld;
let owner: string;
const ADMIN = { userId: "1", ownerId: null, isAdmin: true, records: [] };

beforeEach(async () => {
  world = new HubSpotWorld();
  owner = world.portal.addOwner({ firstName: "Айгуль" }).id;
  await world.install();
  await world.runFor(10 * MINUTE);
});
afterEach(() => world.close());

function client(amount: string, more = {}): string {
  const { id } = world.portal.create("companies", { name: `Acme ${amount}`, hubspot_owner_id: owner, ...more });
  const deal = { dealname: "A", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner, amount };
  world.portal.create("deals", deal, [{ objectType: "companies", id }]);
  return `company:${id}`;
}

/** As if the score had turned it red. */
function turnRed(key: string): void {
  const { clients } = world.host.portal(world.id).store;
  clients.put([{ ...clients.get(key)!, zone: "red", zoneSince: world.clock.now(), dueAt: null }]);
}

const reds = async (viewer: object = ADMIN) =>
  (await world.host.ask(world.id, "undecidedReds", [viewer as never])) as unknown as readonly UndecidedRed[];

test("A8.20 A8.21 red clients without a decision are listed, the most valuable first; a decision takes one off", async () => {
  const small = client("100");
  const large = client("900");
  const green = client("500");
  await world.runFor(2 * HOUR);
  turnRed(small);
  turnRed(large);
  expect((await reds()).map((one) => one.key)).toEqual([large, small]);
  expect((await reds()).map((one) => one.key)).not.toContain(green);
  const wish = { act: "decide", choice: "fight", reason: "valuable", days: 30 };
  await world.host.ask(world.id, "act", [ADMIN, large, wish, "once-1"] as never);
  turnRed(large);
  expect((await reds()).map((one) => one.key)).toEqual([small]);
});

test("A8.21 a client that the CRM's own field lets go is no client to fight for: the board says so, and the triage leaves it out", async () => {
  const letGo = client("900", { [propertyOfField("decision")]: "let_go" });
  const open = client("100");
  await world.runFor(2 * HOUR);
  turnRed(letGo);
  turnRed(open);
  expect((await reds()).map((one) => one.key)).toEqual([open]);
  const ask = { zone: null, ownerId: null, phase: null, only: null, capacity: 5, page: 0 };
  const board = async (order: string) =>
    (await world.host.ask(world.id, "board", [ADMIN, { ...ask, order }, "en"] as never)) as unknown as BoardView;
  expect((await board("health")).rows.map((row) => [row.key, row.decision])).toEqual(
    expect.arrayContaining([
      [letGo, "let_go"],
      [open, "undecided"],
    ]),
  );
  expect((await board("triage")).rows.map((row) => row.key)).toEqual([open]);
});

test("A8.25 a client whose leaving is noted is asked about nowhere: not among the undecided, not in the triage; the board says when it left", async () => {
  const left = client("900", { [propertyOfField("churned_on")]: "2026-03-02" });
  const leaves = client("500", { [propertyOfField("churned_on")]: "2026-04-01" });
  const stays = client("100");
  await world.runFor(2 * HOUR);
  for (const key of [left, leaves, stays]) turnRed(key);
  expect((await reds()).map((one) => one.key)).toEqual([leaves, stays]);
  const ask = { zone: null, ownerId: null, phase: null, only: null, capacity: 5, page: 0 };
  const board = async (order: string) =>
    (await world.host.ask(world.id, "board", [ADMIN, { ...ask, order }, "en"] as never)) as unknown as BoardView;
  expect((await board("triage")).rows.map((row) => row.key)).toEqual([leaves, stays]);
  const days = new Map((await board("health")).rows.map((row) => [row.key, row.leftDay]));
  expect([left, leaves, stays].map((key) => days.get(key))).toEqual([parseDay("2026-03-02"), null, null]);
});

test("A11.3 with too little heard from a client the suggestion is the working morning, and says so", async () => {
  const key = client("100");
  await world.runFor(2 * HOUR);
  turnRed(key);
  const [red] = await reds();
  expect(red?.contactTime).toEqual({ weekday: 1, hour: 10, source: "working_hours", count: 0 });
});

test("a person who leads nobody sees only the own clients", async () => {
  const key = client("100");
  await world.runFor(2 * HOUR);
  turnRed(key);
  expect(await reds({ userId: "9", ownerId: "none", isAdmin: false, records: [] })).toEqual([]);
  expect(await reds({ userId: "9", ownerId: owner, isAdmin: false, records: [] })).toHaveLength(1);
});

test("A8.21 the page names them with owner, value and the time to call, and leads to the decision", async () => {
  const key = client("900");
  await world.runFor(2 * HOUR);
  turnRed(key);
  const { browser, response } = await openIn(world, world.portal.adminUserId(), "board");
  expect(await response.text()).toContain("/undecided");
  const page = await (await browser.get(browser.url.replace("/board", "/undecided"))).text();
  expect(page).toContain("Acme 900");
  expect(page).toContain("Айгуль");
  expect(page).toContain("Monday, 10:00");
  expect(page).toContain(`/client/${key}`);
  await world.host.ask(world.id, "act", [
    ADMIN,
    key,
    { act: "decide", choice: "let_go", reason: "too_costly", days: 30 },
    "o",
  ]);
  expect(await (await browser.get(browser.url)).text()).toContain("Every red client has its decision.");
});
