/** Our user fields on companies, contacts and deals: made once, found by name afterwards, removed on request. Facts sheet section 9. */
import { FIELDS, type FieldDefinition } from "../../core/fields.ts";
import { LANGUAGES, type Language, type RecordKind } from "../../core/model.ts";
import { chunksOf } from "../batch.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import type { SchemaReport } from "../port.ts";
import { type Client, type Command, type Reply, resultOf } from "./client.ts";
import type { Params } from "./form.ts";
import { FIELD_KINDS, type FieldKind } from "./kinds.ts";
import {
  codeOf,
  FIELD_PREFIX,
  fieldName,
  fits,
  knownFields,
  type Shape,
  type UserField,
  userFieldList,
  userFieldsIn,
  userTypeOf,
} from "./shape.ts";

/** Most custom fields of one kind of record. */
export const MAX_USER_FIELDS = 1016;
/** Making a field on a large table takes seconds, and a request has 60 of them. */
const ADDS_PER_REQUEST = 10;
/** Requests that making all our fields takes; the budget holds that many at once. */
const SCHEMA_REQUESTS = 18;

type Left = SchemaReport["left"][number];

/** Bitrix24 spells Ukrainian "ua". */
const LABEL_LANGUAGES: Readonly<Record<Language, string>> = { en: "en", ru: "ru", uk: "ua", ro: "ro" };

function labels(definition: { label: Readonly<Record<Language, string>> }): Record<string, string> {
  return Object.fromEntries(LANGUAGES.map((language) => [LABEL_LANGUAGES[language], definition.label[language]]));
}

/** What `crm.*.userfield.add` takes: typed, with precision, in the filters, labelled in the portal's languages. */
function userFieldParams(definition: FieldDefinition, language: Language): Params {
  const names = labels(definition);
  return {
    fields: {
      FIELD_NAME: fieldName(definition.id).replace(/^UF_CRM_/, ""),
      USER_TYPE_ID: userTypeOf(definition),
      XML_ID: `tenure_${definition.id}`,
      LABEL: definition.label[language],
      EDIT_FORM_LABEL: names,
      LIST_COLUMN_LABEL: names,
      LIST_FILTER_LABEL: names,
      MULTIPLE: "N",
      MANDATORY: "N",
      SHOW_FILTER: "Y",
      EDIT_IN_LIST: definition.policy === "ours" ? "N" : "Y",
      SETTINGS: settingsOf(definition),
      ...(definition.options ? { LIST: optionList(definition, language) } : {}),
    },
  };
}

function settingsOf(definition: FieldDefinition): Params | undefined {
  switch (definition.type) {
    case "number":
      return { PRECISION: definition.decimals ?? 0 };
    case "choice":
      return { DISPLAY: "LIST", LIST_HEIGHT: 1 };
    case "boolean":
      return { DISPLAY: "CHECKBOX" };
    case "longtext":
      return { ROWS: 6 };
    default:
      return undefined;
  }
}

function optionList(definition: FieldDefinition, language: Language): Params[] {
  return (definition.options ?? []).map(({ code, label }, index) => ({
    VALUE: label[language],
    XML_ID: code,
    SORT: (index + 1) * 10,
  }));
}

async function listed(client: Client, kinds: readonly FieldKind[]): Promise<Map<FieldKind, UserField[]>> {
  const replies = await client.batch(new Map(kinds.map((kind) => [kind, userFieldList(kind)])));
  return new Map(kinds.map((kind) => [kind, userFieldsIn(replies, kind)]));
}

/**
 * Makes what is missing and reads back what there is. Fields of another type under our name are left alone and reported.
 * @throws CrmFailure `limited` before anything was sent; `unavailable` when the portal failed on the way: what was made is found next time
 */
