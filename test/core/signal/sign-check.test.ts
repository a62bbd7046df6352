import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkSign,
  checkSigns,
  nextSignDay,
  type SignFacts,
  type SignMoment,
  type SignVerdict,
} from "../../../src/core/signal/sign-check.ts";
import { SIGNS, signsWith } from "../../../src/core/signal/signs.ts";

const HOUR = 3_600_000;
const NOW = 700;
const moment: SignMoment = { nowDay: NOW, nowMs: NOW * 24 * HOUR + 12 * HOUR, weekDay: NOW, since: {} };
const none: SignFacts = { counts: {}, lastAt: {}, due: {}, cases: {}, values: {} };

function check(id: string, facts: Partial<SignFacts>, at: SignMoment = moment): SignVerdict {
  return checkSign(SIGNS.find((s) => s.id === id)!, { ...none, ...facts }, at);
}

/** `usual` events in each of the eight weeks before, `now` in all of the last 28 days. */
function counts(usual: number, now: number, fromDay = 0): SignFacts["counts"][string] {
  const days: [number, number][] = [];
  for (let week = 1; week <= 8; week++) days.push([NOW - 28 - 7 * week + 2, usual]);
  days.push([NOW - 10, now]);
  return { fromDay, days };
}

/** An amount every 28 days, `usual` and in the last 56 days `now`. */
function months(usual: number, now: number): SignFacts["counts"][string] {
  const days = Array.from({ length: 8 }, (_, at): [number, number] => [NOW - 28 * (at + 1), at < 2 ? now : usual]);
  return { fromDay: 0, days };
}

