/**
 * Creating tasks. A task is done only when its checklist is complete; what came without its whole checklist is completed at once, and
 * called unknown where that is not possible: an update with the whole checklist completes it later without doubling an entry.
 */
import { unknownAll } from "../batch.ts";
import { CrmFailure } from "../failure.ts";
import type { Outcome, WriteItem } from "../port.ts";
import { BATCH_COMMANDS, type Command, type Reply } from "./client.ts";
import type { ParamValue } from "./form.ts";
import { addChecklist, bindingsOf, type Group, leftFor, sendGroups, taskDone, taskFields } from "./task-batch.ts";
import { toXmlId } from "./task-key.ts";
import { createSingle, goesSingle } from "./task-single.ts";
import { updateTasks } from "./task-update.ts";
import { toMarkup } from "./text.ts";
import { idOf } from "./values.ts";
import { outcomeOf, refuse, type WriteContext } from "./write.ts";

/** A task and its checklist travel in one batch, beside the headline and a completion. */
const MAX_CHECKLIST = BATCH_COMMANDS - 3;

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
  const together = await createSingles(context, groups, outcomes);
  if (together.length === 0) return outcomes;
  const halves: WriteItem[] = [];
  try {
    outcomes.push(...(await sendGroups(context.client, together, (group, replies) => created(group, replies, halves))));
  } catch (error) {
    if (together.length === groups.length) throw error;
    const waiting = together.map(({ item }) => item);
    return [...outcomes, ...leftFor(error, waiting)];
  }
  return halves.length === 0 ? outcomes : withRepairs(outcomes, await repair(context, halves));
}

/** Creates what goes by itself, notes its outcomes. @returns what is left for a batch */
async function createSingles(
  context: WriteContext,
  groups: readonly Group[],
  outcomes: Outcome[],
): Promise<readonly Group[]> {
  const together: Group[] = [];
  for (const group of groups) {
    const outcome = goesSingle(context, group, groups.length === 1) ? await single(context, group, outcomes) : null;
    if (outcome) outcomes.push(outcome);
    else together.push(group);
  }
  return together;
}

/** As `createSingle`, but once something of this write went out nothing is thrown over it. */
async function single(context: WriteContext, group: Group, before: readonly Outcome[]): Promise<Outcome | null> {
  try {
    return await createSingle(context, group);
  } catch (error) {
    if (before.length === 0) throw error;
    return leftFor(error, [group.item])[0]!;
  }
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

/** A task that came without its whole checklist is noted among `halves`, with what it still lacks. */
function created(group: Group, replies: ReadonlyMap<string, Reply>, halves: WriteItem[]): Outcome {
  const { item } = group;
  const [first, ...rest] = [...group.commands.keys()];
  const base = outcomeOf(item, replies.get(first!), taskDone);
  if (!base.done) return base;
  if (rest.every((key) => replies.get(key)?.ok)) return outcomeOf(item, replies.get(group.main), taskDone);
  const { checklist, status } = item.task ?? {};
  halves.push({
    ...item,
    id: base.id,
    task: { ...(checklist ? { checklist } : {}), ...(status === "done" ? { status } : {}) },
  });
  return base;
}

/** Completes what is half there; where that is not possible now, nobody may call the task done. */
async function repair(context: WriteContext, halves: readonly WriteItem[]): Promise<Outcome[]> {
  try {
    return await updateTasks(context, halves);
  } catch (error) {
    if (error instanceof CrmFailure) return unknownAll(halves);
    throw error;
  }
}

function withRepairs(outcomes: readonly Outcome[], repairs: readonly Outcome[]): Outcome[] {
  const byKey = new Map(repairs.map((outcome) => [outcome.key, outcome]));
  return outcomes.map((outcome) => {
    const repaired = byKey.get(outcome.key);
    if (!repaired || !outcome.done) return outcome;
    if (!repaired.done) return { key: outcome.key, done: false, failure: "unknown" };
    return { ...outcome, echo: { ...outcome.echo, ...repaired.echo } };
  });
}
