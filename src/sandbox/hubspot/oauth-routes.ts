import type { Context, Hono } from "hono";
import type { ErrorBody } from "./errors.ts";
import type { OAuthServer } from "./oauth.ts";
import type { HubSpotSandbox } from "./sandbox.ts";

/** Token, introspection and revocation, dated and v1 (facts sheet 2.2, 2.3). */
interface OAuthError {
  error: string;
  status: string;
  message: string;
}

const ERRORS: Record<string, OAuthError> = {
  BAD_REFRESH_TOKEN: {
    error: "invalid_grant",
    status: "BAD_REFRESH_TOKEN",
    message: "refresh token is invalid, expired or revoked",
  },
  BAD_AUTH_CODE: { error: "invalid_grant", status: "BAD_AUTH_CODE", message: "missing or unknown auth code" },
  BAD_HUB: { error: "access_denied", status: "BAD_HUB", message: "missing or unknown hub id" },
  BAD_CLIENT_ID: { error: "invalid_client", status: "BAD_CLIENT_ID", message: "missing or unknown client id" },
  BAD_CLIENT_SECRET: {
    error: "invalid_client",
    status: "BAD_CLIENT_SECRET",
    message: "missing or invalid client secret",
  },
  BAD_REDIRECT_URI: {
    error: "invalid_grant",
    status: "BAD_REDIRECT_URI",
    message: "missing or mismatching redirect uri",
  },
  BAD_GRANT_TYPE: {
    error: "unsupported_grant_type",
    status: "BAD_GRANT_TYPE",
    message: "missing or unknown grant type",
  },
  BAD_CODE_VERIFIER: {
    error: "invalid_grant",
    status: "BAD_CODE_VERIFIER",
    message: "missing or mismatching code verifier",
  },
};

class Refused extends Error {
  readonly key: string;

  constructor(key: string) {
    super(key);
    this.key = key;
  }
}

/** Serves token, introspect and revoke, and their v1 forms. */
export function addOAuthRoutes(app: Hono, sandbox: HubSpotSandbox): void {
  for (const path of ["/oauth/2026-09/token", "/oauth/v1/token", "/oauth/2026-03/token"]) {
    app.post(path, (c) => guarded(c, sandbox, path, (form) => token(sandbox, form)));
  }
  for (const version of ["2026-09", "2026-03"]) {
    app.post(`/oauth/${version}/token/introspect`, (c) =>
      guarded(c, sandbox, c.req.path, async (form) => introspect(sandbox, form)),
    );
    app.post(`/oauth/${version}/token/revoke`, (c) =>
      guarded(c, sandbox, c.req.path, async (form) => revoke(sandbox, form)),
    );
  }
  addV1Routes(app, sandbox);
}

type Form = Readonly<Record<string, string>>;
type Body = Record<string, unknown>;

async function guarded(
  c: Context,
  sandbox: HubSpotSandbox,
  path: string,
  work: (form: Form) => Promise<Body>,
): Promise<Response> {
  sandbox.counted("POST", path, "exempt");
  if (!path.includes("2026-09") && !sandbox.options.olderPaths) sandbox.violation("POST", path, "older path");
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) {
    sandbox.violation("POST", path, `content type ${type} instead of a form`);
    return c.json({ status: "error", message: "Unsupported Media Type", category: "VALIDATION_ERROR" }, 415);
  }
  if ([...new URL(c.req.url).searchParams].length > 0)
    sandbox.violation("POST", path, "secrets or fields in the query string");
  const form = Object.fromEntries(new URLSearchParams(await c.req.text()));
  const problem = sandbox.formProblem("POST", path, form);
  if (problem) sandbox.violation("POST", path, problem);
  try {
    return c.json(await work(form));
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal;
    const { message, ...rest } = ERRORS[refusal.key]!;
    // The spec's error has a category; which one is unverified.
    const category = "VALIDATION_ERROR";
    const body = { ...rest, message, category, error_description: message, correlationId: sandbox.uuid() };
    return c.json(body, 400);
  }
}

function checkClient(sandbox: HubSpotSandbox, form: Form): void {
  if (form.client_id !== sandbox.options.clientId) throw new Refused("BAD_CLIENT_ID");
  if (form.client_secret !== sandbox.options.clientSecret) throw new Refused("BAD_CLIENT_SECRET");
}

