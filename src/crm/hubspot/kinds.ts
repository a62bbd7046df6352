/** Our record kinds and HubSpot's object types (facts sheet 5, 2.6). */
import type { RecordKind, RecordRef } from "../../core/model.ts";

export interface ObjectType {
  kind: RecordKind;
  /** path segment of the objects, properties and associations APIs */
  path: string;
  /** number in webhooks and record links */
  typeId: string;
  /** name in webhooks of the older form: `deal.propertyChange` */
  name: string;
  /** property that holds the time of the last change */
  modified: string;
  /** scopes without which it cannot be read */
  scopes: readonly string[];
  /** kinds it is read with links to: enough to find the client */
  links: readonly RecordKind[];
}

function objectType(kind: RecordKind, path: string, typeId: string, more: Partial<ObjectType> = {}): ObjectType {
  const scopes = ["crm.objects.contacts.read"];
  return { kind, path, typeId, name: kind, modified: "hs_lastmodifieddate", scopes, links: [], ...more };
}

/** Where an activity or a commerce record leads to its client: the company, or the contact where there is none. */
const CLIENT: readonly RecordKind[] = ["company", "contact"];

/**
 * Tasks are read without links: ours are found by their key, and `linked` answers the rest.
 * A contact's primary company is a property of the contact, which costs no call.
 */
export const OBJECT_TYPES: Readonly<Record<RecordKind, ObjectType>> = {
  deal: objectType("deal", "deals", "0-3", { scopes: ["crm.objects.deals.read"], links: CLIENT }),
  company: objectType("company", "companies", "0-2", { scopes: ["crm.objects.companies.read"] }),
  contact: objectType("contact", "contacts", "0-1", { modified: "lastmodifieddate" }),
  task: objectType("task", "tasks", "0-27"),
  ticket: objectType("ticket", "tickets", "0-5", { scopes: ["tickets"], links: CLIENT }),
  meeting: objectType("meeting", "meetings", "0-47", { links: CLIENT }),
  call: objectType("call", "calls", "0-48", { links: CLIENT }),
  email: objectType("email", "emails", "0-49", {
    scopes: ["crm.objects.contacts.read", "sales-email-read"],
    links: CLIENT,
  }),
  invoice: objectType("invoice", "invoices", "0-53", { scopes: ["crm.objects.invoices.read"], links: CLIENT }),
  subscription: objectType("subscription", "subscriptions", "0-69", {
    scopes: ["crm.objects.subscriptions.read"],
    links: CLIENT,
  }),
  survey: objectType("survey", "feedback_submissions", "0-19", {
    name: "feedback_submission",
    scopes: ["crm.objects.contacts.read", "crm.objects.feedback_submissions.read"],
    links: CLIENT,
  }),
};

/** Path segment of notes, which are written and found but never kept as records. */
export const NOTES = "notes";

const BY_TYPE_ID: ReadonlyMap<string, RecordKind> = new Map(
  Object.values(OBJECT_TYPES).map(({ typeId, kind }) => [typeId, kind]),
);
const BY_NAME: ReadonlyMap<string, RecordKind> = new Map(
  Object.values(OBJECT_TYPES).map(({ name, kind }) => [name, kind]),
);

/** Names in webhooks of the older form. */
export const KIND_NAMES: readonly string[] = [...BY_NAME.keys()];

/** `0-3` → deal; undefined for a type that we do not look at. */
export function kindOfTypeId(typeId: string): RecordKind | undefined {
  return BY_TYPE_ID.get(typeId);
}

/** `deal`, `feedback_submission` → our kind; undefined for a type that we do not look at. */
export function kindOfName(name: string): RecordKind | undefined {
  return BY_NAME.get(name);
}

/** Association type ids from a task or a note to a record (5.7, category HUBSPOT_DEFINED). */
const LINK_TYPES: Readonly<Record<"task" | "note", Readonly<Partial<Record<RecordKind, number>>>>> = {
  task: { contact: 204, company: 192, deal: 216, ticket: 230 },
  note: { contact: 202, company: 190, deal: 214, ticket: 228 },
};

/** Kinds that a task can be tied to. */
export const LINKABLE = Object.keys(LINK_TYPES.task) as RecordKind[];

export interface InlineAssociation {
  to: { id: string };
  types: { associationCategory: "HUBSPOT_DEFINED"; associationTypeId: number }[];
}

/** The `associations` of a create; records that a task or note cannot be tied to are left out. */
export function inlineAssociations(from: "task" | "note", links: readonly RecordRef[]): InlineAssociation[] {
  const associations: InlineAssociation[] = [];
  for (const { kind, id } of links) {
    const associationTypeId = LINK_TYPES[from][kind];
    if (associationTypeId === undefined) continue;
    associations.push({ to: { id }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }] });
  }
  return associations;
}
