/** A wish as text meets its row of the mirror. */
import { refKey } from "../core/model.ts";
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { emptying, unwished, type Wish, wished } from "./mirror-row.ts";

/** The row with what is wished of it now; a field that others keep rewriting becomes a finding. */
export function takeText(engine: Engine, before: Thing, wish: Wish): Thing {
  const now = engine.now();
  const { row, fought } = wished(before, wish, now);
  if (fought.length > 0) {
    const params = { record: refKey(wish.target!), fields: fought.join(", ") };
    engine.store.findings.raise(`fought:${row.key}`, "field-fought", params, now);
  }
  return row;
}

/** The row of what is not wished any more, or null when nothing is left to remember; fields that are kept empty may be fought over like others. */
export function takeNothing(engine: Engine, before: Thing): Thing | null {
  const wish = before.state === "gone" ? null : emptying(before);
  return wish ? takeText(engine, before, wish) : unwished(before, engine.now());
}
