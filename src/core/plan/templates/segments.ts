/** The plans of the large and the small client (A7.3): 8 weeks with sponsor and own training, 2 weeks with webinars. */
import type { TemplateInput } from "../template.ts";
import { letters, provisioning, TOUCHPOINTS, technicalSteps } from "./options.ts";
import {
  checkIn,
  firstResult,
  goLive,
  kickoff,
  milestonesWith,
  retrospective,
  type StepInput,
  say,
  secondMonth,
  THREE_MONTHS,
  thirdMonth,
  training,
  welcome,
} from "./parts.ts";

const on = (step: StepInput, days: number, more: Partial<StepInput> = {}): StepInput => ({
  ...step,
  when: { ...step.when, days },
  ...more,
});
const unscaled = (step: StepInput): StepInput => ({ ...step, scaled: false });

const LEAD = ["csm", "deal_owner", "client_owner"];

/** Twice the standard offsets; day 30, 60 and 90 stay where the calendar has them. */
export const enterprise: TemplateInput = {
  id: "enterprise",
  version: 1,
  title: say(
    "Enterprise onboarding, 8 weeks",
    "Онбординг Enterprise, 8 недель",
    "Онбординг Enterprise, 8 тижнів",
    "Onboarding Enterprise, 8 săptămâni",
  ),
  lengthDays: 56,
  phases: [
    { ...THREE_MONTHS[0]!, toDay: 58, fixed: false },
    { ...THREE_MONTHS[1]!, fromDay: 57, toDay: 75 },
    { ...THREE_MONTHS[2]!, fromDay: 76, toDay: 90 },
  ],
  milestones: milestonesWith(goLive(56, ["go_live_review"])).map((one) =>
    one.key === "first_value" ? { ...one, day: 14 } : one,
  ),
  steps: [
    welcome,
    {
      key: "dedicated_manager",
      title: say(
        "Assign the dedicated manager",
        "Назначить выделенного менеджера",
        "Призначити виділеного менеджера",
        "Alocarea managerului dedicat",
      ),
      phase: "quick_wins",
      when: { days: 1 },
      owner: ["head", ...LEAD],
      priority: "high",
    },
    on(kickoff, 6),
    {
      key: "executive_sponsor",
      title: say(
        "Meeting with the executive sponsor",
        "Встреча со спонсором проекта",
        "Зустріч зі спонсором проєкту",
        "Întâlnire cu sponsorul executiv",
      ),
      body: say(
        "Agree with the sponsor on goals, on what counts as success and on how you report.",
        "Согласуйте со спонсором цели, критерии успеха и формат отчётности.",
        "Погодьте зі спонсором цілі, критерії успіху та формат звітності.",
        "Stabiliți cu sponsorul obiectivele, criteriile de succes și modul de raportare.",
      ),
      phase: "quick_wins",
      when: { days: 8 },
      owner: ["executive", "head", ...LEAD],
      type: "meeting",
      durationMinutes: 45,
      priority: "high",
      client: true,
    },
    on(firstResult, 10),
    on(checkIn, 28),
    {
      key: "custom_training",
      title: say(
        "Custom training for the client's teams",
        "Индивидуальное обучение команд клиента",
        "Індивідуальне навчання команд клієнта",
        "Training personalizat pentru echipele clientului",
      ),
      body: say(
        "By role, with the client's own data.",
        "По ролям, на данных клиента.",
        "За ролями, на даних клієнта.",
        "Pe roluri, cu datele clientului.",
      ),
      phase: "quick_wins",
      when: { days: 35 },
      after: ["kickoff"],
      owner: ["trainer", ...LEAD],
      type: "meeting",
      durationMinutes: 120,
      client: true,
    },
    on(training, 42),
    retrospective,
    {
      key: "go_live_review",
      title: say("Go-live review", "Проверка запуска", "Перевірка запуску", "Evaluarea go-live"),
      phase: "quick_wins",
      when: { days: 56 },
      after: ["training", "custom_training"],
      owner: LEAD,
      type: "meeting",
      durationMinutes: 45,
      client: true,
    },
    ...secondMonth({ kpis: 60, moreUsers: 64, feedback: 68, watch: 72 }).map(unscaled),
    ...thirdMonth({ report: 78, feedback: 82, development: 85 }).map(unscaled),
    ...letters("quick_wins", "welcome", "letters"),
    ...provisioning("quick_wins"),
    ...technicalSteps("quick_wins", { config: 8, integrations: 14, dataImport: 18, security: 24 }),
  ],
  touchpoints: TOUCHPOINTS,
};

/** Two weeks, self-serve first: letters and group webinars, one short personal kickoff, no training one to one. */
export const smb: TemplateInput = {
  id: "smb",
  version: 1,
  title: say(
    "Small business onboarding, 2 weeks",
    "Онбординг малого бизнеса, 2 недели",
    "Онбординг малого бізнесу, 2 тижні",
    "Onboarding SMB, 2 săptămâni",
  ),
  lengthDays: 14,
  phases: THREE_MONTHS,
  milestones: milestonesWith(goLive(14, ["first_result", "webinar_practice"])),
  steps: [
    welcome,
    on(kickoff, 2, { durationMinutes: 30, type: "call", meeting: false }),
    on(firstResult, 4),
    on(checkIn, 7),
    {
      key: "webinar_start",
      title: say(
        "Invite to the group webinar: first steps",
        "Пригласить на групповой вебинар: первые шаги",
        "Запросити на груповий вебінар: перші кроки",
        "Invitație la webinarul de grup: primii pași",
      ),
      phase: "quick_wins",
      when: { days: 8 },
      owner: LEAD,
      type: "email",
      client: true,
      message: { text: "webinar_invite" },
    },
    {
      key: "webinar_practice",
      title: say(
        "Invite to the group webinar: daily work",
        "Пригласить на групповой вебинар: ежедневная работа",
        "Запросити на груповий вебінар: щоденна робота",
        "Invitație la webinarul de grup: lucrul zilnic",
      ),
      phase: "quick_wins",
      when: { days: 11 },
      after: ["webinar_start"],
      owner: LEAD,
      type: "email",
      client: true,
      message: { text: "webinar_invite" },
    },
    retrospective,
    ...secondMonth({ kpis: 35, moreUsers: 42, feedback: 50, watch: 55 }).map(unscaled),
    ...thirdMonth({ report: 67, feedback: 74, development: 81 }).map(unscaled),
    ...letters("quick_wins", "welcome", "letters"),
    ...provisioning("quick_wins"),
  ],
  touchpoints: TOUCHPOINTS,
};
