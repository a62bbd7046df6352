/** Product usage at a portal's door: who may send, whose it is, and daily counts that forget everything else before the answer leaves. */

import { dayOf, instantOf } from "../core/calendar/zone.ts";
import type { DeedCode } from "../core/deed.ts";
import type { ClientKey, RecordKind } from "../core/model.ts";
import type { UsageEvent } from "../core/usage/event.ts";
import { FIRST_VALUE, MINUTES, signalsOf, type UsageSettings } from "../core/usage/settings.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import {
  clientsByProperty,
  clientsOfUsers,
  findUsageSince,
  keepUser,
  moveUsage,
  noteUsage,
  pendingKey,
  pruneUsage,
  touchUsers,
} from "../store/usage.ts";

/** Counts whose client is not known wait this long for a word of whose they are, days. */
const PENDING_DAYS = 7;
/** Doubles are noticed this long after the first arrival, days: senders try again for hours, queues in phones for weeks. */
const SEEN_DAYS = 45;
/** A product user that nobody saw for this long is forgotten, days. */
const USER_DAYS = 400;
/** Late events of past days are decided together after this long, ms. */
const LATE_WAIT_MS = 10 * 60_000;
/** How long a product's own id is remembered as known or unknown, ms. */
const LOOK_AGAIN_MS = 5 * 60_000;
const LOOKED_MAX = 5_000;

/** A key as the settings list it; the key itself was shown once, when it was made. */
export interface WriteKey {
  id: string;
  hash: string;
  madeAt: number;
  by: string;
}

/** How usage arrives; for the settings and status screens. */
export interface UsageStatus {
  keys: readonly Omit<WriteKey, "hash">[];
  /** epoch ms of the last delivery; null before the first */
  lastAt: number | null;
  /** events counted since the first delivery */
  counted: number;
  /** events that had been counted before */
  doubled: number;
  /** calls without a form we know, too large, or older than the score looks back */
  odd: number;
  /** counts that waited `PENDING_DAYS` for a client and were dropped */
  dropped: number;
}

type Counters = Omit<UsageStatus, "keys">;
const NOTHING: Counters = { lastAt: null, counted: 0, doubled: 0, odd: 0, dropped: 0 };

export interface UsageDoor {
  /** counts a delivery; false when the key is not one of this portal's. On disk when it returns */
  takeUsage(keyHash: string, events: readonly UsageEvent[], odd: number): boolean;
  usageStatus(): UsageStatus;
  /** a new key, shown only now; keys made before stay valid until they are revoked */
  makeWriteKey(actor: string): string;
  revokeWriteKey(id: string, actor: string): void;
}

/** What is kept of a write key. */
export function writeKeyHash(key: string, around: Pick<Surroundings, "vault">): string {
  return around.vault.hash(`write-key:${key}`);
}

/** The portal that a write key names; it proves nothing. */
export function portalOfWriteKey(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf(".")));
}

export function usageDoor(portal: Portal, around: Surroundings): UsageDoor {
  const { store } = portal;
  const keys = () => store.meta.get<WriteKey[]>("writeKeys") ?? [];
  const did = (actor: string, code: DeedCode, id: string) =>
    store.journal.did({ at: around.now(), actor, client: null, code, params: { key: id } });
  return {
    takeUsage(keyHash, events, odd) {
      if (!keys().some((key) => key.hash === keyHash)) return false;
      store.transaction(() => take(portal, around, events, odd));
      return true;
    },
    usageStatus: () => ({
      ...NOTHING,
      ...store.meta.get<Counters>("usage"),
      keys: keys().map(({ id, madeAt, by }) => ({ id, madeAt, by })),
    }),
    makeWriteKey(actor) {
      const key = `${portal.id()}.${around.token()}`;
      const id = key.slice(-6);
      const made: WriteKey = { id, hash: writeKeyHash(key, around), madeAt: around.now(), by: actor };
      store.transaction(() => {
        store.meta.set("writeKeys", [...keys(), made]);
        did(actor, "write-key-made", id);
      });
      return key;
    },
    revokeWriteKey(id, actor) {
      store.transaction(() => {
        store.meta.set(
          "writeKeys",
          keys().filter((key) => key.id !== id),
        );
        did(actor, "write-key-revoked", id);
      });
    },
  };
}

/** Nightly: what waited in vain goes and is counted; old hashes go. */
export function usageUpkeep(portal: Portal, nowMs: number): void {
  const today = Math.floor(nowMs / 86_400_000);
  const { store } = portal;
  store.transaction(() => {
    findUsageSince(store);
    const dropped = pruneUsage(store.db, today - PENDING_DAYS, today - SEEN_DAYS, today - USER_DAYS);
    if (dropped > 0) count(portal, { dropped });
  });
}

