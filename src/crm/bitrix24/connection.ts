/** One Bitrix24 portal behind the port. */
import type { FieldDefinition } from "../../core/fields.ts";
import type { Language, RecordKind, RecordRef } from "../../core/model.ts";
import { failUnlessDone } from "../batch.ts";
import { CrmFailure } from "../failure.ts";
import type { Fetch } from "../http.ts";
import type {
  Account,
  Batch,
  BudgetLeft,
  Capabilities,
  ChangePage,
  ClientMessage,
  Crm,
  Drained,
  Found,
  MergeValues,
  Operation,
  Outcome,
  Owner,
  ReadAnswer,
  SchemaReport,
  Stage,
  ThingKind,
  Verb,
  Wanted,
  Wiring,
} from "../port.ts";
import { capabilitiesOf, readAccount, regionCurrency } from "./account.ts";
import { bindPortal, unbindPortal } from "./bind.ts";
import { registerBot, sayInChat, unregisterBot } from "./bot.ts";
import { changedPage, listRequests } from "./changes.ts";
import { answerOf, BATCH_COMMANDS, Client } from "./client.ts";
import { type HostRules, portalPages } from "./hosts.ts";
import { isActivityKind, isItemKind } from "./kinds.ts";
import { Limits, type Load } from "./limits.ts";
import { type Marks, makeMarks } from "./marks.ts";
import { SEND_METHODS, sendMessage } from "./messages.ts";
import { findNotes, writeNotes, writeNotices } from "./notes.ts";
import { drainOffline, hasOffline } from "./offline.ts";
import { readOwnerNames, readOwners, readStages } from "./owners.ts";
import {
  contactAddresses,
  linkedRecords,
  mergeValues,
  namesRequests,
  PAGE,
  READ_SIZE,
  type ReadContext,
  readRecords,
  readRequests,
} from "./read.ts";
import { ensureFields, removeFields } from "./schema.ts";
import { SHAPE_REQUESTS, Shape } from "./shape.ts";
import { createTasks } from "./task-create.ts";
import { findTasks } from "./task-find.ts";
import { deleteTasks, updateTasks } from "./task-update.ts";
import { Wins } from "./won.ts";
import { fieldRequests, type TasksV3, type WriteContext, writeFields } from "./write.ts";

export interface ConnectionOptions {
  fetch: Fetch;
  hosts: HostRules;
  clientSecret: string;
}

/** The answer of a robot that waits. */
export interface RobotAnswer {
  eventToken: string;
  values: Readonly<Record<string, string | number>>;
  /** one line for the automation's log, without customer data */
  log?: string;
}

/** Online events are sent once and never again; what was lost is noticed well within ten minutes. */
const RECONCILE_EVERY_MS = 420_000;
/** What clients see in front of its answers. */
const BOT_NAME = "Tenure";

export class Bitrix24Crm implements Crm {
  readonly vendor = "bitrix24" as const;
  readonly reconcileEveryMs = RECONCILE_EVERY_MS;
  readonly #wiring: Wiring;
  readonly #client: Client;
  readonly #shape: Shape;
  readonly #marks: Marks;
  readonly #wins = new Wins();
  #userId: string | null = null;
  #offline: boolean | null;
  readonly #tasksV3: TasksV3;

  constructor(options: ConnectionOptions, wiring: Wiring) {
    this.#wiring = wiring;
    this.#offline = wiring.keepsEvents ?? null;
    this.#client = new Client(options.fetch, wiring, options.hosts, new Limits(wiring.now()));
    this.#shape = new Shape(this.#client);
    this.#marks = makeMarks(options.clientSecret, wiring.account);
    this.#tasksV3 = { usable: this.#has("tasks"), lost: new Set() };
  }

  get #reading(): ReadContext {
    const { now, mapped = {}, readsLetters = false } = this.#wiring;
    return { client: this.#client, shape: this.#shape, wins: this.#wins, now, mapped, readsLetters };
  }

