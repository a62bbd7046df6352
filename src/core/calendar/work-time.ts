import type { WorkCalendar } from "./calendar.ts";
import { dayOf, instantOf, minuteOfDay, zoneOffsetMs } from "./zone.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Minutes of the local day during which nothing is sent; may span midnight (1200 to 480 = 20:00 to 08:00). Equal ends: none. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Local wall-clock time of day in ms, 0–86 399 999. */
function msOfDay(instantMs: number, zone: string): number {
  const localMs = instantMs + zoneOffsetMs(instantMs, zone);
  return localMs - Math.floor(localMs / DAY_MS) * DAY_MS;
}

/** The instant itself where it lies in working time, else the start of the next working stretch. */
export function nextWorkingInstant(instantMs: number, calendar: WorkCalendar): number {
  const day = dayOf(instantMs, calendar.zone);
  const timeMs = msOfDay(instantMs, calendar.zone);
  if (calendar.isWorkingDay(day)) {
    if (timeMs < calendar.startMinute * MINUTE_MS) return instantOf(day, calendar.startMinute, calendar.zone);
    if (timeMs < calendar.endMinute * MINUTE_MS) return instantMs;
  }
  return instantOf(calendar.rollForward(day + 1), calendar.startMinute, calendar.zone);
}

/** The end of the working day that goes on at an instant, else of the next one. */
export function endOfWork(instantMs: number, calendar: WorkCalendar): number {
  return instantOf(dayOf(nextWorkingInstant(instantMs, calendar), calendar.zone), calendar.endMinute, calendar.zone);
}

/**
 * The instant `minutes` of working time after `instantMs`; the clock starts at the next working instant and runs by the wall clock.
 * A deadline that fills the day exactly is its end, not the next morning. Throws RangeError for negative minutes.
 */
export function addWorkingMinutes(instantMs: number, minutes: number, calendar: WorkCalendar): number {
  if (!(minutes >= 0)) throw new RangeError(`working minutes must not be negative: ${minutes}`);
  const startMs = nextWorkingInstant(instantMs, calendar);
  if (minutes === 0) return startMs;
  const dayMs = (calendar.endMinute - calendar.startMinute) * MINUTE_MS;
  const day = dayOf(startMs, calendar.zone);
  const usedMs = msOfDay(startMs, calendar.zone) - calendar.startMinute * MINUTE_MS;
  const totalMs = usedMs + minutes * MINUTE_MS;
  const wholeDays = Math.ceil(totalMs / dayMs) - 1;
  const target = wholeDays === 0 ? day : calendar.addWorkingDays(day, wholeDays);
  return instantOf(target, calendar.startMinute + (totalMs - wholeDays * dayMs) / MINUTE_MS, calendar.zone);
}

/** Working time between two instants in minutes (fractions possible), by the wall clock; negative where b lies before a. */
export function workingMinutesBetween(aMs: number, bMs: number, calendar: WorkCalendar): number {
  if (bMs < aMs) return 0 - workingMinutesBetween(bMs, aMs, calendar);
  return workedUntil(bMs, calendar) - workedUntil(aMs, calendar) + spannedMinutes(aMs, bMs, calendar);
}

/** Working minutes of the instant's own day that lie before it. */
function workedUntil(instantMs: number, calendar: WorkCalendar): number {
  if (!calendar.isWorkingDay(dayOf(instantMs, calendar.zone))) return 0;
  const minute = msOfDay(instantMs, calendar.zone) / MINUTE_MS;
  return Math.min(Math.max(minute - calendar.startMinute, 0), calendar.endMinute - calendar.startMinute);
}

/** Working minutes of the days from a's day up to, not including, b's day. */
function spannedMinutes(aMs: number, bMs: number, calendar: WorkCalendar): number {
  const days = calendar.workingDaysBetween(dayOf(aMs, calendar.zone) - 1, dayOf(bMs, calendar.zone) - 1);
  return days * (calendar.endMinute - calendar.startMinute);
}

/** True where the instant's wall-clock time lies in the quiet hours. */
export function isQuiet(instantMs: number, quiet: QuietHours, zone: string): boolean {
  const minute = minuteOfDay(instantMs, zone);
  const { fromMinute, toMinute } = quiet;
  if (fromMinute === toMinute) return false;
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}

/** The instant itself outside the quiet hours, else their end. */
export function afterQuiet(instantMs: number, quiet: QuietHours, zone: string): number {
  if (!isQuiet(instantMs, quiet, zone)) return instantMs;
  const day = dayOf(instantMs, zone);
  const endsToday = minuteOfDay(instantMs, zone) < quiet.toMinute;
  return instantOf(endsToday ? day : day + 1, quiet.toMinute, zone);
}
