/** Rows of the mirror as tests need them: a task that is in the CRM as wished, and what tests change about it. */
import type { Thing } from "../../src/store/mirror.ts";

/** A task as wished; the subject is a text by reference. */
export function taskWish(values: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ subject: { id: "t" }, dueAt: 100, ownerId: "o1", status: "open", ...values });
}

export const HELD = { status: "open", dueAt: 100, ownerId: "o1", subject: "h-t" } as const;

/** In the CRM as task 7, written at 1,000, nothing to do. */
export function taskRow(changes: Partial<Thing> = {}): Thing {
  return {
    key: "plan:company:1:1/kickoff",
    client: "company:1",
    kind: "task",
    target: { kind: "deal", id: "9" },
    externalId: "7",
    desired: taskWish(),
    sent: taskWish(),
    ours: HELD,
    before: null,
    theirs: null,
    theirsAt: null,
    wroteAt: 1_000,
    state: "clean",
    priority: 30,
    notBefore: 0,
    attempts: 0,
    looks: 0,
    sending: null,
    doubted: 0,
    fights: 0,
    foughtDay: null,
    ...changes,
  };
}

/** Our fields on company 1: `progress` 10, written at 1,000. */
export function fieldsRow(changes: Partial<Thing> = {}): Thing {
  return taskRow({
    key: "fields:company:1",
    kind: "fields",
    target: { kind: "company", id: "1" },
    externalId: "1",
    desired: JSON.stringify({ progress: 10 }),
    sent: JSON.stringify({ progress: 10 }),
    ours: { progress: 10 },
    ...changes,
  });
}
