import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStates, packStates } from "../../../src/core/signal/packed.ts";
import type { SignalState } from "../../../src/core/signal/state.ts";

const STATE: SignalState = { from: 20_013, week: 2_929, c: [], s: [], n: 0, t: 0, b: 0, last: null };

const millionths = fc.integer({ min: -1e12, max: 1e12 }).map((k) => k / 1e6);
const slots = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { arbitrary: fc.nat(40), weight: 2 }, millionths),
  {
    maxLength: 27,
  },
);
const state: fc.Arbitrary<SignalState> = fc.record({
  from: fc.integer({ min: -40_000, max: 40_000 }),
  week: fc.integer({ min: -6_000, max: 6_000 }),
  c: slots,
  s: slots,
  n: millionths,
  t: millionths,
  b: fc.oneof(millionths, fc.constant(236.804635)),
  last: fc.option(fc.nat(40_000)),
});
const names = fc.stringMatching(/^[a-z_]{1,20}$/).filter((name) => name !== "__proto__");
const states = fc.dictionary(names, state, { maxKeys: 25 });

describe("states of signals as text", () => {
  test("what is read is what was written, to the bit", () => {
    fc.assert(
      fc.property(states, (given) => {
        const packed = packStates(given)!;
        // As JSON, where a negative zero is none.
        expect(JSON.stringify(openStates(packed))).toBe(
          JSON.stringify(
            Object.fromEntries(
              Object.entries(given).map(([id, { from, week, c, s, n, t, b, last }]) => [
                id,
                { from, week, c, s, n, t, b, last },
              ]),
            ),
          ),
        );
      }),
      { numRuns: 500 },
    );
  });

  test("what a signal shares with the one before it is a single sign", () => {
    const alone = packStates({ logins: { ...STATE, b: 236.804635 } })!.text.length;
    const both = packStates({ logins: { ...STATE, b: 236.804635 }, tickets: { ...STATE, b: 236.804635 } })!.text.length;
    // first day, week and exposure one each; no last day two; the two sums and both lists one each
    expect(both - alone).toBe(3 + 1 + 4);
  });

  test("what has no such text says so", () => {
    const pack = (more: Partial<SignalState>, id = "logins") => packStates({ [id]: { ...STATE, ...more } });
    expect(pack({ t: 0.1234567 })).toBeNull();
    expect(pack({ n: Number.NaN })).toBeNull();
    expect(pack({ c: [Number.POSITIVE_INFINITY] })).toBeNull();
    expect(pack({ t: 2 ** 50 })).toBeNull();
    expect(pack({ last: -1 })).toBeNull();
    expect(pack({}, "a,b")).toBeNull();
    expect(pack({}, "__proto__")).toBeNull();
    expect(pack({ t: 2 ** 48 })).not.toBeNull();
  });
});
