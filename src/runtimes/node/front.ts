/**
 * The busiest door, straight from node:http: what HubSpot delivers needs no router, no Request and no Response, which together cost
 * more than checking its signature. Everything else goes on to the app, whose own route for deliveries does the same.
 */
import type { IncomingMessage, RequestListener } from "node:http";
import { WEBHOOK_BODY_MAX } from "../../web/body.ts";
import { HUBSPOT_WEBHOOKS, takeDelivery } from "../../web/deliveries.ts";
import type { AppDeps } from "../../web/deps.ts";

/** Of a body that is too large, this much is read and thrown away, so that the sender gets to read the answer, bytes. */
const THROW_AWAY_MAX = 64 * WEBHOOK_BODY_MAX;

/** @param app answers whatever is no delivery */
export function frontDoor(deps: AppDeps, app: RequestListener): RequestListener {
  const { hubspot } = deps.apps;
  if (!hubspot) return app;
  return (incoming, outgoing) => {
    const path = incoming.url ?? "";
    if (incoming.method !== "POST" || !isDelivery(path)) return app(incoming, outgoing);
    const headers = { get: (name: string) => headerOf(incoming, name) };
    readBody(incoming)
      .then((body) => takeDelivery(deps, hubspot, { path, headers, body }))
      .catch((error: Error) => {
        deps.around.log("error", "request-failed", { path: HUBSPOT_WEBHOOKS, error: error.message });
        return 500;
      })
      .then((status) => outgoing.writeHead(status).end());
  };
}

function isDelivery(path: string): boolean {
  return path === HUBSPOT_WEBHOOKS || path.startsWith(`${HUBSPOT_WEBHOOKS}?`);
}

function headerOf(incoming: IncomingMessage, name: string): string | null {
  const value = incoming.headers[name];
  return typeof value === "string" ? value : null;
}

/** The whole body, or null when there is more than is read. @throws Error when the sender breaks off */
function readBody(incoming: IncomingMessage): Promise<Uint8Array | null> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= WEBHOOK_BODY_MAX) chunks.push(chunk);
      else done(null);
      if (size > THROW_AWAY_MAX) incoming.destroy();
    });
    incoming.once("end", () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    incoming.once("error", failed);
  });
}
