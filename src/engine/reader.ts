/** Reads what is stale, a full batch per call, and stores the facts. */
import { fieldById } from "../core/fields.ts";
import { type ClientKey, type Facts, type FactValue, type RecordKind, type RecordRef, refKey } from "../core/model.ts";
import type { ReadRecord } from "../crm/port.ts";
import type { Thing, Values } from "../store/mirror.ts";
import type { Fresh, Stale, StoredRecord } from "../store/records.ts";
import type { Engine } from "./engine.ts";
import { moveClient } from "./merge.ts";
import { DOUBT_WAIT_MS, read } from "./three-way.ts";

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

/** Makes at most `calls` read calls. Returns how many it made; stops early when nothing is stale or a limit leaves no room. */
export async function readStale(engine: Engine, calls: number): Promise<number> {
  let made = 0;
  while (made < calls) {
    const kind = nextKind(engine);
    if (!kind || engine.crm.readyAt({ do: "read", kind }) > engine.now()) break;
    const wanted = engine.store.records.stale(kind, engine.now(), engine.crm.readSize(kind));
    await readBatch(engine, kind, wanted);
    made += 1;
  }
  return made;
}

function nextKind(engine: Engine): RecordKind | null {
  const readable = new Set(engine.crm.kinds());
  const stale = new Set(engine.store.records.staleKinds(engine.now()).map((one) => one.kind));
  return ORDER.find((kind) => stale.has(kind) && readable.has(kind)) ?? null;
}

async function readBatch(engine: Engine, kind: RecordKind, wanted: readonly Stale[]): Promise<void> {
  const startedAt = engine.now();
  const answer = await engine.crm.read(
    kind,
    wanted.map((one) => one.id),
  );
  engine.store.transaction(() => {
    storeRecords(engine, kind, answer.records, startedAt);
    storeMissing(engine, kind, answer.missing, startedAt);
    engine.store.records.settle(kind, wanted);
  });
}

function storeRecords(engine: Engine, kind: RecordKind, found: readonly ReadRecord[], startedAt: number): void {
  const { records, clients } = engine.store;
  const known = new Map(
    records
      .byIds(
        kind,
        found.map((one) => one.ref.id),
      )
      .map((one) => [one.ref.id, one]),
  );
  const fresh: Fresh[] = [];
  const changed = new Set<ClientKey>();
  const started: ClientKey[] = [];
  const moved: [from: ClientKey, to: ClientKey][] = [];
  const linkTargets = linkedClients(engine, kind, found);
  for (const one of found) {
    for (const id of one.mergedIds ?? []) records.merge(kind, [id], one.ref.id);
    const client = clientOf(one, linkTargets);
    const before = known.get(one.ref.id);
    fresh.push({
      kind,
      id: one.ref.id,
      client,
      facts: factsOf(one),
      links: one.links,
      readAt: startedAt,
      modifiedAt: one.modifiedAt,
    });
    if (client && engine.startsClient(one)) started.push(client);
    if (!isSame(before, one, client)) {
      if (before?.client && before.client !== client) {
        changed.add(before.client);
        if (client && kind === "deal") moved.push([before.client, client]);
      }
      if (client) changed.add(client);
    }
  }
  records.put(kind, fresh);
  for (const [from, to] of moved) if (!hasOtherCustomerDeal(engine, from)) moveClient(engine.store, from, to);
  clients.ensureDue(
    started.filter((key) => changed.has(key)),
    engine.now(),
  );
  for (const key of takeTheirs(engine, kind, found, startedAt)) changed.add(key);
  clients.bringForward([...changed], engine.now());
}

/** A record's facts, with those of our fields that a person fills in as `f.<field>`. */
function factsOf(one: ReadRecord): Facts {
  const facts: Record<string, FactValue> = { ...one.facts };
  for (const [id, value] of Object.entries(one.fields ?? {})) if (fieldById(id).policy === "person") facts[`f.${id}`] = value;
  return facts;
}

/** A deal that moves takes its client along only when nothing else makes the old one a customer. */
function hasOtherCustomerDeal(engine: Engine, key: ClientKey): boolean {
  const left = engine.store.records.ofClients([key]).get(key) ?? [];
  return left.some((one) => one.ref.kind === "deal" && !one.gone && engine.startsClient(one));
}

