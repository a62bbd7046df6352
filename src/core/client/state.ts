import { EMPTY_LADDER_STATE, type LadderState } from "../escalate/types.ts";
import type { KpiClient } from "../kpi/client.ts";
import { joinOutside, type OutsideState } from "../outside/state.ts";
import type { Plan } from "../plan/types.ts";
import type { Acts } from "./acts.ts";
import type { HealthState } from "./health.ts";
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
  const outside = joinOutside([own.outside, ...others.map((one) => one.outside)]);
  const state: ClientState = {
    ...own,
    plans: [...(own.plans ?? []), ...others.flatMap((one) => one.plans ?? [])],
    ladder: own.ladder ?? EMPTY_LADDER_STATE,
    past: [...new Set([...(own.past ?? []), ...others.flatMap((one) => one.past ?? [])])],
    ...(outside && { outside }),
  };
  return { state, isMerged: others.some((one) => (one.plans ?? []).length > 0) };
}
