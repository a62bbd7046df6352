/** A wish as text meets its row of the mirror; fields that are fought over, and when that is over. */
import { refKey } from "../core/model.ts";
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { emptying, unwished, type Wish, wished } from "./mirror-row.ts";
import { edited } from "./three-way.ts";

const FIGHT = "fought:";
/** Our value stood there undisturbed for so long: the fight is over, days. */
const PEACE_DAYS = 7;
const DAY_MS = 86_400_000;

/** The row with what is wished of it now; a field that others keep rewriting becomes a finding. */
export function takeText(engine: Engine, before: Thing, wish: Wish): Thing {
  const now = engine.now();
  const { row, fought } = wished(before, wish, now);
  if (fought.length > 0) {
    const params = { record: refKey(wish.target!), fields: fought.join(", ") };
    engine.store.findings.raise(`${FIGHT}${row.key}`, "field-fought", params, now);
  }
  return row;
}

/** The row of what is not wished any more, or null when nothing is left to remember; fields that are kept empty may be fought over like others. */
export function takeNothing(engine: Engine, before: Thing): Thing | null {
  const wish = before.state === "gone" ? null : emptying(before);
  return wish ? takeText(engine, before, wish) : unwished(before, engine.now());
}

/** Ends the findings about fights that are over: our value stood there for a week, or the record is not there, or nothing of ours is kept on it. */
export function endFights({ store, now }: Pick<Engine, "store" | "now">): void {
  const fights = store.findings.openOf(FIGHT);
  const keyOf = (key: string) => key.slice(FIGHT.length);
  const rows = new Map(store.mirror.byKeys(fights.map(({ key }) => keyOf(key))).map((row) => [row.key, row]));
  const since = Math.floor(now() / DAY_MS) - PEACE_DAYS;
  const over = fights.filter(({ key, params }) => {
    const row = rows.get(keyOf(key));
    if (row === undefined || row.state === "gone") return true;
    const fields = String(params.fields).split(", ");
    return (row.foughtDay ?? 0) < since && !edited(row).some((name) => fields.includes(name));
  });
  const keys = over.map(({ key }) => key);
  store.findings.closeAll(keys, now());
}
