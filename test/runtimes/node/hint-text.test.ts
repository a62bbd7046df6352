import fc from "fast-check";
import { expect, test } from "vitest";
import { RECORD_KINDS } from "../../../src/core/model.ts";
import { packHints, unpackHints } from "../../../src/runtimes/node/hint-text.ts";

const id = fc.oneof(fc.integer({ min: 1 }).map(String), fc.constantFrom("C_17", "a-b", "1,2", "x;y", "", "[", "ж"));
const hint = fc.oneof(
  fc.record({
    kind: fc.constantFrom(...RECORD_KINDS),
    id,
    change: fc.constantFrom(
      "changed" as const,
      "created" as const,
      "deleted" as const,
      "restored" as const,
      "linked" as const,
      "erased" as const,
    ),
  }),
  fc.record({ kind: fc.constantFrom(...RECORD_KINDS), id, change: fc.constant("merged" as const), ids: fc.array(id) }),
);

test("hints come back from the journal as they went in", () => {
  fc.assert(
    fc.property(fc.array(hint), (hints) => {
      expect(unpackHints(packHints(hints))).toEqual(hints);
    }),
  );
});

test("a hint takes its id and three letters", () => {
  const packed = packHints([
    { kind: "deal", id: "541935488729", change: "changed" },
    { kind: "company", id: "12", change: "merged", ids: ["10", "11"] },
  ]);
  expect(packed).toBe("aa541935488729,be12;10;11");
});

test("a journal from before the short form is still read", () => {
  const hints = [{ kind: "deal", id: "5", change: "created" }];
  expect(unpackHints(JSON.stringify(hints))).toEqual(hints);
});
