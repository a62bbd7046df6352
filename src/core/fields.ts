/** The fields we keep on companies, deals and (where a deal has no company) contacts. Data only; each adapter maps them to its CRM. */
import type { Language, RecordKind } from "./model.ts";

export type FieldType = "number" | "date" | "datetime" | "boolean" | "choice" | "owner" | "text" | "longtext";

/** A field's value in our words: date = day integer, datetime = epoch ms, choice = option code, owner = owner id, text = string. */
export type FieldValue = string | number | boolean | null;

export interface FieldDefinition {
  /** stable id; the CRM-side name is derived from it */
  id: string;
  type: FieldType;
  /** the records that carry it; `client` kinds are company and contact */
  on: readonly RecordKind[];
  /** `ours`: put back when somebody changes it. `person`: a person's value wins and becomes a fact */
  policy: "ours" | "person";
  /** 1 is kept longest when a portal has no room for all; higher numbers are left out first */
  rank: 1 | 2 | 3;
  label: Readonly<Record<Language, string>>;
  options?: readonly FieldOption[];
  /** decimals of a number; 0 when absent */
  decimals?: number;
}

export interface FieldOption {
  code: string;
  label: Readonly<Record<Language, string>>;
}

const BOTH: readonly RecordKind[] = ["company", "contact", "deal"];
const CLIENT: readonly RecordKind[] = ["company", "contact"];

function text4(en: string, ru: string, uk: string, ro: string): Readonly<Record<Language, string>> {
  return { en, ru, uk, ro };
}

function option(code: string, en: string, ru: string, uk: string, ro: string): FieldOption {
  return { code, label: text4(en, ru, uk, ro) };
}

const ZONES = [
  option("green", "Green", "Зелёная", "Зелена", "Verde"),
  option("yellow", "Yellow", "Жёлтая", "Жовта", "Galben"),
  option("red", "Red", "Красная", "Червона", "Roșu"),
  option("learning", "Learning", "Изучаем", "Вивчаємо", "În învățare"),
];

type Row = Omit<FieldDefinition, "label"> & { label: readonly [string, string, string, string] };

