import contract from "../contracts/bitrix24/methods.json" with { type: "json" };
import { BOT_METHODS } from "./bot-contract.ts";
import { isObject } from "./brackets.ts";
import { CURRENCY_METHODS } from "./currency-contract.ts";
import { illTyped } from "./rest-error.ts";
import type { Params } from "./types.ts";

export interface ParamSpec {
  name: string;
  type: string;
  required: boolean;
  enum?: readonly string[];
}

export interface MethodSpec {
  /** as the documentation spells it, without `@v3` */
  name: string;
  v3: boolean;
  /** scope that must be there: every group, and of a group any one */
  scopes: readonly (readonly string[])[];
  write: boolean;
  admin: boolean;
  params: readonly ParamSpec[];
  /** keys of the object parameter `fields`, over all variants; null = not listed */
  fields: ReadonlySet<string> | null;
}

interface RawMethod {
  scope: string;
  kind: string;
  admin?: boolean;
  params: readonly ParamSpec[];
  nested?: Record<string, readonly { name: string }[]>;
}

function scopesOf(text: string): string[][] {
  if (text === "basic") return [];
  const clean = text.replace(/\(.*\)/, "").trim();
  if (clean.includes("+")) return clean.split("+").map((part) => [part.trim()]);
  return [clean.split(",").map((part) => part.trim())];
}

const methods = new Map<string, MethodSpec>();
for (const [key, raw] of Object.entries(contract.methods as unknown as Record<string, RawMethod>)) {
  const v3 = key.endsWith("@v3");
  const sections = Object.entries(raw.nested ?? {}).filter(([name]) => /^(fields|params|field)\b/i.test(name));
  const listed = sections.filter(([name]) => /^fields?\b/i.test(name));
  methods.set(key.toLowerCase(), {
    name: v3 ? key.slice(0, -3) : key,
    v3,
    scopes: scopesOf(raw.scope),
    write: raw.kind !== "read",
    admin: raw.admin === true,
    params: [...raw.params, ...((raw.nested?.Additionals ?? []) as readonly ParamSpec[])],
    fields: listed.length > 0 ? new Set(listed.flatMap(([, list]) => list.map((each) => each.name))) : null,
  });
}

for (const spec of [...BOT_METHODS, ...CURRENCY_METHODS]) methods.set(spec.name.toLowerCase(), spec);

/** Event names, upper case, with the scope each needs. */
export const EVENT_SCOPES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(contract.events as unknown as Record<string, { scope: string }>).map(
    ([name, event]) => [name, event.scope] as const,
  ),
  ["ONAPPTEST", "basic"],
  ["ONAPPMETHODCONFIRM", "basic"],
  ["ONCRMLEADADD", "crm"],
  ["ONCRMLEADUPDATE", "crm"],
  ["ONCRMLEADDELETE", "crm"],
]);

// The contract lists four user-field events; the family is regular (facts sheet section 7.5).
const families = ["DEAL", "COMPANY", "CONTACT", "LEAD", "TYPE"].flatMap((entity) =>
  ["ADD", "UPDATE", "DELETE", "SETENUMVALUES"].map((verb) => `ONCRM${entity}USERFIELD${verb}`),
);
for (const name of families) (EVENT_SCOPES as Map<string, string>).set(name, "crm");

export const methodSpec = (method: string, v3: boolean): MethodSpec | undefined =>
  methods.get(method.toLowerCase() + (v3 ? "@v3" : ""));

export const methodNames = (): string[] => [...methods.values()].filter((spec) => !spec.v3).map((spec) => spec.name);

/** Parameters that the vendor's own libraries add to every call; harmless except on positional methods. */
export const TELEMETRY = new Set(["bx24_request_id", "bx24_sdk_ver", "bx24_sdk_type", "sessid", "logTag"]);

const INTEGER = /^-?\d+$/;

/** Whether a value fits a documented type; strings are accepted where a form body leaves nothing else. */
export function fits(type: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  switch (type) {
    case "integer":
    case "user":
      return (
        (typeof value === "number" && Number.isInteger(value)) || (typeof value === "string" && INTEGER.test(value))
      );
    case "boolean":
      return (
        ["boolean", "number"].includes(typeof value) ||
        ["Y", "N", "0", "1", "true", "false", ""].includes(value as string)
      );
    case "object":
    case "array":
    case "string[]":
    case "object[]":
    case "section[]":
    case "LayoutDto":
      return typeof value === "object" || value === "";
    case "string":
      return typeof value === "string" || typeof value === "number";
    case "datetime":
      return typeof value === "string";
    default:
      return true;
  }
}

/**
 * Checks named parameters against the contract. `report` is told of everything that is not allowed; what the vendor refuses throws.
 * @throws RestError 100 for a value of the wrong type
 */
export function checkParams(spec: MethodSpec, params: Params, report: (rule: string) => void): void {
  for (const name of Object.keys(params)) {
    if (name === "auth" || name === "auth_connector" || TELEMETRY.has(name)) continue;
    const param = spec.params.find((each) => each.name === name);
    if (!param) {
      report(`parameter ${name} is not part of ${spec.name}`);
      continue;
    }
    const value = params[name];
    if (!fits(param.type, value)) {
      report(`parameter ${name} of ${spec.name} is not of type ${param.type}`);
      throw illTyped(name, param.type === "integer" ? "int" : param.type, value);
    }
    if (param.enum && !isObject(value) && value !== "" && !param.enum.includes(String(value))) {
      report(`parameter ${name} of ${spec.name} must be one of ${param.enum.join(", ")}`);
    }
  }
}
