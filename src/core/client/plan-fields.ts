import type { DesiredFields } from "../desired.ts";
import type { TextRef } from "../model.ts";
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
    template_reason: reasonOf(view.templateReason, plan.extendedFor ?? []),
    ttfv_days: view.firstValueDay === null ? null : Math.max(0, view.firstValueDay - view.startDay),
    completed: view.graduatedDay !== null,
    days_to_onboard: view.goLiveDay === null ? null : view.goLiveDay - view.startDay,
  };
}

/** Which rule chose the template, and how many days which properties add to it. */
function reasonOf(templateReason: TextRef, extendedFor: readonly TextRef[]): TextRef {
  if (extendedFor.length === 0) return templateReason;
  const extraDays = extendedFor.reduce((sum, { params }) => sum + Number(params?.days), 0);
  const facts = extendedFor.flatMap(({ params }) => (typeof params?.fact === "string" ? [params.fact] : []));
  const extraFacts = facts.length === 0 ? null : [...new Set(facts)].join(",");
  return {
    id: "plan.reason_extended",
    params: { ...templateReason.params, reason: templateReason.id, extraDays, extraFacts },
  };
}

/** The client's own page, where the portal shows one; the link is made when it is written. */
export function pageFields(plan: Plan, outside: OutsideState | undefined, settings: PageSettings): DesiredFields {
  if (!settings.plan || plan.state === "closed") return { plan_link: null };
  return { plan_link: { id: "link.plan", params: { cycle: plan.cycle, revision: outside?.revision ?? 0 } } };
}
