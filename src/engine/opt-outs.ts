/**
 * A client who unsubscribed on our page wants no letters from anybody: the CRM is told, by its own opt-out where it has one, else in our field on
 * the contact. What waits is a list of contact ids; telling the CRM twice does no harm.
 */
import { isFailure } from "../crm/failure.ts";
import type { Store } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import type { Parts } from "./parts.ts";

const WAITING = "optOuts";
/** Contacts of one turn. */
const PER_TURN = 5;

function waitingOf(store: Store): readonly string[] {
  return store.meta.get<string[]>(WAITING) ?? [];
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
  const batch = waitingOf(store).slice(0, PER_TURN);
  for (const id of batch) {
    if (engine.crm.readyAt({ do: "send" }) > engine.now()) break;
    try {
      await engine.crm.stopLetters(id);
      store.findings.close(refusedKey(id), engine.now());
    } catch (error) {
      if (!isFailure(error, "refused")) throw error;
      const { message: advice, code } = error;
      store.findings.raise(refusedKey(id), "opt-out-refused", { client: `contact:${id}`, advice, code }, engine.now());
    }
    store.transaction(() => {
      const left = waitingOf(store).filter((one) => one !== id);
      if (left.length === 0) store.meta.remove(WAITING);
      else store.meta.set(WAITING, left);
    });
  }
  return batch.length;
}

/** When the CRM can be told next, epoch ms; null when nothing waits. */
export function nextOptOutAt(engine: Engine, parts: Parts): number | null {
  if (waitingOf(engine.store).length === 0) return null;
  return Math.max(engine.now(), parts.readyAt("opt-outs"), engine.crm.readyAt({ do: "send" }));
}
