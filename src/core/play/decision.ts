/** Fight or let go (A8.21): a conscious decision of a person, with author, date, reason and a review date, and what follows from it. */
import type { Zone } from "../score/input.ts";

export type Stand = "fight" | "let_go" | "undecided";

export interface StandDecision {
  stand: Stand;
  authorId: string;
  reasonCode: string;
  day: number;
  /** from this day on it has to be looked at again; a let-go that is not renewed becomes undecided */
  reviewDay: number;
}

export interface StandEffects {
  stand: Stand;
  /** no win-back play and no escalation is started; running ones end */
  stopsPlays: boolean;
  stopsEscalation: boolean;
  /** contractual and onboarding tasks always stay */
  keepsContractTasks: true;
  /** the decision is due for review */
  reviewDue: boolean;
  /** managers see it on their list of undecided reds */
  asksManager: boolean;
}

/** What a decision means today. */
export function standEffects(decision: StandDecision | null, zone: Zone, nowDay: number): StandEffects {
  const reviewDue = decision !== null && decision.stand !== "undecided" && nowDay >= decision.reviewDay;
  const stand = decision === null || (reviewDue && decision.stand === "let_go") ? "undecided" : decision.stand;
  const isLetGo = stand === "let_go";
  return {
    stand,
    stopsPlays: isLetGo,
    stopsEscalation: isLetGo,
    keepsContractTasks: true,
    reviewDue,
    asksManager: zone === "red" && stand === "undecided",
  };
}
