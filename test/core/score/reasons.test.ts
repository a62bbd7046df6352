import { expect, test } from "vitest";
import { readChain } from "../../../src/core/score/chain.ts";
import { sayReason } from "../../../src/core/score/explain.ts";
import { makeAccount } from "../../../src/core/score/ledger.ts";
import { reasonsOf } from "../../../src/core/score/reasons.ts";
import { config, input } from "./build.ts";

test.each([
  ["silent for longer than usual", 31, "No order for 31 days; usual gap: 30 days."],
  ["silent for just the usual gap", 30, "Bought on 4 days only so far, the last one 30 days ago; usual gap: 30 days."],
])("orders, %s: the reason names what takes the points", (_name, recency, said) => {
  const evidence = {
    week: 79,
    asOfDay: 560,
    signals: [],
    orders: { nats: 1, usualGap: 30, recency, shape: null, silentChance: 0.5, lastDay: 560 - recency, repeats: 3 },
    turning: { shares: new Float64Array(), onsetWeeks: 0, chance: 0 },
    steps: null,
    facts: [],
    notJudged: [],
  };
  const { lines, groups } = makeAccount(evidence, config);
  const [reason] = reasonsOf(input({}), evidence, lines, readChain(evidence, groups, config, 0));
  expect(sayReason(reason!, "en")).toBe(said);
});
