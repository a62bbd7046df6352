/** Reads what is stale, a full batch per call, and stores the facts. */
import { fieldById } from "../core/fields.ts";
import { type ClientKey, parseRef, type RecordKind, type RecordRef, refKey } from "../core/model.ts";
import { CrmFailure } from "../crm/failure.ts";
import type { ReadRecord } from "../crm/port.ts";
import type { Thing, Values } from "../store/mirror.ts";
import type { Fresh, Stale, StoredRecord } from "../store/records.ts";
import { closeMended } from "./amiss.ts";
import type { Engine } from "./engine.ts";
import { labelLetters } from "./letter-labels.ts";
import { fieldsKey, mergeRecords, moveClient } from "./merge.ts";
import { leftOver, retried, seen } from "./mirror-row.ts";
import { retryOptOuts } from "./opt-outs.ts";
import { attempt, type Parts } from "./parts.ts";
import { mendRefused } from "./portal-tasks.ts";
import { isListing } from "./reconcile.ts";
import { findStrays, meetStrangers, missedOrStray, readStrays, type Strays } from "./strays.ts";
import { DOUBT_WAIT_MS } from "./three-way.ts";
import { factsOf, hashTexts, taskValues } from "./values.ts";

/** Deals before companies before the rest: they tell which clients there are. */
const ORDER: readonly RecordKind[] = [
  "deal",
  "task",
  "company",
  "contact",
  "meeting",
  "call",
  "email",
  "ticket",
  "invoice",
  "subscription",
  "survey",
];

/** While a listing goes on, a part of a batch waits this long for the rest, ms. */
const FILL_WAIT_MS = 20_000;
/** A link shows in reads a moment after the record does: what changed this recently and lacks one may get it, ms. */
const LINK_LAG_MS = 20_000;
/** Between a look for a late link and the decision that waits for it, ms. */
const READ_FIRST_MS = 10_000;
/** A new client is decided when its own record was read; when that cannot be done within this time, without it, ms. */
const OWN_RECORD_WAIT_MS = 60_000;

/** A record that could not be read is tried again after this long, ms. */
const ASIDE_MS = 3_600_000;
/** Records of one batch put aside at most: more at once are no records' fault. */
const ASIDE_MAX = 3;

/** Makes at most `calls` read calls. Returns how many it made; stops early when nothing is stale or a limit leaves no room. */
export async function readStale(engine: Engine, parts: Parts, calls: number): Promise<number> {
  let made = 0;
  while (made < calls) {
    const next = nextBatch(engine, parts);
    if (!next) break;
    const didRead = await attempt(engine, parts, `read/${next.kind}`, false, () =>
      readApart(engine, next.kind, next.wanted, { aside: 0 }),
    );
    made += didRead ? 1 : 0;
  }
  return made;
}

function nextBatch(engine: Engine, parts: Parts): { kind: RecordKind; wanted: readonly Stale[] } | null {
  const now = engine.now();
  const staleAt = engine.store.records.nextStale();
  if (staleAt.size === 0) return null;
  const readable = new Set(engine.crm.kinds());
  for (const kind of ORDER) {
    if (!readable.has(kind) || !parts.isReady(`read/${kind}`, now)) continue;
    if ((staleAt.get(kind) ?? Number.POSITIVE_INFINITY) > now) continue;
    if (engine.crm.readyAt({ do: "read", kind }) > now) continue;
    const size = engine.crm.readSize(kind);
    const wanted = engine.store.records.stale(kind, now, size);
    if (wanted.length < size && isListing(engine, kind) && wanted[0]!.staleAt > now - FILL_WAIT_MS) continue;
    return { kind, wanted };
  }
  return null;
}

/** When the next read of each kind makes sense of which something is stale, epoch ms. */
export function nextReadsAt(engine: Engine, parts: Parts): readonly (readonly [RecordKind, number])[] {
  const stale = engine.store.records.nextStale();
  const readable = stale.size === 0 ? [] : engine.crm.kinds();
  return readable.flatMap((kind) => {
    const staleAt = stale.get(kind);
    return staleAt === undefined ? [] : [[kind, nextReadAt(engine, parts, kind, staleAt)] as const];
  });
}

