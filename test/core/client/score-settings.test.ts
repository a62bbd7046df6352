import { describe, expect, test } from "vitest";
import { watchMapped } from "../../../src/core/client/mapped.ts";
import {
  allSignals,
  isRenewal,
  type MappedSignal,
  scoreConfigsOf,
  segmentOf,
} from "../../../src/core/client/score-settings.ts";
import { formProblems } from "../../../src/core/problem.ts";
import { DEFAULT_SCORE_CONFIG } from "../../../src/core/score/config.ts";
import { settingsSchema } from "../../../src/core/settings.ts";
import { clientFacts, record } from "../../support/decide-config.ts";

const score = (part: object) => settingsSchema.parse({ score: part }).score;
const problems = (part: object) => {
  const parsed = settingsSchema.safeParse({ score: part });
  const found = parsed.success ? [] : formProblems(parsed.error, (path) => path.join("."));
  return found.map(({ path, code, params }) => `${path}: ${code} ${JSON.stringify(params)}`);
};

describe("the score in the settings (A8.1)", () => {
  test("nothing set is the built-in configuration, under the published version", () => {
    const { default: own } = scoreConfigsOf(score({}), 7);
    expect(own).toEqual({ ...DEFAULT_SCORE_CONFIG, version: 7 });
  });

  test("thresholds, groups and signals are replaced one by one, and a segment builds on the portal's", () => {
    const configs = scoreConfigsOf(
      score({
        zones: { yellow: 70 },
        groups: { money: { cap: 10 } },
        signals: { logins: { showChance: 0.9 }, tickets: { isOff: true } },
        segments: [{ name: "key", classes: ["A"], zones: { red: 60 }, signals: { logins: { weekNats: 1 } } }],
      }),
      1,
    );
    expect(configs.default.zones).toEqual({ yellow: 70, red: 50, deadBand: 8, holdDays: 7 });
    expect(configs.default.groups.money).toEqual({ weight: 1, cap: 10 });
    expect(configs.default.signals.map((one) => one.id)).not.toContain("tickets");
    expect(configs.key?.zones).toEqual({ yellow: 70, red: 60, deadBand: 8, holdDays: 7 });
    expect(configs.key?.signals.find((one) => one.id === "logins")).toMatchObject({ showChance: 0.9, weekNats: 1 });
  });

  test.each([
    [{ zones: { yellow: 40 } }, "score.zones.red: thresholds_cross {}"],
    [{ base: 60 }, "score.base: base_below_yellow {}"],
    [{ signals: { nonsense: { isOff: true } } }, 'score.signals.nonsense: no_signal {"id":"nonsense"}'],
    [{ segments: [{ name: "default" }] }, 'score.segments.0.name: taken {"name":"default"}'],
    [{ segments: [{ name: "a", zones: { red: 90 } }] }, "score.segments.0.zones.red: thresholds_cross {}"],
  ])("%j is refused where it stands", (part, problem) => {
    expect(problems(part)).toContain(problem);
  });

  test("the first segment that fits is the client's; lists that are empty ask for nothing", () => {
    const { segments } = score({
      segments: [
        { name: "big", templates: ["enterprise"], classes: ["A"] },
        { name: "enterprise", templates: ["enterprise"] },
        { name: "rest_a", classes: ["A", "B"] },
      ],
    });
    expect(segmentOf({ segments }, "enterprise", "A")).toBe("big");
    expect(segmentOf({ segments }, "enterprise", "C")).toBe("enterprise");
    expect(segmentOf({ segments }, "smb", "B")).toBe("rest_a");
    expect(segmentOf({ segments }, null, null)).toBeNull();
  });

  test("a mapped property is a signal of its own; a fact is reported, not counted", () => {
    const settings = score({
      mapped: [
        { id: "x_seats", on: "company", property: "seats_used", as: "count" },
        { id: "x_notice", on: "company", property: "notice", as: "fact" },
      ],
    });
    expect(allSignals(settings).at(-1)).toMatchObject({
      id: "x_seats",
      kind: "count",
      source: "x.company",
      turned: 0.35,
    });
    expect(allSignals(settings).map((one) => one.id)).not.toContain("x_notice");
  });

  test("deals of a renewal's type or pipeline are renewals", () => {
    const settings = score({ renewals: { pipelines: ["p7"] } });
    expect(isRenewal({ type: "renewal" }, settings)).toBe(true);
    expect(isRenewal({ type: "newbusiness", pipeline: "p7" }, settings)).toBe(true);
    expect(isRenewal({ type: "newbusiness", pipeline: "p1" }, settings)).toBe(false);
  });
});

