/** Writing in batches with an outcome per command, and our fields that way. Tasks are in task-*.ts, notes and messages in notes.ts. */
import { z } from "zod";
import { formatDay } from "../../core/calendar/day.ts";
import type { FieldValue } from "../../core/fields.ts";
import type { RecordKind } from "../../core/model.ts";
import { laterAll, refusal, unknownAll } from "../batch.ts";
import { CrmFailure } from "../failure.ts";
import type { Outcome, WriteItem } from "../port.ts";
import type { Client, Command, Reply } from "./client.ts";
import { saysGone } from "./failures.ts";
import type { ParamValue } from "./form.ts";
import { ENTITY_TYPE, FIELD_KINDS, type FieldKind, isFieldKind } from "./kinds.ts";
import { fieldsOf, type KnownField } from "./map.ts";
import type { Marks } from "./marks.ts";
import { SHAPE_REQUESTS, type Shape } from "./shape.ts";
import { idOf, instantOf, isoOf } from "./values.ts";

/** What this connection knows of tasks on REST 3.0. */
export interface TasksV3 {
  /** granted and, as far as is known, there; set to false once the portal showed that they are not */
  usable: boolean;
  /** keys of tasks whose answer was lost there: only the same call again tells of them for sure */
  readonly lost: Set<string>;
}

export interface WriteContext {
  client: Client;
  shape: Shape;
  marks: Marks;
  now: () => number;
  /** a reason in words when the scope for messages is missing */
  notices: true | string;
  /** the user whose token writes */
  selfId(): Promise<string>;
  tasksV3: TasksV3;
}

const Item = z.looseObject({ item: z.looseObject({ id: z.unknown() }) });

/** One item as a command, or its outcome when it is refused before it is sent. */
export type Prepared = { item: WriteItem; command: Command } | { item: WriteItem; outcome: Outcome };

/** Our own refusal, before anything is sent. */
export function refuse(item: WriteItem, code: string, advice: string, about: readonly string[] = []): Outcome {
  return refusal(item.key, new CrmFailure("refused", advice, { code, about }));
}

/**
 * Sends prepared commands as one batch and reads an outcome from each reply.
 * @throws CrmFailure `limited` (own budget), `unauthorised`, `revoked`: nothing was sent
 */
export async function sendPrepared(
  client: Client,
  prepared: readonly Prepared[],
  done: (item: WriteItem, result: unknown) => Outcome,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const sent = new Map<string, WriteItem>();
  const commands = new Map<string, Command>();
  for (const [index, each] of prepared.entries()) {
    if ("outcome" in each) outcomes.push(each.outcome);
    else {
      sent.set(`c${index}`, each.item);
      commands.set(`c${index}`, each.command);
    }
  }
  const replies = await attempt(client, commands, [...sent.values()]);
  if (Array.isArray(replies)) return [...outcomes, ...replies];
  for (const [key, item] of sent) outcomes.push(outcomeOf(item, replies.get(key), done));
  return outcomes;
}

/** One writing batch; its failure as a whole becomes an outcome for every item, as far as something may have been sent. */
export async function attempt(
  client: Client,
  commands: ReadonlyMap<string, Command>,
  items: readonly WriteItem[],
): Promise<Map<string, Reply> | Outcome[]> {
  try {
    return await client.batch(commands, true, items.length);
  } catch (error) {
    if (!(error instanceof CrmFailure)) throw error;
    if (error.failure === "unknown") return unknownAll(items);
    if (error.failure === "refused") return items.map(({ key }) => refusal(key, error));
    const said = error.code !== "OWN_LIMIT" && (error.failure === "limited" || error.failure === "unavailable");
    if (said && error.retryAt !== undefined) return laterAll(items, error.failure as "limited", error.retryAt);
    if (error.failure === "unavailable") return unknownAll(items);
    throw error;
  }
}

/** What one command's reply means for its item. */
export function outcomeOf(
  item: WriteItem,
  reply: Reply | undefined,
  done: (item: WriteItem, result: unknown) => Outcome,
): Outcome {
  const { key } = item;
  if (!reply || (!reply.ok && "lost" in reply)) return { key, done: false, failure: "unknown" };
  if (reply.ok) return done(item, reply.answer.result);
  const { error } = reply;
  if (error.failure === "limited" || error.failure === "unavailable") {
    return error.retryAt === undefined
      ? { key, done: false, failure: "unknown" }
      : { key, done: false, failure: error.failure, retryAt: error.retryAt };
  }
  if (error.failure === "refused") return refusal(key, error, saysGone(error));
  return { key, done: false, failure: "unknown" };
}

