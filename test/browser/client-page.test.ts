import type { Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import type { ClientLinks } from "../../src/doors/pages.ts";
import { HOUR, House, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { contactWithMail } from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";
import { expectAccessible, type Kit, look, openBrowser } from "./kit.ts";

const VIEWER = { userId: "1", ownerId: null, isAdmin: true, records: [] };
const SETTINGS = {
  pages: { plan: true },
  messages: { portalName: "Alma Software", emergency: "+40 21 555 0100" },
  questions: {
    isOn: true,
    answers: [
      {
        topic: "Import of contacts",
        asked: ["How do I import contacts?"],
        answer: "Open Settings, then Import, and choose your file.\nUp to 10,000 rows go at once.",
      },
    ],
  },
};

let house: House;
let kit: Kit;
afterEach(async () => {
  await kit?.close();
  house?.close();
});

async function planOf(world: World): Promise<string> {
  const owner = world.owner("Aigul");
  await house.runFor(2 * HOUR);
  await house.host.ask(world.id, "publish", [SETTINGS, "user:1"]);
  const company = world.company({ name: "Acme", ownerId: owner });
  const deal = world.deal({
    companyId: company,
    contactIds: [contactWithMail(world, company, "Oksana", "o@acme.example")],
    ownerId: owner,
  });
  await house.runFor(5 * MINUTE);
  world.win(deal);
  await house.runFor(10 * MINUTE);
  const links = (await house.host.ask(world.id, "clientLinks", [VIEWER, `company:${company}`])) as ClientLinks;
  return links.plan!;
}

/** By keyboard alone. */
async function ask(page: Page, question: string): Promise<string> {
  await page.getByLabel("Your question").fill(question);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  return replyOn(page, question);
}

async function replyOn(page: Page, question = ""): Promise<string> {
  await page.locator("p.asked", { hasText: question }).waitFor({ timeout: 10_000 });
  return (await page.locator("p.reply").innerText()).trim();
}

/** A phone in the dark that runs no scripts; a light screen on which axe, a script itself, looks at every state of the page. */
const DEVICES = {
  hubspot: { width: 390, height: 800, colorScheme: "dark", hasScripts: false },
  bitrix24: { width: 1280, height: 800, colorScheme: "light", hasScripts: true },
} as const;

test.each(VENDORS)("A11.6 %s: a client asks on the plan page by keyboard, and without a script", async (vendor) => {
  house = new House();
  const world = await installed(house, vendor);
  const url = await planOf(world);
  const host = new URL(PUBLIC_URL).hostname;
  const device = DEVICES[vendor];
  kit = await openBrowser({ [host]: (request) => house.app.fetch(request) }, device);
  const page = await kit.context.newPage();
  const isFine = async (state: string) => {
    if (device.hasScripts) await expectAccessible(page);
    await look(page, `${vendor}-${state}`);
  };
  await page.goto(url);
  expect(await page.locator("script").count()).toBe(0);
  await isFine("plan-page");

  expect(await ask(page, "how can I import my contacts?")).toContain("Open Settings, then Import");
  expect(new URL(page.url()).hash).toBe("#ask");
  await isFine("plan-answered");
  await page.getByRole("button", { name: "ask a person" }).press("Enter");
  expect(await replyOn(page)).toContain("Aigul");
  await isFine("plan-passed");
  expect(await ask(page, "What is my next step?")).toContain("Your next step: ");
  expect(await ask(page, "Can you <b>deliver</b> to the Moon?")).toContain("went to a person");
  expect(await page.locator("p.asked").innerText()).toContain("Can you <b>deliver</b> to the Moon?");
  const { width = 0 } = (await page.locator("#ask").boundingBox()) ?? {};
  expect(width).toBeGreaterThan(200);
  expect(width).toBeLessThanOrEqual(device.width);
  await house.runFor(10 * MINUTE);
  expect(world.tasks().filter((task) => task.subject === "Answer a question of Acme")).toHaveLength(2);
});
