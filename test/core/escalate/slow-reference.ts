/**
 * The obvious way to find when a rung is reached and who hears of it: count minutes, one after the other. Shares nothing with src/core/escalate but
 * the data types; local time comes from luxon.
 */
import { DateTime } from "luxon";
import type { Rung } from "../../../src/core/escalate/ladder.ts";
import type { People, WhoClient } from "../../../src/core/escalate/people.ts";

export const MINUTE_MS = 60_000;

/** One entry per minute from `startMs`: what kind of minute it is in the portal's zone. */
export interface Minutes {
  startMs: number;
  count: number;
  isWorking: Uint8Array;
  /** a working day, from its opening to the quiet hours */
  mayBeTold: Uint8Array;
  /** local day (days since 1970-01-01) */
  day: Int32Array;
}

export function minutesOf(zone: string, startMs: number, count: number, daysOff: ReadonlySet<number>): Minutes {
  const make = () => new Uint8Array(count);
  const minutes = { startMs, count, isWorking: make(), mayBeTold: make(), day: new Int32Array(count) };
  for (let m = 0; m < count; m++) {
    const local = DateTime.fromMillis(startMs + m * MINUTE_MS, { zone });
    const day = Math.round(Date.UTC(local.year, local.month - 1, local.day) / 86_400_000);
    const minute = local.hour * 60 + local.minute;
    minutes.day[m] = day;
    const isWorkday = local.weekday <= 5 && !daysOff.has(day);
    minutes.isWorking[m] = isWorkday && minute >= 540 && minute < 1080 ? 1 : 0;
    minutes.mayBeTold[m] = isWorkday && minute >= 540 && minute < 1200 ? 1 : 0;
  }
  return minutes;
}

/** A late thing in minutes since the start of the table; it is seen from `knownAt` on and gone at `closedAt`. */
export interface SlowReason {
  dueAt: number;
  openedAt: number;
  knownAt: number;
  closedAt: number;
  pauses: readonly { from: number; to: number }[];
  /** per cent */
  pace: number;
}

function isPaused(reason: SlowReason, m: number): boolean {
  for (const { from, to } of reason.pauses) if (m >= from && m < to) return true;
  return false;
}

/** The minute from which a rung is due; -1: not inside the table. */
function slowDeadline(rung: Rung, reason: SlowReason, minutes: Minutes): number {
  const { isWorking, count } = minutes;
  if ("days" in rung.after) {
    let left = Math.floor((rung.after.days * 1440 * reason.pace) / 100);
    let m = reason.dueAt;
    for (; m < count && left > 0; m++) if (!isPaused(reason, m)) left--;
    while (m < count && !isWorking[m]) m++;
    return m < count ? m : -1;
  }
  if (rung.after.workMinutes < 0) {
    let m = reason.dueAt;
    for (let left = -rung.after.workMinutes; left > 0 && m > 0; ) if (isWorking[--m]) left--;
    return m;
  }
  let left = Math.floor((rung.after.workMinutes * reason.pace) / 100);
  let m = reason.dueAt;
  if (left === 0) while (m < count && !(isWorking[m] && !isPaused(reason, m))) m++;
  for (; m < count && left > 0; m++) if (isWorking[m] && !isPaused(reason, m)) left--;
  return m < count ? m : -1;
}

/** The minute in which each rung of a ladder is told, in the order of the ladder; null: never. */
export function slowClimb(ladder: readonly Rung[], reason: SlowReason, minutes: Minutes): (number | null)[] {
  const deadlines = ladder.map((rung) => slowDeadline(rung, reason, minutes));
  const end = Math.min(reason.closedAt, minutes.count);
  return ladder.map((rung, place) => {
    const deadline = deadlines[place]!;
    if (deadline < 0) return null;
    const isReminder = rung.action === "remind";
    const isBefore = "workMinutes" in rung.after && rung.after.workMinutes < 0;
    if (isReminder && deadline < reason.openedAt) return null;
    for (let m = Math.max(deadline, reason.knownAt); m < end; m++) {
      if (isReminder && isBefore && m >= reason.dueAt) return null;
      if (isReminder && deadlines.some((other, at) => at > place && other >= 0 && other <= m)) return null;
      if (minutes.mayBeTold[m] && !isPaused(reason, m)) return m;
    }
    return null;
  });
}

/** Who hears of it on a local day: everybody who could, in order; the first who is there, else the admin. */
export function slowReceiver(who: Rung["who"], client: WhoClient, people: People, day: number): string {
  const chain: string[] = [];
  for (let at = client.ownerId; at !== null && !chain.includes(at); ) {
    chain.push(at);
    at = people.byId[at]?.managerId ?? null;
  }
  const [owner, manager, ...higher] = chain;
  const order = {
    owner: [owner, manager, ...people.headIds, ...higher, ...people.executiveIds],
    manager: [manager, ...people.headIds, ...higher, ...people.executiveIds],
    head: [...people.headIds, ...higher, ...people.executiveIds],
    executive: [...people.executiveIds, ...people.headIds, ...higher],
  }[who];
  for (const id of order) {
    if (id === undefined || (who !== "owner" && id === client.ownerId)) continue;
    const person = people.byId[id];
    const isAway = person?.absences.some(({ from, to }) => day >= from && day <= to);
    if (person?.isActive && !isAway) return id;
  }
  return people.fallbackOwnerId;
}
