import type { TemplateInput } from "../template.ts";

/** Titles and texts are "our default" (A0.1): the source's own task table is lost. Fill-in follows. */
export const day306090: TemplateInput = {
  id: "30-60-90",
  version: 1,
  title: { en: "Onboarding 30/60/90", ru: "Онбординг 30/60/90", uk: "Онбординг 30/60/90", ro: "Onboarding 30/60/90" },
  lengthDays: 28,
  phases: [
    { key: "quick_wins", title: { en: "Quick wins" }, fromDay: 0, toDay: 30, fixed: true },
    { key: "deepening", title: { en: "Deepening" }, fromDay: 31, toDay: 60, fixed: true },
    { key: "consolidation", title: { en: "Consolidation" }, fromDay: 61, toDay: 90, fixed: true },
  ],
  steps: [
    {
      key: "check_in",
      title: { en: "Check-in call", ru: "Check-in звонок" },
      phase: "quick_wins",
      when: { days: 14 },
      type: "call",
    },
  ],
};
