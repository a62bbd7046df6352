/** Updating and deleting tasks: links are added, checklists completed, refusals looked into. */
import { z } from "zod";
import { chunksOf, unique } from "../batch.ts";
import { CrmFailure } from "../failure.ts";
import type { Outcome, WriteItem } from "../port.ts";
import { answerOf, BATCH_COMMANDS, batched, type Client, type Command, type Reply, shapeOf } from "./client.ts";
import type { ParamValue } from "./form.ts";
import { TASK_FIELDS, taskBindings, taskFacts } from "./map.ts";
import { PAGE, rowsOf } from "./read.ts";
import {
  addChecklist,
  bindingsOf,
  CHECKLIST_TITLE,
  type Group,
  sendGroups,
  taskDone,
  taskFields,
} from "./task-batch.ts";
import { toXmlId } from "./task-key.ts";
import { toMarkup } from "./text.ts";
import { idOf, type Raw } from "./values.ts";
import { goneIsDone, outcomeOf, refuse, type WriteContext } from "./write.ts";

const Checklist = z.array(z.looseObject({ ID: z.unknown(), PARENT_ID: z.unknown().optional(), TITLE: z.string() }));

/** Links are added to those that are there, a checklist is completed: such updates look first. */
function needsLook(item: WriteItem): boolean {
  return item.task?.links !== undefined || item.task?.checklist !== undefined;
}

/** @throws CrmFailure as `createTasks` */
export async function updateTasks(context: WriteContext, items: readonly WriteItem[]): Promise<Outcome[]> {
  const { client } = context;
  const outcomes: Outcome[] = [];
  const named = items.filter((item) => idOf(item.id) !== null);
  for (const item of items)
    if (idOf(item.id) === null) outcomes.push(refuse(item, "NO_ID", "The task has no id to change."));
  client.limits.require(new Map(), context.now(), 1 + Math.ceil((2 * named.filter(needsLook).length) / BATCH_COMMANDS));
  const seen = await look(client, named.filter(needsLook));
  const groups = named.map((item, index) => updateGroup(item, index, seen.get(item.key)));
  const empty = groups.filter(({ commands }) => commands.size === 0);
  outcomes.push(...empty.map(({ item }): Outcome => ({ key: item.key, done: true, id: item.id!, echo: {} })));
  const sent = await sendGroups(
    client,
    groups.filter(({ commands }) => commands.size > 0),
    (group, replies) => updated(group, replies),
  );
  outcomes.push(...(await lookAgain(context, sent, named)));
  return outcomes;
}

interface Seen {
  bindings: readonly string[];
  checklist: z.infer<typeof Checklist>;
}

/** Links and checklists as they are. @throws CrmFailure */
async function look(client: Client, items: readonly WriteItem[]): Promise<Map<string, Seen>> {
  const commands = new Map<string, Command>();
  for (const [index, chunk] of chunksOf(
    items.filter(({ task }) => task?.links !== undefined),
    PAGE,
  ).entries()) {
    const ids = chunk.map(({ id }) => Number(id));
    commands.set(`p${index}`, {
      method: "tasks.task.list",
      params: { filter: { ID: ids }, select: ["ID", "UF_CRM_TASK"] },
    });
  }
  for (const { id, task } of items) {
    if (task?.checklist !== undefined)
      commands.set(`l${id}`, { method: "task.checklistitem.getlist", params: { TASKID: Number(id) } });
  }
  const replies = await batched(client, commands);
  const bindings = new Map<string | null, string[]>();
  const checklists = new Map<string, z.infer<typeof Checklist>>();
  for (const [key, reply] of replies) {
    if (key.startsWith("p"))
      for (const row of rowsOf("task", answerOf(replies, key).result)) bindings.set(idOf(row.id), taskBindings(row));
    // A task that is gone has no checklist; its update says so.
    else if (reply.ok) checklists.set(key.slice(1), shapeOf(Checklist, reply.answer.result, "checklist"));
    else if (!("error" in reply) || reply.error.failure !== "refused") answerOf(replies, key);
  }
  return new Map(
    items.map(({ key, id }) => [key, { bindings: bindings.get(id) ?? [], checklist: checklists.get(id ?? "") ?? [] }]),
  );
}

function updateGroup(item: WriteItem, index: number, seen: Seen | undefined): Group {
  const task = item.task ?? {};
  const taskId = Number(item.id);
  const key = `t${index}`;
  const commands = new Map<string, Command>();
  const owner = task.ownerId === undefined ? null : idOf(task.ownerId);
  const links = task.links === undefined ? [] : bindingsOf(task.links);
  const fields: Record<string, ParamValue> = {
    TITLE: task.subject === undefined ? undefined : toMarkup(task.subject),
    RESPONSIBLE_ID: owner === null ? undefined : Number(owner),
    ...taskFields(task),
    XML_ID: task.type === undefined ? undefined : toXmlId(item.key, task.type),
    UF_CRM_TASK: links.some((link) => !seen?.bindings.includes(link))
      ? unique([...(seen?.bindings ?? []), ...links])
      : undefined,
  };
  let main = key;
  if (Object.values(fields).some((value) => value !== undefined))
    commands.set(key, { method: "tasks.task.update", params: { taskId, fields } });
  if (task.status !== undefined) {
    main = `${key}s`;
    commands.set(main, {
      method: task.status === "done" ? "tasks.task.complete" : "tasks.task.renew",
      params: { taskId },
    });
  }
  const there = new Set((seen?.checklist ?? []).map(({ TITLE }) => TITLE));
  const absent = (task.checklist ?? []).filter((title) => !there.has(title) && !there.has(toMarkup(title)));
  if (absent.length > 0) {
    const headline = idOf(seen?.checklist.find(({ TITLE }) => TITLE === CHECKLIST_TITLE)?.ID);
    addChecklist(commands, key, String(taskId), headline, absent);
  }
  return { item, commands, main };
}

