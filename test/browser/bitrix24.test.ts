import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { expectAccessible, type Kit, openBrowser, picture } from "./kit.ts";

let house: House;
let world: Bitrix24PortalWorld;
let kit: Kit;
let page: Page;
/** clicks of the administrator, from the install on */
let clicks = 0;

/** The vendor's own library, as the runtimes hand it to the app. */
async function library(): Promise<Response> {
  const entry = createRequire(import.meta.url).resolve("@bitrix24/b24jssdk");
  const source = await readFile(`${entry.slice(0, entry.lastIndexOf("/dist/"))}/dist/umd/index.min.js`, "utf8");
  return new Response(source, { headers: { "content-type": "text/javascript" } });
}

beforeAll(async () => {
  house = new House();
  world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  kit = await openBrowser({
    "tenure.test": (request) =>
      new URL(request.url).pathname === "/bitrix24/b24jssdk.js" ? library() : house.app.fetch(request),
    "bitrix24.sandbox": (request) => house.bitrix24.fetch(request),
    [new URL(world.portal.clientEndpoint).hostname]: (request) => house.bitrix24.fetch(request),
  });
  page = await kit.context.newPage();
});
afterAll(async () => {
  await kit?.close();
  house?.close();
});

/** The CRM's page around our frame, as the sandbox hosts it. */
async function open(placement: string, id?: string): Promise<FrameLocator> {
  const { origin } = new URL(world.portal.clientEndpoint);
  const query = new URLSearchParams({ placement, ...(id !== undefined && { id }) });
  await page.goto(`${origin}/frame/${world.portal.memberId}/${world.adminId}?${query}`);
  return page.frameLocator("iframe");
}

async function click(frame: FrameLocator, name: string, role: "button" | "link" = "button"): Promise<void> {
  await frame.getByRole(role, { name, exact: true }).first().click();
  clicks += 1;
}

test("an administrator installs in the browser, sets up in a few clicks, and a won deal gets its plan", async () => {
  clicks = 1; // Install, on the Market's page
  await open("DEFAULT");
  await expect.poll(() => world.portal.app.finished, { timeout: 20_000 }).toBe(true);
  await house.runFor(20 * MINUTE);
  const frame = await open("DEFAULT");
  await frame.locator("main").waitFor();
  await click(frame, "Settings", "link");
  await click(frame, "Begin the set-up", "link");
  for (let step = 1; step <= 4; step++) {
    await frame.getByText(`Step ${step} of 4`).waitFor();
    await click(frame, "Save and go on");
  }
  await frame.getByRole("heading", { name: "Changes" }).first().waitFor();
  const owner = world.owner("Dana");
  const company = world.company({ name: "Acme", ownerId: owner });
  const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
  await house.runFor(HOUR);
  expect(world.tasksOf(deal).length).toBeGreaterThan(5);
  expect(clicks).toBeLessThanOrEqual(12);
});

test("the tab of a deal shows its client, in the frame, without a fault that axe can find", async () => {
  const company = world.company({ name: "Nordlicht GmbH", ownerId: String(world.adminId) });
  const deal = world.deal({ companyId: company, ownerId: String(world.adminId), amount: 9800, outcome: "won" });
  await house.runFor(HOUR);
  const frame = await open("CRM_DEAL_DETAIL_TAB", deal);
  await frame.getByRole("heading", { name: "Nordlicht GmbH" }).waitFor();
  await expectAccessible(page.frames()[1]!);
  await picture(page, "bitrix24-client");
  await frame.getByRole("button", { name: "Complete" }).first().click();
  await frame.getByText("Done. The CRM follows within a minute.").waitFor();
  const board = await open("LEFT_MENU");
  await board.getByRole("link", { name: "Nordlicht GmbH" }).waitFor();
  await picture(page, "bitrix24-board");
});
