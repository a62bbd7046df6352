import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import { demoStep, seedDemo } from "../../../src/sandbox/bitrix24/demo.ts";
import { Bitrix24Sandbox } from "../../../src/sandbox/bitrix24/index.ts";
import { VirtualClock } from "../../../src/sandbox/clock.ts";
import { START, world } from "./world.ts";

const LOCAL = "http://127.0.0.1:4000/bitrix24";

async function page(sandbox: Bitrix24Sandbox, path: string) {
  const response = await sandbox.fetch(new Request(`${LOCAL}${path}`));
  return { status: response.status, text: await response.text() };
}

describe("pages on one local port", () => {
  test("the portals, their records and one record are shown, escaped", async () => {
    const { sandbox, portal } = await world({ publicUrl: LOCAL });
    portal.create("company", { title: "<script>alert(1)</script>" });
    expect((await page(sandbox, "/")).text).toContain("acme.bitrix24.sandbox");
    const list = await page(sandbox, `/look/${portal.memberId}/COMPANY`);
    expect(list.status).toBe(200);
    expect(list.text).not.toContain("<script>alert");
    expect(list.text).toContain("&#60;script&#62;alert");
    expect((await page(sandbox, `/look/${portal.memberId}/COMPANY/1`)).text).toContain("&#60;script&#62;");
    for (const section of ["people", "tasks", "fields", "timeline", "journal"]) {
      expect((await page(sandbox, `/look/${portal.memberId}/${section}`)).status).toBe(200);
    }
    expect((await page(sandbox, "/look/nobody/people")).status).toBe(404);
  });

  test("the frame page posts the form into a frame whose name is domain|protocol|appSid", async () => {
    const { sandbox, portal } = await world({ publicUrl: LOCAL });
    const { text } = await page(sandbox, `/frame/${portal.memberId}/2?placement=CRM_DEAL_DETAIL_TAB&id=5`);
    const name = /<iframe[^>]* name="([^"]+)"/.exec(text)![1]!;
    const action = new URL(/action="([^"]+)"/.exec(text)![1]!.replaceAll("&#38;", "&"));
    expect(name).toBe(`127.0.0.1:4000|0|${action.searchParams.get("APP_SID")}`);
    expect(action.href).toContain("https://app.example/bitrix24/app?DOMAIN=127.0.0.1%3A4000");
    expect(text).toContain(`target="${name}"`);
    const token = /name="AUTH_ID" value="([0-9a-f]+)"/.exec(text)![1]!;
    expect(sandbox.tokens.access(token)!.userId).toBe(2);
  });

  test("an administrator who opens the frame of a portal without the app begins to install it, and finish ends it", async () => {
    const { sandbox, portal } = await world({ publicUrl: LOCAL });
    portal.uninstall();
    expect((await page(sandbox, `/frame/${portal.memberId}/2`)).status).toBe(403);
    const { text } = await page(sandbox, `/frame/${portal.memberId}/1`);
    expect(text).toContain("https://app.example/bitrix24/install?");
    await sandbox.fetch(new Request(`${LOCAL}/frame/${portal.memberId}/1/finish`, { method: "POST" }));
    expect(portal.app.running).toBe(true);
  });

  test("REST answers under the portal's prefix, and at the root by its token", async () => {
    const { sandbox, portal, token, call } = await world({ publicUrl: LOCAL });
    expect(portal.clientEndpoint).toBe(`${LOCAL}/p/acme.bitrix24.sandbox/rest/`);
    expect((await call("profile")).body.result.ID).toBe("1");
    const response = await sandbox.fetch(new Request(`http://127.0.0.1:4000/rest/profile?auth=${token}`));
    expect(response.status).toBe(200);
  });
});

describe("the demo portal", () => {
  const demo = (seed: number) => {
    const clock = new VirtualClock(START);
    const random = seededRandom(seed);
    const sandbox = new Bitrix24Sandbox({
      clock,
      random,
      clientId: "a",
      clientSecret: "b",
      appCode: "c",
      installUrl: "https://app.example/i",
      appUrl: "https://app.example/a",
      eventsUrl: "https://app.example/e",
      deliver: async () => new Response(""),
    });
    const portal = sandbox.addPortal({ domain: "demo.bitrix24.sandbox", memberId: "d".repeat(32) });
    seedDemo(portal, { clients: 40, managers: 5, random, now: START });
    return { portal, random, clock };
  };

  test("has clients, managers under a head, deals in all states, talks, and paid and open invoices, all in the past", () => {
    const { portal } = demo(1);
    expect(portal.crm.table(4).size).toBe(40);
    expect(portal.org.users.size).toBe(6);
    const deals = portal.crm.table(2).all();
    expect(new Set(deals.map((deal) => deal.stageSemanticId))).toEqual(new Set(["P", "S"]));
    expect(deals.every((deal) => (deal.createdTime as number) < START)).toBe(true);
    const paid = portal.crm
      .table(31)
      .all()
      .filter((invoice) => invoice.stageSemanticId === "S").length;
    expect(paid).toBeGreaterThan(50);
    expect(paid).toBeLessThan(portal.crm.table(31).size);
    expect(portal.timeline.activities.size).toBeGreaterThan(200);
    const times = portal.crm.stageHistory.all().map((each) => each.createdTime);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("is the same for the same seed, and lives on step by step", () => {
    const { portal, random } = demo(2);
    expect(JSON.stringify(demo(2).portal.snapshot())).toBe(JSON.stringify(portal.snapshot()));
    portal.create("task", { TITLE: "T", RESPONSIBLE_ID: 2, DEADLINE: "2026-03-05T10:00:00Z" });
    const steps = new Set(Array.from({ length: 60 }, () => demoStep(portal, random)));
    expect(steps.size).toBeGreaterThan(3);
  });
});
