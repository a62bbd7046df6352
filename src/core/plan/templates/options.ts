/** Steps that a plan has only when it was started with the option, and the contacts after graduation. */
import type { Condition, TemplateInput } from "../template.ts";
import { type StepInput, say } from "./parts.ts";

const LEAD = ["csm", "deal_owner", "client_owner"];

/** Option `weekly_check_ins` (A3.7): with the check-in of day 14, calls on days 7, 14, 21 and 28. */
export function weeklyCheckIns(phase: string): StepInput[] {
  return [7, 21, 28].map((days) => ({
    key: `weekly_check_in_${days}`,
    title: say(
      "Weekly check-in call",
      "Еженедельный check-in звонок",
      "Щотижневий check-in дзвінок",
      "Apel săptămânal de check-in",
    ),
    body: say(
      "Progress of the implementation, open technical questions, next steps.",
      "Прогресс внедрения, открытые технические вопросы, следующие шаги.",
      "Прогрес впровадження, відкриті технічні питання, наступні кроки.",
      "Progresul implementării, întrebări tehnice deschise, pașii următori.",
    ),
    phase,
    when: { days },
    fixed: true,
    owner: ["check_in", ...LEAD],
    type: "call",
    client: true,
    option: "weekly_check_ins",
  }));
}

const FORM_OPEN: Condition = { not: { fact: "form.completed", is: "=", value: true } };

/** The letters of the first month (A5.1–A5.3). `welcome` is the key of the step that carries the welcome letter. */
export function letters(phase: string, welcomeKey: string, option?: string): StepInput[] {
  const letter = (
    key: string,
    days: number,
    text: string,
    title: StepInput["title"],
    more: Partial<StepInput> = {},
  ): StepInput => ({
    key,
    kind: "message",
    title,
    phase,
    when: { days },
    owner: LEAD,
    required: false,
    message: { text },
    ...(option ? { option } : {}),
    ...more,
  });
  return [
    letter(
      "setup_reminder",
      1,
      "setup_reminder",
      say("Setup reminder", "Напоминание о форме настройки", "Нагадування про форму налаштування", "Reminder de setup"),
      {
        condition: FORM_OPEN,
        message: { text: "setup_reminder", afterMessage: { step: welcomeKey, hours: 24 } },
      },
    ),
    letter(
      "check_in_mail",
      3,
      "check_in",
      say("Check-in letter", "Письмо check-in", "Лист check-in", "Email de check-in"),
    ),
    letter(
      "training_mail",
      7,
      "training_resources",
      say("Training resources", "Материалы для обучения", "Матеріали для навчання", "Resurse de training"),
    ),
    letter(
      "progress_mail",
      14,
      "progress_check",
      say("Progress check", "Проверка прогресса", "Перевірка прогресу", "Verificarea progresului"),
    ),
    letter(
      "survey_mail",
      30,
      "day_30_survey",
      say("Day-30 survey", "Опрос 30-го дня", "Опитування 30-го дня", "Sondajul din ziua 30"),
      { when: { days: 30 }, fixed: true },
    ),
  ];
}

const FORM_DONE: Condition = { fact: "form.completed", is: "=", value: true };

/** Option `provisioning` (A6.1): five calls, each after the one before, once the setup form is complete. */
export function provisioning(phase: string): StepInput[] {
  const actions: [string, StepInput["title"]][] = [
    [
      "create_accounts",
      say(
        "Create user accounts",
        "Создать учётные записи",
        "Створити облікові записи",
        "Crearea conturilor de utilizator",
      ),
    ],
    [
      "set_permissions",
      say(
        "Set permissions by plan",
        "Настроить права по тарифу",
        "Налаштувати права за тарифом",
        "Setarea permisiunilor după plan",
      ),
    ],
    [
      "create_api_keys",
      say("Generate API keys", "Выпустить ключи API", "Згенерувати ключі API", "Generarea cheilor API"),
    ],
    [
      "create_channel",
      say("Create the shared channel", "Создать общий канал", "Створити спільний канал", "Crearea canalului dedicat"),
    ],
    [
      "add_to_lists",
      say(
        "Add to the e-mail lists",
        "Добавить в списки рассылки",
        "Додати до списків розсилки",
        "Adăugarea la listele de email",
      ),
    ],
  ];
  return actions.map(([action, title], at) => {
    const before = actions[at - 1]?.[0];
    return {
      key: action,
      kind: "provision",
      title,
      phase,
      when: { days: 1 },
      gate: before ? { all: [FORM_DONE, { step: before, is: "done" }] } : FORM_DONE,
      owner: ["technical", ...LEAD],
      required: false,
      action,
      option: "provisioning",
    };
  });
}

