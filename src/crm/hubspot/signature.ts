/** Signatures of requests that HubSpot sends us, made and checked with WebCrypto (facts sheet 3.4). */
import type { Incoming, Refusal } from "../port.ts";

/** Older than this, or further ahead, is not accepted, ms. HubSpot's own rule for the past; ours for the future. */
export const WINDOW_MS = 300_000;

const encoder = new TextEncoder();

/** Exactly these escapes are decoded in the signed URI, once; `%20`, `%25`, `%26`, `%3D`, `%2B` stay. */
const DECODED: Readonly<Record<string, string>> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};

/** The URI as HubSpot puts it into the signed text. */
export function signedUri(url: string): string {
  if (!url.includes("%")) return url;
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => DECODED[code.toUpperCase()]!);
}

/** One imported key per secret: importing costs as much as signing. */
const keys = new Map<string, Promise<CryptoKey>>();

export function hmacKey(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (!key) {
    key = crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
      "verify",
    ]);
    keys.set(secret, key);
  }
  return key;
}

/** Method, decoded URI, raw body and timestamp, as bytes. */
function signedBytes(method: string, url: string, body: Uint8Array, timestamp: string): Uint8Array<ArrayBuffer> {
  const head = encoder.encode(method + signedUri(url));
  const tail = encoder.encode(timestamp);
  const bytes = new Uint8Array(head.length + body.length + tail.length);
  bytes.set(head, 0);
  bytes.set(body, head.length);
  bytes.set(tail, head.length + body.length);
  return bytes;
}

export interface Signable {
  method: string;
  /** absolute, as configured */
  url: string;
  body: Uint8Array | string;
}

function bytesOf(body: Uint8Array | string): Uint8Array {
  return typeof body === "string" ? encoder.encode(body) : body;
}

/**
 * The v3 signature, base64, and the headers that carry it: for tests, demos and whoever plays HubSpot.
 * @param timestamp epoch ms
 */
export async function signHubSpot(
  secret: string,
  request: Signable,
  timestamp: number,
): Promise<Record<string, string>> {
  const data = signedBytes(request.method, request.url, bytesOf(request.body), String(timestamp));
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await hmacKey(secret), data));
  return {
    "x-hubspot-signature-v3": btoa(String.fromCharCode(...mac)),
    "x-hubspot-request-timestamp": String(timestamp),
  };
}

/** The v2 signature, hex: SHA-256 over secret, method, URI and body. */
export async function signV2(secret: string, { method, url, body }: Signable): Promise<string> {
  return sha256Hex(encoder.encode(secret + method + url), bytesOf(body));
}

/** The v1 signature, hex: SHA-256 over secret and body. Known for completeness; nothing we accept relies on it. */
export async function signV1(secret: string, body: Uint8Array | string): Promise<string> {
  return sha256Hex(encoder.encode(secret), bytesOf(body));
}

async function sha256Hex(head: Uint8Array, body: Uint8Array): Promise<string> {
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head, 0);
  bytes.set(body, head.length);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** HMAC-SHA-256 over the parts one after another, base64. A runtime that has one hands it in: WebCrypto copies the body and changes threads. */
export type Hmac = (secret: string, parts: readonly (string | Uint8Array)[]) => string;

/**
 * Checks the v3 signature of a request.
 * @param now epoch ms
 * @param hmac default WebCrypto's
 * @returns null when it is HubSpot's, else why not
 */
export async function refusalOfV3(
  secret: string,
  incoming: Incoming,
  now: number,
  hmac?: Hmac,
): Promise<Refusal | null> {
  const signature = incoming.headers.get("x-hubspot-signature-v3");
  if (!signature) return "missing-signature";
  const timestamp = incoming.headers.get("x-hubspot-request-timestamp") ?? "";
  if (!/^\d{1,16}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > WINDOW_MS) return "stale";
  if (hmac) {
    const parts = [incoming.method + signedUri(incoming.url), incoming.body, timestamp];
    return sameText(hmac(secret, parts), signature) ? null : "mismatch";
  }
  const mac = fromBase64(signature);
  if (!mac) return "mismatch";
  const data = signedBytes(incoming.method, incoming.url, incoming.body, timestamp);
  return (await crypto.subtle.verify("HMAC", await hmacKey(secret), mac, data)) ? null : "mismatch";
}

/** The same for v2, which has no timestamp: whoever accepts it must not mind a replay. */
export async function refusalOfV2(secret: string, incoming: Incoming): Promise<Refusal | null> {
  const signature = incoming.headers.get("x-hubspot-signature");
  if (!signature || incoming.headers.get("x-hubspot-signature-version") !== "v2") return "missing-signature";
  const expected = await signV2(secret, incoming);
  return sameText(expected, signature.toLowerCase()) ? null : "mismatch";
}

/** Compares without telling by its duration where the texts differ. */
export function sameText(expected: string, given: string): boolean {
  if (expected.length !== given.length) return false;
  let difference = 0;
  for (let index = 0; index < expected.length; index += 1)
    difference |= expected.charCodeAt(index) ^ given.charCodeAt(index);
  return difference === 0;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
