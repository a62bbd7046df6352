/** Folds hints into stale records: a hint says only "this record changed", so the same hint twice is the same hint. */
import type { Hint } from "../core/model.ts";
import type { Engine } from "./engine.ts";
import { mergeRecords } from "./merge.ts";

export function foldHints(engine: Engine, hints: readonly Hint[], atMs: number): void {
  const { records } = engine.store;
  // What cannot be read (a scope is missing) would stay stale for ever.
  const readable = new Set(engine.crm.kinds());
  for (const hint of hints) {
    if (hint.change === "merged") {
      const losing = (hint.ids ?? []).filter((id) => id !== hint.id);
      mergeRecords(engine.store, hint.kind, losing, hint.id, engine.now());
    }
    if (hint.change === "erased") erase(engine, hint);
  }
  const live = hints.filter((hint) => hint.change !== "erased" && readable.has(hint.kind));
  records.mark(
    live.map((hint) => records.survivor({ kind: hint.kind, id: hint.id })),
    atMs,
  );
}

/** A privacy deletion: what we know of the person goes at once; what hangs on it is looked at again. */
function erase(engine: Engine, hint: Hint): void {
  const { records, clients } = engine.store;
  const known = records.get({ kind: hint.kind, id: hint.id });
  records.erase(hint.kind, hint.id);
  if (known?.client) clients.bringForward([known.client], engine.now());
}
