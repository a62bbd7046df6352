import { entriesOf, isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { ENTITY_TYPES, type EntityType } from "../crm-types.ts";
import { kindOfField, kindOfUserField, type MultiField, presentClassicValue } from "../crm-values.ts";
import { compileFilter, type Reader } from "../filter.ts";
import { COUNT_COST_S } from "../limits.ts";
import { page, type Sort } from "../listing.ts";
import { classic, RestError } from "../rest-error.ts";
import type { Params, Row } from "../types.ts";
import { presentClassicUserValue } from "../user-fields.ts";
import { mayRead, userFieldDescription } from "./items.ts";

const MULTI = ["PHONE", "EMAIL", "WEB", "IM"];

function rowOf(call: Call, type: EntityType, params: Params): Row {
  const id = Number(params.id);
  if (!(id > 0)) throw classic("ID is not defined or invalid");
  const row = call.portal.crm.table(type.id).get(id);
  if (!row) throw classic("Not found");
  if (!mayRead(call, row)) throw classic("Access denied");
  return row;
}

function present(call: Call, type: EntityType, row: Row, wanted: readonly string[] | null): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  const take = (name: string): boolean => wanted === null || wanted.includes(name);
  for (const def of type.fields) {
    if (def.kind === "disabled" || def.kind === "fm" || def.kind === "contacts" || def.kind === "companies") continue;
    if (take(def.upper)) item[def.upper] = presentClassicValue(call.portal, def, row[def.name]);
  }
  for (const field of call.portal.userFieldsOf(type.userFieldEntity)) {
    if (take(field.fieldName))
      item[field.fieldName] = presentClassicUserValue(field, row[field.fieldName], call.portal.server);
  }
  if (type.byName.has("fm")) {
    for (const kind of MULTI) {
      const values = ((row.fm as MultiField[] | null) ?? []).filter((each) => each.typeId === kind);
      if (values.length > 0 && (wanted === null || wanted.includes(kind))) {
        item[kind] = values.map((each) => ({
          ID: String(each.id),
          VALUE_TYPE: each.valueType,
          VALUE: each.value,
          TYPE_ID: kind,
        }));
      }
    }
  }
  return item;
}

function incoming(call: Call, type: EntityType, fields: unknown): Record<string, unknown> {
  if (typeof fields !== "object" || fields === null) throw classic("Parameter 'fields' must be array");
  const values: Record<string, unknown> = {};
  const multi: Record<string, unknown>[] = [];
  for (const [key, value] of entriesOf(fields)) {
    const def = type.byUpper.get(key);
    if (call.portal.userField(type.userFieldEntity, key)) values[key] = value;
    else if (MULTI.includes(key) && type.byName.has("fm")) {
      for (const each of listOf(value)) {
        if (!isObject(each)) continue;
        multi.push({ id: each.ID, typeId: key, valueType: each.VALUE_TYPE, value: each.VALUE, delete: each.DELETE });
      }
    } else if (key === "CATEGORY_ID" && type.id === 2 && call.spec.name.endsWith(".update")) {
      call.violation("crm.deal.update cannot move a deal to another pipeline");
    } else if (def && !def.readOnly) values[def.name] = value;
    else call.violation(`${def ? "read-only" : "unknown"} field ${key} of ${type.name} is ignored`);
  }
  if (multi.length > 0) values.fm = multi;
  return values;
}

/** Classic methods have no codes: the same refusal arrives with an empty one. */
function emptied<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RestError && error.code === "CRM_FIELD_ERROR_VALUE_NOT_VALID") throw classic(error.message);
    throw error;
  }
}

function list(call: Call, type: EntityType, params: Params) {
  const reader = (name: string): Reader<Row> | null => {
    const field = call.portal.userField(type.userFieldEntity, name);
    if (field) {
      return { kind: field.multiple ? "list" : kindOfUserField(field.userTypeId), get: (row) => row[field.fieldName] };
    }
    const def = type.byUpper.get(name);
    if (MULTI.includes(name)) {
      const values = (row: Row) => ((row.fm as MultiField[] | null) ?? []).filter((each) => each.typeId === name);
      return { kind: "list", get: (row) => values(row).map((each) => each.value) };
    }
    return def ? { kind: kindOfField(def), get: (row) => row[def.name] } : null;
  };
  const query = compileFilter<Row>(params.filter, {
    idName: "ID",
    // the classic lists drop what they do not know, so an unknown filter matches everything
    reader: (name) => {
      const found = reader(name);
      if (!found) call.violation(`filter by ${name} on ${type.name} is ignored`);
      return found ?? "ignored";
    },
    instant: (value) => call.portal.server.instant(value),
    day: (value) => call.portal.server.dayOf(value),
    unknownField: () => {
      throw classic("Failed to get list. General error");
    },
    badValue: () => {
      throw classic("Failed to get list. General error");
    },
  });
  const sorts: Sort<Row>[] = entriesOf(params.order).map(([name, way]) => ({
    get: reader(name)?.get ?? ((row) => row.id),
    down: String(way).toUpperCase() === "DESC",
  }));
  const first = entriesOf(params.order)[0];
  const byId = first === undefined || (first[0] === "ID" && String(first[1]).toUpperCase() === "ASC");
  const visible = call.user.admin || call.user.sees === "all" ? () => true : (row: Row) => mayRead(call, row);
  const found = page(call.portal.crm.table(type.id), query, byId ? null : sorts, Number(params.start ?? 0), visible);
  call.cost(found.counted * COUNT_COST_S);
  const wanted = listOf(params.select).map(String);
  const all = wanted.length === 0 || wanted.includes("*");
  const names = all
    ? [
        ...type.fields.map((def) => def.upper),
        ...(wanted.length === 0 || wanted.includes("UF_*")
          ? call.portal.userFieldsOf(type.userFieldEntity).map((each) => each.fieldName)
          : []),
        ...wanted,
      ]
    : ["ID", ...wanted];
  return {
    result: found.rows.map((row) => present(call, type, row, names)),
    total: found.total,
    ...(found.next === undefined ? {} : { next: found.next }),
  };
}

