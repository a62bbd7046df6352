import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFailure } from "../../../src/crm/failure.ts";
import { Budgets, type LimitName } from "../../../src/crm/hubspot/limits.ts";

/** HubSpot's own limits (4.1), on the smallest plan. */
const HUBSPOT: Record<LimitName, { calls: number; windowMs: number }> = {
  general: { calls: 110, windowMs: 10_000 },
  search: { calls: 5, windowMs: 1_000 },
  associations: { calls: 100, windowMs: 10_000 },
};

/** Most calls in any window, by looking at every one. */
function busiest(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((start) => times.filter((time) => time >= start && time < start + windowMs).length));
}

/** Moments at which calls went out when as many as possible are made after each gap. */
function driven(name: LimitName, gaps: readonly number[]): number[] {
  const budgets = new Budgets(0);
  const sent: number[] = [];
  let now = 0;
  for (const gap of gaps) {
    now += gap;
    try {
      for (;;) {
        budgets.take(name, now);
        sent.push(now);
      }
    } catch (error) {
      if (!isFailure(error, "limited")) throw error;
    }
  }
  return sent;
}

describe("budgets", () => {
  it.each(Object.keys(HUBSPOT) as LimitName[])(
    "keep every window of the %s limit, whatever the pattern (G5)",
    (name) => {
      const gap = fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 150 }) },
        fc.integer({ min: 0, max: 6_000 }),
      );
      fc.assert(
        fc.property(fc.array(gap, { minLength: 150, maxLength: 400 }), (gaps) => {
          expect(busiest(driven(name, gaps), HUBSPOT[name].windowMs)).toBeLessThanOrEqual(HUBSPOT[name].calls);
        }),
        { numRuns: 40 },
      );
    },
  );

  it.each(Object.keys(HUBSPOT) as LimitName[])(
    "keep the %s limit after a rest, when everything wants out at once",
    (name) => {
      const sent = driven(name, [60_000, ...Array.from({ length: 3_000 }, () => 7)]);
      const most = busiest(sent, HUBSPOT[name].windowMs);
      expect(most).toBeLessThanOrEqual(HUBSPOT[name].calls);
      expect(most).toBeGreaterThanOrEqual(0.8 * HUBSPOT[name].calls);
    },
  );

  it("use at least 90 of the 110 calls in 10 seconds when driven hard", () => {
    const budgets = new Budgets(0);
    let sent = 0;
    for (let now = budgets.readyAt({ general: 1 }, 0); now < 100_000; now = budgets.readyAt({ general: 1 }, now)) {
      budgets.take("general", now);
      sent += 1;
      if (sent > 2000) break;
    }
    expect(sent).toBeGreaterThan(900);
  });

  it("keep their word: at readyAt all calls asked for may go out, and one ms before they may not", () => {
    const budgets = new Budgets(0);
    const needs = { general: 3, associations: 2 } as const;
    const at = budgets.readyAt(needs, 0);
    expect(at).toBeGreaterThan(0);
    expect(() => budgets.check(needs, at - 1)).toThrow();
    budgets.check(needs, at);
    for (const [name, calls] of Object.entries(needs) as [LimitName, number][]) {
      for (let call = 0; call < calls; call += 1) budgets.take(name, at);
    }
  });

  it("stand still as long as HubSpot says", () => {
    const budgets = new Budgets(0);
    budgets.park("search", 5_000);
    expect(budgets.readyAt({ search: 1 }, 1_000)).toBeGreaterThanOrEqual(5_000);
    expect(budgets.readyAt({ general: 1 }, 1_000)).toBe(1_000);
  });
});
