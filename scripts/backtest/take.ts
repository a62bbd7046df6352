/** Turns the rows of one kind into what core replays: what their values mean is seen from all of them. */
import type { Dated } from "../../src/core/score/past/history.ts";
import { roleOf } from "./kinds.ts";

export interface RawEvent {
  readonly day: number;
  readonly value: number | null;
}

const rawEvents = new Map<number, RawEvent>();
const counted = new Map<number, Dated>();
/** Numbers below this share an object per day: of a large history of logins nearly all are alike. */
const SHARED_BELOW = 1_000;

export function rawEvent(day: number, value: number | null): RawEvent {
  const isShared = value === null || (Number.isInteger(value) && value >= 0 && value < SHARED_BELOW - 1);
  return isShared
    ? sharedBy(rawEvents, day * SHARED_BELOW + (value ?? -1) + 1, () => ({ day, value }))
    : { day, value };
}

/** So many cases on a day, known on that day. */
function casesOn(day: number, cases: number): Dated {
  const make = (): Dated => ({ day, knownDay: day, cases, sum: 0 });
  return cases < SHARED_BELOW ? sharedBy(counted, day * SHARED_BELOW + cases, make) : make();
}

function sharedBy<T>(known: Map<number, T>, key: number, make: () => T): T {
  let found = known.get(key);
  if (found === undefined) {
    found = make();
    known.set(key, found);
  }
  return found;
}

/** What the values of a kind are: hours until a reply, sums of money and the like, how often it happened, or nothing that could be told. */
export type Values = "hours" | "amounts" | "counts" | "none";

/** Where more than this part of the values are broken numbers, they count nothing. */
const BROKEN_PART = 0.2;

/** @param isOrder each row is one of what the client has to show to count as kept, whatever stands beside it */
export function valuesOf(name: string, byClient: ReadonlyMap<string, readonly RawEvent[]>, isOrder: boolean): Values {
  let [all, broken, counts] = [0, 0, 0];
  for (const events of byClient.values()) {
    all += events.length;
    for (const { value } of events) {
      if (value === null) continue;
      if (!Number.isInteger(value)) broken += 1;
      else if (value >= 1) counts += 1;
    }
  }
  const isBroken = broken > BROKEN_PART * all;
  if (isBroken && roleOf(name).signal === "messages_in") return "hours";
  return isOrder || isBroken ? "amounts" : counts > 0 ? "counts" : "none";
}

/** A count of nothing is no event: a table of days has rows for those on which nothing happened. */
export function takeCounts(into: Dated[], events: readonly RawEvent[], values: Values): void {
  for (const { day, value } of events) {
    const isCount = values === "counts" && value !== null && Number.isInteger(value) && value <= MOST_COUNTED;
    const cases = isCount ? value : 1;
    if (cases >= 1) into.push(casesOn(day, cases));
  }
}

/** Larger numbers are ids, or money. */
const MOST_COUNTED = 10_000;

export function takeDurations(into: Dated[], events: readonly RawEvent[]): void {
  for (const { day, value } of events) {
    if (value !== null && value >= 0)
      into.push({ day, knownDay: day, cases: 1, sum: Math.log(Math.max(0.5, Math.min(1000, value))) });
  }
}

export function takeBad(into: Dated[], events: readonly RawEvent[]): void {
  for (const { day } of events) into.push({ day, knownDay: day, cases: 1, sum: 1 });
}

export function takeGood(into: Dated[], events: readonly RawEvent[]): void {
  for (const { day } of events) into.push(casesOn(day, 1));
}
