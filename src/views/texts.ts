/** Texts by reference, for screens: in the viewer's language, without names. */
import { ESCALATION_WORDS } from "../core/escalate/words.ts";
import { KPI_WORDS } from "../core/kpi/words.ts";
import type { FactValue, Language, TextRef } from "../core/model.ts";
import type { Template } from "../core/plan/template.ts";
import { PLAN_WORDS } from "../core/plan/words.ts";
import { formatDayIn, pluralise, renderText } from "../core/text/render.ts";
import type { Portal } from "../portal-open.ts";

type Words = Readonly<Record<string, Readonly<Record<Language, string>>>>;
const OWN_WORDS: Words = { ...PLAN_WORDS, ...ESCALATION_WORDS, ...KPI_WORDS };

/** A text as a person reads it; a reference without words shows its id, so that nothing is silently empty. */
export function sayRef(portal: Portal, ref: TextRef, language: Language): string {
  try {
    return portal.engine().texts.render(ref, language, {});
  } catch {
    const source = OWN_WORDS[ref.id]?.[language];
    return source === undefined
      ? ref.id
      : fillBraces(renderText(source, { language, values: ref.params ?? {} }).text, ref.params ?? {}, language);
  }
}

/** The title of a plan's step. */
export function sayStep(
  portal: Portal,
  template: Pick<Template, "id" | "version">,
  step: string,
  language: Language,
): string {
  return sayRef(portal, { id: `template:${template.id}:${template.version}:step:${step}:title`, params: {} }, language);
}

/** Words of key figures and ladders name their parameters in single braces, some with the forms of the word behind: `{days:day,days}`. */
function fillBraces(source: string, params: Readonly<Record<string, FactValue>>, language: Language): string {
  return source.replace(/\{([a-zA-Z_]+)(?::([^}]*))?\}/g, (_, name: string, forms?: string) => {
    const value = params[name];
    if (value === null || value === undefined) return "–";
    if (forms !== undefined) return pluralise(Math.round(Number(value) * 10) / 10, forms.split(","), language);
    if (typeof value !== "number") return String(value);
    return /(?:day|since|until|on)$/i.test(name) && value > 10_000
      ? formatDayIn(value, language)
      : new Intl.NumberFormat(language).format(value);
  });
}
