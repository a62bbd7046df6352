/**
 * Work on the portal's whole past, in portions, a few per turn: reading the clients, learning the risk model, proving the score. What is under
 * way lives in memory and begins again after a restart; what was asked for and what came out is in the store.
 */

import { type PortalPastClient, pastClient } from "../core/client/past/past-client.ts";
import { historyOf, type PortalHistory } from "../core/client/past/walk.ts";
import { loadState } from "../core/client/state.ts";
import type { ClientFacts } from "../core/decision.ts";
import type { ClientKey } from "../core/model.ts";
import type { Engine } from "./engine.ts";

/** Clients that a pass looks at; more cost time and memory and teach next to nothing. */
const SAMPLE_MAX = 1_500;
/** Clients whose records are read at once. */
const PAGE = 50;
/** How far back a pass goes, days. */
const BACK_DAYS = 730;

/** The clients as they were, every n-th of a large book, in order of key. Yields after each page. */
export function* readPast(engine: Engine, today: number, most = SAMPLE_MAX): Generator<null, PortalHistory> {
  const { store } = engine;
  const stride = Math.max(1, Math.ceil(store.clients.count() / most));
  const clients: PortalPastClient[] = [];
  let index = 0;
  for (let after = ""; ; ) {
    const page = store.clients.page(after, PAGE);
    const taken = page.filter(() => index++ % stride === 0);
    const facts = factsOf(
      engine,
      taken.map((one) => one.key),
    );
    for (const { key, state } of taken)
      clients.push(pastClient(key, loadState(state).state, facts(key), engine.config(), today));
    if (page.length < PAGE) return historyOf(clients, today, BACK_DAYS);
    after = page.at(-1)!.key;
    yield null;
  }
}

function factsOf({ store }: Engine, keys: readonly ClientKey[]): (key: ClientKey) => ClientFacts {
  const records = store.records.ofClients(keys);
  const usage = store.usageOf(keys);
  return (key) => ({
    records: records.get(key) ?? [],
    things: [],
    survivors: new Map(),
    usage: usage.get(key) ?? {},
  });
}
