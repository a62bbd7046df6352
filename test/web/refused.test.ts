import { afterEach, beforeEach, expect, test } from "vitest";
import { signHubSpot } from "../../src/crm/hubspot/index.ts";
import { House, HUBSPOT, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";

let house: House;
let world: HubSpotPortalWorld;
beforeEach(async () => {
  house = new House();
  world = new HubSpotPortalWorld(house);
  await world.install();
  await house.runFor(MINUTE);
});
afterEach(() => house.close());

/** An install as far as the CRM's link back, and the cookie of the browser that began it. */
async function begun(): Promise<{ back: string; cookie: string }> {
  const answer = await house.app.request(`${PUBLIC_URL}/hubspot/install`);
  const cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
  return { back: world.portal.approve(answer.headers.get("location")!), cookie };
}

const open = (back: string, cookie = "") => house.app.request(back, { headers: { cookie } });

const refusals = () =>
  house.logs
    .filter(({ event }) => event === "install-refused")
    .map(({ details }) => [details.why, typeof details.look]);

test("another browser's state installs nothing and is told apart", async () => {
  const [mine, theirs] = [await begun(), await begun()];
  expect((await open(mine.back, theirs.cookie)).status).toBe(403);
  expect(refusals()).toEqual([["state-other-browser", "string"]]);
  // The one who began it goes on undisturbed.
  expect((await open(mine.back, mine.cookie)).status).toBe(200);
});

test("a link back that was used is refused, and what it installed goes on", async () => {
  const { back, cookie } = await begun();
  expect((await open(back, cookie)).status).toBe(200);
  expect((await open(back, cookie)).status).toBe(400);
  expect(refusals().at(-1)).toEqual(["used-code", "string"]);
  const again = await begun();
  const replayed = new URL(again.back);
  replayed.searchParams.set("code", new URL(back).searchParams.get("code")!);
  expect((await open(replayed.href, again.cookie)).status).toBe(400);
  expect(refusals().at(-1)).toEqual(["used-code", "string"]);
  expect(house.host.portal(world.id).isInstalled()).toBe(true);
});

test("whoever runs this reads in the log why an installation from Bitrix24 came to nothing, too", async () => {
  expect((await open(`${PUBLIC_URL}/bitrix24/oauth/callback`)).status).toBe(400);
  expect((await open(`${PUBLIC_URL}/bitrix24/oauth/callback?code=1`)).status).toBe(403);
  expect((await open(`${PUBLIC_URL}/bitrix24/install?domain=no%20host`)).status).toBe(400);
  expect(refusals()).toEqual([
    ["no-code", "string"],
    ["state-missing", "string"],
    ["return-url", "string"],
  ]);
});

test("an event of a type that we do not know is answered, told in the log, and holds nothing else up", async () => {
  const body = JSON.stringify([
    { portalId: world.portal.hubId, subscriptionType: "object.vanished", objectTypeId: "0-3", objectId: 4 },
    {
      portalId: world.portal.hubId,
      subscriptionType: "object.creation",
      objectTypeId: "0-3",
      objectId: 5,
      changeSource: "CRM_UI",
    },
  ]);
  const url = `${PUBLIC_URL}/hubspot/webhooks`;
  const headers = await signHubSpot(HUBSPOT.clientSecret, { method: "POST", url, body }, house.clock.now());
  const answer = await house.app.request(url, {
    method: "POST",
    body,
    headers: { ...headers, "content-type": "application/json" },
  });
  expect(answer.status).toBe(204);
  expect(house.logs.filter(({ event }) => event === "webhook-unknown-event")).toMatchObject([
    { details: { events: [expect.stringContaining("object.vanished")], look: expect.any(String) } },
  ]);
  expect(house.registry.take(world.id, 9).flatMap((row) => row.hints)).toEqual([
    { kind: "deal", id: "5", change: "created" },
  ]);
});