function fieldsOf(call: Call, type: EntityType) {
  const fields: Record<string, unknown> = {};
  for (const def of type.fields) {
    if (def.kind === "disabled" || def.kind === "fm") continue;
    fields[def.upper] = {
      type: kindOfField(def) === "flag" ? "char" : def.kind,
      isRequired: false,
      isReadOnly: def.readOnly,
      isImmutable: false,
      isMultiple: false,
      isDynamic: false,
      title: def.upper,
    };
  }
  for (const field of call.portal.userFieldsOf(type.userFieldEntity))
    fields[field.fieldName] = userFieldDescription(field);
  return { result: fields };
}

function family(type: EntityType): Handlers {
  const name = `crm.${type.classic}`;
  return {
    [`${name}.add`]: (call, params) => {
      const values = incoming(call, type, params.fields ?? {});
      return { result: emptied(() => call.portal.crm.create(type.id, values, call.actor)).id };
    },
    [`${name}.get`]: (call, params) => ({ result: present(call, type, rowOf(call, type, params), null) }),
    [`${name}.update`]: (call, params) => {
      const row = rowOf(call, type, params);
      const values = incoming(call, type, params.fields ?? {});
      emptied(() => call.portal.crm.update(type.id, row.id, values, call.actor));
      return { result: true };
    },
    [`${name}.delete`]: (call, params) => {
      call.portal.crm.remove(type.id, rowOf(call, type, params).id, call.actor);
      return { result: true };
    },
    [`${name}.list`]: (call, params) => list(call, type, params),
    [`${name}.fields`]: (call) => fieldsOf(call, type),
  };
}

function bindings(call: Call, type: EntityType, params: Params, many: "contactIds" | "companyIds", key: string) {
  const ids = listOf(rowOf(call, type, params)[many]) as number[];
  return {
    result: ids.map((id, index) => ({
      [key]: id,
      SORT: (index + 1) * 10,
      ROLE_ID: 0,
      IS_PRIMARY: index === 0 ? "Y" : "N",
    })),
  };
}

const deal = ENTITY_TYPES.get(2)!;
const contact = ENTITY_TYPES.get(3)!;
const company = ENTITY_TYPES.get(4)!;

/** crm.deal.*, crm.contact.*, crm.company.*: discontinued but alive; UPPER_CASE keys, strings, empty error codes. */
export const classicItems: Handlers = {
  ...family(deal),
  ...family(contact),
  ...family(company),
  "crm.deal.contact.items.get": (call, params) => bindings(call, deal, params, "contactIds", "CONTACT_ID"),
  "crm.company.contact.items.get": (call, params) => {
    const { id } = rowOf(call, company, params);
    const own = listOf(call.portal.crm.get(4, id).contactIds) as number[];
    const linked = call.portal.crm.contactsOf(id);
    const ids = [...new Set([...own, ...linked])];
    return {
      result: ids.map((contactId, index) => ({
        CONTACT_ID: contactId,
        SORT: (index + 1) * 10,
        ROLE_ID: 0,
        IS_PRIMARY: index === 0 ? "Y" : "N",
      })),
    };
  },
  "crm.contact.company.items.get": (call, params) => bindings(call, contact, params, "companyIds", "COMPANY_ID"),
  "crm.deal.contact.add": (call, params) => {
    const row = rowOf(call, deal, params);
    const given = isObject(params.fields) ? Number(params.fields.CONTACT_ID) : Number.NaN;
    if (!call.portal.crm.table(3).get(given)) throw classic("The parameter 'fields' is not valid.");
    const ids = listOf(row.contactIds) as number[];
    const next = isObject(params.fields) && params.fields.IS_PRIMARY === "Y" ? [given, ...ids] : [...ids, given];
    call.portal.crm.update(2, row.id, { contactIds: [...new Set(next)] }, call.actor);
    return { result: true };
  },
  "crm.deal.contact.items.set": (call, params) => {
    const row = rowOf(call, deal, params);
    const given = listOf(params.items).filter(isObject);
    const sorted = [...given].sort((a, b) => (a.IS_PRIMARY === "Y" ? -1 : b.IS_PRIMARY === "Y" ? 1 : 0));
    const ids = sorted.map((each) => Number(each.CONTACT_ID));
    emptied(() => call.portal.crm.update(2, row.id, { contactIds: ids }, call.actor));
    return { result: true };
  },
};
