/**
 * The crash test at its full size on either CRM: connector and sandbox in separate processes, the connector killed with SIGKILL while deals
 * are won, every seventh create cut after the write; tasks counted through the CRM's API.
 */
import { CRASH_CRMS, type CrashReport, crashRun } from "../../test/support/crash/run.ts";
import { type BenchLine, lineOf } from "./line.ts";

/** The figures of one CRM's run. */
export function linesOf(crm: string, deals: number, report: CrashReport): readonly BenchLine[] {
  const { kills, tasks, wanted, cuts, wrong, limited, violations } = report;
  return [
    lineOf(
      "crash",
      `${crm}: tasks of ${deals} deals after ${kills} kills and ${cuts} cut creates`,
      tasks,
      "tasks",
      wanted,
    ),
    lineOf("crash", `${crm}: tasks missing, twice or not wished`, wrong.length, "tasks", 0),
    lineOf("crash", `${crm}: calls over a limit or against the contract`, limited + violations.length, "calls", 0),
  ];
}

export async function run(deals = 500, kills = 50): Promise<readonly BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const crm of CRASH_CRMS) lines.push(...linesOf(crm, deals, await crashRun({ crm, deals, kills })));
  return lines;
}

if (import.meta.main) for (const line of await run()) console.log(JSON.stringify(line));
