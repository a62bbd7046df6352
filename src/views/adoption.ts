import { chooseFor } from "../core/client/choose.ts";
import type { ClientRecord, DecideConfig } from "../core/decide.ts";
import type { ClientKey } from "../core/model.ts";
import { selectSteps } from "../core/plan/compile.ts";
import type { Portal } from "../portal-open.ts";

export interface AdoptionPreview {
  plans: number;
  tasks: number;
}

/** Deals and clients looked at per query. */
const PAGE = 500;

/** What would be made if deals won since `sinceMs` counted: one plan per client without one, by the rules that choose its template. Writes nothing. */
export function previewAdoption(portal: Portal, sinceMs: number): AdoptionPreview {
  const config = portal.engine().config();
  const keys = [...adoptable(portal, sinceMs)];
  let plans = 0;
  let tasks = 0;
  for (let at = 0; at < keys.length; at += PAGE) {
    const slice = keys.slice(at, at + PAGE);
    const records = portal.store.records.ofClients(slice);
    for (const key of slice) {
      const state = portal.store.clients.get(key)?.state as { plans?: unknown[] } | null | undefined;
      if ((state?.plans ?? []).length > 0) continue;
      plans += 1;
      tasks += stepsFor(key, records.get(key) ?? [], config);
    }
  }
  return { plans, tasks };
}

/** Clients with a deal won since then. */
function adoptable(portal: Portal, sinceMs: number): ReadonlySet<ClientKey> {
  const found = new Set<ClientKey>();
  for (let after = ""; ; ) {
    const page = portal.store.records.page("deal", after, PAGE);
    for (const deal of page) {
      const { outcome, wonAt } = deal.facts;
      if (!deal.gone && outcome === "won" && typeof wonAt === "number" && wonAt >= sinceMs && deal.client)
        found.add(deal.client);
    }
    if (page.length < PAGE) return found;
    after = page.at(-1)!.ref.id;
  }
}

function stepsFor(key: ClientKey, records: readonly ClientRecord[], config: DecideConfig): number {
  const facts = { records, things: [], survivors: new Map<string, string>(), usage: {} };
  const deal = records.find((one) => one.ref.kind === "deal" && !one.gone && one.facts.outcome === "won");
  const { template, inputs } = chooseFor(key, deal, facts, config);
  return selectSteps(template, inputs.options ?? []).steps.length;
}