describe("thresholds, on both sides of the edge", () => {
  it.each([
    ["activity at 70 of 100 fires (A8.5)", "usage_drop", { counts: { activity: counts(25, 70) } }, true],
    ["activity at 71 of 100 does not (A8.5)", "usage_drop", { counts: { activity: counts(25, 71) } }, false],
    ["interaction at 24 of 40 fires (A8.6)", "interaction_drop", { counts: { interactions: counts(10, 24) } }, true],
    [
      "interaction at 25 of 40 does not (A8.6)",
      "interaction_drop",
      { counts: { interactions: counts(10, 25) } },
      false,
    ],
    [
      "14 × 24 hours without a login fire (A8.7)",
      "no_login",
      { lastAt: { logins: moment.nowMs - 14 * 24 * HOUR } },
      true,
    ],
    [
      "one minute less does not (A8.7)",
      "no_login",
      { lastAt: { logins: moment.nowMs - 14 * 24 * HOUR + 60_000 } },
      false,
    ],
    ["13 days do not (A8.7)", "no_login", { lastAt: { logins: moment.nowMs - 13 * 24 * HOUR } }, false],
    [
      "8 days overdue fire (A8.12)",
      "payment_delay",
      { due: { invoices: [{ recordId: "i", dueDay: NOW - 8, doneDay: null }] } },
      true,
    ],
    [
      "7 days overdue do not (A8.12)",
      "payment_delay",
      { due: { invoices: [{ recordId: "i", dueDay: NOW - 7, doneDay: null }] } },
      false,
    ],
    [
      "a part payment leaves it open (A8.12)",
      "payment_delay",
      { due: { invoices: [{ recordId: "i", dueDay: NOW - 8, doneDay: NOW - 1, balance: 40 }] } },
      true,
    ],
    [
      "a settled invoice is not late (A8.12)",
      "payment_delay",
      { due: { invoices: [{ recordId: "i", dueDay: NOW - 30, doneDay: NOW - 20, balance: 0 }] } },
      false,
    ],
    [
      "two moved meetings in 30 days fire (A8.9)",
      "meetings_moved",
      {
        cases: {
          moves: [
            { recordId: "a", day: NOW - 29 },
            { recordId: "b", day: NOW },
          ],
        },
      },
      true,
    ],
    ["one does not (A8.9)", "meetings_moved", { cases: { moves: [{ recordId: "a", day: NOW }] } }, false],
    [
      "two, one of them 30 days ago, do not (A8.9)",
      "meetings_moved",
      {
        cases: {
          moves: [
            { recordId: "a", day: NOW - 30 },
            { recordId: "b", day: NOW },
          ],
        },
      },
      false,
    ],
    [
      "an open setup item past its day fires (A8.8)",
      "setup_unfinished",
      { due: { setup: [{ recordId: "t", dueDay: NOW - 1, doneDay: null }] } },
      true,
    ],
    [
      "on its day it does not (A8.8)",
      "setup_unfinished",
      { due: { setup: [{ recordId: "t", dueDay: NOW, doneDay: null }] } },
      false,
    ],
    [
      "61 days without first use: stuck (A8.3)",
      "implementation_stuck",
      { due: { first_use: [{ recordId: "d", dueDay: NOW - 61, doneDay: null }] } },
      true,
    ],
    ["core function at a tenth: stopped (A8.3)", "core_unused", { counts: { core_uses: counts(10, 4) } }, true],
    [
      "seats cut by a third (A8.11)",
      "volume_down",
      {
        values: {
          volume: [
            { recordId: "s1", day: NOW - 90, value: 30 },
            { recordId: "s2", day: NOW - 2, value: 20 },
          ],
        },
      },
      true,
    ],
    [
      "seats cut by a quarter are not (A8.11)",
      "volume_down",
      {
        values: {
          volume: [
            { recordId: "s1", day: NOW - 90, value: 40 },
            { recordId: "s2", day: NOW - 2, value: 30 },
          ],
        },
      },
      false,
    ],
    [
      "a contact that left (A8.17)",
      "contact_left",
      { cases: { contact_left: [{ recordId: "c", day: NOW - 80 }] } },
      true,
    ],
    ["a complaint (A8.15)", "complaint", { cases: { complaints: [{ recordId: "t", day: NOW - 3 }] } }, true],
    ["turnover at 70 % (A8.11)", "turnover_drop", { counts: { turnover: months(1000, 700) } }, true],
    ["turnover at 71 % is none (A8.11)", "turnover_drop", { counts: { turnover: months(1000, 710) } }, false],
    ["fewer deals (A8.16)", "deals_drop", { counts: { deals: counts(5, 13) } }, true],
  ] as const)("%s", (_name, id, facts, fired) => {
    const verdict = check(id, facts as Partial<SignFacts>);
    expect(verdict.notJudged).toBeNull();
    expect(verdict.fired).toBe(fired);
    expect(verdict.sinceDay === null).toBe(!fired);
  });

  it("replies twice as slow as the own median fire, one slow reply never does (A8.9)", () => {
    const before = [1, 2, 3, 2, 2].map((value, i) => ({ recordId: `b${i}`, day: NOW - 60 - i, value }));
    const slow = (values: readonly number[]): SignVerdict =>
      check("reply_slow", {
        values: {
          reply_hours: [...before, ...values.map((value, i) => ({ recordId: `r${i}`, day: NOW - 3 - i, value }))],
        },
      });
    expect(slow([4, 4]).fired).toBe(true);
    expect(slow([4, 3.9]).fired).toBe(false);
    expect(slow([90])).toMatchObject({ fired: false, notJudged: "too_few" });
  });
});

