/** A wish as text meets its row of the mirror. */
import { refKey } from "../core/model.ts";
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { type Wish, wished } from "./mirror-row.ts";

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
