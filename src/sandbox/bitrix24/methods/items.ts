import { entriesOf, isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { camelUserField, type EntityType, isParentField } from "../crm-types.ts";
import { entityType, kindOfField, kindOfUserField, presentValue } from "../crm-values.ts";
import { type CompareKind, compileFilter, type Reader } from "../filter.ts";
import { COUNT_COST_S } from "../limits.ts";
import { page, type Sort } from "../listing.ts";
import type { SandboxPortal } from "../portal.ts";
import { denied, illTyped, notFound, RestError } from "../rest-error.ts";
import type { Params, Row } from "../types.ts";
import { presentUserValue, type UserField } from "../user-fields.ts";

const yes = (value: unknown): boolean => ["Y", "1", 1, true, "true"].includes(value as string);
const invalidArgument = (text: string) => new RestError(400, "INVALID_ARG_VALUE", text);

/** What crm.item.* may say about one entity type, under either spelling of custom fields. */
interface Columns {
  out: readonly { name: string; get(row: Row): unknown }[];
  byOut: ReadonlyMap<string, { name: string; get(row: Row): unknown }>;
  /** name in a request -> name of the row */
  fieldOf: ReadonlyMap<string, UserField>;
}

const cache = new WeakMap<SandboxPortal, Map<string, { stamp: string; columns: Columns }>>();

function columnsOf(portal: SandboxPortal, type: EntityType, original: boolean): Columns {
  const fields = portal.userFieldsOf(type.userFieldEntity);
  const stamp = fields.map((field) => field.id).join();
  const key = `${type.id}/${original}`;
  let held = cache.get(portal);
  if (!held) {
    held = new Map();
    cache.set(portal, held);
  }
  const found = held.get(key);
  if (found?.stamp === stamp) return found.columns;
  const spell = (field: UserField) =>
    original ? field.fieldName : camelUserField(field.fieldName, portal.sandbox.switches.ufCamelCase);
  const booleans = portal.sandbox.switches.ufBooleans;
  const out = [
    ...type.fields.map((def) => ({ name: def.name, get: (row: Row) => presentValue(portal, def, row[def.name]) })),
    ...fields.map((field) => ({
      name: spell(field),
      get: (row: Row) => presentUserValue(field, row[field.fieldName], portal.server, booleans),
    })),
    { name: "entityTypeId", get: () => type.id },
  ];
  const columns = {
    out,
    byOut: new Map(out.map((column) => [column.name, column])),
    fieldOf: new Map(fields.map((field) => [spell(field), field])),
  };
  held.set(key, { stamp, columns });
  return columns;
}

/** A whole record as crm.item.* echoes it. */
function presentItem(portal: SandboxPortal, type: EntityType, row: Row, original: boolean): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  for (const column of columnsOf(portal, type, original).out) item[column.name] = column.get(row);
  for (const name in row) if (isParentField(name)) item[name] = row[name];
  return item;
}

export const mayRead = (call: Call, row: Row): boolean =>
  call.portal.org.sees(call.user, [row.assignedById as number, row.createdBy as number]);

function target(call: Call, params: Params): { type: EntityType; row: Row } {
  const type = entityType(Number(params.entityTypeId));
  const row = call.portal.crm.table(type.id).get(Number(params.id));
  if (!row) throw notFound("Item not found");
  if (!mayRead(call, row)) throw denied("You do not have permission to view this item");
  return { type, row };
}

/** Request keys as the row names them; unknown ones are ignored, as the vendor does, and recorded. */
function incoming(call: Call, type: EntityType, fields: unknown, original: boolean): Record<string, unknown> {
  if (typeof fields !== "object" || fields === null) throw illTyped("fields", "array", fields);
  const columns = columnsOf(call.portal, type, original);
  const values: Record<string, unknown> = {};
  for (const [key, value] of entriesOf(fields)) {
    const def = type.byName.get(key);
    const userField = columns.fieldOf.get(key);
    if (userField) values[userField.fieldName] = value;
    else if (def && !def.readOnly) values[key] = value;
    else if (isParentField(key)) values[key] = value;
    else call.violation(`${def ? "read-only" : "unknown"} field ${key} of ${type.name} is ignored`);
  }
  return values;
}

function mergedContacts(call: Call, row: Row, values: Record<string, unknown>): void {
  if (call.sandbox.switches.contactIdsReplace) return;
  for (const name of ["contactIds", "companyIds"]) {
    if (name in values) values[name] = [...new Set([...listOf(row[name]), ...listOf(values[name]).map(Number)])];
  }
}

