import { expect, test } from "vitest";
import { CRASH_CRMS, crashRun } from "../../support/crash/run.ts";

test.each(CRASH_CRMS)(
  "G1 G2 %s: killed with SIGKILL at random moments, with every seventh create cut after the write: each task exactly once",
  {
    timeout: 300_000,
  },
  async (crm) => {
    const report = await crashRun({ crm, deals: 30, kills: 8 });
    expect(report).toMatchObject({ kills: 8, tasks: 30 * 14, wrong: [], limited: 0, violations: [] });
    expect(report.cuts).toBeGreaterThan(0);
  },
);
