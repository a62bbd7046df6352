/**
 * Reads the contracts' compact notation (see contracts/hubspot/README.md) into checks.
 * A check answers null when a value is allowed, else one sentence that says where it is not.
 */
export type Check = (value: unknown, at: string) => string | null;

export interface QueryField {
  required: boolean;
  list: boolean;
  check: Check;
}

export interface Operation {
  method: string;
  /** template with {names} */
  path: string;
  query: ReadonlyMap<string, QueryField>;
  /** media type and check of the body, null where none is declared */
  body: { type: string; check: Check; lenient: Check } | null;
  responses: Readonly<Record<string, string>>;
  /** null where the contract gives no list */
  scopesAnyOf: readonly string[] | null;
  /** does not count against the rolling ten seconds */
  exempt: boolean;
  /** usable with an installed app's bearer token */
  bearer: boolean;
  /** check of a response body by status; null where none is declared */
  answer(status: string): Check | null;
}

export interface RawOperation {
  method: string;
  path: string;
  params?: { name: string; in: string; required?: boolean; type: string }[];
  body?: Record<string, string>;
  responses?: Record<string, string>;
  scopesAnyOf?: string[];
  authSchemes?: string[];
  rateLimitExemptions?: string[];
}

export type Schemas = Readonly<Record<string, string | Record<string, string>>>;

/** All operations of one spec file, checks compiled. */
export function readOperations(operations: readonly RawOperation[], schemas: Schemas): Operation[] {
  const strict = new Notation(schemas, true);
  const lenient = new Notation(schemas, false);
  const exact = new Notation(schemas, true, true);
  return operations.map((raw) => {
    const query = new Map<string, QueryField>();
    for (const param of raw.params ?? []) {
      if (param.in !== "query") continue;
      const list = param.type.endsWith("[]");
      const type = list ? param.type.slice(0, -2) : param.type;
      query.set(param.name, { required: param.required === true, list, check: queryCheck(strict, type) });
    }
    const media = Object.keys(raw.body ?? {})[0];
    const shape = media === undefined ? undefined : raw.body![media]!;
    return {
      method: raw.method,
      path: raw.path,
      query,
      body: media && shape ? { type: media, check: strict.check(shape), lenient: lenient.check(shape) } : null,
      responses: raw.responses ?? {},
      scopesAnyOf: raw.scopesAnyOf ?? null,
      exempt: raw.rateLimitExemptions?.includes("ten-secondly") ?? false,
      bearer: raw.authSchemes?.includes("oauth2") ?? true,
      answer(status) {
        const type = raw.responses?.[status];
        return type && type !== "(empty)" ? exact.check(type) : null;
      },
    };
  });
}

function queryCheck(notation: Notation, type: string): Check {
  const base = type.replace(/\{.*\}$/, "");
  if (base.startsWith("integer")) {
    return (value, at) => (/^-?\d+$/.test(String(value)) ? null : `${at} is not an integer`);
  }
  if (base === "boolean") {
    return (value, at) => (value === "true" || value === "false" ? null : `${at} is not a boolean`);
  }
  return notation.check(base);
}

const PLAIN: Record<string, Check> = {
  string: (value, at) => (typeof value === "string" ? null : `${at} is not a string`),
  boolean: (value, at) => (typeof value === "boolean" ? null : `${at} is not a boolean`),
  number: (value, at) => (typeof value === "number" && Number.isFinite(value) ? null : `${at} is not a number`),
  any: () => null,
  object: (value, at) => (typeof value === "object" && value !== null ? null : `${at} is not an object`),
  "integer:int32": (value, at) => (Number.isSafeInteger(value) ? null : `${at} is not an integer`),
  "integer:int64": (value, at) => (Number.isSafeInteger(value) ? null : `${at} is not an integer`),
  "string:uuid": (value, at) =>
    typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
      ? null
      : `${at} is not a uuid`,
  "string:date-time": (value, at) =>
    typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)
      ? null
      : `${at} is not a date-time`,
};

