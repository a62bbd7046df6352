import { type Answer, actOf, type Call, EMPTY, ok, type Route } from "../call.ts";
import { contractBroken, notFound } from "../errors.ts";
import type { ObjectType } from "../object-types.ts";
import type { HubRecord } from "../records.ts";
import { archiveBatch, createBatch, readBatch, updateBatch, upsertBatch } from "./batches.ts";
import { search } from "./search.ts";
import {
  findRecord,
  needRecord,
  readScopes,
  shapeRecord,
  typeParam,
  type Wish,
  wishOf,
  writeScopes,
} from "./shapes.ts";
import { applyCreate, applyUpdate, prepareCreate, prepareUpdate } from "./single.ts";

const BASE = "/crm/objects/2026-09/{objectType}";
const NOTHING: Wish = { properties: [], history: [], associations: [] };

/** Numbers and paging of a list. */
function pageOf(call: Call, most: number, usual: number): { limit: number; after: string | null } {
  const limit = Number(call.query.get("limit") ?? usual);
  if (limit < 1 || limit > most) throw contractBroken(`limit ${limit} is not between 1 and ${most}`);
  return { limit, after: call.query.get("after") };
}

function list(call: Call): Answer {
  const type = typeParam(call.params);
  const { limit, after } = pageOf(call, 100, 10);
  const archived = call.query.get("archived") === "true";
  const from = after === null || after === "" ? 0 : Number(after);
  const wish = wishOf(call.query);
  const found: HubRecord[] = [];
  for (const record of call.crm.store(type).all.values()) {
    if (Number(record.id) < from || (record.archivedAt !== null) !== archived) continue;
    found.push(record);
    if (found.length > limit) break;
  }
  const next = found.length > limit ? found.pop()!.id : null;
  const results = found.map((record) => shapeRecord(call, record, wish));
  return ok({ results, ...(next ? { paging: { next: { after: next, link: `?after=${next}` } } } : {}) });
}

function read(call: Call): Answer {
  const type = typeParam(call.params);
  const wish = wishOf(call.query);
  const { objectId } = call.params as { objectId: string };
  if (call.query.get("archived") === "true") {
    const record = call.crm.store(type).all.get(objectId);
    if (!record || record.archivedAt === null) throw notFound();
    return ok(shapeRecord(call, record, wish));
  }
  return ok(
    shapeRecord(call, needRecord(findRecord(call.crm, type, objectId, call.query.get("idProperty"), true)), wish),
  );
}

function create(call: Call): Answer {
  const type = writable(call);
  const prepared = prepareCreate(call, type, call.body);
  const record = applyCreate(call, type, prepared, actOf(call));
  return ok(shapeRecord(call, record, { ...NOTHING, properties: Object.keys(prepared.values) }), 201);
}

function update(call: Call): Answer {
  const type = writable(call);
  const found = findRecord(call.crm, type, call.params.objectId!, call.query.get("idProperty"), true);
  const record = needRecord(found);
  const prepared = prepareUpdate(call, type, record, call.body.properties);
  applyUpdate(call, record, prepared, actOf(call));
  return ok(shapeRecord(call, record, { ...NOTHING, properties: Object.keys(prepared.values) }));
}

function archive(call: Call): Answer {
  const type = writable(call);
  const record = call.crm.store(type).all.get(call.params.objectId!);
  if (!record) throw notFound();
  call.crm.archive(record, actOf(call));
  return EMPTY;
}

function merge(call: Call): Answer {
  const type = writable(call);
  if (!type.merges) throw contractBroken(`${type.plural} cannot be merged`);
  const { primaryObjectId, objectIdToMerge } = call.body as { primaryObjectId: string; objectIdToMerge: string };
  const primary = needRecord(call.crm.store(type).live(primaryObjectId));
  const loser = needRecord(call.crm.store(type).live(objectIdToMerge));
  if (primary === loser) throw contractBroken("an object cannot be merged with itself");
  return ok(shapeRecord(call, call.crm.merge(primary, loser, actOf(call)), NOTHING));
}

function gdprDelete(call: Call): Answer {
  const type = writable(call);
  if (type.name !== "contact") throw contractBroken("only contacts can be deleted for privacy");
  const { objectId, idProperty } = call.body as { objectId: string; idProperty?: string };
  const record = findRecord(call.crm, type, objectId, idProperty ?? null, true);
  if (record) call.crm.purge(record, actOf(call));
  return EMPTY;
}

function writable(call: Call): ObjectType {
  const type = typeParam(call.params);
  if (!type.writable) throw contractBroken(`${type.plural} cannot be written`);
  return type;
}

const reads = readScopes("objectType");
const writes = writeScopes("objectType");

export const OBJECT_ROUTES: readonly Route[] = [
  { method: "GET", path: BASE, scopes: reads, handle: list },
  { method: "POST", path: BASE, scopes: writes, handle: create },
  { method: "POST", path: `${BASE}/search`, scopes: reads, policy: "search", handle: search },
  { method: "POST", path: `${BASE}/merge`, scopes: writes, handle: merge },
  { method: "POST", path: `${BASE}/gdpr-delete`, scopes: writes, handle: gdprDelete },
  {
    method: "POST",
    path: `${BASE}/batch/read`,
    scopes: reads,
    handle: (call) => readBatch(call, typeParam(call.params)),
  },
  { method: "POST", path: `${BASE}/batch/create`, scopes: writes, handle: (call) => createBatch(call, writable(call)) },
  { method: "POST", path: `${BASE}/batch/update`, scopes: writes, handle: (call) => updateBatch(call, writable(call)) },
  { method: "POST", path: `${BASE}/batch/upsert`, scopes: writes, handle: (call) => upsertBatch(call, writable(call)) },
  {
    method: "POST",
    path: `${BASE}/batch/archive`,
    scopes: writes,
    handle: (call) => archiveBatch(call, writable(call)),
  },
  { method: "GET", path: `${BASE}/{objectId}`, scopes: reads, handle: read },
  { method: "PATCH", path: `${BASE}/{objectId}`, scopes: writes, handle: update },
  { method: "DELETE", path: `${BASE}/{objectId}`, scopes: writes, handle: archive },
];
