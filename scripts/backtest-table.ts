/**
 * Writes the table of back-tests into the README, between its markers, from what `npm run backtest` printed: one file per row,
 * `node scripts/backtest-table.ts [--readme README.md] [--truth TRUTH.csv] "contract book, 2025-07-01=A.json" "the same of a later day=B.json=B-scores.csv" …`;
 * with the scores that it wrote and a file of who had turned away, how well health finds those.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseDay } from "../src/core/calendar/day.ts";
import type { Interval } from "../src/core/score/metrics.ts";
import { turnedAwayAuc } from "./backtest/turned-away.ts";
import type { Printed } from "./backtest.ts";
import { writeTable } from "./readme.ts";

const HEAD = [
  "set and cut",
  "lost",
  "health, AUC",
  "health, of those turned away by then, AUC",
  "risk, AUC",
  "Brier skill",
  "risk over the months: AUC, Brier skill",
  "recency, AUC",
  "yellow or worse: share, of them lost",
  "red",
  "bare thresholds: share, of them lost",
  "learnt weights, AUC less the usual",
  "over the months",
];

/** @throws Error for a run that had nothing to judge by */
export function rowOf(name: string, run: Printed, turnedAway: number | null = null): string {
  const { auc, lost, n, brierSkill, zones, classicZones, beside, weights, months } = run;
  if (!auc || !zones || !classicZones || !beside)
    throw new Error(`${name}: the files end at the cut, nothing was judged.`);
  const three = (value: number | null | undefined) =>
    // Adding zero turns -0 into 0.
    value == null ? "" : (Number(value.toFixed(3)) + 0).toFixed(3).replace(/^(-?)0\./, "$1.");
  const two = (value: number | null | undefined) => (value == null ? "" : value.toFixed(2).replace(/^(-?)0\./, "$1."));
  const percent = (value: number | undefined) => `${Number((100 * (value ?? 0)).toPrecision(2))} %`;
  const share = (zone: { share: number; lost?: number }) => `${percent(zone.share)}, ${percent(zone.lost)}`;
  const apart = (one: Interval | undefined) =>
    one ? `${three(one.value)} (${three(one.low)} to ${three(one.high)})` : "";
  const cells = [
    name,
    `${lost} of ${n}`,
    three(auc.health.value),
    three(turnedAway),
    three(auc.risk.value),
    two(brierSkill),
    months?.auc.value == null ? "" : `${apart(months.auc)}, ${two(months.brierSkill.value)}`,
    three(beside.recency?.auc),
    share(zones.yellowOrWorse),
    share(zones.red),
    share(classicZones.yellowOrWorse),
    apart(weights?.auc?.learntMinusUsual),
    apart(weights?.months?.learntMinusUsual),
  ];
  return `| ${cells.join(" | ")} |`;
}

type Run = readonly [name: string, run: Printed, turnedAway: number | null];

export function tableOf(runs: readonly Run[]): string {
  const head = [`| ${HEAD.join(" | ")} |`, `|${" --- |".repeat(HEAD.length)}`];
  return [...head, ...runs.map((run) => rowOf(...run))].join("\n");
}

/** @param told NAME=FILE.json, or NAME=FILE.json=SCORES.csv */
async function readRun(told: string, truth: string | undefined): Promise<Run> {
  const [name = "", json = "", scores] = told.split("=");
  const run = JSON.parse(readFileSync(json, "utf8")) as Printed;
  return [name, run, truth && scores ? await turnedAwayAuc(scores, truth, parseDay(run.cut)) : null];
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { readme: { type: "string", default: "README.md" }, truth: { type: "string" } },
    allowPositionals: true,
  });
  if (positionals.length === 0) {
    console.error(
      'Usage: node scripts/backtest-table.ts [--readme README.md] [--truth F.csv] "NAME=FILE.json[=SCORES.csv]" …',
    );
    process.exit(1);
  }
  const runs = await Promise.all(positionals.map((told) => readRun(told, values.truth)));
  writeTable(values.readme, "backtest", tableOf(runs));
}
