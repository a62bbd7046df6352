import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { bitrix24Hosts, inSlider, press } from "./bitrix24.ts";
import { expectAccessible, type Kit, look, openBrowser, picture, sideways } from "./kit.ts";

let house: House;
let world: Bitrix24PortalWorld;
let kit: Kit;
let page: Page;
/** clicks of the administrator, from the install on */
let clicks = 0;
/** won the day before the install */
let early: string;

beforeAll(async () => {
  house = new House();
  world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  const company = world.company({ name: "Nordlicht GmbH", ownerId: String(world.adminId) });
  early = world.deal({ companyId: company, ownerId: String(world.adminId), amount: 9800, outcome: "won" });
  await house.runFor(DAY);
  kit = await openBrowser(bitrix24Hosts(house, world));
  page = await kit.context.newPage();
  page.setDefaultTimeout(45_000);
});
afterAll(async () => {
  await kit?.close();
  house?.close();
});

const open = (placement: string, id?: string) => inSlider(page, world, placement, id);

async function click(frame: FrameLocator, name: string, role: "button" | "link" = "button"): Promise<void> {
  await press(page, frame.getByRole(role, { name, exact: true }).first());
  clicks += 1;
}

test("an administrator installs in the browser, sets up and sees the first plan within twelve clicks", async () => {
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
  await click(frame, "Publish");
  await frame.getByRole("heading", { name: "Set-up is done" }).waitFor();
  await frame.getByText(/Plans to be made: 1, with tasks: \d+/).waitFor();
  await picture(page, "bitrix24-first-plan");
  expect(world.tasksOf(early)).toEqual([]);
  await click(frame, "Approve and start");
  await frame.getByRole("heading", { name: "Team board" }).waitFor();
  await house.runFor(20 * MINUTE);
  await click(frame, "Team board", "link");
  await click(frame, "Nordlicht GmbH", "link");
  await frame.getByText("0 of 14 steps done").waitFor();
  expect(world.tasksOf(early).length).toBeGreaterThan(5);
  expect(clicks).toBeLessThanOrEqual(12);
});

test("from then on a won deal gets its plan by itself", async () => {
  const owner = world.owner("Dana");
  const company = world.company({ name: "Acme", ownerId: owner });
  const deal = world.deal({ companyId: company, ownerId: owner, outcome: "won" });
  await house.runFor(HOUR);
  expect(world.tasksOf(deal).length).toBeGreaterThan(5);
});

test("the tab of a deal shows its client; the CRM's frame is as high as the page, and follows it", async () => {
  const frame = await open("CRM_DEAL_DETAIL_TAB", early);
  await frame.getByRole("heading", { name: "Nordlicht GmbH" }).waitFor();
  const inner = page.frames()[1]!;
  const heights = async () => {
    const outer = (await page.locator("iframe").boundingBox())!.height;
    return outer - Number(await inner.evaluate("document.body.scrollHeight"));
  };
  await expect.poll(heights, { timeout: 20_000 }).toBeGreaterThanOrEqual(0);
  const before = (await page.locator("iframe").boundingBox())!.height;
  expect(before).toBeGreaterThan(704);
  await inner.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
  const height = async () => (await page.locator("iframe").boundingBox())!.height;
  await expect.poll(height).toBeGreaterThan(before);
  await inner.evaluate("for (const one of document.querySelectorAll('details')) one.open = false");
  await expect.poll(height).toBe(before);
  await inner.evaluate(
    "document.querySelector('main').style.maxHeight = '300px'; document.querySelector('main').style.overflow = 'hidden'",
  );
  await expect.poll(height).toBeLessThan(500);
  await expectAccessible(inner);
});

test("cards act: a step is completed, moved with a preview, the plan paused and resumed, the last act undone", async () => {
  const frame = await open("CRM_DEAL_DETAIL_TAB", early);
  await frame.getByRole("heading", { name: "Nordlicht GmbH" }).waitFor();
  const done = () => frame.getByText("Done. The CRM follows within a minute.").waitFor();
  await press(page, frame.getByRole("button", { name: "Complete" }).first());
  await done();
  await frame.getByText("1 of 14 steps done").waitFor();
  await press(page, frame.getByRole("button", { name: "Pause plan" }));
  await frame.getByRole("button", { name: "Resume plan" }).waitFor();
  await press(page, frame.getByRole("button", { name: "Resume plan" }));
  await frame.getByRole("button", { name: "Pause plan" }).waitFor();
  await press(page, frame.locator("details > summary", { hasText: /^Move/ }).first());
  await frame.getByLabel("New date").first().fill("2026-04-06");
  await press(page, frame.getByRole("button", { name: "Preview" }).first());
  await frame.getByRole("heading", { name: /^Move “/ }).waitFor();
  await picture(page, "bitrix24-move");
  await press(page, frame.getByRole("button", { name: "Apply" }));
  await done();
});