function nextReadAt(engine: Engine, parts: Parts, kind: RecordKind, staleAt: number): number {
  const now = engine.now();
  const isPartial =
    staleAt <= now &&
    isListing(engine, kind) &&
    engine.store.records.stale(kind, now, engine.crm.readSize(kind)).length < engine.crm.readSize(kind);
  const from = isPartial ? staleAt + FILL_WAIT_MS : staleAt;
  return Math.max(from, engine.crm.readyAt({ do: "read", kind }), parts.readyAt(`read/${kind}`));
}

/** Reads tasks at once, whatever is stale besides. @throws CrmFailure */
export async function readTasks(engine: Engine, ids: readonly string[]): Promise<void> {
  const size = engine.crm.readSize("task");
  const wanted = ids.map((id) => ({ id, staleAt: engine.now() }));
  for (let from = 0; from < wanted.length; from += size)
    await readApart(engine, "task", wanted.slice(from, from + size), { aside: 0 });
}

/**
 * One record that cannot be read (an answer unlike any other, a mistake of ours) must not hold up the rest of its batch: the batch is read in
 * halves, and what fails alone is put aside. Where more fail than a few, it is not they.
 */
async function readApart(
  engine: Engine,
  kind: RecordKind,
  wanted: readonly Stale[],
  so: { aside: number },
): Promise<boolean> {
  try {
    return await readBatch(engine, kind, wanted);
  } catch (error) {
    const isOfRecords = !(error instanceof CrmFailure) || error.failure === "refused";
    if (!isOfRecords || so.aside >= ASIDE_MAX) throw error;
    if (wanted.length === 1) {
      so.aside += 1;
      putAside(engine, kind, wanted[0]!, error);
      return true;
    }
    const half = Math.ceil(wanted.length / 2);
    await readApart(engine, kind, wanted.slice(0, half), so);
    return readApart(engine, kind, wanted.slice(half), so);
  }
}

/** The finding about a record that could not be read; it ends when it is read. */
function unreadKey(kind: RecordKind, id: string): string {
  return `unread:${kind}:${id}`;
}

function putAside(engine: Engine, kind: RecordKind, one: Stale, error: unknown): void {
  const { store } = engine;
  const now = engine.now();
  const record = refKey({ kind, id: one.id });
  store.transaction(() => {
    store.records.settle(kind, [one]);
    store.records.schedule([{ kind, id: one.id }], now + ASIDE_MS);
    store.findings.raise(unreadKey(kind, one.id), "turn-failed", { part: `read/${kind}`, record, failures: 1 }, now);
  });
  engine.log("record-unread", { record, error: error instanceof Error ? error.message : String(error) });
}

async function readBatch(engine: Engine, kind: RecordKind, wanted: readonly Stale[]): Promise<boolean> {
  const startedAt = engine.now();
  const answer = await engine.crm.read(
    kind,
    wanted.map((one) => one.id),
  );
  const found = await labelLetters(engine, answer.records);
  const lost = kind === "task" ? engine.store.mirror.byExternal("task", answer.missing) : [];
  const strays = await findStrays(engine, lost);
  engine.store.transaction(() => {
    // First, so that a mark made while storing (a doubtful value, a lagging link) stands.
    engine.store.records.settle(kind, wanted);
    engine.store.findings.closeAll(
      wanted.map(({ id }) => unreadKey(kind, id)),
      engine.now(),
    );
    storeRecords(engine, kind, found, startedAt);
    const later = new Set(lost.filter(({ key }) => strays.later.has(key)).map(({ externalId }) => externalId!));
    const missing = answer.missing.filter((id) => !later.has(id));
    storeMissing(engine, kind, missing, strays, startedAt);
    const again = [...later].map((id) => ({ kind, id }));
    engine.store.records.schedule(again, strays.laterAt);
    if (kind !== "task") mendRefused(engine);
  });
  return true;
}

