/**
 * Tasks of the portal itself: digests, the review of a month, alerts. They belong to no client, so no decision takes them up or back, and are
 * tied to the records of a few clients as examples: there a lost answer is looked for.
 */
import type { DesiredTask } from "../core/desired.ts";
import { type RecordRef, refKey } from "../core/model.ts";
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { wished } from "./mirror-row.ts";

/** Records that such a task is tied to. */
const LINKS_MAX = 3;

/** The first few of these records that are there, under the ids under which they live on; where none is, the first one. */
export function examples({ store }: Pick<Engine, "store">, refs: readonly RecordRef[]): readonly RecordRef[] {
  const living = new Map<string, RecordRef>();
  for (const ref of refs) {
    const now = store.records.survivor(ref);
    if (living.size < LINKS_MAX && store.records.get(now)?.gone === false) living.set(refKey(now), now);
  }
  return living.size > 0 ? [...living.values()] : refs.slice(0, 1);
}

/** A task that was refused because a record it names is gone goes out without that record: nobody else would ever wish it otherwise. */
export function relink(engine: Engine): void {
  const { mirror, findings } = engine.store;
  const rows = mirror.refusedOf([""]).filter(({ kind, externalId }) => kind === "task" && externalId === null);
  for (const row of rows) {
    const after = relinked(engine, row);
    if (after.state === "refused") continue;
    mirror.put([after]);
    findings.close(`refused:${row.key}`, engine.now());
  }
}

function relinked(engine: Engine, row: Thing): Thing {
  const task = JSON.parse(row.desired!) as DesiredTask;
  const links = examples(engine, task.links);
  const wish = { text: JSON.stringify({ ...task, links }), target: links[0]! };
  return wished(row, { ...wish, priority: row.priority, notBefore: 0 }, engine.now()).row;
}
