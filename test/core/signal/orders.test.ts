import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addOrder, newOrderState, type OrderState, rhythmOf, shapeOf } from "../../../src/core/signal/orders.ts";

function fold(days: readonly number[]): OrderState {
  const state = newOrderState(days[0]!);
  for (const day of days.slice(1)) addOrder(state, day);
  return state;
}

describe("rhythm of orders", () => {
  it("is the same whatever the order in which orders are heard of, as long as the days are kept", () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(days, (list) => {
        const sorted = [...list].sort((a, b) => a - b);
        const gaps = sorted.slice(1).map((day, i) => day - sorted[i]!);
        const rhythm = rhythmOf(fold(list), 800);
        expect(rhythm.x).toBe(sorted.length - 1);
        expect(rhythm.tx).toBe(sorted.at(-1)! - sorted[0]!);
        expect(rhythm.age).toBe(799 - sorted[0]!);
        expect(rhythm.logGaps).toBeCloseTo(
          gaps.reduce((sum, gap) => sum + Math.log(gap), 0),
          6,
        );
      }),
    );
  });

  it("counts days, not lines", () => {
    expect(fold([10, 10, 20, 20, 20]).repeats).toBe(1);
  });

  it("keeps the newest 25 days and the sums of all", () => {
    const state = fold(Array.from({ length: 60 }, (_, i) => 10 * i));
    expect(state.days).toHaveLength(25);
    expect(state.repeats).toBe(59);
    expect(state.logGaps).toBeCloseTo(59 * Math.log(10), 6);
  });

  it("sees a silence beyond the own gaps", () => {
    const shape = shapeOf(fold([0, 10, 20, 31]), 72)!;
    expect(shape).toMatchObject({ recency: 40, halfYear: 4, longestGap: 11, usual: 1 / 5 });
    expect(shapeOf(fold([0, 10]), 50)).toBeNull();
  });
});
