import { expect, test } from "vitest";
import { crashRun } from "../../support/crash-run.ts";

test("G1 G2 killed with SIGKILL at random moments, with every seventh create cut after the write: each task exactly once", {
  timeout: 300_000,
}, async () => {
  const report = await crashRun({ deals: 30, kills: 8 });
  expect(report).toMatchObject({ kills: 8, tasks: 30 * 14, wrong: [], limited: 0, violations: [] });
  expect(report.cuts).toBeGreaterThan(0);
});
