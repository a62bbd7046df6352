import { makeCalendar, type WorkCalendar } from "../../../src/core/calendar/calendar.ts";
import { formatDay, parseDay } from "../../../src/core/calendar/day.ts";
import { instantOf } from "../../../src/core/calendar/zone.ts";
import { advancePlan } from "../../../src/core/plan/advance.ts";
import { DEFAULT_PLAN_CONFIG } from "../../../src/core/plan/config.ts";
import { startPlan } from "../../../src/core/plan/start.ts";
import { parseTemplate, type Template, type TemplateInput } from "../../../src/core/plan/template.ts";
import { builtInTemplates } from "../../../src/core/plan/templates/index.ts";
import type {
  Plan,
  PlanAnswer,
  PlanConfig,
  PlanContext,
  PlanFacts,
  PlanInputs,
  TaskFact,
} from "../../../src/core/plan/types.ts";

const RANGE = { fromDay: parseDay("2025-01-01"), toDay: parseDay("2029-12-31") };

export const almaty = makeCalendar({ zone: "Asia/Almaty", countries: ["KZ"], ...RANGE });
export const kyiv = makeCalendar({ zone: "Europe/Kyiv", countries: ["UA"], ...RANGE });
export const bucharest = makeCalendar({ zone: "Europe/Bucharest", countries: ["RO"], ...RANGE });
/** Monday to Friday, no holidays, UTC. */
export const plain = makeCalendar({ zone: "UTC", countries: [], ...RANGE });

export const day = parseDay;
export const iso = formatDay;

/** Epoch ms of a local time such as `at("2026-03-08 10:00", almaty)`. */
export function at(text: string, calendar: WorkCalendar = plain): number {
  const [date = "", time = "12:00"] = text.split(" ");
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return instantOf(parseDay(date), hour * 60 + minute, calendar.zone);
}

export function template(id: string): Template {
  const found = builtInTemplates().find((one) => one.id === id);
  if (!found) throw new Error(`no template ${id}`);
  return found;
}

/** A template of one phase from nothing but its steps. */
export function small(
  steps: TemplateInput["steps"] | Partial<TemplateInput["steps"][number]>[],
  more: Partial<TemplateInput> = {},
): Template {
  const full = steps.map((step, index) => ({
    key: `step_${index}`,
    title: { en: `Step ${index}` },
    phase: "only",
    when: { days: index },
    ...step,
  }));
  return parseTemplate({
    id: "small",
    version: 1,
    title: { en: "Small" },
    lengthDays: 30,
    phases: [{ key: "only", title: { en: "Only" }, fromDay: 0, toDay: 90 }],
    ...more,
    steps: full,
  });
}

export function facts(more: Partial<PlanFacts> = {}): PlanFacts {
  return {
    deal: { outcome: "won", wonAt: null, ownerId: "7" },
    client: {
      ownerId: "8",
      class: null,
      firstValueDay: null,
      lastReplyAt: null,
      isOptedOut: false,
      isBounced: false,
    },
    owners: { "1": { isActive: true }, "7": { isActive: true }, "8": { isActive: true } },
    tasks: {},
    messages: {},
    calls: {},
    externalDone: {},
    meetings: [],
    sentAt: [],
    values: {},
    ...more,
  };
}

export function config(more: Partial<PlanConfig> = {}): PlanConfig {
  return { ...DEFAULT_PLAN_CONFIG, fallbackOwnerId: "1", ...more };
}

export interface World {
  plan: Plan;
  facts: PlanFacts;
  context: PlanContext;
}

/** A plan started and, unless told otherwise, not yet advanced. */
export function world(
  chosen: Template,
  start: string,
  more: {
    calendar?: WorkCalendar;
    config?: Partial<PlanConfig>;
    facts?: Partial<PlanFacts>;
    inputs?: Partial<PlanInputs>;
  } = {},
): World {
  const calendar = more.calendar ?? plain;
  const startAt = at(start, calendar);
  const known = facts({ deal: { outcome: "won", wonAt: startAt, ownerId: "7" }, ...more.facts });
  const context: PlanContext = { template: chosen, calendar, config: config(more.config), now: startAt };
  const inputs: PlanInputs = {
    client: "company:1",
    cycle: 1,
    dealId: "9",
    startAt,
    templateReason: { id: "plan.rule.default" },
    ...more.inputs,
  };
  return { plan: startPlan(inputs, known, context), facts: known, context };
}

/** Lets the world stand at `when` and decides. Tasks asked for become tasks in the CRM, as written. */
export function advance(world: World, when: string | number, more: Partial<PlanFacts> = {}): PlanAnswer {
  world.context = { ...world.context, now: typeof when === "number" ? when : at(when, world.context.calendar) };
  world.facts = { ...world.facts, ...more };
  const answer = advancePlan(world.plan, world.facts, world.context);
  world.plan = answer.plan;
  const tasks: Record<string, TaskFact> = { ...world.facts.tasks };
  for (const task of answer.desired.tasks) {
    const wrote = { dueAt: task.dueAt, ownerId: task.ownerId };
    const known = tasks[task.key];
    tasks[task.key] = known
      ? { ...known, dueAt: task.dueAt, ownerId: task.ownerId, wrote }
      : { status: "open", completedAt: null, gone: false, ...wrote, wrote };
  }
  world.facts = { ...world.facts, tasks };
  return answer;
}

/** A person completes, edits or deletes a task. */
export function edit(world: World, key: string, change: Partial<TaskFact>): void {
  const known = world.facts.tasks[key];
  if (!known) throw new Error(`no task ${key}; there are ${Object.keys(world.facts.tasks).join(", ")}`);
  world.facts = { ...world.facts, tasks: { ...world.facts.tasks, [key]: { ...known, ...change } } };
}

/** A person completes a task at a local time. */
export function complete(world: World, key: string, when: string): void {
  edit(world, key, { status: "done", completedAt: at(when, world.context.calendar) });
}

export function due(plan: Plan, key: string): string {
  const step = plan.steps.find((one) => one.key === key);
  if (!step) throw new Error(`no step ${key}`);
  return formatDay(step.dueDay);
}
