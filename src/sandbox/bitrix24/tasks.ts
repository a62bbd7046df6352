import { listOf } from "./brackets.ts";
import { byShort } from "./crm-types.ts";
import type { SandboxPortal } from "./portal.ts";
import { Table } from "./table.ts";
import { taskRefusal as core, READERS, yes } from "./task-fields.ts";
import type { Actor } from "./types.ts";

export interface Task {
  id: number;
  title: string;
  description: string;
  createdBy: number;
  responsibleId: number;
  accomplices: number[];
  auditors: number[];
  /** 0 low, 1 medium, 2 high */
  priority: number;
  /** 2 pending, 3 in progress, 4 awaiting control, 5 completed, 6 deferred */
  status: number;
  parentId: number;
  groupId: number;
  stageId: number;
  flowId: number;
  deadline: number | null;
  startDatePlan: number | null;
  endDatePlan: number | null;
  dateStart: number | null;
  createdDate: number;
  changedDate: number;
  changedBy: number;
  statusChangedDate: number;
  statusChangedBy: number;
  closedDate: number | null;
  closedBy: number;
  activityDate: number;
  taskControl: boolean;
  allowChangeDeadline: boolean;
  allowTimeTracking: boolean;
  matchWorkTime: boolean;
  addInReport: boolean;
  timeEstimate: number;
  xmlId: string;
  /** `D_123`, `CO_4`, … */
  crm: string[];
  files: string[];
  tags: string[];
  seParameters: unknown[];
  userValues: Record<string, unknown>;
  chatId: number;
  guid: string;
  viaApp: boolean;
  /** whose words stand there: a person's, or what the app wrote */
  byPerson: { title: boolean; description: boolean };
}

export interface ChecklistItem {
  id: number;
  taskId: number;
  parentId: number;
  title: string;
  sortIndex: number;
  complete: boolean;
  important: boolean;
  createdBy: number;
  toggledBy: number;
  toggledDate: number | null;
  members: { id: number; type: string }[];
}

export interface HistoryEntry {
  id: number;
  taskId: number;
  createdDate: number;
  field: string;
  from: unknown;
  to: unknown;
  userId: number;
}

export interface TaskMessage {
  id: number;
  taskId: number;
  text: string;
  authorId: number;
  createdAt: number;
}

const WATCHED: readonly (keyof Task)[] = [
  "title",
  "description",
  "responsibleId",
  "createdBy",
  "deadline",
  "priority",
  "status",
  "parentId",
  "groupId",
  "startDatePlan",
  "endDatePlan",
  "accomplices",
  "auditors",
  "crm",
  "timeEstimate",
  "allowChangeDeadline",
  "taskControl",
];
const upper = (name: string): string =>
  name === "crm" ? "UF_CRM_TASK" : name.replace(/([A-Z])/g, "_$1").toUpperCase();

/** Tasks with their checklists and history (facts sheet section 10). Fields come in under their UPPER_CASE names. */
export class Tasks {
  readonly tasks = new Table<Task>();
  readonly checklist = new Table<ChecklistItem>();
  readonly history = new Table<HistoryEntry>();
  readonly messages = new Table<TaskMessage>();
  readonly recycleBin: Task[] = [];
  readonly links: { from: number; to: number; type: number }[] = [];
  #portal: SandboxPortal;
  #items = new Map<number, readonly ChecklistItem[]>();
  #historyOf = new Map<number, HistoryEntry[]>();
  /** task -> the activity that shows it */
  #activityOf = new Map<number, number>();

  constructor(portal: SandboxPortal) {
    this.#portal = portal;
  }

  /** @throws RestError ERROR_CORE with the vendor's text */
  create(input: Record<string, unknown>, actor: Actor): Task {
    const now = this.#portal.sandbox.now();
    const by = actor.userId ?? this.#portal.org.firstAdminId();
    if (String(input.TITLE ?? "").trim() === "") throw core("Task title not specified");
    if (input.RESPONSIBLE_ID === undefined || input.RESPONSIBLE_ID === "")
      throw core("Responsible person not specified");
    const task = this.#blank(by, now, actor);
    const changes = this.#read(input, task, actor);
    this.#checkMandatory(changes);
    Object.assign(task, changes);
    task.id = this.tasks.nextId();
    task.chatId = this.#portal.tasksModuleV3 ? 10_000 + task.id : 0;
    if (task.status === 5) this.#close(task, by, now);
    this.tasks.add(task);
    this.#remember(task.id, "NEW", "", "", by, now);
    this.#portal.events.task("ADD", task.id, actor);
    this.#syncActivity(task, actor);
    return task;
  }

