/** Telling a person something: a notice where the CRM can notify, else a task. */
import type { ClientFacts, DecideConfig } from "../decision.ts";
import type { Desired } from "../desired.ts";
import type { RecordRef, TextRef } from "../model.ts";

export interface Telling {
  key: string;
  ownerId: string;
  text: TextRef;
  links: readonly RecordRef[];
  /** where it is a task, epoch ms */
  dueAt: number;
  priority: number;
  /** always a task, also where the CRM can notify */
  isTask?: boolean;
  body?: TextRef;
}

/**
 * A notice is told once. A task stays while the reason stands; its due date is that of its first wish, so that it does not wander.
 */
export function tell(telling: Telling, facts: ClientFacts, config: DecideConfig): Desired {
  const { key, ownerId, text, priority } = telling;
  if (config.canNotify && !telling.isTask) {
    return { key, kind: "notice", target: null, priority, notBefore: 0, notice: { ownerId, text: subject(text) } };
  }
  const thing = facts.things.find((one) => one.key === key);
  const held = thing?.holds ?? null;
  if (held?.status === "done")
    return { key, kind: "task", target: telling.links[0]!, priority, notBefore: 0, keep: true };
  return {
    key,
    kind: "task",
    target: telling.links[0]!,
    priority,
    notBefore: 0,
    task: {
      subject: subject(text),
      body: telling.body ?? { id: "empty" },
      dueAt: typeof held?.dueAt === "number" ? held.dueAt : telling.dueAt,
      reminderAt: null,
      ownerId: typeof held?.ownerId === "string" && thing?.edited.includes("ownerId") ? held.ownerId : ownerId,
      priority: "high",
      type: "todo",
      status: "open",
      links: telling.links,
    },
  };
}

function subject(text: TextRef): TextRef {
  return { id: "tell.subject", params: { ...text.params, text: text.id } };
}
