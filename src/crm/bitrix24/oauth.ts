/**
 * Tokens: the authorisation servers of two regions, and whose word about a portal is believed. A request from a browser or a
 * self-hosted portal may claim anything; the authorisation server does not lie. Facts sheet section 2.
 */
import { z } from "zod";
import { CrmFailure } from "../failure.ts";
import { type Fetch, type HttpReply, send } from "../http.ts";
import type { Grant } from "../port.ts";
import { oauthFailure, verdictOf } from "./failures.ts";
import { authServerOf, type HostRules, portalEndpoint } from "./hosts.ts";
import { flagOf, idOf } from "./values.ts";

export interface OauthConfig {
  clientId: string;
  clientSecret: string;
  fetch: Fetch;
  hosts: HostRules;
}

const DEADLINE_MS = 15_000;

const Id = z.union([z.string(), z.number()]);
const TokenReply = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
  member_id: z.string().min(1),
  client_endpoint: z.string(),
  server_endpoint: z.string(),
  scope: z.string().optional(),
  user_id: z.unknown().optional(),
});
const ErrorReply = z.looseObject({ error: z.union([z.string(), z.number()]) });
const AppInfo = z.looseObject({
  result: z.looseObject({
    client_id: z.string().optional(),
    user_id: z.unknown().optional(),
    scope: z.string().optional(),
    install: z
      .looseObject({ client_endpoint: z.string(), member_id: z.string().min(1), scope: z.string().optional() })
      .optional(),
  }),
});
const Profile = z.looseObject({ result: z.looseObject({ ID: Id, ADMIN: z.unknown() }) });

/** Scopes come separated by commas, and in events by spaces. */
export function scopesOf(text: string | null | undefined): string[] {
  return (text ?? "").split(/[ ,]+/).filter((scope) => scope !== "");
}

/**
 * The installing person's pair for a code, which lives 30 seconds.
 * @param server `server_domain` of the return, when it came with one; only trusted servers are asked
 * @throws CrmFailure `refused` for a used or old code, `unauthorised` for our own configuration
 */
export async function exchangeCode(
  config: OauthConfig,
  code: string,
  server: string | null,
  nowMs: number,
): Promise<Grant> {
  const base = server === null ? config.hosts.authServers[0]! : authServerOf(server, config.hosts);
  if (base === null) throw untrusted();
  const reply = await tokenCall(config, base, { grant_type: "authorization_code", code });
  return readGrant(config, reply, base, nowMs, true, null);
}

/** @throws CrmFailure `revoked` when the install is gone, `unauthorised` for our own configuration, else `unavailable` */
export async function refreshGrant(config: OauthConfig, grant: Grant, nowMs: number): Promise<Grant> {
  if (grant.refreshToken === "")
    throw new CrmFailure("revoked", "The access that an event lent has ended.", { code: "LENT_ACCESS_ENDED" });
  const base = authServerOf(grant.authServer ?? "", config.hosts);
  if (base === null) throw untrusted();
  const reply = await tokenCall(config, base, { grant_type: "refresh_token", refresh_token: grant.refreshToken });
  try {
    return readGrant(config, reply, base, nowMs, false, grant);
  } catch (error) {
    // `invalid_client` is what a wrong secret of ours gives, and on some portals an uninstalled application: the portal knows which.
    const unclear = error instanceof CrmFailure && error.code === "INVALID_CLIENT";
    if (unclear && (await isUninstalled(config, grant))) {
      throw new CrmFailure("revoked", "Bitrix24 says that Tenure is not installed on this portal any more.", {
        code: error.code,
      });
    }
    throw error;
  }
}

/** The secret travels in the body, so that no log of addresses holds it. */
async function tokenCall(config: OauthConfig, base: string, form: Record<string, string>): Promise<HttpReply> {
  return send(config.fetch, {
    method: "POST",
    url: `${base}/oauth/token/`,
    write: false,
    form: { ...form, client_id: config.clientId, client_secret: config.clientSecret },
    deadlineMs: DEADLINE_MS,
  });
}

function readGrant(
  config: OauthConfig,
  reply: HttpReply,
  base: string,
  nowMs: number,
  exchanging: boolean,
  old: Grant | null,
): Grant {
  const error = ErrorReply.safeParse(reply.json);
  const parsed = TokenReply.safeParse(reply.json);
  // Some refusals come with HTTP 200.
  if (error.success || !parsed.success)
    throw oauthFailure(reply.status, error.success ? String(error.data.error) : "", exchanging);
  const body = parsed.data;
  const endpoint = portalEndpoint(body.client_endpoint, config.hosts);
  if (endpoint === null)
    throw new CrmFailure("unauthorised", "The portal's address is not one that Tenure talks to.", {
      code: "BAD_ENDPOINT",
    });
  if (old !== null && old.account !== body.member_id) {
    throw new CrmFailure("unauthorised", "The authorisation server answered for another portal.", {
      code: "WRONG_ACCOUNT",
    });
  }
  return {
    account: body.member_id,
    accessToken: body.access_token,
    refreshToken: body.refresh_token,
    issuedAt: nowMs,
    expiresAt: nowMs + body.expires_in * 1000,
    scopes: body.scope === undefined && old ? old.scopes : scopesOf(body.scope),
    // Every task without an owner is written as this person's: an odd value must not stand in for the known one.
    userId: idOf(body.user_id) ?? old?.userId ?? null,
    endpoint,
    authServer: authServerOf(body.server_endpoint, config.hosts) ?? base,
    applicationToken: old?.applicationToken ?? null,
  };
}

