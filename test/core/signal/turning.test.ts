import { describe, expect, it } from "vitest";
import { DEFAULT_SIGNALS } from "../../../src/core/signal/definition.ts";
import { addEvent, newSignalState, type SignalState } from "../../../src/core/signal/state.ts";
import { BASELINE_DOUBTS, judgeStretches, type PortalView, type Standing } from "../../../src/core/signal/stretch.ts";
import { EDGES, emptyStretches, poolTurning, STRETCHES, type StretchNats } from "../../../src/core/signal/turning.ts";

const view: PortalView = {
  rate: 0.3,
  mean: 2,
  variance: 1,
  steadiness: 8,
  doubts: BASELINE_DOUBTS,
  firstWeek: 0,
  days: new Float64Array(),
  exposureDays: () => 7,
};
const WEEKS = 80;
const logins = DEFAULT_SIGNALS.find((s) => s.id === "logins")!;
const mails = DEFAULT_SIGNALS.find((s) => s.id === "messages_in")!;

function weekly(counts: (week: number) => number): SignalState {
  const state = newSignalState(0, 0);
  for (let week = 0; week < WEEKS; week++) {
    const count = counts(week);
    if (count > 0) addEvent(state, 7 * week + 2, count, 0, 0, view);
  }
  return state;
}

function judge(state: SignalState, frozen = 0, definition = logins): { standing: Standing | null; nats: StretchNats } {
  const nats = emptyStretches(0);
  return { standing: judgeStretches(definition, state, view, WEEKS - 1, frozen, 0, nats), nats };
}

const share = (state: SignalState): number => poolTurning([judge(state).nats]).shares[0]!;

describe("evidence of having turned away", () => {
  it("of one week is the ratio of two negative binomials, whose size is made of the doubts about week and baseline", () => {
    // Twenty weeks of five: the newest ten are looked at, the ten before them are the baseline of 70 days.
    const young = newSignalState(7 * (WEEKS - 20), 0);
    for (let week = WEEKS - 20; week < WEEKS; week++)
      addEvent(young, 7 * week + 2, week === WEEKS - 1 ? 1 : 5, 0, 0, view);
    const mean = (7 * (50 + 1)) / (70 + 1 / 0.3);
    const size = 1 / (3 * (1 / 51 + 1 / (8 * 10)) + 1 / 8);
    const { turned } = logins;
    const expected = Math.log(turned) - (size + 1) * Math.log((size + turned * mean) / (size + mean));
    expect(judge(young).nats.full[0]).toBeCloseTo(expected, 10);
    const before = 1 / (1 / 51 + 1 / 8);
    const out = emptyStretches(0);
    judgeStretches(logins, young, { ...view, doubts: 0 }, WEEKS - 1, 0, 0, out);
    expect(out.full[0]).toBeCloseTo(
      Math.log(turned) - (before + 1) * Math.log((before + turned * mean) / (before + mean)),
      10,
    );
  });

  it("speaks for 'as always' when nothing changed", () => {
    expect(share(weekly(() => 5))).toBeLessThan(-0.5);
  });

  it("a fall for eight weeks is strong, and its onset is found", () => {
    const turned = poolTurning([judge(weekly((week) => (week < WEEKS - 8 ? 5 : 1))).nats]);
    expect(turned.shares[0]).toBeGreaterThan(4);
    expect(turned.onsetWeeks).toBeGreaterThanOrEqual(6);
    expect(turned.onsetWeeks).toBeLessThanOrEqual(13);
  });

  it("a holiday of two weeks that is over is forgotten at once (A8.13: single case)", () => {
    const away = weekly((week) => (week >= WEEKS - 6 && week < WEEKS - 4 ? 0 : 5));
    expect(share(away)).toBeLessThan(0);
  });

  it("two signals that fell together say more than the sum of each alone", () => {
    const fell = (week: number): number => (week < WEEKS - 4 ? 3 : 1);
    const one = judge(weekly(fell)).nats;
    const other = judge(weekly(fell), 0, mails).nats;
    const alone = poolTurning([one]).shares[0]! + poolTurning([other]).shares[0]!;
    const [a, b] = poolTurning([one, other]).shares;
    expect(a! + b!).toBeGreaterThan(alone);
  });

  it("a signal that did not fall costs the other at most the chance of not showing it", () => {
    const one = judge(weekly((week) => (week < WEEKS - 8 ? 5 : 1))).nats;
    const steady = judge(
      weekly(() => 5),
      0,
      mails,
    ).nats;
    const both = poolTurning([one, steady]);
    expect(both.shares[1]).toBeGreaterThanOrEqual(Math.log(1 - mails.showChance) - 1e-9);
    expect(both.shares[0]).toBeGreaterThan(3);
  });

  it("the odds are those of the formula written out (brute force)", () => {
    const nats = judge(weekly((week) => (week < WEEKS - 8 ? 4 : 1))).nats;
    const starts = EDGES.map((_, j) => (j === 0 ? 0 : EDGES[j - 1]!));
    const terms = EDGES.map((edge, j) => {
      let ratio = 0;
      for (let i = 0; i <= j; i++) ratio += starts[i]! >= edge - 4 || i === j ? nats.half[i]! : nats.full[i]!;
      const part = Math.log(1 - 0.6 + 0.6 * Math.exp(ratio));
      return { odds: 0.01 * (edge - starts[j]!) * Math.exp(part), part };
    });
    const total = terms.reduce((sum, t) => sum + t.odds, 0);
    const turned = poolTurning([nats]);
    expect(turned.chance).toBeCloseTo(total / (1 + total), 9);
    expect(turned.shares[0]).toBeCloseTo(
      terms.reduce((sum, t) => sum + (t.odds / total) * t.part, 0),
      9,
    );
    expect(terms).toHaveLength(STRETCHES);
  });

  it("is not judged without six weeks of history before the week in question (A8.4)", () => {
    const young = (weeks: number): Standing | null => {
      const state = newSignalState(7 * (WEEKS - weeks), 0);
      for (let week = WEEKS - weeks; week < WEEKS; week++) addEvent(state, 7 * week, 3, 0, 0, view);
      return judge(state).standing;
    };
    expect(young(6)).toBeNull();
    expect(young(7)).not.toBeNull();
  });

  it("a source that breaks leaves the evidence exactly where it was, bad or good (scoring 3.9)", () => {
    for (const after of [1, 5]) {
      const state = weekly((week) => (week < WEEKS - 10 ? 5 : after));
      const later = emptyStretches(0);
      judgeStretches(logins, state, view, WEEKS - 1 + 3, 3, 0, later);
      expect(poolTurning([later]).shares[0]).toBe(share(state));
    }
  });

  it("season: half the logins in a week in which everybody had half of them is no sign (scoring 3.5)", () => {
    const days = Float64Array.from({ length: WEEKS }, (_, week) => (week >= WEEKS - 6 ? 3.5 : 7));
    const august: PortalView = { ...view, firstWeek: 0, days, exposureDays: (week) => days[week]! };
    const state = weekly((week) => (week >= WEEKS - 6 ? 2 : 4));
    const nats = emptyStretches(0);
    judgeStretches(logins, state, august, WEEKS - 1, 0, 0, nats);
    const corrected = poolTurning([nats]).shares[0]!;
    expect(corrected).toBeLessThan(0);
    expect(share(state)).toBeGreaterThan(corrected + 1);
  });
});