describe("what a sign says (A8.1, A8.4)", () => {
  it("value, own baseline, threshold, since when, and the records that show it", () => {
    const verdict = check("payment_delay", {
      due: {
        invoices: [
          { recordId: "old", dueDay: NOW - 20, doneDay: null },
          { recordId: "new", dueDay: NOW - 9, doneDay: null },
          { recordId: "fresh", dueDay: NOW - 2, doneDay: null },
        ],
      },
    });
    expect(verdict).toEqual({
      id: "payment_delay",
      fired: true,
      value: 20,
      baseline: null,
      threshold: 7,
      sinceDay: NOW - 12,
      evidence: ["old", "new"],
      notJudged: null,
    });
    expect(check("usage_drop", { counts: { activity: counts(25, 50) } })).toMatchObject({ value: 0.5, baseline: 100 });
  });

  it("the baseline is a median: one holiday among the eight weeks does not move it", () => {
    const activity = counts(25, 71);
    const holiday = activity.days.map(([day, count], i) => [day, i === 3 ? 0 : count] as const);
    expect(check("usage_drop", { counts: { activity: { fromDay: 0, days: holiday } } }).baseline).toBe(100);
  });

  it("needs the whole eight weeks before it may fire", () => {
    expect(check("usage_drop", { counts: { activity: counts(25, 0, NOW - 84) } }).fired).toBe(true);
    expect(check("usage_drop", { counts: { activity: counts(25, 0, NOW - 83) } })).toMatchObject({
      fired: false,
      notJudged: "no_history",
    });
  });

  it("a source that is not there is not judged, never zero", () => {
    for (const verdict of checkSigns(SIGNS, none, moment))
      expect(verdict).toMatchObject({ fired: false, value: null, notJudged: "not_connected" });
  });

  it("keeps the day on which it began to fire", () => {
    const facts = { counts: { activity: counts(25, 50) } };
    expect(check("usage_drop", facts).sinceDay).toBe(NOW);
    expect(check("usage_drop", facts, { ...moment, since: { usage_drop: NOW - 15 } }).sinceDay).toBe(NOW - 15);
    expect(check("no_login", { lastAt: { logins: moment.nowMs - 20 * 24 * HOUR } }).sinceDay).toBe(NOW - 6);
  });

  it("covers all four layers, each row of A8.3 to A8.17 that speaks of a sign", () => {
    expect(new Set(SIGNS.map((s) => s.layer))).toEqual(new Set([1, 2, 3, 4]));
    for (const row of [
      "A8.3",
      "A8.5",
      "A8.6",
      "A8.7",
      "A8.8",
      "A8.9",
      "A8.10",
      "A8.11",
      "A8.12",
      "A8.14",
      "A8.15",
      "A8.16",
      "A8.17",
    ]) {
      expect(SIGNS.some((s) => s.row === row)).toBe(true);
    }
    expect(new Set(SIGNS.map((s) => s.id)).size).toBe(SIGNS.length);
  });
});

describe("editable thresholds", () => {
  it("replace the default, and only where they make sense", () => {
    const table = signsWith({ usage_drop: 0.5 });
    expect(table.find((s) => s.id === "usage_drop")?.threshold).toBe(0.5);
    expect(table.find((s) => s.id === "payment_delay")?.threshold).toBe(7);
    expect(() => signsWith({ nonsense: 1 })).toThrow("nonsense");
    expect(() => signsWith({ usage_drop: Number.NaN })).toThrow("usage_drop");
  });
});

