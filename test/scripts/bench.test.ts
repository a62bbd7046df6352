/** Each benchmark loads and gives well-formed lines on a tiny size. Nothing here looks at a time. */
import { expect, test } from "vitest";
import { linesOf as crashLines } from "../../scripts/bench/crash.ts";
import { run as growth } from "../../scripts/bench/growth.ts";
import { run as latency } from "../../scripts/bench/latency.ts";
import { type BenchLine, lineOf } from "../../scripts/bench/line.ts";
import { run as plan } from "../../scripts/bench/plan.ts";
import { run as score } from "../../scripts/bench/score.ts";
import { BENCHES } from "../../scripts/bench.ts";
import { readLines, tableOf, withTable } from "../../scripts/bench-table.ts";

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

test("growth", async () => expectWellFormed("growth", await growth(20)));

test("the crash test: what it counted stands beside what it should be", () => {
  const report = { kills: 2, tasks: 41, wanted: 42, cuts: 1, wrong: ["deal 3: 13 tasks"], limited: 0, violations: [] };
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
  expect(withTable("a\n<!-- bench -->\nold\n<!-- /bench -->\nz", table)).toBe(
    `a\n<!-- bench -->\n${table}\n<!-- /bench -->\nz`,
  );
  expect(() => withTable("no markers", table)).toThrow("<!-- bench -->");
});
