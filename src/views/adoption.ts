import { contextOf } from "../core/client/plans.ts";
import type { Portal } from "../portal.ts";

export interface AdoptionPreview {
  plans: number;
  tasks: number;
}

/** What would be made if deals won since `sinceMs` counted: one plan per client without one, with the default template's tasks. Writes nothing. */
export function previewAdoption(portal: Portal, sinceMs: number, nowMs: number): AdoptionPreview {
  const { store } = portal;
  const config = portal.engine().config();
  const adopted = new Map<string, number>();
  for (let after = "", more = true; more; ) {
    const page = store.records.page("deal", after, 500);
    for (const deal of page) {
      const { outcome, wonAt } = deal.facts;
      if (deal.gone || outcome !== "won" || typeof wonAt !== "number" || wonAt < sinceMs || !deal.client) continue;
      adopted.set(deal.client, (adopted.get(deal.client) ?? 0) + 1);
    }
    after = page.at(-1)?.ref.id ?? "";
    more = page.length === 500;
  }
  const keys = [...adopted.keys()].filter((key) => {
    const state = store.clients.get(key)?.state as { plans?: unknown[] } | null | undefined;
    return (state?.plans ?? []).length === 0;
  });
  const template = config.newest.get(config.settings.defaultTemplate);
  const steps = template
    ? contextOf({ templateId: template.id, templateVersion: template.version }, config, nowMs).template.steps.length
    : 0;
  return { plans: keys.length, tasks: keys.length * steps };
}
