import { encodeForm } from "./brackets.ts";
import { type EntityType, INVOICE_TYPE } from "./crm-types.ts";
import type { SandboxPortal } from "./portal.ts";
import type { Actor, Row } from "./types.ts";

export interface Binding {
  id: number;
  /** upper case */
  event: string;
  handler: string;
  /** user whose token travels with the event; 0 = whoever caused it */
  authType: number;
  offline: boolean;
  connector: string;
  options: Record<string, unknown>;
  userId: number;
}

/** One changed object in the offline queue: the latest state only. */
export interface OfflineEvent {
  id: number;
  timestamp: number;
  event: string;
  data: Record<string, unknown>;
  objectKey: string;
  messageId: string;
  processId: string;
  connector: string;
  error: boolean;
}

const openKey = (each: Pick<OfflineEvent, "event" | "objectKey" | "connector">): string =>
  `${each.connector}|${each.event}|${each.objectKey}`;

const WORDS =
  /ON|CRM|DEAL|CONTACT|COMPANY|LEAD|DYNAMICITEM|ACTIVITY|TIMELINE|COMMENT|TASK|APP|OFFLINE|EVENT|USER|FIELD|SETENUMVALUES|MOVETOCATEGORY|INSTALL|UNINSTALL|UPDATE|PAYMENT|METHOD|CONFIRM|ADD|DELETE|TEST|TYPE/g;
const CAMEL: Record<string, string> = {
  DYNAMICITEM: "DynamicItem",
  SETENUMVALUES: "SetEnumValues",
  MOVETOCATEGORY: "MoveToCategory",
};

/** ONCRMDEALUPDATE -> onCrmDealUpdate */
const camelEvent = (name: string): string => {
  const words = name.replace(/UNINSTALL/, "Uninstall").replace(WORDS, (word) => {
    return CAMEL[word] ?? word.charAt(0) + word.slice(1).toLowerCase();
  });
  return words.charAt(0).toLowerCase() + words.slice(1);
};

/** Subscriptions of our app in one portal, and what a change there sends. Facts sheet section 7. */
export class Events {
  readonly bindings: Binding[] = [];
  readonly offline: OfflineEvent[] = [];
  #portal: SandboxPortal;
  #nextBinding = 1;
  #nextOffline = 1;
  /** offline events outside any package, by what they are about */
  #open = new Map<string, OfflineEvent>();
  #lastSignal = Number.NEGATIVE_INFINITY;

  constructor(portal: SandboxPortal) {
    this.#portal = portal;
  }

