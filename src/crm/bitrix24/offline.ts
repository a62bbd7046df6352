/** The offline queue of changes, where the plan has it: one record per changed object, kept until we confirm. Facts sheet section 7.7. */
import { z } from "zod";
import type { Hint } from "../../core/model.ts";
import type { Drained } from "../port.ts";
import { type Client, shapeOf } from "./client.ts";
import type { FormMap } from "./form.ts";
import { offlineHints } from "./webhook.ts";

const Package = z.looseObject({
  process_id: z.union([z.string(), z.number()]).nullish(),
  events: z.preprocess(
    (raw) => (raw !== null && typeof raw === "object" && !Array.isArray(raw) ? Object.values(raw) : (raw ?? [])),
    z.array(z.looseObject({ EVENT_NAME: z.string(), EVENT_DATA: z.unknown() })),
  ),
});

const Listed = z.array(z.looseObject({ PROCESS_ID: z.unknown() }));

/** Records taken at a time; the method's own default is 50. */
const LIMIT = 200;

/**
 * Reserves a package without deleting it: `clear` 0. What is not confirmed stays reserved for 30 days, and reconciliation lists the
 * same changes anyway.
 * @throws CrmFailure
 */
export async function drainOffline(client: Client): Promise<Drained> {
  const { result } = await client.call({ method: "event.offline.get", params: { clear: 0, limit: LIMIT } });
  const { process_id, events } = shapeOf(Package, result, "event.offline.get");
  const hints: Hint[] = events.flatMap(({ EVENT_NAME, EVENT_DATA }) => [
    ...offlineHints(EVENT_NAME, textMap(EVENT_DATA, 0)),
  ]);
  return {
    hints,
    async confirm() {
      if (process_id === null || process_id === undefined || events.length === 0) return;
      await client.call({ method: "event.offline.clear", params: { process_id: String(process_id) } }, true);
    },
  };
}

/**
 * Does the queue hold what nobody reserved yet? It is only looked at: what was reserved and not confirmed stands in it for weeks.
 * @throws CrmFailure
 */
export async function hasOffline(client: Client): Promise<boolean> {
  const { result, total } = await client.call({ method: "event.offline.list" });
  const listed = shapeOf(Listed, result ?? [], "event.offline.list");
  const isFree = ({ PROCESS_ID }: { PROCESS_ID?: unknown }) => PROCESS_ID === null || PROCESS_ID === "";
  // Behind a page of reserved ones there may be others.
  return listed.some(isFree) || (total ?? 0) > listed.length;
}

/** JSON as the form that online events have: texts all the way down. */
function textMap(value: unknown, depth: number): FormMap {
  const map = Object.create(null) as FormMap;
  if (value === null || typeof value !== "object" || depth > 4) return map;
  for (const [key, inner] of Object.entries(value)) {
    map[key] = inner !== null && typeof inner === "object" ? textMap(inner, depth + 1) : String(inner);
  }
  return map;
}
