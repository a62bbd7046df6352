/** HubSpot with a frame of ours in it: the sandbox's portal with its demo clients, and a page around the frame as HubSpot shows it. */
import { seedDemo } from "../../src/sandbox/hubspot/demo.ts";
import { seededRandom } from "../../src/sandbox/random.ts";
import { DAY, HOUR, HubSpotWorld, MINUTE } from "../support/hubspot-world.ts";
import { cardCall } from "../web/visit.ts";
import { type Kit, openBrowser } from "./kit.ts";

export const HUBSPOT_HOST = "https://app.hubspot.com/frame";

/** An installed portal with demo clients, some weeks into their plans. */
export async function demoWorld(clients: number, locale = "en"): Promise<HubSpotWorld> {
  const world = new HubSpotWorld({ seed: 11, portal: { plan: "enterprise", currency: "EUR", locale } });
  seedDemo(world.portal, { clients, managers: 5, random: seededRandom(7), now: world.clock.now() });
  await world.runFor(MINUTE);
  const installed = await world.install();
  if (installed.status !== 200) throw new Error(JSON.stringify(world.logs));
  await world.runFor(HOUR);
  await world.host.ask(world.id, "adopt", [world.clock.now() - 75 * DAY, "user:demo"]);
  await world.runFor(HOUR);
  reachFirstValue(world);
  await world.runFor(HOUR);
  finishLateSteps(world);
  await world.runFor(HOUR);
  return world;
}

/** The start of each client's plan, by company id. */
function plansOf(world: HubSpotWorld): ReadonlyMap<string, number> {
  const { clients } = world.host.portal(world.id).store;
  const starts = new Map<string, number>();
  for (const { key } of clients.list(1000)) {
    const { plans = [] } = (clients.get(key)?.state ?? {}) as { plans?: { startAt: number }[] };
    if (plans[0] && key.startsWith("company:")) starts.set(key.slice("company:".length), plans[0].startAt);
  }
  return starts;
}

/** Three in four clients had their first result some days after signing. */
function reachFirstValue(world: HubSpotWorld): void {
  const random = seededRandom(5);
  for (const [id, startAt] of plansOf(world)) {
    const valueAt = startAt + (2 + Math.floor(random() * 9)) * DAY;
    if (random() > 0.75 || valueAt > world.clock.now()) continue;
    world.portal.update("companies", id, { tenure_first_value_on: new Date(valueAt).toISOString().slice(0, 10) });
  }
}

/** Most late tasks of most clients are done. */
function finishLateSteps(world: HubSpotWorld): void {
  const random = seededRandom(6);
  const busy = new Map([...plansOf(world).keys()].map((id) => [id, random() < 0.75]));
  for (const task of world.portal.list("tasks")) {
    const [company] = world.portal.associationsOf("tasks", task.id, "companies");
    const isLate = Date.parse(task.properties.hs_timestamp!) < world.clock.now();
    if (company && isLate && busy.get(company.id) && random() < 0.92) {
      world.portal.update("tasks", task.id, { hs_task_status: "COMPLETED" });
    }
  }
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
