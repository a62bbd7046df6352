/** The portal's statistics in one versioned document: what a decision may know of the other clients. */
import { type Book, type BookClient, makeBook, viewsOf } from "../score/book.ts";
import type { ScoreConfig } from "../score/config.ts";
import type { RiskModel } from "../score/risk.ts";
import { type ClassCuts, classCuts } from "../score/segment.ts";
import type { PortalView } from "../signal/stretch.ts";
import { firstDayOf, weekOf } from "../signal/week.ts";
import { ANCHOR_DAY } from "./observe.ts";

/** As stored. */
export interface PortalBookBody {
  score: Book;
  cuts: ClassCuts;
  risk: RiskModel | null;
}

/** As decisions use it, with the views made once. */
export interface PortalBook extends PortalBookBody {
  version: number;
  views: ReadonlyMap<string, PortalView>;
}

export interface BookEntry extends BookClient {
  key: string;
  value: number;
}

export function makePortalBook(
  entries: readonly BookEntry[],
  config: ScoreConfig,
  today: number,
  version: number,
  previous: PortalBookBody | null,
): PortalBookBody {
  const score = makeBook(entries, {
    definitions: config.signals,
    version,
    nowDay: today,
    anchorDay: ANCHOR_DAY,
    previous: previous?.score ?? null,
    horizonDays: config.horizonDays,
    refit: true,
  });
  return {
    score,
    cuts: classCuts(entries.map((one) => ({ id: one.key, revenue: one.value }))),
    risk: previous?.risk ?? null,
  };
}

export function openBook(stored: { version: number; body: unknown } | null, config: ScoreConfig): PortalBook | null {
  if (!stored) return null;
  const body = stored.body as PortalBookBody;
  return { ...body, version: stored.version, views: viewsOf(body.score, config.signals) };
}

/** A book is made anew when a full week has passed since the last one: in between nothing that it knows has changed enough to matter. */
export function isBookDue(previous: PortalBookBody | null, today: number): boolean {
  return previous === null || weekOf(today, ANCHOR_DAY) - 1 > previous.score.week;
}

/** The first day on which the next book may be made. */
export function nextBookDay(previous: PortalBookBody): number {
  return firstDayOf(previous.score.week + 2, ANCHOR_DAY);
}
