/** Words of pages: one table per page, four languages side by side. */
import { LANGUAGES, type Language } from "../core/model.ts";
import { pluralise, withUnits } from "../core/text/render.ts";

/** English, Russian, Ukrainian, Romanian. */
export type Four = readonly [en: string, ru: string, uk: string, ro: string];

/** Turns a table into one set of words per language. */
export function speaker<K extends string>(
  table: Readonly<Record<K, Four>>,
): (language: Language) => Readonly<Record<K, string>> {
  const sets = LANGUAGES.map((_, at) =>
    Object.fromEntries(Object.entries<Four>(table).map(([name, texts]) => [name, texts[at]!])),
  );
  return (language) => sets[LANGUAGES.indexOf(language)] as Readonly<Record<K, string>>;
}

/** `{name}` in a text becomes the parameter; parameters are plain text. */
export function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  const full = text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) =>
    name in params ? String(params[name]) : whole,
  );
  return withUnits(full);
}

/** A count with its word: forms are separated by `|`, as a language needs them (one|few|many). */
export function count(n: number, forms: string, language: Language): string {
  return pluralise(n, forms.split("|"), language);
}
