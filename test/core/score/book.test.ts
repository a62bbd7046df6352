import { describe, expect, it } from "vitest";
import { type BookClient, makeBook, viewOf } from "../../../src/core/score/book.ts";
import { addOrder, newOrderState } from "../../../src/core/signal/orders.ts";
import { config, NOW, payer, poisson, random, steadyBook, WEEKS, weekly } from "./build.ts";

const options = {
  definitions: config.signals,
  version: 7,
  nowDay: NOW,
  anchorDay: 0,
  previous: null,
  horizonDays: 90,
  refit: true,
};
const clients = (count: number, counts: (week: number, next: () => number) => number): BookClient[] => {
  const next = random(3);
  return Array.from({ length: count }, () => ({
    signals: { logins: weekly((week) => counts(week, next)) },
    orders: null,
    stepDays: [],
  }));
};

describe("the portal's statistics (scoring 3.5)", () => {
  it("rate per account and day is events over exposure", () => {
    const book = makeBook(
      clients(40, () => 7),
      options,
    );
    expect(book.signals.logins!.rate).toBeCloseTo(1, 2);
    expect(book.signals.logins!.accounts).toBe(40);
  });

  it("a week in which everybody does half of the usual has a season of one half", () => {
    const book = makeBook(
      clients(60, (week, next) => poisson(week === WEEKS - 3 ? 4 : 8, next)),
      options,
    );
    const view = viewOf(book.signals.logins);
    expect(view.exposureDays(WEEKS - 3) / 7).toBeCloseTo(0.5, 1);
    expect(view.exposureDays(WEEKS - 4) / 7).toBeCloseTo(1, 0);
  });

  it("weeks below 30 accounts use 1", () => {
    const book = makeBook(
      clients(29, (week) => (week === WEEKS - 3 ? 1 : 9)),
      options,
    );
    expect(viewOf(book.signals.logins).exposureDays(WEEKS - 3)).toBe(7);
  });

  it("a fall below .3 for all is a broken source: the week says nothing, and counts as broken at the end", () => {
    const book = makeBook(
      clients(60, (week) => (week >= WEEKS - 2 || week === WEEKS - 9 ? 0 : 8)),
      options,
    );
    expect(viewOf(book.signals.logins).exposureDays(WEEKS - 9)).toBe(0);
    expect(book.signals.logins!.brokenWeeks).toBe(2);
  });

  it("a rare signal that happens to be silent is not broken", () => {
    const book = makeBook(
      clients(60, (week) => (week % 20 === 0 ? 1 : 0)),
      options,
    );
    expect(book.signals.logins!.brokenWeeks).toBe(0);
  });

  it("learns how steady a week is: weeks that differ by their own mood teach caution, a season for all and mere chance do not", () => {
    const steadiness = (counts: Parameters<typeof clients>[1]) =>
      makeBook(clients(200, counts), options).signals.logins!.steadiness;
    // A factor of 0 or 2 has variance 1: the rate of a week is uncertain by all of itself.
    expect(steadiness((_, next) => poisson(next() < 0.5 ? 0 : 12, next))).toBeCloseTo(1, 1);
    // Of .5 or 1.5: variance 1/4.
    expect(steadiness((_, next) => poisson(next() < 0.5 ? 3 : 9, next))).toBeCloseTo(4, 0);
    expect(steadiness((week, next) => poisson(week > WEEKS - 12 ? 3 : 9, next))).toBe(8);
    expect(steadiness((_, next) => poisson(6, next))).toBe(8);
  });

  it("one account that imports a year's use at once does not make everybody's weeks unsteady", () => {
    const loud = { logins: weekly((week) => (week % 9 === 0 ? 90_000 : 1)) };
    const others = clients(200, (_, next) => poisson(6, next));
    const book = makeBook([...others, { signals: loud, orders: null, stepDays: [] }], options);
    expect(book.signals.logins!.steadiness).toBeGreaterThan(7);
  });

  it("a quiet portal, and a book from before, take the usual steadiness", () => {
    const quiet = makeBook(
      clients(3, () => 1),
      options,
    );
    expect(quiet.signals.logins!.steadiness).toBe(8);
    const { steadiness: _, ...before } = quiet.signals.logins!;
    expect(viewOf(before).steadiness).toBe(8);
  });

  it("remembers the season of weeks that have left every ring", () => {
    const first = makeBook(
      clients(60, (week) => (week === WEEKS - 20 ? 4 : 8)),
      options,
    );
    const later = makeBook(
      clients(60, () => 8),
      {
        ...options,
        nowDay: NOW,
        previous: {
          ...first,
          signals: { logins: { ...first.signals.logins!, firstWeek: first.signals.logins!.firstWeek - 30 } },
        },
      },
    );
    expect(later.signals.logins!.season.length).toBe(first.signals.logins!.season.length + 30);
  });

  it("the spread of payments around each payer's own habit is learned, not taken from between payers", () => {
    const habits = Array.from(
      { length: 80 },
      (_, i): BookClient => ({
        signals: { days_late: payer((n) => (i % 20) + (n % 2 === 0 ? 3 : -3)) },
        orders: null,
        stepDays: [],
      }),
    );
    const book = makeBook(habits, options);
    expect(book.signals.days_late!.variance).toBeLessThan(25);
    expect(book.signals.days_late!.variance).toBeGreaterThan(8);
  });

  it("expects an onboarding step by the day on which four of five had done it, and none that few have reached", () => {
    const steps = Array.from(
      { length: 20 },
      (_, i): BookClient => ({ signals: {}, orders: null, stepDays: i < 5 ? [i + 1, 30, 60] : [i + 1, 30] }),
    );
    expect(makeBook(steps, options).stepDays).toEqual([16, 30]);
  });

  it("is JSON and the same for the same clients", () => {
    const book = steadyBook();
    expect(JSON.parse(JSON.stringify(book))).toEqual(book);
    expect(steadyBook()).toEqual(book);
  });

  it("has no model of buying without orders, and one with them whose usual customer has no strain", () => {
    expect(steadyBook().orders).toBeNull();
    const next = random(9);
    const buyers = Array.from({ length: 80 }, (): BookClient => {
      const orders = newOrderState(Math.floor(60 * next()));
      for (let day = orders.first; day < NOW; day += 10 + Math.floor(60 * next())) addOrder(orders, day);
      return { signals: {}, orders, stepDays: [] };
    });
    const book = makeBook(buyers, options);
    expect(book.orders?.model.mix.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 5);
    expect(Number.isFinite(book.orders?.median)).toBe(true);
    expect(makeBook(buyers, { ...options, previous: book, refit: false }).orders).toBe(book.orders);
  });
});