describe("the next day on which a sign can turn by itself", () => {
  const gapFacts: SignFacts = {
    ...none,
    lastAt: { logins: moment.nowMs - 3 * 24 * HOUR },
    due: { invoices: [{ recordId: "i", dueDay: NOW - 2, doneDay: null }] },
  };

  it("is foretold for gaps, due dates and windows", () => {
    expect(nextSignDay(SIGNS, gapFacts, moment)).toBe(NOW + 6);
    expect(nextSignDay(SIGNS, { ...gapFacts, due: {} }, moment)).toBe(NOW + 11);
    const moves = [NOW - 4, NOW - 9, NOW + 3].map((day) => ({ recordId: `m${day}`, day }));
    expect(nextSignDay(SIGNS, { ...none, cases: { moves: moves.slice(0, 2) } }, moment)).toBe(NOW + 21);
    // The third dates what fires anew as soon as the first is too long ago.
    expect(nextSignDay(SIGNS, { ...none, cases: { moves } }, moment)).toBe(NOW + 21);
    expect(nextSignDay(SIGNS, { ...none, cases: { moves: [moves[0]!, moves[2]!] } }, moment)).toBe(NOW + 3);
    expect(nextSignDay(SIGNS, none, moment)).toBeNull();
  });

  it("is not foretold by what cannot turn one: a single case, what is settled", () => {
    const due = { invoices: [{ recordId: "i", dueDay: NOW + 3, doneDay: NOW - 1, balance: 0 }] };
    expect(nextSignDay(SIGNS, { ...none, cases: { moves: [{ recordId: "a", day: NOW - 4 }] } }, moment)).toBeNull();
    expect(nextSignDay(SIGNS, { ...none, due }, moment)).toBeNull();
  });

  it("who looks on those days alone finds what a look on every day finds", () => {
    const day = fc.integer({ min: NOW - 100, max: NOW + 60 });
    const item = fc.record({ recordId: fc.constantFrom("a", "b", "c"), day });
    const late = fc.record({
      recordId: fc.constantFrom("i", "j"),
      dueDay: day,
      doneDay: fc.constantFrom(null, NOW - 20),
      balance: fc.constantFrom(0, 5),
    });
    const cases = fc.record({ moves: fc.array(item, { maxLength: 5 }), complaints: fc.array(item, { maxLength: 3 }) });
    fc.assert(
      fc.property(cases, fc.array(late, { maxLength: 3 }), (cases, invoices) => {
        const facts: SignFacts = { ...none, cases, due: { invoices } };
        const at = (nowDay: number) => ({ ...moment, nowDay, nowMs: nowDay * 24 * HOUR + 12 * HOUR });
        const firing = (nowDay: number) =>
          checkSigns(SIGNS, facts, at(nowDay)).flatMap((one) => (one.fired ? [[one.id, one.sinceDay]] : []));
        let known = firing(NOW);
        let next = nextSignDay(SIGNS, facts, at(NOW));
        for (let today = NOW + 1; today < NOW + 200; today++) {
          if (today === next) {
            known = firing(today);
            next = nextSignDay(SIGNS, facts, at(today));
          }
          expect(firing(today)).toEqual(known);
        }
      }),
    );
  });

  it("the same of counts, silences and levels, also of what begins later", () => {
    const MONDAY = 704;
    const day = fc.integer({ min: MONDAY - 120, max: MONDAY - 1 });
    const counted = fc.array(fc.tuple(day, fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 40 });
    const measured = (from: number, to: number) =>
      fc.array(
        fc.record({
          recordId: fc.constantFrom("a", "b"),
          day: fc.integer({ min: MONDAY + from, max: MONDAY + to }),
          value: fc.integer({ min: 1, max: 9 }),
        }),
        { maxLength: 12 },
      );
    fc.assert(
      fc.property(counted, measured(-400, 40), measured(-220, 0), day, (days, volume, reply_hours, last) => {
        const activity = { fromDay: MONDAY - 150, days };
        const turnover = { fromDay: 0, days: days.map(([at, amount]): [number, number] => [2 * at - MONDAY, amount]) };
        const lastAt = { logins: (last + 1) * 24 * HOUR - 1 };
        const facts: SignFacts = { ...none, counts: { activity, turnover }, lastAt, values: { volume, reply_hours } };
        const at = (nowDay: number): SignMoment => {
          const weekDay = nowDay - ((nowDay - MONDAY) % 7);
          return { nowDay, nowMs: nowDay * 24 * HOUR + 9 * HOUR, weekDay, since: {} };
        };
        const firing = (nowDay: number) =>
          checkSigns(SIGNS, facts, at(nowDay)).flatMap((one) => (one.fired ? one.id : []));
        let known = firing(MONDAY);
        let next = nextSignDay(SIGNS, facts, at(MONDAY));
        for (let today = MONDAY + 1; today < MONDAY + 450; today++) {
          if (today === next) {
            known = firing(today);
            next = nextSignDay(SIGNS, facts, at(today));
          }
          expect(firing(today)).toEqual(known);
        }
      }),
    );
  });

  it("a ratio that stands waits for the week in which it turns, not for the next one", () => {
    // 44 a week, the last on the day before: a window of four weeks loses one of them with every boundary.
    const days = Array.from({ length: 12 }, (_, at): [number, number] => [NOW - 7 * (12 - at) + 6, 44]);
    const facts: SignFacts = { ...none, counts: { activity: { fromDay: 0, days } } };
    const firesOn = (day: number) =>
      checkSigns(SIGNS, facts, { ...moment, nowDay: day, weekDay: day }).some((verdict) => verdict.fired);
    expect([0, 7, 14].map((ahead) => firesOn(NOW + ahead))).toEqual([false, false, true]);
    expect(nextSignDay(SIGNS, facts, moment)).toBe(NOW + 14);
  });

  it("until then every verdict stands", () => {
    const facts: SignFacts = {
      ...gapFacts,
      counts: { activity: counts(25, 60) },
      cases: {
        moves: [
          { recordId: "a", day: NOW - 25 },
          { recordId: "b", day: NOW - 6 },
        ],
      },
    };
    const fired = (day: number): string => {
      const at = { ...moment, nowDay: day, nowMs: day * 24 * HOUR + 12 * HOUR, weekDay: NOW };
      return checkSigns(SIGNS, facts, at)
        .map((v) => `${v.id}${v.fired}`)
        .join();
    };
    const end = nextSignDay(SIGNS, facts, moment)!;
    for (let day = NOW; day < end; day++) expect(fired(day)).toBe(fired(NOW));
    expect(fired(end)).not.toBe(fired(NOW));
  });
});
