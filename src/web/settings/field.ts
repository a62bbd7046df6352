/** One setting on a form: where it stands in the document, what it may be, how it is shown and read back. */
import { html, raw } from "hono/html";
import { SEALED } from "../../core/channel/settings.ts";
import { signName } from "../../core/signal/sign-names.ts";
import { type Html, personName } from "../pages/layout.ts";

type Path = string;

/** `label`: the key of its words where the path itself carries a number; `optionWords`: what its options' words begin with. */
export type Field = { path: Path; label?: string; optionWords?: string } & (
  | { kind: "int"; min: number; max: number; unit?: "days" | "months" | "percent" | "count"; isOptional?: true }
  /** empty = the default, and nothing is stored */
  | { kind: "number"; min: number; max: number; usual?: number }
  /** several of a list */
  | { kind: "many"; options: readonly string[] }
  | { kind: "minute"; isOptional?: true }
  | { kind: "bool" }
  | { kind: "choice"; options: readonly string[]; isOptional?: true }
  | { kind: "owner" }
  | { kind: "owners" }
  | { kind: "template" }
  /** several templates, by id */
  | { kind: "templates" }
  /** what a property may hold: a number, yes or no, or words */
  | { kind: "value" }
  /** never shown again; left empty it stays */
  | { kind: "secret"; max: number }
  | { kind: "text"; max: number; isOptional?: true; isLong?: true }
  /** one entry per line */
  | { kind: "lines"; of: "day" | "country" | "word" | "sentence" }
  /** one `name = value` per line */
  | { kind: "pairs" }
);

/** What fields are drawn with. */
export interface FieldContext {
  /** label, hint (`path?`) and option (`path=option`) by key */
  words: Readonly<Record<string, string>>;
  owners: readonly string[];
  people: Readonly<Record<string, string>>;
  language: "en" | "ru" | "uk" | "ro";
  templates: readonly { value: string; label: string }[];
  none: string;
}

type Doc = Readonly<Record<string, unknown>>;

export function valueAt(doc: unknown, path: Path): unknown {
  return path.split(".").reduce<unknown>((at, key) => (at as Doc | undefined)?.[key], doc);
}

/** A copy of `doc` with `value` at `path`. */
export function withValue(doc: unknown, path: Path, value: unknown): Doc {
  const [key = "", ...rest] = path.split(".");
  const own = (doc ?? {}) as Doc;
  return { ...own, [key]: rest.length === 0 ? value : withValue(own[key], rest.join("."), value) };
}

function id(path: Path): string {
  return `f-${path.replaceAll(".", "-")}`;
}

/** Minutes after midnight as `HH:MM`. */
export function clock(minute: unknown): string {
  if (typeof minute !== "number") return "";
  const whole = Math.min(minute, 1439);
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}

/** `HH:MM` as minutes; null for anything else. 23:59 is taken for the end of the day. */
export function minuteOf(text: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (!match) return null;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return minute === 1439 ? 1440 : minute;
}

export function drawField(field: Field, doc: unknown, context: FieldContext): Html {
  const value = valueAt(doc, field.path);
  const named = field.label ?? field.path;
  const label = context.words[named] ?? named;
  const hint = context.words[`${named}?`];
  const hintId = `${id(field.path)}-hint`;
  const described = hint ? raw(` aria-describedby="${hintId}"`) : "";
  const under = hint ? html`<span class="soft small" id="${hintId}">${hint}</span>` : "";
  if (field.kind === "bool") {
    return html`<div><label class="check"><input type="checkbox" name="${field.path}" value="on"${value === true ? raw(" checked") : ""}${described}>${label}</label>${under}</div>`;
  }
  if (field.kind === "many" || field.kind === "templates")
    return html`<div class="all">${optionBoxes(field.path, choicesOf(field, context), value, label)}${under}</div>`;
  if (field.kind === "owners")
    return html`<div class="all">${ownerBoxes(field.path, value, label, context)}${under}</div>`;
  return html`<div><label for="${id(field.path)}">${label}</label>${control(field, value, context, described)}${under}</div>`;
}

type Choices = readonly (readonly [value: string, text: string])[];

/** The options of a field with their words. */
function choicesOf(
  field: Extract<Field, { kind: "choice" | "many" | "templates" }>,
  { words, templates, language }: FieldContext,
): Choices {
  if (field.kind === "templates") return templates.map((one) => [one.value, one.label] as const);
  const named = field.optionWords ?? `${field.label ?? field.path}=`;
  return field.options.map((one) => [one, words[`${named}${one}`] ?? signName(one, language)] as const);
}

