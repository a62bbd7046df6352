/**
 * One owner's clients go to others in one go, and come back in one go. The CRM's own owner fields stay a person's: what is handed over is who
 * holds the client in that person's place, so every open task follows by the next decisions, each under its key and therefore once.
 */
import { sql } from "drizzle-orm";
import { parseDay } from "../core/calendar/day.ts";
import { dayOf } from "../core/calendar/zone.ts";
import { act, undoHandOver } from "../core/client/acts.ts";
import { type ClientState, loadState } from "../core/client/state.ts";
import type { ClientKey, Language } from "../core/model.ts";
import { currentPlan } from "../core/plan/life-cycle.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { type ClientReading, readClients, readPlan } from "../views/client-reading.ts";
import { sayRef } from "../views/texts.ts";
import type { Viewer } from "../views/viewer.ts";

/** Clients per go: few enough to be looked at one by one. */
const HAND_OVER_MAX = 200;
/** An absence that begins within so many days is worth a hand-over now. */
const SOON_DAYS = 7;

export interface HandOverWish {
  fromOwnerId: string;
  /** who takes them */
  toOwnerId: string;
  /** clients that go to somebody else, by key */
  others: Readonly<Record<ClientKey, string>>;
}

export interface HandedClient {
  key: ClientKey;
  zone: string | null;
  toOwnerId: string;
  /** open steps that change hands */
  steps: number;
  /** dates that move because the new owner works on other days */
  dates: readonly { title: string; fromDay: number; toDay: number }[];
}

/** The last hand-over, as far as taking it back needs. */
export interface HandOver {
  batch: string;
  at: number;
  fromOwnerId: string;
  clients: number;
  steps: number;
}

/** Away soon or now until a day, or gone from the CRM, and with clients. */
export interface Suggested {
  ownerId: string;
  why: "away" | "gone";
  untilDay: number | null;
  clients: number;
}

export interface HandOverView {
  zone: string;
  /** who may take clients */
  owners: readonly string[];
  /** who should give theirs */
  suggested: readonly Suggested[];
  wish: HandOverWish | null;
  clients: readonly HandedClient[];
  /** of all that this owner has; more than are shown are left for the next go */
  total: number;
  steps: number;
  reds: number;
  moved: number;
  /** hand it back with the act: what changed since is previewed again instead */
  seen: string;
  last: HandOver | null;
}

export type HandOverAnswer =
  | { ok: true; clients: number; isRepeated: boolean }
  | { ok: false; why: "invalid" | "not-ready" | "changed" | "nothing" };

/** What handing over would change. Null before the portal was looked at for the first time. */
export function handOverView(
  portal: Portal,
  around: Surroundings,
  wish: HandOverWish | null,
  language: Language,
): HandOverView | null {
  const about = portal.about();
  if (!about) return null;
  const now = around.now();
  const { zone } = portal.engine().config();
  const keys = wish ? clientsOf(portal, wish.fromOwnerId) : [];
  const rows = wish && isValid(portal, wish) ? rowsOf(portal, wish, keys, language, now) : [];
  return {
    zone,
    owners: about.owners.filter((one) => one.active).map((one) => one.id),
    suggested: suggestedOf(portal, dayOf(now, zone)),
    wish,
    clients: rows,
    total: keys.length,
    steps: rows.reduce((sum, one) => sum + one.steps, 0),
    reds: rows.filter((one) => one.zone === "red").length,
    moved: rows.reduce((sum, one) => sum + one.dates.length, 0),
    seen: seenMark(around, rows),
    last: lastHandOver(portal),
  };
}

