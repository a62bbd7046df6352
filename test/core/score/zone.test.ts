import { describe, expect, it } from "vitest";
import type { Chain } from "../../../src/core/score/chain.ts";
import { DEFAULT_SCORE_CONFIG } from "../../../src/core/score/config.ts";
import { fitOf, fitThresholds } from "../../../src/core/score/tune.ts";
import { nextZone, type ZoneInput, type ZoneMemory, zoneAtEntry } from "../../../src/core/score/zone.ts";

const noChain: Chain = {
  isAcross: false,
  isLasting: false,
  isLong: false,
  isCeiling: false,
  isGrave: false,
  isOneMoneySignal: false,
  money: [],
  sinceDay: null,
  names: [],
};
const across: Chain = { ...noChain, isAcross: true, isLasting: true, isLong: true };

function at(health: number, chain: Chain = across, more: Partial<ZoneInput> = {}): ZoneInput {
  return {
    healthTenths: Math.round(health * 10),
    chain,
    confidence: 0.9,
    redConfidence: 0.35,
    thresholds: DEFAULT_SCORE_CONFIG.zones,
    shift: 0,
    isFar: false,
    calmDays: DEFAULT_SCORE_CONFIG.calmDays,
    farEndsRed: DEFAULT_SCORE_CONFIG.farEndsRed,
    ...more,
  };
}

describe("zone at entry", () => {
  it.each([
    [72, "green"],
    [71.9, "yellow"],
    [50, "yellow"],
    [49.9, "red"],
  ])("health %d with a chain is %s", (health, zone) => {
    expect(zoneAtEntry(at(health))).toBe(zone);
  });

  it.each([
    ["a single case", {}, "green", "green"],
    ["a chain across signals", { isAcross: true }, "yellow", "red"],
    ["four weeks in one group", { isLasting: true }, "yellow", "yellow"],
    ["eight weeks in one group", { isLasting: true, isLong: true }, "yellow", "red"],
    ["one group at its ceiling", { isCeiling: true }, "yellow", "yellow"],
    ["a grave reported fact", { isGrave: true }, "yellow", "red"],
    [
      "one money signal, however long (A8.13)",
      { isLasting: true, isLong: true, isCeiling: true, isOneMoneySignal: true },
      "yellow",
      "yellow",
    ],
  ] as const)("%s: at 60 and at 40", (_name, chain, at60, at40) => {
    expect(zoneAtEntry(at(60, { ...noChain, ...chain }))).toBe(at60);
    expect(zoneAtEntry(at(40, { ...noChain, ...chain }))).toBe(at40);
  });

  it("with low confidence turns red only by a reported fact", () => {
    expect(zoneAtEntry(at(30, across, { confidence: 0.34 }))).toBe("yellow");
    expect(zoneAtEntry(at(30, { ...across, isGrave: true }, { confidence: 0.1 }))).toBe("red");
  });

  it("with the renewal far away has lower thresholds and no red", () => {
    expect(zoneAtEntry(at(60, across, { shift: -20, isFar: true }))).toBe("green");
    expect(zoneAtEntry(at(20, across, { shift: -20, isFar: true }))).toBe("yellow");
  });
});

describe("hysteresis (scoring 3.8)", () => {
  /** Runs evaluations [day, health] from a zone; gives the zones one after the other. */
  function run(zone: ZoneMemory["zone"], steps: readonly (readonly [day: number, health: number])[]): string[] {
    let memory: ZoneMemory = { zone, betterSince: null };
    return steps.map(([day, health]) => {
      memory = nextZone(memory, at(health), day);
      return memory.zone;
    });
  }

  it.each([
    [
      "worsening shows at once",
      "green",
      [
        [0, 71],
        [1, 49],
      ],
      ["yellow", "red"],
    ],
    ["a jump to red skips nothing", "green", [[0, 20]], ["red"]],
    [
      "inside the dead band nothing is left",
      "yellow",
      [
        [0, 77],
        [7, 79.9],
        [14, 77],
      ],
      ["yellow", "yellow", "yellow"],
    ],
    [
      "leaving yellow needs 80 that holds seven days",
      "yellow",
      [
        [0, 80],
        [6, 90],
        [7, 90],
      ],
      ["yellow", "yellow", "green"],
    ],
    [
      "one relapse starts the wait anew",
      "yellow",
      [
        [0, 90],
        [5, 71],
        [7, 90],
        [13, 90],
        [14, 90],
      ],
      ["yellow", "yellow", "yellow", "yellow", "green"],
    ],
    [
      "red leaves for yellow at 58",
      "red",
      [
        [0, 57.9],
        [1, 58],
        [8, 58],
      ],
      ["red", "red", "yellow"],
    ],
    [
      "red leaves for green in one step when all is well",
      "red",
      [
        [0, 95],
        [7, 95],
      ],
      ["red", "green"],
    ],
    [
      "who would not be given yellow any more, with two points to spare, leaves after four weeks",
      "yellow",
      [
        [0, 74],
        [7, 74],
        [27, 75],
        [28, 74],
      ],
      ["yellow", "yellow", "yellow", "green"],
    ],
    [
      "short of the two points nothing is left, however long",
      "yellow",
      [
        [0, 73.9],
        [60, 73.9],
      ],
      ["yellow", "yellow"],
    ],
    [
      "red is left for yellow in the same way",
      "red",
      [
        [0, 52],
        [27, 52],
        [28, 52],
      ],
      ["red", "red", "yellow"],
    ],
    ["a first judgement after learning is free", "learning", [[0, 40]], ["red"]],
  ] as const)("%s", (_name, from, steps, zones) => {
    expect(run(from, steps)).toEqual(zones);
  });

  it("without such days nobody leaves inside the dead band", () => {
    const memory: ZoneMemory = { zone: "yellow", betterSince: 0 };
    expect(nextZone(memory, at(77, across, { calmDays: 0 }), 400)).toEqual({ zone: "yellow", betterSince: null });
  });

  it("who is red and has renewed is yellow at once, or green where all is well; after notice was given it stays red", () => {
    const red: ZoneMemory = { zone: "red", betterSince: null };
    const renewed = { shift: -45, isFar: true };
    const zoneAt = (health: number, chain = across, more = {}) =>
      nextZone(red, at(health, chain, { ...renewed, ...more }), 100);
    expect(zoneAt(20)).toEqual({ zone: "yellow", betterSince: null });
    expect(zoneAt(36)).toEqual({ zone: "yellow", betterSince: 100 });
    expect(zoneAt(3, { ...across, isGrave: true }).zone).toBe("red");
    expect(zoneAt(10, across, { farEndsRed: false }).zone).toBe("red");
  });

  it("a health that swings around the threshold changes the zone once, not every week", () => {
    const swing = Array.from({ length: 52 }, (_, week) => [7 * week, week % 2 === 0 ? 70 : 77] as const);
    const zones = run("green", swing);
    expect(zones.filter((zone, i) => i > 0 && zone !== zones[i - 1])).toHaveLength(0);
    expect(zones[0]).toBe("yellow");
  });
});

