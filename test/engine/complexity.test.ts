/** A7.4 as a team lives it: a property of the deal or the client makes phases longer, at the start and later. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseTemplate } from "../../src/core/plan/template.ts";
import { fourPhases } from "../../src/core/plan/templates/four-phases.ts";
import { templateToYaml } from "../../src/core/plan/yaml.ts";
import type { CardAnswer } from "../../src/views/client-card.ts";
import type { DeedPage } from "../../src/views/history.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { ownProperty, setOwn } from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

const MARCH = Date.UTC(2026, 2, 0);
const VIEWER = { userId: "1", ownerId: null, isAdmin: true, records: [] };

let house: House;
let world: World;
let owner: string;
let property: string;

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** Publishes a template that gives the setup a week more where the property says so; nothing is mapped in the settings. */
async function publish(): Promise<void> {
  const complexity = [{ when: { fact: `x.${property}`, is: "=" as const, value: "high" }, extends: { setup: 7 } }];
  const own = parseTemplate({ ...fourPhases, id: "own", complexity });
  const saved = await house.host.ask(world.id, "saveTemplate", [templateToYaml(own), "user:1"]);
  expect(saved).toMatchObject({ ok: true });
  await house.host.ask(world.id, "publishDraft", ["user:1"]);
  const settings = { ...house.host.portal(world.id).settings(), templateRules: [], defaultTemplate: "own" };
  await house.host.ask(world.id, "publish", [settings, "user:1"]);
}

async function won(level: string | null): Promise<{ company: string; deal: string }> {
  const company = world.company({ ownerId: owner });
  const deal = world.deal({ companyId: company, ownerId: owner });
  if (level !== null) setOwn(world, "deal", deal, property, level);
  await house.runFor(5 * MINUTE);
  world.win(deal);
  await house.runFor(30 * MINUTE);
  return { company, deal };
}

/** Due days by subject, counted from the first of March 2026. */
const dueOf = (deal: string) =>
  Object.fromEntries(world.tasksOf(deal).map(({ subject, dueAt }) => [subject, Math.floor((dueAt! - MARCH) / DAY)]));

const SETUP = ["Kickoff meeting", "Technical setup"];
const BEHIND = ["Structured training", "Go-live"];

describe.each(VENDORS)("%s: A7.4 complexity", (vendor) => {
  beforeEach(async () => {
    house = new House();
    world = await installed(house, vendor);
    owner = world.owner("Aigul");
    property = ownProperty(world, "deal", "complexity", ["low", "high"]);
    await house.runFor(2 * HOUR);
    await publish();
  });

  test("the deal's property makes the plan longer from its first day, and card, record and history say why", async () => {
    const plainly = await won("low");
    const complex = await won("high");
    const [short, long] = [dueOf(plainly.deal), dueOf(complex.deal)];
    // Monday 16 and 30 March; a week later.
    expect(BEHIND.map((subject) => short[subject])).toEqual([16, 30]);
    expect(BEHIND.map((subject) => long[subject])).toEqual([23, 37]);
    // Three and five of the seven days later than Friday 6 and Sunday 8 March; Monday 9 is a day off.
    expect(SETUP.map((subject) => short[subject])).toEqual([6, 10]);
    expect(SETUP.map((subject) => long[subject])).toEqual([10, 13]);
    expect(long["Month 1 retrospective"]).toBe(short["Month 1 retrospective"]);

    const name = property.replaceAll("_", " ");
    const asked = await house.host.ask(world.id, "card", [VIEWER, `company:${complex.company}`, "en"]);
    const { plan } = (asked as Extract<CardAnswer, { ok: true }>).card;
    expect(plan!.extensions).toEqual([`Setup: 7 extra days (${name} = high)`]);
    const field = (company: string) => world.fields({ kind: "company", id: company }).template_reason;
    expect(field(complex.company)).toBe(`No rule matched: default plan; 7 extra days (${name})`);
    expect(field(plainly.company)).toBe("No rule matched: default plan");
    const page = (await house.host.ask(world.id, "history", [VIEWER, null, "en"])) as DeedPage;
    expect(
      page.deeds.filter(({ client }) => client === `company:${complex.company}`).map(({ text }) => text),
    ).toContain(`Extra days of phase “Setup”: 7 (before: 0), by “${name}”`);
  });

  test("a property that changes later moves the open tasks, there and back, but none that is done or was moved by a person; then all is quiet", async () => {
    const { deal } = await won("low");
    const task = (subject: string) => world.tasksOf(deal).find((one) => one.subject === subject)!;
    world.editTask(task("Kickoff meeting").id, { done: true });
    world.editTask(task("Go-live").id, { dueAt: task("Go-live").dueAt! + 2 * DAY });
    await house.runFor(HOUR);
    const before = dueOf(deal);
    setOwn(world, "deal", deal, property, "high");
    await house.runFor(HOUR);
    expect(dueOf(deal)).toEqual({ ...before, "Technical setup": 13, "Structured training": 23 });
    const writes = world.writes();
    await house.runFor(2 * HOUR);
    expect(world.writes()).toBe(writes);
    setOwn(world, "deal", deal, property, "low");
    await house.runFor(HOUR);
    expect(dueOf(deal)).toEqual(before);
  });
});
