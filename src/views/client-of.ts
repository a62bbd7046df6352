import { type ClientKey, RECORD_KINDS, type RecordKind, refKey } from "../core/model.ts";
import type { Portal } from "../portal-open.ts";

/** The client that a record belongs to, followed through merges; null for records of nobody we look after. */
export function clientOf(portal: Portal, kind: string, id: string): ClientKey | null {
  if (!RECORD_KINDS.includes(kind as RecordKind)) return null;
  const { records, clients } = portal.store;
  const ref = records.survivor({ kind: kind as RecordKind, id });
  const key = records.get(ref)?.client ?? refKey(ref);
  return clients.has([key]).has(key) ? key : null;
}
