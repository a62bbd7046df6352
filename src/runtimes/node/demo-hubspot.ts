/** The demo's HubSpot: a sandbox on a local port, an account with 150 clients, and a way to open our screens as HubSpot would. */
import { type ServerType, serve } from "@hono/node-server";
import { propertyOfField } from "../../crm/hubspot/values.ts";
import { systemClock } from "../../sandbox/clock.ts";
import { catchUp, demoStep, seedDemo } from "../../sandbox/hubspot/demo.ts";
import { HubSpotSandbox, type SandboxPortal } from "../../sandbox/hubspot/index.ts";
import type { DemoCrm, DemoSite } from "./demo-crm.ts";

export const HUBSPOT_APP_ID = 1;

export function demoHubSpot({ publicUrl, port, secret, random }: DemoSite): DemoCrm {
  const url = `http://localhost:${port}`;
  const sandbox = new HubSpotSandbox({
    clock: systemClock(),
    random,
    clientId: secret.id,
    clientSecret: secret.secret,
    appId: HUBSPOT_APP_ID,
    redirectUrls: [`${publicUrl}/hubspot/oauth/callback`, `${publicUrl}/hubspot/install`],
    webhookUrl: `${publicUrl}/hubspot/webhooks`,
    deliver: (request) => fetch(request),
    publicUrl: url,
  });
  const portal = sandbox.addPortal({ timeZone: "Asia/Almaty", currency: "KZT", locale: "ru", plan: "enterprise" });
  seedDemo(portal, { clients: 150, managers: 5, random, now: Date.now() });
  const server: ServerType = serve({ fetch: (request) => answer(request, sandbox, portal, publicUrl), port });
  return {
    name: "HubSpot",
    id: `hubspot-${portal.hubId}`,
    url: `${url}/`,
    screens: `${url}/tenure/board`,
    install: () => install(portal, publicUrl),
    catchUp: () => catchUp(portal, propertyOfField("first_value_on"), random),
    step: () => demoStep(portal, random),
    stop: () => void server.close(),
  };
}

/**
 * `/tenure/<screen>?language=en&user=<id>` opens one of our screens the way a card does it, for the administrator where no user is named;
 * everything else is HubSpot.
 */
async function answer(
  request: Request,
  sandbox: HubSpotSandbox,
  portal: SandboxPortal,
  publicUrl: string,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (!pathname.startsWith("/tenure/")) return sandbox.fetch(request);
  const language = encodeURIComponent(searchParams.get("language") ?? "en");
  const userId = Number(searchParams.get("user")) || portal.adminUserId();
  const call = { method: "POST", body: { to: pathname.slice("/tenure/".length) }, userId };
  const reply = await fetch(await portal.cardRequest(`${publicUrl}/hubspot/frame/open?language=${language}`, call));
  const { ok, url, text } = (await reply.json()) as { ok: boolean; url?: string; text?: string };
  return ok && url
    ? Response.redirect(new URL(url, publicUrl).href, 302)
    : new Response(text ?? "not ready yet", { status: 503 });
}

/** As a person does it: begin at the connector, approve in the CRM, come back with the cookie. */
async function install(portal: SandboxPortal, publicUrl: string): Promise<void> {
  const begun = await fetch(`${publicUrl}/hubspot/install`, { redirect: "manual" });
  const back = portal.approve(begun.headers.get("location") ?? "");
  const cookie = (begun.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const done = await fetch(back, { headers: { cookie }, redirect: "manual" });
  if (!done.ok) throw new Error(`The demo could not install itself in the sandbox HubSpot: ${done.status}`);
}
