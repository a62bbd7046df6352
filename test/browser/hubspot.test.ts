import type { FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LANGUAGES } from "../../src/core/model.ts";
import { type HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { demoWorld, framed, hubspotBrowser, link } from "./hubspot.ts";
import { expectAccessible, type Kit, look, picture, sideways, walk } from "./kit.ts";

let world: HubSpotWorld;
let kit: Kit;
let page: Page;
let admin: number;
let client: string;

beforeAll(async () => {
  world = await demoWorld(150);
  admin = world.portal.adminUserId();
  kit = await hubspotBrowser(world);
  page = await kit.context.newPage();
  const { clients } = world.host.portal(world.id).store;
  client = clients.list(1000).find((one) => one.phase?.startsWith("days_"))!.key;
});
afterAll(async () => {
  await kit?.close();
  world?.close();
});

/** One of our pages inside HubSpot's frame. */
async function open(to: string): Promise<FrameLocator> {
  await page.goto(await framed(world, admin, to));
  const frame = page.frameLocator("iframe");
  await frame.locator("main").waitFor();
  return frame;
}

/** The same page on its own, as a link opens it. */
async function alone(to: string, on: Page = page): Promise<void> {
  await on.goto(await link(world, admin, to));
  await on.waitForURL(new RegExp(`/screens/k1[^/]*/${to}`));
  await on.locator("main").waitFor();
}

const SCREENS = [
  "board",
  "undecided",
  "hand-over",
  "kpi",
  "review",
  "history",
  "status",
  "settings",
  "settings/start",
  "settings/people",
  "settings/signs",
  "settings/ladders",
  "settings/score",
  "settings/channels",
  "settings/letters",
  "settings/changes",
  "settings/first-plan",
  "settings/kpi",
  "settings/questions",
  "settings/fake-client",
  "settings/file",
  "settings/templates",
  "settings/access",
  "settings/back-test",
];

describe("every screen inside HubSpot", () => {
  test("axe finds nothing on any of them", async () => {
    for (const to of [...SCREENS, `client/${client}`]) {
      // Only a handful of pages can be opened by a card; the others are one click further.
      const [first = ""] = to.split("/");
      await alone(first === "client" ? to : first);
      if (to.startsWith("settings/")) await page.goto(page.url().replace(/settings$/, to));
      await expectAccessible(page);
      await look(page, `screen-${to.replaceAll(/[/:]/g, "-")}`);
    }
  }, 240_000);

  test("the pages fit a phone, and stay readable in the dark", async () => {
    const phone = await hubspotBrowser(world, { width: 375, height: 700, colorScheme: "dark" });
    const small = await phone.context.newPage();
    for (const to of ["board", `client/${client}`, "kpi", "review", "status", "settings", "settings/people"]) {
      await alone(to.startsWith("settings/") ? "settings" : to, small);
      if (to.startsWith("settings/")) await small.goto(small.url().replace(/settings$/, to));
      await look(small, `phone-dark-${to.split("/").at(0)}-${to.includes("people") ? "people" : ""}`);
      expect(await sideways(small), to).toEqual([]);
      await expectAccessible(small);
    }
    await phone.close();
  });

  test.each([390, 1120])(
    "at %i px nothing has to be pushed sideways, on any page in any language",
    async (width) => {
      const phone = await hubspotBrowser(world, { width, height: 844 });
      const small = await phone.context.newPage();
      const found: string[] = [];
      for (const language of LANGUAGES) {
        await small.goto(await link(world, admin, "board", language));
        await small.waitForURL(/\/screens\/k1[^/]*\/board/);
        const home = small.url().replace(/board$/, "");
        for (const to of [...SCREENS, "board?order=triage", "settings/fake-client?run=1", `client/${client}`]) {
          expect((await small.goto(`${home}${to}`))?.status(), to).toBe(200);
          await small.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
          for (const one of await sideways(small)) found.push(`${language} ${to}: ${one}`);
        }
      }
      expect(found).toEqual([]);
      await phone.close();
    },
    240_000,
  );

  test("a table that became cards is still a table to a screen reader, with the names of its columns", async () => {
    const rolesAt = async (width: number) => {
      const narrow = await hubspotBrowser(world, { width, height: 844 });
      const one = await narrow.context.newPage();
      await alone("board", one);
      const display = await one.evaluate("getComputedStyle(document.querySelector('tbody tr')).display");
      const session = await narrow.context.newCDPSession(one);
      const { nodes } = await session.send("Accessibility.getFullAXTree");
      const said = nodes.map(({ role, name }) => [role?.value as string, name?.value as string] as const);
      await narrow.close();
      const heads = said.flatMap(([role, name]) => (role === "columnheader" ? [name] : []));
      const count = (wanted: string) => said.filter(([role]) => role === wanted).length;
      return { display, heads, rows: count("row"), cells: count("cell"), rowHeads: count("rowheader") };
    };
    const [phone, desk] = [await rolesAt(390), await rolesAt(1280)];
    expect([phone.display, desk.display]).toEqual(["grid", "table-row"]);
    expect(phone.heads).toContain("Main reason");
    expect({ ...phone, display: "" }).toEqual({ ...desk, display: "" });
  });

  test("a keyboard alone reaches the content and completes a step", async () => {
    await alone(`client/${client}`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    const button = page.getByRole("button", { name: "Complete" }).first();
    await button.focus();
    await page.keyboard.press("Enter");
    await page.getByText("Done. The CRM follows within a minute.").waitFor();
  });

  test("A4.4 a move is previewed and applied in the frame", async () => {
    const frame = await open(`client/${client}`);
    await frame.locator("details > summary", { hasText: /^Move/ }).first().click();
    await frame.getByLabel("New date").first().fill("2026-04-06");
    await frame.getByRole("button", { name: "Preview" }).first().click();
    await frame.getByRole("heading", { name: /^Move “/ }).waitFor();
    await picture(page, "hubspot-move");
    await frame.getByRole("button", { name: "Apply" }).click();
    await frame.getByText("Done. The CRM follows within a minute.").waitFor();
  });

  test("A1.2 one owner's clients are looked at, handed over and taken back", async () => {
    const frame = await open("hand-over");
    const from = frame.getByLabel("Clients of");
    const giver = world.host.portal(world.id).store.clients.get(client)!.ownerId!;
    await from.selectOption(giver);
    await frame.getByRole("button", { name: "Look first" }).click();
    const apply = frame.getByRole("button", { name: "Hand over", exact: true });
    await apply.waitFor();
    await expectAccessible(page.frames()[1]!);
    await walk(page, "13-hand-over");
    const before = world.portal.list("tasks").filter((task) => task.properties.hubspot_owner_id === giver).length;
    await apply.click();
    await frame.getByText("Last hand-over:").waitFor();
    await world.runFor(10 * MINUTE);
    const after = world.portal.list("tasks").filter((task) => task.properties.hubspot_owner_id === giver).length;
    expect(after).toBeLessThan(before);
    const undone = page.waitForResponse((response) => response.url().endsWith("/hand-over/undo"));
    await frame.getByRole("button", { name: "Take it back" }).click();
    await undone;
    await frame.getByText("Done. The CRM follows within a minute.").waitFor();
    await world.runFor(10 * MINUTE);
    expect(world.portal.list("tasks").filter((task) => task.properties.hubspot_owner_id === giver)).toHaveLength(
      before,
    );
  });

  test("two administrators at one draft: who saves later is shown both values before anything is kept", async () => {
    const other = [...world.portal.crm.people.owners.values()].find(({ userId }) => userId !== admin)!;
    await world.host.ask(world.id, "setAccess", [{ admins: [String(other.userId)], sees: "all" }, "user:1"]);
    const elsewhere = await hubspotBrowser(world);
    const theirs = await elsewhere.context.newPage();
    await theirs.goto(await link(world, other.userId, "settings"));
    await theirs.waitForURL(/\/screens\/.*\/settings$/);
    await theirs.goto(`${theirs.url()}/calendar`);
    await alone("settings");
    await page.goto(`${page.url()}/calendar`);
    const save = async (on: Page, end: string) => {
      await on.locator('[name="calendar.endMinute"]').fill(end);
      const saved = on.waitForResponse((response) => response.request().method() === "POST");
      await on.locator('[name="calendar.endMinute"]').press("Enter");
      await saved;
    };
    await save(theirs, "19:00");
    await look(theirs, "two-admins-first");
    await save(page, "17:00");
    await look(page, "two-admins");
    for (const value of ["18:00", "19:00", "17:00"]) {
      await expect.poll(() => page.locator("main").innerText(), { timeout: 20_000 }).toContain(value);
    }
    await expectAccessible(page);
    await walk(page, "16-two-admins");
    await elsewhere.close();
  });

  test("frames of other sites stay empty", async () => {
    const url = await link(world, admin, "board");
    await page.goto(`https://elsewhere.example/?inner=${encodeURIComponent(url)}`);
    await page.waitForLoadState();
    expect(await page.frameLocator("iframe").locator("main").count()).toBe(0);
  });
});

test("the pages of the listing", async () => {
  for (const [name, to] of [
    ["hubspot-client", `client/${client}`],
    ["hubspot-board", "board"],
    ["hubspot-figures", "kpi"],
    ["hubspot-review", "review"],
    ["hubspot-status", "status"],
    ["hubspot-settings", "settings"],
  ] as const) {
    const frame = await open(to);
    expect(await frame.locator("h1").count()).toBe(1);
    await picture(page, name);
  }
  const frame = await open("board");
  await walk(page, "14-book");
  await frame.getByRole("link", { name: "Whom to look at first" }).click();
  await frame.getByText("Your team can take on 6").waitFor();
  await picture(page, "hubspot-triage");
  await frame.locator("tbody th a").first().click();
  await frame.getByRole("heading", { name: "Health" }).waitFor();
  await walk(page, "15-one");
});
