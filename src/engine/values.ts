/** What a read or a listing shows, in the form in which we keep it: facts of the record, values for the three-way rule. */
import { dayOf } from "../core/calendar/zone.ts";
import { fieldById } from "../core/fields.ts";
import type { Facts, FactValue } from "../core/model.ts";
import type { ReadRecord } from "../crm/port.ts";
import type { Values } from "../store/mirror.ts";
import type { StoredRecord } from "../store/records.ts";
import type { Engine } from "./engine.ts";
import { withPersons } from "./record-facts.ts";

/** A record's facts as they are kept. */
export function factsOf(one: ReadRecord, before: StoredRecord | undefined, engine: Engine): Facts {
  return { ...withPersons(one), ...paidAsSeen(one, before, engine), ...movedAsSeen(one, before) };
}

/**
 * Where the CRM keeps no history of a meeting, every other beginning that is seen while it is still ahead is one move: of several between two
 * reads only the last is seen.
 */
function movedAsSeen({ ref, facts }: ReadRecord, before: StoredRecord | undefined): Record<string, FactValue> {
  if (ref.kind !== "meeting" || facts.moves !== undefined) return {};
  const known = typeof before?.facts.moves === "number" ? before.facts.moves : 0;
  const [from, to] = [before?.facts.startAt, facts.startAt];
  const isMoved = facts.outcome === "scheduled" && typeof from === "number" && typeof to === "number" && from !== to;
  const moves = known + (isMoved ? 1 : 0);
  return moves === 0 ? {} : { moves };
}

/** Where the CRM names no day of payment, an invoice that was seen open was paid when it was last changed. */
function paidAsSeen(
  { ref, facts, modifiedAt }: ReadRecord,
  before: StoredRecord | undefined,
  engine: Engine,
): Record<string, FactValue> {
  if (ref.kind !== "invoice" || facts.status !== "paid" || typeof facts.paidDay === "number" || !before) return {};
  if (typeof before.facts.paidDay === "number") return { paidDay: before.facts.paidDay };
  if (before.facts.status !== "open") return {};
  return { paidDay: dayOf(modifiedAt ?? engine.now(), engine.config().zone) };
}

/** A task's values in the form in which `ours` and `theirs` are kept: texts as keyed hashes. */
export function taskValues(engine: Engine, one: Pick<ReadRecord, "facts" | "texts">): Values {
  const values: Record<string, string | number | boolean | null> = {};
  for (const name of ["status", "dueAt", "ownerId", "priority", "type", "completedAt", "reminderAt"] as const) {
    if (one.facts[name] !== undefined) values[name] = one.facts[name];
  }
  for (const [name, text] of Object.entries(one.texts ?? {})) values[name] = engine.hash(text);
  return values;
}

/** Text fields are compared by hash, like the texts of tasks. */
export function hashTexts(engine: Engine, fields: Values): Values {
  const values: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(fields)) {
    values[name] =
      isTextField(name) && typeof value === "string" && value !== "" ? engine.hash(value) : value === "" ? null : value;
  }
  return values;
}

function isTextField(id: string): boolean {
  const { type } = fieldById(id);
  return type === "text" || type === "longtext";
}
