/**
 * The door by which whoever runs this moves a portal in or out, and by which the neighbour asks for portals that live here. It exists only
 * while MOVE_KEY is set, and opens only to a caller who knows it; the key itself never travels.
 */
import { Hono } from "hono";
import { z } from "zod";
import { type PortalHost, parsePortalId } from "../ports.ts";
import type { Digest, Place } from "./move.ts";
import { isBearer, moveToken } from "./move-token.ts";
import { NEIGHBOUR_DOOR, neighbourRoutes } from "./neighbour.ts";

const cell = z.union([z.string(), z.number(), z.null()]);
const page = z.object({ table: z.string(), rows: z.array(z.array(cell)) });
const digest = z.object({
  version: z.number(),
  hashes: z.string(),
  epoch: z.number().nullable(),
  tables: z.record(z.string(), z.object({ rows: z.number(), hash: z.string() })),
}) satisfies z.ZodType<Digest>;

export interface OperationsDeps {
  place: Place;
  /** the portals that live here, and no others: a question that came from the neighbour never goes back to it */
  here: PortalHost;
  moveKey: string;
  now: () => number;
}

export function operationsRoutes({ place, here, moveKey, now }: OperationsDeps): Hono {
  const routes = new Hono();
  const wanted = moveToken(moveKey);
  routes.use("*", async (c, next) => {
    if (!isBearer(c.req.header("authorization") ?? null, wanted)) return c.text("not for you\n", 403);
    await next();
  });
  routes.onError((error, c) => c.json({ error: error.message }, 409));
  routes.route(NEIGHBOUR_DOOR, neighbourRoutes(here, moveKey, now));
  const portals = new Hono<{ Variables: { id: string } }>();
  portals.use("/:id/*", async (c, next) => {
    parsePortalId(c.req.param("id"));
    c.set("id", c.req.param("id"));
    await next();
  });
  portals.get("/:id/digest", async (c) => c.json(await place.digest(c.get("id"))));
  portals.get("/:id/rows", async (c) => {
    const { table = "", after = "0" } = c.req.query();
    return c.json(await place.rows(c.get("id"), table, Number(after)));
  });
  portals.post("/:id/leave", async (c) => {
    await place.leave(c.get("id"));
    return c.json({});
  });
  portals.post("/:id/begin", async (c) => {
    await place.begin(c.get("id"));
    return c.json({});
  });
  portals.post("/:id/rows", async (c) => {
    const { table, rows } = page.parse(await c.req.json());
    await place.take(c.get("id"), table, rows);
    return c.json({});
  });
  portals.post("/:id/finish", async (c) => {
    await place.finish(c.get("id"), digest.parse(await c.req.json()));
    return c.json({});
  });
  routes.route("/portals", portals);
  return routes;
}