export async function ensureFields(
  client: Client,
  shape: Shape,
  fields: readonly FieldDefinition[],
  asked: readonly RecordKind[],
  language: Language,
  nowMs: number,
): Promise<SchemaReport> {
  const kinds = FIELD_KINDS.filter((kind) => asked.includes(kind));
  client.limits.require(new Map(), nowMs, SCHEMA_REQUESTS);
  const before = await listed(client, kinds);
  const plan = kinds.map((kind) => planFor(kind, before.get(kind)!, fields, language));
  const commands = plan.flatMap(({ kind, missing }) =>
    missing.map((definition): [string, Command] => [
      `${kind}${definition.id}`.replaceAll("_", "0"),
      { method: `crm.${kind}.userfield.add`, params: userFieldParams(definition, language) },
    ]),
  );
  const repairs = plan.flatMap(({ kind, outdated }) =>
    outdated.map(({ id, list }): [string, Command] => [
      `r${kind}${id}`,
      { method: `crm.${kind}.userfield.update`, params: { id: Number(id), fields: { LIST: list } } },
    ]),
  );
  const denied = await make(client, [...commands, ...repairs]);
  const after = commands.length + repairs.length > 0 ? await listed(client, kinds) : before;
  return report(shape, plan, after, fields, commands.length > 0 ? before : null, denied);
}

interface Plan {
  kind: FieldKind;
  missing: FieldDefinition[];
  /** choices that lack some of their options, or show ours in another language */
  outdated: { id: string; list: Params[] }[];
  left: Left[];
}

function planFor(
  kind: FieldKind,
  present: readonly UserField[],
  fields: readonly FieldDefinition[],
  language: Language,
): Plan {
  const byName = new Map(present.map((field) => [field.FIELD_NAME, field]));
  const mine = fields.filter(({ on }) => on.includes(kind));
  const left: Left[] = [];
  const missing: FieldDefinition[] = [];
  for (const definition of mine) {
    const field = byName.get(fieldName(definition.id));
    if (!field) missing.push(definition);
    else if (!fits(field, definition)) left.push({ field: definition.id, on: kind, why: "other-type" });
  }
  const room = Math.max(0, MAX_USER_FIELDS - present.length);
  const byRank = [...missing].sort((a, b) => a.rank - b.rank);
  for (const { id } of byRank.slice(room)) left.push({ field: id, on: kind, why: "no-room" });
  const wanted = new Set(byRank.slice(0, room));
  const outdated = mine.flatMap((definition) => {
    const field = byName.get(fieldName(definition.id));
    const list =
      field && definition.options && fits(field, definition) ? listChange(field, definition, language) : null;
    return list ? [{ id: String(field!.ID), list }] : [];
  });
  return { kind, missing: missing.filter((definition) => wanted.has(definition)), outdated, left };
}

/**
 * A list as it should be; null where it is so already. Every element goes along by its id, so that stored values stay what they are, also if
 * the portal drops elements that are left out (unverified). Words that somebody made up, and elements of others, stay.
 */
function listChange({ LIST = [] }: UserField, definition: FieldDefinition, language: Language): Params[] | null {
  const wanted = optionList(definition, language);
  const ours = new Map(wanted.map((option) => [String(option.XML_ID), option]));
  const found = new Set<string>();
  const kept = LIST.map((element): { params: Params; isChanged: boolean } => {
    const { ID, VALUE, XML_ID, SORT } = element;
    const code = codeOf(element, definition);
    const own = code !== null && !found.has(code) ? ours.get(code)! : null;
    if (!own) return { params: { ID: Number(ID), VALUE: String(VALUE), SORT: Number(SORT) }, isChanged: false };
    found.add(code!);
    const value = isOurs(String(VALUE), definition) ? String(own.VALUE) : String(VALUE);
    return {
      params: { ID: Number(ID), VALUE: value, XML_ID: code!, SORT: Number(SORT) },
      isChanged: value !== VALUE || XML_ID !== code,
    };
  });
  const added = wanted.filter(({ XML_ID }) => !found.has(String(XML_ID)));
  const isAsBefore = added.length === 0 && kept.every(({ isChanged }) => !isChanged);
  return isAsBefore ? null : [...kept.map(({ params }) => params), ...added];
}

function isOurs(value: string, { options = [] }: FieldDefinition): boolean {
  return options.some(({ label }) => Object.values(label).includes(value));
}

