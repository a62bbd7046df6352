/** Comments in a record's timeline, and messages to people. Facts sheet section 11. */
import { z } from "zod";
import { type RecordRef, refKey } from "../../core/model.ts";
import type { Batch, Found, Outcome, Wanted, WriteItem } from "../port.ts";
import { type Command, shapeOf } from "./client.ts";
import { timelineOf } from "./kinds.ts";
import type { Marks } from "./marks.ts";
import { allPages, type ReadContext } from "./read.ts";
import { toMarkup } from "./text.ts";
import { idOf } from "./values.ts";
import { goneIsDone, type Prepared, refuse, sendPrepared, type WriteContext } from "./write.ts";

/** Comments in a record's timeline. The key travels as a short mark at the end of the text. */
export async function writeNotes(context: WriteContext, batch: Batch): Promise<Outcome[]> {
  const prepared = await Promise.all(batch.items.map((item) => prepareNote(context, item, batch.verb)));
  const outcomes = await sendPrepared(context.client, prepared, (item, result) => {
    const id = batch.verb === "create" ? idOf(result) : item.id;
    return id === null
      ? { key: item.key, done: false, failure: "unknown" }
      : { key: item.key, done: true, id, echo: {} };
  });
  return batch.verb === "delete" ? outcomes.map(goneIsDone) : outcomes;
}

async function prepareNote(context: WriteContext, item: WriteItem, verb: Batch["verb"]): Promise<Prepared> {
  const type = item.target ? timelineOf(item.target.kind) : null;
  if (verb === "delete" || verb === "update") {
    const id = idOf(item.id);
    if (id === null) return { item, outcome: refuse(item, "NO_ID", "The note has no id to change.") };
    if (verb === "delete")
      return { item, command: { method: "crm.timeline.comment.delete", params: { id: Number(id) } } };
    const text = await context.marks.marked(toMarkup(item.note?.text ?? ""), item.key);
    return {
      item,
      command: { method: "crm.timeline.comment.update", params: { id: Number(id), fields: { COMMENT: text } } },
    };
  }
  if (type === null || !item.target || !item.note) {
    return { item, outcome: refuse(item, "NO_TIMELINE", "This kind of record has no timeline to write to.") };
  }
  const text = await context.marks.marked(toMarkup(item.note.text), item.key);
  const fields = { ENTITY_ID: Number(item.target.id), ENTITY_TYPE: type, COMMENT: text };
  return { item, command: { method: "crm.timeline.comment.add", params: { fields } } };
}

/** Messages to people. A second one under the same tag replaces the first, so a repeat is seen once. */
export async function writeNotices(context: WriteContext, batch: Batch): Promise<Outcome[]> {
  if (context.notices !== true) {
    return batch.items.map((item) => refuse(item, "NO_SCOPE", String(context.notices)));
  }
  const prepared = await Promise.all(
    batch.items.map(async (item): Promise<Prepared> => {
      const TAG = `TENURE|${await context.marks.of(item.key)}`;
      if (batch.verb === "delete") return { item, command: { method: "im.notify.delete", params: { TAG } } };
      const user = idOf(item.notice?.ownerId);
      if (user === null || !item.notice)
        return { item, outcome: refuse(item, "NO_PERSON", "The message has nobody to go to.") };
      return {
        item,
        command: {
          method: "im.notify.personal.add",
          params: { USER_ID: Number(user), MESSAGE: toMarkup(item.notice.text), TAG },
        },
      };
    }),
  );
  return sendPrepared(context.client, prepared, (item, result) => {
    // There is none any more: as wanted.
    if (batch.verb === "delete") return { key: item.key, done: true, id: "", echo: {} };
    if (result === false)
      return refuse(item, "NOT_NOTIFIED", "Bitrix24 did not take the message; the person may have been dismissed.");
    return { key: item.key, done: true, id: idOf(result) ?? item.key, echo: {} };
  });
}

// ---------------------------------------------------------------- finding

const Comments = z.array(
  z.looseObject({ ID: z.unknown(), COMMENT: z.unknown() }).refine(({ ID }) => idOf(ID) !== null),
);

/** Notes of ours by key, among the comments of their records. @throws CrmFailure */
export async function findNotes(context: ReadContext, marks: Marks, wanted: readonly Wanted[]): Promise<Found[]> {
  const targets = new Map<string, RecordRef>();
  for (const each of wanted)
    for (const target of each.targets) if (timelineOf(target.kind) !== null) targets.set(refKey(target), target);
  if (targets.size === 0) return [];
  const commands = new Map<string, Command>();
  for (const [index, target] of [...targets.values()].entries()) {
    const filter = { ENTITY_ID: Number(target.id), ENTITY_TYPE: timelineOf(target.kind) };
    commands.set(`n${index}`, {
      method: "crm.timeline.comment.list",
      params: { filter, select: ["ID", "COMMENT"], order: { ID: "DESC" } },
    });
  }
  context.client.limits.require(new Map(), context.now(), Math.ceil(commands.size / 50) + 1);
  const keyOf = new Map(await Promise.all(wanted.map(async ({ key }) => [await marks.of(key), key] as const)));
  const found = new Map<string, string>();
  for (const page of [...(await allPages(context.client, commands)).values()].flat()) {
    for (const { ID, COMMENT } of shapeOf(Comments, page, "comments")) {
      const key = typeof COMMENT === "string" ? keyOf.get(marks.in(COMMENT) ?? "") : undefined;
      const id = idOf(ID);
      if (key !== undefined && id !== null) found.set(key, id);
    }
  }
  return [...found].map(([key, id]) => ({ key, id }));
}
