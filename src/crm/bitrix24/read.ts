/** Reading records, listing what changed, following links, finding by key, names for merge fields. Facts sheet sections 4.4, 8, 10, 11. */
import { z } from "zod";
import { type RecordKind, type RecordRef, refKey } from "../../core/model.ts";
import { chunksOf, unique } from "../batch.ts";
import { CrmFailure } from "../failure.ts";
import type { MergeValues, ReadAnswer, ReadRecord } from "../port.ts";
import {
  answerOf,
  batched,
  type Client,
  type Command,
  optionalResult,
  type Reply,
  shapeOf,
  unreadable,
} from "./client.ts";
import { saysGone } from "./failures.ts";
import { ACTIVITY_TYPE, bindingOf, ENTITY_TYPE, type ItemKind, isActivityKind, isItemKind } from "./kinds.ts";
import { ACTIVITY_FIELDS, activityRecord, itemRecord, LETTER_TEXT, TASK_FIELDS, taskRecord } from "./map.ts";
import { SHAPE_REQUESTS, type Shape } from "./shape.ts";
import { idOf, type Raw, textOf } from "./values.ts";
import { type Wins, winsCommand, wonTwice } from "./won.ts";

/** Rows of a page of every list method. */
export const PAGE = 50;
/**
 * Pages of one read. Ten lists run for about two seconds by the documentation's samples, far below the 60 s of a request, and
 * the answer stays below a few MB.
 */
const PAGES_PER_READ = 10;
export const READ_SIZE = PAGE * PAGES_PER_READ;
/** Requests that a read takes as a rule at most: the lists, and one look at what was not in them. */
const READ_REQUESTS = 2;

const Row = z.looseObject({}).refine((row) => idOf(row.id ?? row.ID) !== null);
const Items = z.looseObject({ items: z.array(Row) });
const Item = z.looseObject({ item: Row });
const Tasks = z.looseObject({ tasks: z.array(Row) });
const Activities = z.array(Row);
/** A contact's phones and addresses; the first e-mail address is the one in use. */
const Got = z.looseObject({
  item: z.looseObject({ fm: z.array(z.looseObject({ typeId: z.string(), value: z.string() })).optional() }),
});
/** Who asks, and is he an administrator? */
const WHO: Command = { method: "profile" };
const Profile = z.looseObject({ ADMIN: z.union([z.boolean(), z.string()]) });

/** The rows of a list's answer, whatever it is wrapped in. @throws CrmFailure `unavailable` when it is no such answer, or a row has no id */
export function rowsOf(kind: RecordKind, result: unknown): Raw[] {
  if (isItemKind(kind)) return shapeOf(Items, result, kind).items;
  return kind === "task" ? shapeOf(Tasks, result, kind).tasks : shapeOf(Activities, result, kind);
}

export interface ReadContext {
  client: Client;
  shape: Shape;
  wins: Wins;
  now: () => number;
  mapped: Readonly<Partial<Record<RecordKind, readonly string[]>>>;
  /** are letters read for their mood and intent? */
  readsLetters: boolean;
}

/** The list method of a kind, with a filter on its ids. */
function listByIds(kind: RecordKind, ids: readonly string[], select: readonly string[]): Command {
  const numbers = ids.map(Number);
  if (isItemKind(kind)) {
    return {
      method: "crm.item.list",
      params: {
        entityTypeId: ENTITY_TYPE[kind],
        select,
        filter: { "@id": numbers },
        order: { id: "ASC" },
        start: -1,
        useOriginalUfNames: "Y",
      },
    };
  }
  if (kind === "task")
    return { method: "tasks.task.list", params: { filter: { ID: numbers }, order: { ID: "asc" }, select } };
  const type = isActivityKind(kind) ? ACTIVITY_TYPE[kind] : 0;
  return {
    method: "crm.activity.list",
    params: { filter: { "@ID": numbers, TYPE_ID: type }, order: { ID: "ASC" }, select, start: -1 },
  };
}