function control(
  field: Exclude<Field, { kind: "bool" | "owners" | "many" | "templates" }>,
  value: unknown,
  context: FieldContext,
  described: unknown,
): Html {
  const name = field.path;
  const own = id(name);
  const text = value === null || value === undefined ? "" : String(value);
  switch (field.kind) {
    case "int":
      return html`<input type="number" id="${own}" name="${name}" min="${field.min}" max="${field.max}" value="${text}"${field.isOptional ? "" : raw(" required")}${described}>`;
    case "number":
      return html`<input type="number" id="${own}" name="${name}" min="${field.min}" max="${field.max}" step="any" value="${text}" placeholder="${field.usual ?? ""}"${described}>`;
    case "minute":
      return html`<input type="time" id="${own}" name="${name}" value="${clock(value)}"${field.isOptional ? "" : raw(" required")}${described}>`;
    case "secret":
      return html`<input type="text" autocomplete="off" spellcheck="false" id="${own}" name="${name}" maxlength="${field.max}" value="${text.startsWith(SEALED) ? "" : text}" placeholder="${text.startsWith(SEALED) ? "•••••••" : ""}"${described}>`;
    case "value":
      return html`<input type="text" id="${own}" name="${name}" maxlength="200" value="${text}"${described}>`;
    case "text":
      return field.isLong
        ? html`<textarea id="${own}" name="${name}" maxlength="${field.max}"${described}>${text}</textarea>`
        : html`<input type="text" id="${own}" name="${name}" maxlength="${field.max}" value="${text}"${described}>`;
    case "lines":
      return html`<textarea id="${own}" name="${name}"${described}>${(Array.isArray(value) ? value : []).join("\n")}</textarea>`;
    case "pairs":
      return html`<textarea id="${own}" name="${name}"${described}>${Object.entries((value ?? {}) as Doc)
        .map(([key, one]) => `${key} = ${one}`)
        .join("\n")}</textarea>`;
    case "choice":
      return options(
        own,
        name,
        [...(field.isOptional ? [["", context.none] as const] : []), ...choicesOf(field, context)],
        text,
        described,
      );
    case "owner":
      return options(
        own,
        name,
        [["", context.none], ...context.owners.map((one) => [one, personName(context, one)] as const)],
        text,
        described,
      );
    case "template":
      return options(
        own,
        name,
        context.templates.map((one) => [one.value, one.label] as const),
        text,
        described,
      );
  }
}

export function options(own: string, name: string, list: Choices, chosen: string, described: unknown = ""): Html {
  return html`<select id="${own}" name="${name}"${described}>${list.map(([value, text]) => html`<option value="${value}"${value === chosen ? raw(" selected") : ""}>${text}</option>`)}</select>`;
}

function ownerBoxes(name: string, value: unknown, label: string, context: FieldContext): Html {
  const chosen = Array.isArray(value) ? value : [];
  return html`<fieldset><legend>${label}</legend><div class="grid">${context.owners.map(
    (one) =>
      html`<label class="check"><input type="checkbox" name="${name}" value="${one}"${chosen.includes(one) ? raw(" checked") : ""}>${personName(context, one)}</label>`,
  )}</div></fieldset>`;
}

function optionBoxes(name: string, list: Choices, value: unknown, label: string): Html {
  const chosen = Array.isArray(value) ? value : [];
  return html`<fieldset><legend>${label}</legend><div class="grid">${list.map(
    ([one, text]) =>
      html`<label class="check"><input type="checkbox" name="${name}" value="${one}"${chosen.includes(one) ? raw(" checked") : ""}>${text}</label>`,
  )}</div></fieldset>`;
}

/** What a form says for a field; whatever is nonsense stays as typed, so that the schema names it. */
export function readField(field: Field, form: FormData): unknown {
  const text = String(form.get(field.path) ?? "").trim();
  switch (field.kind) {
    case "bool":
      return form.get(field.path) === "on";
    case "int":
      return text === "" ? null : Number.isNaN(Number(text)) ? text : Number(text);
    case "minute":
      return text === "" ? null : (minuteOf(text) ?? text);
    case "number":
      return text === "" ? undefined : Number.isNaN(Number(text)) ? text : Number(text);
    case "many":
    case "templates":
    case "owners":
      return form.getAll(field.path).map(String);
    case "lines":
      return text
        .split(field.of === "sentence" ? /\n+/ : /[\n,;]+/)
        .flatMap((one) => (one.trim() === "" ? [] : [field.of === "country" ? one.trim().toUpperCase() : one.trim()]));
    case "value":
      return text === "" ? undefined : scalarOf(text);
    case "secret":
      return text === "" ? undefined : text;
    case "pairs":
      return Object.fromEntries(
        text
          .split(/\n+/)
          .filter((line) => line.trim() !== "")
          .map((line) => [line.split("=")[0]!.trim(), line.slice(line.indexOf("=") + 1).trim()]),
      );
    case "text":
      return text === "" && field.isOptional ? null : text;
    case "choice":
      return text === "" && field.isOptional ? null : text;
    case "owner":
    case "template":
      return text;
  }
}

/** `12` is a number, `true` and `false` are what they say, anything else is words. */
function scalarOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}
