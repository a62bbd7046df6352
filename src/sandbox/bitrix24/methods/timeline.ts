import type { TimelineComment } from "../activities.ts";
import { entriesOf, isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { byTimelineName, ENTITY_TYPES } from "../crm-types.ts";
import { page } from "../listing.ts";
import { classic, missing, notFound, RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";
import { owner } from "./activities.ts";

const show = (call: Call, comment: TimelineComment): Record<string, unknown> => ({
  ID: String(comment.id),
  ENTITY_ID: String(comment.entityId),
  ENTITY_TYPE: ENTITY_TYPES.get(comment.entityTypeId)!.timeline,
  CREATED: call.portal.server.iso(comment.created),
  COMMENT: comment.comment,
  AUTHOR_ID: String(comment.authorId),
  FILES: [],
});

function add(call: Call, params: Params) {
  if (!isObject(params.fields)) throw missing("fields");
  const { fields } = params;
  for (const key of Object.keys(fields))
    if (!call.spec.fields!.has(key)) call.violation(`unknown comment field ${key}`);
  const type = byTimelineName(String(fields.ENTITY_TYPE ?? ""));
  if (!type) {
    call.violation(`ENTITY_TYPE ${String(fields.ENTITY_TYPE)} of a timeline comment`);
    throw new RestError(400, "OWNER_NOT_FOUND", "Owner of the item not found");
  }
  if (!call.portal.crm.table(type.id).get(Number(fields.ENTITY_ID))) {
    throw new RestError(400, "OWNER_NOT_FOUND", "Owner of the item not found");
  }
  const comment = String(fields.COMMENT ?? "");
  if (comment === "") throw new RestError(400, "INVALID_ARG_VALUE", "Empty comment");
  return { result: call.portal.timeline.addComment(type.id, Number(fields.ENTITY_ID), comment, call.actor).id };
}

function commentOf(call: Call, params: Params): TimelineComment {
  const comment = call.portal.timeline.comments.get(Number(params.id));
  if (!comment) throw notFound("Element not found");
  return comment;
}

function list(call: Call, params: Params) {
  const filter = isObject(params.filter) ? params.filter : {};
  const type = byTimelineName(String(filter.ENTITY_TYPE ?? ""));
  const wanted = entriesOf(filter).find(([key]) => key === ">ID")?.[1];
  for (const key of Object.keys(filter)) {
    if (!["ENTITY_ID", "ENTITY_TYPE", "ID", ">ID", "AUTHOR_ID", ">CREATED", ">=CREATED"].includes(key)) {
      call.violation(`filter comments by ${key} is ignored`);
    }
  }
  const since = call.portal.server.instant(filter[">=CREATED"] ?? filter[">CREATED"]);
  const test = (row: TimelineComment): boolean =>
    row.entityTypeId === type?.id &&
    row.entityId === Number(filter.ENTITY_ID) &&
    (filter.AUTHOR_ID === undefined || row.authorId === Number(filter.AUTHOR_ID)) &&
    (since === null || row.created >= since);
  const query = {
    test,
    afterId: Number(wanted ?? 0),
    ids: filter.ID === undefined ? null : listOf(filter.ID).map(Number),
  };
  const down = entriesOf(params.order).some(([, way]) => String(way).toUpperCase() === "DESC");
  const sorts = down ? [{ get: (row: TimelineComment) => row.id, down: true }] : null;
  const found = page(call.portal.timeline.comments, query, sorts, Number(params.start ?? 0), () => true);
  return {
    result: found.rows.map((row) => show(call, row)),
    total: found.total,
    ...(found.next === undefined ? {} : { next: found.next }),
  };
}

function logMessage(call: Call, params: Params) {
  if (!isObject(params.fields)) throw missing("fields");
  const { fields } = params;
  for (const name of ["entityTypeId", "entityId", "title", "text", "iconCode"]) {
    if (fields[name] === undefined) throw missing(name);
  }
  const { ownerTypeId, ownerId } = owner(call, fields.entityTypeId, fields.entityId);
  const { logMessages } = call.portal.timeline;
  const row = logMessages.add({
    id: logMessages.nextId(),
    entityTypeId: ownerTypeId,
    entityId: ownerId,
    title: String(fields.title),
    text: String(fields.text),
    iconCode: String(fields.iconCode),
    authorId: call.user.id,
    created: call.now,
  });
  const { id, title, text, iconCode, authorId } = row;
  return {
    result: { logMessage: { id, created: call.portal.server.iso(row.created), authorId, title, text, iconCode } },
  };
}

/** Comments and log lines on a record. Facts sheet section 11. */
export const timelineMethods: Handlers = {
  "crm.timeline.comment.add": add,
  "crm.timeline.comment.update": (call, params) => {
    const comment = commentOf(call, params);
    const text = isObject(params.fields) ? String(params.fields.COMMENT ?? "") : "";
    if (text === "") throw new RestError(400, "INVALID_ARG_VALUE", "Empty comment");
    comment.comment = text;
    call.portal.events.comment("UPDATE", comment.id, call.actor);
    return { result: comment.id };
  },
  "crm.timeline.comment.get": (call, params) => {
    const comment = call.portal.timeline.comments.get(Number(params.id));
    if (!comment) throw classic("Not found.");
    return { result: show(call, comment) };
  },
  "crm.timeline.comment.list": list,
  "crm.timeline.comment.delete": (call, params) => {
    const comment = commentOf(call, params);
    call.portal.timeline.comments.delete(comment.id);
    call.portal.events.comment("DELETE", comment.id, call.actor);
    return { result: null };
  },
  "crm.timeline.logmessage.add": logMessage,
  "crm.timeline.bindings.bind": () => ({ result: true }),
  "crm.timeline.note.save": (call, params) => {
    const { ownerTypeId, ownerId } = owner(call, params.ownerTypeId, params.ownerId);
    call.portal.timeline.notes.set(
      `${ownerTypeId}/${ownerId}/${params.itemType}/${params.itemId}`,
      String(params.text),
    );
    return { result: true };
  },
};
