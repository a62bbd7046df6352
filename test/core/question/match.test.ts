import { describe, expect, test } from "vitest";
import { findAnswer, inLanguage, isSameWord, sameQuestion } from "../../../src/core/question/match.ts";
import type { ListedAnswer } from "../../../src/core/question/settings.ts";

const ANSWERS: readonly ListedAnswer[] = [
  {
    topic: "Import of contacts",
    language: "en",
    asked: ["How do I import contacts?", "Upload a contact list"],
    answer: "Settings, Import.",
  },
  {
    topic: "Import of contacts",
    language: "ru",
    asked: ["Как импортировать контакты?", "Как загрузить базу контактов?"],
    answer: "Настройки, Импорт.",
  },
  { topic: "Import of contacts", language: "uk", asked: ["Як імпортувати контакти?"], answer: "Налаштування, Імпорт." },
  { topic: "Import of contacts", language: "ro", asked: ["Cum import contactele?"], answer: "Setări, Import." },
  {
    topic: "Invoices",
    asked: ["Where do I find my invoices?", "Где найти счета?", "Де знайти рахунки?", "Unde găsesc facturile?"],
    answer: "Under Billing.",
  },
  {
    topic: "Invite a colleague",
    asked: ["How do I invite a colleague?", "Как пригласить коллегу?", "Як запросити колегу?", "Cum invit un coleg?"],
    answer: "Settings, Users.",
  },
];
const TITLES = ["Kick-off meeting", "Data import", "Training for administrators", "Training for users", "Go-live"];

const found = (question: string) => findAnswer(question, ANSWERS, TITLES);
const topic = (question: string) => {
  const choice = found(question)?.choice;
  return choice?.from === "list" ? ANSWERS[choice.at]!.topic : (choice ?? null);
};

describe("A11.6 a question finds what the admin wrote", () => {
  test.each([
    ["How do I import contacts?", "Import of contacts"],
    ["importing my contacts", "Import of contacts"],
    ["Как мне импортировать контакты?", "Import of contacts"],
    ["Подскажите, как загрузить контакты", "Import of contacts"],
    ["Як імпортувати наші контакти", "Import of contacts"],
    ["Cum importăm contactele?", "Import of contacts"],
    ["Where are our invoices?", "Invoices"],
    ["Где наши счета", "Invoices"],
    ["Де мені знайти рахунок?", "Invoices"],
    ["Unde găsesc factura mea?", "Invoices"],
    ["can I invite colleagues", "Invite a colleague"],
    ["Как пригласить коллег?", "Invite a colleague"],
  ])("%s", (question, wanted) => expect(topic(question)).toBe(wanted));

  test("in the language of the client where the list has it, whichever language was asked in", () => {
    const { choice } = found("Как импортировать контакты?")!;
    expect(choice.from).toBe("list");
    const at = choice.from === "list" ? choice.at : -1;
    expect(inLanguage(ANSWERS, at, "ro").answer).toBe("Setări, Import.");
    expect(inLanguage(ANSWERS, at, "ru").answer).toBe("Настройки, Импорт.");
    expect(inLanguage([ANSWERS[1]!], 0, "en").answer).toBe("Настройки, Импорт.");
  });
});

describe("A11.6 a question about the client's own plan", () => {
  test.each([
    ["What is my next step?", { from: "plan", what: "next" }],
    ["what's next", { from: "plan", what: "next" }],
    ["Какой у нас следующий шаг?", { from: "plan", what: "next" }],
    ["Что делать дальше?", { from: "plan", what: "next" }],
    ["Який наступний крок?", { from: "plan", what: "next" }],
    ["Ce urmează?", { from: "plan", what: "next" }],
    ["Care este următorul pas?", { from: "plan", what: "next" }],
    ["Who is my contact?", { from: "plan", what: "contact" }],
    ["Who do I call?", { from: "plan", what: "contact" }],
    ["Кто наш менеджер?", { from: "plan", what: "contact" }],
    ["Кому писать?", { from: "plan", what: "contact" }],
    ["До кого звертатися?", { from: "plan", what: "contact" }],
    ["Cine este persoana de contact?", { from: "plan", what: "contact" }],
    ["When will the onboarding be finished?", { from: "plan", what: "finish" }],
    ["How long does it take?", { from: "plan", what: "finish" }],
    ["Когда закончится внедрение?", { from: "plan", what: "finish" }],
    ["Коли завершиться впровадження?", { from: "plan", what: "finish" }],
    ["Când se termină implementarea?", { from: "plan", what: "finish" }],
    ["How far are we?", { from: "plan", what: "progress" }],
    ["Сколько уже сделано?", { from: "plan", what: "progress" }],
    ["When is the kick-off?", { from: "plan", what: "dates", steps: [0] }],
    ["when is the training", { from: "plan", what: "dates", steps: [2, 3] }],
    ["When is the training for users?", { from: "plan", what: "dates", steps: [3] }],
    ["date of the data import", { from: "plan", what: "dates", steps: [1] }],
  ])("%s", (question, choice) => expect(topic(question)).toEqual(choice));

  test("by a title in the client's own language", () => {
    expect(findAnswer("Когда обучение?", [], ["Стартовая встреча", "Обучение команды"])?.choice).toEqual({
      from: "plan",
      what: "dates",
      steps: [1],
    });
  });
});

describe("A11.6 what is not sure is nobody's answer", () => {
  test.each([
    "How do I delete contacts?",
    "How do I cancel an import of contacts?",
    "The import of contacts fails",
    "Ошибка: как импортировать контакты",
    "Cum anulez importul contactelor?",
    "Why can I not import contacts?",
    "When can I import contacts?",
    "Почему не импортируются контакты?",
    "Кто отвечает за счета и скидки по договору?",
    "Who is responsible for invoices?",
    "When is the audit?",
    "When will the invoices be paid?",
    "What is the next price for the second year of the contract?",
    "Как отменить договор?",
    "Cât costă un utilizator în plus?",
    "asdf",
    "?",
    "",
    "help",
  ])("%s", (question) => expect(found(question)).toBeNull());

  test("but a topic that undoes something is found by a question that undoes it", () => {
    const list = [{ topic: "Delete contacts", asked: [], answer: "A" }];
    expect(findAnswer("How can I delete a contact?", list, [])?.choice).toEqual({ from: "list", at: 0 });
  });

  test("two topics that fit alike", () => {
    const twins = [
      { topic: "Export of reports", asked: [], answer: "A" },
      { topic: "Import of reports", asked: [], answer: "B" },
    ];
    expect(findAnswer("reports", twins, [])).toBeNull();
    expect(findAnswer("export reports", twins, [])?.choice).toEqual({ from: "list", at: 0 });
  });

  test("a letter is no question", () => {
    expect(found(`${"import contacts ".repeat(30)}?`)).toBeNull();
  });
});

test.each([
  ["контакт", "контактами", true],
  ["импорт", "импортировать", true],
  ["рахунок", "рахунки", true],
  ["factura", "facturile", true],
  ["invite", "inviting", true],
  ["import", "important", false],
  ["use", "user", false],
  ["export", "import", false],
])("%s and %s", (a, b, same) => {
  expect(isSameWord(a, b)).toBe(same);
  expect(isSameWord(b, a)).toBe(same);
});

test("the same question is known again by its words, whatever stands between them", () => {
  expect(sameQuestion("  When is  the TRAINING?! ")).toBe(sameQuestion("when is the training"));
  expect(sameQuestion("when is the training")).not.toBe(sameQuestion("when was the training"));
});
