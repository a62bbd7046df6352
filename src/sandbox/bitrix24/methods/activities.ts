import type { Activity } from "../activities.ts";
import { entriesOf, isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { ENTITY_TYPES } from "../crm-types.ts";
import { compileFilter, type Reader } from "../filter.ts";
import { COUNT_COST_S } from "../limits.ts";
import { page } from "../listing.ts";
import { classic, notFound, RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";
import { checkCommunications, checkFields, letterEnds, sendLetter } from "./client-messages.ts";

const yes = (value: unknown): boolean => ["Y", "1", 1, true, "true"].includes(value as string);
const ownerMissing = () => new RestError(400, "OWNER_NOT_FOUND", "Owner of the entity not found");

/** The record that an activity hangs on. @throws RestError OWNER_NOT_FOUND */
export function owner(call: Call, typeId: unknown, id: unknown): { ownerTypeId: number; ownerId: number } {
  const type = ENTITY_TYPES.get(Number(typeId));
  if (!type || !call.portal.crm.table(type.id).get(Number(id))) throw ownerMissing();
  return { ownerTypeId: type.id, ownerId: Number(id) };
}

function deadlineOf(call: Call, value: unknown): number {
  const at = call.portal.server.instant(value);
  if (at === null) throw new RestError(400, "WRONG_DATETIME_FORMAT", "Incorrect date format");
  return at;
}

function show(call: Call, activity: Activity): Record<string, unknown> {
  const iso = (at: number | null): unknown => (at === null ? "" : call.portal.server.iso(at));
  return {
    ID: String(activity.id),
    OWNER_ID: String(activity.ownerId),
    OWNER_TYPE_ID: String(activity.ownerTypeId),
    TYPE_ID: String(activity.typeId),
    PROVIDER_ID: activity.providerId,
    PROVIDER_TYPE_ID: activity.providerTypeId,
    PROVIDER_GROUP_ID: null,
    ASSOCIATED_ENTITY_ID: String(activity.associatedEntityId),
    SUBJECT: activity.subject,
    CREATED: iso(activity.created),
    LAST_UPDATED: iso(activity.lastUpdated),
    START_TIME: iso(activity.startTime),
    END_TIME: iso(activity.endTime),
    DEADLINE: iso(activity.deadline),
    COMPLETED: activity.completed ? "Y" : "N",
    STATUS: activity.completed ? "2" : "1",
    RESPONSIBLE_ID: String(activity.responsibleId),
    PRIORITY: String(activity.priority),
    NOTIFY_TYPE: "0",
    NOTIFY_VALUE: "0",
    DESCRIPTION: activity.description,
    DESCRIPTION_TYPE: "3",
    DIRECTION: String(activity.direction),
    LOCATION: "",
    SETTINGS: [],
    ORIGINATOR_ID: activity.originatorId === "" ? null : activity.originatorId,
    ORIGIN_ID: activity.originId === "" ? null : activity.originId,
    AUTHOR_ID: String(activity.authorId),
    EDITOR_ID: String(activity.editorId),
    PROVIDER_PARAMS: [],
    PROVIDER_DATA: null,
    RESULT_MARK: "0",
    RESULT_VALUE: null,
    RESULT_SUM: null,
    RESULT_CURRENCY_ID: null,
    RESULT_STATUS: "0",
    RESULT_STREAM: "0",
    RESULT_SOURCE_ID: null,
    AUTOCOMPLETE_RULE: "0",
  };
}

const READERS: Record<string, Reader<Activity>> = {
  ID: { kind: "number", get: (row) => row.id },
  OWNER_ID: { kind: "number", get: (row) => row.ownerId },
  OWNER_TYPE_ID: { kind: "number", get: (row) => row.ownerTypeId },
  TYPE_ID: { kind: "number", get: (row) => row.typeId },
  PROVIDER_ID: { kind: "text", get: (row) => row.providerId },
  PROVIDER_TYPE_ID: { kind: "text", get: (row) => row.providerTypeId },
  ASSOCIATED_ENTITY_ID: { kind: "number", get: (row) => row.associatedEntityId },
  SUBJECT: { kind: "text", get: (row) => row.subject },
  COMPLETED: { kind: "flag", get: (row) => (row.completed ? "Y" : "N") },
  STATUS: { kind: "number", get: (row) => (row.completed ? 2 : 1) },
  RESPONSIBLE_ID: { kind: "number", get: (row) => row.responsibleId },
  AUTHOR_ID: { kind: "number", get: (row) => row.authorId },
  DIRECTION: { kind: "number", get: (row) => row.direction },
  PRIORITY: { kind: "number", get: (row) => row.priority },
  CREATED: { kind: "instant", get: (row) => row.created },
  LAST_UPDATED: { kind: "instant", get: (row) => row.lastUpdated },
  START_TIME: { kind: "instant", get: (row) => row.startTime },
  END_TIME: { kind: "instant", get: (row) => row.endTime },
  DEADLINE: { kind: "instant", get: (row) => row.deadline },
  ORIGINATOR_ID: { kind: "text", get: (row) => row.originatorId },
  ORIGIN_ID: { kind: "text", get: (row) => row.originId },
};

function list(call: Call, params: Params) {
  const plain: Record<string, unknown> = {};
  let bindings: { entityTypeId: number; entityId: number }[] | null = null;
  for (const [key, value] of entriesOf(params.filter)) {
    if (key === "BINDINGS") {
      bindings = listOf(value)
        .filter(isObject)
        .map((each) => ({ entityTypeId: Number(each.OWNER_TYPE_ID), entityId: Number(each.OWNER_ID) }));
    } else plain[key] = value;
  }
  const fail = (): never => {
    throw classic("Failed to get list. General error.");
  };
  const query = compileFilter<Activity>(plain, {
    idName: "ID",
    reader: (name) => {
      if (!READERS[name]) call.violation(`filter activities by ${name} is ignored`);
      return READERS[name] ?? "ignored";
    },
    instant: (value) => call.portal.server.instant(value),
    day: (value) => call.portal.server.dayOf(value),
    unknownField: fail,
    badValue: fail,
  });
  const orders = entriesOf(params.order);
  const sorts = orders.map(([name, way]) => ({
    get: READERS[name]?.get ?? ((row: Activity) => row.id),
    down: String(way).toUpperCase() === "DESC",
  }));
  const byId = orders.length === 0 || (orders[0]![0] === "ID" && !sorts[0]!.down);
  const bound = (row: Activity): boolean =>
    bindings === null ||
    row.bindings.some((each) =>
      bindings!.some((wanted) => wanted.entityTypeId === each.entityTypeId && wanted.entityId === each.entityId),
    );
  const found = page(call.portal.timeline.activities, query, byId ? null : sorts, Number(params.start ?? 0), bound);
  call.cost(found.counted * COUNT_COST_S);
  const select = listOf(params.select).map(String);
  const all = select.length === 0 || select.includes("*");
  const result = found.rows.map((row) => {
    const whole = show(call, row);
    if (select.includes("COMMUNICATIONS")) whole.COMMUNICATIONS = row.communications;
    if (all) return whole;
    return Object.fromEntries(Object.entries(whole).filter(([name]) => name === "ID" || select.includes(name)));
  });
  return { result, total: found.total, ...(found.next === undefined ? {} : { next: found.next }) };
}

function activityOf(call: Call, params: Params): Activity {
  const activity = call.portal.timeline.activities.get(Number(params.id));
  if (!activity) throw classic("Activity is not found");
  return activity;
}

function classicFields(call: Call, fields: Record<string, unknown>): Partial<Activity> {
  const changes: Partial<Activity> = {};
  const at = (value: unknown): number | null => (value === "" || value === null ? null : deadlineOf(call, value));
  if (fields.SUBJECT !== undefined) changes.subject = String(fields.SUBJECT);
  if (fields.DESCRIPTION !== undefined) changes.description = String(fields.DESCRIPTION);
  if (fields.COMPLETED !== undefined) changes.completed = yes(fields.COMPLETED);
  if (fields.RESPONSIBLE_ID !== undefined) changes.responsibleId = Number(fields.RESPONSIBLE_ID);
  if (fields.DEADLINE !== undefined) changes.deadline = at(fields.DEADLINE);
  if (fields.START_TIME !== undefined) changes.startTime = at(fields.START_TIME);
  if (fields.END_TIME !== undefined) changes.endTime = at(fields.END_TIME);
  if (fields.PRIORITY !== undefined) changes.priority = Number(fields.PRIORITY);
  if (fields.ORIGIN_ID !== undefined) changes.originId = String(fields.ORIGIN_ID);
  if (fields.ORIGINATOR_ID !== undefined) changes.originatorId = String(fields.ORIGINATOR_ID);
  if (fields.COMMUNICATIONS !== undefined) changes.communications = listOf(fields.COMMUNICATIONS);
  return changes;
}

function addClassic(call: Call, params: Params) {
  const fields = params.fields as Record<string, unknown>;
  const typeId = Number(fields.TYPE_ID ?? 0);
  checkFields(call, fields);
  if (String(fields.SUBJECT ?? "") === "") throw classic("The field SUBJECT is not defined or empty");
  if (!(Number(fields.RESPONSIBLE_ID) > 0)) throw classic("The field RESPONSIBLE_ID is not defined or invalid");
  if (![1, 2, 3, 4, 6].includes(typeId)) throw classic("The field TYPE_ID is not defined or invalid");
  if (typeId !== 6) checkCommunications(fields, typeId);
  const { ownerTypeId, ownerId } = owner(call, fields.OWNER_TYPE_ID, fields.OWNER_ID);
  if (typeId === 4 && Number(fields.DIRECTION) === 2 && fields.COMPLETED === "Y") letterEnds(call, fields);
  const provider: Record<number, string> = { 1: "CRM_MEETING", 2: "VOXIMPLANT_CALL", 3: "TASKS", 4: "CRM_EMAIL" };
  const activity = call.portal.timeline.addActivity(
    {
      ...classicFields(call, fields),
      ownerTypeId,
      ownerId,
      typeId,
      providerId: String(fields.PROVIDER_ID ?? provider[typeId] ?? "REST_APP"),
      providerTypeId: String(fields.PROVIDER_TYPE_ID ?? ""),
      direction: Number(fields.DIRECTION ?? 0),
    },
    call.actor,
  );
  sendLetter(call, fields, activity);
  return { result: activity.id };
}

function todo(call: Call, params: Params): Activity {
  const activity = call.portal.timeline.activities.get(Number(params.id));
  if (activity?.providerId !== "CRM_TODO") throw notFound("CRM object not found");
  owner(call, params.ownerTypeId, params.ownerId);
  return activity;
}

function openTodo(call: Call, params: Params, code = "CAN_NOT_UPDATE_COMPLETED_TODO"): Activity {
  const activity = todo(call, params);
  if (activity.completed) throw new RestError(400, code, "Completed activity cannot be modified");
  return activity;
}

function todoValues(call: Call, params: Params): Partial<Activity> {
  const values: Partial<Activity> = {};
  if (params.deadline !== undefined) {
    values.deadline = deadlineOf(call, params.deadline);
    values.endTime = values.deadline;
  }
  if (params.title !== undefined) values.subject = String(params.title);
  if (params.description !== undefined) values.description = String(params.description);
  if (params.responsibleId !== undefined) values.responsibleId = Number(params.responsibleId);
  if (params.pingOffsets !== undefined) values.pingOffsets = listOf(params.pingOffsets).map(Number);
  if (params.parentActivityId !== undefined) values.parentId = Number(params.parentActivityId);
  if (params.colorId !== undefined) values.colorId = String(params.colorId);
  return values;
}

const answer = (activity: Activity) => ({ result: { id: activity.id } });

function configurable(call: Call, params: Params, held: Activity | null) {
  const fields = isObject(params.fields) ? params.fields : {};
  if (!isObject(params.layout) || Object.keys(params.layout).length === 0) {
    throw new RestError(400, "ERROR_EMPTY_LAYOUT", "The layout field must be filled");
  }
  for (const name of ["icon", "header", "body"]) {
    if (params.layout[name] === undefined) throw new RestError(400, "FIELD_IS_REQUIRED", `Field ${name} is required`);
  }
  const badge = fields.badgeCode;
  if (badge !== undefined && !call.portal.app.badges.has(String(badge))) {
    throw new RestError(400, "WRONG_FIELD_VALUE", "Incorrect field value");
  }
  const values: Partial<Activity> = {
    layout: params.layout,
    completed: yes(fields.completed),
    badgeCode: String(badge ?? ""),
    configurableType: String(fields.typeId ?? "CONFIGURABLE"),
    originId: String(fields.originId ?? ""),
    originatorId: String(fields.originatorId ?? ""),
    pingOffsets: listOf(fields.pingOffsets).map(Number),
    ...(fields.deadline === undefined ? {} : { deadline: deadlineOf(call, fields.deadline) }),
    ...(fields.responsibleId === undefined ? {} : { responsibleId: Number(fields.responsibleId) }),
  };
  if (held) {
    call.portal.timeline.updateActivity(held, values, call.actor);
    return { result: { activity: { id: held.id } } };
  }
  const { ownerTypeId, ownerId } = owner(call, params.ownerTypeId, params.ownerId);
  const activity = call.portal.timeline.addActivity(
    { ...values, ownerTypeId, ownerId, providerId: "CONFIGURABLE_REST_APP", providerTypeId: "CONFIGURABLE" },
    call.actor,
  );
  return { result: { activity: { id: activity.id } } };
}

function configurableOf(call: Call, params: Params): Activity {
  const activity = call.portal.timeline.activities.get(Number(params.id));
  if (activity?.providerId !== "CONFIGURABLE_REST_APP") throw notFound("Element not found");
  return activity;
}

/** crm.activity.*. Facts sheet section 11. */
export const activities: Handlers = {
  "crm.activity.add": addClassic,
  "crm.activity.get": (call, params) => ({ result: show(call, activityOf(call, params)) }),
  "crm.activity.list": list,
  "crm.activity.update": (call, params) => {
    const activity = activityOf(call, params);
    call.portal.timeline.updateActivity(
      activity,
      classicFields(call, params.fields as Record<string, unknown>),
      call.actor,
    );
    return { result: true };
  },
  "crm.activity.delete": (call, params) => {
    call.portal.timeline.removeActivity(activityOf(call, params).id, call.actor);
    return { result: true };
  },
  "crm.activity.todo.add": (call, params) => {
    const bound = owner(call, params.ownerTypeId, params.ownerId);
    return answer(call.portal.timeline.addActivity({ ...todoValues(call, params), ...bound }, call.actor));
  },
  "crm.activity.todo.update": (call, params) => {
    const activity = openTodo(call, params);
    call.portal.timeline.updateActivity(activity, todoValues(call, params), call.actor);
    return answer(activity);
  },
  "crm.activity.todo.updateDeadline": (call, params) => {
    const activity = openTodo(call, params);
    call.portal.timeline.updateActivity(activity, { deadline: deadlineOf(call, params.value) }, call.actor);
    return answer(activity);
  },
  "crm.activity.todo.updateDescription": (call, params) => {
    const activity = openTodo(call, params);
    call.portal.timeline.updateActivity(activity, { description: String(params.value) }, call.actor);
    return answer(activity);
  },
  "crm.activity.todo.updateResponsibleUser": (call, params) => {
    const activity = openTodo(call, params, "CAN_NOT_UPDATE_RESPONSIBLE_USER_COMPLETED_TODO");
    if (!(Number(params.responsibleId) > 0)) {
      throw new RestError(400, "INVALID_ARG_VALUE", 'Parameter "responsibleId" must be greater than 0');
    }
    call.portal.timeline.updateActivity(activity, { responsibleId: Number(params.responsibleId) }, call.actor);
    return answer(activity);
  },
  "crm.activity.todo.updateColor": (call, params) => {
    const activity = openTodo(call, params, "CAN_NOT_UPDATE_COLOR_COMPLETED_TODO");
    if (!/^[1-7]$/.test(String(params.colorId)))
      throw new RestError(400, "CAN_NOT_UPDATE_WRONG_COLOR_TODO", "Invalid color value");
    call.portal.timeline.updateActivity(activity, { colorId: String(params.colorId) }, call.actor);
    return answer(activity);
  },
  "crm.activity.configurable.add": (call, params) => configurable(call, params, null),
  "crm.activity.configurable.update": (call, params) => configurable(call, params, configurableOf(call, params)),
  "crm.activity.configurable.get": (call, params) => {
    const activity = configurableOf(call, params);
    const fields = {
      typeId: activity.configurableType,
      completed: activity.completed,
      deadline: activity.deadline === null ? null : call.portal.server.iso(activity.deadline),
      responsibleId: activity.responsibleId,
      badgeCode: activity.badgeCode,
      originId: activity.originId,
      originatorId: activity.originatorId,
    };
    const { id, ownerTypeId, ownerId, layout } = activity;
    return { result: { activity: { id, ownerTypeId, ownerId, fields, layout } } };
  },
  "crm.activity.badge.add": (call, params) => {
    const badge = { code: params.code, title: params.title, value: params.value, type: params.type };
    call.portal.app.badges.set(String(params.code), badge);
    return { result: { badge } };
  },
  "crm.activity.type.add": () => ({ result: true }),
  "crm.activity.binding.add": (call, params) => {
    const activity = call.portal.timeline.activities.get(Number(params.activityId));
    if (!activity) throw notFound("Entity not found");
    const { ownerTypeId, ownerId } = owner(call, params.entityTypeId, params.entityId);
    if (activity.bindings.some((each) => each.entityTypeId === ownerTypeId && each.entityId === ownerId)) {
      throw new RestError(400, "ACTIVITY_IS_ALREADY_BOUND", "The deal is already bound to this entity");
    }
    activity.bindings.push({ entityTypeId: ownerTypeId, entityId: ownerId });
    return { result: true };
  },
  "crm.activity.binding.list": (call, params) => {
    const activity = call.portal.timeline.activities.get(Number(params.activityId));
    if (!activity) throw notFound("Entity not found");
    return { result: activity.bindings };
  },
};
