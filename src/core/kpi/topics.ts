/** What clients ask about, as codes: the categories that help desks come with, and the intents of letters. A portal's own category is shown as it is. */
import type { Language } from "../model.ts";

const TOPICS: Readonly<Record<string, readonly [en: string, ru: string, uk: string, ro: string]>> = {
  product_issue: [
    "a problem with the product",
    "проблема с продуктом",
    "проблема з продуктом",
    "o problemă cu produsul",
  ],
  billing_issue: ["invoices and payment", "счета и оплата", "рахунки й оплата", "facturi și plată"],
  feature_request: [
    "a wish for the product",
    "пожелание к продукту",
    "побажання до продукту",
    "o cerere pentru produs",
  ],
  general_inquiry: ["a general question", "общий вопрос", "загальне запитання", "o întrebare generală"],
  price: ["price", "цена", "ціна", "preț"],
  terms: ["terms of the contract", "условия договора", "умови договору", "condițiile contractului"],
  termination: ["ending the contract", "расторжение договора", "розірвання договору", "încetarea contractului"],
  complaint: ["a complaint", "жалоба", "скарга", "o reclamație"],
  plan_next: ["the next step", "следующий шаг", "наступний крок", "pasul următor"],
  plan_dates: ["dates of the plan", "даты плана", "дати плану", "datele planului"],
  plan_finish: ["the end of the plan", "завершение плана", "завершення плану", "finalizarea planului"],
  plan_progress: ["progress of the plan", "ход плана", "хід плану", "progresul planului"],
  plan_contact: ["who the contact is", "кто контактное лицо", "хто контактна особа", "cine este persoana de contact"],
  unanswered: [
    "what the list of answers lacks",
    "чего нет в списке ответов",
    "чого немає у списку відповідей",
    "ce lipsește din lista de răspunsuri",
  ],
  postponing: ["putting things off", "отсрочка", "відтермінування", "amânare"],
};
const PLACE: Readonly<Record<Language, 0 | 1 | 2 | 3>> = { en: 0, ru: 1, uk: 2, ro: 3 };

/** A topic in words; null where nobody has named its code. */
export function topicTitle(code: string, language: Language): string | null {
  return TOPICS[code]?.[PLACE[language]] ?? null;
}

/** Does an intent of a letter name what the letter asks about? Thanks and who left do not. */
export function isTopic(code: string): boolean {
  return TOPICS[code] !== undefined;
}