function storeRecords(engine: Engine, kind: RecordKind, found: readonly ReadRecord[], startedAt: number): void {
  const { records, clients } = engine.store;
  for (const one of found) mergeKnown(engine, one);
  // First, so that they are stored as their client's: what is nobody's is never swept.
  if (kind === "task") meetStrangers(engine, found);
  const ids = found.map((one) => one.ref.id);
  const known = new Map(records.byIds(kind, ids).map((one) => [one.ref.id, one]));
  const linked = linkedClients(engine, kind, found);
  const fresh: Fresh[] = [];
  const changed = new Set<ClientKey>();
  const touched = new Set<ClientKey>();
  const moved: Moved[] = [];
  for (const one of found) {
    const client = linked.get(refKey(one.ref)) ?? clientOf(one, linked);
    const before = known.get(one.ref.id);
    fresh.push({
      ...one.ref,
      client,
      facts: factsOf(one, before, engine),
      links: one.links,
      readAt: startedAt,
      modifiedAt: one.modifiedAt,
    });
    if (client && before?.modifiedAt !== one.modifiedAt) touched.add(client);
    if (isSame(before, one, client, engine)) continue;
    if (client) changed.add(client);
    if (before?.client && before.client !== client) changed.add(before.client);
    if (client) moved.push({ ref: one.ref, from: before?.client ?? null, to: client });
  }
  records.put(kind, fresh);
  for (const one of moved) follow(engine, one);
  startClients(engine, found, fresh, changed);
  awaitLinks(engine, fresh);
  for (const key of takeTheirs(engine, kind, found, startedAt)) changed.add(key);
  engine.store.mirror.put(leftOvers(engine, found, fresh, startedAt));
  const waiting = clients.undecided([...changed]);
  if (kind === "deal" || kind === "company" || kind === "contact") retryRefused(engine, [...touched]);
  if (kind === "contact") retryOptOuts(engine.store, changedSince(known, found), engine.now());
  // A new client waits until its company was read, or is due as `startClients` says.
  clients.bringForward(
    [...changed].filter((key) => kind === "company" || !waiting.has(key)),
    engine.now(),
  );
}

function changedSince(known: ReadonlyMap<string, StoredRecord>, found: readonly ReadRecord[]): readonly string[] {
  return found.flatMap(({ ref, modifiedAt }) => (known.get(ref.id)?.modifiedAt === modifiedAt ? [] : [ref.id]));
}

/** Ids that live on as this record, where the event that said so was lost. */
function mergeKnown(engine: Engine, { ref, mergedIds = [] }: ReadRecord): void {
  const { records, clients } = engine.store;
  const news = mergedIds.filter((id) => {
    const old = { kind: ref.kind, id };
    return (
      id !== ref.id &&
      (records.survivor(old).id !== ref.id || records.get(old) !== null || clients.get(refKey(old)) !== null)
    );
  });
  if (news.length > 0) mergeRecords(engine.store, ref.kind, news, ref.id, engine.now());
}

interface Moved {
  ref: RecordRef;
  from: ClientKey | null;
  to: ClientKey;
}

/** A record that belongs to another client than before takes along what hung on it. */
function follow(engine: Engine, { ref, from, to }: Moved): void {
  const now = engine.now();
  const own = refKey(ref);
  // A contact of a company is no client of its own; neither is a deal that has one.
  if ((ref.kind === "contact" || ref.kind === "deal") && own !== to) {
    engine.store.records.moveClient(own, to);
    moveClient(engine.store, own, to, now);
  }
  if (ref.kind !== "deal" || from === null || from === to || from === own) return;
  if (!hasOtherCustomerDeal(engine, from)) moveClient(engine.store, from, to, now);
}

/** A deal that moves takes its client along only when nothing else makes the old one a customer. */
function hasOtherCustomerDeal(engine: Engine, key: ClientKey): boolean {
  const left = engine.store.records.ofClients([key]).get(key) ?? [];
  return left.some((one) => one.ref.kind === "deal" && !one.gone && engine.startsClient(one));
}

/**
 * Records that make their client a customer: known from now on, and decided once its own record is there. A deal won a moment ago may show its
 * links late (in HubSpot they lag): without a company nothing can be decided before it was read again, without a contact the plan begins and is
 * tied to it afterwards.
 */
