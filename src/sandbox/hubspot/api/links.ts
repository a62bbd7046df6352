import type { AssociationType } from "../association-types.ts";
import type { Call } from "../call.ts";
import { invalid, Refusal } from "../errors.ts";
import type { ObjectType } from "../object-types.ts";
import type { HubRecord } from "../records.ts";

export interface Spec {
  associationCategory: string;
  associationTypeId: number;
}

/** The kinds that a caller names, checked against the two object types. @throws Refusal when one does not exist there */
export function specsOf(call: Call, specs: readonly Spec[], from: ObjectType, to: ObjectType): AssociationType[] {
  return specs.map((spec) => {
    const type = call.crm.associations.find(spec.associationCategory, spec.associationTypeId);
    if (type && type.from === from && type.to === to) return type;
    const message = `${spec.associationCategory} association type ${spec.associationTypeId} does not exist from ${from.name} to ${to.name}`;
    throw invalid(message, [{ message, code: "INVALID_ASSOCIATION_TYPE" }], known(spec) ? message : null);
  });
}

/** Numbers of HubSpot's own are the same in every account. */
function known(spec: Spec): boolean {
  return spec.associationCategory === "HUBSPOT_DEFINED";
}

export interface WantedLink {
  record: HubRecord;
  types: AssociationType[];
}

/** The `associations` of a create. @throws Refusal when a record or a kind does not exist */
export function wantedLinks(
  call: Call,
  from: ObjectType,
  associations: readonly { to: { id: string }; types: readonly Spec[] }[] | undefined,
): WantedLink[] {
  return (associations ?? []).map(({ to, types }) => {
    const first = types[0];
    const kind = first && call.crm.associations.find(first.associationCategory, first.associationTypeId);
    if (!kind || kind.from !== from) {
      const message = `association types ${JSON.stringify(types)} do not start at a ${from.name}`;
      throw invalid(message, [{ message, code: "INVALID_ASSOCIATION_TYPE" }], !first || known(first) ? message : null);
    }
    const record = call.crm.store(kind.to).live(to.id);
    if (!record) {
      const message = `${kind.to.name} ${to.id} does not exist`;
      throw new Refusal(400, {
        message: `One or more associations are not valid: ${message}`,
        category: "VALIDATION_ERROR",
        subCategory: "crm.associations.INVALID_OBJECT_IDS",
        errors: [{ message, code: "INVALID_OBJECT_IDS", context: { id: [to.id] } }],
      });
    }
    return { record, types: specsOf(call, types, from, kind.to) };
  });
}
