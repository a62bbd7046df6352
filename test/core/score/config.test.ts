import { describe, expect, it } from "vitest";
import {
  compareConfigs,
  configFor,
  configProblems,
  DEFAULT_SCORE_CONFIG,
  rollBack,
} from "../../../src/core/score/config.ts";

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

  it("two versions are compared leaf by leaf, signals by id", () => {
    const after = {
      ...config,
      version: 2,
      zones: { ...config.zones, yellow: 70 },
      signals: config.signals.filter((s) => s.id !== "calls_answered").reverse(),
    };
    const changes = compareConfigs(config, after);
    expect(changes).toContainEqual({ path: "zones.yellow", before: 72, after: 70 });
    expect(changes.every((c) => c.path === "zones.yellow" || c.path.startsWith("signals.calls_answered."))).toBe(true);
    expect(compareConfigs(config, { ...config, version: 9 })).toEqual([]);
  });

  it("a roll-back is one more version with the old content", () => {
    const changed = { ...config, version: 5, base: 90 };
    const back = rollBack(config, changed);
    expect(back.version).toBe(6);
    expect(compareConfigs(config, back)).toEqual([]);
  });

  it("every segment may have its own, the others share the default", () => {
    const own = { ...config, base: 80 };
    const configs = { default: config, enterprise: own };
    expect(configFor(configs, "enterprise")).toBe(own);
    expect(configFor(configs, "smb")).toBe(config);
    expect(configFor(configs, null)).toBe(config);
  });
});