/** Requests that the next read takes at most, for `readyAt`. */
export function readRequests(shape: Shape, kind: RecordKind): number {
  return READ_REQUESTS + (asksForWins(shape, kind) ? 1 : 0) + (shape.loaded ? 0 : SHAPE_REQUESTS);
}

function asksForWins(shape: Shape, kind: RecordKind): boolean {
  return kind === "deal" && shape.severalPipelines;
}

/**
 * Reads records by id. An activity of another kind than the one asked for is missing like one that is gone: events do not tell
 * which kind it is.
 * @throws CrmFailure
 */
export async function readRecords(
  context: ReadContext,
  kind: RecordKind,
  asked: readonly string[],
): Promise<ReadAnswer> {
  const { client, shape } = context;
  const ids = unique(asked);
  if (ids.length === 0) return { records: [], missing: [] };
  client.limits.require(new Map(), context.now(), readRequests(shape, kind));
  const select = await fieldsAsked(context, kind);
  const chunks = chunksOf(ids.filter(isNumeric), PAGE);
  const asksWins = asksForWins(shape, kind);
  const commands = new Map<string, Command>();
  for (const [index, chunk] of chunks.entries()) {
    commands.set(`p${index}`, listByIds(kind, chunk, select));
    if (asksWins) commands.set(`h${index}`, winsCommand(chunk));
  }
  if (isActivityKind(kind)) commands.set("who", WHO);
  const replies = await client.batch(commands, false, ids.length);
  const records = new Map<string, ReadRecord>();
  const wanted = new Set(ids);
  const take = (rows: readonly Raw[]) => {
    for (const record of rows.flatMap((row) => recordOf(context, kind, row) ?? [])) {
      // Under another id, what was asked for would look gone.
      if (!wanted.has(record.ref.id)) throw unreadable(false, kind);
      records.set(record.ref.id, record);
    }
  };
  for (const index of chunks.keys()) take(rowsOf(kind, answerOf(replies, `p${index}`).result));
  const unlisted = ids.filter((id) => !records.has(id));
  if (unlisted.length > 0 && !isActivityKind(kind))
    take(await confirmMissing(context, kind, unlisted.filter(isNumeric)));
  if (unlisted.length > 0 && isActivityKind(kind) && !isAdministrator(replies))
    await confirmOtherKind(context, kind, unlisted.filter(isNumeric));
  const missing = unlisted.filter((id) => !records.has(id));
  if (!asksWins) return { records: [...records.values()], missing };
  const twice = chunks.flatMap((chunk, index) => wonTwice(replies, `h${index}`, chunk));
  return { records: await context.wins.settle(client, records, twice), missing };
}

/** What is asked for of a record of a kind; the first time, the portal is asked what it has. @throws CrmFailure */
export async function fieldsAsked(
  { shape, mapped, readsLetters }: ReadContext,
  kind: RecordKind,
): Promise<readonly string[]> {
  await shape.load();
  if (isItemKind(kind)) return shape.select(kind, mapped[kind] ?? []);
  if (kind === "task") return TASK_FIELDS;
  return kind === "email" && readsLetters ? [...ACTIVITY_FIELDS, LETTER_TEXT] : ACTIVITY_FIELDS;
}

function isNumeric(id: string): boolean {
  return idOf(id) !== null;
}

/** What a row of a listing tells of its record. When a deal was won, it does not where the stage history has to be asked. */
export function shownOf(context: ReadContext, kind: RecordKind, row: Raw): ReadRecord | null {
  const record = recordOf(context, kind, row);
  if (record === null || !asksForWins(context.shape, kind)) return record;
  const { wonAt: _wonAt, ...facts } = record.facts;
  return { ...record, facts };
}

function recordOf(context: ReadContext, kind: RecordKind, row: Raw): ReadRecord | null {
  if (kind === "task") return taskRecord(row);
  if (!isItemKind(kind)) return activityRecord(row);
  const { shape } = context;
  return itemRecord(kind, row, { rates: shape.rates, fields: shape.fields(kind), mapped: context.mapped[kind] ?? [] });
}

