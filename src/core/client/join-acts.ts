/** What people decided about clients that became one. */
import type { Acts } from "./acts.ts";
import { withReport } from "./reported.ts";

/** The later of what people said; null where nobody said anything. */
function latestWord<T extends { at: number }>(words: readonly (T | null)[]): T | null {
  return words.reduce((last, one) => (one === null || (last !== null && last.at >= one.at) ? last : one), null);
}

/**
 * Clients became one: what people decided about either counts, of two the later word.
 * @param leading the client whose plan goes on: steps completed on our screens are steps of that plan. Nothing of before can be taken back,
 * because it would reach plans that were closed by the merge
 */
export function joinActs(parts: readonly (Acts | undefined)[], leading: Acts | undefined): Acts | undefined {
  const known = parts.filter((one) => one !== undefined);
  if (known.length === 0) return undefined;
  const days = known.flatMap((one) => one.firstValueDay ?? []);
  // The first one is the client that lives on: where both hold or answer the same, its word stands.
  const all = <T>(of: (one: Acts) => Readonly<Record<string, T>> | undefined): Record<string, T> =>
    Object.assign({}, ...known.map(of).toReversed());
  return {
    override: latestWord(known.map((one) => one.override)),
    decision: latestWord(known.map((one) => one.decision)),
    firstValueDay: days.length === 0 ? null : Math.min(...days),
    completed: leading?.completed ?? {},
    answers: all((one) => one.answers),
    signals: withReport(known.flatMap((one) => one.signals)),
    heard: all((one) => one.heard),
    start: latestWord(known.map((one) => one.start)),
    heldBy: all((one) => one.heldBy),
    log: [],
  };
}
