import { entriesOf, isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { byUserFieldEntity, ENTITY_TYPES, type EntityType } from "../crm-types.ts";
import { PAGE } from "../listing.ts";
import { classic, RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";
import {
  defaultSettings,
  type EnumElement,
  MAX_USER_FIELDS,
  USER_FIELD_TYPES,
  type UserField,
} from "../user-fields.ts";

const LANGUAGES = ["en", "de", "ru", "fr", "la", "br", "pl", "it", "tr", "ua"];
const yes = (value: unknown): boolean => value === "Y" || value === true || value === 1 || value === "1";
const letter = (value: boolean): string => (value ? "Y" : "N");
const core = (text: string) => new RestError(400, "ERROR_CORE", text);

/** A label as a map by language: a string counts for all of them. */
function labels(value: unknown): Record<string, string> {
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
  if (value === undefined || value === null || value === "") return {};
  return Object.fromEntries(LANGUAGES.map((language) => [language, String(value)]));
}

const filterMode = (value: unknown): UserField["showFilter"] => {
  if (value === "I" || value === "E" || value === "S") return value;
  return yes(value) ? "E" : "N";
};

/** Elements as written: existing ones by id, the rest added (a switch), `DEL` removes. Both spellings of the keys. */
function mergeList(call: Call, field: UserField | null, value: unknown): EnumElement[] {
  const list = [...(field?.list ?? [])];
  for (const [key, raw] of entriesOf(value)) {
    if (!isObject(raw)) continue;
    const id = Number(
      raw.ID ?? raw.id ?? (field && list.some((each) => each.id === Number(key)) && !Array.isArray(value) ? key : 0),
    );
    const xmlId = raw.XML_ID ?? raw.xmlId;
    const at = list.findIndex((each) => each.id === id);
    const twin = list.find((each) => xmlId !== undefined && each.xmlId === String(xmlId) && each.id !== id);
    if (twin && !yes(raw.DEL ?? raw.del)) throw core(`List item with value XML_ID=${String(xmlId)} already exists.`);
    if (at >= 0 && yes(raw.DEL ?? raw.del)) list.splice(at, 1);
    else if (at >= 0) {
      const held = list[at]!;
      list[at] = {
        id,
        value: String(raw.VALUE ?? raw.value ?? held.value),
        xmlId: String(xmlId ?? held.xmlId),
        sort: Number(raw.SORT ?? raw.sort ?? held.sort),
        def: yes(raw.DEF ?? raw.def ?? held.def),
      };
    } else if (field === null || call.sandbox.switches.enumWithoutIdAdds) {
      const fresh = call.portal.nextEnumId();
      list.push({
        id: fresh,
        value: String(raw.VALUE ?? raw.value ?? ""),
        xmlId: xmlId === undefined || xmlId === "" ? call.sandbox.word(32) : String(xmlId),
        sort: Number(raw.SORT ?? raw.sort ?? 500),
        def: yes(raw.DEF ?? raw.def),
      });
    }
  }
  return list;
}

function show(field: UserField, language: string | null): Record<string, unknown> {
  const label = (map: Record<string, string>): unknown => (language === null ? map : (map[language] ?? null));
  return {
    ID: String(field.id),
    ENTITY_ID: field.entityId,
    FIELD_NAME: field.fieldName,
    USER_TYPE_ID: field.userTypeId,
    XML_ID: field.xmlId,
    SORT: String(field.sort),
    MULTIPLE: letter(field.multiple),
    MANDATORY: letter(field.mandatory),
    SHOW_FILTER: field.showFilter,
    SHOW_IN_LIST: letter(field.showInList),
    EDIT_IN_LIST: letter(field.editInList),
    IS_SEARCHABLE: letter(field.isSearchable),
    SETTINGS: field.settings,
    EDIT_FORM_LABEL: label(field.editFormLabel),
    LIST_COLUMN_LABEL: label(field.listColumnLabel),
    LIST_FILTER_LABEL: label(field.listFilterLabel),
    ERROR_MESSAGE: label(field.errorMessage),
    HELP_MESSAGE: label(field.helpMessage),
    ...(field.userTypeId === "enumeration"
      ? {
          LIST: field.list.map((each) => ({
            ID: String(each.id),
            SORT: String(each.sort),
            VALUE: each.value,
            DEF: letter(each.def),
            XML_ID: each.xmlId,
          })),
        }
      : {}),
  };
}

function checkName(call: Call, type: EntityType, name: string): void {
  if (name.length > 50) throw core("Field name is too long (more than 50 characters).");
  if (!/^[A-Z0-9_]+$/.test(name)) {
    throw core("Field name contains invalid characters. Allowed characters are: A-Z, 0-9 and _.");
  }
  if (call.portal.userField(type.userFieldEntity, name))
    throw core(`Field ${name} for object ${type.userFieldEntity} already exists.`);
  if (call.portal.userFieldsOf(type.userFieldEntity).length >= MAX_USER_FIELDS) throw core("Too many custom fields");
}

function known(call: Call, fields: Record<string, unknown>): void {
  for (const key of Object.keys(fields))
    if (!call.spec.fields!.has(key)) call.violation(`unknown key ${key} of ${call.spec.name}`);
}

function add(call: Call, type: EntityType, params: Params) {
  if (!isObject(params.fields)) throw classic("Parameter 'fields' must be array");
  const fields = params.fields;
  known(call, fields);
  const given = String(fields.FIELD_NAME ?? "");
  if (given === "") throw classic("The 'FIELD_NAME' field is not found.");
  const userTypeId = String(fields.USER_TYPE_ID ?? "");
  if (userTypeId === "") throw classic("The 'USER_TYPE_ID' field is not found.");
  if (!USER_FIELD_TYPES.includes(userTypeId)) throw core("Incorrect custom type specified.");
  const fieldName = given.startsWith("UF_CRM_") ? given : `UF_CRM_${given}`;
  checkName(call, type, fieldName);
  const fallback = labels(fields.LABEL);
  const field = call.portal.addUserField({
    entityId: type.userFieldEntity,
    fieldName,
    userTypeId,
    xmlId: fields.XML_ID === undefined ? null : String(fields.XML_ID),
    sort: Number(fields.SORT ?? 100),
    multiple: yes(fields.MULTIPLE),
    mandatory: yes(fields.MANDATORY),
    showFilter: filterMode(fields.SHOW_FILTER),
    editInList: fields.EDIT_IN_LIST === undefined ? true : yes(fields.EDIT_IN_LIST),
    settings: defaultSettings(userTypeId, fields.SETTINGS),
    editFormLabel: { ...fallback, ...labels(fields.EDIT_FORM_LABEL) },
    listColumnLabel: { ...fallback, ...labels(fields.LIST_COLUMN_LABEL) },
    listFilterLabel: { ...fallback, ...labels(fields.LIST_FILTER_LABEL) },
    errorMessage: labels(fields.ERROR_MESSAGE),
    helpMessage: labels(fields.HELP_MESSAGE),
    list: userTypeId === "enumeration" ? mergeList(call, null, fields.LIST) : [],
    viaApp: true,
  });
  call.portal.events.userField("ADD", field.entityId, field.id, field.fieldName, call.actor);
  return { result: field.id };
}

function fieldOf(call: Call, entityId: string | null, params: Params, code: string): UserField {
  const id = Number(params.id);
  if (!(id > 0)) throw classic("ID is not defined or invalid");
  const field = call.portal.userFields.find(
    (each) => each.id === id && (entityId === null || each.entityId === entityId),
  );
  if (!field) throw new RestError(400, code, `The entity with ID '${id}' is not found`);
  return field;
}

function change(call: Call, field: UserField, fields: Record<string, unknown>): void {
  const label = (name: keyof UserField, value: unknown): void => {
    if (value !== undefined)
      (field as unknown as Record<string, unknown>)[name] = { ...(field[name] as object), ...labels(value) };
  };
  label("editFormLabel", fields.EDIT_FORM_LABEL);
  label("listColumnLabel", fields.LIST_COLUMN_LABEL);
  label("listFilterLabel", fields.LIST_FILTER_LABEL);
  label("errorMessage", fields.ERROR_MESSAGE);
  label("helpMessage", fields.HELP_MESSAGE);
  if (fields.SORT !== undefined) field.sort = Number(fields.SORT);
  if (fields.MANDATORY !== undefined) field.mandatory = yes(fields.MANDATORY);
  if (fields.SHOW_FILTER !== undefined) field.showFilter = filterMode(fields.SHOW_FILTER);
  if (fields.EDIT_IN_LIST !== undefined) field.editInList = yes(fields.EDIT_IN_LIST);
  if (fields.XML_ID !== undefined) field.xmlId = String(fields.XML_ID);
  if (isObject(fields.SETTINGS))
    field.settings = defaultSettings(field.userTypeId, { ...field.settings, ...fields.SETTINGS });
  if (fields.LIST !== undefined && field.userTypeId === "enumeration") {
    field.list = mergeList(call, field, fields.LIST);
    call.portal.events.userField("SETENUMVALUES", field.entityId, field.id, field.fieldName, call.actor);
  }
  call.portal.events.userField("UPDATE", field.entityId, field.id, field.fieldName, call.actor);
}

const FILTER = [
  "ID",
  "ENTITY_ID",
  "FIELD_NAME",
  "USER_TYPE_ID",
  "XML_ID",
  "SORT",
  "MULTIPLE",
  "MANDATORY",
  "SHOW_FILTER",
  "SHOW_IN_LIST",
  "EDIT_IN_LIST",
  "IS_SEARCHABLE",
  "LANG",
];

function list(call: Call, type: EntityType, params: Params) {
  const filter = isObject(params.filter) ? params.filter : {};
  const language = filter.LANG === undefined ? null : String(filter.LANG);
  for (const key of Object.keys(filter)) if (!FILTER.includes(key)) call.violation(`filter custom fields by ${key}`);
  const rows = call.portal
    .userFieldsOf(type.userFieldEntity)
    .map((field) => show(field, language))
    .filter((row) =>
      entriesOf(filter).every(([key, value]) => key === "LANG" || listOf(value).map(String).includes(String(row[key]))),
    );
  if (language === null) {
    for (const row of rows)
      for (const key of ["EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL", "ERROR_MESSAGE", "HELP_MESSAGE"])
        delete row[key];
  }
  return { result: rows, total: rows.length };
}

function family(type: EntityType): Handlers {
  const name = `crm.${type.classic}.userfield`;
  const entity = type.userFieldEntity;
  return {
    [`${name}.add`]: (call, params) => add(call, type, params),
    [`${name}.update`]: (call, params) => {
      const field = fieldOf(call, entity, params, "ERROR_NOT_FOUND");
      if (!isObject(params.fields)) throw classic("Parameter 'fields' must be array");
      change(call, field, params.fields);
      return { result: true };
    },
    [`${name}.list`]: (call, params) => list(call, type, params),
    [`${name}.get`]: (call, params) => ({ result: show(fieldOf(call, entity, params, "ERROR_NOT_FOUND"), null) }),
    [`${name}.delete`]: (call, params) => {
      const field = fieldOf(call, entity, params, "ERROR_NOT_FOUND");
      call.portal.removeUserField(field);
      call.portal.events.userField("DELETE", field.entityId, field.id, field.fieldName, call.actor);
      return { result: true };
    },
  };
}

const camel = (name: string): string =>
  name.toLowerCase().replace(/_([a-z])/g, (_, next: string) => next.toUpperCase());

function configShow(field: UserField, language: string | null): Record<string, unknown> {
  const row = show(field, language);
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) if (name !== "LIST") result[camel(name)] = value;
  if (field.userTypeId === "enumeration") {
    result.enum = field.list.map((each) => ({
      id: String(each.id),
      userFieldId: String(field.id),
      value: each.value,
      def: letter(each.def),
      sort: String(each.sort),
      xmlId: each.xmlId,
    }));
  }
  return result;
}

/** The config methods' own spelling turned into the classic one. */
function upperFields(field: Record<string, unknown>): Record<string, unknown> {
  return {
    EDIT_FORM_LABEL: field.editFormLabel,
    HELP_MESSAGE: field.helpMessage,
    SORT: field.sort,
    MANDATORY: field.mandatory,
    SHOW_FILTER: field.showFilter,
    EDIT_IN_LIST: field.editInList,
    XML_ID: field.xmlId,
    SETTINGS: field.settings,
    LIST: field.enum,
  };
}

function checkModule(call: Call, params: Params): void {
  if (params.moduleId !== "crm") {
    call.violation("userfieldconfig works with moduleId crm");
    throw classic("No settings for UserFieldAccess");
  }
}

function configAdd(call: Call, params: Params) {
  checkModule(call, params);
  if (!isObject(params.field)) throw classic("The 'FIELD_NAME' field is not found");
  const given = params.field;
  known(call, given);
  if (!call.user.admin) throw classic("You cannot create custom fields");
  const entityId = String(given.entityId ?? "");
  const type = byUserFieldEntity(entityId);
  if (!type) throw classic("You cannot create custom fields");
  const fieldName = String(given.fieldName ?? "");
  if (!fieldName.startsWith(`UF_${entityId}_`)) {
    call.violation(`fieldName must start with UF_${entityId}_`);
    throw classic("The 'FIELD_NAME' field is not found");
  }
  if (!USER_FIELD_TYPES.includes(String(given.userTypeId))) throw classic("The 'USER_TYPE_ID' field is not found");
  if (call.portal.userField(entityId, fieldName))
    throw classic(`Field ${fieldName} for object ${entityId} already exists.`);
  if (fieldName.length > 50 || !/^[A-Z0-9_]+$/.test(fieldName)) throw classic("Fail to create new user field");
  const field = call.portal.addUserField({
    entityId,
    fieldName,
    userTypeId: String(given.userTypeId),
    xmlId: given.xmlId === undefined ? null : String(given.xmlId),
    sort: Number(given.sort ?? 100),
    multiple: yes(given.multiple),
    mandatory: yes(given.mandatory),
    showFilter: filterMode(given.showFilter),
    editInList: given.editInList === undefined ? true : yes(given.editInList),
    settings: defaultSettings(String(given.userTypeId), given.settings),
    editFormLabel: labels(given.editFormLabel),
    listColumnLabel: labels(given.editFormLabel),
    listFilterLabel: labels(given.editFormLabel),
    helpMessage: labels(given.helpMessage),
    list: given.userTypeId === "enumeration" ? mergeList(call, null, given.enum) : [],
    viaApp: true,
  });
  call.portal.events.userField("ADD", entityId, field.id, fieldName, call.actor);
  return { result: { field: configShow(field, null) } };
}

function configList(call: Call, params: Params) {
  checkModule(call, params);
  const filter = isObject(params.filter) ? params.filter : {};
  const select = isObject(params.select) ? params.select : {};
  const language = select.language === undefined ? null : String(select.language);
  const rows = call.portal.userFields
    .map((field) => configShow(field, language))
    .filter((row) => entriesOf(filter).every(([key, value]) => listOf(value).map(String).includes(String(row[key]))));
  const start = Number(params.start ?? 0);
  const next = start + PAGE < rows.length ? { next: start + PAGE } : {};
  const fields = rows.slice(start, start + PAGE).map(({ enum: _list, ...row }) => row);
  return { result: { fields }, total: rows.length, ...next };
}

/** crm.*.userfield.* and userfieldconfig.*. Facts sheet section 9. */
export const userFieldMethods: Handlers = {
  ...family(ENTITY_TYPES.get(2)!),
  ...family(ENTITY_TYPES.get(3)!),
  ...family(ENTITY_TYPES.get(4)!),
  "userfieldconfig.add": configAdd,
  "userfieldconfig.update": (call, params) => {
    checkModule(call, params);
    const field = fieldOf(call, null, params, "");
    if (!call.user.admin) throw classic("You cannot change the settings of the user field");
    if (isObject(params.field)) change(call, field, upperFields(params.field));
    return { result: { field: configShow(field, null) } };
  },
  "userfieldconfig.get": (call, params) => {
    checkModule(call, params);
    return { result: { field: configShow(fieldOf(call, null, params, ""), null) } };
  },
  "userfieldconfig.list": configList,
  "userfieldconfig.delete": (call, params) => {
    checkModule(call, params);
    const field = fieldOf(call, null, params, "");
    if (!call.user.admin) throw classic("You cannot delete the user field");
    call.portal.removeUserField(field);
    call.portal.events.userField("DELETE", field.entityId, field.id, field.fieldName, call.actor);
    return { result: null };
  },
  "userfieldconfig.getTypes": () => ({
    result: {
      types: Object.fromEntries(
        USER_FIELD_TYPES.map((type) => [type, { USER_TYPE_ID: type, DESCRIPTION: type, BASE_TYPE: type }]),
      ),
    },
  }),
};
