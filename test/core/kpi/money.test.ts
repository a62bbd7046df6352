import { describe, expect, test } from "vitest";
import { beforeAfter } from "../../../src/core/kpi/before-after.ts";
import {
  ROI_EXAMPLE,
  ROI_RANGE,
  roi,
  WEAK_ONBOARDING_EXAMPLE,
  weakOnboardingCost,
} from "../../../src/core/kpi/calculator.ts";
import { KPI_IDS } from "../../../src/core/kpi/measure.ts";
import { KPI_WORDS } from "../../../src/core/kpi/words.ts";
import { LANGUAGES } from "../../../src/core/model.ts";
import { client, many } from "./fixture.ts";

describe("calculators", () => {
  test("A10.10: the worked example gives exactly 20, 3,600,000, 30.0 gross and 29.0 net", () => {
    expect(roi(ROI_EXAMPLE)).toEqual({ savedClients: 20, savedValue: 3_600_000, gross: 30, net: 29 });
    expect(ROI_RANGE).toEqual({ from: 10, to: 30 });
  });

  test("A10.10: without a cost there is no ratio", () => {
    expect(roi({ ...ROI_EXAMPLE, yearlyCost: 0 })).toMatchObject({ savedClients: 20, gross: null, net: null });
  });

  test("A10.11: both ends of the cost of weak onboarding", () => {
    expect(weakOnboardingCost(WEAK_ONBOARDING_EXAMPLE)).toEqual({
      perClient: { from: 100, to: 1_500 },
      perMonth: { from: 1_000, to: 15_000 },
    });
  });
});

describe("before and after", () => {
  // Tenure went live on day 1000; looked at on day 1400
  const earlier = many(4, (n) =>
    client(`b${n}`, { signedDay: 500, firstValueDay: 510 + n * 10, churnedDay: n === 0 ? 540 : n === 1 ? 700 : null }),
  );
  const later = many(5, (n) =>
    client(`a${n}`, {
      signedDay: 1000 + n,
      firstValueDay: 1005 + n,
      completedAllStages: n < 4,
      churnedDay: n === 4 ? 1050 : null,
    }),
  );

  test("A10.15: the portal's own difference, both sides measured alike", () => {
    const rows = beforeAfter([...earlier, ...later], 1000, 1400, 20);
    const [ttfv, early, first, completion] = rows;
    expect(ttfv).toMatchObject({
      id: "ttfv",
      before: { value: 20, n: 4 },
      after: { value: 5, n: 5 },
      difference: -15,
      change: -75,
    });
    expect(early?.before.value).toBeCloseTo(25, 9);
    expect(early?.after.value).toBeCloseTo(20, 9);
    expect(first?.before.value).toBeCloseTo(50, 9);
    expect(first?.after.value).toBeCloseTo(80, 9);
    expect(completion).toMatchObject({
      before: { value: 0, n: 4 },
      after: { value: 80, n: 5 },
      difference: 80,
      change: null,
    });
    expect(rows.every(({ isSmall }) => isSmall)).toBe(true);
  });

  test("A10.15: a paused window has not ended", () => {
    const paused = client("p", { signedDay: 1000, pausedDay: 1010 });
    const completion = beforeAfter([...later, paused], 1000, 1400, 2).find(({ id }) => id === "completion");
    expect(completion?.after).toEqual({ value: 80, n: 5 });
  });

  test("A10.15: what cannot be known yet is no data, not a success", () => {
    const young = many(3, (n) => client(`y${n}`, { signedDay: 1390 }));
    for (const row of beforeAfter([...earlier, ...young], 1000, 1400, 2)) {
      expect(row.after.value).toBeNull();
      expect(row.difference).toBeNull();
    }
    expect(
      beforeAfter([], 1000, 1400, 20).every(({ before, after }) => before.value === null && after.value === null),
    ).toBe(true);
  });
});

describe("words", () => {
  test("every figure has a name and a formula in four languages, with the same parameters", () => {
    for (const id of KPI_IDS) {
      for (const text of [`kpi.${id}.name`, `kpi.${id}.formula`]) expect(Object.keys(KPI_WORDS)).toContain(text);
    }
    for (const texts of Object.values(KPI_WORDS)) {
      const params = (text: string) => [...text.matchAll(/\{(\w+)(?::[^}]*)?\}/g)].map(([, name]) => name).sort();
      for (const language of LANGUAGES) {
        expect(texts[language].length).toBeGreaterThan(0);
        expect(params(texts[language])).toEqual(params(texts.en));
      }
    }
  });

  test("A0.9, A10.15: nothing promises the sources' numbers", () => {
    const all = Object.values(KPI_WORDS).flatMap((texts) => LANGUAGES.map((language) => texts[language]));
    for (const text of all) expect(text).not.toMatch(/89 ?%|\b16 ?%|\b21 ?%|3[.,]5|67 ?%/);
  });
});
