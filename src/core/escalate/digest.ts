/** The alarm budget: a few notifications a day go out alone, the rest waits for one daily digest that says what was held back. */
import { z } from "zod";
import type { Day, WorkCalendar } from "../calendar/calendar.ts";
import { dayOf, instantOf } from "../calendar/zone.ts";
import type { ClientKey, TextRef } from "../model.ts";

export const digestConfigSchema = z.strictObject({
  /** escalations (level 1 and up) that go out alone, per person and local day */
  escalationsPerDay: z.int().min(0).max(100).default(3),
  /** reminders that go out alone, per person and local day */
  remindersPerDay: z.int().min(0).max(100).default(3),
  /** when the digest goes out on working days, minutes after the person's local midnight */
  digestMinute: z.int().min(0).max(1439).default(1020),
});
export type DigestConfig = z.output<typeof digestConfigSchema>;

/** Something a person is to be told. */
export interface DigestEvent {
  /** key of the rung or handover */
  key: string;
  ownerId: string;
  client: ClientKey;
  level: number;
  /** when it was decided, epoch ms; decides day and order */
  at: number;
  text: TextRef;
  /** when its reason went away, epoch ms; null: it stands */
  cancelledAt: number | null;
}

export interface Digest {
  /** `<owner id>/<local day>` */
  key: string;
  ownerId: string;
  day: Day;
  /** when it goes out, epoch ms */
  at: number;
  /** still standing when it goes out, highest level first */
  items: readonly DigestEvent[];
  /** held back, and settled before anybody had to hear of it */
  settled: number;
}

export interface DigestAnswer {
  /** keys that go out alone, in order of time */
  single: readonly string[];
  /** keys that were held back for a digest */
  held: readonly string[];
  /** digests with something to say that are due by now, in order of time */
  due: readonly Digest[];
  /** when the next digest with something in it is due; null: none waits */
  wakeAt: number | null;
}

/** Order within one person's day: time, then the higher level, then the key. */
function byUrgency(a: DigestEvent, b: DigestEvent): number {
  return a.at - b.at || b.level - a.level || (a.key < b.key ? -1 : 1);
}

/** The first digest at or after an instant. */
function digestAfter(atMs: number, minute: number, calendar: WorkCalendar): { day: Day; at: number } {
  let day = calendar.rollForward(dayOf(atMs, calendar.zone));
  let at = instantOf(day, minute, calendar.zone);
  if (at < atMs) {
    day = calendar.rollForward(day + 1);
    at = instantOf(day, minute, calendar.zone);
  }
  return { day, at };
}

/** When the digest goes out in which something held back is told, epoch ms. */
export function digestAt(
  { at, ownerId }: Pick<DigestEvent, "at" | "ownerId">,
  config: DigestConfig,
  calendarOf: (ownerId: string) => WorkCalendar,
): number {
  return digestAfter(at, config.digestMinute, calendarOf(ownerId)).at;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

function digestOf(events: readonly DigestEvent[], slot: { day: Day; at: number }): Digest {
  const items = events.filter(({ cancelledAt }) => cancelledAt === null || cancelledAt > slot.at);
  const ownerId = events[0]!.ownerId;
  return {
    key: `${ownerId}/${slot.day}`,
    ownerId,
    day: slot.day,
    at: slot.at,
    items: items.sort((a, b) => b.level - a.level || byUrgency(a, b)),
    settled: events.length - items.length,
  };
}

/**
 * Splits what people are to be told into single notifications and daily digests. Pure: give it every event from the local day of the last digest on,
 * in any order; the same events give the same answer, and later events never change what was said of earlier ones (of the same instant the higher
 * level goes first). An event that was cancelled still used up its place in the budget. Digests that went out are listed again under the same key.
 */
export function digest(
  events: readonly DigestEvent[],
  config: DigestConfig,
  calendarOf: (ownerId: string) => WorkCalendar,
  now: number,
): DigestAnswer {
  const single: DigestEvent[] = [];
  const held: DigestEvent[] = [];
  const known = [...new Map(events.map((event) => [event.key, event])).values()].filter(({ at }) => at <= now);
  const budgetKey = ({ ownerId, at, level }: DigestEvent) =>
    `${ownerId}/${dayOf(at, calendarOf(ownerId).zone)}/${level > 0}`;
  for (const day of groupBy(known, budgetKey).values()) {
    const budget = day[0]!.level > 0 ? config.escalationsPerDay : config.remindersPerDay;
    day.sort(byUrgency);
    single.push(...day.slice(0, budget));
    held.push(...day.slice(budget));
  }
  const slotOf = (event: DigestEvent) => digestAfter(event.at, config.digestMinute, calendarOf(event.ownerId));
  const digests = [...groupBy(held, (event) => `${event.ownerId}/${slotOf(event).day}`).values()].map((group) =>
    digestOf(group, slotOf(group[0]!)),
  );
  const waiting = digests.filter(({ at }) => at > now).map(({ at }) => at);
  return {
    single: single.sort(byUrgency).map(({ key }) => key),
    held: held.sort(byUrgency).map(({ key }) => key),
    due: digests
      .filter(({ at, items }) => at <= now && items.length > 0)
      .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1)),
    wakeAt: waiting.length === 0 ? null : Math.min(...waiting),
  };
}
