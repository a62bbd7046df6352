import type { Localised, TemplateInput } from "../template.ts";
import { type StepInput, say } from "./parts.ts";

const LEAD = ["csm", "client_owner", "deal_owner"];

/** An item of the personal plan (A9.2): there only where its signal fires when it falls due. */
function answer(signal: string, days: number, title: Localised): StepInput {
  return {
    key: `answer_${signal}`,
    title,
    phase: "plan",
    when: { from: { step: "action_plan" }, days, unit: "business" },
    after: ["action_plan"],
    condition: { fact: `signal.${signal}`, is: "=", value: true },
    owner: LEAD,
    priority: "high",
    client: true,
  };
}

/** Win-back in three steps (A9.1–A9.3): the management meets the client, a personal plan with dates, raised support until things are stable. */
export const winBack: TemplateInput = {
  id: "win-back",
  version: 1,
  title: say("Win-back", "Возврат клиента", "Повернення клієнта", "Win-back"),
  lengthDays: 30,
  graduates: false,
  phases: [
    {
      key: "intervention",
      title: say("Intervention", "Вмешательство руководства", "Втручання керівництва", "Intervenția conducerii"),
      fromDay: 0,
      toDay: 4,
    },
    { key: "plan", title: say("Action plan", "План действий", "План дій", "Plan de acțiune"), fromDay: 3, toDay: 21 },
    {
      key: "support",
      title: say("Raised support", "Расширенная поддержка", "Розширена підтримка", "Suport extins"),
      fromDay: 7,
      toDay: 33,
    },
  ],
  milestones: [
    {
      key: "stable",
      title: say("Stable again", "Стабилизация", "Стабілізація", "Stabilizare"),
      day: 30,
      steps: ["final_review"],
    },
  ],
  steps: [
    {
      key: "management_meeting",
      title: say(
        "Personal meeting of the management with the client",
        "Личная встреча руководства с клиентом",
        "Особиста зустріч керівництва з клієнтом",
        "Întâlnire personală a conducerii cu clientul",
      ),
      body: say(
        "Find out what is wrong. The reasons for the risk are on the client's record.",
        "Выясните проблемы. Причины риска указаны в карточке клиента.",
        "З’ясуйте проблеми. Причини ризику вказані в картці клієнта.",
        "Clarificați problemele. Motivele riscului sunt în fișa clientului.",
      ),
      phase: "intervention",
      when: { days: 2, unit: "business" },
      owner: ["executive", "head", ...LEAD],
      auditors: ["head"],
      type: "meeting",
      durationMinutes: 60,
      priority: "high",
      client: true,
    },
    {
      key: "action_plan",
      title: say(
        "Personal action plan with dates",
        "Персональный план действий со сроками",
        "Персональний план дій з термінами",
        "Plan personalizat de acțiune cu termene",
      ),
      phase: "plan",
      when: { from: { step: "management_meeting" }, days: 2, unit: "business" },
      after: ["management_meeting"],
      owner: LEAD,
      priority: "high",
      client: true,
    },
    answer(
      "usage_drop",
      3,
      say(
        "Extra training on what is not used",
        "Дополнительное обучение по неиспользуемым функциям",
        "Додаткове навчання з невикористовуваних функцій",
        "Training suplimentar pentru funcțiile nefolosite",
      ),
    ),
    answer(
      "payment_delay",
      2,
      say(
        "Agree on a payment schedule",
        "Согласовать график платежей",
        "Погодити графік платежів",
        "Stabilirea unui grafic de plăți",
      ),
    ),
    answer(
      "complaint",
      1,
      say(
        "Solve the open complaints",
        "Решить открытые жалобы",
        "Вирішити відкриті скарги",
        "Rezolvarea reclamațiilor deschise",
      ),
    ),
    answer(
      "contact_left",
      3,
      say(
        "Meet the new contact, show the value again",
        "Познакомиться с новым контактом, заново показать ценность",
        "Познайомитися з новим контактом, знову показати цінність",
        "Întâlnire cu noul contact, reprezentarea valorii",
      ),
    ),
    answer(
      "setup_unfinished",
      3,
      say(
        "Finish setup and integrations",
        "Завершить настройку и интеграции",
        "Завершити налаштування та інтеграції",
        "Finalizarea configurării și a integrărilor",
      ),
    ),
    {
      key: "progress_review",
      title: say("Progress call", "Звонок о прогрессе", "Дзвінок про прогрес", "Apel de progres"),
      phase: "support",
      when: { days: 14 },
      after: ["action_plan"],
      owner: LEAD,
      type: "call",
      client: true,
    },
    {
      key: "final_review",
      title: say(
        "Review: stable again?",
        "Итог: ситуация стабильна?",
        "Підсумок: ситуація стабільна?",
        "Evaluare: situația e stabilă?",
      ),
      phase: "support",
      when: { days: 30 },
      after: ["progress_review"],
      owner: ["head", ...LEAD],
      type: "meeting",
      durationMinutes: 45,
      priority: "high",
      client: true,
    },
  ],
};
