import { describe, expect, test } from "vitest";
import { observe, replies } from "../../../src/core/client/observe.ts";
import type { Sight } from "../../../src/core/decision.ts";
import { DEFAULT_SIGNALS } from "../../../src/core/signal/definition.ts";
import { clientFacts, record } from "../../support/decide-config.ts";

/** Monday 5 January 2026 */
const TODAY = 20_458;
const DAY = 86_400_000;
/** A client of five years. */
const CLIENT_DAY = TODAY - 5 * 365;

const mails = Array.from({ length: 57 }, (_, week) =>
  record("email", `m${week}`, { at: (TODAY - 400 + 7 * week) * DAY + 1, direction: "in" }),
);
const logins = Array.from({ length: 60 }, (_, at): [number, number] => [TODAY - 60 + at, 5]);

function signals(sight: Omit<Sight, "clientDay">) {
  const facts = clientFacts(mails, { usage: { logins } });
  return observe(facts, DEFAULT_SIGNALS, null, "UTC", { clientDay: CLIENT_DAY, ...sight }, TODAY).signals;
}

/** Cases of the slow aggregate per day of it: the client's own habit of before the last half year. */
const habit = ({ n, b }: { n: number; b: number }) => n / b;

describe("what nobody could see is no silence", () => {
  test("A8.4 letters that the first listing did not reach back to do not thin the client's own habit", () => {
    const { messages_in } = signals({ recordsDay: TODAY - 400, usageDay: TODAY });
    expect(messages_in!.from).toBe(TODAY - 400);
    expect(habit(messages_in!)).toBeCloseTo(1 / 7, 2);
    expect(habit(signals({ recordsDay: 0, usageDay: TODAY }).messages_in!)).toBeLessThan(0.6 / 7);
  });

  test("A8.24 usage counts from the day on which it was connected, and from the client's first day where that is later", () => {
    expect(signals({ recordsDay: 0, usageDay: TODAY - 60 }).logins!.from).toBe(TODAY - 60);
    expect(signals({ recordsDay: 0, usageDay: 0 }).logins!.from).toBe(CLIENT_DAY);
  });

  test("an old letter that somebody touched does not stand for its whole time", () => {
    const old = record("email", "old", { at: (TODAY - 1_500) * DAY, direction: "in" });
    const sight = { clientDay: CLIENT_DAY, recordsDay: TODAY - 400, usageDay: TODAY };
    const with1 = observe(clientFacts([old, ...mails]), DEFAULT_SIGNALS, null, "UTC", sight, TODAY).signals;
    const without = observe(clientFacts(mails), DEFAULT_SIGNALS, null, "UTC", sight, TODAY).signals;
    expect(with1.messages_in).toEqual(without.messages_in);
  });
});

test("A8.1 letters of one instant count alike in whatever order they were read", () => {
  const at = 1_700_000_000_000;
  const ours = record("email", "1", { at, direction: "out" });
  const theirs = record("email", "2", { at, direction: "in" });
  const later = record("email", "3", { at: at + 3_600_000, direction: "in" });
  expect(replies([ours, theirs, later], "UTC")).toEqual([{ id: "3", day: 19_675, hours: 1 }]);
  expect(replies([theirs, ours, later], "UTC")).toEqual([{ id: "3", day: 19_675, hours: 1 }]);
});
