import { describe, expect, it } from "vitest";
import { readText } from "../../../src/core/signal/text-intent.ts";
import type { Intent, Mood } from "../../../src/core/signal/text-labels.ts";

describe("mood and intent of a message (A8.10, A11.4)", () => {
  it.each([
    // English
    ["Please send us the conditions to terminate the contract.", "termination", "negative"],
    ["We will not renew next year.", "termination", "negative"],
    ["We'd like to arrange a meeting with your management.", "management", "neutral"],
    ["We are reviewing all suppliers this quarter.", "suppliers_reviewed", "neutral"],
    ["We want to renegotiate the terms.", "terms", "neutral"],
    ["This is unacceptable, we are very disappointed.", "complaint", "negative"],
    ["Thank you, everything works perfectly!", "thanks", "positive"],
    // Russian
    ["Мы хотим расторгнуть договор с первого марта.", "termination", "negative"],
    ["Не будем продлевать, спасибо за всё.", "termination", "negative"],
    ["Просим организовать встречу с вашим руководством", "management", "neutral"],
    ["Сейчас пересматриваем всех поставщиков", "suppliers_reviewed", "neutral"],
    ["Хотим изменить условия договора", "terms", "neutral"],
    ["До сих пор ничего не работает, это ужасно", "complaint", "negative"],
    ["Спасибо, всё отлично!", "thanks", "positive"],
    ["Подумаем и вернёмся позже", "postponing", "neutral"],
    // Ukrainian
    ["Хочемо розірвати договір", "termination", "negative"],
    ["Просимо зустріч із вашим керівництвом", "management", "neutral"],
    ["Ми переглядаємо всіх постачальників", "suppliers_reviewed", "neutral"],
    ["Хочемо змінити умови", "terms", "neutral"],
    ["Ми обурені, це неприпустимо", "complaint", "negative"],
    ["Дякуємо, чудова робота!", "thanks", "positive"],
    // Romanian
    ["Vrem să reziliem contractul.", "termination", "negative"],
    ["Dorim o întâlnire cu conducerea.", "management", "neutral"],
    ["Ne revizuim furnizorii în această lună", "suppliers_reviewed", "neutral"],
    ["Dorim să modificăm condițiile", "terms", "neutral"],
    ["Este inacceptabil, suntem foarte dezamăgiți", "complaint", "negative"],
    ["Mulțumesc, totul este excelent!", "thanks", "positive"],
    ["Colega noastră nu mai lucrează la noi", "contact_left", "neutral"],
  ] as readonly [string, Intent, Mood][])("%s", (text, intent, mood) => {
    const reading = readText(text);
    expect(reading.intents.map((i) => i.intent)).toContain(intent);
    expect(reading.mood).toBe(mood);
    for (const { confidence } of reading.intents) expect(confidence).toBeLessThanOrEqual(0.98);
  });

  it.each([
    "The report is attached.",
    "Завтра встреча в 10:00",
    "Добрый день! Отправляю документы.",
    "Bună ziua, vă trimit factura.",
    "Добрий день, надсилаю рахунок.",
    "",
  ])("%s says nothing in particular", (text) => {
    expect(readText(text)).toMatchObject({ mood: "neutral", intents: [] });
  });

  it.each([
    ["We do not want to cancel our subscription.", "termination"],
    ["Мы не хотим расторгать договор.", "termination"],
    ["Nu dorim să reziliem contractul.", "termination"],
    ["Ми не хочемо розривати договір.", "termination"],
  ] as const)("%s is turned by its negation", (text, intent) => {
    expect(readText(text).intents.map((i) => i.intent)).not.toContain(intent);
  });

  it.each([
    // what a person says no to ends with the clause
    ["Сервис не работает, хотим расторгнуть договор.", "termination"],
    ["Отчёты так и не пришли. Расторгаем договор.", "termination"],
    ["Нет, мы расторгаем договор", "termination"],
    ["No, please cancel our subscription", "termination"],
    ["It does not work. We want to terminate the contract", "termination"],
    ["Ні, ми розриваємо договір", "termination"],
    ["Nu merge nimic, reziliem contractul", "termination"],
    ["Reziliem, așa cum am spus, contractul", "termination"],
    ["Ми відмовляємося від ваших послуг", "termination"],
    ["Скасовуємо підписку", "termination"],
    ["Anulăm abonamentul", "termination"],
    ["Încheiem colaborarea cu dumneavoastră", "termination"],
    ["We are ending our contract in May", "termination"],
    ["Хотим перейти на другую CRM", "suppliers_reviewed"],
    ["We will switch to another provider", "suppliers_reviewed"],
    ["Прошу связать меня с вашим директором", "management"],
    // letters of a Mac come with marks apart from their letters
    ["Це неприйнятно".normalize("NFD"), "complaint"],
    ["Încetăm contractul".normalize("NFD"), "termination"],
    ["Мы хотим рас\u00adторгнуть договор", "termination"],
  ] as const)("%s is heard", (text, intent) => {
    expect(readText(text).intents.map((i) => i.intent)).toContain(intent);
  });

  it.each([
    // English
    ["At the end of the month our team gets its account report.", "termination"],
    ["The back end service was restarted.", "termination"],
    ["Please add an end user account for Ann.", "termination"],
    ["Please cancel our call on Friday.", "termination"],
    ["That is the end. Our contract is attached.", "termination"],
    ["A lot has changed in terms of volume.", "terms"],
    ["We would like to switch to annual billing.", "suppliers_reviewed"],
    ["Ann has left a comment.", "contact_left"],
    // Russian: wonderful, excellent, closing documents, in connection with
    ["Прекрасное сотрудничество!", "termination"],
    ["Отменная работа, рады сотрудничеству", "termination"],
    ["Пришлите закрывающие документы по договору", "termination"],
    ["Расторопная команда, довольны услугами", "termination"],
    ["Отказоустойчивость сервиса и услуг высокая", "termination"],
    ["В связи с болезнью директора переносим встречу", "management"],
    ["Хотим перейти на другой тариф", "suppliers_reviewed"],
    ["Не просим, чтобы отменяли подписку", "termination"],
    // Ukrainian
    ["Надішліть закриваючі документи за договором", "termination"],
    ["У звʼязку з хворобою директора переносимо зустріч", "management"],
    ["Хочемо перейти на інший тариф", "suppliers_reviewed"],
    // Romanian: the year, to conclude a contract, slowly, resilience, the deadline, both, in detail, content
    ["În anul 2026 contractul rămâne la fel", "termination"],
    ["Am încheiat contractul, mulțumim!", "termination"],
    ["Merge încet acest serviciu", "termination"],
    ["Merge încet, dar serviciul e bun", "termination"],
    ["Reziliența serviciilor este bună", "termination"],
    ["Anulați filtrul și apoi continuați", "termination"],
    ["Schimbăm termenul de livrare", "terms"],
    ["Vă scriem amândoi, în amănunt", "postponing"],
    ["Încă nu știm data", "complaint"],
  ] as const)("%s says nothing of %s", (text, intent) => {
    expect(readText(text).intents.map((i) => i.intent)).not.toContain(intent);
  });

  it.each([
    // words that only begin like others
    ["Сбор данных начался", "neutral"],
    ["Загальні збори у вівторок", "neutral"],
    ["Ради экономии времени", "neutral"],
    ["Радимо почекати", "neutral"],
    ["Utilizatorii noștri sunt din București", "neutral"],
    ["The invoice was issued on Monday.", "neutral"],
    ["Довольно медленно", "negative"],
    ["Помогите, пожалуйста, с отчётом", "neutral"],
    ["Допоможіть, будь ласка, зі звітом", "neutral"],
    // words that do say it
    ["У вас снова сбой", "negative"],
    ["У вас знову збій", "negative"],
    ["Мы рады и довольны", "positive"],
    ["Проблем нет, всё хорошо", "positive"],
    ["Проблем немає, все чудово", "positive"],
    ["Totul este util, ne bucurăm", "positive"],
    ["Это не хорошо", "negative"],
    ["Ничего не сломалось. Отлично!", "positive"],
  ] as readonly [string, Mood][])("%s sounds %s", (text, mood) => {
    expect(readText(text).mood).toBe(mood);
  });

  it.each([
    "On Mon, 3 Mar 2026 at 10:00, Ann wrote:\nWe can cancel the contract.",
    "пн, 3 мар. 2026 г. в 10:00, Анна <a@b.test> написала:\nМожем расторгнуть договор.",
    "пн, 3 бер. 2026 р. о 10:00 Анна пише:\nМожемо розірвати договір.",
    "În lun., 3 mar. 2026 la 10:00, Ana a scris:\nPutem rezilia contractul.",
    "________________________________\nWe can cancel the contract.",
    "-- \nAnn, who cancels contracts",
  ])("does not read what stands below %j", (below) => {
    expect(readText(`Thanks!\n\n${below}`).intents.map((i) => i.intent)).toEqual(["thanks"]);
  });

  it("a letter of a stranger that is made to be slow is read as soon as any other of its length", () => {
    const parts = [
      "not cancel contract ",
      "не хотим расторгнуть договор ",
      "cancel a b c d e ",
      "1 wrote",
      ".",
      "\n ",
      " -",
    ];
    const startedAt = performance.now();
    for (const part of parts) readText(`${part.repeat(200_000 / part.length)}x`);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });

  it("reads on where somebody only says who wrote", () => {
    const text = "Your colleague wrote:\nall is well. We want to cancel the contract.";
    expect(readText(text).intents.map((i) => i.intent)).toEqual(["termination"]);
  });

  it("reads the message itself, not the one it answers", () => {
    expect(readText("Thanks!\n> we want to cancel the contract").intents.map((i) => i.intent)).toEqual(["thanks"]);
  });

  it("keeps nothing of the text", () => {
    const reading = JSON.stringify(readText("Мы хотим расторгнуть договор, Иван Петров, +7 900 000-00-00"));
    expect(reading).not.toMatch(/Иван|900|расторг/);
  });
});