function startClients(
  engine: Engine,
  found: readonly ReadRecord[],
  fresh: readonly Fresh[],
  changed: ReadonlySet<ClientKey>,
): void {
  const { clients, records } = engine.store;
  const now = engine.now();
  const lagging: RecordRef[] = [];
  for (const [at, one] of found.entries()) {
    const { client } = fresh[at]!;
    if (!client || !engine.startsClient(one)) continue;
    const isYoung = one.ref.kind === "deal" && (one.modifiedAt ?? 0) > now - LINK_LAG_MS;
    const mayGetCompany = isYoung && !client.startsWith("company:");
    const mayGetContact = isYoung && !one.links.some(({ kind }) => kind === "contact");
    if (mayGetCompany || mayGetContact) lagging.push(one.ref);
    if (!changed.has(client)) continue;
    const own = parseRef(client);
    const isUnread =
      refKey(one.ref) !== client && (records.get(own)?.readAt ?? 0) === 0 && engine.crm.kinds().includes(own.kind);
    if (isUnread) records.mark([own], now);
    clients.ensureDue(
      [client],
      mayGetCompany ? now + LINK_LAG_MS + READ_FIRST_MS : isUnread ? now + OWN_RECORD_WAIT_MS : now,
    );
  }
  records.schedule(lagging, now + LINK_LAG_MS);
}

/** A letter, call or ticket that was read before its link to anybody showed would stay nobody's: adding a link changes no record. */
function awaitLinks(engine: Engine, fresh: readonly Fresh[]): void {
  const now = engine.now();
  const late = fresh.filter(({ client, modifiedAt }) => client === null && (modifiedAt ?? 0) > now - LINK_LAG_MS);
  engine.store.records.schedule(
    late.map(({ kind, id }) => ({ kind, id })),
    now + LINK_LAG_MS,
  );
}

/** Something changed about these clients' records: what the CRM refused for them may go out once more. */
export function retryRefused(engine: Pick<Engine, "store" | "now">, keys: readonly ClientKey[]): void {
  const { mirror } = engine.store;
  const rows = mirror.refusedOf(keys).map((row) => ({ row, after: retried(row, engine.now()) }));
  mirror.put(rows.flatMap(({ after }) => after ?? []));
  mirror.remove(rows.filter(({ after }) => after === null).map(({ row }) => row.key));
}

function isSame(before: StoredRecord | undefined, one: ReadRecord, client: ClientKey | null, engine: Engine): boolean {
  return (
    before !== undefined &&
    !before.gone &&
    before.client === client &&
    before.readAt > 0 &&
    JSON.stringify(before.facts) === JSON.stringify(factsOf(one, before, engine)) &&
    JSON.stringify(before.links) === JSON.stringify(one.links)
  );
}

/**
 * The client that each linked deal or contact belongs to, as far as we know; for tasks of ours, under the task's own reference, the client
 * that they were made for.
 */
function linkedClients(engine: Engine, kind: RecordKind, found: readonly ReadRecord[]): ReadonlyMap<string, ClientKey> {
  const clients = new Map<string, ClientKey>();
  if (kind === "company" || kind === "contact") return clients;
  for (const linkKind of kind === "deal" ? (["contact"] as const) : (["deal", "contact"] as const)) {
    const ids = new Set(
      found.flatMap((one) => one.links.filter((link) => link.kind === linkKind).map((link) => link.id)),
    );
    for (const one of engine.store.records.byIds(linkKind, [...ids]))
      if (one.client) clients.set(refKey(one.ref), one.client);
  }
  if (kind !== "task") return clients;
  const ours = engine.store.mirror.byExternal(
    "task",
    found.map((one) => one.ref.id),
  );
  for (const thing of ours) clients.set(refKey({ kind: "task", id: thing.externalId! }), thing.client);
  return clients;
}

/** Company first, then what a linked deal or contact belongs to, then the contact; a deal with neither is its own client. */
export function clientOf(
  one: { ref: RecordRef; links: readonly RecordRef[] },
  known: ReadonlyMap<string, ClientKey>,
): ClientKey | null {
  if (one.ref.kind === "company") return refKey(one.ref);
  const link = (kind: RecordKind) => one.links.find((ref) => ref.kind === kind);
  const company = link("company");
  if (company) return refKey(company);
  const deal = link("deal");
  const contact = link("contact");
  if (one.ref.kind === "contact") return refKey(one.ref);
  const viaDeal = one.ref.kind !== "deal" && deal ? known.get(refKey(deal)) : undefined;
  if (viaDeal) return viaDeal;
  if (contact) return known.get(refKey(contact)) ?? refKey(contact);
  if (one.ref.kind === "deal") return refKey(one.ref);
  return deal ? refKey(deal) : null;
}

