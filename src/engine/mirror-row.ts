/**
 * The life of one row of the mirror: each event takes a row and gives the row as it stands afterwards, or null when nothing is left to
 * remember. Pure; the table of states × events (design, section 5) is a test beside it. Nothing else changes `state`.
 */
import { type Desired, PRIORITY } from "../core/desired.ts";
import type { RecordRef } from "../core/model.ts";
import type { Thing, Values } from "../store/mirror.ts";
import { differs, edited, holds, isText, reconcileEdits, same, wishes } from "./three-way.ts";

/**
 * How long after the last sign of a call it may still land, ms. Our deadline for a call is 30 s and CRMs answer within 60 s
 * (Bitrix24 reference, section 5); shorter risks a double, longer only delays a task whose call was cut.
 */
export const SETTLE_WAIT_MS = 90_000;
/** Between the two look-ups that have to find nothing before a create is sent again, ms: associations lag by seconds. */
export const LOOK_GAP_MS = 120_000;
/** Look-ups that have to find nothing. */
const LOOKS_NEEDED = 2;
/** A thing that went out so often, and was there at no look, is shown to a person. */
const ROUNDS_ALONE = 3;
/** From then on it is looked for this long after it went out, twice as long each time, ms. */
const STUCK_WAIT_MS = 900_000;
/** Longer would hold up what is wished meanwhile, ms. */
const STUCK_WAIT_MAX_MS = 3_600_000;

const DAY_MS = 86_400_000;

/** What is wished of a row now, `text` being the JSON of it. */
export interface Wish {
  text: string;
  target: RecordRef | null;
  priority: number;
  notBefore: number;
}

/** A thing that was never wished before. */
export function newRow(
  client: string,
  wish: Pick<Desired, "key" | "target" | "priority" | "notBefore"> & { kind: Desired["kind"] | "post" },
): Thing {
  return {
    key: wish.key,
    client,
    kind: wish.kind,
    target: wish.target,
    externalId: null,
    desired: null,
    sent: null,
    ours: null,
    before: null,
    theirs: null,
    theirsAt: null,
    wroteAt: null,
    state: "dirty",
    priority: wish.priority,
    notBefore: wish.notBefore,
    attempts: 0,
    looks: 0,
    sending: null,
    doubted: 0,
    fights: 0,
    foughtDay: null,
  };
}

/** A copy that may be older than the CRM: one look by its key before the thing is made. */
export function doubtful(row: Thing, nowMs: number): Thing {
  if (row.kind !== "task" && row.kind !== "note") return row;
  return { ...row, state: "unknown", looks: LOOKS_NEEDED - 1, notBefore: nowMs, sending: null };
}

/** What goes past the CRM, at most once: whatever became of it is final. */
function isOutside(row: Thing): boolean {
  return row.kind === "message" || row.kind === "call" || row.kind === "post";
}

function isUnderWay(row: Thing): boolean {
  return row.state === "sending" || row.state === "unknown";
}

/** Does a person have to look at it? The CRM refused it, or it went out again and again and never got there. */
export function isStuck(row: Thing | null): boolean {
  return row !== null && !isOver(row) && (row.state === "refused" || roundsOf(row) >= ROUNDS_ALONE);
}

/** Does nobody have to look at it any more? What is only tried once more is shown until it got there, or is wished no longer. */
export function isMended(before: Thing, after: Thing | null): boolean {
  return !isOver(before) && !isStuck(after) && (isStuck(before) || isOver(after));
}

/** Nothing is left to be done for it. */
function isOver(row: Thing | null): boolean {
  return row === null || row.state === "clean" || row.state === "gone";
}

/** The finding about a thing that is stuck. */
export function amissKey({ key }: Pick<Thing, "key">): string {
  return `refused:${key}`;
}

/** How often it went out and was not there afterwards. */
function roundsOf({ kind, externalId, looks }: Thing): number {
  return kind === "fields" || externalId !== null ? looks : Math.floor(looks / LOOKS_NEEDED);
}

/** The row at rest: nothing is under way for it any more. */
function rest(row: Thing): Thing | null {
  if (row.desired === null) return row.externalId === null ? null : { ...row, state: "dirty" };
  if (row.externalId === null && row.kind !== "fields") return { ...row, state: "dirty" };
  return differs(row) ? { ...row, state: "dirty" } : { ...row, state: "clean", looks: 0 };
}

// ---------------------------------------------------------------- what the decision says

