import type { TemplateInput } from "../template.ts";
import { letters, provisioning, TOUCHPOINTS, technicalSteps, weeklyCheckIns } from "./options.ts";
import {
  checkIn,
  firstResult,
  goLive,
  kickoff,
  milestonesWith,
  retrospective,
  say,
  secondMonth,
  THREE_MONTHS,
  thirdMonth,
  training,
  welcome,
} from "./parts.ts";

/** Six, four and four steps (A3.2–A3.4); the first month's stretch with the segment, days 30, 60 and 90 stay. Also the standard plan of 4 weeks (A7.3). */
export const day306090: TemplateInput = {
  id: "day-30-60-90",
  version: 1,
  title: say("Onboarding 30/60/90", "Онбординг 30/60/90", "Онбординг 30/60/90", "Onboarding 30/60/90"),
  lengthDays: 28,
  phases: THREE_MONTHS,
  milestones: milestonesWith(goLive(28, ["first_result", "training"])),
  steps: [
    welcome,
    kickoff,
    firstResult,
    checkIn,
    training,
    retrospective,
    ...secondMonth({ kpis: 35, moreUsers: 42, feedback: 50, watch: 55 }).map((step) => ({ ...step, scaled: false })),
    ...thirdMonth({ report: 67, feedback: 74, development: 81 }).map((step) => ({ ...step, scaled: false })),
    ...weeklyCheckIns("quick_wins"),
    ...letters("quick_wins", "welcome", "letters"),
    ...provisioning("quick_wins"),
    ...technicalSteps("quick_wins", { config: 4, integrations: 7, dataImport: 9, security: 12 }),
  ],
  touchpoints: TOUCHPOINTS,
};
