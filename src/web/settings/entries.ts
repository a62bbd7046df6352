/** Settings that are lists of entries, or named by a key: each entry is a small form of ordinary fields. */
import { html } from "hono/html";
import { type Html, personName } from "../pages/layout.ts";
import { drawField, type Field, type FieldContext, readField, valueAt, withValue } from "./field.ts";

export interface EntryList {
  path: string;
  /** the field without which there is no entry; in a record it is the name */
  key: string;
  /** a record of entries by name; `plain`: of bare values, shown under this field */
  record?: { plain?: string };
  fields: readonly Field[];
}

type Doc = Readonly<Record<string, unknown>>;

/** What a list holds, each entry with its key among its fields. */
function entriesOf({ path, key, record }: EntryList, doc: unknown): readonly Doc[] {
  const found = valueAt(doc, path);
  if (!record) return Array.isArray(found) ? (found as Doc[]) : [];
  const all = Object.entries((found ?? {}) as Readonly<Record<string, unknown>>);
  return all.map(([name, value]) =>
    record.plain ? { [key]: name, [record.plain]: value } : { [key]: name, ...(value as Doc) },
  );
}

export function drawEntries(list: EntryList, doc: unknown, context: FieldContext, newEntry: string): Html {
  const { path } = list;
  const hint = context.words[`${path}?`];
  const entries = entriesOf(list, doc);
  const parts = [...entries, null].map((entry, at) => {
    const title = entry ? titleOf(list, entry, context) : newEntry;
    const shown = withValue({}, path, [...Array.from({ length: at }, () => null), entry ?? {}]);
    const fields = list.fields.map((field) =>
      drawField(
        { ...field, path: `${path}.${at}.${field.path}`, label: field.label ?? `${path}.*.${field.path}` },
        shown,
        context,
      ),
    );
    const drop = entry
      ? html`<label class="check"><input type="checkbox" name="${path}.${at}.drop" value="on">${context.words["rung.drop"]}<span class="hidden">: ${title}</span></label>`
      : "";
    return html`<details class="entry"><summary>${title}</summary><div role="group" aria-label="${title}"><input type="hidden" name="${path}.${at}.was" value="${entry ? String(entry[list.key]) : ""}"><div class="grid">${fields}</div>${drop}</div></details>`;
  });
  return html`<h2>${context.words[path] ?? path}</h2>${hint ? html`<p class="soft small">${hint}</p>` : ""}${parts}`;
}

function titleOf({ key, fields }: EntryList, entry: Doc, context: FieldContext): string {
  const text = String(entry[key] ?? "");
  return fields.find((field) => field.path === key)?.kind === "owner" ? personName(context, text) : text;
}

/** What the form says of a list, put into a copy of the document. What no field shows is kept with its entry. */
export function readEntries(list: EntryList, doc: unknown, form: FormData): Doc {
  const { path, key, record } = list;
  const known = entriesOf(list, doc);
  const entries = numbersOf(form, path).flatMap((at): Doc[] => {
    const part = (name: string) => String(form.get(`${path}.${at}.${name}`) ?? "").trim();
    if (part(key) === "" || part("drop") === "on") return [];
    const old = known[at];
    const was = old !== undefined && String(old[key]) === part("was") ? old : {};
    return [list.fields.reduce<Doc>((entry, field) => readInto(entry, field, `${path}.${at}.`, form), was)];
  });
  if (!record) return withValue(doc, path, entries);
  const named = entries.map(({ [key]: name, ...rest }) => [
    String(name),
    record.plain ? (rest[record.plain] ?? "") : rest,
  ]);
  return withValue(doc, path, Object.fromEntries(named));
}

/** What was never there stays so while nothing is entered. */
function readInto(entry: Doc, field: Field, prefix: string, form: FormData): Doc {
  const value = readField({ ...field, path: `${prefix}${field.path}` }, form);
  if (field.kind === "secret" && value === undefined) return entry;
  const isNothing =
    value === undefined || value === null || value === "" || value === false || (Array.isArray(value) && !value.length);
  if (!isNothing || field.kind === "owners") return withValue(entry, field.path, value);
  return valueAt(entry, field.path) === undefined ? entry : withValue(entry, field.path, emptyOf(field, value));
}

/** An entry's optional part that was taken out: text as empty, everything else as not there. */
function emptyOf(field: Field, value: unknown): unknown {
  return field.kind === "many" || field.kind === "templates" || field.kind === "bool" ? value : undefined;
}

function numbersOf(form: FormData, path: string): readonly number[] {
  const found = new Set<number>();
  for (const name of form.keys()) {
    if (!name.startsWith(`${path}.`)) continue;
    const at = Number(name.slice(path.length + 1).split(".")[0]);
    if (Number.isSafeInteger(at) && at >= 0 && at < 1000) found.add(at);
  }
  return [...found].sort((a, b) => a - b);
}
