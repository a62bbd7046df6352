/** Parts that several built-in templates share. Their order follows the sources; days and wording are our defaults, all editable (A0.1). */
import type { Localised, TemplateInput } from "../template.ts";

export type StepInput = TemplateInput["steps"][number];
export type PhaseInput = TemplateInput["phases"][number];

/** A text in English, Russian, Ukrainian and Romanian. */
export function say(en: string, ru: string, uk: string, ro: string): Localised {
  return { en, ru, uk, ro };
}

const LEAD = ["csm", "deal_owner", "client_owner"];

/** What each of the three months is for (A3.1). */
export const THREE_MONTHS: PhaseInput[] = [
  {
    key: "quick_wins",
    title: say("Quick wins", "Быстрые победы", "Швидкі перемоги", "Câștiguri rapide"),
    goal: say(
      "Show first results, form the habit of use",
      "Показать первые результаты, сформировать привычку использования",
      "Показати перші результати, сформувати звичку користування",
      "Arătăm primele rezultate, formăm obiceiul de utilizare",
    ),
    fromDay: 0,
    toDay: 30,
    fixed: true,
  },
  {
    key: "deepening",
    title: say("Deepening", "Углубление", "Поглиблення", "Aprofundare"),
    goal: say(
      "Show what else is possible, reach measurable results",
      "Показать расширенные возможности, добиться измеримых результатов",
      "Показати розширені можливості, досягти вимірюваних результатів",
      "Arătăm posibilitățile extinse, obținem rezultate măsurabile",
    ),
    fromDay: 31,
    toDay: 60,
    fixed: true,
  },
  {
    key: "consolidation",
    title: say("Consolidation", "Закрепление", "Закріплення", "Consolidare"),
    goal: say(
      "Become part of the client's work, prepare the years after",
      "Интеграция в процессы, подготовка к долгосрочному сотрудничеству",
      "Інтеграція у процеси, підготовка до довгострокової співпраці",
      "Integrare în procese, pregătirea colaborării pe termen lung",
    ),
    fromDay: 61,
    toDay: 90,
    fixed: true,
  },
];

/** Milestones of the three months; their days belong to the calendar (A0.7). */
const THREE_MILESTONES: NonNullable<TemplateInput["milestones"]> = [
  {
    key: "first_value",
    title: say("First value", "Первая ценность", "Перша цінність", "Prima valoare"),
    day: 7,
    steps: ["first_result"],
  },
  { key: "day_30", title: say("Day 30", "День 30", "День 30", "Ziua 30"), day: 30, steps: ["retrospective"] },
  {
    key: "day_60",
    title: say("Day 60", "День 60", "День 60", "Ziua 60"),
    day: 60,
    condition: { milestone: "first_value", is: "reached" },
  },
  { key: "day_90", title: say("Day 90", "День 90", "День 90", "Ziua 90"), day: 90, steps: ["handover"] },
];

/** From when on the client works without us beside it: the end of the time to onboard. */
export function goLive(day: number, steps: string[]): NonNullable<TemplateInput["milestones"]>[number] {
  return { key: "go_live", title: say("Go-live", "Запуск", "Запуск", "Go-live"), day, steps };
}

/** The three milestones and go-live, by their days. */
export function milestonesWith(live: ReturnType<typeof goLive>): NonNullable<TemplateInput["milestones"]> {
  return [...THREE_MILESTONES, live].sort((a, b) => a.day - b.day);
}

export const welcome: StepInput = {
  key: "welcome",
  title: say(
    "Welcome with a concrete plan",
    "Приветствие с конкретным планом",
    "Привітання з конкретним планом",
    "Bun venit cu un plan concret",
  ),
  phase: "quick_wins",
  when: { days: 0 },
  owner: LEAD,
  type: "email",
  priority: "high",
  client: true,
  message: { text: "welcome", stopOnReply: false },
};

