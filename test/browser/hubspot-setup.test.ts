import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HubSpotWorld, MINUTE, PUBLIC_URL } from "../support/hubspot-world.ts";
import { framed } from "./hubspot.ts";
import { expectAccessible, type Kit, openBrowser, walk } from "./kit.ts";

const LISTING = "https://app.hubspot.com/listing";
const APP = "https://app.hubspot.com/app";

let world: HubSpotWorld;
let kit: Kit;
let page: Page;
let company: string;
/** clicks of the administrator, from the install on */
let clicks = 0;

/** HubSpot's own pages around ours: the listing with its button, and the app's page, whose link a card of ours has made. */
async function hubspotPage(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const inner = url.searchParams.get("inner");
  const body = inner
    ? `<iframe title="Tenure" src="${inner}" style="border:0;width:100%;height:calc(100vh - 42px);display:block"></iframe>`
    : url.pathname === "/listing"
      ? `<a href="${PUBLIC_URL}/hubspot/install">Install app</a>`
      : `<a href="${(await framed(world, world.portal.adminUserId(), "settings")).replaceAll("&", "&amp;")}">Tenure</a>`;
  const style = "body{margin:0;font:15px system-ui}header{background:#253342;color:#fff;padding:10px 18px}";
  const html = `<!doctype html><html lang="en"><title>HubSpot</title><style>${style}</style><header>HubSpot</header>${body}`;
  return new Response(html, { headers: { "content-type": "text/html" } });
}

beforeAll(async () => {
  world = new HubSpotWorld({ seed: 3 });
  const owner = world.portal.addOwner({ firstName: "Dana" });
  company = world.portal.create("companies", { name: "Nordlicht GmbH", hubspot_owner_id: owner.id }).id;
  const deal = { dealname: "Nordlicht", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner.id };
  world.portal.create("deals", deal, [{ objectType: "companies", id: company }]);
  await world.runFor(DAY);
  kit = await openBrowser({
    "tenure.test": (request) => world.app.fetch(request),
    "hubspot.sandbox": (request) => world.sandbox.fetch(request),
    "app.hubspot.com": hubspotPage,
  });
  page = await kit.context.newPage();
  page.setDefaultTimeout(45_000);
});
afterAll(async () => {
  await kit?.close();
  world?.close();
});

async function click(on: Page | FrameLocator, name: string, role: "button" | "link" = "button"): Promise<void> {
  await on.getByRole(role, { name, exact: true }).first().click();
  clicks += 1;
}

test("an administrator installs, sets up and sees the first plan within twelve clicks", async () => {
  await page.goto(LISTING);
  await click(page, "Install app", "link");
  await page.getByRole("button", { name: "Connect app" }).waitFor();
  await walk(page, "01-consent");
  await click(page, "Connect app");
  await page.getByRole("heading", { name: "Tenure is installed" }).waitFor();
  await walk(page, "02-installed");
  await world.runFor(20 * MINUTE);
  await page.goto(APP);
  await click(page, "Tenure", "link");
  const frame = page.frameLocator("iframe");
  await frame.getByRole("link", { name: "Begin the set-up" }).waitFor();
  await walk(page, "03-settings");
  await click(frame, "Begin the set-up", "link");
  for (let step = 1; step <= 4; step++) {
    await frame.getByText(`Step ${step} of 4`).waitFor();
    await walk(page, `${String(step + 3).padStart(2, "0")}-set-up-${step}`);
    await click(frame, "Save and go on");
  }
  await frame.getByRole("button", { name: "Publish" }).waitFor();
  await walk(page, "08-publish");
  await click(frame, "Publish");
  await frame.getByText(/Plans to be made: 1, with tasks: \d+/).waitFor();
  await walk(page, "09-first-plan");
  expect(world.portal.list("tasks")).toEqual([]);
  await click(frame, "Approve and start");
  await frame.getByRole("heading", { name: "Team board" }).waitFor();
  await world.runFor(20 * MINUTE);
  await click(frame, "Team board", "link");
  await frame.getByRole("link", { name: "Nordlicht GmbH" }).waitFor();
  await walk(page, "10-board");
  await click(frame, "Nordlicht GmbH", "link");
  await frame.getByText("0 of 14 steps done").waitFor();
  await walk(page, "11-client");
  expect(world.portal.list("tasks").length).toBeGreaterThan(5);
  expect(clicks).toBeLessThanOrEqual(12);
});

test("G10 leaving: a deliberate click, then everything of ours is gone from HubSpot", async () => {
  await page.goto(await framed(world, world.portal.adminUserId(), "settings"));
  const frame = page.frameLocator("iframe");
  await frame.getByRole("link", { name: "Leave cleanly" }).click();
  await frame.getByRole("heading", { name: "Leave cleanly" }).waitFor();
  await walk(page, "12-leave");
  await expectAccessible(page.frames()[1]!);
  await frame.getByRole("button", { name: "Leave", exact: true }).click();
  expect(world.host.portal(world.id).store.meta.get("leaving")).toBeNull(); // the box is not ticked yet
  await frame.getByRole("checkbox").check();
  await frame.getByRole("button", { name: "Leave", exact: true }).click();
  await frame.getByRole("heading", { name: "Tenure is leaving" }).waitFor();
  await world.runFor(30 * MINUTE);
  expect(world.portal.list("tasks")).toEqual([]);
  expect(await world.host.has(world.id)).toBe(false);
});
