/**
 * What was seen so far of CRM properties that only have a present, as short text: every decision of a client reads and writes all of it. A line
 * for each: whose it is, the days, the samples, the value as JSON, with tabs between them, which JSON never has.
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
      const [key, fromDay, matchedDay, week, days, said] = line.split("\t") as [string, ...string[]];
      const matched = matchedDay === "" ? null : Number(matchedDay);
      seen.set(key, { said: said!, fromDay: Number(fromDay), matchedDay: matched, week: Number(week), days: days! });
    }
  } else {
    for (const [key, { value, days, ...rest }] of Object.entries(kept ?? {})) {
      const samples = days.reduce((text, [day, cases, sum]) => addSample(text, day, cases, sum), "");
      seen.set(key, { ...rest, said: JSON.stringify(value), days: samples });
    }
  }
  return seen;
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

export function eachSample(days: string, take: (day: number, cases: number, sum: number) => void): void {
  if (days === "") return;
  for (const sample of days.split(" ")) {
    if (!sample.includes(",")) take(Number(sample), 1, 0);
    else {
      const [day, cases, sum = "0"] = sample.split(",");
      take(Number(day), Number(cases), Number(sum));
    }
  }
}
