/**
 * One task by REST 3.0 under an idempotency key: should its answer be lost, the look-up by key that settles it has a second net, for the
 * same call sent again within 24 hours is answered from the first one. Batches have no such key, and checklists no place in this
 * call; both go by REST v2. Facts sheet sections 4.2 and 10.2.
 */
import { z } from "zod";
import { laterAll } from "../batch.ts";
import { CrmFailure } from "../failure.ts";
import type { Outcome, WriteItem } from "../port.ts";
import type { Params, ParamValue } from "./form.ts";
import { rowsOf } from "./read.ts";
import { type Group, taskDone } from "./task-batch.ts";
import { idOf, type Raw } from "./values.ts";
import type { WriteContext } from "./write.ts";

const Created = z.looseObject({ item: z.looseObject({ id: z.unknown() }) });

/** REST v2 name → REST 3.0 name of what a task of ours sets. */
const NAMES: Readonly<Record<string, string>> = {
  TITLE: "title",
  DESCRIPTION: "description",
  RESPONSIBLE_ID: "responsibleId",
  DEADLINE: "deadline",
  ACCOMPLICES: "accomplices",
  AUDITORS: "auditors",
  XML_ID: "xmlId",
  UF_CRM_TASK: "crmItemIds",
};
const PRIORITIES = ["low", "average", "high"] as const;

/** Whether a task goes by itself: the only one of its call, or one whose answer was lost on this way before. */
export function goesSingle({ tasksV3 }: WriteContext, group: Group, isOnly: boolean): boolean {
  if (group.commands.size !== 1) return false;
  return tasksV3.lost.has(group.item.key) || (isOnly && tasksV3.usable);
}

/** @returns null when the task has to go by REST v2: it was refused here and nothing was made */
export async function createSingle(context: WriteContext, group: Group): Promise<Outcome | null> {
  const { lost } = context.tasksV3;
  const { key } = group.item;
  const outcome = await create(context, group);
  if (outcome !== null && !outcome.done && outcome.failure === "unknown") lost.add(key);
  else lost.delete(key);
  return outcome;
}

async function create(context: WriteContext, group: Group): Promise<Outcome | null> {
  const { client, marks } = context;
  const { item } = group;
  const [command] = group.commands.values();
  const fields = fieldsOf(command!.params!.fields as Params, Number(await context.selfId()));
  try {
    const { result, replayed } = await client.callOnce(
      { method: "tasks.task.add", params: { fields } },
      `tenure-${await marks.of(item.key)}`,
    );
    const task = taskOf(result, fields);
    if (task === null) return { key: item.key, done: false, failure: "unknown" };
    if (replayed && !(await isThere(context, String(task.id)))) return null;
    if (task.xmlId !== fields.xmlId) return await withKey(context, item, task, String(fields.xmlId));
    return taskDone(item, { task });
  } catch (error) {
    if (!(error instanceof CrmFailure)) throw error;
    return failed(context, item, error);
  }
}

function fieldsOf(v2: Params, creatorId: number): Record<string, ParamValue> {
  const fields: Record<string, ParamValue> = { creatorId, needsControl: false };
  for (const [name, value] of Object.entries(v2)) {
    const known = NAMES[name];
    if (known && value !== undefined) fields[known] = value === null ? [] : value;
  }
  if (v2.PRIORITY !== undefined) fields.priority = PRIORITIES[Number(v2.PRIORITY)];
  return fields;
}

/** The answer in REST v2's spelling. It leaves people out, so those are what was sent. */
function taskOf(result: unknown, sent: Readonly<Record<string, ParamValue>>): Raw | null {
  const parsed = Created.safeParse(result);
  if (!parsed.success || idOf(parsed.data.item.id) === null) return null;
  const { item } = parsed.data;
  const priority = PRIORITIES.indexOf(item.priority as "low");
  return {
    ...item,
    status: item.status === "completed" ? "5" : "2",
    priority: String(priority < 0 ? 1 : priority),
    responsibleId: item.responsibleId ?? sent.responsibleId,
    changedDate: item.changedDate ?? item.changed,
  };
}

/** A replayed answer may speak of a task that was deleted since. */
async function isThere({ client }: WriteContext, id: string): Promise<boolean> {
  const { result } = await client.call({
    method: "tasks.task.list",
    params: { filter: { ID: [Number(id)] }, select: ["ID"] },
  });
  return rowsOf("task", result).length > 0;
}

/**
 * The portal's REST 3.0 left our key out: the task gets it by REST v2, and REST 3.0 is not used again. A task that stays without the
 * key is there all the same, and its id is known.
 */
async function withKey(context: WriteContext, item: WriteItem, task: Raw, xmlId: string): Promise<Outcome> {
  context.tasksV3.usable = false;
  const params = { taskId: Number(task.id), fields: { XML_ID: xmlId } };
  try {
    return taskDone(item, (await context.client.call({ method: "tasks.task.update", params }, true)).result);
  } catch (error) {
    if (!(error instanceof CrmFailure)) throw error;
    return taskDone(item, { task });
  }
}

function failed(context: WriteContext, item: WriteItem, error: CrmFailure): Outcome | null {
  switch (error.failure) {
    case "refused":
      // The key was used with other words in the task: one that was made then may be there.
      if (error.status === 422) return { key: item.key, done: false, failure: "unknown" };
      if (error.status === 404) context.tasksV3.usable = false;
      return null;
    case "unauthorised":
      // Perhaps only for REST 3.0; where it is for everything, REST v2 says so as well.
      context.tasksV3.usable = false;
      return null;
    case "unknown":
    case "unavailable":
      return { key: item.key, done: false, failure: "unknown" };
    case "limited":
      if (error.code === "OWN_LIMIT" || error.retryAt === undefined) throw error;
      return laterAll([item], "limited", error.retryAt)[0]!;
    default:
      throw error;
  }
}
