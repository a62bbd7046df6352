import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Grant } from "../../src/crm/port.ts";
import { makeVault } from "../../src/runtimes/vault.ts";
import { HOUR, House, KEYS, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { Browser, hidden } from "./visit.ts";

let house: House;
let world: Bitrix24PortalWorld;
let owner: string;
let other: string;
let company: string;
let deal: string;

beforeEach(async () => {
  house = new House();
  world = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  owner = world.owner("Dana");
  other = world.owner("Ion");
  await world.install();
  await house.runFor(15 * MINUTE);
  company = world.company({ name: "Acme <b>", ownerId: owner });
  deal = world.deal({ companyId: company, ownerId: owner, amount: 4200, outcome: "won" });
  await house.runFor(HOUR);
});
afterEach(() => {
  expect(world.violations()).toEqual([]);
  house.close();
});

/** A frame as Bitrix24 opens it for a person, walked through by that person's browser. */
async function openFrame(
  userId: string,
  placement = "DEFAULT",
  id?: string,
): Promise<{ page: string; status: number; browser: Browser; response: Response }> {
  const init = { LANG: "en", DOMAIN: world.portal.domain, PROTOCOL: "1", APP_SID: "sid" };
  const { url, fields } = world.portal.app.frameForm(
    Number(userId),
    placement,
    id === undefined ? null : { ID: id },
    init.APP_SID,
    world.portal.domain,
    1,
  );
  const browser = new Browser(house);
  browser.url = PUBLIC_URL;
  const response = await browser.post(url, fields);
  return { page: await response.clone().text(), status: response.status, browser, response };
}

describe("who is looking, inside Bitrix24", () => {
  test("A4.4 the tab of a deal shows the client to whoever may see the deal in the CRM", async () => {
    const { page, status, response } = await openFrame(owner, "CRM_DEAL_DETAIL_TAB", deal);
    expect(status).toBe(200);
    expect(page).toContain("Acme &lt;b&gt;");
    expect(page).toContain("Onboarding plan");
    const policy = response.headers.get("content-security-policy")!;
    expect(policy).toContain(`frame-ancestors ${new URL(world.portal.clientEndpoint).origin}`);
    expect(response.headers.get("x-frame-options")).toBeNull();
  });

  test("the id in a frame proves nothing: a deal that the CRM does not show to a person stays closed", async () => {
    const mayNot = await openFrame(other, "CRM_DEAL_DETAIL_TAB", "31337");
    expect(mayNot.page).toContain("This is no client of Tenure yet");
    const board = await openFrame(other);
    expect(board.page).toContain("No client here");
  });

  test("the CRM's administrators see every client and the settings; others see their own", async () => {
    const admin = await openFrame(String(world.adminId));
    expect(admin.page).toContain("Acme");
    expect((await admin.browser.get(admin.browser.url.replace("/board", "/settings"))).status).toBe(200);
    const mine = await openFrame(owner);
    expect(mine.page).toContain("Acme");
    expect((await mine.browser.get(mine.browser.url.replace("/board", "/settings"))).status).toBe(403);
  });

  test("G9 a frame with another portal's token, or none, is refused", async () => {
    const { url, fields } = world.portal.app.frameForm(Number(owner), "DEFAULT", null, "sid", world.portal.domain, 1);
    const post = (changed: Record<string, string>) =>
      house.app.request(url, { method: "POST", body: new URLSearchParams({ ...fields, ...changed }) });
    expect((await post({ APPLICATION_TOKEN: "00000000000000000000000000000000" })).status).toBe(403);
    expect((await post({ AUTH_ID: "x" })).status).toBe(400);
    expect((await post({ member_id: "somebody-else", APPLICATION_TOKEN: "1234567890abcdef" })).status).toBe(401);
    expect((await house.app.request(url, { method: "POST", body: "nothing" })).status).toBe(400);
    expect((await house.app.request(url, { method: "POST", body: "x".repeat(70_000) })).status).toBe(413);
  });

  test("an ordinary person's frame never becomes the portal's own access", async () => {
    const { store } = house.host.portal(world.id);
    const before = store.meta.get("grant");
    await openFrame(owner);
    expect(store.meta.get("grant")).toBe(before);
  });
});

/** The portal's access as it is kept. */
const grant = () =>
  JSON.parse(makeVault(KEYS).open(house.host.portal(world.id).store.meta.get<string>("grant")!)) as Grant;

/** ONAPPINSTALL as anybody can write it who has a token of this application: in Bitrix24 every frame carries one. */
function installEvent(userId: number, changed: Record<string, string> = {}): Promise<Response> {
  const { fields } = world.portal.app.frameForm(userId, "DEFAULT", null, "sid", world.portal.domain, 1);
  const body = new URLSearchParams({
    event: "ONAPPINSTALL",
    "data[VERSION]": "1",
    "auth[member_id]": fields.member_id!,
    "auth[access_token]": fields.AUTH_ID!,
    "auth[refresh_token]": fields.REFRESH_ID!,
    "auth[expires_in]": "3600",
    "auth[server_endpoint]": fields.SERVER_ENDPOINT!,
    "auth[application_token]": fields.APPLICATION_TOKEN!,
    ...changed,
  });
  return Promise.resolve(house.app.request(`${PUBLIC_URL}/bitrix24/install`, { method: "POST", body }));
}

/** Consent, begun at our own door, by a person of the portal. */
async function consent(userId: number): Promise<Response> {
  const begun = await house.app.request(`${PUBLIC_URL}/bitrix24/install?domain=${world.portal.domain}`);
  const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
  const asked = await house.bitrix24.fetch(new Request(`${begun.headers.get("location")}&user=${userId}`));
  const { search } = new URL(asked.headers.get("location")!);
  return house.app.request(`${PUBLIC_URL}/bitrix24/oauth/callback${search}`, { headers: { cookie } });
}

describe("whose access becomes the portal's", () => {
  test("G9 an ordinary person's own token takes the portal over neither as an install event nor by consent", async () => {
    const before = grant();
    const forged = { "auth[application_token]": "chosen-by-an-attacker" };
    expect((await installEvent(Number(owner), forged)).status).toBe(401);
    expect((await consent(Number(owner))).status).toBe(403);
    expect(grant()).toEqual(before);
  });

  test("an administrator's does, and the portal's events are believed as before", async () => {
    const second = world.portal.addUser({ admin: true, name: "Second" }).id;
    expect((await installEvent(second)).status).toBe(200);
    expect(grant().userId).toBe(String(second));
    expect((await consent(world.adminId)).status).toBe(200);
    expect(grant()).toMatchObject({
      userId: String(world.adminId),
      applicationToken: world.portal.app.applicationToken,
    });
    const late = world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(MINUTE);
    expect(world.tasksOf(late).length).toBeGreaterThan(0);
    expect(house.logs.filter(({ event }) => event === "webhook-refused")).toEqual([]);
  });
});

describe("an update that changed the application token, and whose event was lost", () => {
  test("lets nobody in until an administrator opens Tenure; from then on everybody, and events are believed", async () => {
    world.portal.app.applicationToken = "a-token-that-came-with-the-update";
    expect((await openFrame(owner)).status).toBe(403);
    expect(grant().applicationToken).not.toBe(world.portal.app.applicationToken);
    await openFrame(String(world.adminId));
    await house.runFor(MINUTE);
    expect((await openFrame(String(world.adminId))).status).toBe(200);
    expect((await openFrame(owner)).status).toBe(200);
    expect(grant()).toMatchObject({
      userId: String(world.adminId),
      applicationToken: world.portal.app.applicationToken,
    });
    world.rename({ kind: "company", id: company }, "Acme & Sons");
    await house.runFor(MINUTE);
    expect(house.logs.filter(({ event }) => event === "webhook-refused")).toEqual([]);
  });
});

describe("the doors", () => {
  test("the Market's HEAD is answered 200 on both addresses", async () => {
    for (const path of ["/bitrix24/app", "/bitrix24/install"]) {
      const response = await house.app.request(`${PUBLIC_URL}${path}`, { method: "HEAD" });
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  test("the installer ends in the browser, through the vendor's own library; ordinary people cannot install", async () => {
    const next = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
    const response = await next.portal.install(next.adminId);
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('src="/bitrix24/b24jssdk.js"');
    expect(page).toContain("installFinish()");
    const nonce = /nonce-([^']+)'/.exec(response.headers.get("content-security-policy")!)![1]!;
    expect(page.match(/<script nonce="([^"]+)"/g)).toEqual([`<script nonce="${nonce}"`, `<script nonce="${nonce}"`]);
    const third = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
    const person = third.owner("Mila");
    third.portal.app.begin(third.adminId);
    const { url, fields } = third.portal.app.frameForm(Number(person), "DEFAULT", null, "sid", third.portal.domain, 1);
    expect((await house.app.request(url, { method: "POST", body: new URLSearchParams(fields) })).status).toBe(403);
    expect(house.host.has(third.id)).toBe(false);
  });

  test("G9 a person who only writes that we were uninstalled deletes nothing and stops nothing", async () => {
    const body = new URLSearchParams({
      event: "ONAPPUNINSTALL",
      "data[CLEAN]": "1",
      "auth[member_id]": world.portal.memberId,
      "auth[application_token]": world.portal.app.applicationToken,
    });
    const sent = await house.app.request(`${PUBLIC_URL}/bitrix24/events`, { method: "POST", body });
    expect(sent.status).toBe(200);
    expect(house.host.has(world.id)).toBe(true);
    expect(house.host.portal(world.id).isInstalled()).toBe(true);
    expect(house.host.portal(world.id).store.clients.count()).toBe(1);
    await house.runFor(HOUR);
    expect(house.host.portal(world.id).isInstalled()).toBe(true);
  });

  test("uninstalling there ends the work here", async () => {
    world.uninstall();
    await house.runFor(MINUTE);
    expect(house.host.portal(world.id).isInstalled()).toBe(false);
  });
});

describe("automation rules", () => {
  const run = async (code: string, properties: Record<string, unknown> = {}) => {
    const token = world.portal.fireRobot(`tenure_${code}`, Number(deal), properties);
    await house.runFor(5 * MINUTE);
    return world.portal.app.runs.find((one) => one.eventToken === token) ?? null;
  };
  const state = () =>
    house.host.portal(world.id).store.clients.get(`company:${company}`)!.state as {
      plans: { state: string }[];
      acts?: { signals: { id: string; value: number | null }[] };
    };

  test("pause plan pauses it and lets the rule go on", async () => {
    const answer = await run("pause_plan");
    expect(state().plans[0]!.state).toBe("paused");
    expect(answer?.returned).toMatchObject({ plan: expect.stringContaining("paused") });
  });

  test("record a signal keeps what was reported; a signal without a name changes nothing", async () => {
    await run("record_signal", { signal: "complaint", value: "2" });
    expect(state().acts?.signals).toMatchObject([{ id: "complaint", value: 2 }]);
    await run("record_signal", { signal: "" });
    expect(state().acts?.signals).toHaveLength(1);
  });

  test.each(["unavailable", "cut-after"] as const)(
    "a rule gets its answer although the portal did not take it at first (%s): nobody asks again",
    async (fault) => {
      let failed = 0;
      house.faults.bitrix24.call = ({ path }) => {
        if (failed >= 3 || !path.endsWith("/batch")) return null;
        failed += 1;
        return fault;
      };
      const token = world.portal.fireRobot("tenure_record_signal", Number(deal), { signal: "complaint", value: "2" });
      await house.runFor(15 * MINUTE);
      expect(failed).toBe(3);
      const answered = world.portal.app.runs.find((one) => one.eventToken === token);
      expect(answered).toMatchObject({ waiting: false, returned: { score: expect.anything() } });
      expect(house.host.portal(world.id).store.meta.get("robotAnswers")).toBeNull();
    },
  );

  test("a rule on a record that cannot be read at first is carried out when it was: nobody asks again", async () => {
    const since = house.clock.now();
    house.faults.bitrix24.delivery = () => "drop";
    const fresh = world.deal({ companyId: company, ownerId: owner, amount: 1, outcome: "open" });
    house.faults.bitrix24.delivery = () => null;
    house.faults.bitrix24.call = ({ path }) =>
      path.endsWith("/batch") && house.clock.now() < since + 5 * MINUTE ? "unavailable" : null;
    const token = world.portal.fireRobot("tenure_record_signal", Number(fresh), { signal: "complaint", value: "2" });
    await house.runFor(2 * MINUTE);
    expect(state().acts?.signals ?? []).toEqual([]);
    await house.runFor(15 * MINUTE);
    expect(state().acts?.signals).toMatchObject([{ id: "complaint", value: 2 }]);
    const answered = world.portal.app.runs.find((one) => one.eventToken === token);
    expect(answered).toMatchObject({ waiting: false, returned: { score: expect.anything() } });
    expect(house.host.portal(world.id).store.meta.get("robotRuns")).toBeNull();
  });

  test("recompute health reads the client afresh and answers with the score", async () => {
    const answer = await run("recompute_health");
    expect(answer?.returned).toMatchObject({ zone: expect.stringMatching(/^(green|yellow|red|learning)$/) });
  });
});

describe("G9 automation rules that a person writes by hand", () => {
  const post = async (accessToken: string | null) => {
    const body = new URLSearchParams({
      code: "tenure_pause_plan",
      "document_id[0]": "crm",
      "document_id[1]": "CCrmDocumentDeal",
      "document_id[2]": `DEAL_${deal}`,
      use_subscription: "N",
      "auth[member_id]": world.portal.memberId,
      "auth[application_token]": world.portal.app.applicationToken,
      "auth[client_endpoint]": "https://evil.example/rest/",
      "auth[expires_in]": "3600",
      ...(accessToken !== null && { "auth[access_token]": accessToken }),
    });
    return (await house.app.request(`${PUBLIC_URL}/bitrix24/robots/pause_plan`, { method: "POST", body })).status;
  };
  const plan = () => {
    const { state } = house.host.portal(world.id).store.clients.get(`company:${company}`)!;
    return (state as { plans: { state: string }[] }).plans[0]!.state;
  };
  const asked = () => house.bitrix24.calls.filter(({ method }) => method === "profile").length;

  test("change nothing, for everybody knows the application token: an administrator's access has to come along", async () => {
    const { tokens } = house.bitrix24;
    const foreign = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
    await foreign.install();
    const guessed = "0".repeat(70);
    const own = tokens.issueAccess(world.portal, Number(other)).token;
    const elsewhere = tokens.issueAccess(foreign.portal, foreign.adminId).token;
    for (const token of [null, "", guessed, own, own, elsewhere]) expect(await post(token), `${token}`).toBe(401);
    expect(plan()).toBe("running");
    expect(house.logs.filter(({ event }) => event === "robot-refused")).toHaveLength(6);
    expect(await post(tokens.issueAccess(world.portal, world.adminId).token)).toBe(200);
    expect(plan()).toBe("paused");
  });

  test("go on where the person who installed is no administrator any more", async () => {
    world.portal.org.users.get(world.adminId)!.admin = false;
    expect(await post(house.bitrix24.tokens.issueAccess(world.portal, Number(other)).token)).toBe(401);
    expect(await post(house.bitrix24.tokens.issueAccess(world.portal, world.adminId).token)).toBe(200);
    expect(plan()).toBe("paused");
  });

  test("the portal is asked once in an access's life, also by many runs at once, and again where it did not say", async () => {
    const { token } = house.bitrix24.tokens.issueAccess(world.portal, world.adminId);
    const before = asked();
    house.faults.bitrix24.call = ({ path }) => (path.includes("profile") ? "unavailable" : null);
    expect(await post(token)).toBe(503);
    house.faults.bitrix24.call = () => null;
    expect(plan()).toBe("running");
    const failed = asked() - before;
    expect(await Promise.all(Array.from({ length: 5 }, () => post(token)))).toEqual([200, 200, 200, 200, 200]);
    expect(await post(token)).toBe(200);
    expect(asked() - before - failed).toBe(1);
    expect(plan()).toBe("paused");
  });
});

test("a click on the card reaches Bitrix24", async () => {
  const { page, browser } = await openFrame(owner, "CRM_DEAL_DETAIL_TAB", deal);
  await browser.post(`${browser.url}/act`, { token: hidden(page, "token"), once: "1", act: "pause", cycle: "1" });
  await house.runFor(5 * MINUTE);
  expect(world.fields({ kind: "company", id: company }).phase).toBe("Paused");
});
