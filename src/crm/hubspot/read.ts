/** Reading records, their links, what changed since, our own things by key, and names (facts sheet 4.3, 4.4, 5). */
import { WORD_FIELDS } from "../../core/fields.ts";
import { type FactValue, type RecordKind, type RecordRef, refKey } from "../../core/model.ts";
import { chunksOf, unique } from "../batch.ts";
import { CrmFailure } from "../failure.ts";
import type { Found, MergeValues, ReadAnswer, ReadRecord, Shown, Wanted } from "../port.ts";
import { linkCalls, readLinks } from "./associations.ts";
import type { Client } from "./client.ts";
import { NOTES, OBJECT_TYPES } from "./kinds.ts";
import { API_VERSION, HISTORY_BATCH, type Needs, OBJECT_BATCH } from "./limits.ts";
import { factsOf, historyOf, propertiesOf } from "./map.ts";
import { batchReply, historyIn, isSilent, type ObjectReply } from "./objects.ts";
import type { Property } from "./properties.ts";
import { KEY_PROPERTY } from "./property-forms.ts";
import { isGone, unexpected } from "./refusals.ts";
import type { Schema } from "./schema.ts";
import type { Stages } from "./stages.ts";
import { fromHtml, keyInMark, withoutMark } from "./texts.ts";
import { booleanOf, dayOfValue, fieldsIn, instantOf, numberOf, propertyOfField, textOf } from "./values.ts";

/**
 * Most batches of one `read`. Links are read a thousand at a time and objects a hundred, so a read of several batches needs
 * fewer calls for its links; five stay well inside the burst.
 */
const MOST_BATCHES = 5;

/** Ids that one `read` may take now: as many batches as the budget has room for, one at least, five at most. */
export function readSize(kind: RecordKind, callsLeft: number): number {
  return Math.max(1, Math.min(MOST_BATCHES, callsLeft)) * batchSizeOf(kind);
}

function batchSizeOf(kind: RecordKind): number {
  return historyOf(kind).length > 0 ? HISTORY_BATCH : OBJECT_BATCH;
}

/** Calls that reading so many records of a kind takes, per limit. */
export function readNeeds(kind: RecordKind, records: number): Needs {
  const associations = OBJECT_TYPES[kind].links.length * linkCalls(records);
  return { general: Math.ceil(records / batchSizeOf(kind)), associations };
}

export class Reader {
  readonly #client: Client;
  readonly #stages: Stages;
  readonly #schema: Schema;
  readonly #secret: string;
  /** keys of tasks and notes looked at by a `find` that ran out of budget, so that the next one goes on */
  readonly #looked = new Map<string, string | null>();

  constructor(client: Client, stages: Stages, schema: Schema, secret: string) {
    this.#client = client;
    this.#stages = stages;
    this.#schema = schema;
    this.#secret = secret;
  }

