/** Folds hints into stale records: a hint says only "this record changed", so the same hint twice is the same hint. */
import { type Hint, refKey } from "../core/model.ts";
import type { Engine } from "./engine.ts";
import { moveClient } from "./merge.ts";

export function foldHints(engine: Engine, hints: readonly Hint[], atMs: number): void {
  const { records } = engine.store;
  for (const hint of hints) {
    if (hint.change === "merged") foldMerge(engine, hint);
    if (hint.change === "erased") erase(engine, hint);
  }
  const live = hints.filter((hint) => hint.change !== "erased");
  records.mark(
    live.map((hint) => records.survivor({ kind: hint.kind, id: hint.id })),
    atMs,
  );
}

/** Ids are mapped before anything else, so that what we keep goes along and nothing is made twice. */
function foldMerge(engine: Engine, hint: Hint): void {
  const { records } = engine.store;
  const losing = (hint.ids ?? []).filter((id) => id !== hint.id);
  records.merge(hint.kind, losing, hint.id);
  for (const id of losing) {
    moveClient(engine.store, refKey({ kind: hint.kind, id }), refKey({ kind: hint.kind, id: hint.id }));
    const linked = records.linkedTo({ kind: hint.kind, id });
    records.mark(linked, engine.now());
    records.erase(hint.kind, id);
  }
}

/** A privacy deletion: what we know of the person goes at once; what hangs on it is looked at again. */
function erase(engine: Engine, hint: Hint): void {
  const { records, clients } = engine.store;
  const known = records.get({ kind: hint.kind, id: hint.id });
  records.erase(hint.kind, hint.id);
  if (known?.client) clients.bringForward([known.client], engine.now());
}
