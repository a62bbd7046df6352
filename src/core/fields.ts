/** The fields we keep on companies, deals and (where a deal has no company) contacts. Data only; each adapter maps them to its CRM. */
import {
  CHURN_REASON_OPTIONS,
  CLASS_OPTIONS,
  CONFIDENCE_OPTIONS,
  CRITICAL_PERIOD_OPTIONS,
  DECISION_OPTIONS,
  type FieldOption,
  IMPORTANCE_STRATEGIC_OPTIONS,
  LIFE_STAGE_OPTIONS,
  PHASE_OPTIONS,
  SUPPORT_LEVEL_OPTIONS,
  TREND_OPTIONS,
  text4,
  ZONE_OPTIONS,
} from "./field-options.ts";
import type { Language, RecordKind } from "./model.ts";

export type { FieldOption } from "./field-options.ts";

export type FieldType = "number" | "date" | "datetime" | "boolean" | "choice" | "owner" | "text" | "longtext";

/** A field's value in our words: date = day integer, datetime = epoch ms, choice = option code, owner = owner id, text = string. */
export type FieldValue = string | number | boolean | null;

export interface FieldDefinition {
  /** stable id; the CRM-side name is derived from it */
  id: string;
  type: FieldType;
  /** the records that carry it; `client` kinds are company and contact */
  on: readonly RecordKind[];
  /**
   * `ours`: put back when somebody changes it. `person`: a person's value wins and becomes a fact; we write what people said on our screens, if
   * anything. `words`: people's own words about the client; never written and no facts, read only where a text is merged from them
   */
  policy: "ours" | "person" | "words";
  /** 1 is kept longest when a portal has no room for all; higher numbers are left out first */
  rank: 1 | 2 | 3;
  label: Readonly<Record<Language, string>>;
  options?: readonly FieldOption[];
  /** decimals of a number; 0 when absent */
  decimals?: number;
}

const BOTH: readonly RecordKind[] = ["company", "contact", "deal"];
const CLIENT: readonly RecordKind[] = ["company", "contact"];

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
    options: PHASE_OPTIONS,
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
    options: ZONE_OPTIONS,
  },
  {
    id: "zone_previous",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Previous zone", "Прежняя зона", "Попередня зона", "Zona anterioară"],
    options: ZONE_OPTIONS,
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
    options: TREND_OPTIONS,
  },
  {
    id: "confidence",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Score confidence", "Уверенность оценки", "Впевненість оцінки", "Încrederea scorului"],
    options: CONFIDENCE_OPTIONS,
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
    options: CLASS_OPTIONS,
  },
  {
    id: "life_stage",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Life stage", "Стадия жизни", "Стадія життя", "Etapa de viață"],
    options: LIFE_STAGE_OPTIONS,
  },
  {
    id: "critical_period",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 3,
    label: ["Critical period", "Критический период", "Критичний період", "Perioadă critică"],
    options: CRITICAL_PERIOD_OPTIONS,
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
    options: IMPORTANCE_STRATEGIC_OPTIONS,
  },
  {
    id: "decision",
    type: "choice",
    on: CLIENT,
    policy: "person",
    rank: 2,
    label: ["Fight or let go", "Бороться или отпустить", "Боротися чи відпустити", "Luptăm sau renunțăm"],
    options: DECISION_OPTIONS,
  },
  {
    id: "support_level",
    type: "choice",
    on: CLIENT,
    policy: "ours",
    rank: 2,
    label: ["Support level", "Уровень поддержки", "Рівень підтримки", "Nivel de suport"],
    options: SUPPORT_LEVEL_OPTIONS,
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
  // a contact who unsubscribed on our page, or told a person so
  {
    id: "no_letters",
    type: "boolean",
    on: ["contact"],
    policy: "person",
    rank: 2,
    label: ["Wants no letters", "Не хочет писем", "Не хоче листів", "Nu dorește emailuri"],
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
    options: CHURN_REASON_OPTIONS,
  },
  // what steps collect, in people's own words
  {
    id: "goals",
    type: "longtext",
    on: CLIENT,
    policy: "words",
    rank: 2,
    label: ["Client’s goals", "Цели клиента", "Цілі клієнта", "Obiectivele clientului"],
  },
  {
    id: "use_case",
    type: "longtext",
    on: CLIENT,
    policy: "words",
    rank: 2,
    label: ["Use case", "Для чего используют", "Для чого використовують", "Caz de utilizare"],
  },
  {
    id: "success_criteria",
    type: "longtext",
    on: CLIENT,
    policy: "words",
    rank: 2,
    label: ["Success criteria", "Критерии успеха", "Критерії успіху", "Criterii de succes"],
  },
  {
    id: "kpis",
    type: "longtext",
    on: CLIENT,
    policy: "words",
    rank: 2,
    label: ["KPIs: baseline → target", "Показатели: было → цель", "Показники: було → ціль", "KPI: inițial → țintă"],
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

/** Fields that hold people's own words: asked for where a text is made, left out of everything else that is read or written. */
export const WORD_FIELDS: readonly FieldDefinition[] = FIELDS.filter(({ policy }) => policy === "words");

/** The fields that records of `kind` carry. */
export function fieldsOn(kind: RecordKind): readonly FieldDefinition[] {
  return FIELDS.filter((field) => field.on.includes(kind));
}
