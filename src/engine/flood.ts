/** A flood of new plans far beyond the portal's own habit pauses the creates, and nothing else, until a person decides. */
import type { Settings } from "../core/settings.ts";
import type { Work } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";

const HOUR_MS = 3_600_000;
/** Who is late with a task that was held is told when it could have been made, and what was undone before it passed is decided, ms. */
const MAKING_MS = 900_000;

export interface Starts {
  hour: number;
  count: number;
  busiest: number;
  /** plans that an admin approved on top (an adoption, a released flood) */
  allowed: number;
}

/** The count after `started` more plans in `hour` (hours since 1970), and how many an hour may hold. Approved plans do not count. Pure. */
export function counted(
  before: Starts | null,
  started: number,
  hour: number,
  { plansPerHour, timesBusiest }: Settings["flood"],
): { starts: Starts; limit: number } {
  const known = before ?? { hour, count: 0, busiest: 0, allowed: 0 };
  const isSameHour = known.hour === hour;
  const busiest = isSameHour ? known.busiest : Math.max(known.busiest, known.count);
  const spared = Math.min(known.allowed, started);
  const count = (isSameHour ? known.count : 0) + started - spared;
  return {
    starts: { hour, count, busiest, allowed: known.allowed - spared },
    limit: Math.max(plansPerHour, timesBusiest * busiest),
  };
}

/** Counts plans started now; raises the hold when they are too many. */
export function countStarts(engine: Engine, started: number): void {
  if (started === 0) return;
  const { meta, findings } = engine.store;
  const now = engine.now();
  const { flood } = engine.config().settings;
  const { starts, limit } = counted(meta.get<Starts>("starts"), started, Math.floor(now / HOUR_MS), flood);
  meta.set("starts", starts);
  if (starts.count > limit && !isFlood(engine)) {
    meta.set("flood", { since: now });
    findings.raise("flood", "flood", { plans: starts.count, limit }, now);
  }
}

/** Lets `plans` more plans pass; lifts a hold. What was held back does not count as the portal's habit. */
export function allowStarts({ store, now }: Pick<Engine, "store" | "now">, plans: number): void {
  const { meta, findings, mirror } = store;
  const hour = Math.floor(now() / HOUR_MS);
  const before = meta.get<Starts>("starts") ?? { hour, count: 0, busiest: 0, allowed: 0 };
  meta.set("starts", { ...before, hour, count: 0, allowed: before.allowed + plans });
  if (isFlood({ store })) mirror.rungsUntil(now() + MAKING_MS);
  meta.remove("flood");
  findings.close("flood", now());
}

/** Is a flood held, so that no new task is made? */
export function isFlood({ store }: Pick<Engine, "store">): boolean {
  return store.meta.get("flood") !== null;
}

/** New tasks wait while a flood is held. */
export function isHeld(engine: Engine, work: Work): boolean {
  return work.kind === "task" && work.verb === "create" && isFlood(engine);
}