describe("mapped properties (A8.2)", () => {
  const MONDAY = 20_514;
  const one = (part: Partial<MappedSignal>): MappedSignal[] =>
    score({ mapped: [{ id: "x_one", on: "company", property: "p", as: "count", ...part }] }).mapped as MappedSignal[];
  const company = (value: number | boolean | string) => clientFacts([record("company", "1", { "x.p": value })]);

  test("of a total that grows, the growth counts: once, on the day it was seen", () => {
    const signals = one({ as: "count" });
    const first = watchMapped(undefined, company(100), signals, "UTC", 0, MONDAY);
    expect(first.observations).toEqual([]);
    const grown = watchMapped(first.seen, company(103), signals, "UTC", 0, MONDAY + 1);
    const again = watchMapped(grown.seen, company(103), signals, "UTC", 0, MONDAY + 1);
    expect(again.observations).toEqual([{ signal: "x_one", day: MONDAY + 1, cases: 3, sum: 0 }]);
    expect(again.seen).toEqual(grown.seen);
    expect(again.fromDays).toEqual({ x_one: MONDAY });
    expect(watchMapped(again.seen, company(1), signals, "UTC", 0, MONDAY + 2).observations).toHaveLength(1);
  });

  test("a share is asked once a week and when it changes", () => {
    const signals = one({ as: "share", match: { below: 3 } });
    const days = [4, 4, 2, 2].reduce(
      ({ seen }, value, at) => watchMapped(seen, company(value), signals, "UTC", 0, MONDAY + at),
      { seen: undefined } as Pick<ReturnType<typeof watchMapped>, "seen"> | { seen: undefined },
    ) as ReturnType<typeof watchMapped>;
    expect(days.observations.map(({ day, sum }) => [day - MONDAY, sum])).toEqual([
      [0, 0],
      [2, 1],
    ]);
    const later = watchMapped(days.seen, company(2), signals, "UTC", 0, MONDAY + 8);
    expect(later.observations.map(({ day, sum }) => [day - MONDAY, sum]).at(-1)).toEqual([8, 1]);
  });

  test("a fact is believed from the day it was first seen, and goes when it no longer holds", () => {
    const signals = one({ as: "fact", match: { equals: "leaving" }, nats: 4 });
    const before = watchMapped(undefined, company("fine"), signals, "UTC", 0, MONDAY);
    expect(before.facts).toEqual([]);
    const now = watchMapped(before.seen, company("leaving"), signals, "UTC", 0, MONDAY + 3);
    expect(now.facts).toEqual([{ recordId: "company:1", code: "x_one", day: MONDAY + 3, nats: 4 }]);
    expect(watchMapped(now.seen, company("leaving"), signals, "UTC", 0, MONDAY + 9).facts[0]?.day).toBe(MONDAY + 3);
    expect(watchMapped(now.seen, company("fine"), signals, "UTC", 0, MONDAY + 9).facts).toEqual([]);
  });

  test.each([
    ["an option that looks like a number", { equals: 3 }, "3"],
    ["a tick", { equals: true }, "Yes"],
    ["a number that came as text", { below: 3 }, "2"],
  ])("a match holds however the CRM spells it: %s", (_, match, value) => {
    const signals = one({ as: "fact", match, nats: 4 });
    expect(watchMapped(undefined, company(value), signals, "UTC", 0, MONDAY).facts).toHaveLength(1);
  });

  test("tickets have a date of their own: nothing has to be remembered", () => {
    const signals = one({ on: "ticket", as: "share", match: { equals: "billing" } });
    const ticket = (id: string, day: number, value: string) =>
      record("ticket", id, { openedAt: day * 86_400_000, "x.p": value });
    const facts = clientFacts([ticket("1", 100, "billing"), ticket("2", 102, "how-to")]);
    const { observations, seen } = watchMapped(undefined, facts, signals, "UTC", 90, MONDAY);
    expect(observations).toEqual([
      { signal: "x_one", day: 100, cases: 1, sum: 1 },
      { signal: "x_one", day: 102, cases: 1, sum: 0 },
    ]);
    expect(seen).toBe("");
  });
});
