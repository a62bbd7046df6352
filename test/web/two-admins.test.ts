/** Two administrators at one configuration: nothing that either of them entered is lost, and each is told what the other did. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../src/core/settings.ts";
import { HubSpotWorld } from "../support/hubspot-world.ts";
import { type Browser, fieldsOf, openIn, type Scene, wonScene } from "./visit.ts";

interface Admin {
  browser: Browser;
  home: string;
}

let world: HubSpotWorld;
let scene: Scene;
let ann: Admin;
let bob: Admin;
beforeEach(async () => {
  world = new HubSpotWorld();
  scene = await wonScene(world);
  const access = { admins: [String(scene.owner.userId)], sees: "all" };
  await world.host.ask(world.id, "setAccess", [access, "user:1"]);
  const enter = async (userId: number): Promise<Admin> => {
    const { browser } = await openIn(world, userId, "settings");
    return { browser, home: browser.url };
  };
  ann = await enter(scene.admin.userId);
  bob = await enter(scene.owner.userId);
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

const pageOf = async ({ browser, home }: Admin, path: string) => (await browser.get(`${home}${path}`)).text();

/** A form as somebody has it on the screen. */
async function open(admin: Admin, path: string): Promise<Record<string, string>> {
  return fieldsOf(await pageOf(admin, path), `action="${new URL(admin.home).pathname}${path}`);
}

const send = ({ browser, home }: Admin, path: string, fields: Record<string, string>) =>
  browser.post(`${home}${path}`, fields);

const draft = () => world.host.portal(world.id).store.meta.get<{ body: Settings }>("draft")!.body;

describe("two admins edit at once", () => {
  test("different settings: both are kept, and who saved later is told what the other changed", async () => {
    const mine = await open(ann, "/calendar");
    const theirs = await open(bob, "/messages");
    await send(bob, "/messages", { ...theirs, "plan.maxMessagesPerWeek": "9" });
    const answer = await send(ann, "/calendar", { ...mine, "calendar.endMinute": "17:00" });
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toContain("Айгуль");
    expect(page).toContain("At most this many messages a week per client");
    expect(draft().plan.maxMessagesPerWeek).toBe(9);
    expect(draft().calendar.endMinute).toBe(17 * 60);
  });

  test("different fields of one form: the field that I left alone keeps what the other entered", async () => {
    const mine = await open(ann, "/calendar");
    const theirs = await open(bob, "/calendar");
    await send(bob, "/calendar", { ...theirs, "calendar.startMinute": "08:00" });
    await send(ann, "/calendar", { ...mine, "calendar.endMinute": "17:00" });
    expect(draft().calendar).toMatchObject({ startMinute: 8 * 60, endMinute: 17 * 60 });
  });

  test("the same setting: nothing is saved, both values are shown, and saving again keeps mine", async () => {
    const mine = await open(ann, "/calendar");
    const theirs = await open(bob, "/calendar");
    await send(bob, "/calendar", { ...theirs, "calendar.endMinute": "19:00", "calendar.startMinute": "08:00" });
    const answer = await send(ann, "/calendar", { ...mine, "calendar.endMinute": "17:00" });
    const page = await answer.text();
    expect(answer.status).toBe(409);
    expect(draft().calendar.endMinute).toBe(19 * 60);
    for (const shown of ["Айгуль", "18:00", "19:00", "<strong>17:00</strong>"]) expect(page).toContain(shown);
    const again = fieldsOf(page, `action="${new URL(ann.home).pathname}/calendar`);
    expect(again["calendar.endMinute"]).toBe("17:00");
    expect((await send(ann, "/calendar", again)).status).toBe(200);
    expect(draft().calendar).toMatchObject({ startMinute: 8 * 60, endMinute: 17 * 60 });
  });

  test("the other published meanwhile: the published change stays, mine becomes a draft of its own", async () => {
    const mine = await open(ann, "/calendar");
    await send(bob, "/messages", { ...(await open(bob, "/messages")), "plan.maxMessagesPerWeek": "9" });
    await send(bob, "/publish", await publishForm(bob));
    await send(ann, "/calendar", { ...mine, "calendar.endMinute": "17:00" });
    expect(world.host.portal(world.id).settings().plan.maxMessagesPerWeek).toBe(9);
    expect(draft().plan.maxMessagesPerWeek).toBe(9);
    expect(draft().calendar.endMinute).toBe(17 * 60);
  });

  test("nobody publishes or throws away what he has not seen", async () => {
    await send(ann, "/calendar", { ...(await open(ann, "/calendar")), "calendar.endMinute": "17:00" });
    const seen = await publishForm(ann);
    await send(bob, "/messages", { ...(await open(bob, "/messages")), "plan.maxMessagesPerWeek": "9" });
    const versions = world.host.portal(world.id).store.configs().length;
    for (const deed of ["/publish", "/discard"])
      expect(await (await send(ann, deed, seen)).text()).toContain("Somebody changed the draft while you looked");
    expect(world.host.portal(world.id).store.configs()).toHaveLength(versions);
    expect(draft().plan.maxMessagesPerWeek).toBe(9);
    await send(ann, "/publish", await publishForm(ann));
    expect(world.host.portal(world.id).settings().plan.maxMessagesPerWeek).toBe(9);
  });

  test("a roll-back takes no draft with it: the draft goes on from the version that came back", async () => {
    await send(ann, "/calendar", { ...(await open(ann, "/calendar")), "calendar.endMinute": "17:00" });
    await send(ann, "/publish", await publishForm(ann));
    await send(bob, "/messages", { ...(await open(bob, "/messages")), "plan.maxMessagesPerWeek": "9" });
    await send(ann, "/roll-back", { ...(await publishForm(ann)), version: "0" });
    expect(world.host.portal(world.id).settings().calendar.endMinute).toBe(18 * 60);
    expect(draft().plan.maxMessagesPerWeek).toBe(9);
    expect(draft().calendar.endMinute).toBe(18 * 60);
  });

  test("a form older than all that is remembered says so and keeps what was typed on the screen", async () => {
    const old = await open(ann, "/calendar");
    for (let n = 1; n <= 22; n++)
      await send(bob, "/messages", { ...(await open(bob, "/messages")), "plan.maxMessagesPerWeek": String(10 + n) });
    const answer = await send(ann, "/calendar", { ...old, "calendar.endMinute": "17:00" });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("changed many times since this form was opened");
    expect(draft().calendar.endMinute).toBe(18 * 60);
  });
});

/** The button of the page of changes, as it stands there. */
async function publishForm(admin: Admin): Promise<Record<string, string>> {
  return fieldsOf(await pageOf(admin, "/changes"), "/settings/publish");
}
