import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeCalendar, type WorkCalendar } from "../../../src/core/calendar/calendar.ts";
import { dayOf } from "../../../src/core/calendar/zone.ts";
import { dateAndRepair } from "../../../src/core/plan/advance.ts";
import { type DatingContext, datePlan } from "../../../src/core/plan/dates.ts";
import { closePlan } from "../../../src/core/plan/life-cycle.ts";
import { type PlanEvent, previewRepair } from "../../../src/core/plan/repair.ts";
import type { Template } from "../../../src/core/plan/template.ts";
import type { Plan } from "../../../src/core/plan/types.ts";
import { at, day, due, iso, plain, small, template, world } from "./help.ts";
import { calendars, templates } from "./random.ts";

const START = "2026-03-02 09:30";

function dating(chosen: Template, calendar: WorkCalendar, today = day("2026-03-02")): DatingContext {
  return { template: chosen, calendar, today };
}

const events = fc.oneof(
  fc.record({
    do: fc.constant("date" as const),
    key: fc.nat(7).map((n) => `step_${n}`),
    day: fc.integer({ min: -5, max: 60 }).map((n) => day("2026-03-02") + n),
  }),
  fc.record({
    do: fc.constant("done" as const),
    key: fc.nat(7).map((n) => `step_${n}`),
    day: fc.integer({ min: 0, max: 20 }).map((n) => day("2026-03-02") + n),
  }),
  fc.record({ do: fc.constant("delete" as const), key: fc.nat(7).map((n) => `step_${n}`) }),
  fc.record({
    do: fc.constant("start" as const),
    startAt: fc.integer({ min: -40, max: 40 }).map((n) => at(START) + n * 86_400_000),
  }),
  fc.record({
    do: fc.constant("target" as const),
    day: fc.integer({ min: 10, max: 80 }).map((n) => day("2026-03-02") + n),
  }),
  fc.record({ do: fc.constant("length" as const), lengthDays: fc.integer({ min: 7, max: 90 }) }),
  fc.record({ do: fc.constant("extend" as const), phase: fc.constant("only"), days: fc.integer({ min: 0, max: 20 }) }),
  fc.constant({ do: "pause" as const, reason: "by_person" }),
  fc.constant({ do: "resume" as const }),
  fc.constant({ do: "hand_over" as const, fromOwnerId: "7", toOwnerId: "8" }),
);

/** The smallest sum of forward moves that satisfies order and working days, by trying everything. Independent of the engine's dating. */
function bruteForce(plan: Plan, chosen: Template, calendar: WorkCalendar, window: number): number {
  const current = plan.steps.map(({ dueDay }) => dueDay);
  const days = [...current];
  let best = Number.POSITIVE_INFINITY;
  const isMovable = (index: number) =>
    plan.steps[index]!.state === "open" && plan.steps[index]!.pinnedAt === null && !chosen.steps[index]!.fixed;
  const finish = (index: number) => plan.steps[index]!.doneDay ?? days[index]!;
  const fits = (index: number): boolean => {
    if (!isMovable(index)) return true;
    if (!calendar.isWorkingDay(days[index]!)) return false;
    return chosen.steps[index]!.after.every((key) => {
      let ready = finish(plan.steps.findIndex((step) => step.key === key));
      for (let left = chosen.steps[index]!.durationDays; left > 0; ) if (calendar.isWorkingDay(++ready)) left--;
      return days[index]! >= ready;
    });
  };
  const place = (index: number, moved: number): void => {
    if (moved >= best) return;
    if (index === plan.steps.length) {
      if (plan.steps.every((_, at) => fits(at))) best = moved;
      return;
    }
    for (let by = 0; by <= (isMovable(index) ? window : 0); by++) {
      days[index] = current[index]! + by;
      if (fits(index)) place(index + 1, moved + by);
    }
    days[index] = current[index]!;
  };
  place(0, 0);
  return best;
}

