/**
 * Bitrix24's records as our facts. Every mapping is here, with what Bitrix24 cannot tell:
 *
 * | fact | from |
 * | --- | --- |
 * | deal.outcome | `stageSemanticId`: S won, F lost, else open |
 * | deal.wonAt | `movedTime` of a won deal, the moment of its last change of stage; by the stage history where that was no win (won.ts) |
 * | deal.amount, invoice.amount, company.revenue | `opportunity`, `revenue` at the portal's own rate; null when the record's currency has none |
 * | company.headcount | `employees` is a dictionary of ranges; only those whose whole range lies above 100 say something: 250 to 500 → 250, over 500 → 500 |
 * | lastContactAt | `lastCommunicationTime`, on portals that have it |
 * | task.type | our own mark (task-key.ts); a person's task is a to-do |
 * | task.status | 5 completed and 4 awaiting control are done: the person has finished |
 * | meeting.outcome | held when completed, else scheduled; Bitrix24 knows no other |
 * | invoice.status | the stage: paid by its success stage (`P`), void by its failure stage (`D`), draft in the first one (`N`), else open |
 *
 * Not there at all: deal.closeAt as a moment (it is a day: start of it in UTC), lastReplyAt, nextActivityAt, optedOut, bounced,
 * surveys, tickets, subscriptions, meeting.moves, which are counted as they are seen (engine/values.ts).
 */
import type { FieldDefinition, FieldValue } from "../../core/fields.ts";
import type { FactValue, RecordRef } from "../../core/model.ts";
import type { ReadRecord } from "../port.ts";
import { type ActivityKind, type ItemKind, kindOfActivity, kindOfEntity, refOfBinding } from "./kinds.ts";
import { fromXmlId } from "./task-key.ts";
import { fromMarkup, letterText } from "./text.ts";
import { dayOfDate, flagOf, idOf, idsOf, instantOf, numberOf, type Raw, textOf } from "./values.ts";

const DAY_MS = 86_400_000;

/** System fields asked for, per kind; those that the portal does not know are left out of the question. */
export const ITEM_FIELDS: Readonly<Record<ItemKind, readonly string[]>> = {
  deal: [
    "id",
    "stageId",
    "stageSemanticId",
    "categoryId",
    "companyId",
    "contactIds",
    "assignedById",
    "createdTime",
    "updatedTime",
    "movedTime",
    "closedate",
    "opportunity",
    "currencyId",
    "typeId",
  ],
  company: [
    "id",
    "assignedById",
    "createdTime",
    "updatedTime",
    "typeId",
    "employees",
    "revenue",
    "currencyId",
    "contactIds",
    "lastCommunicationTime",
  ],
  contact: [
    "id",
    "assignedById",
    "createdTime",
    "updatedTime",
    "typeId",
    "companyId",
    "companyIds",
    "lastCommunicationTime",
  ],
  invoice: [
    "id",
    "stageId",
    "stageSemanticId",
    "categoryId",
    "companyId",
    "contactIds",
    "parentId2",
    "assignedById",
    "createdTime",
    "updatedTime",
    "movedTime",
    "begindate",
    "closedate",
    "opportunity",
    "currencyId",
  ],
};

/** What mapping needs to know of the portal. */
export interface MapContext {
  /** worth of one unit of a currency in the portal's own; a currency that is absent has no rate, and its amounts are not believed */
  rates: ReadonlyMap<string, number>;
  /** our fields on this kind, with the option ids of choices */
  fields: readonly KnownField[];
  /** properties that an admin mapped, by their own name */
  mapped: readonly string[];
}

/** A field of ours as it exists in the portal. */
export interface KnownField {
  definition: FieldDefinition;
  /** `UF_CRM_TENURE_SCORE` */
  name: string;
  /** id in `crm.*.userfield.*` */
  id: string;
  /** option code → numeric id, of choices */
  options: ReadonlyMap<string, string>;
}

/** One `crm.item.*` item. */
export function itemRecord(kind: ItemKind, item: Raw, context: MapContext): ReadRecord | null {
  const id = idOf(item.id);
  if (id === null) return null;
  const common = { ownerId: idOf(item.assignedById), createdAt: instantOf(item.createdTime) };
  const facts = { ...common, ...FACTS[kind](item, context), ...mappedFacts(item, context.mapped) };
  const fields = fieldsOf(item, context.fields);
  return {
    ref: { kind, id },
    facts,
    links: linksOf(kind, item),
    modifiedAt: instantOf(item.updatedTime),
    ...(fields === null ? {} : { fields }),
  };
}

type Mapping = (item: Raw, context: MapContext) => Record<string, FactValue>;

