import { isObject, listOf } from "../brackets.ts";
import type { Call, Handlers, Reply } from "../call.ts";
import { RestError } from "../rest-error.ts";
import type { Task } from "../tasks.ts";
import type { Params } from "../types.ts";
import { seesTask } from "./tasks.ts";

const code = (name: string): string => `BITRIX_REST_V3_EXCEPTION_${name}`;
const DAY_MS = 86_400_000;

const STATUS_WORDS: Record<number, string> = {
  2: "pending",
  3: "in_progress",
  4: "supposedly_completed",
  5: "completed",
  6: "deferred",
};
const PRIORITY_WORDS = ["low", "average", "high"];

const invalidRequest = (field: string, message: string) =>
  new RestError(400, code("VALIDATION_REQUESTVALIDATIONEXCEPTION"), "Error validating the request object", [
    { field, message },
  ]);
const accessDenied = () => new RestError(403, code("ACCESSDENIEDEXCEPTION"), "Access denied");

/** REST 3.0 name -> REST v2 name of a writable field. */
const WRITABLE: Record<string, string> = {
  title: "TITLE",
  description: "DESCRIPTION",
  creatorId: "CREATED_BY",
  responsibleId: "RESPONSIBLE_ID",
  deadline: "DEADLINE",
  crmItemIds: "UF_CRM_TASK",
  accomplices: "ACCOMPLICES",
  auditors: "AUDITORS",
  parentId: "PARENT_ID",
  groupId: "GROUP_ID",
  xmlId: "XML_ID",
  needsControl: "TASK_CONTROL",
  allowsChangeDeadline: "ALLOW_CHANGE_DEADLINE",
  startPlan: "START_DATE_PLAN",
  endPlan: "END_DATE_PLAN",
};

function show(call: Call, task: Task): Record<string, unknown> {
  const iso = (at: number | null): string | null => (at === null ? null : call.portal.server.iso(at));
  return {
    id: task.id,
    title: task.title,
    description: task.description,
    deadline: iso(task.deadline),
    needsControl: task.taskControl,
    startPlan: iso(task.startDatePlan),
    endPlan: iso(task.endDatePlan),
    fileIds: null,
    checklist: call.portal.tasks.itemsOf(task.id).map((item) => item.id),
    epicId: null,
    storyPoints: null,
    priority: PRIORITY_WORDS[task.priority],
    status: STATUS_WORDS[task.status],
    creatorId: task.createdBy,
    responsibleId: task.responsibleId,
    accomplices: task.accomplices,
    auditors: task.auditors,
    parentId: task.parentId === 0 ? null : task.parentId,
    groupId: task.groupId === 0 ? null : task.groupId,
    crmItemIds: task.crm,
    xmlId: task.xmlId === "" ? null : task.xmlId,
    createdDate: iso(task.createdDate),
    changedDate: iso(task.changedDate),
    closedDate: iso(task.closedDate),
    allowsChangeDeadline: task.allowChangeDeadline,
    chatId: task.chatId,
    link: `${call.portal.origin}/company/personal/user/${task.responsibleId}/tasks/task/view/${task.id}/`,
    rights: { read: true, edit: true, remove: true, complete: task.status !== 5 },
  };
}

const picked = (whole: Record<string, unknown>, select: unknown): Record<string, unknown> => {
  const wanted = listOf(select).map(String);
  if (wanted.length === 0) return whole;
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name === "id" || wanted.includes(name)));
};

function toV2(call: Call, fields: unknown, known: ReadonlySet<string>): Record<string, unknown> {
  if (!isObject(fields)) throw invalidRequest("fields", "Required field `fields` is not specified");
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === "priority" && known.has(name)) {
      const rank = PRIORITY_WORDS.indexOf(String(value));
      if (rank < 0) {
        call.violation(`priority ${String(value)} of a task`);
        throw invalidRequest("priority", "Unknown value");
      }
      values.PRIORITY = rank;
    } else if (name in WRITABLE && known.has(name)) values[WRITABLE[name]!] = value;
    else {
      call.violation(`unknown field ${name} of a task on REST 3.0`);
      throw new RestError(400, code("UNKNOWNDTOPROPERTYEXCEPTION"), `Unknown property \`${name}\``);
    }
  }
  return values;
}

function vendorWords<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof RestError && error.code === "ERROR_CORE")
      throw invalidRequest("fields", error.message.replace("<br>", ""));
    throw error;
  }
}

function taskOf(call: Call, params: Params): Task {
  const task = call.portal.tasks.tasks.get(Number(params.id));
  if (!task) throw new RestError(404, code("ENTITYNOTFOUNDEXCEPTION"), `Entity with id ${String(params.id)} not found`);
  if (!seesTask(call.portal, call.user, task)) throw accessDenied();
  return task;
}

const FIELDS = new Set([
  "title",
  "creatorId",
  "responsibleId",
  "description",
  "deadline",
  "crmItemIds",
  "priority",
  "accomplices",
  "auditors",
  "parentId",
  "groupId",
  "xmlId",
  "needsControl",
  "allowsChangeDeadline",
  "startPlan",
  "endPlan",
]);