/** The decision wishes it (again). `fought`: fields that somebody else keeps rewriting and that are left to a person. */
export function wished(row: Thing, wish: Wish, nowMs: number): { row: Thing; fought: readonly string[] } {
  const isFinal = row.externalId !== null || row.state === "refused";
  const isSaid = isOutside(row) ? isFinal : row.kind === "notice" && row.externalId !== null;
  if (row.state === "gone" || isSaid) return { row, fought: [] };
  const isNew = row.desired !== wish.text;
  const asked = isNew ? asks(row, wish) : row;
  const { thing, fought } = reconcileEdits(asked, Math.floor(nowMs / DAY_MS));
  if (isUnderWay(row) || (row.state === "refused" && !isNew)) return { row: thing, fought };
  const { state, looks } = rest(thing)!;
  if (!isNew && state === row.state && thing === row) return { row, fought };
  const isFresh = isNew || (state === "dirty" && row.state !== "dirty");
  const { priority } = wish;
  return {
    row: isFresh
      ? { ...thing, state, looks, priority, notBefore: wish.notBefore, attempts: 0 }
      : { ...thing, state, looks, priority },
    fought,
  };
}

/** What another copy made and this one never wished is taken for made as this wish says, but for what somebody changed since it was first seen. */
function asks(row: Thing, { text, target }: Wish): Thing {
  const asked: Thing = { ...row, desired: text, target };
  if (!isStranger(row)) return asked;
  const made = adopted({ ...asked, sent: text }, row.theirs ?? {}, row.theirsAt ?? 0);
  const before = Object.fromEntries(edited(row).map((name) => [name, row.ours?.[name] ?? null]));
  return { ...made, ours: { ...made.ours, ...before } };
}

/** The decision closed it: whatever stands in the CRM stays as it is, what was on its way there is called off. */
export function kept(row: Thing): Thing | null {
  if (row.state === "gone" || row.state === "clean" || isUnderWay(row)) return row;
  if (row.externalId === null) return null;
  return { ...row, desired: row.sent, state: "clean", attempts: 0, looks: 0 };
}

/** The decision does not wish it any more: what stands in the CRM goes, what never got there is forgotten. */
export function unwished(row: Thing, nowMs: number): Thing | null {
  const isHistory = row.kind === "note" || row.kind === "notice" || isOutside(row);
  if (isHistory) return row.state === "dirty" && row.externalId === null ? null : row;
  // What was told in a digest never stood there by itself: it may come back as news.
  if (row.state === "gone") return row.externalId === null && row.key.startsWith("ladder:") ? null : row;
  if (row.kind === "fields") return unfilled(row, nowMs);
  if (isUnderWay(row)) return row.desired === null ? row : { ...row, desired: null };
  if (row.externalId === null) return null;
  if (row.desired === null) return row;
  // What somebody finished is their work: it stays where they did it.
  if (row.kind === "task" && holds(row)?.status === "done") return kept(row);
  return { ...row, desired: null, state: "dirty", notBefore: nowMs, attempts: 0 };
}

function unfilled(row: Thing, nowMs: number): Thing | null {
  const wish = emptying(row);
  if (wish !== null) return wished(row, wish, nowMs).row;
  return row.theirs && row.sent === null ? row : null;
}

/** Our fields on a record that is no client's any more are emptied, not deleted, and kept empty. Null where none of them was ever written. */
export function emptying(row: Thing): Wish | null {
  const names = Object.keys({ ...wishes("fields", row.sent), ...wishes("fields", row.sending?.desired ?? null) });
  if (row.kind !== "fields" || names.length === 0) return null;
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, null])));
  return { text, target: row.target, priority: row.priority, notBefore: row.notBefore };
}

// ---------------------------------------------------------------- what became of a call

/** It goes out now; committed before the call. */
export function begun(row: Thing, values: Values): Thing {
  return { ...row, state: "sending", sending: { desired: row.desired, values } };
}

/** The CRM did it. */
export function acknowledged(
  row: Thing,
  answer: { id: string; values: Values; echo: Values },
  nowMs: number,
): Thing | null {
  const went = row.sending?.desired ?? null;
  if (went === null) return row.desired === null ? null : afresh(row);
  const written = { ...answer.values, ...answer.echo };
  return rest({
    ...row,
    externalId: answer.id,
    sent: went,
    ours: { ...row.ours, ...written },
    // What the write did not touch stands there as it was read: what somebody finished stays finished.
    theirs: row.theirs && { ...row.theirs, ...written },
    before: row.ours,
    doubted: 0,
    // Later than any read we hold, also where both fall into one millisecond.
    wroteAt: Math.max(nowMs, (row.theirsAt ?? 0) + 1),
    sending: null,
    attempts: 0,
    looks: 0,
  });
}

