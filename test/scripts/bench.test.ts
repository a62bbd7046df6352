/** Each benchmark loads and gives well-formed lines on a tiny size. Nothing here looks at a time. */
import { expect, test } from "vitest";
import { rowOf } from "../../scripts/backtest-table.ts";
import { linesOf as crashLines } from "../../scripts/bench/crash.ts";
import { run as growth } from "../../scripts/bench/growth.ts";
import { run as latency } from "../../scripts/bench/latency.ts";
import { type BenchLine, lineOf } from "../../scripts/bench/line.ts";
import { passesWithin } from "../../scripts/bench/object.ts";
import { run as plan } from "../../scripts/bench/plan.ts";
import { run as score } from "../../scripts/bench/score.ts";
import { BENCHES } from "../../scripts/bench.ts";
import { readLines, tableOf } from "../../scripts/bench-table.ts";
import { withTable } from "../../scripts/readme.ts";

/** MB: the program takes 28 of them, the pass of a portal that holds little at once the rest; an object has 128 for everything. */
const OBJECT_HEAP_MB = 40;

function expectWellFormed(bench: string, lines: readonly BenchLine[]): void {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(Object.keys(line)).toEqual(["bench", "metric", "value", "unit", "limit", "ratio"]);
    expect(line.bench).toBe(bench);
    expect(Number.isFinite(line.value)).toBe(true);
    expect(line.metric).not.toBe("");
    for (const one of [line.limit, line.ratio]) expect(one === null || Number.isFinite(one)).toBe(true);
  }
  expect(new Set(lines.map((line) => line.metric)).size).toBe(lines.length);
}

test("every benchmark that is named can be loaded and run", async () => {
  for (const load of Object.values(BENCHES)) expect((await load()).run).toBeTypeOf("function");
});

test("plans", async () => expectWellFormed("plan", await plan(3)));

test("from a won deal to its task", async () => expectWellFormed("latency", await latency(2)));

test("a scoring pass ends in a third of the heap that an object has", async () => {
  expectWellFormed("object", await passesWithin(1_000, OBJECT_HEAP_MB));
});

test("growth", async () => expectWellFormed("growth", await growth(20)));

test("the crash test: what it counted stands beside what it should be", () => {
  const wrong = ["deal 3: plan:company:2:1/kpis is there 0 times"];
  const report = { kills: 2, tasks: 41, wanted: 42, later: 3, cuts: 1, wrong, limited: 0, violations: [] };
  const lines = crashLines("bitrix24", 3, report);
  expectWellFormed("crash", lines);
  expect(lines.map(({ value, limit }) => [value, limit])).toEqual([
    [41, 42],
    [1, 0],
    [0, 0],
  ]);
});

test("G7 scores: everybody is decided, and every kept change of the newest book comes out with the same bytes", async () => {
  const lines = await score(200);
  expectWellFormed("score", lines);
  expect(lines.find((line) => line.metric.endsWith("with other bytes"))?.value).toBe(0);
});

test("a line's ratio is its value against its limit, unless pairs say otherwise", () => {
  expect(lineOf("b", "m", 12.3456, "s", 4)).toEqual({
    bench: "b",
    metric: "m",
    value: 12.35,
    unit: "s",
    limit: 4,
    ratio: 3.086,
  });
  expect(lineOf("b", "m", 12, "s", 4, 0.5).ratio).toBe(0.5);
  expect(lineOf("b", "m", 1234.5, "s")).toEqual({
    bench: "b",
    metric: "m",
    value: 1235,
    unit: "s",
    limit: null,
    ratio: null,
  });
});

test("a run's lines become the table between the README's markers", () => {
  const text = `noise\n${JSON.stringify(lineOf("b", "m", 3, "s", 4))}\n${JSON.stringify(lineOf("b", "n", 5, "calls"))}\n`;
  const table = tableOf(readLines(text));
  expect(table.split("\n").slice(2)).toEqual(["| b | m | 3 s | 4 s | 0.75 |", "| b | n | 5 calls |  |  |"]);
  expect(withTable("a\n<!-- bench -->\nold\n<!-- /bench -->\nz", "bench", table)).toBe(
    `a\n<!-- bench -->\n${table}\n<!-- /bench -->\nz`,
  );
  expect(() => withTable("no markers", "bench", table)).toThrow("<!-- bench -->");
});

test("a row of the back-test's table is what was printed, and a run without outcomes makes none", () => {
  const interval = (value: number) => ({ value, low: value - 0.0125, high: value + 0.02 });
  const zone = (share: number, lost: number) => ({ count: 1, share, lost });
  const zones = (yellow: number, red: number) => ({
    yellowOrWorse: zone(yellow, 0.5397),
    red: zone(red, 0.7083),
    green: zone(0.9, 0.1),
    learning: zone(0, 0),
  });
  const run = {
    n: 840,
    lost: 96,
    auc: { health: interval(0.6688), risk: interval(0.8321) },
    brierSkill: -0.0312,
    beside: { recency: { auc: 0.5618 } },
    zones: zones(0.075, 0.0286),
    classicZones: zones(0.59, 0.2),
    months: { auc: { value: 0.7979, low: 0.7776, high: 0.8197 }, brierSkill: { value: 0.1481 } },
    weights: {
      auc: { learntMinusUsual: interval(-0.0019) },
      months: { learntMinusUsual: { value: -0.0001, low: -0.0083, high: 0.0087 } },
    },
  } as never;
  expect(rowOf("book", run)).toBe(
    "| book | 96 of 840 | .669 |  | .832 | -.03 | .798 (.778 to .820), .15 | .562 | 7.5 %, 54 % | 2.9 %, 71 % | 59 %, 54 % | -.002 (-.014 to .018) | .000 (-.008 to .009) |",
  );
  expect(() => rowOf("book", { n: 3 } as never)).toThrow("nothing was judged");
});
