/**
 * A `fetch` over node:http that connects to nothing but the public internet, whatever a name resolves to at that moment. It takes half of the
 * processor time of Node's own, which a thousand portals that ask what changed feel.
 */
import { lookup as systemLookup } from "node:dns";
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Fetch } from "../../crm/http.ts";
import { isPublicAddress } from "../../crm/public-address.ts";

type Lookup = typeof systemLookup;

export interface PublicFetchOptions {
  lookup?: Lookup;
  isAllowed?: (address: string) => boolean;
  /** connections are used again for the next call to the same name; for those that are called all the time */
  keepAlive?: boolean;
}

/** A connection that nobody used this long is closed, ms: servers close theirs after five seconds and more. */
const KEEP_ALIVE_MS = 4_000;
/** A connection that is not there after this long, ms, is given up: nothing was sent on it. */
const CONNECT_MS = 10_000;

/**
 * The address that was checked is the address that is connected to: a name that changes between check and connection gains nothing.
 * Redirects are handed back, not followed.
 */
export function makePublicFetch({
  lookup = systemLookup,
  isAllowed = isPublicAddress,
  keepAlive = false,
}: PublicFetchOptions = {}): Fetch {
  const checkedLookup = makeLookup(lookup, isAllowed);
  // Used for nothing else: whatever connection is used again led to an address that was checked.
  const agentOptions = { keepAlive: true, timeout: KEEP_ALIVE_MS };
  const agents = keepAlive ? { http: new HttpAgent(agentOptions), https: new HttpsAgent(agentOptions) } : null;
  return async (request) => {
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    // A bare address is connected to without any lookup.
    if (isIP(host) !== 0 && !isAllowed(host)) throw notPublic(host);
    const body = request.body ? Buffer.from(await request.arrayBuffer()) : null;
    const isPlain = url.protocol === "http:";
    return new Promise<Response>((done, failed) => {
      const options = {
        method: request.method,
        headers: { "user-agent": "tenure", "accept-encoding": "gzip", ...Object.fromEntries(request.headers) },
        lookup: checkedLookup,
        signal: request.signal,
        agent: agents === null ? (false as const) : isPlain ? agents.http : agents.https,
      };
      const make = isPlain ? httpRequest : httpsRequest;
      const sent = make(url.href, options, (reply) => {
        // Thrown on from here, it would end the process: whoever is called chooses the status.
        try {
          done(responseOf(reply));
        } catch (error) {
          sent.destroy();
          failed(error);
        }
      });
      sent.on("error", failed);
      sent.once("socket", (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(() => sent.destroy(noConnection(host)), CONNECT_MS);
        const connected = isPlain ? "connect" : "secureConnect";
        for (const event of [connected, "close"]) socket.once(event, () => clearTimeout(timer));
      });
      sent.end(body);
    });
  };
}

function makeLookup(lookup: Lookup, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, "", 0);
      const inside = found.find((one) => !isAllowed(one.address));
      if (inside) return done(notPublic(hostname), "", 0);
      if (options.all) return done(null, found);
      done(null, found[0]!.address, found[0]!.family);
    });
  };
}

/** Told as a name that does not exist: nothing was sent, and nothing is learnt about the inside. */
function notPublic(host: string): Error {
  return Object.assign(new Error(`${host} is not on the public internet.`), { code: "ENOTFOUND" });
}

function noConnection(host: string): Error {
  return Object.assign(new Error(`${host} takes no connection.`), { code: "CONNECT_TIMEOUT" });
}

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** @throws RangeError for a status that HTTP does not know, such as 999 */
function responseOf(reply: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(reply.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  const status = reply.statusCode ?? 502;
  const isEmpty = WITHOUT_BODY.has(status);
  if (isEmpty) reply.resume();
  return new Response(isEmpty ? null : (Readable.toWeb(unpacked(reply)) as unknown as ReadableStream), {
    status,
    headers,
  });
}

function unpacked(reply: IncomingMessage): Readable {
  if (reply.headers["content-encoding"] !== "gzip") return reply;
  // Whoever reads hears of what is broken.
  return pipeline(reply, createGunzip(), () => undefined);
}