export const kickoff: StepInput = {
  key: "kickoff",
  title: say("Kickoff meeting", "Стартовая встреча (kickoff)", "Стартова зустріч (kickoff)", "Întâlnire de kickoff"),
  body: say(
    "30–45 minutes. Meet the key people, agree on goals, expectations and what counts as success.\n\nGoals:\nSuccess criteria:\nKey people:\nExpectations:",
    "30–45 минут: знакомство с ключевыми людьми, цели клиента, ожидания и критерии успеха.\n\nЦели:\nКритерии успеха:\nКлючевые люди:\nОжидания:",
    "30–45 хвилин: знайомство з ключовими людьми, цілі клієнта, очікування та критерії успіху.\n\nЦілі:\nКритерії успіху:\nКлючові люди:\nОчікування:",
    "30–45 de minute: cunoaștem persoanele cheie, stabilim obiectivele, așteptările și criteriile de succes.\n\nObiective:\nCriterii de succes:\nPersoane cheie:\nAșteptări:",
  ),
  phase: "quick_wins",
  when: { days: 3 },
  after: ["welcome"],
  owner: LEAD,
  type: "meeting",
  durationMinutes: 45,
  priority: "high",
  reminderDays: 1,
  client: true,
  meeting: true,
  collects: ["goals", "success_criteria", "use_case"],
};

export const firstResult: StepInput = {
  key: "first_result",
  title: say(
    "First tangible result",
    "Первый осязаемый результат",
    "Перший відчутний результат",
    "Primul rezultat concret",
  ),
  body: say(
    "The client has to see a result: an integration that runs, a first report, a solved problem. Say what it saves them.",
    "Клиент должен увидеть результат: настроенная интеграция, первый отчёт, решённая проблема. Скажите, что это ему экономит.",
    "Клієнт має побачити результат: налаштована інтеграція, перший звіт, розв’язана проблема. Скажіть, що це йому економить.",
    "Clientul trebuie să vadă un rezultat: o integrare funcțională, primul raport, o problemă rezolvată. Spuneți ce economisește.",
  ),
  phase: "quick_wins",
  when: { days: 5 },
  after: ["kickoff"],
  owner: LEAD,
  priority: "high",
  reminderDays: 1,
  client: true,
};

export const checkIn: StepInput = {
  key: "check_in",
  title: say("Check-in call", "Check-in звонок", "Check-in дзвінок", "Apel de check-in"),
  body: say(
    "How are things? What works? Where are you stuck?",
    "Как дела? Что получается? Где застряли?",
    "Як справи? Що виходить? Де застрягли?",
    "Cum merge? Ce funcționează? Unde v-ați blocat?",
  ),
  phase: "quick_wins",
  when: { days: 14 },
  owner: ["check_in", ...LEAD],
  type: "call",
  reminderDays: 0,
  client: true,
};

export const training: StepInput = {
  key: "training",
  title: say("Live training session", "Живое обучение", "Живе навчання", "Sesiune de training live"),
  body: say(
    "A live session, not a link to the manual: show, answer, write down what is unclear.\n\nUnclear:",
    "Не «документация по ссылке», а живая сессия: показываем функции, отвечаем на вопросы, фиксируем, что непонятно.\n\nНепонятно:",
    "Не «документація за посиланням», а жива сесія: показуємо функції, відповідаємо на запитання, фіксуємо, що незрозуміло.\n\nНезрозуміло:",
    "O sesiune live, nu un link către documentație: arătăm, răspundem la întrebări, notăm ce nu e clar.\n\nNeclar:",
  ),
  phase: "quick_wins",
  when: { days: 21 },
  after: ["kickoff"],
  owner: ["trainer", ...LEAD],
  type: "meeting",
  durationMinutes: 60,
  client: true,
};

