import { describe, expect, test } from "vitest";
import { advancePlan } from "../../../src/core/plan/advance.ts";
import { selectSteps } from "../../../src/core/plan/compile.ts";
import { builtInTemplates } from "../../../src/core/plan/templates/index.ts";
import type { PlanFacts } from "../../../src/core/plan/types.ts";
import { milestonesOf } from "../../../src/core/plan/view.ts";
import { advance, at, complete, day, due, edit, facts, iso, plain, small, template, world } from "./help.ts";

const codes = (log: readonly { code: string }[]) => log.map(({ code }) => code);

describe("what people do in the CRM", () => {
  test("G4: a date that a person set stays, and what waits for the step moves behind it", () => {
    const w = world(
      small([
        { key: "a", when: { days: 1 } },
        { key: "b", when: { days: 3 }, after: ["a"] },
      ]),
      "2026-06-01",
    );
    advance(w, "2026-06-01");
    edit(w, "1/a", { dueAt: at("2026-06-10 11:15") });
    const { plan, desired, log } = advance(w, "2026-06-01 13:00");
    expect([due(plan, "a"), due(plan, "b")]).toEqual(["2026-06-10", "2026-06-10"]);
    expect(desired.tasks.find(({ key }) => key === "1/a")?.dueAt).toBe(at("2026-06-10 11:15"));
    expect(log).toEqual([
      {
        code: "date_edited",
        key: "a",
        day: day("2026-06-01"),
        params: { fromDay: day("2026-06-02"), toDay: day("2026-06-10") },
        inCrm: true,
      },
    ]);
    const again = advance(w, "2026-06-01 13:05");
    expect(again.log).toEqual([]);
    expect(again.plan).toEqual(plan);
  });

  test("G4: a deleted task is gone for good, and the rest goes on without it", () => {
    const w = world(small([{ key: "a" }, { key: "b", after: ["a"] }]), "2026-06-01");
    advance(w, "2026-06-01");
    edit(w, "1/a", { gone: true });
    const { plan, desired, view } = advance(w, "2026-06-08");
    expect(plan.steps[0]?.state).toBe("gone");
    expect(desired.tasks.map(({ key }) => key)).toEqual(["1/b"]);
    expect(view.totalSteps).toBe(1);
    edit(w, "1/a", { gone: false });
    expect(advance(w, "2026-06-09").desired.tasks.map(({ key }) => key)).toEqual(["1/b"]);
  });

  test("a completed task is done on the local day of its completion; re-opening it opens the step", () => {
    const w = world(
      small([
        { key: "a", when: { days: 5 } },
        { key: "b", when: { days: 20 } },
      ]),
      "2026-06-01",
    );
    advance(w, "2026-06-01");
    complete(w, "1/a", "2026-06-03 09:00");
    const done = advance(w, "2026-06-03 09:05");
    expect(done.plan.steps[0]).toMatchObject({ state: "done", doneDay: day("2026-06-03") });
    expect(done.view.progress).toBe(50);
    expect(done.desired.tasks.find(({ key }) => key === "1/a")?.status).toBe("done");
    edit(w, "1/a", { status: "open", completedAt: null });
    const open = advance(w, "2026-06-04");
    expect(open.plan.steps[0]).toMatchObject({ state: "open", doneDay: null });
    expect(codes(open.log)).toContain("step_reopened");
  });

  test("A1.2: a new deal owner gets the open tasks; closed ones and hand-picked ones keep theirs; once, without a loop", () => {
    const w = world(
      small([{ key: "a" }, { key: "b", when: { days: 3 } }, { key: "c", when: { days: 4 } }]),
      "2026-06-01",
    );
    advance(w, "2026-06-01");
    complete(w, "1/a", "2026-06-01 15:00");
    edit(w, "1/c", { ownerId: "1" });
    advance(w, "2026-06-01 16:00");
    const changed = facts({ deal: { outcome: "won", wonAt: w.facts.deal?.wonAt ?? null, ownerId: "8" } }).deal;
    const { desired, log } = advance(w, "2026-06-02", { deal: changed });
    const owners = Object.fromEntries(desired.tasks.map(({ key, ownerId }) => [key, ownerId]));
    expect(owners).toEqual({ "1/a": "7", "1/b": "8", "1/c": "1" });
    expect(log.map(({ code, key }) => [code, key])).toEqual([["owner_changed", "b"]]);
    expect(advance(w, "2026-06-02 10:00").log).toEqual([]);
  });

  test("A1.2: a hand-picked owner who leaves is replaced by the step's role, with the reason", () => {
    const w = world(small([{ key: "a" }]), "2026-06-01");
    advance(w, "2026-06-01");
    edit(w, "1/a", { ownerId: "8" });
    advance(w, "2026-06-01 13:00");
    const { desired } = advance(w, "2026-06-02", {
      owners: { "1": { isActive: true }, "7": { isActive: true }, "8": { isActive: false } },
    });
    expect(desired.tasks[0]?.ownerId).toBe("7");
    expect(desired.tasks[0]?.ownerReason?.params?.missed).toBe("picked:inactive");
  });

  test("A6.3: a callback from another system completes the step and its task", () => {
    const w = world(template("four-phases"), "2026-06-01", { inputs: { options: ["technical"] } });
    advance(w, "2026-06-01");
    const { plan, desired } = advance(w, "2026-06-04", { externalDone: { integrations: at("2026-06-04 10:00") } });
    expect(plan.steps.find(({ key }) => key === "integrations")).toMatchObject({
      state: "done",
      doneDay: day("2026-06-04"),
    });
    expect(desired.tasks.find(({ key }) => key === "1/integrations")?.status).toBe("done");
    expect(advance(w, "2026-06-04 11:00").log).toEqual([]);
  });
});

