/** G9: every door of the app, knocked at by a stranger. A door that is added without a word here fails. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR, House, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { addPortal, type World } from "../support/world.ts";

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

let house: House;
let worlds: World[];
beforeAll(async () => {
  house = new House();
  worlds = [addPortal(house, "hubspot"), addPortal(house, "bitrix24")];
  for (const world of worlds) await world.install();
  await house.runFor(15 * MINUTE);
  for (const world of worlds) {
    const owner = world.owner("Dana");
    world.deal({ companyId: world.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
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
