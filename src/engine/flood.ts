/** A flood of new plans far beyond the portal's own habit pauses the creates, and nothing else, until a person decides. */
import type { Thing } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";

const HOUR_MS = 3_600_000;
/** How many times its busiest hour so far a portal may start plans in an hour; editable in the settings. */
const TIMES_BUSIEST = 10;
/** Plans per hour that are never a flood: a large team's bulk edit. A smaller number stops honest work, a larger one makes a bigger mess. */
const NEVER_A_FLOOD = 500;

interface Starts {
  hour: number;
  count: number;
  busiest: number;
  /** plans that an admin approved on top (an adoption, a released flood) */
  allowed: number;
}

/** Counts plans started now; raises the hold when they are too many. */
export function countStarts(engine: Engine, started: number): void {
  if (started === 0) return;
  const { meta, findings } = engine.store;
  const now = engine.now();
  const hour = Math.floor(now / HOUR_MS);
  const before = meta.get<Starts>("starts") ?? { hour, count: 0, busiest: 0, allowed: 0 };
  const settled =
    before.hour === hour
      ? before
      : { hour, count: 0, busiest: Math.max(before.busiest, before.count), allowed: before.allowed };
  const spared = Math.min(settled.allowed, started);
  const next = { ...settled, count: settled.count + started - spared, allowed: settled.allowed - spared };
  meta.set("starts", next);
  const limit = Math.max(NEVER_A_FLOOD, TIMES_BUSIEST * next.busiest);
  if (next.count > limit && !meta.get("flood")) {
    meta.set("flood", { since: now });
    findings.raise("flood", "flood", { plans: next.count, limit }, now);
  }
}

/** Lets `plans` more plans pass; lifts a hold. */
export function allowStarts(engine: Engine, plans: number): void {
  const { meta, findings } = engine.store;
  const hour = Math.floor(engine.now() / HOUR_MS);
  const before = meta.get<Starts>("starts") ?? { hour, count: 0, busiest: 0, allowed: 0 };
  meta.set("starts", { ...before, count: 0, allowed: before.allowed + plans });
  meta.remove("flood");
  findings.close("flood", engine.now());
}

/** Without the creates of tasks while a flood is held. */
export function floodCheck(engine: Engine, rows: readonly Thing[]): readonly Thing[] {
  if (!engine.store.meta.get("flood")) return rows;
  return rows.filter((thing) => thing.kind !== "task" || thing.externalId !== null);
}
