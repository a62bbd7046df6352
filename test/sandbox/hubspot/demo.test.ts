import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import { demoStep, seedDemo } from "../../../src/sandbox/hubspot/index.ts";
import { install, link, OBJECTS, START, world } from "./kit.ts";

const DAY = 86_400_000;

describe("the demo account (A10.16)", () => {
  test("has 150 clients, 5 managers and months of history, the same for the same seed", () => {
    const seeded = () => {
      const { portal } = world();
      seedDemo(portal, { random: seededRandom(3), now: START });
      return portal;
    };
    const portal = seeded();
    expect(portal.list("company")).toHaveLength(150);
    expect(portal.crm.people.owners.size).toBe(6);
    const deals = portal.list("deal");
    const won = deals.filter((deal) => deal.properties.hs_is_closed_won === "true");
    expect(won.length).toBeGreaterThan(90);
    expect(new Set(deals.map((deal) => deal.properties.dealstage)).size).toBeGreaterThanOrEqual(5);
    for (const deal of won) expect(deal.properties.hs_primary_associated_company).toBeTruthy();
    for (const type of ["meeting", "email", "ticket", "invoice", "contact"]) {
      const records = portal.list(type);
      expect(records.length).toBeGreaterThan(90);
      expect(Math.max(...records.map((record) => record.createdAt))).toBeLessThanOrEqual(START);
    }
    const oldest = Math.min(...portal.list("email").map((email) => email.createdAt));
    expect(START - oldest).toBeGreaterThan(180 * DAY);
    expect(portal.list("task")).toEqual([]);
    const letters = portal
      .list("company")
      .map((company) => company.properties.name)
      .join("");
    for (const alphabet of [/\p{Script=Cyrillic}/u, /[ăâîșț]/iu, /[äöüß]/iu]) expect(letters).toMatch(alphabet);
    expect(seeded().snapshot()).toEqual(portal.snapshot());
  });

  test("goes on by plausible steps", async () => {
    const made = world();
    const { portal, clock } = made;
    const random = seededRandom(5);
    seedDemo(portal, { clients: 20, random, now: START });
    const call = await install(made);
    const deal = portal.list("deal")[0]!;
    for (let index = 0; index < 30; index++) {
      const properties = { hs_timestamp: String(START + index * DAY), hs_task_subject: `T${index}` };
      await call("POST", `${OBJECTS}/tasks`, { properties, associations: [link(deal.id, 216)] });
    }
    const done = new Set<string>();
    for (let step = 0; step < 200; step++) {
      done.add(demoStep(portal, random));
      await clock.advance(30_000);
    }
    expect([...done].sort()).toEqual(["completeTask", "logActivity", "moveTask", "reassignTask", "winDeal"]);
    expect(made.deliveries.length).toBeGreaterThan(50);
  });
});

test("20,000 tasks with three links each go in, one batch as easily as the next", async () => {
  const made = world({ rateLimits: false, webhookUrl: null });
  const call = await install(made);
  const { portal } = made;
  const rows = (values: (index: number) => Record<string, string>) =>
    Array.from({ length: 1_000 }, (_, index) => ({ properties: values(index) }));
  const companies = portal.importRecords(
    "company",
    rows((index) => ({ name: `C${index}` })),
  );
  const contacts = portal.importRecords(
    "contact",
    rows((index) => ({ email: `c${index}@x.example` })),
  );
  const deals = portal.importRecords(
    "deal",
    rows((index) => ({ dealname: `D${index}` })),
  );
  for (let batch = 0; batch < 200; batch++) {
    const inputs = Array.from({ length: 100 }, (_, offset) => {
      const index = (batch * 100 + offset) % 1_000;
      return {
        properties: { hs_timestamp: "1797843600000", hs_task_subject: "Check-in", hs_task_type: "CALL" },
        associations: [link(deals[index]!, 216), link(companies[index]!, 192), link(contacts[index]!, 204)],
      };
    });
    expect((await call("POST", `${OBJECTS}/tasks/batch/create`, { inputs })).status).toBe(201);
  }
  expect(portal.associationsOf("deal", deals[0]!, "task")).toHaveLength(20);
  expect(made.sandbox.violations).toEqual([]);
});
