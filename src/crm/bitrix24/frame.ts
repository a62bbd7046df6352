/** The POST with which Bitrix24 opens us in an iframe: what it says, and what of it is believed. Facts sheet sections 1 and 13.2. */
import type { Grant, Incoming } from "../port.ts";
import { parseBracketForm, textAt } from "./form.ts";
import { askAuthServer, type OauthConfig, scopesOf } from "./oauth.ts";

/** What a frame POST claims. Nothing of it is proven before `verifyFrame`. */
export interface Frame {
  memberId: string;
  /** host (and path, for stand-ins) of the portal; never believed, only shown */
  domain: string;
  /** language of the person's Bitrix24, such as `en`, `ua` */
  language: string;
  /** names the frame for the browser library */
  appSid: string;
  accessToken: string;
  refreshToken: string | null;
  expiresInMs: number;
  applicationToken: string;
  /** `https://oauth.bitrix.info/rest/` */
  serverEndpoint: string;
  scopes: readonly string[];
  /** L local, F free, S subscription, D demo, T trial, P paid */
  status: string | null;
  /** `DEFAULT` for our own page, else the code of a placement */
  placement: string;
  /** id of the record whose card is open; no proof that this person may see it */
  recordId: string | null;
  options: Readonly<Record<string, string>>;
}

const MAX_TOKEN = 512;

/** Null when the request is no frame POST: another method, not a form, a key missing or of an impossible form. */
export function parseFrame(incoming: Incoming): Frame | null {
  if (incoming.method !== "POST") return null;
  const form = parseBracketForm(incoming.body);
  if (form === null) return null;
  let query: URLSearchParams;
  try {
    query = new URL(incoming.url).searchParams;
  } catch {
    return null;
  }
  const text = (name: string): string | null => textAt(form, name) ?? query.get(name);
  const memberId = text("member_id");
  const accessToken = text("AUTH_ID");
  const applicationToken = text("APPLICATION_TOKEN");
  const serverEndpoint = text("SERVER_ENDPOINT");
  if (!memberId || !/^[A-Za-z0-9_-]{1,64}$/.test(memberId)) return null;
  if (!isToken(accessToken) || !isToken(applicationToken) || serverEndpoint === null) return null;
  const refreshToken = text("REFRESH_ID");
  const options = optionsOf(text("PLACEMENT_OPTIONS"));
  const recordId = options.ID ?? options.ENTITY_ID ?? null;
  return {
    memberId,
    domain: text("DOMAIN") ?? "",
    language: (text("LANG") ?? "en").slice(0, 5),
    appSid: (text("APP_SID") ?? "").slice(0, 64),
    accessToken,
    refreshToken: isToken(refreshToken) ? refreshToken : null,
    expiresInMs: Math.min(86_400, Math.max(0, Number(text("AUTH_EXPIRES") ?? 0) || 0)) * 1000,
    applicationToken,
    serverEndpoint,
    scopes: scopesOf(text("APPLICATION_SCOPE")),
    status: text("status"),
    placement: (text("PLACEMENT") ?? "DEFAULT").slice(0, 64),
    recordId: recordId !== null && /^[1-9]\d{0,18}$/.test(recordId) ? recordId : null,
    options,
  };
}

function isToken(text: string | null): text is string {
  return text !== null && text.length >= 8 && text.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(text);
}

/** A JSON object of texts and numbers; anything else is left out. */
function optionsOf(text: string | null): Record<string, string> {
  const options = Object.create(null) as Record<string, string>;
  if (text === null || text.length > 8192) return options;
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed === null || typeof parsed !== "object") return options;
    for (const [key, value] of Object.entries(parsed)) {
      if (typeof value === "string" || typeof value === "number") options[key] = String(value);
    }
  } catch {
    // No JSON: the frame opens without options.
  }
  return options;
}

/** What we know of the portal that a frame names. */
export interface KnownPortal {
  applicationToken: string;
  /** the address that a refresh or an install told */
  endpoint: string;
  authServer: string;
}

export type FrameVerdict =
  /** `grant` holds the token of the person who looks; it must never replace the administrator's */
  { ok: true; first: boolean; grant: Grant } | { ok: false; reason: "mismatch" | "not-trusted" };

/**
 * A known portal proves itself by the application token (compared in constant time), and its stored address is used, not the one in
 * the request: people of the portal know the application token too. An unknown portal is looked up at the authorisation server
 * before anything else in the request is believed.
 * @throws CrmFailure `unavailable` when the authorisation server does not answer
 */
export async function verifyFrame(
  config: OauthConfig,
  frame: Frame,
  known: KnownPortal | null,
  nowMs: number,
): Promise<FrameVerdict> {
  const grant = {
    account: frame.memberId,
    accessToken: frame.accessToken,
    refreshToken: frame.refreshToken ?? "",
    issuedAt: nowMs,
    expiresAt: nowMs + frame.expiresInMs,
    applicationToken: frame.applicationToken,
  };
  if (known !== null) {
    if (!sameText(frame.applicationToken, known.applicationToken)) return { ok: false, reason: "mismatch" };
    return {
      ok: true,
      first: false,
      grant: { ...grant, scopes: frame.scopes, userId: null, endpoint: known.endpoint, authServer: known.authServer },
    };
  }
  const trusted = await askAuthServer(config, frame.serverEndpoint, frame.accessToken);
  if (trusted === null || trusted.account !== frame.memberId) return { ok: false, reason: "not-trusted" };
  const authServer = frame.serverEndpoint.replace(/\/rest\/?$/, "");
  return {
    ok: true,
    first: true,
    grant: { ...grant, scopes: trusted.scopes, userId: trusted.userId, endpoint: trusted.endpoint, authServer },
  };
}

/** Compares without telling by its time where the texts differ. */
export function sameText(given: string, expected: string): boolean {
  const [a, b] = [new TextEncoder().encode(given), new TextEncoder().encode(expected)];
  let difference = a.length ^ b.length;
  for (let index = 0; index < b.length; index += 1) difference |= (a[index] ?? 0) ^ b[index]!;
  return difference === 0 && expected !== "";
}

/** The origin that may frame us: that of the stored address, never one that a request names. */
export function frameAncestor(endpoint: string): string {
  return new URL(endpoint).origin;
}
