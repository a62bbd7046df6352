import { type Answer, batchFrame, type Call, EMPTY, ok, type Route } from "../call.ts";
import { conflict, contractBroken, invalid, notFound, Refusal } from "../errors.ts";
import { fromInput, type Property, type PropertyBook, type PropertyGroup, type PropertyInput } from "../properties.ts";
import { isoInstant } from "../values.ts";
import { atMost, readScopes, typeParam } from "./shapes.ts";

/** Property definitions and groups (facts sheet 7). */
const BASE = "/crm/properties/2026-09/{objectType}";

function bookOf(call: Call): PropertyBook {
  return call.crm.book(typeParam(call.params));
}

/** A definition as the API shows it. */
function shapeProperty(property: Property): Record<string, unknown> {
  return {
    name: property.name,
    label: property.label,
    description: property.description,
    groupName: property.groupName,
    type: property.type,
    fieldType: property.fieldType,
    options: property.options,
    displayOrder: property.displayOrder,
    formField: property.formField,
    hidden: property.hidden,
    hasUniqueValue: property.hasUniqueValue,
    calculated: property.calculationFormula !== null,
    ...(property.calculationFormula === null ? {} : { calculationFormula: property.calculationFormula }),
    externalOptions: property.externalOptions,
    ...(property.referencedObjectType === null ? {} : { referencedObjectType: property.referencedObjectType }),
    hubspotDefined: property.hubspotDefined,
    dataSensitivity: property.dataSensitivity,
    archived: property.archivedAt !== null,
    ...(property.archivedAt === null ? {} : { archivedAt: isoInstant(property.archivedAt) }),
    createdAt: isoInstant(property.createdAt),
    updatedAt: isoInstant(property.updatedAt),
    ...(property.createdUserId === null ? {} : { createdUserId: property.createdUserId }),
    modificationMetadata: {
      archivable: !property.hubspotDefined,
      readOnlyDefinition: property.hubspotDefined,
      readOnlyOptions: property.fixedOptions,
      readOnlyValue: property.readOnlyValue,
    },
  };
}

const FIELD_TYPES: Record<string, readonly string[]> = {
  bool: ["booleancheckbox", "calculation_equation"],
  date: ["date"],
  datetime: ["date"],
  enumeration: ["booleancheckbox", "checkbox", "radio", "select", "calculation_equation"],
  number: ["number", "calculation_equation"],
  phone_number: ["phonenumber"],
  string: ["file", "text", "textarea", "html", "phonenumber", "calculation_equation"],
};

/** Refuses a definition that HubSpot would not take. @throws Refusal */
function checkDefinition(call: Call, book: PropertyBook, input: PropertyInput): void {
  const { switches } = call.sandbox;
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(input.name)) throw contractBroken(`${input.name} is not a property name`);
  if (!FIELD_TYPES[input.type]?.includes(input.fieldType)) {
    throw contractBroken(`fieldType ${input.fieldType} does not go with type ${input.type}`);
  }
  if (input.label.trim() === "") throw contractBroken("a property needs a label");
  const group = book.groups.get(input.groupName);
  if (!group || group.archived) {
    throw invalid(`Property group ${input.groupName} does not exist`, [
      { message: `group ${input.groupName} does not exist`, code: "PROPERTY_GROUP_DOESNT_EXIST" },
    ]);
  }
  checkOptions(call, input);
  if (input.hasUniqueValue && book.type.name === "task" && !switches.uniqueTaskPropertyAllowed) {
    throw invalid("Unique properties are not supported on this object type", [
      { message: "hasUniqueValue is not supported for TASK", code: "UNIQUE_NOT_SUPPORTED" },
    ]);
  }
  checkRoom(call, book, input);
}

function checkOptions(call: Call, input: PropertyInput): void {
  const options = input.options ?? [];
  const values = options.map((option) => option.value);
  if (new Set(values).size !== values.length) throw contractBroken(`options of ${input.name} hold a value twice`);
  if (input.type === "enumeration" && options.length === 0 && !input.externalOptions) {
    throw contractBroken(`enumeration ${input.name} needs options`);
  }
  const needs = input.type === "bool" && call.sandbox.switches.boolNeedsOptions;
  if (needs && [...values].sort().join() !== "false,true")
    throw contractBroken(`bool ${input.name} needs the options true and false`);
  if (input.referencedObjectType !== undefined && !call.sandbox.switches.ownerReferenceAllowed) {
    throw invalid("referencedObjectType is not supported on custom properties");
  }
  if (input.referencedObjectType !== undefined && input.referencedObjectType !== "OWNER") {
    throw contractBroken(`referencedObjectType ${input.referencedObjectType} is not known`);
  }
}

