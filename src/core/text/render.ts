/**
 * Texts with merge fields. `{{name}}` is a field, `{{name:format}}` formats it, `{{name|stand-in}}` says what stands in for a missing value,
 * and `[[ … ]]` is a passage that is dropped when one of its fields is missing. A text with a field that stays open is never to be used.
 */
import type { FactValue, Language } from "../model.ts";
import { own } from "../own.ts";
import { mergeField } from "./fields.ts";

const DAY_MS = 86_400_000;

export type Target = "plain" | "html" | "bbcode";

export interface RenderOptions {
  language: Language;
  values: Readonly<Record<string, FactValue | undefined>>;
  target?: Target;
  /** title of a plan step, for lists of steps */
  titleOf?: (stepKey: string) => string | null;
  /** the words behind a text id, for fields with the formats `ref`, `codes` and `rule` */
  textOf?: (id: string) => string | null;
}

export interface Rendered {
  text: string;
  /** fields that had neither a value nor a stand-in; the text must not be sent while there are any */
  missing: readonly string[];
}

/** A field as a text uses it. */
export interface FieldUse {
  name: string;
  format: string | null;
  hasFallback: boolean;
  /** inside a passage that is dropped when the field is missing */
  isOptional: boolean;
}

const FIELD = /\{\{\s*([a-zA-Z][a-zA-Z0-9_.]*)\s*(?::([^|}]*))?(?:\|([^}]*))?\}\}/g;
const PASSAGE = /\[\[([\s\S]*?)\]\]/g;

/** Every field a text uses, in order of appearance, doubles included. */
export function fieldsIn(source: string): FieldUse[] {
  const uses: (FieldUse & { at: number })[] = [];
  const passages = [...source.matchAll(PASSAGE)].map((match) => [match.index, match.index + match[0].length] as const);
  for (const match of source.matchAll(FIELD)) {
    const at = match.index;
    uses.push({
      name: match[1]!,
      format: match[2]?.trim() || null,
      hasFallback: match[3] !== undefined || Boolean(mergeField(match[1]!)?.fallback),
      isOptional: passages.some(([from, to]) => at >= from && at < to),
      at,
    });
  }
  return uses.map(({ at: _, ...use }) => use);
}

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", ru: "ru-RU", uk: "uk-UA", ro: "ro-RO" };
/** Which of a text's plural forms a language's category picks; forms are written one, few, many/other. */
const PLURAL_FORMS: Readonly<Record<Language, readonly Intl.LDMLPluralRule[]>> = {
  en: ["one", "other"],
  ru: ["one", "few", "many", "other"],
  uk: ["one", "few", "many", "other"],
  ro: ["one", "few", "other"],
};

interface Formatters {
  date: Intl.DateTimeFormat;
  weekday: Intl.DateTimeFormat;
  number: Intl.NumberFormat;
  plural: Intl.PluralRules;
}

const formatters = new Map<Language, Formatters>();

function formattersOf(language: Language): Formatters {
  const known = formatters.get(language);
  if (known) return known;
  const locale = LOCALES[language];
  const made: Formatters = {
    date: new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" }),
    weekday: new Intl.DateTimeFormat(locale, { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" }),
    number: new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }),
    plural: new Intl.PluralRules(locale),
  };
  formatters.set(language, made);
  return made;
}

/** A calendar day in words: "14 April 2026"; `weekday`: "Tuesday, 14 April". */
export function formatDayIn(day: number, language: Language, style: "date" | "weekday" = "date"): string {
  return formattersOf(language)[style].format(day * DAY_MS);
}

/** A count with the right form of its word: `pluralise(5, ["день", "дня", "дней"], "ru")` is "5 дней". */
export function pluralise(count: number, forms: readonly string[], language: Language): string {
  return `${formattersOf(language).number.format(count)} ${pluralForm(count, forms, language)}`.trim();
}

/** A number and the sign of its unit stay on one line: "−100 %", "14 дн.". */
export function withUnits(text: string): string {
  return text.replace(/(\d) (?=%|дн\.)/g, "$1\u00a0");
}

/** The right form of a word behind a count: `pluralForm(20, ["zi", "zile", "de zile"], "ro")` is "de zile". */
export function pluralForm(count: number, forms: readonly string[], language: Language): string {
  const at = PLURAL_FORMS[language].indexOf(formattersOf(language).plural.select(count));
  return forms[Math.min(at < 0 ? forms.length - 1 : at, forms.length - 1)] ?? "";
}

/** Values come from people: control characters go, and nothing in them may become markup. */
function escapeFor(text: string, target: Target): string {
  if (target === "html") {
    return text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;")
      .replaceAll("\n", "<br>\n");
  }
  // A zero-width space behind the bracket is invisible and keeps "[url]" from being a tag.
  return target === "bbcode" ? text.replaceAll("[", "[\u200b") : text;
}

function clean(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed here
  return value.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ").trim();
}

