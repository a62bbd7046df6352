/** Puts the monthly review and the alerts into words: numbers, titles of our own texts and codes, never a name. */
import { CHURN_REASON_OPTIONS } from "../field-options.ts";
import type { FactValue, Language, TextRef } from "../model.ts";
import type { Template } from "../plan/template.ts";
import { pluralForm, renderText } from "../text/render.ts";
import { type Month, startOfMonth } from "./client.ts";
import type { KpiUnit, KpiValue } from "./measure.ts";
import { asked, type MonthlyReview } from "./review.ts";
import { topicTitle } from "./topics.ts";
import { KPI_WORDS } from "./words.ts";

const DAY_MS = 86_400_000;
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", ru: "ru-RU", uk: "uk-UA", ro: "ro-RO" };

/** The words behind codes, in the language of the text; null where nobody has named one. */
export interface Titles {
  phase(key: string): string | null;
  step(key: string): string | null;
  /** a letter, by the id of its text */
  letter(id: string): string | null;
}

/** Titles of phases and steps, from whichever of the templates has them, the first one first; a letter is called like its step. */
export function titlesIn(templates: readonly Template[], language: Language): Titles {
  const words = (title: Readonly<Partial<Record<Language, string>>> | undefined) =>
    title ? (title[language] ?? title.en ?? Object.values(title)[0] ?? null) : null;
  const step = (key: string) => words(templates.flatMap((one) => one.steps).find((one) => one.key === key)?.title);
  return {
    phase: (key) => words(templates.flatMap((one) => one.phases).find((one) => one.key === key)?.title),
    step,
    letter: step,
  };
}

/** "March 2026". */
export function sayMonth(month: Month, language: Language): string {
  const form = { timeZone: "UTC", month: "long", year: "numeric" } as const;
  return new Intl.DateTimeFormat(LOCALES[language], form).format(startOfMonth(month) * DAY_MS);
}

/** A sentence of the key figures. @throws Error for a text that does not exist, or whose parameter is missing */
export function sayKpi(ref: TextRef, titles: Titles, language: Language): string {
  const words = KPI_WORDS[ref.id];
  if (!words) throw new Error(`There is no text "${ref.id}".`);
  const params = ref.params ?? {};
  const source = words[language].replaceAll(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, forms?: string) =>
    forms === undefined ? `{{${name}}}` : `{{${name}}} ${formFor(params[name], forms, language)}`,
  );
  const { text, missing } = renderText(source, { language, values: shown(params, titles, language) });
  if (missing.length > 0) throw new Error(`The text "${ref.id}" needs ${missing.join(", ")}.`);
  return text;
}

/** The form of a word behind a figure, as the figure is shown; forms are written one, few, many. */
function formFor(value: FactValue | undefined, forms: string, language: Language): string {
  return pluralForm(typeof value === "number" ? Math.round(value * 10) / 10 : 0, forms.split(","), language);
}

/** Title and body of the review's task. */
export function sayReview(review: MonthlyReview, titles: Titles, language: Language): { title: string; body: string } {
  const say = (id: string, params: Readonly<Record<string, FactValue>> = {}) =>
    sayKpi({ id, params }, titles, language);
  const { stage, task, question, message, changes, figures } = review;
  const found = [
    stage ? say("kpi.review.stage", { ...stage }) : say("kpi.review.no_stage"),
    task ? say("kpi.review.repeated", { ...task }) : say("kpi.review.no_repeated"),
    ...(question ? [say("kpi.review.asked", asked(question))] : []),
    message ? say(`kpi.review.weakest_${message.measure}`, { ...message }) : say("kpi.review.no_weakest"),
  ];
  const advice = changes.map((one) => `• ${sayKpi(one, titles, language)}`);
  const known = figures.filter((one) => one.value !== null).map((one) => `• ${sayFigure(one, language)}`);
  const parts = [
    found.join("\n"),
    [say("kpi.review.changes"), ...(advice.length > 0 ? advice : [say("kpi.review.no_changes")])].join("\n"),
    [say("kpi.review.figures"), ...(known.length > 0 ? known : [say("kpi.no_data")])].join("\n"),
  ];
  return {
    title: say("kpi.review.title", { month: sayMonth(review.month, language) }),
    body: parts.join("\n\n"),
  };
}

/** "Early churn: 4.2 % (< 5 %; n = 24)". */
function sayFigure({ name, value, unit, target, n }: KpiValue, language: Language): string {
  const goal = target
    ? `${target.op.replace("<=", "≤").replace(">=", "≥")} ${amount(target.value, unit, language)}; `
    : "";
  const said = KPI_WORDS[name.id]?.[language] ?? name.id;
  return `${said}: ${amount(value!, unit, language)} (${goal}n = ${n})`;
}

function amount(value: number, unit: KpiUnit, language: Language): string {
  if (unit === "percent") return `${figure(value, language)}\u00a0%`;
  if (unit === "days") return sayKpi({ id: "kpi.unit.days", params: { days: value } }, NO_TITLES, language);
  return figure(value, language);
}

const NO_TITLES: Titles = { phase: () => null, step: () => null, letter: () => null };

/** One decimal at most, as the language writes it. */
function figure(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1 }).format(value);
}

/** Days of which half are not over yet are said as "at least". */
const AT_LEAST = ["days", "now"];

function shown(
  params: Readonly<Record<string, FactValue>>,
  titles: Titles,
  language: Language,
): Readonly<Record<string, string>> {
  const named: Readonly<Record<string, (code: string) => string | null>> = {
    phase: titles.phase,
    code: titles.step,
    text: titles.letter,
    topic: (code) => topicTitle(code, language),
    reason: (code) => CHURN_REASON_OPTIONS.find((one) => one.code === code)?.label[language] ?? null,
  };
  const values = Object.entries(params).flatMap(([name, value]): [string, string][] => {
    if (value === null) return [];
    if (typeof value !== "number") return [[name, named[name]?.(String(value)) ?? String(value)]];
    const least = params.isAtLeast === true && AT_LEAST.includes(name) ? "≥ " : "";
    return [[name, least + figure(value, language)]];
  });
  return Object.fromEntries(values);
}
