/** Steps of the plan that a won deal starts where no rule says otherwise, `day-30-60-90`: by phase, in the order of the sources (A3.2–A3.4). */
export const USUAL_STEPS = {
  quick_wins: ["welcome", "kickoff", "first_result", "check_in", "training", "retrospective"],
  deepening: ["kpis", "more_users", "feedback_settings", "activity_watch"],
  consolidation: ["before_after", "feedback", "development_plan", "handover"],
} as const;
