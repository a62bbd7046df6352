/** Installing, refreshing and revoking (facts sheet 2). Secrets travel in bodies, never in a query. */
import { z } from "zod";
import { CrmFailure, type FailureClass } from "../failure.ts";
import { type Fetch, type HttpReply, retryAfterMs, send } from "../http.ts";
import type { Grant } from "../port.ts";
import { API_VERSION } from "./limits.ts";

/** Without these nothing works (2.6). */
export const REQUIRED_SCOPES: readonly string[] = [
  "oauth",
  "crm.objects.deals.read",
  "crm.objects.deals.write",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.companies.write",
  "crm.objects.owners.read",
  "crm.schemas.deals.write",
  "crm.schemas.companies.write",
  "crm.schemas.contacts.write",
];

/** Each gives signals of its own, or a channel; an account that cannot grant one simply has fewer (2.6). */
export const OPTIONAL_SCOPES: readonly string[] = [
  "tickets",
  "sales-email-read",
  "crm.objects.invoices.read",
  "crm.objects.subscriptions.read",
  "crm.objects.feedback_submissions.read",
  "automation.sequences.enrollments.write",
  "communication_preferences.read_write",
];

export interface Scopes {
  required: readonly string[];
  optional: readonly string[];
}

export interface OAuthSettings {
  clientId: string;
  clientSecret: string;
  apiUrl: string;
  authUrl: string;
  scopes: Scopes;
  fetch: Fetch;
}

/** HubSpot's consent page. Scopes are joined by %20, which `URLSearchParams` would not do. */
export function authoriseUrl(settings: OAuthSettings, redirectUri: string, state: string): string {
  const { required, optional } = settings.scopes;
  const query: [string, string][] = [
    ["client_id", settings.clientId],
    ["redirect_uri", redirectUri],
    ["scope", required.join(" ")],
    ["state", state],
  ];
  if (optional.length > 0) query.push(["optional_scope", optional.join(" ")]);
  const encoded = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return `${settings.authUrl}/oauth/authorize?${encoded}`;
}

const id = z.union([z.number(), z.string()]).transform(String);
const tokenReply = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().positive(),
  hub_id: id.nullish(),
  user_id: id.nullish(),
  scopes: z.array(z.string()).nullish(),
});
const introspection = z.looseObject({
  active: z.boolean(),
  hub_id: id.nullish(),
  user_id: id.nullish(),
  scopes: z.array(z.string()).nullish(),
});

/**
 * A code for a grant.
 * @param now epoch ms
 * @throws CrmFailure `refused` for a used or expired code, `unauthorised` for our own configuration, else `unavailable`
 */
export async function exchangeCode(
  settings: OAuthSettings,
  code: string,
  redirectUri: string,
  now: number,
): Promise<Grant> {
  const reply = await tokenCall(
    settings,
    { grant_type: "authorization_code", code, redirect_uri: redirectUri },
    "exchange",
    now,
  );
  return grantOf(settings, reply, null, now);
}

/**
 * A fresh access token. HubSpot normally repeats the refresh token; whatever comes back is kept, and where none comes, the old one goes on
 * (RFC 6749, section 6).
 * @throws CrmFailure `revoked` when the install is gone, `unauthorised` for our own configuration, else `unavailable`
 */
export async function refreshGrant(settings: OAuthSettings, grant: Grant, now: number): Promise<Grant> {
  const form = { grant_type: "refresh_token", refresh_token: grant.refreshToken };
  return grantOf(settings, await tokenCall(settings, form, "refresh", now), grant, now);
}

/** Ends the refresh token. Access tokens already issued live on for up to half an hour (2.2). */
export async function revokeGrant(settings: OAuthSettings, grant: Grant, now: number): Promise<void> {
  const form = { token: grant.refreshToken, token_type_hint: "refresh_token" };
  const reply = await post(settings, "token/revoke", form);
  if (!isGood(reply)) throw oauthFailure(reply, "refresh", now);
}

async function tokenCall(
  settings: OAuthSettings,
  form: Readonly<Record<string, string>>,
  step: Step,
  now: number,
): Promise<z.infer<typeof tokenReply>> {
  const reply = await post(settings, "token", form);
  if (!isGood(reply)) throw oauthFailure(reply, step, now);
  const parsed = tokenReply.safeParse(reply.json);
  if (!parsed.success) throw undocumented();
  return parsed.data;
}

