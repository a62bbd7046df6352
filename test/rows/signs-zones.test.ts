/** Zones and what starts with them, who sees it and how much it weighs (A8.2, A8.18–A8.20), as both CRMs show it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fill, shownIn } from "../../scripts/world/by-hand.ts";
import { DEFAULT_SCORE_CONFIG } from "../../src/core/score/config.ts";
import type { BoardView } from "../../src/views/board.ts";
import type { ScoreView } from "../../src/views/score-view.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE, START } from "../support/house.ts";
import { companyProperty, companyRef, setCompany } from "../support/outside.ts";
import { addPortal, type TaskSeen, VENDORS, type World } from "../support/world.ts";
import { ADMIN, automate, cardOf, tasksCalled } from "./signs.ts";

const YELLOW = ["Call the client: what has changed?", "Review the reasons and choose an offer"] as const;
const RED = ["Call the client today", "Management joins: personal talk with the client"] as const;
const BOARD = { zone: null, ownerId: null, phase: null, only: null, order: "health", capacity: 5, page: 0 };

describe.each(VENDORS)("%s: zones", (vendor) => {
  let house: House;
  let world: World;
  let owner: string;
  let head: string;
  const id: Record<string, { company: string; deal: string }> = {};
  const boards: Record<string, BoardView> = {};
  const made: Record<string, readonly TaskSeen[]> = {};
  const shown: Record<string, Readonly<Record<string, string>>> = {};
  const scores: Record<string, ScoreView> = {};

  const board = async (more: object = {}) =>
    (await house.host.ask(world.id, "board", [ADMIN, { ...BOARD, ...more }, "en"] as never)) as BoardView;
  const fieldsOf = (who: string) => {
    const ref = companyRef(id[who]!.company);
    const ours = ["zone", "zone_previous", "zone_since", "main_reason", "importance_financial", "importance_strategic"];
    return Object.fromEntries(ours.map((field) => [field, shownIn(world, ref, field)]));
  };
  const called = (who: string, subjects: readonly string[]) =>
    subjects.flatMap((subject) => tasksCalled(world, id[who]!.company, subject));
  const set = async (who: string, wish: object) => {
    const once = JSON.stringify([who, wish, house.clock.now()]);
    const answer = await house.host.ask(world.id, "act", [ADMIN, `company:${id[who]!.company}`, wish, once] as never);
    expect(answer).toMatchObject({ ok: true });
    await house.runFor(30 * MINUTE);
  };
  const override = (zone: string) => ({ act: "override", zone, reason: "other", days: 20 });

  beforeAll(async () => {
    house = new House({ looks: "seldom" });
    world = addPortal(house, vendor);
    owner = world.owner("Aigul");
    head = world.owner("Hanna");
    const clients = ["yellow", "red", "steady", "marked"];
    const won = world.importWon(clients.length, owner, START - 300 * DAY);
    for (const [n, name] of clients.entries()) id[name] = won[n]!;
    const property = companyProperty(world, "adoption", ["good", "bad"]);
    await house.runFor(HOUR);
    await world.install();
    await house.runFor(3 * HOUR);
    const mapped = { id: "x_adoption", on: "company", property, as: "fact", match: { equals: "bad" }, nats: 4 };
    await house.host.ask(world.id, "publish", [
      {
        people: { headIds: [head], managerOf: { [owner]: head } },
        mapped: { company: [property] },
        score: { mapped: [mapped] },
      },
      "user:1",
    ]);
    await house.run(START + 2 * DAY);
    scores.before = (await cardOf(world, id.marked!.company)).score;
    setCompany(world, id.marked!.company, property, "bad");
    await house.runFor(2 * HOUR);
    scores.marked = (await cardOf(world, id.marked!.company)).score;
    shown.calm = fieldsOf("yellow");
    boards.calm = await board({ only: "changed" });

    // The first says twice that it did not do what was agreed; a person who knows more sets the second red.
    for (let n = 0; n < 2; n++) {
      await automate(world, id.yellow!.deal, "record_signal", { signal: "agreed_step_overdue" });
      await house.runFor(HOUR);
    }
    await set("red", override("red"));
    shown.yellow = fieldsOf("yellow");
    shown.red = fieldsOf("red");
    made.yellow = called("yellow", YELLOW);
    made.red = called("red", RED);
    boards.all = await board();
    boards.changed = await board({ only: "changed" });
    boards.yellow = await board({ zone: "yellow" });

    await house.runFor(3 * DAY);
    boards.later = await board({ only: "changed" });
    made.yellowLater = called("yellow", YELLOW);
    await set("yellow", override("green"));
    await set("red", { act: "override_end" });
    await set("red", override("green"));
    made.yellowLeft = called("yellow", YELLOW);
    made.redLeft = called("red", RED);
    shown.left = fieldsOf("yellow");
    await set("yellow", override("yellow"));
    made.yellowAgain = called("yellow", YELLOW);

    world.deal({ companyId: id.steady!.company, ownerId: owner, amount: 5000, outcome: "won" });
    await house.runFor(HOUR);
    shown.first = fieldsOf("steady");
    world.deal({ companyId: id.steady!.company, ownerId: owner, amount: 2000, outcome: "won" });
    expect(fill(world, companyRef(id.steady!.company), "importance_strategic", "high")).toBe(true);
    await house.runFor(HOUR);
    await set("steady", override("red"));
    await house.runFor(DAY);
    shown.steady = fieldsOf("steady");
    boards.triage = await board({ order: "triage" });
  }, 120_000);
  afterAll(() => {
    expectClean(house, world);
    house.close();
  });

  const offers = "What you can offer: extra training, process review, joint improvement plan, tariff review.";
  const keysOf = (view: BoardView | undefined) => view!.rows.map(({ key }) => key).sort();
  const keys = (...who: readonly string[]) => who.map((one) => `company:${id[one]!.company}`).sort();

  test("A8.2 one marker more, a field of the portal's own, costs its points beside the others and names itself", () => {
    expect(scores.before!.ledger).toEqual([{ label: "Starting value", points: 85, detail: null }]);
    expect(scores.marked!.ledger).toEqual([
      { label: "Starting value", points: 85, detail: null },
      { label: "Adoption", points: -24, detail: "Reported 4 March 2026: adoption." },
    ]);
    expect(scores.marked).toMatchObject({ score: 61, zone: "yellow" });
    const groups = Object.keys(DEFAULT_SCORE_CONFIG.groups);
    expect(groups.length).toBeGreaterThanOrEqual(5);
    expect(groups.length).toBeLessThanOrEqual(8);
  });

  test("A8.18 yellow brings the owner's tasks with what may be offered, once, and takes them along when it ends", () => {
    const task = { ownerId: owner, done: false, body: expect.stringContaining(offers) };
    expect(made.yellow).toMatchObject([task, task]);
    expect(made.yellowLater).toEqual(made.yellow);
    expect(shown.left).toMatchObject({ zone: "green", zone_previous: "yellow" });
    expect(made.yellowLeft).toEqual([]);
    // Yellow again within the month asks nobody anew.
    expect(made.yellowAgain).toEqual([]);
  });

  test("A8.18 red brings the manager in, with what may be offered, and its tasks stay until somebody does them", () => {
    const offered = { done: false, body: expect.stringContaining(offers) };
    expect(made.red).toMatchObject([
      { ...offered, ownerId: owner },
      { ...offered, ownerId: head },
    ]);
    expect(made.redLeft).toEqual(made.red);
  });

  test("A8.19 the record says zone, since when, the one before and why; the board who changed and who has each", () => {
    expect(shown.yellow).toMatchObject({
      zone: "yellow",
      zone_previous: "green",
      main_reason: "Reported 4 March 2026: agreed step overdue.",
    });
    const { zone_since: since } = shown.yellow!;
    expect(vendor === "hubspot" ? Date.parse(since!) : Number(since)).toBe(Date.UTC(2026, 2, 3, 22));
    expect(shown.red).toMatchObject({ zone: "red", zone_previous: "learning" });
    expect(keysOf(boards.calm)).toEqual(keys("marked"));
    expect(keysOf(boards.changed)).toEqual(keys("yellow", "red", "marked"));
    expect(keysOf(boards.later)).toEqual([]);
    expect(keysOf(boards.yellow)).toEqual(keys("yellow", "marked"));
    expect(boards.all!.zones).toEqual({ learning: 1, red: 1, yellow: 2 });
    const worrying = boards.all!.rows.filter(({ zone }) => zone !== "learning");
    expect(worrying.map(({ ownerId }) => ownerId)).toEqual([owner, owner, owner]);
    expect(worrying.find(({ zone }) => zone === "red")!.escalationOwnerId).toBe(head);
  });

  test("A8.20 beside the risk stand what the client pays, counted, and what it means, as a person says", () => {
    expect(shown.first).toMatchObject({ importance_financial: "5000", importance_strategic: "" });
    expect(shown.steady).toMatchObject({ zone: "red", importance_financial: "7000", importance_strategic: "high" });
    const row = boards.triage!.rows.find(({ key }) => key === keys("steady")[0]);
    expect(row).toMatchObject({ zone: "red", value: 7000, strategic: "high" });
    expect(row!.stake!.why).toContain("strategic");
  });
});