function checkRoom(call: Call, book: PropertyBook, input: PropertyInput): void {
  const { perObject, overall, uniquePerObject } = call.portal.propertyLimits;
  const custom = book.custom();
  let total = 0;
  for (const other of call.crm.books.values()) total += other.custom().length;
  const full = (what: string, limit: number) =>
    new Refusal(400, {
      message: `The limit of ${limit} ${what} is reached`,
      category: "VALIDATION_ERROR",
      subCategory: "Property.PROPERTY_LIMIT_REACHED",
      errors: [{ message: `limit of ${limit} reached`, code: "LIMIT_EXCEEDED" }],
    });
  if (custom.length >= perObject) throw full(`custom properties of ${book.type.plural}`, perObject);
  if (total >= overall) throw full("custom properties", overall);
  const unique = custom.filter((property) => property.hasUniqueValue).length;
  if (input.hasUniqueValue && unique >= uniquePerObject) throw full("unique properties", uniquePerObject);
}

function define(call: Call, book: PropertyBook, input: PropertyInput): Property {
  checkDefinition(call, book, input);
  const { switches } = call.sandbox;
  const exists = book.get(input.name);
  const archived = book.archived(input.name);
  if (exists || (archived && !switches.archivedPropertyRestored)) {
    const message = `A property named '${input.name}' already exists.`;
    if (switches.existingPropertyAnswers409) throw conflict(message, "Properties.PROPERTY_EXISTS");
    throw new Refusal(400, { message, category: "VALIDATION_ERROR" });
  }
  if (archived) {
    archived.archivedAt = null;
    archived.updatedAt = call.crm.now();
    return archived;
  }
  const property = fromInput(input, call.crm.now(), null);
  book.add(property);
  return property;
}

function create(call: Call): Answer {
  return ok(shapeProperty(define(call, bookOf(call), call.body)), 201);
}

function createBatch(call: Call): Answer {
  const book = bookOf(call);
  const inputs = call.body.inputs as PropertyInput[];
  atMost(inputs, 100, "properties batch/create");
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of inputs) {
    try {
      results.push(shapeProperty(define(call, book, input)));
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      call.sandbox.violated(call, problem.rule);
      const { category, message, errors: details, subCategory } = problem.body;
      const context = { name: [input.name] };
      errors.push({
        status: "error",
        category,
        message,
        context,
        errors: details ?? [],
        links: {},
        ...(subCategory ? { subCategory } : {}),
      });
    }
  }
  return ok(batchFrame(call, results, errors), errors.length > 0 ? 207 : 201);
}

function readBatch(call: Call): Answer {
  const book = bookOf(call);
  const { inputs, archived } = call.body as { inputs: { name: string }[]; archived?: boolean };
  atMost(inputs, 100, "properties batch/read");
  const results: unknown[] = [];
  const absent: string[] = [];
  for (const { name } of inputs) {
    const property = archived ? book.archived(name) : book.get(name);
    if (property) results.push(shapeProperty(property));
    else absent.push(name);
  }
  const errors = absent.map((name) => ({
    status: "error",
    category: "OBJECT_NOT_FOUND",
    message: `Property ${name} does not exist`,
    context: { name: [name] },
    errors: [],
    links: {},
  }));
  return ok(batchFrame(call, results, errors), errors.length > 0 ? 207 : 200);
}

function named(call: Call): Property {
  const book = bookOf(call);
  const name = call.params.propertyName!;
  const property = call.query.get("archived") === "true" ? book.archived(name) : book.get(name);
  if (!property) throw notFound(`Property ${name} does not exist`);
  return property;
}

