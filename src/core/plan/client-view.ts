import type { Day } from "../calendar/calendar.ts";
import type { TextRef } from "../model.ts";
import { selectSteps } from "./compile.ts";
import type { Localised, Template } from "./template.ts";
import { stepTitle } from "./texts.ts";
import type { Plan, PlanView } from "./types.ts";

/** One line of the plan as the client sees it: no owner, no body, no priority, no reason. */
export interface ClientStep {
  title: TextRef;
  dueDay: Day;
  state: "done" | "next" | "ahead";
}

export interface ClientPlan {
  title: Localised;
  progress: number;
  startDay: Day;
  finishDay: Day;
  steps: readonly ClientStep[];
  isPaused: boolean;
}

/**
 * The plan for the client's own page (A12.2): only steps that the template shows to clients, by title and date. Internal steps, notes, owners,
 * overdue marks, signals and skipped or deleted steps stay inside. Progress counts the steps the client sees.
 */
export function clientPlan(plan: Plan, view: Pick<PlanView, "forecastDay">, template: Template): ClientPlan {
  const chosen = selectSteps(template, plan.options);
  const shown = plan.steps.filter((step, at) => {
    return chosen.steps[at]!.client && (step.state === "open" || step.state === "done");
  });
  const next = shown.filter(({ state }) => state === "open").sort((a, b) => a.dueDay - b.dueDay)[0];
  const done = shown.filter(({ state }) => state === "done").length;
  const steps = shown.map((step): ClientStep => {
    const definition = chosen.steps[plan.steps.indexOf(step)]!;
    const state = step.state === "done" ? "done" : step === next ? "next" : "ahead";
    return { title: stepTitle(definition, plan, chosen), dueDay: step.doneDay ?? step.dueDay, state };
  });
  return {
    title: template.title,
    progress: shown.length === 0 ? 0 : Math.floor((100 * done) / shown.length),
    startDay: plan.startDay,
    finishDay: view.forecastDay,
    steps: steps.sort((a, b) => a.dueDay - b.dueDay),
    isPaused: plan.state === "paused",
  };
}