const ROWS: readonly Row[] = [
  // plan
  {
    id: "plan",
    type: "text",
    on: BOTH,
    policy: "ours",
    rank: 2,
    label: ["Onboarding plan", "План онбординга", "План онбордингу", "Plan de onboarding"],
  },
  {
    id: "phase",
    type: "choice",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Onboarding phase", "Этап онбординга", "Етап онбордингу", "Etapa de onboarding"],
    options: [
      option(
        "days_0_30",
        "Quick wins (days 0–30)",
        "Быстрые победы (дни 0–30)",
        "Швидкі перемоги (дні 0–30)",
        "Câștiguri rapide (zilele 0–30)",
      ),
      option(
        "days_31_60",
        "Deepening (days 31–60)",
        "Углубление (дни 31–60)",
        "Поглиблення (дні 31–60)",
        "Aprofundare (zilele 31–60)",
      ),
      option(
        "days_61_90",
        "Consolidation (days 61–90)",
        "Закрепление (дни 61–90)",
        "Закріплення (дні 61–90)",
        "Consolidare (zilele 61–90)",
      ),
      option("graduated", "Graduated", "Завершён", "Завершено", "Absolvit"),
      option("paused", "Paused", "На паузе", "На паузі", "În pauză"),
      option("closed", "Closed", "Закрыт", "Закрито", "Închis"),
    ],
  },
  {
    id: "progress",
    type: "number",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Onboarding progress, %", "Прогресс онбординга, %", "Прогрес онбордингу, %", "Progres onboarding, %"],
  },
  {
    id: "next_step",
    type: "text",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Next step", "Следующий шаг", "Наступний крок", "Pasul următor"],
  },
  {
    id: "next_step_due",
    type: "date",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Next step due", "Срок следующего шага", "Термін наступного кроку", "Termenul pasului următor"],
  },
  {
    id: "overdue",
    type: "number",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Overdue steps", "Просроченных шагов", "Прострочених кроків", "Pași întârziați"],
  },
  {
    id: "oldest_due",
    type: "date",
    on: BOTH,
    policy: "ours",
    rank: 2,
    label: ["Oldest overdue date", "Самый старый срок", "Найстаріший термін", "Cel mai vechi termen"],
  },
  {
    id: "plan_started",
    type: "date",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Onboarding started", "Онбординг начат", "Онбординг розпочато", "Onboarding început"],
  },
  {
    id: "phase_2_entered",
    type: "date",
    on: CLIENT,
    policy: "ours",
    rank: 3,
    label: ["Deepening since", "Углубление с", "Поглиблення з", "Aprofundare din"],
  },
  {
    id: "phase_3_entered",
    type: "date",
    on: CLIENT,
    policy: "ours",
    rank: 3,
    label: ["Consolidation since", "Закрепление с", "Закріплення з", "Consolidare din"],
  },
  {
    id: "graduated_on",
    type: "date",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Graduated on", "Онбординг завершён", "Онбординг завершено", "Absolvit la"],
  },
  {
    id: "forecast_finish",
    type: "date",
    on: BOTH,
    policy: "ours",
    rank: 2,
    label: ["Forecast finish", "Прогноз завершения", "Прогноз завершення", "Finalizare estimată"],
  },
  {
    id: "day30_at_risk",
    type: "boolean",
    on: BOTH,
    policy: "ours",
    rank: 2,
    label: [
      "At risk of missing day 30",
      "Риск не успеть к дню 30",
      "Ризик не встигнути до дня 30",
      "Risc de ratare a zilei 30",
    ],
  },
  {
    id: "next_touchpoint",
    type: "date",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Next touchpoint", "Следующий контакт", "Наступний контакт", "Următorul contact"],
  },
  {
    id: "template_reason",
    type: "text",
    on: CLIENT,
    policy: "ours",
    rank: 3,
    label: ["Why this plan", "Почему этот план", "Чому цей план", "De ce acest plan"],
  },
  {
    id: "plan_link",
    type: "text",
    on: CLIENT,
    policy: "ours",
    rank: 3,
    label: ["Client plan page", "Страница плана клиента", "Сторінка плану клієнта", "Pagina planului pentru client"],
  },
  // health
  {
    id: "score",
    type: "number",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Health score", "Оценка здоровья", "Оцінка здоров’я", "Scor de sănătate"],
  },
  {
    id: "zone",
    type: "choice",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Health zone", "Зона здоровья", "Зона здоров’я", "Zona de sănătate"],
    options: ZONES,
  },
  {
    id: "zone_previous",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Previous zone", "Прежняя зона", "Попередня зона", "Zona anterioară"],
    options: ZONES,
  },
  {
    id: "zone_since",
    type: "datetime",
    on: CLIENT,
    policy: "ours",
    rank: 1,
    label: ["In zone since", "В зоне с", "У зоні з", "În zonă din"],
  },
  {
    id: "trend",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Health trend", "Тренд здоровья", "Тренд здоров’я", "Tendința sănătății"],
    options: [
      option("rising", "Rising", "Растёт", "Зростає", "În creștere"),
      option("steady", "Steady", "Ровно", "Рівно", "Stabil"),
      option("falling", "Falling", "Падает", "Падає", "În scădere"),
    ],
  },
  {
    id: "confidence",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Score confidence", "Уверенность оценки", "Впевненість оцінки", "Încrederea scorului"],
    options: [
      option("low", "Low", "Низкая", "Низька", "Scăzută"),
      option("medium", "Medium", "Средняя", "Середня", "Medie"),
      option("high", "High", "Высокая", "Висока", "Ridicată"),
    ],
  },
  {
    id: "main_reason",
    type: "text",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Main reason", "Главная причина", "Головна причина", "Motivul principal"],
  },
  {
    id: "reasons",
    type: "longtext",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["All reasons", "Все причины", "Усі причини", "Toate motivele"],
  },
  {
    id: "risk",
    type: "number",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Risk of loss, %", "Риск потери, %", "Ризик втрати, %", "Risc de pierdere, %"],
  },
  {
    id: "class",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 1,
    label: ["Client class", "Класс клиента", "Клас клієнта", "Clasa clientului"],
    options: [option("A", "A", "A", "A", "A"), option("B", "B", "B", "B", "B"), option("C", "C", "C", "C", "C")],
  },
  {
    id: "life_stage",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Life stage", "Стадия жизни", "Стадія життя", "Etapa de viață"],
    options: [
      option("new", "New (0–3 months)", "Новый (0–3 мес.)", "Новий (0–3 міс.)", "Nou (0–3 luni)"),
      option("mature", "Mature (3–12 months)", "Зрелый (3–12 мес.)", "Зрілий (3–12 міс.)", "Matur (3–12 luni)"),
      option("loyal", "Loyal (12+ months)", "Лояльный (12+ мес.)", "Лояльний (12+ міс.)", "Loial (12+ luni)"),
    ],
  },
  {
    id: "critical_period",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 3,
    label: ["Critical period", "Критический период", "Критичний період", "Perioadă critică"],
    options: [
      option("none", "None", "Нет", "Немає", "Niciuna"),
      option("first_30_days", "First 30 days", "Первые 30 дней", "Перші 30 днів", "Primele 30 de zile"),
      option("months_3_6", "Months 3–6", "Месяцы 3–6", "Місяці 3–6", "Lunile 3–6"),
      option("months_9_12", "Months 9–12", "Месяцы 9–12", "Місяці 9–12", "Lunile 9–12"),
    ],
  },
  {
    id: "importance_financial",
    type: "number",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Financial importance", "Финансовая важность", "Фінансова важливість", "Importanță financiară"],
  },
  {
    id: "importance_strategic",
    type: "choice",
    on: CLIENT,
    policy: "person",
    rank: 2,
    label: ["Strategic importance", "Стратегическая важность", "Стратегічна важливість", "Importanță strategică"],
    options: [
      option("low", "Low", "Низкая", "Низька", "Scăzută"),
      option("medium", "Medium", "Средняя", "Середня", "Medie"),
      option("high", "High", "Высокая", "Висока", "Ridicată"),
    ],
  },
  {
    id: "decision",
    type: "choice",
    on: CLIENT,
    policy: "person",
    rank: 2,
    label: ["Fight or let go", "Бороться или отпустить", "Боротися чи відпустити", "Luptăm sau renunțăm"],
    options: [
      option("undecided", "Undecided", "Не решено", "Не вирішено", "Nedecis"),
      option("fight", "Fight", "Бороться", "Боротися", "Luptăm"),
      option("let_go", "Let go", "Отпустить", "Відпустити", "Renunțăm"),
    ],
  },
  {
    id: "support_level",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Support level", "Уровень поддержки", "Рівень підтримки", "Nivel de suport"],
    options: [
      option("standard", "Standard", "Обычный", "Звичайний", "Standard"),
      option("raised", "Raised", "Повышенный", "Підвищений", "Ridicat"),
    ],
  },
  // escalation
  {
    id: "escalation_owner",
    type: "owner",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Escalation owner", "Ответственный за эскалацию", "Відповідальний за ескалацію", "Responsabil escaladare"],
  },
  {
    id: "escalation_level",
    type: "number",
    on: BOTH,
    policy: "ours",
    rank: 1,
    label: ["Escalation level", "Уровень эскалации", "Рівень ескалації", "Nivel de escaladare"],
  },
  {
    id: "escalation_since",
    type: "datetime",
    on: BOTH,
    policy: "ours",
    rank: 2,
    label: ["Escalated since", "Эскалация с", "Ескалація з", "Escaladat din"],
  },
  {
    id: "escalation_reason",
    type: "text",
    on: BOTH,
    policy: "ours",
    rank: 2,
    label: ["Escalation reason", "Причина эскалации", "Причина ескалації", "Motivul escaladării"],
  },
  {
    id: "escalation_due",
    type: "datetime",
    on: BOTH,
    policy: "ours",
    rank: 3,
    label: ["Next escalation at", "Следующая эскалация", "Наступна ескалація", "Următoarea escaladare"],
  },
  // results
  {
    id: "first_value_on",
    type: "date",
    on: CLIENT,
    policy: "person",
    rank: 1,
    label: [
      "First value reached on",
      "Первая ценность получена",
      "Перша цінність отримана",
      "Prima valoare obținută la",
    ],
  },
  {
    id: "ttfv_days",
    type: "number",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Days to first value", "Дней до первой ценности", "Днів до першої цінності", "Zile până la prima valoare"],
  },
  {
    id: "days_to_onboard",
    type: "number",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Days to onboard", "Дней на онбординг", "Днів на онбординг", "Zile de onboarding"],
  },
  {
    id: "completed",
    type: "boolean",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Onboarding completed", "Онбординг пройден", "Онбординг пройдено", "Onboarding finalizat"],
  },
  {
    id: "nps",
    type: "number",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["NPS answer", "Оценка NPS", "Оцінка NPS", "Răspuns NPS"],
  },
  {
    id: "ces",
    type: "number",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["CES answer", "Оценка CES", "Оцінка CES", "Răspuns CES"],
  },
  {
    id: "churned_on",
    type: "date",
    on: CLIENT,
    policy: "person",
    rank: 2,
    label: ["Client left on", "Клиент ушёл", "Клієнт пішов", "Client pierdut la"],
  },
  {
    id: "churn_reason",
    type: "choice",
    on: CLIENT,
    policy: "person",
    rank: 2,
    label: ["Reason for leaving", "Причина ухода", "Причина відходу", "Motivul plecării"],
    options: [
      option("service", "Service", "Обслуживание", "Обслуговування", "Servicii"),
      option("product", "Product", "Продукт", "Продукт", "Produs"),
      option("competitor", "Competitor", "Конкурент", "Конкурент", "Concurent"),
      option("price", "Price", "Цена", "Ціна", "Preț"),
      option("other", "Other", "Другое", "Інше", "Altul"),
    ],
  },
];

/** Every field, in the order in which screens and reports list them. */
export const FIELDS: readonly FieldDefinition[] = ROWS.map(({ label, ...row }) => ({ ...row, label: text4(...label) }));

const BY_ID: ReadonlyMap<string, FieldDefinition> = new Map(FIELDS.map((field) => [field.id, field]));

/** @throws Error for an id that is not in `FIELDS` */
export function fieldById(id: string): FieldDefinition {
  const field = BY_ID.get(id);
  if (!field) throw new Error(`There is no field "${id}"; fields are listed in src/core/fields.ts`);
  return field;
}

/** The fields that records of `kind` carry. */
export function fieldsOn(kind: RecordKind): readonly FieldDefinition[] {
  return FIELDS.filter((field) => field.on.includes(kind));
}
