/** G9: what an attacker does with things that are genuine: replays them, mixes them up, makes them large. */
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { bitrix24App } from "../../src/crm/bitrix24/index.ts";
import { signHubSpot } from "../../src/crm/hubspot/index.ts";
import { makeVault } from "../../src/runtimes/vault.ts";
import type { AppDeps } from "../../src/web/deps.ts";
import { bitrix24Routes } from "../../src/web/routes/bitrix24.ts";
import { HOUR, House, KEYS, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { addPortal, type World } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import type { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let hubspot: HubSpotPortalWorld;
let bitrix24: Bitrix24PortalWorld;
let other: Bitrix24PortalWorld;
beforeEach(async () => {
  house = new House();
  hubspot = addPortal(house, "hubspot") as HubSpotPortalWorld;
  bitrix24 = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  other = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  for (const world of [hubspot, bitrix24, other]) await world.install();
  await house.runFor(10 * MINUTE);
});
afterEach(() => house.close());

/** Genuine deliveries of the named path, as they were sent. */
function recordDeliveries(path: string): { headers: Headers; body: string; url: string }[] {
  const seen: { headers: Headers; body: string; url: string }[] = [];
  const { fetch } = house.app;
  vi.spyOn(house.app, "fetch").mockImplementation(async (request: Request, ...rest) => {
    if (new URL(request.url).pathname === path)
      seen.push({ url: request.url, headers: new Headers(request.headers), body: await request.clone().text() });
    return fetch(request, ...rest);
  });
  return seen;
}

const send = (one: { url: string; headers: Headers; body: string }) =>
  house.app.request(one.url, { method: "POST", headers: one.headers, body: one.body });
const waiting = (world: World) => house.registry.take(world.id, 50).flatMap((row) => row.hints);

describe("a genuine delivery of HubSpot", () => {
  test("sent again within its five minutes is the same hint again: the CRM ends up as without it", async () => {
    const seen = recordDeliveries("/hubspot/webhooks");
    const owner = hubspot.owner("Dana");
    const deal = hubspot.deal({ companyId: hubspot.company({ ownerId: owner }), ownerId: owner });
    await house.runFor(MINUTE);
    hubspot.win(deal);
    await house.runFor(2 * MINUTE);
    const genuine = [...seen];
    expect(genuine.length).toBeGreaterThan(0);
    for (let times = 0; times < 3; times++) for (const one of genuine) expect((await send(one)).status).toBe(204);
    await house.runFor(HOUR);
    expect(hubspot.taskCount()).toBe(14);
    const writes = hubspot.writes();
    for (const one of genuine) expect((await send(one)).status).toBe(401);
    await house.runFor(HOUR);
    expect(hubspot.writes()).toBe(writes);
  });

  test("sent again after five minutes, changed by one byte, or moved to another path is refused", async () => {
    const seen = recordDeliveries("/hubspot/webhooks");
    hubspot.company({});
    await house.clock.advance(5_000);
    const one = seen[0]!;
    expect((await send({ ...one, body: one.body.replace("portalId", "portalID") })).status).toBe(401);
    expect((await send({ ...one, url: `${one.url}?portal=2` })).status).toBe(401);
    await house.clock.advance(5 * MINUTE);
    expect((await send(one)).status).toBe(401);
  });

  test("cannot be made to speak for a portal of the other CRM", async () => {
    const body = JSON.stringify([
      {
        eventId: 1,
        subscriptionType: "object.creation",
        objectTypeId: "0-2",
        portalId: `${bitrix24.portal.memberId}`,
        objectId: 5,
      },
    ]);
    const url = `${PUBLIC_URL}/hubspot/webhooks`;
    const headers = new Headers(await signHubSpot("secret-1", { method: "POST", url, body }, house.clock.now()));
    expect([204, 400]).toContain((await send({ url, headers, body })).status);
    expect(waiting(bitrix24)).toEqual([]);
  });
});

describe("a genuine event of Bitrix24", () => {
  test("with one portal's token speaks for no other portal", async () => {
    const seen = recordDeliveries("/bitrix24/events");
    bitrix24.company({});
    await house.clock.advance(5_000);
    await house.runFor(MINUTE);
    const one = seen[0]!;
    const before = waiting(other).length;
    const forged = one.body.replaceAll(bitrix24.portal.memberId, other.portal.memberId);
    expect(forged).not.toBe(one.body);
    expect((await send({ ...one, body: forged })).status).toBe(401);
    expect(waiting(other)).toHaveLength(before);
  });
});

describe("OAuth", () => {
  test("a state that began at one CRM installs nothing at the other", async () => {
    const begun = await house.app.request(`${PUBLIC_URL}/hubspot/install`);
    const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
    const state = new URL(begun.headers.get("location")!).searchParams.get("state")!;
    const before = house.registry.ids();
    const url = `${PUBLIC_URL}/bitrix24/oauth/callback?code=stolen&state=${state}&server_domain=evil.example&member_id=x`;
    expect((await house.app.request(url, { headers: { cookie } })).status).toBeGreaterThanOrEqual(400);
    expect(house.registry.ids()).toEqual(before);
  });

  test("a link to our door takes nobody to a stranger's page unasked, and to no address that is no portal's", async () => {
    const app = bitrix24App({
      clientId: "app.1",
      clientSecret: "s",
      publicUrl: PUBLIC_URL,
      fetch: async () => {
        throw new Error("nobody is asked");
      },
    });
    const around = { now: () => 0, token: () => "t", vault: makeVault(KEYS), log: () => {} };
    const doors = bitrix24Routes({ publicUrl: PUBLIC_URL, around } as unknown as AppDeps, app);
    const open = (domain: string) => doors.request(`${PUBLIC_URL}/install?domain=${encodeURIComponent(domain)}`);
    const cloud = await open("acme.bitrix24.com");
    expect(cloud.status).toBe(302);
    expect(cloud.headers.get("location")).toMatch(
      /^https:\/\/acme\.bitrix24\.com\/oauth\/authorize\/\?client_id=app\.1&state=/,
    );
    for (const domain of [
      "crm.my-company.co.uk",
      "evil.io",
      "acme.bitrix24.com.evil.io",
      "evil.io/acme.bitrix24.com",
      "//evil.io",
    ]) {
      const asked = await open(domain);
      const text = await asked.text();
      expect([asked.status, asked.headers.get("location")], domain).toEqual([200, null]);
      const host = domain.replace(/^\/+/, "").split("/")[0]!;
      expect(text).toContain(`>${host}</a>`);
      expect(/<a href="https:\/\/([^/"]+)/.exec(text)?.[1]).toBe(host);
    }
    for (const domain of [
      "127.0.0.1",
      "localhost",
      "evil.io:8443",
      "a@evil.io",
      "evil.io/?",
      "evil.io#",
      "evil.io\\x",
      "javascript:x",
    ]) {
      const refused = await open(domain);
      expect([refused.status, refused.headers.get("location")], domain).toEqual([400, null]);
    }
  });

  test("a stranger who begins again and again, and comes back with codes that the CRM does not know, stores nothing", async () => {
    const before = house.registryRows();
    for (const [path, vendor] of [
      ["hubspot/install", "hubspot"],
      [`bitrix24/install?domain=${bitrix24.portal.domain}`, "bitrix24"],
    ])
      for (let times = 0; times < 5; times++) {
        const begun = await house.app.request(`${PUBLIC_URL}/${path}`);
        expect(begun.status).toBe(302);
        const cookie = begun.headers.get("set-cookie")!.split(";")[0]!;
        const state = new URL(begun.headers.get("location")!).searchParams.get("state")!;
        const url = `${PUBLIC_URL}/${vendor}/oauth/callback?code=guessed&state=${state}`;
        expect((await house.app.request(url, { headers: { cookie } })).status).toBe(400);
      }
    expect(house.registryRows()).toBe(before);
  });

  test("a state installs once, within a quarter of an hour, at the CRM where it began, and only as we sealed it", async () => {
    const begin = async () => {
      const begun = await house.app.request(`${PUBLIC_URL}/hubspot/install`);
      const location = begun.headers.get("location")!;
      return { location, state: new URL(location).searchParams.get("state")! };
    };
    const back = (location: string, state: string, path = "/hubspot/oauth/callback") => {
      const url = new URL(hubspot.portal.approve(location));
      url.pathname = path;
      url.searchParams.set("state", state);
      return house.app.request(url.href, { headers: { cookie: `tenure_state=${state}` } });
    };
    const { location, state } = await begin();
    expect((await back(location, state, "/bitrix24/oauth/callback")).status).toBe(403);
    for (const made of ["made-up", `${state.slice(0, -2)}AA`, makeVault(KEYS).seal(JSON.stringify({ kind: "ticket" }))])
      expect((await back(location, made)).status, made).toBe(403);
    expect((await back(location, state)).status).toBe(200);
    expect((await back(location, state)).status).toBe(403);
    const late = await begin();
    house.clock.pass(15 * MINUTE);
    expect((await back(late.location, late.state)).status).toBe(403);
  });

  test("somebody else's link back, without the cookie of the browser that began, installs nothing", async () => {
    const begun = await house.app.request(`${PUBLIC_URL}/hubspot/install`);
    const back = hubspot.portal.approve(begun.headers.get("location")!);
    expect((await house.app.request(back)).status).toBe(403);
  });

  test("a Marketplace return that leads elsewhere is not followed", async () => {
    for (const evil of [
      "https://evil.example/",
      "https://app.hubspot.com.evil.example/",
      "//evil.example",
      "javascript:alert(1)",
    ]) {
      const answer = await house.app.request(
        `${PUBLIC_URL}/hubspot/install?step=authorize&returnUrl=${encodeURIComponent(evil)}`,
        { redirect: "manual" },
      );
      expect(answer.status, evil).toBe(400);
      expect(answer.headers.get("location")).toBeNull();
    }
  });
});

