/** A difference between two configurations in words: what the setting is called, and its value as the form shows it. */
import { KPI_WORDS } from "../../core/kpi/words.ts";
import type { Language } from "../../core/model.ts";
import { ruleNameIn } from "../../core/plan/words.ts";
import { signName } from "../../core/signal/sign-names.ts";
import { personName } from "../pages/layout.ts";
import type { EntryList } from "./entries.ts";
import { clock, type Field, type FieldContext } from "./field.ts";
import type { RowsContext } from "./rows.ts";
import { SECTIONS } from "./sections.ts";

type Context = Pick<RowsContext, "w" | "words" | "people" | "language" | "templates">;

interface Named {
  name: string;
  /** how its values are said; null: as they are */
  field: Pick<Field, "kind"> | null;
}

const FIELDS: ReadonlyMap<string, Field> = new Map(
  SECTIONS.flatMap(({ fields }) => fields.map((field) => [field.path, field] as const)),
);
const LISTS: readonly EntryList[] = SECTIONS.flatMap(({ lists }) => lists ?? []);

/** What a dotted path of `compareSettings` means to a person. */
export function changeName(path: string, at: Context): string {
  return named(path, at).name;
}

/** A value of that path as a person reads it. */
export function changeValue(path: string, value: string, at: Context): string {
  const { field } = named(path, at);
  return field === null ? plainValue(path, value, at) : fieldValue(field as Field, value, at);
}

function named(path: string, at: Context): Named {
  const field = FIELDS.get(path) ?? FIELDS.get(path.replace(/\.\d+$/, ""));
  if (field) return { name: at.words[field.label ?? field.path] ?? inWords(field.path), field };
  return listEntry(path, at) ?? { name: rowName(path, at) ?? inWords(path), field: null };
}

/** `people.rules.7.who`: the list, the entry and its part. */
function listEntry(path: string, at: Context): Named | null {
  const list = LISTS.find((one) => path.startsWith(`${one.path}.`));
  if (!list) return null;
  const rest = path.slice(list.path.length + 1);
  const plain = list.record?.plain;
  const field = list.fields.find((one) => (plain ? one.path === plain : rest.endsWith(`.${one.path}`)));
  const entry = field && !plain ? rest.slice(0, -field.path.length - 1) : rest;
  const part = field && (at.words[field.label ?? `${list.path}.*.${field.path}`] ?? inWords(field.path));
  const key = list.fields.find((one) => one.path === list.key);
  const title = key ? fieldValue(key, entry, at) : entry;
  const under = field && field.path === list.key ? field : null;
  const name = [at.words[list.path] ?? inWords(list.path), under ? null : title].filter((one) => one !== null);
  return { name: `${name.join(": ")}${part ? `, ${part}` : ""}`, field: field ?? null };
}

/** Settings that are tables. */
function rowName(path: string, { w, words, people, language, templates }: Context): string | null {
  const parts = path.split(".");
  const last = parts.at(-1)!;
  if (parts[0] === "signs") return `${w.threshold}: ${signName(last, language)}`;
  if (path.startsWith("kpi.targets.")) {
    const kpi = KPI_WORDS[`kpi.${parts[2]}.name`]?.[language] ?? inWords(parts[2]!);
    return `${kpi}: ${last === "yellow" ? w.yellowTo : w.target}`;
  }
  if (path.startsWith("ladders.ladders.")) {
    const part = last === "workMinutes" ? `rung.after` : last === "days" ? "rung.after" : `rung.${last}`;
    if (parts[3] === undefined) return words[`ladder.${parts[2]}`]!;
    return `${words[`ladder.${parts[2]}`]}: ${rungName(parts[3])}${words[part] ? `, ${words[part]}` : ""}`;
  }
  if (path.startsWith("people.managerOf."))
    return `${words.managers}: ${personName({ people, language }, parts.slice(2).join("."))}`;
  if (path.startsWith("people.absences."))
    return `${words.absences} ${parts[2]}${words[last] ? `, ${words[last]}` : ""}`;
  if (parts[0] === "triggers") return words.trigger!;
  if (parts[0] === "templateRules") return ruleName(path, words, language);
  if (path.startsWith("texts.model")) return words[path] ?? words["texts.model"]!;
  if (parts[0] === "templates") {
    const [id, version] = parts[1]!.split("@");
    const title = templates.find((one) => one.value === id)?.label ?? inWords(id!);
    const part = inWords(parts.slice(2).join("."));
    return `${words["rule.template"]}: ${title}${version ? `, ${version}` : ""}${part === "" ? "" : ` (${part})`}`;
  }
  return words[path] ?? null;
}