export const retrospective: StepInput = {
  key: "retrospective",
  title: say("Month 1 retrospective", "Ретроспектива месяца", "Ретроспектива місяця", "Retrospectiva primei luni"),
  body: say(
    "What was done, which results, what is planned for the next month. Send the day-30 survey.\n\nDone:\nResults:\nNext month:",
    "Что сделали, какие результаты, что планируем на следующий месяц. Отправьте опрос 30-го дня.\n\nСделано:\nРезультаты:\nСледующий месяц:",
    "Що зробили, які результати, що плануємо на наступний місяць. Надішліть опитування 30-го дня.\n\nЗроблено:\nРезультати:\nНаступний місяць:",
    "Ce am făcut, ce rezultate avem, ce planificăm pentru luna următoare. Trimiteți sondajul din ziua 30.\n\nFăcut:\nRezultate:\nLuna următoare:",
  ),
  phase: "quick_wins",
  when: { days: 30 },
  fixed: true,
  owner: LEAD,
  type: "meeting",
  durationMinutes: 45,
  reminderDays: 2,
  client: true,
};

/** Month two (A3.3). Days are given by the template, because a longer first month moves them. */
export function secondMonth(days: { kpis: number; moreUsers: number; feedback: number; watch: number }): StepInput[] {
  return [
    {
      key: "kpis",
      title: say(
        "Agree on 2–3 KPIs that show the value",
        "Определить 2–3 ключевых показателя",
        "Визначити 2–3 ключові показники",
        "Stabilirea a 2–3 KPI care arată valoarea",
      ),
      body: say(
        "For each KPI: name, baseline, target. Example: reply time from 4 hours to 40 minutes.",
        "Для каждого показателя: название, «было», цель. Например: время ответа на заявки с 4 часов до 40 минут.",
        "Для кожного показника: назва, «було», ціль. Наприклад: час відповіді на заявки з 4 годин до 40 хвилин.",
        "Pentru fiecare KPI: nume, valoare inițială, țintă. Exemplu: timpul de răspuns de la 4 ore la 40 de minute.",
      ),
      phase: "deepening",
      when: { days: days.kpis },
      after: ["retrospective"],
      owner: LEAD,
      priority: "high",
      client: true,
      collects: ["kpis"],
    },
    {
      key: "more_users",
      title: say(
        "Connect more of the client's staff",
        "Подключить дополнительных сотрудников клиента",
        "Підключити додаткових співробітників клієнта",
        "Conectarea mai multor angajați ai clientului",
      ),
      body: say(
        "The more people use the product, the more likely the client stays.",
        "Чем больше людей используют продукт, тем выше вероятность удержания.",
        "Що більше людей користується продуктом, то вища ймовірність утримання.",
        "Cu cât mai mulți oameni folosesc produsul, cu atât clientul rămâne mai probabil.",
      ),
      phase: "deepening",
      when: { days: days.moreUsers },
      owner: LEAD,
      client: true,
    },
    {
      key: "feedback_settings",
      title: say(
        "Collect feedback and adjust the settings",
        "Собрать обратную связь и скорректировать настройки",
        "Зібрати зворотний зв’язок і скоригувати налаштування",
        "Colectarea feedbackului și ajustarea setărilor",
      ),
      body: say(
        "Adjust the settings to the client's real use.",
        "Скорректируйте настройки под реальные сценарии использования клиента.",
        "Скоригуйте налаштування під реальні сценарії клієнта.",
        "Ajustați setările la scenariile reale ale clientului.",
      ),
      phase: "deepening",
      when: { days: days.feedback },
      owner: LEAD,
      type: "call",
      client: true,
    },
    {
      key: "activity_watch",
      title: say(
        "Watch the client's activity",
        "Отслеживать активность клиента",
        "Відстежувати активність клієнта",
        "Monitorizarea activității clientului",
      ),
      body: say(
        "A client who went quiet is a red flag. Tenure watches the activity and raises a task when it falls; close this one when the month's figures look right.",
        "Если клиент «затих» — это красный флаг. Активность отслеживается автоматически; закройте задачу, когда показатели месяца в норме.",
        "Якщо клієнт «затих» — це червоний прапорець. Активність відстежується автоматично; закрийте задачу, коли показники місяця в нормі.",
        "Un client care a amuțit este un semnal roșu. Activitatea este urmărită automat; închideți sarcina când cifrele lunii sunt bune.",
      ),
      phase: "deepening",
      when: { days: days.watch },
      owner: LEAD,
      monitor: "activity",
    },
  ];
}

