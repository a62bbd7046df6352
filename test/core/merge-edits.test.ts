import { describe, expect, test } from "vitest";
import { mergeThree, ownPart } from "../../src/core/merge-edits.ts";

const rule = (name: string, days: number) => ({ name, days });

describe("two people's changes to one document", () => {
  test("what only one side touched is taken, wherever it stands", () => {
    const base = { a: 1, b: { c: 2, d: 3 }, list: [1, 2] };
    const theirs = { a: 1, b: { c: 9, d: 3 }, list: [1, 2, 3] };
    const mine = { a: 7, b: { c: 2, d: 3, e: 4 }, list: [1, 2] };
    expect(mergeThree(base, theirs, mine)).toEqual({
      body: { a: 7, b: { c: 9, d: 3, e: 4 }, list: [1, 2, 3] },
      clashes: [],
    });
  });

  test("the same change on both sides is no clash; a different one is, and mine is in the result", () => {
    expect(mergeThree({ a: 1 }, { a: 2 }, { a: 2 })).toEqual({ body: { a: 2 }, clashes: [] });
    expect(mergeThree({ x: { a: 1 } }, { x: { a: 2 } }, { x: { a: 3 } })).toEqual({
      body: { x: { a: 3 } },
      clashes: ["x.a"],
    });
  });

  test("entries of a list are told apart by name: each side's own entry stays, a removed one goes", () => {
    const base = { rules: [rule("S", 14), rule("M", 28), rule("L", 56)] };
    const theirs = { rules: [rule("S", 14), rule("M", 30), rule("L", 56), rule("XL", 90)] };
    const mine = { rules: [rule("M", 28), rule("L", 60)] };
    expect(mergeThree(base, theirs, mine)).toEqual({
      body: { rules: [rule("M", 30), rule("L", 60), rule("XL", 90)] },
      clashes: [],
    });
  });

  test("an entry that one removed and the other changed is a clash; lists of bare values are taken whole", () => {
    const base = { rules: [rule("S", 14)], days: ["a"] };
    const { clashes } = mergeThree(base, { rules: [rule("S", 15)], days: ["a", "b"] }, { rules: [], days: ["c"] });
    expect(clashes).toEqual(["rules.S", "days"]);
  });

  test("a key that one side took away stays away", () => {
    expect(mergeThree({ signs: { a: 1, b: 2 } }, { signs: { a: 1, b: 2, c: 3 } }, { signs: { b: 2 } })).toEqual({
      body: { signs: { b: 2, c: 3 } },
      clashes: [],
    });
  });

  test("the own part of a document is what differs from the usual", () => {
    expect(ownPart({ a: 1, b: { c: 2, d: 3 }, l: [1] }, { a: 1, b: { c: 2, d: 4 }, l: [] })).toEqual({
      b: { d: 3 },
      l: [1],
    });
    expect(ownPart({ a: 1 }, { a: 1 })).toBeUndefined();
  });
});
