import { type Answer, actOf, batchFrame, type Call, EMPTY, ok, type Route } from "../call.ts";
import { contractBroken, notFound, Refusal } from "../errors.ts";
import type { ObjectType } from "../object-types.ts";
import { type HubRecord, otherEnd, typesFrom } from "../records.ts";
import { type Spec, specsOf } from "./links.ts";
import { atMost, readScopes, typeParam, writeScopes } from "./shapes.ts";

const BATCH = "/crm/associations/2026-09/{fromObjectType}/{toObjectType}/batch";
const ONE = "/crm/objects/2026-09/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}";
const ONE_DEFAULT =
  "/crm/objects/2026-09/{fromObjectType}/{fromObjectId}/associations/default/{toObjectType}/{toObjectId}";
const READ_PAGE = 500;

interface Pair {
  from: { id: string };
  to: { id: string };
}

function pairTypes(call: Call): { from: ObjectType; to: ObjectType } {
  return { from: typeParam(call.params, "fromObjectType"), to: typeParam(call.params, "toObjectType") };
}

function itemError(category: string, message: string, context: Record<string, string[]>): Record<string, unknown> {
  return { status: "error", category, message, context, errors: [], links: {} };
}

/** Both records of a pair, or the error entry that names the missing one. */
function bothOf(
  call: Call,
  from: ObjectType,
  to: ObjectType,
  pair: Pair,
): [HubRecord, HubRecord] | Record<string, unknown> {
  const left = call.crm.store(from).live(pair.from.id);
  const right = call.crm.store(to).live(pair.to.id);
  if (left && right) return [left, right];
  const context = { fromObjectId: [pair.from.id], toObjectId: [pair.to.id] };
  return itemError("OBJECT_NOT_FOUND", `${left ? to.name : from.name} does not exist`, context);
}

/** The kinds of one link as reads show them; a primary link shows its unlabelled twin too. */
function shapeTypes(
  call: Call,
  record: HubRecord,
  other: HubRecord,
  ids: readonly number[],
): Record<string, unknown>[] {
  return ids.map((id) => {
    const type = call.crm.associations.of(record.type, other.type, id)!;
    return { category: type.category, typeId: id, label: type.label };
  });
}

function readOne(call: Call, record: HubRecord, to: ObjectType, after: string | undefined, page: number) {
  const horizon = call.crm.now() - call.crm.switches.associationLagMs;
  const from = after ? Number(after) : 0;
  const links = call.crm
    .linksOf(record, to)
    .filter((link) => link.madeAt <= horizon && otherEnd(link, record).archivedAt === null);
  const sorted = links
    .map((link) => ({ link, other: otherEnd(link, record) }))
    .filter(({ other }) => Number(other.id) > from)
    .sort((a, b) => Number(a.other.id) - Number(b.other.id));
  const shown = sorted.slice(0, page).map(({ link, other }) => ({
    toObjectId: other.id,
    associationTypes: shapeTypes(call, record, other, typesFrom(link, record)),
  }));
  const next = sorted.length > page ? { paging: { next: { after: shown.at(-1)!.toObjectId } } } : {};
  return { shown, next };
}

function batchRead(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const inputs = call.body.inputs as { id: string; after?: string }[];
  atMost(inputs, 1_000, "associations batch/read");
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const { id, after } of inputs) {
    const record = call.crm.store(from).live(id);
    const { shown, next } = record ? readOne(call, record, to, after, READ_PAGE) : { shown: [], next: {} };
    if (shown.length > 0) results.push({ from: { id }, to: shown, ...next });
    else if (call.sandbox.switches.noAssociationsAnswers207) {
      const message = `No ${to.plural} associated with ${id}`;
      errors.push({ ...itemError("OBJECT_NOT_FOUND", message, { fromObjectId: [id] }), subCategory: NO_ASSOCIATIONS });
    }
  }
  return ok(batchFrame(call, results, errors), errors.length > 0 ? 207 : 200);
}

const NO_ASSOCIATIONS = "crm.associations.NO_ASSOCIATIONS_FOUND";

/** The single-record list of v4; the dated API has none (facts sheet 5.7). */
function listOlder(call: Call): Answer {
  const from = typeParam(call.params);
  const to = typeParam(call.params, "toObjectType");
  const record = call.crm.store(from).live(call.params.objectId!);
  if (!record) throw notFound();
  const limit = Number(call.query.get("limit") ?? READ_PAGE);
  const { shown, next } = readOne(call, record, to, call.query.get("after") ?? undefined, limit);
  return ok({ results: shown.map((entry) => ({ ...entry, toObjectId: Number(entry.toObjectId) })), ...next });
}