const RULE_PARTS: Readonly<Record<string, string>> = {
  name: "rule.name",
  templateId: "rule.template",
  lengthDays: "rule.length",
  value: "rule.value",
  is: "rule.is",
  fact: "rule.fact",
  options: "rule.options",
};

/** A rule's own name may have dots in it. */
function ruleName(path: string, words: Readonly<Record<string, string>>, language: Language): string {
  const rest = path.slice("templateRules.".length);
  const cut = rest.lastIndexOf(".when.") < 0 ? rest.lastIndexOf(".") : rest.indexOf(".when.");
  const part = words[RULE_PARTS[rest.slice(rest.lastIndexOf(".") + 1)] ?? ""];
  return `${words.templateRules}: ${ruleNameIn(cut < 0 ? rest : rest.slice(0, cut), language)}${part ? `, ${part}` : ""}`;
}

/** Rungs are told apart by their ids, which people never chose. */
function rungName(id: string): string {
  return `“${inWords(id)}”`;
}

function plainValue(path: string, value: string, { w, words, people, language, templates }: Context): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
  if (value === "true") return w.yes;
  if (value === "false") return w.no;
  if (path.startsWith("people.managerOf.") || last === "ownerId") return personName({ people, language }, value);
  if (path.startsWith("ladders.ladders.")) {
    if (last === "workMinutes") return `${Number(value) / 60} ${words["rung.work"]}`;
    if (last === "days") return `${value} ${words["rung.days"]}`;
    return words[`who.${value}`] ?? words[`action.${value}`] ?? inWords(value);
  }
  if (last === "templateId") return templates.find((one) => one.value === value)?.label ?? inWords(value);
  if (path.startsWith("templateRules.") && last === "options")
    return value
      .split(", ")
      .map((one) => words[`rule.options=${one}`] ?? inWords(one))
      .join("; ");
  if (last === "fact") return words[`fact.${value}`] ?? inWords(value);
  if (path.startsWith("triggers.") && last === "on") return words[`trigger.${value}`] ?? inWords(value);
  return value;
}

function fieldValue(field: Field, value: string, at: Context): string {
  const { w, words, people, language, templates } = at;
  const several = (say: (one: string) => string) => value.split(", ").map(say).join(", ");
  switch (field.kind) {
    case "bool":
      return value === "true" ? w.yes : w.no;
    case "minute":
      return clock(Number(value));
    case "owner":
      return personName({ people, language }, value);
    case "owners":
      return several((one) => personName({ people, language }, one));
    case "template":
    case "templates":
      return several((one) => templates.find(({ value: id }) => id === one)?.label ?? inWords(one));
    case "choice":
    case "many": {
      const option = field.optionWords ?? `${field.label ?? field.path}=`;
      return several((one) => words[`${option}${one}`] ?? words[`language=${one}`] ?? optionName(one, at));
    }
    default:
      return value;
  }
}

function optionName(option: string, { language }: Pick<FieldContext, "language">): string {
  return /^[A-Z]$/.test(option) ? option : signName(option, language);
}

/** `plan.quietHours.from_minute` → "plan quiet hours from minute": what only the file names, without its spelling. */
function inWords(path: string): string {
  return path
    .replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replaceAll(/[._]/g, " ")
    .trim();
}
