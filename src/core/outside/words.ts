import type { Language } from "../model.ts";

function four(en: string, ru: string, uk: string, ro: string): Readonly<Record<Language, string>> {
  return { en, ru, uk, ro };
}

/** Notes and fields about what went out to clients and what came back. */
export const OUTSIDE_WORDS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  "link.plan": four("{{plan.link}}", "{{plan.link}}", "{{plan.link}}", "{{plan.link}}"),
  "message.logged": four(
    "E-mail sent by Tenure: {{subject:ref}}\n\n{{body:ref}}",
    "Письмо, отправленное Tenure: {{subject:ref}}\n\n{{body:ref}}",
    "Лист, надісланий Tenure: {{subject:ref}}\n\n{{body:ref}}",
    "Email trimis de Tenure: {{subject:ref}}\n\n{{body:ref}}",
  ),
  "message.footer": four(
    "Do not want these letters? {{stop.link}}",
    "Не хотите получать эти письма? {{stop.link}}",
    "Не бажаєте отримувати ці листи? {{stop.link}}",
    "Nu doriți aceste emailuri? {{stop.link}}",
  ),
  "message.stopped": four(
    "This contact unsubscribed on the letter's own page. Tenure sends nothing more to them.",
    "Контакт отписался на странице письма. Tenure больше ничего ему не отправляет.",
    "Контакт відписався на сторінці листа. Tenure більше нічого йому не надсилає.",
    "Acest contact s-a dezabonat pe pagina emailului. Tenure nu îi mai trimite nimic.",
  ),
  "survey.note.nps": four(
    "NPS answer: {{score:number}} of 10[[\n{{answer.text}}]]",
    "Ответ NPS: {{score:number}} из 10[[\n{{answer.text}}]]",
    "Відповідь NPS: {{score:number}} з 10[[\n{{answer.text}}]]",
    "Răspuns NPS: {{score:number}} din 10[[\n{{answer.text}}]]",
  ),
  "survey.note.ces": four(
    "CES answer: {{score:number}} of 5[[\n{{answer.text}}]]",
    "Ответ CES: {{score:number}} из 5[[\n{{answer.text}}]]",
    "Відповідь CES: {{score:number}} з 5[[\n{{answer.text}}]]",
    "Răspuns CES: {{score:number}} din 5[[\n{{answer.text}}]]",
  ),
};
