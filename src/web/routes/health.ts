import { Hono } from "hono";

export interface Health {
  /** true when portals can be served */
  isReady(): boolean;
  /** Prometheus text format; null when the caller may not see it */
  metrics(authorisation: string | null, remote: string | null): Promise<string | null>;
}

export function healthRoutes(health: Health): Hono {
  const routes = new Hono();
  routes.get("/healthz", (c) => c.text("ok\n"));
  routes.get("/readyz", (c) => (health.isReady() ? c.text("ready\n") : c.text("starting\n", 503)));
  routes.get("/metrics", async (c) => {
    const text = await health.metrics(c.req.header("authorization") ?? null, c.req.header("x-forwarded-for") ?? null);
    return text === null
      ? c.text("not for you\n", 403)
      : c.text(text, 200, { "content-type": "text/plain; version=0.0.4" });
  });
  return routes;
}