/** The three-way rule's `theirs`, for tasks of ours and for records that carry our fields. Returns the clients concerned. */
function takeTheirs(
  engine: Engine,
  kind: RecordKind,
  found: readonly ReadRecord[],
  startedAt: number,
): readonly ClientKey[] {
  const rows = kind === "task" ? taskRows(engine, found) : fieldRows(engine, found);
  const touched: ClientKey[] = [];
  const stored: Thing[] = [];
  const again: RecordRef[] = [];
  for (const { thing, values, ref } of rows) {
    const { row, again: isAgain } = seen(thing, values, startedAt);
    if (isAgain) again.push(ref);
    if (row === thing) continue;
    stored.push(row);
    if (!isAgain && JSON.stringify(row.theirs) !== JSON.stringify(thing.theirs)) touched.push(thing.client);
  }
  engine.store.mirror.put(stored);
  engine.store.records.schedule(again, engine.now() + DOUBT_WAIT_MS);
  return touched;
}

interface Seen {
  thing: Thing;
  values: Values;
  ref: RecordRef;
}

function taskRows(engine: Engine, found: readonly ReadRecord[]): readonly Seen[] {
  const things = engine.store.mirror.byExternal(
    "task",
    found.map((one) => one.ref.id),
  );
  const byId = new Map(found.map((one) => [one.ref.id, one]));
  return things.map((thing) => {
    const one = byId.get(thing.externalId!)!;
    return { thing, ref: one.ref, values: taskValues(engine, one) };
  });
}

function fieldRows(engine: Engine, found: readonly ReadRecord[]): readonly Seen[] {
  const carrying = new Map(found.filter((one) => one.fields).map((one) => [fieldsKey(one.ref), one]));
  return engine.store.mirror.byKeys([...carrying.keys()]).map((thing) => {
    const one = carrying.get(thing.key)!;
    return { thing, ref: one.ref, values: hashTexts(engine, one.fields!) };
  });
}

/** What our fields hold on records for which nothing was wished yet. */
function leftOvers(
  engine: Engine,
  found: readonly ReadRecord[],
  fresh: readonly Fresh[],
  startedAt: number,
): readonly Thing[] {
  const filled = found.flatMap(({ ref, fields = {} }, at) => {
    const { client } = fresh[at]!;
    const values = hashTexts(engine, fields);
    const isFilled = Object.entries(values).some(([id, value]) => value !== null && fieldById(id).policy === "ours");
    return client && isFilled ? [{ ref, client, key: fieldsKey(ref), values }] : [];
  });
  const known = new Set(engine.store.mirror.byKeys(filled.map(({ key }) => key)).map(({ key }) => key));
  return filled
    .filter(({ key }) => !known.has(key))
    .map(({ ref, client, key, values }) => leftOver(client, ref, key, values, startedAt));
}

function storeMissing(engine: Engine, kind: RecordKind, ids: readonly string[], strays: Strays, atMs: number): void {
  if (ids.length === 0) return;
  const { records, mirror, clients } = engine.store;
  const before = records.byIds(kind, ids);
  const known = new Set(before.filter((one) => one.readAt > 0).map((one) => one.ref.id));
  records.gone(kind, [...known], atMs);
  // What was never read leaves nothing behind, least of all what was erased for a person's privacy.
  for (const id of ids) if (!known.has(id)) records.erase(kind, id);
  const touched = new Set(before.filter((one) => !one.gone && one.client).map((one) => one.client!));
  const lost =
    kind === "task" ? mirror.byExternal("task", ids) : mirror.byKeys(ids.map((id) => fieldsKey({ kind, id })));
  const rows = lost.map((thing) => ({ thing, after: missedOrStray(thing, strays) }));
  mirror.put(rows.flatMap(({ after }) => after ?? []));
  mirror.remove(rows.filter(({ after }) => after === null).map(({ thing }) => thing.key));
  closeMended(engine.store, rows, atMs);
  readStrays(engine, strays);
  for (const thing of lost) touched.add(thing.client);
  clients.bringForward([...touched], engine.now());
}
