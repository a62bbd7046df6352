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
  /** what is to be taken out of the CRM, for the progress bar; grows while it is being wished away */
  total: number;
  /** everything up to this key is wished away; null = all of it */
  after: string | null;
}

/** Decides nothing from here on; wishes everything of ours away. A process that ends in the middle goes on with it in its next turn. */
export function beginLeave(engine: Engine, actor: string): void {
  const { store } = engine;
  store.transaction(() => {
    store.clients.restAll();
    store.meta.set("leaving", { since: engine.now(), actor, total: 0, after: "" } satisfies Leaving);
    store.meta.remove("flood");
    store.meta.remove("careful");
  });
  wishAway(engine);
}

function wishAway(engine: Engine): void {
  const { store } = engine;
  for (;;) {
    const leaving = store.meta.get<Leaving>("leaving");
    if (leaving === null || typeof leaving.after !== "string") return;
    const page = store.mirror.page(leaving.after, PAGE);
    const rows = page.map((row) => [row, farewell(row, engine.now())] as const);
    const wanted = rows.filter(([, next]) => next !== null && next.desired === null).length;
    store.transaction(() => {
      store.mirror.put(rows.flatMap(([, next]) => (next === null ? [] : [next])));
      store.mirror.remove(rows.flatMap(([row, next]) => (next === null ? [row.key] : [])));
      const after = page.length < PAGE ? null : page.at(-1)!.key;
      store.meta.set("leaving", { ...leaving, total: leaving.total + wanted, after } satisfies Leaving);
    });
  }
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
  parts.recall(engine);
  recover(store, engine.now());
  wishAway(engine);
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
