/**
 * Writes the table of back-tests into the README, between its markers, from what `npm run backtest` printed: one file per row,
 * `node scripts/backtest-table.ts [--readme README.md] "contract book, 2025-07-01=A.json" …`
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Interval } from "../src/core/score/metrics.ts";
import type { Printed } from "./backtest.ts";
import { writeTable } from "./readme.ts";

const HEAD = [
  "set and cut",
  "lost",
  "health, AUC",
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
export function rowOf(name: string, run: Printed): string {
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

export function tableOf(runs: readonly (readonly [name: string, run: Printed])[]): string {
  const head = [`| ${HEAD.join(" | ")} |`, `|${" --- |".repeat(HEAD.length)}`];
  return [...head, ...runs.map(([name, run]) => rowOf(name, run))].join("\n");
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { readme: { type: "string", default: "README.md" } },
    allowPositionals: true,
  });
  if (positionals.length === 0) {
    console.error('Usage: node scripts/backtest-table.ts [--readme README.md] "NAME=FILE.json" …');
    process.exit(1);
  }
  const runs = positionals.map((one) => {
    const at = one.lastIndexOf("=");
    return [one.slice(0, at), JSON.parse(readFileSync(one.slice(at + 1), "utf8")) as Printed] as const;
  });
  writeTable(values.readme, "backtest", tableOf(runs));
}
