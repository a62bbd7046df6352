import { Hono } from "hono";

export interface Health {
  /** true when portals can be served, and what CRMs deliver is kept */
  isReady(): boolean;
  /** Prometheus text format; null when the caller may not see it */
  metrics(caller: Caller): Promise<string | null>;
}

/** Who asks, as far as a runtime can tell. */
export interface Caller {
  authorisation: string | null;
  /** of the other end of the connection; null where the runtime does not say */
  address: string | null;
  /** a proxy stands between: the address is the proxy's, and what it says of others is not believed */
  isForwarded: boolean;
}

/** What a runtime hands in beside a request: on Node the connection. */
interface Around {
  incoming?: { socket?: { remoteAddress?: string } };
}

export function healthRoutes(health: Health): Hono {
  const routes = new Hono();
  routes.get("/healthz", (c) => c.text("ok\n"));
  routes.get("/readyz", (c) => (health.isReady() ? c.text("ready\n") : c.text("not ready\n", 503)));
  routes.get("/metrics", async (c) => {
    const text = await health.metrics({
      authorisation: c.req.header("authorization") ?? null,
      address: (c.env as Around | undefined)?.incoming?.socket?.remoteAddress ?? null,
      isForwarded: ["forwarded", "x-forwarded-for", "x-real-ip"].some((name) => c.req.header(name) !== undefined),
    });
    return text === null
      ? c.text("not for you\n", 403)
      : c.text(text, 200, { "content-type": "text/plain; version=0.0.4" });
  });
  return routes;
}