/** Month three (A3.4). */
export function thirdMonth(days: { report: number; feedback: number; development: number }): StepInput[] {
  return [
    {
      key: "before_after",
      title: say(
        "Before/after report in numbers",
        "Отчёт «до» и «после» в цифрах",
        "Звіт «до» і «після» в цифрах",
        "Raport înainte/după în cifre",
      ),
      body: say(
        "Time saved, conversion, faster processes.\n[[\nAgreed KPIs:\n{{client.kpis}}]]",
        "Сколько сэкономили времени, насколько выросла конверсия, какие процессы ускорились.\n[[\nСогласованные показатели:\n{{client.kpis}}]]",
        "Скільки заощадили часу, наскільки зросла конверсія, які процеси прискорилися.\n[[\nПогоджені показники:\n{{client.kpis}}]]",
        "Timp economisit, conversie, procese mai rapide.\n[[\nKPI stabiliți:\n{{client.kpis}}]]",
      ),
      phase: "consolidation",
      when: { days: days.report },
      after: ["kpis"],
      owner: LEAD,
      priority: "high",
      client: true,
    },
    {
      key: "feedback",
      title: say("Ask for feedback", "Собрать обратную связь", "Зібрати зворотний зв’язок", "Cererea de feedback"),
      body: say(
        "What was liked? What can be better? Which functions are not used, and why?",
        "Что понравилось? Что можно улучшить? Какие функции не используются и почему?",
        "Що сподобалося? Що можна покращити? Які функції не використовуються і чому?",
        "Ce a plăcut? Ce se poate îmbunătăți? Ce funcții nu sunt folosite și de ce?",
      ),
      phase: "consolidation",
      when: { days: days.feedback },
      owner: LEAD,
      type: "call",
      client: true,
    },
    {
      key: "development_plan",
      title: say("Development plan", "План развития", "План розвитку", "Plan de dezvoltare"),
      body: say(
        "Which functions, integrations and processes does the client want next?",
        "Какие возможности, интеграции и процессы клиент хочет дальше?",
        "Які можливості, інтеграції та процеси клієнт хоче далі?",
        "Ce funcții, integrări și procese dorește clientul mai departe?",
      ),
      phase: "consolidation",
      when: { days: days.development },
      after: ["feedback"],
      owner: LEAD,
      client: true,
    },
    {
      key: "handover",
      title: say(
        "Handover talk and final meeting",
        "Итоговая встреча и переход на регулярную поддержку",
        "Підсумкова зустріч і перехід на регулярну підтримку",
        "Întâlnirea finală și trecerea la suport regulat",
      ),
      body: say(
        "Explain how support will look, how often check-ins happen and who owns the account. The client leaves knowing: there is a plan, there is a contact, I matter.",
        "Объясните, как будет выглядеть поддержка, как часто будут check-in звонки и кто отвечает за аккаунт. Клиент должен понимать: есть план, есть контактное лицо, я важен.",
        "Поясніть, якою буде підтримка, як часто будуть check-in дзвінки і хто відповідає за акаунт. Клієнт має розуміти: є план, є контактна особа, я важливий.",
        "Explicați cum va arăta suportul, cât de des vor fi apelurile de check-in și cine răspunde de cont. Clientul trebuie să știe: există un plan, există o persoană de contact, contează.",
      ),
      phase: "consolidation",
      when: { days: 90 },
      fixed: true,
      owner: LEAD,
      type: "meeting",
      durationMinutes: 45,
      priority: "high",
      reminderDays: 2,
      client: true,
    },
  ];
}
