import { describe, expect, test } from "vitest";
import { kpi, kpiTable } from "../../../src/core/kpi/kpis.ts";
import { kpiConfigSchema } from "../../../src/core/kpi/measure.ts";
import { client, day, many } from "./fixture.ts";

const config = kpiConfigSchema.parse({});

describe("time to first value", () => {
  // signed on day 100, looked at on day 130
  const reached = [3, 5, 9].map((days) => client(`r${days}`, { firstValueDay: 100 + days }));
  const running = client("running");
  const paused = client("paused", { state: "paused", pausedDay: 104 });
  const left = client("left", { churnedDay: 106 });
  const withdrawn = client("withdrawn", { isWithdrawn: true, firstValueDay: 101 });
  const all = [...reached, running, paused, left, withdrawn];

  test("A10.1: median, mean and P90 of those who got there; the others are counted, not dropped", () => {
    const value = kpi("ttfv", all, 130, config);
    expect(value).toMatchObject({ value: 5, n: 3, unit: "days" });
    expect(value.apart).toEqual({ running: 1, paused: 1, lost: 1, withdrawn: 1 });
    expect(value.beside.mean).toBeCloseTo(17 / 3, 12);
    expect(value.beside.p90).toBe(9);
  });

  test("A10.1: the Kaplan–Meier median counts those who wait, and colours the figure", () => {
    // waits 3 4+ 5 6+ 9 30+: shares 5/6, 5/6·3/4 = 0.625, 0.625·1/2 = 0.3125
    const value = kpi("ttfv", all, 130, config);
    expect(value.beside.survivalMedian).toBe(9);
    expect(value.colour).toBe("yellow");
  });

  test("A10.1: a paused client counts as watched until its pause, not as waiting ever since", () => {
    const two = [5, 9].map((days) => client(`${days}`, { firstValueDay: 100 + days }));
    const stopped = client("paused", { state: "paused", pausedDay: 102 });
    // waits 2+ 5 9: one of the two still watched got there on day 5
    expect(kpi("ttfv", [...two, stopped], 130, config).beside.survivalMedian).toBe(5);
    expect(kpi("ttfv", [...two, client("running")], 130, config).beside.survivalMedian).toBe(9);
  });

  test("A10.1: three quick ones do not turn it green while five others wait for a month", () => {
    const waiting = many(5, (n) => client(`w${n}`));
    const value = kpi("ttfv", [...reached, ...waiting], 130, config);
    expect(value).toMatchObject({ value: 5, colour: "red" });
    expect(value.beside).toMatchObject({ survivalMedian: null, longest: 30 });
    expect(kpi("ttfv", waiting, 103, config)).toMatchObject({ value: null, colour: "none" });
  });

  test.each([
    [[6, 6, 6], 6, "green"],
    [[7, 7, 7], 7, "yellow"],
    [[10, 10], 10, "red"],
    [[6, 8], 7, "green"], // half got there by day 6
    [[0], 0, "green"],
    [[-2], 0, "green"], // value before the signature counts as the same day
  ])("A10.1: days %j give %d, %s", (days, median, colour) => {
    const clients = days.map((one, n) => client(`${n}`, { firstValueDay: 100 + one }));
    expect(kpi("ttfv", clients, 130, config)).toMatchObject({ value: median, colour });
  });

  test("A0.3: against the portal's own median before, 50 % is enough", () => {
    const clients = [4, 6, 8].map((days) => client(`${days}`, { firstValueDay: 100 + days }));
    const against = (baselineTtfvDays: number | null) =>
      kpi("ttfv_vs_baseline", clients, 130, kpiConfigSchema.parse({ baselineTtfvDays }));
    expect(against(12)).toMatchObject({ value: 50, colour: "green" });
    expect(against(10)).toMatchObject({ value: 60, colour: "yellow" });
    expect(against(null)).toMatchObject({ value: null, n: 0, colour: "none", warning: { id: "kpi.no_data" } });
  });
});

describe("completion", () => {
  // windows end on day 190
  const done = (n: number) => client(`d${n}`, { completedAllStages: true });
  const open = (n: number) => client(`o${n}`);

  test("A10.2: running and paused clients are not in the denominator, withdrawn ones nowhere", () => {
    const all = [
      ...many(9, done),
      ...many(1, open),
      client("running", { signedDay: 150, completedAllStages: true }),
      client("paused", { pausedDay: 120 }),
      client("withdrawn", { isWithdrawn: true }),
    ];
    const value = kpi("completion", all, 191, config);
    expect(value).toMatchObject({ value: 90, n: 10, colour: "green" });
    expect(value.apart).toEqual({ running: 1, paused: 1, withdrawn: 1 });
    expect(kpi("completion", all, 190, config)).toMatchObject({ value: null, n: 0 });
  });

  test.each([
    [8, 2, 80, "yellow"],
    [81, 19, 81, "green"],
    [7, 3, 70, "red"],
    [0, 4, 0, "red"],
  ])("A10.2, A0.2: %d done and %d not give %d %%, %s", (dones, opens, value, colour) => {
    expect(kpi("completion", [...many(dones, done), ...many(opens, open)], 300, config)).toMatchObject({
      value,
      colour,
    });
  });

  test("A10.2: a client who left is in it once the window is over", () => {
    const all = [done(1), client("left", { churnedDay: 120, state: "closed" })];
    expect(kpi("completion", all, 191, config)).toMatchObject({ value: 50, n: 2 });
  });
});

