import { describe, expect, it } from "vitest";
import { readChain } from "../../../src/core/score/chain.ts";
import type { Evidence } from "../../../src/core/score/evidence.ts";
import { makeAccount } from "../../../src/core/score/ledger.ts";
import { DEFAULT_SIGNALS } from "../../../src/core/signal/definition.ts";
import { config, input, payer, score, steadyBook, WEEKS, weekly } from "./build.ts";

/** Evidence made by hand: signals by id with their nats, facts by code. */
function evidence(signals: Record<string, number>, facts: Record<string, number> = {}, onsetWeeks = 2): Evidence {
  return {
    week: 79,
    asOfDay: 560,
    signals: Object.entries(signals).map(([id, nats]) => ({
      definition: DEFAULT_SIGNALS.find((s) => s.id === id)!,
      standing: { seen28: 0, expected28: 8, seen91: 8, expected91: 26, habit: 0.3, size: 5 },
      state: { from: 0, week: 80, c: [], s: [], n: 1, t: 0, b: 100, last: 1 },
      nats,
      isFrozen: false,
      silenceNats: 0,
      silenceDueDay: null,
    })),
    orders: null,
    turning: { shares: new Float64Array(), onsetWeeks, chance: 0.5 },
    steps: null,
    facts: Object.entries(facts).map(([code, nats]) => ({ fact: { recordId: "1", code, day: 550, nats }, nats })),
    notJudged: [],
  };
}

function chainOf(given: Evidence): ReturnType<typeof readChain> {
  return readChain(given, makeAccount(given, config).groups, config, 0);
}

describe("single case or chain (A8.13)", () => {
  it.each([
    ["nothing", {}, {}, false],
    ["one late payment", { days_late: 1.5 }, {}, false],
    ["one signal of one group", { logins: 1.5 }, {}, false],
    ["two signals of one group", { logins: 0.8, core_uses: 0.9 }, {}, false],
    ["two groups", { logins: 1.2, messages_in: 1.1 }, {}, true],
    ["two groups, one of them too weak", { logins: 1.2, messages_in: 0.6 }, {}, false],
    ["three different signals, two of them of one group", { logins: 0.8, core_uses: 0.8, messages_in: 0.8 }, {}, true],
    [
      "smaller package and late payment: two money signals are a chain, although money is one group",
      { days_late: 0.9, turnover: 0.9 },
      {},
      true,
    ],
    ["late payment and seats cut", { days_late: 1.1 }, { seats_cut: 2 }, true],
    ["good signals do not take part", { logins: -1, messages_in: -0.8, days_late: 1.2 }, {}, false],
  ] as const)("%s", (_name, signals, facts, isAcross) => {
    expect(chainOf(evidence(signals, facts)).isAcross).toBe(isAcross);
  });

  it.each([
    ["three steps behind for three weeks", 1.8, 3, true, false],
    ["three steps behind for four", 1.8, 4, true, true],
    ["two steps behind, however long", 1.2, 12, true, false],
    ["by rules of before, never", 3, 12, false, false],
  ] as const)("an onboarding %s: a chain in time %s (A8.3, A8.8)", (_name, nats, lateWeeks, delayLasts, isLasting) => {
    const steps = { expected: 5, done: 0, nats, nextDay: null, lateWeeks };
    const given = { ...evidence({}), steps };
    const { groups } = makeAccount(given, config);
    expect(readChain(given, groups, { ...config, delayLasts }, 0).isLasting).toBe(isLasting);
  });

  it("lists who takes part, strongest first, and since when", () => {
    const chain = chainOf(evidence({ logins: 1.2, days_late: 2.5, messages_in: 1.1 }, {}, 6));
    expect(chain.names).toEqual(["days_late", "logins", "messages_in"]);
    expect(chain.sinceDay).toBe(7 * (80 - 6));
  });

  it("in time: four weeks are lasting, eight are long", () => {
    expect(chainOf(evidence({ logins: 2 }, {}, 3.9))).toMatchObject({
      isLasting: false,
      isLong: false,
      sinceDay: null,
    });
    expect(chainOf(evidence({ logins: 2 }, {}, 4))).toMatchObject({ isLasting: true, isLong: false });
    expect(chainOf(evidence({ logins: 2 }, {}, 8))).toMatchObject({ isLasting: true, isLong: true });
  });

  it("a grave fact is one of five nats and more", () => {
    expect(chainOf(evidence({}, { notice_given: 6 })).isGrave).toBe(true);
    expect(chainOf(evidence({}, { contact_left: 2 })).isGrave).toBe(false);
  });

  it("one money signal alone caps at yellow, two different ones may turn red, in a whole score", () => {
    const book = steadyBook();
    const late = payer((i) => (i >= 12 ? 30 : 0));
    const less = weekly((week) => (week < WEEKS - 20 ? 6 : 1));
    const steady = { logins: weekly(() => 6) };
    const strict = { ...config, base: 60 };
    const alone = score(input({ ...steady, days_late: late }), book, undefined, strict).result;
    const both = score(input({ ...steady, days_late: late, turnover: less }), book, undefined, strict).result;
    expect(alone.health).toBeLessThan(50);
    expect(alone.zone).toBe("yellow");
    expect(both.zone).toBe("red");
  });
});
