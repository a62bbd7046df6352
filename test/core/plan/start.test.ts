import { describe, expect, test } from "vitest";
import { selectSteps } from "../../../src/core/plan/compile.ts";
import { stepBody } from "../../../src/core/plan/texts.ts";
import { PLAN_WORDS } from "../../../src/core/plan/words.ts";
import { renderText } from "../../../src/core/text/render.ts";
import { USUAL_STEPS } from "../../support/usual-plan.ts";
import { advance, almaty, bucharest, config, due, facts, iso, kyiv, small, template, world } from "./help.ts";

describe("a new plan", () => {
  // Айгуль is owner 42 of the portal's role `check_in`.
  const aigul = { roles: { check_in: { ownerIds: ["42"], pick: "first" as const } } };
  const owners = { "1": { isActive: true }, "7": { isActive: true }, "42": { isActive: true } };

  test.each([
    ["an ordinary day", "2026-06-02 15:00", "2026-06-16"],
    ["Nauryz (day 14 is 21 March; free until the 25th)", "2026-03-07 11:00", "2026-03-26"],
    ["New Year (day 14 is Thursday 1 January; 2 January is free, then the weekend)", "2025-12-18 18:30", "2026-01-05"],
    ["a Saturday", "2026-06-06 09:00", "2026-06-22"],
  ])("A2.5: Check-in звонок, day 14 after signing, owner Айгуль, across %s", (_, signed, expected) => {
    const w = world(template("day-30-60-90"), signed, { calendar: almaty, config: aigul, facts: { owners } });
    const { desired } = advance(w, signed);
    const task = desired.tasks.find(({ key }) => key === "1/check_in");
    expect(task?.subject).toEqual({ id: "template:day-30-60-90:1:step:check_in:title" });
    expect(w.context.template.steps.find(({ key }) => key === "check_in")?.title.ru).toBe("Check-in звонок");
    expect(iso(task?.dueDay ?? 0)).toBe(expected);
    expect(task?.ownerId).toBe("42");
    expect(task?.ownerReason).toBeNull();
  });

  test("A2.5: signed before and due after the clocks change, the task is due at six in the evening on both sides", () => {
    // Kyiv goes to summer time on 29 March 2026: UTC+2 before, UTC+3 after.
    const w = world(template("day-30-60-90"), "2026-03-20 23:30", { calendar: kyiv });
    const { desired } = advance(w, "2026-03-20 23:30");
    const task = desired.tasks.find(({ key }) => key === "1/check_in");
    expect(iso(task?.dueDay ?? 0)).toBe("2026-04-03");
    expect(task?.dueAt).toBe(Date.UTC(2026, 3, 3, 15, 0));
    expect(desired.tasks.find(({ key }) => key === "1/kickoff")?.dueAt).toBe(Date.UTC(2026, 2, 23, 16, 0));
  });

  test("A3.2: month one has the six items in the source's order, the check-in on day 14, a kickoff of 45 minutes with goals and success criteria", () => {
    const { steps } = selectSteps(template("day-30-60-90"), []);
    const first = steps.filter(({ phase }) => phase === "quick_wins");
    expect(first.map(({ key }) => key)).toEqual(USUAL_STEPS.quick_wins);
    expect(first.find(({ key }) => key === "check_in")?.when.days).toBe(14);
    const kickoff = first.find(({ key }) => key === "kickoff");
    expect(kickoff?.durationMinutes).toBe(45);
    expect(kickoff?.collects).toEqual(["goals", "success_criteria", "use_case"]);
    const w = world(template("day-30-60-90"), "2026-06-01");
    const days = first.map(({ key }) => w.plan.steps.find((step) => step.key === key)?.dueDay ?? 0);
    expect(days).toEqual([...days].sort((a, b) => a - b));
  });

  test("A3.3, A3.4: months two and three have four items each; KPIs are collected, activity is watched, the report follows the KPIs", () => {
    const { steps } = selectSteps(template("day-30-60-90"), []);
    for (const month of ["deepening", "consolidation"] as const)
      expect(steps.filter(({ phase }) => phase === month).map(({ key }) => key)).toEqual(USUAL_STEPS[month]);
    expect(steps.find(({ key }) => key === "kpis")?.collects).toEqual(["kpis"]);
    expect(steps.find(({ key }) => key === "activity_watch")?.monitor).toBe("activity");
    expect(steps.find(({ key }) => key === "before_after")?.after).toEqual(["kpis"]);
  });

  test("A2.3: every step becomes a task with title, due date and owner; the count is the template's", () => {
    const w = world(template("day-30-60-90"), "2026-06-01");
    const { desired } = advance(w, "2026-06-01");
    expect(desired.tasks).toHaveLength(14);
    for (const task of desired.tasks) {
      expect(task.subject.id).toMatch(/^template:day-30-60-90:1:step:[a-z_0-9]+:title$/);
      expect(task.ownerId).toBe("7");
      expect(task.dueAt).toBeGreaterThan(0);
    }
  });

  test("A3.7: weekly check-ins are calls on days 7, 14, 21 and 28", () => {
    const w = world(template("day-30-60-90"), "2026-06-01", { inputs: { options: ["weekly_check_ins"] } });
    const calls = selectSteps(w.context.template, w.plan.options).steps.filter(({ key }) => key.includes("check_in"));
    expect(calls.every(({ type }) => type === "call")).toBe(true);
    expect(calls.map(({ key }) => due(w.plan, key)).sort()).toEqual([
      "2026-06-08",
      "2026-06-15",
      "2026-06-22",
      "2026-06-29",
    ]);
  });

  test("A3.8: the internal list is six tasks on days 1, 2, 3, 5, 10 and 30", () => {
    const { steps } = template("internal");
    expect(steps.map(({ title, when }) => [title.en, when.days])).toEqual([
      ["Review setup form", 1],
      ["Prepare custom config", 2],
      ["Schedule kickoff", 3],
      ["Setup integrations", 5],
      ["Conduct training", 10],
      ["30-day check-in call", 30],
    ]);
    // Monday 1 June 2026: days 5 and 10 are working days, day 30 is Wednesday 1 July; 1 June is a holiday in Romania.
    const w = world(template("internal"), "2026-06-01", { calendar: bucharest });
    expect(w.plan.steps.map(({ key }) => due(w.plan, key))).toEqual([
      "2026-06-02",
      "2026-06-03",
      "2026-06-04",
      "2026-06-08",
      "2026-06-11",
      "2026-07-01",
    ]);
  });

  test("A3.10: the checklist has 16 entries in 5 groups with windows", () => {
    const { phases, steps } = template("checklist");
    const groups = phases.map(({ key }) => steps.filter(({ phase }) => phase === key).length);
    expect(groups).toEqual([3, 3, 4, 3, 3]);
    expect(phases.map(({ fromDay }) => fromDay)).toEqual([0, 1, 3, 7, 30]);
  });

  test("A3.9: four phases, every item of the source a checklist entry of its phase", () => {
    const { phases, steps } = selectSteps(template("four-phases"), []);
    expect(phases.map(({ title }) => title.en)).toEqual(["Pre-onboarding", "Setup", "Training", "Go-live and support"]);
    const entries = phases.map(
      ({ key }) => steps.filter(({ phase }) => phase === key).flatMap(({ checklist }) => checklist).length,
    );
    expect(entries).toEqual([7, 7, 4, 4]);
  });

  test("A7.3, A0.7: 56, 28 and 14 days; setup steps stretch with the segment, day 30 and 90 stay", () => {
    const of = (id: string) => world(template(id), "2026-06-01");
    const offset = (id: string, key: string) => template(id).steps.find((step) => step.key === key)?.when.days;
    expect(["enterprise", "day-30-60-90", "smb"].map((id) => template(id).lengthDays)).toEqual([56, 28, 14]);
    for (const key of ["kickoff", "first_result", "check_in", "training"]) {
      expect(offset("enterprise", key)).toBe(2 * (offset("day-30-60-90", key) ?? 0));
    }
    for (const id of ["enterprise", "day-30-60-90", "smb"]) {
      expect(due(of(id).plan, "retrospective")).toBe("2026-07-01");
      expect(due(of(id).plan, "handover")).toBe("2026-08-31"); // day 90 is Sunday 30 August
    }
    expect(template("enterprise").steps.map(({ key }) => key)).toEqual(
      expect.arrayContaining(["executive_sponsor", "custom_training", "dedicated_manager"]),
    );
    const smb = selectSteps(template("smb"), []).steps.map(({ key }) => key);
    expect(smb.filter((key) => key.startsWith("webinar"))).toHaveLength(2);
    expect(smb).not.toContain("training");
  });

  test("A0.7: one template at another length scales its steps and leaves its milestones", () => {
    const w = world(template("day-30-60-90"), "2026-06-01", { inputs: { lengthDays: 14 } });
    expect(due(w.plan, "check_in")).toBe("2026-06-08");
    expect(due(w.plan, "training")).toBe("2026-06-12"); // 10.5 rounds to day 11
    expect(due(w.plan, "retrospective")).toBe("2026-07-01");
    expect(due(w.plan, "kpis")).toBe("2026-07-06");
  });

  test("A7.4: complexity adds days to a named phase and moves the whole chain behind it, milestones excepted", () => {
    const base = world(template("four-phases"), "2026-06-01").plan;
    const complexity = [{ when: { fact: "x.complexity", is: "=" as const, value: "high" }, extends: { setup: 7 } }];
    const values = { "x.complexity": "high" };
    const longer = world({ ...template("four-phases"), complexity }, "2026-06-01", { facts: { values } }).plan;
    expect(due(longer, "collect")).toBe(due(base, "collect"));
    expect([due(base, "training"), due(longer, "training")]).toEqual(["2026-06-15", "2026-06-22"]);
    expect([due(base, "go_live"), due(longer, "go_live")]).toEqual(["2026-06-29", "2026-07-06"]);
    expect(due(longer, "retrospective")).toBe(due(base, "retrospective"));
    expect(longer.phases.map(({ latestDay }, i) => latestDay - (base.phases[i]?.latestDay ?? 0))).toEqual([0, 7, 7, 7]);
  });

  test("A2.7: equal inputs give byte-equal plans, a hundred times", () => {
    const first = JSON.stringify(world(template("enterprise"), "2026-03-02 10:00", { calendar: almaty }).plan);
    for (let i = 0; i < 100; i++) {
      expect(JSON.stringify(world(template("enterprise"), "2026-03-02 10:00", { calendar: almaty }).plan)).toBe(first);
    }
  });

  test("A1.1: whoever is missing or gone, every step has an owner and the reason is noted", () => {
    const gone = facts({
      deal: { outcome: "won", wonAt: null, ownerId: "7" },
      client: { ...facts().client, ownerId: null },
      owners: { "7": { isActive: false }, "1": { isActive: true } },
    });
    const w = world(template("day-30-60-90"), "2026-06-01", { facts: gone });
    const { desired, view } = advance(w, "2026-06-01");
    expect(new Set(desired.tasks.map(({ ownerId }) => ownerId))).toEqual(new Set(["1"]));
    expect(view.ownerId).toBe("1");
    expect(view.ownerReason).toEqual({
      id: "plan.owner_reason",
      params: { role: "fallback", missed: "deal_owner:inactive,client_owner:unset" },
    });
    expect(view.signals.map(({ code }) => code)).toContain("owner_fallback");
  });

  test("A1.1: with the fallback gone as well, the smallest active owner id takes over", () => {
    const w = world(template("internal"), "2026-06-01", {
      config: { fallbackOwnerId: "1" },
      facts: {
        deal: null,
        client: { ...facts().client, ownerId: null },
        owners: { "1": { isActive: false }, "30": { isActive: true }, "4": { isActive: true } },
      },
    });
    expect(new Set(w.plan.steps.map(({ owner }) => owner.ownerId))).toEqual(new Set(["4"]));
  });

  test("a round-robin role takes turns by the plan's number and leaves out who is inactive", () => {
    const roles = { csm: { ownerIds: ["7", "8", "9"], pick: "round_robin" as const } };
    const owner = (sequence: number) =>
      world(template("internal"), "2026-06-01", { config: { roles }, inputs: { sequence } }).plan.steps[0]?.owner
        .ownerId;
    // 9 is not an active owner of the portal.
    expect([0, 1, 2, 3].map(owner)).toEqual(["7", "8", "7", "8"]);
    expect(config({ roles }).roles.csm?.ownerIds).toHaveLength(3);
  });
});

test("A3.12: a letter that a person sends names what to attach", () => {
  const message = { text: "welcome", attachments: ["Quick start.pdf"] };
  const w = world(small([{ key: "a", kind: "message", message, when: { days: 0 } }]), "2026-06-01");
  const body = stepBody(w.context.template.steps[0]!, w.plan, w.context.template)!;
  expect(body).toMatchObject({ id: "plan.step_body", params: { body: "message:welcome:body" } });
  const { text } = renderText(PLAN_WORDS[body.id]!.en, { language: "en", values: body.params!, textOf: () => "Hello" });
  expect(text).toBe("Hello\n\nAttach: Quick start.pdf.");
});
