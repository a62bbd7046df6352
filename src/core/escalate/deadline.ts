/** When a rung is reached: working time and days without the time a client was paused. Whole minutes, epoch ms. */
import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import {
  addWorkingMinutes,
  afterQuiet,
  nextWorkingInstant,
  type QuietHours,
  workingMinutesBetween,
} from "../calendar/work-time.ts";
import { dayOf, instantOf, minuteOfDay } from "../calendar/zone.ts";
import type { After } from "./ladder.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A stretch of paused time, epoch ms on whole minutes, `to` exclusive; null: still paused. */
export interface Pause {
  readonly from: number;
  readonly to: number | null;
}

/** The whole minute at or before an instant. */
export function floorMinute(instantMs: number): number {
  return Math.floor(instantMs / MINUTE_MS) * MINUTE_MS;
}

/** The whole minute at or after an instant. */
export function ceilMinute(instantMs: number): number {
  return Math.ceil(instantMs / MINUTE_MS) * MINUTE_MS;
}

/** The latest working instant that leaves at least `minutes` > 0 of working time until `dueMs`. */
export function subtractWorkingMinutes(dueMs: number, minutes: number, clock: WorkCalendar): number {
  const { startMinute, endMinute, zone } = clock;
  const dayMinutes = endMinute - startMinute;
  const today = dayOf(dueMs, zone);
  const minute = Math.min(minuteOfDay(dueMs, zone), endMinute);
  const hasToday = clock.isWorkingDay(today) && minute > startMinute;
  const day: Day = hasToday ? today : clock.rollBack(today - 1);
  const left = hasToday ? minute - startMinute : dayMinutes;
  if (minutes <= left) return instantOf(day, startMinute + left - minutes, zone);
  const beyond = minutes - left;
  const wholeDays = Math.ceil(beyond / dayMinutes);
  const target = clock.addWorkingDays(day, -wholeDays);
  return instantOf(target, endMinute - (beyond - (wholeDays - 1) * dayMinutes), zone);
}

/** Walks the stretches between pauses; `take` gets one stretch (`to` null: open) and returns the instant it ends at, or null to go on. */
function walk(
  fromMs: number,
  pauses: readonly Pause[],
  take: (from: number, to: number | null) => number | null,
): number | null {
  let at = fromMs;
  for (const pause of pauses) {
    if (pause.to !== null && pause.to <= at) continue;
    if (pause.from > at) {
      const found = take(at, pause.from);
      if (found !== null) return found;
    }
    if (pause.to === null) return null;
    at = Math.max(at, pause.to);
  }
  return take(at, null);
}

/**
 * The instant at which `after` has passed since `dueMs`, not counting pauses; null while a running pause holds it back. Working time ends on the
 * closing minute of a day that it fills exactly; days are stretches of 24 hours, then rolled to the next working minute.
 * A negative `after` counts back from `dueMs` and ignores pauses. `pauses` ascend and do not overlap; `pace` is per cent of the time after `dueMs`.
 */
export function deadlineOf(
  after: After,
  dueMs: number,
  pauses: readonly Pause[],
  clock: WorkCalendar,
  pace: number,
): number | null {
  const start = ceilMinute(dueMs);
  if ("days" in after) {
    let left = Math.floor((after.days * DAY_MS * pace) / (100 * MINUTE_MS)) * MINUTE_MS;
    return walk(start, pauses, (from, to) => {
      const end = from + left;
      if (to === null || end < to) return nextWorkingInstant(end, clock);
      left -= to - from;
      return null;
    });
  }
  if (after.workMinutes < 0) return subtractWorkingMinutes(start, -after.workMinutes, clock);
  let left = Math.floor((after.workMinutes * pace) / 100);
  return walk(start, pauses, (from, to) => {
    const end = addWorkingMinutes(from, left, clock);
    if (to === null || end < to || (end === to && left > 0)) return end;
    left -= workingMinutesBetween(from, to, clock);
    return null;
  });
}

/** Quiet hours that leave no part of a working day are given up after this many tries. */
const MOST_TRIES = 14;

/**
 * The first instant at or after `atMs` at which somebody may be told: not paused, on a working day of the clock and not before its working hours
 * (after them is allowed: a deadline may fall on the closing minute), outside the receiver's quiet hours. Null while a running pause lasts.
 */
export function settle(
  atMs: number,
  pauses: readonly Pause[],
  clock: WorkCalendar,
  quiet: QuietHours,
  receiverZone: string,
): number | null {
  let at = atMs;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = at;
    const pause = pauses.find(({ from, to }) => from <= at && (to === null || to > at));
    if (pause) {
      if (pause.to === null) return null;
      at = pause.to;
    }
    const isEarly = minuteOfDay(at, clock.zone) < clock.startMinute;
    if (isEarly || !clock.isWorkingDay(dayOf(at, clock.zone))) at = nextWorkingInstant(at, clock);
    at = afterQuiet(at, quiet, receiverZone);
    if (at === before) return at;
  }
  return at;
}
