/** `npm test`: lint, types, the checks over files, all tests; closes with one line of the runner's own counts. Arguments narrow the tests. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CHECKS: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ["lockfile", process.execPath, ["scripts/check-lockfile.mjs", "package-lock.json"]],
  ["migrations", process.execPath, ["scripts/embed-migrations.ts", "--check"]],
  ["holidays", process.execPath, ["scripts/embed-holidays.ts", "--check"]],
  ["schema", process.execPath, ["scripts/publish-schema.ts", "--check"]],
  ["audit", process.execPath, ["scripts/audit.ts"]],
  ["lint", "biome", ["ci", "--error-on-warnings", "--colors=off", "--max-diagnostics=20", "."]],
  ["types", "tsc", ["-p", "."]],
];

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numTotalTests: number;
}

let isFailed = false;
const only = process.argv.slice(2);
if (only.length === 0) {
  for (const [name, command, args] of CHECKS) {
    const startedAt = performance.now();
    const { status } = spawnSync(command, args, { stdio: "inherit" });
    console.log(`${status === 0 ? "ok  " : "FAIL"} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    if (status !== 0) isFailed = true;
  }
}
const folder = mkdtempSync(join(tmpdir(), "tenure-test-"));
const file = join(folder, "report.json");
const run = spawnSync(
  "vitest",
  ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...only],
  { stdio: "inherit" },
);
const report = readReport(file);
rmSync(folder, { recursive: true, force: true });
if (run.status !== 0) isFailed = true;
if (!report || report.numTotalTests === 0) {
  console.error("No test was run: that counts as a failure.");
  isFailed = true;
}
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
const failed = (report?.numFailedTests ?? 0) + (isFailed && (report?.numFailedTests ?? 0) === 0 ? 1 : 0);
console.log(`${report?.numPassedTests ?? 0} passed, ${failed} failed, ${skipped} skipped`);
process.exit(isFailed ? 1 : 0);

function readReport(path: string): Report | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch {
    return null;
  }
}
