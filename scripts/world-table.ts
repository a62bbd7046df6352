/**
 * Writes what came of simulated worlds into the README, between its markers, from the lines that `npm run world -- … --out FILE` keeps:
 * `node scripts/world-table.ts [--readme README.md] FILE…`, each file named after the commit that its worlds were played on.
 */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { writeTable } from "./readme.ts";
import { INVARIANTS, type Invariant } from "./world/invariants.ts";
import type { Played } from "./world/play.ts";
import { allRecorded, portalYears, together } from "./world/record.ts";

const HEAD = [
  "commit",
  "worlds",
  "portals, clients each, days",
  "won by mistake at once",
  "years of a portal",
  "turns",
  "calls to the CRM",
  "broken worlds",
];

function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.join("\n");
}

/** Worlds by the commit that they were played on. */
export type ByCommit = ReadonlyMap<string, readonly Played[]>;

function shapesOf(played: ByCommit): string {
  const row = (commit: string, shape: string, flood: string | number, of: readonly Played[]) => {
    const { turns, calls, brokenSeeds } = together(of).summary as {
      turns: number;
      calls: number;
      brokenSeeds: readonly number[];
    };
    return [commit, of.length, shape, flood, portalYears(of).toFixed(1), turns, calls, brokenSeeds.length];
  };
  const rows = [...played].flatMap(([commit, worlds]) => {
    const shapes = Map.groupBy(
      worlds,
      (one) => `${one.portals}, ${one.clients}, ${one.days}${one.runtime ? ", in workerd" : ""}/${one.flood ?? "few"}`,
    );
    return [...shapes].map(([name, of]) => row(commit, name.split("/")[0]!, of[0]!.flood ?? "few", of));
  });
  const all = [...played.values()].flat();
  return tableOf(HEAD, rows.length > 1 ? [...rows, row("all", "", "", all)] : rows);
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

/** @param played at least one world */
export function textOf(played: ByCommit): string {
  const worlds = [...played.values()].flat();
  const wentWrong = Object.entries(together(worlds).wentWrong).map(([name, times]) => `${name} ${times}`);
  return [shapesOf(played), invariantsOf(worlds), `What went wrong on the way: ${wentWrong.join(" · ")}.`].join("\n\n");
}

if (import.meta.main) {
  const { values, positionals: files } = parseArgs({
    options: { readme: { type: "string", default: "README.md" } },
    allowPositionals: true,
  });
  const played = new Map(files.map((file) => [basename(file, ".jsonl"), allRecorded(file)]));
  if ([...played.values()].flat().length === 0) {
    console.error(
      "Usage: node scripts/world-table.ts [--readme README.md] FILE… (what npm run world -- … --out FILE kept)",
    );
    process.exit(1);
  }
  writeTable(values.readme, "world", textOf(played));
}