describe("thresholds that fit the team", () => {
  const book = (healths: readonly number[]): ZoneInput[] => healths.map((health) => at(health));

  it("stay as configured while few are yellow", () => {
    const healths = Array.from({ length: 100 }, (_, i) => (i < 10 ? 60 : 90));
    expect(fitThresholds(book(healths), DEFAULT_SCORE_CONFIG.zones)).toEqual(DEFAULT_SCORE_CONFIG.zones);
  });

  it("fall until at most 15 % enter yellow and 5 % red", () => {
    // 47.3 is the eleventh of 200 from below (5 %: ten of them), 55.7 the thirtieth (15 %).
    const healths = Array.from({ length: 200 }, (_, i) => (i < 10 ? 40 : 47.3 + (i - 10) * 0.44));
    expect(fitThresholds(book(healths), DEFAULT_SCORE_CONFIG.zones)).toMatchObject({ yellow: 56, red: 47 });
  });

  it("stop where the work list would lose its sense", () => {
    const healths = Array.from({ length: 200 }, () => 20);
    expect(fitThresholds(book(healths), DEFAULT_SCORE_CONFIG.zones)).toMatchObject({ yellow: 55, red: 30 });
  });

  it("a small book keeps its own", () => {
    expect(fitThresholds(book(Array.from({ length: 20 }, () => 10)), DEFAULT_SCORE_CONFIG.zones)).toEqual(
      DEFAULT_SCORE_CONFIG.zones,
    );
  });
});

describe("thresholds proposed for a book", () => {
  const usual = DEFAULT_SCORE_CONFIG;
  /** a hundred clients, so many of whom have each health; the others are well */
  const clients = (...ill: [count: number, health: number][]) => {
    const healths = ill.flatMap(([count, health]) => Array.from({ length: count }, () => health));
    return [...healths, ...Array.from({ length: 100 - healths.length }, () => 95)].map((health) => at(health));
  };

  it("says old, new and what they would change; nothing where those in force fit", () => {
    expect(fitOf("smb", clients([30, 70], [4, 40]), usual)).toEqual({
      segment: "smb",
      before: { yellow: 72, red: 50 },
      after: { yellow: 70, red: 50 },
      clients: 100,
      moved: 30,
      zones: { green: [66, 96], yellow: [30, 0], red: [4, 4] },
    });
    expect(fitOf(null, clients([10, 70], [4, 40]), usual)).toBeNull();
  });

  it("a difference of one point is not worth a word, two are", () => {
    expect(fitOf(null, clients([30, 71]), usual)).toBeNull();
    expect(fitOf(null, clients([30, 70]), usual)?.after).toEqual({ yellow: 70, red: 50 });
  });

  it("what was lowered once may rise again, up to the usual or the configured ones", () => {
    const lowered = { ...usual, zones: { ...usual.zones, yellow: 60, red: 40 } };
    expect(fitOf(null, clients([10, 70], [4, 45]), lowered)).toMatchObject({
      after: { yellow: 72, red: 50 },
      moved: 14,
      zones: { green: [96, 86], yellow: [4, 10], red: [0, 4] },
    });
    const raised = { ...usual, zones: { ...usual.zones, yellow: 82, red: 50 } };
    expect(fitOf(null, clients([10, 70]), raised)).toBeNull();
  });

  it("a small book keeps the ones it has", () => {
    const lowered = { ...usual, zones: { ...usual.zones, yellow: 60, red: 40 } };
    expect(fitOf(null, clients([10, 70]).slice(0, 29), lowered)).toBeNull();
  });
});