function untrusted(): CrmFailure {
  return new CrmFailure("unauthorised", "The authorisation server is not one that Tenure trusts.", {
    code: "UNTRUSTED_AUTH_SERVER",
  });
}

/** Whether the portal says outright that the application is not installed. Anything else, also no answer, is a no. */
async function isUninstalled(config: OauthConfig, grant: Grant): Promise<boolean> {
  const endpoint = grant.endpoint === null ? null : portalEndpoint(grant.endpoint, config.hosts);
  if (endpoint === null) return false;
  try {
    const reply = await portalCall(config, endpoint, "app.info", grant.accessToken);
    const code = ErrorReply.safeParse(reply.json).data?.error;
    return (
      code !== undefined &&
      verdictOf({ status: reply.status, code: String(code), inner: false, write: false }) === "revoked"
    );
  } catch {
    return false;
  }
}

function portalCall(config: OauthConfig, endpoint: string, method: string, token: string): Promise<HttpReply> {
  return send(config.fetch, {
    method: "POST",
    url: `${endpoint}${method}`,
    write: false,
    json: { auth: token },
    deadlineMs: DEADLINE_MS,
  });
}

/** What the authorisation server says about a token. */
export interface TrustedToken {
  account: string;
  endpoint: string;
  userId: string | null;
  scopes: readonly string[];
}

/**
 * Asks the authorisation server whose token this is: the only source of a portal's address and member id that is believed at
 * first contact. @returns null when the token is not one of a live install of this application, or the address is not acceptable
 * @throws CrmFailure `unavailable`
 */
export async function askAuthServer(
  config: OauthConfig,
  server: string,
  accessToken: string,
): Promise<TrustedToken | null> {
  const base = authServerOf(server, config.hosts);
  if (base === null) return null;
  const reply = await send(config.fetch, {
    method: "POST",
    url: `${base}/rest/app.info`,
    write: false,
    form: { auth: accessToken },
    deadlineMs: DEADLINE_MS,
  });
  if (reply.status >= 500 || reply.status === 429) throw oauthFailure(reply.status, "", false);
  const parsed = AppInfo.safeParse(reply.json);
  if (reply.status !== 200 || !parsed.success || !parsed.data.result.install) return null;
  const { client_id, user_id, install, scope } = parsed.data.result;
  if (client_id !== undefined && client_id !== config.clientId) return null;
  const endpoint = portalEndpoint(install.client_endpoint, config.hosts);
  if (endpoint === null) return null;
  return {
    account: install.member_id,
    endpoint,
    userId: idOf(user_id),
    scopes: scopesOf(install.scope ?? scope),
  };
}

export interface Who {
  userId: string;
  /** administrator of the portal */
  admin: boolean;
}

/**
 * Whose token a grant holds, asked at the portal's known address. @throws CrmFailure `unauthorised` when the portal does not accept
 * it, `revoked`, `unavailable`
 */
export async function whoIs(config: OauthConfig, grant: Pick<Grant, "endpoint" | "accessToken">): Promise<Who> {
  const endpoint = grant.endpoint === null ? null : portalEndpoint(grant.endpoint, config.hosts);
  if (endpoint === null)
    throw new CrmFailure("unauthorised", "No address of the portal is known.", { code: "NO_ENDPOINT" });
  const reply = await portalCall(config, endpoint, "profile", grant.accessToken);
  const parsed = Profile.safeParse(reply.json);
  if (reply.status === 200 && parsed.success) {
    const userId = idOf(parsed.data.result.ID) ?? String(parsed.data.result.ID);
    return { userId, admin: flagOf(parsed.data.result.ADMIN) === true };
  }
  const code = String(ErrorReply.safeParse(reply.json).data?.error ?? `HTTP_${reply.status}`);
  const verdict = verdictOf({ status: reply.status, code, inner: false, write: false });
  throw new CrmFailure(
    verdict === "renew" || verdict === "refused" ? "unauthorised" : verdict,
    "Bitrix24 did not say whose access this is.",
    {
      code: code.toUpperCase(),
      status: reply.status,
    },
  );
}

const ItemReply = z.looseObject({ result: z.looseObject({ item: z.looseObject({ id: Id }) }) });

/**
 * Whether the person behind a frame may see a record: asked with that person's own token, because the id in a frame proves nothing.
 * @throws CrmFailure when the portal does not answer
 */
export async function maySee(
  config: OauthConfig,
  grant: Pick<Grant, "endpoint" | "accessToken">,
  entityTypeId: number,
  id: string,
): Promise<boolean> {
  const endpoint = grant.endpoint === null ? null : portalEndpoint(grant.endpoint, config.hosts);
  if (endpoint === null || idOf(id) === null) return false;
  const reply = await send(config.fetch, {
    method: "POST",
    url: `${endpoint}crm.item.get`,
    write: false,
    json: { entityTypeId, id: Number(id), auth: grant.accessToken },
    deadlineMs: DEADLINE_MS,
  });
  if (reply.status >= 500 || reply.status === 429) throw oauthFailure(reply.status, "", false);
  const parsed = ItemReply.safeParse(reply.json);
  return reply.status === 200 && parsed.success && String(parsed.data.result.item.id) === id;
}
