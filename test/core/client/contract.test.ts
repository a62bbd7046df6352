import { expect, test } from "vitest";
import { contractOf } from "../../../src/core/client/health.ts";
import { clientFacts, record } from "../../support/decide-config.ts";

const subscription = (id: string, status: string, startDay: number, nextDueDay: number | null) =>
  record("subscription", id, { status, startDay, nextDueDay, amount: 10, seats: null });

test.each([
  [
    "the one that is renewed first",
    [
      [1, "active", 900, 1_200],
      [2, "past_due", 1_000, 1_030],
      [3, "active", 990, 1_100],
    ],
    [30, 1_030],
  ],
  [
    "what ended is no contract",
    [
      [1, "cancelled", 900, 1_010],
      [2, "active", 1_000, 1_100],
    ],
    [100, 1_100],
  ],
  [
    "one with a day of renewal before one without",
    [
      [1, "active", 900, null],
      [2, "active", 1_000, 1_365],
    ],
    [365, 1_365],
  ],
  ["one without a day of renewal", [[1, "active", 900, null]], [365, null]],
  ["none", [[1, "expired", 900, 1_100]], null],
] as const)(
  "of several subscriptions the contract is %s, in whatever order they were read",
  (_what, rows, contract) => {
    const records = rows.map(([id, status, start, next]) => subscription(String(id), status, start, next));
    const wanted = contract && { termDays: contract[0], nextRenewalDay: contract[1] };
    expect(contractOf(clientFacts(records))).toEqual(wanted);
    expect(contractOf(clientFacts(records.toReversed()))).toEqual(wanted);
  },
);