describe("slips", () => {
  const chain = () =>
    world(
      small([
        { key: "a", when: { days: 1 } },
        { key: "b", when: { days: 2 }, after: ["a"] },
        { key: "review", when: { days: 30 }, fixed: true, after: ["b"] },
      ]),
      "2026-06-01",
    );

  test("while a step is late, what waits for it moves in strides of 2, 4, 8, 16 working days, not every morning", () => {
    const w = chain();
    advance(w, "2026-06-01");
    const days: string[] = [];
    for (let d = day("2026-06-02"); d <= day("2026-06-30"); d++)
      days.push(due(advance(w, `${iso(d)} 08:00`).plan, "b"));
    // a is due on Tuesday 2 June; 2, 4, 8, 16 and 32 working days later are 4, 8, 12 and 24 June and 16 July.
    expect([...new Set(days)]).toEqual([
      "2026-06-03",
      "2026-06-04",
      "2026-06-08",
      "2026-06-12",
      "2026-06-24",
      "2026-07-16",
    ]);
  });

  test("once the late step is done the rest returns as far as it can to the plan as agreed", () => {
    const w = chain();
    advance(w, "2026-06-01");
    advance(w, "2026-06-09");
    complete(w, "1/a", "2026-06-09 15:00");
    expect(due(advance(w, "2026-06-09 15:05").plan, "b")).toBe("2026-06-09");
  });

  test("a fixed milestone stays, and day 30 is at risk as soon as the forecast passes it", () => {
    const w = chain();
    const answer = advance(w, "2026-06-23");
    expect([due(answer.plan, "review"), answer.view.atRiskDay30]).toEqual(["2026-07-01", false]);
    const later = advance(w, "2026-06-25");
    expect(due(later.plan, "review")).toBe("2026-07-01");
    expect(later.view.atRiskDay30).toBe(true);
    expect(iso(later.view.forecastDay)).toBe("2026-07-16");
    expect(later.view.signals.map(({ code, key }) => [code, key])).toContainEqual(["conflict", "review"]);
  });

  test("A4.4: overdue count, oldest due day and next step", () => {
    const w = chain();
    const { view } = advance(w, "2026-06-05");
    expect([view.overdue, iso(view.oldestDueDay ?? 0), view.nextStep?.key]).toEqual([1, "2026-06-02", "a"]);
  });
});

