import { expect, test } from "vitest";
import { counted, NEVER_A_FLOOD, type Starts, TIMES_BUSIEST } from "../../src/engine/flood.ts";

const starts = (changes: Partial<Starts>): Starts => ({ hour: 5, count: 0, busiest: 0, allowed: 0, ...changes });

const TABLE = [
  {
    case: "the first plans of a portal",
    before: null,
    started: 3,
    hour: 5,
    count: 3,
    limit: NEVER_A_FLOOD,
    allowed: 0,
  },
  {
    case: "more in the same hour",
    before: starts({ count: 7 }),
    started: 3,
    hour: 5,
    count: 10,
    limit: NEVER_A_FLOOD,
    allowed: 0,
  },
  {
    case: "a new hour counts from nothing, and the old one may be the busiest",
    before: starts({ count: 70, busiest: 60 }),
    started: 1,
    hour: 6,
    count: 1,
    limit: 10 * 70,
    allowed: 0,
  },
  {
    case: "a quieter hour does not lower the habit",
    before: starts({ count: 5, busiest: 60 }),
    started: 1,
    hour: 6,
    count: 1,
    limit: 10 * 60,
    allowed: 0,
  },
  {
    case: "the hour that runs does not raise its own limit",
    before: starts({ count: 499 }),
    started: 2,
    hour: 5,
    count: 501,
    limit: NEVER_A_FLOOD,
    allowed: 0,
  },
  {
    case: "an approved adoption does not count",
    before: starts({ allowed: 1_000 }),
    started: 1_000,
    hour: 5,
    count: 0,
    limit: NEVER_A_FLOOD,
    allowed: 0,
  },
  {
    case: "what goes beyond the approval counts",
    before: starts({ allowed: 100 }),
    started: 150,
    hour: 5,
    count: 50,
    limit: NEVER_A_FLOOD,
    allowed: 0,
  },
  {
    case: "an approval is used up over hours",
    before: starts({ allowed: 100 }),
    started: 40,
    hour: 9,
    count: 0,
    limit: NEVER_A_FLOOD,
    allowed: 60,
  },
];

test.each(TABLE)("how many plans an hour may start: $case", ({ before, started, hour, count, limit, allowed }) => {
  const answer = counted(before, started, hour);
  expect(answer.starts).toMatchObject({ hour, count, allowed });
  expect(answer.limit).toBe(limit);
  expect(answer.limit).toBeGreaterThanOrEqual(TIMES_BUSIEST);
});