/** Requests that a batch of fields takes; the kind of record is not known beforehand, so the one least known counts. */
export function fieldRequests(shape: Shape, on: readonly FieldKind[] = FIELD_KINDS): number {
  return 1 + (on.every((kind) => shape.knowsFields(kind)) ? 0 : SHAPE_REQUESTS);
}

/** The set of our fields on up to 50 records of one kind. */
export async function writeFields(
  context: WriteContext,
  on: RecordKind,
  items: readonly WriteItem[],
): Promise<Outcome[]> {
  const { client, shape } = context;
  const kinds = isFieldKind(on) ? [on] : [];
  client.limits.require(new Map([["crm.item.update", items.length]]), context.now(), fieldRequests(shape, kinds));
  if (!kinds.every((kind) => shape.knowsFields(kind))) await shape.load();
  const known = isFieldKind(on) ? shape.fields(on) : [];
  const byId = new Map(known.map((field) => [field.definition.id, field]));
  const prepared = items.map((item) => prepareFields(item, on, byId));
  return sendPrepared(client, prepared, (item, result) => fieldsDone(context, item, result, known));
}

function prepareFields(item: WriteItem, on: RecordKind, byId: ReadonlyMap<string, KnownField>): Prepared {
  const id = item.target?.id ?? item.id;
  if (!isFieldKind(on) || id === null || idOf(id) === null) {
    return { item, outcome: refuse(item, "NO_FIELDS_HERE", "This kind of record carries none of our fields.") };
  }
  const fields: Record<string, ParamValue> = {};
  const absent: string[] = [];
  for (const [name, value] of Object.entries(item.fields ?? {})) {
    const field = byId.get(name);
    const written = field ? toCrm(field, value) : undefined;
    if (!field || written === undefined) absent.push(name);
    else fields[field.name] = written;
  }
  if (absent.length > 0) {
    return {
      item,
      outcome: refuse(
        item,
        "FIELD_MISSING",
        "A field or one of its options is not there in Bitrix24 any more. Set up the fields again.",
        absent,
      ),
    };
  }
  return {
    item,
    command: {
      method: "crm.item.update",
      params: { entityTypeId: ENTITY_TYPE[on], id: Number(id), fields, useOriginalUfNames: "Y" },
    },
  };
}

/**
 * A value in Bitrix24's spelling; undefined when it cannot be written (an option that is not there). Boxes are written as `Y` and
 * `0`: of the ways in which versions read a box, all take these two alike.
 */
export function toCrm(field: KnownField, value: FieldValue): ParamValue | undefined {
  const { type } = field.definition;
  if (type === "boolean") return value === true ? "Y" : "0";
  if (value === null) return null;
  switch (type) {
    case "number":
      return Number(value);
    case "date":
      return formatDay(Number(value));
    case "datetime":
      return isoOf(Number(value));
    case "choice":
      return field.options.get(String(value));
    case "owner":
      return idOf(value) ?? undefined;
    default:
      return String(value);
  }
}

/** Unknown keys are ignored without an error (facts sheet section 8.2), so what does not come back was not written. */
function fieldsDone(context: WriteContext, item: WriteItem, result: unknown, known: readonly KnownField[]): Outcome {
  const parsed = Item.safeParse(result);
  if (!parsed.success) return { key: item.key, done: false, failure: "unknown" };
  const record = parsed.data.item;
  const echo = fieldsOf(record, known) ?? {};
  const ignored = Object.keys(item.fields ?? {}).filter((name) => !(name in echo));
  if (ignored.length > 0) {
    context.shape.forget();
    return refuse(
      item,
      "FIELD_MISSING",
      "A field of ours is not there in Bitrix24 any more. Set up the fields again.",
      ignored,
    );
  }
  const id = idOf(record.id) ?? item.target?.id ?? item.id ?? "";
  return { key: item.key, done: true, id, echo, modifiedAt: instantOf(record.updatedTime) };
}

/** What should not be there is not there. */
export function goneIsDone(outcome: Outcome): Outcome {
  if (outcome.done || outcome.failure !== "refused" || !outcome.gone) return outcome;
  return { key: outcome.key, done: true, id: "", echo: {} };
}