/** Carries it out. The same `once` a second time does nothing and says so. */
export function handOver(
  portal: Portal,
  around: Surroundings,
  viewer: Viewer,
  wish: HandOverWish,
  seen: string,
  once: string,
): HandOverAnswer {
  if (portal.about() === null) return { ok: false, why: "not-ready" };
  if (!isValid(portal, wish)) return { ok: false, why: "invalid" };
  const { store } = portal;
  const now = around.now();
  const actor = `user:${viewer.userId}`;
  const answer = store.transaction((): HandOverAnswer => {
    const batch = around.vault.hash(`hand-over:${viewer.userId}:${once}`);
    if (lastHandOver(portal)?.batch === batch) return { ok: true, clients: 0, isRepeated: true };
    const rows = rowsOf(portal, wish, clientsOf(portal, wish.fromOwnerId), "en", now);
    if (seenMark(around, rows) !== seen) return { ok: false, why: "changed" };
    if (rows.length === 0) return { ok: false, why: "nothing" };
    for (const { key, toOwnerId } of rows) {
      const stored = store.clients.get(key)!;
      const state = handed(loadState(stored.state).state, wish.fromOwnerId, toOwnerId, batch, { at: now, by: actor });
      store.clients.put([{ ...stored, state, dueAt: now }]);
      const params = { fromOwner: wish.fromOwnerId, toOwner: toOwnerId, batch };
      store.journal.did({ at: now, actor, client: key, code: "act-hand-over", params });
    }
    const steps = rows.reduce((sum, one) => sum + one.steps, 0);
    const last: HandOver = { batch, at: now, fromOwnerId: wish.fromOwnerId, clients: rows.length, steps };
    store.meta.set("handOver", last);
    store.journal.did({ at: now, actor, client: null, code: "handed-over", params: { ...last } });
    return { ok: true, clients: rows.length, isRepeated: false };
  });
  portal.changed();
  return answer;
}

function lastHandOver(portal: Portal): HandOver | null {
  return portal.store.meta.get<HandOver>("handOver");
}

/** Takes the last hand-over back, but for clients that were handed on since. Returns how many came back. */
export function undoLastHandOver(portal: Portal, around: Surroundings, actor: string): number {
  const last = lastHandOver(portal);
  if (!last) return 0;
  const { store } = portal;
  const now = around.now();
  const back = store.transaction(() => {
    const rows = store.db.all<{ client: string }>(
      sql`select distinct client from history where code = 'act-hand-over' and at >= ${last.at}
          and params->>'batch' = ${last.batch} and client is not null`,
    );
    const count = rows.filter(({ client }) => takeBack(portal, client, last.batch, now)).length;
    store.meta.remove("handOver");
    store.journal.did({ at: now, actor, client: null, code: "hand-over-undone", params: { clients: count } });
    return count;
  });
  portal.changed();
  return back;
}

function takeBack(portal: Portal, key: ClientKey, batch: string, now: number): boolean {
  const stored = portal.store.clients.get(key);
  const state = stored && undoHandOver(loadState(stored.state).state, batch);
  if (!stored || !state) return false;
  portal.store.clients.put([{ ...stored, state, dueAt: now }]);
  return true;
}

function isValid(portal: Portal, { fromOwnerId, toOwnerId, others }: HandOverWish): boolean {
  const owners = portal.about()?.owners ?? [];
  const takers = [toOwnerId, ...Object.values(others)];
  const isTaker = (id: string) => owners.some((one) => one.id === id && one.active);
  return owners.some((one) => one.id === fromOwnerId) && takers.every((id) => id !== fromOwnerId && isTaker(id));
}

function handed(
  state: ClientState,
  fromOwnerId: string,
  toOwnerId: string,
  batch: string,
  meta: { at: number; by: string },
): ClientState {
  const dating = (): never => {
    throw new Error("A hand-over dates nothing by itself.");
  };
  return act(state, { do: "hand_over", fromOwnerId, toOwnerId, batch }, meta, dating);
}

// ---------------------------------------------------------------- whose clients

/** Records whose owner makes somebody a client's owner. */
const OWNING = sql`('company', 'contact', 'deal')`;

