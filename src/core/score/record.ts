/**
 * The inputs that every score change is kept with, and its derivation from them (G7): the same inputs, book and configuration give the
 * same bytes, at any time and on either runtime.
 */
import { type Book, viewsOf } from "./book.ts";
import type { ScoreConfig } from "./config.ts";
import type { ScoreInput, ScoreResult } from "./input.ts";
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

const opened = new WeakMap<Book, WeakMap<ScoreConfig, ReturnType<typeof viewsOf>>>();

/** Views are made once for all changes of a book. */
function viewsFor(book: Book, config: ScoreConfig): ReturnType<typeof viewsOf> {
  const ofBook = opened.get(book) ?? new WeakMap();
  opened.set(book, ofBook);
  const views = ofBook.get(config) ?? viewsOf(book, config.signals);
  ofBook.set(config, views);
  return views;
}

/** Derives a score again. */
export function deriveScore(record: ScoreRecord, library: ScoreLibrary): ScoreResult {
  const book = library.book(record.bookVersion);
  const config = library.config(record.segment, record.configVersion);
  return scoreClient(record.input, book, viewsFor(book, config), config, record.nowDay).result;
}
