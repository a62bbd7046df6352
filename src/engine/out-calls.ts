/**
 * Makes the signed calls of provisioning steps (A6). Each has one idempotency key for ever, is tried again with growing waits, and ends as
 * done, or as failed: then the plan makes a task of it.
 */
import type { DesiredOutCall } from "../core/desired.ts";
import { type FactValue, refKey } from "../core/model.ts";
import { callUrl } from "../core/outside/settings.ts";
import { own } from "../core/own.ts";
import { isFailure } from "../crm/failure.ts";
import { OUT_CALLS, type Thing } from "../store/mirror.ts";
import { decideNow } from "./decider.ts";
import { type Engine, isCurrent } from "./engine.ts";
import { freshAddresses, freshNames } from "./fresh.ts";
import { begun, delayed } from "./mirror-row.ts";
import type { Outside } from "./outside.ts";
import type { Parts } from "./parts.ts";

/** Calls of one turn. */
const PER_TURN = 10;
/** Waits before the second, third, … attempt, ms: as Standard Webhooks recommends; over a day in all, then a person takes over. */
const WAITS_MS = [30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000] as const;

/** Returns how many calls were handled. */
export async function makeOutCalls(engine: Engine): Promise<number> {
  const { outside, store } = engine;
  if (!outside) return 0;
  const waiting = store.mirror.next("dirty", OUT_CALLS, engine.now(), PER_TURN);
  if (waiting.length === 0) return 0;
  decideNow(engine, [...new Set(waiting.map((row) => row.client))]);
  for (const { key } of waiting) {
    if (!isCurrent(engine)) break;
    const [row] = store.mirror.byKeys([key]);
    if (row?.state !== "dirty" || row.desired === null || row.notBefore > engine.now()) continue;
    await makeOne(engine, outside, row, JSON.parse(row.desired) as DesiredOutCall);
  }
  return waiting.length;
}

/** When the next call is due; null when none waits. */
export function nextOutCallAt(engine: Engine, parts: Parts): number | null {
  const at = engine.outside ? engine.store.mirror.soonest("dirty", OUT_CALLS, engine.now()) : null;
  return at === null ? null : Math.max(at, parts.readyAt("out-calls"));
}

async function makeOne(engine: Engine, outside: Outside, row: Thing, wish: DesiredOutCall): Promise<void> {
  // A connector that is off is passed over, in its turn (A6.2).
  if (own(outside.calls.actions, wish.action)?.isOff) return end(engine, row, wish, "done", "off");
  const url = callUrl(wish.action, outside.calls);
  if (url === null || !outside.callOut) return end(engine, row, wish, "failed", "no-address");
  const people = outside.calls.includeContact ? await peopleOf(engine, wish) : {};
  if (!isCurrent(engine)) return;
  engine.store.transaction(() => engine.store.mirror.put([begun(row, {})]));
  try {
    await outside.callOut(url, engine.hash(`out-call:${row.key}`), bodyOf(engine, outside, row, wish, people));
    end(engine, row, wish, "done", null);
  } catch (error) {
    if (!isFailure(error)) throw error;
    if (error.failure === "refused") return end(engine, row, wish, "failed", error.code ?? "refused");
    again(engine, row, wish, error.code ?? error.failure, error.retryAt);
  }
}

/** What a receiver gets: ids, the plan, the links that report steps as done (this one, and those that other systems do); names and addresses only where the admin asks for them. */
function bodyOf(
  engine: Engine,
  outside: Outside,
  row: Thing,
  wish: DesiredOutCall,
  people: Readonly<Record<string, unknown>>,
): unknown {
  const { action, cycle, step, dealId, plan, links, ownerId } = wish;
  return {
    type: `provisioning.${action}`,
    timestamp: new Date(engine.now()).toISOString(),
    data: {
      portal: outside.portal,
      action,
      step,
      cycle,
      client: row.client,
      deal: dealId,
      contacts: links.filter((link) => link.kind === "contact").map((link) => link.id),
      owner: ownerId,
      plan,
      doneUrl: outside.doneLink(row.client, cycle, step),
      external: outside.externalSteps(row.client, cycle),
      ...people,
    },
  };
}

async function peopleOf(engine: Engine, { links }: DesiredOutCall): Promise<Readonly<Record<string, unknown>>> {
  const names = await freshNames(engine, links);
  const contacts = links.filter((link) => link.kind === "contact");
  const addresses = await freshAddresses(
    engine,
    contacts.map((one) => one.id),
  );
  const named = Object.fromEntries(links.map((link) => [refKey(link), names.of(link)]));
  return {
    names: named,
    addresses: Object.fromEntries(contacts.map((one) => [one.id, addresses.get(one.id) ?? null])),
  };
}

function end(
  engine: Engine,
  before: Thing,
  wish: DesiredOutCall,
  outcome: "done" | "failed",
  code: string | null,
): void {
  const at = engine.now();
  const { mirror, clients, journal } = engine.store;
  engine.store.transaction(() => {
    const [row] = mirror.byKeys([before.key]);
    if (!row) return;
    const ours: Record<string, FactValue> = { at, outcome, code, attempts: row.attempts + 1 };
    const isDone = outcome === "done";
    const externalId = isDone ? engine.hash(`out-call:${row.key}`) : null;
    mirror.put([{ ...row, state: isDone ? "clean" : "refused", sending: null, sent: row.desired, externalId, ours }]);
    const params = { step: `${wish.cycle}/${wish.step}`, action: wish.action, why: code };
    journal.did({ at, actor: "tenure", client: row.client, code: `call-${outcome}`, params });
    clients.bringForward([row.client], at);
  });
}

function again(engine: Engine, before: Thing, wish: DesiredOutCall, code: string, retryAt: number | undefined): void {
  const now = engine.now();
  const wait = WAITS_MS[before.attempts];
  if (wait === undefined) {
    end(engine, before, wish, "failed", code);
    return;
  }
  // A little chance, so that calls that failed together do not come back together.
  const at = Math.max(retryAt ?? 0, now + Math.round(wait * (0.9 + engine.chance() * 0.2)));
  engine.store.transaction(() => {
    const [row] = engine.store.mirror.byKeys([before.key]);
    const later = row && delayed(row, at, now);
    if (later) engine.store.mirror.put([later]);
  });
}
