/** Numbers, money and dates as the reader's language writes them. */

import { dayOf } from "../core/calendar/zone.ts";
import type { Language } from "../core/model.ts";
import { formatDayIn, pluralise } from "../core/text/render.ts";

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", ru: "ru-RU", uk: "uk-UA", ro: "ro-RO" };
const DAY_MS = 86_400_000;

const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function held<T extends Intl.NumberFormat | Intl.DateTimeFormat>(name: string, make: () => T): T {
  const known = made.get(name) as T | undefined;
  if (known) return known;
  const one = make();
  made.set(name, one);
  return one;
}

export interface Format {
  /** "14 April 2026" */
  day(day: number | null): string;
  /** "14 Apr" */
  shortDay(day: number | null): string;
  /** "April 2026" */
  month(day: number): string;
  /** "04/2026", where there is little room */
  shortMonth(day: number): string;
  /** "14 Apr 2026, 09:30" in the portal's zone */
  instant(atMs: number | null): string;
  /** "14 Apr", the day of an instant in the portal's zone */
  instantDay(atMs: number | null): string;
  number(value: number | null, digits?: number): string;
  /** with the right form of its word and one decimal at most; forms are separated by `|`, one|few|many */
  count(value: number, forms: string): string;
  /** whole units of the portal's currency */
  money(value: number | null): string;
  /** of a number that is per cent already */
  percent(value: number | null, digits?: number): string;
}

/** What stands for "not known". */
export const NONE = "–";

/** @param currency ISO code; one that is unknown here is written behind the number */
export function formatIn(language: Language, zone: string, currency: string): Format {
  const locale = LOCALES[language];
  const short = held(
    `d/${language}`,
    () => new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short" }),
  );
  const month = held(
    `o/${language}`,
    () => new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: "long", year: "numeric" }),
  );
  const shortMonth = held(
    `p/${language}`,
    () => new Intl.DateTimeFormat(locale, { timeZone: "UTC", month: "2-digit", year: "numeric" }),
  );
  const instant = held(
    `i/${language}/${zone}`,
    () => new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: "medium", timeStyle: "short" }),
  );
  const numbers = (digits: number) =>
    held(`n/${language}/${digits}`, () => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }));
  return {
    day: (day) => (day === null ? NONE : formatDayIn(day, language)),
    shortDay: (day) => (day === null ? NONE : short.format(day * DAY_MS)),
    month: (day) => month.format(day * DAY_MS),
    shortMonth: (day) => shortMonth.format(day * DAY_MS),
    instant: (at) => (at === null ? NONE : instant.format(at)),
    instantDay: (at) => (at === null ? NONE : short.format(dayOf(at, zone) * DAY_MS)),
    number: (value, digits = 0) => (value === null ? NONE : realMinus(numbers(digits).format(value))),
    count: (value, forms) => pluralise(Math.round(value * 10) / 10, forms.split("|"), language),
    money: (value) => (value === null ? NONE : moneyFormat(language, locale, currency).format(value)),
    percent: (value, digits = 0) => (value === null ? NONE : `${realMinus(numbers(digits).format(value))}\u00a0%`),
  };
}

function realMinus(text: string): string {
  return text.replace(/^-/, "−");
}

function moneyFormat(language: Language, locale: string, currency: string): Intl.NumberFormat {
  const isKnown = /^[A-Z]{3}$/.test(currency);
  return held(`m/${language}/${currency}`, () =>
    isKnown
      ? new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: 0 })
      : new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
  );
}

/** @param weekday 1 to 7, Monday first */
export function weekdayName(weekday: number, language: Language): string {
  const long = held(
    `w/${language}`,
    () => new Intl.DateTimeFormat(LOCALES[language], { timeZone: "UTC", weekday: "long" }),
  );
  // 1970-01-05 was a Monday.
  return long.format((weekday + 3) * DAY_MS);
}
