/** G9: every door of the app, knocked at by a stranger. A door that is added without a word here fails. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR, House, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { addPortal, type World } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { Browser, hidden } from "../web/visit.ts";

/** Doors that are meant for everybody, and why. */
const OPEN: Readonly<Record<string, string>> = {
  "GET /": "says that this is Tenure",
  "GET /healthz": "for whoever watches the process",
  "GET /readyz": "for whoever watches the process",
  "GET /hubspot/install": "begins an install; HubSpot's consent decides",
  "GET /bitrix24/install": "begins an install, or says where to begin",
  "GET /bitrix24/app": "says where to open it",
  "GET /bitrix24/b24jssdk.js": "the vendor's public library",
};
/** Begins OAuth: answered with a redirect to the CRM. */
const BEGINS = new Set(["GET /hubspot/install"]);

/** Screens for everybody whom the CRM let in, each of which judges by itself what of it this person sees. All others are for administrators. */
const FOR_PEOPLE = new Set([
  "GET /",
  "GET /board",
  "GET /undecided",
  "GET /no-client",
  "GET /client/:key",
  "GET /client/:key/letter",
  "POST /client/:key/move",
  "POST /client/:key/act",
  "GET /history",
  "GET /kpi",
  "GET /review",
]);

let house: House;
let worlds: World[];
/** somebody in the last world, with a client of his own there, and one of Dana's */
let person: string;
let own: string;
let client: string;
beforeAll(async () => {
  house = new House();
  worlds = [addPortal(house, "hubspot"), addPortal(house, "bitrix24")];
  for (const world of worlds) await world.install();
  await house.runFor(15 * MINUTE);
  for (const world of worlds) {
    const owner = world.owner("Dana");
    person = world.owner("Ion");
    [client, own] = [owner, person].map((ownerId) => {
      const companyId = world.company({ name: ownerId === owner ? "Secretus SRL" : "Own SRL", ownerId });
      world.deal({ companyId, ownerId, outcome: "won" });
      return `company:${companyId}`;
    }) as [string, string];
  }
  await house.runFor(HOUR);
});
afterAll(() => house.close());

const routes = () => {
  const found = house.app.routes
    .filter((route) => route.method !== "ALL")
    .map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));
  return [...new Map(found.map((route) => [route.name, route])).values()];
};

const BODIES: readonly { type: string; body: string }[] = [
  { type: "application/json", body: "{}" },
  { type: "application/json", body: '[{"portalId":1,"objectId":1,"subscriptionType":"deal.creation"}]' },
  {
    type: "application/x-www-form-urlencoded",
    body: "event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&auth[member_id]=x&auth[application_token]=y&member_id=x&AUTH_ID=a&DOMAIN=127.0.0.1",
  },
];

async function knock(method: string, path: string, given: { type: string; body: string } | null): Promise<Response> {
  const url = PUBLIC_URL + path.replace(/:[a-z]+/gi, "guess");
  const init =
    given === null || method === "GET"
      ? { method }
      : { method, body: given.body, headers: { "content-type": given.type } };
  return house.app.request(url, { redirect: "manual", ...init });
}

/** What a stranger must not be able to change. */
function everything() {
  return worlds.map((world) => {
    const { store } = house.host.portal(world.id);
    return {
      calls: world.calls(),
      hints: house.registry.take(world.id, 10).length,
      deeds: store.journal.deeds(1_000).length,
      config: store.newestConfig()?.version ?? 0,
      mode: store.meta.get("mode"),
      mirror: store.mirror.countByState(),
    };
  });
}

describe("a stranger", () => {
  test("gets in at no door that is not meant for everybody, and changes nothing", async () => {
    const before = everything();
    const opened: string[] = [];
    for (const { method, path, name } of routes()) {
      for (const given of [null, ...(method === "GET" ? [] : BODIES)]) {
        const { status } = await knock(method, path, given);
        if (OPEN[name] === undefined && (status < 400 || status >= 500))
          opened.push(`${name} answered ${status} to ${given?.type ?? "nothing"}`);
        if (BEGINS.has(name)) expect(status, name).toBe(302);
      }
    }
    expect(opened).toEqual([]);
    expect(everything()).toEqual(before);
  });
});

describe("an ordinary person with a session", () => {
  const SCREENS = "/screens/:session";
  const screens = () =>
    routes()
      .filter(({ path }) => path.startsWith(SCREENS))
      .map(({ method, path }) => ({ method, path: path.slice(SCREENS.length) || "/" }))
      .map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));

  /** A session, and the token that its forms carry. */
  async function visit(): Promise<{ browser: Browser; home: string; token: string }> {
    const { response } = await (worlds.at(-1) as Bitrix24PortalWorld).portal.openFrame(Number(person));
    const browser = new Browser(house);
    await browser.get(new URL(response.headers.get("location")!, PUBLIC_URL).href);
    const home = browser.url.split("/").slice(0, 5).join("/");
    return { browser, home, token: hidden(await (await browser.get(`${home}/client/${own}`)).text(), "token") };
  }

  /** Fields that the forms of our pages know, so that no refusal is one for want of them. */
  const FIELDS = { mode: "paused", plans: "1", since: "2026-01-01", sure: "on", client: "", version: "0", all: "on" };

  test("is refused at every screen that is not meant for everybody, with a valid form too, and changes nothing", async () => {
    const { browser, home, token } = await visit();
    const before = everything();
    const opened: string[] = [];
    for (const { method, path, name } of screens()) {
      if (FOR_PEOPLE.has(name)) continue;
      const url = home + path.replace(":key", client).replace(/:[a-z]+/gi, "1");
      const response =
        method === "GET" ? await browser.get(url) : await browser.post(url, { ...FIELDS, client, token, once: "1" });
      if (response.status !== 403) opened.push(`${name} answered ${response.status}`);
    }
    expect(opened).toEqual([]);
    expect(everything()).toEqual(before);
  });

  test("every screen that is meant for everybody is there", () => {
    const known = new Set(screens().map(({ name }) => name));
    expect([...FOR_PEOPLE].filter((name) => !known.has(name))).toEqual([]);
  });

  test("changes nothing on a client of somebody else, and learns nothing of it", async () => {
    const { browser, home, token } = await visit();
    const before = everything();
    for (const name of FOR_PEOPLE) {
      const [method, path] = name.split(" ") as [string, string];
      const url = home + path.replace(":key", client);
      const fields = { token, once: "2", act: "pause", cycle: "1", step: "1/welcome" };
      const response =
        method === "GET" ? await browser.get(url) : await browser.post(url, { ...fields, day: "2026-12-01" });
      const page = await response.text();
      expect([name, page.includes("Secretus"), page.includes("Dana")]).toEqual([name, false, false]);
    }
    expect(everything()).toEqual(before);
  });
});
