import { isObject } from "../brackets.ts";
import type { Call, Handler, Handlers } from "../call.ts";
import { RestError } from "../rest-error.ts";
import type { ChecklistItem, Task } from "../tasks.ts";
import type { Params } from "../types.ts";
import { seesTask } from "./tasks.ts";

const core = (text: string) => new RestError(400, "ERROR_CORE", `${text}<br>`);

const wrongArgument = (index: number, name: string, method: string) =>
  core(
    `TASKS_ERROR_EXCEPTION_#256; Param #${index} (${name}) for method ${method}() expected to be of type "integer", but given something else.; 256/TE/WRONG_ARGUMENTS`,
  );
const notGiven = (index: number, name: string, method: string) =>
  core(
    `TASKS_ERROR_EXCEPTION_#256; Param #${index} (${name}) expected by method ${method}(), but not given.; 256/TE/WRONG_ARGUMENTS`,
  );

/**
 * Positional methods look at the order of keys and not at their names: first the task, then what the contract lists.
 * @returns values by position
 */
function positional(call: Call, params: Params): unknown[] {
  const given = Object.entries(params);
  const expected = call.spec.params;
  const method = `ctask${call.spec.name.split(".")[1]}::${call.spec.name.split(".")[2]}`;
  for (const [index, param] of expected.entries()) {
    const entry = given[index];
    if (!entry) {
      if (!param.required) continue;
      call.violation(`${call.spec.name} needs ${param.name} at position ${index}`);
      throw notGiven(index, param.name, method);
    }
    const [name, value] = entry;
    if (name !== param.name) call.violation(`${call.spec.name}: position ${index} is ${name} instead of ${param.name}`);
    if (param.type === "integer" && !/^\d+$/.test(String(value))) throw wrongArgument(index, param.name, method);
    if (param.type === "object" && param.required && !isObject(value)) throw wrongArgument(index, param.name, method);
  }
  return given.map(([, value]) => value);
}

function taskAt(call: Call, value: unknown): Task {
  const task = call.portal.tasks.tasks.get(Number(value));
  if (!task || !seesTask(call.portal, call.user, task)) {
    throw core("TASKS_ERROR_EXCEPTION_#8; Action failed; 8/TE/ACTION_FAILED_TO_BE_PROCESSED");
  }
  return task;
}

function itemAt(call: Call, task: Task, value: unknown): ChecklistItem {
  const item = call.portal.tasks.checklist.get(Number(value));
  if (!item || item.taskId !== task.id) throw core("TASKS_ERROR_ASSERT_EXCEPTION");
  return item;
}

const show = (call: Call, item: ChecklistItem) => ({
  ID: String(item.id),
  TASK_ID: String(item.taskId),
  PARENT_ID: String(item.parentId),
  CREATED_BY: String(item.createdBy),
  TITLE: item.title,
  SORT_INDEX: String(item.sortIndex),
  IS_COMPLETE: item.complete ? "Y" : "N",
  IS_IMPORTANT: item.important ? "Y" : "N",
  TOGGLED_BY: item.toggledBy === 0 ? null : String(item.toggledBy),
  TOGGLED_DATE: item.toggledDate === null ? "" : call.portal.server.iso(item.toggledDate),
  MEMBERS: item.members.map((each) => ({ ID: String(each.id), TYPE: each.type })),
  ATTACHMENTS: [],
});

const FIELDS = new Set(["TITLE", "PARENT_ID", "IS_COMPLETE", "IS_IMPORTANT", "SORT_INDEX", "MEMBERS"]);

function fieldsAt(call: Call, value: unknown): Record<string, unknown> {
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (!FIELDS.has(key)) {
      call.violation(`unknown checklist field ${key}`);
      throw core(
        `TASKS_ERROR_EXCEPTION_#256; Param #1 (arFields) for method ${call.spec.name}() must not contain key "${key}".; 256/TE/WRONG_ARGUMENTS`,
      );
    }
  }
  return fields;
}

const toggle =
  (complete: boolean): Handler =>
  (call, params) => {
    const [taskId, itemId] = positional(call, params);
    const task = taskAt(call, taskId);
    call.portal.tasks.toggleChecklistItem(task, itemAt(call, task, itemId), complete, call.actor);
    return { result: true };
  };

