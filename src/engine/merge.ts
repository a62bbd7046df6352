import { type ClientKey, type RecordKind, refKey } from "../core/model.ts";
import type { Store } from "../store/store.ts";
import { moveClientUsage } from "../store/usage.ts";
import { amissKey } from "./mirror-row.ts";

/** A client that took over others is decided when its records were read anew; at the latest after this long, ms. */
const READ_FIRST_MS = 120_000;

/** The state of a client that absorbed others: the decision folds them in and drops the list. */
export interface Absorbing {
  absorbed?: readonly unknown[];
}

/** The key of the row that holds our fields on a record. */
export function fieldsKey(ref: { kind: RecordKind; id: string }): string {
  return `fields:${ref.kind}:${ref.id}`;
}

/**
 * Records were merged: ids are mapped before anything else, so that what we keep goes along and nothing is made twice. Our fields on a
 * record that lives on as another are nobody's any more: writing to the old id would reach the survivor.
 */
export function mergeRecords(
  store: Store,
  kind: RecordKind,
  losing: readonly string[],
  into: string,
  nowMs: number,
): void {
  store.records.merge(kind, losing, into);
  for (const id of losing) {
    const old = { kind, id };
    store.mirror.remove([fieldsKey(old)]);
    store.findings.close(amissKey({ key: fieldsKey(old) }), nowMs);
    const survivor = refKey({ kind, id: into });
    const linked = store.records.linkedTo(old);
    store.records.erase(kind, id);
    store.records.moveClient(refKey(old), survivor);
    moveClient(store, refKey(old), survivor, nowMs);
    store.records.mark(linked, nowMs);
  }
}

/**
 * One client becomes another: records were merged, or a deal got its company late. What we keep in the CRM for it goes along
 * under its old keys, so nothing is made twice.
 */
export function moveClient(store: Store, from: ClientKey, to: ClientKey, nowMs: number): void {
  if (from === to) return;
  const old = store.clients.get(from);
  if (!old) return;
  const target = store.clients.get(to);
  const dueAt = nowMs + READ_FIRST_MS;
  const things = store.mirror.ofClients([from]).get(from) ?? [];
  store.mirror.put(things.map((thing) => ({ ...thing, client: to })));
  if (!target || target.state === null) {
    store.clients.put([{ ...old, key: to, dueAt }]);
  } else {
    const state = target.state as Absorbing;
    store.clients.put([{ ...target, state: { ...state, absorbed: [...(state.absorbed ?? []), old.state] }, dueAt }]);
  }
  moveClientUsage(store.db, from, to);
  store.clients.remove(from);
}