  #blank(by: number, now: number, actor: Actor): Task {
    return {
      id: 0,
      title: "",
      description: "",
      createdBy: by,
      responsibleId: by,
      accomplices: [],
      auditors: [],
      priority: 1,
      status: 2,
      parentId: 0,
      groupId: 0,
      stageId: 0,
      flowId: 0,
      deadline: null,
      startDatePlan: null,
      endDatePlan: null,
      dateStart: null,
      createdDate: now,
      changedDate: now,
      changedBy: by,
      statusChangedDate: now,
      statusChangedBy: by,
      closedDate: null,
      closedBy: 0,
      activityDate: now,
      taskControl: false,
      allowChangeDeadline: true,
      allowTimeTracking: false,
      matchWorkTime: false,
      addInReport: true,
      timeEstimate: 0,
      xmlId: "",
      crm: [],
      files: [],
      tags: [],
      seParameters: [],
      userValues: {},
      chatId: 0,
      guid: `{${this.#portal.sandbox.word(32)}}`,
      viaApp: actor.viaApp,
      byPerson: { title: !actor.viaApp, description: !actor.viaApp },
    };
  }

  /** @throws RestError ERROR_CORE */
  update(task: Task, input: Record<string, unknown>, actor: Actor): void {
    const changes = this.#read(input, task, actor);
    this.apply(task, changes, actor);
  }

  /** Saves ready values; raises one event and remembers each change in the history. */
  apply(task: Task, changes: Partial<Task>, actor: Actor): void {
    const now = this.#portal.sandbox.now();
    const by = actor.userId ?? this.#portal.org.firstAdminId();
    let touched = false;
    for (const name of Object.keys(changes) as (keyof Task)[]) {
      const before = task[name];
      const after = changes[name];
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      touched = true;
      if (WATCHED.includes(name)) this.#remember(task.id, upper(name), before, after, by, now);
      if (name === "title" || name === "description") task.byPerson[name] = !actor.viaApp;
      if (name === "status") this.#changeStatus(task, after as number, by, now);
      else (task as unknown as Record<string, unknown>)[name] = after;
    }
    if (!touched) return;
    task.changedDate = now;
    task.changedBy = by;
    task.activityDate = now;
    this.#portal.events.task("UPDATE", task.id, actor);
    this.#syncActivity(task, actor);
  }

  /** Completes; under control by somebody else than the creator it awaits acceptance instead. */
  complete(task: Task, actor: Actor): void {
    const by = actor.userId ?? this.#portal.org.firstAdminId();
    const awaits = task.taskControl && by !== task.createdBy && this.#portal.sandbox.switches.controlledTaskAwaits;
    this.apply(task, { status: awaits ? 4 : 5 }, actor);
  }

  remove(task: Task, actor: Actor): void {
    this.tasks.delete(task.id);
    this.recycleBin.push(task);
    for (const item of this.itemsOf(task.id)) this.checklist.delete(item.id);
    this.#items.delete(task.id);
    this.#portal.events.task("DELETE", task.id, actor);
    const activityId = this.#activityOf.get(task.id);
    if (activityId !== undefined) this.#portal.timeline.removeActivity(activityId, actor);
  }

  itemsOf(taskId: number): readonly ChecklistItem[] {
    return this.#items.get(taskId) ?? [];
  }

  historyOf(taskId: number): readonly HistoryEntry[] {
    return this.#historyOf.get(taskId) ?? [];
  }

  removeChecklistItem(task: Task, item: ChecklistItem, actor: Actor): void {
    this.checklist.delete(item.id);
    this.#items.set(
      task.id,
      this.itemsOf(task.id).filter((each) => each !== item),
    );
    this.#touch(task, actor);
  }

  addChecklistItem(task: Task, fields: Record<string, unknown>, actor: Actor): ChecklistItem {
    const by = actor.userId ?? this.#portal.org.firstAdminId();
    const mine = this.itemsOf(task.id);
    let parentId = Number(fields.PARENT_ID ?? -1);
    if (parentId < 0) {
      const root = mine.find((item) => item.parentId === 0);
      parentId = root ? root.id : this.addChecklistItem(task, { TITLE: "BX_CHECKLIST_1", PARENT_ID: 0 }, actor).id;
    }
    const item: ChecklistItem = {
      id: this.checklist.nextId(),
      taskId: task.id,
      parentId,
      title: String(fields.TITLE ?? ""),
      sortIndex: Number(fields.SORT_INDEX ?? mine.filter((each) => each.parentId === parentId).length),
      complete: yes(fields.IS_COMPLETE),
      important: yes(fields.IS_IMPORTANT),
      createdBy: by,
      toggledBy: 0,
      toggledDate: null,
      members: listOf(fields.MEMBERS).map((each) => ({ id: Number(each), type: "A" })),
    };
    this.checklist.add(item);
    this.#items.set(task.id, [...mine, item]);
    this.#touch(task, actor);
    return item;
  }

  toggleChecklistItem(task: Task, item: ChecklistItem, complete: boolean, actor: Actor): void {
    item.complete = complete;
    item.toggledBy = actor.userId ?? 0;
    item.toggledDate = this.#portal.sandbox.now();
    this.#touch(task, actor);
  }

  /** A checklist change shows up as a task update. */
  #touch(task: Task, actor: Actor): void {
    const now = this.#portal.sandbox.now();
    task.changedDate = now;
    task.activityDate = now;
    this.#portal.events.task("UPDATE", task.id, actor);
  }

  #read(input: Record<string, unknown>, task: Task, actor: Actor): Partial<Task> {
    const changes: Partial<Task> = {};
    for (const [name, value] of Object.entries(input)) {
      const reader = READERS[name];
      if (reader) reader(changes, value, this.#portal, task, actor);
      else if (name.startsWith("UF_"))
        changes.userValues = { ...(changes.userValues ?? task.userValues), [name]: value };
    }
    const start = changes.startDatePlan ?? task.startDatePlan;
    const end = changes.endDatePlan ?? task.endDatePlan;
    if (start !== null && end !== null && end < start)
      throw core("The end date in scheduling is earlier than the start date");
    const matches = changes.matchWorkTime ?? task.matchWorkTime;
    if (matches && this.#portal.sandbox.switches.matchWorkTimeMovesDeadline) {
      if (changes.deadline) changes.deadline = this.#portal.nextWorkingInstant(changes.deadline);
    }
    return changes;
  }

  #checkMandatory(changes: Partial<Task>): void {
    for (const field of this.#portal.userFieldsOf("TASKS_TASK")) {
      if (field.mandatory && !changes.userValues?.[field.fieldName]) {
        throw core(`Required field ${field.fieldName} value not entered`);
      }
    }
  }

  #changeStatus(task: Task, status: number, by: number, now: number): void {
    task.status = status;
    task.statusChangedBy = by;
    task.statusChangedDate = now;
    if (status === 3 && task.dateStart === null) task.dateStart = now;
    if (status === 5) this.#close(task, by, now);
    else {
      task.closedDate = null;
      task.closedBy = 0;
    }
  }

  #close(task: Task, by: number, now: number): void {
    task.closedDate = now;
    task.closedBy = by;
  }

  #remember(taskId: number, field: string, from: unknown, to: unknown, userId: number, now: number): void {
    const entry = { id: this.history.nextId(), taskId, createdDate: now, field, from, to, userId };
    this.history.add(entry);
    const held = this.#historyOf.get(taskId);
    if (held) held.push(entry);
    else this.#historyOf.set(taskId, [entry]);
  }

  /** A linked record shows the task as an activity in its timeline. */
  #syncActivity(task: Task, actor: Actor): void {
    if (!this.#portal.sandbox.switches.taskMakesActivity) return;
    const bindings = task.crm.flatMap((link) => {
      const [short, id] = link.split("_");
      const type = byShort(short!);
      return type && this.#portal.crm.table(type.id).get(Number(id))
        ? [{ entityTypeId: type.id, entityId: Number(id) }]
        : [];
    });
    const first = bindings[0];
    const held = this.#activityOf.get(task.id);
    const activity = held === undefined ? undefined : this.#portal.timeline.activities.get(held);
    const values = {
      subject: task.title,
      deadline: task.deadline,
      completed: task.status === 5,
      responsibleId: task.responsibleId,
      bindings,
    };
    if (!first) return;
    if (activity) {
      const changed = (Object.keys(values) as (keyof typeof values)[]).some(
        (name) => JSON.stringify(activity[name]) !== JSON.stringify(values[name]),
      );
      if (changed) this.#portal.timeline.updateActivity(activity, values, actor);
      return;
    }
    const made = this.#portal.timeline.addActivity(
      {
        ...values,
        ownerTypeId: first.entityTypeId,
        ownerId: first.entityId,
        typeId: 6,
        providerId: "CRM_TASKS_TASK",
        providerTypeId: "TASKS_TASK",
        associatedEntityId: task.id,
      },
      actor,
    );
    this.#activityOf.set(task.id, made.id);
  }
}
