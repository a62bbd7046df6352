import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayOf } from "../../../src/core/calendar/zone.ts";
import { advancePlan } from "../../../src/core/plan/advance.ts";
import type { Plan, PlanAnswer } from "../../../src/core/plan/types.ts";
import { advance, type World, world } from "./help.ts";
import { calendars, type Happening, happen, happenings, templates } from "./random.ts";

/** Plays a history and hands every answer to `check`. */
function play(
  w: World,
  history: readonly Happening[],
  check: (answer: PlanAnswer, before: Plan, w: World) => void,
): void {
  let now = w.context.now;
  for (const one of history) {
    now = happen(w, one, now);
    const before = w.plan;
    check(advance(w, now), before, w);
  }
}

const START = "2026-03-02 09:30";
const cases = [templates, calendars, happenings] as const;
const isOpen = (state: string) => state === "open" || state === "waiting";

describe("whatever happens to whatever plan", () => {
  test("no step is due on a day off, unless a person put it there", () => {
    fc.assert(
      fc.property(...cases, (template, calendar, history) => {
        play(world(template, START, { calendar }), history, ({ plan }) => {
          if (plan.state === "paused") return;
          for (const step of plan.steps) {
            if (isOpen(step.state) && step.pinnedAt === null) expect(calendar.isWorkingDay(step.dueDay)).toBe(true);
          }
        });
      }),
    );
  });

  test("no step is due before what it waits for, unless it is fixed or a person put it there", () => {
    fc.assert(
      fc.property(...cases, (template, calendar, history) => {
        play(world(template, START, { calendar }), history, ({ plan }) => {
          if (plan.state !== "running") return;
          plan.steps.forEach((step, index) => {
            const definition = template.steps[index]!;
            if (!isOpen(step.state) || step.pinnedAt !== null || definition.fixed) return;
            for (const key of definition.after) {
              const before = plan.steps.find((one) => one.key === key)!;
              const finish = before.state === "done" ? before.doneDay! : isOpen(before.state) ? before.dueDay : null;
              if (finish === null) continue;
              let ready = finish;
              for (let left = definition.durationDays; left > 0; ) if (calendar.isWorkingDay(++ready)) left--;
              expect(step.dueDay).toBeGreaterThanOrEqual(ready);
            }
          });
        });
      }),
    );
  });

  test("a fixed milestone stands on its own day after the start, whatever slips before it", () => {
    fc.assert(
      fc.property(...cases, (template, calendar, history) => {
        play(world(template, START, { calendar }), history, ({ plan }) => {
          if (plan.state === "paused") return;
          plan.steps.forEach((step, index) => {
            const definition = template.steps[index]!;
            if (!definition.fixed || !isOpen(step.state) || step.pinnedAt !== null || step.notBeforeDay !== null)
              return;
            if (definition.when.unit === "business") return;
            let day = plan.startDay + definition.when.days;
            while (!calendar.isWorkingDay(day)) day++;
            expect(step.dueDay).toBe(day);
          });
        });
      }),
    );
  });

  test("what is finished, skipped or deleted keeps its days; what is deleted is never asked for again", () => {
    fc.assert(
      fc.property(...cases, (template, calendar, history) => {
        play(world(template, START, { calendar }), history, ({ plan, desired }, before) => {
          plan.steps.forEach((step, index) => {
            const was = before.steps[index]!;
            if (!isOpen(was.state) && !isOpen(step.state)) expect(step).toEqual(was);
            if (step.state === "gone") expect(desired.tasks.map(({ key }) => key)).not.toContain(`1/${step.key}`);
            if (was.state === "gone") expect(step.state).toBe("gone");
          });
        });
      }),
    );
  });

  test("a closed gate shows no task, and an open one stays open", () => {
    fc.assert(
      fc.property(...cases, (template, calendar, history) => {
        const opened = new Set<string>();
        play(world(template, START, { calendar }), history, ({ plan, desired }, _, w) => {
          plan.steps.forEach((step, index) => {
            if (!template.steps[index]!.gate) return;
            if (step.gateDay !== null) opened.add(step.key);
            else expect(desired.tasks.map(({ key }) => key)).not.toContain(`1/${step.key}`);
            if (opened.has(step.key)) expect(step.gateDay).not.toBeNull();
            const { gate } = template.steps[index]!;
            const isPlain = gate !== undefined && "fact" in gate && gate.fact === "gate";
            if (isPlain && w.facts.values.gate === true && plan.state === "running")
              expect(step.gateDay !== null || !isOpen(step.state)).toBe(true);
          });
        });
      }),
    );
  });

  test("A1.1: every open step and every plan has an owner; an active one as long as there is any", () => {
    fc.assert(
      fc.property(...cases, (template, calendar, history) => {
        play(world(template, START, { calendar }), history, ({ plan, view, desired }, _, w) => {
          const isActive = (id: string) => w.facts.owners[id]?.isActive === true;
          expect(isActive(view.ownerId)).toBe(true);
          if (plan.state === "running")
            for (const step of plan.steps) if (isOpen(step.state)) expect(isActive(step.owner.ownerId)).toBe(true);
          for (const { ownerId } of desired.tasks) expect(ownerId).not.toBe("");
        });
      }),
    );
  });

  test("deciding again changes nothing and logs nothing", () => {
    fc.assert(
      fc.property(...cases, (template, calendar, history) => {
        play(world(template, START, { calendar }), history, (answer, _, w) => {
          const again = advancePlan(answer.plan, w.facts, w.context);
          expect(again.log).toEqual([]);
          expect(again).toEqual({ ...answer, log: [] });
        });
      }),
    );
  });

  test("G3: between two wakes nothing changes without new facts", () => {
    fc.assert(
      fc.property(
        ...cases,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom("task" as const, "send" as const),
        (template, calendar, history, share, email) => {
          const config = {
            channels: { email, sms: "off", push: "off" },
            createAheadDays: share > 0.5 ? 5 : null,
          } as const;
          play(world(template, START, { calendar, config }), history, ({ wakeAt }, _, w) => {
            // Facts have settled: this is the answer from which nothing may drift.
            const calm = advancePlan(w.plan, w.facts, w.context);
            expect(calm.wakeAt).toBe(wakeAt);
            if (wakeAt !== null) expect(wakeAt).toBeGreaterThan(w.context.now);
            const until = wakeAt ?? w.context.now + 400 * 86_400_000;
            const later = w.context.now + Math.floor((until - 1 - w.context.now) * share);
            const answer = advancePlan(calm.plan, w.facts, { ...w.context, now: later });
            expect(answer).toEqual(calm);
          });
        },
      ),
    );
  });

  test("the order in which two people's edits are seen does not matter for the dates", () => {
    fc.assert(
      fc.property(
        templates,
        calendars,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        (template, calendar, one, two) => {
          const edits: Happening[] = [
            { do: "date", step: 0, days: one },
            { do: "date", step: 1, days: two },
          ];
          const days = [edits, [...edits].reverse()].map((history) => {
            const w = world(template, START, { calendar });
            advance(w, w.context.now);
            play(w, history, () => {});
            return w.plan.steps.map(({ dueDay }) => dueDay);
          });
          expect(days[0]).toEqual(days[1]);
        },
      ),
    );
  });

  test("day 0 is the local day of the start", () => {
    fc.assert(
      fc.property(templates, calendars, (template, calendar) => {
        const w = world(template, "2026-03-02 00:05", { calendar });
        expect(w.plan.startDay).toBe(dayOf(w.context.now, calendar.zone));
      }),
      { numRuns: 20 },
    );
  });
});
