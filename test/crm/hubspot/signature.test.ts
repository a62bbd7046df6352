import { describe, expect, it } from "vitest";
import {
  refusalOfV2,
  refusalOfV3,
  signedUri,
  signHubSpot,
  signV1,
  signV2,
  WINDOW_MS,
} from "../../../src/crm/hubspot/signature.ts";
import type { Incoming } from "../../../src/crm/port.ts";
import VECTORS from "../../../src/sandbox/contracts/hubspot/signature-vectors.json" with { type: "json" };

type Vector = (typeof VECTORS.v3)[number];

function incoming(
  { method, uri, body }: Pick<Vector, "method" | "uri" | "body">,
  headers: Record<string, string>,
): Incoming {
  return { method, url: uri, body: new TextEncoder().encode(body), headers: new Headers(headers) };
}

function v3Headers({ signature, timestamp }: Vector): Record<string, string> {
  return { "X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": String(timestamp) };
}

describe("HubSpot's signatures", () => {
  it.each(VECTORS.v3)("v3 agrees with the published value for $uri at $timestamp", async (vector) => {
    expect(signedUri(vector.uri)).toBe(vector.decodedUri);
    const made = await signHubSpot(vector.secret, { ...vector, url: vector.uri }, vector.timestamp);
    expect(made["x-hubspot-signature-v3"]).toBe(vector.signature);
    expect(await refusalOfV3(vector.secret, incoming(vector, v3Headers(vector)), vector.timestamp)).toBeNull();
  });

  it.each(VECTORS.v2)("v2 agrees with the published value", async (vector) => {
    expect(await signV2(vector.secret, { ...vector, url: vector.uri })).toBe(vector.signature);
    const headers = { "x-hubspot-signature": vector.signature, "x-hubspot-signature-version": "v2" };
    expect(await refusalOfV2(vector.secret, incoming(vector, headers))).toBeNull();
    expect(await refusalOfV2("another secret", incoming(vector, headers))).toBe("mismatch");
  });

  it.each(VECTORS.v1)("v1 agrees with the published value", async (vector) => {
    expect(await signV1(vector.secret, vector.body)).toBe(vector.signature);
  });

  const vector = VECTORS.v3[2]!;
  const at = vector.timestamp;
  it.each([
    { what: "no signature", change: { "X-HubSpot-Signature-v3": "" }, now: at, refusal: "missing-signature" },
    { what: "no timestamp", change: { "X-HubSpot-Request-Timestamp": "" }, now: at, refusal: "stale" },
    {
      what: "a timestamp that is no integer",
      change: { "X-HubSpot-Request-Timestamp": "NaN" },
      now: at,
      refusal: "stale",
    },
    {
      what: "a timestamp with a point",
      change: { "X-HubSpot-Request-Timestamp": `${at}.5` },
      now: at,
      refusal: "stale",
    },
    { what: "a request just too old", change: {}, now: at + WINDOW_MS + 1, refusal: "stale" },
    { what: "a request from the future", change: {}, now: at - WINDOW_MS - 1, refusal: "stale" },
    {
      what: "another timestamp",
      change: { "X-HubSpot-Request-Timestamp": String(at + 1) },
      now: at,
      refusal: "mismatch",
    },
    {
      what: "a signature that is not base64",
      change: { "X-HubSpot-Signature-v3": "§§" },
      now: at,
      refusal: "mismatch",
    },
    {
      what: "a signature cut short",
      change: { "X-HubSpot-Signature-v3": vector.signature.slice(0, 20) },
      now: at,
      refusal: "mismatch",
    },
  ])("refuses $what (G9)", async ({ change, now, refusal }) => {
    const headers: Record<string, string> = { ...v3Headers(vector), ...(change as Record<string, string>) };
    expect(await refusalOfV3(vector.secret, incoming(vector, headers), now)).toBe(refusal);
  });

  it("accepts a request at both ends of the window", async () => {
    for (const now of [at + WINDOW_MS, at - WINDOW_MS]) {
      expect(await refusalOfV3(vector.secret, incoming(vector, v3Headers(vector)), now)).toBeNull();
    }
  });

  it.each([
    { what: "method", change: { method: "PUT" } },
    { what: "address", change: { uri: "https://app.example.com/hubspot/webhooks?x=1" } },
    { what: "body", change: { body: `${vector.body} ` } },
  ])("refuses a request whose $what is another one (G9)", async ({ change }) => {
    const altered = incoming({ ...vector, ...change }, v3Headers(vector));
    expect(await refusalOfV3(vector.secret, altered, at)).toBe("mismatch");
  });

  it("refuses a v1 signature where v2 is needed, though it is HubSpot's (G9)", async () => {
    const headers = {
      "x-hubspot-signature": await signV1(vector.secret, vector.body),
      "x-hubspot-signature-version": "v1",
    };
    expect(await refusalOfV2(vector.secret, incoming(vector, headers))).toBe("missing-signature");
  });
});
