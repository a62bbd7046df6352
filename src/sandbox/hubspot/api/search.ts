import { type Answer, type Call, ok } from "../call.ts";
import { readValue } from "../computed.ts";
import type { Crm } from "../crm.ts";
import { contractBroken, invalid } from "../errors.ts";
import { findObjectType, type ObjectType } from "../object-types.ts";
import type { Property } from "../properties.ts";
import { type HubRecord, otherEnd } from "../records.ts";
import { isoInstant, parseInstant } from "../values.ts";
import { shapeRecord, typeParam } from "./shapes.ts";

export interface Filter {
  propertyName: string;
  operator: string;
  value?: string;
  highValue?: string;
  values?: string[];
}

interface SearchBody {
  filterGroups?: { filters: Filter[] }[];
  query?: string;
  sorts?: (string | { propertyName: string; direction?: string })[];
  properties?: string[];
  limit?: number;
  after?: string;
}

const MOST_RESULTS = 10_000;

/** POST …/search (facts sheet 4.3): sees the world as it was some seconds ago, and no archived records. */
export function search(call: Call): Answer {
  const type = typeParam(call.params);
  const body = call.body as SearchBody;
  const limit = body.limit ?? 10;
  const after = body.after === undefined || body.after === "" ? 0 : Number(body.after);
  checkShape(body, limit, after, call.older);
  const groups = (body.filterGroups ?? []).map((group) =>
    group.filters.map((filter) => compile(call.crm, type, filter)),
  );
  const query = body.query?.trim().toLowerCase() ?? "";
  const matching: View[] = [];
  for (const view of candidates(call.crm, type, body)) {
    if (groups.length > 0 && !groups.some((filters) => filters.every((test) => test(view)))) continue;
    if (query !== "" && !mentions(view, query)) continue;
    matching.push(view);
  }
  sortViews(call.crm, type, matching, body.sorts?.[0]);
  const page = matching.slice(after, Math.min(after + limit, MOST_RESULTS));
  const results = page.map((view) =>
    shapeRecord(call, asRecord(view), { properties: body.properties ?? [], history: [], associations: [] }),
  );
  const next = after + limit;
  const more = next < Math.min(matching.length, MOST_RESULTS);
  return ok({
    total: matching.length,
    results,
    ...(more ? { paging: { next: { after: String(next), link: `?after=${next}` } } } : {}),
  });
}

function checkShape(body: SearchBody, limit: number, after: number, older: boolean): void {
  const groups = body.filterGroups ?? [];
  const total = groups.reduce((sum, group) => sum + group.filters.length, 0);
  if (limit < 1 || limit > 200) throw contractBroken(`limit ${limit} is not between 1 and 200`);
  if (!Number.isSafeInteger(after) || after < 0) throw contractBroken(`after ${body.after} is not an offset`);
  if (after + (older ? 0 : limit) > MOST_RESULTS) throw contractBroken("a search ends after 10,000 results");
  if (groups.length > 5) throw contractBroken("more than 5 filterGroups");
  if (groups.some((group) => group.filters.length > 6)) throw contractBroken("more than 6 filters in a group");
  if (total > 18) throw contractBroken("more than 18 filters");
  if ((body.sorts?.length ?? 0) > 1) throw contractBroken("more than 1 sort");
}

/** A record as search sees it: its look at the horizon. */
interface View {
  record: HubRecord;
  values: Record<string, string>;
  updatedAt: number;
}

function viewAt(record: HubRecord, horizon: number): View | null {
  if (record.bornAt > horizon) return null;
  const version = record.versions?.find((candidate) => candidate.until > horizon);
  if (version) return version.archived ? null : { record, values: version.values, updatedAt: version.updatedAt };
  return record.archivedAt === null ? { record, values: record.values, updatedAt: record.updatedAt } : null;
}

function asRecord(view: View): HubRecord {
  const { record } = view;
  if (view.values === record.values && view.updatedAt === record.updatedAt) return record;
  return { ...view.record, values: view.values, updatedAt: view.updatedAt };
}

/** Everything, or where the filters say so only what changed since an instant or has a higher id. */
function* candidates(crm: Crm, type: ObjectType, body: SearchBody): Generator<View> {
  const horizon = crm.now() - crm.switches.searchLagMs;
  const store = crm.store(type);
  const filters = body.filterGroups?.length === 1 ? body.filterGroups[0]!.filters : [];
  const since = filters.find(
    (filter) => filter.propertyName === type.modifiedName && /^(GTE?|BETWEEN)$/.test(filter.operator),
  );
  const from = since ? parseInstant(since.value ?? "") : null;
  const records = from === null ? store.all.values() : store.modifiedSince(from);
  for (const record of records) {
    const view = viewAt(record, horizon);
    if (view) yield view;
  }
}

type Test = (view: View) => boolean;

function compile(crm: Crm, type: ObjectType, filter: Filter): Test {
  if (filter.propertyName.startsWith("associations.")) return compileAssociation(filter);
  const property = crm.book(type).get(filter.propertyName);
  if (!property && !filter.propertyName.startsWith("hs_v2_")) {
    const message = `Property "${filter.propertyName}" does not exist`;
    throw invalid(`There was a problem with the request: ${message}`, [{ message, code: "PROPERTY_DOESNT_EXIST" }]);
  }
  checkOperands(filter);
  const textOf = reader(crm, filter.propertyName);
  return compileValue(filter, property, textOf);
}

