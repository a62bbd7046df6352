import { isObject, listOf } from "./brackets.ts";
import { RestError } from "./rest-error.ts";
import type { ServerZone } from "./server-zone.ts";

/** A custom field's settings, kept in the classic spelling. */
export interface UserField {
  id: number;
  /** CRM_DEAL, CRM_COMPANY, …, or TASKS_TASK */
  entityId: string;
  fieldName: string;
  userTypeId: string;
  xmlId: string | null;
  sort: number;
  multiple: boolean;
  mandatory: boolean;
  /** N, I exact, E mask, S substring */
  showFilter: "N" | "I" | "E" | "S";
  showInList: boolean;
  editInList: boolean;
  isSearchable: boolean;
  settings: Record<string, unknown>;
  editFormLabel: Record<string, string>;
  listColumnLabel: Record<string, string>;
  listFilterLabel: Record<string, string>;
  errorMessage: Record<string, string>;
  helpMessage: Record<string, string>;
  list: EnumElement[];
  /** made by our app through REST */
  viaApp: boolean;
}

export interface EnumElement {
  id: number;
  value: string;
  xmlId: string;
  sort: number;
  def: boolean;
}

export const USER_FIELD_TYPES: readonly string[] = [
  "string",
  "integer",
  "double",
  "boolean",
  "datetime",
  "date",
  "money",
  "url",
  "address",
  "enumeration",
  "file",
  "employee",
  "crm_status",
  "iblock_section",
  "iblock_element",
  "crm",
];

export const MAX_USER_FIELDS = 1016;

/** Settings as they are stored: the type's defaults under the given ones; PRECISION of a double 0 to 12, 0 when not given. */
export function defaultSettings(type: string, given: unknown): Record<string, unknown> {
  const defaults: Record<string, Record<string, unknown>> = {
    string: { SIZE: 20, ROWS: 1, REGEXP: "", MIN_LENGTH: 0, MAX_LENGTH: 0, DEFAULT_VALUE: "" },
    integer: { SIZE: 20, MIN_VALUE: 0, MAX_VALUE: 0, DEFAULT_VALUE: null },
    double: { PRECISION: 0, SIZE: 20, MIN_VALUE: 0, MAX_VALUE: 0, DEFAULT_VALUE: null },
    boolean: { DEFAULT_VALUE: 0, DISPLAY: "CHECKBOX", LABEL: ["", ""], LABEL_CHECKBOX: "" },
    date: { DEFAULT_VALUE: { TYPE: "NONE", VALUE: "" } },
    datetime: { DEFAULT_VALUE: { TYPE: "NONE", VALUE: "" }, USE_SECOND: "Y", USE_TIMEZONE: "N" },
    enumeration: { DISPLAY: "LIST", LIST_HEIGHT: 1, CAPTION_NO_VALUE: "", SHOW_NO_VALUE: "Y" },
  };
  const settings = { ...(defaults[type] ?? {}), ...(isObject(given) ? given : {}) };
  if (type === "double") {
    const precision = Math.trunc(Number(settings.PRECISION));
    settings.PRECISION = Number.isFinite(precision) ? Math.min(12, Math.max(0, precision)) : 0;
  }
  return settings;
}

const invalid = (name: string) =>
  new RestError(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", `Invalid value for field "${name}"`);

const empty = (value: unknown): boolean => value === null || value === undefined || value === "" || value === false;

/** Half away from zero at `digits`, as PHP's round does. */
export function roundTo(value: number, digits: number): number {
  const sign = value < 0 ? -1 : 1;
  return (sign * Math.round(Number(`${Math.abs(value)}e${digits}`))) / 10 ** digits;
}

function normaliseOne(field: UserField, value: unknown, zone: ServerZone): unknown {
  switch (field.userTypeId) {
    case "double": {
      if (empty(value)) return null;
      const number = Number(value);
      if (!Number.isFinite(number)) throw invalid(field.fieldName);
      return roundTo(number, Number(field.settings.PRECISION ?? 0));
    }
    case "integer":
    case "employee":
    case "iblock_section":
    case "iblock_element": {
      if (empty(value)) return null;
      const number = Number(value);
      if (!Number.isFinite(number)) throw invalid(field.fieldName);
      return Math.trunc(number);
    }
    case "boolean":
      return value === true || value === 1 || ["1", "Y", "true", "y"].includes(String(value));
    case "enumeration": {
      if (empty(value) || value === 0 || value === "0") return null;
      const id = Number(value);
      if (!field.list.some((element) => element.id === id)) throw invalid(field.fieldName);
      return id;
    }
    case "date": {
      if (empty(value)) return null;
      const day = zone.dayOf(value);
      if (day === null) throw invalid(field.fieldName);
      return day;
    }
    case "datetime": {
      if (empty(value)) return null;
      const instant = zone.instant(value);
      if (instant === null) throw invalid(field.fieldName);
      return instant;
    }
    case "money": {
      if (empty(value)) return null;
      if (!/^-?\d+(\.\d+)?\|[A-Z]{3}$/.test(String(value))) throw invalid(field.fieldName);
      return String(value);
    }
    default:
      if (value === null || value === undefined) return null;
      if (typeof value === "object") throw invalid(field.fieldName);
      return String(value);
  }
}

/** A written value as it is stored. @throws RestError CRM_FIELD_ERROR_VALUE_NOT_VALID, or 100 for a scalar in a multiple field */
export function normaliseUserValue(field: UserField, value: unknown, zone: ServerZone): unknown {
  if (!field.multiple) {
    if (Array.isArray(value)) throw invalid(field.fieldName);
    return normaliseOne(field, value, zone);
  }
  if (empty(value)) return [];
  if (typeof value !== "object") {
    throw new RestError(400, "100", `Expected iterable value for multiple field, but got ${typeof value} instead`);
  }
  return listOf(value)
    .map((each) => normaliseOne(field, each, zone))
    .filter((each) => each !== null);
}

/** A stored value as crm.item.* returns it. */
export function presentUserValue(field: UserField, value: unknown, zone: ServerZone, booleans: "Y/N" | "1/0"): unknown {
  if (Array.isArray(value)) return value.map((each) => presentUserValue(field, each, zone, booleans));
  if (value === null || value === undefined) return field.multiple ? [] : null;
  if (field.userTypeId === "boolean") return booleans === "Y/N" ? (value ? "Y" : "N") : value ? 1 : 0;
  if (field.userTypeId === "date" || field.userTypeId === "datetime") return zone.iso(value as number);
  return value;
}

/** A stored value as the classic methods return it: strings, booleans as 1 and 0. */
export function presentClassicUserValue(field: UserField, value: unknown, zone: ServerZone): unknown {
  if (Array.isArray(value)) return value.map((each) => presentClassicUserValue(field, each, zone));
  if (value === null || value === undefined) return field.multiple ? [] : field.userTypeId === "boolean" ? "0" : null;
  if (field.userTypeId === "boolean") return value ? "1" : "0";
  if (field.userTypeId === "date" || field.userTypeId === "datetime") return zone.iso(value as number);
  return String(value);
}