function isSame(before: StoredRecord | undefined, one: ReadRecord, client: ClientKey | null): boolean {
  return (
    before !== undefined &&
    !before.gone &&
    before.client === client &&
    before.readAt > 0 &&
    JSON.stringify(before.facts) === JSON.stringify(factsOf(one)) &&
    JSON.stringify(before.links) === JSON.stringify(one.links)
  );
}

/** The client that each linked deal or contact belongs to, as far as we know. */
function linkedClients(engine: Engine, kind: RecordKind, found: readonly ReadRecord[]): ReadonlyMap<string, ClientKey> {
  const clients = new Map<string, ClientKey>();
  if (kind === "deal" || kind === "company") return clients;
  for (const linkKind of ["deal", "contact"] as const) {
    const ids = new Set(
      found.flatMap((one) => one.links.filter((link) => link.kind === linkKind).map((link) => link.id)),
    );
    for (const one of engine.store.records.byIds(linkKind, [...ids]))
      if (one.client) clients.set(refKey(one.ref), one.client);
  }
  return clients;
}

/** Company first, then what a linked deal belongs to, then the contact; a deal with neither is its own client. */
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
  if (one.ref.kind === "deal") return contact ? refKey(contact) : refKey(one.ref);
  if (one.ref.kind === "contact") return refKey(one.ref);
  const viaDeal = deal && known.get(refKey(deal));
  if (viaDeal) return viaDeal;
  if (contact) return known.get(refKey(contact)) ?? refKey(contact);
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
    const answer = read(thing, values, startedAt);
    if (answer.again) again.push(ref);
    else if (JSON.stringify(answer.thing.theirs) !== JSON.stringify(thing.theirs)) touched.push(thing.client);
    stored.push(answer.thing);
  }
  engine.store.mirror.put(stored);
  engine.store.records.mark(again, engine.now() + DOUBT_WAIT_MS);
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

/** A task's values in the form in which `ours` and `theirs` are kept: texts as keyed hashes. */
export function taskValues(engine: Engine, one: Pick<ReadRecord, "facts" | "texts">): Values {
  const values: Record<string, string | number | boolean | null> = {};
  for (const name of ["status", "dueAt", "ownerId", "priority", "type", "completedAt", "reminderAt"] as const) {
    if (one.facts[name] !== undefined) values[name] = one.facts[name];
  }
  for (const [name, text] of Object.entries(one.texts ?? {})) values[name] = engine.hash(text);
  return values;
}

function fieldRows(engine: Engine, found: readonly ReadRecord[]): readonly Seen[] {
  const carrying = new Map(found.filter((one) => one.fields).map((one) => [fieldsKey(one.ref), one]));
  return engine.store.mirror.byKeys([...carrying.keys()]).map((thing) => {
    const one = carrying.get(thing.key)!;
    return { thing, ref: one.ref, values: hashTexts(engine, one.fields!) };
  });
}

/** Text fields are compared by hash, like the texts of tasks. */
export function hashTexts(engine: Engine, fields: Values): Values {
  const values: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(fields)) {
    values[name] =
      isTextField(name) && typeof value === "string" && value !== "" ? engine.hash(value) : value === "" ? null : value;
  }
  return values;
}

function isTextField(id: string): boolean {
  const { type } = fieldById(id);
  return type === "text" || type === "longtext";
}

/** The key of the row that holds our fields on a record. */
export function fieldsKey(ref: RecordRef): string {
  return `fields:${ref.kind}:${ref.id}`;
}

function storeMissing(engine: Engine, kind: RecordKind, ids: readonly string[], atMs: number): void {
  if (ids.length === 0) return;
  const { records, mirror, clients } = engine.store;
  const before = records.byIds(kind, ids);
  records.gone(kind, ids, atMs);
  const touched = new Set(before.filter((one) => !one.gone && one.client).map((one) => one.client!));
  const lost =
    kind === "task" ? mirror.byExternal("task", ids) : mirror.byKeys(ids.map((id) => fieldsKey({ kind, id })));
  mirror.put(lost.map((thing) => ({ ...thing, state: "gone", sending: null })));
  for (const thing of lost) touched.add(thing.client);
  clients.bringForward([...touched], engine.now());
}
