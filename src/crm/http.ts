/**
 * One call to a CRM over a handed-in `fetch`: a deadline, no redirects, a cap on what is read, and errors that never carry
 * a secret. It does not sleep and does not retry; that decision is made once, in `failure.ts`, by whoever holds the clock.
 */
import { CrmFailure } from "./failure.ts";

/** The part of `fetch` that we use: Node's, workerd's, and that of a sandbox. */
export type Fetch = (request: Request) => Promise<Response>;

export interface HttpCall {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** absolute; may hold a secret in its query, which never leaves this module */
  url: string;
  /** absolute; what messages name instead of `url`, where its path holds a value or a secret too */
  named?: string;
  /** does the call change anything in the CRM? It decides what a lost answer means: `unknown` instead of `unavailable` */
  write: boolean;
  headers?: Readonly<Record<string, string>>;
  /** sent as application/json */
  json?: unknown;
  /** sent as application/x-www-form-urlencoded */
  form?: Readonly<Record<string, string>> | URLSearchParams;
  /** from sending to the last byte of the answer, ms */
  deadlineMs?: number;
  /** most bytes of an answer that are read */
  maxBytes?: number;
}

export interface HttpReply {
  status: number;
  headers: { get(name: string): string | null };
  /** the parsed body; undefined when it is empty or not JSON */
  json: unknown;
  text: string;
}

/** Both CRMs answer a full batch within a few seconds; past this the answer is not worth a blocked turn. */
export const DEADLINE_MS = 30_000;
/** A batch of 100 records with the properties we ask for stays far below 1 MB; texts of tasks may add some. */
export const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** Errors of a connection that was never made (Node's codes, and of our runtimes): nothing was sent, so even a write is safe to repeat. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT", "CONNECT_TIMEOUT"]);

/**
 * Sends the call and reads the whole answer, whatever its status.
 * @throws CrmFailure `unknown` for a write and `unavailable` for a read when no complete answer came (cut, time-out, over the
 * cap); `unavailable` also for a write whose connection was never made. Messages name method, host and path, never the query.
 */
export function send(fetch: Fetch, call: HttpCall): Promise<HttpReply> {
  return within(call.deadlineMs ?? DEADLINE_MS, async (signal) => {
    try {
      const response = await fetch(requestOf(call, signal));
      const text = await readCapped(response, call.maxBytes ?? MAX_REPLY_BYTES);
      return { status: response.status, headers: response.headers, json: parse(text), text };
    } catch (error) {
      throw lost(call, error, signal.aborted);
    }
  });
}

/**
 * Work whose signal aborts after so many ms. Not AbortSignal.timeout: its timer runs on after the work, and a Durable Object with a timer is
 * kept in memory, 10,000 at most.
 */
export async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), ms);
  try {
    return await work(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The answer's own date is in whole seconds, and its way here takes time: less than this is no difference, ms. */
const SAME_TIME_MS = 5_000;

/**
 * How far our clock is ahead of the clock of whoever answered, ms; 0 where it is not, or where the answer does not tell.
 * @param sentAtMs by our clock
 */
export function clockAhead({ headers }: Pick<HttpReply, "headers">, sentAtMs: number): number {
  const aheadMs = sentAtMs - Date.parse(headers.get("date") ?? "");
  return aheadMs > SAME_TIME_MS ? aheadMs : 0;
}

function requestOf(call: HttpCall, signal: AbortSignal): Request {
  const headers: Record<string, string> = { accept: "application/json", ...call.headers };
  let body: string | undefined;
  if (call.json !== undefined) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(call.json);
  } else if (call.form !== undefined) {
    headers["content-type"] = "application/x-www-form-urlencoded";
    body = new URLSearchParams(call.form as Record<string, string>).toString();
  }
  return new Request(call.url, {
    method: call.method,
    headers,
    redirect: "manual",
    signal,
    ...(body === undefined ? {} : { body }),
  });
}

class TooLarge extends Error {}

async function readCapped(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      throw new TooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Built from scratch: a message of the runtime may quote the URL with a token in it, so nothing of it is passed on but its code. */
function lost(call: HttpCall, error: unknown, timedOut: boolean): CrmFailure {
  const systemCode = codeOf(error);
  const code = timedOut ? "TIMEOUT" : error instanceof TooLarge ? "REPLY_TOO_LARGE" : (systemCode ?? "CONNECTION_LOST");
  const neverSent = systemCode !== null && NEVER_SENT.has(systemCode) && !timedOut;
  const failure = call.write && !neverSent ? "unknown" : "unavailable";
  return new CrmFailure(failure, `No complete answer from ${addressOf(call)} (${code}).`, { code });
}

function codeOf(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string" && /^[A-Z0-9_]{3,40}$/.test(code)) return code;
  }
  return null;
}

/** `POST api.example.com/path`, without query, user or fragment. */
export function addressOf(call: Pick<HttpCall, "method" | "url" | "named">): string {
  try {
    const { host, pathname } = new URL(call.named ?? call.url);
    return `${call.method} ${host}${pathname}`;
  } catch {
    return `${call.method} (an address that is no URL)`;
  }
}

/**
 * A page or a text in place of the JSON that both CRMs answer with: somebody in front of the CRM speaks (a firewall, a gateway, a notice
 * of maintenance), and what it says of a record or a right is not the CRM's word.
 */
export function isPage({ json, text }: Pick<HttpReply, "json" | "text">): boolean {
  return json === undefined && text.trim() !== "";
}

/**
 * `Retry-After` in ms from now, or null. HTTP allows seconds and dates; dates need the caller's clock.
 * @param nowMs epoch ms
 */
export function retryAfterMs(headers: HttpReply["headers"], nowMs: number): number | null {
  const value = headers.get("retry-after")?.trim();
  if (!value) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
