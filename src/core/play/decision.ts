/** Fight or let go (A8.21): a conscious decision of a person, and where a client stands by it today. */
export type Stand = "fight" | "let_go" | "undecided";

export interface Standing {
  stand: Stand;
  /** the day has come on which the decision is to be looked at again */
  reviewDue: boolean;
}

/**
 * A let-go that nobody renewed by its day of review is undecided again.
 * @param decision what people said last; without a day of review where they said it in the CRM's field
 */
export function standOn(
  decision: { choice: Stand; reviewDay: number | null } | null | undefined,
  today: number,
): Standing {
  if (!decision) return { stand: "undecided", reviewDue: false };
  const { choice, reviewDay } = decision;
  const reviewDue = reviewDay !== null && choice !== "undecided" && today >= reviewDay;
  return { stand: reviewDue && choice === "let_go" ? "undecided" : choice, reviewDue };
}
