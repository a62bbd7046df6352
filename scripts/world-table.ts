/**
 * Writes what came of simulated worlds into the README, between its markers, from the lines that `npm run world -- … --out FILE` keeps:
 * `node scripts/world-table.ts [--readme README.md] FILE…`
 */
import { parseArgs } from "node:util";
import { writeTable } from "./readme.ts";
import { INVARIANTS, type Invariant } from "./world/invariants.ts";
import type { Played } from "./world/play.ts";
import { allRecorded, portalYears, together } from "./world/record.ts";

const HEAD = [
  "worlds",
  "portals, clients each, days",
  "years of a portal",
  "turns",
  "calls to the CRM",
  "broken worlds",
];

function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.join("\n");
}

function shapesOf(worlds: readonly Played[]): string {
  const shapes = Map.groupBy(worlds, ({ portals, clients, days }) => `${portals}, ${clients}, ${days}`);
  const rows = [...shapes, ...(shapes.size > 1 ? [["all", worlds] as const] : [])].map(([shape, of]) => {
    const { summary } = together(of);
    const { turns, calls, brokenSeeds } = summary as { turns: number; calls: number; brokenSeeds: readonly number[] };
    return [of.length, shape, portalYears(of).toFixed(1), turns, calls, brokenSeeds.length];
  });
  return tableOf(HEAD, rows);
}

function invariantsOf(worlds: readonly Played[]): string {
  const { checked } = together(worlds);
  const brokenBy = (name: string) =>
    worlds.filter(({ broken }) => broken.some((one) => one.startsWith(`${name}, day`)));
  const rows = Object.entries(INVARIANTS).map(([name, guarantee]) => {
    return [guarantee, name, checked[name as Invariant] ?? 0, brokenBy(name).length];
  });
  return tableOf(["guarantee", "what has to hold", "looked at, times", "broken in worlds"], rows);
}

/** @param worlds at least one */
export function textOf(worlds: readonly Played[]): string {
  const wentWrong = Object.entries(together(worlds).wentWrong).map(([name, times]) => `${name} ${times}`);
  return [shapesOf(worlds), invariantsOf(worlds), `What went wrong on the way: ${wentWrong.join(" · ")}.`].join("\n\n");
}

if (import.meta.main) {
  const { values, positionals: files } = parseArgs({
    options: { readme: { type: "string", default: "README.md" } },
    allowPositionals: true,
  });
  const worlds = files.flatMap(allRecorded);
  if (worlds.length === 0) {
    console.error(
      "Usage: node scripts/world-table.ts [--readme README.md] FILE… (what npm run world -- … --out FILE kept)",
    );
    process.exit(1);
  }
  writeTable(values.readme, "world", textOf(worlds));
}