/** Four steps that hang on each other only by order, dated from the start. */
const ordered = fc
  .array(
    fc.record({
      days: fc.integer({ min: 0, max: 12 }),
      after: fc.subarray([0, 1, 2]),
      fixed: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      duration: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 4, maxLength: 4 },
  )
  .map((list) =>
    small(
      list.map((one, index) => ({
        when: { days: one.days },
        after: one.after.filter((n) => n < index).map((n) => `step_${n}`),
        fixed: one.fixed,
        durationDays: one.duration,
      })),
    ),
  );

describe("the smallest change", () => {
  test("a slipped step moves what waits for it by as few days in all as trying everything finds", () => {
    fc.assert(
      fc.property(
        ordered,
        fc.constantFrom([6, 7], [7], [5, 6]),
        fc.nat(3),
        fc.integer({ min: 1, max: 7 }),
        (chosen, weekend, index, by) => {
          const calendar = makeCalendar({
            zone: "UTC",
            countries: [],
            weekend,
            extraHolidays: [day("2026-03-11")],
            fromDay: day("2025-01-01"),
            toDay: day("2027-01-01"),
          });
          const { plan } = world(chosen, START, { calendar });
          const slipped = plan.steps[index]!;
          const repair = previewRepair(
            plan,
            { do: "date", key: slipped.key, day: slipped.dueDay + by },
            dating(chosen, calendar),
          );
          const pinned = {
            ...plan,
            steps: plan.steps.map((step) =>
              step.key === slipped.key ? { ...step, pinnedAt: 0, dueDay: slipped.dueDay + by } : step,
            ),
          };
          const moved = repair.moves
            .filter(({ key }) => key !== slipped.key)
            .reduce((sum, { fromDay, toDay }) => sum + Math.abs(toDay - fromDay), 0);
          expect(moved).toBe(bruteForce(pinned, chosen, calendar, 16));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a new holiday moves only what stood on it and what waits for that, by as few days as trying everything finds", () => {
    fc.assert(
      fc.property(ordered, fc.integer({ min: 0, max: 14 }), (chosen, offset) => {
        const { plan } = world(chosen, START);
        const holiday = day("2026-03-02") + offset;
        const calendar = makeCalendar({
          zone: "UTC",
          countries: [],
          extraHolidays: [holiday],
          fromDay: day("2025-01-01"),
          toDay: day("2027-01-01"),
        });
        const repair = previewRepair(plan, { do: "calendar" }, dating(chosen, calendar));
        const free = { ...chosen, steps: chosen.steps.map((step) => ({ ...step, fixed: false })) };
        const fixedMoves = repair.moves.filter(({ key }) => chosen.steps.find((step) => step.key === key)?.fixed);
        for (const { fromDay } of fixedMoves) expect(fromDay).toBe(holiday);
        const moved = repair.moves.reduce((sum, { fromDay, toDay }) => sum + toDay - fromDay, 0);
        if (chosen.steps.every(({ fixed }) => !fixed)) expect(moved).toBe(bruteForce(plan, free, calendar, 12));
      }),
      { numRuns: 60 },
    );
  });
});

describe("preview", () => {
  test("a preview names every move and changes nothing itself", () => {
    fc.assert(
      fc.property(templates, calendars, events, fc.integer({ min: 0, max: 30 }), (chosen, calendar, event, wait) => {
        const { plan } = world(chosen, START, { calendar });
        const before = JSON.stringify(plan);
        const context = dating(chosen, calendar, plan.startDay + wait);
        const repair = previewRepair(plan, event as PlanEvent, context);
        expect(JSON.stringify(plan)).toBe(before);
        const { after } = repair;
        for (const { key, fromDay, toDay } of repair.moves) {
          expect(plan.steps.find((step) => step.key === key)?.dueDay).toBe(fromDay);
          expect(after.steps.find((step) => step.key === key)?.dueDay).toBe(toDay);
        }
        const named = new Set(repair.moves.map(({ key }) => key));
        for (const step of after.steps) {
          if (step.state === "open" && !named.has(step.key))
            expect(step.dueDay).toBe(plan.steps.find(({ key }) => key === step.key)?.dueDay);
        }
        expect(repair.before).toBe(plan);
        // Stable: dating the repaired plan again moves nothing.
        if (after.state === "running" && event.do !== "pause")
          expect([...datePlan(after, context).due]).toEqual(after.steps.map(({ dueDay }) => dueDay));
      }),
    );
  });

  test("the summary counts moves, days off that were met and milestones that stay", () => {
    const chosen = small([
      { key: "a", when: { days: 3 } },
      { key: "b", when: { days: 4 }, after: ["a"] },
      { key: "review", when: { days: 30 }, fixed: true },
    ]);
    const { plan } = world(chosen, START); // Monday 2 March; a on Thursday, b on Friday
    const repair = previewRepair(plan, { do: "start", startAt: at("2026-03-04 09:00") }, dating(chosen, plain));
    expect(repair.moves.map(({ key, toDay }) => [key, iso(toDay)])).toEqual([
      ["a", "2026-03-09"],
      ["b", "2026-03-09"],
      ["review", "2026-04-03"],
    ]);
    // Two days on, Thursday and Friday become Saturday and Sunday.
    expect(repair.summary).toEqual({ id: "plan.repair.summary", params: { moved: 3, metDayOff: 2, fixed: null } });
    const slip = previewRepair(plan, { do: "date", key: "a", day: day("2026-03-12") }, dating(chosen, plain));
    expect(slip.summary.params).toEqual({ moved: 2, metDayOff: null, fixed: 1 });
    expect(slip.fixed).toEqual(["review"]);
    const nothing = previewRepair(plan, { do: "hand_over", fromOwnerId: "7", toOwnerId: "8" }, dating(chosen, plain));
    expect(nothing.summary.id).toBe("plan.repair.none");
    expect(nothing.after.steps.map(({ owner }) => owner.ownerId)).toEqual(["8", "8", "8"]);
  });

  test("a pause of two weeks moves open steps by two weeks on resuming, done ones and people's dates not at all", () => {
    const chosen = template("day-30-60-90");
    const { plan, context } = world(chosen, "2026-06-01");
    const then = (plan: Plan, event: PlanEvent, today: string) =>
      previewRepair(plan, event, dating(chosen, context.calendar, day(today))).after;
    let now = then(plan, { do: "done", key: "welcome", day: day("2026-06-01") }, "2026-06-01");
    now = then(now, { do: "date", key: "training", day: day("2026-06-25") }, "2026-06-02");
    now = then(now, { do: "pause", reason: "by_person" }, "2026-06-02");
    now = then(now, { do: "resume" }, "2026-06-16");
    expect(["welcome", "kickoff", "training", "check_in", "retrospective"].map((key) => due(now, key))).toEqual([
      "2026-06-01",
      "2026-06-18",
      "2026-06-25",
      "2026-06-29",
      "2026-07-01",
    ]);
  });

  test("a plan that had graduated before it was closed is graduated again when a person resumes it, without a second graduation", () => {
    const chosen = template("day-30-60-90");
    const { plan, context } = world(chosen, "2026-06-01");
    const graduated: Plan = { ...plan, state: "graduated", graduatedDay: day("2026-08-31") };
    const closed = closePlan(graduated, day("2026-09-10"), "client_left");
    const later = dating(chosen, context.calendar, day("2026-09-20"));
    expect(previewRepair(closed, { do: "resume" }, later).after).toMatchObject({
      state: "graduated",
      graduatedDay: graduated.graduatedDay,
      stateReason: null,
      closedDay: null,
    });
  });

  test("A2.4: a plan moves to a new version only on purpose; what was done stays done, new steps come in dated", () => {
    const one = small([
      { key: "a", when: { days: 1 } },
      { key: "b", when: { days: 5 } },
    ]);
    const two = {
      ...small([
        { key: "a", when: { days: 1 } },
        { key: "c", when: { days: 8 }, after: ["a"] },
      ]),
      version: 2,
    };
    const { plan } = world(one, START);
    const done = previewRepair(plan, { do: "done", key: "a", day: day("2026-03-03") }, dating(one, plain)).after;
    const repair = previewRepair(done, { do: "template", template: two }, dating(one, plain));
    expect(repair.after.templateVersion).toBe(2);
    expect(repair.after.steps.map(({ key, state, dueDay }) => [key, state, iso(dueDay)])).toEqual([
      ["a", "done", "2026-03-03"],
      ["c", "open", "2026-03-10"],
    ]);
  });
});

test("steps counted back from a target date follow it, and never fall on a day off", () => {
  const chosen = small([
    { key: "prepare", when: { from: "target", days: 9 } },
    { key: "launch", when: { from: "target", days: 0 }, after: ["prepare"] },
  ]);
  const { plan } = world(chosen, "2026-06-01", { inputs: { targetDay: day("2026-07-01") } });
  // 22 June is a Monday; nine days before Sunday 5 July is Friday 26 June.
  expect([due(plan, "prepare"), due(plan, "launch")]).toEqual(["2026-06-22", "2026-07-01"]);
  const { after } = previewRepair(
    plan,
    { do: "target", day: day("2026-07-05") },
    dating(chosen, plain, day("2026-06-01")),
  );
  expect([due(after, "prepare"), due(after, "launch")]).toEqual(["2026-06-26", "2026-07-03"]);
  expect(dayOf(after.startAt, "UTC")).toBe(day("2026-06-01"));
});

test("dating and repairing is one call for benchmarks, the same every time", () => {
  const { plan, context } = world(template("enterprise"), "2026-06-01");
  const dated = { template: context.template, calendar: context.calendar, today: plan.startDay };
  const chosen = {
    ...dated,
    template: { ...context.template, steps: context.template.steps.filter(({ option }) => option === undefined) },
  };
  expect(dateAndRepair(plan, chosen)).toBe(dateAndRepair(plan, chosen));
  expect(dateAndRepair(plan, chosen)).toBeGreaterThan(plan.steps.reduce((sum, { dueDay }) => sum + dueDay, 0));
});
