/** Two people's changes to one document, brought together: what only one of them touched is taken as it is, the rest is named. */

type Doc = Readonly<Record<string, unknown>>;

export interface Merged {
  /** with both sides' changes; where they clash, `mine` */
  body: unknown;
  /** dotted paths that both changed, each to something else */
  clashes: readonly string[];
}

/** @param base what both began from */
export function mergeThree(base: unknown, theirs: unknown, mine: unknown, path = ""): Merged {
  if (same(base, theirs) || same(theirs, mine)) return { body: mine, clashes: [] };
  if (same(base, mine)) return { body: theirs, clashes: [] };
  if (isDoc(theirs) && isDoc(mine)) return mergeDocs(isDoc(base) ? base : {}, theirs, mine, path);
  const lists = [base ?? [], theirs, mine].map(byName);
  const [known, one, other] = lists;
  if (!known || !one || !other) return { body: mine, clashes: [path] };
  const { body, clashes } = mergeDocs(
    Object.fromEntries(known),
    Object.fromEntries(one),
    Object.fromEntries(other),
    path,
  );
  const entries = body as Doc;
  const names = [...new Set([...other.keys(), ...one.keys()])].filter((name) => entries[name] !== undefined);
  return { body: names.map((name) => entries[name]), clashes };
}

function mergeDocs(base: Doc, theirs: Doc, mine: Doc, path: string): Merged {
  const body: Record<string, unknown> = {};
  const clashes: string[] = [];
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const merged = mergeThree(base[key], theirs[key], mine[key], path === "" ? key : `${path}.${key}`);
    if (merged.body !== undefined) body[key] = merged.body;
    clashes.push(...merged.clashes);
  }
  return { body, clashes };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isDoc(value: unknown): value is Doc {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list's entries by name; null where an entry has none or two share one. */
function byName(list: unknown): ReadonlyMap<string, unknown> | null {
  if (!Array.isArray(list)) return null;
  const found = new Map<string, unknown>();
  for (const entry of list) {
    const name = entryName(entry);
    if (name === null || found.has(name)) return null;
    found.set(name, entry);
  }
  return found;
}

/** What tells an entry of a list from its neighbours; null where nothing does. */
export function entryName(entry: unknown): string | null {
  const { id, key, name: called, version } = (entry ?? {}) as Doc;
  const name = [id, key, called].find((one) => typeof one === "string");
  if (name === undefined) return null;
  return typeof version === "number" ? `${name}@${version}` : String(name);
}

/** The part of `value` that differs from `usual`; undefined where nothing does. Lists are taken whole. */
export function ownPart(value: unknown, usual: unknown): unknown {
  if (same(value, usual)) return undefined;
  if (!isDoc(value) || !isDoc(usual)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, ownPart(one, usual[key])] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}
