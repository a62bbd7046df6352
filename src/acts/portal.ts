/** What admins do to the whole portal: rights, and taking the last bulk change back. Written into meta and the history. */
import { sql } from "drizzle-orm";
import { dayOf } from "../core/calendar/zone.ts";
import type { ClientState } from "../core/client/state.ts";
import { parseRef } from "../core/model.ts";
import { closePlan } from "../core/plan/life-cycle.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { clientOf } from "../views/client-of.ts";
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

/** An adoption that is being taken back, and how far that is. */
interface Undoing {
  adoption: Adoption;
  actor: string;
  /** the last client looked at */
  after: string;
  closed: number;
}

/** Clients per turn whose adopted plans are closed. */
export const UNDO_SLICE = 500;

/**
 * Takes the last adoption back: deals won before it start nothing again, and the turns that follow close the plans it started; their open
 * tasks are withdrawn from the CRM by the next decisions, finished ones stay.
 */
export function undoAdoption(portal: Portal, actor: string): void {
  const adoption = lastAdoption(portal);
  if (!adoption) return;
  const { meta } = portal.store;
  portal.store.transaction(() => {
    if (adoption.before === null) meta.remove("startsFrom");
    else meta.set("startsFrom", adoption.before);
    meta.remove("adoption");
    meta.set("adoptionUndoing", { adoption, actor, after: "", closed: 0 } satisfies Undoing);
  });
  portal.changed();
}

/** Closes the next adopted plans; false where none is left. Nobody is decided meanwhile: their tasks would be made and withdrawn again. */
export function undoAdoptionOn(portal: Portal, now: number): boolean {
  const { store } = portal;
  const undoing = store.meta.get<Undoing>("adoptionUndoing");
  if (undoing === null) return false;
  const { adoption, actor, after } = undoing;
  const today = dayOf(now, portal.engine().config().zone);
  store.transaction(() => {
    const keys = store.db
      .all<{ client: string }>(
        sql`select distinct client from history where client > ${after} and code = 'plan-started' and at >= ${adoption.at} order by client limit ${UNDO_SLICE}`,
      )
      .map((row) => row.client);
    const closed = undoing.closed + keys.filter((key) => closeAdopted(portal, key, adoption, today, now)).length;
    if (keys.length === UNDO_SLICE) {
      store.meta.set("adoptionUndoing", { ...undoing, after: keys.at(-1)!, closed } satisfies Undoing);
      return;
    }
    store.meta.remove("adoptionUndoing");
    store.journal.did({ at: now, actor, client: null, code: "adoption-undone", params: { clients: closed } });
  });
  return true;
}

/** @param key of the client as it was adopted; it may be part of another one by now */
function closeAdopted(portal: Portal, key: string, adoption: Adoption, today: number, now: number): boolean {
  const { kind, id } = parseRef(key);
  const living = clientOf(portal, kind, id);
  const client = living && portal.store.clients.get(living);
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
