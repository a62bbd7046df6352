/** Request signatures as HubSpot makes them (facts sheet 3.4; vectors in the contracts). */
const encoder = new TextEncoder();

const DECODED: Record<string, string> = {
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

/** Decodes exactly the twelve escapes of the v3 rule, once. */
export function decodedUri(uri: string): string {
  return uri.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => DECODED[code.toUpperCase()]!);
}

const keys = new Map<string, Promise<CryptoKey>>();

function hmacKey(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (!key) {
    key = crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    keys.set(secret, key);
  }
  return key;
}

/** base64 of the HMAC over method, decoded URI, body and timestamp (epoch ms). */
export async function signV3(
  secret: string,
  method: string,
  uri: string,
  body: string,
  timestamp: number,
): Promise<string> {
  const base = encoder.encode(method + decodedUri(uri) + body + timestamp);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await hmacKey(secret), base));
  return btoa(String.fromCharCode(...mac));
}

async function sha256Hex(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** hex of the hash over secret, method, URI and body. */
export function signV2(secret: string, method: string, uri: string, body: string): Promise<string> {
  return sha256Hex(secret + method + uri + body);
}

/** hex of the hash over secret and body. */
export function signV1(secret: string, body: string): Promise<string> {
  return sha256Hex(secret + body);
}
