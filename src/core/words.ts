/** Our own words for the CRM, in four languages: reasons, notices, codes that a person reads. */
import { ESCALATION_WORDS } from "./escalate/words.ts";
import { WORD_FIELDS } from "./fields.ts";
import type { Language } from "./model.ts";
import { OUTSIDE_WORDS } from "./outside/words.ts";
import { PLAN_WORDS } from "./plan/words.ts";
import { PLAY_TEXTS } from "./play/texts.ts";
import { QUESTION_WORDS } from "./question/words.ts";
import { SIGN_WORDS } from "./signal/sign-words.ts";

type Words = Readonly<Record<Language, string>>;

function four(en: string, ru: string, uk: string, ro: string): Words {
  return { en, ru, uk, ro };
}

/** How the parameters of a module's words are formatted; everything else is plain text. */
const FORMATS: Readonly<Record<string, string>> = {
  step: "ref",
  phase: "ref",
  reason: "ref",
  why: "ref",
  late: "ref",
  since: "date",
  due: "date",
  count: "number",
};

/** `{name}` in a module's words is a merge field like any other. */
function fields(words: Readonly<Record<string, Words>>): Readonly<Record<string, Words>> {
  const turn = (text: string) =>
    text.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      FORMATS[name] ? `{{${name}:${FORMATS[name]}}}` : `{{${name}}}`,
    );
  return Object.fromEntries(
    Object.entries(words).map(([id, { en, ru, uk, ro }]) => [id, four(turn(en), turn(ru), turn(uk), turn(ro))]),
  );
}

/** By id. The words of a module stand with it and are joined here. */
export const WORDS: Readonly<Record<string, Words>> = {
  ...PLAN_WORDS,
  ...PLAY_TEXTS,
  ...SIGN_WORDS,
  ...fields(ESCALATION_WORDS),
  ...OUTSIDE_WORDS,
  ...QUESTION_WORDS,
  /** fields that steps collect, by the names they have on the records */
  ...Object.fromEntries(WORD_FIELDS.map(({ id, label }) => [`code.${id}`, label])),
  empty: four("", "", "", ""),
  /** a sentence that is already in the portal's language: numbers and codes, no names */
  said: four("{{said}}", "{{said}}", "{{said}}", "{{said}}"),
  "score.no_reason": four(
    "several small signs",
    "несколько малых признаков",
    "кілька малих ознак",
    "mai multe semne mici",
  ),
  /** a notice or a rung as a task: what it is about, with the client's name */
  "tell.subject": four(
    "{{text:ref}}: {{client.name}}[[ ({{note}})]]",
    "{{text:ref}}: {{client.name}}[[ ({{note}})]]",
    "{{text:ref}}: {{client.name}}[[ ({{note}})]]",
    "{{text:ref}}: {{client.name}}[[ ({{note}})]]",
  ),
};
