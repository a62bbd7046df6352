import { isObject, listOf } from "./brackets.ts";
import { ENTITY_TYPES, type FieldDef } from "./crm-types.ts";
import type { SandboxPortal } from "./portal.ts";
import { RestError } from "./rest-error.ts";
import type { Row } from "./types.ts";
import { roundTo } from "./user-fields.ts";

/** One phone, e-mail, site or messenger of a record. */
export interface MultiField {
  id: number;
  typeId: string;
  valueType: string;
  value: string;
}

const invalid = (name: string) =>
  new RestError(400, "CRM_FIELD_ERROR_VALUE_NOT_VALID", `Invalid value for field "${name}"`);

const blank = (value: unknown): boolean => value === null || value === undefined || value === "";

function linked(portal: SandboxPortal, typeId: number, name: string, value: unknown): number | null {
  if (blank(value) || value === 0 || value === "0") return null;
  const id = Number(value);
  if (!Number.isInteger(id) || id < 0) throw invalid(name);
  if (!portal.crm.table(typeId).get(id)) throw invalid(name);
  return id;
}

/** Rich text as the card's editor stores it: HTML becomes BB codes, other tags go, line ends are one character. */
export function toBbCode(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/<br\s*\/?>\n?/gi, "\n")
    .replace(/<(\/?)(b|i|u|s)>/gi, (_, slash: string, tag: string) => `[${slash}${tag.toUpperCase()}]`)
    .replace(
      /<(\/?)(strong|em)>/gi,
      (_, slash: string, tag: string) => `[${slash}${tag.toLowerCase() === "em" ? "I" : "B"}]`,
    )
    .replace(/<a\s[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gis, "[URL=$1]$2[/URL]")
    .replace(/<\/?[a-z][^>]*>/gi, "")
    .replace(/[ \t]+\n/g, "\n")
    .trim();
}

function multiFields(portal: SandboxPortal, before: unknown, value: unknown): MultiField[] {
  const kept = new Map(((before as MultiField[] | null) ?? []).map((each) => [each.id, each]));
  const entries = Array.isArray(value) ? value.map((each) => [null, each] as const) : Object.entries(value as object);
  for (const [key, raw] of entries) {
    if (!isObject(raw)) throw invalid("fm");
    const id = Number(raw.id ?? key);
    const old = kept.get(id);
    if (old && (blank(raw.value) || raw.delete === "Y")) kept.delete(id);
    else if (!blank(raw.value)) {
      const next = {
        id: old ? old.id : portal.nextMultiFieldId(),
        typeId: String(raw.typeId ?? old?.typeId ?? "PHONE"),
        valueType: String(raw.valueType ?? old?.valueType ?? "WORK"),
        value: String(raw.value),
      };
      kept.set(next.id, next);
    }
  }
  return [...kept.values()];
}

/** A written system value as it is stored. @throws RestError CRM_FIELD_ERROR_VALUE_NOT_VALID */
export function normaliseValue(
  portal: SandboxPortal,
  typeId: number,
  def: FieldDef,
  value: unknown,
  row: Row,
): unknown {
  const name = def.name;
  switch (def.kind) {
    case "flag":
      if (["Y", "1", 1, true, "true"].includes(value as string)) return "Y";
      if (["N", "0", 0, false, "false", "", null].includes(value as string)) return "N";
      throw invalid(name);
    case "integer":
    case "item": {
      if (blank(value)) return null;
      const number = Number(value);
      if (!Number.isFinite(number)) throw invalid(name);
      return Math.trunc(number);
    }
    case "double": {
      if (blank(value)) return 0;
      const number = Number(value);
      if (!Number.isFinite(number)) throw invalid(name);
      return roundTo(number, 2);
    }
    case "day":
    case "instant": {
      if (blank(value)) return null;
      const at = def.kind === "day" ? portal.server.dayOf(value) : portal.server.instant(value);
      if (at === null) throw invalid(name);
      return at;
    }
    case "fm":
      if (typeof value !== "object" || value === null) throw invalid(name);
      return multiFields(portal, row.fm, value);
    case "text":
      return blank(value) ? "" : toBbCode(String(value));
    case "string":
    case "status":
      if (blank(value)) return "";
      if (typeof value === "object") throw invalid(name);
      return String(value).trim().slice(0, 255);
    default:
      return normaliseLink(portal, typeId, def, value);
  }
}

/** Values that point at something: it has to be there. */
function normaliseLink(portal: SandboxPortal, typeId: number, def: FieldDef, value: unknown): unknown {
  const name = def.name;
  switch (def.kind) {
    case "user":
      if (!portal.org.users.has(Number(value))) throw invalid(name);
      return Number(value);
    case "users":
      return listOf(value).map((each) => {
        if (!portal.org.users.has(Number(each))) throw invalid(name);
        return Number(each);
      });
    case "company":
      return linked(portal, 4, name, value);
    case "contact":
      return linked(portal, 3, name, value);
    case "companies":
    case "contacts": {
      const target = def.kind === "companies" ? 4 : 3;
      const ids = listOf(value).map((each) => linked(portal, target, name, each));
      return [...new Set(ids.filter((id): id is number => id !== null))];
    }
    case "category":
      if (!portal.catalog.category(typeId, Number(value))) throw invalid(name);
      return Number(value);
    case "stage":
      if (!portal.catalog.stage(typeId, String(value))) throw invalid(name);
      return String(value);
    case "currency":
      if (!portal.catalog.currencies.includes(String(value))) throw invalid(name);
      return String(value);
    default:
      return null;
  }
}

/** A stored system value as crm.item.* returns it. */
export function presentValue(portal: SandboxPortal, def: FieldDef, value: unknown): unknown {
  if (value === null || value === undefined) {
    if (def.kind === "contacts" || def.kind === "companies" || def.kind === "users" || def.kind === "fm") return [];
    return null;
  }
  if (def.kind === "instant" || def.kind === "day") return portal.server.iso(value as number);
  return value;
}

/** A stored system value as the classic methods return it: strings throughout. */
export function presentClassicValue(portal: SandboxPortal, def: FieldDef, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (def.kind) {
    case "instant":
    case "day":
      return portal.server.iso(value as number);
    case "double":
      return (value as number).toFixed(2);
    case "users":
    case "companies":
    case "contacts":
      return (value as number[]).map(String);
    default:
      return String(value);
  }
}

/** How a custom field is compared in filters, by its type. */
export const kindOfUserField = (type: string) => {
  if (type === "double" || type === "integer" || type === "employee" || type === "enumeration")
    return "number" as const;
  if (type === "datetime") return "instant" as const;
  if (type === "date") return "day" as const;
  return type === "boolean" ? ("userFlag" as const) : ("text" as const);
};

/** How a system field is compared in filters. */
export const kindOfField = (def: FieldDef) => {
  switch (def.kind) {
    case "integer":
    case "double":
    case "user":
    case "company":
    case "contact":
    case "item":
    case "category":
      return "number" as const;
    case "instant":
      return "instant" as const;
    case "day":
      return "day" as const;
    case "flag":
      return "flag" as const;
    case "users":
    case "contacts":
    case "companies":
      return "list" as const;
    default:
      return "text" as const;
  }
};

/** @throws RestError NOT_FOUND for a type that crm.item.* does not know */
export function entityType(typeId: number) {
  const type = ENTITY_TYPES.get(typeId);
  if (!type) throw new RestError(400, "NOT_FOUND", "SPA not found");
  return type;
}
