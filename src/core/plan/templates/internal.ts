/** The internal task list (A3.8) and the internal checklist (A3.10) of the source, day for day. */
import type { Localised, TemplateInput } from "../template.ts";
import { TOUCHPOINTS } from "./options.ts";
import { goLive, type StepInput, say } from "./parts.ts";

const LEAD = ["csm", "deal_owner", "client_owner"];

function task(key: string, days: number, title: Localised, more: Partial<StepInput> = {}): StepInput {
  return { key, title, phase: "onboarding", when: { days }, owner: LEAD, ...more };
}

export const internalTasks: TemplateInput = {
  id: "internal",
  version: 1,
  title: say("Internal tasks", "Внутренние задачи", "Внутрішні завдання", "Sarcini interne"),
  lengthDays: 30,
  phases: [
    { key: "onboarding", title: say("Onboarding", "Онбординг", "Онбординг", "Onboarding"), fromDay: 0, toDay: 32 },
  ],
  milestones: [
    {
      key: "first_value",
      title: say("First value", "Первая ценность", "Перша цінність", "Prima valoare"),
      day: 7,
      steps: ["integrations"],
    },
    goLive(14, ["integrations", "training"]),
    { key: "day_30", title: say("Day 30", "День 30", "День 30", "Ziua 30"), day: 30, steps: ["check_in_30"] },
  ],
  steps: [
    task(
      "review_form",
      1,
      say("Review setup form", "Проверить форму настройки", "Перевірити форму налаштування", "Review setup form"),
    ),
    task(
      "prepare_config",
      2,
      say(
        "Prepare custom config",
        "Подготовить индивидуальную настройку",
        "Підготувати індивідуальне налаштування",
        "Prepare custom config",
      ),
      { owner: ["technical", ...LEAD] },
    ),
    task(
      "schedule_kickoff",
      3,
      say("Schedule kickoff", "Назначить стартовую встречу", "Призначити стартову зустріч", "Schedule kickoff"),
      { type: "call", client: true, meeting: true },
    ),
    task(
      "integrations",
      5,
      say("Setup integrations", "Настроить интеграции", "Налаштувати інтеграції", "Setup integrations"),
      { owner: ["technical", ...LEAD], client: true },
    ),
    task("training", 10, say("Conduct training", "Провести обучение", "Провести навчання", "Conduct training"), {
      type: "meeting",
      owner: ["trainer", ...LEAD],
      client: true,
    }),
    task(
      "check_in_30",
      30,
      say("30-day check-in call", "Check-in звонок 30-го дня", "Check-in дзвінок 30-го дня", "30-day check-in call"),
      { type: "call", fixed: true, client: true },
    ),
  ],
  touchpoints: TOUCHPOINTS,
};

