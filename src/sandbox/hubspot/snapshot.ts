import { OBJECT_TYPES } from "./object-types.ts";
import type { SandboxPortal } from "./portal.ts";
import { type HubRecord, otherEnd, typesFrom } from "./records.ts";

export interface RecordSnapshot {
  properties: Record<string, string>;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
  /** by plural name of the other side: "id:type+type", sorted */
  associations: Record<string, string[]>;
}

/** Everything an account holds, as plain JSON, for comparing before and after. */
export interface PortalSnapshot {
  records: Record<string, Record<string, RecordSnapshot>>;
  /** live property definitions by "deals.oh_score" */
  properties: Record<string, unknown>;
  archivedProperties: string[];
  groups: string[];
  labels: string[];
  validations: string[];
  timeline: string[];
  enrolments: unknown[];
  installed: boolean;
}

/** Takes the picture; sharing nothing with the account. */
export function snapshotOf(portal: SandboxPortal): PortalSnapshot {
  const { crm } = portal;
  const snapshot: PortalSnapshot = {
    records: {},
    properties: {},
    archivedProperties: [],
    groups: [],
    labels: [],
    validations: [],
    timeline: [...portal.timeline.keys()].sort(),
    enrolments: portal.enrolments.map((enrolment) => ({ ...enrolment })),
    installed: portal.install !== null,
  };
  for (const type of OBJECT_TYPES) {
    const records: Record<string, RecordSnapshot> = {};
    for (const record of crm.store(type).all.values()) records[record.id] = recordSnapshot(record, portal);
    snapshot.records[type.plural] = records;
    const book = crm.book(type);
    for (const property of book.list()) {
      const { createdAt: _, updatedAt: __, ...rest } = property;
      snapshot.properties[`${type.plural}.${property.name}`] = structuredClone(rest);
    }
    for (const property of book.list(true)) snapshot.archivedProperties.push(`${type.plural}.${property.name}`);
    for (const group of book.groups.values()) if (!group.archived) snapshot.groups.push(`${type.plural}.${group.name}`);
    for (const to of OBJECT_TYPES) {
      for (const label of crm.associations.labels(type, to)) {
        snapshot.labels.push(`${type.plural} to ${to.plural}: ${label.label}`);
      }
    }
    for (const [name, rules] of crm.validations.get(type.id) ?? []) {
      for (const rule of rules.keys()) snapshot.validations.push(`${type.plural}.${name} ${rule}`);
    }
  }
  return snapshot;
}

function recordSnapshot(record: HubRecord, portal: SandboxPortal): RecordSnapshot {
  const associations: Record<string, string[]> = {};
  for (const typeId in record.links) {
    for (const link of record.links[typeId]!) {
      const other = otherEnd(link, record);
      associations[other.type.plural] ??= [];
      associations[other.type.plural]!.push(`${other.id}:${typesFrom(link, record).join("+")}`);
    }
  }
  for (const ids of Object.values(associations)) ids.sort();
  const properties: Record<string, string> = {};
  const book = portal.crm.book(record.type);
  // values of an archived property lie in the recycle bin with it
  for (const name in record.values) {
    if (record.values[name] !== "" && book.get(name)) properties[name] = record.values[name]!;
  }
  const { createdAt, updatedAt, archivedAt } = record;
  return { properties, createdAt, updatedAt, archivedAt, associations };
}

const SHORTEST = 4;
/** technical texts that say nothing about a customer */
const TECHNICAL =
  /^(hs_queue_membership_ids|hs_pinned_engagement_id|hs_task_reminders|hs_unique_creation_key|hs_currency(_code)?|hs_parent_company_id|timezone|hs_language|hs_activity_type|hs_response_group)$/;

/**
 * Every text by which a customer or a colleague could be recognised, now and earlier, deleted ones included: what a
 * privacy scan looks for. Texts that the app itself wrote into its tasks and notes are part of it when they hold names.
 */
export function stringsOf(portal: SandboxPortal): string[] {
  const { crm } = portal;
  const found = new Set(crm.purgedStrings);
  for (const type of OBJECT_TYPES) {
    for (const record of crm.store(type).all.values()) {
      for (const text of crm.customerStrings(record, TECHNICAL)) found.add(text);
      const { firstname, lastname } = record.values;
      if (firstname && lastname) found.add(`${firstname} ${lastname}`);
    }
  }
  for (const owner of crm.people.owners.values()) {
    for (const text of [owner.email, owner.firstName, owner.lastName]) found.add(text);
  }
  return [...found].filter((text) => text.trim().length >= SHORTEST && !/^[\d.,:;\s-]+$/.test(text));
}
