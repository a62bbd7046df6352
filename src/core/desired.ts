/** What the CRM should hold for one client, as the decision states it. Nothing here says how to get there. */
import type { FieldValue } from "./fields.ts";
import type { Language, RecordRef, TextRef } from "./model.ts";

/** What we keep in a CRM. `fields` = the set of our fields on one record. */
export type ThingKind = "task" | "fields" | "note" | "notice";
export type Verb = "create" | "update" | "delete";

/** What goes past the CRM: a letter to the client, a signed call to another system, a post in a team's chat. Never taken back, never sent twice. */
export type OutsideKind = "message" | "call" | "post";

/** Lower is more urgent. A person's click comes first, history last. */
export const PRIORITY = { click: 0, escalation: 10, soon: 20, task: 30, field: 40, backfill: 50 } as const;

export interface DesiredTask {
  subject: TextRef;
  body: TextRef;
  /** epoch ms */
  dueAt: number;
  /** epoch ms, or null for none */
  reminderAt: number | null;
  ownerId: string | null;
  priority: "low" | "medium" | "high";
  type: "todo" | "call" | "email" | "meeting";
  status: "open" | "done";
  links: readonly RecordRef[];
  checklist?: readonly TextRef[];
  accomplices?: readonly string[];
  auditors?: readonly string[];
}

/** Our fields on one record. Text fields are texts by reference, rendered when they are written. */
export type DesiredFields = Readonly<Record<string, FieldValue | TextRef>>;

export interface DesiredNote {
  text: TextRef;
  /** epoch ms */
  at: number;
}

export interface DesiredNotice {
  ownerId: string;
  text: TextRef;
}

/** A letter or short message to the client. Texts by reference, the address read at the moment of sending. */
export interface DesiredLetter {
  channel: "email" | "sms" | "push";
  /** by the CRM's own means: a letter, the sequence or process `ref`; absent in what was wished before there were any */
  via?: { way: "letter" | "sequence" | "process"; ref: string | null } | null;
  subject: TextRef;
  body: TextRef;
  /** null: nobody may be written to */
  to: RecordRef | null;
  ownerId: string;
  links: readonly RecordRef[];
  /** the client's */
  language: Language;
}

/** A signed call to the customer's systems. */
export interface DesiredOutCall {
  action: string;
  ownerId: string;
  links: readonly RecordRef[];
  cycle: number;
  step: string;
  dealId: string | null;
  plan: { template: string; days: number };
}

interface Base {
  /** stable for ever: the same thing has the same key however often it is decided */
  key: string;
  priority: number;
  /** not to be written before, epoch ms; 0 = at once */
  notBefore: number;
}

export type Desired =
  | (Base & { kind: "task"; target: RecordRef; task: DesiredTask })
  /** a closed thing: whatever stands in the CRM stays as it is */
  | (Base & { kind: "task"; target: RecordRef; keep: true })
  | (Base & { kind: "fields"; target: RecordRef; fields: DesiredFields })
  | (Base & { kind: "note"; target: RecordRef; note: DesiredNote })
  | (Base & { kind: "notice"; target: null; notice: DesiredNotice })
  | (Base & { kind: "message"; target: RecordRef; message: DesiredLetter })
  | (Base & { kind: "call"; target: RecordRef; call: DesiredOutCall });

/** What is wished to be there, not only left as it stands. */
export type Wish = Exclude<Desired, { keep: true }>;

/** What a wish says, without its key and urgency. */
export function bodyOf(wish: Wish): object {
  switch (wish.kind) {
    case "task":
      return wish.task;
    case "fields":
      return wish.fields;
    case "note":
      return wish.note;
    case "notice":
      return wish.notice;
    case "message":
      return wish.message;
    case "call":
      return wish.call;
  }
}

/** What we know of a thing that we keep in the CRM, for the next decision. */
export interface ThingFacts {
  key: string;
  kind: string;
  /** it is there, as far as we know */
  there: boolean;
  /** a person deleted it, or its record is gone; it is never made again */
  gone: boolean;
  /** the CRM refused it */
  refused: boolean;
  /** a write of it went out, and what became of it is not known yet */
  underWay: boolean;
  /** the CRM's own id of it */
  externalId: string | null;
  /** what the CRM holds, as last known: read, or returned by our last write; null before the first write */
  holds: Readonly<Record<string, FieldValue>> | null;
  /** what the CRM returned for our last write; null before the first */
  wrote: Readonly<Record<string, FieldValue>> | null;
  /** properties that a person or a workflow changed since our last write */
  edited: readonly string[];
}