describe("gates and conditions", () => {
  test("a step behind a closed gate has no task; it opens with the fact and is due after it", () => {
    const w = world(
      small([{ key: "a", when: { days: 1 }, gate: { fact: "deal.paid", is: "=", value: true } }]),
      "2026-06-01",
    );
    expect(advance(w, "2026-06-08").desired.tasks).toEqual([]);
    const { desired, log } = advance(w, "2026-06-10", { values: { "deal.paid": true } });
    expect(iso(desired.tasks[0]?.dueDay ?? 0)).toBe("2026-06-11");
    expect(codes(log)).toEqual(["gate_opened"]);
    expect(advance(w, "2026-06-11", { values: { "deal.paid": false } }).desired.tasks).toHaveLength(1);
  });

  test.each([
    [true, "open", "condition_true"],
    [false, "skipped", "condition_false"],
  ])("A2.6: a condition is asked when the step falls due and its outcome is logged (%s)", (value, state, code) => {
    const w = world(
      small([{ key: "a", when: { days: 3 }, condition: { fact: "x.needs_import", is: "=", value: true } }]),
      "2026-06-01",
    );
    // What the fact says before the due day does not count.
    expect(advance(w, "2026-06-03", { values: { "x.needs_import": !value } }).desired.tasks).toEqual([]);
    const { plan, log, desired } = advance(w, "2026-06-04 00:00", { values: { "x.needs_import": value } });
    expect(plan.steps[0]?.state).toBe(state);
    expect(codes(log)).toEqual([code]);
    expect(desired.tasks).toHaveLength(value ? 1 : 0);
  });

  test("A2.6: conditions see plan state, and one skipped step can decide about the next in the same turn", () => {
    const w = world(
      small([
        { key: "a", when: { days: 1 }, condition: { fact: "x", is: "filled" } },
        { key: "b", when: { days: 1 }, condition: { step: "a", is: "skipped" } },
      ]),
      "2026-06-01",
    );
    const { plan } = advance(w, "2026-06-02");
    expect(plan.steps.map(({ state }) => state)).toEqual(["skipped", "open"]);
  });

  test("A4.1: a task carries its own reminder, else the usual one, never one from before the plan began", () => {
    const w = world(
      small([
        { key: "a", when: { days: 0 } },
        { key: "b", when: { days: 7 } },
        { key: "c", when: { days: 7 }, reminderDays: 3 },
      ]),
      "2026-06-01",
      { config: { reminderDays: 1 } },
    );
    const reminders = () => advance(w, "2026-06-01").desired.tasks.map(({ reminderAt }) => reminderAt);
    expect(reminders()).toEqual([null, at("2026-06-05 09:00"), at("2026-06-03 09:00")]);
  });

  test("create-ahead: tasks appear within the window and never vanish again when their date moves away", () => {
    const w = world(
      small([
        { key: "a", when: { days: 1 } },
        { key: "b", when: { days: 20 }, after: ["a"] },
      ]),
      "2026-06-01",
      { config: { createAheadDays: 7 } },
    );
    const first = advance(w, "2026-06-01");
    expect(first.desired.tasks.map(({ key }) => key)).toEqual(["1/a"]);
    expect(first.wakeAt).toBe(at("2026-06-02 00:00"));
    complete(w, "1/a", "2026-06-02 12:00");
    expect(advance(w, "2026-06-02 12:01").wakeAt).toBe(at("2026-06-15 00:00")); // 22 June is Monday; a week before
    expect(advance(w, "2026-06-15 00:00").desired.tasks.map(({ key }) => key)).toEqual(["1/a", "1/b"]);
    edit(w, "1/b", { dueAt: at("2026-08-20") });
    expect(advance(w, "2026-06-16").desired.tasks.map(({ key }) => key)).toEqual(["1/a", "1/b"]);
  });
});

