import { ConnectionCut } from "../faults.ts";
import { parseForm } from "./brackets.ts";
import type { Bitrix24Sandbox } from "./index.ts";
import type { SandboxPortal } from "./portal.ts";
import { ACCESS_LIFE_S } from "./tokens.ts";

type Region = "west" | "east";

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json; charset=utf-8" } });

const refusal = (status: number, error: string, text: string): Response =>
  json(status, { error, error_description: text });

function tokenReply(sandbox: Bitrix24Sandbox, portal: SandboxPortal, userId: number): Record<string, unknown> {
  const { access, refresh } = sandbox.tokens.issuePair(portal, userId);
  return {
    access_token: access.token,
    expires: Math.floor(access.expiresAt / 1000),
    expires_in: ACCESS_LIFE_S,
    scope: portal.scopes.join(","),
    domain: new URL(portal.serverEndpoint).host,
    server_endpoint: portal.serverEndpoint,
    status: portal.app.status,
    client_endpoint: portal.clientEndpoint,
    member_id: portal.memberId,
    user_id: userId,
    refresh_token: refresh.token,
  };
}

function wrongHost(sandbox: Bitrix24Sandbox, portal: SandboxPortal, region: Region): boolean {
  return portal.region !== region && !sandbox.switches.oauthHostsServeBothRegions;
}

function byCode(sandbox: Bitrix24Sandbox, region: Region, text: string): Response {
  const code = sandbox.tokens.code(text);
  if (!code || code.used || code.expiresAt <= sandbox.now() || wrongHost(sandbox, code.portal, region)) {
    return refusal(400, "invalid_grant", "Invalid grant");
  }
  code.used = true;
  const { expires, user_id, ...reply } = tokenReply(sandbox, code.portal, code.userId);
  return json(200, reply);
}

function byRefresh(sandbox: Bitrix24Sandbox, region: Region, text: string): Response {
  const refresh = sandbox.tokens.refresh(text);
  if (!refresh || refresh.expiresAt <= sandbox.now() || wrongHost(sandbox, refresh.portal, region)) {
    return refusal(400, "invalid_grant", "Invalid grant");
  }
  const { portal } = refresh;
  if (refresh.dead || !portal.app.present) {
    return refusal(400, sandbox.switches.uninstalledRefreshError, "Application is not installed");
  }
  if (refresh.used && !sandbox.switches.oldRefreshTokenStaysUsable)
    return refusal(400, "invalid_grant", "Invalid grant");
  if (portal.app.paymentExpired) return refusal(403, "PAYMENT_REQUIRED", "Payment required");
  if (!portal.org.users.get(refresh.userId)?.active) return refusal(400, "invalid_grant", "Invalid grant");
  refresh.used = true;
  return json(200, tokenReply(sandbox, portal, refresh.userId));
}

/** `/oauth/token/` of one authorisation server; GET or form POST. Facts sheet sections 2.2, 2.3. */
async function token(sandbox: Bitrix24Sandbox, region: Region, request: Request): Promise<Response> {
  const query = parseForm(new URL(request.url).search.slice(1));
  const body = request.method === "POST" ? parseForm(await request.text()) : {};
  const given = { ...query, ...body } as Record<string, string | undefined>;
  const record = {
    at: sandbox.now(),
    kind: "oauth" as const,
    portal: null as string | null,
    method: String(given.grant_type ?? ""),
    commands: 1,
    write: true,
    status: 0,
    error: null as string | null,
    userId: null,
  };
  sandbox.calls.push(record);
  const fault = sandbox.options.faults?.oauthToo ? sandbox.callFault(request.method, "/oauth/token/", true) : null;
  if (fault === "limited" || fault === "unavailable") {
    record.status = 503;
    return refusal(503, "INTERNAL_SERVER_ERROR", "Service unavailable");
  }
  if (fault === "cut-before" || fault === "late-write") throw new ConnectionCut();
  const response = grant(sandbox, region, given);
  record.status = response.status;
  record.error = response.ok ? null : "refused";
  if (fault === "cut-after") throw new ConnectionCut();
  return response;
}

