/** Random templates, calendars and histories for the property tests. */
import fc from "fast-check";
import { makeCalendar, type WorkCalendar } from "../../../src/core/calendar/calendar.ts";
import { selectSteps } from "../../../src/core/plan/compile.ts";
import type { Template, TemplateInput } from "../../../src/core/plan/template.ts";
import { builtInTemplates } from "../../../src/core/plan/templates/index.ts";
import { at, day, edit, iso, small, type World } from "./help.ts";

const FROM = day("2026-01-01");
const TO = day("2027-12-31");

export const calendars: fc.Arbitrary<WorkCalendar> = fc
  .record({
    weekend: fc.constantFrom([6, 7], [5, 6], [7], [3, 6, 7]),
    extraHolidays: fc.array(fc.integer({ min: FROM, max: FROM + 200 }), { maxLength: 30 }),
    countries: fc.constantFrom<string[]>([], ["KZ"], ["RO"]),
    zone: fc.constantFrom("UTC", "Asia/Almaty", "Europe/Kyiv", "America/New_York"),
  })
  .map((options) => makeCalendar({ ...options, fromDay: FROM - 400, toDay: TO + 400 }));

type StepInput = Partial<TemplateInput["steps"][number]>;

interface Rough {
  anchor: number;
  days: number;
  business: boolean;
  after: number[];
  fixed: boolean;
  duration: number;
  gate: boolean;
  condition: boolean;
  kind: "task" | "message";
}

const rough: fc.Arbitrary<Rough> = fc.record({
  anchor: fc.integer({ min: -6, max: 7 }),
  days: fc.integer({ min: 0, max: 40 }),
  business: fc.boolean(),
  after: fc.array(fc.nat(7), { maxLength: 3 }),
  fixed: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  duration: fc.integer({ min: 0, max: 3 }),
  gate: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  condition: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  kind: fc.constantFrom("task", "task", "task", "message"),
});

/** References point backwards, so that there is no circle. */
function toStep(one: Rough, index: number): StepInput {
  const earlier = (n: number) => `step_${n % index}`;
  const from: NonNullable<StepInput["when"]>["from"] =
    one.fixed || one.anchor < 0 || index === 0
      ? one.anchor === -1 && !one.fixed
        ? "target"
        : "start"
      : { step: earlier(one.anchor) };
  return {
    kind: one.kind,
    when: {
      from,
      days: typeof from === "object" ? one.days % 8 : one.days,
      unit: one.business ? "business" : "calendar",
    },
    after: index === 0 ? [] : [...new Set(one.after.map(earlier))],
    fixed: one.fixed,
    durationDays: one.duration,
    ...(one.gate ? { gate: { fact: "gate", is: "=" as const, value: true } } : {}),
    ...(one.condition ? { condition: { fact: "wanted", is: "=" as const, value: true } } : {}),
    ...(one.kind === "message" ? { message: { text: "check_in" } } : {}),
  };
}

const invented: fc.Arbitrary<Template> = fc
  .array(rough, { minLength: 1, maxLength: 8 })
  .map((list) => small(list.map(toStep), { milestones: [{ key: "m", title: { en: "M" }, day: 30 }] }));

/** A built-in template with every optional step, or with none. */
function builtIn(template: Template, isFull: boolean): Template {
  if (!isFull) return selectSteps(template, []);
  return { ...template, steps: template.steps.map(({ option: _, ...step }) => step) };
}

/** Invented ones, and now and then a built-in one. */
export const templates: fc.Arbitrary<Template> = fc.oneof(
  { arbitrary: invented, weight: 3 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom(...builtInTemplates()), fc.boolean())
      .map(([template, isFull]) => builtIn(template, isFull)),
    weight: 1,
  },
);

export type Happening =
  | { do: "wait"; days: number; minute: number }
  | { do: "complete" | "delete" | "reopen"; step: number }
  | { do: "completeAll" }
  | { do: "date"; step: number; days: number }
  | { do: "owner"; step: number }
  | { do: "deal"; outcome: "open" | "won" | "lost"; days: number }
  | { do: "dealOwner"; id: "7" | "8" }
  | { do: "leave"; id: "7" | "8" }
  | { do: "fact"; name: string; value: boolean };

export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("wait" as const),
      days: fc.integer({ min: 0, max: 25 }),
      minute: fc.integer({ min: 0, max: 1439 }),
    }),
    fc.record({
      do: fc.constantFrom("complete" as const, "complete" as const, "delete" as const, "reopen" as const),
      step: fc.nat(7),
    }),
    fc.record({ do: fc.constant("date" as const), step: fc.nat(7), days: fc.integer({ min: -10, max: 40 }) }),
    fc.record({ do: fc.constant("owner" as const), step: fc.nat(7) }),
    fc.constant({ do: "completeAll" as const }),
    fc.record({
      do: fc.constant("deal" as const),
      outcome: fc.constantFrom("open" as const, "won" as const, "lost" as const),
      days: fc.integer({ min: -10, max: 10 }),
    }),
    fc.record({ do: fc.constant("dealOwner" as const), id: fc.constantFrom("7" as const, "8" as const) }),
    fc.record({ do: fc.constant("leave" as const), id: fc.constantFrom("7" as const, "8" as const) }),
    fc.record({
      do: fc.constant("fact" as const),
      name: fc.constantFrom("gate", "wanted", "form.completed", "signal.usage_drop"),
      value: fc.boolean(),
    }),
  ),
  { minLength: 1, maxLength: 12 },
);

/** Changes the facts as the happening says; time moves by `wait` only. Returns the instant from then on. */
export function happen(w: World, one: Happening, now: number): number {
  const today = Math.floor(now / 86_400_000);
  const key = "step" in one ? Object.keys(w.facts.tasks).sort()[one.step] : undefined;
  if (one.do === "wait")
    return Math.max(
      now,
      at(`${iso(today + one.days)} ${Math.floor(one.minute / 60)}:${one.minute % 60}`, w.context.calendar),
    );
  if (one.do === "completeAll") {
    for (const [key, { status }] of Object.entries(w.facts.tasks))
      if (status === "open") edit(w, key, { status: "done", completedAt: now });
  } else if (one.do === "fact") w.facts = { ...w.facts, values: { ...w.facts.values, [one.name]: one.value } };
  else if (one.do === "dealOwner" && w.facts.deal) w.facts = { ...w.facts, deal: { ...w.facts.deal, ownerId: one.id } };
  else if (one.do === "leave") w.facts = { ...w.facts, owners: { ...w.facts.owners, [one.id]: { isActive: false } } };
  else if (one.do === "deal" && w.facts.deal) {
    const wonAt = one.outcome === "won" ? at(`${iso(today + one.days)} 10:00`, w.context.calendar) : null;
    w.facts = { ...w.facts, deal: { ...w.facts.deal, outcome: one.outcome, wonAt } };
  } else if (key !== undefined) {
    if (one.do === "complete") edit(w, key, { status: "done", completedAt: now });
    else if (one.do === "delete") edit(w, key, { gone: true });
    else if (one.do === "reopen") edit(w, key, { status: "open", completedAt: null });
    else if (one.do === "date") edit(w, key, { dueAt: at(`${iso(today + one.days)} 15:45`, w.context.calendar) });
    else if (one.do === "owner") edit(w, key, { ownerId: "8" });
  }
  return now;
}
