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

  it("reads the message itself, not the one it answers", () => {
    expect(readText("Thanks!\n> we want to cancel the contract").intents.map((i) => i.intent)).toEqual(["thanks"]);
  });

  it("keeps nothing of the text", () => {
    const reading = JSON.stringify(readText("Мы хотим расторгнуть договор, Иван Петров, +7 900 000-00-00"));
    expect(reading).not.toMatch(/Иван|900|расторг/);
  });
});
