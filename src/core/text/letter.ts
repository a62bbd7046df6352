import type { Language } from "../model.ts";

/** A letter to the client, in the languages Tenure speaks. Dates in it are merge fields filled from the live plan. */
export interface MessageText {
  subject: Readonly<Record<Language, string>>;
  body: Readonly<Record<Language, string>>;
}

const GREETING: Readonly<Record<Language, string>> = {
  en: "Hello {{contact.first_name}},",
  ru: "Здравствуйте, {{contact.first_name}}!",
  uk: "Вітаємо, {{contact.first_name}}!",
  ro: "Bună ziua, {{contact.first_name}},",
};

const CLOSING: Readonly<Record<Language, string>> = {
  en: "Questions? Just reply to this e-mail.",
  ru: "Есть вопросы? Просто ответьте на это письмо.",
  uk: "Є запитання? Просто дайте відповідь на цей лист.",
  ro: "Întrebări? Răspundeți direct la acest email.",
};

/** Subject and the letter's own words per language. */
export type Words = Readonly<Record<Language, readonly [subject: string, body: string]>>;

/** A letter with greeting, closing line and signature around its own words. */
export function letter(words: Words): MessageText {
  const of = (language: Language) =>
    `${GREETING[language]}\n\n${words[language][1]}\n\n${CLOSING[language]}\n\n[[{{portal.signature}}]]`;
  return {
    subject: { en: words.en[0], ru: words.ru[0], uk: words.uk[0], ro: words.ro[0] },
    body: { en: of("en"), ru: of("ru"), uk: of("uk"), ro: of("ro") },
  };
}

/** A line of a phone message: no greeting, no signature. */
export function shortMessage(words: Words): MessageText {
  return {
    subject: { en: words.en[0], ru: words.ru[0], uk: words.uk[0], ro: words.ro[0] },
    body: { en: words.en[1], ru: words.ru[1], uk: words.uk[1], ro: words.ro[1] },
  };
}