function readerFor(call: Call, type: EntityType, original: boolean): (name: string) => Reader<Row> | null {
  const columns = columnsOf(call.portal, type, original);
  return (name) => {
    const userField = columns.fieldOf.get(name);
    if (userField) {
      const kind: CompareKind = userField.multiple ? "list" : kindOfUserField(userField.userTypeId);
      return { kind, get: (row) => row[userField.fieldName] };
    }
    if (isParentField(name)) return { kind: "number", get: (row) => row[name] };
    const def = type.byName.get(name);
    if (!def || def.kind === "fm" || def.kind === "disabled") return null;
    if (name === "stageSemanticId" && !call.sandbox.switches.stageSemanticIdFilterable) return null;
    return { kind: kindOfField(def), get: (row) => row[name] };
  };
}

function sortsFor(order: unknown, reader: (name: string) => Reader<Row> | null, call: Call): Sort<Row>[] | null {
  const entries = entriesOf(order);
  const sorts: Sort<Row>[] = [];
  for (const [name, direction] of entries) {
    const found = reader(name);
    if (!found) {
      call.violation(`order by ${name}`);
      throw invalidArgument(`Invalid order: field '${name}' is not allowed in order`);
    }
    const way = String(direction).toUpperCase();
    if (way !== "ASC" && way !== "DESC") {
      call.violation(`order direction ${way}`);
      throw invalidArgument(
        `Invalid order: allowed sort directions are ASC, DESC. But got '${String(direction)}' for field '${name}'`,
      );
    }
    sorts.push({ get: found.get, down: way === "DESC" });
  }
  const byId = entries.length > 0 && entries[0]![0] === "id" && !sorts[0]!.down;
  return sorts.length === 0 || byId ? null : sorts;
}

function list(call: Call, params: Params) {
  const type = entityType(Number(params.entityTypeId));
  const original = yes(params.useOriginalUfNames);
  const columns = columnsOf(call.portal, type, original);
  const reader = readerFor(call, type, original);
  const query = compileFilter<Row>(params.filter, {
    idName: "id",
    reader,
    instant: (value) => call.portal.server.instant(value),
    day: (value) => call.portal.server.dayOf(value),
    unknownField: (name) => {
      call.violation(`filter by ${name} on ${type.name}`);
      throw invalidArgument(`Invalid filter: field '${name}' is not allowed in filter`);
    },
    badValue: (name) => {
      call.violation(`filter value of ${name} on ${type.name}`);
      throw invalidArgument(`Invalid filter: field '${name}' has invalid value`);
    },
  });
  const sorts = sortsFor(params.order, reader, call);
  const start = Number(params.start ?? 0);
  const visible = call.user.admin || call.user.sees === "all" ? () => true : (row: Row) => mayRead(call, row);
  const found = page(call.portal.crm.table(type.id), query, sorts, start, visible);
  call.cost(found.counted * COUNT_COST_S);
  const wanted = listOf(params.select).map(String);
  const all = wanted.length === 0 || wanted.includes("*");
  for (const name of wanted) {
    if (name !== "*" && name !== "uf_*" && !columns.byOut.has(name) && !isParentField(name)) {
      call.violation(`select of unknown field ${name} on ${type.name}`);
    }
    if (name === "fm") call.violation("select cannot name fm");
  }
  const chosen = all
    ? columns.out
    : wanted.filter((name) => name !== "fm").flatMap((name) => columns.byOut.get(name) ?? []);
  const items = found.rows.map((row) => {
    const item: Record<string, unknown> = {};
    for (const column of chosen) item[column.name] = column.get(row);
    if (all) for (const name in row) if (isParentField(name)) item[name] = row[name];
    return item;
  });
  return { result: { items }, total: found.total, ...(found.next === undefined ? {} : { next: found.next }) };
}

const FIELD_TYPES: Record<string, string> = {
  flag: "boolean",
  day: "date",
  instant: "datetime",
  users: "user",
  status: "crm_status",
  stage: "crm_status",
  category: "crm_category",
  currency: "crm_currency",
  company: "crm_company",
  companies: "crm_company",
  contact: "crm_contact",
  contacts: "crm_contact",
  item: "crm_entity",
  fm: "crm_multifield",
  disabled: "string",
};

