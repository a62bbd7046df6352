import { describe, expect, test } from "vitest";
import { keysAtStart, problemsOf } from "../../support/crash/judge.ts";
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

describe("what the crash test finds", () => {
  const won = [
    { deal: "7", company: "1" },
    { deal: "8", company: "2" },
  ];
  const task = (key: string, deal: string) => ({ key, subject: "A task", deals: [deal] });
  const start = won.flatMap((one) => keysAtStart(one).map((key) => task(key, one.deal)));
  const meeting = task("plan:company:1:1/kickoff/meeting", "7");
  const found = (tasks: typeof start) =>
    problemsOf(tasks, won, new Set([...start.map(({ key }) => key), meeting.key, "plan:company:1:2/kpis"]));

  test("nothing where each task of a plan's start is there once, with or without what fell due later", () => {
    expect(start).toHaveLength(28);
    expect(found(start)).toEqual([]);
    expect(found([...start, meeting])).toEqual([]);
  });

  test.each([
    [
      "a task that is missing, also where another fell due",
      [...start.slice(1), meeting],
      "plan:company:1:1/welcome is there 0 times",
    ],
    ["a task that is there twice", [...start, start[3]!], "plan:company:1:1/check_in is there 2 times"],
    ["a task on another deal", [...start.slice(1), { ...start[0]!, deals: ["8"] }], "plan:company:1:1/welcome is on 8"],
    [
      "a later task that is there twice",
      [...start, meeting, meeting],
      "plan:company:1:1/kickoff/meeting is there 2 times",
    ],
    [
      "a task that was not wished",
      [...start, task("plan:company:2:1/kickoff/meeting", "8")],
      "plan:company:2:1/kickoff/meeting (A task) was not wished",
    ],
    ["a task without a key", [...start, task("", "7")], "no key (A task) was not wished"],
    [
      "a second plan",
      [...start, task("plan:company:1:2/kpis", "7")],
      "plan:company:1:2/kpis (A task) is of another plan",
    ],
  ])("%s", (_, tasks, problem) => {
    const problems = found(tasks);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });
});