function grant(sandbox: Bitrix24Sandbox, region: Region, given: Record<string, string | undefined>): Response {
  if (given.client_id !== sandbox.options.clientId) {
    sandbox.violation(null, "/oauth/token/", "unknown client_id");
    return refusal(200, "WRONG_CLIENT", "Wrong client");
  }
  if (given.client_secret !== sandbox.options.clientSecret) {
    sandbox.violation(null, "/oauth/token/", "wrong client_secret");
    return refusal(401, "invalid_client", "Invalid client");
  }
  if (given.grant_type === "authorization_code" && given.code) return byCode(sandbox, region, given.code);
  if (given.grant_type === "refresh_token" && given.refresh_token)
    return byRefresh(sandbox, region, given.refresh_token);
  sandbox.violation(null, "/oauth/token/", "grant_type and code or refresh_token are needed");
  return refusal(400, "invalid_request", "Invalid request");
}

/** `/rest/app.info` of the authorisation server: whose token this is, told by somebody who can be trusted. Section 2.5. */
async function appInfo(sandbox: Bitrix24Sandbox, region: Region, request: Request): Promise<Response> {
  const query = parseForm(new URL(request.url).search.slice(1));
  const text = request.method === "POST" ? await request.text() : "";
  const isJson = (request.headers.get("content-type") ?? "").includes("json");
  const body = text === "" ? {} : isJson ? (JSON.parse(text) as Record<string, unknown>) : parseForm(text);
  const auth = String({ ...query, ...body }.auth ?? "");
  sandbox.calls.push({
    at: sandbox.now(),
    kind: "oauth",
    portal: null,
    method: "app.info",
    commands: 1,
    write: false,
    status: 200,
    error: null,
    userId: null,
  });
  const held = sandbox.tokens.access(auth);
  if (!held || wrongHost(sandbox, held.portal, region))
    return refusal(401, "invalid_token", "Unable to get application by token");
  if (held.expiresAt <= sandbox.now()) return refusal(401, "expired_token", "The access token provided has expired.");
  if (held.dead || !held.portal.app.present) return refusal(401, "ERROR_OAUTH", "Application not installed");
  const { portal } = held;
  const now = sandbox.now();
  return json(200, {
    result: {
      client_id: sandbox.options.clientId,
      scope: held.scopes.join(","),
      expires: portal.server.iso(held.expiresAt),
      user_id: held.userId,
      install: {
        installed: portal.app.finished,
        version: portal.app.version.split(".")[0],
        status: portal.app.status,
        scope: portal.scopes.join(","),
        domain: portal.domain,
        uri: portal.origin,
        client_endpoint: portal.clientEndpoint,
        member_id: portal.memberId,
        member_type: "user",
      },
    },
    time: {
      start: now / 1000,
      finish: now / 1000,
      duration: 0,
      processing: 0,
      date_start: portal.server.iso(now),
      date_finish: portal.server.iso(now),
    },
  });
}

/** Everything an authorisation server answers; `path` is below its prefix. */
export async function handleOauth(
  sandbox: Bitrix24Sandbox,
  region: Region,
  request: Request,
  path: string,
): Promise<Response> {
  if (/^\/+oauth\/token\/?$/.test(path)) return token(sandbox, region, request);
  if (/^\/+rest\/+app\.info(\.json)?\/?$/.test(path)) return appInfo(sandbox, region, request);
  return refusal(404, "NOT_FOUND", "Not found");
}

/**
 * `/oauth/authorize/` of a portal: the signed-in person is `user` of the query (the first administrator by default); real people have a
 * session instead. Failures are shown and never redirected back. Section 2.2.
 */
export function authorize(sandbox: Bitrix24Sandbox, portal: SandboxPortal, request: Request): Response {
  const query = new URL(request.url).searchParams;
  if (query.get("client_id") !== sandbox.options.clientId || !portal.app.present) {
    return new Response("Application not found", { status: 200, headers: { "content-type": "text/html" } });
  }
  const userId = Number(query.get("user") ?? portal.org.firstAdminId());
  const code = sandbox.tokens.issueCode(portal, userId);
  const target = new URL(sandbox.options.redirectUrl ?? sandbox.options.appUrl);
  target.searchParams.set("code", code.code);
  target.searchParams.set("state", query.get("state") ?? "");
  target.searchParams.set("domain", portal.domain);
  target.searchParams.set("member_id", portal.memberId);
  target.searchParams.set("scope", portal.scopes.join(","));
  target.searchParams.set("server_domain", new URL(portal.serverEndpoint).host);
  return new Response(null, { status: 302, headers: { location: target.href } });
}
