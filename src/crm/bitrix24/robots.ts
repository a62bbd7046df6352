/** Our rules in Bitrix24's automation: what an admin can drop on a stage. Facts sheet section 14. */
import { LANGUAGES, type Language } from "../../core/model.ts";
import type { Params } from "./form.ts";
import { ROBOT_PREFIX } from "./webhook.ts";

/** Where the callbacks of robots arrive, below the public URL. */
export const ROBOTS_PATH = "/bitrix24/robots";

type Texts = Readonly<Record<Language, string>>;

interface Property {
  name: Texts;
  type: "string" | "double" | "select" | "user" | "bool";
  required?: boolean;
}

interface Robot {
  code: string;
  name: Texts;
  description: Texts;
  properties: Readonly<Record<string, Property>>;
  returns: Readonly<Record<string, Property>>;
}

const text4 = (en: string, ru: string, uk: string, ro: string): Texts => ({ en, ru, uk, ro });

const PLAN = text4("Plan", "План", "План", "Plan");
const SCORE = text4("Health score", "Оценка здоровья", "Оцінка здоров’я", "Scor de sănătate");
const ZONE = text4("Health zone", "Зона здоровья", "Зона здоров’я", "Zona de sănătate");

export const ROBOTS: readonly Robot[] = [
  {
    code: "start_plan",
    name: text4(
      "Start onboarding plan",
      "Начать план онбординга",
      "Почати план онбордингу",
      "Pornirea planului de onboarding",
    ),
    description: text4(
      "Creates the tasks of the plan for this client.",
      "Создаёт задачи плана для этого клиента.",
      "Створює завдання плану для цього клієнта.",
      "Creează sarcinile planului pentru acest client.",
    ),
    properties: {
      template: {
        name: text4(
          "Template (empty: by rules)",
          "Шаблон (пусто: по правилам)",
          "Шаблон (порожньо: за правилами)",
          "Șablon (gol: după reguli)",
        ),
        type: "string",
      },
      owner: { name: text4("Responsible", "Ответственный", "Відповідальний", "Responsabil"), type: "user" },
    },
    returns: { plan: { name: PLAN, type: "string" }, score: { name: SCORE, type: "double" } },
  },
  {
    code: "pause_plan",
    name: text4(
      "Pause onboarding plan",
      "Приостановить план онбординга",
      "Призупинити план онбордингу",
      "Suspendarea planului de onboarding",
    ),
    description: text4(
      "Open steps wait until the plan is started again.",
      "Открытые шаги ждут, пока план не начат снова.",
      "Відкриті кроки чекають, доки план не почато знову.",
      "Pașii deschiși așteaptă reluarea planului.",
    ),
    properties: { reason: { name: text4("Reason", "Причина", "Причина", "Motiv"), type: "string" } },
    returns: { plan: { name: PLAN, type: "string" } },
  },
  {
    code: "record_signal",
    name: text4("Record a signal", "Отметить сигнал", "Позначити сигнал", "Înregistrarea unui semnal"),
    description: text4(
      "Something happened that the health score should know.",
      "Произошло то, что должно учесть здоровье клиента.",
      "Сталося те, що має врахувати здоров’я клієнта.",
      "S-a întâmplat ceva ce scorul trebuie să știe.",
    ),
    properties: {
      signal: { name: text4("Signal", "Сигнал", "Сигнал", "Semnal"), type: "string", required: true },
      value: { name: text4("Value", "Значение", "Значення", "Valoare"), type: "double" },
    },
    returns: { score: { name: SCORE, type: "double" }, zone: { name: ZONE, type: "string" } },
  },
  {
    code: "recompute_health",
    name: text4("Recompute health", "Пересчитать здоровье", "Перерахувати здоров’я", "Recalcularea sănătății"),
    description: text4(
      "Reads the client afresh and answers with the score.",
      "Читает клиента заново и возвращает оценку.",
      "Читає клієнта заново та повертає оцінку.",
      "Recitește clientul și întoarce scorul.",
    ),
    properties: {},
    returns: { score: { name: SCORE, type: "double" }, zone: { name: ZONE, type: "string" } },
  },
];

const BITRIX_LANGUAGE: Readonly<Record<Language, string>> = { en: "en", ru: "ru", uk: "ua", ro: "ro" };

function texts(of: Texts): Record<string, string> {
  return Object.fromEntries(LANGUAGES.map((language) => [BITRIX_LANGUAGE[language], of[language]]));
}

function properties(of: Readonly<Record<string, Property>>): Params | undefined {
  const entries = Object.entries(of).map(([name, property]) => [
    name,
    { Name: texts(property.name), Type: property.type, ...(property.required ? { Required: "Y" } : {}) },
  ]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

export function robotCode(robot: Robot): string {
  return `${ROBOT_PREFIX}${robot.code}`;
}

/** What add and update say alike. Robots run on deals, contacts and companies; a rule waits for its answer unless told otherwise. */
export function robotFields(robot: Robot, publicUrl: string, userId: string): Params {
  return {
    HANDLER: `${publicUrl}${ROBOTS_PATH}/${robot.code}`,
    AUTH_USER_ID: Number(userId),
    USE_SUBSCRIPTION: "Y",
    NAME: texts(robot.name),
    DESCRIPTION: texts(robot.description),
    PROPERTIES: properties(robot.properties),
    RETURN_PROPERTIES: properties(robot.returns),
    FILTER: {
      INCLUDE: [
        ["crm", "CCrmDocumentDeal"],
        ["crm", "CCrmDocumentContact"],
        ["crm", "CCrmDocumentCompany"],
      ],
    },
  };
}
