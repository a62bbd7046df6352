import Holidays from "date-holidays";
import { type Day, parseDay } from "./day.ts";
import { carriesOver, movedDays } from "./moved-days.ts";

const DAY_MS = 86_400_000;
const NOON_MS = DAY_MS / 2;

/** Days on which offices are closed though they are not a weekend, and weekend days that are worked, both ascending. */
export interface HolidayCalendar {
  readonly daysOff: readonly Day[];
  readonly workdays: readonly Day[];
}

const cache = new Map<string, readonly Day[]>();

/** The library marks most substitute days, and leaves some unmarked ("03-08 and if sunday then next monday" on 9 March). */
function isSubstitute(holiday: { rule: string; date: string; substitute?: boolean }): boolean {
  if (holiday.substitute) return true;
  return (
    / if /.test(holiday.rule) &&
    /^\d\d-\d\d/.test(holiday.rule) &&
    !holiday.date.slice(5).startsWith(holiday.rule.slice(0, 5))
  );
}

/** Public and bank holidays of one year as the library knows them; half-day holidays (from noon on) are working days. */
function libraryDays(country: string, year: number): readonly Day[] {
  const key = `${country}:${year}`;
  const known = cache.get(key);
  if (known) return known;
  const rules = new Holidays(country, { timezone: "UTC", types: ["public", "bank"] });
  const dropSubstitutes = carriesOver(country.slice(0, 2));
  const days = new Set<Day>();
  for (const holiday of rules.getHolidays(year)) {
    if (dropSubstitutes && isSubstitute(holiday)) continue;
    const first = parseDay(holiday.date.slice(0, 10));
    const startOfDayMs = holiday.start.getTime() - Math.floor(holiday.start.getTime() / DAY_MS) * DAY_MS;
    if (startOfDayMs >= NOON_MS && holiday.end.getTime() - holiday.start.getTime() < DAY_MS) continue;
    const length = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / DAY_MS));
    for (let offset = 0; offset < length; offset++) days.add(first + offset);
  }
  const sorted = [...days].sort((a, b) => a - b);
  cache.set(key, sorted);
  return sorted;
}

/**
 * Days off and moved working days of a country for whole years, both years included. `country` is ISO 3166 alpha-2, optionally with a
 * region ("DE-BY"). An unknown country has none. Source of the rules: the date-holidays library; of moved days: `moved-days.ts`.
 */
export function holidayCalendar(country: string, fromYear: number, toYear: number): HolidayCalendar {
  const off = new Set<Day>();
  const work = new Set<Day>();
  for (let year = fromYear; year <= toYear; year++) {
    const known = libraryDays(country, year);
    for (const day of known) off.add(day);
    const moved = movedDays(country.slice(0, 2), year, known);
    for (const day of moved.notOff) off.delete(day);
    for (const day of moved.off) off.add(day);
    for (const day of moved.work) {
      work.add(day);
      off.delete(day);
    }
  }
  const ascending = (days: Set<Day>) => [...days].sort((a, b) => a - b);
  return { daysOff: ascending(off), workdays: ascending(work) };
}

/** Weekend of a country as ISO weekdays where it is not Saturday and Sunday. Source: Unicode CLDR supplemental week data. */
const WEEKENDS: Readonly<Record<string, readonly number[]>> = {
  AF: [4, 5],
  BD: [5, 6],
  BH: [5, 6],
  DZ: [5, 6],
  EG: [5, 6],
  IL: [5, 6],
  IQ: [5, 6],
  IR: [5],
  JO: [5, 6],
  KW: [5, 6],
  LY: [5, 6],
  OM: [5, 6],
  QA: [5, 6],
  SA: [5, 6],
  SD: [5, 6],
  SY: [5, 6],
  YE: [5, 6],
};

/** ISO weekdays that are the weekend of a country: Saturday and Sunday where nothing else is known. */
export function weekendOf(country: string): readonly number[] {
  return WEEKENDS[country.slice(0, 2)] ?? [6, 7];
}
