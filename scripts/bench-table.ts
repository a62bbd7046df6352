/**
 * Writes the table of benchmark figures into the README, between its markers, from the lines of a run:
 * `npm run bench -- --out FILE`, then `node scripts/bench-table.ts FILE [README.md]`.
 */
import { readFileSync } from "node:fs";
import type { BenchLine } from "./bench/line.ts";
import { writeTable } from "./readme.ts";

/** @param text lines of JSON; anything else in it is passed over */
export function readLines(text: string): BenchLine[] {
  return text.split("\n").flatMap((line) => (line.startsWith('{"bench"') ? [JSON.parse(line) as BenchLine] : []));
}

export function tableOf(lines: readonly BenchLine[]): string {
  const number = (value: number | null) => (value === null ? "" : String(value));
  const rows = lines.map(
    ({ bench, metric, value, unit, limit, ratio }) =>
      `| ${bench} | ${metric} | ${number(value)} ${unit} | ${limit === null ? "" : `${number(limit)} ${unit}`} | ${number(ratio)} |`,
  );
  return ["| benchmark | what | value | beside | ratio |", "| --- | --- | --- | --- | --- |", ...rows].join("\n");
}

if (import.meta.main) {
  const [file, readme = "README.md"] = process.argv.slice(2);
  if (file === undefined) {
    console.error("Usage: node scripts/bench-table.ts FILE [README.md]");
    process.exit(1);
  }
  writeTable(readme, "bench", tableOf(readLines(readFileSync(file, "utf8"))));
}
