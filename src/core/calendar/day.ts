/** A calendar day as an integer: days since 1970-01-01 in the local calendar of a portal or owner. */
export type Day = number;

/** Year, month 1–12 and day of month 1–31 of the proleptic Gregorian calendar. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;
}

/** Day of a civil date. Months outside 1–12 are not normalised. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
export function dayOfCivil(year: number, month: number, dayOfMonth: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Civil date of a day. Inverse of `dayOfCivil`, same source. */
export function civilOfDay(day: Day): CivilDate {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

/** Day of an ISO date such as "2026-03-21". Throws RangeError for anything else, also for 30 February. */
export function parseDay(isoDate: string): Day {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(isoDate);
  if (match) {
    const day = dayOfCivil(Number(match[1]), Number(match[2]), Number(match[3]));
    if (formatDay(day) === isoDate) return day;
  }
  throw new RangeError(`not a calendar date: ${isoDate}`);
}

/** ISO date of a day, for example "2026-03-21". Years 0–9999. */
export function formatDay(day: Day): string {
  const { year, month, dayOfMonth } = civilOfDay(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`;
}

/** ISO weekday of a day: 1 is Monday, 7 is Sunday. Day 0 was a Thursday. */
export function weekdayOf(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The day `months` calendar months later; a day of month that does not exist becomes the last one (31 January + 1 → 28 February). */
export function addMonths(day: Day, months: number): Day {
  const { year, month, dayOfMonth } = civilOfDay(day);
  const index = year * 12 + month - 1 + months;
  const targetYear = Math.floor(index / 12);
  const targetMonth = index - targetYear * 12 + 1;
  const firstOfNext =
    targetMonth === 12 ? dayOfCivil(targetYear + 1, 1, 1) : dayOfCivil(targetYear, targetMonth + 1, 1);
  return Math.min(dayOfCivil(targetYear, targetMonth, dayOfMonth), firstOfNext - 1);
}
