/**
 * Writing tasks in batches. The key travels in `XML_ID`, a checklist in the same batch as its task by `$result`. A task is done only
 * when its checklist is complete; a task whose checklist may be missing entries is `unknown`, and an update with the whole checklist
 * completes it without doubling an entry.
 */
import { z } from "zod";
import { type RecordRef, refKey } from "../../core/model.ts";
import { chunksOf, laterAll, unique } from "../batch.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import type { Found, Outcome, TaskValues, Wanted, WriteItem } from "../port.ts";
import { answerOf, BATCH_COMMANDS, batched, type Client, type Command, type Reply } from "./client.ts";
import type { Params, ParamValue } from "./form.ts";
import { bindingOf } from "./kinds.ts";
import { TASK_FIELDS, taskBindings, taskFacts, taskTexts } from "./map.ts";
import { linkedRows, PAGE, type ReadContext, rowsOf } from "./read.ts";
import { fromXmlId, toXmlId } from "./task-key.ts";
import { toMarkup } from "./text.ts";
import { idOf, instantOf, isoOf, type Raw } from "./values.ts";
import { attempt, goneIsDone, outcomeOf, refuse, type WriteContext } from "./write.ts";

const TaskResult = z.looseObject({ task: z.looseObject({}) });
const Checklist = z.array(z.looseObject({ ID: z.unknown(), PARENT_ID: z.unknown().optional(), TITLE: z.string() }));

/** Title of the list that holds our entries. */
const CHECKLIST_TITLE = "Tenure";
/** A task and its checklist travel in one batch, beside the headline and a completion. */
const MAX_CHECKLIST = BATCH_COMMANDS - 3;

/** One item's commands, which travel together; `main` is the last one that returns the task. */
interface Group {
  item: WriteItem;
  commands: Map<string, Command>;
  main: string;
}

// ---------------------------------------------------------------- create

