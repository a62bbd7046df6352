import type { ClientKey } from "../core/model.ts";
import type { Store } from "../store/store.ts";

/** The state of a client that absorbed others: the decision folds them in and drops the list. */
export interface Absorbing {
  absorbed?: readonly unknown[];
}

/**
 * One client becomes another: records were merged, or a deal got its company late. What we keep in the CRM for it goes along
 * under its old keys, so nothing is made twice.
 */
export function moveClient(store: Store, from: ClientKey, to: ClientKey): void {
  if (from === to) return;
  const old = store.clients.get(from);
  if (!old) return;
  const target = store.clients.get(to);
  const things = store.mirror.ofClients([from]).get(from) ?? [];
  store.mirror.put(things.map((thing) => ({ ...thing, client: to })));
  if (!target || target.state === null) {
    store.clients.put([{ ...old, key: to }]);
  } else {
    const state = target.state as Absorbing;
    store.clients.put([{ ...target, state: { ...state, absorbed: [...(state.absorbed ?? []), old.state] } }]);
  }
  store.clients.remove(from);
}
