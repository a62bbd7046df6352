import { EMPTY_LADDER_STATE, type LadderState } from "../escalate/types.ts";
import type { KpiClient } from "../kpi/client.ts";
import { joinOutside, type OutsideState } from "../outside/state.ts";
import { sortedToGoOn } from "../plan/life-cycle.ts";
import type { Plan } from "../plan/types.ts";
import type { Acts } from "./acts.ts";
import type { HealthState } from "./health-state.ts";
import { joinActs } from "./join-acts.ts";
import type { PlaysState } from "./plays.ts";

/** What we remember of a client between decisions. JSON-safe; every part belongs to the module that is named after it. */
export interface ClientState {
  /** newest last; a plan keeps the client key it began under, which is part of the keys of its tasks */
  plans: readonly Plan[];
  /** deals that were won before plans are started from: they start nothing */
  past: readonly string[];
  /** what people decided on our screens */
  acts?: Acts | undefined;
  ladder: LadderState;
  health?: HealthState | undefined;
  /** signs that fired at the last look, with the day since when */
  signs?: Readonly<Record<string, number>> | undefined;
  plays?: PlaysState | undefined;
  /** the client as the key figures see it; absent before its first plan */
  kpi?: KpiClient | undefined;
  /** letters, surveys and pages */
  outside?: OutsideState | undefined;
}

interface Stored extends Partial<ClientState> {
  /** states of clients that were merged into this one */
  absorbed?: readonly (Partial<ClientState> | null)[];
}

/** The state as stored, and whether states of clients that were merged into this one were folded in. */
export function loadState(stored: unknown): { state: ClientState; isMerged: boolean } {
  const { absorbed = [], ...own } = (stored ?? {}) as Stored;
  const others = absorbed.filter((one) => one !== null);
  const known = { ...own, plans: own.plans ?? [], ladder: own.ladder ?? EMPTY_LADDER_STATE, past: own.past ?? [] };
  if (others.length === 0) return { state: known, isMerged: false };
  return { state: joined(known, others), isMerged: others.some((one) => (one.plans ?? []).length > 0) };
}

/** One state of several clients that became one; `own` is that of the client that lives on. */
function joined(own: ClientState, others: readonly Partial<ClientState>[]): ClientState {
  const parts: readonly Partial<ClientState>[] = [own, ...others];
  const plans = parts.flatMap((one) => one.plans ?? []);
  const [goesOn] = sortedToGoOn(plans);
  const leading = parts.find((one) => goesOn && one.plans?.includes(goesOn)) ?? own;
  const acts = joinActs(
    parts.map((one) => one.acts),
    leading.acts,
  );
  const outside = joinOutside(parts.map((one) => one.outside));
  return {
    ...own,
    plans,
    past: [...new Set(parts.flatMap((one) => one.past ?? []))],
    // Rungs are climbed for the plan that goes on.
    ladder: leading.ladder ?? own.ladder,
    ...(acts && { acts }),
    ...(outside && { outside }),
  };
}
