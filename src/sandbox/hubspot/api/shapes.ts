import { type Call, listParam } from "../call.ts";
import { readValue } from "../computed.ts";
import type { Crm } from "../crm.ts";
import { contractBroken, notFound, Refusal } from "../errors.ts";
import { findObjectType, type ObjectType } from "../object-types.ts";
import { type HubRecord, otherEnd, type Source, typesFrom } from "../records.ts";
import { isoInstant } from "../values.ts";

/** The object type of a path segment. @throws Refusal 400 as HubSpot does for an unknown name */
export function typeParam(params: Readonly<Record<string, string>>, name = "objectType"): ObjectType {
  const type = findObjectType(params[name]!);
  if (!type) throw contractBroken(`Unable to infer object type from: ${params[name]}`);
  return type;
}

/** Scopes to read the object types that the named path segments stand for. */
export function readScopes(...names: string[]): (params: Readonly<Record<string, string>>) => readonly string[] {
  return (params) => names.flatMap((name) => typeParam(params, name).readScopes);
}

/** Scopes to write them. */
export function writeScopes(...names: string[]): (params: Readonly<Record<string, string>>) => readonly string[] {
  return (params) => names.flatMap((name) => typeParam(params, name).writeScopes);
}

/** What a read asks to see. */
export interface Wish {
  properties: readonly string[];
  history: readonly string[];
  associations: readonly ObjectType[];
}

/** The wish in the query of a GET. */
export function wishOf(query: URLSearchParams): Wish {
  return {
    properties: listParam(query, "properties"),
    history: listParam(query, "propertiesWithHistory"),
    associations: listParam(query, "associations").map((name) => typeParam({ name }, "name")),
  };
}

/** A record as the API shows it. Unknown property names are left out, as HubSpot does. */
export function shapeRecord(call: Call, record: HubRecord, wish: Wish): Record<string, unknown> {
  const { crm } = call;
  const names = wish.properties.length > 0 ? [...wish.properties, ...always(record.type)] : record.type.defaults;
  const properties: Record<string, string | null> = {};
  for (const name of names) {
    const value = readValue(crm, record, name);
    if (value !== undefined) properties[name] = value;
  }
  const shape: Record<string, unknown> = {
    id: record.id,
    properties,
    createdAt: isoInstant(record.createdAt),
    updatedAt: isoInstant(record.updatedAt),
    archived: record.archivedAt !== null,
    url: `https://app.hubspot.com/contacts/${call.portal.hubId}/record/${record.type.id}/${record.id}`,
  };
  if (record.archivedAt !== null) shape.archivedAt = isoInstant(record.archivedAt);
  if (wish.history.length > 0) shape.propertiesWithHistory = historyOf(crm, record, wish.history);
  if (wish.associations.length > 0) {
    const associations = Object.fromEntries(
      wish.associations.map((to) => [to.plural, associatedIds(crm, record, to)]).filter(([, page]) => page !== null),
    );
    if (Object.keys(associations).length > 0) shape.associations = associations;
  }
  return shape;
}

function always(type: ObjectType): readonly string[] {
  return type.defaults.slice(-3);
}

function historyOf(crm: Crm, record: HubRecord, names: readonly string[]): Record<string, unknown[]> {
  const histories: Record<string, unknown[]> = {};
  for (const name of names) {
    const entries = record.history?.get(name);
    if (entries) {
      histories[name] = entries.map((entry) => historyEntry(entry.value, entry.at, entry.source)).reverse();
      continue;
    }
    const value = readValue(crm, record, name);
    if (value === undefined) continue;
    histories[name] = value === null ? [] : [historyEntry(value, record.createdAt, record.source)];
  }
  return histories;
}

function historyEntry(value: string, at: number, source: Source): Record<string, unknown> {
  return {
    value,
    timestamp: isoInstant(at),
    sourceType: source.changeSource,
    sourceId: source.sourceId,
    ...(source.userId === undefined ? {} : { updatedByUserId: source.userId }),
  };
}

const ASSOCIATED_PAGE = 100;

/** Ids on the other side as an object read shows them: one page, which may go on. */
function associatedIds(crm: Crm, record: HubRecord, to: ObjectType): Record<string, unknown> | null {
  const horizon = crm.now() - crm.switches.associationLagMs;
  const results: { id: string; type: string }[] = [];
  for (const link of crm.linksOf(record, to)) {
    const other = otherEnd(link, record);
    if (other.archivedAt !== null || link.madeAt > horizon) continue;
    const base = `${record.type.name}_to_${to.name}`;
    const labelled = typesFrom(link, record).length > 1;
    if (labelled) results.push({ id: other.id, type: base });
    results.push({ id: other.id, type: labelled ? `${base}_unlabeled` : base });
  }
  if (results.length === 0) return null;
  const page = results.slice(0, ASSOCIATED_PAGE);
  const after = page.at(-1)!.id;
  return results.length > ASSOCIATED_PAGE ? { results: page, paging: { next: { after } } } : { results: page };
}

/** Finds by record id (following merges) or by a unique property. @throws Refusal for a property that is not unique */
export function findRecord(
  crm: Crm,
  type: ObjectType,
  id: string,
  idProperty: string | null,
  merged: boolean,
): HubRecord | null {
  const store = crm.store(type);
  if (!idProperty || idProperty === "hs_object_id") return store.live(id) ?? (merged ? store.survivor(id) : null);
  const index = crm.book(type).unique.get(idProperty);
  if (!index || !crm.book(type).get(idProperty)) {
    throw new Refusal(400, {
      message: `Property ${idProperty} is not a unique property of ${type.name}`,
      category: "VALIDATION_ERROR",
    });
  }
  const found = index.get(idProperty === "email" ? id.trim().toLowerCase() : id);
  return found === undefined ? null : store.live(found);
}

/** @throws Refusal 404 when there is none */
export function needRecord(record: HubRecord | null): HubRecord {
  if (!record) throw notFound();
  return record;
}

/** Refuses a list that is longer than the documentation allows. */
export function atMost(items: readonly unknown[], limit: number, what: string): void {
  if (items.length > limit) throw contractBroken(`${what} holds ${items.length} inputs, at most ${limit} are allowed`);
}

/** Refuses a batch that names a thing twice. */
export function noDoubles(ids: readonly string[]): void {
  if (new Set(ids).size === ids.length) return;
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  throw contractBroken(`Duplicate IDs found in batch input: [${[...new Set(twice)].join(", ")}]. IDs must be unique`);
}
