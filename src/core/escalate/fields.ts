/** The escalation as it stands on the record, by field id (see ../fields.ts). */
import type { FieldValue } from "../fields.ts";
import type { Language, TextRef } from "../model.ts";
import { sayPassed } from "./say.ts";
import type { Escalation } from "./types.ts";

/** Level 0 and empty fields where nothing is escalated, so that lists can ask for "level at least 1". Instants are epoch ms. */
export function escalationFields(
  escalation: Escalation | null,
  language: Language,
): Record<string, FieldValue | TextRef> {
  return {
    escalation_owner: escalation?.ownerId ?? null,
    escalation_level: escalation?.level ?? 0,
    escalation_since: escalation?.since ?? null,
    escalation_reason: escalation && reasonOf(escalation, language),
    escalation_due: escalation?.nextAt ?? null,
  };
}

/** Why, and who was passed over on the way. */
function reasonOf({ text, passed }: Escalation, language: Language): TextRef {
  const note = sayPassed(passed, language);
  return note === null ? text : { id: "late.noted", params: { ...text.params, late: text.id, note } };
}