/**
 * `strict` refuses fields that are not declared and misses required ones; the lenient reading only checks types. With `nulls`, as in
 * answers, null stands for absent where a field may be absent, and for a value that a map's key has not.
 */
class Notation {
  readonly #schemas: Schemas;
  readonly #strict: boolean;
  readonly #nulls: boolean;
  readonly #made = new Map<string, Check>();

  constructor(schemas: Schemas, strict: boolean, nulls = !strict) {
    this.#schemas = schemas;
    this.#strict = strict;
    this.#nulls = nulls;
  }

  check(type: string): Check {
    const known = this.#made.get(type);
    if (known) return known;
    // a schema may contain itself: hand out a forwarder before the real check exists
    let real: Check | null = null;
    this.#made.set(type, (value, at) => real!(value, at));
    real = this.#make(type.trim());
    this.#made.set(type, real);
    return real;
  }

  #make(type: string): Check {
    const plain = PLAIN[type.replace(/\{(default|minimum)=.*\}$/, "")];
    // in answers the specs call a value "object" that is a text in practice (subCategory)
    if (type === "object" && this.#nulls) return PLAIN.any!;
    if (plain) return plain;
    if (type.endsWith("[]")) return list(this.check(type.slice(0, -2)));
    if (type.startsWith("map<")) return map(this.check(type.slice(4, -1)), this.#nulls);
    if (type.startsWith("enum(")) return oneOf(type.slice(5, -1).split("|"));
    if (type.startsWith("{")) return this.#fields(inlineFields(type));
    const schema = this.#schemas[type];
    if (typeof schema === "string") return this.check(schema);
    if (schema) return this.#fields(schema);
    if (type.includes("|")) {
      const checks = type.split("|").map((part) => this.check(part));
      return (value, at) => {
        const problems = checks.map((check) => check(value, at));
        return problems.includes(null) ? null : problems[0]!;
      };
    }
    return PLAIN.any!;
  }

  #fields(declared: Record<string, string>): Check {
    const checks = new Map<string, Check>();
    const required: string[] = [];
    for (const [name, type] of Object.entries(declared)) {
      const optional = name.endsWith("?");
      const field = optional ? name.slice(0, -1) : name;
      if (!optional) required.push(field);
      checks.set(field, this.check(type));
    }
    const strict = this.#strict;
    const nulls = this.#nulls;
    return (value, at) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return `${at} is not an object`;
      const fields = value as Record<string, unknown>;
      for (const name in fields) {
        const check = checks.get(name);
        if (!check) {
          if (strict) return `${at}.${name} is not a field`;
          continue;
        }
        if (fields[name] === undefined || (nulls && fields[name] === null)) continue;
        const problem = check(fields[name], `${at}.${name}`);
        if (problem) return problem;
      }
      if (strict)
        for (const name of required) if ((fields[name] ?? undefined) === undefined) return `${at}.${name} is missing`;
      return null;
    };
  }
}

function list(item: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is not a list`;
    for (let index = 0; index < value.length; index++) {
      const problem = item(value[index], `${at}[${index}]`);
      if (problem) return problem;
    }
    return null;
  };
}

function map(item: Check, nulls: boolean): Check {
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return `${at} is not an object`;
    for (const key in value) {
      const entry = (value as Record<string, unknown>)[key];
      if (nulls && entry === null) continue;
      const problem = item(entry, `${at}.${key}`);
      if (problem) return problem;
    }
    return null;
  };
}

function oneOf(names: readonly string[]): Check {
  const allowed = new Set(names);
  return (value, at) => (allowed.has(value as string) ? null : `${at} is none of ${names.join(", ")}`);
}

/** `{a: string, b?: enum(x|y)}`; commas inside brackets belong to the type. */
function inlineFields(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of text.slice(1, -1).split(/,(?![^(<{]*[)>}])/)) {
    const colon = part.indexOf(":");
    if (colon > 0) fields[part.slice(0, colon).trim()] = part.slice(colon + 1).trim();
  }
  return fields;
}
