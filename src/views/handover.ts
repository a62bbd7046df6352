import type { Portal } from "../portal-open.ts";
import type { Deed, ScoreChange } from "../store/journal.ts";

/** The history that a customer takes along when leaving: plain data, ids as in the CRM. */
export interface Handover {
  deeds: readonly Deed[];
  scores: readonly Omit<ScoreChange, "inputs" | "basis">[];
}

/** The newest so many of each: years of an ordinary portal, and still one answer. */
const ROWS_MAX = 100_000;

export function handoverOf({ store }: Portal): Handover {
  const scores = store.journal
    .scores(ROWS_MAX)
    .map(({ client, at, config, book, result }) => ({ client, at, config, book, result }));
  return { deeds: store.journal.deeds(ROWS_MAX), scores };
}
