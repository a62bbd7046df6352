import { describe, expect, test } from "vitest";
import type { KpiClient } from "../../../src/core/kpi/client.ts";
import { kpiConfigSchema } from "../../../src/core/kpi/measure.ts";
import { kpiAlerts, stageThatGrewMost, typicalDays } from "../../../src/core/kpi/trend.ts";
import { client, many } from "./fixture.ts";

const TODAY = 1000;
const config = kpiConfigSchema.parse({});

/** Two phases one after the other, then first value. */
function walked(key: string, signedDay: number, setup: number, training: number): KpiClient {
  const [afterSetup, afterTraining] = [signedDay + setup, signedDay + setup + training];
  return client(key, {
    signedDay,
    firstValueDay: afterTraining,
    phases: [
      { key: "setup", enteredDay: signedDay, leftDay: afterSetup },
      { key: "training", enteredDay: afterSetup, leftDay: afterTraining },
    ],
  });
}

const before = many(10, (n) => walked(`b${n}`, TODAY - 150, 4, 2));

describe("trend alerts", () => {
  test("A10.13: a rising time to first value names the stage that grew most", () => {
    const now = many(10, (n) => walked(`n${n}`, TODAY - 60, 5, 7));
    expect(kpiAlerts([...before, ...now], TODAY, config)).toEqual([
      {
        id: "ttfv_rising",
        key: "ttfv_rising/11",
        n: 10,
        text: {
          id: "kpi.alert.ttfv_rising_in",
          params: { before: 6, now: 12, isAtLeast: false, n: 10, phase: "training", phaseBefore: 2, phaseNow: 7 },
        },
      },
    ]);
  });

  test("A10.13: clients that are stuck raise it although none of them got there", () => {
    const stuck = many(10, (n) =>
      client(`s${n}`, { signedDay: TODAY - 40, phases: [{ key: "setup", enteredDay: TODAY - 40, leftDay: null }] }),
    );
    const [alert] = kpiAlerts([...before, ...stuck], TODAY, config);
    expect(alert?.text.params).toMatchObject({ before: 6, now: 40, isAtLeast: true, phase: "setup", phaseNow: 40 });
  });

  test.each([
    ["a rise below 20 %", many(10, (n) => walked(`n${n}`, TODAY - 60, 4, 3))],
    ["a fall", many(10, (n) => walked(`n${n}`, TODAY - 60, 1, 1))],
    ["too few clients", many(9, (n) => walked(`n${n}`, TODAY - 60, 5, 7))],
  ])("A10.13: %s raises nothing", (_, now) => {
    expect(kpiAlerts([...before, ...now], TODAY, config)).toEqual([]);
  });

  test("A10.13: a rise of exactly the limit is a trend", () => {
    const earlier = many(10, (n) => walked(`b${n}`, TODAY - 150, 3, 2));
    const now = many(10, (n) => walked(`n${n}`, TODAY - 60, 3, 3)); // 5 → 6 days
    expect(kpiAlerts([...earlier, ...now], TODAY, config)).toHaveLength(1);
    expect(kpiAlerts([...earlier, ...now], TODAY, kpiConfigSchema.parse({ trendRise: 21 }))).toHaveLength(0);
  });

  test("A10.13: early churn above norm asks why, with the most frequent reason", () => {
    const all = many(10, (n) =>
      client(`c${n}`, n < 2 ? { signedDay: 500, churnedDay: 550, churnReason: "service" } : { signedDay: 500 }),
    );
    const alert = kpiAlerts(all, TODAY, config).find(({ id }) => id === "early_churn_high");
    expect(alert).toMatchObject({
      n: 10,
      text: { id: "kpi.alert.early_churn_by", params: { value: 20, target: 5, n: 10, reason: "service", count: 2 } },
    });
    const unknown = all.map((one) => ({ ...one, churnReason: null }));
    expect(kpiAlerts(unknown, TODAY, config).map(({ text }) => text.id)).toContain("kpi.alert.early_churn");
    const among = (kept: number) => [...all, ...many(kept, (n) => client(`k${n}`, { signedDay: 500 }))];
    expect(kpiAlerts(among(29), TODAY, config).map(({ id }) => id)).toEqual(["early_churn_high"]); // 2 of 39: 5.1 %
    expect(kpiAlerts(among(31), TODAY, config)).toEqual([]); // 2 of 41: 4.9 %
  });

  test.each([
    [20, 1],
    [19, 0],
  ])("A10.9: a yearly loss of %d %% raises %d alert", (lost, count) => {
    const all = many(100, (n) => client(`${n}`, { signedDay: 10, churnedDay: n < lost ? 990 : null }));
    const alerts = kpiAlerts(all, TODAY, config).filter(({ id }) => id === "churn_systemic");
    expect(alerts).toHaveLength(count);
    if (count) expect(alerts[0]?.text.params).toEqual({ value: 20, limit: 20, n: 100 });
  });

  test("of nobody nothing is raised", () => {
    expect(kpiAlerts([], TODAY, config)).toEqual([]);
    expect(stageThatGrewMost([], [], TODAY)).toBeNull();
    expect(typicalDays([])).toBeNull();
  });

  test("time after a client left or paused is not time in the phase", () => {
    const at = (more: Partial<KpiClient>) =>
      client("x", { signedDay: 900, phases: [{ key: "setup", enteredDay: 900, leftDay: null }], ...more });
    const growth = stageThatGrewMost([at({ churnedDay: 905 })], [at({ pausedDay: 910 })], TODAY);
    expect(growth).toMatchObject({ before: { days: 5 }, now: { days: 10 }, grewDays: 5 });
  });
});
