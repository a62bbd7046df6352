/**
 * What was seen so far of CRM properties that only have a present, as short text: every decision of a client reads and writes all of it. A line
 * for each: whose it is, the days, the samples, the value as JSON, with tabs between them, which JSON never has. A line that is none of these, as
 * another program may have written it, was not seen yet.
 */
import type { FactValue } from "../model.ts";

/** One property of one record, as it was seen so far. */
export interface SeenProperty {
  /** JSON of the value */
  said: string;
  /** the first day on which it was seen at all, and with a value that counts */
  fromDay: number;
  matchedDay: number | null;
  /** the week of the last sample */
  week: number;
  /** newest last, joined by spaces: `day`, `day,cases` or `day,cases,sum`; one case and no sum where they are not said */
  days: string;
}

/** By `<signal>/<record>`. */
export type SeenProperties = ReadonlyMap<string, SeenProperty>;
export type SeenText = string;

/** As it was kept before there was such text. */
export type SeenBefore = Readonly<
  Record<
    string,
    Omit<SeenProperty, "said" | "days"> & {
      value: FactValue;
      days: readonly (readonly [day: number, cases: number, sum: number])[];
    }
  >
>;

export function packSeen(seen: SeenProperties): SeenText {
  let text = "";
  for (const [key, { said, fromDay, matchedDay, week, days }] of seen)
    text += `${text === "" ? "" : "\n"}${key}\t${fromDay}\t${matchedDay ?? ""}\t${week}\t${days}\t${said}`;
  return text;
}

export function openSeen(kept: SeenText | SeenBefore | undefined): SeenProperties {
  const seen = new Map<string, SeenProperty>();
  if (typeof kept === "string") {
    for (const line of kept === "" ? [] : kept.split("\n")) {
      const [key, fromDay, matchedDay, week, days, said, ...more] = line.split("\t") as [string, ...string[]];
      if (said === undefined || more.length > 0 || !isJson(said)) continue;
      const matched = matchedDay === "" ? null : dayIn(matchedDay!);
      take(seen, key, { said, fromDay: dayIn(fromDay!), matchedDay: matched, week: dayIn(week!), days: days! });
    }
  } else {
    for (const [key, one] of Object.entries(kept ?? {})) {
      if (!Array.isArray(one?.days) || !one.days.every(Array.isArray) || one.value === undefined) continue;
      const { value, days, ...rest } = one;
      const samples = days.reduce((text, [day, cases, sum]) => addSample(text, day, cases, sum), "");
      take(seen, key, { ...rest, said: JSON.stringify(value), days: samples });
    }
  }
  return seen;
}

function take(seen: Map<string, SeenProperty>, key: string, one: SeenProperty): void {
  const { fromDay, matchedDay, week } = one;
  if (Number.isInteger(fromDay) && (matchedDay === null || Number.isInteger(matchedDay)) && Number.isInteger(week))
    seen.set(key, one);
}

/** A day, or week, by its number; what is none is `NaN`. */
function dayIn(text: string): number {
  return text === "" ? Number.NaN : Number(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function addSample(days: string, day: number, cases: number, sum: number): string {
  const sample = sum !== 0 ? `${day},${cases},${sum}` : cases !== 1 ? `${day},${cases}` : `${day}`;
  return days === "" ? sample : `${days} ${sample}`;
}

/** The newest of them, where there are more. */
export function newestSamples(days: string, most: number): string {
  const samples = days.split(" ");
  return samples.length > most ? samples.slice(-most).join(" ") : days;
}

/** Samples that are none, as another program may have written them, are left out. */
export function eachSample(days: string, take: (day: number, cases: number, sum: number) => void): void {
  if (days === "") return;
  for (const sample of days.split(" ")) {
    const [date, cases = "1", sum = "0", more] = sample.includes(",") ? sample.split(",") : [sample];
    const [day, n, total] = [Number(date), Number(cases), Number(sum)];
    if (Number.isFinite(day + n + total) && more === undefined) take(day, n, total);
  }
}
