/** Bitrix24's words for our kinds of record (facts sheet sections 8.1, 10.1, 11). */
import type { RecordKind, RecordRef } from "../../core/model.ts";

/** Kinds that `crm.item.*` serves. */
export type ItemKind = "deal" | "company" | "contact" | "invoice";
/** Kinds that `crm.activity.*` serves. */
export type ActivityKind = "meeting" | "call" | "email";

export const ENTITY_TYPE: Readonly<Record<ItemKind, number>> = { deal: 2, contact: 3, company: 4, invoice: 31 };
export const ACTIVITY_TYPE: Readonly<Record<ActivityKind, number>> = { meeting: 1, call: 2, email: 4 };
/** Kinds that can carry our fields. */
export const FIELD_KINDS = ["company", "contact", "deal"] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

const SHORT: Readonly<Record<ItemKind, string>> = { deal: "D", company: "CO", contact: "C", invoice: "SI" };
/** Names of records in the timeline and in robots. */
const TIMELINE: Readonly<Record<ItemKind, string>> = {
  deal: "deal",
  company: "company",
  contact: "contact",
  invoice: "dynamic_31",
};

export function isItemKind(kind: RecordKind): kind is ItemKind {
  return kind in ENTITY_TYPE;
}

export function isActivityKind(kind: RecordKind): kind is ActivityKind {
  return kind in ACTIVITY_TYPE;
}

export function isFieldKind(kind: RecordKind): kind is FieldKind {
  return (FIELD_KINDS as readonly string[]).includes(kind);
}

/** The kind behind an entityTypeId; null for what we do not look at (leads, estimates, smart processes). */
export function kindOfEntity(entityTypeId: number): ItemKind | null {
  for (const [kind, id] of Object.entries(ENTITY_TYPE)) if (id === entityTypeId) return kind as ItemKind;
  return null;
}

/** The kind behind an activity's TYPE_ID; null for tasks, to-dos and what apps draw. */
export function kindOfActivity(typeId: number): ActivityKind | null {
  for (const [kind, id] of Object.entries(ACTIVITY_TYPE)) if (id === typeId) return kind as ActivityKind;
  return null;
}

/** How a task names a record it belongs to: `D_12`; null for what a task cannot be tied to. */
export function bindingOf(ref: RecordRef): string | null {
  return isItemKind(ref.kind) ? `${SHORT[ref.kind]}_${ref.id}` : null;
}

/** `CO_4` as a record; null for leads, smart processes and what is no binding. */
export function refOfBinding(binding: string): RecordRef | null {
  const match = /^([A-Z]+)_(\d+)$/.exec(binding);
  if (!match) return null;
  for (const [kind, short] of Object.entries(SHORT))
    if (short === match[1]) return { kind: kind as ItemKind, id: match[2]! };
  return null;
}

/** The word for a record's timeline, or null where it has none. */
export function timelineOf(kind: RecordKind): string | null {
  return isItemKind(kind) ? TIMELINE[kind] : null;
}

/** `DEAL_12` of a robot's document_id as a record; null when it is none of ours. */
export function refOfDocument(document: string): RecordRef | null {
  const match = /^(DEAL|CONTACT|COMPANY|SMART_INVOICE|DYNAMIC_31)_(\d+)$/.exec(document);
  if (!match) return null;
  const kind =
    match[1] === "SMART_INVOICE" || match[1] === "DYNAMIC_31" ? "invoice" : (match[1]!.toLowerCase() as ItemKind);
  return { kind, id: match[2]! };
}