describe("other kinds of signals", () => {
  const lateness = DEFAULT_SIGNALS.find((s) => s.id === "days_late")!;
  const payer = (late: (invoice: number) => number): SignalState => {
    const state = newSignalState(0, 0);
    for (let invoice = 0; invoice < 18; invoice++) addEvent(state, 30 * invoice + 5, 1, late(invoice), 0, { ...view });
    return state;
  };
  const evidence = (state: SignalState): number => {
    const nats = emptyStretches(0);
    judgeStretches(lateness, state, { ...view, mean: 3, variance: 36 }, WEEKS - 1, 0, 0, nats);
    return poolTurning([nats]).shares[0]!;
  };

  it("one late invoice of an accurate payer is less than a chain, three in a row are one (scoring 3.4)", () => {
    expect(evidence(payer((i) => (i === 17 ? 14 : 0)))).toBeLessThan(1);
    expect(evidence(payer((i) => (i >= 15 ? 14 : 0)))).toBeGreaterThan(1.5);
  });

  it("a habitual late payer at his usual 15 days is no sign (scoring 1.9)", () => {
    expect(evidence(payer(() => 15))).toBeLessThan(0);
  });

  it("moved meetings count against the own share", () => {
    const moved = DEFAULT_SIGNALS.find((s) => s.id === "meetings_moved")!;
    const state = newSignalState(0, 0);
    for (let week = 0; week < WEEKS; week += 2) addEvent(state, 7 * week, 1, week > WEEKS - 10 ? 1 : 0, 0, view);
    const nats = emptyStretches(0);
    judgeStretches(moved, state, { ...view, mean: 0.13 }, WEEKS - 1, 0, 0, nats);
    expect(poolTurning([nats]).shares[0]).toBeGreaterThan(1);
  });

  it.each([0, 1, 2, -1])("a share that an admin set to %d after turning away leaves numbers", (turned) => {
    const moved = { ...DEFAULT_SIGNALS.find((s) => s.id === "meetings_moved")!, turned };
    for (const bad of [0, 1]) {
      const state = newSignalState(0, 0);
      for (let week = 0; week < WEEKS; week += 2) addEvent(state, 7 * week, 1, bad, 0, view);
      const nats = emptyStretches(0);
      judgeStretches(moved, state, { ...view, mean: 0 }, WEEKS - 1, 0, 0, nats);
      expect([...nats.full, ...nats.half].every(Number.isFinite)).toBe(true);
    }
  });
});
