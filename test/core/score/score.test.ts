import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScoreInput } from "../../../src/core/score/input.ts";
import { compareAccounts, total } from "../../../src/core/score/ledger.ts";
import { deriveScore } from "../../../src/core/score/record.ts";
import { config, input, NOW, payer, score, steadyBook, WEEKS, weekly } from "./build.ts";

const book = steadyBook();
const steady = (): ScoreInput["signals"] => ({
  logins: weekly(() => 6),
  core_uses: weekly(() => 3),
  messages_in: weekly(() => 2),
});
const falling = (weeks: number): ScoreInput["signals"] => ({
  logins: weekly((week) => (week < WEEKS - weeks ? 6 : 1)),
  core_uses: weekly((week) => (week < WEEKS - weeks ? 3 : 0)),
  messages_in: weekly((week) => (week < WEEKS - weeks ? 2 : week % 2)),
});

describe("health", () => {
  it("of a steady client is green and high, with trend and confidence beside it", () => {
    const { result } = score(input(steady()), book);
    expect(result.zone).toBe("green");
    expect(result.health).toBeGreaterThan(88);
    expect(result.confidenceLevel).toBe("high");
    expect(result.trend).toBe("steady");
  });

  it("falls when behaviour falls against the own past, and says which signal took how much (A8.4, A11.1)", () => {
    const { result } = score(input(falling(8)), book);
    expect(result.zone).toBe("red");
    expect(result.reasons[0]).toMatchObject({ code: "reason.count", params: { days: 28 } });
    expect(result.chain).toMatchObject({ isAcross: true, isLong: true });
    expect(result.chain.names).toContain("logins");
  });

  it("is a pure function: the same inputs give the same bytes, and it can be derived again from its record (G7, A8.1)", () => {
    const given = input(falling(5), { openInvoices: [{ recordId: "7", dueDay: NOW - 20 }] });
    const before = JSON.stringify(given);
    const first = JSON.stringify(score(given, book).result);
    score(input(steady()), book);
    expect(JSON.stringify(score(given, book).result)).toBe(first);
    expect(JSON.stringify(given)).toBe(before);
    const record = {
      input: JSON.parse(before) as ScoreInput,
      nowDay: NOW,
      bookVersion: 1,
      configVersion: 1,
      segment: "default",
    };
    expect(
      JSON.stringify(
        deriveScore(record, { book: () => JSON.parse(JSON.stringify(book)) as typeof book, config: () => config }),
      ),
    ).toBe(first);
  });

  it("contributions add up to the health exactly, and their differences to its change, whatever the history", () => {
    const counts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: WEEKS, maxLength: WEEKS });
    const fact = fc.record({
      recordId: fc.constant("9"),
      code: fc.constantFrom("contact_left", "notice_given"),
      day: fc.integer({ min: NOW - 200, max: NOW }),
      nats: fc.double({ min: 0, max: 7, noNaN: true }),
    });
    const client = fc.tuple(counts, counts, fc.array(fact, { maxLength: 3 })).map(([a, b, facts]) =>
      input(
        {
          logins: weekly((week) => a[week]!),
          core_uses: weekly((week) => b[week]!),
          days_late: payer((i) => (a[i]! > 6 ? 20 : 0)),
        },
        { facts },
      ),
    );
    fc.assert(
      fc.property(client, client, (one, other) => {
        const a = score(one, book).result;
        const b = score(other, book).result;
        expect(total(a.ledger)).toBe(a.healthTenths);
        expect(a.ledger.every((line) => Number.isInteger(line.tenths))).toBe(true);
        expect(total(compareAccounts(a.ledger, b.ledger))).toBe(b.healthTenths - a.healthTenths);
        expect(a.healthTenths).toBeGreaterThanOrEqual(0);
        expect(a.healthTenths).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 60 },
    );
  });

  it("of a group never costs more than its cap, however bad it gets (logins and core uses fall together)", () => {
    const { result } = score(
      input({ logins: weekly((w) => (w < WEEKS - 20 ? 20 : 0)), core_uses: weekly((w) => (w < WEEKS - 20 ? 9 : 0)) }),
      book,
    );
    const usage = result.ledger.filter((line) => line.group === "usage");
    expect(usage).toHaveLength(2);
    expect(total(usage)).toBe(-10 * config.groups.usage.cap);
  });
});

