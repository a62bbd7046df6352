import type { Plan } from "./options.ts";

/** Scopes that an account's plan cannot grant; the rest it can (facts sheet 2.1, 13.14). */
const NEEDS: readonly (readonly [Plan, readonly string[]])[] = [
  ["starter", ["timeline"]],
  [
    "pro",
    [
      "automation",
      "automation.sequences.read",
      "automation.sequences.enrollments.write",
      "crm.objects.feedback_submissions.read",
      "settings.users.teams.read",
    ],
  ],
  ["enterprise", ["analytics.behavioral_events.send"]],
];
const ORDER: readonly Plan[] = ["free", "starter", "pro", "enterprise"];

/** Can an account of this plan grant the scope? */
export function planHasScope(plan: Plan, scope: string): boolean {
  const needed = NEEDS.find(([, scopes]) => scopes.includes(scope))?.[0] ?? "free";
  return ORDER.indexOf(plan) >= ORDER.indexOf(needed);
}

/** How many custom properties fit, per object type and over all. */
export function propertyRoom(plan: Plan): { perObject: number; overall: number; uniquePerObject: number } {
  const perObject = plan === "free" ? 10 : 1_000;
  return { perObject, overall: perObject * 10, uniquePerObject: 10 };
}

/** Calls per 10 s to the associations API (facts sheet 4.1). */
export function associationCalls(plan: Plan): number {
  return plan === "pro" || plan === "enterprise" ? 150 : 100;
}
