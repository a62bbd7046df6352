import { type Answer, actOf, batchFrame, type Call, EMPTY, ok } from "../call.ts";
import { contractBroken, notFound, Refusal } from "../errors.ts";
import type { ObjectType } from "../object-types.ts";
import type { HubRecord } from "../records.ts";
import { atMost, findRecord, noDoubles, shapeRecord, type Wish } from "./shapes.ts";
import {
  applyCreate,
  applyUpdate,
  type CreateInput,
  type PreparedCreate,
  prepareCreate,
  prepareUpdate,
} from "./single.ts";

const BATCH = 100;

interface Traced {
  objectWriteTraceId?: string;
}

interface ItemError {
  status: "error";
  category: string;
  message: string;
  subCategory?: string;
  context: Record<string, string[]>;
  errors: unknown[];
  links: Record<string, string>;
}

/** True when each input has a trace id of its own: then one bad input does not spoil the others (facts sheet 4.4). */
function traced(inputs: readonly Traced[]): boolean {
  const ids = inputs.map((input) => input.objectWriteTraceId);
  return ids.every((id) => id !== undefined && id !== "") && new Set(ids).size === ids.length;
}

function itemError(refusal: Refusal, context: Record<string, string[]>): ItemError {
  const { category, message, errors, subCategory } = refusal.body;
  const more = subCategory ? { subCategory } : {};
  return { status: "error", category, message, ...more, context, errors: errors ?? [], links: {} };
}

function missing(ids: readonly string[], type: ObjectType): ItemError {
  const refusal = notFound(`Could not get some ${type.name.toUpperCase()} objects, they may be deleted or not exist.`);
  return itemError(refusal, { ids: [...ids] });
}

/** What each input leads to, or why not. Without trace ids the first refusal refuses the batch. */
function eachInput<Input extends Traced, Result>(
  call: Call,
  inputs: readonly Input[],
  partial: boolean,
  work: (input: Input) => Result,
): { done: { input: Input; result: Result }[]; errors: ItemError[] } {
  const done: { input: Input; result: Result }[] = [];
  const errors: ItemError[] = [];
  for (const input of inputs) {
    try {
      done.push({ input, result: work(input) });
    } catch (problem) {
      if (!(problem instanceof Refusal) || !partial) throw problem;
      call.sandbox.violated(call, problem.rule);
      errors.push(itemError(problem, { objectWriteTraceId: [input.objectWriteTraceId!] }));
    }
  }
  return { done, errors };
}

/** Same results, another order: the documentation promises none. */
function inAnyOrder<Result>(call: Call, results: Result[]): Result[] {
  if (!call.sandbox.switches.batchResultsShuffled) return results;
  for (let index = results.length - 1; index > 0; index--) {
    const other = Math.floor(call.sandbox.options.random() * (index + 1));
    [results[index], results[other]] = [results[other]!, results[index]!];
  }
  return results;
}

function echo(call: Call, input: Traced): Traced {
  const id = input.objectWriteTraceId;
  return id !== undefined && call.sandbox.switches.traceIdEchoedIn207 ? { objectWriteTraceId: id } : {};
}

function seen(names: readonly string[]): Wish {
  return { properties: names, history: [], associations: [] };
}

/** 201, or 207 where trace ids let good inputs pass beside bad ones; at most 100 inputs. */
export function createBatch(call: Call, type: ObjectType): Answer {
  const inputs = call.body.inputs as (CreateInput & Traced)[];
  atMost(inputs, BATCH, "batch/create");
  const act = actOf(call);
  const partial = traced(inputs);
  const uniques = new UniqueInBatch(call, type);
  // without trace ids nothing is created unless everything can be
  const prepared = eachInput(call, inputs, partial, (input) => {
    const ready = prepareCreate(call, type, input);
    uniques.take(ready);
    return ready;
  });
  const results = prepared.done.map(({ input, result }) => ({
    ...shapeRecord(call, applyCreate(call, type, result, act), seen(Object.keys(result.values))),
    ...echo(call, input),
  }));
  const status = prepared.errors.length > 0 ? 207 : 201;
  return ok(batchFrame(call, inAnyOrder(call, results), prepared.errors), status);
}

/** Two inputs of one batch must not claim the same unique value. */
class UniqueInBatch {
  readonly #names: readonly string[];
  readonly #taken = new Set<string>();

  constructor(call: Call, type: ObjectType) {
    this.#names = [...call.crm.book(type).unique.keys()];
  }

  take(prepared: PreparedCreate): void {
    for (const name of this.#names) {
      const value = prepared.values[name];
      if (!value) continue;
      const key = `${name} ${value}`;
      if (this.#taken.has(key)) {
        throw new Refusal(400, {
          message: `Property values were not valid: ${name} is used twice in this batch`,
          category: "VALIDATION_ERROR",
          errors: [
            { message: `${name} is used twice`, code: "CONFLICTING_UNIQUE_VALUE", context: { propertyName: [name] } },
          ],
        });
      }
      this.#taken.add(key);
    }
  }
}

