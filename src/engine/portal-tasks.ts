/**
 * Tasks of the portal itself: digests, the review of a month, alerts. They belong to no client, so no decision takes them up or back, and are
 * tied to the records of a few clients as examples: there a lost answer is looked for. Without any it could come to stand there twice, so that
 * what is tied to nothing is not made.
 */
import type { DesiredNotice, DesiredTask } from "../core/desired.ts";
import { hindrance, NO_CLIENT, receiverOf } from "../core/escalate/people.ts";
import { parseRef, type RecordRef, refKey } from "../core/model.ts";
import { kpiRows } from "../store/kpi-rows.ts";
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { amissKey, wished } from "./mirror-row.ts";

/** Records that such a task is tied to. */
const LINKS_MAX = 3;
/** What both CRMs tie tasks to. */
const LINKED: ReadonlySet<string> = new Set<RecordRef["kind"]>(["company", "contact", "deal"]);

/**
 * What a task of the portal is tied to: a few of its clients; where none of these is there any more, what is left of them. A digest speaks of
 * nobody else; the figures of the portal may be tied to any client.
 */
export function examples(
  engine: Pick<Engine, "store">,
  key: string,
  about: readonly RecordRef[],
): readonly RecordRef[] {
  const named = leftOf(engine, about);
  if (named.length > 0 || key.startsWith("digest:")) return named;
  return leftOf(
    engine,
    kpiRows(engine.store).map((client) => parseRef(client.key)),
  );
}

/** The first few of these records that are there, under the ids under which they live on; where none is, other records of these clients. */
function leftOf({ store }: Pick<Engine, "store">, refs: readonly RecordRef[]): readonly RecordRef[] {
  const living = new Map<string, RecordRef>();
  for (const ref of refs) {
    const now = store.records.survivor(ref);
    if (living.size < LINKS_MAX && store.records.get(now)?.gone === false) living.set(refKey(now), now);
  }
  if (living.size > 0) return [...living.values()];
  const others = [...store.records.ofClients(refs.map(refKey)).values()].flat().filter(({ gone }) => !gone);
  return others.flatMap(({ ref }) => (LINKED.has(ref.kind) ? [ref] : [])).slice(0, LINKS_MAX);
}

/**
 * Whoever is told in place of a person who has left: who stands above, else the fallback. Who is only away stays the one.
 * @param ownerId as the portal's task or notice names them
 */
export function standIn(engine: Engine, ownerId: string): string {
  const { people, zone } = engine.config();
  const now = engine.now();
  const why = hindrance(ownerId, people, now, zone);
  if (why === null || why === "absent") return ownerId;
  const client = { ...NO_CLIENT, ownerId };
  return receiverOf("owner", ownerId, client, people, now, zone).ownerId;
}

/**
 * What was refused because a record that it names is gone, or the person that it is for, goes out without that record, or to whoever stands in
 * for that person: nobody else would ever wish it otherwise. What speaks of nobody who is there is not made.
 */
export function mendRefused(engine: Engine): void {
  const { mirror, findings } = engine.store;
  const rows = mirror.refusedOf([""]).filter(({ kind, externalId }) => isAsked(kind) && externalId === null);
  for (const row of rows) {
    const after = mended(engine, row);
    if (after.state === "refused") continue;
    mirror.put([after]);
    findings.close(amissKey(row), engine.now());
  }
}

function isAsked(kind: string): boolean {
  return kind === "task" || kind === "notice";
}

function mended(engine: Engine, row: Thing): Thing {
  const { priority } = row;
  if (row.kind === "notice") {
    const notice = JSON.parse(row.desired!) as DesiredNotice;
    const text = JSON.stringify({ ...notice, ownerId: standIn(engine, notice.ownerId) });
    return wished(row, { text, target: null, priority, notBefore: 0 }, engine.now()).row;
  }
  const task = JSON.parse(row.desired!) as DesiredTask;
  const links = examples(engine, row.key, task.links);
  if (links.length === 0) return { ...row, state: "gone" };
  const ownerId = task.ownerId === null ? null : standIn(engine, task.ownerId);
  const wish = { text: JSON.stringify({ ...task, ownerId, links }), target: links[0]! };
  return wished(row, { ...wish, priority, notBefore: 0 }, engine.now()).row;
}
