/** HubSpot's property values, which are all strings, and ours (facts sheet 5, 7). "" and a missing value both mean none. */
import { type Day, formatDay, parseDay } from "../../core/calendar/day.ts";
import { type FieldDefinition, type FieldValue, fieldById } from "../../core/fields.ts";
import { LONGEST_TEXT } from "./limits.ts";

export type Raw = Readonly<Record<string, string | null | undefined>>;

const DAY_MS = 86_400_000;

/** A value that is there, else null. */
export function textOf(raw: string | null | undefined): string | null {
  return raw === undefined || raw === null || raw === "" ? null : raw;
}

export function numberOf(raw: string | null | undefined): number | null {
  const text = textOf(raw);
  if (text === null) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export function booleanOf(raw: string | null | undefined): boolean | null {
  const text = textOf(raw);
  return text === null ? null : text.toLowerCase() === "true";
}

/** Epoch ms, from ISO 8601 or from digits. */
export function instantOf(raw: string | null | undefined): number | null {
  const text = textOf(raw);
  if (text === null) return null;
  const value = /^-?\d{9,16}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(value) ? value : null;
}

/** A calendar day: `YYYY-MM-DD`, or an instant whose UTC date is meant (7: dates are midnight UTC). */
export function dayOfValue(raw: string | null | undefined): Day | null {
  const text = textOf(raw);
  if (text === null) return null;
  const iso = /^(\d{4}-\d{2}-\d{2})(?:T|$)/.exec(text);
  if (iso) {
    try {
      return parseDay(iso[1]!);
    } catch {
      return null;
    }
  }
  const instant = instantOf(text);
  return instant === null ? null : Math.floor(instant / DAY_MS);
}

/** Latest of some instants; null when there is none. */
export function latestOf(...instants: (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

// ---------------------------------------------------------------- our fields

const PREFIX = "tenure_";

/** `score` → `tenure_score` */
export function propertyOfField(fieldId: string): string {
  return PREFIX + fieldId;
}

/** A field's value as HubSpot takes it; "" clears. */
export function toHubSpot(field: FieldDefinition, value: FieldValue): string {
  if (value === null) return "";
  switch (field.type) {
    case "number":
      return String(Number(Number(value).toFixed(field.decimals ?? 0)));
    case "date":
      return formatDay(Number(value));
    case "datetime":
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "text":
      return String(value).replace(/\s+/g, " ").trim().slice(0, LONGEST_TEXT);
    case "longtext":
      return String(value).trim().slice(0, LONGEST_TEXT);
    default:
      return String(value);
  }
}

/** A property's value as our field's. */
function fromHubSpot(field: Pick<FieldDefinition, "type">, raw: string | null | undefined): FieldValue {
  switch (field.type) {
    case "number":
      return numberOf(raw);
    case "date":
      return dayOfValue(raw);
    case "datetime":
      return instantOf(raw);
    case "boolean":
      return booleanOf(raw);
    default:
      return textOf(raw);
  }
}

/** Our fields among a record's properties, by field id. Names that are not fields of ours (any more) are passed over. */
export function fieldsIn(raw: Raw, fieldIds: Iterable<string>): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {};
  for (const fieldId of fieldIds) {
    const name = propertyOfField(fieldId);
    if (name in raw) fields[fieldId] = fromHubSpot(fieldById(fieldId), raw[name]);
  }
  return fields;
}
