import { expect, test } from "vitest";
import { voiceFields } from "../../../src/core/client/voice.ts";
import type { ClientFacts } from "../../../src/core/decision.ts";
import type { Facts, RecordKind } from "../../../src/core/model.ts";

function facts(...records: [kind: RecordKind, facts: Facts][]): ClientFacts {
  return {
    records: records.map(([kind, values], at) => ({
      ref: { kind, id: String(at) },
      facts: values,
      links: [],
      gone: false,
    })),
    things: [],
    survivors: new Map(),
    usage: {},
  };
}

test("A10.4 A10.5 the newest answer counts, from contacts and from surveys", () => {
  const asked = facts(
    ["contact", { nps: 9, npsAt: 100, ces: 4, cesAt: 50 }],
    ["survey", { kind: "nps", score: 6, at: 200 }],
    ["survey", { kind: "ces", score: 2, at: 10 }],
  );
  expect(voiceFields(asked)).toEqual({ nps: 6, ces: 4 });
});

test("without an answer nothing is said", () => {
  expect(voiceFields(facts(["contact", { nps: null }]))).toEqual({ nps: null, ces: null });
});