function checkOperands(filter: Filter): void {
  const { operator } = filter;
  if (/^(IN|NOT_IN)$/.test(operator) !== (filter.values !== undefined)) {
    throw contractBroken(`${operator} on ${filter.propertyName} goes ${filter.values ? "without" : "with"} values`);
  }
  if ((operator === "BETWEEN") !== (filter.highValue !== undefined))
    throw contractBroken("highValue goes with BETWEEN");
  if (/^(HAS|NOT_HAS)_PROPERTY$/.test(operator) || filter.values) return;
  if (filter.value === undefined) throw contractBroken(`${operator} on ${filter.propertyName} needs a value`);
}

/** Reads stored values from the view, derived ones from the record. */
function reader(crm: Crm, name: string): (view: View) => string {
  if (name === "hs_lastmodifieddate" || name === "lastmodifieddate") return (view) => isoInstant(view.updatedAt);
  return (view) => view.values[name] ?? readValue(crm, asRecord(view), name) ?? "";
}

type Key = number | string;

/** How values of a property compare: numbers and instants as numbers, the rest as text without case. */
function keyOf(property: Property | null): (text: string) => Key {
  if (property?.type === "number") return (text) => Number(text);
  if (!property || property.type === "datetime" || property.type === "date") {
    return (text) => parseInstant(text) ?? Number.NaN;
  }
  return (text) => text.toLowerCase();
}

function compileValue(filter: Filter, property: Property | null, textOf: (view: View) => string): Test {
  const key = keyOf(property);
  const compared = (test: (actual: Key) => boolean): Test => {
    return (view) => {
      const text = textOf(view);
      return text !== "" && test(key(text));
    };
  };
  const wanted = key(filter.value ?? "");
  switch (filter.operator) {
    case "HAS_PROPERTY":
      return (view) => textOf(view) !== "";
    case "NOT_HAS_PROPERTY":
      return (view) => textOf(view) === "";
    case "EQ":
      if (property?.fieldType === "checkbox") return (view) => textOf(view).split(";").includes(filter.value!);
      return compared((actual) => actual === wanted);
    case "NEQ":
      return (view) => textOf(view) === "" || key(textOf(view)) !== wanted;
    case "LT":
      return compared((actual) => actual < wanted);
    case "LTE":
      return compared((actual) => actual <= wanted);
    case "GT":
      return compared((actual) => actual > wanted);
    case "GTE":
      return compared((actual) => actual >= wanted);
    case "BETWEEN": {
      const high = key(filter.highValue!);
      return compared((actual) => actual >= wanted && actual <= high);
    }
    case "IN":
    case "NOT_IN": {
      // texts are compared in lower case, so an upper-case operand never matches
      const lowered = property?.type === "string";
      const values = new Set<Key>(lowered ? filter.values! : filter.values!.map(key));
      const inside = (view: View) => values.has(key(textOf(view)));
      return filter.operator === "IN" ? (view) => textOf(view) !== "" && inside(view) : (view) => !inside(view);
    }
    default: {
      const token = tokenTest(filter.value!);
      const negated = filter.operator === "NOT_CONTAINS_TOKEN";
      return (view) =>
        textOf(view)
          .toLowerCase()
          .split(/[^\p{L}\p{N}_]+/u)
          .some(token) !== negated;
    }
  }
}

/** A token with `*` standing for anything. */
function tokenTest(value: string): (word: string) => boolean {
  const pattern = value
    .toLowerCase()
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*");
  const test = new RegExp(`^${pattern}$`, "u");
  return (word) => test.test(word);
}

/** `associations.contact EQ id`, the pseudo-property. */
function compileAssociation(filter: Filter): Test {
  const to = findObjectType(filter.propertyName.slice("associations.".length));
  if (!to || !["EQ", "IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"].includes(filter.operator)) {
    throw contractBroken(`${filter.propertyName} ${filter.operator} is not a filter`);
  }
  const linked = (view: View) =>
    (view.record.links[to.id] ?? [])
      .map((link) => otherEnd(link, view.record))
      .filter((other) => other.archivedAt === null);
  if (filter.operator === "HAS_PROPERTY") return (view) => linked(view).length > 0;
  if (filter.operator === "NOT_HAS_PROPERTY") return (view) => linked(view).length === 0;
  const ids = new Set(filter.values ?? [filter.value!]);
  return (view) => linked(view).some((other) => ids.has(other.id));
}

const SEARCHED = [
  "name",
  "domain",
  "dealname",
  "email",
  "firstname",
  "lastname",
  "phone",
  "subject",
  "hs_task_subject",
  "hs_meeting_title",
];

function mentions(view: View, query: string): boolean {
  return SEARCHED.some((name) => view.values[name]?.toLowerCase().includes(query));
}

function sortViews(
  crm: Crm,
  type: ObjectType,
  views: View[],
  sort: string | { propertyName: string; direction?: string } | undefined,
): void {
  if (sort === undefined) return;
  const text = typeof sort === "string" ? sort : `${sort.direction === "DESCENDING" ? "-" : ""}${sort.propertyName}`;
  const descending = text.startsWith("-");
  const name = descending ? text.slice(1) : text;
  const property = crm.book(type).get(name);
  if (!property) throw invalid(`Property "${name}" does not exist`);
  // records come in order of id already
  if (name === "hs_object_id") {
    if (descending) views.reverse();
    return;
  }
  const textOf = reader(crm, name);
  const key = keyOf(property);
  const keyed = views.map((view) => ({ view, key: textOf(view) === "" ? null : key(textOf(view)) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
    return descending ? -order : order;
  });
  keyed.forEach((entry, index) => {
    views[index] = entry.view;
  });
}
