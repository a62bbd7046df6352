import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { playedInWorkerd } from "../../scripts/world/in-workerd.ts";
import type { Parameters } from "../../scripts/world/parameters.ts";
import { cutShort, type Played, play } from "../../scripts/world/play.ts";
import { playAll } from "../../scripts/world/pool.ts";
import { allRecorded, portalYears, record, recorded, together } from "../../scripts/world/record.ts";
import { textOf } from "../../scripts/world-table.ts";

const SMALL = { portals: 1, clients: 1, days: 1, faults: 3 };
const worldOf = (seed: number): Parameters => ({ seed, ...SMALL });

async function all(worlds: readonly Parameters[], workers: number, player?: string) {
  const played: Played[] = [];
  const days: string[] = [];
  await playAll(worlds, {
    workers,
    ...(player && { player }),
    onDay: ({ seed }, day) => void days.push(`${seed}/${day}`),
    onPlayed: (one) => void played.push(one),
  });
  return { played: played.sort((a, b) => a.seed - b.seed), days: days.sort() };
}

describe("worlds side by side", () => {
  test("are the same worlds as one after the other", async () => {
    const worlds = [worldOf(3), worldOf(4), worldOf(5)];
    const { played, days } = await all(worlds, 2);
    const alone = [];
    for (const world of worlds) alone.push({ ...(await play(world)), cpuSeconds: expect.any(Number) });
    expect(played).toEqual(alone);
    expect(days).toEqual(["3/1", "4/1", "5/1"]);
  }, 120_000);

  test("a process that dies breaks its world, and another one plays the rest", async () => {
    const player = join(import.meta.dirname, "dying-player.ts");
    const { played } = await all([worldOf(1), worldOf(2), worldOf(3), worldOf(4)], 2, player);
    expect(played.map(({ seed, daysPlayed }) => [seed, daysPlayed])).toEqual([
      [1, 2],
      [2, 9],
      [3, 2],
      [4, 9],
    ]);
    expect(played[0]!.broken).toEqual(["the process that played it ended, day 2: exit code 7"]);
  });
});

describe("the record", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenure-world-"));
    path = join(folder, "world.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const holds = (seed: number, days = 110): Played => ({
    ...cutShort({ ...SMALL, portals: 2, days, seed }, days, ""),
    broken: [],
    turns: 10,
    cpuSeconds: 5.5,
  });

  test("is read back for worlds that were made alike", () => {
    record(path, holds(1));
    record(path, holds(2, 30));
    record(path, holds(3));
    expect(recorded(path, { ...SMALL, portals: 2, days: 110, seed: 99 })).toEqual([holds(1), holds(3)]);
    expect(recorded(join(folder, "none"), worldOf(1))).toEqual([]);
  });

  test("worlds of the other runtime are others", () => {
    record(path, holds(1));
    record(path, { ...holds(2), runtime: "workers" });
    const like = { ...SMALL, portals: 2, days: 110, seed: 1 };
    expect(recorded(path, { ...like, runtime: "node" }).map(({ seed }) => seed)).toEqual([1]);
    expect(recorded(path, { ...like, runtime: "workers" }).map(({ seed }) => seed)).toEqual([2]);
  });

  test("a world in workerd is kept as one on Node is; one that fell over, or met a limit of the platform, is broken", () => {
    const { turns, calls, writes, checked, graduated } = holds(1);
    const outcome = { days: 1, turns, calls, writes, checked, graduated, faults: { kill: 1 }, broken: [] };
    const said = { outcome, most: { calls: 51 } };
    expect(playedInWorkerd(worldOf(1), said, null)).toMatchObject({
      ...worldOf(1),
      daysPlayed: 1,
      wentWrong: { kill: 1 },
      runtime: "workers",
      broken: [],
    });
    expect(playedInWorkerd(worldOf(1), said, "1").broken).toEqual(['limits of the platform, day 1: {"calls":51}']);
    expect(playedInWorkerd(worldOf(1), null, "SIGKILL").broken).toEqual([
      "the process that played it ended, day 0: SIGKILL",
    ]);
  });

  test("a line that was cut short is played again, and harms no other", () => {
    record(path, holds(1));
    appendFileSync(path, JSON.stringify(holds(2)).slice(0, 40));
    record(path, holds(3));
    expect(recorded(path, holds(1)).map(({ seed }) => seed)).toEqual([1, 3]);
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  });

  test("adds up", () => {
    const broken = cutShort({ ...SMALL, portals: 2, days: 110, seed: 1 }, 4, "SIGKILL");
    const { summary } = together([holds(2), broken]);
    // (2 · 110 + 2 · 4) portal-days in 5.5 s
    expect(summary).toMatchObject({
      world: "broken",
      seed: 1,
      seeds: 2,
      portalYears: 0.62,
      cpuSeconds: 6,
      cpuSecondsPerPortalDay: 0.024,
      turns: 10,
      brokenSeeds: [1],
      broken: ["seed 1: the process that played it ended, day 4: SIGKILL"],
    });
    expect(portalYears([holds(1), holds(2), holds(3)])).toBeCloseTo(660 / 365);
    expect(together([holds(1)]).summary.world).toBe("holds");
  });

  test("is told as a table: worlds by their shape, and each thing that has to hold with the worlds in which it did not", () => {
    record(path, { ...holds(1), wentWrong: { kill: 3 }, checked: { ...holds(1).checked, "no edit lost": 4 } });
    record(path, {
      ...holds(2),
      wentWrong: { kill: 1, disk: 2 },
      broken: ["no edit lost, day 3 in x: a", "no edit lost, day 4 in x: b"],
    });
    record(path, { ...holds(3, 73), clients: 10 });
    const lines = textOf(new Map([["abc1234", allRecorded(path)]])).split("\n");
    expect(lines).toContain("| abc1234 | 2 | 2, 1, 110 | few | 1.2 | 20 | 0 | 1 |");
    expect(lines).toContain("| abc1234 | 1 | 2, 10, 73 | few | 0.4 | 10 | 0 | 0 |");
    expect(lines).toContain("| all | 3 |  |  | 1.6 | 30 | 0 | 1 |");
    expect(lines).toContain("| G4 | no edit lost | 4 | 1 |");
    expect(lines.at(-1)).toBe("What went wrong on the way: disk 2 · kill 4.");
  });
});