/**
 * Lists leave out what the token's user may not see. An administrator who lost the rights must not look like a customer who
 * deleted everything, so what is missing is asked for by itself (records) or the user is asked for (the rest).
 * @returns what is there after all, though the list did not show it
 * @throws CrmFailure `unauthorised`
 */
async function confirmMissing(
  { client, now }: ReadContext,
  kind: RecordKind,
  missing: readonly string[],
): Promise<Raw[]> {
  const commands = new Map<string, Command>([["who", WHO]]);
  if (isItemKind(kind)) {
    for (const id of missing) {
      const params = { entityTypeId: ENTITY_TYPE[kind], id: Number(id), useOriginalUfNames: "Y" };
      commands.set(`i${id}`, { method: "crm.item.get", params });
    }
  }
  client.limits.require(new Map(), now(), Math.ceil(commands.size / PAGE));
  const replies = await batched(client, commands);
  if (!isAdministrator(replies)) throw rightsLost(kind);
  const there: Raw[] = [];
  for (const [key, reply] of replies) {
    if (key === "who") continue;
    if (reply.ok) there.push(shapeOf(Item, reply.answer.result, "crm.item.get").item);
    else if (!("error" in reply)) answerOf(replies, key);
    else if (!saysGone(reply.error)) throw reply.error.failure === "refused" ? rightsLost(kind) : reply.error;
  }
  return there;
}

/**
 * An event does not tell the kind of its activity, so every read is asked for some of another kind. What somebody without an administrator's
 * rights sees under none may be hidden from him.
 * @throws CrmFailure `unauthorised`
 */
async function confirmOtherKind({ client }: ReadContext, kind: RecordKind, ids: readonly string[]): Promise<void> {
  const chunks = chunksOf(ids, PAGE);
  const commands = chunks.map((chunk, index): [string, Command] => {
    const filter = { "@ID": chunk.map(Number) };
    return [
      `p${index}`,
      { method: "crm.activity.list", params: { filter, order: { ID: "ASC" }, select: ["ID"], start: -1 } },
    ];
  });
  const replies = await batched(client, new Map(commands));
  const rows = commands.flatMap(([key]) => rowsOf(kind, answerOf(replies, key).result));
  const there = new Set(rows.map((row) => idOf(row.ID)));
  if (ids.some((id) => !there.has(id))) throw rightsLost(kind);
}

function isAdministrator(replies: ReadonlyMap<string, Reply>): boolean {
  const who = Profile.safeParse(answerOf(replies, "who").result);
  return who.success && (who.data.ADMIN === true || who.data.ADMIN === "Y");
}

function rightsLost(kind: RecordKind): CrmFailure {
  return new CrmFailure(
    "unauthorised",
    "The administrator whose access Tenure uses no longer sees all records. Open Tenure once as an administrator with full CRM rights.",
    { code: "RIGHTS_LOST", about: [kind] },
  );
}

/** All pages of lists whose first pages count their matches: two requests for up to 2,500 further rows of all lists together. */
export async function allPages(
  client: Client,
  commands: ReadonlyMap<string, Command>,
  startName: (key: string) => string = () => "start",
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const pages = new Map<string, unknown[]>();
  const first = await batched(client, commands);
  const rest = new Map<string, Command>();
  for (const [key, { method, params }] of commands) {
    const { result, total } = answerOf(first, key);
    // Without a count, or with one that the page itself belies, there may be more: half a list must not pass for a whole one.
    if ((total ?? 0) < PAGE && isFull(result)) throw unreadable(false, method);
    pages.set(key, [result]);
    for (let start = PAGE; start < (total ?? 0); start += PAGE)
      rest.set(`${key}s${start}`, { method, params: { ...params, [startName(key)]: start } });
  }
  const further = await batched(client, rest);
  for (const key of rest.keys()) pages.get(key.replace(/s\d+$/, ""))!.push(answerOf(further, key).result);
  return pages;
}

