import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ActReply, CardReply, HomeReply, SettingsReply } from "../../manifest/hubspot/src/app/cards/contract.ts";
import type { cardOf, homeOf, settingsOf } from "../../src/web/hubspot-replies.ts";
import { HubSpotWorld, MINUTE, PUBLIC_URL } from "../support/hubspot-world.ts";
import { cardCall, type Scene, wonScene } from "./visit.ts";

let world: HubSpotWorld;
let scene: Scene;
beforeEach(async () => {
  world = new HubSpotWorld();
  scene = await wonScene(world);
});
afterEach(() => {
  expect(world.sandbox.violations).toEqual([]);
  world.close();
});

// What the server makes is what the cards expect: checked by the compiler.
type Made = {
  card: ReturnType<typeof cardOf>;
  home: ReturnType<typeof homeOf>;
  settings: ReturnType<typeof settingsOf>;
};
const isContract = (
  made: Made,
): {
  card: (CardReply & { ok: true })["card"];
  home: (HomeReply & { ok: true })["home"];
  settings: (SettingsReply & { ok: true })["settings"];
} => made;

async function card(userId: number, query = `objectType=0-3&objectId=${scene.deal}&language=en`): Promise<CardReply> {
  const response = await cardCall(world, `/hubspot/frame/card?${query}`, userId);
  expect(response.status).toBe(200);
  return (await response.json()) as CardReply;
}

