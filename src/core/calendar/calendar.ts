import { civilOfDay, type Day, weekdayOf } from "./day.ts";
import { holidayCalendar, weekendOf } from "./holidays.ts";

export type { Day } from "./day.ts";

/** Working days and hours of a portal or of one owner. All methods are total; inside the prepared range each costs a table look-up. */
export interface WorkCalendar {
  /** IANA time zone in which days and minutes are meant. */
  readonly zone: string;
  /** Start of the working day, minutes after local midnight. */
  readonly startMinute: number;
  /** End of the working day, minutes after local midnight, exclusive. */
  readonly endMinute: number;
  isWorkingDay(day: Day): boolean;
  /** The day itself where it is a working day, else the next one. */
  rollForward(day: Day): Day;
  /** The day itself where it is a working day, else the last one before it. */
  rollBack(day: Day): Day;
  /** The n-th working day after `day` (before it for negative n); n = 0 rolls forward. */
  addWorkingDays(day: Day, n: number): Day;
  /** Working days in (a, b]; negative where b lies before a. */
  workingDaysBetween(a: Day, b: Day): number;
}

/** What a calendar is made of. Later entries win: weekend, holidays, `extraHolidays`, `extraWorkdays`, `absences`. */
export interface CalendarOptions {
  zone: string;
  /** ISO 3166 alpha-2 codes whose public holidays are days off; several add up. */
  countries: readonly string[];
  /** ISO weekdays (1 Monday … 7 Sunday); default: the weekend of the first country. */
  weekend?: readonly number[];
  /** Default 540 (09:00). */
  startMinute?: number;
  /** Default 1080 (18:00). */
  endMinute?: number;
  extraHolidays?: readonly Day[];
  extraWorkdays?: readonly Day[];
  /** Both days included. */
  absences?: readonly { from: Day; to: Day }[];
  /** First and last day for which holidays are prepared; outside them only the weekend counts. */
  fromDay: Day;
  toDay: Day;
}

/** Working days of a range in three tables, so that every question is a look-up. */
interface DayTables {
  readonly fromDay: Day;
  readonly toDay: Day;
  /** 1 where the day is worked; index = day - fromDay. */
  readonly isWorked: Uint8Array;
  /** Number of working days before the day; one entry more than there are days. */
  readonly ordinals: Int32Array;
  /** The working days, ascending. */
  readonly worked: Int32Array;
}

function mark(isWorked: Uint8Array, fromDay: Day, days: Iterable<Day>, value: 0 | 1): void {
  for (const day of days) if (day >= fromDay && day - fromDay < isWorked.length) isWorked[day - fromDay] = value;
}

function fillTables(options: CalendarOptions, isWeekend: readonly boolean[]): DayTables {
  const { fromDay, toDay } = options;
  const length = toDay - fromDay + 1;
  const isWorked = new Uint8Array(length);
  for (let index = 0; index < length; index++) isWorked[index] = isWeekend[weekdayOf(fromDay + index)] ? 0 : 1;
  const [fromYear, toYear] = [civilOfDay(fromDay).year, civilOfDay(toDay).year];
  const known = options.countries.map((country) => holidayCalendar(country, fromYear, toYear));
  for (const { workdays } of known) mark(isWorked, fromDay, workdays, 1);
  for (const { daysOff } of known) mark(isWorked, fromDay, daysOff, 0);
  mark(isWorked, fromDay, options.extraHolidays ?? [], 0);
  mark(isWorked, fromDay, options.extraWorkdays ?? [], 1);
  for (const { from, to } of options.absences ?? []) {
    for (let day = Math.max(from, fromDay); day <= Math.min(to, toDay); day++) isWorked[day - fromDay] = 0;
  }
  const ordinals = new Int32Array(length + 1);
  for (let index = 0; index < length; index++) ordinals[index + 1] = ordinals[index]! + isWorked[index]!;
  const worked = new Int32Array(ordinals[length]!);
  for (let index = 0; index < length; index++) if (isWorked[index]) worked[ordinals[index]!] = fromDay + index;
  return { fromDay, toDay, isWorked, ordinals, worked };
}

class TableCalendar implements WorkCalendar {
  readonly zone: string;
  readonly startMinute: number;
  readonly endMinute: number;
  readonly #tables: DayTables;
  readonly #isWeekend: readonly boolean[];

  constructor(zone: string, hours: readonly [number, number], tables: DayTables, isWeekend: readonly boolean[]) {
    this.zone = zone;
    [this.startMinute, this.endMinute] = hours;
    this.#tables = tables;
    this.#isWeekend = isWeekend;
  }

  isWorkingDay(day: Day): boolean {
    const { fromDay, toDay, isWorked } = this.#tables;
    if (day < fromDay || day > toDay) return !this.#isWeekend[weekdayOf(day)];
    return isWorked[day - fromDay] === 1;
  }

  rollForward(day: Day): Day {
    const { fromDay, toDay, ordinals, worked } = this.#tables;
    if (day >= fromDay && day <= toDay) {
      const next = worked[ordinals[day - fromDay]!];
      if (next !== undefined) return next;
    }
    let at = day;
    while (!this.isWorkingDay(at)) at++;
    return at;
  }

  rollBack(day: Day): Day {
    const { fromDay, toDay, ordinals, worked } = this.#tables;
    if (day >= fromDay && day <= toDay) {
      const last = worked[ordinals[day - fromDay + 1]! - 1];
      if (last !== undefined) return last;
    }
    let at = day;
    while (!this.isWorkingDay(at)) at--;
    return at;
  }

  addWorkingDays(day: Day, n: number): Day {
    if (n === 0) return this.rollForward(day);
    const { fromDay, toDay, ordinals, worked } = this.#tables;
    if (day >= fromDay && day <= toDay) {
      const index = n > 0 ? ordinals[day - fromDay + 1]! + n - 1 : ordinals[day - fromDay]! + n;
      const found = worked[index];
      if (found !== undefined) return found;
    }
    let at = day;
    for (let left = Math.abs(n); left > 0; ) {
      at += Math.sign(n);
      if (this.isWorkingDay(at)) left--;
    }
    return at;
  }

  workingDaysBetween(a: Day, b: Day): number {
    if (b < a) return 0 - this.workingDaysBetween(b, a);
    const { fromDay, toDay, ordinals } = this.#tables;
    if (a >= fromDay && b <= toDay) return ordinals[b - fromDay + 1]! - ordinals[a - fromDay + 1]!;
    let count = 0;
    for (let day = a + 1; day <= b; day++) if (this.isWorkingDay(day)) count++;
    return count;
  }
}

/**
 * Prepares a calendar. Throws RangeError for an empty range, a weekend of seven days, or working hours that are not inside one day.
 * The same options give a calendar with the same answers.
 */
export function makeCalendar(options: CalendarOptions): WorkCalendar {
  const { fromDay, toDay, startMinute = 540, endMinute = 1080 } = options;
  const weekend = options.weekend ?? weekendOf(options.countries[0] ?? "");
  const isWeekend = [0, 1, 2, 3, 4, 5, 6, 7].map((weekday) => weekend.includes(weekday));
  if (toDay < fromDay) throw new RangeError(`calendar range is empty: ${fromDay} to ${toDay}`);
  if (isWeekend.slice(1).every(Boolean)) throw new RangeError("a week without a working day");
  if (!(startMinute >= 0 && startMinute < endMinute && endMinute <= 1440)) {
    throw new RangeError(`working hours ${startMinute}–${endMinute} are not inside a day`);
  }
  return new TableCalendar(options.zone, [startMinute, endMinute], fillTables(options, isWeekend), isWeekend);
}
