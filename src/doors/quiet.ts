/** Doors that leave nothing to do at once: many strangers knock at them, and none of them may make the portal turn. */
export const QUIET_DOORS: ReadonlySet<string> = new Set(["takeUsage", "planPage", "surveyPage", "rehearse"]);
