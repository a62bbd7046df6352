import { expect, test } from "vitest";
import { readChain } from "../../../src/core/score/chain.ts";
import { sayReason } from "../../../src/core/score/explain.ts";
import { makeAccount } from "../../../src/core/score/ledger.ts";
import { reasonsOf } from "../../../src/core/score/reasons.ts";
import { config, input } from "./build.ts";

test("two reports of the same thing are two sentences, each with its own day; a chain names each sign once", () => {
  const complaint = (day: number, nats: number) => ({
    fact: { recordId: `user:${day}`, code: "complaint", day, nats: 1.5 },
    nats,
  });
  const evidence = {
    week: 79,
    asOfDay: 560,
    signals: [],
    orders: { nats: 3, usualGap: 30, recency: 90, shape: null, silentChance: 0.5, lastDay: 470, repeats: 3 },
    turning: { shares: new Float64Array(), onsetWeeks: 0, chance: 0 },
    steps: null,
    facts: [complaint(500, 0.9), complaint(555, 1.5), complaint(530, 1.2)],
    notJudged: [],
  };
  const { lines, groups } = makeAccount(evidence, config);
  const reasons = reasonsOf(input({}), evidence, lines, readChain(evidence, groups, config, 0));
  const told = reasons.filter(({ code }) => code === "reason.fact.complaint");
  expect(told.map(({ tenths, params }) => [tenths, params.day, params.record])).toEqual([
    [-90, 555, "user:555"],
    [-72, 530, "user:530"],
    [-54, 500, "user:500"],
  ]);
  expect(reasons.find(({ code }) => code === "reason.chain")!.params).toMatchObject({
    count: 2,
    signals: "orders,complaint",
  });
});

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