describe("the card inside HubSpot", () => {
  test("A4.4 shows the plan of the deal's company: stage, progress, next step with its owner, what can be done", async () => {
    expect(isContract).toBeTypeOf("function");
    const reply = await card(scene.owner.userId);
    if (!reply.ok) throw new Error(reply.why);
    expect(reply.card).toMatchObject({
      client: `company:${scene.company}`,
      plan: { progress: 0, doneSteps: 0, late: [] },
      escalation: null,
    });
    expect(reply.card.plan!.next!.dueDay >= "2026-03-02").toBe(true);
    expect(reply.card.plan!.totalSteps).toBeGreaterThan(5);
    expect(reply.card.actions.map((one) => one.id)).toEqual(["complete", "pause"]);
    const fromCompany = await card(scene.owner.userId, `objectType=0-2&objectId=${scene.company}`);
    expect(fromCompany).toMatchObject({ ok: true, card: { client: `company:${scene.company}` } });
  });

  test("speaks the reader's language", async () => {
    const reply = await card(scene.owner.userId, `objectType=0-3&objectId=${scene.deal}&language=uk`);
    expect(reply).toMatchObject({ ok: true });
    expect(JSON.stringify(reply)).toContain("Призупинити план");
  });

  test("people see their own clients only; the installing admin sees all; a stranger learns nothing", async () => {
    expect(await card(scene.other.userId)).toMatchObject({ ok: false, why: "not-yours" });
    expect(await card(scene.admin.userId)).toMatchObject({ ok: true });
    expect(await card(scene.other.userId, "objectType=0-3&objectId=999")).toMatchObject({ ok: false, why: "unknown" });
    await world.host.ask(world.id, "setAccess", [{ admins: [], sees: "all" }, "user:1"]);
    expect(await card(scene.other.userId)).toMatchObject({ ok: true });
  });

  test("G9 an unsigned call, a call for another portal and a forged identity are refused", async () => {
    const path = `${PUBLIC_URL}/hubspot/frame/card?objectType=0-3&objectId=${scene.deal}`;
    expect((await world.app.request(path)).status).toBe(401);
    const signed = await world.portal.cardRequest(path, { userId: scene.other.userId });
    const forged = signed.url.replace(`userId=${scene.other.userId}`, `userId=${scene.owner.userId}`);
    expect((await world.app.fetch(new Request(forged, { headers: signed.headers }))).status).toBe(401);
    const doubled = await world.portal.cardRequest(`${path}&portalId=1`, { userId: scene.other.userId });
    const twice = `${doubled.url}&portalId=2`;
    expect((await world.app.fetch(new Request(twice, { headers: doubled.headers }))).status).toBe(401);
  });

  test("a portal that left is told so", async () => {
    const stranger = world.sandbox.addPortal({ timeZone: "UTC" });
    const user = stranger.addOwner({});
    const request = await stranger.cardRequest(`${PUBLIC_URL}/hubspot/frame/card?objectType=0-3&objectId=1`, {
      userId: user.userId,
    });
    expect(await (await world.app.fetch(request)).json()).toMatchObject({ ok: false, why: "left" });
  });

  test("a click pauses the plan once, however often HubSpot sends it; undo brings it back", async () => {
    const reply = await card(scene.owner.userId);
    if (!reply.ok) throw new Error(reply.why);
    const pause = reply.card.actions.find((one) => one.id === "pause")!;
    const act = async (body: Record<string, unknown>) =>
      (await (
        await cardCall(world, `/hubspot/frame/act?objectType=0-3&objectId=${scene.deal}`, scene.owner.userId, body)
      ).json()) as ActReply;
    expect(await act({ once: reply.card.once, act: pause.act })).toEqual({ ok: true, isRepeated: false });
    expect(await act({ once: reply.card.once, act: pause.act })).toEqual({ ok: true, isRepeated: true });
    await world.runFor(5 * MINUTE);
    expect(world.portal.get("companies", scene.company)!.properties.tenure_phase).toBe("paused");
    const paused = await card(scene.owner.userId);
    expect(paused).toMatchObject({
      ok: true,
      card: { actions: [{ id: "resume" }, { id: "undo", label: expect.stringContaining("plan paused") }] },
    });
    expect(await act({ once: "another", act: { act: "undo" } })).toEqual({ ok: true, isRepeated: false });
    await world.runFor(5 * MINUTE);
    expect(world.portal.get("companies", scene.company)!.properties.tenure_phase).toBe("days_0_30");
  });

  test("an act that makes no sense changes nothing", async () => {
    const act = async (body: Record<string, unknown>) =>
      (await (
        await cardCall(world, `/hubspot/frame/act?objectType=0-3&objectId=${scene.deal}`, scene.owner.userId, body)
      ).json()) as ActReply;
    expect(await act({ once: "1", act: { act: "resume", cycle: 1 } })).toMatchObject({ ok: false, why: "nothing" });
    expect(await act({ once: "2", act: { act: "complete", step: "7/nothing" } })).toMatchObject({
      ok: false,
      why: "not-open",
    });
    expect(await act({ once: "3", act: { act: "drop table" } })).toMatchObject({ ok: false, why: "invalid" });
    expect(await act({ act: { act: "undo" } })).toMatchObject({ ok: false, why: "invalid" });
  });
});

test("home and settings inside HubSpot tell where things stand; findings are for administrators", async () => {
  const home = (await (
    await cardCall(world, "/hubspot/frame/home?language=en", scene.owner.userId)
  ).json()) as HomeReply;
  expect(home).toMatchObject({ ok: true, home: { mode: "live", isAdmin: false, overdue: 0, attention: [] } });
  const settings = (await (
    await cardCall(world, "/hubspot/frame/settings", scene.admin.userId)
  ).json()) as SettingsReply;
  expect(settings).toMatchObject({ ok: true, settings: { mode: "live", isAdmin: true, version: null } });
});

test("only pages of ours can be opened", async () => {
  const open = async (to: string) => (await cardCall(world, "/hubspot/frame/open", scene.owner.userId, { to })).json();
  expect(await open("https://evil.example")).toMatchObject({ ok: false, why: "invalid" });
  expect(await open("board/../../x")).toMatchObject({ ok: false, why: "invalid" });
  expect(await open("board")).toMatchObject({
    ok: true,
    url: expect.stringMatching(/^https:\/\/tenure\.test\/screens\/enter\//),
  });
});