/** Clients of an owner: those the last decision gave to this person, and those whose records name one that has left. */
function clientsOf(portal: Portal, ownerId: string): readonly ClientKey[] {
  const isGone = portal.about()?.owners.some((one) => one.id === ownerId && !one.active) ?? false;
  const held = sql`select key from client where owner_id = ${ownerId}`;
  const named = sql`select client as key from record where client is not null and kind in ${OWNING} and facts->>'ownerId' = ${ownerId}`;
  const keys = portal.store.db.all<{ key: string }>(isGone ? sql`${held} union ${named}` : held).map((row) => row.key);
  return keys.filter((key) => isOpenFor(portal, key, ownerId)).sort();
}

/** Not handed over already. */
function isOpenFor(portal: Portal, key: ClientKey, ownerId: string): boolean {
  const stored = portal.store.clients.get(key);
  if (!stored) return false;
  const { state } = loadState(stored.state);
  return state.acts?.heldBy?.[ownerId] === undefined;
}

function suggestedOf(portal: Portal, today: number): readonly Suggested[] {
  const owners = portal.about()?.owners ?? [];
  const { absences } = portal.settings().people;
  const away = owners.flatMap(({ id, active }): Omit<Suggested, "clients">[] => {
    const days = absences.filter(
      (one) => one.ownerId === id && parseDay(one.to) >= today && parseDay(one.from) <= today + SOON_DAYS,
    );
    if (!active) return [{ ownerId: id, why: "gone", untilDay: null }];
    if (days.length === 0) return [];
    return [{ ownerId: id, why: "away", untilDay: Math.max(...days.map((one) => parseDay(one.to))) }];
  });
  return away
    .map((one) => ({ ...one, clients: clientsOf(portal, one.ownerId).length }))
    .filter((one) => one.clients > 0)
    .sort((a, b) => b.clients - a.clients);
}

// ---------------------------------------------------------------- what changes

function rowsOf(
  portal: Portal,
  wish: HandOverWish,
  keys: readonly ClientKey[],
  language: Language,
  now: number,
): readonly HandedClient[] {
  return readClients(portal, keys.slice(0, HAND_OVER_MAX), now).map((reading) =>
    rowOf(portal, wish, reading, language, now),
  );
}

function rowOf(
  portal: Portal,
  { fromOwnerId, toOwnerId, others }: HandOverWish,
  reading: ClientReading,
  language: Language,
  now: number,
): HandedClient {
  const { key, zone } = reading.stored;
  const to = others[key] ?? toOwnerId;
  const plan = currentPlan(reading.state.plans);
  const row = { key, zone, toOwnerId: to, steps: 0, dates: [] };
  if (!plan || plan.state === "closed") return row;
  const after = handed(reading.state, fromOwnerId, to, "preview", { at: now, by: "tenure" });
  const steps = readPlan(reading, plan, now).plan.steps;
  const changed = readPlan({ ...reading, state: after }, plan, now).plan.steps;
  const open = steps.flatMap((step, at) => (step.state === "open" ? [{ step, next: changed[at]! }] : []));
  const title = (step: string) =>
    sayRef(portal, { id: `template:${plan.templateId}:${plan.templateVersion}:step:${step}:title` }, language);
  return {
    ...row,
    steps: open.filter(({ step, next }) => step.owner.ownerId !== next.owner.ownerId).length,
    dates: open
      .filter(({ step, next }) => step.dueDay !== next.dueDay)
      .map(({ step, next }) => ({ title: title(step.key), fromDay: step.dueDay, toDay: next.dueDay })),
  };
}

/** Tells whether the hand-over is still the one that was looked at. */
function seenMark({ vault }: Pick<Surroundings, "vault">, rows: readonly HandedClient[]): string {
  const said = rows.map(({ key, toOwnerId, steps, dates }) => [key, toOwnerId, steps, dates.map((one) => one.toDay)]);
  return vault.hash(`handed:${JSON.stringify(said)}`).slice(0, 22);
}
