/** Whom to look at first: risk times money times strategic weight (A8.20). */
import { type ClientKey, parseRef, type RecordRef } from "../core/model.ts";
import type { Portal } from "../portal.ts";
import { type BoardFilter, byStake } from "./board-query.ts";

/** How strategic importance weighs beside money: half as much again for high, a third less for low. Editable nowhere: an order, not a measure. */
const STRATEGIC_WEIGHT: Readonly<Record<string, number>> = { low: 0.67, medium: 1, high: 1.5 };
const HIGHEST_WEIGHT = 1.5;
/** Clients weighed per look; more are taken only while one of them could still come among the first. */
const SLICE = 200;

export interface Triaged {
  key: ClientKey;
  /** money at stake, weighed; 0 where no money is known */
  stake: number;
}

/** The first `count` clients by weighed stake. Exact: clients are taken by plain stake until no later one can reach the list any more. */
export function triage(portal: Portal, filter: BoardFilter, count: number): readonly Triaged[] {
  let best: Triaged[] = [];
  for (let offset = 0; ; offset += SLICE) {
    const slice = byStake(portal.store, filter, SLICE, offset);
    const weights = strategicWeights(
      portal,
      slice.map((one) => one.key),
    );
    best = [...best, ...slice.map(({ key, stake }) => ({ key, stake: stake * (weights.get(key) ?? 1) }))]
      .sort((a, b) => b.stake - a.stake)
      .slice(0, count);
    const reach = (slice.at(-1)?.stake ?? 0) * HIGHEST_WEIGHT;
    if (slice.length < SLICE || (best.length === count && best.at(-1)!.stake >= reach)) return best;
  }
}

function strategicWeights(portal: Portal, keys: readonly ClientKey[]): ReadonlyMap<ClientKey, number> {
  const weights = new Map<ClientKey, number>();
  for (const [kind, refs] of Map.groupBy(keys.map(parseRef), (ref: RecordRef) => ref.kind)) {
    for (const record of portal.store.records.byIds(
      kind,
      refs.map((ref) => ref.id),
    )) {
      const weight = STRATEGIC_WEIGHT[String(record.facts["f.importance_strategic"])];
      if (weight !== undefined) weights.set(`${kind}:${record.ref.id}`, weight);
    }
  }
  return weights;
}