/** Option `technical` (A6.3, A12.4): work that another system reports as done. */
export function technicalSteps(
  phase: string,
  days: { integrations: number; dataImport: number; config: number; security: number },
): StepInput[] {
  const external = (key: string, on: number, title: StepInput["title"]): StepInput => ({
    key,
    kind: "external",
    title,
    phase,
    when: { days: on },
    durationDays: 1,
    owner: ["technical", ...LEAD],
    client: true,
    option: "technical",
  });
  return [
    external(
      "custom_config",
      days.config,
      say(
        "Custom configuration",
        "Индивидуальная настройка",
        "Індивідуальне налаштування",
        "Configurare personalizată",
      ),
    ),
    external("integrations", days.integrations, say("Integrations", "Интеграции", "Інтеграції", "Integrări")),
    external("data_import", days.dataImport, say("Data import", "Импорт данных", "Імпорт даних", "Importul datelor")),
    external(
      "security_review",
      days.security,
      say(
        "Security and compliance review",
        "Проверка безопасности и соответствия требованиям",
        "Перевірка безпеки та відповідності вимогам",
        "Verificarea securității și conformității",
      ),
    ),
  ];
}

const AFTER = ["account_manager", "client_owner", "deal_owner"];

/** Contacts after graduation by class (A7.6), with monthly ones inside the critical months 3–6 and 9–12 for everybody (A7.7). */
export const TOUCHPOINTS: NonNullable<TemplateInput["touchpoints"]> = (() => {
  const review = {
    key: "business_review",
    title: say(
      "Business review meeting",
      "Встреча business review",
      "Зустріч business review",
      "Întâlnire de business review",
    ),
    body: say(
      "Results against goals, plans of the client, recommendations.",
      "Результаты относительно целей, планы клиента, рекомендации.",
      "Результати відносно цілей, плани клієнта, рекомендації.",
      "Rezultate față de obiective, planurile clientului, recomandări.",
    ),
    type: "meeting" as const,
    priority: "high" as const,
    owner: AFTER,
  };
  const report = {
    key: "achievement_report",
    title: say(
      "Quarterly achievement report",
      "Квартальный отчёт о достижениях",
      "Квартальний звіт про досягнення",
      "Raport trimestrial de realizări",
    ),
    everyMonths: 3,
    type: "email" as const,
    owner: AFTER,
  };
  const checkIn = {
    key: "regular_check_in",
    title: say(
      "Regular check-in call",
      "Регулярный check-in звонок",
      "Регулярний check-in дзвінок",
      "Apel periodic de check-in",
    ),
    type: "call" as const,
    owner: AFTER,
  };
  const tips = {
    key: "recommendations",
    title: say(
      "Recommendations for better use",
      "Рекомендации по оптимизации",
      "Рекомендації з оптимізації",
      "Recomandări de optimizare",
    ),
    everyMonths: 3,
    type: "email" as const,
    owner: AFTER,
  };
  const critical = (from: number, to: number) => ({
    ...checkIn,
    key: `critical_check_in_${from}`,
    title: say(
      "Check-in in a critical period",
      "Check-in в критический период",
      "Check-in у критичний період",
      "Check-in în perioada critică",
    ),
    everyMonths: 1,
    fromMonth: from,
    toMonth: to,
  });
  return {
    A: [{ ...review, everyMonths: 1 }, report],
    B: [{ ...checkIn, everyMonths: 2 }, report, critical(3, 6), critical(9, 12)],
    C: [tips, { ...checkIn, everyMonths: 6 }, critical(3, 6), critical(9, 12)],
  };
})();
