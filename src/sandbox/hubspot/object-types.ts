/** The CRM object types the sandbox holds, with the names they go by (facts sheet 5, 2.6, 3.1). */
export interface ObjectType {
  /** e.g. "0-3" */
  id: string;
  /** singular, as in association names: "deal" */
  name: string;
  /** path segment: "deals" */
  plural: string;
  /** `objectType` in webhook subscriptions */
  event: string;
  /** prefix of association events: "DEAL" */
  code: string;
  readScopes: readonly string[];
  writeScopes: readonly string[];
  schemaScopes: readonly string[];
  /** returned when a read names no properties */
  defaults: readonly string[];
  createdName: string;
  modifiedName: string;
  /** calls, meetings, notes, … whose links roll up into records */
  activity: boolean;
  merges: boolean;
  writable: boolean;
}

type Seed = Pick<ObjectType, "id" | "name" | "plural"> & Partial<ObjectType>;

const CONTACTS_READ = ["crm.objects.contacts.read"];
const CONTACTS_WRITE = ["crm.objects.contacts.write"];

function objectType(seed: Seed): ObjectType {
  const createdName = seed.createdName ?? "hs_createdate";
  const modifiedName = seed.modifiedName ?? "hs_lastmodifieddate";
  return {
    event: seed.name,
    code: seed.name.toUpperCase(),
    readScopes: CONTACTS_READ,
    writeScopes: CONTACTS_WRITE,
    schemaScopes: ["crm.schemas.contacts.write"],
    activity: false,
    merges: false,
    writable: true,
    ...seed,
    createdName,
    modifiedName,
    defaults: [...(seed.defaults ?? []), createdName, modifiedName, "hs_object_id"],
  };
}

function scoped(object: string): Pick<ObjectType, "readScopes" | "writeScopes" | "schemaScopes"> {
  return {
    readScopes: [`crm.objects.${object}.read`],
    writeScopes: [`crm.objects.${object}.write`],
    schemaScopes: [`crm.schemas.${object}.write`],
  };
}

const TICKETS = { readScopes: ["tickets"], writeScopes: ["tickets"], schemaScopes: ["tickets"] };
const EMAILS = {
  readScopes: [...CONTACTS_READ, "sales-email-read"],
  writeScopes: [...CONTACTS_WRITE, "sales-email-read"],
};

export const OBJECT_TYPES: readonly ObjectType[] = [
  objectType({
    id: "0-1",
    name: "contact",
    plural: "contacts",
    ...scoped("contacts"),
    defaults: ["email", "firstname", "lastname"],
    createdName: "createdate",
    modifiedName: "lastmodifieddate",
    merges: true,
  }),
  objectType({
    id: "0-2",
    name: "company",
    plural: "companies",
    ...scoped("companies"),
    defaults: ["domain", "name"],
    createdName: "createdate",
    merges: true,
  }),
  objectType({
    id: "0-3",
    name: "deal",
    plural: "deals",
    ...scoped("deals"),
    defaults: ["amount", "closedate", "dealname", "dealstage", "pipeline"],
    createdName: "createdate",
    merges: true,
  }),
  objectType({
    id: "0-5",
    name: "ticket",
    plural: "tickets",
    ...TICKETS,
    defaults: ["content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"],
    createdName: "createdate",
    merges: true,
  }),
  objectType({ id: "0-27", name: "task", plural: "tasks", activity: true }),
  objectType({ id: "0-46", name: "note", plural: "notes", activity: true }),
  objectType({ id: "0-47", name: "meeting", plural: "meetings", event: "meeting event", activity: true }),
  objectType({ id: "0-48", name: "call", plural: "calls", activity: true }),
  objectType({ id: "0-49", name: "email", plural: "emails", ...EMAILS, activity: true }),
  objectType({ id: "0-18", name: "communication", plural: "communications", activity: true }),
  objectType({ id: "0-53", name: "invoice", plural: "invoices", ...scoped("invoices") }),
  objectType({
    id: "0-69",
    name: "subscription",
    plural: "subscriptions",
    ...scoped("subscriptions"),
  }),
  objectType({
    id: "0-101",
    name: "commerce_payment",
    plural: "commerce_payments",
    event: "commerce payment",
    ...scoped("commercepayments"),
  }),
  objectType({
    id: "0-19",
    name: "feedback_submission",
    plural: "feedback_submissions",
    event: "feedback submission",
    readScopes: [...CONTACTS_READ, "crm.objects.feedback_submissions.read"],
    writable: false,
  }),
  objectType({ id: "0-115", name: "user", plural: "users", ...scoped("users") }),
  objectType({ id: "0-8", name: "line_item", plural: "line_items", event: "line item", ...scoped("line_items") }),
];

const BY_NAME = new Map<string, ObjectType>();
for (const type of OBJECT_TYPES) {
  for (const name of [type.id, type.name, type.plural, type.event]) BY_NAME.set(name, type);
}

/** The type behind a path segment, a type id or an event name; null when there is none. */
export function findObjectType(name: string): ObjectType | null {
  return BY_NAME.get(name) ?? BY_NAME.get(name.toLowerCase()) ?? null;
}

/** The same for code that knows the name exists. @throws Error when it does not */
export function objectTypeOf(name: string): ObjectType {
  const type = findObjectType(name);
  if (!type) throw new Error(`no such object type: ${name}`);
  return type;
}

/** Scopes of facts sheet 2.6, for installs that do not say what they ask for. */
export const KNOWN_SCOPES: readonly string[] = [
  ...new Set([
    "oauth",
    ...OBJECT_TYPES.flatMap((type) => [...type.readScopes, ...type.writeScopes, ...type.schemaScopes]),
    ...["crm.objects.owners.read", "settings.users.read", "settings.users.teams.read", "automation", "timeline"],
    ...["automation.sequences.read", "automation.sequences.enrollments.write"],
    "communication_preferences.read_write",
  ]),
];
