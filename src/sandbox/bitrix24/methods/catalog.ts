import { entriesOf, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import type { Status } from "../catalog.ts";
import type { StageChange } from "../crm.ts";
import { ENTITY_TYPES } from "../crm-types.ts";
import { compileFilter, type Reader } from "../filter.ts";
import { page } from "../listing.ts";
import { classic, notFound, RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";
import { USER_FIELD_TYPES } from "../user-fields.ts";

function categoryType(params: Params): number {
  const typeId = Number(params.entityTypeId);
  const type = ENTITY_TYPES.get(typeId);
  if (!type) throw notFound("Smart process not found");
  if (typeId !== 2 && typeId !== 31) {
    throw new RestError(400, "ENTITY_TYPE_NOT_SUPPORTED", `Entity type ${type.name} is not supported`);
  }
  return typeId;
}

const showCategory = (each: { id: number; name: string; sort: number; entityTypeId: number; isDefault: boolean }) => ({
  id: each.id,
  name: each.name,
  sort: each.sort,
  entityTypeId: each.entityTypeId,
  isDefault: each.isDefault ? "Y" : "N",
  originId: "",
  originatorId: "",
});

const showStatus = (each: Status) => ({
  ID: String(each.id),
  ENTITY_ID: each.entityId,
  STATUS_ID: each.statusId,
  NAME: each.name,
  NAME_INIT: each.system ? each.name : "",
  SORT: String(each.sort),
  SYSTEM: each.system ? "Y" : "N",
  CATEGORY_ID: each.categoryId === null ? null : String(each.categoryId),
  COLOR: each.color,
  SEMANTICS: each.semantics,
  EXTRA: { SEMANTICS: each.extraSemantics, COLOR: each.color },
});

function statusList(call: Call, params: Params) {
  const tests = entriesOf(params.filter).map(([key, value]) => {
    const wanted = listOf(value).map(String);
    if (!["ID", "ENTITY_ID", "STATUS_ID", "NAME", "SEMANTICS", "CATEGORY_ID", "SYSTEM", "SORT"].includes(key)) {
      call.violation(`filter statuses by ${key} is ignored`);
    }
    return (row: Record<string, unknown>) => !(key in row) || wanted.includes(String(row[key] ?? ""));
  });
  const rows = call.portal.catalog.statuses.map(showStatus).filter((row) => tests.every((test) => test(row)));
  const sortKey = entriesOf(params.order)[0]?.[0];
  if (sortKey === "SORT") rows.sort((a, b) => Number(a.SORT) - Number(b.SORT));
  return { result: rows, total: rows.length };
}

/** `total` is always 0 here, whatever there is. */
function currencyList({ portal }: Call) {
  const { currencies, currency } = portal.catalog;
  const rows = currencies.map((code, index) => {
    const count = code === "RUB" ? 100 : 1;
    return {
      CURRENCY: code,
      AMOUNT_CNT: String(count),
      AMOUNT: portal.catalog.worth(code, count).toFixed(4),
      SORT: String((index + 1) * 100),
      BASE: code === currency ? "Y" : "N",
      FULL_NAME: code,
      LID: portal.language,
      FORMAT_STRING: `# ${code}`,
      DEC_POINT: ".",
      THOUSANDS_SEP: code === "USD" ? null : "&nbsp;",
      DECIMALS: "2",
      DATE_UPDATE: portal.server.iso(portal.sandbox.now()),
    };
  });
  return { result: rows, total: 0 };
}

const HISTORY: Record<string, Reader<StageChange>> = {
  ID: { kind: "number", get: (row) => row.id },
  TYPE_ID: { kind: "number", get: (row) => row.typeId },
  OWNER_ID: { kind: "number", get: (row) => row.ownerId },
  CREATED_TIME: { kind: "instant", get: (row) => row.createdTime },
  CATEGORY_ID: { kind: "number", get: (row) => row.categoryId },
  STAGE_SEMANTIC_ID: { kind: "text", get: (row) => row.semantics },
  STAGE_ID: { kind: "text", get: (row) => row.stageId },
};

function stageHistory(call: Call, params: Params) {
  const typeId = Number(params.entityTypeId);
  if (![1, 2, 31].includes(typeId)) {
    throw new RestError(400, "ENTITY_TYPE_NOT_SUPPORTED", `Entity type ${typeId} is not supported`);
  }
  const refuse = (text: string): never => {
    call.violation(`crm.stagehistory.list: ${text}`);
    throw new RestError(400, "INVALID_ARG_VALUE", text);
  };
  const query = compileFilter<StageChange>(params.filter, {
    idName: "ID",
    reader: (name) => HISTORY[name] ?? null,
    instant: (value) => call.portal.server.instant(value),
    day: (value) => call.portal.server.dayOf(value),
    unknownField: (name) => refuse(`Invalid filter: field '${name}' is not allowed in filter`),
    badValue: (name) => refuse(`Invalid filter: field '${name}' has invalid value`),
  });
  const orders = entriesOf(params.order);
  const sorts = orders.map(([name, way]) => {
    const found = HISTORY[name] ?? refuse(`Invalid order: field '${name}' is not allowed in order`);
    return { get: found.get, down: String(way).toUpperCase() === "DESC" };
  });
  const byId = orders.length === 0 || (orders[0]![0] === "ID" && !sorts[0]!.down);
  const found = page(
    call.portal.crm.stageHistory,
    query,
    byId ? null : sorts,
    Number(params.start ?? 0),
    (row) => row.entityTypeId === typeId,
  );
  const wanted = listOf(params.select)
    .map(String)
    .filter((name) => name !== "*");
  const items = found.rows.map((row) => {
    const whole: Record<string, unknown> = {
      ID: row.id,
      TYPE_ID: row.typeId,
      OWNER_ID: row.ownerId,
      CREATED_TIME: call.portal.server.iso(row.createdTime),
      CATEGORY_ID: row.categoryId,
      STAGE_SEMANTIC_ID: row.semantics,
      STAGE_ID: row.stageId,
    };
    if (wanted.length === 0) return whole;
    return Object.fromEntries(Object.entries(whole).filter(([name]) => name === "ID" || wanted.includes(name)));
  });
  return { result: { items }, total: found.total, ...(found.next === undefined ? {} : { next: found.next }) };
}

const describe = (names: string): Record<string, unknown> =>
  Object.fromEntries(names.split(" ").map((name) => [name, { type: "string", title: name }]));

/** Pipelines, stages, dictionaries and stage history. Facts sheet section 8.4. */
export const catalogMethods: Handlers = {
  "crm.category.list": ({ portal }, params) => {
    const categories = portal.catalog.categoriesOf(categoryType(params)).map(showCategory);
    return { result: { categories }, total: categories.length };
  },
  "crm.category.get": ({ portal }, params) => {
    const category = portal.catalog.category(categoryType(params), Number(params.id));
    if (!category) throw notFound("Element not found");
    return { result: { category: showCategory(category) } };
  },
  "crm.currency.base.get": ({ portal }) => ({ result: portal.catalog.currency }),
  "crm.currency.list": currencyList,
  "crm.status.list": statusList,
  "crm.status.entity.items": ({ portal }, params) => {
    const found = portal.catalog.statuses.filter((each) => each.entityId === params.entityId);
    if (found.length === 0) throw classic("The parameter entityId is not defined or invalid.");
    return { result: found.map((each) => ({ NAME: each.name, SORT: each.sort, STATUS_ID: each.statusId })) };
  },
  "crm.stagehistory.list": stageHistory,
  "crm.enum.ownertype": () => ({
    result: [...ENTITY_TYPES.values()].map((type) => ({
      ID: type.id,
      NAME: type.title,
      SYMBOL_CODE: type.name,
      SYMBOL_CODE_SHORT: type.short,
    })),
  }),
  "crm.type.list": () => ({ result: { types: [] }, total: 0 }),
  "crm.settings.mode.get": () => ({ result: 1 }),
  "crm.userfield.types": () => ({ result: USER_FIELD_TYPES.map((type) => ({ ID: type, title: type })) }),
  "crm.userfield.fields": () => ({
    result: describe(
      "ID ENTITY_ID FIELD_NAME USER_TYPE_ID XML_ID SORT MULTIPLE MANDATORY SHOW_FILTER SHOW_IN_LIST EDIT_IN_LIST IS_SEARCHABLE EDIT_FORM_LABEL LIST_COLUMN_LABEL LIST_FILTER_LABEL ERROR_MESSAGE HELP_MESSAGE LIST SETTINGS",
    ),
  }),
  "crm.userfield.enumeration.fields": () => ({ result: describe("ID SORT VALUE DEF DEL") }),
  "crm.userfield.settings.fields": (_call, params) => {
    if (params.type === "") throw classic("Parameter 'type' is not specified or empty");
    const names: Record<string, string> = {
      string: "DEFAULT_VALUE ROWS",
      double: "DEFAULT_VALUE PRECISION",
      enumeration: "DISPLAY LIST_HEIGHT",
      boolean: "DEFAULT_VALUE DISPLAY",
    };
    return { result: describe(names[String(params.type)] ?? "DEFAULT_VALUE") };
  },
};
