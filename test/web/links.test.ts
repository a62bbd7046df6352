import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { Receivers } from "../support/outside.ts";
import { type Browser, fieldsOf, openIn, type Scene, wonScene } from "./visit.ts";

const SETTINGS = {
  templateRules: [],
  defaultTemplate: "calls",
  templates: [
    {
      id: "calls",
      version: 1,
      title: { en: "Calls" },
      lengthDays: 30,
      phases: [{ key: "only", title: { en: "Only" }, fromDay: 0, toDay: 30 }],
      steps: [
        { key: "call", title: { en: "Call them" }, phase: "only", when: { days: 3 } },
        {
          key: "accounts",
          kind: "provision",
          title: { en: "Accounts" },
          phase: "only",
          when: { days: 0 },
          action: "make",
        },
      ],
    },
  ],
  pages: { plan: true },
  calls: { url: "https://hooks.customer.com/tenure" },
};

let world: HubSpotWorld;
let scene: Scene;
let receivers: Receivers;
let browser: Browser;
let home: string;

beforeEach(async () => {
  receivers = new Receivers();
  world = new HubSpotWorld({ outside: { outbound: { fetch: receivers.fetch } } });
  scene = await wonScene(world);
  await world.host.ask(world.id, "publish", [SETTINGS, "user:1"]);
  const company = world.portal.create("companies", { name: "Beta", hubspot_owner_id: scene.owner.id }).id;
  const values = { dealname: "Beta", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: scene.owner.id };
  receivers.answers.push(400);
  world.portal.create("deals", values, [{ objectType: "companies", id: company }]);
  await world.runFor(HOUR);
  browser = (await openIn(world, scene.admin.userId, "settings/links")).browser;
  home = browser.url;
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const page = async () => (await browser.get(home)).text();
const submit = async (deed: string) => {
  const path = `${new URL(home).pathname}/${deed}`;
  return (await browser.post(`${home}/${deed}`, fieldsOf(await page(), `action="${path}"`))).text();
};

test("the signing key is shown on a click only, and a new one replaces it", async () => {
  const secret = (await world.host.ask(world.id, "callSecret", [])) as string;
  expect(await page()).not.toContain(secret);
  expect(await submit("show")).toContain(secret);
  const after = await submit("rotate");
  const fresh = (await world.host.ask(world.id, "callSecret", [])) as string;
  expect(fresh).not.toBe(secret);
  expect(after).toContain(fresh);
});

test("A6.1 a call that failed stands there with its answer, and a click makes it again, once", async () => {
  expect(receivers.calls).toHaveLength(1);
  expect(await page()).toMatch(/Beta[\s\S]*make[\s\S]*HTTP_400|Beta[\s\S]*make[\s\S]*400/);
  await submit("retry");
  await world.runFor(10 * MINUTE);
  expect(receivers.calls).toHaveLength(2);
  expect(receivers.calls[1]!.headers.get("webhook-id")).toBe(receivers.calls[0]!.headers.get("webhook-id"));
  expect(await page()).toContain("None.");
});

test("links are listed with their last day, and revoked ones open nothing", async () => {
  const found = /<a href="(https:\/\/tenure\.test\/c\/plan\/[^"]+)"/.exec(await page());
  expect(found, "a link to the client's plan").not.toBeNull();
  expect((await world.app.request(found![1]!)).status).toBe(200);
  const before = await page();
  const links = [...before.matchAll(/\/c\/plan\/[^"]+/g)].map(([one]) => one);
  await submit("revoke");
  const after = await page();
  const gone = links.filter((one) => !after.includes(one));
  expect(gone).toHaveLength(1);
  expect((await world.app.request(`https://tenure.test${gone[0]}`)).status).not.toBe(200);
});

test("only administrators see any of it", async () => {
  const other = await openIn(world, scene.other.userId, "settings/links");
  expect(other.response.status).toBe(403);
  expect((await other.browser.post(`${other.browser.url}/show`, {})).status).toBe(403);
});
