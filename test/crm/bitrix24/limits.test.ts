import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Limits, type Load } from "../../../src/crm/bitrix24/limits.ts";
import { isFailure } from "../../../src/crm/failure.ts";
import { Operating, Bucket as PortalBucket } from "../../../src/sandbox/bitrix24/limits.ts";

const START = Date.UTC(2026, 10, 2, 9);
const load = (method: string, count: number): Load => new Map([[method, count]]);
const NONE: Load = new Map();

describe("the leaky bucket of a portal (G5)", () => {
  it("never overfills the portal's own bucket, however the calls come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 300 }),
        fc.constantFrom("standard", "enterprise"),
        (gaps, plan) => {
          const limits = new Limits(START);
          limits.setEnterprise(plan === "enterprise", START);
          const portal = new PortalBucket(plan as "standard");
          let now = START;
          for (const gap of gaps) {
            now += gap;
            while (limits.readyAt(NONE, now) <= now) {
              limits.take(NONE, now)();
              expect(portal.admit(now)).toBe(true);
            }
          }
        },
      ),
    );
  });

  it("uses what the portal allows: two calls a second in the long run", () => {
    const limits = new Limits(START);
    let now = START;
    let calls = 0;
    while (calls < 1000) {
      now = Math.max(now, limits.readyAt(NONE, now));
      limits.take(NONE, now)();
      calls += 1;
    }
    expect((now - START) / 1000).toBeGreaterThan(480);
    expect((now - START) / 1000).toBeLessThanOrEqual(500.5);
  });

  it("throws before anything is sent, and says until when", () => {
    const limits = new Limits(START);
    try {
      limits.take(NONE, START);
      expect.unreachable();
    } catch (error) {
      expect(isFailure(error, "limited") && error.retryAt).toBe(START + 500);
    }
  });

  it("backs off longer each time the portal refuses in a row", () => {
    const limits = new Limits(START);
    const waits = [0, 0, 0].map(() => limits.rateRefused(START, 0) - START);
    expect(waits).toEqual([2000, 4000, 8000]);
    expect(limits.readyAt(NONE, START)).toBeGreaterThanOrEqual(START + 8000);
    limits.told("profile", 0.1, null, 1, START);
    expect(limits.rateRefused(START, 0) - START).toBe(2000);
  });
});

describe("the operating budget of a method (G5)", () => {
  it("parks a refused method until its reset, and only that one", () => {
    const limits = new Limits(START - 60_000);
    limits.told("crm.item.update", 100, START + 300_000, 50, START);
    const until = limits.methodRefused("crm.item.update", START);
    expect(until).toBeGreaterThan(START);
    expect(limits.readyAt(load("crm.item.update", 1), START)).toBeGreaterThanOrEqual(until);
    expect(limits.readyAt(load("crm.item.list", 10), START)).toBe(START);
  });

  it("waits a minute when the reset was never told", () => {
    const limits = new Limits(START - 60_000);
    expect(limits.methodRefused("crm.item.update", START)).toBe(START + 60_000);
  });

  it("counts what is under way, so that parallel batches do not pass the limit together", () => {
    const limits = new Limits(START - 60_000);
    limits.told("m", 1, null, 1, START);
    const first = limits.take(load("m", 300), START);
    expect(limits.readyAt(load("m", 300), START)).toBeGreaterThan(START);
    first();
    expect(limits.readyAt(load("m", 300), START)).toBe(START);
  });

  it("never meets the limit and loses less than a tenth of it, for any cost per command", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 50 }), (costHundredths, size) => {
        const cost = costHundredths / 100;
        const limits = new Limits(START);
        const portal = new Operating(480);
        let now = START;
        let spent = 0;
        const until = START + 3_600_000;
        while (now < until) {
          now = Math.max(now + 300, limits.readyAt(load("m", size), now));
          if (now >= until) break;
          const done = limits.take(load("m", size), now);
          for (let command = 0; command < size; command += 1) {
            expect(portal.exhausted("m", now)).toBe(false);
            portal.charge("m", cost, now);
            spent += cost;
          }
          const { operatingS, resetAtS } = portal.read("m", now);
          done();
          limits.told("m", operatingS, resetAtS * 1000, size, now);
        }
        // An hour holds six windows; the rate of two calls a second allows at most this much.
        const possible = Math.min(480 * 6, 2 * 3600 * size * cost);
        expect(spent).toBeGreaterThan(possible * 0.9);
      }),
      { numRuns: 12 },
    );
  });

  it("goes on carefully after a restart in the middle of a window", () => {
    const portal = new Operating(480);
    let now = START;
    for (let minute = 0; minute < 9; minute += 1) portal.charge("m", 50, now + minute * 60_000);
    now += 9 * 60_000;
    const limits = new Limits(now - 60_000);
    for (let round = 0; round < 400; round += 1) {
      now = Math.max(now + 500, limits.readyAt(load("m", 50), now));
      const done = limits.take(load("m", 50), now);
      for (let command = 0; command < 50; command += 1) {
        expect(portal.exhausted("m", now)).toBe(false);
        portal.charge("m", 0.08, now);
      }
      done();
      const { operatingS, resetAtS } = portal.read("m", now);
      limits.told("m", operatingS, resetAtS * 1000, 50, now);
    }
  });
});