/** A thing that we deleted and want again meanwhile: it starts as if it had never been there. */
function afresh(row: Thing): Thing {
  const never = { externalId: null, sent: null, ours: null, before: null, theirs: null, theirsAt: null, wroteAt: null };
  return { ...row, ...never, sending: null, state: "dirty", attempts: 0, looks: 0, doubted: 0 };
}

/** Nothing was done; it may go out again at `retryAtMs`. */
export function delayed(row: Thing, retryAtMs: number, nowMs: number): Thing | null {
  const back = rest({ ...row, sending: null });
  return back && { ...back, attempts: row.attempts + 1, notBefore: Math.max(nowMs, retryAtMs) };
}

/** The CRM said no. A wish that changed meanwhile was not refused. */
export function refused(row: Thing): Thing | null {
  const isOther = row.sending !== null && row.sending.desired !== row.desired;
  if (isOther) return rest({ ...row, sending: null });
  return { ...row, state: "refused", sending: null };
}

/**
 * The CRM said, or a read showed, that it is not there. A person deleted it, unless a delete of ours may have: a task that is only about to be
 * deleted is remembered as gone, so that it is not made again when it is wished again.
 * @param forgotUntil another copy may have deleted what was last seen or written before this, epoch ms
 */
export function missed(row: Thing, forgotUntil = 0): Thing | null {
  if (row.state === "gone") return row;
  const knownAt = Math.max(row.theirsAt ?? 0, row.wroteAt ?? 0);
  const isOurs = knownAt < forgotUntil || row.kind !== "task" || mayBeDeleted(row);
  if (isOurs && row.sending !== null && row.sending.desired === null) return row.desired === null ? null : afresh(row);
  if (isOurs && row.desired === null && !isStranger(row)) return null;
  return { ...row, state: "gone", sending: null };
}

/** Did a delete of ours go out of which nobody knows whether it arrived, or may yet? */
function mayBeDeleted({ state, sending, looks }: Thing): boolean {
  return looks > 0 || (state === "unknown" && sending !== null && sending.desired === null);
}

/** Nobody knows whether it arrived. What has no key is sent at most once. */
export function lost(row: Thing, nowMs: number): Thing {
  if (row.kind === "notice" || row.kind === "post") return { ...row, state: "gone", sending: null };
  if (row.kind === "message") return { ...row, state: "gone", sending: null, ours: { ...row.ours, at: nowMs } };
  // The same key may go out again: receivers drop doubles by it.
  if (row.kind === "call")
    return { ...row, state: "dirty", sending: null, attempts: row.attempts + 1, notBefore: nowMs + LOOK_GAP_MS };
  return { ...row, state: "unknown", notBefore: nowMs + settleWaitOf(row) };
}

/** How long what went out may still land, ms. The wait grows before the look, so that the look stays right before the next call. */
function settleWaitOf(row: Thing): number {
  const more = roundsOf(row) - ROUNDS_ALONE;
  return more < 0 ? SETTLE_WAIT_MS : Math.min(STUCK_WAIT_MAX_MS, STUCK_WAIT_MS * 2 ** Math.min(more, 16));
}

// ---------------------------------------------------------------- settling what is unknown

/** A create whose key was found: what went out counts as ours, what stands there is seen by the read that follows. */
export function found(row: Thing, id: string): Thing {
  const sent = row.sending?.desired ?? row.desired;
  const arrived: Thing = {
    ...row,
    externalId: id,
    sent,
    ours: null,
    before: null,
    sending: null,
    looks: 0,
    wroteAt: null,
  };
  return rest(arrived)!;
}

/** A task of ours that this copy knows nothing of stands there: another copy made it. It stays as it is until a decision wishes it. */
export function stranger(key: string, id: string, place: { client: string; target: RecordRef | null }): Thing {
  const wish = { key, kind: "task" as const, target: place.target, priority: PRIORITY.task, notBefore: 0 };
  return { ...newRow(place.client, wish), externalId: id, state: "clean" };
}

/** Did another copy make it, and no decision of this one wish it yet? */
export function isStranger({ kind, state, externalId, desired, sent }: Thing): boolean {
  return kind === "task" && state === "clean" && externalId !== null && desired === null && sent === null;
}

