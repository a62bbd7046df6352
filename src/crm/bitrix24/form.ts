/**
 * PHP's bracket notation, both ways: Bitrix24 posts events, frames and robot callbacks as `data[FIELDS][ID]=5`, and takes the
 * commands of a batch as `method?filter[@id][0]=5`.
 */

/** A parsed form: text, or a map of more. PHP lists are maps with the keys "0", "1", …; see `listOf`. */
export type FormValue = string | FormMap;
export interface FormMap {
  [key: string]: FormValue;
}

/** What a command takes. `null` is written as an empty value, which is how Bitrix24 clears a field; undefined is left out. */
export type ParamValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };
export type Params = { readonly [key: string]: ParamValue };

/** The longest body we parse: an event has a few hundred bytes, a frame below 4 KB, a robot callback a few more. */
export const MAX_FORM_BYTES = 64 * 1024;
const MAX_PAIRS = 512;
const MAX_DEPTH = 6;
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Bytes of `application/x-www-form-urlencoded` in PHP's bracket notation, as a map without a prototype.
 * @returns null when the body is over `MAX_FORM_BYTES`, holds too many pairs, nests too deep, is no UTF-8, contradicts itself
 * (`a=1&a[b]=2`) or names a key that JavaScript objects treat specially
 */
export function parseBracketForm(bytes: Uint8Array): FormMap | null {
  if (bytes.byteLength > MAX_FORM_BYTES) return null;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
  const root = emptyMap();
  let pairs = 0;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    pairs += 1;
    const cut = pair.indexOf("=");
    const key = decode(cut < 0 ? pair : pair.slice(0, cut));
    const value = decode(cut < 0 ? "" : pair.slice(cut + 1));
    if (pairs > MAX_PAIRS || key === null || value === null) return null;
    const path = pathOf(key);
    if (path === null || !place(root, path, value)) return null;
  }
  return root;
}

function emptyMap(): FormMap {
  return Object.create(null) as FormMap;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}

/** `a[b][]` → ["a", "b", ""]; null for what is no such name */
function pathOf(key: string): string[] | null {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  if (!match) return null;
  const path = [match[1]!, ...[...match[2]!.matchAll(/\[([^[\]]*)\]/g)].map((inner) => inner[1]!)];
  if (path.length > MAX_DEPTH || path.some((part) => FORBIDDEN.has(part))) return null;
  return path;
}

function place(root: FormMap, path: readonly string[], value: string): boolean {
  let map = root;
  for (const [depth, part] of path.entries()) {
    const key = part === "" ? String(Object.keys(map).length) : part;
    if (depth === path.length - 1) {
      if (typeof map[key] === "object") return false;
      map[key] = value;
      return true;
    }
    map[key] ??= emptyMap();
    const next = map[key];
    if (typeof next !== "object") return false;
    map = next;
  }
  return false;
}

/** A text at a path, or null when there is none (or a map). */
export function textAt(form: FormMap, ...path: readonly string[]): string | null {
  let at: FormValue | undefined = form;
  for (const part of path) {
    if (typeof at !== "object") return null;
    at = at[part];
  }
  return typeof at === "string" ? at : null;
}

/** A map at a path, or null when there is none (or a text, such as the literal `undefined` of task events). */
export function mapAt(form: FormMap, ...path: readonly string[]): FormMap | null {
  let at: FormValue | undefined = form;
  for (const part of path) {
    if (typeof at !== "object") return null;
    at = at[part];
  }
  return typeof at === "object" ? at : null;
}

/** The texts of a PHP list such as `document_id[0..2]`, in order of their numbers. */
export function listOf(map: FormMap | null): string[] {
  if (!map) return [];
  return Object.keys(map)
    .filter((key) => /^\d+$/.test(key))
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((key) => (typeof map[key] === "string" ? [map[key]] : []));
}

/**
 * One command of a batch: `method?key[inner]=value`, percent-encoded once, as a JSON body wants it. Key order is kept, because
 * the `task.checklistitem.*` methods read their parameters by position.
 */
export function commandLine(method: string, params: Params): string {
  const pairs: string[] = [];
  for (const [key, value] of Object.entries(params)) encode(pairs, encodeURIComponent(key), value);
  return pairs.length === 0 ? method : `${method}?${pairs.join("&")}`;
}

function encode(pairs: string[], name: string, value: ParamValue): void {
  if (value === undefined) return;
  if (value === null) pairs.push(`${name}=`);
  else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) encode(pairs, `${name}[${index}]`, each as ParamValue);
  } else if (typeof value === "object") {
    for (const [key, each] of Object.entries(value)) encode(pairs, `${name}[${encodeURIComponent(key)}]`, each);
  } else pairs.push(`${name}=${encodeURIComponent(typeof value === "boolean" ? (value ? "1" : "0") : String(value))}`);
}
