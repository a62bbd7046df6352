/** Turns rows into items that can be sent: texts rendered with names from a fresh read, which are never stored. */
import type { DesiredNote, DesiredNotice, DesiredTask } from "../core/desired.ts";
import type { FieldValue } from "../core/fields.ts";
import { type Language, type RecordRef, refKey, type TextRef } from "../core/model.ts";
import type { MergeValues, TaskValues, WriteItem } from "../crm/port.ts";
import type { Thing, Values } from "../store/mirror.ts";
import type { Engine } from "./engine.ts";
import { differing, edited, wishes } from "./three-way.ts";
import { hashTexts } from "./values.ts";

/**
 * How long names may be held in memory, ms. A hint about the record drops them at once, so a rename shows in the next text; the time
 * only bounds what a lost event can cost, and is long enough that a backlog of one client's tasks needs one read.
 */
const NAMES_LIVE_MS = 600_000;
/** Names read per call: one full batch read. */
const NAMES_BATCH = 100;
/** Names held at most; the oldest go first. A large backlog fits, and it stays below a few MB. */
const NAMES_MAX = 20_000;

/** Names of records, freshly read, in memory only. */
export class Names {
  readonly #held = new Map<string, { at: number; values: MergeValues }>();

  #isMissing(ref: RecordRef, now: number): boolean {
    return (this.#held.get(refKey(ref))?.at ?? Number.NEGATIVE_INFINITY) < now - NAMES_LIVE_MS;
  }

