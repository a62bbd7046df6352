import fc from "fast-check";
import { expect, test } from "vitest";
import { makeBook } from "../../../src/core/score/book.ts";
import type { ScoreConfig } from "../../../src/core/score/config.ts";
import type { ScoreInput, ScoreResult } from "../../../src/core/score/input.ts";
import { total } from "../../../src/core/score/ledger.ts";
import { addOrder, newOrderState, type OrderState } from "../../../src/core/signal/orders.ts";
import { config, input, NOW, payer, random, score, steadyBook, WEEKS, weekly } from "./build.ts";

function ordersOn(days: readonly number[]): OrderState | null {
  const [first, ...rest] = [...new Set(days)].sort((a, b) => a - b);
  if (first === undefined) return null;
  const state = newOrderState(first);
  for (const day of rest) addOrder(state, day);
  return state;
}

function buyersBook() {
  const next = random(5);
  const buyers = Array.from({ length: 200 }, () => {
    const days: number[] = [];
    for (let day = Math.floor(next() * 300); day < NOW; day += 5 + Math.floor(40 * next())) days.push(day);
    return { signals: {}, orders: ordersOn(days), stepDays: [1, 5, 9, 14] };
  });
  const about = { definitions: config.signals, version: 1, nowDay: NOW, anchorDay: 0, previous: null };
  return makeBook(buyers, { ...about, horizonDays: 90, refit: true });
}

const book = (() => {
  const { orders, stepDays } = buyersBook();
  return { ...steadyBook(), orders, stepDays };
})();

const day = fc.integer({ min: NOW - 200, max: NOW + 200 });
const counts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: WEEKS, maxLength: WEEKS });
const stepDays = fc
  .array(fc.integer({ min: -5, max: 170 }), { maxLength: 12 })
  .map((days) => days.sort((a, b) => a - b));

const signals = fc
  .record({ counts, stopWeek: fc.integer({ min: 40, max: WEEKS }), lateDays: fc.nat(30) })
  .map(({ counts, stopWeek, lateDays }) => ({
    logins: weekly((week) => (week < stopWeek ? counts[week]! : 0)),
    core_uses: weekly((week) => (week < stopWeek ? counts[WEEKS - 1 - week]! : 0)),
    days_late: payer((invoice) => (invoice > 12 ? lateDays : 0)),
  }));

const facts = fc.array(
  fc.record({
    recordId: fc.constant("9"),
    code: fc.constantFrom("contact_left", "notice_given", "complaint"),
    day: fc.integer({ min: NOW - 900, max: NOW }),
    nats: fc.double({ min: 0, max: 7, noNaN: true }),
  }),
  { maxLength: 4 },
);

const override = fc
  .record({ zone: fc.constantFrom("green", "yellow", "red"), fromDay: day, days: fc.integer({ min: 1, max: 60 }) })
  .map(({ zone, fromDay, days }) => ({ zone, fromDay, untilDay: fromDay + days, reasonCode: "talked", authorId: "1" }));

const clients: fc.Arbitrary<ScoreInput> = fc
  .record({
    signals: fc.oneof(fc.constant({}), signals),
    sinceDay: fc.option(fc.integer({ min: NOW - 420, max: NOW + 3 })),
    facts,
    openInvoices: fc.array(fc.record({ recordId: fc.constant("i"), dueDay: day }), { maxLength: 3 }),
    steps: fc.option(fc.record({ done: stepDays, expectedDays: stepDays })),
    contract: fc.option(
      fc.record({
        termDays: fc.constant(365),
        nextRenewalDay: fc.option(fc.integer({ min: NOW - 40, max: NOW + 400 })),
      }),
    ),
    override: fc.option(override),
    orders: fc.option(fc.array(fc.integer({ min: 0, max: NOW - 1 }), { maxLength: 20 }).map(ordersOn)),
    brokenDay: fc.option(fc.integer({ min: NOW - 60, max: NOW })),
  })
  .map(({ signals, steps, brokenDay, ...rest }) => {
    // What was done was done by now.
    const doneDays = steps?.done.filter((one) => one <= NOW - (rest.sinceDay ?? NOW)) ?? [];
    return input(signals, {
      ...rest,
      onboarding: steps && { doneDays, expectedDays: steps.expectedDays },
      brokenSince: brokenDay === null ? {} : { usage: brokenDay },
    });
  });

/** What a person reads of a score. */
function readOf({ healthTenths, zone, isOverridden, onboardingTenths, confidence, ...rest }: ScoreResult) {
  const { reasons, wayBack, notes } = rest;
  return { healthTenths, zone, isOverridden, onboardingTenths, confidence, reasons, wayBack, notes };
}

const hasty: ScoreConfig = {
  ...config,
  learningDays: 0,
  criticalShift: 20,
  redConfidence: 0,
  zones: { yellow: 84, red: 80, deadBand: 1, holdDays: 0 },
};

test.each([
  ["as it comes", config],
  ["with thresholds that everything crosses", hasty],
])("who looks on the foretold days alone sees what a look on every day sees (scoring 3.11): %s", (_name, using) => {
  fc.assert(
    fc.property(clients, (client) => {
      const look = (memory: ScoreInput["memory"], nowDay: number) =>
        score({ ...client, memory }, book, nowDay, using).result;
      let known = look(look(null, NOW).memory, NOW);
      for (let today = NOW; today < NOW + 400; today++) {
        const seen = look(known.memory, today);
        expect(total(seen.ledger)).toBe(seen.healthTenths);
        if (known.nextCheckDay !== null && today >= known.nextCheckDay) known = seen;
        else expect(readOf(seen)).toEqual(readOf(known));
      }
    }),
    { numRuns: 12 },
  );
});
