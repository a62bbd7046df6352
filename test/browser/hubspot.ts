/** HubSpot with a frame of ours in it: the sandbox's portal with its demo clients, and a page around the frame as HubSpot shows it. */

import { seededRandom } from "../../src/core/seeded-random.ts";
import { catchUp, seedDemo } from "../../src/sandbox/hubspot/demo.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { cardCall } from "../web/visit.ts";
import { type Kit, openBrowser } from "./kit.ts";

const HUBSPOT_HOST = "https://app.hubspot.com/frame";

/** An installed portal with demo clients, some weeks into their plans. */
export async function demoWorld(clients: number, locale = "en"): Promise<HubSpotWorld> {
  const world = new HubSpotWorld({ seed: 11, portal: { plan: "enterprise", currency: "EUR", locale } });
  seedDemo(world.portal, { clients, managers: 5, random: seededRandom(7), now: world.clock.now() });
  await world.runFor(MINUTE);
  const installed = await world.install();
  if (installed.status !== 200) throw new Error(JSON.stringify(world.logs));
  await world.runFor(HOUR);
  await world.host.ask(world.id, "adopt", [world.clock.now() - 75 * DAY, "user:demo", { plans: clients, tasks: 0 }]);
  await world.runFor(HOUR);
  catchUp(world.portal, "tenure_first_value_on", seededRandom(5));
  await world.runFor(2 * HOUR);
  return world;
}

/** The CRM around our frame. */
function hostPage(inner: string): Response {
  const style =
    "body{margin:0;font:15px system-ui;background:#f5f8fa}header{background:#253342;color:#fff;padding:10px 18px}iframe{border:0;width:100%;height:calc(100vh - 42px);display:block}";
  const page = `<!doctype html><html lang="en"><title>HubSpot</title><style>${style}</style><header>Customers</header><iframe title="Tenure" src="${inner}"></iframe>`;
  return new Response(page, { headers: { "content-type": "text/html" } });
}

export async function hubspotBrowser(world: HubSpotWorld, more: Parameters<typeof openBrowser>[1] = {}): Promise<Kit> {
  return openBrowser(
    {
      "tenure.test": (request) => world.app.fetch(request),
      "elsewhere.example": (request) => hostPage(new URL(request.url).searchParams.get("inner") ?? ""),
      "app.hubspot.com": (request) => hostPage(new URL(request.url).searchParams.get("inner") ?? ""),
    },
    more,
  );
}

/** The address of HubSpot's page around one of ours. */
export async function framed(world: HubSpotWorld, userId: number, to: string, language = "en"): Promise<string> {
  return `${HUBSPOT_HOST}?inner=${encodeURIComponent(await link(world, userId, to, language))}`;
}

/** A link that lets one person in, once. */
export async function link(world: HubSpotWorld, userId: number, to: string, language = "en"): Promise<string> {
  const reply = (await (await cardCall(world, `/hubspot/frame/open?language=${language}`, userId, { to })).json()) as {
    url: string;
  };
  return reply.url;
}
