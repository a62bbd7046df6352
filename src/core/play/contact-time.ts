/** When to call or write (A11.3): the hour and weekday in which this client answers, from its own activity, with a rule for too little of it. */

/** Events of the client (messages in, calls answered, meetings held), as local weekday 1..7 (Monday = 1) and hour 0..23. */
export interface LocalMoment {
  weekday: number;
  hour: number;
}

export interface WorkHours {
  /** first and last hour in which somebody may be called, 0..23, the last one included */
  fromHour: number;
  toHour: number;
  weekdays: readonly number[];
}

export interface ContactTime {
  weekday: number;
  hour: number;
  /** activity: from the client's own events; working_hours: too few of them */
  source: "activity" | "working_hours";
  /** events behind it */
  count: number;
}

/** Events that a suggestion needs, and how far above an even spread its slot must stand. */
export const MIN_EVENTS = 12;
const MIN_LIFT = 1.5;
/** Neighbouring hours count half, so that 9:58 and 10:02 belong together. */
const NEIGHBOUR = 0.5;

/** The best slot inside the working hours; without enough evidence the middle of the morning of the first working day. */
export function contactTime(moments: readonly LocalMoment[], hours: WorkHours): ContactTime {
  const inside = moments.filter((m) => isInside(m, hours));
  const fallback: ContactTime = {
    weekday: hours.weekdays[0] ?? 1,
    hour: Math.min(hours.toHour, hours.fromHour + 1),
    source: "working_hours",
    count: inside.length,
  };
  if (inside.length < MIN_EVENTS) return fallback;
  const slots = hours.weekdays.length * (hours.toHour - hours.fromHour + 1);
  const even = inside.length / slots;
  let best: ContactTime | null = null;
  let bestWeight = 0;
  for (const weekday of hours.weekdays) {
    for (let hour = hours.fromHour; hour <= hours.toHour; hour++) {
      const weight = weightOf(inside, weekday, hour);
      if (weight <= bestWeight) continue;
      bestWeight = weight;
      best = { weekday, hour, source: "activity", count: inside.length };
    }
  }
  const usual = even * (1 + 2 * NEIGHBOUR);
  return best !== null && bestWeight >= MIN_LIFT * usual ? best : fallback;
}

function weightOf(moments: readonly LocalMoment[], weekday: number, hour: number): number {
  let weight = 0;
  for (const m of moments) {
    if (m.weekday !== weekday) continue;
    const distance = Math.abs(m.hour - hour);
    weight += distance === 0 ? 1 : distance === 1 ? NEIGHBOUR : 0;
  }
  return weight;
}

function isInside({ weekday, hour }: LocalMoment, hours: WorkHours): boolean {
  return hours.weekdays.includes(weekday) && hour >= hours.fromHour && hour <= hours.toHour;
}
