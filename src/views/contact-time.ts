/** When to call or write (A11.3): from the client's own letters, calls and meetings, in the portal's time zone and working hours. */
import { weekdayOf } from "../core/calendar/day.ts";
import { dayOf, minuteOfDay } from "../core/calendar/zone.ts";
import { recordsOf } from "../core/client/plan-facts.ts";
import { type ContactTime, contactTime, type LocalMoment } from "../core/play/contact-time.ts";
import type { ClientReading } from "./client-reading.ts";

const WEEKDAYS = [1, 2, 3, 4, 5];

export function contactTimeOf({ facts, config }: Pick<ClientReading, "facts" | "config">): ContactTime {
  const { zone, settings } = config;
  const instants = [
    ...recordsOf(facts, "email").map((one) => (one.facts.direction === "in" ? one.facts.at : null)),
    ...recordsOf(facts, "call").map((one) =>
      one.facts.answered === true || one.facts.direction === "in" ? one.facts.at : null,
    ),
    ...recordsOf(facts, "meeting").map((one) => (one.facts.outcome === "held" ? one.facts.startAt : null)),
  ].filter((at) => typeof at === "number");
  const fromHour = Math.ceil(settings.calendar.startMinute / 60);
  const toHour = Math.max(fromHour, Math.floor(settings.calendar.endMinute / 60) - 1);
  return contactTime(
    instants.map((at) => momentOf(at, zone)),
    { fromHour, toHour, weekdays: WEEKDAYS },
  );
}

function momentOf(at: number, zone: string): LocalMoment {
  return { weekday: weekdayOf(dayOf(at, zone)), hour: Math.floor(minuteOfDay(at, zone) / 60) };
}