/** @returns whether the portal refused for want of rights */
async function make(client: Client, commands: readonly [string, Command][]): Promise<boolean> {
  let denied = false;
  for (const chunk of chunksOf(commands, ADDS_PER_REQUEST)) {
    let replies: Map<string, Reply>;
    try {
      replies = await client.batch(new Map(chunk), true);
    } catch (error) {
      if (!isFailure(error, "unknown")) throw error;
      throw new CrmFailure(
        "unavailable",
        "The portal did not answer while fields were made; what was made is found at the next attempt.",
        { code: error.code },
      );
    }
    for (const reply of replies.values()) {
      if (reply.ok || !("error" in reply)) continue;
      if (reply.error.failure === "limited") throw reply.error;
      if (/^(ACCESS_DENIED|INSUFFICIENT_SCOPE)$/.test(reply.error.code)) denied = true;
    }
  }
  return denied;
}

function report(
  shape: Shape,
  plan: readonly Plan[],
  after: ReadonlyMap<FieldKind, readonly UserField[]>,
  fields: readonly FieldDefinition[],
  before: ReadonlyMap<FieldKind, readonly UserField[]> | null,
  denied: boolean,
): SchemaReport {
  const ready: Partial<Record<RecordKind, readonly string[]>> = {};
  const left: Left[] = [];
  let created = 0;
  for (const { kind, missing, left: known } of plan) {
    const found = knownFields(kind, after.get(kind)!, fields);
    shape.setFields(kind, found);
    const ids = found.map(({ definition }) => definition.id);
    ready[kind] = ids;
    left.push(...known);
    for (const { id } of missing)
      if (!ids.includes(id)) left.push({ field: id, on: kind, why: denied ? "no-scope" : "no-room" });
    const there = new Set((before?.get(kind) ?? after.get(kind)!).map(({ FIELD_NAME }) => FIELD_NAME));
    created += ids.filter((id) => !there.has(fieldName(id))).length;
  }
  const rankOf = new Map(fields.map(({ id, rank }) => [id, rank]));
  left.sort((a, b) => (rankOf.get(a.field) ?? 0) - (rankOf.get(b.field) ?? 0));
  return { ready, left, created };
}

/** Deletes every field of ours, also those of earlier versions, by the prefix of their names. @throws CrmFailure */
export async function removeFields(client: Client, shape: Shape, nowMs: number): Promise<void> {
  client.limits.require(new Map(), nowMs, SCHEMA_REQUESTS);
  const present = await listed(client, FIELD_KINDS);
  const commands = FIELD_KINDS.flatMap((kind) =>
    present
      .get(kind)!
      .filter(({ FIELD_NAME }) => FIELD_NAME.startsWith(FIELD_PREFIX))
      .map(({ ID }): [string, Command] => [
        `${kind}${ID}`,
        { method: `crm.${kind}.userfield.delete`, params: { id: Number(ID) } },
      ]),
  );
  for (const chunk of chunksOf(commands, ADDS_PER_REQUEST)) {
    const replies = await client.batch(new Map(chunk), true);
    for (const key of replies.keys()) {
      try {
        resultOf(replies, key);
      } catch (error) {
        // Somebody deleted it in between, or the right is missing: what is left is seen by the look at the end.
        if (!isFailure(error, "refused")) throw error;
      }
    }
  }
  for (const kind of FIELD_KINDS) shape.setFields(kind, knownFields(kind, [], FIELDS));
  if (commands.length === 0) return;
  const rest = await listed(client, FIELD_KINDS);
  const kept = FIELD_KINDS.flatMap((kind) =>
    rest.get(kind)!.filter(({ FIELD_NAME }) => FIELD_NAME.startsWith(FIELD_PREFIX)),
  );
  if (kept.length > 0) {
    throw new CrmFailure("unauthorised", "Some fields could not be deleted: an administrator of the CRM is needed.", {
      code: "FIELDS_LEFT",
      about: kept.map(({ FIELD_NAME }) => FIELD_NAME),
    });
  }
}
