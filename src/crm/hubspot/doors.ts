/** Doors that HubSpot opens besides the webhook: workflow actions, cards and pages, installs that start on the Marketplace. */
import { z } from "zod";
import type { RecordRef } from "../../core/model.ts";
import type { Incoming, Refusal } from "../port.ts";
import { parseExact } from "./exact-json.ts";
import { kindOfName } from "./kinds.ts";
import { refusalOfV2, refusalOfV3 } from "./signature.ts";

/** A call of a custom workflow action (10). It may come again: effects hang on `callbackId`. */
export interface ActionCall {
  account: string;
  /** null when HubSpot asks for the options of an input field */
  callbackId: string | null;
  /** null when the workflow runs on a type of record that we do not look at */
  record: RecordRef | null;
  inputFields: Readonly<Record<string, unknown>>;
  /** the search of an options request */
  fetchOptions: { q: string | null; after: string | null } | null;
}

const id = z.union([z.number(), z.string()]).transform(String);
const actionBody = z.looseObject({
  callbackId: z.string().min(1).optional(),
  origin: z.looseObject({ portalId: id }),
  object: z.looseObject({ objectId: id, objectType: z.string() }).optional(),
  inputFieldName: z.string().nullish(),
  inputFields: z.record(z.string(), z.unknown()).nullish(),
  fetchOptions: z.looseObject({ q: z.string().nullish(), after: z.string().nullish() }).nullish(),
});

export type VerifiedAction = { ok: true; call: ActionCall } | { ok: false; reason: Refusal };

/**
 * v3 where HubSpot sends it, else v2 (10). v2 has no timestamp: a replay is harmless because effects hang on the callback id.
 * @param now epoch ms
 */
export async function verifyAction(secret: string, incoming: Incoming, now: number): Promise<VerifiedAction> {
  const isV3 = incoming.headers.get("x-hubspot-signature-v3") !== null;
  const reason = isV3 ? await refusalOfV3(secret, incoming, now) : await refusalOfV2(secret, incoming);
  if (reason) return { ok: false, reason };
  let json: unknown;
  try {
    json = parseExact(new TextDecoder().decode(incoming.body));
  } catch {
    return { ok: false, reason: "malformed" };
  }
  const parsed = actionBody.safeParse(json);
  if (!parsed.success) return { ok: false, reason: "malformed" };
  const { origin, callbackId, object, inputFieldName, inputFields } = parsed.data;
  // Who asks for the options of a field names it; a search comes along only where somebody searches.
  const fetchOptions = parsed.data.fetchOptions ?? (inputFieldName && callbackId === undefined ? {} : null);
  const kind = object ? kindOfName(object.objectType.toLowerCase()) : undefined;
  const call: ActionCall = {
    account: origin.portalId,
    callbackId: callbackId ?? null,
    record: object && kind ? { kind, id: object.objectId } : null,
    inputFields: inputFields ?? {},
    fetchOptions: fetchOptions ? { q: fetchOptions.q ?? null, after: fetchOptions.after ?? null } : null,
  };
  return { ok: true, call };
}

/** Who looks at a card or page of ours inside HubSpot (9.1). */
export interface Viewer {
  account: string;
  userId: string;
  userEmail: string | null;
}

export type VerifiedFrame = { ok: true; viewer: Viewer } | { ok: false; reason: Refusal };

/**
 * A call of `hubspot.fetch`, proxied and signed by HubSpot, which appends who is looking to the query. A name that stands there
 * twice was put there by the card's own code: such a call is refused, so that nobody can speak for another portal.
 * @param appId ours; calls of other apps are refused
 * @param now epoch ms
 */
export async function verifyFrame(
  secret: string,
  appId: string,
  incoming: Incoming,
  now: number,
): Promise<VerifiedFrame> {
  const reason = await refusalOfV3(secret, incoming, now);
  if (reason) return { ok: false, reason };
  const query = new URL(incoming.url).searchParams;
  const [account, userId, app] = ["portalId", "userId", "appId"].map((name) => onlyId(query, name));
  if (!account || !userId || app !== appId) return { ok: false, reason: "malformed" };
  const emails = query.getAll("userEmail");
  if (emails.length > 1) return { ok: false, reason: "malformed" };
  return { ok: true, viewer: { account, userId, userEmail: emails[0] || null } };
}

function onlyId(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name);
  return values.length === 1 && /^\d{1,19}$/.test(values[0]!) ? values[0]! : null;
}

/**
 * Where a Marketplace-started install may be sent back to (2.1): HubSpot's own hosts over https, or the configured address of
 * its pages. Null for anywhere else.
 */
export function marketplaceReturn(returnUrl: string, authUrl: string): string | null {
  if (!URL.canParse(returnUrl)) return null;
  const url = new URL(returnUrl);
  if (url.username !== "" || url.password !== "") return null;
  if (url.origin === new URL(authUrl).origin) return url.href;
  const isHubSpot = url.hostname === "hubspot.com" || url.hostname.endsWith(".hubspot.com");
  return url.protocol === "https:" && isHubSpot && url.port === "" ? url.href : null;
}