describe("provisioning", () => {
  const start = () => world(template("day-30-60-90"), "2026-06-01", { inputs: { options: ["provisioning"] } });
  const form = { values: { "form.completed": true } };

  test("A6.1: five calls in order, each once the one before is done, none before the form is complete", () => {
    const w = start();
    expect(advance(w, "2026-06-01").desired.calls).toEqual([]);
    const seen: string[] = [];
    const calls: Record<string, { state: "done"; at: number }> = {};
    for (let i = 0; i < 6; i++) {
      const { desired } = advance(w, "2026-06-02", { ...form, calls });
      if (desired.calls.length === 0) break;
      expect(desired.calls).toHaveLength(1);
      const call = desired.calls[0]!;
      seen.push(call.action);
      calls[call.key] = { state: "done", at: at("2026-06-02") };
    }
    expect(seen).toEqual(["create_accounts", "set_permissions", "create_api_keys", "create_channel", "add_to_lists"]);
  });

  test("A6.1: a failed call becomes a task; completing the task goes on with the next call", () => {
    const w = start();
    const calls = { "1/create_accounts": { state: "failed" as const, at: at("2026-06-02") } };
    const failed = advance(w, "2026-06-02", { ...form, calls });
    const task = failed.desired.tasks.find(({ key }) => key === "1/create_accounts/failed");
    expect(task?.subject.id).toBe("plan.call_failed");
    expect(failed.view.signals.map(({ code }) => code)).toContain("provisioning_failed");
    complete(w, "1/create_accounts/failed", "2026-06-03 10:00");
    const next = advance(w, "2026-06-03 10:05");
    expect(next.desired.calls.map(({ action }) => action)).toEqual(["set_permissions"]);
    expect(next.view.signals.map(({ code }) => code)).not.toContain("provisioning_failed");
  });
});