const FACTS: Readonly<Record<ItemKind, Mapping>> = {
  deal(item, context) {
    const outcome = item.stageSemanticId === "S" ? "won" : item.stageSemanticId === "F" ? "lost" : "open";
    const closeDay = dayOfDate(item.closedate);
    return {
      outcome,
      stage: textOf(item.stageId),
      pipeline: textOf(item.categoryId),
      wonAt: outcome === "won" ? instantOf(item.movedTime) : null,
      closeAt: closeDay === null ? null : closeDay * DAY_MS,
      amount: amountOf(item.opportunity, item, context),
      type: textOf(item.typeId),
    };
  },
  company(item, context) {
    return {
      headcount: HEADCOUNT[String(item.employees)] ?? null,
      revenue: amountOf(item.revenue, item, context),
      lifecycle: textOf(item.typeId),
      ...lastContact(item),
    };
  },
  contact(item) {
    return { lifecycle: textOf(item.typeId), ...lastContact(item) };
  },
  invoice(item, context) {
    const status = invoiceStatus(item);
    const amount = amountOf(item.opportunity, item, context);
    const settled = status === "paid" || status === "void";
    return {
      status,
      issuedDay: dayOfDate(item.begindate),
      dueDay: dayOfDate(item.closedate),
      paidDay: status === "paid" ? dayOfDate(item.movedTime) : null,
      amount,
      balance: settled ? 0 : amount,
    };
  },
};

/** Ids of the dictionary EMPLOYEES that every portal starts with. */
const HEADCOUNT: Readonly<Record<string, number>> = { EMPLOYEES_3: 250, EMPLOYEES_4: 500 };

/** Stage ids look like `DT31_2:P`; the system stages keep their codes when an admin renames them. */
function invoiceStatus(item: Raw): "draft" | "open" | "paid" | "void" {
  const code = String(item.stageId).replace(/^DT31_\d+:/, "");
  if (item.stageSemanticId === "S" || code === "P") return "paid";
  if (item.stageSemanticId === "F" || code === "D") return "void";
  return code === "N" ? "draft" : "open";
}

function lastContact(item: Raw): Record<string, FactValue> {
  return "lastCommunicationTime" in item ? { lastContactAt: instantOf(item.lastCommunicationTime) } : {};
}

function amountOf(value: unknown, item: Raw, context: MapContext): number | null {
  const amount = numberOf(value);
  const currency = textOf(item.currencyId);
  const rate = currency === null ? 1 : context.rates.get(currency);
  if (amount === null || rate === undefined) return null;
  return rate === 1 ? amount : Math.round(amount * rate * 100) / 100;
}

/** Numbers, flags and dates as such; a short code as it is; anything longer may be a person's text and is left out. */
function mappedFacts(item: Raw, names: readonly string[]): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  for (const name of names) {
    const value = item[name];
    const number = numberOf(value);
    if (number !== null) facts[`x.${name}`] = number;
    else if (typeof value === "string" && instantOf(value) !== null) facts[`x.${name}`] = instantOf(value);
    else if (typeof value === "boolean" || value === "Y" || value === "N") facts[`x.${name}`] = flagOf(value);
    else facts[`x.${name}`] = typeof value === "string" && /^[\w:.-]{1,40}$/.test(value) ? value : null;
  }
  return facts;
}

function linksOf(kind: ItemKind, item: Raw): RecordRef[] {
  const links: RecordRef[] = [];
  const add = (of: ItemKind, value: unknown): void => {
    for (const id of idsOf(value))
      if (!links.some((link) => link.kind === of && link.id === id)) links.push({ kind: of, id });
  };
  add("company", item.companyId);
  if (kind === "contact") add("company", item.companyIds);
  else add("contact", item.contactIds);
  add("deal", item.parentId2);
  return links;
}

/** Our fields on an item, in our words; null when none of ours is on it. */
export function fieldsOf(item: Raw, known: readonly KnownField[]): Record<string, FieldValue> | null {
  const values: Record<string, FieldValue> = {};
  let any = false;
  for (const field of known) {
    if (!(field.name in item)) continue;
    any = true;
    values[field.definition.id] = fromCrm(field, item[field.name]);
  }
  return any ? values : null;
}

/** A stored value of one of our fields in our words; null when empty. An unchecked box and an empty one are the same: false. */
export function fromCrm(field: KnownField, value: unknown): FieldValue {
  switch (field.definition.type) {
    case "number":
      return numberOf(value);
    case "date":
      return dayOfDate(value);
    case "datetime":
      return instantOf(value);
    case "boolean":
      return flagOf(value) ?? false;
    case "choice": {
      const id = idOf(value);
      for (const [code, optionId] of field.options) if (optionId === id) return code;
      return null;
    }
    case "owner":
      return idOf(value);
    default:
      return textOf(value);
  }
}

