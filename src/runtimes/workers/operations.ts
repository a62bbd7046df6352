/**
 * The door by which whoever runs this moves a portal in or out. It exists only while the secret MOVE_KEY is set, and opens only to a
 * caller who knows it; the key itself never travels.
 */
import { timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { parsePortalId } from "../../ports.ts";
import type { Digest } from "../move.ts";
import { moveToken } from "../move-token.ts";
import type { Env } from "./env.ts";
import { REGISTRY } from "./registry-object.ts";

const cell = z.union([z.string(), z.number(), z.null()]);
const page = z.object({ table: z.string(), rows: z.array(z.array(cell)) });
const digest = z.object({
  version: z.number(),
  hashes: z.string(),
  epoch: z.number().nullable(),
  tables: z.record(z.string(), z.object({ rows: z.number(), hash: z.string() })),
}) satisfies z.ZodType<Digest>;

export function operationsRoutes(env: Env, moveKey: string): Hono {
  const routes = new Hono();
  const wanted = moveToken(moveKey);
  routes.use("*", async (c, next) => {
    if (!isSame(c.req.header("authorization") ?? "", `Bearer ${wanted}`)) return c.text("not for you\n", 403);
    await next();
  });
  routes.onError((error, c) => c.json({ error: error.message }, 409));
  const object = (id: string) => {
    parsePortalId(id);
    return env.PORTAL.getByName(id);
  };
  routes.get("/portals/:id/digest", async (c) => c.json(await object(c.req.param("id")).digest(moveKey)));
  routes.post("/portals/:id/leave", async (c) => {
    await object(c.req.param("id")).moveAway();
    return c.json({});
  });
  routes.get("/portals/:id/rows", async (c) => {
    const { table = "", after = "0" } = c.req.query();
    return c.json(await object(c.req.param("id")).movedRows(table, Number(after), moveKey));
  });
  routes.post("/portals/:id/begin", async (c) => {
    await object(c.req.param("id")).moveIn();
    return c.json({});
  });
  routes.post("/portals/:id/rows", async (c) => {
    const { table, rows } = page.parse(await c.req.json());
    await object(c.req.param("id")).takeRows(table, rows, moveKey);
    return c.json({});
  });
  routes.post("/portals/:id/finish", async (c) => {
    const id = c.req.param("id");
    const sent = digest.parse(await c.req.json());
    await env.REGISTRY.getByName(REGISTRY).add(id);
    await object(id).moveDone(sent, moveKey);
    return c.json({});
  });
  return routes;
}

function isSame(given: string, wanted: string): boolean {
  const a = new TextEncoder().encode(given);
  const b = new TextEncoder().encode(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