/** Labels that are sent replace the labels that are there; HubSpot's own kinds stay (facts sheet 5.7). */
function putTypes(call: Call, from: HubRecord, to: HubRecord, specs: readonly Spec[]): void {
  const types = specsOf(call, specs, from.type, to.type);
  const link = call.crm.findLink(from, to);
  const act = actOf(call);
  if (link && types.some((type) => type.category === "USER_DEFINED")) {
    const own = typesFrom(link, from).filter(
      (id) => call.crm.associations.of(from.type, to.type, id)?.category !== "USER_DEFINED",
    );
    call.crm.setTypes(from, to, [...own, ...types.map((type) => type.id)], act);
    return;
  }
  call.crm.link(from, to, types, act);
}

function labelsBetween(call: Call, from: HubRecord, to: HubRecord): Record<string, unknown> {
  const link = call.crm.findLink(from, to);
  const ids = link ? typesFrom(link, from) : [];
  const labels = ids
    .map((id) => call.crm.associations.of(from.type, to.type, id)?.label)
    .filter((label) => label != null);
  return {
    fromObjectId: from.id,
    fromObjectTypeId: from.type.id,
    toObjectId: to.id,
    toObjectTypeId: to.type.id,
    labels,
  };
}

function batchCreate(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const inputs = call.body.inputs as (Pair & { types: Spec[] })[];
  atMost(inputs, 2_000, "associations batch/create");
  for (const input of inputs) specsOf(call, input.types, from, to);
  return eachPair(call, from, to, inputs, (left, right, input) => {
    putTypes(call, left, right, input.types);
    return labelsBetween(call, left, right);
  });
}

function eachPair<Input extends Pair>(
  call: Call,
  from: ObjectType,
  to: ObjectType,
  inputs: readonly Input[],
  work: (left: HubRecord, right: HubRecord, input: Input) => unknown,
): Answer {
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of inputs) {
    const both = bothOf(call, from, to, input);
    if (Array.isArray(both)) {
      const result = work(both[0], both[1], input);
      if (Array.isArray(result)) results.push(...result);
      else results.push(result);
    } else errors.push(both);
  }
  return ok(batchFrame(call, results, errors), errors.length > 0 ? 207 : 200);
}

function defaults(call: Call, left: HubRecord, right: HubRecord): unknown[] {
  call.crm.link(left, right, [], actOf(call));
  const there = call.crm.associations.default(left.type, right.type)!;
  const spec = (associationTypeId: number) => ({ associationCategory: "HUBSPOT_DEFINED", associationTypeId });
  return [
    { from: { id: left.id }, to: { id: right.id }, associationSpec: spec(there.id) },
    { from: { id: right.id }, to: { id: left.id }, associationSpec: spec(there.inverse) },
  ];
}

function batchDefault(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const inputs = call.body.inputs as Pair[];
  atMost(inputs, 2_000, "associations batch/associate/default");
  return eachPair(call, from, to, inputs, (left, right) => defaults(call, left, right));
}

function batchArchive(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const inputs = call.body.inputs as { from: { id: string }; to: { id: string }[] }[];
  atMost(inputs, 2_000, "associations batch/archive");
  for (const input of inputs) {
    const left = call.crm.store(from).live(input.from.id);
    for (const { id } of input.to) {
      const right = call.crm.store(to).live(id);
      if (left && right) call.crm.unlink(left, right, actOf(call));
    }
  }
  return call.older ? EMPTY : ok(batchFrame(call, []));
}

/** Takes away the named labels; without the unlabelled kind no label stays. */
function batchLabelsArchive(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const inputs = call.body.inputs as (Pair & { types: Spec[] })[];
  atMost(inputs, 2_000, "associations batch/labels/archive");
  const base = call.crm.associations.default(from, to)!.id;
  for (const input of inputs) {
    const both = bothOf(call, from, to, input);
    if (!Array.isArray(both)) continue;
    const [left, right] = both;
    const gone = specsOf(call, input.types, from, to).map((type) => type.id);
    const link = call.crm.findLink(left, right);
    if (!link) continue;
    const kept = typesFrom(link, left).filter((id) => !gone.includes(id));
    if (kept.length === 0 || gone.includes(base)) call.crm.unlink(left, right, actOf(call));
    else call.crm.setTypes(left, right, kept, actOf(call));
  }
  return call.older ? EMPTY : ok(batchFrame(call, []));
}