async function token(sandbox: HubSpotSandbox, form: Form): Promise<Body> {
  checkClient(sandbox, form);
  const { oauth } = sandbox;
  switch (form.grant_type) {
    case "authorization_code":
      return exchange(sandbox, oauth, form);
    case "refresh_token": {
      const install = oauth.refreshInstall(form.refresh_token ?? "");
      if (!install) throw new Refused("BAD_REFRESH_TOKEN");
      const portal = sandbox.portal(install.hubId);
      if (!portal || portal.deleted) throw new Refused("BAD_HUB");
      return granted(oauth, oauth.renew(install));
    }
    default:
      throw new Refused("BAD_GRANT_TYPE");
  }
}

async function exchange(sandbox: HubSpotSandbox, oauth: OAuthServer, form: Form): Promise<Body> {
  const code = oauth.findCode(form.code ?? "");
  if (!code) throw new Refused("BAD_AUTH_CODE");
  const portal = sandbox.portal(code.hubId);
  if (!portal || portal.deleted) throw new Refused("BAD_HUB");
  if (!oauth.redirectFits(code, form.redirect_uri ?? "")) throw new Refused("BAD_REDIRECT_URI");
  if (code.challenge && (await challengeOf(form.code_verifier ?? "", code.challenge.method)) !== code.challenge.value) {
    throw new Refused("BAD_CODE_VERIFIER");
  }
  return granted(oauth, oauth.redeem(code, portal));
}

/** PKCE: base64url of the hash, without padding. */
async function challengeOf(verifier: string, method: string): Promise<string> {
  if (method !== "S256") return verifier;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function granted(oauth: OAuthServer, access: ReturnType<OAuthServer["renew"]>): Body {
  return {
    token_type: "bearer",
    token_use: "access_token",
    access_token: access.token,
    refresh_token: access.refreshToken,
    expires_in: oauth.lifeSeconds,
    hub_id: access.hubId,
    user_id: access.userId,
    scopes: [...access.scopes],
  };
}

function introspect(sandbox: HubSpotSandbox, form: Form): Body {
  checkClient(sandbox, form);
  return describe(sandbox, form.token ?? "") ?? { active: false };
}

/** What is known about a live token of either kind; null when it is none. */
function describe(sandbox: HubSpotSandbox, token: string): Body | null {
  const now = sandbox.options.clock.now();
  const access = sandbox.oauth.access(token);
  const install = access ? null : sandbox.oauth.refreshInstall(token);
  const known = access ?? install;
  if (!known || (access && access.expiresAt <= now)) return null;
  const portal = sandbox.portal(known.hubId);
  const user = portal?.crm.people.byUser(known.userId)?.email ?? "admin@portal.example";
  const kind = access ? "access_token" : "refresh_token";
  return {
    active: true,
    token,
    token_type: kind,
    token_use: kind,
    hub_id: known.hubId,
    user_id: known.userId,
    app_id: sandbox.options.appId,
    client_id: sandbox.options.clientId,
    user,
    hub_domain: `portal-${known.hubId}.example`,
    scopes: [...known.scopes],
    ...(access ? accessDetails(access, now) : {}),
  };
}

function accessDetails(access: { expiresAt: number; userId: number; hubId: number }, now: number): Body {
  return {
    expires_in: Math.floor((access.expiresAt - now) / 1_000),
    is_private_distribution: false,
    signed_access_token: { hublet: "na1", installingUserId: access.userId, hubId: access.hubId },
  };
}

function revoke(sandbox: HubSpotSandbox, form: Form): Body {
  checkClient(sandbox, form);
  sandbox.oauth.revoke(form.token ?? "");
  return {};
}

function addV1Routes(app: Hono, sandbox: HubSpotSandbox): void {
  const gone = (message: string): ErrorBody => ({ status: "error", message, category: "VALIDATION_ERROR" });
  for (const kind of ["access-tokens", "refresh-tokens"]) {
    app.get(`/oauth/v1/${kind}/:token`, (c) => {
      sandbox.counted("GET", `/oauth/v1/${kind}/{token}`, "exempt");
      if (!sandbox.options.olderPaths) sandbox.violation("GET", `/oauth/v1/${kind}`, "older path");
      const found = describe(sandbox, c.req.param("token"));
      return found ? c.json(found) : c.json(gone("token is invalid, expired or revoked"), 400);
    });
  }
  app.delete("/oauth/v1/refresh-tokens/:token", (c) => {
    sandbox.counted("DELETE", "/oauth/v1/refresh-tokens/{token}", "exempt");
    if (!sandbox.options.olderPaths) sandbox.violation("DELETE", "/oauth/v1/refresh-tokens", "older path");
    sandbox.oauth.revoke(c.req.param("token"));
    return c.body(null, 204);
  });
}
