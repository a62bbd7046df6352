/** The connector on Cloudflare: a Worker in front, an object per portal behind it. `npm run dev:workers` starts it on this machine. */
import type { Hono } from "hono";
import { makeApp } from "../app.ts";
import { bitrix24Routes } from "../web/routes/bitrix24.ts";
import type { Caller } from "../web/routes/health.ts";
import { screenRoutes } from "../web/routes/screens.ts";
import { isBearer } from "./move-token.ts";
import { withNeighbour } from "./neighbour.ts";
import { operationsRoutes } from "./operations.ts";
import { type Env, wire } from "./workers/env.ts";
import { WorkersHost } from "./workers/host.ts";
import { objectsPlace } from "./workers/place.ts";
import { REGISTRY } from "./workers/registry-object.ts";

export { PortalObject } from "./workers/portal-object.ts";
export { RegistryObject } from "./workers/registry-object.ts";

/** Built once per Worker instance. */
const made = new WeakMap<Env, Hono>();

function appOf(env: Env): Hono {
  const known = made.get(env);
  if (known) return known;
  const { config, apps, around } = wire(env);
  const { publicUrl, moveKey, neighbourUrl, metricsToken } = config;
  // No caller is on this machine: without a token nobody sees them.
  const metrics = async ({ authorisation }: Caller) =>
    metricsToken !== null && isBearer(authorisation, metricsToken) ? env.REGISTRY.getByName(REGISTRY).metrics() : null;
  const health = { isReady: () => true, metrics };
  const here = new WorkersHost(env);
  const { now } = around;
  const host =
    moveKey !== null && neighbourUrl !== null
      ? withNeighbour(here, { url: neighbourUrl, moveKey, fetch: (request) => fetch(request), now })
      : here;
  const app = makeApp({
    publicUrl,
    apps,
    host,
    around,
    health,
    screens: screenRoutes,
    bitrix24Routes,
    b24jssdk: () => b24jssdk(env),
  });
  if (moveKey !== null)
    app.route("/operations", operationsRoutes({ place: objectsPlace(env, moveKey), here, moveKey, now }));
  made.set(env, app);
  return app;
}

/** Bitrix24's library for browsers, from the assets beside the bundle. */
async function b24jssdk(env: Env): Promise<string> {
  const answer = await env.ASSETS.fetch(new Request("https://assets.local/index.min.js"));
  if (!answer.ok) throw new Error(`The assets answered ${answer.status}: look at [assets] in wrangler.toml.`);
  return answer.text();
}

export default {
  fetch: (request, env) => appOf(env).fetch(request),
} satisfies ExportedHandler<Env>;
