/**
 * Holds what the stand-in answers to the contract: the type sketch that each method's page shows, and the error codes it names. A sketch
 * is a sample, so a value that is null on either side says nothing, and what a select left out is not missed.
 */
import contract from "../../../src/sandbox/contracts/bitrix24/methods.json" with { type: "json" };

type Sketch = string | { list: Sketch | null } | { fields: Map<string, Sketch>; open: boolean };

interface Documented {
  result: Sketch | null;
  /** null where the page lists none */
  errors: ReadonlySet<string> | null;
}

/** Any method may answer with these; `100` is what PHP's binding of parameters says of one that is missing or ill-typed. */
const SYSTEM = [...(contract.systemErrors as { code: string }[]).map(({ code }) => code.toUpperCase()), "100"];

/** Codes that other pages name (facts sheet section 13.1), and those of a repeated binding, on which sources disagree (section 18.2). */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  "placement.bind": ["ERROR_PLACEMENT_NOT_FOUND", "ERROR_WRONG_HANDLER_URL", "ERROR_UNSUPPORTED_PROTOCOL"],
  "event.bind": ["ERROR_EVENT_BINDING_EXISTS", ""],
};

function codes(method: string, errors: readonly string[]): ReadonlySet<string> {
  return new Set([...SYSTEM, ...errors.map((code) => code.toUpperCase()), ...(ELSEWHERE[method] ?? [])]);
}

/** `{result: {…}, total: number}` → what stands under `result`; null for a sketch that is none. */
function resultOf(text: string): Sketch | null {
  try {
    const whole = new Sketched(text).value();
    return typeof whole === "object" && "fields" in whole ? (whole.fields.get("result") ?? null) : null;
  } catch {
    return null;
  }
}

/** Reads `{a: number, b: [{…}], …(+3 keys)}`. */
class Sketched {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Sketch {
    this.#skip();
    if (this.#take("{")) return this.#fields();
    if (this.#take("[")) return this.#list();
    return this.#match(/\w+/y);
  }

  #fields(): Sketch {
    const fields = new Map<string, Sketch>();
    let open = false;
    for (this.#skip(); !this.#take("}"); this.#skip()) {
      if (this.#take("…")) {
        open = true;
        this.#match(/[^}]*/y);
        continue;
      }
      const name = this.#match(/[^:{}[\]]+(?=: )/y);
      this.#at += 2;
      fields.set(name.trim(), this.value());
    }
    return { fields, open: open || fields.size === 0 };
  }

  #list(): Sketch {
    let list: Sketch | null = null;
    for (this.#skip(); !this.#take("]"); this.#skip()) {
      if (!this.#take("…")) list ??= this.value();
    }
    return { list };
  }

  #skip(): void {
    this.#match(/[\s,]*/y);
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) throw new Error(`no sketch: ${this.#text}`);
    this.#at = pattern.lastIndex;
    return found[0];
  }
}

/** How many results are compared: the others have no sketch that can be read. */
export const sketchedMethods = (): number => [...methods.values()].filter(({ result }) => result !== null).length;

const methods = new Map(
  Object.entries(contract.methods as unknown as Record<string, { result: string; errors: string[] }>).map(
    ([name, { result, errors }]): [string, Documented] => [
      name.toLowerCase(),
      {
        result: resultOf(result),
        errors: errors.length === 0 ? null : codes(name, errors),
      },
    ],
  ),
);

/** How a result differs from its method's sketch; null when it does not. @param method as called, REST 3.0 with `@v3` */
export function strangeResult(method: string, result: unknown): string | null {
  const sketch = methods.get(method.toLowerCase())?.result ?? null;
  return sketch === null ? null : differs(sketch, result, method);
}

/** An error code that neither the method's page nor the list of system errors names; null when one does, or the page lists none. */
export function strangeError(method: string, code: unknown): string | null {
  const documented = methods.get(method.toLowerCase())?.errors ?? null;
  const name = String(code).toUpperCase();
  if (documented === null || documented.has(name) || name.startsWith("BITRIX_REST_V3_")) return null;
  return `${method} refuses with ${code}, which is not documented`;
}

/** What a page's sample does not happen to show: heads where one is set, phones that were selected, settings of another type, refusals. */
const UNSHOWN = new Set([
  "department.get[].UF_HEAD",
  "crm.contact.list[].PHONE",
  "crm.company.list[].PHONE",
  "crm.company.userfield.get.SETTINGS",
  "event.offline.list[].EVENT_DATA",
  "im.notify.system.add",
  "im.notify.personal.add",
]);

function differs(sketch: Sketch, value: unknown, at: string): string | null {
  if (value === null || value === undefined || sketch === "null" || UNSHOWN.has(at)) return null;
  if (typeof sketch === "string") {
    const type = typeof value === "boolean" ? "bool" : typeof value;
    return type === sketch ? null : `${at} is a ${type}, documented is ${sketch}`;
  }
  if ("list" in sketch) {
    if (!Array.isArray(value)) return `${at} is no list`;
    const { list } = sketch;
    return list === null ? null : firstOf(value, (each) => differs(list, each, `${at}[]`));
  }
  // PHP writes an empty map as an empty list.
  if (Array.isArray(value)) return value.length === 0 ? null : `${at} is a list`;
  if (typeof value !== "object") return `${at} is no object`;
  return firstOf(Object.entries(value), ([name, each]) => {
    const known = sketch.fields.get(name);
    if (known !== undefined) return differs(known, each, `${at}.${name}`);
    // Maps by id are shown with the ids of the sample.
    if (/^\d+$/.test(name)) return null;
    return sketch.open || UNSHOWN.has(`${at}.${name}`) ? null : `${at}.${name} is not documented`;
  });
}

function firstOf<T>(values: Iterable<T>, check: (value: T) => string | null): string | null {
  for (const value of values) {
    const problem = check(value);
    if (problem !== null) return problem;
  }
  return null;
}

/** Everything that is strange about one answer of the stand-in's REST: a command's, or those of a batch. */
export function strangeAnswer(method: string, params: { cmd?: unknown }, body: unknown): string[] {
  const answer = (body ?? {}) as { result?: unknown; error?: unknown };
  if (method.toLowerCase() !== "batch" || "error" in answer) {
    const error = answer.error as { code?: unknown } | string | number | undefined;
    const code = typeof error === "object" ? error.code : error;
    const found = code === undefined ? strangeResult(method, answer.result) : strangeError(method, code);
    return found === null ? [] : [found];
  }
  const inner = answer.result as { result: Record<string, unknown>; result_error: Record<string, { error: unknown }> };
  return Object.entries((params.cmd ?? {}) as Record<string, string>).flatMap(([key, line]) => {
    const name = line.split("?")[0]!;
    const failed = inner.result_error[key];
    const found = failed ? strangeError(name, failed.error) : strangeResult(name, inner.result[key]);
    return found === null ? [] : [found];
  });
}