describe("size", () => {
  const tooLarge: [string, string, number][] = [
    ["/hubspot/webhooks", "application/json", 1_000_001],
    ["/bitrix24/events", "application/x-www-form-urlencoded", 65_537],
    ["/bitrix24/app", "application/x-www-form-urlencoded", 65_537],
    ["/bitrix24/install", "application/x-www-form-urlencoded", 65_537],
    ["/v1/track", "application/json", 32 * 1024 + 1],
    ["/v1/batch", "application/json", 500 * 1024 + 1],
  ];
  for (const [path, type, bytes] of tooLarge) {
    test(`${path} reads no more than it takes, whether the length is told or not`, async () => {
      const body = "a".repeat(bytes);
      const told = await house.app.request(PUBLIC_URL + path, {
        method: "POST",
        body,
        headers: { "content-type": type, "content-length": String(bytes) },
      });
      expect([400, 413]).toContain(told.status);
      let read = 0;
      const endless = new ReadableStream({
        pull(controller) {
          read += 65_536;
          controller.enqueue(new TextEncoder().encode("a".repeat(65_536)));
          if (read > 50_000_000) controller.close();
        },
      });
      const untold = await house.app.request(PUBLIC_URL + path, {
        method: "POST",
        body: endless,
        duplex: "half",
        headers: { "content-type": type },
      } as RequestInit);
      expect([400, 413]).toContain(untold.status);
      expect(read).toBeLessThan(bytes + 1_000_000);
    });
  }

  test("JSON that is nested as deep as its size allows is counted as odd, or refused, and breaks nothing", async () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    const send = (path: string, body: string) => house.app.request(PUBLIC_URL + path, { method: "POST", body });
    const [key] = [`${hubspot.id}.wrong`];
    expect((await send("/v1/batch", `{"writeKey":"${key}","batch":[${deep}]}`)).status).toBe(401);
    expect((await send("/v1/track", `{"writeKey":"${key}","properties":${deep.slice(190_000, 210_000)}}`)).status).toBe(
      401,
    );
    expect(house.logs.filter(({ event }) => event === "request-failed")).toEqual([]);
  });

  test("links that nobody signed leave nothing behind, however many and long they are", async () => {
    const statuses = new Set<number>();
    for (let times = 0; times < 60; times++)
      statuses.add((await house.app.request(`${PUBLIC_URL}/v1/done/made-up`, { method: "POST" })).status);
    expect([...statuses]).toEqual([404]);
  });

  test("a small body that unpacks to a large one is refused", async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000, "a"));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await house.app.request(`${PUBLIC_URL}/v1/batch`, {
      method: "POST",
      body: bomb,
      headers: { "content-encoding": "gzip", "content-type": "application/json" },
    });
    expect(answer.status).toBe(400);
  });
});

