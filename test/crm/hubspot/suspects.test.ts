import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Suspects } from "../../../src/crm/hubspot/suspects.ts";

/** Drives batches against a HubSpot that refuses a batch whole when a bad key is in it. @returns calls made and keys blamed */
function settle(
  keys: readonly string[],
  bad: ReadonlySet<string>,
): { calls: number; blamed: string[]; done: string[] } {
  const suspects = new Suspects();
  const blamed: string[] = [];
  const done: string[] = [];
  let open = [...keys];
  let calls = 0;
  while (open.length > 0) {
    calls += 1;
    if (calls > 10 * keys.length + 10) throw new Error("never settled");
    const sent = suspects.choose(open);
    expect(sent.length).toBeGreaterThan(0);
    if (sent.some((key) => bad.has(key))) {
      const culprit = suspects.refused(sent);
      if (culprit !== null) {
        blamed.push(culprit);
        open = open.filter((key) => key !== culprit);
      }
    } else {
      suspects.cleared(sent);
      done.push(...sent);
      open = open.filter((key) => !sent.includes(key));
    }
  }
  return { calls, blamed, done };
}

const HUNDRED = Array.from({ length: 100 }, (_, index) => `k${index}`);

describe("finding the bad item of a batch that is refused whole", () => {
  it("blames exactly the bad ones, whatever they are", () => {
    fc.assert(
      fc.property(fc.subarray(HUNDRED, { minLength: 1 }), fc.subarray(HUNDRED, { maxLength: 8 }), (keys, bad) => {
        const { blamed, done } = settle(keys, new Set(bad));
        expect(new Set(blamed)).toEqual(new Set(keys.filter((key) => bad.includes(key))));
        expect(new Set(done)).toEqual(new Set(keys.filter((key) => !bad.includes(key))));
      }),
    );
  });

  it("costs at most sixteen calls for one bad item among a hundred", () => {
    for (const key of HUNDRED) expect(settle(HUNDRED, new Set([key])).calls).toBeLessThanOrEqual(16);
  });

  it("lets items that were never suspected go first", () => {
    const suspects = new Suspects();
    suspects.refused(["a", "b"]);
    expect(suspects.choose(["a", "new", "b"])).toEqual(["new"]);
    expect(suspects.choose(["a", "b"])).toEqual(["a"]);
  });
});
