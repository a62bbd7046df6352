import { fieldById } from "../core/fields.ts";
import type { Facts, FactValue } from "../core/model.ts";
import type { ReadRecord } from "../crm/port.ts";

/** A record's facts, with those of our fields that a person fills in as `f.<field>`. */
export function withPersons({ facts, fields }: ReadRecord): Facts {
  const whole: Record<string, FactValue> = { ...facts };
  for (const [id, value] of Object.entries(fields ?? {}))
    if (fieldById(id).policy === "person") whole[`f.${id}`] = value;
  return whole;
}
