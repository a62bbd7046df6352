import { describe, expect, it } from "vitest";
import { scoreConfigsOf, scoreSettings } from "../../../src/core/client/score-settings.ts";
import type { Book } from "../../../src/core/score/book.ts";
import type { ScoreInput } from "../../../src/core/score/input.ts";
import { SCORE_RULES } from "../../../src/core/score/rules.ts";
import { config, input, NOW, score, steadyBook, WEEKS, weekly } from "./build.ts";

const book = steadyBook();
/** A book that was made before books named their rules. */
const oldBook: Book = (({ rules: _, ...rest }) => rest)(book);

const secondRules: Book = { ...book, rules: 2 };
const thirdRules: Book = { ...book, rules: 3 };

/** Turned away two months ago; health 50 or less. */
const signals: ScoreInput["signals"] = {
  logins: weekly((week) => (week < WEEKS - 8 ? 6 : 2)),
  core_uses: weekly((week) => (week < WEEKS - 8 ? 3 : 1)),
};
const due = (inDays: number) => input(signals, { contract: { termDays: 730, nextRenewalDay: NOW + inDays } });
const shiftOf = (inDays: number, under: Book): number => score(due(inDays), under).zoneInput.shift;

describe("the rules of a book (G7)", () => {
  it.each([
    [89, 0],
    [90, -30],
    [119, -30],
    [120, -40],
    [149, -40],
    [150, -45],
    [720, -45],
  ])("a renewal in %i days moves the thresholds by %i points", (inDays, points) => {
    expect(shiftOf(inDays, book)).toBe(points);
  });

  it("under an older book it is 20 points however far: what was scored with it comes out as it did", () => {
    expect([90, 120, 720].map((days) => shiftOf(days, oldBook))).toEqual([-20, -20, -20]);
    expect(shiftOf(89, oldBook)).toBe(0);
    expect(book.rules).toBe(SCORE_RULES);
  });

  it("each step is a wake, down to the day on which the renewal comes near", () => {
    const far = due(200);
    let nowDay = NOW;
    const shifts = new Set<number>();
    for (let i = 0; i < 60 && nowDay < NOW + 125; i++) {
      const { result, zoneInput } = score(far, book, nowDay);
      shifts.add(zoneInput.shift);
      // The day before the wake still has the same shift.
      expect(score(far, book, result.nextCheckDay! - 1).zoneInput.shift).toBe(zoneInput.shift);
      nowDay = result.nextCheckDay!;
    }
    expect([...shifts]).toEqual([-45, -40, -30, 0]);
  });
});

describe("a new customer whose onboarding stands still (A8.3, A8.8)", () => {
  const plan = [5, 15, 30, 45, 60];
  const stuck = (doneDays: number[]) => input({}, { sinceDay: NOW - 75, onboarding: { doneDays, expectedDays: plan } });

  it("is yellow after four weeks with nothing done, green when one step is missing", () => {
    const { result } = score(stuck([]), book);
    expect(result.zone).toBe("yellow");
    expect(result.reasons[0]).toMatchObject({ code: "reason.onboarding", params: { expected: 5, done: 0 } });
    expect(score(stuck([5, 15, 30, 45]), book).result.zone).toBe("green");
  });

  it("was green under an older book, and comes out so again", () => {
    expect(score(stuck([]), oldBook).result.zone).toBe("green");
  });
});

describe("an absence of two weeks (A8.13)", () => {
  /** a book whose season is even: nobody else is away */
  const away = (weeks: readonly number[], times = 1) => {
    const counts = (usual: number) => (week: number) => (weeks.includes(WEEKS - 1 - week) ? 0 : usual);
    return input({ logins: weekly(counts(6 * times)), core_uses: weekly(counts(3 * times)) });
  };
  const lasts = (weeks: readonly number[], under: Book) => score(away(weeks), under).result.chain.isLasting;

  it("is no chain in time, neither while it lasts nor once the customer is back; four empty weeks are", () => {
    expect(lasts([0, 1], book)).toBe(false);
    expect(lasts([1, 2, 3], book)).toBe(false);
    expect(lasts([0, 1, 2, 3], book)).toBe(true);
  });

  it("was one under an older book, and comes out so again", () => {
    expect(lasts([0, 1], secondRules)).toBe(true);
    expect(lasts([0, 1], oldBook)).toBe(true);
    expect(lasts([1, 2, 3], secondRules)).toBe(true);
  });

  it("is no ceiling either, and under a book of the third rules was one", () => {
    const zone = (under: Book) => score(away([0, 1], 3), under).result.zone;
    expect(zone(book)).toBe("green");
    expect(zone(thirdRules)).toBe("yellow");
  });

  it("a book of the second rules keeps what they brought", () => {
    expect(shiftOf(150, secondRules)).toBe(-45);
  });
});

describe("a baseline of few weeks", () => {
  const fourthRules: Book = { ...book, rules: 4 };
  /** Seen for so many weeks; a fifth of the logins in the newest four. */
  const nats = (weeks: number, under: Book) => {
    const from = WEEKS - weeks;
    const fell = (usual: number) => (week: number) => (week < WEEKS - 4 ? usual : usual / 5);
    const seen = { logins: weekly(fell(6), from), core_uses: weekly(fell(3), from) };
    const { groups } = score(input(seen, { sinceDay: 7 * from }), under).result;
    return groups.usage;
  };

  it("says less than one of years, even of a customer who is there every day", () => {
    expect(nats(30, book)).toBeLessThan(nats(WEEKS, book) - 0.5);
    expect(nats(30, book)).toBeGreaterThan(3);
  });

  it("said nearly as much under an older book, and comes out so again", () => {
    expect(nats(30, fourthRules)).toBeGreaterThan(nats(30, book) + 0.5);
    expect(Math.abs(nats(WEEKS, fourthRules) - nats(WEEKS, book))).toBeLessThan(0.3);
  });
});

describe("the usual threshold of yellow", () => {
  /** a customer who turned away a month ago and answers late since */
  const client = input({
    logins: weekly((week) => (week < WEEKS - 5 ? 5 : 3)),
    core_uses: weekly((week) => (week < WEEKS - 5 ? 3 : 2)),
  });
  const yellowOf = (under: Book, published = config) =>
    score(client, under, NOW, published).zoneInput.thresholds.yellow;

  it("is 72; with a book of before it was 75, unless a person had set one", () => {
    const set = scoreConfigsOf(scoreSettings.parse({ zones: { yellow: 72 } }), 1).default;
    const unset = scoreConfigsOf(scoreSettings.parse({ zones: { red: 40 } }), 1).default;
    expect([yellowOf(book), yellowOf(thirdRules), yellowOf(oldBook)]).toEqual([72, 75, 75]);
    expect([yellowOf(book, set), yellowOf(thirdRules, set)]).toEqual([72, 72]);
    expect([yellowOf(book, unset), yellowOf(thirdRules, unset)]).toEqual([72, 75]);
  });

  it("who is let out of a zone after four weeks was not by the rules of before", () => {
    expect([book, thirdRules].map((under) => score(client, under).zoneInput.calmDays)).toEqual([28, 0]);
  });
});