describe("early churn, retention, adoption", () => {
  test("A10.3: day 90 still counts, day 91 does not; whose 90 days are not over is told apart", () => {
    const all = [
      client("day90", { churnedDay: 190 }),
      client("day91", { churnedDay: 191 }),
      ...many(18, (n) => client(`s${n}`)),
      client("young", { signedDay: 110 }),
      client("youngLost", { signedDay: 150, churnedDay: 160 }),
      client("withdrawn", { isWithdrawn: true }),
    ];
    const value = kpi("early_churn", all, 200, config);
    expect(value).toMatchObject({ value: 5, n: 20, colour: "yellow", isSmall: false, warning: null });
    expect(value.apart).toEqual({ running: 1, lostRunning: 1, withdrawn: 1 });
    expect(kpi("early_churn", [...all, client("ripe", { signedDay: 109 })], 200, config).n).toBe(21);
    expect(kpi("retention_90", all, 200, config)).toMatchObject({ value: 95, n: 20 });
  });

  test("A10.3: a noted leaving is a loss, also where the deal was moved to lost", () => {
    const all = [...many(3, (n) => client(`s${n}`)), client("lost", { isWithdrawn: true, churnedDay: 120 })];
    const value = kpi("early_churn", all, 200, config);
    expect(value).toMatchObject({ value: 25, n: 4, apart: { withdrawn: 0 } });
  });

  test("A10.3: beside it stands the estimate that also uses the young", () => {
    // stays: 10 (left), 50 (still), 100, 100 (still): 3/4 stay past day 10
    const all = [client("left", { churnedDay: 110 }), client("young", { signedDay: 150 }), client("a"), client("b")];
    const value = kpi("early_churn", all, 200, config);
    expect(value.beside.estimate).toBeCloseTo(25, 9);
    expect(value.value).toBeCloseTo(100 / 3, 9);
  });

  test("A10.7: adoption is the mean share of features used in 30 days", () => {
    const all = [
      client("a", { features: { used: 3, total: 4 } }),
      client("b", { features: { used: 1, total: 4 } }),
      client("c"),
      client("none", { features: { used: 0, total: 0 } }),
      client("young", { signedDay: 120, features: { used: 4, total: 4 } }),
    ];
    const value = kpi("adoption_30", all, 130, config);
    expect(value).toMatchObject({ value: 50, n: 2, target: null, colour: "none" });
    expect(value.apart).toEqual({ running: 1, unknown: 2, withdrawn: 0 });
  });

  test("A10.6: time to onboard with its band of 14–30 days", () => {
    const clients = [20, 30, 40].map((days) => client(`${days}`, { goLiveDay: 100 + days }));
    const value = kpi("time_to_onboard", clients, 200, config);
    expect(value).toMatchObject({ value: 30, n: 3, colour: "green" });
    expect(value.beside).toMatchObject({ mean: 30, bandFrom: 14, bandTo: 30 });
  });

  test("A10.7: cohorts are months of signing, segments as chosen, each with its own count", () => {
    const signedIn = (key: string, date: string, more = {}) => client(key, { signedDay: day(date), ...more });
    const all = [
      signedIn("a", "2026-01-31", { firstValueDay: day("2026-02-02"), segment: "smb" }),
      signedIn("b", "2026-02-01", { firstValueDay: day("2026-02-05"), segment: "smb" }),
      signedIn("c", "2026-02-28", { firstValueDay: day("2026-03-10") }),
    ];
    const rows = kpiTable("ttfv", all, "cohort", day("2026-06-01"), config);
    expect(rows.map(({ cohort, value, n }) => [cohort, value, n])).toEqual([
      ["2026-01", 2, 1],
      ["2026-02", 7, 2],
    ]);
    const segments = kpiTable("ttfv", all, "segment", day("2026-06-01"), config);
    expect(segments.map(({ segment, value, n }) => [segment, value, n])).toEqual([["smb", 3, 2]]);
  });

  test("A2.8: a deal that was re-opened and won again is one client with its first signing", () => {
    const again = client("a", { signedDay: 100, firstValueDay: 108 });
    expect(kpi("ttfv", [again], 130, config)).toMatchObject({ value: 8, n: 1 });
    expect(kpi("ttfv", [{ ...again, isWithdrawn: true }], 130, config)).toMatchObject({ value: null, n: 0 });
  });
});
