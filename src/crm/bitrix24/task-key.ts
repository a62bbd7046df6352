/**
 * What a task of ours carries in `XML_ID`: our key, and the task's type, for which Bitrix24 has no field. `tenure:call:company:1/1/a`.
 */
import type { TaskValues } from "../port.ts";

type TaskType = NonNullable<TaskValues["type"]>;

const PREFIX = "tenure";

export function toXmlId(key: string, type: TaskType | undefined): string {
  return `${PREFIX}:${type ?? "todo"}:${key}`;
}

/** Null when the text is not one of ours: another integration's, or none. */
export function fromXmlId(xmlId: unknown): { key: string; type: TaskType } | null {
  if (typeof xmlId !== "string") return null;
  const match = /^tenure:(todo|call|email|meeting):(.+)$/s.exec(xmlId);
  return match ? { type: match[1] as TaskType, key: match[2]! } : null;
}
