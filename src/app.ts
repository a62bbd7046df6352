/** The Hono app, built from its dependencies: no globals, no environment. */
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AppDeps } from "./web/deps.ts";
import { page } from "./web/pages/page.ts";
import { healthRoutes } from "./web/routes/health.ts";
import { hubspotRoutes, hubspotWebhooks } from "./web/routes/hubspot.ts";
import { hubspotFrameRoutes } from "./web/routes/hubspot-frame.ts";
import { doneRoutes, outsideRoutes } from "./web/routes/outside.ts";
import { usageRoutes } from "./web/routes/usage.ts";

export function makeApp(deps: AppDeps): Hono {
  const app = new Hono();
  // The busiest door stands before everything that only pages need.
  if (deps.apps.hubspot) app.route("/hubspot", hubspotWebhooks(deps, deps.apps.hubspot));
  app.use("*", async (c, next) => {
    await next();
    // Pages that say themselves who may frame them.
    if (c.res.headers.get("content-security-policy")?.includes("frame-ancestors"))
      c.res.headers.delete("x-frame-options");
  });
  app.use(
    "*",
    // Frames are allowed per route, where a CRM hosts one; everywhere else nobody frames us.
    secureHeaders({
      xFrameOptions: "DENY",
      strictTransportSecurity: deps.publicUrl.startsWith("https:"),
      crossOriginResourcePolicy: false,
    }),
  );
  app.onError((error, c) => {
    deps.around.log("error", "request-failed", { path: pathForLog(c.req.path), error: error.message });
    return c.text("Something went wrong on our side. It was logged; please try again.", 500);
  });
  if (deps.apps.hubspot) {
    app.route("/hubspot", hubspotRoutes(deps, deps.apps.hubspot));
    app.route("/hubspot", hubspotFrameRoutes(deps, deps.apps.hubspot));
  }
  if (deps.apps.bitrix24) app.route("/bitrix24", deps.bitrix24Routes!(deps, deps.apps.bitrix24));
  app.route("/screens", deps.screens(deps));
  app.route("/v1", usageRoutes(deps));
  app.route("/v1", doneRoutes(deps));
  app.route("/c", outsideRoutes(deps));
  app.get("/", (c) => c.html(page("running", c.req.header("accept-language"))));
  app.route("/", healthRoutes(deps.health));
  return app;
}

/** The address of a screen holds its session, that of a client's page its signed token: neither belongs in a log. */
function pathForLog(path: string): string {
  return path.replace(/^(\/screens\/(?:enter\/)?|\/c\/[a-z]+\/|\/v1\/done\/)[^/]+/, "$1…");
}
