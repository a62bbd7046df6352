/** The codes that choice fields take, with their words. A code never changes: reports and workflows of customers stand on it. */
import type { Language } from "./model.ts";

export interface FieldOption {
  code: string;
  label: Readonly<Record<Language, string>>;
}

/** One text in the four languages. */
export function text4(en: string, ru: string, uk: string, ro: string): Readonly<Record<Language, string>> {
  return { en, ru, uk, ro };
}

function option(code: string, en: string, ru: string, uk: string, ro: string): FieldOption {
  return { code, label: text4(en, ru, uk, ro) };
}

export const ZONE_OPTIONS: readonly FieldOption[] = [
  option("green", "Green", "Зелёная", "Зелена", "Verde"),
  option("yellow", "Yellow", "Жёлтая", "Жовта", "Galben"),
  option("red", "Red", "Красная", "Червона", "Roșu"),
  option("learning", "Learning", "Изучаем", "Вивчаємо", "În învățare"),
];

export const PHASE_OPTIONS: readonly FieldOption[] = [
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
];

export const TREND_OPTIONS: readonly FieldOption[] = [
  option("rising", "Rising", "Растёт", "Зростає", "În creștere"),
  option("steady", "Steady", "Стабильно", "Стабільно", "Stabil"),
  option("falling", "Falling", "Падает", "Падає", "În scădere"),
];

export const CONFIDENCE_OPTIONS: readonly FieldOption[] = [
  option("low", "Low", "Низкая", "Низька", "Scăzută"),
  option("medium", "Medium", "Средняя", "Середня", "Medie"),
  option("high", "High", "Высокая", "Висока", "Ridicată"),
];

export const CLASS_OPTIONS: readonly FieldOption[] = [
  option("A", "A", "A", "A", "A"),
  option("B", "B", "B", "B", "B"),
  option("C", "C", "C", "C", "C"),
];

export const LIFE_STAGE_OPTIONS: readonly FieldOption[] = [
  option("new", "New (0–3 months)", "Новый (0–3 мес.)", "Новий (0–3 міс.)", "Nou (0–3 luni)"),
  option("mature", "Mature (3–12 months)", "Зрелый (3–12 мес.)", "Зрілий (3–12 міс.)", "Matur (3–12 luni)"),
  option("loyal", "Loyal (12+ months)", "Лояльный (12+ мес.)", "Лояльний (12+ міс.)", "Loial (12+ luni)"),
];

export const CRITICAL_PERIOD_OPTIONS: readonly FieldOption[] = [
  option("none", "None", "Нет", "Немає", "Niciuna"),
  option("first_30_days", "First 30 days", "Первые 30 дней", "Перші 30 днів", "Primele 30 de zile"),
  option("months_3_6", "Months 3–6", "Месяцы 3–6", "Місяці 3–6", "Lunile 3–6"),
  option("months_9_12", "Months 9–12", "Месяцы 9–12", "Місяці 9–12", "Lunile 9–12"),
];

export const IMPORTANCE_STRATEGIC_OPTIONS: readonly FieldOption[] = [
  option("low", "Low", "Низкая", "Низька", "Scăzută"),
  option("medium", "Medium", "Средняя", "Середня", "Medie"),
  option("high", "High", "Высокая", "Висока", "Ridicată"),
];

export const DECISION_OPTIONS: readonly FieldOption[] = [
  option("undecided", "Undecided", "Не решено", "Не вирішено", "Nedecis"),
  option("fight", "Fight", "Бороться", "Боротися", "Luptăm"),
  option("let_go", "Let go", "Отпустить", "Відпустити", "Renunțăm"),
];

export const SUPPORT_LEVEL_OPTIONS: readonly FieldOption[] = [
  option("standard", "Standard", "Обычный", "Звичайний", "Standard"),
  option("raised", "Raised", "Повышенный", "Підвищений", "Ridicat"),
];

export const CHURN_REASON_OPTIONS: readonly FieldOption[] = [
  option("service", "Service", "Обслуживание", "Обслуговування", "Servicii"),
  option("product", "Product", "Продукт", "Продукт", "Produs"),
  option("competitor", "Competitor", "Конкурент", "Конкурент", "Concurent"),
  option("price", "Price", "Цена", "Ціна", "Preț"),
  option("other", "Other", "Другое", "Інше", "Altul"),
];