function count(portal: Portal, more: Partial<Counters>): void {
  const { meta } = portal.store;
  const known = { ...NOTHING, ...meta.get<Counters>("usage") };
  const sum = (name: "counted" | "doubled" | "odd" | "dropped") => known[name] + (more[name] ?? 0);
  const lastAt = more.lastAt ?? known.lastAt;
  meta.set("usage", {
    lastAt,
    counted: sum("counted"),
    doubled: sum("doubled"),
    odd: sum("odd"),
    dropped: sum("dropped"),
  });
}

interface Hashed extends UsageEvent {
  /** keyed hash of the product user */
  who: string | null;
  client: string;
}

function take(portal: Portal, around: Surroundings, events: readonly UsageEvent[], odd: number): void {
  const now = around.now();
  const { settings, zone } = where(portal);
  const today = dayOf(now, zone);
  const fresh = withoutDoubles(portal, around, events, today);
  const owned = withClients(portal, around, fresh, settings, today);
  const counts = new Map<string, { client: string; signal: string; day: number; n: number }>();
  const add = (client: string, signal: string, day: number, n = 1) => {
    const key = `${client}/${signal}/${day}`;
    const known = counts.get(key);
    if (known) known.n += n;
    else if (n > 0) counts.set(key, { client, signal, day, n });
  };
  const active = new Map<string, Hashed & { day: number }>();
  for (const one of owned) {
    const day = dayOf(one.at, zone);
    for (const signal of one.name === null ? [] : signalsOf(one.name, settings))
      add(one.client, signal, day, signal === MINUTES ? (one.minutes ?? 1) : 1);
    if (one.who !== null && one.type !== "alias" && one.type !== "group")
      active.set(around.vault.hash(`active:${one.client}:${one.who}:${day}`), { ...one, day });
  }
  for (const hash of portal.store.unseen([...active.keys()], today)) {
    const one = active.get(hash)!;
    add(one.client, "active_users", one.day);
  }
  const rows = [...counts.values()];
  if (rows.length > 0) {
    portal.store.addUsage(rows);
    noteUsage(portal.store, Math.min(...rows.map((one) => one.day)));
  }
  for (const [client, at] of wakes(rows, now, today, zone)) portal.store.clients.bringForward([client], at);
  count(portal, { lastAt: now, counted: fresh.length, doubled: events.length - fresh.length, odd });
}

function where(portal: Portal): { settings: UsageSettings; zone: string } {
  if (portal.about() === null) return { settings: portal.settings().usage, zone: "UTC" };
  const config = portal.engine().config();
  return { settings: config.settings.usage, zone: config.zone };
}

/** A count of today says nothing before the day is over; past days and a first value are decided soon. */
function wakes(
  rows: readonly { client: string; signal: string; day: number }[],
  now: number,
  today: number,
  zone: string,
): ReadonlyMap<ClientKey, number> {
  const found = new Map<ClientKey, number>();
  for (const { client, signal, day } of rows) {
    const at = signal === FIRST_VALUE ? now : day < today ? now + LATE_WAIT_MS : instantOf(today + 1, 0, zone);
    found.set(client, Math.min(found.get(client) ?? at, at));
  }
  return found;
}

/** What was counted before is left out; calls without an id cannot be told apart and are counted as they come. */
function withoutDoubles(
  portal: Portal,
  around: Surroundings,
  events: readonly UsageEvent[],
  today: number,
): readonly UsageEvent[] {
  const hashes = events.map((one) => (one.messageId === null ? null : around.vault.hash(`usage:${one.messageId}`)));
  const unseen = portal.store.unseen([...new Set(hashes.filter((hash) => hash !== null))], today);
  const taken = new Set<string>();
  return events.filter((_, at) => {
    const hash = hashes[at] ?? null;
    if (hash === null) return true;
    if (!unseen.has(hash) || taken.has(hash)) return false;
    taken.add(hash);
    return true;
  });
}

