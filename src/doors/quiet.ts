/**
 * Doors that leave nothing to do at once: pages that are only looked at, and doors at which many strangers knock. None of them makes the portal
 * turn.
 */
export const QUIET_DOORS: ReadonlySet<string> = new Set([
  "takeUsage",
  "planPage",
  "surveyPage",
  "rehearse",
  "lookAgain",
  "lostToken",
  // screens
  "access",
  "board",
  "calls",
  "card",
  "clientOf",
  "draftChanges",
  "exportSettings",
  "handover",
  "history",
  "kpi",
  "language",
  "names",
  "pastProof",
  "people",
  "portalFacts",
  "previewAdoption",
  "previewMove",
  "review",
  "settings",
  "status",
  "templateOptions",
  "templates",
  "undecidedReds",
  "usageStatus",
  "users",
  "viewer",
]);
