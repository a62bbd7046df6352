/** One receiver per process: `receivers.ts KIND PORTALS`. It tells its port, then what its CPU did whenever it is asked. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { FIRST_PORTAL, PUBLIC_URL, SECRET } from "./deliveries.ts";
import { boltListener, probotListener } from "./peers.ts";
import { tenureReceiver } from "./tenure.ts";

export type ReceiverKind = "body" | "signature" | "tenure" | "probot" | "bolt";

/** `cpu`: microseconds of CPU so far. `empty`: throws away what was stored. `end`: leaves nothing behind. */
export type ReceiverAsk = "cpu" | "empty" | "end";

export interface Receiver {
  listener: RequestListener;
  /** throws away what was stored; returns how many deliveries that were */
  empty(): number;
}

const [kind, portals] = process.argv.slice(2) as [ReceiverKind, string];
const folder = mkdtempSync(join(tmpdir(), "tenure-ingest-"));
const receiver = await make(kind);
const server = createServer(receiver.listener);
server.listen(0, "127.0.0.1", () => process.send!({ port: (server.address() as AddressInfo).port }));

process.on("message", (ask: ReceiverAsk) => {
  if (ask === "cpu") {
    const { user, system } = process.cpuUsage();
    process.send!({ cpuUs: user + system });
  } else if (ask === "empty") {
    process.send!({ stored: receiver.empty() });
  } else end();
});
// The parent is gone: so are we.
process.on("disconnect", end);

function end(): void {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

async function make(what: ReceiverKind): Promise<Receiver> {
  const empty = () => 0;
  if (what === "tenure") return tenureReceiver(folder, FIRST_PORTAL, Number(portals));
  if (what === "probot") return { listener: await probotListener(), empty };
  if (what === "bolt") return { listener: boltListener(), empty };
  return { listener: plain(what === "signature"), empty };
}

/** What anyone would write: the body, and HubSpot's v3 signature over it. Nothing is parsed, nothing is kept. */
function plain(isVerified: boolean): RequestListener {
  const app = new Hono();
  app.post("/hubspot/webhooks", async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (!isVerified) return c.body(null, 204);
    const timestamp = c.req.header("x-hubspot-request-timestamp") ?? "";
    if (!(Math.abs(Date.now() - Number(timestamp)) < 300_000)) return c.body(null, 401);
    const head = `POST${PUBLIC_URL}/hubspot/webhooks`;
    const mac = createHmac("sha256", SECRET).update(head).update(body).update(timestamp).digest();
    const given = Buffer.from(c.req.header("x-hubspot-signature-v3") ?? "", "base64");
    return c.body(null, given.length === mac.length && timingSafeEqual(given, mac) ? 204 : 401);
  });
  return getRequestListener(app.fetch);
}