describe("what leaves the house", () => {
  test("every answer forbids guessing of types and framing, and travels by https only", async () => {
    for (const path of ["/", "/healthz", "/bitrix24/install", "/c/plan/x", "/nothing"]) {
      const { headers } = await house.app.request(PUBLIC_URL + path);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      const framing = headers.get("x-frame-options") ?? headers.get("content-security-policy");
      expect(framing, path).toMatch(/DENY|frame-ancestors 'none'/);
      expect(headers.get("strict-transport-security"), path).toContain("max-age");
    }
  });

  test("the page of a session that is over may stand in any frame, because nothing can be done on it", async () => {
    const answer = await house.app.request(`${PUBLIC_URL}/screens/x/board`);
    const policy = answer.headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'none'");
    expect(policy).not.toContain("script-src");
    expect(await answer.text()).not.toMatch(/<form|<script/);
  });

  test("G8 no token, no secret and no session stands in the logs of a full run with failures", async () => {
    const owner = hubspot.owner("Dana");
    hubspot.deal({ companyId: hubspot.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    house.faults.hubspot.call = (call) =>
      call.index % 5 === 0 ? "unavailable" : call.index % 7 === 0 ? "cut-after" : null;
    house.faults.bitrix24.call = (call) => (call.index % 6 === 0 ? "cut-before" : null);
    await house.runFor(HOUR);
    house.faults.hubspot.call = () => null;
    house.faults.bitrix24.call = () => null;
    const init = { LANG: "en", DOMAIN: bitrix24.portal.domain, PROTOCOL: "1", APP_SID: "sid" };
    const { url, fields } = bitrix24.portal.app.frameForm(
      bitrix24.adminId,
      "DEFAULT",
      null,
      init.APP_SID,
      bitrix24.portal.domain,
      1,
    );
    const opened = await house.app.request(url, { method: "POST", body: new URLSearchParams(fields) });
    const ticket = opened.headers.get("location")!;
    await house.app.request(new URL(ticket, PUBLIC_URL).href.slice(0, -4));

    const vault = makeVault(`k1:${Buffer.alloc(32, 7).toString("base64")}`);
    const secrets = [hubspot, bitrix24, other].flatMap((world) => {
      const grant = JSON.parse(vault.open(house.host.portal(world.id).store.meta.get<string>("grant")!)) as {
        accessToken: string;
        refreshToken: string;
        applicationToken: string | null;
      };
      return [grant.accessToken, grant.refreshToken, grant.applicationToken];
    });
    const all = [...secrets, "secret-1", "secret-2", ticket.split("/")[3]].filter(
      (one): one is string => typeof one === "string",
    );
    expect(all.every((one) => one.length > 7)).toBe(true);
    expect(house.logs.length).toBeGreaterThan(5);
    const text = JSON.stringify(house.logs);
    expect(all.filter((one) => text.includes(one))).toEqual([]);
  });
});