/** Holds as many rows as a page has, however they are wrapped. */
function isFull(result: unknown): boolean {
  const rows = Array.isArray(result) ? result : Object.values((result ?? {}) as object).find(Array.isArray);
  return (rows?.length ?? 0) >= PAGE;
}

/** How to list the records of a kind that are linked to a target; null when Bitrix24 has no such link. */
function linkedCommand(kind: RecordKind, target: RecordRef): Command | null {
  const id = Number(target.id);
  if (kind === "task") {
    const binding = bindingOf(target);
    return binding === null
      ? null
      : {
          method: "tasks.task.list",
          params: { filter: { UF_CRM_TASK: binding }, order: { ID: "desc" }, select: ["ID", "XML_ID"] },
        };
  }
  if (!isItemKind(target.kind)) return null;
  if (isActivityKind(kind)) {
    return {
      method: "crm.activity.list",
      params: {
        filter: { OWNER_TYPE_ID: ENTITY_TYPE[target.kind], OWNER_ID: id, TYPE_ID: ACTIVITY_TYPE[kind] },
        order: { ID: "DESC" },
        select: ["ID"],
      },
    };
  }
  const by = isItemKind(kind) ? linkFilter(kind, target) : null;
  return by === null
    ? null
    : {
        method: "crm.item.list",
        params: { entityTypeId: ENTITY_TYPE[kind as ItemKind], filter: by, order: { id: "ASC" }, select: ["id"] },
      };
}

function linkFilter(kind: ItemKind, target: RecordRef): Record<string, number> | null {
  const id = Number(target.id);
  if (kind === target.kind) return null;
  if (target.kind === "company") return kind === "contact" ? { companyIds: id } : { companyId: id };
  if (target.kind === "contact") return { contactIds: id };
  return target.kind === "deal" && kind === "invoice" ? { parentId2: id } : null;
}

/** Ids of records of a kind per target, by `refKey(target)`. @throws CrmFailure */
export async function linkedRecords(
  context: ReadContext,
  kind: RecordKind,
  targets: readonly RecordRef[],
): Promise<Map<string, readonly string[]>> {
  const answer = new Map<string, readonly string[]>();
  for (const [index, rows] of await linkedRows(context, kind, targets)) {
    const ids = unique(rows.flatMap((row) => idOf(row.id) ?? idOf(row.ID) ?? []));
    answer.set(refKey(targets[index]!), ids);
  }
  return answer;
}

/** Rows of a kind per target, by its place among `targets`; targets that cannot have such links are left out. */
export async function linkedRows(
  { client, now }: ReadContext,
  kind: RecordKind,
  targets: readonly RecordRef[],
): Promise<Map<number, Raw[]>> {
  const commands = new Map<string, Command>();
  for (const [index, target] of targets.entries()) {
    const command = linkedCommand(kind, target);
    if (command) commands.set(`t${index}`, command);
  }
  if (commands.size === 0) return new Map();
  client.limits.require(new Map(), now(), Math.ceil(commands.size / PAGE) + 1);
  const answer = new Map<number, Raw[]>();
  for (const [key, pages] of await allPages(client, commands)) {
    answer.set(
      Number(key.slice(1)),
      pages.flatMap((page) => rowsOf(kind, page)),
    );
  }
  return answer;
}

const NAME_FIELDS: Readonly<Record<ItemKind, readonly string[]>> = {
  deal: ["id", "title"],
  company: ["id", "title"],
  contact: ["id", "name", "lastName"],
  invoice: ["id", "title"],
};

/** Requests that reading names takes, for one batch. */
export function namesRequests(shape: Shape): number {
  return 1 + (shape.loaded ? 0 : SHAPE_REQUESTS);
}

/**
 * Names of records, by `refKey`, and what people wrote into the fields for their own words. Read freshly, for one turn.
 * @throws CrmFailure
 */
