/**
 * A task's commands: what is written of it, how they travel together, what their replies say. The key travels in `XML_ID`, a checklist
 * in the same batch as its task by `$result`.
 */
import { z } from "zod";
import type { RecordRef } from "../../core/model.ts";
import { laterAll, unique } from "../batch.ts";
import { isFailure } from "../failure.ts";
import type { Outcome, TaskValues, WriteItem } from "../port.ts";
import { BATCH_COMMANDS, type Client, type Command, type Reply } from "./client.ts";
import type { Params, ParamValue } from "./form.ts";
import { bindingOf } from "./kinds.ts";
import { taskFacts, taskTexts } from "./map.ts";
import { fromXmlId } from "./task-key.ts";
import { toMarkup } from "./text.ts";
import { idOf, instantOf, isoOf } from "./values.ts";
import { attempt } from "./write.ts";

const TaskResult = z.looseObject({ task: z.looseObject({}) });

/** Title of the list that holds our entries. */
export const CHECKLIST_TITLE = "Tenure";
/** One item's commands, which travel together; `main` is the last one that returns the task. */
export interface Group {
  item: WriteItem;
  commands: Map<string, Command>;
  main: string;
}

// ---------------------------------------------------------------- what is written

/** Fields that create and update write alike; absent values stay absent. */
export function taskFields(task: TaskValues): Params {
  return {
    DESCRIPTION: task.body === undefined ? undefined : toMarkup(task.body),
    DEADLINE: task.dueAt === undefined ? undefined : isoOf(task.dueAt),
    PRIORITY: task.priority === undefined ? undefined : { low: "0", medium: "1", high: "2" }[task.priority],
    ACCOMPLICES: peopleOf(task.accomplices),
    AUDITORS: peopleOf(task.auditors),
  };
}

/** An empty list is written as one empty value: PHP's brackets have no empty list. */
function peopleOf(ids: readonly string[] | undefined): ParamValue {
  if (ids === undefined) return undefined;
  return ids.length === 0 ? null : ids.map(Number);
}

export function bindingsOf(links: readonly RecordRef[]): string[] {
  return unique(links.flatMap((ref) => bindingOf(ref) ?? []));
}

/** Key order counts: the method reads its parameters by position. `PARENT_ID` 0 makes the list's headline. */
export function addChecklist(
  commands: Map<string, Command>,
  key: string,
  taskId: string,
  headline: string | null,
  titles: readonly string[],
): void {
  let parent = headline;
  if (parent === null) {
    commands.set(`${key}h`, {
      method: "task.checklistitem.add",
      params: { TASKID: taskId, FIELDS: { TITLE: CHECKLIST_TITLE, PARENT_ID: 0 } },
    });
    parent = `$result[${key}h]`;
  }
  for (const [index, title] of titles.entries()) {
    commands.set(`${key}c${index}`, {
      method: "task.checklistitem.add",
      params: { TASKID: taskId, FIELDS: { TITLE: toMarkup(title), PARENT_ID: parent, SORT_INDEX: index } },
    });
  }
}

// ---------------------------------------------------------------- what comes back

/** The outcome of a command that returns the task. */
export function taskDone(item: WriteItem, result: unknown): Outcome {
  const parsed = TaskResult.safeParse(result);
  const id = parsed.success ? idOf(parsed.data.task.id) : null;
  if (!parsed.success || id === null) return { key: item.key, done: false, failure: "unknown" };
  const { task } = parsed.data;
  // The answer may leave the mark out; what we wrote into it is known.
  const type = fromXmlId(task.xmlId)?.type ?? item.task?.type;
  const echo = { ...taskFacts(task), ...(type === undefined ? {} : { type }) };
  return { key: item.key, done: true, id, echo, texts: taskTexts(task), modifiedAt: instantOf(task.changedDate) };
}

// ---------------------------------------------------------------- sending

/** Groups in as few batches as their order allows; a group is never torn apart. */
function packed(groups: readonly Group[]): Group[][] {
  const batches: Group[][] = [];
  let room = 0;
  for (const group of groups) {
    if (group.commands.size > room) {
      batches.push([]);
      room = BATCH_COMMANDS;
    }
    batches.at(-1)!.push(group);
    room -= group.commands.size;
  }
  return batches;
}

/**
 * What could not be sent after something of the same write was: it waits, and nothing is thrown over what was done, which would be made
 * twice. The next call meets the same failure with nothing done.
 */
export function leftFor(error: unknown, items: readonly WriteItem[]): Outcome[] {
  if (!isFailure(error)) throw error;
  return laterAll(items, isFailure(error, "limited") ? "limited" : "unavailable", error.retryAt ?? 0);
}

/** @throws CrmFailure `limited` (own budget), `unauthorised`, `revoked`: nothing was sent */
export async function sendGroups(
  client: Client,
  groups: readonly Group[],
  outcome: (group: Group, replies: ReadonlyMap<string, Reply>) => Outcome,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const batch of packed(groups)) {
    const items = batch.map(({ item }) => item);
    const commands = new Map(batch.flatMap((group) => [...group.commands]));
    let replies: Map<string, Reply> | Outcome[];
    try {
      replies = await attempt(client, commands, items);
    } catch (error) {
      if (outcomes.length === 0) throw error;
      replies = leftFor(error, items);
    }
    if (Array.isArray(replies)) outcomes.push(...replies);
    else outcomes.push(...batch.map((group) => outcome(group, replies as Map<string, Reply>)));
  }
  return outcomes;
}
