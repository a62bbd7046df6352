import type { DesiredFields } from "../desired.ts";
import type { PageSettings } from "../outside/settings.ts";
import type { OutsideState } from "../outside/state.ts";
import type { Plan, PlanView } from "../plan/types.ts";

/** The plan's share of our fields: phase, progress, next step, what is late. */
export function planFields(plan: Plan, view: PlanView): DesiredFields {
  return {
    plan: { id: `template:${plan.templateId}:${plan.templateVersion}:title` },
    phase: view.stage,
    progress: view.progress,
    next_step: view.nextStep ? view.nextStep.title : null,
    next_step_due: view.nextStep?.dueDay ?? null,
    overdue: view.overdue,
    oldest_due: view.oldestDueDay,
    plan_started: view.startDay,
    phase_2_entered: view.stage2Day,
    phase_3_entered: view.stage3Day,
    graduated_on: view.graduatedDay,
    forecast_finish: plan.state === "running" ? view.forecastDay : null,
    day30_at_risk: view.atRiskDay30,
    next_touchpoint: view.nextTouchpointDay,
    template_reason: view.templateReason,
    ttfv_days: view.firstValueDay === null ? null : view.firstValueDay - view.startDay,
    completed: view.graduatedDay !== null,
    days_to_onboard: view.graduatedDay === null ? null : view.graduatedDay - view.startDay,
  };
}

/** The client's own page, where the portal shows one; the link is made when it is written. */
export function pageFields(plan: Plan, outside: OutsideState | undefined, settings: PageSettings): DesiredFields {
  if (!settings.plan || plan.state === "closed") return { plan_link: null };
  return { plan_link: { id: "link.plan", params: { cycle: plan.cycle, revision: outside?.revision ?? 0 } } };
}
