/**
 * What the score remembers of a client as short text, for what is read and written by the hundred thousand: two thirds of the length that JSON
 * takes, and a third of the time. A line each for the class and the memory, the reasons, the account, what is shown and the last change; then
 * the sentences, of which the last may be of several lines. What has no such text, and what was kept before there was one, is JSON.
 */
import type { HealthState, Shown } from "./health-state.ts";

/** What the score remembers, without what only a whole decision reads. */
export type ScoreMemory = Omit<HealthState, "seen">;

type Memory = NonNullable<ScoreMemory["memory"]>;

export function packHealth(state: ScoreMemory): string {
  return packText(state) ?? JSON.stringify(state);
}

/** Null for what has no such text. */
function packText({ memory, class: abc, shown, ...rest }: ScoreMemory): string | null {
  if (Object.keys(rest).length > 0) return null;
  const head = `${abc ?? ""}|${memory ? memoryText(memory) : ""}`;
  const reasons = memory && memory.entryReasons.length > 0 ? JSON.stringify(memory.entryReasons) : "";
  if (!shown) return `${head}\n${reasons}`;
  const { ledger, main, all, change, tenths, zone, week, steps, risk, trend, confidence } = shown;
  // What an earlier program showed: an account line by line, no steps.
  if (typeof ledger !== "string" || typeof steps !== "number") return null;
  if (ledger.includes("\n") || main.includes("\n")) return null;
  const told = `${tenths}|${zone}|${week}|${steps}|${risk ?? ""}|${trend}|${confidence}`;
  return `${head}\n${reasons}\n${ledger}\n${told}\n${change ? JSON.stringify(change) : ""}\n${main}\n${all}`;
}

function memoryText({ zone, previousZone, zoneSince, betterSince, trail }: Memory): string {
  let text = `${zone}|${previousZone ?? ""}|${zoneSince}|${betterSince ?? ""}|`;
  for (let at = 0; at < trail.length; at++) text += `${at === 0 ? "" : ","}${trail[at]![0]},${trail[at]![1]}`;
  return text;
}

/** What nobody can read, as another program may have written it, is not remembered: one client must not keep all others from being looked at. */
export function openHealth(text: string): ScoreMemory {
  try {
    const state = text.startsWith("{") ? (JSON.parse(text) as ScoreMemory) : opened(text);
    const { memory, shown } = state;
    const isWhole =
      Number.isFinite(memory?.zoneSince ?? 0) && Number.isFinite((shown?.tenths ?? 0) + (shown?.week ?? 0));
    return isWhole ? state : NOTHING;
  } catch {
    return NOTHING;
  }
}

const NOTHING: ScoreMemory = { memory: null, class: null, shown: null };

function opened(text: string): ScoreMemory {
  at = 0;
  const [abc, zone, previousZone, zoneSince, betterSince, trail] = line(text).split("|") as string[];
  const reasons = line(text);
  const memory: Memory | null =
    zone === "" || zone === undefined
      ? null
      : {
          zone: zone as Memory["zone"],
          previousZone: orNull(previousZone!) as Memory["previousZone"],
          zoneSince: Number(zoneSince),
          betterSince: betterSince === "" ? null : Number(betterSince),
          entryReasons: reasons === "" ? [] : JSON.parse(reasons),
          trail: trailOf(trail!),
        };
  return { memory, class: orNull(abc!) as ScoreMemory["class"], shown: at < text.length ? shownOf(text) : null };
}

function shownOf(text: string): Shown {
  const ledger = line(text);
  const [tenths, zone, week, steps, risk, trend, confidence] = line(text).split("|") as string[];
  const change = line(text);
  const main = line(text);
  return {
    ledger,
    risk: risk === "" ? null : Number(risk),
    week: Number(week),
    steps: Number(steps),
    tenths: Number(tenths),
    zone: zone as Shown["zone"],
    main,
    all: text.slice(at),
    trend: trend as Shown["trend"],
    confidence: confidence as Shown["confidence"],
    change: change === "" ? null : JSON.parse(change),
  };
}

function trailOf(text: string): Memory["trail"] {
  if (text === "") return [];
  const numbers = text.split(",");
  const trail: (readonly [number, number])[] = [];
  for (let at = 0; at < numbers.length; at += 2) trail.push([Number(numbers[at]), Number(numbers[at + 1])]);
  return trail;
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}

/** Where the reading stands. */
let at = 0;

function line(text: string): string {
  const end = text.indexOf("\n", at);
  const found = end < 0 ? text.slice(at) : text.slice(at, end);
  at = end < 0 ? text.length : end + 1;
  return found;
}