/** A custom field as crm.*.fields describe it. */
export function userFieldDescription(field: UserField): Record<string, unknown> {
  const label =
    field.listColumnLabel.en ?? field.editFormLabel.en ?? Object.values(field.editFormLabel)[0] ?? field.fieldName;
  const isList = field.userTypeId === "enumeration";
  return {
    type: field.userTypeId,
    isRequired: field.mandatory,
    isReadOnly: false,
    isImmutable: false,
    isMultiple: field.multiple,
    isDynamic: true,
    ...(isList ? { items: field.list.map((each) => ({ ID: String(each.id), VALUE: each.value })) } : {}),
    title: label,
    listLabel: label,
    formLabel: field.editFormLabel.en ?? label,
    filterLabel: field.listFilterLabel.en ?? label,
    settings: field.settings,
  };
}

function describe(call: Call, params: Params) {
  const type = entityType(Number(params.entityTypeId));
  const fields: Record<string, unknown> = {};
  for (const def of type.fields) {
    if (def.kind === "disabled") continue;
    fields[def.name] = {
      type: FIELD_TYPES[def.kind] ?? def.kind,
      isRequired: false,
      isReadOnly: def.readOnly,
      isImmutable: false,
      isMultiple: ["users", "contacts", "companies", "fm"].includes(def.kind),
      isDynamic: false,
      title: def.name,
      upperName: def.upper,
    };
  }
  for (const [name, field] of columnsOf(call.portal, type, yes(params.useOriginalUfNames)).fieldOf) {
    fields[name] = { ...userFieldDescription(field), upperName: field.fieldName };
  }
  return { result: { fields } };
}

function add(call: Call, params: Params, imported = false): Row {
  const type = entityType(Number(params.entityTypeId));
  if (call.user.sees === "none") throw denied();
  const values = incoming(call, type, params.fields, yes(params.useOriginalUfNames));
  return call.portal.crm.create(type.id, values, imported ? { ...call.actor } : call.actor);
}

/** crm.item.*: the current CRM interface. Facts sheet section 8.2. */
export const items: Handlers = {
  "crm.item.add": (call, params) => {
    const row = add(call, params);
    const item = presentItem(call.portal, entityType(Number(params.entityTypeId)), row, yes(params.useOriginalUfNames));
    return { result: { item } };
  },
  "crm.item.get": (call, params) => {
    const { type, row } = target(call, params);
    return { result: { item: presentItem(call.portal, type, row, yes(params.useOriginalUfNames)) } };
  },
  "crm.item.update": (call, params) => {
    const { type, row } = target(call, params);
    const original = yes(params.useOriginalUfNames);
    const values = incoming(call, type, params.fields, original);
    mergedContacts(call, row, values);
    call.portal.crm.update(type.id, row.id, values, call.actor);
    return { result: { item: presentItem(call.portal, type, row, original) } };
  },
  "crm.item.delete": (call, params) => {
    const { type, row } = target(call, params);
    call.portal.crm.remove(type.id, row.id, call.actor);
    return { result: [] };
  },
  "crm.item.list": list,
  "crm.item.fields": describe,
  "crm.item.import": (call, params) => ({ result: { item: { id: add(call, params, true).id } } }),
  "crm.item.batchImport": (call, params) => {
    const rows = listOf(params.data);
    if (rows.length > 20) {
      call.violation("more than 20 items in crm.item.batchImport");
      throw new RestError(400, "MAX_IMPORT_BATCH_SIZE_EXCEEDED", "You cannot import more than 20 items");
    }
    const results = rows.map((fields) => {
      if (!isObject(fields)) throw illTyped("data", "array", fields);
      return { item: { id: add(call, { ...params, fields }, true).id } };
    });
    return { result: { items: results } };
  },
  "crm.item.productrow.list": () => ({ result: { productRows: [] }, total: 0 }),
  "crm.item.payment.list": () => ({ result: [] }),
  "crm.item.details.configuration.get": (call, params) => ({
    result: call.portal.cardConfigurations.get(configurationKey(params)) ?? null,
  }),
  "crm.item.details.configuration.set": (call, params) => {
    if (!Array.isArray(params.data)) throw new RestError(400, "", "Parameter 'data' must be array.");
    if (params.data.length === 0) throw new RestError(400, "", "There are no data to write.");
    if ((params.scope ?? "P") === "C" && !call.user.admin) throw new RestError(400, "", "Access denied.");
    call.portal.cardConfigurations.set(configurationKey(params), params.data);
    return { result: true };
  },
};

const configurationKey = (params: Params): string =>
  `${params.entityTypeId}/${params.scope ?? "P"}/${params.userId ?? ""}/${JSON.stringify(params.extras ?? {})}`;
