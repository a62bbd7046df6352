/** Bitrix24's listing wants pictures of realistic data inside its slider: the demo portal, some weeks into its plans. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../src/core/seeded-random.ts";
import { catchUp, seedDemo } from "../../src/sandbox/bitrix24/demo.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { bitrix24Hosts, inSlider, press } from "./bitrix24.ts";
import { expectAccessible, type Kit, openBrowser, picture } from "./kit.ts";

let house: House;
let world: Bitrix24PortalWorld;
let kit: Kit;
let page: Page;

beforeAll(async () => {
  house = new House();
  world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  seedDemo(world.portal, { clients: 150, managers: 5, random: seededRandom(7), now: house.clock.now() });
  await house.runFor(MINUTE);
  await world.install();
  await house.runFor(HOUR);
  await house.host.ask(world.id, "adopt", [house.clock.now() - 75 * DAY, "user:demo", { plans: 150, tasks: 0 }]);
  await house.runFor(HOUR);
  catchUp(world.portal, "UF_CRM_TENURE_FIRST_VALUE_ON", seededRandom(5));
  await house.runFor(2 * HOUR);
  kit = await openBrowser(bitrix24Hosts(house, world));
  page = await kit.context.newPage();
  page.setDefaultTimeout(45_000);
}, 240_000);
afterAll(async () => {
  await kit?.close();
  house?.close();
});

/** The worst client in the middle of its plan. */
function onboarding(): string {
  const clients = house.host.portal(world.id).store.clients.list(1000);
  const [worst] = clients
    .filter(({ phase, zone }) => phase?.startsWith("days_") && zone !== null && zone !== "learning")
    .sort((a, b) => (a.score ?? 100) - (b.score ?? 100));
  return worst!.key.slice("company:".length);
}

test("the card of a company stands in the slider as high as it is, and its height follows what is opened", async () => {
  const frame = await inSlider(page, world, "CRM_COMPANY_DETAIL_TAB", onboarding());
  await frame.getByRole("heading", { name: "Health" }).waitFor();
  const bars = () => page.frames()[1]!.evaluate("document.documentElement.scrollHeight > innerHeight");
  await expect.poll(bars).toBe(false);
  await expectAccessible(page.frames()[1]!);
  await picture(page, "bitrix24-client");
  const before = (await page.locator("iframe").boundingBox())!.height;
  await press(page, frame.getByText("Set the zone by hand…"));
  await expect.poll(async () => (await page.locator("iframe").boundingBox())!.height).toBeGreaterThan(before);
  await expect.poll(bars).toBe(false);
});

test("the pages of the listing", async () => {
  const frame = await inSlider(page, world, "LEFT_MENU");
  for (const [name, link, heading] of [
    ["bitrix24-board", /With late steps/, "Team board"],
    ["bitrix24-triage", "Whom to look at first", "Team board"],
    ["bitrix24-figures", "Key figures", "Key figures"],
    ["bitrix24-review", "Monthly review", /^Review of/],
    ["bitrix24-status", "Status", "Status"],
    ["bitrix24-settings", "Settings", "Settings"],
  ] as const) {
    await press(page, frame.getByRole("link", { name: link, exact: true }).first());
    await frame.getByRole("heading", { name: heading }).first().waitFor();
    if (name === "bitrix24-triage") await frame.getByText("Your team can take on 6").waitFor();
    expect(await frame.locator("h1").count()).toBe(1);
    await picture(page, name);
  }
});
