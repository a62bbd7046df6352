import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lowerTailNats } from "../../../src/core/signal/neg-bin.ts";
import { silenceDays, silenceDueDay, silenceNats } from "../../../src/core/signal/silence.ts";

describe("silence", () => {
  it("is the lower tail of a count of zero", () => {
    expect(silenceNats(28, 0.25, 5)).toBeCloseTo(lowerTailNats(0, 7, 5), 12);
  });

  it("has an inverse: the day on which it reaches a threshold", () => {
    const positive = fc.double({ min: 0.05, max: 20, noNaN: true });
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 0.01, max: 8, noNaN: true }), (rate, size, nats) => {
        const days = silenceDays(nats, rate, size);
        expect(Math.abs(silenceNats(days, rate, size) - nats)).toBeLessThan(1e-6 * Math.max(1, nats));
      }),
    );
  });

  it("is due on the first whole day on which the threshold has been reached, not before", () => {
    const due = silenceDueDay(100, 2.3, 0.3, 4)!;
    expect(silenceNats(due - 100, 0.3, 4)).toBeGreaterThanOrEqual(2.3 - 1e-9);
    expect(silenceNats(due - 101, 0.3, 4)).toBeLessThan(2.3);
  });

  it("of somebody who never does it is never due", () => {
    expect(silenceDueDay(100, 2.3, 0, 4)).toBeNull();
  });
});
