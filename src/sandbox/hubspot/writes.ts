import { stageName } from "./computed.ts";
import type { Crm } from "./crm.ts";
import type { ErrorDetail } from "./errors.ts";
import type { ObjectType } from "./object-types.ts";
import { isClosed, isWon } from "./pipelines.ts";
import type { Property } from "./properties.ts";
import type { HubRecord, Values } from "./records.ts";
import { isoInstant, normaliseValue } from "./values.ts";

/** What became of the values of one write. `rule` is set when they would be wrong in every account. */
export interface Prepared {
  values: Values;
  problems: ErrorDetail[];
  rule: string | null;
  /** the record that already holds a unique value of this write */
  taken: { property: string; id: string } | null;
}

/** Names that nobody writes, not even an import. */
const SYSTEM = new Set(["hs_object_id", "hs_lastmodifieddate", "lastmodifieddate", "hs_createdate", "createdate"]);

/** Checks and rewrites the values of a create (`record` null) or an update. People may set what the API may not. */
export function prepareWrite(
  crm: Crm,
  type: ObjectType,
  raw: Readonly<Record<string, string>>,
  record: HubRecord | null,
  by: "api" | "person",
  at: number,
): Prepared {
  const prepared: Prepared = { values: {}, problems: [], rule: null, taken: null };
  const book = crm.book(type);
  for (const name in raw) {
    const property = book.get(name);
    if (!property) {
      if (by === "person" || !crm.switches.unknownPropertyIgnored) {
        problem(prepared, name, "PROPERTY_DOESNT_EXIST", `Property "${name}" does not exist`);
      }
      continue;
    }
    if (SYSTEM.has(name) || (by === "api" && property.readOnlyValue)) {
      problem(prepared, name, "READ_ONLY_VALUE", `"${name}" is a read only property`);
      prepared.rule ??= `${type.plural}.${name} is read only`;
      continue;
    }
    setValue(crm, type, property, raw[name]!, record, prepared, by);
  }
  fillPipeline(crm, type, record, prepared);
  checkRequired(crm, type, record, prepared, by);
  derive(crm, type, record, prepared.values, at);
  return prepared;
}

function problem(prepared: Prepared, name: string, code: string, message: string): void {
  prepared.problems.push({ message, code, context: { propertyName: [name] } });
}

function setValue(
  crm: Crm,
  type: ObjectType,
  property: Property,
  raw: string,
  record: HubRecord | null,
  prepared: Prepared,
  by: "api" | "person",
): void {
  const { name } = property;
  const normalised = normaliseValue(property, raw, {
    switches: crm.switches,
    ownerState: (id) => crm.people.state(id),
    external: (asked, value) => externalOption(crm, asked, value),
    before: record?.values[name],
  });
  if (!normalised.ok) {
    problem(prepared, name, normalised.code, normalised.message);
    if (normalised.stranger) prepared.rule ??= `${name}: ${normalised.message}`;
    return;
  }
  if (property.hasUniqueValue && normalised.value) {
    const holder = crm.book(type).unique.get(name)?.get(normalised.value);
    if (holder !== undefined && holder !== record?.id) prepared.taken ??= { property: name, id: holder };
  }
  if (by === "api") checkValidations(crm, type, property, normalised.value, prepared);
  prepared.values[name] = normalised.value;
}

function externalOption(crm: Crm, property: Property, value: string): boolean {
  switch (property.name) {
    case "dealstage":
      return crm.pipelines["0-3"]!.find(value)?.stage.archived === false;
    case "hs_pipeline_stage":
      return crm.pipelines["0-5"]!.find(value)?.stage.archived === false;
    case "pipeline":
      return crm.pipelines["0-3"]!.pipeline(value) !== null;
    case "hs_pipeline":
      return crm.pipelines["0-5"]!.pipeline(value) !== null;
    case "deal_currency_code":
      return /^[A-Z]{3}$/.test(value);
    default:
      return true;
  }
}

/** The customer's numeric and length rules (facts sheet 7). */
function checkValidations(crm: Crm, type: ObjectType, property: Property, value: string, prepared: Prepared): void {
  const rules = crm.validations.get(type.id)?.get(property.name);
  if (!rules || value === "") return;
  for (const [kind, { ruleArguments }] of rules) {
    const limit = ruleArguments[0] ?? "";
    const broken =
      (kind === "MIN_NUMBER" && Number(value) < Number(limit)) ||
      (kind === "MAX_NUMBER" && Number(value) > Number(limit)) ||
      (kind === "MIN_LENGTH" && value.length < Number(limit)) ||
      (kind === "MAX_LENGTH" && value.length > Number(limit)) ||
      (kind === "REGEX" && !new RegExp(limit).test(value));
    if (broken) problem(prepared, property.name, kind, `${value} breaks the rule ${kind} ${limit}`);
  }
}

