/** The Hono app, built from its dependencies: no globals, no environment. */
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { HubSpotApp } from "./crm/hubspot/index.ts";
import type { PortalHost, Surroundings } from "./ports.ts";
import { hubspotRoutes } from "./web/routes/hubspot.ts";
import { healthRoutes, type Health } from "./web/routes/health.ts";

export interface AppDeps {
  publicUrl: string;
  apps: { readonly hubspot?: HubSpotApp };
  host: PortalHost;
  around: Surroundings;
  health: Health;
}

export function makeApp(deps: AppDeps): Hono {
  const app = new Hono();
  app.use(
    "*",
    // Frames are allowed per route, where a CRM hosts one; everywhere else nobody frames us.
    secureHeaders({ xFrameOptions: "DENY", strictTransportSecurity: deps.publicUrl.startsWith("https:"), crossOriginResourcePolicy: false }),
  );
  app.onError((error, c) => {
    deps.around.log("error", "request-failed", { path: new URL(c.req.url).pathname, error: error.message });
    return c.text("Something went wrong on our side. It was logged; please try again.", 500);
  });
  if (deps.apps.hubspot) app.route("/hubspot", hubspotRoutes(deps, deps.apps.hubspot));
  app.route("/", healthRoutes(deps.health));
  return app;
}
