/** Small synthetic portals for the tests of the score, made from a seed. */

import { type Book, type BookClient, makeBook, viewsOf } from "../../../src/core/score/book.ts";
import { DEFAULT_SCORE_CONFIG, type ScoreConfig } from "../../../src/core/score/config.ts";
import type { ScoreInput } from "../../../src/core/score/input.ts";
import { type Scored, scoreClient } from "../../../src/core/score/score.ts";
import { seededRandom } from "../../../src/core/seeded-random.ts";
import { addEvent, newSignalState, type SignalState } from "../../../src/core/signal/state.ts";
import { BASELINE_DOUBTS, type PortalView } from "../../../src/core/signal/stretch.ts";

export const WEEKS = 80;
/** The morning after the last full week. */
export const NOW = 7 * WEEKS;
export const config: ScoreConfig = DEFAULT_SCORE_CONFIG;

export const random = seededRandom;

/** A Poisson draw (Knuth); fine for small means. */
export function poisson(mean: number, next: () => number): number {
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= next()) count += 1;
  return count;
}

export const neutral: PortalView = {
  rate: 0.4,
  mean: 0,
  variance: 1,
  steadiness: 8,
  doubts: BASELINE_DOUBTS,
  firstWeek: 0,
  days: new Float64Array(),
  exposureDays: () => 7,
};

/** Events a week, each on the third day. */
export function weekly(counts: (week: number) => number, fromWeek = 0, view: PortalView = neutral): SignalState {
  const state = newSignalState(7 * fromWeek, 0);
  for (let week = fromWeek; week < WEEKS; week++) {
    const count = counts(week);
    if (count > 0) addEvent(state, 7 * week + 2, count, 0, 0, view);
  }
  return state;
}

/** Invoices every 30 days, so many days late. */
export function payer(late: (invoice: number) => number): SignalState {
  const state = newSignalState(0, 0);
  for (let invoice = 0; invoice < 18; invoice++) addEvent(state, 30 * invoice + 5, 1, late(invoice), 0, neutral);
  return state;
}

export function input(signals: Record<string, SignalState>, more: Partial<ScoreInput> = {}): ScoreInput {
  return {
    clientId: "company:1",
    segment: null,
    sinceDay: 0,
    signals,
    brokenSince: {},
    orders: null,
    openInvoices: [],
    onboarding: null,
    facts: [],
    contract: null,
    override: null,
    memory: null,
    ...more,
  };
}

/** A book of sixty steady clients with logins, core uses, messages and invoices. */
export function steadyBook(change: (clients: BookClient[]) => void = () => undefined): Book {
  const next = random(11);
  const clients = Array.from({ length: 60 }, (): BookClient => {
    const rate = 2 + 6 * next();
    return {
      signals: {
        logins: weekly(() => poisson(rate, next)),
        core_uses: weekly(() => poisson(rate / 2, next)),
        messages_in: weekly(() => poisson(2, next)),
        days_late: payer(() => Math.round(6 * next()) - 2),
      },
      orders: null,
      stepDays: [],
    };
  });
  change(clients);
  return makeBook(clients, {
    definitions: config.signals,
    version: 1,
    nowDay: NOW,
    anchorDay: 0,
    previous: null,
    horizonDays: 90,
    refit: true,
  });
}

export function score(given: ScoreInput, book: Book, nowDay = NOW, using: ScoreConfig = config): Scored {
  return scoreClient(given, book, viewsOf(book, using.signals), using, nowDay);
}
