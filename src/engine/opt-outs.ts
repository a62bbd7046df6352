/**
 * A client who unsubscribed on our page wants no letters from anybody: the CRM is told, by its own opt-out where it has one, else in our field on
 * the contact. What waits is a list of contact ids; telling the CRM twice does no harm. What it refused is told again once a day, and as soon as
 * the contact has changed.
 */
import { isFailure } from "../crm/failure.ts";
import type { Store } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import type { Parts } from "./parts.ts";

const WAITING = "optOuts";
/** Contacts that the CRM refused, and when it is told again, epoch ms. */
const REFUSED = "optOutsRefused";
const AGAIN_MS = 86_400_000;
/** Contacts of one turn. */
const PER_TURN = 5;

function waitingOf(store: Store): readonly string[] {
  return store.meta.get<string[]>(WAITING) ?? [];
}

function refusedOf(store: Store): Readonly<Record<string, number>> {
  return store.meta.get<Record<string, number>>(REFUSED) ?? {};
}

/** When a contact is told again, epoch ms; null: no more. */
function tellAgain(store: Store, contactId: string, atMs: number | null): void {
  const { [contactId]: _, ...others } = refusedOf(store);
  const left = atMs === null ? others : { ...others, [contactId]: atMs };
  if (Object.keys(left).length === 0) store.meta.remove(REFUSED);
  else store.meta.set(REFUSED, left);
}

/** These contacts have changed: what the CRM refused for them may be told at once. Called within a transaction. */
export function retryOptOuts(store: Store, contactIds: readonly string[], nowMs: number): void {
  const refused = refusedOf(store);
  for (const id of contactIds) if (id in refused) tellAgain(store, id, nowMs);
}

/** One finding per contact: that the CRM took the next one says nothing of this one. */
function refusedKey(contactId: string): string {
  return `opt-out:${contactId}`;
}

/** To be told to the CRM. Called within a transaction. */
export function wishOptOut(store: Store, contactId: string): void {
  const waiting = waitingOf(store);
  if (!waiting.includes(contactId)) store.meta.set(WAITING, [...waiting, contactId]);
}

/** Tells the CRM. Returns how many contacts were handled. @throws CrmFailure when it cannot be told now */
export async function tellOptOuts(engine: Engine): Promise<number> {
  const { store } = engine;
  const due = Object.entries(refusedOf(store)).filter(([, at]) => at <= engine.now());
  const batch = [...new Set([...waitingOf(store), ...due.map(([id]) => id)])].slice(0, PER_TURN);
  for (const id of batch) {
    if (engine.crm.readyAt({ do: "send" }) > engine.now()) break;
    const why = await refusalOf(engine, id);
    const now = engine.now();
    store.transaction(() => {
      const left = waitingOf(store).filter((one) => one !== id);
      if (left.length === 0) store.meta.remove(WAITING);
      else store.meta.set(WAITING, left);
      tellAgain(store, id, why && now + AGAIN_MS);
      if (why) store.findings.raise(refusedKey(id), "opt-out-refused", { client: `contact:${id}`, ...why }, now);
      else store.findings.close(refusedKey(id), now);
    });
  }
  return batch.length;
}

/** Why the CRM did not take it; null when it did, or when the contact is not there any more. @throws CrmFailure when it cannot be told now */
async function refusalOf({ crm, store }: Engine, id: string): Promise<{ advice: string; code: string } | null> {
  const living = store.records.survivor({ kind: "contact", id });
  if (id in refusedOf(store) && (store.records.get(living)?.gone ?? true)) return null;
  try {
    await crm.stopLetters(living.id);
    return null;
  } catch (error) {
    if (!isFailure(error, "refused")) throw error;
    return { advice: error.message, code: error.code };
  }
}

/** When the CRM can be told next, epoch ms; null when nothing waits. */
export function nextOptOutAt(engine: Engine, parts: Parts): number | null {
  const again = Object.values(refusedOf(engine.store));
  const at = waitingOf(engine.store).length > 0 ? engine.now() : Math.min(...again);
  return at === Number.POSITIVE_INFINITY
    ? null
    : Math.max(at, parts.readyAt("opt-outs"), engine.crm.readyAt({ do: "send" }));
}
