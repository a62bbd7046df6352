/** What admins do to the whole portal: rights, and taking the last bulk change back. Written into meta and the history. */
import { sql } from "drizzle-orm";
import { dayOf } from "../core/calendar/zone.ts";
import type { ClientState } from "../core/client/state.ts";
import { closePlan } from "../core/plan/life-cycle.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { type Access, keepAccess } from "../views/viewer.ts";

/** The last adoption of earlier customers, as far as undoing it needs. */
export interface Adoption {
  at: number;
  /** adopted were deals won from `since` until `until`, epoch ms */
  since: number;
  until: number;
  /** what counted before, as it was kept */
  before: number | null;
  plans: number;
  tasks: number;
}

export function rememberAdoption(portal: Portal, adoption: Adoption): void {
  portal.store.meta.set("adoption", adoption);
}

export function lastAdoption(portal: Portal): Adoption | null {
  return portal.store.meta.get<Adoption>("adoption");
}

/**
 * Takes the last adoption back: deals won before it start nothing again, and the plans it started are closed; their open tasks are withdrawn
 * from the CRM by the next decisions, finished ones stay. Returns how many plans were closed.
 */
export function undoAdoption(portal: Portal, around: Surroundings, actor: string): number {
  const adoption = lastAdoption(portal);
  if (!adoption) return 0;
  const { store } = portal;
  const now = around.now();
  const today = dayOf(now, portal.engine().config().zone);
  const closed = store.transaction(() => {
    const keys = store.db
      .all<{ client: string }>(
        sql`select distinct client from history where code = 'plan-started' and at >= ${adoption.at} and client is not null`,
      )
      .map((row) => row.client);
    const count = keys.filter((key) => closeAdopted(portal, key, adoption, today, now)).length;
    if (adoption.before === null) store.meta.remove("startsFrom");
    else store.meta.set("startsFrom", adoption.before);
    store.meta.remove("adoption");
    store.journal.did({ at: now, actor, client: null, code: "adoption-undone", params: { clients: count } });
    return count;
  });
  portal.changed();
  return closed;
}

function closeAdopted(portal: Portal, key: string, adoption: Adoption, today: number, now: number): boolean {
  const client = portal.store.clients.get(key);
  if (!client) return false;
  const state = client.state as ClientState;
  const isAdopted = (startAt: number) => startAt >= adoption.since && startAt < adoption.until;
  const plans = (state.plans ?? []).map((plan) =>
    isAdopted(plan.startAt) && plan.state !== "closed" ? closePlan(plan, today, "adoption_undone") : plan,
  );
  if (plans.every((plan, at) => plan === state.plans[at])) return false;
  portal.store.clients.put([{ ...client, state: { ...state, plans }, dueAt: now }]);
  return true;
}

export function changeAccess(portal: Portal, around: Surroundings, access: Access, actor: string): void {
  portal.store.transaction(() => {
    keepAccess(portal, access);
    portal.store.journal.did({
      at: around.now(),
      actor,
      client: null,
      code: "access",
      params: { admins: access.admins.length, sees: access.sees },
    });
  });
}
