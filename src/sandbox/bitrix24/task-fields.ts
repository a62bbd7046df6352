import { listOf } from "./brackets.ts";
import { toBbCode } from "./crm-values.ts";
import type { SandboxPortal } from "./portal.ts";
import { RestError } from "./rest-error.ts";
import type { Task } from "./tasks.ts";
import type { Actor } from "./types.ts";

/** What task methods answer to a bad value: ERROR_CORE, with the tail that the vendor leaves on. */
export const taskRefusal = (text: string) => new RestError(400, "ERROR_CORE", `${text}<br>`);
const core = taskRefusal;

/** The vendor's ways to say yes. */
export const yes = (value: unknown): boolean => value === true || value === "Y" || value === 1 || value === "1";

type Read = (changes: Partial<Task>, value: unknown, portal: SandboxPortal, task: Task, actor: Actor) => void;

function person(portal: SandboxPortal, value: unknown, what: string): number {
  const id = Number(value);
  if (!portal.org.users.has(id)) throw core(`The user specified in the "${what}" field was not found`);
  return id;
}

function instant(portal: SandboxPortal, value: unknown): number | null {
  if (value === "" || value === null || value === undefined) return null;
  const at = portal.server.instant(value);
  if (at === null) throw core("Invalid date format");
  return at;
}

/** How each writable field of REST v2 turns into the sandbox's own. @throws RestError ERROR_CORE */
export const READERS: Readonly<Record<string, Read>> = {
  TITLE: (changes, value) => {
    const title = String(value).replace(/\s+/g, " ").trim().slice(0, 250);
    if (title === "") throw core("Task title not specified");
    changes.title = title;
  },
  DESCRIPTION: (changes, value) => {
    changes.description = toBbCode(String(value ?? ""));
  },
  RESPONSIBLE_ID: (changes, value, portal) => {
    changes.responsibleId = person(portal, value, "Responsible");
  },
  CREATED_BY: (changes, value, portal, _task, actor) => {
    const id = person(portal, value, "Created by");
    const user = actor.userId === null ? undefined : portal.org.users.get(actor.userId);
    const allowed = !portal.sandbox.switches.createdByNeedsAdmin || user?.admin || id === actor.userId;
    changes.createdBy = allowed ? id : actor.userId!;
  },
  DEADLINE: (changes, value, portal) => {
    changes.deadline = instant(portal, value);
  },
  START_DATE_PLAN: (changes, value, portal) => {
    changes.startDatePlan = instant(portal, value);
  },
  END_DATE_PLAN: (changes, value, portal) => {
    changes.endDatePlan = instant(portal, value);
  },
  ACCOMPLICES: (changes, value, portal) => {
    changes.accomplices = listOf(value).map((each) => person(portal, each, "Participants"));
  },
  AUDITORS: (changes, value, portal) => {
    changes.auditors = listOf(value).map((each) => person(portal, each, "Observers"));
  },
  PRIORITY: (changes, value) => {
    if (!["0", "1", "2"].includes(String(value))) throw core("Invalid priority");
    changes.priority = Number(value);
  },
  STATUS: (changes, value) => {
    if (!["2", "3", "4", "5", "6"].includes(String(value))) throw core("Invalid status");
    changes.status = Number(value);
  },
  PARENT_ID: (changes, value, portal, task) => {
    const id = Number(value ?? 0);
    if (id !== 0 && !portal.tasks.tasks.get(id))
      throw core('The task specified in the "Parent Task" field was not found');
    if (id !== 0 && id === task.id) throw core("Cannot bind the node to itself");
    changes.parentId = id;
  },
  GROUP_ID: (changes, value) => {
    changes.groupId = Number(value ?? 0);
  },
  STAGE_ID: (changes, value) => {
    changes.stageId = Number(value ?? 0);
  },
  FLOW_ID: (changes, value) => {
    changes.flowId = Number(value ?? 0);
  },
  TIME_ESTIMATE: (changes, value) => {
    changes.timeEstimate = Number(value ?? 0);
  },
  XML_ID: (changes, value) => {
    changes.xmlId = String(value ?? "").slice(0, 255);
  },
  UF_CRM_TASK: (changes, value) => {
    changes.crm = listOf(value)
      .map(String)
      .filter((each) => /^(L|D|C|CO|SI|T[0-9a-f]+)_\d+$/.test(each));
  },
  UF_TASK_WEBDAV_FILES: (changes, value) => {
    changes.files = listOf(value).map(String);
  },
  TAGS: (changes, value, portal) => {
    if (portal.sandbox.switches.tagsWritable) changes.tags = listOf(value).map(String);
  },
  SE_PARAMETER: (changes, value) => {
    changes.seParameters = listOf(value);
  },
  ALLOW_CHANGE_DEADLINE: (changes, value) => {
    changes.allowChangeDeadline = yes(value);
  },
  TASK_CONTROL: (changes, value) => {
    changes.taskControl = yes(value);
  },
  ALLOW_TIME_TRACKING: (changes, value) => {
    changes.allowTimeTracking = yes(value);
  },
  MATCH_WORK_TIME: (changes, value) => {
    changes.matchWorkTime = yes(value);
  },
  ADD_IN_REPORT: (changes, value) => {
    changes.addInReport = yes(value);
  },
};