/** A stage belongs to a pipeline: fills in what was left out on create, refuses what does not fit. */
function fillPipeline(crm: Crm, type: ObjectType, record: HubRecord | null, prepared: Prepared): void {
  const pipelines = crm.pipelines[type.id];
  if (!pipelines) return;
  const [pipelineName, name] = type.name === "deal" ? ["pipeline", "dealstage"] : ["hs_pipeline", "hs_pipeline_stage"];
  const { values } = prepared;
  if (record === null) values[pipelineName] ??= pipelines.list[0]!.id;
  const stage = values[name];
  const pipelineId = values[pipelineName] ?? record?.values[pipelineName];
  if (record === null && stage === undefined && type.name === "deal") {
    values[name] = pipelines.pipeline(pipelineId ?? "")?.stages[0]?.id ?? "";
    return;
  }
  if (!stage && values[pipelineName] === undefined) return;
  const found = pipelines.find(stage ?? record?.values[name] ?? "");
  if (found && found.pipeline.id !== pipelineId) {
    problem(prepared, name, "INVALID_OPTION", `${found.stage.id} is not a stage of pipeline ${pipelineId}`);
  }
}

/** What HubSpot needs itself, and what the customer demands on create or in a stage (facts sheet 1). */
function checkRequired(crm: Crm, type: ObjectType, record: HubRecord | null, prepared: Prepared, by: string): void {
  const after = (name: string) => prepared.values[name] ?? record?.values[name] ?? "";
  if (record === null) {
    for (const property of crm.book(type).list()) {
      if (!property.required || after(property.name) !== "" || mentions(prepared, property.name)) continue;
      problem(prepared, property.name, "MISSING_REQUIRED_PROPERTY", `${property.name} is required`);
      prepared.rule ??= `${type.plural} need ${property.name}`;
    }
  }
  if (by !== "api") return;
  for (const rule of crm.writeRules) {
    if (rule.objectType !== type || after(rule.property) !== "" || mentions(prepared, rule.property)) continue;
    const touches =
      record === null || rule.property in prepared.values || (rule.when && rule.when.property in prepared.values);
    const applies = rule.when ? after(rule.when.property) === rule.when.equals : record === null;
    if (applies && touches) problem(prepared, rule.property, "REQUIRED_FIELD", `property ${rule.property} required`);
  }
}

function mentions(prepared: Prepared, name: string): boolean {
  return prepared.problems.some((detail) => detail.context?.propertyName?.includes(name));
}

/** Values that HubSpot sets beside the ones that were written. */
function derive(crm: Crm, type: ObjectType, record: HubRecord | null, values: Values, at: number): void {
  const now = isoInstant(at);
  const before = (name: string) => record?.values[name] ?? "";
  const changes = (name: string) => name in values && values[name] !== before(name);
  if (changes("hubspot_owner_id")) values.hubspot_owner_assigneddate = values.hubspot_owner_id ? now : "";
  if (type.name === "task" && changes("hs_task_status")) {
    if (values.hs_task_status === "COMPLETED") values.hs_task_completion_date = now;
    else if (before("hs_task_completion_date")) values.hs_task_completion_date = "";
  }
  if (type.name === "task" && record === null) {
    values.hs_task_status ??= "NOT_STARTED";
    values.hs_task_priority ??= "NONE";
    values.hs_task_type ??= "TODO";
  }
  if (type.name === "company" && changes("lifecyclestage") && values.lifecyclestage === "customer") {
    values.hs_date_entered_customer ??= now;
  }
  const stage = crm.pipelines[type.id] ? stageName(type) : null;
  if (stage && changes(stage)) deriveStage(crm, type, record, values, at);
}

function deriveStage(crm: Crm, type: ObjectType, record: HubRecord | null, values: Values, at: number): void {
  const now = isoInstant(at);
  const pipelines = crm.pipelines[type.id]!;
  const name = stageName(type);
  const after = pipelines.find(values[name]!)?.stage;
  const before = record ? pipelines.find(record.values[name] ?? "")?.stage : undefined;
  if (!after) return;
  const closes = isClosed(after) && !(before && isClosed(before));
  if (type.name === "deal") {
    if (closes && !("closedate" in values)) values.closedate = now;
    if (isWon(after)) values.hs_closed_won_date = now;
    return;
  }
  if (closes) {
    values.closed_date = now;
    values.hs_last_closed_date = now;
    values.time_to_close = String(at - (record?.createdAt ?? at));
  } else if (before && isClosed(before)) {
    values.hs_ticket_reopened_at = now;
    values.closed_date = "";
  }
}