export async function mergeValues(
  { client, shape, now }: ReadContext,
  refs: readonly RecordRef[],
): Promise<Map<string, MergeValues>> {
  if (refs.length === 0) return new Map();
  client.limits.require(new Map(), now(), Math.ceil(refs.length / PAGE) - 1 + namesRequests(shape));
  await shape.load();
  const commands = new Map<string, Command>();
  const kinds = new Map<string, RecordKind>();
  for (const kind of unique(refs.map((ref) => ref.kind))) {
    if (!isItemKind(kind) && kind !== "task") continue;
    const ids = unique(refs.filter((ref) => ref.kind === kind && isNumeric(ref.id)).map((ref) => ref.id));
    for (const [index, chunk] of chunksOf(ids, PAGE).entries()) {
      const key = `${kind}${index}`;
      kinds.set(key, kind);
      commands.set(key, listByIds(kind, chunk, isItemKind(kind) ? mergedFrom(shape, kind) : ["ID", "TITLE"]));
    }
  }
  if (commands.size === 0) return new Map();
  const replies = await batched(client, commands);
  const names = new Map<string, MergeValues>();
  for (const [key, kind] of kinds) {
    const result = optionalResult(replies, key);
    for (const row of result === null ? [] : rowsOf(kind, result)) {
      const id = idOf(row.id);
      if (id !== null) names.set(refKey({ kind, id }), { ...namesIn(kind, row), ...wordsIn(shape, kind, row) });
    }
  }
  return names;
}

function mergedFrom(shape: Shape, kind: ItemKind): string[] {
  const industry = kind === "company" && shape.has("company", "industry") ? ["industry"] : [];
  return [...NAME_FIELDS[kind], ...industry, ...shape.words(kind).map(({ name }) => name)];
}

/** What people wrote into those of our fields that hold their own words, by field id, and the company's industry; empty ones are left out. */
function wordsIn(shape: Shape, kind: RecordKind, row: Raw): MergeValues {
  if (!isItemKind(kind)) return {};
  const said = shape.words(kind).flatMap(({ definition, name }) => {
    const value = textOf(row[name]);
    return value === null ? [] : [[definition.id, value] as const];
  });
  const code = kind === "company" ? textOf(row.industry) : null;
  const industry = code === null ? null : shape.industry(code);
  return { ...Object.fromEntries(said), ...(industry !== null && { industry }) };
}

/** E-mail addresses of contacts, by id; lists do not return them, so each contact is asked for. @throws CrmFailure */
export async function contactAddresses(
  { client, now }: ReadContext,
  asked: readonly string[],
): Promise<Map<string, string>> {
  const ids = unique(asked.filter(isNumeric)).slice(0, PAGE);
  if (ids.length === 0) return new Map();
  client.limits.require(new Map([["crm.item.get", ids.length]]), now(), 1);
  const params = (id: string) => ({ entityTypeId: ENTITY_TYPE.contact, id: Number(id) });
  const replies = await client.batch(
    new Map(ids.map((id) => [`c${id}`, { method: "crm.item.get", params: params(id) }])),
    false,
  );
  const found = new Map<string, string>();
  for (const id of ids) {
    const reply = replies.get(`c${id}`);
    const item = reply?.ok ? Got.safeParse(reply.answer.result).data?.item : undefined;
    const address = item?.fm?.find((one) => one.typeId === "EMAIL")?.value.trim();
    if (address) found.set(id, address);
  }
  return found;
}

function namesIn(kind: RecordKind, row: Raw): MergeValues {
  const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");
  if (kind !== "contact") return { name: text(row.title) };
  const [firstName, lastName] = [text(row.name), text(row.lastName)];
  return {
    name: [firstName, lastName].filter((part) => part !== "").join(" "),
    ...(firstName === "" ? {} : { firstName }),
    ...(lastName === "" ? {} : { lastName }),
  };
}