/** The 2026-09 contract declares no body for tokens: what it lacks is asked of introspection. */
async function grantOf(
  settings: OAuthSettings,
  reply: z.infer<typeof tokenReply>,
  old: Grant | null,
  now: number,
): Promise<Grant> {
  let { hub_id: hubId, user_id: userId, scopes } = reply;
  if (old === null && (hubId == null || scopes == null)) {
    const form = { token: reply.access_token, token_type_hint: "access_token" };
    const about = introspection.safeParse((await post(settings, "token/introspect", form)).json);
    if (!about.success) throw undocumented();
    hubId ??= about.data.hub_id;
    userId ??= about.data.user_id;
    scopes ??= about.data.scopes;
  }
  const account = hubId ?? old?.account;
  const refreshToken = reply.refresh_token ?? old?.refreshToken;
  if (account === undefined || refreshToken === undefined) throw undocumented();
  if (old !== null && account !== old.account) {
    throw new CrmFailure("unauthorised", "HubSpot answered a refresh with another account's token.", {
      code: "OTHER_ACCOUNT",
    });
  }
  return {
    account,
    accessToken: reply.access_token,
    refreshToken,
    issuedAt: now,
    expiresAt: now + reply.expires_in * 1000,
    scopes: scopes ?? old?.scopes ?? [],
    userId: userId ?? old?.userId ?? null,
    endpoint: null,
    authServer: null,
    applicationToken: null,
  };
}

function post(settings: OAuthSettings, path: string, form: Readonly<Record<string, string>>): Promise<HttpReply> {
  return send(settings.fetch, {
    method: "POST",
    url: `${settings.apiUrl}/oauth/${API_VERSION}/${path}`,
    write: false,
    form: { client_id: settings.clientId, client_secret: settings.clientSecret, ...form },
  });
}

function isGood({ status }: HttpReply): boolean {
  return status >= 200 && status < 300;
}

function undocumented(): CrmFailure {
  return new CrmFailure("unavailable", "HubSpot's answer about tokens is not as documented.", {
    code: "UNEXPECTED_REPLY",
  });
}

type Step = "exchange" | "refresh";

/** HubSpot's `status` (or OAuth's `error`, where there is none) → class (2.3). */
const MEANINGS: Readonly<Record<string, FailureClass>> = {
  BAD_REFRESH_TOKEN: "revoked",
  BAD_HUB: "revoked",
  BAD_AUTH_CODE: "refused",
  BAD_CLIENT_ID: "unauthorised",
  BAD_CLIENT_SECRET: "unauthorised",
  BAD_REDIRECT_URI: "unauthorised",
  BAD_GRANT_TYPE: "unauthorised",
  BAD_CODE_VERIFIER: "unauthorised",
  BAD_SCOPES: "unauthorised",
  invalid_client: "unauthorised",
  unauthorized_client: "unauthorised",
};

const ADVICE: Readonly<Partial<Record<FailureClass, string>>> = {
  revoked: "Tenure is no longer installed in this HubSpot account.",
  refused: "The install link was used already or has expired. Start the install again.",
  unauthorised: "HubSpot does not accept this app's own settings. Check client id, secret, redirect URLs and scopes.",
  unavailable: "HubSpot's token server did not answer properly; it is tried again by itself.",
};

const errorReply = z.looseObject({
  status: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
});

/** Never `revoked` on a guess: only the two answers that say so end a portal's life. */
export function oauthFailure(reply: HttpReply, step: Step, now: number): CrmFailure {
  const body = errorReply.safeParse(reply.json).data ?? {};
  const temporary = reply.status === 423 || reply.status === 429 || reply.status === 477 || reply.status >= 500;
  const failure: FailureClass = temporary ? "unavailable" : (meaningOf(body, step) ?? "unavailable");
  const code = [body.status, body.error].find((name) => name !== undefined && /^[\w-]{1,60}$/.test(name));
  const waitMs = retryAfterMs(reply.headers, now);
  return new CrmFailure(failure, `${ADVICE[failure]} (${code ?? `HTTP_${reply.status}`})`, {
    code: code ?? `HTTP_${reply.status}`,
    status: reply.status,
    ...(waitMs === null ? {} : { retryAt: now + waitMs }),
  });
}

function meaningOf({ status, error }: z.infer<typeof errorReply>, step: Step): FailureClass | undefined {
  const byStatus = MEANINGS[status ?? ""] ?? MEANINGS[error ?? ""];
  if (byStatus) return byStatus;
  if (error === "invalid_grant") return step === "refresh" ? "revoked" : "refused";
  return step === "exchange" ? "refused" : undefined;
}