  /** Those of the given records whose names have to be read. */
  missing(refs: readonly RecordRef[], nowMs: number): readonly RecordRef[] {
    const missing = new Map<string, RecordRef>();
    for (const ref of refs) if (this.#isMissing(ref, nowMs)) missing.set(refKey(ref), ref);
    return [...missing.values()];
  }

  /** Reads names, each call filled up from `ahead`, which is asked for only when there is room. */
  async fetch(engine: Engine, missing: readonly RecordRef[], ahead: () => readonly RecordRef[]): Promise<void> {
    const now = engine.now();
    const byKind = Map.groupBy(missing, (ref) => ref.kind);
    for (const [kind, refs] of byKind) {
      const wanted = [...refs];
      if (wanted.length % NAMES_BATCH !== 0) {
        const have = new Set(wanted.map((ref) => ref.id));
        for (const ref of this.missing(ahead(), now)) {
          if (wanted.length % NAMES_BATCH === 0) break;
          if (ref.kind === kind && !have.has(ref.id)) wanted.push(ref);
        }
      }
      for (let from = 0; from < wanted.length; from += NAMES_BATCH)
        await this.#read(engine, wanted.slice(from, from + NAMES_BATCH));
    }
  }

  async #read(engine: Engine, refs: readonly RecordRef[]): Promise<void> {
    const startedAt = engine.now();
    const found = await engine.crm.names(refs);
    for (const ref of refs) {
      const key = refKey(ref);
      this.#held.delete(key);
      this.#held.set(key, { at: startedAt, values: found.get(key) ?? {} });
    }
    for (const key of this.#held.keys()) {
      if (this.#held.size <= NAMES_MAX) break;
      this.#held.delete(key);
    }
  }

  of(ref: RecordRef): MergeValues {
    return this.#held.get(refKey(ref))?.values ?? {};
  }

  /** Something changed about these records: their names are read anew before they are used. */
  forget(refs: readonly RecordRef[]): void {
    for (const ref of refs) this.#held.delete(refKey(ref));
  }

  clear(): void {
    this.#held.clear();
  }
}

/** Merge fields are named `<kind>.<value>`; `client.` stands for the company, or for the contact where there is none. */
export function mergeRefs(needs: readonly string[], links: readonly RecordRef[]): readonly RecordRef[] {
  const wanted = new Map<string, RecordRef>();
  for (const need of needs) {
    const kind = need.slice(0, need.indexOf("."));
    const ref = kind === "client" ? clientRef(links) : links.find((link) => link.kind === kind);
    if (ref) wanted.set(refKey(ref), ref);
  }
  return [...wanted.values()];
}

function clientRef(links: readonly RecordRef[]): RecordRef | undefined {
  return (
    links.find((ref) => ref.kind === "company") ??
    links.find((ref) => ref.kind === "contact") ??
    links.find((ref) => ref.kind === "deal")
  );
}

/** Every text that a row renders. */
function textsOf(thing: Thing): readonly TextRef[] {
  const desired = JSON.parse(thing.desired ?? "null");
  if (desired === null) return [];
  if (thing.kind === "task") return [desired.subject, desired.body, ...(desired.checklist ?? [])];
  if (thing.kind === "fields") return Object.values(desired).filter(isTextRef);
  return [desired.text];
}

function isTextRef(value: unknown): value is TextRef {
  return typeof value === "object" && value !== null && "id" in value;
}

/** Records that a row's texts are merged from. A task reaches them through its links, everything else through its client. */
export function linksOf(thing: Thing): readonly RecordRef[] {
  if (thing.kind === "task" && thing.desired !== null) return (JSON.parse(thing.desired) as DesiredTask).links;
  if (thing.client === "") return thing.target ? [thing.target] : [];
  const [kind, id] = thing.client.split(":", 2) as [RecordRef["kind"], string];
  const client = { kind, id };
  return thing.target && refKey(thing.target) !== thing.client ? [client, thing.target] : [client];
}

export function namesNeeded(engine: Engine, thing: Thing, language: Language): readonly RecordRef[] {
  const needs = textsOf(thing).flatMap((text) => engine.texts.needs(text, language));
  return needs.length === 0 ? [] : mergeRefs(needs, linksOf(thing));
}

/** Does one of its texts name the owner? */
export function needsPeople(engine: Engine, thing: Thing, language: Language): boolean {
  return textsOf(thing).some((text) => engine.texts.needs(text, language).includes("owner.name"));
}

/** An item to send, and the values as they go out (texts as keyed hashes) for settling an unknown outcome. */
export interface Resolved {
  thing: Thing;
  item: WriteItem;
  values: Values;
}

export function resolve(engine: Engine, thing: Thing, names: Names, language: Language): Resolved {
  const id = thing.kind === "fields" ? (thing.target?.id ?? null) : thing.externalId;
  const base = { key: thing.key, id, target: thing.target };
  if (thing.desired === null) return { thing, item: base, values: {} };
  const render = renderer(engine, thing, names, language);
  if (thing.kind === "task") {
    const task = resolveTask(engine, thing, render, language);
    return { thing, item: { ...base, task }, values: taskHashes(engine, task) };
  }
  if (thing.kind === "fields") {
    const fields = resolveFields(thing, render);
    return { thing, item: { ...base, fields }, values: hashTexts(engine, fields) };
  }
  if (thing.kind === "note") {
    const note = JSON.parse(thing.desired) as DesiredNote;
    return { thing, item: { ...base, note: { text: render(note.text), at: note.at } }, values: {} };
  }
  const notice = JSON.parse(thing.desired) as DesiredNotice;
  return { thing, item: { ...base, notice: { ownerId: notice.ownerId, text: render(notice.text) } }, values: {} };
}

function renderer(engine: Engine, thing: Thing, names: Names, language: Language): (ref: TextRef) => string {
  const merge = mergeValues(linksOf(thing), names);
  return (ref) => engine.texts.render(ref, language, { ...merge, ...outsideValues(engine, thing, ref, language) });
}

/** Links and sealed answers are made at the moment of writing, for the texts that ask for them. */
function outsideValues(
  engine: Engine,
  thing: Thing,
  ref: TextRef,
  language: Language,
): Readonly<Record<string, string>> {
  return engine.outside?.merge(thing, ref, engine.texts.names(ref, language)) ?? {};
}

/** `firstName` as texts write it: `first_name`. */
function fieldName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Merge values of linked records, by kind; `client.` stands for the company, or for the contact where there is none. */
export function mergeValues(
  links: readonly RecordRef[],
  names: { of(ref: RecordRef): MergeValues },
): Readonly<Record<string, string>> {
  const merge: Record<string, string> = {};
  for (const ref of links) {
    const prefix = ref === clientRef(links) ? [ref.kind, "client"] : [ref.kind];
    for (const [name, value] of Object.entries(names.of(ref))) {
      for (const one of prefix) merge[`${one}.${fieldName(name)}`] ??= value;
    }
  }
  return merge;
}

/** A create carries everything, an update only what differs. */
function resolveTask(engine: Engine, thing: Thing, render: (ref: TextRef) => string, language: Language): TaskValues {
  const want = JSON.parse(thing.desired!) as DesiredTask;
  const values: Record<string, unknown> = {};
  for (const name of thing.externalId === null ? Object.keys(want) : toUpdate(engine, thing, language)) {
    const value = want[name as keyof DesiredTask];
    if (name === "links" && thing.externalId !== null) values[name] = newLinks(engine, thing, want.links);
    else if (isTextRef(value)) values[name] = render(value);
    else if (name === "checklist") values[name] = (value as readonly TextRef[]).map(render);
    else values[name] = value;
  }
  return values as TaskValues;
}

/** A task is tied to what it was not tied to before. What is gone by now cannot be, and would have all else refused. */
function newLinks({ store }: Engine, { sent }: Thing, links: readonly RecordRef[]): readonly RecordRef[] {
  const before = new Set((wishes("task", sent).links as readonly RecordRef[] | undefined)?.map(refKey));
  return links.filter((ref) => !before.has(refKey(ref)) && store.records.get(ref)?.gone !== true);
}

/** A text that names a record is made anew with the link to it: who is written to was not known before, and was called by no name. */
function withNamed(engine: Engine, thing: Thing, names: readonly string[], language: Language): readonly string[] {
  if (!names.includes("links")) return names;
  const want = JSON.parse(thing.desired!) as DesiredTask;
  const linked = newLinks(engine, thing, want.links);
  const isOurs = (name: string) => thing.ours?.[`kept:${name}`] !== true && !edited(thing).includes(name);
  const isNamed = (ref: TextRef) => mergeRefs(engine.texts.needs(ref, language), linked).length > 0;
  const named = (["subject", "body"] as const).filter((name) => isNamed(want[name]) && isOurs(name));
  return [...new Set([...names, ...named])];
}

/** Where a CRM has no checklists, the entries are lines under the text: the two travel together, and a person's text stays. */
function toUpdate(engine: Engine, thing: Thing, language: Language): readonly string[] {
  const names = withNamed(engine, thing, differing(thing), language);
  if (engine.crm.capabilities().checklists === true) return names;
  const isKept = thing.ours?.["kept:body"] === true;
  if (isKept) return names.filter((name) => name !== "checklist");
  const { checklist } = wishes("task", thing.desired);
  if (names.includes("checklist") && !names.includes("body")) return [...names, "body"];
  return names.includes("body") && checklist !== undefined && !names.includes("checklist")
    ? [...names, "checklist"]
    : names;
}

function taskHashes(engine: Engine, task: TaskValues): Values {
  const values: Record<string, string | number | boolean | null> = {};
  for (const name of ["status", "dueAt", "ownerId", "priority", "type", "reminderAt"] as const) {
    if (task[name] !== undefined) values[name] = task[name];
  }
  for (const name of ["subject", "body"] as const) if (task[name] !== undefined) values[name] = engine.hash(task[name]);
  return values;
}

function resolveFields(thing: Thing, render: (ref: TextRef) => string): Readonly<Record<string, FieldValue>> {
  const want = JSON.parse(thing.desired!) as Record<string, FieldValue | TextRef>;
  const fields: Record<string, FieldValue> = {};
  for (const name of differing(thing)) {
    const value = want[name] ?? null;
    fields[name] = isTextRef(value) ? render(value) : value;
  }
  return fields;
}
