/** What one of our fields holds on the client's own record, and what we wrote there. */
import type { ClientFacts } from "../decision.ts";
import type { FieldValue } from "../fields.ts";
import { refKey } from "../model.ts";

export interface CrmField {
  /** as last known; null: empty */
  held: FieldValue;
  /** what the CRM returned for our last write of it; undefined: we never wrote it */
  wrote: FieldValue | undefined;
  /** a person or a workflow changed it since */
  isEdited: boolean;
  /** our fields on the record are being written: it may hold another value in a moment */
  isUnderWay: boolean;
}

/** @param id of the field, in `core/fields.ts`; of policy `person` */
export function crmField(id: string, key: string, facts: ClientFacts): CrmField {
  const thing = facts.things.find((one) => one.key === `fields:${key}`);
  const own = facts.records.find(({ ref }) => refKey(ref) === key);
  const held = thing?.holds && id in thing.holds ? thing.holds[id] : own?.facts[`f.${id}`];
  return {
    held: held ?? null,
    wrote: thing?.wrote?.[id],
    isEdited: thing?.edited.includes(id) === true,
    isUnderWay: thing?.underWay === true,
  };
}