/** Each event with its client, or with the place where it waits for one. What names neither client nor user is left out. */
function withClients(
  portal: Portal,
  around: Surroundings,
  events: readonly UsageEvent[],
  settings: UsageSettings,
  today: number,
): readonly Hashed[] {
  const { vault } = around;
  const known = knownClients(portal, around, [...new Set(events.flatMap((one) => one.clientIds))], settings);
  const hashOf = new Map<string, string>();
  for (const { userId } of events)
    if (userId !== null && !hashOf.has(userId)) hashOf.set(userId, vault.hash(`user:${userId}`));
  const clientOf = new Map(clientsOfUsers(portal.store.db, [...hashOf.values()]));
  touchUsers(portal.store.db, [...clientOf.keys()], today);
  const named = new Set<string>();
  const owned: Hashed[] = [];
  for (const one of events) {
    const who = one.userId === null ? null : hashOf.get(one.userId)!;
    const byId = one.clientIds.map((id) => known.get(id)).find((client) => client !== undefined);
    if (byId && who !== null && clientOf.get(who) !== byId) {
      clientOf.set(who, byId);
      keepUser(portal.store.db, who, byId, today);
    }
    if (byId) named.add(byId);
    const client = byId ?? waiting(one, who, clientOf, vault);
    if (client !== null) owned.push({ ...one, who, client });
  }
  settlePending(portal, around, owned, known, clientOf);
  // A user who was named in this delivery was that client's in the events before, too.
  return owned.map((one) =>
    one.who !== null && one.clientIds.length === 0 ? { ...one, client: clientOf.get(one.who) ?? one.client } : one,
  );
}

function waiting(
  one: UsageEvent,
  who: string | null,
  clientOf: ReadonlyMap<string, ClientKey>,
  vault: Surroundings["vault"],
): string | null {
  const [id] = one.clientIds;
  if (id !== undefined) return pendingKey(vault.hash(`client:${id}`));
  if (who === null) return null;
  return clientOf.get(who) ?? pendingKey(who);
}

/** Counts that waited under an id or a user whose client is known now go there. */
function settlePending(
  portal: Portal,
  around: Surroundings,
  events: readonly Hashed[],
  known: ReadonlyMap<string, ClientKey>,
  clientOf: ReadonlyMap<string, ClientKey>,
): void {
  const moves = new Map<string, ClientKey>();
  for (const one of events) {
    for (const id of one.clientIds) {
      const client = known.get(id);
      if (client) moves.set(pendingKey(around.vault.hash(`client:${id}`)), client);
    }
    const mine = one.who === null ? undefined : clientOf.get(one.who);
    if (one.who !== null && mine) moves.set(pendingKey(one.who), mine);
  }
  for (const [from, to] of moves)
    if (moveUsage(portal.store.db, from, to)) portal.store.clients.bringForward([to], around.now() + LATE_WAIT_MS);
}

interface Looked {
  client: ClientKey | null;
  at: number;
}

const looked = new WeakMap<Portal, Map<string, Looked>>();

/** The clients behind ids as senders write them: the CRM's own (`17`, `company:17`, `contact:5`), or the mapped property's value. */
function knownClients(
  portal: Portal,
  around: Surroundings,
  ids: readonly string[],
  settings: UsageSettings,
): ReadonlyMap<string, ClientKey> {
  const now = around.now();
  let held = looked.get(portal);
  if (!held || held.size > LOOKED_MAX) {
    held = new Map();
    looked.set(portal, held);
  }
  const missing = ids.filter((id) => (held.get(`${settings.clientProperty}/${id}`)?.at ?? 0) <= now - LOOK_AGAIN_MS);
  const found = missing.length === 0 ? new Map<string, ClientKey>() : lookUp(portal, missing, settings);
  for (const id of missing) held.set(`${settings.clientProperty}/${id}`, { client: found.get(id) ?? null, at: now });
  const known = new Map<string, ClientKey>();
  for (const id of ids) {
    const client = held.get(`${settings.clientProperty}/${id}`)?.client;
    if (client) known.set(id, client);
  }
  return known;
}

function lookUp(portal: Portal, ids: readonly string[], settings: UsageSettings): ReadonlyMap<string, ClientKey> {
  const { records, clients, db } = portal.store;
  const keys = new Map<string, ClientKey>();
  for (const id of ids) {
    const form = /^(?:(company|contact|deal):)?([A-Za-z0-9_-]{1,60})$/.exec(id);
    if (!form || (form[1] === undefined && settings.clientProperty !== null)) continue;
    const ref = records.survivor({ kind: (form[1] ?? "company") as RecordKind, id: form[2]! });
    keys.set(id, `${ref.kind}:${ref.id}`);
  }
  if (settings.clientProperty !== null) {
    const external = ids.filter((id) => !keys.has(id));
    for (const [id, client] of clientsByProperty(db, settings.clientProperty, external)) keys.set(id, client);
  }
  const there = clients.has([...new Set(keys.values())]);
  return new Map([...keys].filter(([, key]) => there.has(key)));
}
