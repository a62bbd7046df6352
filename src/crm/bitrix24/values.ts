/** Bitrix24's spellings of values, in and out: ids that are text or number, dates with the server's offset, flags of five kinds. */
import { formatDay, parseDay } from "../../core/calendar/day.ts";

const DAY_MS = 86_400_000;

/** A map as PHP sends it: `{}`, or `[]` when it is empty. */
export type Raw = Readonly<Record<string, unknown>>;

/** An id as text; null for what means "none" (null, "", 0, "0"). */
export function idOf(value: unknown): string | null {
  if (typeof value === "number") return Number.isInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && /^[1-9]\d*$/.test(value) ? value : null;
}

/** Ids of a list, whatever PHP made of it; order kept, "none" left out. */
export function idsOf(value: unknown): string[] {
  const list = Array.isArray(value)
    ? value
    : value !== null && typeof value === "object"
      ? Object.values(value)
      : [value];
  return list.flatMap((each) => idOf(each) ?? []);
}

/** A number; null when empty or no number. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A non-empty text; null otherwise. Numbers become text, since codes come as either. */
export function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** Y/N, 1/0, true/false and their texts; null when empty. */
export function flagOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1" || value === "Y" || value === "y" || value === "true") return true;
  if (value === 0 || value === "0" || value === "N" || value === "n" || value === "false") return false;
  return null;
}

/** An ISO datetime with offset as epoch ms; null when empty. A text without offset is no instant and counts as empty. */
export function instantOf(value: unknown): number | null {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

/** The calendar day of a `date` value, which Bitrix24 returns as a datetime in the server's zone; null when empty. */
export function dayOfDate(value: unknown): number | null {
  if (typeof value !== "string") return null;
  try {
    return parseDay(value.slice(0, 10));
  } catch {
    return null;
  }
}

/** Epoch ms as an ISO datetime with an explicit offset (facts sheet section 8.5); Bitrix24 keeps whole seconds. */
export function isoOf(instantMs: number): string {
  const day = Math.floor(instantMs / DAY_MS);
  const seconds = Math.floor((instantMs - day * DAY_MS) / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${formatDay(day)}T${clock}+00:00`;
}

/** `&amp; &lt; &gt; &quot; &#039;` undone once: task texts come back either way, depending on the portal's version. */
export function unescapeHtml(text: string): string {
  if (!text.includes("&")) return text;
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#039": "'", "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#0?39);/g, (_, name: string) => named[name] ?? "");
}
