import { byTimelineName, ENTITY_TYPES } from "./crm-types.ts";
import type { SandboxPortal } from "./portal.ts";
import { notFound } from "./rest-error.ts";
import type { Actor, Row } from "./types.ts";

export type Kind = "lead" | "deal" | "contact" | "company" | "invoice" | "task" | "activity" | "comment";

const TYPE_OF: Partial<Record<Kind, number>> = { lead: 1, deal: 2, contact: 3, company: 4, invoice: 31 };

/** What a person does in the interface; the same rules and events as through REST, without its limits. */
export function createAs(portal: SandboxPortal, kind: Kind, fields: Record<string, unknown>, actor: Actor): number {
  const typeId = TYPE_OF[kind];
  if (typeId !== undefined) return portal.crm.create(typeId, fields, actor).id;
  if (kind === "task") return portal.tasks.create(fields, actor).id;
  if (kind === "comment") {
    const type = byTimelineName(String(fields.entityType))!;
    return portal.timeline.addComment(type.id, Number(fields.entityId), String(fields.comment), actor).id;
  }
  const { ownerTypeId, ownerId } = fields as { ownerTypeId: number; ownerId: number };
  return portal.timeline.addActivity({ ...fields, ownerTypeId, ownerId }, actor).id;
}

/** @throws RestError as the vendor's own checks do */
export function updateAs(
  portal: SandboxPortal,
  kind: Kind,
  id: number,
  fields: Record<string, unknown>,
  actor: Actor,
): void {
  const typeId = TYPE_OF[kind];
  if (typeId !== undefined) {
    portal.crm.update(typeId, id, fields, actor);
    return;
  }
  if (kind === "task") {
    const task = portal.tasks.tasks.get(id);
    if (!task) throw notFound("Task not found");
    if (fields.STATUS === 5 || fields.STATUS === "5") portal.tasks.complete(task, actor);
    else portal.tasks.update(task, fields, actor);
    return;
  }
  if (kind === "comment") {
    const comment = portal.timeline.comments.get(id);
    if (!comment) throw notFound();
    comment.comment = String(fields.comment);
    portal.events.comment("UPDATE", id, actor);
    return;
  }
  const activity = portal.timeline.activities.get(id);
  if (!activity) throw notFound();
  portal.timeline.updateActivity(activity, fields, actor);
}

/** Deletes into the recycle bin. @throws RestError NOT_FOUND */
export function removeAs(portal: SandboxPortal, kind: Kind, id: number, actor: Actor): void {
  const typeId = TYPE_OF[kind];
  if (typeId !== undefined) {
    portal.crm.remove(typeId, id, actor);
    return;
  }
  if (kind === "task") {
    const task = portal.tasks.tasks.get(id);
    if (!task) throw notFound("Task not found");
    portal.tasks.remove(task, actor);
  } else if (kind === "comment") {
    if (portal.timeline.comments.delete(id)) portal.events.comment("DELETE", id, actor);
  } else portal.timeline.removeActivity(id, actor);
}

/** Rows straight into a table: defaults and given values, no events, no history. Instants as epoch ms. */
export function importRows(portal: SandboxPortal, kind: Kind, rows: readonly Record<string, unknown>[]): number[] {
  const typeId = TYPE_OF[kind]!;
  const type = ENTITY_TYPES.get(typeId)!;
  const table = portal.crm.table(typeId);
  const now = portal.sandbox.now();
  const actor = portal.actor();
  const pattern = portal.crm.blank(type, now, actor);
  const ids: number[] = [];
  for (const given of rows) {
    const row: Row = { ...pattern, ...given, id: table.nextId() };
    if (type.byName.has("stageId")) {
      row.stageId ??= portal.catalog.firstStage(typeId, row.categoryId as number);
      row.stageSemanticId = portal.catalog.semantics(typeId, String(row.stageId));
      row.movedTime ??= row.createdTime;
      row.movedBy ??= row.createdBy;
      if (type.byName.has("closed")) row.closed = row.stageSemanticId === "P" ? "N" : "Y";
    }
    if (type.byName.has("contactIds")) row.contactIds ??= row.contactId ? [row.contactId] : [];
    if (type.byName.has("companyIds")) row.companyIds ??= row.companyId ? [row.companyId] : [];
    if (type.byName.has("title")) row.title ??= `${type.title} #${row.id}`;
    table.add(row);
    ids.push(row.id);
  }
  portal.crm.forget(typeId);
  portal.changed(String(typeId));
  return ids;
}
