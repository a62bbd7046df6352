/** Contacts whom a client's deals name and whose client is another: the same person buys for two companies, or is tied to none. */
import type { ClientKey } from "../core/model.ts";
import type { StoredRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";

/** By client, as far as they were read. @param own the records of each client */
export function dealContactsOf(
  { records }: Pick<Store, "records">,
  own: ReadonlyMap<ClientKey, readonly StoredRecord[]>,
): ReadonlyMap<ClientKey, readonly StoredRecord[]> {
  const named = new Map([...own].map(([key, list]) => [key, namedElsewhere(list)]));
  const ids = new Set([...named.values()].flat());
  if (ids.size === 0) return new Map();
  const known = new Map(records.byIds("contact", [...ids]).map((one) => [one.ref.id, one]));
  const read = (id: string) => known.get(id) ?? [];
  return new Map([...named].map(([key, of]) => [key, of.flatMap(read).filter(({ readAt }) => readAt > 0)]));
}

/** Ids of contacts that deals among these records name and that are not among them. */
function namedElsewhere(own: readonly StoredRecord[]): readonly string[] {
  const deals = own.filter(({ ref, gone }) => ref.kind === "deal" && !gone);
  const named = new Set(deals.flatMap(({ links }) => links.flatMap(({ kind, id }) => (kind === "contact" ? id : []))));
  if (named.size > 0) for (const { ref } of own) if (ref.kind === "contact") named.delete(ref.id);
  return [...named];
}