function add(call: Call, params: Params): Reply {
  const fields = isObject(params.fields) ? params.fields : {};
  for (const name of ["title", "creatorId", "responsibleId"]) {
    if (fields[name] === undefined || fields[name] === "") {
      call.violation(`tasks.task.add on REST 3.0 needs ${name}`);
      throw invalidRequest(name, `Required field \`${name}\` is not specified`);
    }
  }
  const values = toV2(call, fields, FIELDS);
  if (!call.sandbox.switches.xmlIdOnV3) delete values.XML_ID;
  const task = vendorWords(() => call.portal.tasks.create(values, call.actor));
  return { result: { item: show(call, task) } };
}

/** Facts sheet section 4.2: the first success is kept 24 hours per user and method; another body under the key is refused. */
export function idempotent(call: Call, params: Params, run: () => Reply): Reply {
  const given = call.idempotencyKey;
  if (given === null) return run();
  if (!/^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(given)) {
    call.violation("an Idempotency-Key has 1 to 255 printable ASCII characters");
    throw new RestError(400, code("INVALIDIDEMPOTENCYKEYEXCEPTION"), "Invalid idempotency key");
  }
  const store = call.portal.idempotent;
  const key = `${call.user.id}/${call.spec.name}/${given}`;
  const bodyKey = JSON.stringify(params);
  const held = store.get(key);
  if (held && call.now - held.at < DAY_MS) {
    if (held.bodyKey !== bodyKey) {
      throw new RestError(
        422,
        code("IDEMPOTENCYKEYREUSEDEXCEPTION"),
        "The idempotency key was used with another request",
      );
    }
    return { ...(JSON.parse(held.answer) as Reply), replayed: true };
  }
  const reply = run();
  store.set(key, { at: call.now, bodyKey, answer: JSON.stringify(reply) });
  return reply;
}

function list(call: Call, params: Params): Reply {
  const ids = new Set<number>();
  let filtered = false;
  for (const condition of listOf(params.filter)) {
    const [name, operator, value] = Array.isArray(condition) ? condition : [];
    if (name !== "id" || !["=", "in"].includes(String(operator))) {
      call.violation("tasks.task.list on REST 3.0 documents filtering by id only");
      throw new RestError(400, code("INVALIDFILTEREXCEPTION"), "Invalid filter");
    }
    filtered = true;
    for (const id of listOf(value)) ids.add(Number(id));
  }
  const pagination = isObject(params.pagination) ? params.pagination : {};
  const limit = Number(pagination.limit ?? 50);
  if (!(limit > 0 && limit <= 1000)) throw new RestError(400, code("INVALIDPAGINATIONEXCEPTION"), "Invalid pagination");
  const offset =
    pagination.offset === undefined ? (Number(pagination.page ?? 1) - 1) * limit : Number(pagination.offset);
  const rows = call.portal.tasks.tasks
    .all()
    .filter((task) => (!filtered || ids.has(task.id)) && seesTask(call.portal, call.user, task));
  return {
    result: { items: rows.slice(offset, offset + limit).map((task) => picked(show(call, task), params.select)) },
  };
}

/** tasks.* on REST 3.0. Facts sheet section 10.2. */
export const tasksV3: Handlers = {
  "tasks.task.add": (call, params) => idempotent(call, params, () => add(call, params)),
  "tasks.task.update": (call, params) =>
    idempotent(call, params, () => {
      const task = taskOf(call, params);
      const known = new Set([...FIELDS].filter((name) => name !== "creatorId"));
      const values = toV2(call, params.fields, known);
      vendorWords(() => call.portal.tasks.update(task, values, call.actor));
      return { result: { result: true } };
    }),
  "tasks.task.get": (call, params) => ({ result: { item: picked(show(call, taskOf(call, params)), params.select) } }),
  "tasks.task.list": list,
  "tasks.task.delete": (call, params) => {
    const task = taskOf(call, params);
    if (!call.user.admin && task.createdBy !== call.user.id) throw accessDenied();
    call.portal.tasks.remove(task, call.actor);
    return { result: { result: true } };
  },
  "tasks.task.chat.message.send": (call, params) =>
    idempotent(call, params, () => {
      const fields = isObject(params.fields) ? params.fields : {};
      const task = taskOf(call, { id: fields.taskId });
      if (String(fields.text ?? "") === "") throw invalidRequest("text", "Required field `text` is not specified");
      const { messages } = call.portal.tasks;
      const text = String(fields.text);
      const row = messages.add({
        id: messages.nextId(),
        taskId: task.id,
        text,
        authorId: call.user.id,
        createdAt: call.now,
      });
      call.portal.events.taskComment(task.id, row.id, call.actor);
      return { result: { result: true } };
    }),
  "tasks.task.field.list": () => ({ result: { items: [...FIELDS].map((name) => ({ name, type: "string" })) } }),
};
