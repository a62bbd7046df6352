/** Writing tasks, fields and notes, a batch per call (facts sheet 4.4, 6, 7). Called by nobody but the engine's writer. */
import { type FieldValue, fieldById } from "../../core/fields.ts";
import type { RecordKind, RecordRef } from "../../core/model.ts";
import { chunksOf, laterAll, refusal } from "../batch.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import type { Batch, Outcome, TaskValues, WriteItem } from "../port.ts";
import { addLinks, type Pair } from "./associations.ts";
import { NO_NOTICES } from "./capabilities.ts";
import type { Client } from "./client.ts";
import { inlineAssociations, LINKABLE, NOTES, OBJECT_TYPES } from "./kinds.ts";
import { API_VERSION, ASSOCIATION_BATCH, LONGEST_TEXT, OBJECT_BATCH } from "./limits.ts";
import { TASK_WORDS, taskEcho } from "./map.ts";
import { batchReply, type ObjectReply } from "./objects.ts";
import { type Matching, missingProperties, outcomesOf, outcomesOfFailure, PAUSE_MS, type Sent } from "./outcomes.ts";
import { KEY_PROPERTY } from "./property-forms.ts";
import { bodyText } from "./read.ts";
import { HubSpotFailure } from "./refusals.ts";
import type { KeyMode, Schema } from "./schema.ts";
import { Suspects } from "./suspects.ts";
import { keyInMark, toHtml, withMark } from "./texts.ts";
import { fieldsIn, instantOf, propertyOfField, toHubSpot } from "./values.ts";

const TASKS = OBJECT_TYPES.task.path;

export class Writer {
  readonly #client: Client;
  readonly #schema: Schema;
  readonly #secret: string;
  readonly #suspects = new Suspects();

  constructor(client: Client, schema: Schema, secret: string) {
    this.#client = client;
    this.#schema = schema;
    this.#secret = secret;
  }

  /**
   * One batch, an outcome per item. Items that are not sent in this call (doubles of a record; suspects of an earlier refusal,
   * see `Suspects`) come back as `unavailable` with `retryAt` now.
   * @throws CrmFailure `limited`, `unauthorised`, `revoked` with nothing done
   */
  async write(batch: Batch): Promise<Outcome[]> {
    if (batch.items.length > OBJECT_BATCH)
      throw new Error(`${batch.items.length} items in a batch of at most ${OBJECT_BATCH}`);
    if (batch.items.length === 0) return [];
    if (batch.kind === "notice") return batch.items.map(({ key }) => refusal(key, NO_NOTICES));
    const now = this.#client.now();
    const once = withoutDoubles(batch.items);
    const chosen = new Set(this.#suspects.choose(once.map(({ key }) => key)));
    const items = once.filter(({ key }) => chosen.has(key));
    const outcomes = await this.#send(batch, items).catch((error: unknown) => notSent(error, items, now));
    const waiting = batch.items.filter((item) => !items.includes(item));
    return [...outcomes, ...laterAll(waiting, "unavailable", now)];
  }

  #send({ kind, verb, on }: Batch, items: readonly WriteItem[]): Promise<Outcome[]> {
    if (verb === "delete") return this.#archive(kind === "note" ? NOTES : TASKS, items);
    if (kind === "fields") return this.#updateFields(on ?? items[0]!.target!.kind, items);
    if (kind === "note") return verb === "create" ? this.#createNotes(items) : this.#updateNotes(items);
    return verb === "create" ? this.#createTasks(items) : this.#updateTasks(items);
  }

  // -------------------------------------------------------------- tasks

