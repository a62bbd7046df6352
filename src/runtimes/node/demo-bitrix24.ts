/** The demo's Bitrix24: a sandbox on a local port, a portal with 150 clients; our screens open in its own frame page. */
import { type ServerType, serve } from "@hono/node-server";
import { fieldName } from "../../crm/bitrix24/shape.ts";
import { catchUp, demoStep, seedDemo } from "../../sandbox/bitrix24/demo.ts";
import { Bitrix24Sandbox } from "../../sandbox/bitrix24/index.ts";
import { systemClock } from "../../sandbox/clock.ts";
import type { DemoCrm, DemoSite } from "./demo-crm.ts";

/** Path of the stand-in for the authorisation server. */
export const BITRIX24_OAUTH_PATH = "/oauth-west";

export function demoBitrix24({ publicUrl, port, secret, random }: DemoSite): DemoCrm {
  const url = `http://localhost:${port}`;
  const sandbox = new Bitrix24Sandbox({
    clock: systemClock(),
    random,
    clientId: secret.id,
    clientSecret: secret.secret,
    appCode: "demo.tenure",
    installUrl: `${publicUrl}/bitrix24/install`,
    appUrl: `${publicUrl}/bitrix24/app`,
    eventsUrl: `${publicUrl}/bitrix24/events`,
    redirectUrl: `${publicUrl}/bitrix24/oauth/callback`,
    deliver: (request) => fetch(request),
    publicUrl: url,
    oauthUrl: `${url}${BITRIX24_OAUTH_PATH}`,
    oauthUrlEast: `${url}/oauth-east`,
  });
  const portal = sandbox.addPortal({
    domain: "demo.bitrix24.test",
    plan: "professional",
    timeZone: "Europe/Kyiv",
    language: "ua",
    currency: "UAH",
  });
  seedDemo(portal, { clients: 150, managers: 5, random, now: Date.now() });
  const server: ServerType = serve({ fetch: (request, env) => sandbox.app.fetch(request, env), port });
  const admin = portal.org.firstAdminId();
  return {
    name: "Bitrix24",
    id: `bitrix24-${portal.memberId}`,
    url: `${url}/`,
    screens: `${url}/frame/${portal.memberId}/${admin}`,
    async install() {
      const page = await portal.install(admin);
      if (!page.ok) throw new Error(`The demo could not install itself in the sandbox Bitrix24: ${page.status}`);
      portal.finishInstall();
    },
    catchUp: () => catchUp(portal, fieldName("first_value_on"), random),
    step: () => demoStep(portal, random),
    stop: () => void server.close(),
  };
}
