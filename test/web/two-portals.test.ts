import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { addPortal } from "../support/world.ts";
import type { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../support/world-hubspot.ts";
import { Browser, hidden } from "./visit.ts";

const PAGES = [
  "board",
  "board?order=triage",
  "undecided",
  "kpi",
  "review",
  "history",
  "status",
  "status/calls",
  "settings",
];

let house: House;
let ours: HubSpotPortalWorld;
let theirs: HubSpotPortalWorld;
let others: Bitrix24PortalWorld;
let client: string;
let foreign: readonly string[];
beforeEach(async () => {
  house = new House();
  ours = new HubSpotPortalWorld(house);
  theirs = new HubSpotPortalWorld(house);
  others = addPortal(house, "bitrix24") as Bitrix24PortalWorld;
  for (const world of [ours, theirs, others]) await world.install();
  await house.runFor(10 * MINUTE);
  const [a, b, c] = [ours, theirs, others].map((world, n) => {
    const ownerId = world.owner(["Anna", "Zlata", "Quirin"][n]!);
    const companyId = world.company({ name: ["Ours GmbH", "Secretus SRL", "Verborgen AG"][n]!, ownerId });
    world.deal({ companyId, ownerId, amount: 77_777, outcome: "won" });
    return `company:${companyId}`;
  });
  client = a!;
  foreign = [b!, c!].filter((key) => key !== a);
  expect(foreign.length).toBeGreaterThan(0);
  await house.runFor(HOUR);
});
afterEach(() => house.close());

/** An administrator of our portal, let in as a card of HubSpot lets people in. */
async function visit(to = "board"): Promise<{ browser: Browser; home: string; page: string }> {
  const body = { userId: ours.portal.adminUserId(), method: "POST" as const, body: { to } };
  const request = await ours.portal.cardRequest("https://tenure.test/hubspot/frame/open?language=en", body);
  const { url } = (await (await house.app.fetch(request)).json()) as { url: string };
  const browser = new Browser(house);
  const page = await (await browser.get(url)).text();
  return { browser, home: browser.url.split("/").slice(0, 5).join("/"), page };
}

const SECRETS = ["Secretus", "Verborgen", "Zlata", "Quirin"];
function expectNothingForeign(text: string, where: string): void {
  expect(
    SECRETS.filter((one) => text.includes(one)),
    where,
  ).toEqual([]);
}

test("G9 no page shows anything of another portal, however its parameters are changed", async () => {
  const { browser, home } = await visit();
  expect(await (await browser.get(`${home}/client/${client}`)).text()).toContain("Ours GmbH");
  const portals = [theirs.id, others.id];
  const odd = [
    ...foreign,
    ...portals.flatMap((id) => foreign.map((key) => `${id}:${key}`)),
    ...portals,
    "company:*",
    "%",
    "company:1' or '1'='1",
  ];
  const asked = [
    ...odd.map((key) => `client/${encodeURIComponent(key)}`),
    ...PAGES.flatMap((path) =>
      portals.map(
        (id) => `${path}${path.includes("?") ? "&" : "?"}portal=${id}&id=${id}&owner=1&account=${id}&before=999999999`,
      ),
    ),
    ...portals.map((id) => `../${id}/board`),
    ...portals.map((id) => `settings/templates/${id}/1`),
  ];
  for (const path of asked) expectNothingForeign(await (await browser.get(`${home}/${path}`)).text(), path);
});

test("G9 no click changes anything of another portal, whichever client it names", async () => {
  const { browser, home } = await visit();
  const page = await (await browser.get(`${home}/client/${client}`)).text();
  const token = hidden(page, "token");
  const before = [theirs, others].map((world) => JSON.stringify(statesOf(world.id)));
  for (const key of [...foreign, `${theirs.id}:${foreign[0]}`]) {
    const fields = { token, once: key, act: "pause", cycle: "1", portal: theirs.id, client: key };
    const answer = await browser.post(`${home}/client/${encodeURIComponent(key)}/act`, fields);
    expectNothingForeign(await answer.text(), key);
  }
  await house.runFor(HOUR);
  expect([theirs, others].map((world) => JSON.stringify(statesOf(world.id)))).toEqual(before);
});

function statesOf(id: string): unknown {
  const { clients } = house.host.portal(id).store;
  return clients
    .list(100)
    .map(({ key }) => (clients.get(key)!.state as { plans: { state: string }[] }).plans.map((plan) => plan.state));
}

test("G9 a session of one portal opens no other: its seal names the portal", async () => {
  const { browser, home, page } = await visit();
  expect(page).toContain("Ours GmbH");
  house.host.forget(ours.id);
  expect((await browser.get(`${home}/board`)).status).toBe(401);
});
