import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/core/settings.ts";
import { counted, type Starts } from "../../src/engine/flood.ts";

const { flood } = DEFAULT_SETTINGS;

const starts = (changes: Partial<Starts>): Starts => ({ hour: 5, count: 0, busiest: 0, allowed: 0, ...changes });

const TABLE = [
  {
    case: "the first plans of a portal",
    before: null,
    started: 3,
    hour: 5,
    count: 3,
    limit: 500,
    allowed: 0,
  },
  {
    case: "more in the same hour",
    before: starts({ count: 7 }),
    started: 3,
    hour: 5,
    count: 10,
    limit: 500,
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
    limit: 500,
    allowed: 0,
  },
  {
    case: "an approved adoption does not count",
    before: starts({ allowed: 1_000 }),
    started: 1_000,
    hour: 5,
    count: 0,
    limit: 500,
    allowed: 0,
  },
  {
    case: "what goes beyond the approval counts",
    before: starts({ allowed: 100 }),
    started: 150,
    hour: 5,
    count: 50,
    limit: 500,
    allowed: 0,
  },
  {
    case: "an approval is used up over hours",
    before: starts({ allowed: 100 }),
    started: 40,
    hour: 9,
    count: 0,
    limit: 500,
    allowed: 60,
  },
];

test.each(TABLE)("how many plans an hour may start: $case", ({ before, started, hour, count, limit, allowed }) => {
  const answer = counted(before, started, hour, flood);
  expect(answer.starts).toMatchObject({ hour, count, allowed });
  expect(answer.limit).toBe(limit);
});

test("an administrator says how many plans an hour may start, and how far beyond its busiest hour a portal may go", () => {
  const other = { plansPerHour: 20, timesBusiest: 3 };
  expect(counted(null, 21, 5, other)).toMatchObject({ limit: 20, starts: { count: 21 } });
  expect(counted(starts({ busiest: 30 }), 1, 5, other).limit).toBe(90);
});