test("A1.2 one owner's clients are looked at, handed over and taken back", async () => {
  const giver = String(world.adminId);
  const openTasks = () =>
    world.portal.tasks.tasks
      .all()
      .filter((task) => task.status !== 5 && String(task.responsibleId) === giver)
      .map((task) => task.id);
  // What the clicks before this came to has to be over: a completed step closes its task, and the play for a stalled set-up takes its own along.
  await house.runFor(20 * MINUTE);
  const frame = await open("LEFT_MENU");
  await press(page, frame.getByRole("link", { name: "Hand clients over" }));
  await frame.getByLabel("Clients of").selectOption(giver);
  await press(page, frame.getByRole("button", { name: "Look first" }));
  const apply = frame.getByRole("button", { name: "Hand over", exact: true });
  await apply.waitFor();
  await expectAccessible(page.frames()[1]!);
  await look(page, "bitrix24-hand-over");
  const before = openTasks();
  expect(before.length).toBeGreaterThan(5);
  await press(page, apply);
  await frame.getByText("Last hand-over:").waitFor();
  await house.runFor(20 * MINUTE);
  expect(openTasks()).toEqual([]);
  // The page before this click says that it is done as well.
  const undone = page.waitForResponse((response) => response.url().endsWith("/hand-over/undo"));
  await press(page, frame.getByRole("button", { name: "Take it back" }));
  await undone;
  await frame.getByText("Done. The CRM follows within a minute.").waitFor();
  await house.runFor(20 * MINUTE);
  expect(openTasks()).toEqual(before);
});

/** Pages one click away from the menu: the link, and the heading that tells it is there. */
const PAGES = [
  ["Team board", "Team board"],
  ["Key figures", "Key figures"],
  ["Monthly review", /^Review of/],
  ["History", "Who changed what"],
  ["Status", "Status"],
  ["Settings", "Settings"],
] as const;

test("board, key figures, review, history, status and settings open in the slider, which alone scrolls, without a fault that axe can find", async () => {
  const frame = await open("LEFT_MENU");
  const bars = "[scrollWidth > innerWidth, scrollHeight > innerHeight]";
  const framed = `(({ scrollWidth, scrollHeight }) => ${bars})(document.documentElement)`;
  for (const [link, heading] of PAGES) {
    await press(page, frame.getByRole("link", { name: link, exact: true }).first());
    await frame.getByRole("heading", { name: heading }).first().waitFor();
    await expect.poll(() => page.frames()[1]!.evaluate(framed), { message: String(link) }).toEqual([false, false]);
    await expectAccessible(page.frames()[1]!);
  }
});

test("the frame fits a phone and stays readable in the dark, without a fault that axe can find", async () => {
  const phone = await openBrowser(bitrix24Hosts(house, world), { width: 375, height: 700, colorScheme: "dark" });
  const small = await phone.context.newPage();
  const frame = await inSlider(small, world, "LEFT_MENU");
  for (const [link, heading] of [...PAGES, PAGES[0]]) {
    await press(small, frame.getByRole("link", { name: link, exact: true }).first());
    await frame.getByRole("heading", { name: heading }).first().waitFor();
    await fitsPhone(small, String(link));
  }
  await press(small, frame.getByRole("link", { name: "Nordlicht GmbH" }).first());
  await frame.getByRole("heading", { name: "Nordlicht GmbH" }).waitFor();
  await fitsPhone(small, "client");
  await phone.close();
});

async function fitsPhone(small: Page, name: string): Promise<void> {
  const inner = small.frames()[1]!;
  expect(await sideways(inner), name).toEqual([]);
  expect(await inner.evaluate("getComputedStyle(document.body).backgroundColor"), name).toBe("rgb(20, 26, 33)");
  await look(small, `bitrix24-phone-${name.replaceAll(" ", "-")}`);
  await expectAccessible(inner);
}

test("G10 leaving: the history is taken along, everything of ours goes, and a new frame starts from nothing", async () => {
  const frame = await open("LEFT_MENU");
  await press(page, frame.getByRole("link", { name: "Settings", exact: true }));
  await press(page, frame.getByRole("link", { name: "Leave cleanly" }));
  await picture(page, "bitrix24-leave");
  await press(page, frame.getByRole("button", { name: "Leave", exact: true }));
  expect(await frame.getByRole("heading", { name: "Leave cleanly" }).count()).toBe(1); // the box is not ticked yet
  await frame.getByRole("checkbox").check();
  await press(page, frame.getByRole("button", { name: "Leave", exact: true }));
  await frame.getByRole("heading", { name: "Tenure is leaving" }).waitFor();
  await house.runFor(HOUR);
  const open_ = world.tasksOf(early).filter((task) => !task.done);
  expect(open_).toEqual([]);
  expect(await house.host.has(world.id)).toBe(false);
});
