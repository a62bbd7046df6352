/** Fight or let go (A8.21): a conscious decision of a person, and where a client stands by it today. */
import type { FactValue } from "../model.ts";

export type Stand = "fight" | "let_go" | "undecided";

export interface Standing {
  stand: Stand;
  /** the day has come on which the decision is to be looked at again */
  reviewDue: boolean;
}

/**
 * A let-go that nobody renewed by its day of review is undecided again.
 *
 * @param decision what people decided on our screens @param inCrm the CRM's own field: it speaks where nobody decided on our screens
 */
export function standOn(
  decision: { choice: Stand; reviewDay: number } | null | undefined,
  inCrm: FactValue | undefined,
  today: number,
): Standing {
  if (!decision) return { stand: inCrm === "fight" || inCrm === "let_go" ? inCrm : "undecided", reviewDue: false };
  const { choice, reviewDay } = decision;
  const reviewDue = choice !== "undecided" && today >= reviewDay;
  return { stand: reviewDue && choice === "let_go" ? "undecided" : choice, reviewDue };
}
