/**
 * Product usage in the Segment HTTP format: `POST /v1/track`, `/v1/identify`, `/v1/page`, `/v1/screen`, `/v1/group`, `/v1/alias`, `/v1/batch`.
 * The write key is the user name of Basic auth, or `writeKey` in the body. As Segment does it: 200 also for calls that count nothing, 400 for
 * what is too large or no JSON, 401 for an unknown key; 429 where a key is used more than any product does. The counts are on disk before the answer.
 */
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { USAGE_TYPES, type UsageEvent, usageBatch, usageEvent } from "../../core/usage/event.ts";
import { portalOfWriteKey, writeKeyHash } from "../../doors/usage.ts";
import { readBytes } from "../body.ts";
import type { AppDeps } from "../deps.ts";
import { type Limiter, makeLimiter } from "../limiter.ts";
import { askOf } from "../screen.ts";

/** Segment's limits: 500 KB per batch, 32 KB per call. */
const BATCH_MAX = 500 * 1024;
const CALL_MAX = 32 * 1024;

/** Calls per key: a product sends batches or a call per click of a person; a stranger who read the key off a page sends what he likes. */
const BURST = 1_000;
const PER_MINUTE = 6_000;

interface Delivered {
  body: Record<string, unknown>;
  events: readonly UsageEvent[];
  odd: number;
}

export function usageRoutes(deps: AppDeps): Hono {
  const routes = new Hono();
  // Senders in browsers are on the customer's own pages; a write key can only add counts.
  routes.use("*", cors({ origin: "*", allowMethods: ["POST"], maxAge: 86_400 }));
  const limiter = makeLimiter(BURST, PER_MINUTE);
  for (const type of [...USAGE_TYPES, "batch"]) routes.post(`/${type}`, (c) => receive(c, deps, limiter, type));
  return routes;
}

async function receive(c: Context, deps: AppDeps, limiter: Limiter, type: string): Promise<Response> {
  const bytes = await bodyOf(c.req.raw, type === "batch" ? BATCH_MAX : CALL_MAX);
  if (bytes === null) return refuse(c, "too_large", 400);
  const delivered = parse(bytes, type, deps.around.now());
  if (delivered === null) return refuse(c, "invalid_json", 400);
  const key = keyOf(c, delivered.body);
  const portal = portalOfWriteKey(key);
  if (portal === "" || !(await deps.host.has(portal))) return refuse(c, "unknown_key", 401);
  const hash = writeKeyHash(key, deps.around);
  if (!limiter.take(hash, deps.around.now())) {
    c.header("retry-after", "1");
    return refuse(c, "too_often", 429);
  }
  const isTaken = await askOf(deps.host, portal)("takeUsage", hash, delivered.events, delivered.odd);
  return isTaken ? c.json({ success: true }) : refuse(c, "unknown_key", 401);
}

function refuse(c: Context, code: string, status: 400 | 401 | 429): Response {
  return c.json({ success: false, code }, status);
}

/** The bytes, unpacked where a sender packs them; null when they are too many. */
async function bodyOf(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  if (request.headers.get("content-encoding") !== "gzip" || !request.body) return readBytes(request, maxBytes);
  const unpacked = request.body.pipeThrough(
    new DecompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>,
  );
  try {
    return await readBytes(
      new Request(request.url, { method: "POST", body: unpacked, duplex: "half" } as RequestInit),
      maxBytes,
    );
  } catch {
    // Not what it says it is: no JSON either.
    return new Uint8Array();
  }
}

function parse(bytes: Uint8Array, type: string, nowMs: number): Delivered | null {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return null;
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const whole = body as Record<string, unknown>;
  if (type !== "batch") {
    const event = usageEvent(whole, type, null, nowMs);
    return { body: whole, events: event ? [event] : [], odd: event ? 0 : 1 };
  }
  const batch = usageBatch(whole, nowMs, isTooLarge);
  return batch && { body: whole, ...batch };
}

function isTooLarge(one: unknown): boolean {
  try {
    return new TextEncoder().encode(JSON.stringify(one)).length > CALL_MAX;
  } catch {
    // Nested deeper than can be written down again: no call of anybody's.
    return true;
  }
}

function keyOf(c: Context, body: Record<string, unknown>): string {
  const basic = /^Basic\s+([A-Za-z0-9+/_=-]+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (basic) {
    try {
      return atob(basic.replaceAll("-", "+").replaceAll("_", "/")).split(":")[0] ?? "";
    } catch {
      return "";
    }
  }
  return typeof body.writeKey === "string" ? body.writeKey : "";
}
