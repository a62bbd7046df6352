/**
 * The inputs that every score change is kept with, and its derivation from them (G7): the same inputs, book and configuration give the
 * same bytes, at any time and on either runtime.
 */
import { type Book, viewsOf } from "./book.ts";
import type { ScoreConfig } from "./config.ts";
import type { ScoreInput } from "./input.ts";
import { scoreClient } from "./score.ts";

export interface ScoreRecord {
  /** as the score saw it, its memory included */
  input: ScoreInput;
  nowDay: number;
  bookVersion: number;
  configVersion: number;
  /** segment whose configuration was used */
  segment: string;
}

export interface ScoreLibrary {
  /** @throws Error when that version is not kept any more */
  book(version: number): Book;
  config(segment: string, version: number): ScoreConfig;
}

/** Derives a score again. @returns the result as canonical JSON */
export function deriveScore(record: ScoreRecord, library: ScoreLibrary): string {
  const book = library.book(record.bookVersion);
  const config = library.config(record.segment, record.configVersion);
  const { result } = scoreClient(record.input, book, viewsOf(book, config.signals), config, record.nowDay);
  return canonicalJson(result);
}

/** JSON with keys in order and without spaces: equal values are equal bytes. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
