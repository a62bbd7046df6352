/** Tasks by key, among those tied to their records; never by search or by a filter on the key. */
import { type RecordRef, refKey } from "../../core/model.ts";
import { unique } from "../batch.ts";
import type { Found, Wanted } from "../port.ts";
import { BATCH_COMMANDS } from "./client.ts";
import { linkedRows, type ReadContext } from "./read.ts";
import { fromXmlId } from "./task-key.ts";
import { idOf } from "./values.ts";

/** Tasks by key among those tied to their records: first by the first record, then, for what is missing, by the others. */
export async function findTasks(context: ReadContext, wanted: readonly Wanted[]): Promise<Found[]> {
  if (wanted.length === 0) return [];
  const keys = new Set(wanted.map(({ key }) => key));
  const all = unique(wanted.flatMap(({ targets }) => targets.map(refKey)));
  context.client.limits.require(new Map(), context.now(), 2 * (Math.ceil(all.length / BATCH_COMMANDS) + 1));
  const found = new Map<string, string>();
  const asked = new Set<string>();
  for (const place of ["first", "others"] as const) {
    const targets = new Map<string, RecordRef>();
    for (const each of wanted.filter(({ key }) => !found.has(key))) {
      for (const target of place === "first" ? each.targets.slice(0, 1) : each.targets) {
        if (!asked.has(refKey(target))) targets.set(refKey(target), target);
      }
    }
    for (const key of targets.keys()) asked.add(key);
    for (const row of [...(await linkedRows(context, "task", [...targets.values()])).values()].flat()) {
      const key = fromXmlId(row.xmlId)?.key;
      const id = idOf(row.id);
      if (key === undefined || id === null || !keys.has(key)) continue;
      const held = found.get(key);
      // Of two with one key the older one is the one that counts.
      if (held === undefined || Number(id) < Number(held)) found.set(key, id);
    }
  }
  return [...found].map(([key, id]) => ({ key, id }));
}
