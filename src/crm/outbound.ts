/**
 * Calls to addresses that a customer's administrator typed in: provisioning, workflow webhooks. Signed as Standard Webhooks
 * (standardwebhooks.com), with an idempotency key, and only to the public internet.
 */
import { Webhook } from "standardwebhooks";
import { CrmFailure } from "./failure.ts";
import { type Fetch, type HttpReply, retryAfterMs, send } from "./http.ts";
import { isPublicName } from "./public-address.ts";

/** A receiver that does not answer within this is asked again later, ms. */
const OUTBOUND_DEADLINE_MS = 10_000;
/** What is read of an answer, bytes: nobody needs more of it than a status. */
const MAX_REPLY_BYTES = 64 * 1024;

export interface OutboundRules {
  /** on Node `publicFetch`, which also refuses names that lead inside; Cloudflare's own fetch reaches nothing inside */
  fetch: Fetch;
  now: () => number;
  /** origins that may be called although they are local or plain http: stand-ins in tests */
  allow?: readonly string[];
}

export interface OutboundCall {
  url: string;
  /** the same for every attempt of one call: `webhook-id` and `idempotency-key` */
  key: string;
  /** `whsec_` and base64, shared with the receiver */
  secret: string;
  body: unknown;
}

/**
 * Where a call may go: https on the standard port, a public name, no user part; or an allowed origin. A bare address is refused.
 * @returns the URL in one form, or null
 */
export function outboundUrl(named: string, allow: readonly string[] = []): string | null {
  const url = URL.canParse(named) ? new URL(named) : null;
  if (url === null || url.username !== "" || url.password !== "") return null;
  url.hash = "";
  if (allow.includes(url.origin)) return url.href;
  return url.protocol === "https:" && url.port === "" && isPublicName(url.hostname) ? url.href : null;
}

/** A new secret for a receiver. @param bytes 24 or more random bytes */
export function outboundSecret(bytes: Uint8Array): string {
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}

/**
 * Makes the call and reads the answer.
 * @returns the receiver's 2xx answer
 * @throws CrmFailure `refused` for an address that is not allowed, a redirect and 4xx; `limited` for 429; `unavailable` for 5xx and
 * connections that were never made; `unknown` when no complete answer came (the same key may be sent again: receivers drop doubles)
 */
export async function callOut(rules: OutboundRules, call: OutboundCall): Promise<HttpReply> {
  const url = outboundUrl(call.url, rules.allow);
  if (url === null) {
    const advice = "This address cannot be called: give an https address with a public name and no port.";
    throw new CrmFailure("refused", advice, { code: "ADDRESS_NOT_PUBLIC" });
  }
  const nowMs = rules.now();
  const body = JSON.stringify(call.body);
  const seconds = Math.floor(nowMs / 1000);
  const headers = {
    "webhook-id": call.key,
    "webhook-timestamp": String(seconds),
    "webhook-signature": new Webhook(call.secret).sign(call.key, new Date(seconds * 1000), body),
    "idempotency-key": call.key,
    "user-agent": "Tenure",
  };
  // The paths of chats' webhooks are secrets.
  const named = new URL(url).origin;
  const options = { named, write: true, deadlineMs: OUTBOUND_DEADLINE_MS, maxBytes: MAX_REPLY_BYTES };
  return checked(await send(rules.fetch, { method: "POST", url, headers, json: call.body, ...options }), nowMs);
}

function checked(reply: HttpReply, nowMs: number): HttpReply {
  const { status } = reply;
  if (status >= 200 && status < 300) return reply;
  const code = `HTTP_${status}`;
  const wait = retryAfterMs(reply.headers, nowMs);
  const later = wait === null ? {} : { retryAt: nowMs + wait };
  if (status === 429)
    throw new CrmFailure("limited", "The receiver asks to be called less often.", { code, status, ...later });
  if (status >= 500)
    throw new CrmFailure("unavailable", "The receiver had a problem of its own.", { code, status, ...later });
  const advice =
    status < 400
      ? "The receiver sent a redirect, which is not followed: give its final address."
      : "The receiver refused the call.";
  throw new CrmFailure("refused", advice, { code, status });
}
