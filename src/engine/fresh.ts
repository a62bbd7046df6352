/**
 * What is read right before something goes past the CRM: contacts, names, addresses. Held in memory for a minute and no longer, so that
 * a limit in the middle does not make the next turn begin from nothing.
 */
import { type Facts, type RecordRef, refKey } from "../core/model.ts";
import type { Store } from "../store/store.ts";
import type { Engine } from "./engine.ts";
import { withPersons } from "./record-facts.ts";
import { Names } from "./resolve.ts";

const FRESH_MS = 60_000;

interface Held {
  /** when the first of it was read, epoch ms */
  at: number;
  /** null: the contact is not there */
  contacts: Map<string, Facts | null>;
  /** null: the contact has no address */
  addresses: Map<string, string | null>;
  names: Names;
}

const held = new WeakMap<Store, Held>();

function heldOf(engine: Engine): Held {
  const known = held.get(engine.store);
  if (known && engine.now() < known.at + FRESH_MS) return known;
  const fresh: Held = { at: engine.now(), contacts: new Map(), addresses: new Map(), names: new Names() };
  held.set(engine.store, fresh);
  return fresh;
}

/** Facts of contacts as the CRM shows them now; those that are gone are null. @throws CrmFailure; calling again goes on where it stood */
export async function freshContacts(
  engine: Engine,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Facts | null>> {
  const { contacts } = heldOf(engine);
  const missing = ids.filter((id) => !contacts.has(id));
  if (missing.length > 0) {
    const { records } = await engine.crm.read("contact", missing);
    const found = new Map(records.map((one) => [one.ref.id, withPersons(one)]));
    for (const id of missing) contacts.set(id, found.get(id) ?? null);
  }
  return contacts;
}

/** E-mail addresses of contacts. @throws CrmFailure; calling again goes on where it stood */
export async function freshAddresses(
  engine: Engine,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const { addresses } = heldOf(engine);
  const missing = [...new Set(ids)].filter((id) => !addresses.has(id));
  if (missing.length > 0) {
    const found = await engine.crm.addresses(missing);
    for (const id of missing) addresses.set(id, found.get(id) ?? null);
  }
  return addresses;
}

/** Names of records. @throws CrmFailure; calling again goes on where it stood */
export async function freshNames(engine: Engine, refs: readonly RecordRef[]): Promise<Names> {
  const { names } = heldOf(engine);
  const missing = names.missing([...new Map(refs.map((ref) => [refKey(ref), ref])).values()], engine.now());
  if (missing.length > 0) await names.fetch(engine, missing, () => []);
  return names;
}