function pathPair(call: Call, fromName: string, idName: string): [HubRecord, HubRecord] {
  const left = call.crm.store(typeParam(call.params, fromName)).live(call.params[idName]!);
  const right = call.crm.store(typeParam(call.params, "toObjectType")).live(call.params.toObjectId!);
  if (!left || !right) throw notFound();
  return [left, right];
}

function putOne(call: Call): Answer {
  const [left, right] = pathPair(call, "objectType", "objectId");
  if (call.body.length === 0) throw contractBroken("no association types were sent");
  putTypes(call, left, right, call.body);
  return ok(labelsBetween(call, left, right), 201);
}

function putDefault(call: Call): Answer {
  const [left, right] = pathPair(call, "fromObjectType", "fromObjectId");
  return ok(batchFrame(call, defaults(call, left, right)));
}

function deleteOne(call: Call): Answer {
  const [left, right] = pathPair(call, "objectType", "objectId");
  call.crm.unlink(left, right, actOf(call));
  return EMPTY;
}

// ---------------------------------------------------------------- labels

const LABELS = "/crm/associations/2026-09/{fromObjectType}/{toObjectType}/labels";
const MOST_LABELS = 10;

function shapeLabels(call: Call, from: ObjectType, to: ObjectType): unknown[] {
  return call.crm.associations.between(from, to).map(({ category, id, label }) => ({ category, typeId: id, label }));
}

function createLabel(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const { name, label, inverseLabel } = call.body as { name: string; label: string; inverseLabel?: string };
  const labels = call.crm.associations.labels(from, to);
  if (labels.some((type) => type.name === name)) {
    throw new Refusal(409, { message: `A label named ${name} exists`, category: "CONFLICT" });
  }
  if (labels.length >= MOST_LABELS) {
    throw new Refusal(400, {
      message: `No more than ${MOST_LABELS} labels`,
      category: "VALIDATION_ERROR",
      subCategory: "LIMIT",
    });
  }
  const made = call.crm.associations.addLabel(from, to, name, label, inverseLabel);
  return ok({ results: made.map(({ category, id, label: text }) => ({ category, typeId: id, label: text })) });
}

function updateLabel(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const { associationTypeId, label } = call.body as { associationTypeId: number; label: string };
  const type = call.crm.associations.labels(from, to).find((candidate) => candidate.id === associationTypeId);
  if (!type) throw notFound();
  type.label = label;
  return EMPTY;
}

function deleteLabel(call: Call): Answer {
  const { from, to } = pairTypes(call);
  const type = call.crm.associations
    .labels(from, to)
    .find((candidate) => String(candidate.id) === call.params.associationTypeId);
  if (!type) throw notFound();
  call.crm.associations.removeLabel(type);
  return EMPTY;
}

const reads = readScopes("fromObjectType", "toObjectType");
const writes = writeScopes("fromObjectType", "toObjectType");
const policy = "associations";

export const ASSOCIATION_ROUTES: readonly Route[] = [
  { method: "POST", path: `${BATCH}/read`, policy, scopes: reads, handle: batchRead },
  { method: "POST", path: `${BATCH}/create`, policy, scopes: writes, handle: batchCreate },
  { method: "POST", path: `${BATCH}/associate/default`, policy, scopes: writes, handle: batchDefault },
  { method: "POST", path: `${BATCH}/archive`, policy, scopes: writes, handle: batchArchive },
  { method: "POST", path: `${BATCH}/labels/archive`, policy, scopes: writes, handle: batchLabelsArchive },
  { method: "PUT", path: ONE, policy, scopes: writeScopes("objectType", "toObjectType"), handle: putOne },
  { method: "DELETE", path: ONE, policy, scopes: writeScopes("objectType", "toObjectType"), handle: deleteOne },
  { method: "PUT", path: ONE_DEFAULT, policy, scopes: writes, handle: putDefault },
  {
    method: "GET",
    path: LABELS,
    policy,
    scopes: reads,
    handle: (call) => {
      const { from, to } = pairTypes(call);
      return ok({ results: shapeLabels(call, from, to) });
    },
  },
  { method: "POST", path: LABELS, policy, scopes: writes, handle: createLabel },
  { method: "PUT", path: LABELS, policy, scopes: writes, handle: updateLabel },
  { method: "DELETE", path: `${LABELS}/{associationTypeId}`, policy, scopes: writes, handle: deleteLabel },
];

/** Served on the older paths only. */
export const OLDER_ASSOCIATION_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}",
    policy,
    scopes: readScopes("objectType", "toObjectType"),
    handle: listOlder,
  },
];