function linkFor(url: string, target: Target): string | null {
  if (!/^https?:\/\/[^\s"'<>[\]]+$/.test(url)) return null;
  if (target === "html") return `<a href="${escapeFor(url, "html")}">${escapeFor(url, "html")}</a>`;
  return target === "bbcode" ? `[url]${url}[/url]` : url;
}

/** `key@day;key@day` as lines "— Tuesday, 14 April: Kickoff". */
function listItems(value: string, options: RenderOptions): string | null {
  const lines = value.split(";").flatMap((item) => {
    const [key = "", day = ""] = item.split("@");
    const title = options.titleOf?.(key);
    return title && /^-?\d+$/.test(day) ? [`— ${formatDayIn(Number(day), options.language, "weekday")}: ${title}`] : [];
  });
  return lines.length === 0 ? null : lines.join("\n");
}

/** A value in its format, escaped; null where the value is missing or of the wrong type. */
function formatValue(use: { name: string; format: string | null }, options: RenderOptions): string | null {
  const target = options.target ?? "plain";
  const value = own(options.values, use.name);
  if (value === null || value === undefined) return null;
  const [format = "", ...rest] = (use.format ?? defaultFormat(use.name)).split(" ");
  if (format === "date" || format === "weekday") {
    return Number.isInteger(value) ? escapeFor(formatDayIn(value as number, options.language, format), target) : null;
  }
  if (format === "number" || format === "plural") {
    if (typeof value !== "number" || !Number.isFinite(value)) return null;
    if (format === "number") {
      return escapeFor(formattersOf(options.language).number.format(value).replace(/^-/, "−"), target);
    }
    return escapeFor(pluralise(value, rest.join(" ").split(","), options.language), target);
  }
  const text = clean(String(value));
  if (text === "") return null;
  if (format === "link") return linkFor(text, target);
  if (format === "ref") {
    const words = options.textOf?.(text);
    return words ? escapeFor(words, target) : null;
  }
  if (format === "rule") return escapeFor(options.textOf?.(`rule.${text}`) ?? text, target);
  if (format === "codes") return escapeFor(sayCodes(text, options), target);
  if (format === "items") {
    const list = listItems(text, options);
    return list === null ? null : escapeFor(list, target);
  }
  return escapeFor(text, target);
}

/** Codes of ours in words: `deal_owner:inactive,fallback:inactive` is "the deal's owner (not active), the substitute (not active)". */
function sayCodes(text: string, { textOf }: RenderOptions): string {
  const say = (code: string) => textOf?.(`code.${code}`) ?? code.replace(/^x\./, "").replaceAll("_", " ");
  const parts = text.split(",").map((one) => one.split(":").map(say));
  return parts.map(([what, why]) => (why === undefined ? what : `${what} (${why})`)).join(", ");
}

function defaultFormat(name: string): string {
  const type = mergeField(name)?.type;
  if (type === "date" || type === "number" || type === "link") return type;
  return type === "list" ? "items" : "text";
}

function fill(source: string, options: RenderOptions, missing: string[]): string {
  const target = options.target ?? "plain";
  let text = "";
  let from = 0;
  /** A value that ends in a full stop ("2026 р.", "Acme Inc.") ends the sentence with it. */
  const upTo = (end?: number): string =>
    source.slice(text.endsWith(".") && isStop(source, from) ? from + 1 : from, end);
  for (const match of source.matchAll(FIELD)) {
    text += escapeOwn(upTo(match.index), target);
    from = match.index + match[0].length;
    const name = match[1]!;
    const value = formatValue({ name, format: match[2]?.trim() || null }, options);
    const standIn = match[3]?.trim() || mergeField(name)?.fallback?.[options.language];
    if (value !== null) text += value;
    else if (standIn) text += escapeOwn(standIn, target);
    else missing.push(name);
  }
  return text + escapeOwn(upTo(), target);
}

/** One full stop, not the first of several. */
function isStop(source: string, at: number): boolean {
  return source[at] === "." && source[at + 1] !== ".";
}

/** The author's own words: markup of the target is theirs in bbcode, in HTML they write plain text. */
function escapeOwn(text: string, target: Target): string {
  return target === "html" ? escapeFor(text, "html") : text;
}

/** Fills a text. The result has no field left in it; `missing` names those that should have had a value. */
export function renderText(source: string, options: RenderOptions): Rendered {
  const missing: string[] = [];
  const passages: string[] = [];
  // Passages are decided first, so that a value that looks like a passage stays a value.
  const outside = source.split(PASSAGE);
  outside.forEach((part, at) => {
    const open: string[] = [];
    const text = fill(part, options, open);
    const isPassage = at % 2 === 1;
    if (isPassage && open.length > 0) return;
    passages.push(text);
    missing.push(...open);
  });
  const text = passages
    .join("")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/(?:<br>\n){3,}/g, "<br>\n<br>\n")
    .trim();
  return { text: withUnits(text), missing };
}