  /** @throws CrmFailure `limited` before anything was sent when there is no room for all calls of it */
  async read(kind: RecordKind, asked: readonly string[]): Promise<ReadAnswer> {
    const ids = unique(asked);
    if (ids.length === 0) return { records: [], missing: [] };
    const most = readSize(kind, MOST_BATCHES);
    if (ids.length > most) throw new Error(`${ids.length} ids of ${kind} in one read; at most ${most} fit`);
    const properties = await this.properties(kind);
    const type = OBJECT_TYPES[kind];
    this.#client.room(readNeeds(kind, ids.length));
    const [objects, ...ends] = await Promise.all([
      this.#objects(type.path, ids, properties, historyOf(kind)),
      ...type.links.map((end) => readLinks(this.#client, type.path, OBJECT_TYPES[end].path, ids)),
    ]);
    if (kind === "deal" || kind === "ticket") await this.#learnStages(kind, objects);
    const records = await Promise.all(objects.map((object) => this.#record(kind, object, ends)));
    const there = new Set(records.map(({ ref }) => ref.id));
    return { records, missing: ids.filter((id) => !there.has(id)) };
  }

  /** Everything that facts, texts, keys, our fields and the mapping need; fetched definitions are kept. */
  async properties(kind: RecordKind): Promise<string[]> {
    if (kind === "deal" || kind === "ticket") await this.#stages.all(kind);
    const own = await this.#schema.fieldIds(kind);
    const key = kind === "task" && (await this.#schema.keyMode()) !== "mark" ? [KEY_PROPERTY] : [];
    const mapped = this.#client.wiring.mapped?.[kind] ?? [];
    if (mapped.length > 0) await this.#schema.properties.live(OBJECT_TYPES[kind].path);
    const always = [OBJECT_TYPES[kind].modified, "hs_merged_object_ids"];
    const letter = this.#readsLetter(kind) ? [LETTER_TEXT] : [];
    return unique([
      ...propertiesOf(kind, this.#stages),
      ...own.map(propertyOfField),
      ...key,
      ...mapped,
      ...letter,
      ...always,
    ]);
  }

  /** Would `properties` answer without a call? */
  knowsProperties(kind: RecordKind): boolean {
    if ((kind === "deal" || kind === "ticket") && !this.#stages.isKept(kind)) return false;
    return this.#schema.properties.isKept(OBJECT_TYPES[kind].path);
  }

  #readsLetter(kind: RecordKind): boolean {
    return kind === "email" && this.#client.wiring.readsLetters === true;
  }

  /** Batch reads side by side. What is missing may be named in a 207 or left out; any other error fails the read. */
  async #objects(
    path: string,
    ids: readonly string[],
    properties: readonly string[],
    history: readonly string[],
  ): Promise<ObjectReply[]> {
    const size = history.length > 0 ? HISTORY_BATCH : OBJECT_BATCH;
    const replies = await Promise.all(
      chunksOf(ids, size).map((chunk) => {
        const inputs = chunk.map((id) => ({ id }));
        const json = { inputs, properties, propertiesWithHistory: history };
        const call = {
          method: "POST",
          path: `/crm/objects/${API_VERSION}/${path}/batch/read`,
          json,
          items: chunk.length,
        } as const;
        return this.#client.ask(call, batchReply);
      }),
    );
    const found = new Map<string, ObjectReply>();
    for (const reply of replies) {
      if (isSilent(reply) || reply.errors?.some((error) => !isGone(error)))
        throw unexpected(false, `${path}/batch/read`);
      for (const object of reply.results) if (object.archived !== true) found.set(object.id, object);
    }
    return [...found.values()];
  }

  /** A stage made a minute ago is not in what we keep; one more call, at most once a minute. */
  async #learnStages(kind: "deal" | "ticket", objects: readonly ObjectReply[]): Promise<void> {
    const name = kind === "deal" ? "dealstage" : "hs_pipeline_stage";
    const stages = objects.map(({ properties }) => textOf(properties[name])).filter((stage) => stage !== null);
    await this.#stages.learn(kind, stages);
  }

  async #record(kind: RecordKind, object: ObjectReply, ends: readonly Map<string, string[]>[]): Promise<ReadRecord> {
    const type = OBJECT_TYPES[kind];
    const links = type.links.flatMap((end, index) =>
      (ends[index]!.get(object.id) ?? []).map((id) => ({ kind: end, id })),
    );
    const { companyId, ...record } = await this.shown(kind, object);
    return { ...record, links: companyId ? companyFirst(links, companyId) : links };
  }

  /** A record as far as its properties tell: everything but its links, of which they name the primary company. */
  async shown(kind: RecordKind, object: ObjectReply): Promise<Shown> {
    const raw = object.properties;
    const type = OBJECT_TYPES[kind];
    const own = await this.#schema.fieldIds(kind);
    const facts = {
      ...factsOf(kind, raw, { stages: this.#stages, history: historyIn(object) }),
      ...(await this.#mapped(kind, raw)),
    };
    return {
      ref: { kind, id: object.id },
      facts,
      companyId: textOf(raw.hs_primary_associated_company) ?? textOf(raw.associatedcompanyid),
      modifiedAt: instantOf(raw[type.modified]) ?? instantOf(object.updatedAt),
      ...(own.length > 0 ? { fields: fieldsIn(raw, own) } : {}),
      ...(kind === "task" ? { texts: textsOf(raw), key: await this.#keyOf(raw, "hs_task_body") } : {}),
      ...(this.#readsLetter(kind) && raw.hs_email_direction === "INCOMING_EMAIL"
        ? { texts: { body: raw[LETTER_TEXT] ?? "" } }
        : {}),
      mergedIds: (raw.hs_merged_object_ids ?? "").split(";").filter((id) => id !== ""),
    };
  }

  /** Properties an admin mapped, as numbers, instants, days, booleans and codes. Free text never becomes a fact (G8). */
  async #mapped(kind: RecordKind, raw: ObjectReply["properties"]): Promise<Record<string, FactValue>> {
    const names = this.#client.wiring.mapped?.[kind] ?? [];
    if (names.length === 0) return {};
    const definitions = await this.#schema.properties.live(OBJECT_TYPES[kind].path);
    return Object.fromEntries(names.map((name) => [`x.${name}`, mappedValue(definitions.get(name), raw[name])]));
  }

  async #keyOf(raw: ObjectReply["properties"], body: string): Promise<string | null> {
    return textOf(raw[KEY_PROPERTY]) ?? (await keyInMark(raw[body] ?? "", this.#secret, this.#client.wiring.account));
  }

  /**
   * By association from the targets, then by the key of each candidate; never by search, which lags.
   * @throws CrmFailure `limited` in the middle when the budget runs dry; calling again goes on where it stood
   */
  async find(wanted: readonly Wanted[]): Promise<Found[]> {
    const found: Found[] = [];
    for (const kind of ["task", "note"] as const) {
      const ofKind = wanted.filter((want) => want.kind === kind);
      if (ofKind.length > 0) found.push(...(await this.#findOf(kind, ofKind)));
    }
    this.#looked.clear();
    return found;
  }

  async #findOf(kind: "task" | "note", wanted: readonly Wanted[]): Promise<Found[]> {
    const path = kind === "task" ? OBJECT_TYPES.task.path : NOTES;
    const linked = await this.linkedTo(
      path,
      wanted.flatMap(({ targets }) => targets),
    );
    const candidates = unique([...linked.values()].flat()).filter((id) => !this.#looked.has(`${path}:${id}`));
    const body = kind === "task" ? "hs_task_body" : "hs_note_body";
    const asProperty = kind === "task" && (await this.#schema.keyMode()) !== "mark";
    for (const chunk of chunksOf(candidates, OBJECT_BATCH)) {
      const objects = await this.#objects(path, chunk, asProperty ? [KEY_PROPERTY, body] : [body], []);
      const keys = await Promise.all(objects.map(({ properties }) => this.#keyOf(properties, body)));
      for (const id of chunk) this.#looked.set(`${path}:${id}`, null);
      for (const [index, { id }] of objects.entries()) this.#looked.set(`${path}:${id}`, keys[index]!);
    }
    const keys = new Set(wanted.map(({ key }) => key));
    const found: Found[] = [];
    for (const id of unique([...linked.values()].flat())) {
      const key = this.#looked.get(`${path}:${id}`);
      if (key && keys.has(key)) found.push({ key, id });
    }
    return found;
  }

  /** Ids of objects of one path linked to each target, by `refKey`. */
  async linkedTo(path: string, targets: readonly RecordRef[]): Promise<Map<string, string[]>> {
    const byKind = Map.groupBy(targets, ({ kind }) => kind);
    const needed = [...byKind.values()].reduce(
      (sum, refs) => sum + linkCalls(new Set(refs.map(({ id }) => id)).size),
      0,
    );
    this.#client.room({ associations: needed });
    const linked = new Map<string, string[]>();
    await Promise.all(
      [...byKind].map(async ([kind, refs]) => {
        const links = await readLinks(this.#client, OBJECT_TYPES[kind].path, path, unique(refs.map(({ id }) => id)));
        for (const [id, others] of links) linked.set(refKey({ kind, id }), others);
      }),
    );
    return linked;
  }

  /**
   * Names for merge fields: of a person also the parts; a contact without a name goes by e-mail, a company by domain. With them what people
   * wrote into the fields for their own words; HubSpot passes over a property that is not there.
   */
  async names(refs: readonly RecordRef[]): Promise<Map<string, MergeValues>> {
    const byKind = Map.groupBy(refs, ({ kind }) => kind);
    const asked = (["company", "contact", "deal"] as const).flatMap((kind) => {
      const ids = unique((byKind.get(kind) ?? []).map(({ id }) => id));
      return ids.length > 0 ? [{ kind, ids }] : [];
    });
    this.#client.room({ general: asked.reduce((sum, { ids }) => sum + Math.ceil(ids.length / OBJECT_BATCH), 0) });
    const names = new Map<string, MergeValues>();
    await Promise.all(
      asked.map(async ({ kind, ids }) => {
        for (const object of await this.#objects(OBJECT_TYPES[kind].path, ids, mergedFrom(kind), [])) {
          const industry = this.#industryOf(object.properties.industry);
          names.set(refKey({ kind, id: object.id }), { ...namesOf(object.properties), ...(industry && { industry }) });
        }
      }),
    );
    return names;
  }

  /** An industry as HubSpot's forms call it; its code as words ("COMPUTER_SOFTWARE") where the definitions are not at hand. */
  #industryOf(raw: string | null | undefined): string | null {
    const code = textOf(raw);
    if (code === null) return null;
    const options = this.#schema.properties.kept(OBJECT_TYPES.company.path)?.get("industry")?.options;
    const label = options?.find(({ value }) => value === code)?.label.trim();
    return label || code.replaceAll("_", " ").toLowerCase();
  }

  /** E-mail addresses of contacts, by id, read at the moment of sending; a contact without one is left out. */
  async addresses(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    this.#client.room({ general: 1 });
    const found = await this.#objects(OBJECT_TYPES.contact.path, unique(ids).slice(0, OBJECT_BATCH), ["email"], []);
    return new Map(found.flatMap(({ id, properties }) => (textOf(properties.email) ? [[id, properties.email!]] : [])));
  }
}

const NAME_PROPERTIES = {
  company: ["name", "domain", "industry"],
  contact: ["firstname", "lastname", "email"],
  deal: ["dealname"],
} as const;

function mergedFrom(kind: keyof typeof NAME_PROPERTIES): string[] {
  const words = WORD_FIELDS.filter(({ on }) => on.includes(kind)).map(({ id }) => propertyOfField(id));
  return [...NAME_PROPERTIES[kind], ...words];
}

/** What people wrote into those of our fields that hold their own words, by field id; empty ones are left out. */
function wordsIn(raw: ObjectReply["properties"]): MergeValues {
  return Object.fromEntries(
    WORD_FIELDS.flatMap(({ id }) => {
      const value = textOf(raw[propertyOfField(id)]);
      return value === null ? [] : [[id, value]];
    }),
  );
}

function namesOf(raw: ObjectReply["properties"]): MergeValues {
  const firstName = textOf(raw.firstname);
  const lastName = textOf(raw.lastname);
  const person = [firstName, lastName].filter((part) => part !== null).join(" ");
  const name = textOf(raw.dealname) ?? textOf(raw.name) ?? textOf(person) ?? textOf(raw.domain) ?? textOf(raw.email);
  return {
    ...(name === null ? {} : { name }),
    ...(firstName === null ? {} : { firstName }),
    ...(lastName === null ? {} : { lastName }),
    ...wordsIn(raw),
  };
}

/** The plain text of a one-to-one letter. */
const LETTER_TEXT = "hs_email_text";

function textsOf(raw: ObjectReply["properties"]): Record<string, string> {
  return { subject: raw.hs_task_subject ?? "", body: bodyText(raw.hs_task_body) };
}

/** A rich text as plain text, without our mark. */
export function bodyText(raw: string | null | undefined): string {
  return withoutMark(fromHtml(raw ?? ""));
}

function companyFirst(links: readonly RecordRef[], companyId: string): RecordRef[] {
  const first: RecordRef = { kind: "company", id: companyId };
  return [first, ...links.filter(({ kind, id }) => kind !== "company" || id !== companyId)];
}

function mappedValue(definition: Property | undefined, raw: string | null | undefined): FactValue {
  switch (definition?.type) {
    case "number":
      return numberOf(raw);
    case "bool":
      return booleanOf(raw);
    case "date":
      return dayOfValue(raw);
    case "datetime":
      return instantOf(raw);
    case "enumeration":
      return textOf(raw);
    default:
      return numberOf(raw) ?? codeOf(raw);
  }
}

/** A cursor that we did not make: the caller mixed up kinds or versions. */
export function badCursor(): CrmFailure {
  return new CrmFailure("refused", "The place to go on from is not one of ours.", { code: "BAD_CURSOR" });
}

/** An id or a code in a text property (a customer number, the id in the product): one short word with a digit in it. Names are none. */
function codeOf(raw: string | null | undefined): FactValue {
  return raw && /^(?=.*\d)[\w:.-]{1,40}$/.test(raw) ? raw : null;
}
