import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addEvent,
  addEvents,
  casesAt,
  newSignalState,
  RING_WEEKS,
  rollTo,
  type WeekView,
} from "../../../src/core/signal/state.ts";

const flat: WeekView = { exposureDays: () => 7, rate: 0.2 };
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("weekly state of a signal", () => {
  it("puts every event into its week, late ones too", () => {
    const state = newSignalState(0, 0);
    for (const day of [3, 50, 51, 9]) addEvent(state, day, 1, 0, 0, flat);
    expect([0, 1, 7].map((week) => casesAt(state, week))).toEqual([1, 1, 2]);
    expect(state.last).toBe(51);
  });

  it("gives the same whatever the order of events inside the ring", () => {
    const days = fc.array(fc.integer({ min: 0, max: 180 }), { maxLength: 40 });
    fc.assert(
      fc.property(days, fc.infiniteStream(fc.nat()), (list, noise) => {
        const keyed = list.map((day) => ({ day, key: noise.next().value as number }));
        const shuffled = [...keyed].sort((a, b) => a.key - b.key).map((k) => k.day);
        const fold = (order: readonly number[]): unknown => {
          const state = newSignalState(0, 0);
          for (const day of order) addEvent(state, day, 1, 0, 0, flat);
          rollTo(state, 26, 0, flat);
          return state;
        };
        expect(fold(shuffled)).toEqual(fold([...list].sort((a, b) => a - b)));
      }),
    );
  });

  it("takes many events at once as it takes them one by one, to the last digit", () => {
    const season: WeekView = { exposureDays: (week) => 7 * [1, 0.83, 1.21, 0][((week % 4) + 4) % 4]!, rate: 0.31 };
    const event = fc.record({
      after: fc.integer({ min: 0, max: 40 }),
      cases: fc.integer({ min: 0, max: 3 }),
      sum: fc.oneof(fc.constantFrom(0, 0.5, -0.5), fc.double({ min: -9, max: 9, noNaN: true })),
    });
    const run = fc.record({ from: fc.integer({ min: 0, max: 300 }), list: fc.array(event, { maxLength: 120 }) });
    fc.assert(
      fc.property(run, ({ from, list }) => {
        let day = 100;
        const events = list.map(({ after, ...one }) => {
          day += after;
          return { ...one, day };
        });
        const oneByOne = newSignalState(from, 3);
        for (const one of events) addEvent(oneByOne, one.day, one.cases, one.sum, 3, season);
        const atOnce = newSignalState(from, 3);
        const half = events.length >> (from % 3);
        addEvents(atOnce, events.slice(0, half), 3, season);
        addEvents(atOnce, events.slice(half), 3, season);
        expect(atOnce).toEqual(oneByOne);
      }),
      { numRuns: 1_000 },
    );
  });

  it("loses no event when weeks leave the ring (no bad weeks, no fading within one step)", () => {
    const state = newSignalState(0, 0);
    for (let week = 0; week < 27; week++) addEvent(state, 7 * week, 2, 0, 0, flat);
    rollTo(state, 27, 0, flat);
    expect(state.n).toBe(2);
    expect(state.b).toBe(7);
    expect(state.c).toHaveLength(RING_WEEKS);
  });

  it("halves the weight of the past in 52 weeks", () => {
    const state = newSignalState(0, 0);
    addEvent(state, 0, 100, 0, 0, flat);
    rollTo(state, RING_WEEKS, 0, flat);
    const before = state.n;
    rollTo(state, RING_WEEKS + 52, 0, flat);
    expect(state.n / before).toBeCloseTo(0.5, 3);
  });

  it("learns slowly from weeks that look bad, so that a slide does not become the norm (scoring 1.5)", () => {
    const fold = (rateAfter: number): number => {
      const state = newSignalState(0, 0);
      for (let week = 0; week < 120; week++) addEvent(state, 7 * week, week < 60 ? 10 : rateAfter, 0, 0, flat);
      return state.n / state.b;
    };
    const steady = fold(10);
    const plain = (60 * 10 * 0.5 + 33 * 1) / ((60 * 0.5 + 33) * 7);
    expect(steady).toBeCloseTo(10 / 7, 1);
    expect(fold(1)).toBeGreaterThan(1.3 * plain);
  });

  it("a client who never showed anything costs one step and comes out the same", () => {
    const slow = newSignalState(0, 0);
    for (let week = 1; week <= 200; week++) rollTo(slow, week, 0, flat);
    const quick = newSignalState(0, 0);
    rollTo(quick, 200, 0, flat);
    expect(quick.week).toBe(slow.week);
    expect(quick.b).toBeCloseTo(slow.b, 3);
  });

  it("is plain JSON of about a hundred bytes", () => {
    const state = newSignalState(0, 0);
    for (let day = 0; day < 700; day += 2) addEvent(state, day, 1, 0, 0, flat);
    expect(copy(state)).toEqual(state);
    expect(JSON.stringify(state).length).toBeLessThan(160);
  });
});