describe("stages, phases, signals", () => {
  test.each([
    ["2026-06-01", "days_0_30"],
    ["2026-07-01", "days_0_30"],
    ["2026-07-02", "days_31_60"],
    ["2026-07-31", "days_31_60"],
    ["2026-08-01", "days_61_90"],
    ["2026-10-01", "days_61_90"],
  ])("A3.1: on %s the stage is %s", (when, stage) => {
    expect(advance(world(template("day-30-60-90"), "2026-06-01"), when).view.stage).toBe(stage);
  });

  test("milestones are ahead, reached or missed; first value also counts when the CRM says so", () => {
    const w = world(template("day-30-60-90"), "2026-06-01");
    const states = (when: string, known: Partial<PlanFacts> = {}) => {
      const { plan } = advance(w, when, known);
      const chosen = selectSteps(w.context.template, plan.options);
      const context = { ...w.context, template: chosen, today: day(when) };
      return milestonesOf(plan, w.facts, context).map(({ key, state }) => `${key} ${state}`);
    };
    expect(states("2026-06-08")).toEqual([
      "first_value ahead",
      "go_live ahead",
      "day_30 ahead",
      "day_60 ahead",
      "day_90 ahead",
    ]);
    expect(states("2026-06-09")[0]).toBe("first_value missed");
    const client = { ...w.facts.client, firstValueDay: day("2026-06-10") };
    expect(states("2026-07-02", { client })).toEqual([
      "first_value reached",
      "go_live missed",
      "day_30 missed",
      "day_60 reached",
      "day_90 ahead",
    ]);
  });

  test("A10.6: go-live is the day of the milestone's last step, long before graduation; a plan without the milestone has its graduation", () => {
    const w = world(template("day-30-60-90"), "2026-06-01");
    advance(w, "2026-06-01");
    complete(w, "1/first_result", "2026-06-20 13:00");
    expect(advance(w, "2026-06-21").view.goLiveDay).toBeNull();
    complete(w, "1/training", "2026-06-22 13:00");
    expect(advance(w, "2026-06-23").view).toMatchObject({ goLiveDay: day("2026-06-22"), graduatedDay: null });

    const plainWorld = world(small([{ key: "only_step" }]), "2026-06-01");
    expect(advance(plainWorld, "2026-06-01").view.goLiveDay).toBeNull();
    complete(plainWorld, "1/only_step", "2026-06-03 13:00");
    expect(advance(plainWorld, "2026-06-04").view).toMatchObject({
      goLiveDay: day("2026-06-04"),
      graduatedDay: day("2026-06-04"),
    });
  });

  test("A10.6: every plan of an onboarding says which of its own steps are go-live", () => {
    const named = builtInTemplates().map(({ id, milestones }) => [id, milestones.some(({ key }) => key === "go_live")]);
    expect(named.filter(([, has]) => !has)).toEqual([["win-back", false]]);
  });

  test("A3.9: phases are entered and left with the days on which their steps were done", () => {
    const w = world(template("four-phases"), "2026-06-01");
    advance(w, "2026-06-01");
    complete(w, "1/welcome", "2026-06-01 13:00");
    complete(w, "1/collect", "2026-06-03 13:00");
    const { view } = advance(w, "2026-06-05");
    expect(view.phase).toBe("setup");
    expect(view.phases[0]).toMatchObject({ enteredDay: day("2026-06-01"), leftDay: day("2026-06-03") });
    expect(view.phases[1]).toMatchObject({ enteredDay: day("2026-06-03"), leftDay: null });
  });

  test("A3.11: a phase that passes its latest finish is raised once", () => {
    const w = world(template("four-phases"), "2026-06-01");
    expect(codes(advance(w, "2026-06-03").log)).not.toContain("phase_late");
    const late = advance(w, "2026-06-04");
    expect(late.log.filter(({ code }) => code === "phase_late").map(({ key }) => key)).toEqual(["pre_onboarding"]);
    expect(late.view.signals).toContainEqual({ code: "phase_late", key: "pre_onboarding", day: day("2026-06-04") });
    expect(codes(advance(w, "2026-06-05").log)).not.toContain("phase_late");
  });

  test("A3.11, A0.12: a latest finish on a day off is passed after the next working day, until which its last steps run", () => {
    // Day 2 after Friday 5 June is a Sunday.
    const w = world(template("four-phases"), "2026-06-05");
    const friday = advance(w, "2026-06-05");
    expect(friday.wakeAt).toBeLessThanOrEqual(at("2026-06-09 00:00"));
    expect(codes(advance(w, "2026-06-08").log)).not.toContain("phase_late");
    expect(codes(advance(w, "2026-06-09").log)).toContain("phase_late");
  });

  test("A3.6: without first value a signal rises on day 60, not on day 59", () => {
    const w = world(template("day-30-60-90"), "2026-06-01");
    const has = (when: string, more = {}) =>
      advance(w, when, more).view.signals.some(({ code }) => code === "first_value_missing");
    expect([has("2026-07-30"), has("2026-07-31")]).toEqual([false, true]);
    expect(has("2026-08-01", { client: { ...w.facts.client, firstValueDay: day("2026-07-31") } })).toBe(false);
  });

  test("A3.13: two working days before the kickoff without a meeting a notice goes out; with one it does not", () => {
    const w = world(template("day-30-60-90"), "2026-06-08"); // kickoff on Thursday 11 June
    expect(advance(w, "2026-06-08").desired.notices).toEqual([]);
    const { desired } = advance(w, "2026-06-09 00:00");
    expect(desired.notices.map(({ key, ownerId }) => [key, ownerId])).toEqual([["1/kickoff/meeting", "7"]]);
    const met = advance(w, "2026-06-09 10:00", { meetings: [{ startAt: at("2026-06-11"), outcome: "scheduled" }] });
    expect(met.desired.notices).toEqual([]);
  });

  test("A3.3: activity is watched from the month in which the plan asks for it, until its step is done", () => {
    const w = world(template("day-30-60-90"), "2026-06-01");
    expect(advance(w, "2026-07-01").view.monitors).toEqual([]);
    expect(advance(w, "2026-07-02").view.monitors).toEqual(["activity"]);
    complete(w, "1/activity_watch", "2026-07-20");
    expect(advance(w, "2026-07-20").view.monitors).toEqual([]);
  });
});

describe("the door", () => {
  test("refuses another version of the template (A2.4)", () => {
    const w = world(template("internal"), "2026-06-01");
    const other = { ...w.context, template: { ...w.context.template, version: 2 } };
    expect(() => advancePlan(w.plan, w.facts, other)).toThrow("runs on internal@1, got internal@2");
  });

  test("a first plan day in the portal's zone, whatever the hour in UTC", () => {
    expect(iso(world(small([{ key: "a" }]), "2026-06-01 00:30", { calendar: plain }).plan.startDay)).toBe("2026-06-01");
  });
});