/** Fields of a task that are asked for. */
export const TASK_FIELDS: readonly string[] = [
  "ID",
  "TITLE",
  "DESCRIPTION",
  "STATUS",
  "DEADLINE",
  "RESPONSIBLE_ID",
  "PRIORITY",
  "CREATED_DATE",
  "CHANGED_DATE",
  "CLOSED_DATE",
  "STATUS_CHANGED_DATE",
  "XML_ID",
  "UF_CRM_TASK",
];

const PRIORITIES = ["low", "medium", "high"] as const;

/** A task's facts as far as this answer holds them: a list holds what was selected, a write's answer what the method returns. */
export function taskFacts(task: Raw): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  const own = fromXmlId(task.xmlId);
  const status = numberOf(task.status);
  if (status !== null) {
    const done = status === 5 || status === 4;
    facts.status = done ? "done" : "open";
    facts.completedAt = done ? (instantOf(task.closedDate) ?? instantOf(task.statusChangedDate)) : null;
  }
  if ("deadline" in task) facts.dueAt = instantOf(task.deadline);
  if ("responsibleId" in task) facts.ownerId = idOf(task.responsibleId);
  if ("priority" in task) facts.priority = PRIORITIES[numberOf(task.priority) ?? 1] ?? "medium";
  facts.type = own?.type ?? "todo";
  if ("createdDate" in task) facts.createdAt = instantOf(task.createdDate);
  return facts;
}

/** Subject and body as plain text. */
export function taskTexts(task: Raw): Record<string, string> {
  const texts: Record<string, string> = {};
  if (typeof task.title === "string") texts.subject = fromMarkup(task.title);
  if (typeof task.description === "string") texts.body = fromMarkup(task.description);
  return texts;
}

export function taskRecord(task: Raw): ReadRecord | null {
  const id = idOf(task.id);
  if (id === null) return null;
  const key = fromXmlId(task.xmlId)?.key ?? null;
  return {
    ref: { kind: "task", id },
    facts: taskFacts(task),
    links: taskLinks(task),
    modifiedAt: instantOf(task.changedDate),
    texts: taskTexts(task),
    key,
  };
}

/** What a task is tied to, as far as we look at it. */
export function taskLinks(task: Raw): RecordRef[] {
  return taskBindings(task).flatMap((binding) => refOfBinding(binding) ?? []);
}

/** `D_12`, `T80_3`, …: everything a task is tied to. */
export function taskBindings(task: Raw): string[] {
  const list = task.ufCrmTask;
  const values = Array.isArray(list) ? list : list !== null && typeof list === "object" ? Object.values(list) : [];
  return values.filter((value): value is string => typeof value === "string" && value !== "");
}

/** Fields of an activity that are asked for. */
export const ACTIVITY_FIELDS: readonly string[] = [
  "ID",
  "OWNER_ID",
  "OWNER_TYPE_ID",
  "TYPE_ID",
  "RESPONSIBLE_ID",
  "CREATED",
  "LAST_UPDATED",
  "START_TIME",
  "END_TIME",
  "COMPLETED",
  "DIRECTION",
];

/** Asked for only where letters are read: the text of a letter. */
export const LETTER_TEXT = "DESCRIPTION";

/** An activity; null for what we do not keep (tasks, to-dos, cards of apps). */
export function activityRecord(activity: Raw): ReadRecord | null {
  const id = idOf(activity.ID);
  const kind = kindOfActivity(numberOf(activity.TYPE_ID) ?? 0);
  if (id === null || kind === null) return null;
  const owner = kindOfEntity(numberOf(activity.OWNER_TYPE_ID) ?? 0);
  const ownerId = idOf(activity.OWNER_ID);
  return {
    ref: { kind, id },
    facts: activityFacts(kind, activity),
    links: owner === null || ownerId === null ? [] : [{ kind: owner, id: ownerId }],
    modifiedAt: instantOf(activity.LAST_UPDATED),
    ...(kind === "email" && activity[LETTER_TEXT]
      ? { texts: { body: letterText(String(activity[LETTER_TEXT])) } }
      : {}),
  };
}

function activityFacts(kind: ActivityKind, activity: Raw): Record<string, FactValue> {
  const startAt = instantOf(activity.START_TIME);
  const endAt = instantOf(activity.END_TIME);
  const completed = flagOf(activity.COMPLETED) ?? false;
  const direction = String(activity.DIRECTION) === "1" ? "in" : String(activity.DIRECTION) === "2" ? "out" : null;
  switch (kind) {
    case "meeting":
      return { startAt, endAt, outcome: completed ? "held" : "scheduled", ownerId: idOf(activity.RESPONSIBLE_ID) };
    case "call":
      return {
        at: startAt ?? instantOf(activity.CREATED),
        direction,
        durationMs: startAt !== null && endAt !== null && endAt >= startAt ? endAt - startAt : null,
        answered: completed,
      };
    case "email":
      return { at: startAt ?? instantOf(activity.CREATED), direction };
  }
}