const GROUPS: readonly {
  phase: string;
  fromDay: number;
  toDay: number;
  title: Localised;
  items: readonly [string, Localised, Partial<StepInput>?][];
}[] = [
  {
    phase: "day_0",
    fromDay: 0,
    toDay: 0,
    title: say("Day 0", "День 0", "День 0", "Ziua 0"),
    items: [
      [
        "form_sent",
        say("Setup form sent", "Форма настройки отправлена", "Форму налаштування надіслано", "Setup form sent"),
      ],
      [
        "portal_access",
        say("Portal access created", "Доступ к порталу создан", "Доступ до порталу створено", "Portal access created"),
      ],
      [
        "welcome_sent",
        say("Welcome email sent", "Приветственное письмо отправлено", "Вітальний лист надіслано", "Welcome email sent"),
        { type: "email", message: { text: "welcome", stopOnReply: false }, client: true },
      ],
    ],
  },
  {
    phase: "day_1_2",
    fromDay: 1,
    toDay: 2,
    title: say("Day 1–2", "День 1–2", "День 1–2", "Ziua 1–2"),
    items: [
      [
        "form_reviewed",
        say("Setup form reviewed", "Форма настройки проверена", "Форму налаштування перевірено", "Setup form reviewed"),
      ],
      [
        "config_documented",
        say(
          "Config requirements documented",
          "Требования к настройке записаны",
          "Вимоги до налаштування записано",
          "Config requirements documented",
        ),
      ],
      [
        "integrations_identified",
        say("Integrations identified", "Интеграции определены", "Інтеграції визначено", "Integrations identified"),
      ],
    ],
  },
  {
    phase: "day_3_5",
    fromDay: 3,
    toDay: 5,
    title: say("Day 3–5", "День 3–5", "День 3–5", "Ziua 3–5"),
    items: [
      [
        "kickoff",
        say(
          "Kickoff call completed",
          "Стартовая встреча проведена",
          "Стартову зустріч проведено",
          "Kickoff call completed",
        ),
        {
          type: "meeting",
          durationMinutes: 45,
          client: true,
          meeting: true,
          collects: ["goals", "success_criteria", "use_case"],
        },
      ],
      [
        "accounts_provisioned",
        say("Accounts provisioned", "Учётные записи созданы", "Облікові записи створено", "Accounts provisioned"),
      ],
      [
        "integrations_set_up",
        say("Integrations setup", "Интеграции настроены", "Інтеграції налаштовано", "Integrations setup"),
        { client: true },
      ],
      [
        "training_scheduled",
        say("Training scheduled", "Обучение назначено", "Навчання призначено", "Training scheduled"),
      ],
    ],
  },
  {
    phase: "day_7_14",
    fromDay: 7,
    toDay: 14,
    title: say("Day 7–14", "День 7–14", "День 7–14", "Ziua 7–14"),
    items: [
      [
        "training",
        say("Training completed", "Обучение проведено", "Навчання проведено", "Training completed"),
        { type: "meeting", client: true },
      ],
      [
        "go_live_support",
        say(
          "Go-live support provided",
          "Поддержка запуска оказана",
          "Підтримку запуску надано",
          "Go-live support provided",
        ),
        { client: true },
      ],
      [
        "feedback_collected",
        say("Feedback collected", "Обратная связь собрана", "Зворотний зв’язок зібрано", "Feedback collected"),
        { type: "call" },
      ],
    ],
  },
  {
    phase: "day_30",
    fromDay: 30,
    toDay: 30,
    title: say("Day 30", "День 30", "День 30", "Ziua 30"),
    items: [
      [
        "check_in",
        say("Check-in call", "Check-in звонок", "Check-in дзвінок", "Check-in call"),
        { type: "call", fixed: true, client: true },
      ],
      [
        "nps_sent",
        say("NPS survey sent", "Опрос NPS отправлен", "Опитування NPS надіслано", "NPS survey sent"),
        { type: "email", fixed: true, message: { text: "day_30_survey" } },
      ],
      [
        "handoff",
        say("Handoff to CSM completed", "Передача CSM завершена", "Передачу CSM завершено", "Handoff to CSM completed"),
        { fixed: true },
      ],
    ],
  },
];

/** Sixteen entries in five groups; each is due at the end of its group's window. */
export const checklist: TemplateInput = {
  id: "checklist",
  version: 1,
  title: say("Internal checklist", "Внутренний чек-лист", "Внутрішній чек-лист", "Checklist intern"),
  lengthDays: 30,
  phases: GROUPS.map(({ phase, title, fromDay, toDay }) => ({ key: phase, title, fromDay, toDay: toDay + 2 })),
  milestones: [
    {
      key: "first_value",
      title: say("First value", "Первая ценность", "Перша цінність", "Prima valoare"),
      day: 7,
      steps: ["integrations_set_up"],
    },
    goLive(14, ["go_live_support"]),
    {
      key: "day_30",
      title: say("Day 30", "День 30", "День 30", "Ziua 30"),
      day: 30,
      steps: ["check_in", "nps_sent", "handoff"],
    },
  ],
  steps: GROUPS.flatMap(({ phase, toDay, items }) =>
    items.map(([key, title, more]): StepInput => ({ key, title, phase, when: { days: toDay }, owner: LEAD, ...more })),
  ),
  touchpoints: TOUCHPOINTS,
};