/** @throws CrmFailure `limited` (own budget), `unauthorised`, `revoked`: nothing was sent */
export async function createTasks(context: WriteContext, items: readonly WriteItem[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const groups: Group[] = [];
  // A task needs a responsible person; one that names nobody gets the administrator whose token writes.
  const fallback = items.some(({ task }) => idOf(task?.ownerId) === null) ? await context.selfId() : "";
  for (const [index, item] of items.entries()) {
    if ((item.task?.checklist?.length ?? 0) > MAX_CHECKLIST) {
      outcomes.push(refuse(item, "CHECKLIST_TOO_LONG", `A checklist holds at most ${MAX_CHECKLIST} entries.`));
    } else groups.push(createGroup(item, index, idOf(item.task?.ownerId) ?? fallback));
  }
  outcomes.push(...(await sendGroups(context.client, groups, created)));
  return outcomes;
}

function createGroup(item: WriteItem, index: number, ownerId: string): Group {
  const task = item.task ?? {};
  const key = `t${index}`;
  const fields: Record<string, ParamValue> = {
    TITLE: toMarkup(task.subject ?? ""),
    RESPONSIBLE_ID: Number(ownerId),
    ...taskFields(task),
    XML_ID: toXmlId(item.key, task.type),
    UF_CRM_TASK: bindingsOf(task.links ?? (item.target ? [item.target] : [])),
    TASK_CONTROL: "N",
  };
  const commands = new Map<string, Command>([[key, { method: "tasks.task.add", params: { fields } }]]);
  let main = key;
  if (task.status === "done") {
    main = `${key}d`;
    commands.set(main, { method: "tasks.task.complete", params: { taskId: `$result[${key}][task][id]` } });
  }
  if (task.checklist && task.checklist.length > 0)
    addChecklist(commands, key, `$result[${key}][task][id]`, null, task.checklist);
  return { item, commands, main };
}

/** Key order counts: the method reads its parameters by position. `PARENT_ID` 0 makes the list's headline. */
function addChecklist(
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

function created(group: Group, replies: ReadonlyMap<string, Reply>): Outcome {
  const first = [...group.commands.keys()][0]!;
  const base = outcomeOf(group.item, replies.get(first), taskDone);
  if (!base.done || group.commands.size === 1) return base;
  const rest = [...group.commands.keys()].slice(1);
  if (rest.some((key) => !replies.get(key)?.ok)) return { key: group.item.key, done: false, failure: "unknown" };
  return outcomeOf(group.item, replies.get(group.main), taskDone);
}

function taskDone(item: WriteItem, result: unknown): Outcome {
  const parsed = TaskResult.safeParse(result);
  const id = parsed.success ? idOf(parsed.data.task.id) : null;
  if (!parsed.success || id === null) return { key: item.key, done: false, failure: "unknown" };
  const { task } = parsed.data;
  // The answer may leave the mark out; what we wrote into it is known.
  const type = fromXmlId(task.xmlId)?.type ?? item.task?.type;
  const echo = { ...taskFacts(task), ...(type === undefined ? {} : { type }) };
  return { key: item.key, done: true, id, echo, texts: taskTexts(task), modifiedAt: instantOf(task.changedDate) };
}

// ---------------------------------------------------------------- fields of a task

/** Fields that create and update write alike; absent values stay absent. */
function taskFields(task: TaskValues): Params {
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

function bindingsOf(links: readonly RecordRef[]): string[] {
  return unique(links.flatMap((ref) => bindingOf(ref) ?? []));
}

// ---------------------------------------------------------------- update

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
    else if (reply.ok) checklists.set(key.slice(1), Checklist.parse(reply.answer.result));
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
  let last: Outcome | null = null;
  for (const [key, command] of group.commands) {
    const isChecklist = command.method.startsWith("task.checklistitem.");
    const outcome = outcomeOf(
      group.item,
      replies.get(key),
      isChecklist ? (item) => ({ key: item.key, done: true, id: item.id!, echo: {} }) : taskDone,
    );
    if (!outcome.done) return outcome;
    if (!isChecklist || last === null) last = outcome;
  }
  return last ?? { key: group.item.key, done: true, id: group.item.id!, echo: {} };
}

// ---------------------------------------------------------------- delete

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

async function sendGroups(
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
      // Something of this write went out already: the rest waits, and nothing is thrown over what was done.
      if (outcomes.length === 0 || !isFailure(error, "limited")) throw error;
      replies = laterAll(items, "limited", error.retryAt!);
    }
    if (Array.isArray(replies)) outcomes.push(...replies);
    else outcomes.push(...batch.map((group) => outcome(group, replies as Map<string, Reply>)));
  }
  return outcomes;
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
    return onlyStatus && taskFacts(row).status === item.task!.status ? taskDone(item, { task: row }) : outcome;
  });
}

/** Refusals of our own, made before anything was sent. */
const OURS: Readonly<Record<string, true>> = { NO_ID: true, CHECKLIST_TOO_LONG: true };

// ---------------------------------------------------------------- finding

/** Tasks by key among those tied to their records: first by the first record, then, for what is missing, by the others. */
export async function findTasks(context: ReadContext, wanted: readonly Wanted[]): Promise<Found[]> {
  if (wanted.length === 0) return [];
  const keys = new Set(wanted.map(({ key }) => key));
  const all = unique(wanted.flatMap(({ targets }) => targets.map(refKey)));
  context.client.limits.require(new Map(), context.now(), 2 * (Math.ceil(all.length / BATCH_COMMANDS) + 1));
  const found = new Map<string, string>();
  const asked = new Set<string>();
  for (const place of ["first", "others"] as const) {
    const targets = new Map<string, RecordRef>();
    for (const each of wanted.filter(({ key }) => !found.has(key))) {
      for (const target of place === "first" ? each.targets.slice(0, 1) : each.targets) {
        if (!asked.has(refKey(target))) targets.set(refKey(target), target);
      }
    }
    for (const key of targets.keys()) asked.add(key);
    for (const row of [...(await linkedRows(context, "task", [...targets.values()])).values()].flat()) {
      const key = fromXmlId(row.xmlId)?.key;
      const id = idOf(row.id);
      if (key === undefined || id === null || !keys.has(key)) continue;
      const held = found.get(key);
      // Of two with one key the older one is the one that counts.
      if (held === undefined || Number(id) < Number(held)) found.set(key, id);
    }
  }
  return [...found].map(([key, id]) => ({ key, id }));
}
