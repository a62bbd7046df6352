import { describe, expect, it } from "vitest";
import { configFor, configProblems, DEFAULT_SCORE_CONFIG } from "../../../src/core/score/config.ts";

const config = DEFAULT_SCORE_CONFIG;

describe("configuration of the score", () => {
  it("the default one may be published", () => {
    expect(configProblems(config)).toEqual([]);
  });

  it.each([
    ["thresholds that cross", { zones: { ...config.zones, red: 80 } }, "thresholds_cross"],
    ["a base below yellow", { base: 70 }, "base_below_yellow"],
    ["a signal twice", { signals: [...config.signals, config.signals[0]!] }, "signal_twice"],
    ["a chance above one", { signals: [{ ...config.signals[0]!, showChance: 1.2 }] }, "not_a_share"],
    ["a horizon of a day", { horizonDays: 1 }, "out_of_range"],
  ])("%s is told", (_name, change, code) => {
    expect(configProblems({ ...config, ...change }).map((p) => p.code)).toContain(code);
  });

  it("every segment may have its own, the others share the default", () => {
    const own = { ...config, base: 80 };
    const configs = { default: config, enterprise: own };
    expect(configFor(configs, "enterprise")).toBe(own);
    expect(configFor(configs, "smb")).toBe(config);
    expect(configFor(configs, null)).toBe(config);
  });
});
