/** What the CRM itself holds of ours, read past its API: keys of our tasks, answers over a limit, things logged by hand. */
import { objectTypeOf } from "../../src/sandbox/hubspot/object-types.ts";
import type { Crms, World } from "../../test/support/world.ts";
import { Bitrix24PortalWorld } from "../../test/support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../../test/support/world-hubspot.ts";

export interface KeyedTask {
  key: string;
  id: string;
}

/** Every live task that carries our key. */
export function keyedTasks(world: World<Crms>): readonly KeyedTask[] {
  if (world instanceof HubSpotPortalWorld) {
    const tasks = [...world.portal.crm.store(objectTypeOf("tasks")).all.values()];
    return tasks.flatMap(({ id, archivedAt, values }) =>
      archivedAt === null && values.tenure_key ? [{ id, key: values.tenure_key }] : [],
    );
  }
  if (!(world instanceof Bitrix24PortalWorld)) return [];
  return world.portal.tasks.tasks.all().flatMap(({ id, xmlId }) => {
    const key = /^tenure:[a-z]+:(.+)$/s.exec(xmlId)?.[1];
    return key === undefined ? [] : [{ id: String(id), key }];
  });
}

export interface SentNotice {
  id: number;
  /** stands for our key: the same notice has the same one */
  tag: string;
  userId: number;
}

/** Notices that people got, in order of sending. Only Bitrix24 has any; a repeat to the same person replaces the first there. */
export function notices(world: World<Crms>): readonly SentNotice[] {
  return world instanceof Bitrix24PortalWorld ? world.portal.notifications.filter(({ tag }) => tag !== "") : [];
}

export function recordIsThere(world: World<Crms>, kind: string, id: string): boolean {
  if (world instanceof HubSpotPortalWorld) {
    const record = world.portal.crm.store(objectTypeOf(kind)).all.get(id);
    return record !== undefined && record.archivedAt === null;
  }
  const type = { deal: 2, contact: 3, company: 4 }[kind];
  return type !== undefined && (world as Bitrix24PortalWorld).portal.crm.table(type).get(Number(id)) !== undefined;
}

/** Somebody met the client, or wrote to them. */
export function logContact(world: World<Crms>, kind: "meeting" | "mail", companyId: string, atMs: number): void {
  if (world instanceof HubSpotPortalWorld) {
    const links = [{ objectType: "companies", id: companyId }];
    const at = String(atMs);
    if (kind === "meeting") {
      const end = String(atMs + 1_800_000);
      const values = {
        hs_timestamp: at,
        hs_meeting_start_time: at,
        hs_meeting_end_time: end,
        hs_meeting_title: "Treffen mit Petrenko",
        hs_meeting_outcome: "COMPLETED",
      };
      world.portal.create("meetings", values, links);
    } else {
      const values = { hs_timestamp: at, hs_email_direction: "INCOMING_EMAIL", hs_email_subject: "Frage von Petrenko" };
      world.portal.create("emails", values, links);
    }
    return;
  }
  const { portal } = world as Bitrix24PortalWorld;
  const fields = {
    ownerTypeId: 4,
    ownerId: Number(companyId),
    startTime: atMs - 3_600_000,
    endTime: atMs,
    completed: true,
    subject: "Treffen mit Petrenko",
    ...(kind === "meeting"
      ? { typeId: 1, providerId: "CRM_MEETING", providerTypeId: "MEETING" }
      : { typeId: 4, providerId: "CRM_EMAIL", providerTypeId: "EMAIL", direction: 1 }),
  };
  portal.create("activity", fields);
}

/** Two deals of a client become one; null where the CRM has no merge. */
export function mergeDeals(world: World<Crms>, primaryId: string, otherId: string): string | null {
  return world instanceof HubSpotPortalWorld ? world.portal.merge("deals", primaryId, otherId).id : null;
}