/** 200, or 207 that names what is missing; at most 100 inputs. */
export function readBatch(call: Call, type: ObjectType): Answer {
  const body = call.body as {
    inputs: { id: string }[];
    properties?: string[];
    propertiesWithHistory?: string[];
    idProperty?: string;
  };
  atMost(body.inputs, BATCH, "batch/read");
  const archived = call.query.get("archived") === "true";
  const wish: Wish = { properties: body.properties ?? [], history: body.propertiesWithHistory ?? [], associations: [] };
  const absent: string[] = [];
  const found = new Set<HubRecord>();
  for (const { id } of body.inputs) {
    const record = archived
      ? call.crm.store(type).all.get(id)
      : findRecord(call.crm, type, id, body.idProperty ?? null, call.sandbox.switches.batchReadResolvesMerged);
    if (record && (record.archivedAt !== null) === archived) found.add(record);
    else absent.push(id);
  }
  const results = inAnyOrder(
    call,
    [...found].map((record) => shapeRecord(call, record, wish)),
  );
  const named = absent.length > 0 && call.sandbox.switches.batchReadMissing207;
  return ok(batchFrame(call, results, named ? [missing(absent, type)] : []), named ? 207 : 200);
}

/** Missing ids are named in a 207; ids that were merged away count as missing (facts sheet 4.4). */
export function updateBatch(call: Call, type: ObjectType): Answer {
  const inputs = call.body.inputs as ({
    id: string;
    idProperty?: string;
    properties: Record<string, string>;
  } & Traced)[];
  atMost(inputs, BATCH, "batch/update");
  noDoubles(inputs.map((input) => `${input.idProperty ?? ""}${input.id}`));
  const act = actOf(call);
  const partial = call.sandbox.switches.traceIdsOnUpdate && traced(inputs);
  const absent: string[] = [];
  const present = inputs.flatMap((input) => {
    const record = findRecord(call.crm, type, input.id, input.idProperty ?? null, false);
    if (!record) absent.push(input.id);
    return record ? [{ ...input, record }] : [];
  });
  const { done, errors } = eachInput(call, present, partial, (input) =>
    prepareUpdate(call, type, input.record, input.properties),
  );
  const results = done.map(({ input, result }) => {
    applyUpdate(call, input.record, result, act);
    return { ...shapeRecord(call, input.record, seen(Object.keys(result.values))), ...echo(call, input) };
  });
  if (absent.length > 0) errors.push(missing(absent, type));
  return ok(batchFrame(call, inAnyOrder(call, results), errors), errors.length > 0 ? 207 : 200);
}

/** By a unique property, or by record id for what exists; each result says whether it is `new`. */
export function upsertBatch(call: Call, type: ObjectType): Answer {
  const inputs = call.body.inputs as ({
    id: string;
    idProperty?: string;
    properties: Record<string, string>;
  } & Traced)[];
  atMost(inputs, BATCH, "batch/upsert");
  noDoubles(inputs.map((input) => `${input.idProperty ?? ""}${input.id}`));
  if (new Set(inputs.map((input) => input.idProperty)).size > 1)
    throw contractBroken("one idProperty per batch/upsert");
  const act = actOf(call);
  // by e-mail there is no partial upsert (facts sheet 4.4)
  const partial = call.sandbox.switches.traceIdsOnUpdate && traced(inputs) && inputs[0]?.idProperty !== "email";
  const { done, errors } = eachInput(call, inputs, partial, (input) => prepareUpsert(call, type, input));
  const results = done.map(({ input, result }) => {
    const record = result.apply(act);
    return { ...shapeRecord(call, record, seen(result.names)), ...echo(call, input), new: result.isNew };
  });
  return ok(batchFrame(call, inAnyOrder(call, results), errors), errors.length > 0 ? 207 : 200);
}

interface PreparedUpsert {
  isNew: boolean;
  names: string[];
  apply(act: ReturnType<typeof actOf>): HubRecord;
}

function prepareUpsert(
  call: Call,
  type: ObjectType,
  input: { id: string; idProperty?: string; properties: Record<string, string> },
): PreparedUpsert {
  const record = findRecord(call.crm, type, input.id, input.idProperty ?? null, false);
  const properties = input.idProperty ? { [input.idProperty]: input.id, ...input.properties } : input.properties;
  if (record) {
    const prepared = prepareUpdate(call, type, record, properties);
    const apply = (act: ReturnType<typeof actOf>) => {
      applyUpdate(call, record, prepared, act);
      return record;
    };
    return { isNew: false, names: Object.keys(prepared.values), apply };
  }
  if (!input.idProperty) throw notFound(`${type.name} ${input.id} does not exist`);
  const prepared = prepareCreate(call, type, { properties });
  return { isNew: true, names: Object.keys(prepared.values), apply: (act) => applyCreate(call, type, prepared, act) };
}

/** Unknown ids are passed over: the answer is empty either way. */
export function archiveBatch(call: Call, type: ObjectType): Answer {
  const inputs = call.body.inputs as { id: string }[];
  atMost(inputs, BATCH, "batch/archive");
  const act = actOf(call);
  for (const { id } of inputs) {
    const record = call.crm.store(type).live(id);
    if (record) call.crm.archive(record, act);
  }
  return EMPTY;
}
