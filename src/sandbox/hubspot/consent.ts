import type { Context, Hono } from "hono";
import { escapeHtml, htmlPage } from "../html.ts";
import type { Asked } from "./oauth.ts";
import type { SandboxPortal } from "./portal.ts";
import type { HubSpotSandbox } from "./sandbox.ts";

/** The page on which an admin picks an account and connects the app (facts sheet 2.1). */
export function addConsentPage(app: Hono, sandbox: HubSpotSandbox): void {
  for (const path of ["/oauth/authorize", "/oauth/:hubId{[0-9]+}/authorize"]) {
    app.get(path, (c) => {
      const asked = read(c, sandbox);
      return typeof asked === "string" ? problem(c, asked) : c.html(page(sandbox, asked, new URL(c.req.url)));
    });
    app.post(path, async (c) => decide(c, sandbox));
  }
}

function read(c: Context, sandbox: HubSpotSandbox): Asked | string {
  try {
    return sandbox.oauth.asked(new URL(c.req.url));
  } catch (failure) {
    return (failure as Error).message;
  }
}

function problem(c: Context, message: string): Response {
  const body = `<div class="card"><h1>Authorization failed</h1><p role="alert">${escapeHtml(message)}</p></div>`;
  return c.html(htmlPage("HubSpot sandbox", body), 400);
}

function page(sandbox: HubSpotSandbox, asked: Asked, url: URL): string {
  const portals = sandbox.portals.filter(
    (portal) => !portal.deleted && (asked.hubId === null || portal.hubId === asked.hubId),
  );
  const choices = portals.map((portal, index) => {
    const checked = index === 0 ? " checked" : "";
    const label = `Account ${portal.hubId} (${portal.plan}, ${portal.timeZone})`;
    return `<p><label><input type="radio" name="hubId" value="${portal.hubId}"${checked}> ${escapeHtml(label)}</label></p>`;
  });
  const scopes = [
    ...asked.scopes.map((scope) => `<li>${escapeHtml(scope)}</li>`),
    ...asked.optional.map((scope) => `<li>${escapeHtml(scope)} <span class="quiet">(optional)</span></li>`),
  ];
  const body = `<div class="card"><h1>Connect the app to HubSpot</h1>
<form method="post" action="${escapeHtml(url.pathname + url.search)}">
<fieldset><legend>Choose an account</legend>${choices.join("") || "<p>There is no account.</p>"}</fieldset>
<h2>The app will be able to use</h2><ul>${scopes.join("")}</ul>
<p><button class="main" name="decision" value="connect">Connect app</button>
<button name="decision" value="cancel">Cancel</button></p></form></div>`;
  return htmlPage("HubSpot sandbox", body);
}

async function decide(c: Context, sandbox: HubSpotSandbox): Promise<Response> {
  const asked = read(c, sandbox);
  if (typeof asked === "string") return problem(c, asked);
  const form = new URLSearchParams(await c.req.text());
  if (form.get("decision") !== "connect") return c.redirect(denial(asked));
  const portal = sandbox.portal(Number(form.get("hubId")));
  if (!portal || portal.deleted) return problem(c, "Choose an account.");
  const blocked = sandbox.oauth.blocked(asked, portal);
  if (blocked.length > 0) return problem(c, `This account cannot grant: ${blocked.join(", ")}.`);
  return c.redirect(approval(sandbox, asked, portal, null));
}

/** Where the browser goes after "Cancel". */
export function denial(asked: Asked): string {
  const url = new URL(asked.redirectUri);
  url.searchParams.set("error", "access_denied");
  url.searchParams.set("error_description", "The user denied access to the app.");
  if (asked.state !== null) url.searchParams.set("state", asked.state);
  return url.href;
}

/** Where the browser goes after "Connect app": the redirect URL with a fresh code. */
export function approval(
  sandbox: HubSpotSandbox,
  asked: Asked,
  portal: SandboxPortal,
  only: readonly string[] | null,
): string {
  const code = sandbox.oauth.code(asked, portal, portal.adminUserId(), only);
  const url = new URL(asked.redirectUri);
  url.searchParams.set("code", code.code);
  if (asked.state !== null) url.searchParams.set("state", asked.state);
  return url.href;
}