  get #writing(): WriteContext {
    return {
      client: this.#client,
      shape: this.#shape,
      marks: this.#marks,
      now: this.#wiring.now,
      notices: this.capabilities().notices,
      selfId: () => this.#selfId(),
      tasksV3: this.#tasksV3,
    };
  }

  #has(scope: string): boolean {
    return this.#wiring.tokens.grant().scopes.includes(scope);
  }

  capabilities(): Capabilities {
    return capabilitiesOf(this.#wiring.tokens.grant().scopes, this.#offline);
  }

  /** Also learns the plan: limits of Enterprise portals and the offline queue are used from then on. */
  async account(): Promise<Account> {
    this.#client.limits.require(new Map(), this.#wiring.now(), 1 + (this.#shape.loaded ? 0 : SHAPE_REQUESTS));
    const { account, userId, enterprise, offline } = await readAccount(this.#client);
    await this.#shape.load();
    this.#userId = userId;
    this.#offline = offline;
    this.#client.limits.setEnterprise(enterprise, this.#wiring.now());
    return { ...account, currency: this.#shape.currency ?? regionCurrency(account.country, account.language) };
  }

  /** The user whose token writes. */
  async #selfId(): Promise<string> {
    this.#userId ??= this.#wiring.tokens.grant().userId;
    if (this.#userId === null) this.#userId = (await readAccount(this.#client)).userId;
    if (this.#userId === null)
      throw new CrmFailure("unauthorised", "The portal does not say whose access Tenure uses.", { code: "NO_USER" });
    return this.#userId;
  }

  owners(): Promise<readonly Owner[]> {
    return readOwners(this.#client, this.#has("department"), this.#wiring.now());
  }

  ownerNames(): Promise<ReadonlyMap<string, string>> {
    return readOwnerNames(this.#client, this.#wiring.now());
  }

  stages(): Promise<readonly Stage[]> {
    return readStages(this.#client, this.#wiring.now());
  }

  read(kind: RecordKind, ids: readonly string[]): Promise<ReadAnswer> {
    return readRecords(this.#reading, kind, ids);
  }

  readSize(): number {
    return READ_SIZE;
  }

  kinds(): readonly RecordKind[] {
    const crm: RecordKind[] = this.#has("crm")
      ? ["deal", "company", "contact", "meeting", "call", "email", "invoice"]
      : [];
    return this.#has("task") ? [...crm, "task"] : crm;
  }

  changedSince(kind: RecordKind, sinceMs: number, after: string | null, isShown = false): Promise<ChangePage> {
    return changedPage(this.#reading, kind, sinceMs, after, isShown);
  }

  linked(kind: RecordKind, targets: readonly RecordRef[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return linkedRecords(this.#reading, kind, targets);
  }

  async find(wanted: readonly Wanted[]): Promise<readonly Found[]> {
    const tasks = wanted.filter(({ kind }) => kind === "task");
    const notes = wanted.filter(({ kind }) => kind === "note");
    return [...(await findTasks(this.#reading, tasks)), ...(await findNotes(this.#reading, this.#marks, notes))];
  }

  names(refs: readonly RecordRef[]): Promise<ReadonlyMap<string, MergeValues>> {
    return mergeValues(this.#reading, refs);
  }

  addresses(contactIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return contactAddresses(this.#reading, contactIds);
  }

  batchSize(): number {
    return BATCH_COMMANDS;
  }

  readyAt(operation: Operation): number {
    const [load, requests] = this.#needs(operation);
    return this.#client.limits.readyAt(load, this.#wiring.now(), requests);
  }

  /** What a full call of this kind asks of the portal. */
  #needs(operation: Operation): [Load, number] {
    switch (operation.do) {
      case "read":
        return [new Map([[listMethod(operation.kind), READ_SIZE / PAGE]]), readRequests(this.#shape, operation.kind)];
      case "changes":
        return [new Map([["crm.item.list", 1]]), listRequests(this.#shape)];
      case "names":
        return [new Map([["crm.item.list", 1]]), namesRequests(this.#shape)];
      case "send":
        return [new Map(Object.values(SEND_METHODS).map((method) => [method, 1])), 1];
      case "find":
        return [new Map([["tasks.task.list", 1]]), 4];
      case "write":
        return writeNeeds(operation.kind, operation.verb, this.#shape);
    }
  }

  budgets(): readonly BudgetLeft[] {
    return this.#client.limits.left(this.#wiring.now());
  }

  async write(batch: Batch): Promise<readonly Outcome[]> {
    if (batch.items.length === 0) return [];
    if (batch.items.length > BATCH_COMMANDS)
      throw new Error(`A batch takes ${BATCH_COMMANDS} items; ${batch.items.length} were given`);
    const context = this.#writing;
    switch (batch.kind) {
      case "fields":
        return writeFields(context, batch.on ?? "company", batch.items);
      case "note":
        return writeNotes(context, batch);
      case "notice":
        return writeNotices(context, batch);
      case "task":
        if (batch.verb === "create") return createTasks(context, batch.items);
        return batch.verb === "update" ? updateTasks(context, batch.items) : deleteTasks(context, batch.items);
    }
  }

  async send(message: ClientMessage): Promise<string> {
    const able = message.way === "process" ? this.capabilities()["short-messages"] : this.capabilities().letters;
    if (able !== true) throw new CrmFailure("refused", able, { code: "NO_SCOPE" });
    return sendMessage(this.#client, message, this.#wiring.now());
  }

  /** Bitrix24 keeps no opt-out that applications may set: our own field says it. */
  async stopLetters(contactId: string): Promise<void> {
    const target = { kind: "contact", id: contactId } as const;
    const item = { key: `no-letters:${contactId}`, id: contactId, target, fields: { no_letters: true } };
    failUnlessDone(await writeFields(this.#writing, "contact", [item]));
  }

  ensureSchema(
    fields: readonly FieldDefinition[],
    kinds: readonly RecordKind[],
    language: Language,
  ): Promise<SchemaReport> {
    return ensureFields(this.#client, this.#shape, fields, kinds, language, this.#wiring.now());
  }

  removeSchema(): Promise<void> {
    return removeFields(this.#client, this.#shape, this.#wiring.now());
  }

  async bind(publicUrl: string): Promise<void> {
    if (this.#offline === null) await this.account();
    await bindPortal(
      this.#client,
      { publicUrl, userId: await this.#selfId(), offline: this.#offline === true },
      this.#wiring.now(),
    );
  }

  drain(): Promise<Drained> {
    return drainOffline(this.#client);
  }

  hasQueued(): Promise<boolean> {
    return hasOffline(this.#client);
  }

  /**
   * Lets an automation rule go on with its return values; may be said again. A run that no longer waits is no error.
   * @returns false where it waits no more. @throws CrmFailure except `refused`
   */
  async answerRobot({ eventToken, values, log }: RobotAnswer): Promise<boolean> {
    const params = {
      EVENT_TOKEN: eventToken,
      RETURN_VALUES: values,
      ...(log === undefined ? {} : { LOG_MESSAGE: log }),
    };
    const replies = await this.#client.batch(new Map([["answer", { method: "bizproc.event.send", params }]]), true);
    const reply = replies.get("answer");
    if (reply?.ok === false && "error" in reply && reply.error.failure === "refused") return false;
    answerOf(replies, "answer");
    return true;
  }

  registerBot(publicUrl: string): Promise<string> {
    return registerBot(this.#client, publicUrl, BOT_NAME);
  }

  unregisterBot(id: string): Promise<void> {
    return unregisterBot(this.#client, id);
  }

  sayInChat(botId: string, dialogId: string, text: string): Promise<void> {
    return sayInChat(this.#client, botId, dialogId, text);
  }

  recordUrl(ref: RecordRef): string {
    const pages = portalPages(this.#client.endpoint());
    if (ref.kind === "invoice") return `${pages}/crm/type/31/details/${ref.id}/`;
    if (isItemKind(ref.kind)) return `${pages}/crm/${ref.kind}/details/${ref.id}/`;
    if (ref.kind === "task") return `${pages}/company/personal/user/0/tasks/task/view/${ref.id}/`;
    return isActivityKind(ref.kind) ? `${pages}/crm/activity/?open_view=${ref.id}` : `${pages}/crm/`;
  }

  /**
   * Takes our handlers, tabs and robots off. Bitrix24 has no call that uninstalls an application or revokes its tokens: an
   * administrator does that in the portal, and the tokens die with it.
   */
  leave(): Promise<void> {
    return unbindPortal(this.#client, this.#wiring.now());
  }
}

function listMethod(kind: RecordKind): string {
  if (isItemKind(kind)) return "crm.item.list";
  return kind === "task" ? "tasks.task.list" : "crm.activity.list";
}

function writeNeeds(kind: ThingKind, verb: Verb, shape: Shape): [Load, number] {
  switch (kind) {
    case "fields":
      return [new Map([["crm.item.update", BATCH_COMMANDS]]), fieldRequests(shape)];
    case "task":
      return [new Map([[TASK_METHODS[verb], BATCH_COMMANDS]]), verb === "update" ? 3 : 1];
    case "note":
      return [new Map([[`crm.timeline.comment.${verb === "create" ? "add" : verb}`, BATCH_COMMANDS]]), 1];
    case "notice":
      return [new Map([[verb === "delete" ? "im.notify.delete" : "im.notify.personal.add", BATCH_COMMANDS]]), 1];
  }
}

const TASK_METHODS: Readonly<Record<Verb, string>> = {
  create: "tasks.task.add",
  update: "tasks.task.update",
  delete: "tasks.task.delete",
};
