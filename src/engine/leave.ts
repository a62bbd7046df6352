/** Leaving is clean (G10): our open tasks, notes, fields and field groups go; what people finished or worked on stays theirs. */

import { PRIORITY } from "../core/desired.ts";
import type { Thing } from "../store/mirror.ts";
import type { Bounds, Engine } from "./engine.ts";
import { kept } from "./mirror-row.ts";
import { attempt } from "./parts.ts";
import { recover, settleUnknown } from "./settle.ts";
import { isWorkedOn } from "./three-way.ts";
import type { TurnMemory } from "./tick.ts";
import { nextWriteAt, writeDirty } from "./writer.ts";

/** Rows prepared per transaction. */
const PAGE = 500;
/** While an outcome is unknown or a limit is full, the next look is at least this far away, ms. */
const PATIENCE_MS = 1_000;

export interface Leaving {
  since: number;
  actor: string;
  /** what was to be taken out of the CRM when it began, for the progress bar */
  total: number;
}

/** Decides nothing from here on; wishes everything of ours away. */
export function beginLeave(engine: Engine, actor: string): Leaving {
  const { store } = engine;
  let total = 0;
  for (let after = ""; ; ) {
    const page = store.mirror.page(after, PAGE);
    store.transaction(() => {
      const rows = page.map((row) => [row, farewell(row, engine.now())] as const);
      store.mirror.put(rows.flatMap(([, next]) => (next === null ? [] : [next])));
      store.mirror.remove(rows.flatMap(([row, next]) => (next === null ? [row.key] : [])));
      total += rows.filter(([, next]) => next !== null && next.desired === null).length;
    });
    if (page.length < PAGE) break;
    after = page.at(-1)!.key;
  }
  const leaving = { since: engine.now(), actor, total };
  store.transaction(() => {
    store.clients.restAll();
    store.meta.set("leaving", leaving);
    store.meta.remove("flood");
    store.meta.remove("careful");
  });
  return leaving;
}

/** Fields go with their groups; finished and edited tasks stay; everything else of ours is taken out. Null: the row is forgotten. */
function farewell(row: Thing, nowMs: number): Thing | null {
  if (row.kind !== "task" && row.kind !== "note") return null;
  if (row.state === "gone") return null;
  const isUnderWay = row.state === "sending" || row.state === "unknown";
  if (!isUnderWay && row.externalId === null) return null;
  if (row.kind === "task" && isWorkedOn(row)) return kept(row);
  return isUnderWay
    ? { ...row, desired: null }
    : { ...row, desired: null, state: "dirty", notBefore: nowMs, attempts: 0 };
}

/** One turn of leaving. Returns when to come again; null = everything of ours is gone and the CRM was told. */
export async function leaveTurn(engine: Engine, memory: TurnMemory, bounds: Bounds): Promise<number | null> {
  const { store, crm } = engine;
  const { parts } = memory;
  recover(store, engine.now());
  // A turn that was under way, or a person's click, may have made somebody due: the writer would wait for decisions that nobody makes.
  if (store.clients.nextDueAt() !== null) store.transaction(() => store.clients.restAll());
  await settleUnknown(engine, parts, bounds.lookUps);
  await writeDirty(engine, memory, bounds.writes, PRIORITY.backfill);
  const waiting = leftToDo(engine);
  if (waiting > 0) {
    const at = nextWriteAt(engine, parts) ?? engine.now() + PATIENCE_MS;
    return Math.max(engine.now() + PATIENCE_MS, at);
  }
  const isOut = await attempt(engine, parts, "leave", false, async () => {
    await crm.removeSchema();
    await crm.leave();
    return true;
  });
  return isOut ? null : Math.max(engine.now() + PATIENCE_MS, parts.readyAt("leave"));
}

/** Things that are still to be taken out of the CRM. */
function leftToDo(engine: Engine): number {
  return engine.store.mirror
    .countByState()
    .filter((one) => one.state === "dirty" || one.state === "sending" || one.state === "unknown")
    .reduce((sum, one) => sum + one.n, 0);
}
