/** The escalation as it stands on the record, by field id (see ../fields.ts). */
import type { FieldValue } from "../fields.ts";
import type { TextRef } from "../model.ts";
import type { Escalation } from "./types.ts";

/** Level 0 and empty fields where nothing is escalated, so that lists can ask for "level at least 1". Instants are epoch ms. */
export function escalationFields(escalation: Escalation | null): Record<string, FieldValue | TextRef> {
  return {
    escalation_owner: escalation?.ownerId ?? null,
    escalation_level: escalation?.level ?? 0,
    escalation_since: escalation?.since ?? null,
    escalation_reason: escalation?.text ?? null,
    escalation_due: escalation?.nextAt ?? null,
  };
}