function update(call: Call): Answer {
  const property = named(call);
  const changes = call.body as Partial<PropertyInput>;
  if (property.hubspotDefined && Object.keys(changes).some((key) => key !== "options" || property.fixedOptions)) {
    throw invalid(`${property.name} is defined by HubSpot and cannot be changed`);
  }
  const type = changes.type ?? property.type;
  const fieldType = changes.fieldType ?? property.fieldType;
  if (!FIELD_TYPES[type]?.includes(fieldType))
    throw contractBroken(`fieldType ${fieldType} does not go with type ${type}`);
  Object.assign(property, changes, { updatedAt: call.crm.now() });
  return ok(shapeProperty(property));
}

function archiveOne(call: Call, property: Property): void {
  if (property.hubspotDefined) throw invalid(`${property.name} is defined by HubSpot and cannot be archived`);
  property.archivedAt = call.crm.now();
}

function archive(call: Call): Answer {
  archiveOne(call, named(call));
  return EMPTY;
}

function archiveBatch(call: Call): Answer {
  const book = bookOf(call);
  const inputs = call.body.inputs as { name: string }[];
  atMost(inputs, 100, "properties batch/archive");
  for (const { name } of inputs) {
    const property = book.get(name);
    if (property && !property.hubspotDefined) archiveOne(call, property);
  }
  return EMPTY;
}

// ---------------------------------------------------------------- groups

function shapeGroup({ name, label, displayOrder, archived }: PropertyGroup): Record<string, unknown> {
  return { name, label, displayOrder, archived };
}

function group(call: Call): PropertyGroup {
  const found = bookOf(call).groups.get(call.params.groupName!);
  if (!found || found.archived) throw notFound(`Property group ${call.params.groupName} does not exist`);
  return found;
}

function createGroup(call: Call): Answer {
  const book = bookOf(call);
  const input = call.body as { name: string; label: string; displayOrder?: number };
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(input.name)) throw contractBroken(`${input.name} is not a group name`);
  if (book.groups.get(input.name)?.archived === false)
    throw conflict(`A property group named '${input.name}' already exists.`);
  return ok(shapeGroup(book.addGroup(input)), 201);
}

function updateGroup(call: Call): Answer {
  const found = group(call);
  Object.assign(found, call.body);
  return ok(shapeGroup(found));
}

function archiveGroup(call: Call): Answer {
  const found = group(call);
  if (found.hubspotDefined) throw invalid(`${found.name} is defined by HubSpot and cannot be archived`);
  const inUse = bookOf(call)
    .list()
    .some((property) => property.groupName === found.name);
  if (inUse) throw invalid(`Property group ${found.name} still has properties`);
  found.archived = true;
  return EMPTY;
}

const reads = readScopes("objectType");
const writes = (params: Readonly<Record<string, string>>) => typeParam(params).schemaScopes;

export const PROPERTY_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: BASE,
    scopes: reads,
    handle: (call) =>
      ok({
        results: bookOf(call)
          .list(call.query.get("archived") === "true")
          .map(shapeProperty),
      }),
  },
  { method: "POST", path: BASE, scopes: writes, handle: create },
  { method: "POST", path: `${BASE}/batch/create`, scopes: writes, handle: createBatch },
  { method: "POST", path: `${BASE}/batch/read`, scopes: reads, handle: readBatch },
  { method: "POST", path: `${BASE}/batch/archive`, scopes: writes, handle: archiveBatch },
  {
    method: "GET",
    path: `${BASE}/groups`,
    scopes: reads,
    handle: (call) =>
      ok({ results: [...bookOf(call).groups.values()].filter(({ archived }) => !archived).map(shapeGroup) }),
  },
  { method: "POST", path: `${BASE}/groups`, scopes: writes, handle: createGroup },
  { method: "GET", path: `${BASE}/groups/{groupName}`, scopes: reads, handle: (call) => ok(shapeGroup(group(call))) },
  { method: "PATCH", path: `${BASE}/groups/{groupName}`, scopes: writes, handle: updateGroup },
  { method: "DELETE", path: `${BASE}/groups/{groupName}`, scopes: writes, handle: archiveGroup },
  { method: "GET", path: `${BASE}/{propertyName}`, scopes: reads, handle: (call) => ok(shapeProperty(named(call))) },
  { method: "PATCH", path: `${BASE}/{propertyName}`, scopes: writes, handle: update },
  { method: "DELETE", path: `${BASE}/{propertyName}`, scopes: writes, handle: archive },
];
