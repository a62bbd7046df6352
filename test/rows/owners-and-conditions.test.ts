/** Rows of the requirements as both CRMs show them: whose a client is, which steps a plan asks for, and which version it stands on. */
import { afterEach, describe, expect, test } from "vitest";
import { day306090 } from "../../src/core/plan/templates/day-30-60-90.ts";
import type { CardAnswer } from "../../src/views/client-card.ts";
import { DAY, HOUR, MINUTE } from "../support/house.ts";
import { companyProperty, setCompany } from "../support/outside.ts";
import { beginStory, endStory, type Story } from "../support/story.ts";
import { VENDORS } from "../support/world.ts";

const ADMIN = { userId: "1", ownerId: null, isAdmin: true, records: [] };

let story: Story;
afterEach(() => endStory(story));

const ask = (method: string, ...args: readonly unknown[]) =>
  story.house.host.ask(story.world.id, method as never, args as never) as Promise<unknown>;

async function cardOf(company: string) {
  const answer = (await ask("card", ADMIN, `company:${company}`, "en")) as CardAnswer & { ok: true };
  expect(answer.ok).toBe(true);
  return answer.card;
}

describe.each(VENDORS)("%s: whose a client is", (vendor) => {
  test("A1.1 a seller who has gone has no client: somebody active has it from the first minute, and it is said why", async () => {
    story = await beginStory(vendor);
    const { house, world, owner } = story;
    const seller = world.owner("Oleg");
    await house.runFor(2 * HOUR);
    await ask("publish", { plan: { fallbackOwnerId: owner } }, "user:1");
    const company = world.company({ name: "Romashka", ownerId: seller });
    const deal = world.deal({ companyId: company, ownerId: seller });
    await house.runFor(HOUR);
    world.deactivate(seller);
    await house.runFor(2 * HOUR);
    world.win(deal);
    await house.runFor(HOUR);
    const tasks = world.tasksOf(deal);
    expect(tasks.length).toBeGreaterThanOrEqual(14);
    expect(new Set(tasks.map(({ ownerId }) => ownerId))).toEqual(new Set([owner]));
    const { ownerReason, stepOwnerReasons } = await cardOf(company);
    expect([ownerReason, ...stepOwnerReasons.map(({ reason }) => reason)].join(" ")).toMatch(
      /not active|inactive|has left|left/i,
    );
  });

  test("A1.2 the deal's new owner has its open tasks within the hour, once; what is done stays with who did it", async () => {
    story = await beginStory(vendor);
    const { house, world, owner, head } = story;
    const company = world.company({ ownerId: owner });
    const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const welcome = world.tasksOf(deal).find(({ subject }) => subject.startsWith("Welcome"))!;
    world.editTask(welcome.id, { done: true });
    await house.runFor(10 * MINUTE);
    world.assign({ kind: "deal", id: deal }, head);
    world.assign({ kind: "company", id: company }, head);
    await house.runFor(HOUR);
    const owners = () => Object.groupBy(world.tasksOf(deal), ({ ownerId }) => ownerId!);
    expect(owners()[owner]?.map(({ id }) => id)).toEqual([welcome.id]);
    expect(owners()[head]!.length).toBe(13);
    const writes = world.writes();
    await house.runFor(2 * HOUR);
    expect(world.writes()).toBe(writes);
  });
});

describe.each(VENDORS)("%s: which steps a plan asks for", (vendor) => {
  /** Security is reviewed for clients of tier 3, as their record says when it falls due. */
  const own = (version: number, property: string, more: object = {}) => ({
    ...day306090,
    id: "own",
    version,
    steps: [
      ...day306090.steps,
      {
        key: "tier_review",
        title: { en: "Tier review" },
        phase: "quick_wins",
        when: { days: 4 },
        condition: { fact: `x.${property}`, is: "=", value: 3 },
        required: false,
        ...more,
      },
    ],
  });

  test("A2.6 a step's condition is asked when it falls due, and the history says how it came out", async () => {
    story = await beginStory(vendor);
    const { house, world, owner } = story;
    const tier = companyProperty(world, "tier", ["1", "3"]);
    await ask("publish", { templates: [own(1, tier)], defaultTemplate: "own", templateRules: [] }, "user:1");
    await house.runFor(HOUR);
    const companies = [0, 1].map(() => world.company({ ownerId: owner })) as [string, string];
    const deals = companies.map((one) => world.deal({ companyId: one, ownerId: owner, outcome: "won" }));
    await house.runFor(HOUR);
    const asked = () =>
      deals.map((deal) => world.tasksOf(deal).filter(({ subject }) => subject === "Tier review").length);
    expect(asked()).toEqual([0, 0]);
    setCompany(world, companies[0], tier, "3");
    setCompany(world, companies[1], tier, "1");
    await house.runFor(5 * DAY);
    expect(asked()).toEqual([1, 0]);
    const { deeds } = (await ask("history", ADMIN, null, "en")) as {
      deeds: readonly { client: string; text: string }[];
    };
    const said = (company: string) =>
      deeds.flatMap(({ client, text }) => (client === `company:${company}` && /Tier review$/.test(text) ? [text] : []));
    expect(companies.map(said)).toEqual([
      ["Condition met: Tier review"],
      ["Not needed, its condition is not met: Tier review"],
    ]);
  });

  test("A2.4 a running plan stays on its version; the next one has the new", async () => {
    story = await beginStory(vendor);
    const { house, world, owner } = story;
    const publish = (version: number, title: string) =>
      ask(
        "publish",
        {
          templates: [own(version, "none", { condition: undefined, title: { en: title } })],
          defaultTemplate: "own",
          templateRules: [],
        },
        "user:1",
      );
    await publish(1, "Old review");
    const win = async () => {
      const deal = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
      await house.runFor(HOUR);
      return deal;
    };
    const first = await win();
    await publish(2, "New review");
    const second = await win();
    const titles = (deal: string) =>
      world.tasksOf(deal).flatMap(({ subject }) => subject.match(/^(Old|New) review$/)?.[1] ?? []);
    await house.runFor(DAY);
    expect([titles(first), titles(second)]).toEqual([["Old"], ["New"]]);
  });
});