/** Legacy positional task methods. Facts sheet sections 4.1 and 10.3. */
export const checklists: Handlers = {
  "task.checklistitem.add": (call, params) => {
    const [taskId, rawFields] = positional(call, params);
    const task = taskAt(call, taskId);
    const fields = fieldsAt(call, rawFields);
    if (String(fields.TITLE ?? "").trim() === "") {
      throw core("TASKS_ERROR_EXCEPTION_#8; Item name not specified; 8/TE/ACTION_FAILED_TO_BE_PROCESSED");
    }
    return { result: call.portal.tasks.addChecklistItem(task, fields, call.actor).id };
  },
  "task.checklistitem.getlist": (call, params) => {
    const [taskId] = positional(call, params);
    const task = taskAt(call, taskId);
    const mine = call.portal.tasks.itemsOf(task.id);
    return { result: mine.map((item) => show(call, item)) };
  },
  "task.checklistitem.complete": toggle(true),
  "task.checklistitem.update": (call, params) => {
    const [taskId, itemId, rawFields] = positional(call, params);
    const task = taskAt(call, taskId);
    const item = itemAt(call, task, itemId);
    const fields = fieldsAt(call, rawFields);
    if (fields.TITLE !== undefined) item.title = String(fields.TITLE);
    if (fields.SORT_INDEX !== undefined) item.sortIndex = Number(fields.SORT_INDEX);
    if (fields.PARENT_ID !== undefined) item.parentId = Number(fields.PARENT_ID);
    const complete =
      fields.IS_COMPLETE === undefined ? item.complete : ["Y", true, "1", 1].includes(fields.IS_COMPLETE as string);
    call.portal.tasks.toggleChecklistItem(task, item, complete, call.actor);
    return { result: null };
  },
  "task.checklistitem.delete": (call, params) => {
    const [taskId, itemId] = positional(call, params);
    const task = taskAt(call, taskId);
    const item = itemAt(call, task, itemId);
    call.portal.tasks.removeChecklistItem(task, item, call.actor);
    return { result: true };
  },
  "task.commentitem.add": (call, params) => {
    const [taskId, rawFields] = positional(call, params);
    const task = taskAt(call, taskId);
    const fields = rawFields as Record<string, unknown>;
    if (String(fields.POST_MESSAGE ?? "") === "") throw core("Comment text is not specified");
    const { messages } = call.portal.tasks;
    const authorId = Number(fields.AUTHOR_ID ?? call.user.id);
    const message = messages.add({
      id: messages.nextId(),
      taskId: task.id,
      text: String(fields.POST_MESSAGE),
      authorId,
      createdAt: call.now,
    });
    call.portal.events.taskComment(task.id, message.id, call.actor);
    return { result: message.id };
  },
  "task.item.userfield.add": (call, params) => {
    const [raw] = positional(call, params);
    const fields = raw as Record<string, unknown>;
    const type = String(fields.USER_TYPE_ID ?? "");
    if (!["string", "double", "datetime", "boolean"].includes(type)) throw core("Incorrect custom type specified");
    const given = String(fields.FIELD_NAME ?? "");
    const fieldName = given.startsWith("UF_") ? given : `UF_${given}`;
    if (call.portal.userField("TASKS_TASK", fieldName)) throw core(`Field ${fieldName} already exists`);
    const label = String(fields.LABEL ?? fieldName);
    const field = call.portal.addUserField({
      entityId: "TASKS_TASK",
      fieldName,
      userTypeId: type,
      xmlId: fields.XML_ID === undefined ? null : String(fields.XML_ID),
      mandatory: fields.MANDATORY === "Y",
      multiple: fields.MULTIPLE === "Y",
      settings: isObject(fields.SETTINGS) ? fields.SETTINGS : {},
      editFormLabel: { en: label },
      viaApp: true,
    });
    return { result: field.id };
  },
  "task.item.userfield.getlist": (call) => {
    const fields = call.portal.userFieldsOf("TASKS_TASK");
    return {
      result: fields.map((field) => ({
        ID: String(field.id),
        ENTITY_ID: field.entityId,
        FIELD_NAME: field.fieldName,
        USER_TYPE_ID: field.userTypeId,
        XML_ID: field.xmlId,
        SORT: String(field.sort),
        MULTIPLE: field.multiple ? "Y" : "N",
        MANDATORY: field.mandatory ? "Y" : "N",
        SHOW_FILTER: field.showFilter,
        SHOW_IN_LIST: "Y",
        EDIT_IN_LIST: field.editInList ? "Y" : "N",
        IS_SEARCHABLE: "N",
        SETTINGS: field.settings,
      })),
      total: fields.length,
    };
  },
};
