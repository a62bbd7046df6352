import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { day306090 } from "../../src/core/plan/templates/day-30-60-90.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";

const OWN = { ...day306090, id: "own" };

let world: HubSpotWorld;
let ask: (method: string, ...args: readonly unknown[]) => Promise<unknown>;

beforeEach(async () => {
  world = new HubSpotWorld();
  ask = (method, ...args) => world.host.ask(world.id, method, args);
  const owner = world.portal.addOwner({}).id;
  await world.install();
  await world.runFor(10 * MINUTE);
  await ask("publish", { templates: [OWN], defaultTemplate: "own", templateRules: [] }, "user:1");
  const company = world.portal.create("companies", { name: "Acme", hubspot_owner_id: owner }).id;
  const values = { dealname: "Acme deal", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
  world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  await world.runFor(HOUR);
});

afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const templates = () => world.host.portal(world.id).settings().templates;
const problems = () => world.logs.filter(({ event }) => event === "client-undecided");

test("A2.4 a plan goes on under its own template when the configuration is rolled back to one from before it", async () => {
  await ask("rollBack", 0, "user:1");
  await world.runFor(2 * DAY);
  expect(problems()).toEqual([]);
  expect(templates().map(({ id }) => id)).toEqual(["own"]);
  expect(world.host.portal(world.id).settings().defaultTemplate).toBe("day-30-60-90");
});

test("A2.4 a file from elsewhere takes no template from under a running plan", async () => {
  expect(await ask("importDraft", stringify({ language: "ro" }), "user:1")).toEqual({ ok: true, others: null });
  await ask("publishDraft", "user:1");
  await world.runFor(2 * DAY);
  expect(problems()).toEqual([]);
  expect(templates().map(({ id }) => id)).toEqual(["own"]);
});

test("A2.4 a file that changes a version on which plans run is refused, with the way out; a higher version is taken", async () => {
  const changed = { ...OWN, lengthDays: 40 };
  const whole = { ...world.host.portal(world.id).settings(), templates: [changed] };
  expect(await ask("importDraft", stringify(whole), "user:1")).toMatchObject({
    ok: false,
    problems: [{ path: "templates.0.version", code: "higher_version", params: { version: 1 } }],
  });
  const higher = { ...whole, templates: [{ ...changed, version: 2 }] };
  expect(await ask("importDraft", stringify(higher), "user:1")).toMatchObject({ ok: true });
});

test("the finding about a client that could not be decided ends as soon as it can be", async () => {
  const portal = world.host.portal(world.id);
  const codes = () => portal.store.findings.open().map(({ code }) => code);
  const publishAnyhow = (templates: unknown) => {
    portal.store.publishConfig({ templates }, "user:1", world.clock.now());
    portal.changed();
  };
  publishAnyhow([]);
  await world.runFor(20 * MINUTE);
  expect(codes()).toContain("turn-failed");
  publishAnyhow([OWN]);
  await world.runFor(20 * MINUTE);
  expect(codes()).not.toContain("turn-failed");
});