/** It stands there under another id than this copy knows, or although this copy took it for deleted: another copy made it anew. */
export function metAgain(row: Thing, id: string): Thing {
  const isForeign = row.state !== "gone" && row.externalId !== null;
  if (row.kind !== "task" || isUnderWay(row) || isForeign) return row;
  return row.desired === null ? stranger(row.key, id, row) : found(row, id);
}

/** A create whose key was not found: looked for once more, then sent again. What was only doubted never went out. */
export function notFound(row: Thing, nowMs: number): Thing | null {
  const looks = row.looks + 1;
  if (looks % LOOKS_NEEDED !== 0) return { ...row, looks, notBefore: nowMs + LOOK_GAP_MS };
  return rest({ ...row, looks: row.sending === null ? 0 : looks, sending: null, notBefore: nowMs });
}

/**
 * A read shows whether an update arrived: it did when a property shows what went out and did not show it before. What shows neither
 * the old nor the new value was changed by a person, and stays visible as an edit.
 */
export function readBack(row: Thing, values: Values, startedAtMs: number): Thing {
  const before = row.ours ?? {};
  const went = row.sending?.values ?? {};
  const seenThere: Thing = { ...row, theirs: values, theirsAt: startedAtMs, sending: null, before: null, doubted: 0 };
  const landed = Object.keys(went).some((name) =>
    isText(row.kind, name)
      ? !same(values[name], before[name])
      : same(values[name], went[name]) && !same(before[name], went[name]),
  );
  if (!landed || row.sending?.desired === null) return rest({ ...seenThere, looks: row.looks + 1 })!;
  const ours: Record<string, Values[string]> = { ...before };
  for (const name of Object.keys(went)) ours[name] = (isText(row.kind, name) ? values[name] : went[name]) ?? null;
  return rest({ ...seenThere, looks: 0, ours, sent: row.sending!.desired, wroteAt: startedAtMs })!;
}

// ---------------------------------------------------------------- what a read shows

/** What people change in a task of ours, behind our back and at any moment: between a create and the look that finds it, or before the next write. */
export const PERSONAL = ["dueAt", "ownerId"] as const;

/**
 * A read arrived. `again`: it has to be read once more, because it may show an older copy. While a write is under way only the
 * settling looks.
 */
export function seen(row: Thing, values: Values, startedAtMs: number): { row: Thing; again: boolean } {
  if (isUnderWay(row)) return { row, again: false };
  if (row.state === "gone")
    return { row: row.kind === "fields" ? returned(row, values, startedAtMs) : row, again: false };
  if (row.wroteAt !== null && startedAtMs < row.wroteAt) return { row, again: true };
  if (row.ours === null && (row.sent !== null || isStranger(row)))
    return { row: adopted(row, values, startedAtMs), again: false };
  const isLate =
    row.before !== null &&
    row.doubted === 0 &&
    Object.keys(row.before).some(
      (name) => name in values && !same(values[name], row.ours?.[name]) && same(values[name], row.before?.[name]),
    );
  if (isLate) return { row: { ...row, doubted: 1 }, again: true };
  return { row: { ...row, theirs: values, theirsAt: startedAtMs, doubted: 0, before: null }, again: false };
}

/** Our fields hold something on a record for which nothing was wished yet. What stands there is remembered: a wish for nothing empties it. */
export function leftOver(client: string, target: RecordRef, key: string, values: Values, startedAtMs: number): Thing {
  const row = newRow(client, { key, kind: "fields", target, priority: PRIORITY.field, notBefore: 0 });
  return { ...row, state: "clean", theirs: values, theirsAt: startedAtMs };
}

/** First sight of a thing that was found by its key. What was never wished here counts as made as it stands: what changes later, a person changed. */
function adopted(row: Thing, values: Values, startedAtMs: number): Thing {
  const want = wishes(row.kind, row.sent);
  const ours: Record<string, Values[string]> = { ...values };
  if (row.kind === "task" && row.sent !== null)
    for (const name of PERSONAL) if (name in values) ours[name] = (want[name] as string | number | null) ?? null;
  return { ...row, ours, theirs: values, theirsAt: startedAtMs };
}

/** A record came back from the recycle bin: our fields on it are kept up again. */
function returned(row: Thing, values: Values, startedAtMs: number): Thing {
  return rest({ ...row, theirs: values, theirsAt: startedAtMs }) ?? row;
}

/** Something about its records changed since it was refused: it may go out once more. */
export function retried(row: Thing, nowMs: number): Thing | null {
  return row.state === "refused" && !isOutside(row) ? rest({ ...row, attempts: 0, looks: 0, notBefore: nowMs }) : row;
}
