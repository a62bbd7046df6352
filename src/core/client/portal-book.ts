/** The portal's statistics in one versioned document: what a decision may know of the other clients. */
import { type Book, type BookClient, bookMaker, viewsOf } from "../score/book.ts";
import type { ScoreConfig } from "../score/config.ts";
import type { RiskModel } from "../score/risk.ts";
import { type ClassCuts, classCuts } from "../score/segment.ts";
import type { SignalDefinition } from "../signal/definition.ts";
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
  value: number;
}

/** A portal's book in the making. */
export interface PortalBookMaker {
  add(entry: BookEntry): void;
  finish(risk: RiskModel | null): PortalBookBody;
  /** the same in portions of a few milliseconds */
  finishSteps(risk: RiskModel | null): Generator<null, PortalBookBody>;
}

export function portalBookMaker(
  { signals, horizonDays }: Pick<ScoreConfig, "signals" | "horizonDays">,
  today: number,
  version: number,
  previous: PortalBookBody | null,
): PortalBookMaker {
  const maker = bookMaker({
    definitions: signals,
    version,
    nowDay: today,
    anchorDay: ANCHOR_DAY,
    previous: previous?.score ?? null,
    horizonDays,
    refit: isFitDue(version, previous),
  });
  const values: number[] = [];
  return {
    add(entry) {
      maker.add(entry);
      values.push(entry.value);
    },
    finish: (risk) => ({ score: maker.finish(), cuts: classCuts(values), risk }),
    *finishSteps(risk) {
      return { score: yield* maker.finishSteps(), cuts: classCuts(values), risk };
    },
  };
}

/** Books from one fit of the buying model to the next. */
const FIT_EVERY = 4;

function isFitDue(version: number, previous: PortalBookBody | null): boolean {
  return !previous?.score.orders || version % FIT_EVERY === 0;
}

/** The book of clients that are at hand. */
export function makePortalBook(
  entries: readonly BookEntry[],
  config: Pick<ScoreConfig, "signals" | "horizonDays">,
  today: number,
  version: number,
  previous: PortalBookBody | null,
  risk: RiskModel | null,
): PortalBookBody {
  const maker = portalBookMaker(config, today, version, previous);
  for (const entry of entries) maker.add(entry);
  return maker.finish(risk);
}

/** @param signals every signal of the portal, those that are switched off included */
export function openBook(
  stored: { version: number; body: unknown } | null,
  signals: readonly SignalDefinition[],
): PortalBook | null {
  if (!stored) return null;
  const body = stored.body as PortalBookBody;
  return { ...body, version: stored.version, views: viewsOf(body.score, signals) };
}

/** Sources whose newest weeks say nothing, across the whole portal: with the weeks since when. One notice for the admin, no red book. */
export function brokenSources(
  book: PortalBookBody,
  signals: readonly SignalDefinition[],
): ReadonlyMap<string, { signals: readonly string[]; weeks: number }> {
  const broken = signals.flatMap((one) => {
    const weeks = book.score.signals[one.id]?.brokenWeeks ?? 0;
    return weeks > 0 ? [{ ...one, weeks }] : [];
  });
  const sources = Map.groupBy(broken, (one) => one.source);
  return new Map(
    [...sources].map(([source, list]) => [
      source,
      { signals: list.map((one) => one.id), weeks: Math.max(...list.map((one) => one.weeks)) },
    ]),
  );
}

/** A book is made anew when a full week has passed since the last one: in between nothing that it knows has changed enough to matter. */
export function isBookDue(previous: PortalBookBody | null, today: number): boolean {
  return previous === null || weekOf(today, ANCHOR_DAY) - 1 > previous.score.week;
}

/** The first day on which the next book may be made. */
export function nextBookDay(previous: PortalBookBody): number {
  return firstDayOf(previous.score.week + 2, ANCHOR_DAY);
}