/** The first refusal decides; the echo is what the last command that returns the task says. */
function updated(group: Group, replies: ReadonlyMap<string, Reply>): Outcome {
  let last: Outcome & { done: true } = { key: group.item.key, done: true, id: group.item.id!, echo: {} };
  for (const [key, { method }] of group.commands) {
    const returnsTask = method.startsWith("tasks.");
    const outcome = outcomeOf(
      group.item,
      replies.get(key),
      returnsTask ? taskDone : (item) => ({ ...last, key: item.key }),
    );
    if (!outcome.done) return outcome;
    if (returnsTask) last = outcome;
  }
  return onlyWritten(group.item, last);
}

/**
 * Of an update only what it wrote: what else the answer shows may be a person's edit that was not read yet, and must not pass for
 * ours. For the same reason no modification time.
 */
function onlyWritten(item: WriteItem, outcome: Outcome & { done: true }): Outcome {
  const task: Record<string, unknown> = { ...item.task };
  const wrote = (name: string): boolean =>
    task[name] !== undefined || (name === "completedAt" && task.status !== undefined);
  const echo = Object.fromEntries(Object.entries(outcome.echo).filter(([name]) => wrote(name)));
  const texts = Object.fromEntries(Object.entries(outcome.texts ?? {}).filter(([name]) => wrote(name)));
  return { key: outcome.key, done: true, id: outcome.id, echo, texts };
}

/** @throws CrmFailure as `createTasks` */
export async function deleteTasks(context: WriteContext, items: readonly WriteItem[]): Promise<Outcome[]> {
  const groups = items
    .filter((item) => idOf(item.id) !== null)
    .map(
      (item, index): Group => ({
        item,
        main: `t${index}`,
        commands: new Map([[`t${index}`, { method: "tasks.task.delete", params: { taskId: Number(item.id) } }]]),
      }),
    );
  const outcomes: Outcome[] = items
    .filter((item) => idOf(item.id) === null)
    .map((item) => ({ key: item.key, done: true, id: "", echo: {} }));
  const sent = await sendGroups(context.client, groups, (group, replies) =>
    outcomeOf(group.item, replies.get(group.main), (item) => ({ key: item.key, done: true, id: item.id!, echo: {} })),
  );
  return [...outcomes, ...(await lookAgain(context, sent, items)).map(goneIsDone)];
}

/**
 * Task methods say "not found or no access" and "it is completed already" in a localised text under codes of many meanings, so a
 * refused task is looked at: gone, as wanted, or truly refused. Where that look is not possible now, the outcome is unknown.
 */
async function lookAgain(
  { client }: WriteContext,
  outcomes: readonly Outcome[],
  items: readonly WriteItem[],
): Promise<Outcome[]> {
  const byKey = new Map(items.map((item) => [item.key, item]));
  const isUnclear = (outcome: Outcome): boolean =>
    !outcome.done && outcome.failure === "refused" && !outcome.gone && !(outcome.code in OURS);
  const unclear = outcomes.filter(isUnclear);
  if (unclear.length === 0) return [...outcomes];
  const there = new Map<string, Raw>();
  try {
    for (const chunk of chunksOf(unclear, PAGE)) {
      const ids = chunk.map(({ key }) => Number(byKey.get(key)?.id));
      const { result } = await client.call({
        method: "tasks.task.list",
        params: { filter: { ID: ids }, select: TASK_FIELDS },
      });
      for (const row of rowsOf("task", result)) there.set(String(row.id), row);
    }
  } catch (error) {
    if (!(error instanceof CrmFailure)) throw error;
    return outcomes.map((outcome) =>
      isUnclear(outcome) ? { key: outcome.key, done: false, failure: "unknown" } : outcome,
    );
  }
  return outcomes.map((outcome) => {
    if (outcome.done || !isUnclear(outcome)) return outcome;
    const item = byKey.get(outcome.key)!;
    const row = there.get(item.id!);
    if (!row) return { ...outcome, gone: true } as Outcome;
    const onlyStatus = item.task?.status !== undefined && Object.keys(item.task).length === 1;
    if (!onlyStatus || taskFacts(row).status !== item.task!.status) return outcome;
    const settled = taskDone(item, { task: row });
    return settled.done ? onlyWritten(item, settled) : settled;
  });
}

/** Our own refusal, made before anything was sent. */
const OURS: Readonly<Record<string, true>> = { NO_ID: true };