  async #createTasks(items: readonly WriteItem[]): Promise<Outcome[]> {
    const mode = await this.#schema.keyMode();
    const inputs: Sent[] = [];
    for (const [index, item] of items.entries()) {
      const properties = await this.#taskProperties(item, mode);
      properties.hs_timestamp ??= String(this.#client.now());
      if (mode === "mark")
        properties.hs_task_body ??= await withMark("", this.#secret, this.#client.wiring.account, item.key);
      else properties[KEY_PROPERTY] = item.key;
      inputs.push({ item, traceId: String(index), properties });
    }
    return this.#create(TASKS, inputs, (item) => inlineAssociations("task", linksOf(item)), taskDone);
  }

  /** Links first: adding one twice does no harm, so a lost answer to the update costs nothing. */
  async #updateTasks(items: readonly WriteItem[]): Promise<Outcome[]> {
    const mode = await this.#schema.keyMode();
    const inputs: Sent[] = [];
    for (const [index, item] of items.entries()) {
      inputs.push({ item, traceId: String(index), properties: await this.#taskProperties(item, mode) });
    }
    const linkKinds = LINKABLE.filter((kind) =>
      items.some((item) => item.task?.links?.some((link) => link.kind === kind)),
    );
    const anything = inputs.some(({ properties }) => Object.keys(properties).length > 0);
    this.#client.room({ general: anything ? 1 : 0, associations: linkKinds.length });
    const failed = new Map<string, Outcome>();
    for (const kind of linkKinds) {
      for (const outcome of await this.#addLinks(kind, inputs)) failed.set(outcome.key, outcome);
    }
    const linked = inputs.filter(({ item }) => !failed.has(item.key));
    const rest = linked.filter(({ properties }) => Object.keys(properties).length > 0);
    const onlyLinked = linked.filter((one) => !rest.includes(one)).map(({ item }) => bareDone(item));
    const updated = rest.length > 0 ? await this.#update(TASKS, rest, taskDone) : [];
    return [...failed.values(), ...onlyLinked, ...updated];
  }

  /** @returns outcomes of the items whose links could not be added */
  async #addLinks(kind: RecordKind, inputs: readonly Sent[]): Promise<Outcome[]> {
    const wanting = inputs.filter(({ item }) => item.task?.links?.some((link) => link.kind === kind));
    const pairs = wanting.flatMap(({ item }) => pairsOf(item, kind));
    try {
      const tied = new Set<Pair>();
      for (const chunk of chunksOf(pairs, ASSOCIATION_BATCH)) {
        for (const pair of await addLinks(this.#client, TASKS, OBJECT_TYPES[kind].path, chunk)) tied.add(pair);
      }
      const untied = new Set(pairs.filter((pair) => !tied.has(pair)).map(({ from }) => from));
      return wanting.filter(({ item }) => untied.has(item.id!)).map(({ item }) => refusal(item.key, notLinked(kind)));
    } catch (error) {
      return outcomesOfFailure(error, wanting, this.#suspects, this.#client.now());
    }
  }

  async #taskProperties(item: WriteItem, mode: KeyMode): Promise<Record<string, string>> {
    const { task = {} } = item;
    const properties: Record<string, string> = {};
    if (task.subject !== undefined)
      properties.hs_task_subject = task.subject.replace(/\s+/g, " ").trim().slice(0, LONGEST_TEXT);
    if (task.body !== undefined || task.checklist !== undefined) {
      const html = toHtml(bodyOf(task));
      properties.hs_task_body =
        mode === "mark" ? await withMark(html, this.#secret, this.#client.wiring.account, item.key) : html;
    }
    if (task.dueAt !== undefined) properties.hs_timestamp = String(task.dueAt);
    if (task.reminderAt !== undefined)
      properties.hs_task_reminders = task.reminderAt === null ? "" : String(task.reminderAt);
    if (task.ownerId !== undefined) properties.hubspot_owner_id = task.ownerId ?? "";
    if (task.priority !== undefined) properties.hs_task_priority = TASK_WORDS.priority[task.priority];
    if (task.type !== undefined) properties.hs_task_type = TASK_WORDS.type[task.type];
    if (task.status !== undefined) properties.hs_task_status = TASK_WORDS.status[task.status];
    return properties;
  }

  // -------------------------------------------------------------- notes

  async #createNotes(items: readonly WriteItem[]): Promise<Outcome[]> {
    const inputs: Sent[] = [];
    for (const [index, item] of items.entries()) {
      const properties = await this.#noteProperties(item);
      inputs.push({ item, traceId: String(index), properties });
    }
    return this.#create(
      NOTES,
      inputs,
      (item) => inlineAssociations("note", item.target ? [item.target] : []),
      noteDone,
    );
  }

  async #updateNotes(items: readonly WriteItem[]): Promise<Outcome[]> {
    const inputs: Sent[] = [];
    for (const [index, item] of items.entries()) {
      inputs.push({ item, traceId: String(index), properties: await this.#noteProperties(item) });
    }
    return this.#update(NOTES, inputs, noteDone);
  }

  /** Notes carry their key as a mark always: they are few, and nobody edits them. */
  async #noteProperties(item: WriteItem): Promise<Record<string, string>> {
    const html = toHtml((item.note?.text ?? "").slice(0, LONGEST_TEXT / 2));
    return {
      hs_timestamp: String(item.note?.at ?? this.#client.now()),
      hs_note_body: await withMark(html, this.#secret, this.#client.wiring.account, item.key),
    };
  }

  // -------------------------------------------------------------- fields

  async #updateFields(kind: RecordKind, items: readonly WriteItem[]): Promise<Outcome[]> {
    const ready = new Set(await this.#schema.fieldIds(kind));
    const refused: Outcome[] = [];
    const inputs: Sent[] = [];
    for (const [index, item] of items.entries()) {
      const fields = item.fields ?? {};
      const absent = Object.keys(fields).filter((fieldId) => !ready.has(fieldId));
      if (absent.length > 0) refused.push(refusal(item.key, noField(absent)));
      else if (Object.keys(fields).length === 0) refused.push(bareDone(item));
      else inputs.push({ item, traceId: String(index), properties: propertiesOfFields(fields) });
    }
    return inputs.length > 0
      ? [...refused, ...(await this.#update(OBJECT_TYPES[kind].path, inputs, fieldsDone))]
      : refused;
  }

  // -------------------------------------------------------------- calls

  async #create(
    path: string,
    sent: readonly Sent[],
    associations: (item: WriteItem) => unknown[],
    done: Matching["done"],
  ): Promise<Outcome[]> {
    const inputs = sent.map(({ item, traceId, properties }) => ({
      objectWriteTraceId: traceId,
      properties,
      associations: associations(item),
    }));
    const matching: Matching = {
      itemOf: (result, open) => this.#createdItem(result, open),
      done,
      unmatched: "unknown",
    };
    return this.#batch(path, "create", inputs, sent, matching);
  }

  #update(path: string, sent: readonly Sent[], done: Matching["done"]): Promise<Outcome[]> {
    const inputs = sent.map(({ item, traceId, properties }) => ({
      id: item.id,
      objectWriteTraceId: traceId,
      properties,
    }));
    const itemOf: Matching["itemOf"] = async (result, open) => open.find(({ item }) => item.id === result.id);
    return this.#batch(path, "update", inputs, sent, { itemOf, done, unmatched: "suspect" });
  }

  async #batch(
    path: string,
    verb: "create" | "update",
    inputs: unknown[],
    sent: readonly Sent[],
    matching: Matching,
  ): Promise<Outcome[]> {
    const call = {
      method: "POST",
      path: `/crm/objects/${API_VERSION}/${path}/batch/${verb}`,
      json: { inputs },
      write: true,
      items: inputs.length,
    } as const;
    try {
      const reply = await this.#client.ask(call, batchReply);
      for (const error of reply.errors ?? []) this.#noticeMissing(path, error);
      return await outcomesOf(reply, sent, matching, this.#suspects, this.#client.now());
    } catch (error) {
      if (error instanceof HubSpotFailure) this.#noticeMissing(path, error.body);
      return outcomesOfFailure(error, sent, this.#suspects, this.#client.now());
    }
  }

  /** HubSpot says a property is not there: what we kept about the object type's properties is out of date. */
  #noticeMissing(path: string, body: HubSpotFailure["body"]): void {
    if (missingProperties(body).length > 0) this.#schema.properties.forget(path);
  }

  /** 4.4: the trace id where it is echoed, else our key in the property or the mark; the order of results tells nothing. */
  async #createdItem(result: ObjectReply, open: readonly Sent[]): Promise<Sent | undefined> {
    const { objectWriteTraceId: traceId, properties } = result;
    if (traceId) return open.find((one) => one.traceId === traceId);
    const body = properties.hs_task_body ?? properties.hs_note_body ?? "";
    const key = properties[KEY_PROPERTY] || (await keyInMark(body, this.#secret, this.#client.wiring.account));
    return key ? open.find(({ item }) => item.key === key) : undefined;
  }

  /** Archiving answers 204 whether the records were there or not (7); either way they are not any more. */
  async #archive(path: string, items: readonly WriteItem[]): Promise<Outcome[]> {
    const sent = items.map((item): Sent => ({ item, traceId: "", properties: {} }));
    const json = { inputs: items.map(({ id }) => ({ id })) };
    const call = {
      method: "POST",
      path: `/crm/objects/${API_VERSION}/${path}/batch/archive`,
      json,
      write: true,
      items: items.length,
    } as const;
    try {
      await this.#client.call(call);
      this.#suspects.cleared(items.map(({ key }) => key));
      return items.map(bareDone);
    } catch (error) {
      return outcomesOfFailure(error, sent, this.#suspects, this.#client.now());
    }
  }
}

/** A look at the account's properties before the write failed: nothing was sent. */
function notSent(error: unknown, items: readonly WriteItem[], now: number): Outcome[] {
  if (!isFailure(error, "unavailable")) throw error;
  return laterAll(items, "unavailable", error.retryAt ?? now + PAUSE_MS);
}

function withoutDoubles(items: readonly WriteItem[]): WriteItem[] {
  const ids = new Set<string>();
  return items.filter(({ id }) => {
    if (id === null) return true;
    const isFirst = !ids.has(id);
    ids.add(id);
    return isFirst;
  });
}

/** A task's links; its target is one of them. */
function linksOf({ task, target }: WriteItem): readonly RecordRef[] {
  const links = task?.links ?? [];
  if (target === null || links.some(({ kind, id }) => kind === target.kind && id === target.id)) return links;
  return [target, ...links];
}

function pairsOf(item: WriteItem, kind: RecordKind): Pair[] {
  const links = (item.task?.links ?? []).filter((link) => link.kind === kind);
  return links.map(({ id }) => ({ from: item.id!, to: id }));
}

/** HubSpot's tasks have no checklist: its items stand under the text, one per line. */
function bodyOf({ body = "", checklist = [] }: TaskValues): string {
  const text = [body, ...checklist.map((line) => `☐ ${line}`)].filter((line) => line !== "").join("\n");
  return text.slice(0, LONGEST_TEXT / 2);
}

function propertiesOfFields(fields: Readonly<Record<string, FieldValue>>): Record<string, string> {
  const entries = Object.entries(fields);
  return Object.fromEntries(entries.map(([id, value]) => [propertyOfField(id), toHubSpot(fieldById(id), value)]));
}

function taskDone(result: ObjectReply, { item }: Sent): Outcome {
  const { hs_task_subject: subject, hs_task_body: body } = result.properties;
  const texts = {
    ...(subject === undefined ? {} : { subject: subject ?? "" }),
    ...(body === undefined ? {} : { body: bodyText(body) }),
  };
  return {
    key: item.key,
    done: true,
    id: result.id,
    echo: taskEcho(result.properties),
    texts,
    modifiedAt: modifiedAtOf(result),
  };
}

/** What HubSpot returned; a property that it does not return is taken as sent, and seen to by the next read. */
function fieldsDone(result: ObjectReply, { item, properties }: Sent): Outcome {
  const echo = fieldsIn({ ...properties, ...result.properties }, Object.keys(item.fields ?? {}));
  return { key: item.key, done: true, id: result.id, echo, modifiedAt: modifiedAtOf(result) };
}

function noteDone(result: ObjectReply, { item }: Sent): Outcome {
  return { key: item.key, done: true, id: result.id, echo: {}, modifiedAt: modifiedAtOf(result) };
}

function bareDone(item: WriteItem): Outcome {
  return { key: item.key, done: true, id: item.id ?? "", echo: {} };
}

function modifiedAtOf({ properties, updatedAt }: ObjectReply): number | null {
  return instantOf(properties.hs_lastmodifieddate ?? properties.lastmodifieddate ?? updatedAt);
}

function notLinked(kind: RecordKind): CrmFailure {
  return new CrmFailure("refused", `HubSpot did not link the task to its ${kind}. Look whether both still exist.`, {
    code: "NOT_LINKED",
    about: [kind],
  });
}

function noField(fieldIds: readonly string[]): CrmFailure {
  return new CrmFailure("refused", "These fields do not exist in HubSpot. Let Tenure set up its fields again.", {
    code: "FIELD_MISSING",
    about: fieldIds,
  });
}
