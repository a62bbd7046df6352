/** HubSpot's doors: install, callback, webhooks. */
import { type Context, Hono } from "hono";
import { isFailure } from "../../crm/failure.ts";
import type { HubSpotApp } from "../../crm/hubspot/index.ts";
import { portalId } from "../../ports.ts";
import { readBytes, WEBHOOK_BODY_MAX } from "../body.ts";
import { takeDelivery } from "../deliveries.ts";
import type { AppDeps } from "../deps.ts";
import { installFailed, refuseInstall } from "../install-refused.ts";
import { page } from "../pages/page.ts";
import { beginState, endState } from "../state.ts";

export function hubspotRoutes(deps: AppDeps, crm: HubSpotApp): Hono {
  const routes = new Hono();
  routes.get("/install", (c) => install(c, deps, crm));
  routes.get("/oauth/callback", (c) => callback(c, deps, crm));
  return routes;
}

/** The door for deliveries, apart from the others: machines need no headers for pages. */
export function hubspotWebhooks(deps: AppDeps, crm: HubSpotApp): Hono {
  return new Hono().post("/webhooks", (c) => webhooks(c, deps, crm));
}

/** The install URL of the listing: a person's own click begins the flow; a Marketplace start may bring a code at once. */
async function install(c: Context, deps: AppDeps, crm: HubSpotApp): Promise<Response> {
  const { step, returnUrl } = c.req.query();
  if (c.req.query("code")) return callback(c, deps, crm);
  const state = beginState(c, deps.around, "hubspot", deps.publicUrl.startsWith("https:"));
  if (step === "authorize" && returnUrl) {
    const back = crm.marketplaceReturn(returnUrl);
    if (!back) return refuseInstall(c, deps, "return-url", 400);
    const url = new URL(back);
    url.searchParams.set("state", state);
    return c.redirect(url.href);
  }
  return c.redirect(crm.authoriseUrl(state));
}

async function callback(c: Context, deps: AppDeps, crm: HubSpotApp): Promise<Response> {
  const { code, state, returnUrl, error } = c.req.query();
  if (error) return refuseInstall(c, deps, "denied", 400);
  if (!code) return refuseInstall(c, deps, "no-code", 400);
  const back = returnUrl ? crm.marketplaceReturn(returnUrl) : null;
  if (returnUrl && !back) return refuseInstall(c, deps, "return-url", 400);
  // Only an install that HubSpot's Marketplace started comes without a state, and only with a way back to HubSpot.
  const check = state || !back ? endState(c, deps.around, "hubspot", state) : null;
  if (check?.ok === false) return refuseInstall(c, deps, `state-${check.why}`, 403);
  try {
    const now = deps.around.now();
    const grant = await (back ? crm.exchangeFromMarketplace(code, now) : crm.exchange(code, now));
    if (check && !(await deps.host.useOnce(check.id, check.expiresAt)))
      return refuseInstall(c, deps, "state-used-or-expired", 403);
    await deps.host.install("hubspot", grant);
    deps.around.log("info", "installed", { portal: portalId("hubspot", grant.account), scopes: grant.scopes.length });
  } catch (failure) {
    if (!isFailure(failure)) throw failure;
    return installFailed(c, deps, failure);
  }
  return back ? c.redirect(back) : c.html(page("installed", c.req.header("accept-language")));
}

async function webhooks(c: Context, deps: AppDeps, crm: HubSpotApp): Promise<Response> {
  const { url } = c.req;
  const path = url.slice(url.indexOf("/", url.indexOf("//") + 2));
  const body = await readBytes(c.req.raw, WEBHOOK_BODY_MAX);
  return c.body(null, await takeDelivery(deps, crm, { path, headers: c.req.raw.headers, body }));
}
