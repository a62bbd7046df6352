/** Weeks of the scoring calendar. A week is an integer; week 0 begins on the portal's anchor day. */

/** The week that holds `day`; `anchorDay` is the first day of week 0 (any day of the portal's life, kept for good). */
export function weekOf(day: number, anchorDay: number): number {
  return Math.floor((day - anchorDay) / 7);
}

/** The first day of `week`. */
export function firstDayOf(week: number, anchorDay: number): number {
  return anchorDay + 7 * week;
}

/** The newest week that is over on the morning of `nowDay` (all days before `nowDay` are complete). */
export function lastFullWeek(nowDay: number, anchorDay: number): number {
  return weekOf(nowDay, anchorDay) - 1;
}
