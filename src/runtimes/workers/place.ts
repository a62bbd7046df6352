import type { PortalId } from "../../ports.ts";
import type { Place } from "../move.ts";
import type { Env } from "./env.ts";
import { REGISTRY } from "./registry-object.ts";

/** The objects of this Worker as a place that portals move to and from. */
export function objectsPlace(env: Env, moveKey: string): Place {
  const object = (id: PortalId) => env.PORTAL.getByName(id);
  return {
    leave: (id) => object(id).moveAway(),
    digest: (id) => object(id).digest(moveKey),
    rows: (id, table, after) => object(id).movedRows(table, after, moveKey),
    begin: (id) => object(id).moveIn(),
    take: (id, table, rows) => object(id).takeRows(table, rows, moveKey),
    async finish(id, sent) {
      await env.REGISTRY.getByName(REGISTRY).add(id);
      await object(id).moveDone(sent, moveKey);
    },
  };
}
