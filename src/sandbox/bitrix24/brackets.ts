import type { Params } from "./types.ts";

const decode = (text: string): string => {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};

/** `a[b][]` -> ["a", "b", ""] */
function pathOf(key: string): string[] {
  const open = key.indexOf("[");
  if (open <= 0) return [key];
  const path = [key.slice(0, open)];
  for (let at = open; key[at] === "["; ) {
    const close = key.indexOf("]", at);
    if (close < 0) break;
    path.push(key.slice(at + 1, close));
    at = close + 1;
  }
  return path;
}

type Node = Map<string, Node | string>;

function put(root: Node, path: readonly string[], value: string): void {
  let node = root;
  for (let at = 0; at < path.length; at++) {
    const name = path[at] === "" && at > 0 ? String(node.size) : path[at]!;
    if (at === path.length - 1) {
      node.set(name, value);
      return;
    }
    let next = node.get(name);
    if (!(next instanceof Map)) {
      next = new Map();
      node.set(name, next);
    }
    node = next;
  }
}

/** A PHP array whose keys are 0..n-1 is a list. */
function plain(node: Node): unknown {
  let index = 0;
  let list = node.size > 0;
  for (const key of node.keys()) {
    if (key !== String(index++)) {
      list = false;
      break;
    }
  }
  if (list) return [...node.values()].map((value) => (value instanceof Map ? plain(value) : value));
  const object: Params = Object.create(null);
  for (const [key, value] of node) object[key] = value instanceof Map ? plain(value) : value;
  return object;
}

/** A query string or form body with PHP bracket keys, as nested objects and lists of strings. Key order is kept. */
export function parseForm(text: string): Params {
  const root: Node = new Map();
  if (text !== "") {
    for (const pair of text.split("&")) {
      if (pair === "") continue;
      const at = pair.indexOf("=");
      const key = decode(at < 0 ? pair : pair.slice(0, at));
      put(root, pathOf(key), at < 0 ? "" : decode(pair.slice(at + 1)));
    }
  }
  const object: Params = Object.create(null);
  for (const [key, value] of root) object[key] = value instanceof Map ? plain(value) : value;
  return object;
}

/** The other way round: nested data as `a[b][c]=…`, the form in which events are sent. Null and undefined are left out. */
export function encodeForm(data: Record<string, unknown>): string {
  const parts: string[] = [];
  const walk = (key: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(`${key}[${index}]`, item);
    } else if (typeof value === "object") {
      for (const [name, item] of Object.entries(value)) walk(`${key}[${name}]`, item);
    } else {
      parts.push(`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`);
    }
  };
  for (const [key, value] of Object.entries(data)) walk(key, value);
  return parts.join("&");
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object or a list as entries, the way PHP reads an array. */
export const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/** Values of an object, a list, or one value. */
export function listOf(value: unknown): unknown[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value;
  return typeof value === "object" ? Object.values(value) : [value];
}

/** An empty object as PHP serialises it: `[]`. */
export const orEmptyList = (object: Record<string, unknown>): unknown =>
  Object.keys(object).length === 0 ? [] : object;
