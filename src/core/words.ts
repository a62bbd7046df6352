/** Our own words for the CRM, in four languages: reasons, notices, codes that a person reads. */
import type { Language } from "./model.ts";

type Words = Readonly<Record<Language, string>>;

function four(en: string, ru: string, uk: string, ro: string): Words {
  return { en, ru, uk, ro };
}

/** By id. Module-specific words (score reasons, ladders, KPIs) stand with their module and are joined here. */
export const WORDS: Readonly<Record<string, Words>> = {
  empty: four("", "", "", ""),
  "plan.name": four("{{template}}", "{{template}}", "{{template}}", "{{template}}"),
  "plan.rule.default": four("Default plan", "План по умолчанию", "План за замовчуванням", "Plan implicit"),
  "plan.meeting_missing": four(
    "No meeting is in the calendar yet, and the step is due on {{plan.date:date}}.",
    "Встреча ещё не назначена, а срок шага — {{plan.date:date}}.",
    "Зустріч ще не призначено, а термін кроку — {{plan.date:date}}.",
    "Încă nu există o întâlnire în calendar, iar pasul este scadent la {{plan.date:date}}.",
  ),
};
