/**
 * Values of the CRM beside the ones that settings and templates name, however either of them spells them: a form gives text, numbers look like
 * options and options like numbers, and a tick is `true` in one CRM, `Y` or 1 in another.
 */
import type { FactValue } from "./model.ts";
import { own } from "./own.ts";

/** Is this the value that is named? What is empty is no value. */
export function isSameValue(have: FactValue | undefined, want: string | number | boolean): boolean {
  if (have === null || have === undefined || have === "") return false;
  return spelled(have) === spelled(want);
}

/** Below, at or above what is named: -1, 0, 1; null where one of them is no number and they are not both text. Text is ordered as text. */
export function orderOf(have: FactValue | undefined, want: string | number | boolean): -1 | 0 | 1 | null {
  const [left, right] = [numberIn(have), numberIn(want)];
  if (left !== null && right !== null) return left < right ? -1 : left > right ? 1 : 0;
  if (typeof have !== "string" || typeof want !== "string") return null;
  return have < want ? -1 : have > want ? 1 : 0;
}

const TICKS: Readonly<Record<string, string>> = { true: "1", yes: "1", y: "1", false: "0", no: "0", n: "0" };

function spelled(value: string | number | boolean): string {
  const text = String(value).trim().toLowerCase();
  const tick = own(TICKS, text);
  if (tick !== undefined) return tick;
  const number = numberIn(text);
  return number === null ? text : String(number);
}

/** Numbers that lose digits on the way are codes. */
function numberIn(value: FactValue | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isSafeInteger(Math.trunc(number)) ? number : null;
}
