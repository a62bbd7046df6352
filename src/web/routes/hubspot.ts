/** HubSpot's doors: install, callback, webhooks. */
import { type Context, Hono } from "hono";
import type { AppDeps } from "../../app.ts";
import { isFailure } from "../../crm/failure.ts";
import type { HubSpotApp } from "../../crm/hubspot/index.ts";
import type { Refusal } from "../../crm/port.ts";
import { portalId } from "../../ports.ts";
import { readBytes, WEBHOOK_BODY_MAX } from "../body.ts";
import { page } from "../pages/page.ts";
import { beginState, endState } from "../state.ts";

/** What a refused delivery is answered with, and what whoever runs this should look at. */
const REFUSED: Readonly<Record<Refusal, { status: 400 | 401 | 404 | 429; look: string }>> = {
  "missing-signature": { status: 401, look: "the sender sent no v3 signature headers; only HubSpot may call this address" },
  stale: { status: 401, look: "the timestamp is more than 5 minutes off; compare this machine's clock" },
  mismatch: { status: 401, look: "compare HUBSPOT_CLIENT_SECRET with the app's Auth page, and PUBLIC_URL with the target URL in webhooks-hsmeta.json" },
  malformed: { status: 400, look: "the body is not the JSON array that HubSpot sends; something between changed it" },
  "unknown-portal": { status: 404, look: "no portal of that id is installed" },
  "too-many": { status: 400, look: "more events than HubSpot sends at once" },
};

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
  const state = await beginState(c, deps.host, deps.around, deps.publicUrl.startsWith("https:"));
  if (step === "authorize" && returnUrl) {
    const back = crm.marketplaceReturn(returnUrl);
    if (!back) return refusePage(c, deps, "return-url", 400);
    const url = new URL(back);
    url.searchParams.set("state", state);
    return c.redirect(url.href);
  }
  return c.redirect(crm.authoriseUrl(state));
}

async function callback(c: Context, deps: AppDeps, crm: HubSpotApp): Promise<Response> {
  const { code, state, returnUrl, error } = c.req.query();
  if (error) return refusePage(c, deps, "denied", 400);
  if (!code) return refusePage(c, deps, "no-code", 400);
  const back = returnUrl ? crm.marketplaceReturn(returnUrl) : null;
  if (returnUrl && !back) return refusePage(c, deps, "return-url", 400);
  // Only an install that HubSpot's Marketplace started comes without a state, and only with a way back to HubSpot.
  if (state || !back) {
    const check = await endState(c, deps.host, state);
    if (check !== "ok") return refusePage(c, deps, `state-${check}`, 403);
  }
  try {
    const now = deps.around.now();
    const grant = await (back ? crm.exchangeFromMarketplace(code, now) : crm.exchange(code, now));
    await deps.host.install("hubspot", grant);
    deps.around.log("info", "installed", { portal: portalId("hubspot", grant.account), scopes: grant.scopes.length });
  } catch (failure) {
    if (!isFailure(failure)) throw failure;
    deps.around.log("warn", "install-failed", { failure: failure.failure, code: failure.code, advice: failure.message });
    const isOurs = failure.failure === "unauthorised";
    return refusePage(c, deps, isOurs ? "our-configuration" : failure.failure === "refused" ? "used-code" : "crm-away", isOurs ? 500 : failure.failure === "refused" ? 400 : 503);
  }
  return back ? c.redirect(back) : c.html(page("installed", c.req.header("accept-language")));
}

function refusePage(c: Context, deps: AppDeps, why: string, status: 400 | 403 | 500 | 503): Response | Promise<Response> {
  deps.around.log("warn", "install-refused", { why, look: `see "${why}" in the README, What happens if` });
  return c.html(page(`refused-${why}`, c.req.header("accept-language")), status);
}

/** The hot path: limit, signature, light parse, one insert, answer. */
async function webhooks(c: Context, deps: AppDeps, crm: HubSpotApp): Promise<Response> {
  const { around, host } = deps;
  const body = await readBytes(c.req.raw, WEBHOOK_BODY_MAX);
  if (body === null) {
    around.log("warn", "webhook-refused", { why: "too-large", look: "HubSpot never sends more than 100 events at once" });
    return c.body(null, 413);
  }
  const { url } = c.req;
  const pathAt = url.indexOf("/", url.indexOf("//") + 2);
  const incoming = { method: "POST", url: deps.publicUrl + url.slice(pathAt), headers: c.req.raw.headers, body };
  const verified = await crm.verify(incoming, around.now(), () => null);
  if (!verified.ok) {
    const { status, look } = REFUSED[verified.reason];
    around.log("warn", "webhook-refused", { why: verified.reason, look });
    return c.body(null, status);
  }
  const { unknown } = await host.deliver(verified.accounts.map((one) => ({ portal: portalId("hubspot", one.account), hints: one.hints })));
  if (unknown.length > 0) around.log("info", "webhook-unknown-portal", { portals: unknown, look: "events of portals that left are dropped for up to a day" });
  const odd = verified.accounts.flatMap((one) => one.unknown);
  if (odd.length > 0) around.log("info", "webhook-unknown-event", { events: [...new Set(odd)].slice(0, 5), look: "compare the subscriptions in webhooks-hsmeta.json" });
  return c.body(null, 204);
}