describe("missing and broken sources (scoring 3.9)", () => {
  it("a signal that is not there neither counts as zero nor is weighted away: the rest stands as it was, confidence falls", () => {
    const all = score(input(steady()), book).result;
    const { core_uses: _gone, ...rest } = steady();
    const less = score(input(rest), book).result;
    expect(less.health).toBeLessThanOrEqual(all.health);
    expect(less.confidence).toBeLessThan(all.confidence);
    expect(less.notJudged).toContainEqual({ id: "core_uses", why: "not_connected" });
  });

  it.each([1, 5, 30])(
    "a source broken for %i weeks leaves the health where it was, to the tenth, and lowers confidence",
    (weeks) => {
      for (const signals of [steady(), falling(8), falling(3)]) {
        const before = score(input(signals), book).result;
        const later = { ...book, week: book.week + weeks };
        const given = input(signals, { brokenSince: { usage: NOW, mail: NOW } });
        const after = score(given, later, NOW + 7 * weeks).result;
        expect(after.healthTenths).toBe(before.healthTenths);
        expect(after.confidence).toBeLessThan(before.confidence);
        expect(after.notJudged).toContainEqual({ id: "logins", why: "broken" });
      }
    },
  );

  it("a source that breaks for everybody colours nobody: its weeks say nothing", () => {
    const broken = steadyBook((clients) => {
      for (const c of clients)
        (c.signals as Record<string, unknown>).logins = weekly((week) => (week < WEEKS - 3 ? 6 : 0));
    });
    expect(broken.signals.logins!.brokenWeeks).toBe(3);
    const silent = { ...steady(), logins: weekly((week) => (week < WEEKS - 3 ? 6 : 0)) };
    const { result } = score(input(silent), broken);
    expect(result.zone).toBe("green");
    expect(result.health).toBeGreaterThan(85);
    expect(result.signals.find((s) => s.id === "logins")?.isFrozen).toBe(true);
  });

  it("with hardly any events confidence is low, and nothing turns red without a reported fact", () => {
    const rare = { messages_in: weekly((week) => (week < WEEKS - 26 && week % 7 === 0 ? 1 : 0)) };
    const { result } = score(input(rare), book);
    expect(result.confidenceLevel).toBe("low");
    expect(result.zone).not.toBe("red");
    const fact = { recordId: "5", code: "notice_given", day: NOW - 1, nats: 6 };
    const told = score(input(rare, { facts: [fact] }), book, NOW, {
      ...config,
      groups: { ...config.groups, facts: { weight: 1, cap: 60 } },
    }).result;
    expect(told.zone).toBe("red");
  });

  it("a client without any history is learning", () => {
    const young = { logins: weekly((w) => (w > WEEKS - 3 ? 5 : 0), WEEKS - 3) };
    const { result } = score(input(young, { sinceDay: NOW - 21 }), book);
    expect(result.zone).toBe("learning");
    expect(result.health).toBe(config.base);
    expect(result.nextCheckDay).not.toBeNull();
  });
});

describe("zones in context", () => {
  it("one late invoice of an accurate payer is noted and stays green (A8.13: single case)", () => {
    const { result } = score(input({ ...steady(), days_late: payer((i) => (i === 17 ? 12 : 0)) }), book);
    expect(result.zone).toBe("green");
    expect(result.health).toBeGreaterThan(75);
  });

  it("an override holds until its day and says so; then the zone is judged again", () => {
    const override = {
      zone: "green" as const,
      reasonCode: "known_pause",
      authorId: "12",
      fromDay: NOW - 3,
      untilDay: NOW + 2,
    };
    const held = score(input(falling(8), { override }), book).result;
    expect(held).toMatchObject({ zone: "green", isOverridden: true });
    expect(held.nextCheckDay).toBeLessThanOrEqual(NOW + 2);
    const after = score(input(falling(8), { override, memory: held.memory }), book, NOW + 2).result;
    expect(after).toMatchObject({ zone: "red", isOverridden: false, previousZone: "green", zoneSince: NOW + 2 });
  });

  it("a renewal beyond the horizon leaves time: the same behaviour is not red yet", () => {
    const contract = (days: number): Partial<ScoreInput> => ({
      contract: { termDays: 365, nextRenewalDay: NOW + days },
    });
    expect(score(input(falling(8), contract(30)), book).result.zone).toBe("red");
    expect(score(input(falling(8), contract(130)), book).result.zone).toBe("yellow");
  });

  it("keeps the reasons at entry, so that the message does not change under the reader (scoring 3.8)", () => {
    const entered = score(input(falling(8)), book).result;
    const later = score(
      input({ ...falling(8), messages_in: weekly(() => 2) }, { memory: entered.memory }),
      book,
      NOW + 1,
    ).result;
    expect(later.zone).toBe(entered.zone);
    expect(later.memory.entryReasons).toEqual(entered.memory.entryReasons);
    expect(later.zoneSince).toBe(NOW);
  });
});

describe("the next moment at which a score can change (scoring 3.11)", () => {
  const shown = (given: ScoreInput, day: number): string => {
    const { memory: _memory, nextCheckDay: _next, ...rest } = score(given, book, day).result;
    return JSON.stringify(rest);
  };

  it("until then nothing changes by itself", () => {
    const client = fc.tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 1, max: 200 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(client, ([weeks, offset, renewal, isNew]) => {
        const given = input(falling(weeks), {
          sinceDay: isNew ? NOW - 40 - weeks : 0,
          openInvoices: [{ recordId: "3", dueDay: NOW - 4 * weeks }],
          onboarding: isNew ? { doneDays: [3], expectedDays: [5, 20, 45, 60] } : null,
          contract: { termDays: 365, nextRenewalDay: NOW + renewal },
          facts: [{ recordId: "8", code: "contact_left", day: NOW - 10, nats: 2 }],
        });
        const now = NOW + offset;
        const first = score(given, book, now).result;
        const next = { ...given, memory: first.memory };
        const end = first.nextCheckDay ?? now + 30;
        expect(end).toBeGreaterThan(now);
        for (let day = now + 1; day < end; day++) expect(shown(next, day)).toBe(shown(next, now));
      }),
      { numRuns: 40 },
    );
  });

  it("a client who never shows anything is not looked at again and again", () => {
    expect(score(input({}, { sinceDay: NOW - 1000 }), book).result.nextCheckDay).toBeNull();
  });

  it("silence has its own day", () => {
    const { result } = score(input({ logins: weekly((week) => (week % 2 === 0 ? 3 : 2)) }), book, NOW + 1);
    const logins = result.signals[0]!;
    expect(logins.isSilent).toBe(false);
    expect(logins.silenceDueDay).toBeGreaterThan(NOW + 1);
    expect(result.nextCheckDay).toBeLessThanOrEqual(logins.silenceDueDay!);
  });
});
