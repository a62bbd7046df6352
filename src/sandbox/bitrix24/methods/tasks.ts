import { entriesOf, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { compileFilter, type Reader } from "../filter.ts";
import { COUNT_COST_S } from "../limits.ts";
import { page, type Sort } from "../listing.ts";
import type { User } from "../org.ts";
import type { SandboxPortal } from "../portal.ts";
import { RestError } from "../rest-error.ts";
import type { Task } from "../tasks.ts";
import type { Params } from "../types.ts";

const flag = (value: boolean): string => (value ? "Y" : "N");
const textOf = (value: number): string | null => (value === 0 ? null : String(value));

const camelTask = (name: string): string =>
  name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function escaped(portal: SandboxPortal, text: string): string {
  if (!portal.sandbox.switches.taskTextEscaped) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** STATUS of a list: the real one, or -1 overdue. */
const metaStatus = (task: Task, now: number): number =>
  task.deadline !== null && task.deadline < now && task.status < 4 ? -1 : task.status;

type Show = (task: Task, portal: SandboxPortal) => unknown;
const iso =
  (get: (task: Task) => number | null): Show =>
  (task, portal) => {
    const at = get(task);
    return at === null ? null : portal.server.iso(at);
  };

const links = (portal: SandboxPortal, list: readonly string[]): unknown =>
  list.length === 0 && portal.sandbox.switches.emptyTaskLinks === false ? false : list;

/** Fields of a task as REST v2 shows them, under their request names. */
const SHOWN: Record<string, Show> = {
  ID: (task) => String(task.id),
  PARENT_ID: (task) => textOf(task.parentId),
  TITLE: (task, portal) => escaped(portal, task.title),
  DESCRIPTION: (task, portal) => escaped(portal, task.description),
  MARK: () => null,
  PRIORITY: (task) => String(task.priority),
  MULTITASK: () => "N",
  NOT_VIEWED: () => "N",
  REPLICATE: () => "N",
  STAGE_ID: (task) => String(task.stageId),
  CREATED_BY: (task) => String(task.createdBy),
  CREATED_DATE: iso((task) => task.createdDate),
  RESPONSIBLE_ID: (task) => String(task.responsibleId),
  CHANGED_BY: (task) => String(task.changedBy),
  CHANGED_DATE: iso((task) => task.changedDate),
  STATUS_CHANGED_BY: (task) => String(task.statusChangedBy),
  STATUS_CHANGED_DATE: iso((task) => task.statusChangedDate),
  CLOSED_BY: (task) => textOf(task.closedBy),
  CLOSED_DATE: iso((task) => task.closedDate),
  ACTIVITY_DATE: iso((task) => task.activityDate),
  DATE_START: iso((task) => task.dateStart),
  DEADLINE: iso((task) => task.deadline),
  START_DATE_PLAN: iso((task) => task.startDatePlan),
  END_DATE_PLAN: iso((task) => task.endDatePlan),
  GUID: (task) => task.guid,
  XML_ID: (task) => (task.xmlId === "" ? null : task.xmlId),
  COMMENTS_COUNT: () => null,
  ALLOW_CHANGE_DEADLINE: (task) => flag(task.allowChangeDeadline),
  ALLOW_TIME_TRACKING: (task) => flag(task.allowTimeTracking),
  TASK_CONTROL: (task) => flag(task.taskControl),
  ADD_IN_REPORT: (task) => flag(task.addInReport),
  MATCH_WORK_TIME: (task) => flag(task.matchWorkTime),
  TIME_ESTIMATE: (task) => String(task.timeEstimate),
  FORKED_BY_TEMPLATE_ID: () => null,
  TIME_SPENT_IN_LOGS: () => null,
  GROUP_ID: (task) => String(task.groupId),
  FLOW_ID: (task) => textOf(task.flowId),
  SITE_ID: () => "s1",
  SUBORDINATE: () => "N",
  FAVORITE: () => "N",
  VIEWED_DATE: () => null,
  SORTING: () => null,
  IS_MUTED: () => "N",
  IS_PINNED: () => "N",
  IS_PINNED_IN_GROUP: () => "N",
  DESCRIPTION_IN_BBCODE: () => "Y",
  STATUS: (task) => String(task.status),
  SUB_STATUS: (task, portal) => String(metaStatus(task, portal.sandbox.now())),
  AUDITORS: (task) => task.auditors.map(String),
  ACCOMPLICES: (task) => task.accomplices.map(String),
  CHAT_ID: (task) => task.chatId,
  TAGS: (task) =>
    task.tags.length === 0
      ? []
      : Object.fromEntries(task.tags.map((title, index) => [index + 1, { id: index + 1, title }])),
  UF_CRM_TASK: (task, portal) => links(portal, task.crm),
  UF_TASK_WEBDAV_FILES: (task, portal) => links(portal, task.files),
  UF_MAIL_MESSAGE: () => null,
};

const ALIASES: Record<string, string> = { REAL_STATUS: "STATUS", SUBSTATUS: "SUB_STATUS" };
const ONLY_SELECTED = new Set(["UF_CRM_TASK", "UF_TASK_WEBDAV_FILES", "UF_MAIL_MESSAGE", "CHAT_ID", "TAGS"]);
const EXTRA_SELECT = new Set([
  "*",
  "COUNTERS",
  "NEW_COMMENTS_COUNT",
  "ACTION",
  "CHECKLIST",
  "GROUP",
  "CREATOR",
  "RESPONSIBLE",
  "SE_PARAMETER",
]);

function person(portal: SandboxPortal, id: number): Record<string, unknown> {
  const user = portal.org.users.get(id);
  return {
    id: String(id),
    name: user ? `${user.name} ${user.lastName}` : "",
    link: `/company/personal/user/${id}/`,
    icon: "/bitrix/images/tasks/default_avatar.png",
    workPosition: user?.workPosition ?? "",
  };
}

/** One task as REST v2 returns it. `select` null = everything except custom fields. */
function presentTask(call: Call, task: Task, select: readonly string[] | null): Record<string, unknown> {
  const { portal } = call;
  const shown: Record<string, unknown> = {};
  const all = select === null || select.includes("*");
  const names = all
    ? [...Object.keys(SHOWN).filter((name) => !ONLY_SELECTED.has(name)), ...(select ?? [])]
    : ["ID", ...select];
  for (const raw of names) {
    const name = ALIASES[raw] ?? raw;
    const show = SHOWN[name];
    if (show) shown[camelTask(name)] = show(task, portal);
    else if (portal.userField("TASKS_TASK", name)) shown[camelTask(name)] = task.userValues[name] ?? null;
  }
  if (select?.includes("CHECKLIST")) {
    const mine = portal.tasks.itemsOf(task.id);
    shown.checklist = Object.fromEntries(
      mine.map((item) => [
        item.id,
        {
          id: String(item.id),
          taskId: String(task.id),
          title: item.title,
          isComplete: flag(item.complete),
          parentId: item.parentId,
        },
      ]),
    );
  }
  shown.descriptionInBbcode = "Y";
  shown.favorite = "N";
  shown.group = [];
  if (all || select.includes("CREATED_BY")) shown.creator = person(portal, task.createdBy);
  if (all || select.includes("RESPONSIBLE_ID")) shown.responsible = person(portal, task.responsibleId);
  if (all || select.includes("ACCOMPLICES")) shown.accomplicesData = peopleMap(portal, task.accomplices);
  if (all || select.includes("AUDITORS")) shown.auditorsData = peopleMap(portal, task.auditors);
  return shown;
}

function peopleMap(portal: SandboxPortal, ids: readonly number[]): unknown {
  return ids.length === 0 ? [] : Object.fromEntries(ids.map((id) => [id, person(portal, id)]));
}

export const seesTask = (portal: SandboxPortal, user: User, task: Task): boolean =>
  portal.org.sees(user, [task.createdBy, task.responsibleId, ...task.accomplices, ...task.auditors]);

const wrongId = () => new RestError(400, "0", "wrong task id (internal error)");

/** A task that this user may act on. @throws RestError with the code that the method documents */
export function taskOf(call: Call, params: Params, code = "0"): Task {
  const id = Number(params.taskId);
  if (!(id > 0)) throw wrongId();
  const task = call.portal.tasks.tasks.get(id);
  if (!task || !seesTask(call.portal, call.user, task)) {
    throw new RestError(400, code, "Action on the task is not allowed (internal error)");
  }
  return task;
}

function reader(call: Call, name: string): Reader<Task> | null {
  const readers: Record<string, Reader<Task>> = {
    ID: { kind: "number", get: (task) => task.id },
    PARENT_ID: { kind: "number", get: (task) => task.parentId },
    GROUP_ID: { kind: "number", get: (task) => task.groupId },
    CREATED_BY: { kind: "number", get: (task) => task.createdBy },
    RESPONSIBLE_ID: { kind: "number", get: (task) => task.responsibleId },
    STATUS_CHANGED_BY: { kind: "number", get: (task) => task.statusChangedBy },
    PRIORITY: { kind: "number", get: (task) => task.priority },
    STAGE_ID: { kind: "number", get: (task) => task.stageId },
    FORUM_TOPIC_ID: { kind: "number", get: () => 0 },
    DEPENDS_ON: {
      kind: "list",
      get: (task) => call.portal.tasks.links.filter((link) => link.to === task.id).map((link) => link.from),
    },
    TITLE: { kind: "text", get: (task) => task.title },
    TAG: { kind: "list", get: (task) => task.tags },
    MARK: { kind: "text", get: () => null },
    SITE_ID: { kind: "text", get: () => "s1" },
    ADD_IN_REPORT: { kind: "flag", get: (task) => flag(task.addInReport) },
    REAL_STATUS: { kind: "number", get: (task) => task.status },
    STATUS: { kind: "number", get: (task) => metaStatus(task, call.now) },
    DATE_START: { kind: "instant", get: (task) => task.dateStart },
    DEADLINE: { kind: "instant", get: (task) => task.deadline },
    CREATED_DATE: { kind: "instant", get: (task) => task.createdDate },
    CLOSED_DATE: { kind: "instant", get: (task) => task.closedDate },
    CHANGED_DATE: { kind: "instant", get: (task) => task.changedDate },
    ACCOMPLICE: { kind: "list", get: (task) => task.accomplices },
    AUDITOR: { kind: "list", get: (task) => task.auditors },
    ONLY_ROOT_TASKS: { kind: "flag", get: (task) => flag(task.parentId === 0) },
    SPRINT_ID: { kind: "number", get: () => 0 },
    BACKLOG_ID: { kind: "number", get: () => 0 },
    UF_CRM_TASK: { kind: "list", get: (task) => task.crm },
  };
  if (call.sandbox.switches.xmlIdFilterable) readers.XML_ID = { kind: "text", get: (task) => task.xmlId };
  return readers[name] ?? null;
}

const SORTABLE = new Set(
  `ID TITLE TIME_SPENT_IN_LOGS DATE_START CREATED_DATE CHANGED_DATE CLOSED_DATE ACTIVITY_DATE START_DATE_PLAN END_DATE_PLAN DEADLINE
   REAL_STATUS STATUS_COMPLETE PRIORITY MARK CREATED_BY_LAST_NAME RESPONSIBLE_LAST_NAME GROUP_ID TIME_ESTIMATE ALLOW_CHANGE_DEADLINE
   ALLOW_TIME_TRACKING MATCH_WORK_TIME FAVORITE SORTING IS_PINNED IS_PINNED_IN_GROUP`.split(/\s+/),
);

function sortsOf(call: Call, order: unknown): Sort<Task>[] {
  return entriesOf(order).map(([rawName, way]) => {
    const name = rawName.toUpperCase();
    if (!SORTABLE.has(name)) {
      call.violation(`order tasks by ${rawName}`);
      throw new RestError(400, "0", "Invalid sorting key (internal error)");
    }
    const known = reader(call, name);
    const get = known?.get ?? ((task: Task) => (task as unknown as Record<string, unknown>)[camelTask(name)]);
    return { get, down: String(way).toUpperCase().startsWith("DESC") };
  });
}

function list(call: Call, params: Params) {
  const { portal } = call;
  const plain: Record<string, unknown> = {};
  for (const [key, value] of entriesOf(params.filter)) {
    if (/^[!<>=@%]*(OR|AND|LOGIC)$/i.test(key)) call.violation(`tasks.task.list filter ${key}`);
    else if (!key.startsWith("::")) plain[key.toUpperCase()] = value;
  }
  const query = compileFilter<Task>(plain, {
    idName: "ID",
    // an unknown key is dropped, so the list comes back unfiltered: recorded, because it is never what was meant
    reader: (name) => {
      const found = reader(call, name);
      if (!found) call.violation(`filter tasks by ${name} is ignored`);
      return found ?? "ignored";
    },
    instant: (value) => portal.server.instant(value),
    day: (value) => portal.server.dayOf(value),
    unknownField: (name) => {
      throw new RestError(400, "0", `Invalid filter ${name}`);
    },
    badValue: (name) => {
      call.violation(`filter value of ${name} on tasks`);
      throw new RestError(400, "0", `Invalid filter value ${name} (internal error)`);
    },
  });
  const asked = sortsOf(call, params.order);
  const first = entriesOf(params.order)[0];
  const byId = first !== undefined && first[0].toUpperCase() === "ID" && !asked[0]!.down;
  const sorts = asked.length === 0 ? [{ get: (task: Task) => task.id, down: true }] : asked;
  let start = Number(params.start ?? 0);
  if (start < 0 && !call.sandbox.switches.startMinusOneOnTasks) start = 0;
  const visible = call.user.admin ? () => true : (task: Task) => seesTask(portal, call.user, task);
  const found = page(portal.tasks.tasks, query, byId ? null : sorts, start, visible);
  call.cost(found.counted * COUNT_COST_S);
  const select = listOf(params.select).map((name) => snake(String(name)));
  for (const name of select) {
    const known = SHOWN[name] ?? ALIASES[name] ?? portal.userField("TASKS_TASK", name);
    if (!known && !EXTRA_SELECT.has(name)) call.violation(`select of unknown task field ${name}`);
  }
  const tasks = found.rows.map((task) => presentTask(call, task, select.length === 0 ? null : select));
  return { result: { tasks }, total: found.total, ...(found.next === undefined ? {} : { next: found.next }) };
}

const snake = (name: string): string =>
  /^[A-Z0-9_*]+$/.test(name) ? name : name.replace(/([A-Z])/g, "_$1").toUpperCase();

/** Keys of `fields` that a task takes; others are ignored and recorded. */
function taskFields(call: Call, fields: unknown): Record<string, unknown> {
  const known = call.spec.fields!;
  const values: Record<string, unknown> = {};
  for (const [key, value] of entriesOf(fields)) {
    const own = key.startsWith("UF_") && call.portal.userField("TASKS_TASK", key);
    if (known.has(key) || own) values[key] = value;
    else call.violation(`unknown field ${key} of a task is ignored`);
  }
  return values;
}

function move(status: number, code: string, allowed: (task: Task) => boolean): Handlers[string] {
  return (call, params) => {
    const task = taskOf(call, params, code);
    if (!allowed(task)) throw new RestError(400, code, "Action on the task is not allowed");
    call.portal.tasks.apply(task, { status }, call.actor);
    return { result: { task: presentTask(call, task, null) } };
  };
}

/** tasks.task.* on REST v2. Facts sheet sections 10.1 and 10.3. */
export const taskMethods: Handlers = {
  "tasks.task.add": (call, params) => {
    const task = call.portal.tasks.create(taskFields(call, params.fields), call.actor);
    return { result: { task: presentTask(call, task, null) } };
  },
  "tasks.task.update": (call, params) => {
    const task = taskOf(call, params);
    if (entriesOf(params.fields).length === 0) {
      throw new RestError(400, "100", "Could not find value for parameter {fields} (internal error)");
    }
    call.portal.tasks.update(task, taskFields(call, params.fields), call.actor);
    return { result: { task: presentTask(call, task, null) } };
  },
  "tasks.task.get": (call, params) => {
    const id = Number(params.taskId);
    if (!(id > 0)) throw wrongId();
    const task = call.portal.tasks.tasks.get(id);
    if (!task || !seesTask(call.portal, call.user, task)) return { result: [] };
    const select = listOf(params.select).map((name) => snake(String(name)));
    return { result: { task: presentTask(call, task, select.length === 0 ? null : select) } };
  },
  "tasks.task.list": list,
  "tasks.task.delete": (call, params) => {
    const task = taskOf(call, params, "1048582");
    if (!call.user.admin && task.createdBy !== call.user.id)
      throw new RestError(400, "1048582", "No access to delete the task");
    call.portal.tasks.remove(task, call.actor);
    return { result: { task: true } };
  },
  "tasks.task.complete": (call, params) => {
    const task = taskOf(call, params);
    if (task.status === 5) throw new RestError(400, "0", "Action on the task is not allowed");
    call.portal.tasks.complete(task, call.actor);
    return { result: { task: presentTask(call, task, null) } };
  },
  "tasks.task.renew": move(2, "1048582", (task) => [4, 5, 6].includes(task.status)),
  "tasks.task.start": move(3, "0", (task) => task.status === 2 || task.status === 6),
  "tasks.task.pause": move(2, "1048582", (task) => task.status === 3),
  "tasks.task.defer": move(6, "1048582", (task) => task.status === 2 || task.status === 3),
  "tasks.task.delegate": (call, params) => {
    const task = taskOf(call, params);
    call.portal.tasks.update(task, { RESPONSIBLE_ID: params.userId }, call.actor);
    return { result: { task: presentTask(call, task, null) } };
  },
  "tasks.task.getFields": () => ({
    result: { fields: Object.fromEntries(Object.keys(SHOWN).map((name) => [name, { title: name, type: "string" }])) },
  }),
  "tasks.task.history.list": (call, params) => {
    const task = taskOf(call, params);
    const show = (field: string, value: unknown): unknown => {
      const isDate = /DEADLINE|DATE/.test(field) && typeof value === "number";
      if (isDate) return String(Math.floor((value as number) / 1000));
      return Array.isArray(value) ? value.join(",") : value === null || value === undefined ? null : String(value);
    };
    const entries = call.portal.tasks.historyOf(task.id);
    return {
      result: {
        list: entries.map((entry) => {
          const user = call.portal.org.users.get(entry.userId);
          return {
            id: String(entry.id),
            createdDate: call.portal.server.iso(entry.createdDate),
            field: entry.field,
            value: { from: show(entry.field, entry.from), to: show(entry.field, entry.to) },
            user: {
              id: String(entry.userId),
              name: user?.name ?? "",
              lastName: user?.lastName ?? "",
              secondName: "",
              login: "",
            },
          };
        }),
      },
    };
  },
  "task.dependence.add": (call, params) => {
    const { links, tasks } = call.portal.tasks;
    const link = { from: Number(params.taskIdFrom), to: Number(params.taskIdTo), type: Number(params.linkType) };
    if (!tasks.get(link.from) || !tasks.get(link.to) || link.from === link.to) {
      throw new RestError(400, "ACTION_NOT_ALLOWED", "Unable to add a link between tasks");
    }
    if (links.some((each) => each.from === link.from && each.to === link.to)) {
      throw new RestError(400, "ILLEGAL_NEW_LINK", "A link between tasks already exists");
    }
    links.push(link);
    return { result: [] };
  },
  "task.stages.get": () => ({ result: [] }),
};
