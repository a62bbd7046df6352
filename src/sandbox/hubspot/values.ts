import type { HubSpotSwitches } from "./options.ts";
import type { Property } from "./properties.ts";

/** A value as HubSpot would keep it, or why it refuses it. `stranger` = wrong in every account, not only in this one. */
export type Normalised = { ok: true; value: string } | { ok: false; code: string; message: string; stranger: boolean };

/** What deciding about a value may need from the account. */
export interface ValueContext {
  switches: HubSpotSwitches;
  /** "active", "archived" or null when there is no such owner */
  ownerState(id: string): "active" | "archived" | null;
  /** may this externally listed value be set? */
  external(property: Property, value: string): boolean;
  /** the value before, for options that are appended */
  before: string | undefined;
}

const LONGEST_TEXT = 65_536;

function refused(property: Property, code: string, message: string, stranger: boolean): Normalised {
  return { ok: false, code, message: `${property.name}: ${message}`, stranger };
}

/** Facts sheet 7: types, rewriting and refusal of one value. "" clears. */
export function normaliseValue(property: Property, raw: string, context: ValueContext): Normalised {
  if (raw === "") return { ok: true, value: "" };
  switch (property.type) {
    case "number":
      return number(property, raw.trim(), context.switches);
    case "bool": {
      const value = raw.trim().toLowerCase();
      if (value === "true" || value === "false") return { ok: true, value };
      return refused(property, "INVALID_BOOLEAN", `${raw} was not a boolean`, property.hubspotDefined);
    }
    case "datetime": {
      const instant = parseInstant(raw.trim());
      if (instant !== null) return { ok: true, value: isoInstant(instant) };
      return refused(property, "INVALID_DATE", `${raw} was not a valid date`, property.hubspotDefined);
    }
    case "date":
      return date(property, raw.trim(), context.switches);
    case "enumeration":
      return enumeration(property, raw, context);
    default:
      return text(property, raw, context.switches);
  }
}

function number(property: Property, raw: string, switches: HubSpotSwitches): Normalised {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(raw)) {
    return refused(property, "INVALID_DECIMAL", `${raw} was not a valid number`, property.hubspotDefined);
  }
  const factor = 10 ** switches.numberDecimals;
  const value = Number(raw);
  const rounded = Math.abs(value) < 1e9 ? Math.round(value * factor) / factor : value;
  return { ok: true, value: String(rounded === 0 ? 0 : rounded) };
}

function date(property: Property, raw: string, switches: HubSpotSwitches): Normalised {
  if (/^\d{4}-\d\d-\d\d$/.test(raw) && !Number.isNaN(Date.parse(raw))) return { ok: true, value: raw };
  if (/^-?\d{10,15}$/.test(raw)) {
    const instant = Number(raw);
    if (instant % 86_400_000 === 0 || !switches.dateMsMustBeMidnight) {
      return { ok: true, value: new Date(instant).toISOString().slice(0, 10) };
    }
    return refused(
      property,
      "INVALID_DATE",
      `${raw} is at a time of day; midnight UTC is needed`,
      property.hubspotDefined,
    );
  }
  return refused(property, "INVALID_DATE", `${raw} was not a valid date`, property.hubspotDefined);
}

function enumeration(property: Property, raw: string, context: ValueContext): Normalised {
  if (property.referencedObjectType === "OWNER") {
    const state = context.ownerState(raw.trim());
    if (state === "active" || (state === "archived" && context.switches.archivedOwnerAccepted)) {
      return { ok: true, value: raw.trim() };
    }
    return refused(property, "INVALID_OWNER_ID", `owner ${raw} does not exist or is not active`, false);
  }
  if (property.externalOptions) {
    if (context.external(property, raw)) return { ok: true, value: raw };
    return refused(property, "INVALID_OPTION", `${raw} was not one of the allowed options`, false);
  }
  const allowed = (value: string) => property.options.some((option) => option.value === value);
  const several = property.fieldType === "checkbox";
  const appended = several && raw.startsWith(";");
  const values = several ? raw.split(";").filter((value) => value !== "") : [raw];
  const wrong = values.find((value) => !allowed(value));
  if (wrong !== undefined) {
    const options = property.options.map((option) => option.value).join(", ");
    return refused(
      property,
      "INVALID_OPTION",
      `${wrong} was not one of the allowed options: [${options}]`,
      property.fixedOptions,
    );
  }
  const before = appended && context.before ? context.before.split(";") : [];
  return { ok: true, value: [...new Set([...before, ...values])].join(";") };
}

function text(property: Property, raw: string, switches: HubSpotSwitches): Normalised {
  if (raw.length > LONGEST_TEXT) {
    return refused(property, "PROPERTY_VALUE_TOO_LONG", `longer than ${LONGEST_TEXT} characters`, true);
  }
  if (property.name === "hs_task_reminders" && !/^\d{13}$/.test(raw)) {
    return refused(property, "INVALID_LONG", `${raw} was not epoch milliseconds`, true);
  }
  if (property.name === "email") {
    const value = raw.trim().toLowerCase();
    if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return { ok: true, value };
    return refused(property, "INVALID_EMAIL", `Email address ${raw} is invalid`, false);
  }
  if (property.name === "domain") return { ok: true, value: raw.trim().toLowerCase() };
  if (property.rich && switches.richTextRewritten) return { ok: true, value: rewriteHtml(raw) };
  return { ok: true, value: raw.trim() };
}

/** Epoch ms as digits, or ISO 8601 with a zone, or a bare day. null when it is neither. */
export function parseInstant(raw: string): number | null {
  if (/^-?\d{9,15}$/.test(raw)) return Number(raw);
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/.test(raw)) return null;
  const instant = Date.parse(raw);
  return Number.isNaN(instant) ? null : instant;
}

const CACHED = 1_024;
const cachedInstants = new Float64Array(CACHED).fill(Number.NaN);
const cachedTexts: string[] = [];

/** ISO in UTC; whole seconds come without a fraction. A batch writes few instants many times, hence the cache. */
export function isoInstant(instant: number): string {
  const slot = Math.abs(Math.trunc(instant / 1_000)) % CACHED;
  if (cachedInstants[slot] === instant) return cachedTexts[slot]!;
  const text = new Date(instant).toISOString();
  const short = text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
  cachedInstants[slot] = instant;
  cachedTexts[slot] = short;
  return short;
}

const KEPT_ATTRIBUTES = /\b(href|src|target|style|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi;

/**
 * Rich text as an editor gives it back: no comments, scripts or foreign attributes, lower-case tags with double
 * quotes, `<br>` without a slash, bare ampersands escaped, text without any tag in a paragraph.
 */
function rewriteHtml(raw: string): string {
  const cleaned = raw
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(script|style|iframe|object|form)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/&(?!#?\w{1,31};)/g, "&amp;")
    .replace(
      /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/g,
      (_, slash: string, tag: string, rest: string) => {
        if (slash) return `</${tag.toLowerCase()}>`;
        const kept = [...rest.matchAll(KEPT_ATTRIBUTES)].map(
          ([, name, value]) => ` ${name!.toLowerCase()}="${value!.replace(/^["']|["']$/g, "")}"`,
        );
        return `<${tag.toLowerCase()}${kept.join("")}>`;
      },
    )
    .trim();
  if (cleaned === "" || /<[a-z]/.test(cleaned)) return cleaned;
  return `<p>${cleaned}</p>`;
}
