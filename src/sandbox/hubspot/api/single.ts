import type { Call } from "../call.ts";
import type { Act } from "../crm.ts";
import { conflict, invalid } from "../errors.ts";
import type { ObjectType } from "../object-types.ts";
import type { HubRecord, Values } from "../records.ts";
import { type Prepared, prepareWrite } from "../writes.ts";
import { type Spec, type WantedLink, wantedLinks } from "./links.ts";

export interface CreateInput {
  properties: Record<string, string>;
  associations?: { to: { id: string }; types: Spec[] }[];
}

/** A create that would pass. */
export interface PreparedCreate {
  values: Values;
  links: WantedLink[];
}

/** @throws Refusal 400 with every problem of the values, 409 for a known contact */
export function prepareCreate(call: Call, type: ObjectType, input: CreateInput): PreparedCreate {
  const prepared = prepareWrite(call.crm, type, input.properties, null, "api", call.crm.now());
  refuse(type, prepared);
  return { values: prepared.values, links: wantedLinks(call, type, input.associations) };
}

/** Makes the record and its links; cannot fail any more. */
export function applyCreate(call: Call, type: ObjectType, prepared: PreparedCreate, act: Act): HubRecord {
  const record = call.crm.create(type, prepared.values, act);
  for (const link of prepared.links) call.crm.link(record, link.record, link.types, act);
  return record;
}

/** @throws Refusal as for a create */
export function prepareUpdate(call: Call, type: ObjectType, record: HubRecord, raw: Record<string, string>): Prepared {
  const prepared = prepareWrite(call.crm, type, raw, record, "api", call.crm.now());
  refuse(type, prepared);
  return prepared;
}

/** Sets the values that passed. */
export function applyUpdate(call: Call, record: HubRecord, prepared: Prepared, act: Act): void {
  call.crm.change(record, prepared.values, act);
}

function refuse(type: ObjectType, prepared: Prepared): void {
  const { problems, taken, rule } = prepared;
  if (problems.length > 0) {
    const list = problems.map((problem) => ({
      isValid: false,
      message: problem.message,
      error: problem.code,
      name: problem.context?.propertyName?.[0],
    }));
    throw invalid(`Property values were not valid: ${JSON.stringify(list)}`, problems, rule);
  }
  if (!taken) return;
  if (type.name === "contact" && taken.property === "email") {
    throw conflict(`Contact already exists. Existing ID: ${taken.id}`);
  }
  const message = `${taken.property}: another ${type.name} (${taken.id}) already has that value`;
  const context = { propertyName: [taken.property], id: [taken.id] };
  throw invalid(`Property values were not valid: ${message}`, [{ message, code: "CONFLICTING_UNIQUE_VALUE", context }]);
}