  bind(binding: Omit<Binding, "id">): void {
    this.bindings.push({ ...binding, id: this.#nextBinding++ });
  }

  unbind(matches: (binding: Binding) => boolean): number {
    const before = this.bindings.length;
    const kept = this.bindings.filter((each) => !matches(each));
    this.bindings.splice(0, before, ...kept);
    return before - kept.length;
  }

  crm(type: EntityType, verb: "ADD" | "UPDATE" | "DELETE", id: number, actor: Actor): void {
    const fields: Record<string, string> = { ID: String(id) };
    if (type.id === INVOICE_TYPE) fields.ENTITY_TYPE_ID = String(type.id);
    const name = `ONCRM${type.event}${verb}`;
    this.raise(name, { FIELDS: fields }, actor, `${type.id}:${id}`);
    if (type.id === INVOICE_TYPE && this.#portal.sandbox.switches.dynamicEventPerType) {
      this.raise(`${name}_${type.id}`, { FIELDS: fields }, actor, `${type.id}:${id}`);
    }
  }

  moveToCategory(row: Row, actor: Actor): void {
    const fields = { ID: String(row.id), CATEGORY_ID: String(row.categoryId), STAGE_ID: String(row.stageId) };
    this.raise("ONCRMDEALMOVETOCATEGORY", { FIELDS: fields }, actor, `2:${row.id}`);
  }

  task(verb: "ADD" | "UPDATE" | "DELETE", id: number, actor: Actor): void {
    this.raise(
      `ONTASK${verb}`,
      {
        FIELDS_BEFORE: verb === "ADD" ? "undefined" : { ID: id },
        FIELDS_AFTER: verb === "DELETE" ? "undefined" : { ID: id },
        IS_ACCESSIBLE_BEFORE: verb === "ADD" ? "N" : "undefined",
        IS_ACCESSIBLE_AFTER: verb === "DELETE" ? "N" : "undefined",
      },
      actor,
      `task:${id}`,
    );
  }

  taskComment(taskId: number, messageId: number, actor: Actor): void {
    this.raise(
      "ONTASKCOMMENTADD",
      {
        FIELDS_BEFORE: "undefined",
        FIELDS_AFTER: { ID: 0, TASK_ID: taskId, MESSAGE_ID: messageId },
        IS_ACCESSIBLE_BEFORE: "undefined",
        IS_ACCESSIBLE_AFTER: "undefined",
      },
      actor,
      `task-comment:${messageId}`,
    );
  }

  activity(verb: "ADD" | "UPDATE" | "DELETE", id: number, actor: Actor): void {
    this.raise(`ONCRMACTIVITY${verb}`, { FIELDS: { ID: String(id) } }, actor, `activity:${id}`);
  }

  comment(verb: "ADD" | "UPDATE" | "DELETE", id: number, actor: Actor): void {
    const flat = this.#portal.sandbox.switches.timelineCommentIdShape === "data[ID]";
    this.raise(
      `ONCRMTIMELINECOMMENT${verb}`,
      flat ? { ID: id } : { FIELDS: { ID: String(id) } },
      actor,
      `comment:${id}`,
    );
  }

  userField(
    verb: "ADD" | "UPDATE" | "DELETE" | "SETENUMVALUES",
    entityId: string,
    id: number,
    fieldName: string,
    actor: Actor,
  ): void {
    const entity = /^CRM_(DEAL|COMPANY|CONTACT|LEAD)$/.exec(entityId)?.[1] ?? "TYPE";
    const fields = { ID: String(id), ENTITY_ID: entityId, FIELD_NAME: fieldName };
    this.raise(`ONCRM${entity}USERFIELD${verb}`, { FIELDS: fields }, actor, `field:${id}`);
  }

  /** Puts offline events into a package; what changes from now on makes new ones. */
  reserve(events: readonly OfflineEvent[], processId: string): void {
    for (const each of events) {
      each.processId = processId;
      this.#open.delete(openKey(each));
    }
  }

  forgetOffline(events: readonly OfflineEvent[]): void {
    const gone = new Set(events);
    for (const each of events) if (each.processId === "") this.#open.delete(openKey(each));
    const kept = this.offline.filter((each) => !gone.has(each));
    this.offline.splice(0, this.offline.length, ...kept);
  }

  /** A business event: every online handler gets one delivery, the offline queue keeps the latest per object. */
  raise(event: string, data: Record<string, unknown>, actor: Actor, objectKey: string): void {
    this.#portal.changed(objectKey.split(":")[0]!);
    if (this.bindings.length === 0 || !this.#portal.app.running || this.#portal.sandbox.quiet) return;
    for (const binding of this.bindings) {
      if (binding.event !== event) continue;
      if (binding.offline) this.#queueOffline(binding, event, data, actor, objectKey);
      else this.#send(binding, event, data, actor);
    }
  }

  #send(binding: Binding, event: string, data: Record<string, unknown>, actor: Actor): void {
    const sandbox = this.#portal.sandbox;
    const [least, most] = sandbox.switches.eventDelayMs;
    const userId = binding.authType > 0 ? binding.authType : actor.userId;
    sandbox.queue.push(
      {
        portal: this.#portal.memberId,
        event,
        url: binding.handler,
        body: (nowMs) => (this.#portal.app.running ? this.body(event, binding.id, data, userId, nowMs) : null),
      },
      least + Math.floor(sandbox.random() * (most - least)),
    );
  }

  /** The form body of one online event. */
  body(event: string, handlerId: number, data: Record<string, unknown>, userId: number | null, nowMs: number): string {
    const name = this.#portal.sandbox.switches.eventNameCase === "camel" ? camelEvent(event) : event;
    return encodeForm({
      event: name,
      event_handler_id: handlerId,
      data,
      ts: Math.floor(nowMs / 1000),
      auth: this.#portal.app.eventAuth(userId),
    });
  }

  #queueOffline(binding: Binding, event: string, data: Record<string, unknown>, actor: Actor, objectKey: string): void {
    if (binding.connector !== "" && binding.connector === actor.connector) return;
    const now = this.#portal.sandbox.now();
    const key = openKey({ event, objectKey, connector: binding.connector });
    const held = this.#open.get(key);
    if (held) held.timestamp = now;
    else {
      const record: OfflineEvent = {
        id: this.#nextOffline++,
        timestamp: now,
        event,
        data,
        objectKey,
        messageId: this.#portal.sandbox.word(32),
        processId: "",
        connector: binding.connector,
        error: false,
      };
      this.offline.push(record);
      this.#open.set(key, record);
    }
    this.#signal(now);
  }

  #signal(now: number): void {
    for (const binding of this.bindings) {
      if (binding.event !== "ONOFFLINEEVENT" || binding.offline) continue;
      const minTimeoutMs = Number(binding.options.minTimeout ?? 1) * 1000;
      if (now - this.#lastSignal < minTimeoutMs) continue;
      this.#lastSignal = now;
      this.#send(binding, "ONOFFLINEEVENT", {}, { userId: null, viaApp: false });
    }
  }
}
